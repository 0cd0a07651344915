;;; scim-secret-tests.el --- Tests of secrets and trust -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The real bridge, a mock server that wants a token, and auth-source
;; with a file of its own.

;;; Code:

(require 'scim-test-helper)
(require 'scim-test-mock)
(require 'scim-api)
(require 'scim-secret)
(require 'scim-trust)

(defun scim-secret-tests--call (token function)
  "Call FUNCTION where the mock server's token is TOKEN, a reference.
Nothing of the machine is read or written."
  (let ((url (scim-test-mock-url)))
    (scim-test-call-in-workspace
     'real '("SCIM_TRUST=")
     (lambda ()
       (scim-secret-tests--write "scim.yaml" "\
tenants:
  default:
    baseUrl: %s
    auth: { scheme: bearer, token: '%s' }
" url token)
       (let ((auth-sources (list (expand-file-name "authinfo")))
             (auth-source-do-cache t)
             (process-environment
              (cons (concat "XDG_STATE_HOME=" (expand-file-name "state"))
                    process-environment))
             (scim-supply-untrusted nil))
         (auth-source-forget-all-cached)
         (funcall function))))))

(defun scim-secret-tests--write (file format &rest arguments)
  "Write what FORMAT makes of ARGUMENTS to FILE."
  (write-region (apply #'format format arguments) nil file nil 'silent))

(defmacro scim-secret-tests--with (token &rest body)
  "Evaluate BODY where the mock server's token is TOKEN, a reference."
  (declare (indent 1) (debug t))
  `(scim-secret-tests--call ,token (lambda () ,@body)))

(defmacro scim-secret-tests--failure (&rest body)
  "Return the condition that BODY signals."
  (declare (indent 0) (debug t))
  `(condition-case err
       (progn ,@body (ert-fail "Nothing was signalled"))
     (scim-error err)))

(defun scim-secret-tests--entry (secret)
  "Have auth-source know SECRET for the user robot of example.com."
  (scim-secret-tests--write
   "authinfo" "machine example.com login other password wrong
machine example.com login robot password %s\n" secret))

;;;; auth-source

(ert-deftest scim-secret-sync-request-gets-its-secret ()
  "What auth-source has is sent, and the request is made again, unseen."
  (scim-secret-tests--with "auth-source:example.com/robot"
    (scim-secret-tests--entry scim-test-mock-token)
    (should (scim-list "User" :limit 1))
    ;; The bridge keeps it.
    (cl-letf (((symbol-function 'scim-secret-values)
               (lambda (_) (ert-fail "Asked again"))))
      (should (scim-list "User" :limit 1)))))

(ert-deftest scim-secret-async-request-gets-its-secret ()
  "The same for a request with a callback, outside of the process filter."
  (scim-secret-tests--with "auth-source:example.com/robot"
    (scim-secret-tests--entry scim-test-mock-token)
    (let* (answer filter
           (look-up (symbol-function 'scim-secret-values)))
      (cl-letf (((symbol-function 'scim-secret-values)
                 (lambda (references)
                   (setq filter scim-process-in-filter)
                   (funcall look-up references))))
        (scim-list "User" :limit 1
                   :callback (lambda (listing) (setq answer listing))
                   :errback (lambda (condition) (setq answer condition)))
        (scim-test-wait-for (lambda () answer)))
      (should-not filter)
      (should (scim-listing-p answer)))))

(ert-deftest scim-secret-digits-stay-text ()
  "A secret of digits is no number on its way."
  (scim-secret-tests--with "auth-source:example.com/robot"
    (scim-secret-tests--entry "0123456789")
    (should (equal (gethash "auth-source:example.com/robot"
                            (scim-secret-values
                             '("auth-source:example.com/robot")))
                   "0123456789"))
    ;; It is the wrong one, and the server says so.
    (should (eq (car (scim-secret-tests--failure (scim-list "User" :limit 1)))
                'scim-unauthorized))))

(ert-deftest scim-secret-missing-entry-is-an-error ()
  "What auth-source does not have is an error that says how to add it."
  (scim-secret-tests--with "auth-source:example.com/nobody"
    (scim-secret-tests--entry scim-test-mock-token)
    (dolist (_ '(once again))
      (let ((text (scim-error-message
                   (scim-secret-tests--failure (scim-list "User" :limit 1)))))
        (should (string-match-p "has no entry in auth-source" text))
        (should (string-match-p "machine example\\.com login nobody" text))
        (should-not (string-search scim-test-mock-token text))))))

(ert-deftest scim-secret-entry-that-is-added-is-found ()
  "After the person has added what was missing, the next request works."
  (scim-secret-tests--with "auth-source:example.com/robot"
    (scim-secret-tests--failure (scim-list "User" :limit 1))
    (scim-secret-tests--entry scim-test-mock-token)
    (should (scim-list "User" :limit 1))))

(ert-deftest scim-secret-failing-look-up-is-told ()
  "An error of auth-source ends the request, with the reference named."
  (scim-secret-tests--with "auth-source:example.com/robot"
    (cl-letf (((symbol-function 'auth-source-search)
               (lambda (&rest _) (signal 'inhibited-interaction nil))))
      (let ((condition (scim-secret-tests--failure (scim-list "User" :limit 1))))
        (should (equal (scim-error-get condition :code) "secret.lookUp"))
        (should (eql (scim-error-get condition :exitCode)
                     scim-protocol-exit-invalid-usage))
        (should (string-match-p "auth-source:example\\.com/robot"
                                (nth 1 condition)))))))

(ert-deftest scim-secret-quit-ends-the-request ()
  "Who does not want to give a passphrase ends the request by it."
  (scim-secret-tests--with "auth-source:example.com/robot"
    (cl-letf (((symbol-function 'scim-secret-values)
               (lambda (_) (signal 'quit nil))))
      (should (eq 'quit (condition-case nil (scim-list "User" :limit 1)
                          (quit 'quit))))
      (let (failure)
        (scim-list "User" :limit 1 :callback #'ignore
                   :errback (lambda (condition) (setq failure condition)))
        (scim-test-wait-for (lambda () failure))
        (should (eq (car failure) 'scim-cancelled))))))

(ert-deftest scim-secret-long-text-is-sent-again ()
  "The file that a long text went by is there again for the second try."
  (scim-secret-tests--with "auth-source:example.com/robot"
    (scim-secret-tests--entry scim-test-mock-token)
    (let* ((name (format "long-%d@example.com" (emacs-pid)))
           (operations
            (vector
             `((method . "POST") (path . "/Users") (bulkId . "a")
               (data . ((schemas
                         . ["urn:ietf:params:scim:schemas:core:2.0:User"])
                        (userName . ,name)
                        (displayName
                         . ,(make-string scim-protocol-inline-text-limit ?x)))))))
           (text (scim-rpc-text-ref (scim-json-encode operations)))
           (answer (scim-rpc-request scim-protocol-resource-bulk
                                     (list :operations text))))
      (should (plist-get text :file))
      (should (= 1 (plist-get (plist-get answer :counts) :success)))
      (should-not (file-exists-p (plist-get text :file))))))

(ert-deftest scim-secret-specs ()
  "References are taken apart."
  (should (equal (scim-secret--spec "auth-source:example.com")
                 '(:host "example.com")))
  (should (equal (scim-secret--spec "auth-source:example.com/")
                 '(:host "example.com")))
  (should (equal (scim-secret--spec "auth-source:example.com/a/b?port=scim")
                 '(:host "example.com" :user "a/b" :port "scim"))))

(ert-deftest scim-secret-saved-file-is-private ()
  "A secret in a file is for its owner alone, and not for the repository."
  (scim-secret-tests--with "file:secrets/token"
    (scim-secret-save-file "secrets/token" scim-test-mock-token)
    (should (= #o600 (file-modes "secrets/token")))
    (should (file-exists-p "secrets/.gitignore"))
    (should (scim-list "User" :limit 1))))

;;;; Commands

(defun scim-secret-tests--password-manager ()
  "Write a command that prints the token, and notes that it ran."
  (scim-secret-tests--write "vault" "#!/bin/sh\necho ran >> ran\necho %s\n"
                            scim-test-mock-token)
  (set-file-modes "vault" #o700))

(ert-deftest scim-trust-commands-do-not-run-by-themselves ()
  "Nothing runs before the file is trusted, and `scim-trust' is named."
  (scim-secret-tests--with "cmd:./vault read token"
    (scim-secret-tests--password-manager)
    (let ((condition (scim-secret-tests--failure (scim-list "User" :limit 1))))
      (should (equal (scim-error-get condition :code) "trust.needed"))
      (should (string-match-p "M-x scim-trust" (scim-error-message condition)))
      (should (equal scim-supply-untrusted (expand-file-name "scim.yaml"))))
    (should-not (file-exists-p "ran"))))

(ert-deftest scim-trust-shows-commands-and-asks ()
  "Commands run after a yes, until the file changes."
  (scim-secret-tests--with "cmd:./vault read token"
    (scim-secret-tests--password-manager)
    (let (shown)
      (cl-letf (((symbol-function 'yes-or-no-p)
                 (lambda (_)
                   (setq shown (with-current-buffer "*SCIM trust*"
                                 (buffer-string)))
                   nil)))
        (should-error (scim-trust "scim.yaml") :type 'user-error)
        (should (string-match-p "line 4 +\\./vault read token" shown)))
      (scim-secret-tests--failure (scim-list "User" :limit 1))
      (cl-letf (((symbol-function 'yes-or-no-p) #'always))
        (scim-trust "scim.yaml"))
      (should (scim-list "User" :limit 1))
      (write-region "# changed\n" nil "scim.yaml" t 'silent)
      (should (equal (scim-error-get (scim-secret-tests--failure
                                       (scim-list "User" :limit 1))
                                     :code)
                     "trust.needed")))))

(ert-deftest scim-trust-without-commands-asks-nothing ()
  "A file that runs nothing needs no trust."
  (scim-secret-tests--with "env:SCIM_AUTH_TOKEN"
    (cl-letf (((symbol-function 'yes-or-no-p)
               (lambda (_) (ert-fail "Asked"))))
      (scim-trust "scim.yaml"))))

(provide 'scim-secret-tests)
;;; scim-secret-tests.el ends here
