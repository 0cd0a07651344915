;;; scim-test-mock.el --- A SCIM server for the tests -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The mock server of the bridge, in a process of its own, on a port of
;; 127.0.0.1 that the system chooses.  It ends when Emacs does.

;;; Code:

(require 'ert)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-test-helper)

(defconst scim-test-mock-token "t0p-s3cret-bearer-token"
  "The token that the mock server wants.")

(defvar scim-test-mock--process nil
  "The mock server, or nil.")

(defvar scim-test-mock--url nil
  "Base URL of the mock server.")

(defun scim-test-mock--filter (process output)
  "Collect OUTPUT of PROCESS until the line with the URL is complete."
  (let ((text (concat (process-get process 'output) output)))
    (process-put process 'output text)
    (when (string-match "\"url\" *: *\"\\([^\"]+\\)\"" text)
      (setq scim-test-mock--url (match-string 1 text)))))

(defun scim-test-mock-environment ()
  "Return environment variables that define the mock server as tenant.
They are a list of strings NAME=VALUE."
  (list (concat "SCIM_API_BASE_URL=" (scim-test-mock-url))
        (concat "SCIM_AUTH_TOKEN=" scim-test-mock-token)))

(defun scim-test-mock-url ()
  "Return the base URL of the mock server, which is started by the first call.
It has 25 users.  All tests share it, so each makes its own resources."
  (unless (process-live-p scim-test-mock--process)
    (setq scim-test-mock--url nil)
    (let ((process-environment
           (cons (concat "SCIM_AUTH_TOKEN=" scim-test-mock-token)
                 process-environment)))
      (setq scim-test-mock--process
            (make-process :name "scim-test-mock" :connection-type 'pipe
                          :noquery t :coding 'utf-8-unix
                          :filter #'scim-test-mock--filter
                          :stderr (get-buffer-create " *scim-test-mock*")
                          :command
                          (list "node"
                                (scim-test-bridge 'real)
                                "mock" "--users" "25" "--port" "0"
                                "--token-variable" "SCIM_AUTH_TOKEN"
                                "--json" "--until-stdin-closes"))))
    (scim-test-wait-for
     (lambda () (or scim-test-mock--url
                    (not (process-live-p scim-test-mock--process)))))
    (unless scim-test-mock--url
      (ert-fail (list "The mock server has ended"
                      (with-current-buffer " *scim-test-mock*"
                        (buffer-string))))))
  scim-test-mock--url)

(defun scim-test-mock-call (function)
  "Call FUNCTION in a workspace whose default tenant is the mock server."
  (let ((environment (scim-test-mock-environment)))
    (scim-test-call-in-workspace
     'real environment
     (lambda ()
       ;; Without scim.yaml, the environment defines the tenant.
       (delete-file "scim.yaml")
       (funcall function)))))

(defmacro scim-test-with-mock (&rest body)
  "Evaluate BODY in a workspace whose default tenant is the mock server."
  (declare (indent 0) (debug t))
  `(scim-test-mock-call (lambda () ,@body)))

(defun scim-test-mock-stand-in (text)
  "Have a mock server with the mock file TEXT stand in for the default tenant."
  (let ((started (scim-rpc-request
                  scim-protocol-mock-start
                  (list :path (expand-file-name "stand-in.scim-mock")
                        :content (list :text text)))))
    (scim-rpc-request
     scim-protocol-mock-attach
     (list :id (plist-get (plist-get started :mock) :id)))))

(provide 'scim-test-mock)
;;; scim-test-mock.el ends here
