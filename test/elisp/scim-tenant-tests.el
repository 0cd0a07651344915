;;; scim-tenant-tests.el --- Tests of tenants and their set-up -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The real bridge and a mock server; the person's answers are scripted.

;;; Code:

(require 'scim-test-helper)
(require 'scim-test-mock)
(require 'scim-api)
(require 'scim-mock)
(require 'scim-request)
(require 'scim-setup)
(require 'scim-tenant)

(defun scim-tenant-tests--file (&rest tenants)
  "Write a scim.yaml with TENANTS, lists of a name and lines of YAML."
  (with-temp-file "scim.yaml"
    (insert "tenants:\n")
    (pcase-dolist (`(,name . ,lines) tenants)
      (insert "  " name ":\n    baseUrl: " (scim-test-mock-url)
              "\n    auth: { scheme: bearer, token: env:SCIM_AUTH_TOKEN }\n")
      (dolist (line lines)
        (insert "    " line "\n")))))

(defun scim-tenant-tests--call (tenants function)
  "Call FUNCTION in a workspace with TENANTS, where a person is there."
  (scim-test-call-in-workspace
   'real (scim-test-mock-environment)
   (lambda ()
     (if tenants
         (apply #'scim-tenant-tests--file tenants)
       (delete-file "scim.yaml"))
     (let ((scim-tenant--told (make-hash-table :test #'equal))
           (noninteractive nil)
           (inhibit-message t))
       (funcall function)))))

(defmacro scim-tenant-tests--with (tenants &rest body)
  "Evaluate BODY in a workspace with TENANTS, where a person is there.
Without TENANTS, there is no scim.yaml."
  (declare (indent 1) (debug t))
  `(scim-tenant-tests--call ,tenants (lambda () ,@body)))

(defvar scim-tenant-tests--questions nil
  "Questions that were asked, newest first.")

(defmacro scim-tenant-tests--answering (yes &rest body)
  "Evaluate BODY while questions are answered by YES, a boolean form."
  (declare (indent 1) (debug t))
  `(let ((scim-tenant-tests--questions nil))
     (cl-letf (((symbol-function 'yes-or-no-p)
                (lambda (question)
                  (push question scim-tenant-tests--questions)
                  ,yes)))
       ,@body)))

(defun scim-tenant-tests--user (name)
  "Return a user called NAME, which is made unlike any other."
  `((schemas . ["urn:ietf:params:scim:schemas:core:2.0:User"])
    (userName . ,(format "%s-%d-%s@example.com" name (emacs-pid) (float-time)))))

(defun scim-tenant-tests--exists-p (user)
  "Has the server USER?  It is asked in the name of a tenant called direct."
  (and (scim-listing-resources
        (scim-list "User" :tenant "direct"
                   :filter (scim-filter "userName eq %s"
                                        (scim-attribute user 'userName))))
       t))

;;;; Confirmation

(ert-deftest scim-tenant-production-asks-before-writes ()
  "A no keeps a write from being sent; reading is not asked about."
  (scim-tenant-tests--with '(("direct") ("production"))
    (let ((user (scim-tenant-tests--user "asked"))
          (scim-tenant "production"))
      (scim-tenant-tests--answering nil
        (scim-list "User" :limit 1)
        (should-not scim-tenant-tests--questions)
        (should-error (scim-create "User" user) :type 'scim-cancelled)
        (should (string-match-p "production tenant production: POST /User"
                                (car scim-tenant-tests--questions))))
      (should-not (scim-tenant-tests--exists-p user))
      (scim-tenant-tests--answering t
        (scim-create "User" user)
        (should (= 1 (length scim-tenant-tests--questions))))
      (should (scim-tenant-tests--exists-p user)))))

(ert-deftest scim-tenant-asks-for-asynchronous-writes ()
  "The same for a request with a callback."
  (scim-tenant-tests--with '(("direct") ("production"))
    (dolist (yes '(nil t))
      (let ((user (scim-tenant-tests--user "later")) outcome)
        (scim-tenant-tests--answering (progn (should-not scim-process-in-filter)
                                             ;; One could be answered unseen.
                                             (should-not use-dialog-box)
                                             yes)
          (scim-create "User" user :tenant "production"
                       :callback (lambda (_) (setq outcome 'created))
                       :errback (lambda (condition)
                                  (setq outcome (car condition))))
          (scim-test-wait-for (lambda () outcome))
          (should (= 1 (length scim-tenant-tests--questions))))
        (should (eq outcome (if yes 'created 'scim-cancelled)))
        (should (eq yes (scim-tenant-tests--exists-p user)))))))

(ert-deftest scim-tenant-confirm-always-asks-before-reading ()
  "A tenant can want a question before everything, or none."
  (scim-tenant-tests--with '(("careful" "confirm: always")
                             ("production" "confirm: never"))
    (scim-tenant-tests--answering t
      (scim-list "User" :limit 1 :tenant "careful")
      (should (string-match-p "Read from tenant careful"
                              (car scim-tenant-tests--questions))))
    (scim-tenant-tests--answering nil
      (should (scim-create "User" (scim-tenant-tests--user "free")
                           :tenant "production"))
      (should-not scim-tenant-tests--questions))))

(ert-deftest scim-tenant-read-only-refuses-without-a-question ()
  "There is nothing to be asked when the answer is no."
  (scim-tenant-tests--with '(("production" "readOnly: true"))
    (scim-tenant-tests--answering t
      (should-error (scim-create "User" (scim-tenant-tests--user "never"))
                    :type 'scim-refused)
      (should-not scim-tenant-tests--questions))))

(ert-deftest scim-tenant-asks-once-for-a-file ()
  "All requests of a file are one question, which lists the writes."
  (scim-tenant-tests--with '(("production"))
    (with-temp-buffer
      (insert "### list\nGET /Users?count=1\n\n### a\nDELETE /Users/none\n\n"
              "### b\nDELETE /Users/nobody\n")
      (scim-request-mode)
      (cl-letf (((symbol-function 'scim-response-show) #'ignore))
        (scim-tenant-tests--answering nil
          (scim-request-send-all)
          (scim-test-wait-for (lambda () (not scim-request--handle)))
          (should (= 1 (length scim-tenant-tests--questions)))
          (should (string-match-p "DELETE /Users/none, DELETE /Users/nobody\\?"
                                  (car scim-tenant-tests--questions))))
        (scim-tenant-tests--answering nil
          (goto-char (point-min))
          (scim-request-send)
          (scim-test-wait-for (lambda () (not scim-request--handle)))
          (should-not scim-tenant-tests--questions))))))

;;;; Mode line

(ert-deftest scim-tenant-production-stands-out ()
  "The mode line shows what the bridge has told, and asks nothing."
  (scim-tenant-tests--with '(("production" "readOnly: true") ("test"))
    (should-not (scim-tenant-indicator))
    (should-not (scim-rpc-bridges))
    (scim-tenant--note (scim-rpc-root) (scim-rpc-request scim-protocol-tenants nil))
    (should-not (scim-tenant-indicator))
    (setq-local scim-tenant "production")
    (let ((text (scim-tenant-indicator)))
      (should (equal text "[production read-only]"))
      (should (eq (get-text-property 0 'face text) 'scim-production))
      (should (string-match-p "read-only, asks before writes"
                              (get-text-property 0 'help-echo text))))
    (setq-local scim-tenant "test")
    (should-not (get-text-property 0 'face (scim-tenant-indicator)))
    (kill-local-variable 'scim-tenant)))

(ert-deftest scim-tenant-default-one-is-shown ()
  "A buffer without a choice shows the default tenant."
  (scim-tenant-tests--with '(("only-live-one"))
    (scim-tenant--note (scim-rpc-root) (scim-rpc-request scim-protocol-tenants nil))
    (should (eq 'scim-production
                (get-text-property 0 'face (scim-tenant-indicator))))))

(ert-deftest scim-tenant-not-looked-up-is-no-problem ()
  "A secret that auth-source is to be asked for is not wrong before it is."
  (scim-tenant-tests--with '(("base") ("child" "extends: base" "readOnly: true"))
    (with-temp-file "scim.yaml"
      (insert "tenants:\n  a:\n    baseUrl: https://example.com/scim\n"
              "    auth: { scheme: bearer, token: auth-source:example.com }\n"
              "    confirm: always\n  b:\n    extends: a\n"))
    (let ((tenant (scim-tenant--in (scim-rpc-request scim-protocol-tenants nil)
                                   "b")))
      (should (seq-empty-p (plist-get tenant :problems)))
      (should (= 1 (length (plist-get tenant :pending))))
      (should (equal (plist-get tenant :confirm) "always"))
      (should (equal (plist-get tenant :baseUrl) "https://example.com/scim")))))

;;;; Guided set-up

(defmacro scim-tenant-tests--scripted (answers &rest body)
  "Evaluate BODY while ANSWERS are given to whatever is asked, in order."
  (declare (indent 1) (debug t))
  `(let* ((answers ,answers)
          (next (lambda (prompt &rest arguments)
                  (when (null answers)
                    (ert-fail (format "Unexpected question: %s" prompt)))
                  (let ((answer (pop answers)))
                    (cond ((functionp answer) (funcall answer prompt))
                          ((eq answer :default)
                           ;; Of `read-string', or of `completing-read'.
                           (or (nth 2 arguments) (nth 5 arguments)
                               (nth 0 arguments)))
                          (t answer))))))
     (cl-letf (((symbol-function 'completing-read) next)
               ((symbol-function 'read-string) next)
               ((symbol-function 'read-passwd) next))
       ,@body)
     (should-not answers)))

(ert-deftest scim-setup-mock-in-an-empty-directory ()
  "From nothing to a tenant that answers, by three answers."
  (scim-tenant-tests--with nil
    (scim-tenant-tests--scripted '("Mock server" :default "generic")
      (scim-tenant-add default-directory))
    (should (file-exists-p "scim.yaml"))
    (should (= #o600 (file-modes "secrets/mock.token")))
    (should (equal (scim-rpc-root) default-directory))
    (should (= 3 (length (scim-listing-resources
                        (scim-list "User" :limit 3)))))
    (mapc #'scim-mock-stop (scim-mock-all))
    (kill-buffer (find-buffer-visiting "mock.scim-mock"))))

(ert-deftest scim-setup-keeps-secrets-out-of-the-file ()
  "A secret goes into its own file; bad answers are asked for again."
  (scim-tenant-tests--with nil
    (write-region "# mine\ntenants:\n  old: # keep\n    auth: { scheme: none }\n"
                  nil "scim.yaml" nil 'silent)
    (let ((buffer (find-file-noselect "scim.yaml")))
      (scim-tenant-tests--scripted
          (list "Okta" "old" "live"
                "acme okta com"
                (lambda (prompt)
                  (should (string-match-p "characters that it cannot have" prompt))
                  (should-not (string-search "acme okta com" prompt))
                  "acme.okta.com")
                "0oa1" "file" :default " 0123456789\n")
        (scim-tenant-add default-directory))
      (with-current-buffer buffer
        (should (string-match-p "# mine\n\\(.*\n\\)*  old: # keep\n"
                                (buffer-string)))
        (should (string-match-p "https://acme.okta.com/0oa1/scim/v2"
                                (buffer-string)))
        (should (string-match-p "token: file:secrets/live\\.token"
                                (buffer-string)))
        (should-not (string-search "0123456789" (buffer-string))))
      (should (equal "0123456789\n" (with-temp-buffer
                                      (insert-file-contents
                                       "secrets/live.token")
                                      (buffer-string))))
      (should (= #o600 (file-modes "secrets/live.token")))
      (with-current-buffer buffer
        (set-buffer-modified-p t)
        (should-error (scim-tenant-add default-directory) :type 'user-error)
        (set-buffer-modified-p nil))
      (kill-buffer buffer))))

(ert-deftest scim-tenant-reading-has-a-default ()
  "The prompt names it; another one than a given one can be wanted."
  (scim-tenant-tests--with nil
    (write-region "default: zurich
tenants:
  zurich: { baseUrl: \"https://z.example/scim\", auth: { scheme: none } }
  live: { baseUrl: \"https://l.example/scim\", auth: { scheme: none } }
"
                  nil "scim.yaml" nil 'silent)
    (let (asked)
      (cl-letf (((symbol-function 'completing-read)
                 (lambda (prompt choices _ _ _ _ default &rest _)
                   (should completion-ignore-case)
                   (push (list prompt (length (all-completions "" choices))) asked)
                   default)))
        (should (equal "zurich" (scim-tenant-read "Tenant: ")))
        (should (equal "live" (scim-tenant-read "Other: " nil "zurich")))
        (let ((scim-tenant "live"))
          (should (equal "live" (scim-tenant-read "Tenant: ")))))
      (should (equal '(("Tenant (default live): " 2)
                       ("Other (default live): " 1)
                       ("Tenant (default zurich): " 2))
                     asked)))))

(ert-deftest scim-ui-choices-can-stand-for-something ()
  "Nothing typed is the first one, and what it stands for is returned."
  (cl-letf (((symbol-function 'completing-read)
             (lambda (_ _ _ _ _ _ default &rest _) default)))
    (should (eq 1 (scim-ui-choose "Which" '(("a" . 1) ("b" . 2)))))
    (should (eq 2 (scim-ui-choose "Which" '(("a" . 1) ("b" . 2)) "b")))
    (should (equal "a" (scim-ui-choose "Which: " '("a" "b"))))))

(ert-deftest scim-setup-stores-in-auth-source ()
  "A secret that auth-source does not have is asked for and stored there."
  (scim-tenant-tests--with nil
    (let ((auth-sources (list (expand-file-name "authinfo")))
          (auth-source-save-behavior t)
          (auth-source-do-cache nil))
      (scim-tenant-tests--scripted
          (list "Any other service" "one" (scim-test-mock-url) "auth-source"
                "localhost/one" scim-test-mock-token)
        (scim-tenant-add default-directory))
      (should (scim-list "User" :limit 1))
      ;; Now it is there, and nobody is asked.
      (scim-tenant-tests--scripted
          (list "Any other service" "two" (scim-test-mock-url) "auth-source"
                "localhost/one")
        (scim-tenant-add default-directory))
      (should (scim-list "User" :limit 1 :tenant "two")))))

(ert-deftest scim-setup-names ()
  "Names of variables and hosts are made from what was answered."
  (should (equal (scim-setup--variable "acme.prod" "clientSecret")
                 "SCIM_ACME_PROD_CLIENT_SECRET"))
  (should (equal (scim-setup--host '(("baseUrl" . "https://a.example:8/scim")) "x")
                 "a.example"))
  (should (equal (scim-setup--host '(("id" . "1") ("host" . "b.example")) "x")
                 "b.example"))
  (should (equal (scim-setup--host '(("region" . "eu-central-1")) "x") "x")))

(provide 'scim-tenant-tests)
;;; scim-tenant-tests.el ends here
