;;; scim-stale-tests.el --- Tests of lists that are out of date -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Lists of users and of members while somebody changes what they show,
;; with the real bridge and the mock server.

;;; Code:

(require 'scim-test-mock)
(require 'scim-api)
(require 'scim-browse)
(require 'scim-members)
(require 'scim-stale)

(defmacro scim-stale-tests--with (&rest body)
  "Evaluate BODY where the tenant has three users and a group of one of them."
  (declare (indent 0) (debug t))
  `(scim-test-with-mock
     (scim-test-mock-stand-in "resources:
  User:
    - { id: u1, userName: a@x.example, displayName: \"😀 Zoë\", title: Guide }
    - { id: u2, userName: b@x.example, displayName: \"שרה לוי\", title: Guide }
    - { id: u3, userName: c@x.example, displayName: Ben, title: Guide }
  Group:
    - { id: g1, displayName: Guides, members: [{ value: u1 }] }
")
     (let ((inhibit-message t)
           (scim-browse-columns '(("User" "userName" "title" "displayName"))))
       (save-window-excursion
         (unwind-protect (progn ,@body)
           (dolist (buffer (buffer-list))
             (when (string-prefix-p "*SCIM " (buffer-name buffer))
               (kill-buffer buffer))))))))

(defun scim-stale-tests--users ()
  "Be in the list of users, which has been read, at the second one."
  (set-buffer (scim-users))
  (switch-to-buffer (current-buffer))
  (scim-stale-tests--read)
  (scim-table-goto "u2"))

(defun scim-stale-tests--read ()
  "Wait until this list has been read."
  (scim-test-wait-for (lambda ()
                        (scim-test-settle)
                        (and scim-browse--state (not scim-browse--handle)))))

(defun scim-stale-tests--retitle (id title)
  "Somebody gives the user with ID the TITLE."
  (with-temp-buffer
    (scim-patch 'User id `(((op . "replace") (path . "title")
                         (value . ,title))))))

(ert-deftest scim-stale-short-lists-are-read-again ()
  "After a write from elsewhere; point and marks stay with their rows."
  (scim-stale-tests--with
    (scim-stale-tests--users)
    (scim-table-set-marks '("u3"))
    (scim-stale-tests--retitle "u1" "رئيس")
    (scim-test-wait-for (lambda ()
                          (equal "رئيس" (nth 1 (scim-table-cells "u1")))))
    (scim-stale-tests--read)
    (should (equal "u2" (scim-table-id)))
    (should (equal '("u3") (scim-table-marked)))
    (should-not (string-search "changed since" (scim-browse--mode-line)))))

(ert-deftest scim-stale-long-lists-say-so ()
  "They are read again when they are told to."
  (scim-stale-tests--with
    (scim-stale-tests--users)
    (let ((scim-stale-refresh-limit 2))
      (scim-stale-tests--retitle "u1" "Chief")
      (scim-test-wait-for (lambda ()
                            (string-search "changed since, g reads again"
                                           (scim-browse--mode-line))))
      ;; Nothing is pending, and nothing was read.
      (scim-test-wait-for (lambda () (not scim-stale--timer)))
      (should-not scim-browse--handle)
      (should (equal "Guide" (nth 1 (scim-table-cells "u1"))))
      (execute-kbd-macro "g")
      (scim-stale-tests--read)
      (should (equal "Chief" (nth 1 (scim-table-cells "u1"))))
      (should-not (string-search "changed since" (scim-browse--mode-line))))))

(ert-deftest scim-stale-what-nobody-sees-is-left-alone ()
  "A list in no window only notes that it is old; so do those of failed writes not."
  (scim-stale-tests--with
    (scim-stale-tests--users)
    (let ((list (current-buffer)))
      (switch-to-buffer "*scratch*")
      (should-error (scim-stale-tests--retitle "nobody" "Chief"))
      (scim-log-flush)
      (should-not (buffer-local-value 'scim-stale--since list))
      (scim-stale-tests--retitle "u1" "Chief")
      (scim-test-wait-for (lambda ()
                            (buffer-local-value 'scim-stale--since list)))
      (scim-test-wait-for (lambda () (not scim-stale--timer)))
      (with-current-buffer list
        (should (scim-stale-p))
        (should-not scim-browse--handle)))))

(ert-deftest scim-stale-members-are-read-again-unless-something-is-to-be-sent ()
  "What is to be added is not lost by what others do."
  (scim-stale-tests--with
    (switch-to-buffer (scim-members-show "Group" "g1"))
    (scim-test-wait-for (lambda () (equal '("u1") (scim-table-ids))))
    (with-temp-buffer
      (scim-patch 'Group "g1" '(((op . "add") (path . "members")
                                (value . [((value . "u2"))])))))
    (scim-test-wait-for (lambda () (equal '("u1" "u2") (scim-table-ids))))
    (scim-test-wait-for (lambda () (not scim-members--busy)))
    (scim-members-add (list (list :id "u3" :name "Ben" :type "User")))
    (scim-stale-tests--retitle "u1" "Chief")
    (scim-test-wait-for #'scim-stale-p)
    (scim-test-wait-for (lambda () (not scim-stale--timer)))
    (should (string-search "changed since" (scim-members--header)))
    (should (equal '("u3") (mapcar (lambda (each) (plist-get each :id))
                                   scim-members--added)))
    (setq scim-members--added nil)))

(provide 'scim-stale-tests)
;;; scim-stale-tests.el ends here
