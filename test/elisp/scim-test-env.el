;;; scim-test-env.el --- A workspace with tenants for the tests -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; A workspace whose tenant good is the mock server, and whose tenant bad
;; has a variable that is not set.  Home and state are in there, so that
;; nothing of the machine is read or written.

;;; Code:

(require 'ert)
(require 'scim-test-helper)
(require 'scim-test-mock)

(defvar scim-report--handle)

(defun scim-test-env-text ()
  "Return the text of scim.yaml."
  (format "default: good
tenants:
  good:
    baseUrl: %s
    auth: { scheme: bearer, token: env:SCIM_AUTH_TOKEN }
    limits: { timeout: 20s }
  bad:
    baseUrl: %s
    auth: { scheme: bearer, token: env:SCIM_NO_SUCH_TOKEN }
" (scim-test-mock-url) (replace-regexp-in-string
                        "127\\.0\\.0\\.1" "localhost" (scim-test-mock-url))))

(defun scim-test-env-call (environment function)
  "Call FUNCTION in the workspace, with the variables of ENVIRONMENT too."
  (let ((home (file-truename (make-temp-file "scim-home" t))))
    (unwind-protect
        (scim-test-call-in-workspace
         'real (append environment
                       (scim-test-mock-environment)
                       (list (concat "HOME=" home)
                             (concat "XDG_STATE_HOME=" home "/state")
                             (concat "XDG_CACHE_HOME=" home "/cache")))
         (lambda ()
           (write-region (scim-test-env-text) nil "scim.yaml" nil 'silent)
           (funcall function)))
      (delete-directory home t)
      (dolist (buffer (buffer-list))
        (when (string-match-p "\\`\\*SCIM" (buffer-name buffer))
          (kill-buffer buffer))))))

(defmacro scim-test-in-environment (environment &rest body)
  "Evaluate BODY in the workspace, with the variables of ENVIRONMENT too."
  (declare (indent 1) (debug t))
  `(scim-test-env-call ,environment (lambda () ,@body)))

(defun scim-test-env-wait ()
  "Wait until the report of this buffer is there."
  (scim-test-wait-for (lambda () (scim-test-settle) (not scim-report--handle))))

(defun scim-test-env-read (file)
  "Return the text of FILE."
  (with-temp-buffer
    (insert-file-contents file)
    (buffer-string)))

(defun scim-test-env-write (file from to)
  "Put the text TO in the place of the first FROM in FILE."
  (let ((text (scim-test-env-read file)))
    (should (string-match (regexp-quote from) text))
    (write-region (replace-match to t t text) nil file nil 'silent)))

(provide 'scim-test-env)
;;; scim-test-env.el ends here
