;;; scim-batch-env-tests.el --- Tests for scim-batch-env.el -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Each test starts Emacs, as continuous integration does, in a workspace
;; with a tenant that is the mock server and one with a mistake.

;;; Code:

(require 'json)
(require 'scim-protocol)
(require 'scim-test-env)

(defun scim-batch-env-tests--run (&rest arguments)
  "Call `scim-batch' with ARGUMENTS in an Emacs of its own.
Return a list of exit code, standard output and standard error."
  (let ((errors (make-temp-file "scim-batch-err"))
        (coding-system-for-read 'utf-8-unix))
    (unwind-protect
        (with-temp-buffer
          (let ((code (apply #'call-process
                             (expand-file-name invocation-name
                                               invocation-directory)
                             nil (list t errors) nil "-Q" "--batch" "-L"
                             (expand-file-name "../../elisp/"
                                               scim-test-directory)
                             "-l" "scim-batch" "-f" "scim-batch" "--"
                             arguments)))
            (list code (buffer-string) (scim-test-env-read errors))))
      (delete-file errors))))

(defmacro scim-batch-env-tests--expect (code arguments &rest body)
  "Check that the command with ARGUMENTS, a list, exits with CODE.
Evaluate BODY with `out' and `err' bound.  The token must be in neither."
  (declare (indent 2) (debug t))
  `(pcase-let* ((`(,exit ,out ,err)
                 (apply #'scim-batch-env-tests--run ,arguments)))
     (ert-info ((format "%S\nstdout: %s\nstderr: %s\n" ,arguments out err))
       (should (equal exit ,code))
       (should-not (string-search scim-test-mock-token (concat out err)))
       ,@body)))

(defun scim-batch-env-tests--write (file text)
  "Write TEXT to FILE."
  (write-region text nil file nil 'silent))

(defconst scim-batch-env-tests--create
  "### create\nPOST /Users\n\n{\"schemas\": \
[\"urn:ietf:params:scim:schemas:core:2.0:User\"], \"userName\": \"{{$uuid}}\"}
\n?? status == 201\n"
  "A request file that writes.")

(defconst scim-batch-env-tests--list
  "### list\nGET /Users?count=1\n\n?? status == 200\n"
  "A request file that only reads.")

;;;; Command line

(ert-deftest scim-batch-env-refuses-wrong-usage ()
  (scim-test-in-environment nil
    (pcase-dolist
        (`(,message . ,arguments)
         '(("No command after env" "env")
           ("Unknown command env frobnicate" "env" "frobnicate")
           ("Unknown option --write" "env" "list" "--write")
           ("Unknown option --var" "doctor" "--var" "a=b")
           ("Unknown format tap" "doctor" "--format" "tap")
           ("known are text, json and markdown" "env" "list" "--format" "junit")
           ("Wanted: doctor" "doctor" "good")
           ("Wanted: env diff A [B]" "env" "diff")
           ("Wanted: env diff A [B]" "env" "diff" "a" "b" "c")
           ("Wanted: env promote FROM TO" "env" "promote" "good")
           ("Wanted: env rollback REV" "env" "rollback")
           ("Wanted: env trust FILE" "env" "trust")
           ("Wanted: rotate status" "rotate")
           ("Wanted: rotate status" "rotate" "start")
           ("--quiet-hours wants" "rotate" "finish" "--quiet-hours" "soon")
           ("--limit wants a number" "env" "history" "--limit" "0")))
      (scim-batch-env-tests--expect scim-protocol-exit-invalid-usage arguments
        (should (string-search message err))
        (should (equal out ""))))))

;;;; Doctor and tenants

(ert-deftest scim-batch-doctor-has-the-exit-code-of-the-worst ()
  (scim-test-in-environment nil
    (scim-batch-env-tests--expect 0 '("doctor" "--tenant" "good")
      (should (string-search "AUTH001" out))
      (should (equal err "")))
    (scim-batch-env-tests--expect scim-protocol-exit-invalid-usage '("doctor")
      (should (string-search "SCIM_NO_SUCH_TOKEN" out))
      (should (string-search "fix:" out)))))

(ert-deftest scim-batch-doctor-tells-authentication-apart ()
  (scim-test-in-environment '("SCIM_NO_SUCH_TOKEN=another-token-0123")
    (scim-batch-env-tests--expect scim-protocol-exit-authentication-or-network
        '("doctor" "--tenant" "bad")
      (should (string-search "✗ AUTH001" out))
      (should-not (string-search "another-token-0123" out)))))

(ert-deftest scim-batch-doctor-writes-for-machines ()
  (scim-test-in-environment nil
    (scim-batch-env-tests--expect 0
        '("doctor" "--tenant" "good" "--format" "jsonl")
      (dolist (line (split-string out "\n" t))
        (should (json-parse-string line))))
    (scim-batch-env-tests--expect 0
        '("doctor" "--tenant=good" "--format=junit" "--output" "r.xml")
      (should (equal out ""))
      (should (string-search "<testsuite" (scim-test-env-read "r.xml"))))))

(ert-deftest scim-batch-tenants-lists-tenants ()
  (scim-test-in-environment nil
    (scim-batch-env-tests--expect scim-protocol-exit-invalid-usage '("tenants")
      (should (string-match-p "^good  .*default$" out))
      (should (string-match-p "^bad  " out))
      (should (string-search "SCIM_NO_SUCH_TOKEN" out)))
    (scim-batch-env-tests--expect scim-protocol-exit-invalid-usage
        '("tenants" "--format" "jsonl")
      (should (equal '("good" "bad")
                     (mapcar (lambda (line)
                               (gethash "name" (json-parse-string line)))
                             (split-string out "\n" t)))))))

(ert-deftest scim-batch-rotate-shows-and-verifies ()
  (scim-test-in-environment nil
    (scim-batch-env-tests--expect 0 '("rotate" "status")
      (should (string-search "auth.token" out)))
    (scim-batch-env-tests--expect 0
        '("rotate" "verify" "--tenant" "good" "--format" "jsonl")
      (should (string-search "accepted" out)))))

;;;; Environment

(ert-deftest scim-batch-env-list-and-example ()
  (scim-test-in-environment nil
    (scim-batch-env-tests--expect scim-protocol-exit-invalid-usage
        '("env" "list")
      (should (string-match-p "SCIM_NO_SUCH_TOKEN +missing" out)))
    (scim-batch-env-tests--expect 0 '("env" "list" "--tenant" "good")
      (should (string-match-p "SCIM_AUTH_TOKEN +set" out)))
    (scim-batch-env-tests--expect 0
        '("env" "list" "--tenant" "good" "--format" "json")
      (should (gethash "variables" (json-parse-string out))))
    (scim-batch-env-tests--expect 0 '("env" "example")
      (should (string-match-p "^SCIM_NO_SUCH_TOKEN=$" out)))))

(ert-deftest scim-batch-env-diff-has-the-exit-code-of-differences ()
  (scim-test-in-environment nil
    (scim-batch-env-tests--expect scim-protocol-exit-differences
        '("env" "diff" "good" "bad")
      (should (string-search "limits.timeout" out)))
    (scim-batch-env-tests--expect 0 '("env" "diff" "good" "good"))))

(ert-deftest scim-batch-env-trust-shows-commands-and-trusts-them ()
  (scim-test-in-environment nil
    (scim-test-env-write "scim.yaml" "env:SCIM_NO_SUCH_TOKEN"
                         (format "cmd:echo %s" scim-test-mock-token))
    (let ((arguments '("doctor" "--tenant" "bad")))
      (scim-batch-env-tests--expect scim-protocol-exit-invalid-usage arguments
        (should (string-search "ENV014" out)))
      (let ((trusted (scim-batch-env-tests--run "env" "trust" "scim.yaml")))
        (should (equal 0 (car trusted)))
        (should (string-search "scim.yaml:9: echo" (cadr trusted))))
      (scim-batch-env-tests--expect 0 arguments
        (should-not (string-search "ENV014" out))))
    (scim-batch-env-tests--expect 0 '("env" "trust" "--digest" "scim.yaml")
      (should (string-match-p "\\`[0-9a-f]\\{64\\}\n\\'" out)))))

(ert-deftest scim-batch-env-rollback-and-promote-write-when-told ()
  (scim-test-in-environment '("SCIM_NO_SUCH_TOKEN=t0p-s3cret-bearer-token")
    (dolist (arguments '(("init" "-q") ("add" ".")
                         ("-c" "user.name=N" "-c" "user.email=n@example.com"
                          "commit" "-q" "-m" "first")))
      (should (zerop (apply #'call-process "git" nil nil nil arguments))))
    (let ((before (scim-test-env-read "scim.yaml")))
      (scim-batch-env-tests--expect 0 '("env" "promote" "good" "bad")
        (should (string-search "limits.timeout" out))
        (should (string-search "--write" err)))
      (should (equal before (scim-test-env-read "scim.yaml")))
      (scim-batch-env-tests--expect 0 '("env" "promote" "good" "bad" "--write"))
      (should-not (equal before (scim-test-env-read "scim.yaml")))
      (scim-batch-env-tests--expect 0
          '("env" "rollback" "HEAD" "--force" "--write"))
      (should (equal before (scim-test-env-read "scim.yaml"))))))

;;;; Before a run

(ert-deftest scim-batch-run-is-blocked-by-the-doctor ()
  (scim-test-in-environment '("SCIM_NO_SUCH_TOKEN=another-token-0123")
    (scim-batch-env-tests--write "w.scim" scim-batch-env-tests--create)
    (scim-batch-env-tests--write "w.el" "(error \"Not to be run\")\n")
    (scim-batch-env-tests--expect scim-protocol-exit-authentication-or-network
        '("run" "w.scim" "--tenant" "bad")
      (should (string-search "AUTH001" err))
      (should (string-search "Nothing was sent" out))
      (should-not (string-search "POST" out)))
    (scim-batch-env-tests--expect scim-protocol-exit-authentication-or-network
        '("run" "w.el" "--tenant" "bad")
      (should-not (string-search "Not to be run" (concat out err))))
    (scim-batch-env-tests--expect scim-protocol-exit-authentication-or-network
        '("run" "w.scim" "--tenant" "bad" "--no-doctor")
      (should (string-search "Nothing is checked before" err))
      (should (string-search "POST" out)))
    (scim-batch-env-tests--expect 0 '("run" "w.scim" "--tenant" "good")
      (should (string-search "1 passed" out)))
    (scim-batch-env-tests--expect 0 '("env" "history" "--tenant" "good")
      (should (string-search "good  run" out)))))

(ert-deftest scim-batch-run-only-reads-without-the-doctor ()
  (scim-test-in-environment nil
    (scim-batch-env-tests--write "r.scim" scim-batch-env-tests--list)
    (scim-batch-env-tests--expect 0 '("run" "r.scim" "--tenant" "good")
      (should (equal err "")))))

(ert-deftest scim-batch-run-wants-confirmation-by-name ()
  (scim-test-in-environment nil
    (scim-test-env-write "scim.yaml" "  good:\n" "  good:\n    confirm: always\n")
    (scim-batch-env-tests--write "r.scim" scim-batch-env-tests--list)
    (scim-batch-env-tests--write "r.el" "(scim-get \"User\" \"no-such\")\n")
    (dolist (file '("r.scim" "r.el"))
      (scim-batch-env-tests--expect scim-protocol-exit-refused-by-gate
          (list "run" file)
        (should (string-search "--yes good" out)))
      (scim-batch-env-tests--expect scim-protocol-exit-refused-by-gate
          (list "run" file "--yes" "bad")))
    (scim-batch-env-tests--expect 0 '("run" "r.scim" "--yes" "good"))
    (scim-batch-env-tests--expect scim-protocol-exit-failed
        '("run" "r.el" "--yes" "good")
      (should (string-search "404" out)))))

(provide 'scim-batch-env-tests)
;;; scim-batch-env-tests.el ends here
