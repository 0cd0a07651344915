;;; scim-rotate.el --- Rotate the credentials of SCIM tenants -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; While a credential is rotated, scim.yaml has two: the new one, and the
;; old one as a previous one, which is used when the new one is refused.
;; `scim-rotate' shows how far a rotation is and what to do next; v asks
;; the service about both credentials, f whether the old one can go.

;;; Code:

(require 'scim-env-sets)
(require 'scim-menu)
(require 'scim-protocol)
(require 'scim-report)
(require 'scim-rpc)

(defun scim-rotate--shown (answer)
  "Say what ANSWER, of which the report is shown, has come to."
  (message "%s"
           (cond ((not (eq t (plist-get answer :isRotating)))
                  (format "%s has one credential" (plist-get answer :tenant)))
                 ((eql (plist-get answer :exitCode) scim-protocol-exit-done)
                  (format "%s has two credentials" (plist-get answer :tenant)))
                 (t (scim-ui-face
                     (format "%s still needs its previous credential"
                             (plist-get answer :tenant))
                     'scim-warning)))))

(defun scim-rotate-verify ()
  "Ask the service about each credential of the tenant, by reading something."
  (interactive nil scim-rotate-mode)
  (scim-report-ask :action "verify"))

(defun scim-rotate-finish ()
  "Find out whether the previous credential can go, and show how."
  (interactive nil scim-rotate-mode)
  (scim-report-ask :action "finish"))

(defvar scim-rotate-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "v") #'scim-rotate-verify)
    (define-key map (kbd "f") #'scim-rotate-finish)
    map)
  "Keymap of `scim-rotate-mode'.")

(scim-menu-define
 'scim-rotate-mode scim-rotate-mode-map "SCIM-Rotation" "?"
 '("Rotation"
   ("Look again" revert-buffer)
   ("Verify both" scim-rotate-verify)
   ("Finish" scim-rotate-finish)
   ("Visit place" scim-report-visit :context t)
   ("Cancel" scim-report-cancel)))

(define-derived-mode scim-rotate-mode scim-report-mode "SCIM-Rotation"
  "Major mode for the rotation of the credential of a tenant.

\\{scim-rotate-mode-map}"
  :interactive nil
  (setq-local header-line-format
              '((:eval (substitute-command-keys
                        " \\<scim-rotate-mode-map>\
\\[scim-rotate-verify] verify both  \\[scim-rotate-finish] finish  \
\\[revert-buffer] again  \\[scim-report-visit] visit")))))

;;;###autoload
(defun scim-rotate (&optional tenant)
  "Show how far the rotation of the credential of TENANT is.
Interactively, it is the tenant of this buffer, or asked for.
See Info node `(scim)Rotation'."
  (interactive (list (or (bound-and-true-p scim-tenant)
                         (scim-env-sets-read-tenant "Rotate for tenant: "))))
  (scim-report-open "*SCIM rotation*" #'scim-rotate-mode scim-protocol-rotate
                    (append (list :action "status")
                            (and tenant (list :tenant tenant)))
                    #'scim-rotate--shown))

(provide 'scim-rotate)
;;; scim-rotate.el ends here
