;;; scim-doctor-tests.el --- Tests for scim-doctor.el -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The real bridge checks tenants of the mock server; a tenant with a
;; mistake is looked at in the buffer.

;;; Code:

(require 'scim-test-mock)
(require 'scim-test-env)
(require 'scim-doctor)
(require 'scim-log)
(require 'scim-rotate)

(defun scim-doctor-tests--goto (text)
  "Go to the line with TEXT."
  (goto-char (point-min))
  (should (search-forward text nil t))
  (beginning-of-line))

(ert-deftest scim-doctor-shows-that-a-tenant-is-well ()
  (scim-test-in-environment nil
    (with-current-buffer (scim-doctor "good")
      (scim-test-env-wait)
      (should (derived-mode-p 'scim-doctor-mode))
      (scim-doctor-tests--goto "AUTH001")
      (should (equal (plist-get (scim-doctor--finding) :status) "ok"))
      (should (eq 'scim-success
                  (get-text-property (+ 3 (point)) 'font-lock-face)))
      (should-not (string-search "\e" (buffer-string)))
      (should-not (string-search scim-test-mock-token (buffer-string)))
      (should (equal scim-doctor--tenants '("good")))
      ;; What was sent for it can be looked at.
      (save-window-excursion
        (switch-to-buffer (current-buffer))
        (execute-kbd-macro "l")
        (should (derived-mode-p 'scim-log-mode))
        (scim-test-wait-for
         (lambda ()
           (scim-log-flush)
           (string-search "/ServiceProviderConfig" (buffer-string))))
        (kill-buffer)))))

(ert-deftest scim-doctor-asked-again-forgets-what-was-asked-before ()
  "Another tenant may be asked about while the first is still looked at."
  (scim-test-in-environment nil
    (scim-doctor "bad")
    (with-current-buffer (scim-doctor "good")
      (should scim-report--handle)
      (scim-test-env-wait)
      (should (equal scim-doctor--tenants '("good")))
      (scim-doctor-tests--goto "AUTH001")
      (should-not (string-search "SCIM_NO_SUCH_TOKEN" (buffer-string)))
      (should-not (string-search "Cancelled" (buffer-string))))))

(ert-deftest scim-doctor-leads-from-a-finding-to-its-place ()
  (scim-test-in-environment nil
    (with-current-buffer (scim-doctor "bad")
      (scim-test-env-wait)
      (goto-char (point-min))
      (scim-report-next)
      (should (looking-at-p ".*ENV001.*SCIM_NO_SUCH_TOKEN"))
      (should-error (scim-report-previous) :type 'user-error)
      (save-window-excursion
        (scim-report-visit)
        (should (equal (file-name-nondirectory buffer-file-name) "scim.yaml"))
        (should (string-search "SCIM_NO_SUCH_TOKEN"
                               (buffer-substring (line-beginning-position)
                                                 (line-end-position))))
        (kill-buffer)))))

(ert-deftest scim-doctor-takes-a-variable-that-was-set-meanwhile ()
  "The bridge is started again with it."
  (scim-test-in-environment nil
    (with-current-buffer (scim-doctor "bad")
      (scim-test-env-wait)
      (should (string-search "SCIM_NO_SUCH_TOKEN is not set" (buffer-string)))
      (should (string-search "M-x setenv, r checks" (scim-doctor--hint)))
      (let ((process-environment (cons "SCIM_NO_SUCH_TOKEN=s3cret-ключ"
                                       process-environment)))
        (save-window-excursion
          (switch-to-buffer (current-buffer))
          (execute-kbd-macro "r"))
        (scim-test-env-wait))
      (should-not (string-search "SCIM_NO_SUCH_TOKEN is not set" (buffer-string)))
      (should (equal "" (scim-doctor--hint))))))

(ert-deftest scim-doctor-copies-what-mends-a-finding ()
  (scim-test-in-environment nil
    (with-current-buffer (scim-doctor "bad")
      (scim-test-env-wait)
      (goto-char (point-min))
      (should-error (scim-doctor-copy-fix) :type 'user-error)
      (search-forward "fix:")
      (search-forward "export")
      (should (button-at (point)))
      (push-button)
      (should (string-search "export SCIM_NO_SUCH_TOKEN" (current-kill 0))))))

(ert-deftest scim-doctor-checks-again-and-sees-what-has-changed ()
  (scim-test-in-environment nil
    (with-current-buffer (scim-doctor "bad")
      (scim-test-env-wait)
      (should (equal 6 (plist-get scim-report-answer :exitCode)))
      (scim-test-env-write "scim.yaml" "SCIM_NO_SUCH_TOKEN" "SCIM_AUTH_TOKEN")
      (revert-buffer)
      (scim-test-env-wait)
      (should (equal 0 (plist-get scim-report-answer :exitCode))))))

(ert-deftest scim-doctor-shows-why-it-cannot-check ()
  (scim-test-in-environment nil
    (scim-test-env-write "scim.yaml" "baseUrl" "baseUrrl")
    (with-current-buffer (scim-doctor "good")
      (scim-test-env-wait)
      (should (string-search "baseUrrl" (buffer-string)))
      (scim-doctor-tests--goto "baseUrrl")
      (ert-info ((buffer-string))
        (should (scim-report-place))))))

(ert-deftest scim-doctor-writes-only-when-told ()
  (scim-test-in-environment nil
    (with-current-buffer (scim-doctor "good")
      (scim-test-env-wait)
      (cl-letf (((symbol-function 'y-or-n-p) #'ignore))
        (scim-doctor-write-check)
        (should-not scim-report--handle))
      (cl-letf (((symbol-function 'y-or-n-p) (lambda (_) t)))
        (scim-doctor-write-check)
        (should scim-report--handle)
        (should-error (scim-doctor-write-check) :type 'user-error)
        (scim-report-cancel)
        (scim-test-settle)
        (should-not scim-report--handle)
        (should scim-report-answer)))))

(ert-deftest scim-doctor-saves-its-report ()
  (scim-test-in-environment nil
    (with-current-buffer (scim-doctor "good")
      (scim-test-env-wait)
      (scim-doctor-save "report.xml")
      (scim-test-wait-for (lambda ()
                            (scim-test-settle)
                            (file-exists-p "report.xml")))
      (should (string-search "<testsuite" (scim-test-env-read "report.xml"))))))

(ert-deftest scim-rotate-shows-the-credentials ()
  (scim-test-in-environment nil
    (with-current-buffer (scim-rotate "good")
      (scim-test-env-wait)
      (should (string-search "auth.token" (buffer-string)))
      (scim-rotate-verify)
      (scim-test-env-wait)
      (should (equal "accepted"
                     (plist-get (elt (plist-get scim-report-answer :credentials)
                                     0)
                                :verdict)))
      (should-not (string-search scim-test-mock-token (buffer-string))))))

(provide 'scim-doctor-tests)
;;; scim-doctor-tests.el ends here
