;;; scim-mock-tests.el --- Tests of mock servers from buffers -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The real bridge starts real servers; requests to them are sent as a
;; person's are.

;;; Code:

(require 'scim-test-helper)
(require 'scim)
(require 'scim-mock-mode)
(require 'scim-mock-view)

(defun scim-mock-tests--call (name text function)
  "Call FUNCTION in a buffer that visits file NAME with TEXT.
It is in a workspace with a tenant that cannot be reached."
  (scim-test-call-in-workspace
   'real nil
   (lambda ()
     (let ((scim-mock--running nil)
           (scim-mock--attached nil)
           (inhibit-message t))
       (write-region "tenants:\n  staging:\n    baseUrl: env:SCIM_TEST_NO_URL
    auth: { scheme: bearer, token: env:SCIM_TEST_NO_TOKEN }\n"
                     nil "scim.yaml" nil 'silent)
       (write-region text nil name nil 'silent)
       (with-current-buffer (find-file-noselect name)
         (unwind-protect (funcall function)
           (set-buffer-modified-p nil)
           (dolist (buffer (buffer-list))
             (when (string-prefix-p "*SCIM " (buffer-name buffer))
               (kill-buffer buffer)))
           (kill-buffer)))))))

(defmacro scim-mock-tests--in (name text &rest body)
  "Evaluate BODY in a buffer that visits file NAME with TEXT."
  (declare (indent 2) (debug t))
  `(scim-mock-tests--call ,name ,text (lambda () ,@body)))

(defun scim-mock-tests--start ()
  "Start or re-seed the server of this buffer, and wait; return it or nil."
  (scim-mock-start)
  (scim-test-wait-for (lambda () (not scim-mock--starting)))
  (scim-mock-of-buffer))

(defun scim-mock-tests--run (text)
  "Run TEXT, a request file; return the list of the statuses it got."
  (mapcar (lambda (result)
            (plist-get (plist-get result :response) :status))
          (plist-get (scim-rpc-request
                      scim-protocol-request-run
                      `(:source (:path "a.scim" :content (:text ,text))))
                     :results)))

(defconst scim-mock-tests--file
  "auth: { scheme: bearer, tokens: [mock-t0ken] }\ngenerate: { users: 7 }\n"
  "A mock file.")

(ert-deftest scim-mock-starts-from-a-mock-file ()
  "The server has what the text says, and is in the list until it is stopped."
  (scim-mock-tests--in "a.scim-mock" scim-mock-tests--file
    (should (derived-mode-p 'scim-mock-mode))
    (let ((mock (scim-mock-tests--start)))
      (should (equal "a" (scim-mock-name mock)))
      (should (equal '(:User 7 :Group 0) (scim-mock-counts mock)))
      (should (equal (list mock) (scim-mock-all)))
      (should (string-match-p (scim-mock-tests--port mock) (scim-mock-mode--mode-line)))
      (scim-mock-stop mock)
      (should-not (scim-mock-all))
      (should (scim-mock-ended mock)))))

(defun scim-mock-tests--port (mock)
  "Return the port of MOCK, as text."
  (replace-regexp-in-string ".*:\\([0-9]+\\)/.*" "\\1" (scim-mock-url mock)))

(ert-deftest scim-mock-starts-from-json ()
  "Any buffer with resources will do, saved or not."
  (scim-mock-tests--in "users.json" "[]"
    (erase-buffer)
    (insert "[{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],"
            "\"id\":\"1\",\"userName\":\"é@example.com\"}]")
    (let ((mock (scim-mock-tests--start)))
      (should (equal "1 user, 0 groups" (scim-mock-counts-text mock)))
      (should (equal '[(:id "1" :label "é@example.com")]
                     (plist-get (scim-mock-call mock
                                                scim-protocol-mock-resources
                                                :type "User")
                                :resources))))))

(ert-deftest scim-mock-starts-from-a-log ()
  "What was recorded becomes the data of the server."
  (scim-mock-tests--in "a.scim-mock" scim-mock-tests--file
    (scim-rpc-on scim-protocol-exchange #'scim-log-exchange)
    (let ((mock (scim-mock-tests--start)))
      (scim-mock-use mock "staging")
      (should (equal '(200) (scim-mock-tests--run "GET /Users?count=3\n")))
      (scim-test-wait-for (lambda () (get-buffer "*SCIM (staging) log*")))
      (with-current-buffer "*SCIM (staging) log*"
        (scim-mock-start)
        (scim-test-wait-for #'scim-mock-of-buffer)
        (should (equal 3 (plist-get (scim-mock-counts (scim-mock-of-buffer))
                                    :User)))))))

(ert-deftest scim-mock-reseeds-without-restarting ()
  "The same key gives the running server the new text; a bad one changes nothing."
  (scim-mock-tests--in "a.scim-mock" scim-mock-tests--file
    (let* ((mock (scim-mock-tests--start))
           (url (scim-mock-url mock)))
      (goto-char (point-max))
      (insert "vendor: oktaa\n")
      (let ((text (buffer-string)))
        (should (eq mock (scim-mock-tests--start)))
        (should (equal text (buffer-string)))
        (should (looking-at "oktaa"))
        (should (string-match-p "okta" (scim-mock-tests--last-message))))
      (erase-buffer)
      (insert "generate: { users: 2 }\n")
      (scim-mock-tests--start)
      (should (equal (list mock) (scim-mock-all)))
      (should (equal url (scim-mock-url mock)))
      (should (equal 2 (plist-get (scim-mock-counts mock) :User))))))

(defun scim-mock-tests--last-message ()
  "Return the last lines of the buffer of messages."
  (with-current-buffer (messages-buffer)
    (save-excursion
      (goto-char (point-max))
      (forward-line -3)
      (buffer-substring (point) (point-max)))))

(ert-deftest scim-mock-stands-in-for-a-tenant ()
  "Requests go to the server, and the mode line tells so, until it is undone."
  (scim-mock-tests--in "a.scim-mock" scim-mock-tests--file
    (let ((mock (scim-mock-tests--start)))
      (should-error (scim-mock-tests--run "GET /Users\n")
                    :type 'scim-configuration-error)
      (scim-mock-use mock "staging")
      (should (equal '(200) (scim-mock-tests--run "GET /Users\n")))
      (should (equal '("staging") (scim-mock-tenants mock)))
      (dolist (tenant '(nil "staging"))
        (should (equal "→mock a" (substring-no-properties
                                  (scim-mock-indicator tenant)))))
      (should-not (scim-mock-indicator "other"))
      (scim-mock-unuse (scim-mock--read-attached))
      (should-not (scim-mock-indicator "staging"))
      (should-error (scim-mock-tests--run "GET /Users\n")
                    :type 'scim-configuration-error))))

(ert-deftest scim-mock-ends-with-its-bridge ()
  "A bridge that is gone has taken its servers along; nothing claims otherwise."
  (scim-mock-tests--in "a.scim-mock" scim-mock-tests--file
    (let ((mock (scim-mock-tests--start)))
      (scim-mock-use mock "staging")
      (scim-rpc-stop (scim-rpc-root))
      (scim-test-settle)
      (should-not (scim-mock-all))
      (should (scim-mock-ended mock))
      (should (scim-mock-tests--start)))))

(ert-deftest scim-mock-holds-requests-back-when-its-bridge-has-died ()
  "What was meant for a mock server waits for the person, not for a new bridge."
  (scim-mock-tests--in "a.scim-mock" scim-mock-tests--file
    (let ((scim-bridge-minimum-uptime 0))
      (scim-mock-use (scim-mock-tests--start) "staging")
      (signal-process (scim-mock--pid (scim-rpc-root)) 'SIGKILL)
      (scim-test-wait-for (lambda () (not (scim-mock-all))))
      (should (string-match-p "ended" (scim-mock-indicator "staging")))
      (should (string-match-p
               "has ended"
               (scim-error-message
                (should-error (scim-mock-tests--run "GET /Users\n")))))
      (scim-mock-unuse (scim-mock--read-attached))
      (should-error (scim-mock-tests--run "GET /Users\n")
                    :type 'scim-configuration-error)
      (scim-mock-use (scim-mock-tests--start) "staging")
      (scim-rpc-restart (scim-rpc-root))
      (should-error (scim-mock-tests--run "GET /Users\n") :type 'scim-error)
      (scim-mock-use (scim-mock-tests--start) "staging")
      (should (equal '(200) (scim-mock-tests--run "GET /Users\n"))))))

(ert-deftest scim-mock-saves-what-the-server-is ()
  "The new file gives the same resources again."
  (scim-mock-tests--in "a.scim-mock" scim-mock-tests--file
    (let ((mock (scim-mock-tests--start))
          (file (expand-file-name "saved.scim-mock")))
      (scim-mock-use mock "staging")
      (should (equal '(201) (scim-mock-tests--run "POST /Users

{ \"schemas\": [\"urn:ietf:params:scim:schemas:core:2.0:User\"],
  \"userName\": \"kept@example.com\" }
")))
      (scim-mock-save mock file)
      (erase-buffer)
      (insert-file-contents file)
      (should (search-forward "kept@example.com" nil t))
      (scim-mock-tests--start)
      (should (equal 8 (plist-get (scim-mock-counts mock) :User))))))

(ert-deftest scim-mock-view-follows ()
  "The view has the counts, the differences and the requests."
  (scim-mock-tests--in "a.scim-mock" scim-mock-tests--file
    (save-window-excursion
      (let ((mock (scim-mock-tests--start)))
        (scim-mock-use mock "staging")
        (scim-mock-view mock)
        (scim-mock-tests--run "POST /Users

{ \"schemas\": [\"urn:ietf:params:scim:schemas:core:2.0:User\"],
  \"userName\": \"new@example.com\" }
")
        (with-current-buffer "*SCIM mock a*"
          (scim-test-wait-for
           (lambda ()
             (scim-mock-view-refresh)
             (save-excursion
               (goto-char (point-min))
               (and (re-search-forward "^  User +8$" nil t)
                    (re-search-forward "\\+ User +new@example.com" nil t)
                    (re-search-forward "POST +201 .*/Users$" nil t)))))
          (should (string-match-p "Stands for +staging" (buffer-string)))
          (should-not (string-match-p "mock-t0ken" (buffer-string)))
          (goto-char (point-min))
          (search-forward "+ User")
          (scim-mock-view-visit)
          (should (with-current-buffer "*SCIM mock a: resource*"
                    (string-match-p "new@example.com" (buffer-string))))
          (search-forward "POST")
          (scim-mock-view-visit)
          (scim-mock-view--control "reset")
          (scim-test-wait-for
           (lambda ()
             (save-excursion
               (goto-char (point-min))
               (re-search-forward "Differences since start +none" nil t)))))))))

(ert-deftest scim-mock-resources-are-paged-and-filtered ()
  "A list has a page of a type; a bad filter leaves it as it is."
  (scim-mock-tests--in "a.scim-mock" "generate: { users: 130 }\n"
    (save-window-excursion
      (let ((mock (scim-mock-tests--start)))
        (scim-mock-resources mock "User")
        (should (string-match-p "1 to 100 of 130" (buffer-string)))
        (scim-mock-resources-next-page)
        (should (string-match-p "101 to 130 of 130" (buffer-string)))
        (should-error (scim-mock-resources-next-page) :type 'user-error)
        (should-error (scim-mock-resources-filter "userName eq") :type 'user-error)
        (should (string-match-p "101 to 130 of 130" (buffer-string)))
        (scim-mock-resources-filter "userName sw \"zzz-\"")
        (should (string-match-p "none" (buffer-string)))))))

(ert-deftest scim-mock-mode-gets-help-from-the-bridge ()
  "Diagnostics, completion and documentation come for the present text."
  (scim-mock-tests--in "a.scim-mock" "vendor: oktaa\n"
    (let (reported)
      (scim-document-flymake (lambda (diagnostics &rest _)
                               (setq reported (list diagnostics))))
      (scim-test-wait-for (lambda () reported))
      (let ((diagnostic (caar reported)))
        (should (eq :error (flymake-diagnostic-type diagnostic)))
        (should (equal "oktaa" (buffer-substring
                                (flymake-diagnostic-beg diagnostic)
                                (flymake-diagnostic-end diagnostic)))))
      (erase-buffer)
      (insert "vendor: okta\ngenera")
      (setq reported nil)
      (pcase-let ((`(,start ,end ,table . ,_) (scim-document-complete)))
        (should (equal "genera" (buffer-substring start end)))
        (should (member "generate" (all-completions "genera" table))))
      (completion-at-point)
      (should (string-prefix-p "generate:" (thing-at-point 'line)))
      (goto-char (point-min))
      (let (told)
        (scim-document-eldoc (lambda (text &rest _) (setq told text)))
        (should (string-match-p "vendor" (scim-test-wait-for (lambda () told))))))))

(ert-deftest scim-mock-mode-indents-like-yaml ()
  "A line is as deep as the one before it, or deeper below a key."
  (with-temp-buffer
    (scim-mock-mode)
    (dolist (case '(("resources:\n" . 2) ("generate: { users: 1 }\n" . 0)
                    ("  Users:\n" . 4) ("    - userName: x\n" . 6)
                    ("    - name:\n" . 8) ("a: # note\n" . 2)))
      (erase-buffer)
      (insert (car case))
      (should (equal (cdr case) (scim-yaml--base))))))

(provide 'scim-mock-tests)
;;; scim-mock-tests.el ends here
