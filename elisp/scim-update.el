;;; scim-update.el --- Make resources what they shall be -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; A part of the Lisp API; see scim-api.el.  What is sent, PATCH or PUT
;; and in which form, is decided by the bridge.

;;; Code:

(require 'scim-api)

;;;###autoload
(cl-defun scim-update (type resource &key (if-match t) tenant root validation
                            callback errback)
  "Make the resource of TYPE on the server equal RESOURCE, an alist.
RESOURCE has the id.  It is compared with what the server has, and the
least that makes one of the other is sent, in the way that the service
understands; nothing, when nothing differs.  Return the resource as the
server has it now, or nil when the server does not show it.

When RESOURCE was read from the server and somebody has changed it
there since, signal `scim-precondition-failed' and send nothing.
IF-MATCH is another ETag that it must still have, or nil for any.

The Commentary of scim-api.el explains TENANT, ROOT, VALIDATION,
CALLBACK and ERRBACK.

  (let ((user (scim-get \\='User \"2819c223\")))
    (scim-update \\='User (scim-attribute-set user \\='title \"Tour Guide\")))"
  (scim-api--call
   scim-protocol-resource-update
   (scim-update--params type resource if-match tenant validation)
   #'scim-api--resource root callback errback))

(defun scim-update--params (type resource if-match tenant validation)
  "Return the parameters to make the resource of TYPE equal RESOURCE.
IF-MATCH, TENANT and VALIDATION are as in `scim-update'."
  (scim-api--params type tenant
                    :id (scim-api--id resource)
                    :resource (scim-api--payload resource)
                    :ifMatch (if if-match
                                 (scim-api--if-match if-match resource)
                               "*")
                    :validation (scim-api--name validation)))

(provide 'scim-update)
;;; scim-update.el ends here
