;;; byte-compile.el --- Byte-compile with warnings as errors -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;;   EMACS -Q --batch -l test/tools/byte-compile.el \
;;     -f scim-byte-compile-batch FILE...
;;
;; Each file is compiled with its own directory in the variable `load-path'.
;; Nothing is left beside the sources, so that a stale .elc can never
;; be loaded in place of its source.

;;; Code:

(require 'bytecomp)

(defun scim-byte-compile-batch ()
  "Compile the files named on the command line; exit 1 on any warning."
  (let* ((byte-compile-error-on-warn t)
         (load-prefer-newer t)
         (directory (make-temp-file "scim-elc" t))
         (byte-compile-dest-file-function
          (lambda (file)
            (expand-file-name (concat (file-name-nondirectory file) "c")
                              directory)))
         (failed nil))
    (unwind-protect
        (while command-line-args-left
          (let ((file (expand-file-name (pop command-line-args-left))))
            (add-to-list 'load-path (file-name-directory file))
            (unless (eq t (byte-compile-file file))
              (push file failed))))
      (delete-directory directory t))
    (when failed
      (message "Not clean: %s" (string-join (nreverse failed) ", ")))
    (kill-emacs (if failed 1 0))))

;;; byte-compile.el ends here
