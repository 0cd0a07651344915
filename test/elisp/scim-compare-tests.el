;;; scim-compare-tests.el --- Tests of comparisons -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The real bridge compares resources of real mock servers, two of them as
;; two tenants with differences that were planted.

;;; Code:

(require 'scim-test-helper)
(require 'scim-compare)

(defun scim-compare-tests--mock (name text)
  "Have a mock server made from TEXT stand in for the tenant NAME."
  (let ((started (scim-rpc-request
                  scim-protocol-mock-start
                  (list :path (expand-file-name (concat name ".scim-mock"))
                        :content (list :text text)))))
    (scim-rpc-request scim-protocol-mock-attach
                      (list :id (plist-get (plist-get started :mock) :id)
                            :tenant name))))

(defun scim-compare-tests--call (a b function)
  "Call FUNCTION with tenants a and b, mock servers made from the texts A and B."
  (scim-test-call-in-workspace
   'real nil
   (lambda ()
     (let ((inhibit-message t))
       (write-region "tenants:\n  a: { baseUrl: \"http://127.0.0.1:1/a\", auth: { scheme: none } }
  b: { baseUrl: \"http://127.0.0.1:1/b\", auth: { scheme: none } }\n"
                     nil "scim.yaml" nil 'silent)
       (scim-compare-tests--mock "a" a)
       (scim-compare-tests--mock "b" b)
       (unwind-protect (funcall function)
         (dolist (buffer (buffer-list))
           (when (string-prefix-p "*SCIM" (buffer-name buffer))
             (kill-buffer buffer))))))))

(defconst scim-compare-tests--a
  "resources:
  Users:
    - { id: a1, userName: same, title: Dr, emails: [{ value: x@x.example }, { value: y@x.example, type: work }] }
    - { id: a2, userName: 👩‍⚕️ Zoë, title: old, nickName: שלום }
    - { id: a3, userName: gone }
"
  "The mock file of tenant a.")

(defconst scim-compare-tests--b
  "resources:
  Users:
    - { id: b9, userName: מרים }
    - { id: b2, userName: 👩‍⚕️ ZOË, title: new, nickName: שלום }
    - { id: b1, userName: SAME, title: Dr, emails: [{ value: y@x.example, type: work }, { value: x@x.example }] }
"
  "The mock file of tenant b.")

(defmacro scim-compare-tests--with (a b &rest body)
  "Evaluate BODY with tenants a and b, mock servers made from A and B."
  (declare (indent 2) (debug t))
  `(scim-compare-tests--call ,a ,b (lambda () ,@body)))

(defun scim-compare-tests--wait ()
  "Wait until this buffer has its answer."
  (scim-test-wait-for (lambda () (not scim-compare--handle))))

(defun scim-compare-tests--rows ()
  "Return the cells of all rows."
  (mapcar #'scim-table-cells (scim-table-ids)))

(ert-deftest scim-compare-finds-planted-differences ()
  "Rows tell what only one tenant has and what differs; RET shows how."
  (scim-compare-tests--with scim-compare-tests--a scim-compare-tests--b
    (with-current-buffer (scim-compare-tenants "a" "b" "User" "userName")
      (scim-compare-tests--wait)
      (should (equal (scim-compare-tests--rows)
                     '(("gone" "<" "only in a")
                       ("מרים" ">" "only in b")
                       ("👩‍⚕️ Zoë" "≠" "title"))))
      (should (string-match-p
               "a: 3  b: 3  1 user the same, 1 differs, 1 only in a, 1 only in b"
               (scim-compare--header)))
      (goto-char (point-min))
      (search-forward "Zoë")
      (call-interactively (key-binding (kbd "RET")))
      (with-current-buffer "*SCIM difference: User a2 b2*"
        (scim-compare-tests--wait)
        (should (derived-mode-p 'diff-mode))
        (should (looking-at "--- a/Users/a2"))
        (should (string-match-p "^-  \"title\": \"old\"" (buffer-string)))
        (should (string-match-p "^ *\"nickName\": \"שלום\"" (buffer-string)))
        (should-not (string-match-p "\"id\"" (buffer-string)))
        (call-interactively (key-binding (kbd "i")))
        (scim-compare-tests--wait)
        (should (string-match-p "\"id\": \"b2\"" (buffer-string)))))))

(ert-deftest scim-compare-exports ()
  "The table becomes a file in the format that its name says."
  (scim-compare-tests--with scim-compare-tests--a scim-compare-tests--b
    (with-current-buffer (scim-compare-tenants "a" "b" "User" "userName" '("title"))
      (scim-compare-tests--wait)
      (dolist (case '(("d.csv" . "^userName,kind,difference\r?\ngone,<,only in a")
                      ("d.json" . "\"kind\": \"≠\"")
                      ("d.md" . "^| 👩‍⚕️ Zoë | ≠ | title |$")))
        (let ((file (expand-file-name (car case))))
          (scim-compare-export file)
          (scim-test-wait-for (lambda () (file-exists-p file)))
          (with-temp-buffer
            (insert-file-contents file)
            (should (string-match-p (cdr case) (buffer-string)))))))))

(ert-deftest scim-compare-misses-nothing-in-a-partial-list ()
  "What a list that is not complete does not have is not known."
  (scim-compare-tests--with scim-compare-tests--a
      (concat scim-compare-tests--b "faults:\n  - { on: GET /Users, page: half }\n")
    (with-current-buffer (scim-compare-tenants "a" "b" "User" "userName")
      (scim-compare-tests--wait)
      (should (string-match-p "b: [12] (partial)" (scim-compare--header)))
      (should-not (seq-find (lambda (row) (equal (nth 1 row) "<"))
                            (scim-compare-tests--rows)))
      (should (seq-find (lambda (row) (equal (nth 1 row) "?"))
                        (scim-compare-tests--rows)))
      (should (string-match-p "The list of b is partial" (scim-table-note))))))

(ert-deftest scim-compare-tells-bad-questions ()
  "A wrong attribute is told, and another question can follow."
  (scim-compare-tests--with scim-compare-tests--a scim-compare-tests--b
    (with-current-buffer (scim-compare-tenants "a" "b" "User" "emails.value")
      (scim-compare-tests--wait)
      (should (string-match-p "emails.value cannot tell" (scim-compare--header)))
      ;; Percent signs are shown.
      (setq scim-compare--status "3900 of 4001 שרה (97%)")
      (should (equal " 3900 of 4001 שרה (97%%)" (eval (cadr header-line-format))))
      (should-not (scim-table-ids)))))

(ert-deftest scim-compare-in-ediff ()
  "Ediff gets both texts in the common notation."
  (scim-compare-tests--with scim-compare-tests--a scim-compare-tests--b
    (let (compared)
      (require 'ediff)
      (cl-letf (((symbol-function 'ediff-buffers)
                 (lambda (&rest buffers) (setq compared buffers))))
        (scim-compare-ediff "User" "a1" "b1" "a" "b")
        (scim-test-wait-for (lambda () compared)))
      (should (equal (with-current-buffer (car compared)
                       (replace-regexp-in-string "same" "SAME" (buffer-string)))
                     (with-current-buffer (cadr compared) (buffer-string)))))))

(provide 'scim-compare-tests)
;;; scim-compare-tests.el ends here
