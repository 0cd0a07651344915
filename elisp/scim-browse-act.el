;;; scim-browse-act.el --- What is done to the resources of a list -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The commands of lists about the resource at point, or about those that
;; are marked.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'scim-browse)
(require 'scim-error)
(require 'scim-menu)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-table)
(require 'scim-ui)

(autoload 'scim-edit-resource "scim-edit")
(autoload 'scim-new "scim-new" nil t)
(autoload 'scim-members-show "scim-members")
(autoload 'scim-memberships-show "scim-members")
(autoload 'scim-action-start "scim-action" nil t)
(autoload 'scim-compare-resources "scim-compare" nil t)

(defun scim-browse-act--type ()
  "Return the name of the resource type of this list."
  (or (plist-get scim-browse--state :type) scim-browse-type))

(defun scim-browse-open ()
  "Edit the resource at point."
  (interactive nil scim-browse-mode)
  (scim-edit-resource (scim-browse-act--type) (scim-table-id-here) scim-tenant))

(defun scim-browse-open-other-window ()
  "Show the resource at point in another window, and stay here."
  (interactive nil scim-browse-mode)
  (let ((display-buffer-overriding-action
         '((display-buffer-reuse-window display-buffer-pop-up-window
            display-buffer-use-some-window)
           (inhibit-same-window . t))))
    (save-selected-window
      (scim-browse-open))))

;;;; JSON

(defvar-local scim-browse-act--shown nil
  "The resource whose JSON is shown: a cons of its type and id.")

(defun scim-browse-act--read (type id function)
  "Read the resource of TYPE with ID and call FUNCTION with its JSON text."
  (scim-rpc-request-async
   scim-protocol-browse-resource
   `(:type ,type :id ,id ,@(and scim-tenant (list :tenant scim-tenant)))
   :success (lambda (answer)
              (funcall function (scim-rpc-text (plist-get answer :text))))
   :error (lambda (condition)
            (message "%s" (scim-error-message condition)))))

(defun scim-browse-view-json ()
  "Show the resource at point as the service has it, as JSON."
  (interactive nil scim-browse-mode)
  (scim-browse-show-json scim-browse-type (scim-table-id-here) scim-tenant
                         scim-rpc-action))

(defun scim-browse-show-json (type id &optional tenant action)
  "Show the resource of TYPE with ID of TENANT as the service has it, as JSON.
ACTION is on whose behalf that is."
  (let ((action (or action (scim-rpc-new-action "json")))
        (directory default-directory))
    (with-current-buffer (get-buffer-create
                          (format "*SCIM %s %s%s*" type id
                                  (if tenant (format " (%s)" tenant) "")))
      (setq default-directory directory)
      (scim-browse-json-mode)
      (setq-local scim-tenant tenant)
      (setq scim-rpc-action action
            scim-browse-act--shown (cons type id))
      (scim-browse-json-refresh))))

(defun scim-browse-json-refresh (&rest _)
  "Read the resource of this buffer, and show its JSON."
  (interactive nil scim-browse-json-mode)
  (scim-browse-act--read (car scim-browse-act--shown) (cdr scim-browse-act--shown)
                         #'scim-browse-act--show-json))

(defun scim-browse-act--show-json (text)
  "Show TEXT, JSON, in this buffer, and point where it was."
  (let ((inhibit-read-only t) (place (point)))
    (erase-buffer)
    (insert text)
    (goto-char (min place (point-max)))
    (unless (get-buffer-window)
      (display-buffer (current-buffer)))))

(defun scim-browse-json-edit ()
  "Edit the resource of this buffer."
  (interactive nil scim-browse-json-mode)
  (scim-edit-resource (car scim-browse-act--shown) (cdr scim-browse-act--shown)
                      scim-tenant))

(defun scim-browse-copy-json ()
  "Copy the JSON of the resource at point, as the service has it."
  (interactive nil scim-browse-mode)
  (let ((id (scim-table-id-here)))
    (scim-browse-act--read
     scim-browse-type id
     (lambda (text)
       (scim-ui-copy text (format "the JSON of %s" id))))))

(defvar scim-browse-json-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "e") #'scim-browse-json-edit)
    (define-key map (kbd "l") #'scim-log-of-action)
    map)
  "Keymap of `scim-browse-json-mode'.")

(scim-menu-define
 'scim-browse-json-mode scim-browse-json-mode-map "SCIM-JSON" "?"
 '("Show"
   ("Edit" scim-browse-json-edit)
   ("Read again" revert-buffer)
   ("Requests of this buffer" scim-log-of-action)
   ("Bury" quit-window)))

(define-derived-mode scim-browse-json-mode special-mode "SCIM-JSON"
  "Major mode for the JSON of a resource, to be read.

\\{scim-browse-json-mode-map}"
  :interactive nil
  (buffer-disable-undo)
  (scim-menu-setup)
  (setq-local font-lock-defaults '(scim-ui-json-keywords t)
              mode-line-process '((:eval (scim-tenant-indicator)))
              revert-buffer-function #'scim-browse-json-refresh
              bidi-paragraph-direction 'left-to-right))

;;;; Changes

(defun scim-browse-act--start (action)
  "Begin ACTION, a plist or nil to be asked, on the marked rows or that at point."
  (scim-action-start (scim-browse-act--type) (scim-table-marked-or-here)
                     scim-tenant action))

(defun scim-browse-act ()
  "Change the marked resources, or that at point; first ask what to do.
What would be sent is shown before anything is."
  (interactive nil scim-browse-mode)
  (scim-browse-act--start nil))

(defun scim-browse-delete ()
  "Delete the marked resources, or that at point, after showing the requests."
  (interactive nil scim-browse-mode)
  (scim-browse-act--start '(:kind "delete")))

(defun scim-browse-activate ()
  "Activate the marked resources, or that at point, after showing the requests."
  (interactive nil scim-browse-mode)
  (scim-browse-act--start '(:kind "activate")))

(defun scim-browse-deactivate ()
  "Deactivate the marked resources, or that at point, after showing the requests."
  (interactive nil scim-browse-mode)
  (scim-browse-act--start '(:kind "deactivate")))

(defun scim-browse-compare ()
  "Compare the two marked resources, or the marked one and that at point."
  (interactive nil scim-browse-mode)
  (let* ((marked (scim-table-marked))
         (ids (if (cdr marked) marked
                (delete-dups (append marked (list (scim-table-id-here)))))))
    (unless (= 2 (length ids))
      (user-error "Mark two resources, or one and go to another, to compare them"))
    (scim-compare-resources (scim-browse-act--type) (car ids) (cadr ids)
                            scim-tenant)))

(defun scim-browse-new ()
  "Make a new resource of the type of this list."
  (interactive nil scim-browse-mode)
  (scim-new (scim-browse-act--type) scim-tenant))

(defun scim-browse-members ()
  "Show the members of the group at point, or the groups of the user at point."
  (interactive nil scim-browse-mode)
  (funcall (if (eq t (plist-get scim-browse--state :members))
               #'scim-members-show
             #'scim-memberships-show)
           (scim-browse-act--type) (scim-table-id-here) scim-tenant))

(provide 'scim-browse-act)
;;; scim-browse-act.el ends here
