;;; scim-api-dry.el --- Scripts that write nothing -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Trying a script without harm: `scim-with-dry-run' evaluates forms with
;; the tenants themselves, but without writing to them.

;;; Code:

(require 'cl-lib)
(require 'scim-api-call)

(defvar scim-dry-run nil
  "What the innermost `scim-with-dry-run' has not sent.
It is a list of alists with tenant, method, url, headers and body, the
oldest first; during its body, the value is t.  It keeps the value until
the next one.")

;;;###autoload
(defmacro scim-with-dry-run (&rest body)
  "Evaluate BODY without writing to any service; return what was not sent.
Every request that would write gets the answer of a service that does
what it is told, without being sent: what is created is as it was sent,
with an id such as \"dry-run-1\", which no other request will find.
Everything that reads is sent.  What the tenant does not permit is
refused as usual, but nobody is asked for confirmation of a write.

Return a list of alists with tenant, method, url, headers (an alist of
strings) and body (text or nil), all without secrets; the variable
`scim-dry-run' has it, too, also when BODY ends by a condition.

  (mapcar (lambda (request) (scim-attribute request \\='method))
          (scim-with-dry-run
            (scim-delete \\='User \"2819c223\")))
    => (\"DELETE\")"
  (declare (indent 0) (debug t))
  `(scim-api-dry--call (lambda () ,@body)))

(defun scim-api-dry--call (function)
  "Call FUNCTION without writing; return what was not sent."
  (let ((name (scim-rpc-new-action "dry-run")))
    (setq scim-dry-run t)
    (unwind-protect
        (let ((scim-rpc-dry-run name))
          (unwind-protect
              (funcall function)
            (scim-api-wait)))
      (setq scim-dry-run nil)
      (setq scim-dry-run (scim-api-dry--collect name)))
    scim-dry-run))

(defun scim-api-dry--collect (name)
  "Return what the dry run NAME has not sent, from all workspaces."
  (cl-loop for bridge in (scim-rpc-bridges)
           for root = (plist-get bridge :root)
           when (scim-rpc-ready-p root)
           append (let* ((scim-rpc-dry-run nil)
                         (step (scim-api-dry--take name)))
                    (funcall (scim-api--step-next step)
                             (scim-rpc-request (scim-api--step-method step)
                                               (scim-api--step-params step)
                                               :root root)))))

(defun scim-api-dry--take (name)
  "Return the step to take what the dry run NAME has not sent."
  (scim-api--step
   scim-protocol-dry-run-take (list :name name)
   (lambda (answer)
     (mapcar #'scim-api-dry--request (plist-get answer :requests)))))

(defun scim-api-dry--request (request)
  "Return REQUEST, which was not sent, as an alist."
  (let ((body (plist-get request :body)))
    `((tenant . ,(plist-get request :tenant))
      (method . ,(plist-get request :method))
      (url . ,(plist-get request :url))
      (headers . ,(mapcar (lambda (header) (cons (aref header 0) (aref header 1)))
                          (plist-get request :headers)))
      (body . ,(and body (scim-rpc-text body))))))

(provide 'scim-api-dry)
;;; scim-api-dry.el ends here
