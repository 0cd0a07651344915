;;; package-lint-batch.el --- Package-lint without the network -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;;   EMACS -Q --batch -l test/tools/package-lint-batch.el \
;;     -f scim-package-lint-batch FILE...
;;
;; The main file of the package is the one that has a Package-Requires
;; header.  Package-lint comes from the Debian package
;; elpa-package-lint, or from the directory in the environment variable
;; PACKAGE_LINT.

;;; Code:

(require 'lisp-mnt)
(require 'package)
(require 'seq)

(defvar package-lint-main-file)
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

(defun scim-package-lint--main-file (files)
  "Return the one of FILES that has a Package-Requires header."
  (or (seq-find (lambda (file)
                  (with-temp-buffer
                    (insert-file-contents file)
                    (lm-header "Package-Requires")))
                files)
      (error "No file has a Package-Requires header")))

(defconst scim-package-lint--wrong
  (concat "uninstallable in all released Emacs versions"
          ;; Org wants these names.
          "\\|org-babel-[a-z-]+:scim")
  "Matches what package-lint 0.16, which is older, says about Emacs 28.
Also what it says about names that Org wants.")

(defun scim-package-lint--check (file)
  "Print the complaints about FILE and return how many they are."
  (with-temp-buffer
    (insert-file-contents file t)
    (emacs-lisp-mode)
    (let ((complaints (seq-remove
                       (lambda (complaint)
                         (string-match-p scim-package-lint--wrong
                                         (nth 3 complaint)))
                       (package-lint-buffer))))
      (pcase-dolist (`(,line ,column ,type ,message) complaints)
        (message "%s:%d:%d: %s: %s" file line column type message))
      (length complaints))))

(defun scim-package-lint-batch ()
  "Check the files named on the command line; exit 1 on any complaint."
  (scim-package-lint--add-load-path)
  (unless (require 'package-lint nil t)
    (message "Package-lint is not installed: apt-get install elpa-package-lint")
    (kill-emacs 1))
  ;; Known packages are only asked for about dependencies, and there
  ;; are none but Emacs.
  (setq package-archive-contents nil)
  (let* ((files (prog1 command-line-args-left
                  (setq command-line-args-left nil)))
         (package-lint-main-file
          (expand-file-name (scim-package-lint--main-file files))))
    (kill-emacs (if (zerop (apply #'+ (mapcar #'scim-package-lint--check files)))
                    0
                  1))))

;;; package-lint-batch.el ends here
