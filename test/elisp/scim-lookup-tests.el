;;; scim-lookup-tests.el --- Tests of reading resources by name -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The real bridge and a mock server; keys are typed into the minibuffer.

;;; Code:

(require 'icomplete)
(require 'scim-test-helper)
(require 'scim-test-mock)
(require 'scim-lookup)

(defconst scim-lookup-tests--people
  "resources:
  User:
    - { userName: babs, displayName: Barbara Jensen, emails: [{ value: ceo@example.com }] }
    - { userName: anna1, displayName: Anna Berg }
    - { userName: anna2, displayName: Anna Berg, active: false }
    - { userName: dalia, displayName: דליה כהן }
    - { userName: rocket, displayName: \"🚀 Zoë\" }
  Group:
    - { displayName: Barbara's friends }
"
  "A mock file.")

(defmacro scim-lookup-tests--with (&rest body)
  "Evaluate BODY in a workspace whose tenant has a few people."
  (declare (indent 0) (debug t))
  `(scim-test-with-mock
     (scim-test-mock-stand-in scim-lookup-tests--people)
     ,@body))

(defun scim-lookup-tests--type (keys &optional types)
  "Type KEYS, for `kbd', while a resource of TYPES is read; return it."
  (let ((result nil))
    (cl-letf (((symbol-function 'scim-lookup-tests-read)
               (lambda ()
                 (interactive)
                 (setq result (scim-lookup-read "Who: " (or types "User"))))))
      (global-set-key (kbd "<f12>") 'scim-lookup-tests-read)
      (execute-kbd-macro (kbd (concat "<f12> " keys))))
    result))

(defun scim-lookup-tests--names (session text)
  "Return the names that SESSION shows for TEXT."
  (let ((all (completion-all-completions text (scim-lookup--table session) nil
                                         (length text))))
    (when (consp all) (setcdr (last all) nil))
    (mapcar #'substring-no-properties all)))

(ert-deftest scim-lookup-by-any-name ()
  "A part of a name, a mail address, other scripts: one match is completed."
  (scim-lookup-tests--with
    (pcase-dolist (`(,typed . ,name) '(("barb TAB RET" . "Barbara Jensen")
                                       ("ceo@ TAB RET" . "Barbara Jensen")
                                       ("jensen RET" . "Barbara Jensen")
                                       ("דלי TAB RET" . "דליה כהן")
                                       ("zoe TAB RET" . "🚀 Zoë")))
      (let ((found (scim-lookup-tests--type typed)))
        (should (equal (plist-get found :name) name))
        (should (equal (plist-get found :type) "User"))
        (should (stringp (plist-get found :id)))))))

(ert-deftest scim-lookup-of-several-types ()
  "Of several types, each tells which it is; nothing is not taken for something."
  (scim-lookup-tests--with
    (let ((session (scim-lookup--session-for '("User" "Group") nil)))
      (should (equal (scim-lookup-tests--names session "barbara")
                     '("Barbara Jensen" "Barbara's friends")))
      (should (string-match-p "Group"
                              (scim-lookup--annotation session "Barbara's friends"))))
    (should (equal "Group" (plist-get (scim-lookup-tests--type
                                       "friends TAB RET" '("User" "Group"))
                                      :type)))
    (should-error (scim-lookup-tests--type "RET") :type 'user-error)))

(ert-deftest scim-lookup-tells-same-names-apart ()
  "Two people of one name have two labels, and the id of each is its own."
  (scim-lookup-tests--with
    (let* ((session (scim-lookup--session-for "User" nil))
           (labels (scim-lookup-tests--names session "anna berg"))
           (found (mapcar (lambda (label)
                            (gethash label (scim-lookup--session-resources session)))
                          labels)))
      (should (equal (length (delete-dups (copy-sequence labels))) 2))
      (should (member "Anna Berg" labels))
      (should (equal (sort (mapcar (lambda (each) (plist-get each :detail)) found)
                           #'string<)
                     '("anna1" "anna2, not active")))
      (should-not (equal (plist-get (car found) :id) (plist-get (cadr found) :id)))
      (should (string-match-p
               "not active"
               (mapconcat (lambda (row) (nth 2 row))
                          (scim-lookup--affixes session labels) ""))))))

(ert-deftest scim-lookup-is-not-narrowed-by-styles ()
  "What the service finds by a mail address stays, whatever styles there are."
  (scim-lookup-tests--with
    (let ((session (scim-lookup--session-for "User" nil)))
      (dolist (completion-styles '((basic) (flex) (substring partial-completion)))
        (should (equal (scim-lookup-tests--names session "ceo@example")
                       '("Barbara Jensen")))))))

(ert-deftest scim-lookup-with-fido ()
  "A user interface that asks at each key, and has its own styles, shows it too."
  (scim-lookup-tests--with
    (unwind-protect
        (progn
          (fido-mode 1)
          (should (equal (plist-get (scim-lookup-tests--type "ceo@ RET") :name)
                         "Barbara Jensen")))
      (fido-mode -1))))

(ert-deftest scim-lookup-several ()
  "Several are read until nothing is typed, each of them once."
  (scim-lookup-tests--with
    (let ((result nil))
      (cl-letf (((symbol-function 'scim-lookup-tests-read)
                 (lambda ()
                   (interactive)
                   (setq result (scim-lookup-read-several "Who: " "User")))))
        (global-set-key (kbd "<f12>") 'scim-lookup-tests-read)
        (execute-kbd-macro
         (kbd "<f12> barb TAB RET rocket TAB RET ceo@ TAB RET RET")))
      (should (equal (mapcar (lambda (each) (plist-get each :name)) result)
                     '("Barbara Jensen" "🚀 Zoë"))))))

(ert-deftest scim-lookup-ends-with-the-input ()
  "Typing on ends the request that is under way, in the bridge too."
  (scim-test-with-bridge "silent"
    (let ((session (scim-lookup--session-make :params '(:types ["User"])
                                              :root (scim-rpc-root)))
          (unread-command-events nil))
      (scim-rpc-start (scim-rpc-root))
      (should (eq t (let ((throw-on-input nil))
                      (catch 'scim-lookup-tests
                        (run-at-time 0 nil (lambda () (throw 'scim-lookup-tests t)))
                        (scim-lookup--labels session "x")))))
      (should-not (scim-bridge-handles
                   (gethash (scim-rpc-root) scim-rpc--bridges))))))

(ert-deftest scim-lookup-types ()
  "The types of the service are offered, with their endpoints."
  (scim-lookup-tests--with
    (let (offered)
      (cl-letf (((symbol-function 'completing-read)
                 (lambda (_prompt names &rest _) (setq offered names) "Group")))
        (should (equal (scim-lookup-read-type "Type: ") "Group")))
      (should (member "User" offered)))))

(ert-deftest scim-lookup-types-begin-with-users ()
  "Whatever the order of the service, that is the default."
  (scim-test-with-mock
    (scim-test-mock-stand-in "schemas:
  - id: urn:example:params:scim:schemas:Badge
    name: Badge
    attributes: [{ name: number, type: string }]
resourceTypes:
  - { name: Badge, endpoint: /Badges, schema: \"urn:example:params:scim:schemas:Badge\" }
  - { name: Group, endpoint: /Groups, schema: \"urn:ietf:params:scim:schemas:core:2.0:Group\" }
  - { name: User, endpoint: /Users, schema: \"urn:ietf:params:scim:schemas:core:2.0:User\" }
")
    (let (offered)
      (cl-letf (((symbol-function 'completing-read)
                 (lambda (_ names _ _ _ _ default &rest _)
                   (setq offered names)
                   default)))
        (should (equal "User" (scim-lookup-read-type "Type: ")))
        (should (equal '("User" "Group" "Badge") offered))))))

(provide 'scim-lookup-tests)
;;; scim-lookup-tests.el ends here
