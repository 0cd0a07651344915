;;; scim-mock-list.el --- The mock SCIM servers that run -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; A list of the mock servers, and lines about them for the home buffer.

;;; Code:

(require 'tabulated-list)
(require 'scim-menu)
(require 'scim-mock)
(require 'scim-ui)

(defun scim-mock-list--entry (mock)
  "Return the entry for MOCK of a tabulated list."
  (list mock (vector (scim-mock-name mock)
                     (scim-mock-url mock)
                     (or (scim-mock-vendor mock) "standard")
                     (scim-mock-counts-text mock)
                     (string-join (scim-mock-tenants mock) ", "))))

(defun scim-mock-list--entries ()
  "Return the entries of the list."
  (mapcar #'scim-mock-list--entry (scim-mock-all)))

(defun scim-mock-list--here ()
  "Return the mock server at point, or signal a `user-error'."
  (or (tabulated-list-get-id) (user-error "There is no mock server here")))

(defun scim-mock-list-view ()
  "Show the live view of the mock server at point."
  (interactive nil scim-mock-list-mode)
  (scim-mock-view (scim-mock-list--here)))

(defun scim-mock-list--changed ()
  "Show in the list what has changed."
  (when-let ((buffer (get-buffer "*SCIM mocks*")))
    (with-current-buffer buffer
      (when (derived-mode-p 'scim-mock-list-mode)
        (tabulated-list-print t)))))

(defvar scim-mock-list-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "RET") #'scim-mock-list-view)
    (define-key map (kbd "k") #'scim-mock-stop)
    (define-key map (kbd "u") #'scim-mock-use)
    (define-key map (kbd "U") #'scim-mock-unuse)
    (define-key map (kbd "s") #'scim-mock-save)
    (define-key map (kbd "w") #'scim-mock-copy-url)
    map)
  "Keymap of `scim-mock-list-mode'.")

(scim-menu-define
 'scim-mock-list-mode scim-mock-list-mode-map "SCIM-Mocks" "?"
 '("Server"
   ("Live view" scim-mock-list-view :context t)
   ("Copy URL" scim-mock-copy-url :context t)
   ("Save as mock file..." scim-mock-save :context t)
   ("Stop" scim-mock-stop :context t)
   ("Refresh" revert-buffer))
 '("Tenants"
   ("Point tenant at it..." scim-mock-use :context t)
   ("Give tenant back" scim-mock-unuse :context t)))

(define-derived-mode scim-mock-list-mode tabulated-list-mode "SCIM-Mocks"
  "Major mode for the list of mock SCIM servers.

\\{scim-mock-list-mode-map}"
  :interactive nil
  (scim-menu-setup)
  (setq tabulated-list-format [("Name" 16 t) ("URL" 36 t) ("Vendor" 14 t)
                               ("Resources" 24 nil) ("Stands for" 0 t)]
        tabulated-list-entries #'scim-mock-list--entries)
  (setq-local scim-mock-of-buffer-function #'tabulated-list-get-id)
  (tabulated-list-init-header))

;;;###autoload
(defun scim-mock-list ()
  "List the mock servers that run."
  (interactive)
  (pop-to-buffer (get-buffer-create "*SCIM mocks*"))
  (scim-mock-list-mode)
  (tabulated-list-print))

(add-hook 'scim-mock-changed-hook #'scim-mock-list--changed)

(provide 'scim-mock-list)
;;; scim-mock-list.el ends here
