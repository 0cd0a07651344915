;;; scim-manual-tests.el --- Tests for the manual -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The manual is complete: every command, option, face and key has its
;; place, and what is made from the code is fresh.  It is well-formed,
;; and Info can show every node of it.

;;; Code:

(require 'ert)
(require 'cl-lib)
(require 'info)
(require 'seq)
(require 'subr-x)
(require 'scim-batch)
(require 'scim-home)
(require 'scim-mock-mode)
(require 'scim-request)
(require 'scim-yaml)

(defconst scim-manual-tests--root
  (file-truename
   (expand-file-name "../../"
                     (file-name-directory (or load-file-name buffer-file-name))))
  "The directory of the project.")

(defconst scim-manual-tests--texinfo
  (expand-file-name "elisp/doc/scim.texi" scim-manual-tests--root)
  "The manual.")

(declare-function scim-reference-escape "command-reference")

(load (expand-file-name "test/tools/command-reference.el"
                        scim-manual-tests--root)
      nil t)

(defvar scim-manual-tests--info nil
  "The manual as makeinfo has made it for these tests, or nil.")

(defun scim-manual-tests--file (name)
  "Return the text of NAME, a file of the project."
  (with-temp-buffer
    (insert-file-contents (expand-file-name name scim-manual-tests--root))
    (buffer-string)))

(defun scim-manual-tests--chapters ()
  "Return the text of all chapters that people have written."
  (mapconcat (lambda (file)
               (if (equal (file-name-nondirectory file) "reference.texi") ""
                 (scim-manual-tests--file file)))
             (directory-files (expand-file-name "elisp/doc"
                                                scim-manual-tests--root)
                              t "\\.texi\\'")
             "\n"))

(defun scim-manual-tests--words (regexp text)
  "Return the first groups of all matches of REGEXP in TEXT."
  (let ((start 0) words)
    (while (string-match regexp text start)
      (push (match-string 1 text) words)
      (setq start (match-end 0)))
    (delete-dups (nreverse words))))

(defun scim-manual-tests--child (form)
  "Return what FORM prints in an Emacs that has loaded nothing else."
  (with-temp-buffer
    (let ((code (call-process
                 (expand-file-name invocation-name invocation-directory)
                 nil (list t nil) nil "-Q" "--batch"
                 "-L" (expand-file-name "elisp" scim-manual-tests--root)
                 "-l" (expand-file-name "test/tools/command-reference.el"
                                        scim-manual-tests--root)
                 "--eval" (prin1-to-string form))))
      (should (equal code 0))
      (buffer-string))))

(defun scim-manual-tests--names (function)
  "Return the names of the symbols that FUNCTION of the generator returns."
  (split-string (scim-manual-tests--child
                 `(progn (scim-reference-load)
                         (dolist (symbol (,function))
                           (princ (format "%s\n" symbol)))))
                "\n" t))

;;;; Complete

(ert-deftest scim-manual-has-a-fresh-reference ()
  (let ((file (make-temp-file "scim-reference")))
    (unwind-protect
        (progn
          (scim-manual-tests--child
           `(let ((command-line-args-left '(,file))) (scim-reference-batch)))
          (let ((fresh (split-string (scim-manual-tests--file file) "\n"))
                (there (split-string (scim-manual-tests--file
                                      "elisp/doc/reference.texi")
                                     "\n")))
            (ert-info ("`make reference' writes elisp/doc/reference.texi anew")
              (while (and fresh there)
                (should (equal (pop there) (pop fresh))))
              (should-not there)
              (should-not fresh))))
      (delete-file file))))

(ert-deftest scim-manual-tells-about-every-command ()
  (let ((told (scim-manual-tests--words "^@findex \\([^ \n]+\\)$"
                                        (scim-manual-tests--chapters)))
        (commands (scim-manual-tests--names 'scim-reference-commands)))
    (should (> (length commands) 250))
    (ert-info ("Without @findex in a chapter of elisp/doc: ")
      (should-not (seq-difference commands told)))))

(ert-deftest scim-manual-tells-about-no-command-that-is-gone ()
  (let ((told (seq-filter (lambda (name) (string-prefix-p "scim" name))
                          (scim-manual-tests--words
                           "@findex \\([^ \n]+\\)$"
                           (scim-manual-tests--chapters)))))
    (should-not
     (split-string
      (scim-manual-tests--child
       `(progn (scim-reference-load)
               (dolist (name ',told)
                 (unless (fboundp (intern name))
                   (princ (format "%s\n" name))))))
      "\n" t))))

(ert-deftest scim-manual-tells-about-every-option ()
  (ert-info ("Without @vindex in a chapter of elisp/doc: ")
    (should-not
     (seq-difference (scim-manual-tests--names 'scim-reference-options)
                     (scim-manual-tests--words "^@vindex \\([^ \n]+\\)$"
                                               (scim-manual-tests--chapters))))))

;; One of each kind, as a person writes it.
(ert-deftest scim-manual-tells-defaults ()
  (let ((reference (scim-manual-tests--file "elisp/doc/reference.texi")))
    (pcase-dolist (`(,option . ,default)
                   '((scim-browse-limit . "10000")
                     (scim-node-executable . "\"node\"")
                     (scim-tenant . "nil")
                     (scim-home-ask-services . "t")
                     (scim-repl-history-file . "scim-repl-history-default-file")))
      (ert-info ((symbol-name option))
        (should (string-match
                 (format "@defopt %s\n\\(?:.+\n\\|\n\\)*?The default is \\(.*\\)\\.\n"
                         option)
                 reference))
        (should (equal (match-string 1 reference)
                       (format "@code{%s}" default)))))))

(ert-deftest scim-manual-tells-about-every-face ()
  (let ((reference (scim-manual-tests--file "elisp/doc/reference.texi")))
    (dolist (face (scim-manual-tests--names 'scim-reference-faces))
      (should (string-search (format "@item %s\n" face) reference)))))

;; What is looked for is found in the sources, not by the generator.
(ert-deftest scim-manual-tells-about-every-key ()
  (let ((reference (scim-manual-tests--file "elisp/doc/reference.texi"))
        (count 0))
    (dolist (file (directory-files (expand-file-name "elisp"
                                                     scim-manual-tests--root)
                                   t "\\.el\\'"))
      (with-temp-buffer
        (insert-file-contents file)
        (while (re-search-forward
                "^(defvar \\(scim-[a-z-]+-map\\)$" nil t)
          (let ((map (match-string 1))
                (end (save-excursion (forward-sexp) (end-of-defun) (point))))
            (unless (string-search "--" map)
              (while (re-search-forward
                      "(define-key map (kbd \\(\"[^\"]+\"\\)) #'\\([^ )]+\\))"
                      end t)
                (let ((key (key-description (kbd (read (match-string 1)))))
                      (command (match-string 2)))
                  (unless (equal command "undefined")
                    (cl-incf count)
                    (scim-manual-tests--check-key reference map key
                                                  command)))))))))
    (should (> count 250))))

;; Where a chapter lists keys, and indexes commands there, they belong together.
(ert-deftest scim-manual-has-the-keys-of-now ()
  (let ((keys (scim-manual-tests--keys)) (count 0) wrong)
    (dolist (item (scim-manual-tests--items (scim-manual-tests--chapters)))
      (let ((told (scim-manual-tests--told-keys item)))
        (dolist (command (scim-manual-tests--words "^@findex \\(.+\\)$" item))
          (when-let ((bound (cdr (assoc command keys))))
            (cl-incf count)
            (unless (seq-intersection bound told)
              (push (format "%s is on %s, told is %s" command bound told)
                    wrong))))))
    (should (> count 50))
    (should-not wrong)))

(defun scim-manual-tests--keys ()
  "Return the keys of all commands, an alist of strings and lists of strings."
  (read (scim-manual-tests--child
         '(progn
            (scim-reference-load)
            (let (keys)
              (dolist (map (scim-reference-keymaps))
                (pcase-dolist (`(,command . ,own)
                               (scim-reference-keys (symbol-value map)))
                  (cl-callf2 append own
                             (alist-get (symbol-name command) keys
                                        nil nil #'equal))))
              (prin1 keys))))))

(defun scim-manual-tests--items (text)
  "Return what belongs to each item of the tables of keys in Texinfo TEXT."
  (mapcan (lambda (table)
            (split-string table "^@item " t))
          (scim-manual-tests--words
           "^@table @kbd\n\\(\\(?:.*\n\\)*?\\)@end table" text)))

(defun scim-manual-tests--told-keys (item)
  "Return the keys that ITEM tells about."
  (let ((plain (replace-regexp-in-string "@key{\\([^}]+\\)}" "\\1" item)))
    (mapcan (lambda (key)
              (pcase key
                ("S-TAB" (list "<backtab>"))
                ("C-g" (list key "keys of `keyboard-quit'"))
                ("C-/" (list key "keys of `undo'"))
                (_ (list (key-description (kbd key))))))
            (append (list (car (split-string plain "\n")))
                    (scim-manual-tests--words "^@itemx \\(.+\\)$" plain)
                    (scim-manual-tests--words "@kbd{\\([^}]+\\)}" plain)))))

(defun scim-manual-tests--check-key (reference map key command)
  "Check that REFERENCE says that KEY of MAP runs COMMAND."
  (let* ((mode (string-remove-suffix "-map" map))
         (heading (format "@subheading @code{\\(?:%s\\|%s\\)}\n"
                          (regexp-quote map) (regexp-quote mode)))
         (start (string-match heading reference))
         (section (substring reference (or start 0)
                             (and start (string-match "@subheading" reference
                                                      (1+ start))))))
    (ert-info ((format "%s runs %s in %s" key command map))
      (should start)
      (should (string-match-p
               (format "@kbd{%s}[^\n]*\n\\(?:@kindex[^\n]*\n\\)*@code{%s}"
                       (regexp-quote (scim-reference-escape key))
                       (regexp-quote command))
               section)))))

(ert-deftest scim-manual-tells-about-batch-mode ()
  (let ((chapter (scim-manual-tests--file "elisp/doc/batch.texi"))
        (usage scim-batch--usage))
    (dolist (option (scim-manual-tests--words "^  \\(--[a-z-]+\\)" usage))
      (ert-info (option)
        (should (string-match-p (format "^@itemx? %s\\>" option) chapter))))
    (dolist (command '("run" "mock" "doctor" "tenants" "rotate status"
                       "rotate verify" "rotate finish" "env list" "env example"
                       "env diff" "env promote" "env rollback" "env history"
                       "env trust"))
      (ert-info (command)
        (should (string-match-p (format "^@itemx? %s\\>" command) chapter))))
    (dolist (code (scim-manual-tests--words "^  \\([0-9]\\)  " usage))
      (ert-info ((format "Exit code %s" code))
        (should (string-search (format "@item %s\n" code) chapter))))))

(ert-deftest scim-manual-tells-about-every-kind-of-file ()
  (let ((modes (delete-dups
                (mapcar #'cdr
                        (seq-filter (lambda (entry)
                                      (string-prefix-p "scim" (format "%s" (cdr entry))))
                                    auto-mode-alist))))
        (chapter (scim-manual-tests--file "elisp/doc/background.texi")))
    (should (equal 4 (length modes)))
    (dolist (item '((scim-request-mode . "*.scim")
                    (scim-mock-mode . "*.scim-mock")
                    (scim-yaml-mode . "scim.yaml")
                    (scim-variables-mode . "env/*.env")))
      (should (memq (car item) modes))
      (should (string-search (format "@item %s\n" (cdr item)) chapter)))))

;;;; Well-formed

(defun scim-manual-tests--info ()
  "Return the manual for Info, in a file that this Emacs makes once."
  (unless (executable-find "makeinfo")
    (ert-skip "There is no makeinfo"))
  (unless scim-manual-tests--info
    (let* ((directory (make-temp-file "scim-manual" t))
           (file (expand-file-name "scim.info" directory)))
      (add-hook 'kill-emacs-hook (lambda () (delete-directory directory t)))
      (with-temp-buffer
        (let ((code (call-process "makeinfo" nil t nil "--no-split"
                                  "--error-limit=1" "-o" file
                                  scim-manual-tests--texinfo)))
          (ert-info ((buffer-string) :prefix "makeinfo: ")
            (should (equal (list code (buffer-string)) '(0 ""))))))
      (setq scim-manual-tests--info file)))
  scim-manual-tests--info)

(defun scim-manual-tests--nodes ()
  "Return the names of all nodes of the manual."
  (with-temp-buffer
    (insert-file-contents (scim-manual-tests--info))
    (scim-manual-tests--words "^Node: \\(.+\\)\x7f" (buffer-string))))

(ert-deftest scim-manual-is-made-without-warnings ()
  (should (file-exists-p (scim-manual-tests--info))))

(ert-deftest scim-manual-has-the-version-of-the-package ()
  (should (equal (scim-manual-tests--words
                  "^@set VERSION \\(.*\\)$"
                  (scim-manual-tests--file "elisp/doc/scim.texi"))
                 (scim-manual-tests--words
                  "^;; Version: \\(.*\\)$"
                  (scim-manual-tests--file "elisp/scim.el")))))

(ert-deftest scim-manual-opens-at-every-node ()
  (let ((file (scim-manual-tests--info))
        (nodes (scim-manual-tests--nodes)))
    (should (> (length nodes) 80))
    (save-window-excursion
      (dolist (node nodes)
        (info (format "(%s)%s" file node))
        (should (equal Info-current-node node)))
      (kill-buffer))))

(ert-deftest scim-manual-has-what-docstrings-lead-to ()
  (let ((nodes (scim-manual-tests--nodes)) (count 0))
    (dolist (file (directory-files (expand-file-name "elisp"
                                                     scim-manual-tests--root)
                                   t "\\.el\\'"))
      (dolist (node (scim-manual-tests--words
                     "Info node `(scim)\\([^']*\\)'"
                     (scim-manual-tests--file file)))
        (cl-incf count)
        (should (member node nodes))))
    (should (> count 14))))

(ert-deftest scim-manual-is-found-by-help-on-the-main-commands ()
  (let ((commands '(scim scim-users scim-groups scim-browse scim-edit scim-new
                    scim-members-show scim-action-start scim-compare-tenants
                    scim-repl scim-request-mode scim-log scim-schemas
                    scim-mock-start scim-doctor scim-env scim-rotate
                    scim-tenant-add)))
    (ert-info ("No Info node in the docstrings of: ")
      (should (equal "" (scim-manual-tests--child
                         `(progn
                            (scim-reference-load)
                            (dolist (command ',commands)
                              (unless (string-search
                                       "Info node `(scim)"
                                       (documentation command t))
                                (princ (format "%s\n" command)))))))))))

;;;; Opened from home

(defmacro scim-manual-tests--with-clone (directory &rest body)
  "Evaluate BODY with DIRECTORY bound to a clone without its manual."
  (declare (indent 1) (debug t))
  `(let* ((,directory (file-truename (make-temp-file "scim-clone" t)))
          (lisp (file-name-as-directory (expand-file-name "elisp" ,directory)))
          (load-path (cons lisp load-path))
          (Info-directory-list nil)
          (Info-additional-directory-list nil)
          (process-environment (cons "INFOPATH=" process-environment)))
     (make-directory (expand-file-name "doc" lisp) t)
     (copy-file (expand-file-name "elisp/scim-home.el" scim-manual-tests--root)
                lisp)
     (unwind-protect
         (save-window-excursion ,@body)
       (delete-directory ,directory t))))

(ert-deftest scim-manual-opens-from-a-clone ()
  (let ((file (scim-manual-tests--info)))
    (scim-manual-tests--with-clone directory
      (copy-file file (expand-file-name "elisp/doc/" directory))
      (call-interactively #'scim-home-manual)
      (should (equal (list Info-current-file Info-current-node)
                     (list (expand-file-name "elisp/doc/scim" directory) "Top")))
      (scim-home-manual "Lists")
      (should (equal Info-current-node "Lists"))
      (kill-buffer))))

(ert-deftest scim-manual-that-is-not-built-is-told ()
  (scim-manual-tests--with-clone directory
    (let ((told (should-error (call-interactively #'scim-home-manual)
                              :type 'user-error)))
      (should (string-search "make info" (cadr told)))
      (should (string-search (abbreviate-file-name directory) (cadr told))))))

(provide 'scim-manual-tests)
;;; scim-manual-tests.el ends here
