;;; scim-update-tests.el --- Tests for scim-update.el -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Against the mock server, through the real bridge.

;;; Code:

(require 'scim-test-mock)
(require 'scim-update)

(defun scim-update-tests--user (name)
  "Create the user NAME and return it."
  (scim-create 'User `((schemas . ["urn:ietf:params:scim:schemas:core:2.0:User"])
                       (userName . ,name) (title . "Guide"))))

(ert-deftest scim-update-changes-what-differs ()
  (scim-test-with-mock
    (let* ((user (scim-update-tests--user "update"))
           (changed (scim-update 'User (scim-attribute-set user 'title "Boss"))))
      (should (equal "Boss" (scim-attribute changed 'title)))
      (should (equal (scim-etag changed) (scim-etag (scim-update 'User changed)))))))

(ert-deftest scim-update-keeps-the-change-of-somebody-else ()
  (scim-test-with-mock
    (let ((user (scim-update-tests--user "stale")))
      (scim-update 'User (scim-attribute-set user 'title "Theirs"))
      (should-error (scim-update 'User (scim-attribute-set user 'nickName "Me"))
                    :type 'scim-precondition-failed)
      (should (equal "Me" (scim-attribute
                           (scim-update 'User
                                        (scim-attribute-set user 'nickName "Me")
                                        :if-match nil)
                           'nickName))))))

(provide 'scim-update-tests)
;;; scim-update-tests.el ends here
