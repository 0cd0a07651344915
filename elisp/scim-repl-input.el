;;; scim-repl-input.el --- Input of several lines in the SCIM REPL -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; When is an input complete, so that RET sends it?  When its brackets
;; and strings are closed; and of a request with a method that may have a
;; body, when there is one, or a second empty line.  Whether it makes any
;; sense is for the bridge to say.

;;; Code:

(require 'comint)
(require 'subr-x)

(declare-function scim-repl-input-start "scim-repl")

(defun scim-repl-input-open (text)
  "Return what is open at the end of TEXT: a list of brackets, the last first.
It is `string' when TEXT ends within a string."
  (with-temp-buffer
    (insert text)
    (goto-char (point-min))
    (let (open)
      (while (and (listp open) (re-search-forward "[][{}()\"]" nil t))
        (pcase (char-before)
          ((or ?\{ ?\[ ?\() (push (char-before) open))
          ((or ?\} ?\] ?\)) (pop open))
          (_ (unless (scim-repl-input--skip-string)
               (setq open 'string)))))
      open)))

;; A regexp would overflow the stack of the matcher on a long string.
(defun scim-repl-input--skip-string ()
  "Move behind the string that point is in; return nil if it is not closed."
  (let (closed)
    (while (and (not closed)
                (progn (skip-chars-forward "^\"\\\\")
                       (not (eobp))))
      (setq closed (eq (char-after) ?\"))
      (forward-char (if closed 1 (min 2 (- (point-max) (point))))))
    closed))

(defun scim-repl-input--body-missing-p (text)
  "May a body follow TEXT, a request as HTTP has it, that is not there yet?
A second empty line says that there is none."
  (let (case-fold-search)
    (and (string-match-p "\\`[ \t\n]*\\(?:POST\\|PUT\\|PATCH\\)[ \t]+[/{h]" text)
         (or (not (string-match-p "\n[ \t]*\n" text))
             (string-match-p "\\`\\(?:.+\n\\)+[ \t]*\n?\\'" text)))))

(defun scim-repl-input-complete-p (text)
  "Is TEXT to be sent when RET is typed at its end?"
  (and (null (scim-repl-input-open text))
       (not (scim-repl-input--body-missing-p text))))

;;;; Indentation

(defun scim-repl-input--indentation (position)
  "Return the column for a line of the input that begins at POSITION."
  (let ((open (scim-repl-input-open
               (buffer-substring-no-properties (scim-repl-input-start)
                                               position)))
        (closes (save-excursion
                  (goto-char position)
                  (looking-at-p "[ \t]*[]})]"))))
    (if (listp open)
        (* 2 (max 0 (- (length open) (if closes 1 0))))
      0)))

(defun scim-repl-input-indent ()
  "Indent the current line of the input; its first line is left alone."
  (let ((bol (line-beginning-position)))
    (when (> bol (scim-repl-input-start))
      (indent-line-to (scim-repl-input--indentation bol)))))

(defun scim-repl-newline ()
  "Break the line of the input, and indent."
  (interactive)
  (if (< (point) (scim-repl-input-start))
      (goto-char (point-max))
    (delete-horizontal-space)
    (insert "\n")
    (scim-repl-input-indent)))

(defun scim-repl-close (count)
  "Insert the bracket that was typed, COUNT times, and indent the line."
  (interactive "p")
  (self-insert-command count)
  (when (and (> (line-beginning-position) (scim-repl-input-start))
             (save-excursion
               (beginning-of-line)
               (looking-at-p "[ \t]*[]}][ \t]*$")))
    (save-excursion (scim-repl-input-indent))))

(provide 'scim-repl-input)
;;; scim-repl-input.el ends here
