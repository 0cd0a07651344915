;;; checkdoc-batch.el --- Checkdoc that fails -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;;   EMACS -Q --batch -l test/tools/checkdoc-batch.el \
;;     -f scim-checkdoc-batch FILE...
;;
;; `checkdoc-file' only warns, and exits 0 whatever it finds.

;;; Code:

(require 'checkdoc)

(defvar scim-checkdoc--count 0
  "How many complaints there are.")

(defun scim-checkdoc--report (text start _end &optional _unfixable)
  "Print the complaint TEXT about START; return nil, so that all are found."
  (setq scim-checkdoc--count (1+ scim-checkdoc--count))
  (message "%s:%d: %s" (file-relative-name buffer-file-name)
           (line-number-at-pos (or start (point)) t) text)
  nil)

(defun scim-checkdoc-batch ()
  "Check the files named on the command line; exit 1 on any complaint."
  (let ((checkdoc-create-error-function #'scim-checkdoc--report)
        (checkdoc-autofix-flag 'never)
        (checkdoc-spellcheck-documentation-flag nil)
        (checkdoc-arguments-in-order-flag nil)
        (inhibit-message t))
    (while command-line-args-left
      (with-current-buffer (find-file-noselect (pop command-line-args-left))
        (let ((inhibit-message nil))
          (checkdoc-current-buffer t)))))
  (kill-emacs (if (zerop scim-checkdoc--count) 0 1)))

;;; checkdoc-batch.el ends here
