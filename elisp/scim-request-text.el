;;; scim-request-text.el --- The shape of SCIM request files -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; All that Emacs itself knows of the text of a request file: what to
;; highlight, where requests begin and end, how to indent a body.

;;; Code:

(require 'subr-x)
(require 'scim-ui)

;;;; Faces

(defface scim-request-separator '((t :inherit font-lock-comment-delimiter-face))
  "Face for the separators of requests."
  :group 'scim-faces)

(defface scim-request-name '((t :inherit font-lock-function-name-face))
  "Face for the names of requests."
  :group 'scim-faces)

(defface scim-request-directive '((t :inherit font-lock-preprocessor-face))
  "Face for directives."
  :group 'scim-faces)

(defface scim-request-variable '((t :inherit font-lock-variable-name-face))
  "Face for variables and captures where they are set."
  :group 'scim-faces)

(defface scim-request-reference '((t :inherit font-lock-constant-face))
  "Face for references in double braces."
  :group 'scim-faces)

(defface scim-request-assertion '((t :inherit font-lock-builtin-face))
  "Face for the marks and operators of assertions."
  :group 'scim-faces)

;;;; Syntax

(defconst scim-request--separator "^###"
  "Regexp for the beginning of a request.")

(defconst scim-request--line
  (concat "^\\(GET\\|POST\\|PUT\\|PATCH\\|DELETE\\)[ \t]+"
          "\\([^ \t\n].*?\\)\\(?:[ \t]+\\(HTTP/[0-9.]+\\)\\)?[ \t]*$")
  "Regexp for a request line.")

(defvar scim-request-font-lock-keywords
  `(("^\\(###\\)[ \t]*\\(.*\\)$"
     (1 'scim-request-separator) (2 'scim-request-name))
    ("^\\(?:#\\|//\\)[ \t]*@.*$" (0 'scim-request-directive))
    ("^\\(?:#\\|//\\).*$" (0 'font-lock-comment-face))
    (,scim-request--line
     (1 'scim-method) (2 'scim-target) (3 'scim-dimmed nil t))
    ("^\\([A-Z]\\{2,\\}\\)[ \t]+/" (1 'scim-warning))
    ("^[ \t]+[?&].*$" (0 'scim-target))
    ("^\\([A-Za-z][A-Za-z0-9-]*\\):[ \t]" (1 'scim-header))
    ("^\\(@[A-Za-z0-9_-]+\\)[ \t]*=" (1 'scim-request-variable))
    ("^\\?\\?" (0 'scim-request-assertion)
     (,(concat "[ \t]\\(==\\|!=\\|[<>]=?\\|contains\\|startsWith\\|endsWith"
               "\\|matches\\|exists\\|absent\\)\\(?:[ \t]\\|$\\)")
      nil nil (1 'scim-request-assertion)))
    ,@scim-ui-json-keywords
    ("{{[^}\n]*}}" (0 'scim-request-reference prepend)))
  "Font lock keywords of `scim-request-mode'.")

(defvar scim-request-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?\\ "\\" table)
    (modify-syntax-entry ?_ "_" table)
    (modify-syntax-entry ?- "_" table)
    (modify-syntax-entry ?$ "_" table)
    (modify-syntax-entry ?' "." table)
    table)
  "Syntax table of `scim-request-mode'.")

;;;; Requests in the buffer

(defun scim-request-bounds (&optional position)
  "Return (BEG . END) of the request around POSITION, by default point.
It reaches from its separator, or the beginning of the buffer, to the
next one."
  (save-excursion
    (save-restriction
      (widen)
      (when position (goto-char position))
      (end-of-line)
      (let ((beg (if (re-search-backward scim-request--separator nil t)
                     (point)
                   (point-min))))
        (goto-char beg)
        (end-of-line)
        (cons beg (if (re-search-forward scim-request--separator nil t)
                      (match-beginning 0)
                    (point-max)))))))

(defun scim-request--request-line (bounds)
  "Return the match data of the request line within BOUNDS, or nil."
  (save-excursion
    (save-restriction
      (widen)
      (goto-char (car bounds))
      (let ((case-fold-search nil))
        (and (re-search-forward scim-request--line (cdr bounds) t)
             (match-data))))))

(defun scim-request-name (bounds)
  "Return the name of the request within BOUNDS, or nil if there is none.
Without a name of its own it is called by method and target."
  (save-excursion
    (goto-char (car bounds))
    (if (looking-at "###[ \t]*\\(.*[^ \t\n]\\)")
        (match-string-no-properties 1)
      (let ((line (scim-request--request-line bounds)))
        (when line
          (set-match-data line)
          (concat (match-string-no-properties 1) " "
                  (match-string-no-properties 2)))))))

(defun scim-request-beginning (&optional count)
  "Go back to the beginning of a request, COUNT times, or on if negative.
This is the `beginning-of-defun-function' of request files."
  (let ((count (or count 1)))
    (if (< count 0)
        (progn (end-of-line)
               (and (re-search-forward scim-request--separator nil 'move
                                       (- count))
                    (goto-char (match-beginning 0))))
      (re-search-backward scim-request--separator nil 'move count))))

(defun scim-request-end ()
  "Go to the end of the request that begins at point.
This is the `end-of-defun-function' of request files."
  (goto-char (cdr (scim-request-bounds))))

(defun scim-request-next (&optional count)
  "Go to the next request, or forward by COUNT requests."
  (interactive "p")
  (scim-request-beginning (- (or count 1))))

(defun scim-request-previous (&optional count)
  "Go to the previous request, or back by COUNT requests."
  (interactive "p")
  (scim-request-beginning (or count 1)))

(defun scim-request--imenu ()
  "Return an index of the requests for imenu."
  (save-excursion
    (goto-char (point-min))
    (let (index)
      (while (re-search-forward scim-request--separator nil t)
        (goto-char (match-beginning 0))
        (when-let ((name (scim-request-name (scim-request-bounds))))
          (push (cons name (point)) index))
        (end-of-line))
      (nreverse index))))

(defun scim-request--indent ()
  "Indent the current line of a body by its depth in brackets."
  (let* ((depth (save-excursion
                  (beginning-of-line)
                  (nth 0 (parse-partial-sexp (car (scim-request-bounds))
                                             (point)))))
         (closing (save-excursion (back-to-indentation)
                                  (looking-at "[]}]")))
         (column (* 2 (max 0 (if closing (1- depth) depth)))))
    (unless (and (= depth 0)
                 (save-excursion (beginning-of-line)
                                 (looking-at "[ \t]+[?&]")))
      (if (<= (current-column) (current-indentation))
          (indent-line-to column)
        (save-excursion (indent-line-to column))))))

(provide 'scim-request-text)
;;; scim-request-text.el ends here
