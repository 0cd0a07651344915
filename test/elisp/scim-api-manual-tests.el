;;; scim-api-manual-tests.el --- The examples of the Lisp API are true -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Runs every @lisp block of the chapter on the Lisp API, in order,
;; against the real bridge and mock servers, and compares what each form
;; returns with the @result{} after it, or the condition that it signals
;; with the @error{}.  The definitions are compared with the code.

;;; Code:

(require 'cl-lib)
(require 'scim-api-all)
(require 'scim-test-mock)

(defconst scim-api-manual-tests--chapter
  (expand-file-name "../../elisp/doc/api.texi" scim-test-directory)
  "The chapter.")

(defconst scim-api-manual-tests--staging "\
resources:
  Users:
    - id: 2819c223
      userName: ann@example.com
      name: { givenName: Ann, familyName: Öberg }
      title: Guide
      active: true
      emails: [{ value: ann@example.com, type: work }, { value: ann@home.example, type: home }]
      urn:ietf:params:scim:schemas:extension:enterprise:2.0:User: { department: Tours }
    - { id: b0b, userName: bob@example.com, displayName: Bob, title: Guide, active: true }
    - { id: e4e, userName: eve@example.com, displayName: Eve, active: false }
    - { id: tw1n, userName: twin@example.com, displayName: Eve, active: true }
  Groups:
    - { id: guides, displayName: Tour Guides, members: [{ value: 2819c223 }] }
    - { id: empty, displayName: Nobody yet }
rules: { me: unsupported }
" "What the examples find in the tenant staging.")

(defconst scim-api-manual-tests--prod "\
resources:
  Users:
    - { userName: ann@example.com, displayName: Ann }
    - { userName: new@example.com }
" "What the examples find in the tenant prod.")

(defconst scim-api-manual-tests--workspace "\
default: staging
tenants:
  staging: { baseUrl: 'https://staging.example/scim', auth: { scheme: none } }
  prod: { baseUrl: 'https://prod.example/scim', auth: { scheme: none } }
  spare: { baseUrl: 'https://spare.example/scim', auth: { scheme: none } }
" "The workspace of the examples.")

;;;; Reading the chapter

(defun scim-api-manual-tests--plain (text)
  "Return TEXT of Texinfo as it is shown."
  (let ((case-fold-search nil))
    (replace-regexp-in-string
     "@\\(result{}\\|error{}\\|dots{}\\|[@{}]\\)"
     (lambda (command)
       (pcase command
         ("@result{}" ";; =>")
         ("@error{}" ";; error")
         ("@dots{}" "...")
         (_ (substring command 1))))
     text t t)))

(defun scim-api-manual-tests--blocks ()
  "Return the @lisp blocks of the chapter: conses of line and text."
  (with-temp-buffer
    (insert-file-contents scim-api-manual-tests--chapter)
    (let (blocks)
      (while (re-search-forward "^@lisp\n" nil t)
        (let ((line (line-number-at-pos))
              (start (point)))
          (re-search-forward "^@end lisp$")
          (push (cons line (scim-api-manual-tests--plain
                            (buffer-substring start (match-beginning 0))))
                blocks)))
      (nreverse blocks))))

(defun scim-api-manual-tests--forms (text)
  "Return the forms of TEXT, a block: lists (FORM KIND EXPECTED).
KIND is `value' or `error', and not there when nothing is said about
FORM."
  (with-temp-buffer
    (emacs-lisp-mode)
    (insert text)
    (goto-char (point-min))
    (let (forms)
      (while (progn (forward-comment (buffer-size)) (not (eobp)))
        (push (cons (read (current-buffer)) (scim-api-manual-tests--expected))
              forms))
      (nreverse forms))))

(defun scim-api-manual-tests--expected ()
  "Return what is said after point about the form before it, as a list."
  (when (looking-at "[ \t]*\\(?:\n[ \t]*\\)?;; \\(=>\\|error\\) ")
    (goto-char (match-end 0))
    (list (if (equal (match-string 1) "=>") 'value 'error)
          (read (current-buffer)))))

;;;; Running the examples

(defun scim-api-manual-tests--check (line form &optional kind expected)
  "Evaluate FORM of the block in LINE, of which EXPECTED, of KIND, shall come.
Return what is wrong, or nil."
  (let* ((failure nil)
         (value (condition-case err
                    (eval form t)
                  (error (setq failure err) nil))))
    (unless (pcase kind
              ('error (memq expected (get (car failure) 'error-conditions)))
              ('value (and (not failure) (equal value expected)))
              (_ (not failure)))
      (format "api.texi:%d: %S\n  gave %S\n  not %S\n"
              line form (or failure value) expected))))

(ert-deftest scim-api-manual-examples ()
  (scim-test-with-mock
    (write-region scim-api-manual-tests--workspace nil "scim.yaml" nil 'silent)
    (scim-mock-attach (scim-mock-start-text scim-api-manual-tests--staging)
                      :tenant "staging")
    (scim-mock-attach (scim-mock-start-text scim-api-manual-tests--prod)
                      :tenant "prod")
    (let ((standard-output #'ignore)
          (count 0)
          (wrong nil))
      (pcase-dolist (`(,line . ,text) (scim-api-manual-tests--blocks))
        (dolist (example (scim-api-manual-tests--forms text))
          (push (apply #'scim-api-manual-tests--check line example) wrong)
          (cl-incf count)))
      (should (> count 100))
      (when (delq nil wrong)
        (ert-fail (apply #'concat (nreverse (delq nil wrong))))))))

(ert-deftest scim-api-manual-a-wrong-example-is-found ()
  (let ((forms (scim-api-manual-tests--forms
                (scim-api-manual-tests--plain
                 (concat "(+ 1 1)\n     @result{} 3\n"
                         "(car 1) @error{} wrong-type-argument\n"
                         "\"@{@@@}\"\n")))))
    (should (equal forms '(((+ 1 1) value 3)
                           ((car 1) error wrong-type-argument)
                           ("{@}"))))
    (should (apply #'scim-api-manual-tests--check 1 (nth 0 forms)))
    (should-not (apply #'scim-api-manual-tests--check 1 (nth 1 forms)))
    (should (scim-api-manual-tests--check 1 '(car 1)))
    (should (scim-api-manual-tests--check 1 '(car nil) 'error 'error))))

;;;; The definitions

(defun scim-api-manual-tests--arguments (args)
  "Return ARGS, an argument list of code, as the manual writes it."
  (mapconcat (lambda (arg)
               (cond ((consp arg) (symbol-name (car arg)))
                     ((eq arg '&body) "&rest")
                     (t (symbol-name arg))))
             args " "))

(defun scim-api-manual-tests--definitions (file)
  "Return the public definitions of FILE: (NAME . ARGUMENTS), both strings.
ARGUMENTS is nil for what is no function or macro with a definition."
  (let (definitions)
    (with-temp-buffer
      (insert-file-contents file)
      (condition-case nil
          (while t
            (pcase (read (current-buffer))
              (`(,(or 'defun 'cl-defun 'defmacro 'cl-defmacro) ,name ,args . ,_)
               (push (cons (symbol-name name)
                           (scim-api-manual-tests--arguments args))
                     definitions))
              (`(cl-defstruct (,name . ,_) ,_ . ,slots)
               (dolist (slot slots)
                 (push (list (format "%s-%s" name (car (ensure-list slot))))
                       definitions)))
              (`(,(or 'defvar 'defcustom) ,name . ,_)
               (push (list (symbol-name name)) definitions))
              (`(define-error ',name . ,_)
               (push (list (symbol-name name)) definitions))))
        (end-of-file nil)))
    (seq-remove (lambda (definition) (string-search "--" (car definition)))
                (nreverse definitions))))

(defun scim-api-manual-tests--files ()
  "Return the files of the Lisp API."
  (let ((directory (expand-file-name "../../elisp" scim-test-directory)))
    (append (directory-files directory t "\\`scim-api.*\\.el\\'")
            (mapcar (lambda (name) (expand-file-name name directory))
                    '("scim-bulk.el" "scim-error.el" "scim-json.el"
                      "scim-update.el")))))

(defconst scim-api-manual-tests--for-other-files
  '("scim-error-from-view" "scim-error-bridge" "scim-error-signal"
    "scim-error-as-user-error")
  "What the files of the Lisp API define for those of scim itself.")

(ert-deftest scim-api-manual-describes-everything ()
  (let ((count 0))
    (with-temp-buffer
      (insert-file-contents scim-api-manual-tests--chapter)
      (dolist (file (scim-api-manual-tests--files))
        (pcase-dolist (`(,name . ,arguments)
                       (scim-api-manual-tests--definitions file))
          (cl-incf count)
          (goto-char (point-min))
          (cond
           ((member name scim-api-manual-tests--for-other-files))
           ((not arguments)
            (unless (re-search-forward
                     (format "\\(?:@code{\\|@itemx? \\|@defvar \\)%s\\_>"
                             (regexp-quote name))
                     nil t)
              (ert-fail (format "api.texi does not mention %s" name))))
           ((re-search-forward (format "^@def\\(?:un\\|mac\\) %s\\_>"
                                       (regexp-quote name))
                               nil t)
            (should (equal (list name arguments)
                           (list name (string-trim
                                       (buffer-substring
                                        (point) (line-end-position)))))))
           (t (ert-fail (format "api.texi does not define %s" name)))))))
    (should (> count 100))))

(ert-deftest scim-api-manual-defines-nothing-that-is-not-there ()
  (with-temp-buffer
    (insert-file-contents scim-api-manual-tests--chapter)
    (while (re-search-forward "^@def\\(un\\|mac\\|var\\) \\([^ \n]+\\)" nil t)
      (let ((name (intern (match-string 2))))
        (should (if (equal (match-string 1) "var")
                    (boundp name)
                  (fboundp name)))))))

(provide 'scim-api-manual-tests)
;;; scim-api-manual-tests.el ends here
