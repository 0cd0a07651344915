;;; scim-replay-tests.el --- Tests of replaying traffic -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Code:

(require 'scim-log-tests)
(require 'scim-replay)

(defun scim-replay-tests--recorded (name)
  "Return requests that create, read and change a user called NAME."
  (concat (format scim-log-tests--create name)
          "
@id = body.id

###
GET /Users/{{id}}

###
PATCH /Users/{{id}}

{ \"schemas\": [\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],
  \"Operations\": [{ \"op\": \"replace\", \"path\": \"title\", \"value\": \"Ärztin 🚀\" }] }

###
GET /Users/missing
"))

(defmacro scim-replay-tests--with-archive (name &rest body)
  "Record traffic with a user called NAME; evaluate BODY in the opened archive."
  (declare (indent 1) (debug t))
  `(let ((scim-mock--attached nil) (scim-replay--servers nil))
     (scim-log-tests--with-mock (scim-replay-tests--recorded ,name)
       (let ((file (expand-file-name "bug.har")))
         (scim-log-tests--save file)
         (save-window-excursion
           (with-current-buffer (scim-log-open file)
             ,@body))))))

(ert-deftest scim-replay-plays-what-was-recorded ()
  "A tenant that points at the playback gets the recorded answers."
  (scim-replay-tests--with-archive "played"
    (let ((shown (buffer-string)))
      ;; A local archive has the lines of the live log.
      (should (string-match-p "POST   201 .*/Users\n" shown)))
    (let ((server (scim-replay-serve "default")))
      (should (scim-mock-for-tenant nil nil))
      (scim-log-tests--send (scim-replay-tests--recorded "played"))
      (with-current-buffer "*SCIM (default) log*"
        (let ((paths (mapcar (lambda (exchange)
                               (cons (plist-get exchange :method)
                                     (plist-get exchange :status)))
                             (seq-filter
                              (lambda (exchange)
                                (equal "request" (plist-get exchange :purpose)))
                              (scim-log-kept "default")))))
          ;; The same name again: only a recording creates it twice.
          (should (equal paths (append '(("POST" . 201) ("GET" . 200)
                                         ("PATCH" . 200) ("GET" . 404))
                                       '(("POST" . 201) ("GET" . 200)
                                         ("PATCH" . 200) ("GET" . 404)))))))
      (scim-log-tests--send "DELETE /Users/other\n")
      (with-current-buffer "*SCIM (default) log*"
        (goto-char (point-max))
        (scim-log-previous)
        (should (looking-at ".*DELETE 501"))
        (scim-log-toggle)
        (scim-log-tests--await "DELETE /Users/other was not recorded"))
      (scim-replay-stop server)
      (should-not scim-mock--attached)
      (scim-log-tests--send "GET /Users?count=1\n")
      (should (equal 200 (plist-get (car (last (scim-log-kept "default")))
                                    :status))))))

(defun scim-replay-tests--sent (tenant writes)
  "Send the archive of this buffer to TENANT, with WRITES; return the text."
  (with-current-buffer (scim-replay-send tenant writes)
    (scim-test-wait-for (lambda () scim-replay--rows))
    (buffer-string)))

(ert-deftest scim-replay-sends-what-was-recorded ()
  "The table tells which answers differ; writes are sent when it is said so."
  (scim-replay-tests--with-archive "sent"
    (let ((log (current-buffer)))
      (unwind-protect
          (progn
            (let ((text (scim-replay-tests--sent "default" nil)))
              (should (string-match-p "^- 201 .*POST .*writes are not sent" text))
              (should (string-match-p "^= 404  404  GET    /Users/missing" text))
              ;; The title was set after it was read.
              (should (string-match-p "^≠ 200  200  GET .*differs in title" text)))
            (kill-buffer "*SCIM replay of bug.har*")
            (set-buffer log)
            (let ((text (scim-replay-tests--sent "default" t)))
              ;; The password was not recorded.
              (should (string-match-p "^- 201 .*POST .*secret" text))
              (should (string-match-p "^= 200  200  PATCH" text)))
            (with-current-buffer "*SCIM replay of bug.har*"
              (goto-char (point-min))
              (scim-replay-next-difference)
              (scim-replay-diff)
              (let ((diff (scim-test-wait-for
                           (lambda () (get-buffer "*SCIM exchanges differ*")))))
                (unwind-protect
                    (with-current-buffer diff
                      (should (string-match-p "^\\+.*Ärztin 🚀"
                                              (buffer-string))))
                  (kill-buffer diff)))
              (scim-log-of-action)
              (should (string-match-p "PATCH" (buffer-string)))))
        (when (get-buffer "*SCIM replay of bug.har*")
          (kill-buffer "*SCIM replay of bug.har*"))))))

(ert-deftest scim-replay-asks-before-writes ()
  "The command asks for the tenant, and whether writes are sent."
  (scim-replay-tests--with-archive "asked"
    (cl-letf (((symbol-function 'completing-read) (lambda (&rest _) "default"))
              ((symbol-function 'yes-or-no-p)
               (lambda (question)
                 (should (string-search "2 writes" question))
                 nil)))
      (should (equal (scim-replay--read-send) '("default" nil))))))

(ert-deftest scim-replay-reports-bugs ()
  "The report has versions and traffic, and no secret."
  (scim-log-tests--with-mock (format scim-log-tests--create "bug")
    (save-window-excursion
      (scim-report-bug)
      (unwind-protect
          (with-current-buffer "*SCIM bug report*"
            (let ((text (buffer-string)))
              (should (string-search emacs-version text))
              (should (string-match-p "bridge [0-9]" text))
              (should (string-search "\"version\":\"1.2\"" text))
              (should (string-search "Zoë 🚀" text))
              (should-not (string-search "pl4nted" text))
              (should-not (string-search scim-test-mock-token text))))
        (kill-buffer "*SCIM bug report*")))))

(provide 'scim-replay-tests)
;;; scim-replay-tests.el ends here
