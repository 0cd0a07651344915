;;; scim-test-helper.el --- Help for the tests of scim -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; A workspace in a temporary directory, with the fake bridge or the real
;; one behind it.  When a test fails, what the bridge wrote to its
;; standard error is printed.

;;; Code:

(require 'ert)
(require 'cl-lib)
(require 'json)
(require 'scim-rpc)

(defconst scim-test-directory
  (file-name-directory (or load-file-name buffer-file-name))
  "Where the tests are.")

(defun scim-test-bridge (kind)
  "Return the file of the bridge KIND: `fake' or `real'."
  (expand-file-name (if (eq kind 'fake) "fake-bridge.cjs"
                      "../../dist/scim-bridge.cjs")
                    scim-test-directory))

(defun scim-test-print-stderr ()
  "Print what the bridges wrote to their standard error."
  (dolist (bridge (hash-table-values scim-rpc--bridges))
    (let ((buffer (scim-bridge-stderr bridge)))
      (when (and (buffer-live-p buffer)
                 (> (buffer-size buffer) 0))
        (princ (format "--- stderr of %s\n%s\n" (scim-bridge-name bridge)
                       (with-current-buffer buffer (buffer-string)))
               #'external-debugging-output)))))

(defun scim-test-call-in-workspace (kind environment function)
  "Call FUNCTION in a new workspace with the bridge KIND and ENVIRONMENT.
ENVIRONMENT is a list of strings NAME=VALUE."
  (let* ((directory (file-name-as-directory (make-temp-file "scim-test-" t)))
         (default-directory (file-truename directory))
         (process-environment (append environment process-environment))
         (scim-bridge-file (scim-test-bridge kind))
         (scim-rpc--bridges (make-hash-table :test #'equal))
         (scim-rpc--handlers (copy-tree scim-rpc--handlers))
         (scim-bridge-minimum-uptime 0)
         passed)
    (write-region "tenants: {}\n" nil "scim.yaml" nil 'silent)
    (unwind-protect
        (progn (funcall function) (setq passed t))
      (unless passed (scim-test-print-stderr))
      (dolist (root (hash-table-keys scim-rpc--bridges))
        (scim-rpc-stop root))
      (scim-test-settle)
      (delete-directory directory t))))

(defmacro scim-test-with-bridge (mode &rest body)
  "Evaluate BODY in a workspace with the fake bridge in MODE, a string."
  (declare (indent 1) (debug t))
  `(scim-test-call-in-workspace 'fake (list (concat "FAKE_BRIDGE=" ,mode))
                                (lambda () ,@body)))

(defun scim-test-settle ()
  "Let everything that is queued happen."
  (while (not (scim-queue-empty-p))
    (accept-process-output nil 0.01)))

(defun scim-test-plist (changes plist)
  "Return PLIST with the values of CHANGES, a plist too."
  (let ((result (copy-sequence plist)))
    (cl-loop for (key value) on changes by #'cddr
             do (setq result (plist-put result key value)))
    result))

(defun scim-test-wait-for (predicate)
  "Wait until PREDICATE returns non-nil, and return that.
Fail after a minute: the limit only keeps a broken test from hanging, and
on a machine that is busy with others, a server may take long to start."
  (with-timeout (60 (ert-fail "Waited in vain"))
    (let (value)
      (while (not (setq value (funcall predicate)))
        (accept-process-output nil 0.02))
      value)))

(provide 'scim-test-helper)
;;; scim-test-helper.el ends here
