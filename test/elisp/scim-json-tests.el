;;; scim-json-tests.el --- Tests for scim-json.el -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Code:

(require 'ert)
(require 'cl-lib)
(require 'scim-json)

(defmacro scim-json-tests--both-readers (&rest body)
  "Evaluate BODY with `parse' as the usual and as the slow reader."
  (declare (indent 0))
  `(dolist (reader '(scim-json-parse scim-json--parse-slowly))
     (cl-flet ((parse (text) (funcall reader text)))
       (ert-info ((format "%s: " reader))
         ,@body))))

(ert-deftest scim-json-every-value-has-its-own-lisp-value ()
  (scim-json-tests--both-readers
    (pcase-dolist (`(,text . ,value)
                   '(("{}" . nil)
                     ("[]" . [])
                     ("null" . :null)
                     ("false" . :false)
                     ("true" . t)
                     ("\"\"" . "")
                     ("0" . 0)
                     ("-1.5" . -1.5)
                     ("1E2" . 100.0)
                     (" [ 1 , { \"a\" : [ ] } ] " . [1 ((a . []))])
                     ("{\"a\":null,\"b\":{},\"c\":false}"
                      . ((a . :null) (b) (c . :false)))))
      (should (equal (parse text) value)))))

(ert-deftest scim-json-integers-of-any-size ()
  (scim-json-tests--both-readers
    (dolist (integer (list most-positive-fixnum most-negative-fixnum
                           (expt 2 53) (1- (expt 2 63)) (expt 2 63)
                           (- (expt 2 64)) (expt 10 80)))
      (let ((text (format "{\"n\":%d}" integer)))
        (should (equal (parse text) `((n . ,integer))))
        (should (equal (scim-json-encode `((n . ,integer))) text))))))

(ert-deftest scim-json-floats-round-trip ()
  (scim-json-tests--both-readers
    (dolist (float '(0.1 1.0 -0.0 1e21 5e-324 1.7976931348623157e308
                         3.141592653589793 1e-7))
      (let ((again (parse (scim-json-encode float))))
        (should (eql again float)))))
  (should (equal (scim-json-encode 0.1) "0.1"))
  (let ((float-output-format "%.2f"))
    (should (equal (scim-json-encode 0.125) "0.125"))))

(ert-deftest scim-json-keys-are-symbols-of-the-same-name ()
  (scim-json-tests--both-readers
    (let* ((text (concat "{\"urn:ietf:params:scim:schemas:core:2.0:User\":1,"
                         "\"$ref\":2,\"nil\":3,\"\":4,\"a b\":5,\"7\":6,"
                         "\"\\u0000\":7}"))
           (value (parse text)))
      (should (equal (mapcar (lambda (member) (symbol-name (car member))) value)
                     '("urn:ietf:params:scim:schemas:core:2.0:User"
                       "$ref" "nil" "" "a b" "7" "\0")))
      (should (eql 1 (cdr (assq 'urn:ietf:params:scim:schemas:core:2.0:User
                                value))))
      (should (eql 2 (cdr (assq '$ref value))))
      (should (equal (scim-json-encode value) text)))))

(ert-deftest scim-json-last-of-equal-keys-counts ()
  (scim-json-tests--both-readers
    (should (equal (parse "{\"a\":1,\"b\":2,\"a\":3}") '((a . 3) (b . 2))))
    (should (equal (parse "[{\"x\":{\"a\":1,\"a\":{\"b\":1,\"b\":2}}}]")
                   [((x . ((a . ((b . 2))))))]))
    (should (equal (parse "{\"a\":1,\"A\":2}") '((a . 1) (A . 2))))))

(ert-deftest scim-json-strings ()
  (scim-json-tests--both-readers
    (should (equal (parse "\"\\u0000\"") "\0"))
    (should (equal (parse "\"\\ud800x\"") (string #xd800 ?x)))
    (should (equal (parse "\"\\uDE00\"") (string #xde00)))
    (should (equal (parse "\"\\ud83d\\ude00😀\"") "😀😀"))
    (should (equal (parse "\"\\ud83d\\u0041\"") (string #xd83d ?A)))
    (should (equal (parse "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"") "\"\\/\b\f\n\r\t")))
  (should (equal (scim-json-encode (string 0 #xd800 #x10ffff ?\" ?\\ ?\n 31 127))
                 (concat "\"\\u0000\\ud800" (string #x10ffff)
                         "\\\"\\\\\\n\\u001f\x7f\"")))
  (should (equal (scim-json-encode (propertize "é" 'face 'bold)) "\"é\""))
  (should-not (text-properties-at
               1 (scim-json-encode (propertize "é" 'face 'bold)))))

(ert-deftest scim-json-refuses-what-is-not-json ()
  (scim-json-tests--both-readers
    (dolist (text '("" " " "tru" "truefalse" "nul" "[1,]" "[1 2]" "{\"a\"}"
                    "{\"a\":1,}" "{a:1}" "01" "-" "1." ".5" "+1" "1e" "NaN"
                    "\"a" "\"\t\"" "\"\\x\"" "\"\\u12g4\"" "{} {}" "// x\n1"
                    "'a'" "[" "{" "1e400" "-1e400"))
      (ert-info ((format "%S: " text))
        (should-error (parse text) :type 'scim-json-error)))))

(ert-deftest scim-json-says-where-and-what ()
  (should (equal (should-error (scim-json-parse "{\n  \"a\": 1,\n  b\n}"))
                 '(scim-json-error
                   "line 3, column 3: expected a member name in double quotes but found `b'")))
  (should (equal (should-error (scim-json-parse "[1"))
                 '(scim-json-error
                   "line 1, column 3: expected `,' or `]' but found the end"))))

(ert-deftest scim-json-refuses-lisp-that-is-not-json ()
  (dolist (value (list 'foo :json-false 1.0e+INF 0.0e+NaN '(1 2) '(("a" . 1))
                       '((a . 1) . 2) (make-hash-table) "\xff" (string #x3fffff)
                       '((a . b)) [foo]))
    (ert-info ((format "%S: " value))
      (should-error (scim-json-encode value) :type 'scim-json-error))))

(ert-deftest scim-json-nesting ()
  (scim-json-tests--both-readers
    (let ((text (concat (make-string 900 ?\[) (make-string 900 ?\]))))
      (should (equal (scim-json-encode (parse text)) text)))
    (should-error (parse (make-string 100000 ?\[)) :type 'scim-json-error))
  (let ((circle (vector nil)))
    (aset circle 0 circle)
    (should-error (scim-json-encode circle) :type 'scim-json-error)))

;;;; For all data

(defun scim-json-tests--random-string ()
  "Return a random string; characters that need care are frequent."
  (apply #'string
         (cl-loop repeat (random 6)
                  collect (pcase (random 6)
                            (0 (random 32))
                            (1 (+ #xd800 (random #x800)))
                            (2 (aref "\"\\/\x7fé€" (random 6)))
                            (3 (+ #x10000 (random #x100000)))
                            (_ (+ 32 (random 95)))))))

(defun scim-json-tests--normal (string)
  "Return STRING with each pair of surrogates as its one character.
JSON text cannot tell the two apart."
  (replace-regexp-in-string
   "[\ud800-\udbff][\udc00-\udfff]"
   (lambda (pair)
     (string (+ #x10000 (ash (- (aref pair 0) #xd800) 10)
                (- (aref pair 1) #xdc00))))
   string t t))

(defun scim-json-tests--random (depth)
  "Return random data nested at most DEPTH levels."
  (pcase (random (if (> depth 0) 10 8))
    (0 t)
    (1 :false)
    (2 :null)
    (3 nil)
    (4 (* (if (zerop (random 2)) 1 -1) (random (expt 2 (random 60)))))
    (5 (* (random) (expt 2 (random 200))))
    (6 (let ((float (* (- (random 2000000) 1000000) (expt 10.0 (- (random 60) 30)))))
         float))
    (7 (scim-json-tests--normal (scim-json-tests--random-string)))
    (8 (vconcat (cl-loop repeat (random 5)
                         collect (scim-json-tests--random (1- depth)))))
    (9 (cl-remove-duplicates
        (cl-loop repeat (random 5)
                 collect (cons (intern (scim-json-tests--normal
                                        (scim-json-tests--random-string)))
                               (scim-json-tests--random (1- depth))))
        :key #'car))))

(ert-deftest scim-json-parse-inverts-encode ()
  (let ((seed (format "%s" (random t))))
    (random seed)
    (ert-info (seed :prefix "seed: ")
      (dotimes (_ 1000)
        (let* ((value (scim-json-tests--random 4))
               (text (scim-json-encode value)))
          (ert-info (text :prefix "text: ")
            (should (equal (scim-json-parse text) value))
            (should (equal (scim-json--parse-slowly text) value))
            (should (equal (scim-json-encode (scim-json-parse text)) text))))))))

(ert-deftest scim-json-does-not-touch-the-caller ()
  (with-temp-buffer
    (insert "here")
    (goto-char 2)
    (save-match-data
      (string-match "b" "abc")
      (scim-json-parse "[\"\\u0000\"]")
      (scim-json-encode "a\nb")
      (should (equal (buffer-string) "here"))
      (should (= (point) 2)))))

;;;; Attributes

(defconst scim-json-tests--user
  (scim-json-parse
   "{\"UserName\": \"bjensen\", \"username\": \"other\", \"active\": false,
     \"name\": {\"familyName\": \"Jensen\"},
     \"emails\": [{\"value\": \"a@x\", \"type\": \"work\"}, {\"value\": \"b@x\"}],
     \"groups\": [], \"title\": null,
     \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\":
       {\"manager\": {\"value\": \"26\"}}}")
  "A resource.")

(ert-deftest scim-attribute-follows-paths ()
  (let ((user scim-json-tests--user))
    (should (equal (scim-attribute user 'name 'familyName) "Jensen"))
    (should (equal (scim-attribute user "NAME" 'FAMILYNAME) "Jensen"))
    (should (equal (scim-attribute user 'username) "other"))
    (should (equal (scim-attribute user 'UserName) "bjensen"))
    (should (equal (scim-attribute user 'USERNAME) "bjensen"))
    (should (eq (scim-attribute user 'active) :false))
    (should (eq (scim-attribute user 'title) :null))
    (should (equal (scim-attribute user 'groups) []))
    (should (equal (scim-attribute user 'emails 1 'value) "b@x"))
    (should (equal (scim-attribute user 'emails 'value) '("a@x" "b@x")))
    (should (equal (scim-attribute user 'emails 'type) '("work")))
    (should (equal (scim-attribute
                    user 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
                    'manager 'value)
                   "26"))
    (should (equal (scim-attribute user) user))))

(ert-deftest scim-attribute-is-nil-for-what-is-not-there ()
  (let ((user scim-json-tests--user))
    (should-not (scim-attribute user 'nickName))
    (should-not (scim-attribute user 'nickName 'x 0))
    (should-not (scim-attribute user 'emails 2))
    (should-not (scim-attribute user 'emails -1))
    (should-not (scim-attribute user 'active 'x))
    (should-not (scim-attribute user 'groups 'value))
    (should-not (scim-attribute nil 'x))))

(ert-deftest scim-attribute-set-copies ()
  (let* ((user scim-json-tests--user)
         (before (copy-tree user t))
         (changed (scim-attribute-set user '(NAME FamilyName) "Smith")))
    (should (equal (scim-attribute changed 'name 'familyName) "Smith"))
    (should (assq 'familyName (scim-attribute changed 'name)))
    (should (equal (scim-attribute (scim-attribute-set user 'active t) 'active) t))
    (should (equal (scim-attribute
                    (scim-attribute-set user '(emails 1 primary) t) 'emails 1)
                   '((value . "b@x") (primary . t))))
    (should (equal (scim-attribute-set nil '(a "b") 1) '((a . ((b . 1))))))
    (should-error (scim-attribute-set user '(emails 2) nil)
                  :type 'args-out-of-range)
    (should-error (scim-attribute-set user '(userName x) 1)
                  :type 'wrong-type-argument)
    (should (equal user before))))

(provide 'scim-json-tests)
;;; scim-json-tests.el ends here
