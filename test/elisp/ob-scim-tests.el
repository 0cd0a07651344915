;;; ob-scim-tests.el --- Tests of SCIM requests in Org files -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Org files with the real bridge and its mock server.

;;; Code:

(require 'scim-test-helper)
(require 'scim-test-mock)
(require 'ob-scim)
(require 'org)
(require 'ox-ascii)

(defmacro ob-scim-tests--with-org (text &rest body)
  "Evaluate BODY in an Org file with TEXT, against the mock server."
  (declare (indent 1) (debug t))
  `(scim-test-with-mock
     (let ((org-confirm-babel-evaluate nil)
           (org-mode-hook nil)
           (inhibit-message t))
       (with-temp-buffer
         (insert ,text)
         (org-mode)
         (goto-char (point-min))
         ,@body))))

(defun ob-scim-tests--result ()
  "Execute the next block as a person does, and return the text of its result."
  (re-search-forward "^#\\+begin_src scim")
  (org-ctrl-c-ctrl-c)
  (ob-scim-tests--shown))

(defun ob-scim-tests--shown ()
  "Return the text of the result of the block at point."
  (save-excursion
    (goto-char (org-babel-where-is-src-block-result))
    (forward-line)
    (buffer-substring-no-properties (point) (org-babel-result-end))))

(ert-deftest ob-scim-shows-what-is-asked-for ()
  "The body is the result; or status, the whole answers, or a table."
  (ob-scim-tests--with-org "#+begin_src scim :var n=1
GET /Users?count={{n}}&attributes=userName,name
#+end_src

#+begin_src scim :results status
### one
GET /Users?count=0

### two
GET /Groups?count=0
#+end_src

#+begin_src scim :results raw
GET /Users?count=0
#+end_src

#+begin_src scim :results table
GET /Users?count=2&attributes=userName
#+end_src
"
    (should (string-match-p "^  \"itemsPerPage\": 1" (ob-scim-tests--result)))
    (should (equal (ob-scim-tests--result) ": one: 200 OK\n: two: 200 OK\n"))
    (let ((raw (ob-scim-tests--result)))
      (should (string-match-p "\\`#\\+begin_example\nHTTP 200 OK\n" raw))
      (should (string-match-p "^content-type: application/scim\\+json" raw)))
    (let ((rows (split-string (ob-scim-tests--result) "\n" t)))
      (should (string-match-p "| id +| userName +|" (car rows)))
      (should (= 4 (length rows))))))

(ert-deftest ob-scim-shares-a-session ()
  "Blocks of a session share what they capture; others do not."
  (let ((name (format "ليلى-🎉-%d" (emacs-pid))))
    (ob-scim-tests--with-org (format "#+begin_src scim :session a :results status
POST /Users

{ \"schemas\": [\"urn:ietf:params:scim:schemas:core:2.0:User\"], \"userName\": \"%s\" }

@id = body.id
#+end_src

#+begin_src scim :session a
GET /Users/{{id}}
#+end_src

#+begin_src scim
GET /Users/{{id}}
#+end_src
" name)
      (should (string-match-p "201 Created" (ob-scim-tests--result)))
      (should (string-match-p name (ob-scim-tests--result)))
      (should (string-match-p "`{{id}}` is not defined"
                              (cadr (should-error (ob-scim-tests--result)
                                                  :type 'user-error)))))))

(ert-deftest ob-scim-tells-where-it-failed ()
  "An error is the result and is signalled, with its line in the Org file."
  (ob-scim-tests--with-org "Some text 🎉.

#+begin_src scim
GET /Users?count=0

?? body.totalResults == \"مرحبا\"
#+end_src
"
    (let ((told (should-error (ob-scim-tests--result) :type 'user-error)))
      (should (string-match-p "\\`Line 6: body.totalResults is" (cadr told))))
    (should (string-match-p "\\?\\? body.totalResults == \"مرحبا\""
                            (ob-scim-tests--shown)))))

(ert-deftest ob-scim-exports ()
  "Blocks are evaluated for an export; what fails is in the text."
  (ob-scim-tests--with-org "#+begin_src scim :exports results :results status
GET /Users?count=0
#+end_src

#+begin_src scim :exports results
GET /Users/no-such-user
#+end_src
"
    (let ((text (org-export-as 'ascii nil nil t)))
      (should (string-match-p "GET /Users\\?count=0: 200 OK" text))
      (should (string-match-p "404" text)))))

(ert-deftest ob-scim-edits-in-the-mode-of-request-files ()
  "A block is edited in `scim-request-mode', for its tenant."
  (ob-scim-tests--with-org "#+begin_src scim :tenant staging
GET /Users
#+end_src
"
    (save-window-excursion
      (switch-to-buffer (current-buffer))
      (org-edit-special)
      (should (derived-mode-p 'scim-request-mode))
      (should (equal scim-tenant "staging"))
      (should-not (default-value 'scim-tenant))
      (org-edit-src-abort))))

(provide 'ob-scim-tests)
;;; ob-scim-tests.el ends here
