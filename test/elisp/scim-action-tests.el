;;; scim-action-tests.el --- Tests of changes to many resources -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The real bridge changes many resources of a real mock server, driven by
;; the commands that a person uses; what reached the server is looked up
;; in its own journal.

;;; Code:

(require 'scim-test-helper)
(require 'scim-test-mock)
(require 'scim-api)
(require 'scim-action)
(require 'scim-alert)

(defvar scim-action-tests--mock nil
  "Id of the mock server of the test that runs.")

(defun scim-action-tests--call (text function)
  "Call FUNCTION with a mock server made from TEXT as the default tenant."
  (scim-test-mock-call
   (lambda ()
     (let ((inhibit-message t)
           (started (scim-rpc-request
                     scim-protocol-mock-start
                     (list :path (expand-file-name "stand-in.scim-mock")
                           :content (list :text text)))))
       (setq scim-action-tests--mock
             (plist-get (plist-get started :mock) :id))
       (scim-rpc-request scim-protocol-mock-attach
                         (list :id scim-action-tests--mock))
       (unwind-protect (funcall function)
         (dolist (buffer (buffer-list))
           (when (string-prefix-p "*SCIM " (buffer-name buffer))
             (with-current-buffer buffer
               (setq kill-buffer-query-functions nil))
             (kill-buffer buffer))))))))

(defmacro scim-action-tests--with (text &rest body)
  "Evaluate BODY with a mock server made from TEXT as the default tenant."
  (declare (indent 1) (debug t))
  `(scim-action-tests--call ,text (lambda () ,@body)))

(defun scim-action-tests--all (type &optional filter)
  "Return the resources of TYPE that FILTER selects, or all, as a list."
  (scim-listing-all (scim-list type :filter filter)))

(defun scim-action-tests--ids (type &optional count)
  "Return the ids of the first COUNT resources of TYPE, or of all."
  (let ((ids (mapcar (lambda (resource) (scim-attribute resource 'id))
                     (scim-action-tests--all type))))
    (if count (seq-take ids count) ids)))

(defun scim-action-tests--requests (method)
  "Return the paths of the requests with METHOD that the server got."
  (delq nil
        (mapcar (lambda (request)
                  (and (equal (plist-get request :method) method)
                       (plist-get request :path)))
                (plist-get (scim-rpc-request scim-protocol-mock-requests
                                             (list :id scim-action-tests--mock))
                           :requests))))

(defun scim-action-tests--wait (state)
  "Wait until this buffer is in STATE."
  (scim-test-wait-for (lambda () (eq scim-action--state state))))

(defmacro scim-action-tests--in (ids action &rest body)
  "Plan ACTION for the users IDS and evaluate BODY in the buffer of the plan."
  (declare (indent 2) (debug t))
  `(with-current-buffer (scim-action-start "User" ,ids nil ,action)
     (scim-action-tests--wait 'planned)
     ,@body))

(defun scim-action-tests--run ()
  "Run the plan of this buffer by its key, answer yes, and return the question."
  (let (asked)
    (cl-letf* ((yes (lambda (question) (setq asked question) t))
               ((symbol-function 'y-or-n-p) yes)
               ((symbol-function 'yes-or-no-p)
                (lambda (question) (setq asked (concat "typed: " question)) t)))
      (call-interactively (key-binding (kbd "C-c C-c"))))
    asked))

(defun scim-action-tests--states ()
  "Return an alist from how rows stand to how many do."
  (let (counts)
    (dolist (id (scim-table-ids))
      (cl-incf (alist-get (gethash id scim-action--outcomes) counts 0 nil #'equal)))
    counts))

(ert-deftest scim-action-deactivates-marked-users ()
  "Thirty of 250 users are deactivated by thirty requests, after one question."
  (scim-action-tests--with "generate: { users: 250 }\n"
    (let ((ids (scim-action-tests--ids "User" 30)))
      (scim-action-tests--in ids '(:kind "deactivate")
        (should (equal (buffer-name)
                       "*SCIM action: deactivate 30 users (default)*"))
        (should (equal 30 (scim-table-count)))
        (should-not (scim-action-tests--requests "PATCH"))
        (should (string-match-p "30 to change by 30 requests"
                                (scim-action--header)))
        (should (string-match-p "PATCH replace active false /Users/"
                                (buffer-string)))
        (should (equal (scim-action-tests--run)
                       "Deactivate 30 users of default by 30 requests? "))
        (scim-action-tests--wait 'run)
        (should (equal '(("done" . 30)) (scim-action-tests--states)))
        (should (equal (sort (scim-action-tests--requests "PATCH") #'string<)
                       (sort (mapcar (lambda (id) (concat "/scim/v2/Users/" id))
                                     ids)
                             #'string<)))
        (let ((active (scim-action-tests--all "User" "active eq true")))
          (should-not (seq-intersection
                       ids (mapcar (lambda (user) (scim-attribute user 'id))
                                   active))))))))

(defconst scim-action-tests--names
  "resources:
  Users:
    - { id: u-1, userName: 👩‍⚕️ Zoë, title: old, active: true }
    - { id: u-2, userName: מרים, active: true }
    - { id: u-3, userName: ann, active: false }
"
  "A mock file with three users.")

(ert-deftest scim-action-tells-what-is-already-so-and-leaves-rows-out ()
  "A row that is left out is not sent, nor one that is as it shall be."
  (scim-action-tests--with scim-action-tests--names
    (scim-action-tests--in '("u-1" "u-2" "u-3") '(:kind "deactivate")
      (should (string-match-p "2 to change by 2 requests, 1 already so"
                              (scim-action--header)))
      (should (equal (nth 2 (scim-table-cells "u-3")) "unchanged: already inactive"))
      (should (equal (car (scim-table-cells "u-1")) "👩‍⚕️ Zoë"))
      (scim-table-goto "u-2")
      (call-interactively (key-binding (kbd "d")))
      (scim-test-wait-for
       (lambda () (string-match-p "1 to change by 1 request," (scim-action--header))))
      (should (equal (scim-table-ids) '("u-1" "u-3")))
      (should (equal (buffer-name) "*SCIM action: deactivate 1 user (default)*"))
      (should (equal (scim-action-tests--run)
                     "Deactivate 1 user of default by 1 request? "))
      (scim-action-tests--wait 'run)
      (should (equal (nth 2 (scim-table-cells "u-1")) "✓ done 200"))
      (should (eq t (scim-attribute (scim-get "User" "u-2") 'active))))))

(ert-deftest scim-action-asks-what-to-do ()
  "Action, attribute and value are asked for, with completion; RET shows a request."
  (scim-action-tests--with scim-action-tests--names
    (let (offered)
      (cl-letf (((symbol-function 'completing-read)
                 (lambda (prompt table &rest _)
                   (push (all-completions "" table) offered)
                   (cond ((string-prefix-p "Do to 1" prompt) "edit attribute")
                         ((string-prefix-p "Attribute" prompt) "title")
                         (t "replace"))))
                ((symbol-function 'read-string) (lambda (&rest _) "Dr \"ŝ\" 🙂")))
        (with-current-buffer (scim-action-start "User" '("u-1"))
          (scim-action-tests--wait 'planned)
          (should (member "activate" (car (last offered))))
          (should (member "name.familyName" (apply #'append offered)))
          (should-not (member "groups" (apply #'append offered)))
          (call-interactively (key-binding (kbd "RET")))
          (scim-test-wait-for
           (lambda () (get-buffer "*SCIM request: 👩‍⚕️ Zoë*")))
          (with-current-buffer "*SCIM request: 👩‍⚕️ Zoë*"
            (should (string-match-p "^PATCH /Users/u-1$" (buffer-string)))
            (should (string-match-p "^\\(?:If-Match\\|if-match\\): " (buffer-string)))
            (should (search-forward "\"Dr \\\"ŝ\\\" 🙂\"" nil t))
            (should-not (string-match-p scim-test-mock-token (buffer-string))))
          (scim-action-tests--run)
          (scim-action-tests--wait 'run)
          (should (equal "Dr \"ŝ\" 🙂"
                         (scim-attribute (scim-get "User" "u-1") 'title))))))))

(ert-deftest scim-action-reports-a-failure-and-retries-it ()
  "The failed row says why; retrying plans it alone, and it is done once."
  (scim-action-tests--with "generate: { users: 30 }
faults:
  - { on: PATCH /Users/*, requests: [2], status: 403, detail: Not this one }
"
    (let ((ids (seq-take (mapcar (lambda (user) (scim-attribute user 'id))
                                 (scim-action-tests--all "User" "active eq true"))
                         8))
          (told nil))
      (scim-action-tests--in ids '(:kind "deactivate")
        (let ((scim-long-action-seconds 0)
              (scim-long-action-hook
               (list (lambda (title summary failed)
                       (setq told (list title summary failed))))))
          (scim-action-tests--run)
          (scim-action-tests--wait 'run))
        (should (equal told '("deactivate 8 users (default)" "7 done, 1 failed" t)))
        (goto-char (point-min))
        (next-error 1 t)
        (let ((failed (scim-table-id)))
          (should (equal "failed" (gethash failed scim-action--outcomes)))
          (should (string-match-p "✗ failed 403.*Not this one"
                                  (nth 2 (scim-table-cells))))
          (should-error (next-error) :type 'user-error)
          (should-error (scim-action-run) :type 'user-error)
          (call-interactively (key-binding (kbd "R")))
          (scim-action-tests--wait 'planned)
          (should (equal (plist-get scim-action--summary :count) 1))
          (should (equal (scim-action-tests--run)
                         "Deactivate 1 user of default by 1 request? "))
          (scim-action-tests--wait 'run)
          (should (equal '(("done" . 8)) (scim-action-tests--states)))
          (should (equal 9 (length (scim-action-tests--requests "PATCH"))))
          (should-error (scim-action-retry) :type 'user-error))
        (let ((file (expand-file-name "report.csv")))
          (scim-action-report file)
          (scim-test-wait-for (lambda () (file-exists-p file)))
          (with-temp-buffer
            (insert-file-contents file)
            (should (looking-at "Name,Request,State"))
            (should (= 9 (count-lines (point-min) (point-max))))))
        ;; A person wants to know later when that was.
        (let ((file (expand-file-name "report.md")))
          (scim-action-report file)
          (scim-test-wait-for (lambda () (file-exists-p file)))
          (with-temp-buffer
            (insert-file-contents file)
            (should (re-search-forward (format-time-string "^%F [0-9:]+") nil t))))))))

(ert-deftest scim-action-stops ()
  "Stopping sends nothing more, and every row says whether it was sent."
  (scim-action-tests--with "generate: { users: 60 }
faults:
  - { on: DELETE /Users/*, latency: 50ms }
"
    (let (question)
      (scim-action-tests--in (scim-action-tests--ids "User") '(:kind "delete")
        (setq question (scim-action-tests--run))
        (should (equal question
                       "typed: Delete 60 users of default by 60 requests? "))
        (scim-test-wait-for (lambda () (assoc "done" (scim-action-tests--states))))
        (call-interactively (key-binding (kbd "C-c C-k")))
        (should (eq scim-action--state 'stopping))
        (scim-action-tests--wait 'run)
        (let* ((states (scim-action-tests--states))
               (done (cdr (assoc "done" states))))
          (should (< done 60))
          (should (= 60 (+ done (cdr (assoc "stopped" states)))))
          (should (<= done (length (scim-action-tests--requests "DELETE")) 59))
          (should (= (- 60 done) (length (scim-action-tests--ids "User"))))
          (should (string-match-p "^ Stopped: " (scim-action--header))))))))

(ert-deftest scim-action-believes-no-empty-success ()
  "A service that answers 200 and does nothing is found out."
  (scim-action-tests--with (concat scim-action-tests--names "faults:
  - { on: PATCH /Users/*, ignore: true }
")
    (scim-action-tests--in '("u-1") '(:kind "deactivate")
      (scim-action-tests--run)
      (scim-action-tests--wait 'run)
      (should (string-match-p
               "✗ failed 200: did not take effect: .* active is true"
               (buffer-string))))))

(ert-deftest scim-action-adds-many-to-a-group ()
  "Five hundred users become members by five requests; one row each."
  (scim-action-tests--with "generate: { users: 500, groups: 1 }\n"
    (let* ((group (car (scim-action-tests--all "Group")))
           (members (append (scim-attribute group 'members) nil))
           (before (mapcar (lambda (member) (scim-attribute member 'value)) members))
           (ids (scim-action-tests--ids "User")))
      (scim-action-tests--in ids (list :kind "addToGroups"
                                       :groups (vector (scim-attribute group 'id)))
        (should (= 500 (scim-table-count)))
        (should (string-match-p
                 (format "^Add %d users to .* at default by %d requests[?] "
                         (- 500 (length before))
                         (ceiling (- 500 (length before)) 100.0))
                 (scim-action-tests--run)))
        (scim-action-tests--wait 'run)
        (should (= (ceiling (- 500 (length before)) 100.0)
                   (length (scim-action-tests--requests "PATCH"))))
        (should (= 500 (length (scim-attribute
                                (scim-get "Group" (scim-attribute group 'id))
                                'members))))))))

(ert-deftest scim-action-survives-the-end-of-the-bridge ()
  "What was told is kept, the rest is not known, and retrying reads it first."
  (scim-action-tests--with "generate: { users: 40 }
faults:
  - { on: PATCH /Users/*, latency: 100ms }
"
    ;; The mock server must outlive the bridge, so it is that of another.
    (let* ((url (plist-get (aref (plist-get (scim-rpc-request
                                             scim-protocol-mock-list nil)
                                            :mocks)
                                 0)
                           :url))
           (ids (mapcar (lambda (user) (scim-attribute user 'id))
                        (scim-action-tests--all "User" "active eq true")))
           (server (gethash (scim-rpc-root) scim-rpc--bridges))
           (directory (make-temp-file "scim-test-" t))
           (default-directory (file-name-as-directory (file-truename directory)))
           (scim-bridge-minimum-uptime 0))
      (should server)
      (write-region (format "tenants:\n  crash:\n    baseUrl: %s
    auth: { scheme: none }\n" url)
                    nil "scim.yaml" nil 'silent)
      (unwind-protect
          (scim-action-tests--in ids '(:kind "deactivate")
            (scim-action-tests--run)
            (scim-test-wait-for
             (lambda () (assoc "done" (scim-action-tests--states))))
            (delete-process (scim-bridge-process
                             (gethash (scim-rpc-root) scim-rpc--bridges)))
            (scim-action-tests--wait 'run)
            (let* ((states (scim-action-tests--states))
                   (lost (cdr (assoc "lost" states))))
              (should (> lost 0))
              (should (= (length ids) (+ lost (cdr (assoc "done" states)))))
              (should (string-match-p "[?] unknown: no answer came" (buffer-string)))
              (call-interactively (key-binding (kbd "R")))
              (scim-action-tests--wait 'planned)
              (let ((count (plist-get scim-action--summary :count)))
                ;; How many were under way is up to chance.
                (should (<= count lost))
                (should (= count (length (scim-action-tests--all
                                          "User" "active eq true"))))
                (scim-action-tests--run)
                (scim-action-tests--wait 'run)
                (should (equal count (plist-get (plist-get scim-action--summary :counts)
                                                :done))))
              (should-not (scim-action--ids-of scim-action--failures))))
        (delete-directory directory t)))))

(ert-deftest scim-action-of-production-is-confirmed-by-name ()
  "One question, typed in full, names the production tenant; then it is sent."
  (scim-action-tests--with "generate: { users: 3 }\n"
    (let* ((url (plist-get (aref (plist-get (scim-rpc-request
                                             scim-protocol-mock-list nil)
                                            :mocks)
                                 0)
                           :url))
           (ids (list (scim-attribute
                       (car (scim-action-tests--all "User" "active eq true")) 'id)))
           (directory (make-temp-file "scim-test-" t))
           (default-directory (file-name-as-directory (file-truename directory))))
      (write-region (format "tenants:\n  live:\n    baseUrl: %s
    auth: { scheme: none }\n    production: true\n" url)
                    nil "scim.yaml" nil 'silent)
      (unwind-protect
          (scim-action-tests--in ids '(:kind "deactivate")
            (should (equal (scim-action-tests--run)
                           (concat "typed: Deactivate 1 user of the production"
                                   " tenant live by 1 request? ")))
            (scim-action-tests--wait 'run)
            (should (equal '(("done" . 1)) (scim-action-tests--states))))
        (delete-directory directory t)))))

(ert-deftest scim-action-names-its-requests ()
  "All requests of a buffer carry its name, for its log."
  (scim-action-tests--with scim-action-tests--names
    (let (named)
      (scim-rpc-on scim-protocol-exchange
                   (lambda (_root exchange)
                     (push (cons (plist-get exchange :action)
                                 (plist-get exchange :method))
                           named)))
      (scim-rpc-restart (scim-rpc-root))
      (scim-test-mock-stand-in scim-action-tests--names)
      (scim-action-tests--in '("u-1") '(:kind "deactivate")
        (scim-action-tests--run)
        (scim-action-tests--wait 'run)
        (scim-test-wait-for (lambda () (member (cons scim-rpc-action "PATCH") named)))
        (should (member (cons scim-rpc-action "GET") named))))))

(ert-deftest scim-action-shows-ten-thousand-rows-at-once ()
  "What is told about many rows takes one pass over the buffer."
  (with-temp-buffer
    (scim-action-mode)
    (let ((ids (vconcat (mapcar #'number-to-string (number-sequence 1 10000)))))
      (scim-table-append (mapconcat (lambda (id) (concat "name " id "\tPATCH\tplanned"))
                                    ids "\n")
                         ids)
      (scim-table-goto "5000")
      (scim-action--replace-rows
       (mapcar (lambda (id) (cons id (concat "name " id "\tPATCH\t✓ done")))
               (append ids nil)))
      (should (equal (scim-table-id) "5000"))
      (should (= 10000 (how-many "✓ done$" (point-min) (point-max))))
      (should (equal '("name 777" "PATCH" "✓ done") (scim-table-cells "777"))))))

(provide 'scim-action-tests)
;;; scim-action-tests.el ends here
