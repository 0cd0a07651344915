;;; scim-mock-mode.el --- Edit mock files -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; A major mode for *.scim-mock files, which are YAML.  The bridge knows
;; what may stand in them: diagnostics, completion and documentation come
;; from there, by scim-document.el.  Here is what an editor needs to know
;; of YAML: comments, strings, keys, and how to indent.

;;; Code:

(require 'easymenu)
(require 'scim-document)
(require 'scim-mock)
(require 'scim-ui)

;;;; Text

(defconst scim-mock-mode-keywords
  `(("^[ \t]*\\(?:- +\\)*\\([[:alnum:]_.$/-]+\\|\"[^\"\n]*\"\\)[ \t]*:\\(?:[ \t]\\|$\\)"
     (1 'font-lock-variable-name-face t))
    ("[{,][ \t]*\\([[:alnum:]_.$-]+\\)[ \t]*:[ \t]"
     (1 'font-lock-variable-name-face))
    ("[:,[{ -][ \t]*\\(\\(?:env\\|file\\):[^],}# \t\n]+\\)"
     (1 'font-lock-preprocessor-face))
    (,(concat "\\_<\\(?:true\\|false\\|null\\)\\_>"
              "\\|\\_<[0-9]+\\(?:\\.[0-9]+\\)?\\(?:ms\\|[smhd]\\)?\\_>")
     (0 'font-lock-constant-face))
    (,(concat "\\_<\\(?:GET\\|POST\\|PUT\\|PATCH\\|DELETE\\|OPTIONS\\|HEAD\\)"
              "\\_>")
     (0 'scim-method)))
  "Font lock keywords for mock files.")

(defvar scim-mock-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?\" "\"" table)
    (dolist (character '(?- ?_ ?. ?$))
      (modify-syntax-entry character "_" table))
    table)
  "Syntax table of `scim-mock-mode'.")

(defconst scim-mock-mode--propertize
  (syntax-propertize-rules
   ;; A number sign begins a comment only after white space.
   ("\\(?:^\\|[ \t]\\)\\(#\\)" (1 "<"))
   ;; An apostrophe begins a string only where a value begins.
   ("[:,[{-][ \t]+\\('\\)\\(?:[^'\n]\\|''\\)*\\('\\)" (1 "\"") (2 "\"")))
  "Function that tells comments and quotes from other characters.")

(defun scim-mock-mode--base ()
  "Return the indentation that the line before this one asks for."
  (save-excursion
    (beginning-of-line)
    (if (not (re-search-backward "^[ \t]*[^ \t\n#]" nil t))
        0
      (back-to-indentation)
      (let ((column (current-column)))
        (cond ((looking-at ".*:[ \t]*\\(?:#.*\\)?$")
               (+ column (if (looking-at "- ") 4 2)))
              ((looking-at "- +[^ \n]+:[ \t]") (+ column 2))
              (t column))))))

(defun scim-mock-mode-indent ()
  "Indent this line like the one before it, or deeper when that opens a block.
Called again, indent it less, for a block that has ended."
  (interactive)
  (let* ((now (current-indentation))
         (base (scim-mock-mode--base))
         (column (if (and (eq last-command this-command)
                          (> now 0)
                          (<= now base))
                     (max 0 (- now 2))
                   base)))
    (if (<= (current-column) now)
        (indent-line-to column)
      (save-excursion (indent-line-to column)))))

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
(define-derived-mode scim-mock-mode prog-mode "SCIM-Mock"
  "Major mode for files that describe a mock SCIM server.

\\{scim-mock-mode-map}"
  (setq font-lock-defaults '(scim-mock-mode-keywords))
  (setq-local comment-start "# "
              comment-end ""
              comment-start-skip "#+[ \t]*"
              syntax-propertize-function scim-mock-mode--propertize
              indent-line-function #'scim-mock-mode-indent
              indent-tabs-mode nil
              electric-indent-inhibit t
              imenu-generic-expression '((nil "^\\([[:alnum:]_-]+\\):" 1))
              outline-regexp "[[:alnum:]_-]+:"
              outline-level (lambda () 1)
              mode-line-process '((:eval (scim-mock-mode--mode-line))))
  (scim-document-setup "scim-mock"))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.scim-mock\\'" . scim-mock-mode))

(autoload 'scim "scim" nil t)

(provide 'scim-mock-mode)
;;; scim-mock-mode.el ends here
