;;; scim-mock-mode.el --- Edit mock files -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; A major mode for *.scim-mock files, which are YAML.  The bridge knows
;; what may stand in them: diagnostics, completion and documentation come
;; from there, by scim-document.el.  What an editor needs to know of YAML
;; is in scim-yaml.el.

;;; Code:

(require 'easymenu)
(require 'scim-document)
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

(easy-menu-define scim-mock-mode-menu scim-mock-mode-map
  "Menu of `scim-mock-mode'."
  '("SCIM-Mock"
    ["Start or Re-seed" scim-mock-start]
    ["Stop" scim-mock-stop :active (scim-mock-of-buffer)]
    ["Live View" scim-mock-view :active (scim-mock-of-buffer)]
    ["Point Tenant at It..." scim-mock-use :active (scim-mock-of-buffer)]
    ["Copy URL" scim-mock-copy-url :active (scim-mock-of-buffer)]
    ["Save as New Mock File..." scim-mock-save :active (scim-mock-of-buffer)]
    "---"
    ["Help at Point" scim-document-help]
    ["Mock Servers" scim-mock-list]
    ["Workbench" scim]))

;;;###autoload
(define-derived-mode scim-mock-mode scim-yaml-base-mode "SCIM-Mock"
  "Major mode for files that describe a mock SCIM server.

\\{scim-mock-mode-map}"
  (setq font-lock-defaults '(scim-mock-mode-keywords))
  (setq-local mode-line-process '((:eval (scim-mock-mode--mode-line))))
  (scim-document-setup "scim-mock"))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.scim-mock\\'" . scim-mock-mode))

(autoload 'scim "scim" nil t)

(provide 'scim-mock-mode)
;;; scim-mock-mode.el ends here
