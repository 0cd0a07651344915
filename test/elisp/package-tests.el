;;; package-tests.el --- Tests for the package as people get it -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The archive is built, installed into an empty directory by an Emacs
;; that finds nothing but Node in PATH, and used from there.

;;; Code:

(require 'scim-test-mock)
(require 'tar-mode)

(defconst package-tests--builder
  (expand-file-name "../tools/package.mjs" scim-test-directory)
  "The program that builds the archive.")

(defvar package-tests--directory nil
  "Directory with the archive, an installation, and a home.")

(defvar package-tests--stderr nil
  "What the last Emacs wrote to its standard error.")

(defvar package-tests--complaints nil
  "What the Emacs that installed the archive wrote to its standard error.")

(defun package-tests--build (directory)
  "Build the archive in DIRECTORY and return its file name."
  (with-temp-buffer
    (let ((code (call-process "node" nil t nil package-tests--builder directory)))
      (ert-info ((buffer-string) :prefix "package.mjs: ")
        (should (equal code 0))
        (string-trim (buffer-string))))))

(defun package-tests--emacs (&rest arguments)
  "Run an Emacs with ARGUMENTS that knows of Node and the packages only.
Return its standard output; fail when it fails."
  (let* ((home package-tests--directory)
         (process-environment
          (append (list (concat "HOME=" home)
                        (concat "PATH=" (expand-file-name "bin" home))
                        (concat "XDG_CACHE_HOME=" (expand-file-name "cache" home)))
                  (scim-test-mock-environment)
                  process-environment))
         (default-directory (file-name-as-directory home))
         (setup `(setq user-emacs-directory ,(expand-file-name "emacs.d/" home)
                       package-user-dir ,(expand-file-name "elpa" home)
                       package-archives nil))
         (errors (expand-file-name "stderr" home)))
    (with-temp-buffer
      (let ((code (apply #'call-process
                         (expand-file-name invocation-name invocation-directory)
                         nil (list t errors) nil "-Q" "--batch"
                         "--eval" (prin1-to-string setup) arguments)))
        (setq package-tests--stderr (with-temp-buffer
                                      (insert-file-contents errors)
                                      (buffer-string)))
        (ert-info (package-tests--stderr :prefix "stderr: ")
          (ert-info ((buffer-string) :prefix "stdout: ")
            (should (equal code 0))))
        (buffer-string)))))

(defun package-tests--install ()
  "Install the archive, once, and return the directory of the package."
  (unless package-tests--directory
    (setq package-tests--directory
          (file-truename (make-temp-file "scim-package" t)))
    (add-hook 'kill-emacs-hook
              (lambda () (delete-directory package-tests--directory t)))
    (let ((archive (package-tests--build package-tests--directory))
          (bin (expand-file-name "bin" package-tests--directory)))
      (make-directory bin)
      (make-symbolic-link (file-truename (executable-find "node"))
                          (expand-file-name "node" bin))
      (package-tests--emacs
       "--eval" (prin1-to-string `(progn (package-initialize)
                                         (package-install-file ,archive))))
      (setq package-tests--complaints package-tests--stderr)))
  (car (file-expand-wildcards
        (expand-file-name "elpa/scim-*" package-tests--directory))))

(defmacro package-tests--with-directory (directory &rest body)
  "Evaluate BODY with DIRECTORY bound to a new directory."
  (declare (indent 1))
  `(let ((,directory (make-temp-file "scim-package" t)))
     (unwind-protect
         (progn ,@body)
       (delete-directory ,directory t))))

(ert-deftest package-is-built-reproducibly ()
  (package-tests--with-directory one
    (package-tests--with-directory two
      (let ((first (package-tests--build one))
            (second (package-tests--build two)))
        (should (equal (file-name-nondirectory first)
                       (file-name-nondirectory second)))
        (should (equal (list 0 "")
                       (with-temp-buffer
                         (list (call-process "cmp" nil t nil first second)
                               (buffer-string)))))))))

(ert-deftest package-holds-what-it-should ()
  (package-tests--with-directory directory
    (let* ((archive (package-tests--build directory))
           (names (process-lines "tar" "-tf" archive))
           (top (concat (file-name-base archive) "/")))
      (should (cl-every (lambda (name) (string-prefix-p top name)) names))
      (dolist (name '("scim.el" "scim-pkg.el" "scim-batch.el" "scim-bridge.cjs"
                      "scim.info" "dir" "LICENSE" "README.md" "MOCK.md" "ENVIRONMENT.md" "demo/scim.yaml" "demo/demo.scim"))
        (ert-info (name)
          (should (member (concat top name) names))))
      (should-not (cl-find-if (lambda (name)
                                (string-match-p "\\.elc\\'\\|~\\'\\|node_modules"
                                                name))
                              names)))))

(ert-deftest package-installs-and-works-with-node-alone ()
  (let* ((directory (package-tests--install))
         (output (package-tests--emacs
                  "--eval"
                  (prin1-to-string
                   '(progn
                      (package-initialize)
                      (require 'scim)
                      (princ (format "%s\n%s\n%s\n"
                                     (file-truename (scim-node-bridge))
                                     (length (scim-listing-all
                                              (scim-list 'Group)))
                                     (scim-attribute
                                      (car (scim-listing-resources
                                            (scim-list 'User :limit 1)))
                                      'schemas 0)))
                      (scim-rpc-stop)))))
         (lines (split-string output "\n")))
    (should (equal (car lines) (expand-file-name "scim-bridge.cjs" directory)))
    (should (string-match-p "\\`[0-9]+\\'" (nth 1 lines)))
    (should (equal (nth 2 lines) "urn:ietf:params:scim:schemas:core:2.0:User"))))

(ert-deftest package-is-compiled-without-complaints ()
  (let ((directory (package-tests--install)))
    (dolist (file (directory-files directory t "\\.el\\'"))
      (unless (string-match-p "-\\(autoloads\\|pkg\\)\\.el\\'" file)
        (ert-info (file)
          (should (file-exists-p (concat file "c"))))))
    (should-not (string-match-p
                 "scim[^ ]*\\.el:[0-9:]+ \\(Warning\\|Error\\)"
                 package-tests--complaints))))

(ert-deftest package-autoloads-its-commands ()
  (package-tests--install)
  (should (equal "(t t nil)"
                 (package-tests--emacs
                  "--eval"
                  (prin1-to-string
                   '(progn
                      (package-initialize)
                      (princ (list (commandp 'scim)
                                   (autoloadp (symbol-function 'scim-list))
                                   (featurep 'scim)))))))))

;; What is installed is read, not the manual of the machine.
(ert-deftest package-brings-its-manual ()
  (let ((directory (package-tests--install)))
    (should
     (equal (format "(%s Lists)" (expand-file-name "scim" directory))
            (package-tests--emacs
             "--eval"
             (prin1-to-string
              '(progn
                 (package-initialize)
                 (info "(scim)Lists")
                 (princ (list (file-truename Info-current-file)
                              Info-current-node)))))))
    (should (string-search
             "* scim: (scim)."
             (package-tests--emacs
              "--eval"
              (prin1-to-string '(progn (package-initialize)
                                       (info "(dir)")
                                       (princ (buffer-string)))))))))

(ert-deftest package-runs-in-batch-mode ()
  (let ((directory (package-tests--install))
        (file (expand-file-name "a.scim" package-tests--directory)))
    (write-region "### list\nGET /Users?count=1\n\n?? status == 200\n"
                  nil file nil 'silent)
    (should (string-search
             "1 passed"
             (package-tests--emacs "-L" directory "-l" "scim-batch"
                                   "-f" "scim-batch" "--" "run" file)))))

(provide 'package-tests)
;;; package-tests.el ends here
