;;; scim-bulk-tests.el --- Tests for scim-bulk.el -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; What the bridge does is tested there; here, how it comes to Lisp.

;;; Code:

(require 'cl-lib)
(require 'scim-bulk)
(require 'scim-test-mock)

(defun scim-bulk-tests--answer (json)
  "Return what the bridge answers when JSON is the text of the results."
  (list :results (list :text json) :requests 1 :warnings []))

(ert-deftest scim-bulk-tells-what-became-of-each ()
  (let (sent)
    (cl-letf (((symbol-function 'scim-rpc-request)
               (lambda (method params &rest _)
                 (setq sent (cons method params))
                 (scim-bulk-tests--answer
                  "[{\"index\":0,\"outcome\":\"success\",\"id\":\"7\"},
                    {\"index\":1,\"outcome\":\"notSent\",\"reason\":\"x\"}]"))))
      (let ((results (scim-bulk '(((method . "POST") (path . "/Users")
                                   (bulkId . "a") (data . ((userName . "é"))))
                                  ((method . "DELETE") (path . "/Users/1")))
                                :fail-on-errors 1 :validation 'warn)))
        (should (equal '(success notSent)
                       (mapcar (lambda (result) (scim-attribute result 'outcome))
                               results)))
        (should (equal "7" (scim-attribute (car results) 'id)))
        (should (equal "scim/resource/bulk" (car sent)))
        (should (equal 1 (plist-get (cdr sent) :failOnErrors)))
        (should (equal "warn" (plist-get (cdr sent) :validation)))
        (should (equal "é" (scim-attribute
                            (aref (scim-json-parse
                                   (scim-rpc-text
                                    (plist-get (cdr sent) :operations)))
                                  0)
                            'data 'userName)))))))

(ert-deftest scim-bulk-changes-a-server ()
  (scim-test-with-mock
    (let ((results (scim-bulk
                    '(((method . "POST") (path . "/Users") (bulkId . "ann")
                       (data . ((schemas . ["urn:ietf:params:scim:schemas:core:2.0:User"])
                                (userName . "bulk-ann"))))
                      ((method . "DELETE") (path . "/Users/nobody"))))))
      (should (equal '(success error)
                     (mapcar (lambda (result) (scim-attribute result 'outcome))
                             results)))
      (should (equal "bulk-ann"
                     (scim-attribute
                      (scim-get 'User (scim-attribute (car results) 'id))
                      'userName))))))

(ert-deftest scim-bulk-of-a-server-without-it ()
  (scim-test-with-mock
    (scim-test-mock-stand-in "rules: { bulk: { supported: false } }")
    (let ((err (should-error (scim-bulk '(((method . "DELETE")
                                           (path . "/Users/1"))))
                             :type 'scim-error)))
      (should (string-search "bulk" (scim-error-message err))))))

(provide 'scim-bulk-tests)
;;; scim-bulk-tests.el ends here
