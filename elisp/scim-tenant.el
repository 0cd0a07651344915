;;; scim-tenant.el --- The tenant of a buffer -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Each buffer sends its requests to one tenant: the one that was chosen
;; there, or the default one of the workspace.  The mode line names it,
;; a production tenant in a face that cannot be overlooked.
;;
;; What tenants there are, and which of them are production or read-only,
;; the bridge tells; it is asked when it becomes ready and whenever
;; something is sent, never while the mode line is drawn.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'scim-api)
(require 'scim-error)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-ui)

(autoload 'scim-tenant-add "scim-setup" nil t)

;;;; Internal variables

(defvar scim-tenant--told (make-hash-table :test #'equal)
  "What the bridge of each workspace told about its tenants, a plist.")

(defvar scim-tenant--tick 0
  "How often bridges have told about tenants.")

(defvar-local scim-tenant--root nil
  "A cons of `scim-tenant--tick' and the workspace of this buffer at that time.
Looking for it takes the file system, which the mode line may not.")

(defvar scim-tenant-told-hook nil
  "Hook run when a bridge has told about its tenants.
The functions are called with the workspace and what was told, a plist.")

(defvar scim-tenant-chosen-hook nil
  "Hook run in a buffer whose tenant was chosen.")

;;;; What is known

(defun scim-tenant--note (root answer)
  "Note ANSWER, what the bridge of ROOT told about its tenants."
  (cl-incf scim-tenant--tick)
  (puthash root answer scim-tenant--told)
  (run-hook-with-args 'scim-tenant-told-hook root answer)
  (force-mode-line-update t))

(defun scim-tenant-update (&optional root)
  "Ask the bridge of ROOT, or of this buffer, about its tenants, unseen."
  (let ((root (or root (scim-rpc-root))))
    (scim-rpc-request-async
     scim-protocol-tenants nil :root root
     :success (lambda (answer) (scim-tenant--note root answer))
     ;; Whoever sends something is told what is wrong.
     :error #'ignore)))

(defun scim-tenant--bridge-changed ()
  "Ask the bridges that are ready and have not been asked."
  (dolist (bridge (scim-rpc-bridges))
    (let ((root (plist-get bridge :root)))
      (if (eq (plist-get bridge :state) 'ready)
          (unless (gethash root scim-tenant--told)
            (scim-tenant-update root))
        (remhash root scim-tenant--told)))))

(defun scim-tenant--buffer-root ()
  "Return the workspace of this buffer without looking for it each time."
  (unless (eql (car scim-tenant--root) scim-tenant--tick)
    ;; No connection to another machine is opened for a mode line.
    (setq scim-tenant--root (let ((non-essential t))
                              (cons scim-tenant--tick (scim-rpc-root)))))
  (cdr scim-tenant--root))

(defun scim-tenant--in (answer name)
  "Return the tenant NAME of ANSWER, what a bridge told, or nil."
  (seq-find (lambda (tenant) (equal (plist-get tenant :name) name))
            (plist-get answer :tenants)))

(defun scim-tenant-info (&optional name)
  "Return what is known about the tenant NAME, or that of this buffer.
It is a plist as the bridge told it, or nil."
  (when-let ((answer (gethash (scim-tenant--buffer-root) scim-tenant--told)))
    (scim-tenant--in answer (or name scim-tenant
                                (plist-get answer :defaultTenant)))))

(defun scim-tenant-flag (tenant flag)
  "Return non-nil if TENANT, a plist from the bridge, has FLAG set."
  (eq t (plist-get tenant flag)))

;;;; Showing

(defun scim-tenant-face (tenant)
  "Return the face for the name of TENANT, a plist from the bridge, or nil."
  (and (scim-tenant-flag tenant :production)
       ;; What goes to a mock server breaks nothing.
       (not (plist-get tenant :mock))
       'scim-production))

(defun scim-tenant-label (tenant)
  "Return the name of TENANT, a plist from the bridge, with its face."
  (let ((face (scim-tenant-face tenant)))
    (if face
        (scim-ui-face (plist-get tenant :name) face)
      (plist-get tenant :name))))

(defun scim-tenant-describe (tenant)
  "Return what there is to know about TENANT, a plist, in one line."
  (string-join
   (delq nil
         (list (plist-get tenant :vendor)
               (or (plist-get tenant :baseUrl) "no base URL")
               (and (scim-tenant-flag tenant :production) "production")
               (and (scim-tenant-flag tenant :readOnly) "read-only")
               (pcase (plist-get tenant :confirm)
                 ("always" "asks before every request")
                 ("writes" "asks before writes"))
               (when-let ((mock (plist-get tenant :mock)))
                 (concat "→mock " mock))))
   ", "))

(defvar scim-tenant-mode-line-map
  (let ((map (make-sparse-keymap)))
    (define-key map [mode-line mouse-1] #'scim-tenant-choose)
    map)
  "Keymap of the tenant's name in the mode line.")

(defun scim-tenant-indicator (&optional name)
  "Return the mode line's text about the tenant NAME, or of this buffer, or nil.
Nothing is asked for it."
  (let* ((tenant (scim-tenant-info name))
         (name (or name scim-tenant (plist-get tenant :name))))
    (when name
      (propertize
       (format "[%s%s]" name
               (if (scim-tenant-flag tenant :readOnly) " read-only" ""))
       'face (scim-tenant-face tenant)
       'help-echo (concat (if tenant (scim-tenant-describe tenant) "tenant")
                          "\nmouse-1: choose another one")
       'mouse-face 'mode-line-highlight
       'local-map scim-tenant-mode-line-map))))

;;;; Choosing

(defun scim-tenant--annotation (answer name)
  "Return what to tell beside NAME, a tenant of ANSWER, while choosing."
  (let ((tenant (scim-tenant--in answer name)))
    (concat "  " (scim-tenant-describe tenant)
            (unless (seq-empty-p (plist-get tenant :problems))
              (scim-ui-face (concat "  " (elt (plist-get tenant :problems) 0))
                            'scim-warning)))))

(defun scim-tenant-read (prompt &optional root but)
  "Ask with PROMPT for a tenant of the workspace ROOT, and return its name.
The tenant called BUT is not among those to choose from."
  (let* ((root (or root (scim-rpc-root)))
         (answer (scim-error-as-user-error
                   (scim-rpc-request scim-protocol-tenants nil :root root)))
         (names (remove but (mapcar #'scim-tenant-label
                                    (plist-get answer :tenants))))
         (completion-extra-properties
          (list :annotation-function
                (apply-partially #'scim-tenant--annotation answer))))
    (scim-tenant--note root answer)
    (unless names
      (user-error "There is no %stenant; M-x scim-tenant-add sets one up"
                  (if but "other " "")))
    (scim-ui-choose prompt names
                    (car (member (or scim-tenant
                                     (plist-get answer :defaultTenant))
                                 names))
                    'scim-tenant)))

;;;###autoload
(defun scim-tenant-choose (name)
  "Have the requests of this buffer go to the tenant NAME."
  (interactive (list (scim-tenant-read "Tenant: ")))
  (setq-local scim-tenant name)
  (run-hooks 'scim-tenant-chosen-hook)
  (force-mode-line-update)
  (when-let ((tenant (scim-tenant-info)))
    (message "Requests go to %s: %s" (scim-tenant-label tenant)
             (scim-tenant-describe tenant))))

(unless noninteractive
  (add-hook 'scim-bridge-state-hook #'scim-tenant--bridge-changed))

(provide 'scim-tenant)
;;; scim-tenant.el ends here
