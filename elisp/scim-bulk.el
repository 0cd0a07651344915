;;; scim-bulk.el --- Many SCIM operations at once -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; `scim-bulk': many operations in few requests (RFC 7644 section 3.7).
;; What became of each is told by operation, so that a script knows what
;; to do again and what to look up first.

;;; Code:

(require 'cl-lib)
(require 'scim-api)

;;;###autoload
(cl-defun scim-bulk (operations &key fail-on-errors tenant root validation
                                callback errback)
  "Carry out OPERATIONS, in as few requests as the server permits.
Each of OPERATIONS is an alist with method (\"POST\", \"PUT\", \"PATCH\" or
\"DELETE\"), path (\"/Users\", \"/Users/2819\") and, as it needs them, data
\(a resource, or a PatchOp message), version (an ETag) and bulkId.
Elsewhere in OPERATIONS \"bulkId:NAME\" stands for the id of the resource
that the operation with that bulkId creates.

With FAIL-ON-ERRORS, a number, stop after so many errors.

Return a list with an alist for each of OPERATIONS, in their order, with
outcome and, where it is known, status, id, location, version, error and
reason.  Outcome is one of these symbols:

  success   it was carried out
  error     it was not: error says why
  unknown   the answer does not say: look before doing it again
  notSent   it was not sent: reason says why

The Commentary of scim-api.el explains TENANT, ROOT, VALIDATION,
CALLBACK and ERRBACK.

  (dolist (result (scim-bulk
                   \='(((method . \"DELETE\") (path . \"/Users/1\"))
                     ((method . \"DELETE\") (path . \"/Users/2\")))))
    (unless (eq (scim-attribute result \='outcome) \='success)
      (message \"%S\" result)))"
  (scim-api--call
   scim-protocol-resource-bulk
   (scim-api--params nil tenant
                     :operations (scim-api--payload (vconcat operations))
                     :failOnErrors fail-on-errors
                     :validation (scim-api--name validation))
   #'scim-bulk--results root callback errback))

(defun scim-bulk--results (answer)
  "Return the list of results in ANSWER, the bridge's, and show its warnings."
  (scim-api--warn (plist-get answer :warnings))
  (mapcar #'scim-bulk--result
          (scim-json-parse (scim-rpc-text (plist-get answer :results)))))

(defun scim-bulk--result (result)
  "Return RESULT, an alist, with its outcome as a symbol."
  (mapcar (lambda (member)
            (if (eq (car member) 'outcome)
                (cons 'outcome (intern (cdr member)))
              member))
          result))

(provide 'scim-bulk)
;;; scim-bulk.el ends here
