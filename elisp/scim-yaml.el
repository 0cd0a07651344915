;;; scim-yaml.el --- Edit scim.yaml and sets of variables -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Major modes for scim.yaml, `scim-yaml-mode', and for sets of variables,
;; env/NAME.env, `scim-variables-mode'.  The bridge knows what may stand
;; in them: diagnostics, completion and documentation come from there, by
;; scim-document.el.  Here is what an editor needs to know of YAML:
;; comments, strings, keys, and how to indent; mock files share it.
;;
;; Who prefers another mode, such as `yaml-mode', gets the same help there
;; by `scim-document-mode', which switches itself on by the file's name.

;;; Code:

(require 'conf-mode)
(require 'scim-document)
(require 'scim-menu)
(require 'scim-rpc)
(require 'scim-ui)

(autoload 'scim "scim" nil t)
(autoload 'scim-doctor "scim-doctor" nil t)
(autoload 'scim-tenant-add "scim-setup" nil t)
(autoload 'scim-env "scim-env" nil t)
(autoload 'scim-env-example "scim-env" nil t)
(autoload 'scim-env-diff "scim-env-sets" nil t)
(autoload 'scim-env-history "scim-env-sets" nil t)
(autoload 'scim-env-promote "scim-env-sets" nil t)
(autoload 'scim-env-rollback "scim-env-sets" nil t)
(autoload 'scim-rotate "scim-rotate" nil t)

;;;; YAML

(defconst scim-yaml-keywords
  `(("^[ \t]*\\(?:- +\\)*\\([[:alnum:]_.$/-]+\\|\"[^\"\n]*\"\\)[ \t]*:\\(?:[ \t]\\|$\\)"
     (1 'font-lock-variable-name-face t))
    ("[{,][ \t]*\\([[:alnum:]_.$-]+\\)[ \t]*:[ \t]"
     (1 'font-lock-variable-name-face))
    ("[:,[{ -][ \t]*\\(\\(?:env\\|file\\|cmd\\|auth-source\\):[^],}# \t\n]+\\)"
     (1 'font-lock-preprocessor-face))
    (,(concat "\\_<\\(?:true\\|false\\|null\\)\\_>"
              "\\|\\_<[0-9]+\\(?:\\.[0-9]+\\)?\\(?:ms\\|[smhd]\\)?\\_>")
     (0 'font-lock-constant-face)))
  "Font lock keywords for files of this package in YAML.")

(defvar scim-yaml-base-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?\" "\"" table)
    (dolist (character '(?- ?_ ?. ?$))
      (modify-syntax-entry character "_" table))
    table)
  "Syntax table of `scim-yaml-base-mode'.")

(defconst scim-yaml--propertize
  (syntax-propertize-rules
   ;; A number sign begins a comment only after white space.
   ("\\(?:^\\|[ \t]\\)\\(#\\)" (1 "<"))
   ;; An apostrophe begins a string only where a value begins.
   ("[:,[{-][ \t]+\\('\\)\\(?:[^'\n]\\|''\\)*\\('\\)" (1 "\"") (2 "\"")))
  "Function that tells comments and quotes from other characters.")

(defun scim-yaml--base ()
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

(defun scim-yaml-indent ()
  "Indent this line like the one before it, or deeper when that opens a block.
Called again, indent it less, for a block that has ended."
  (interactive)
  (let* ((now (current-indentation))
         (base (scim-yaml--base))
         (column (if (and (eq last-command this-command)
                          (> now 0)
                          (<= now base))
                     (max 0 (- now 2))
                   base)))
    (if (<= (current-column) now)
        (indent-line-to column)
      (save-excursion (indent-line-to column)))))

(define-derived-mode scim-yaml-base-mode prog-mode "YAML"
  "Major mode that other modes for files in YAML derive from."
  :interactive nil
  (setq font-lock-defaults '(scim-yaml-keywords))
  (setq-local comment-start "# "
              comment-end ""
              comment-start-skip "#+[ \t]*"
              syntax-propertize-function scim-yaml--propertize
              indent-line-function #'scim-yaml-indent
              indent-tabs-mode nil
              electric-indent-inhibit t
              imenu-generic-expression '((nil "^\\([[:alnum:]_-]+\\):" 1))
              outline-regexp "[[:alnum:]_-]+:"
              outline-level (lambda () 1)))

;;;; scim.yaml

(defun scim-yaml-tenant ()
  "Return the name of the tenant whose entry in scim.yaml point is in, or nil."
  (save-excursion
    (save-restriction
      (widen)
      (end-of-line)
      (let ((end (point)))
        (when (re-search-backward "^tenants[ \t]*:" nil t)
          (forward-line)
          (scim-yaml--last-key end))))))

(defun scim-yaml--last-key (end)
  "Return the last key before END of the block that begins at point, or nil.
Only keys of its outermost level count."
  (when (and (< (point) end)
             (re-search-forward "^\\([ ]+\\)[^# \t\n]" end t))
    (let ((level (concat "^" (match-string 1)
                         "[\"']?\\([^ #\"':\n]+\\)[\"']?[ ]*:"))
          (name nil))
      (beginning-of-line)
      (while (and (not (eobp)) (< (point) end)
                  (not (looking-at "[^ #\t\n]")))
        (when (looking-at level)
          (setq name (match-string-no-properties 1)))
        (forward-line))
      (and (>= (point) end) name))))

(defun scim-yaml-doctor ()
  "Check the tenant at point, or all tenants when point is in none."
  (interactive nil scim-yaml-mode)
  (scim-yaml--save)
  (scim-doctor (scim-yaml-tenant)))

(defun scim-yaml--save ()
  "Offer to save this buffer, since what is saved is checked."
  (when (and buffer-file-name (buffer-modified-p)
             (y-or-n-p (format "Save %s? "
                               (file-name-nondirectory buffer-file-name))))
    (save-buffer)))

(defun scim-yaml--keymap ()
  "Return a keymap with the commands of all files that this file is about."
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "C-c C-v") #'scim-env)
    (define-key map (kbd "C-c C-d") #'scim-document-help)
    map))

(defconst scim-yaml--groups
  '(("Environment"
     ("Variables" scim-env)
     ("Write example..." scim-env-example :key "e")
     ("Compare..." scim-env-diff :key "=")
     ("Promote..." scim-env-promote :key "P")
     ("Roll back..." scim-env-rollback :key "R")
     ("History" scim-env-history :key "h")
     ("Rotate credential..." scim-rotate :key "k"))
    ("File"
     ("Help at point" scim-document-help :context t)))
  "Groups of commands of all files that this file is about.")

(defvar scim-yaml-mode-map
  (let ((map (scim-yaml--keymap)))
    (define-key map (kbd "C-c C-c") #'scim-yaml-doctor)
    map)
  "Keymap of `scim-yaml-mode'.")

(apply #'scim-menu-define
       'scim-yaml-mode scim-yaml-mode-map "SCIM" "C-c ?"
       '("Tenants"
         ("Check tenant at point" scim-yaml-doctor :context t)
         ("Check all" scim-doctor :key "c")
         ("Set up another..." scim-tenant-add :key "t"))
       scim-yaml--groups)

;;;###autoload
(define-derived-mode scim-yaml-mode scim-yaml-base-mode "SCIM-Tenants"
  "Major mode for scim.yaml, the file with the tenants of a workspace.

\\{scim-yaml-mode-map}"
  (scim-menu-setup)
  (setq-local imenu-generic-expression
              '((nil "^  \\([[:alnum:]_.-]+\\):[ \t]*\\(?:#.*\\)?$" 1)))
  (scim-document-setup "scim-yaml"))

;;;; Sets of variables

(defconst scim-variables-mode-keywords
  '(("^[ \t]*\\(export\\)[ \t]" (1 'font-lock-keyword-face t))
    ("^[ \t]*\\(?:export[ \t]+\\)?\\([[:alpha:]_][[:alnum:]_]*\\)="
     (1 'font-lock-variable-name-face t))
    ("=[ \t]*[\"']?\\(\\(?:env\\|file\\|cmd\\|auth-source\\):[^\"'\n]+\\)"
     (1 'font-lock-preprocessor-face t))
    ("^#[ \t]*\\(purpose\\|format\\|secret\\|rotated\\|expires\\):"
     (1 'font-lock-doc-face t)))
  "Font lock keywords for sets of variables.")

(defvar scim-variables-mode-map
  (let ((map (scim-yaml--keymap)))
    (define-key map (kbd "C-c C-c") #'scim-doctor)
    map)
  "Keymap of `scim-variables-mode'.")

(apply #'scim-menu-define
       'scim-variables-mode scim-variables-mode-map "SCIM" "C-c ?"
       '("Tenants"
         ("Check" scim-doctor))
       scim-yaml--groups)

;;;###autoload
(define-derived-mode scim-variables-mode conf-unix-mode "SCIM-Variables"
  "Major mode for sets of variables that tenants in scim.yaml use.
In a directory without a scim.yaml above it, no help is given.

\\{scim-variables-mode-map}"
  (scim-menu-setup)
  (font-lock-add-keywords nil scim-variables-mode-keywords)
  (when (equal (scim-document-language) "scim-env")
    (scim-document-setup "scim-env")))

;;;###autoload
(add-to-list 'auto-mode-alist '("/scim\\.yaml\\'" . scim-yaml-mode))
;;;###autoload
(add-to-list 'auto-mode-alist '("/env/[^/]+\\.env\\'" . scim-variables-mode))

;; Who visits these files in another mode has chosen it.
(dolist (hook '(yaml-mode-hook yaml-ts-mode-hook conf-mode-hook
                               dotenv-mode-hook))
  (add-hook hook #'scim-document-mode-maybe))

(provide 'scim-yaml)
;;; scim-yaml.el ends here
