;;; scim-members-change.el --- Add and remove members of groups -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; What is to be added and removed in a list of members: chosen by name,
;; or taken from a list that was copied; shown as the requests that would
;; be sent; sent one after the other, until one fails or the person stops
;; it; and what came of it.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'scim-error)
(require 'scim-lookup)
(require 'scim-members)
(require 'scim-menu)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-text)
(require 'scim-ui)

(autoload 'scim-alert-ended "scim-alert")
(autoload 'scim-log-of-action "scim-log" nil t)

;;;; Internal variables

(defvar-local scim-members-change--handle nil
  "Handle of the request that sends changes, or nil.")

(defvar-local scim-members-change--list nil
  "Buffer with the list that this review is about.")

;;;; Adding

(defun scim-members--ready ()
  "Signal a `user-error' unless the list was read."
  (unless scim-members--info
    (user-error "The members are not read yet; %s reads them"
                (substitute-command-keys "\\[revert-buffer]"))))

(defun scim-members-add (resources)
  "Have RESOURCES, plists with :id, :name and :type, be added.
They are asked for by name, until nothing is typed.  Nothing is sent yet."
  (interactive
   (progn
     (scim-members--ready)
     (list (scim-lookup-read-several
            (if (plist-get scim-members--of :inverse) "Add to groups: "
              "Add members: ")
            (append (plist-get scim-members--info :types) nil))))
   scim-members-mode)
  (when resources
    (let ((count (scim-members--add-resources resources)))
      (message "%d to be added%s" count
               (if (= count (length resources)) "" "; the others are there already")))))

(defun scim-members-add-list (text)
  "Have the resources be added that are named in TEXT.
Those are user names, mail addresses or ids, one a line or with commas
between them, by default what was copied last.  What is not found, or
is ambiguous, is shown.  Nothing is sent yet."
  (interactive (list (scim-members-change--copied)) scim-members-mode)
  (scim-members--ready)
  (scim-members--set-busy "looking up")
  (scim-members--request
   scim-protocol-members-resolve (list :text (scim-rpc-text-ref text))
   (lambda (answer)
     (let ((counts (plist-get answer :counts)))
       (scim-members--add-resources (append (plist-get answer :found) nil))
       (scim-members-change--tell
        (format "%d to be added, %d there already, %d ambiguous, %d not found"
                (plist-get counts :found) (plist-get counts :already)
                (plist-get counts :ambiguous) (plist-get counts :missing))
        (scim-rpc-text (plist-get answer :report))
        (> (+ (plist-get counts :ambiguous) (plist-get counts :missing)) 0))))))

(defun scim-members-change--copied ()
  "Return the list that was copied last, after the person has seen it."
  (let ((text (string-trim (or (ignore-errors (current-kill 0 t)) ""))))
    (read-string "Add user names, addresses or ids: "
                 (string-join (split-string text "[\n\r]+" t "[ \t]+") ", "))))

(defun scim-members-change--tell (summary report show)
  "Say SUMMARY, a line; when SHOW, show REPORT too, a text."
  (when show
    (let ((name (buffer-name)) (directory default-directory))
      (with-current-buffer (get-buffer-create "*SCIM members report*")
        (setq default-directory directory)
        (let ((inhibit-read-only t))
          (erase-buffer)
          (insert (scim-ui-face name 'scim-heading) "\n" summary "\n\n" report)
          (goto-char (point-min)))
        (special-mode)
        (display-buffer (current-buffer)))))
  (message "%s" summary))

;;;; Reviewing

(defun scim-members-change--params ()
  "Return what is to be added and removed as parameters of a request."
  (list :added (vconcat (mapcar (lambda (each) (plist-get each :id))
                                scim-members--added))
        :removed (vconcat (mapcar #'car scim-members--removed))))

(defun scim-members-review ()
  "Show the requests that would add and remove what is to be.
There, \\<scim-members-review-mode-map>\\[scim-members-send] sends them."
  (interactive nil scim-members-mode)
  (unless (scim-members--pending-p)
    (user-error "Nothing is to be added or removed"))
  (scim-members--ready)
  (scim-members--request
   scim-protocol-members-plan (scim-members-change--params)
   (lambda (answer)
     (if (zerop (plist-get answer :requests))
         (scim-members-change--nothing)
       (scim-members-change--show (scim-rpc-text (plist-get answer :text))
                                  (plist-get answer :requests))))))

(defun scim-members-change--nothing ()
  "Forget what is to be added and removed: the list is so already."
  (scim-members--remember)
  (setq scim-members--added nil
        scim-members--removed nil)
  (scim-members--load)
  (message "Nothing is to be sent: all of it is so already"))

(defun scim-members-change--show (text requests)
  "Show TEXT, that of so many REQUESTS, which the person may send."
  (let ((list (current-buffer))
        (what (format "%s: %s, %d request%s" (buffer-name)
                      (scim-members--pending-text) requests
                      (if (= requests 1) "" "s")))
        (directory default-directory)
        (action scim-rpc-action)
        (tenant scim-tenant))
    (with-current-buffer (get-buffer-create "*SCIM members changes*")
      (setq default-directory directory)
      (scim-members-review-mode)
      (setq-local scim-tenant tenant)
      (setq scim-members-change--list list
            scim-rpc-action action
            header-line-format
            (substitute-command-keys
             (concat " \\[scim-members-send] sends, \\[quit-window] does not.  "
                     (replace-regexp-in-string "%" "%%" what))))
      (let ((inhibit-read-only t))
        (erase-buffer)
        (insert text)
        (goto-char (point-min)))
      (pop-to-buffer (current-buffer)))))

(defun scim-members-send ()
  "Send the requests of this review."
  (interactive nil scim-members-review-mode)
  (let ((list scim-members-change--list))
    (unless (buffer-live-p list)
      (user-error "The list that this is about is gone"))
    (quit-window)
    (pop-to-buffer list)
    (scim-members--apply)))

;;;; Sending

(defun scim-members--apply ()
  "Send what is to be added and removed."
  (when scim-members-change--handle
    (user-error "Changes are being sent; %s stops that"
                (substitute-command-keys "\\[scim-members-stop]")))
  (scim-members--set-busy "sending")
  (setq scim-members-change--handle
        (scim-members--request
         scim-protocol-members-apply (scim-members-change--params)
         (apply-partially #'scim-members-change--applied (float-time))
         (lambda (_)
           (setq scim-members-change--handle nil)))))

(defun scim-members-change--applied (started answer)
  "Show what came of sending, which began at STARTED, by ANSWER of the bridge."
  (setq scim-members-change--handle nil)
  (scim-members--forget (plist-get answer :done))
  (scim-members--load)
  (scim-members-change--tell
   (concat (plist-get answer :summary)
           (if (scim-members--pending-p)
               (format "; still %s" (scim-members--pending-text))
             ""))
   (scim-rpc-text (plist-get answer :report))
   (not (eq t (plist-get answer :ok))))
  (scim-alert-ended started (buffer-name) (plist-get answer :summary)
                    (not (eq t (plist-get answer :ok)))))

(defun scim-members-stop ()
  "Stop sending after the request that is under way, or quit what is typed."
  (interactive nil scim-members-mode)
  (if (not scim-members-change--handle)
      (keyboard-quit)
    (message "Stopping after this request…")
    (scim-rpc-request-async scim-protocol-members-stop (scim-members--params)
                            :error #'scim-members--tell)))

;;;; Mode

(defvar scim-members-review-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "C-c C-c") #'scim-members-send)
    (define-key map (kbd "x") #'scim-members-send)
    (define-key map (kbd "C-c C-k") #'quit-window)
    (define-key map (kbd "l") #'scim-log-of-action)
    map)
  "Keymap of `scim-members-review-mode'.")

(scim-menu-define
 'scim-members-review-mode scim-members-review-mode-map "SCIM Review" "?"
 '("Review"
   ("Send" scim-members-send)
   ("Do not" quit-window :key "q")
   ("Log" scim-log-of-action)))

(define-derived-mode scim-members-review-mode special-mode "SCIM-Review"
  "Major mode for the requests that will change members.

\\{scim-members-review-mode-map}"
  :interactive nil
  (setq-local font-lock-defaults
              (list (append '(("^#.*" . 'scim-heading)
                              ("^[A-Z]+ .*" . 'scim-method))
                            scim-ui-json-keywords)
                    t)
              mode-line-process '((:eval (scim-tenant-indicator))))
  (scim-menu-setup))

(provide 'scim-members-change)
;;; scim-members-change.el ends here
