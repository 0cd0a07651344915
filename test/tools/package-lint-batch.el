;;; package-lint-batch.el --- Package-lint without the network -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;;   EMACS -Q --batch -l test/tools/package-lint-batch.el \
;;     -f scim-package-lint elisp/scim.el elisp/OTHER.el...
;;
;; The first file is the main file of the package.  Package-lint is
;; taken from the Debian package elpa-package-lint or from the directory
;; in the environment variable PACKAGE_LINT; without it this says so and
;; exits 77, the usual code for a skipped check.

;;; Code:

(require 'package)

(defvar package-lint-main-file)
(defvar package-lint-batch-fail-on-warnings)
(declare-function package-lint-buffer "package-lint" (&optional buffer))

(defun scim-package-lint--add-load-path ()
  "Put package-lint and what it needs on the variable `load-path'."
  (let ((given (getenv "PACKAGE_LINT")))
    (dolist (directory (if given
                           (list given)
                         (append
                          (file-expand-wildcards
                           "/usr/share/emacs/site-lisp/elpa-src/*")
                          (file-expand-wildcards
                           "/usr/share/emacs/site-lisp/elpa/*"))))
      (add-to-list 'load-path directory))))

(defun scim-package-lint ()
  "Check the files named on the command line; exit 1 on any complaint."
  (scim-package-lint--add-load-path)
  (unless (require 'package-lint nil t)
    (message "package-lint is not installed; skipped")
    (kill-emacs 77))
  ;; Known packages are only asked for about dependencies, and there
  ;; are none but Emacs.
  (setq package-archive-contents nil)
  (let ((count 0)
        (package-lint-main-file (expand-file-name (car command-line-args-left))))
    (dolist (file command-line-args-left)
      (with-temp-buffer
        (insert-file-contents file t)
        (emacs-lisp-mode)
        (pcase-dolist (`(,line ,column ,type ,message) (package-lint-buffer))
          (setq count (1+ count))
          (message "%s:%d:%d: %s: %s" file line column type message))))
    (setq command-line-args-left nil)
    (kill-emacs (if (zerop count) 0 1))))

;;; package-lint-batch.el ends here
