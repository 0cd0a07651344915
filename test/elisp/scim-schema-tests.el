;;; scim-schema-tests.el --- Tests of the schema browser -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The schema browser over the real bridge and mock server.

;;; Code:

(require 'ert)
(require 'cl-lib)
(require 'bookmark)
(require 'scim-schema)
(require 'scim-test-helper)
(require 'scim-test-mock)

(defmacro scim-schema-tests--with-service (mock &rest body)
  "Evaluate BODY in the view of a service, the mock file MOCK or nil."
  (declare (indent 1) (debug t))
  `(scim-test-with-mock
     (when ,mock
       (scim-test-mock-stand-in ,mock))
     (unwind-protect
         (progn
           (scim-schemas)
           (with-current-buffer (window-buffer)
             (scim-schema-tests--wait "Resource types")
             ,@body))
       (dolist (buffer (buffer-list))
         (when (string-prefix-p "*SCIM schemas" (buffer-name buffer))
           (kill-buffer buffer))))))

(defun scim-schema-tests--wait (regexp)
  "Wait until REGEXP can be found in this buffer."
  (scim-test-wait-for
   (lambda () (save-excursion
                (goto-char (point-min))
                (re-search-forward regexp nil t)))))

(ert-deftest scim-schema-declared-and-seen ()
  "What a service declares stands beside what it was seen to do."
  (scim-schema-tests--with-service
      "generate: { users: 40 }
quirks: { page.startIndex: ignored, filter.ops: [pr], filter.unsupportedResult: everything }
"
    (should-not (string-match-p "Seen by reading" (buffer-string)))
    (call-interactively #'scim-schema-observe)
    (scim-schema-tests--wait "^  ✗ filter eq  *ignored, declared$")
    (scim-schema-tests--wait "^  – startIndex  *ignored$")
    (scim-schema-tests--wait "^  \\? patch  *untried, declared$")))

(ert-deftest scim-schema-from-type-to-attribute-and-back ()
  "A link leads to a type; attributes can be gone to; and then back."
  (scim-schema-tests--with-service nil
    (goto-char (point-min))
    (re-search-forward "^Resource types")
    (forward-button 1)
    (should (equal "User" (button-label (button-at (point)))))
    (push-button)
    (scim-schema-tests--wait "^userName .*string")
    (scim-schema-goto "name.familyName")
    (should (looking-at "  familyName +string"))
    (scim-schema-copy)
    (should (equal "name.familyName" (current-kill 0)))
    (scim-schema-next)
    (should (looking-at "  givenName"))
    (should (assoc "emails.value" (imenu--make-index-alist t)))
    (scim-schema-goto
     "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager")
    (should (looking-at "manager"))
    (scim-schema-back)
    (scim-schema-tests--wait "Declared in ServiceProviderConfig")))

(ert-deftest scim-schema-a-custom-extension-with-other-letters ()
  "Offsets count characters, also after letters beyond the basic plane."
  (scim-schema-tests--with-service
      "schemas:
  - id: urn:example:Badge
    description: 🪪 for people, שלום
    attributes: [{ name: room, type: string, description: 🚪 number }]
resourceTypes:
  - { name: User, endpoint: /Users, schema: urn:ietf:params:scim:schemas:core:2.0:User,
      schemaExtensions: [{ schema: urn:example:Badge, required: false }] }
"
    (scim-schema-show scim-tenant "User" "urn:example:Badge:room")
    (scim-schema-tests--wait "🚪 number")
    (should (looking-at "room +string"))
    (should (eq 'scim-json-key (get-text-property (point) 'face)))))

(ert-deftest scim-schema-unknown-name-is-told ()
  "A name that the service does not know is answered with those it knows."
  (scim-schema-tests--with-service nil
    (scim-schema-show scim-tenant "Usr")
    (scim-test-wait-for
     (lambda ()
       (with-current-buffer "*Messages*"
         (save-excursion
           (goto-char (point-max))
           (re-search-backward "no resource type or schema Usr.*User, Group"
                               nil t)))))))

(ert-deftest scim-schema-bookmark-leads-back ()
  "A bookmark shows the same type again."
  (scim-schema-tests--with-service nil
    (scim-schema-show scim-tenant "Group")
    (scim-schema-tests--wait "^members")
    (let ((record (scim-schema--bookmark)))
      (kill-buffer)
      (scim-schema-jump record)
      (scim-schema-tests--wait "^members"))))

(provide 'scim-schema-tests)
;;; scim-schema-tests.el ends here
