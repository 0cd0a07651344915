;;; scim-env-tests.el --- Tests for scim-env.el -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The list of variables, and comparison, promotion, restoration and
;; history of environments, with the real bridge in a workspace under Git.

;;; Code:

(require 'scim-test-env)
(require 'scim-env)

(defun scim-env-tests--git (&rest arguments)
  "Run git with ARGUMENTS in the workspace."
  (with-temp-buffer
    (let ((code (apply #'call-process "git" nil t nil
                       "-c" "user.name=N" "-c" "user.email=n@example.com"
                       "-c" "commit.gpgsign=false" arguments)))
      (ert-info ((buffer-string))
        (should (equal code 0))))))

(defun scim-env-tests--commit ()
  "Make a repository of the workspace, and commit what is in it."
  (scim-env-tests--git "init" "-q")
  (scim-env-tests--git "add" ".")
  (scim-env-tests--git "commit" "-q" "-m" "first"))

(defun scim-env-tests--wait ()
  "Wait until the variables of this buffer are there."
  (scim-test-wait-for (lambda () (scim-test-settle) (not scim-env--handle))))

(defun scim-env-tests--goto (name)
  "Go to the row of the variable NAME."
  (goto-char (point-min))
  (while (not (equal name (plist-get (tabulated-list-get-id) :name)))
    (should (zerop (forward-line)))
    (should-not (eobp))))

;;;; Variables

(ert-deftest scim-env-lists-variables-without-values ()
  (scim-test-in-environment nil
    (with-current-buffer (scim-env)
      (scim-env-tests--wait)
      (scim-env-tests--goto "SCIM_NO_SUCH_TOKEN")
      (should (equal "missing" (plist-get (scim-env--variable) :status)))
      (scim-env-tests--goto "SCIM_AUTH_TOKEN")
      (should (equal "set" (plist-get (scim-env--variable) :status)))
      (should (string-match-p "\\`[0-9a-f]\\{8\\}\\'"
                              (plist-get (scim-env--variable) :fingerprint)))
      (should-not (string-search scim-test-mock-token
                                 (prin1-to-string scim-env--variables))))))

(ert-deftest scim-env-shows-one-tenant ()
  (scim-test-in-environment nil
    (with-current-buffer (scim-env "good")
      (scim-env-tests--wait)
      (should (equal '("SCIM_AUTH_TOKEN")
                     (mapcar (lambda (variable) (plist-get variable :name))
                             scim-env--variables))))))

(ert-deftest scim-env-visits-places-and-describes ()
  (scim-test-in-environment nil
    (with-current-buffer (scim-env)
      (scim-env-tests--wait)
      (scim-env-tests--goto "SCIM_NO_SUCH_TOKEN")
      (save-window-excursion
        (save-current-buffer
          (scim-env-visit)
          (should (looking-at-p ".*SCIM_NO_SUCH_TOKEN"))
          (kill-buffer)))
      (save-window-excursion
        (scim-env-describe)
        (with-current-buffer "*SCIM variable*"
          (should (string-search "is not set" (buffer-string)))
          (should (string-search "auth.token of tenant bad"
                                 (buffer-string))))))))

(ert-deftest scim-env-writes-an-example-without-values ()
  (scim-test-in-environment nil
    (scim-env-example ".env.example")
    (let ((text (scim-test-env-read ".env.example")))
      (should (string-match-p "^SCIM_NO_SUCH_TOKEN=$" text))
      (should-not (string-search scim-test-mock-token text)))
    (cl-letf (((symbol-function 'y-or-n-p) #'ignore))
      (should-error (scim-env-example ".env.example") :type 'user-error))))

(ert-deftest scim-env-tells-why-it-cannot-list ()
  (scim-test-in-environment nil
    (write-region "tenants: [" nil "scim.yaml" nil 'silent)
    (with-current-buffer (scim-env)
      (scim-env-tests--wait)
      (should (or scim-env--problem (null scim-env--variables))))))

;;;; Comparison

(ert-deftest scim-env-diff-shows-what-differs ()
  (scim-test-in-environment nil
    (with-current-buffer (scim-env-diff "good" "bad")
      (scim-test-env-wait)
      (should (string-search "limits.timeout" (buffer-string)))
      (should-not (string-search scim-test-mock-token (buffer-string)))
      (should (scim-report--forward #'scim-report-place 1)))))

(ert-deftest scim-env-diff-knows-revisions ()
  (scim-test-in-environment nil
    (scim-env-tests--commit)
    (scim-test-env-write "scim.yaml" "timeout: 20s" "timeout: 30s")
    (with-current-buffer (scim-env-diff "HEAD")
      (scim-test-env-wait)
      (should (string-search "30s" (buffer-string)))
      (should (equal 1 (length (plist-get scim-report-answer :changes)))))))

(ert-deftest scim-env-diff-shows-a-mistake-in-its-place ()
  (scim-test-in-environment nil
    (scim-env-tests--commit)
    (with-current-buffer (scim-env-diff "good" "no-such-tenant")
      (scim-test-env-wait)
      (should-not scim-report-answer)
      (should (string-search "no-such-tenant" (buffer-string))))))

(ert-deftest scim-env-history-tells-of-the-doctor ()
  (scim-test-in-environment nil
    (scim-rpc-request scim-protocol-doctor '(:tenants ["good"]))
    (with-current-buffer (scim-env-history)
      (scim-test-env-wait)
      (should (string-search "good  doctor" (buffer-string)))
      (should-not (string-search scim-test-mock-token (buffer-string))))))

;;;; What writes

(ert-deftest scim-env-rollback-shows-first-and-then-restores ()
  (scim-test-in-environment nil
    (scim-env-tests--commit)
    (let ((before (scim-test-env-read "scim.yaml")))
      (scim-test-env-write "scim.yaml" "timeout: 20s" "timeout: 30s")
      (let ((visiting (find-file-noselect "scim.yaml")))
        (with-current-buffer (scim-env-rollback "HEAD")
          (scim-test-env-wait)
          (should (string-search "30s" (buffer-string)))
          (should-not (equal before (scim-test-env-read "scim.yaml")))
          (cl-letf (((symbol-function 'yes-or-no-p) #'ignore))
            (should-error (scim-env-sets-write) :type 'user-error))
          (should-not (equal before (scim-test-env-read "scim.yaml")))
          (cl-letf (((symbol-function 'yes-or-no-p) (lambda (_) t)))
            (scim-env-sets-write))
          (scim-test-env-wait)
          (should scim-env-sets--written)
          (should (equal before (scim-test-env-read "scim.yaml")))
          (should-error (scim-env-sets-write) :type 'user-error))
        (with-current-buffer visiting
          (should (equal before (buffer-string)))
          (kill-buffer))))))

(ert-deftest scim-env-rollback-waits-for-buffers-to-be-saved ()
  (scim-test-in-environment nil
    (scim-env-tests--commit)
    (scim-test-env-write "scim.yaml" "timeout: 20s" "timeout: 30s")
    (let ((visiting (find-file-noselect "scim.yaml")))
      (with-current-buffer visiting
        (goto-char (point-max))
        (insert "# mine\n"))
      (with-current-buffer (scim-env-rollback "HEAD")
        (scim-test-env-wait)
        (should (equal "Save scim.yaml first"
                       (cadr (should-error (scim-env-sets-write)
                                           :type 'user-error)))))
      (with-current-buffer visiting
        (set-buffer-modified-p nil)
        (kill-buffer)))))

(ert-deftest scim-env-does-not-write-what-changes-nothing ()
  (scim-test-in-environment nil
    (scim-env-tests--commit)
    (with-current-buffer (scim-env-rollback "HEAD")
      (scim-test-env-wait)
      (should (plist-get scim-report-answer :digest))
      (should (equal "There is nothing to write"
                     (cadr (should-error (scim-env-sets-write)
                                         :type 'user-error)))))))

(ert-deftest scim-env-promote-carries-settings-over-and-no-secrets ()
  (scim-test-in-environment '("SCIM_NO_SUCH_TOKEN=t0p-s3cret-bearer-token")
    (with-current-buffer (scim-env-promote "good" "bad")
      (scim-test-env-wait)
      (should (string-search "limits.timeout" (buffer-string)))
      (should-not (string-match-p "bad:\\(.*\n\\)*.*timeout"
                                  (scim-test-env-read "scim.yaml")))
      (scim-env-sets-write)
      (scim-test-env-wait)
      (ert-info ((buffer-string))
        (should scim-env-sets--written))
      (let ((text (scim-test-env-read "scim.yaml")))
        (should (string-match-p "bad:\\(.*\n\\)*.*timeout: 20s" text))
        (should (string-search "env:SCIM_NO_SUCH_TOKEN" text))))))

(provide 'scim-env-tests)
;;; scim-env-tests.el ends here
