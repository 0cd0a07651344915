;;; scim-members-tests.el --- Tests of the members of groups -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The real bridge and a mock server, with a group of 50,000; the keys are
;; those of a person.

;;; Code:

(require 'scim-test-helper)
(require 'scim-test-mock)
(require 'scim-api)
(require 'scim-members)
(require 'scim-members-change)

(defconst scim-members-tests--small
  "resources:
  User:
    - { id: u-babs, userName: babs, displayName: Barbara Jensen, emails: [{ value: ceo@example.com }] }
    - { id: u-dalia, userName: dalia, displayName: דליה כהן, emails: [{ value: dalia@corp.test }] }
    - { id: u-zoe, userName: zoe, displayName: \"🚀 Zoë\" }
    - { id: u-anna1, userName: anna1, displayName: Anna Berg }
    - { id: u-anna2, userName: anna2, displayName: Anna Berg }
    - { id: u-jim, userName: jim, displayName: Jim }
  Group:
    - { id: g-eng, displayName: Engineering, members: [{ value: u-babs }, { value: u-dalia }, { value: u-zoe }] }
    - { id: g-sales, displayName: Sales }
"
  "A mock file.")

(defun scim-members-tests--settled ()
  "Wait until nothing is under way in this buffer."
  (scim-test-wait-for
   (lambda ()
     (and (not scim-members--busy) (scim-queue-empty-p)
          (not (scim-bridge-handles (gethash (scim-rpc-root) scim-rpc--bridges)))))))

(defun scim-members-tests--open (type id &optional inverse)
  "Show the members of the resource of TYPE with ID, or its groups if INVERSE."
  (set-buffer (if inverse
                  (scim-memberships-show type id)
                (scim-members-show type id)))
  (scim-members-tests--settled))

(defun scim-members-tests--press (keys)
  "Type KEYS, for `kbd', in this buffer, and wait for what comes of it."
  (let ((buffer (current-buffer)))
    (switch-to-buffer buffer)
    (execute-kbd-macro (kbd keys))
    (set-buffer buffer)
    (scim-members-tests--settled)))

(defun scim-members-tests--rows ()
  "Return the rows: lists of cells."
  (mapcar (lambda (line) (split-string line "\t"))
          (split-string (buffer-substring-no-properties (point-min) (point-max))
                        "\n" t)))

(defun scim-members-tests--names ()
  "Return the marks and names of the rows as one string each."
  (mapcar (lambda (cells) (concat (car cells) (cadr cells)))
          (scim-members-tests--rows)))

(defun scim-members-tests--send ()
  "Show what is to be sent and send it; return what was shown."
  (scim-members-tests--press "C-c C-c")
  (let ((list (current-buffer))
        (text (with-current-buffer "*SCIM members changes*" (buffer-string))))
    (switch-to-buffer "*SCIM members changes*")
    (execute-kbd-macro (kbd "C-c C-c"))
    (set-buffer list)
    (scim-members-tests--settled)
    (substring-no-properties text)))

(defun scim-members-tests--writes ()
  "Return the bodies of all writes that were sent, as texts."
  (let ((har (json-parse-string
              (scim-rpc-text (plist-get (scim-rpc-request scim-protocol-trace-har nil)
                                        :har)))))
    (delq nil
              (seq-map (lambda (entry)
                         (let ((request (gethash "request" entry)))
                           (unless (equal (gethash "method" request) "GET")
                             (gethash "text" (gethash "postData" request)))))
                       (gethash "entries" (gethash "log" har))))))

(defun scim-members-tests--ids (group)
  "Return the ids of the members of GROUP on the server, sorted."
  (sort (mapcar (lambda (member) (scim-attribute member 'value))
                (append (scim-attribute (scim-get "Group" group) 'members) nil))
        #'string<))

(defmacro scim-members-tests--with (mock &rest body)
  "Evaluate BODY with a server of the mock file MOCK; end its buffers."
  (declare (indent 1) (debug t))
  `(scim-test-with-mock
     (scim-test-mock-stand-in ,mock)
     (unwind-protect
         (save-window-excursion ,@body)
       (dolist (buffer (buffer-list))
         (when (string-prefix-p "*SCIM" (buffer-name buffer))
           (kill-buffer buffer))))))

(ert-deftest scim-members-are-shown ()
  "Names in any script, their types and ids; the buffer has the group's name."
  (scim-members-tests--with scim-members-tests--small
    (scim-members-tests--open "Group" "g-eng")
    (should (string-prefix-p "*SCIM members of Engineering" (buffer-name)))
    (should (equal (scim-members-tests--rows)
                   '(("" "Barbara Jensen" "User" "u-babs")
                     ("" "דליה כהן" "User" "u-dalia")
                     ("" "🚀 Zoë" "User" "u-zoe"))))
    (should (equal (scim-members--counts) "3"))
    (scim-members-tests--press "M-> <up> w")
    (should (equal (current-kill 0) "u-zoe"))))

(ert-deftest scim-members-add-and-remove ()
  "What is chosen is sent as one request that says just that, and is so then."
  (scim-members-tests--with scim-members-tests--small
    (scim-members-tests--open "Group" "g-eng")
    (scim-members-tests--press "a jim TAB RET anna1 TAB RET RET")
    (should (equal (scim-members-tests--names)
                   '("+Jim" "+Anna Berg" "Barbara Jensen" "דליה כהן" "🚀 Zoë")))
    (scim-table-goto "u-dalia")
    (scim-members-tests--press "d")
    (should (equal (scim-table-id) "u-zoe"))
    (should (equal (nth 3 (scim-members-tests--names)) "Dדליה כהן"))
    (should (equal (scim-members--counts) "3  +2  D1"))
    (let ((shown (scim-members-tests--send)))
      (should (string-match-p "removes 1, adds 2" shown))
      (should (string-match-p "members\\[value eq \\\\\"u-dalia\\\\\"\\]" shown))
      (should-not (string-match-p "u-babs" shown)))
    (should (equal (scim-members-tests--ids "g-eng")
                   '("u-anna1" "u-babs" "u-jim" "u-zoe")))
    (should-not (scim-members--pending-p))
    (should (equal (sort (mapcar (lambda (row) (nth 3 row))
                                 (scim-members-tests--rows))
                         #'string<)
                   '("u-anna1" "u-babs" "u-jim" "u-zoe")))
    (should (equal (length (scim-members-tests--writes)) 1))))

(ert-deftest scim-members-undo-and-unmark ()
  "Nothing is lost by changing one's mind."
  (scim-members-tests--with scim-members-tests--small
    (scim-members-tests--open "Group" "g-eng")
    (goto-char (point-min))
    (scim-members-tests--press "d d")
    (should (equal (scim-members-tests--names)
                   '("DBarbara Jensen" "Dדליה כהן" "🚀 Zoë")))
    (scim-members-tests--press "C-/")
    (should (equal (scim-members-tests--names)
                   '("DBarbara Jensen" "דליה כהן" "🚀 Zoë")))
    (goto-char (point-min))
    (scim-members-tests--press "u")
    (should-not (scim-members--pending-p))
    (goto-char (point-min))
    (scim-members-tests--press "t D")
    (should (equal (length scim-members--removed) 3))
    (scim-members-tests--press "g")
    (should (equal (length scim-members--removed) 3))
    (should (equal (scim-members-tests--names)
                   '("DBarbara Jensen" "Dדליה כהן" "D🚀 Zoë")))
    (should (equal (scim-members-tests--writes) nil))))

(ert-deftest scim-members-add-copied-list ()
  "Of a list that was copied, what is not clear is told."
  (scim-members-tests--with scim-members-tests--small
    (scim-members-tests--open "Group" "g-eng")
    (kill-new "jim\nceo@example.com\n\nAnna Berg\nnobody@example.com\n")
    (scim-members-tests--press "A RET")
    (should (equal (car (scim-members-tests--names)) "+Jim"))
    (should (equal (length scim-members--added) 1))
    (let ((report (with-current-buffer "*SCIM members report*"
                    (buffer-substring-no-properties (point-min) (point-max)))))
      (should (string-match-p "1 to be added, 1 there already, 1 ambiguous, 1 not found"
                              report))
      (should (string-match-p "Not found (1)\n  nobody@example.com" report))
      (should (string-match-p "u-anna2" report)))))

(ert-deftest scim-members-that-stay-are-told ()
  "A service that says yes and does nothing is found out; it stays to be done."
  (scim-members-tests--with (concat scim-members-tests--small
                                    "faults:\n  - { on: PATCH /Groups/*, ignore: true }\n")
    (scim-members-tests--open "Group" "g-eng")
    (scim-table-goto "u-dalia")
    (scim-members-tests--press "d")
    (scim-members-tests--send)
    (let ((report (with-current-buffer "*SCIM members report*"
                    (buffer-substring-no-properties (point-min) (point-max)))))
      (should (string-match-p "did not do it for 1" report))
      (should (string-match-p "still there (1)\n  דליה כהן  u-dalia" report)))
    (should (equal scim-members--removed '(("u-dalia" . "דליה כהן"))))
    (should (equal (nth 1 (scim-members-tests--names)) "Dדליה כהן"))))

(ert-deftest scim-members-survive-errors-and-a-crash ()
  "What is to be done is kept when it is refused, and when the bridge ends."
  (scim-members-tests--with (concat scim-members-tests--small
                                    "faults:\n  - { on: PATCH /Groups/*, status: 403, detail: Not you }\n")
    (scim-members-tests--open "Group" "g-eng")
    (scim-members-tests--press "a jim TAB RET RET")
    (scim-table-goto "u-babs")
    (scim-members-tests--press "d")
    (scim-members-tests--send)
    (should (string-match-p "Not you" (with-current-buffer "*SCIM members report*"
                                        (buffer-string))))
    (should (equal (scim-members--pending-text) "1 to add, 1 to remove"))
    (let ((process (scim-bridge-process (gethash (scim-rpc-root) scim-rpc--bridges))))
      (signal-process process 'SIGKILL)
      (scim-test-wait-for (lambda () (not (process-live-p process)))))
    (scim-test-mock-stand-in scim-members-tests--small)
    (scim-members-tests--press "g")
    (should (equal (scim-members-tests--names)
                   '("+Jim" "DBarbara Jensen" "דליה כהן" "🚀 Zoë")))
    (scim-members-tests--send)
    (should (equal (scim-members-tests--ids "g-eng") '("u-dalia" "u-jim" "u-zoe")))))

(ert-deftest scim-members-survive-a-crash-while-sending ()
  "When the bridge ends in the middle, what is to be done is kept, and can be sent."
  (scim-members-tests--with (concat scim-members-tests--small
                                    "faults:\n  - { on: PATCH /Groups/*, times: 1, latency: 30s }\n")
    (scim-members-tests--open "Group" "g-eng")
    (scim-table-goto "u-babs")
    (scim-members-tests--press "d C-c C-c")
    (let ((list (current-buffer))
          (process (scim-bridge-process (gethash (scim-rpc-root) scim-rpc--bridges))))
      (switch-to-buffer "*SCIM members changes*")
      (execute-kbd-macro (kbd "C-c C-c"))
      (set-buffer list)
      (should scim-members-change--handle)
      (signal-process process 'SIGKILL)
      (scim-test-wait-for (lambda () (not scim-members-change--handle))))
    (should (equal scim-members--removed '(("u-babs" . "Barbara Jensen"))))
    (should-not scim-members--busy)
    (scim-test-mock-stand-in scim-members-tests--small)
    (scim-members-tests--press "g")
    (should (equal (car (scim-members-tests--names)) "DBarbara Jensen"))
    (scim-members-tests--send)
    (should (equal (scim-members-tests--ids "g-eng") '("u-dalia" "u-zoe")))))

(ert-deftest scim-members-names-of-what-is-seen ()
  "Of references that say nothing but ids, those that are seen get names."
  (scim-members-tests--with
      (concat "schemas:
  - id: urn:example:Team
    name: Team
    attributes:
      - { name: title, type: string, required: true }
      - name: owners
        type: complex
        multiValued: true
        subAttributes:
          - { name: value, type: string }
          - { name: $ref, type: reference, referenceTypes: [User] }
resourceTypes:
  - { name: Team, endpoint: /Teams, schema: urn:example:Team }
" scim-members-tests--small "
  Team:
    - { id: t-1, title: Tigers, owners: [{ value: u-dalia }, { value: u-gone }, { value: u-zoe }] }
")
    (set-buffer (scim-members-show "Team" "t-1" nil "owners"))
    (scim-members-tests--settled)
    (should (string-prefix-p "*SCIM owners of Tigers" (buffer-name)))
    (scim-test-wait-for
     (lambda () (equal (scim-members-tests--names) '("דליה כהן" "(u-gone)" "🚀 Zoë"))))))

(ert-deftest scim-members-menu ()
  "Every command of the menu can be called by its keys."
  (scim-members-tests--with scim-members-tests--small
    (scim-members-tests--open "Group" "g-eng")
    (should (commandp (scim-menu-prefix 'scim-members-mode)))
    (let ((bookmark (scim-members--bookmark)) (buffer (current-buffer)))
      (kill-buffer buffer)
      (scim-members-bookmark-jump bookmark)
      (scim-members-tests--settled)
      (should (equal (length (scim-members-tests--rows)) 3)))))

(ert-deftest scim-members-of-fifty-thousand ()
  "They are shown, filtered and changed by requests that say only that."
  (scim-members-tests--with (concat "generate: { users: 84000, groups: 1 }\n"
                                    scim-members-tests--small)
    (let ((group (scim-attribute
                  (car (scim-listing-resources
                        (scim-list "Group" :attributes '("id") :limit 5
                                   :filter "displayName ne \"Engineering\" and displayName ne \"Sales\"")))
                  'id)))
      (scim-members-tests--open "Group" group)
      (scim-test-wait-for (lambda () (= (scim-table-count) 50000)))
      (should (equal (scim-members--counts) "50000"))
      (let ((gone (list (nth 10 (scim-table-ids)) (nth 49990 (scim-table-ids)))))
        (dolist (id gone)
          (scim-table-goto id)
          (scim-members-tests--press "d"))
        (scim-members-tests--press "a ceo@example TAB RET dalia@corp TAB RET 🚀 TAB RET RET")
        (scim-test-wait-for (lambda () (= (scim-table-count) 50003)))
        (scim-members-tests--press "/ u-zoe RET")
        (scim-members-tests--press (format "C-a / C-a C-k %s RET" (cadr gone)))
        (should (equal (scim-members--counts)
                       (format "1 of 50000: %s  +3  D2" (cadr gone))))
        (should (equal (car (car (last (scim-members-tests--rows)))) "D"))
        (let ((shown (scim-members-tests--send)))
          (should (= 2 (length (seq-filter (lambda (id) (string-match-p (regexp-quote id) shown))
                                           gone))))
          (should (string-match-p "removes 2, adds 3" shown)))
        (should (equal (length (scim-members-tests--writes)) 1))
        (should-not (scim-members--pending-p))
        (scim-members-tests--press "/ C-a C-k RET")
        (scim-test-wait-for (lambda () (= (scim-table-count) 50001)))
        (let ((ids (scim-members--set (scim-table-ids))))
          (should-not (gethash (car gone) ids))
          (should (gethash "u-dalia" ids)))))))

(ert-deftest scim-memberships ()
  "The groups of a user are the same list from the other side."
  (scim-members-tests--with scim-members-tests--small
    (scim-members-tests--open "User" "u-babs" t)
    (should (string-prefix-p "*SCIM groups of Barbara Jensen" (buffer-name)))
    (should (equal (scim-members-tests--names) '("Engineering")))
    (goto-char (point-min))
    (scim-members-tests--press "d")
    (scim-members-tests--press "a sales TAB RET RET")
    (scim-members-tests--send)
    (should (equal (scim-members-tests--ids "g-sales") '("u-babs")))
    (should (equal (scim-members-tests--ids "g-eng") '("u-dalia" "u-zoe")))
    (should (equal (scim-members-tests--names) '("Sales")))))

(ert-deftest scim-members-export-csv ()
  "What is shown is written as CSV."
  (scim-members-tests--with scim-members-tests--small
    (scim-members-tests--open "Group" "g-eng")
    (let ((file (expand-file-name "members.csv")))
      (scim-members-export file)
      (scim-test-wait-for (lambda () (file-exists-p file)))
      (should (equal (let ((coding-system-for-read 'utf-8-unix))
                       (with-temp-buffer (insert-file-contents file) (buffer-string)))
                     (concat "id,name,type\r\nu-babs,Barbara Jensen,User\r\n"
                             "u-dalia,דליה כהן,User\r\nu-zoe,🚀 Zoë,User\r\n"))))))

(provide 'scim-members-tests)
;;; scim-members-tests.el ends here
