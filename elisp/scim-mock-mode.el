;;; scim-mock-mode.el --- Edit mock files -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; A major mode for *.scim-mock files, which are YAML.  The bridge knows
;; what may stand in them: diagnostics, completion and documentation come
;; from there, by scim-document.el.  What an editor needs to know of YAML
;; is in scim-yaml.el.

;;; Code:

(require 'scim-document)
(require 'scim-menu)
(require 'scim-mock)
(require 'scim-ui)
(require 'scim-yaml)

;;;; Text

(defconst scim-mock-mode-keywords
  (append scim-yaml-keywords
          `((,(concat "\\_<\\(?:GET\\|POST\\|PUT\\|PATCH\\|DELETE\\|OPTIONS\\|HEAD\\)"
                      "\\_>")
             (0 'scim-method))))
  "Font lock keywords for mock files.")

(defun scim-mock-mode--mode-line ()
  "Return what the mode line has about the server of this buffer."
  (cond (scim-mock--starting " ⟳ starting")
        ((scim-mock-of-buffer)
         (propertize
          (format " :%s" (replace-regexp-in-string
                          ".*:\\([0-9]+\\).*" "\\1"
                          (scim-mock-url (scim-mock-of-buffer))))
          'face 'scim-success
          'help-echo (scim-mock-url (scim-mock-of-buffer))))))

;;;; Mode

(defvar scim-mock-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "C-c C-c") #'scim-mock-start)
    (define-key map (kbd "C-c C-k") #'scim-mock-stop)
    (define-key map (kbd "C-c C-v") #'scim-mock-view)
    (define-key map (kbd "C-c C-t") #'scim-mock-use)
    (define-key map (kbd "C-c C-s") #'scim-mock-save)
    (define-key map (kbd "C-c C-w") #'scim-mock-copy-url)
    (define-key map (kbd "C-c C-d") #'scim-document-help)
    map)
  "Keymap of `scim-mock-mode'.")

(scim-menu-define
 'scim-mock-mode scim-mock-mode-map "SCIM-Mock" "C-c ?"
 '("Server"
   ("Start or re-seed" scim-mock-start)
   ("Stop" scim-mock-stop :if scim-mock-of-buffer)
   ("Live view" scim-mock-view :if scim-mock-of-buffer)
   ("Save as new mock file..." scim-mock-save :if scim-mock-of-buffer))
 '("Use"
   ("Point tenant at it..." scim-mock-use :if scim-mock-of-buffer)
   ("Copy URL" scim-mock-copy-url :if scim-mock-of-buffer)
   ("Mock servers" scim-mock-list :key "M-m"))
 '("File"
   ("Help at point" scim-document-help :context t)))

;;;###autoload
(define-derived-mode scim-mock-mode scim-yaml-base-mode "SCIM-Mock"
  "Major mode for files that describe a mock SCIM server.

\\{scim-mock-mode-map}"
  (scim-menu-setup)
  (setq font-lock-defaults '(scim-mock-mode-keywords))
  (setq-local mode-line-process '((:eval (scim-mock-mode--mode-line))))
  (scim-document-setup "scim-mock"))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.scim-mock\\'" . scim-mock-mode))

(autoload 'scim "scim" nil t)

(provide 'scim-mock-mode)
;;; scim-mock-mode.el ends here
