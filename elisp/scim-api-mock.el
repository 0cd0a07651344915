;;; scim-api-mock.el --- Mock servers from Lisp -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Trying a script without harm: `scim-with-mock' evaluates forms with a
;; mock server in the place of the tenant; see `scim-with-dry-run', too.  The conventions are those of
;; scim-api.el.

;;; Code:

(require 'cl-lib)
(require 'scim-api)
(require 'scim-api-call)

;;;; Mock servers

;;;###autoload
(cl-defun scim-mock-start-text (text &key kind path port root callback errback)
  "Start a mock server from TEXT; return an alist with id, name and url.
TEXT is a mock file, or data as its equivalent in JSON: an alist, as in
\\='((generate . ((users . 25))) (vendor . \"okta\")), or nil for an empty
server.  KIND is `mock', or `json', `jsonl' or `har' for resources and
recorded traffic; by default, TEXT tells.  Relative names in TEXT start
from PATH.  PORT is a number; by default, a free one.

The server runs until `scim-mock-end', or the end of the bridge.

The Commentary of scim-api.el explains ROOT, CALLBACK and ERRBACK.

  (let ((mock (scim-mock-start-text \"generate: { users: 25 }\")))
    (scim-mock-attach mock)
    mock)"
  (scim-api--call
   scim-protocol-mock-start
   (scim-api-mock--params text kind path port)
   (lambda (answer)
     (scim-api--warn (plist-get answer :warnings))
     (scim-api--record (plist-get answer :mock)))
   root callback errback))

;;;###autoload
(cl-defun scim-mock-start-file (file &key port root callback errback)
  "Start a mock server from FILE; return an alist with id, name and url.
FILE is a mock file, resources (.json, .jsonl) or recorded traffic
\(.har).  PORT is as in `scim-mock-start-text'.

The Commentary of scim-api.el explains ROOT, CALLBACK and ERRBACK.

  (scim-mock-start-file \"staging.scim-mock\")"
  (let ((path (expand-file-name file)))
    (scim-mock-start-text (with-temp-buffer
                            (let ((coding-system-for-read 'utf-8-unix))
                              (insert-file-contents path))
                            (buffer-string))
                          :path path :port port :root root
                          :callback callback :errback errback)))

(defun scim-api-mock--params (text kind path port)
  "Return the parameters to start a mock server.
TEXT, KIND, PATH and PORT are as in `scim-mock-start-text'."
  (append (list :path (expand-file-name (or path "script.scim-mock"))
                :content (scim-rpc-text-ref (if (stringp text)
                                                text
                                              (scim-json-encode text)))
                :watch :json-false)
          (and kind (list :kind (scim-api--name kind)))
          (and port (list :port port))))

;;;###autoload
(cl-defun scim-mock-attach (mock &key tenant root callback errback)
  "Send the requests for TENANT to MOCK from now on; return TENANT's name.
MOCK is what `scim-mock-start-text' returned.  The credential of TENANT
is not sent there.

The Commentary of scim-api.el explains ROOT, CALLBACK and ERRBACK; TENANT
is as everywhere.

  (scim-mock-attach (scim-mock-start-text \"\") :tenant \"staging\")"
  (scim-api--call
   scim-protocol-mock-attach
   (scim-api--params nil tenant :id (scim-attribute mock 'id))
   (lambda (answer) (plist-get answer :tenant))
   root callback errback))

;;;###autoload
(cl-defun scim-mock-detach (&key tenant root callback errback)
  "Send the requests for TENANT to the tenant itself again; return its name.

The Commentary of scim-api.el explains TENANT, ROOT, CALLBACK and
ERRBACK.

  (scim-mock-detach :tenant \"staging\")"
  (scim-api--call scim-protocol-mock-detach (scim-api--params nil tenant)
                  (lambda (answer) (plist-get answer :tenant))
                  root callback errback))

;;;###autoload
(cl-defun scim-mock-end (mock &key root callback errback)
  "Stop MOCK, what `scim-mock-start-text' returned; return t.
Requests for tenants that it stands in for fail until `scim-mock-detach'.

The Commentary of scim-api.el explains ROOT, CALLBACK and ERRBACK.

  (scim-mock-end (scim-mock-start-text \"\"))"
  (scim-api--call scim-protocol-mock-stop
                  (list :id (scim-attribute mock 'id)) #'always
                  root callback errback))

;;;###autoload
(cl-defun scim-mock-requests (mock &key root callback errback)
  "Return the latest requests that MOCK has answered, alists.
They have number, method, path, status and faults, the oldest first.

The Commentary of scim-api.el explains ROOT, CALLBACK and ERRBACK.

  (scim-with-mock (\"\")
    (ignore-errors (scim-get \\='User \"4711\"))
    (mapcar (lambda (request) (scim-attribute request \\='path))
            (scim-mock-requests scim-current-mock)))"
  (scim-api--call scim-protocol-mock-requests
                  (list :id (scim-attribute mock 'id))
                  (lambda (answer)
                    (scim-api--record (plist-get answer :requests)))
                  root callback errback))

(defvar scim-current-mock nil
  "The mock server of the innermost `scim-with-mock', an alist.")

;;;###autoload
(defmacro scim-with-mock (spec &rest body)
  "Evaluate BODY with a mock server in the place of a tenant.
SPEC is (TEXT &key file kind port tenant root); TEXT, an expression, is
as in `scim-mock-start-text', and :file, when TEXT is nil, as in
`scim-mock-start-file'.  The requests of BODY for :tenant, by default
the one that is meant when none is named, go to the server, which is the
value of the variable `scim-current-mock'.  At the end, however BODY ends, the
server is stopped and the tenant is itself again.

  (scim-with-mock (\"generate: { users: 25 }\")
    (length (scim-listing-all (scim-list \\='User))))
    => 25"
  (declare (indent 1) (debug (sexp body)))
  `(scim-api-mock--call (lambda () ,@body) ,@spec))

(cl-defun scim-api-mock--call (function &optional text
                                        &key file kind port tenant root)
  "Call FUNCTION with a mock server in the place of TENANT of ROOT.
TEXT, FILE, KIND and PORT are as in `scim-with-mock'."
  (let* ((root (scim-api--root root))
         (scim-workspace (or root scim-workspace))
         (scim-tenant (or tenant scim-tenant))
         (others (scim-api-mock--attached root))
         (scim-current-mock (if (and file (not text))
                                (scim-mock-start-file file :port port)
                              (scim-mock-start-text text :kind kind
                                                    :port port)))
         (name nil))
    (unwind-protect
        (progn
          (setq name (scim-mock-attach scim-current-mock))
          (prog1 (funcall function)
            (scim-api-wait)))
      (ignore-errors
        (when name
          (scim-api-mock--restore name (cdr (assoc name others)))))
      (ignore-errors (scim-mock-end scim-current-mock)))))

(defun scim-api-mock--attached (root)
  "Return the mock servers of the tenants of ROOT: a list of (TENANT . MOCK)."
  (mapcan (lambda (mock)
            (mapcar (lambda (tenant) (cons tenant mock))
                    (scim-attribute mock 'tenants)))
          (scim-api--call scim-protocol-mock-list nil
                          (lambda (answer)
                            (scim-api--record (plist-get answer :mocks)))
                          root nil nil)))

(defun scim-api-mock--restore (tenant mock)
  "Have TENANT go to MOCK again, or, when that is nil, to itself.
It must not go to the real service when it did not do so before."
  (if mock
      (scim-mock-attach mock :tenant tenant)
    (scim-mock-detach :tenant tenant)))

(provide 'scim-api-mock)
;;; scim-api-mock.el ends here
