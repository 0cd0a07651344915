;;; scim-api.el --- SCIM resources from Lisp -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;; This file is not part of GNU Emacs.

;; This program is free software; you can redistribute it and/or modify
;; it under the terms of the GNU General Public License as published by
;; the Free Software Foundation, either version 3 of the License, or
;; (at your option) any later version.

;; This program is distributed in the hope that it will be useful,
;; but WITHOUT ANY WARRANTY; without even the implied warranty of
;; MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
;; GNU General Public License for more details.

;; You should have received a copy of the GNU General Public License
;; along with this program.  If not, see <https://www.gnu.org/licenses/>.

;;; Commentary:

;; The Lisp API, for provisioning scripts and for evaluation at any
;; prompt: `scim-list', `scim-search', `scim-get', `scim-me',
;; `scim-create', `scim-replace', `scim-patch' and `scim-delete'.
;;
;;   (dolist (user (scim-listing-all
;;                  (scim-list 'User
;;                             :filter (scim-filter "active eq %s" t))))
;;     (princ (format "%s\n" (scim-attribute user 'userName))))
;;
;; Resources are Lisp data as scim-json.el describes it; read them with
;; `scim-attribute'.  Every function waits for the answer and returns
;; it, unless it is given :callback; then it returns at once a handle
;; that `scim-cancel' takes, and later calls
;;
;;   :callback  with what it would have returned, or
;;   :errback   with the condition that it would have signaled,
;;              (SYMBOL . DATA) as `condition-case' binds it.
;;
;; Failures are conditions below `scim-error'; scim-error.el lists them.
;; These keywords mean the same everywhere:
;;
;;   :tenant      the tenant, a string; by default the variable
;;                `scim-tenant', and then the workspace's own default
;;   :root        the workspace, a directory with scim.yaml; by default
;;                the one around `default-directory'
;;   :attributes  :excluded-attributes
;;                names of the attributes that the answer shall, or
;;                shall not, hold: a list of symbols or strings
;;   :validation  `strict', `warn' or `off': whether a payload that
;;                breaks the schema is refused, sent with a warning, or
;;                not looked at; by default what the tenant says
;;
;; No rule of SCIM is written here: the bridge knows them.

;;; Code:

(require 'cl-lib)
(require 'scim-api-call)
(require 'scim-error)
(require 'scim-json)
(require 'scim-protocol)
(require 'scim-rpc)

;;;; Lists

(cl-defstruct (scim-listing (:constructor scim-listing--make)
                            (:copier nil))
  "The answer of `scim-list'.
It is not a list, so that nobody takes a part for the whole; see
`scim-listing-all'."
  (resources nil :documentation "The resources that came, a list of alists.")
  (completeness 'unknown :documentation
                "Whether that is all: `complete', `partial' or `unknown'.")
  (reason nil :documentation "Why it is not `complete', a sentence.")
  (total nil :documentation "The server's totalResults, or nil.")
  (warnings nil :documentation "What was odd about the answers, strings."))

;;;###autoload
(cl-defun scim-list (type &key tenant root filter attributes
                          excluded-attributes sort-by sort-order count limit
                          callback errback)
  "Return the resources of TYPE, from all pages, as a `scim-listing'.
TYPE is the name of a resource type or its endpoint, a symbol or
string: \\='User, \"Users\".

FILTER is a SCIM filter; make it with `scim-filter' when it holds
values that are not known.  SORT-BY is an attribute and SORT-ORDER
`ascending' or `descending'.  COUNT is the page size to ask for.  LIMIT
ends the list after so many resources; it is then `partial', unless
there are no more.

The Commentary of scim-api.el explains TENANT, ROOT, ATTRIBUTES,
EXCLUDED-ATTRIBUTES, CALLBACK and ERRBACK.

  (condition-case err
      (length (scim-listing-all (scim-list \\='User :tenant \"staging\")))
    (scim-incomplete-list (message \"Not all came: %s\" (cadr err)))
    (scim-network-error (message \"No answer: %s\" (cadr err))))"
  (scim-api--call
   scim-protocol-resource-list
   (scim-api--list-params type tenant filter attributes excluded-attributes
                          sort-by sort-order count limit)
   #'scim-api--listing root callback errback))

;;;###autoload
(cl-defun scim-search (type &key tenant root filter attributes
                            excluded-attributes sort-by sort-order count limit
                            callback errback)
  "Return the resources of TYPE, as a `scim-listing', by POST /.search.
This is `scim-list' for a FILTER that must not stand in a URL, where
servers and proxies log it, or that is too long for one.  TYPE is as
there, or nil for resources of every type.  TENANT, ROOT, ATTRIBUTES,
EXCLUDED-ATTRIBUTES, SORT-BY, SORT-ORDER, COUNT, LIMIT, CALLBACK and
ERRBACK are as in `scim-list', too.

  (scim-search nil :filter (scim-filter \"externalId eq %s\" \"4711\"))"
  (scim-api--call
   scim-protocol-resource-search
   (scim-api--list-params type tenant filter attributes excluded-attributes
                          sort-by sort-order count limit)
   #'scim-api--listing root callback errback))

(defun scim-api--list-params (type tenant filter attributes excluded-attributes
                                   sort-by sort-order count limit)
  "Return the parameters of a request for the resources of TYPE of TENANT.
FILTER, ATTRIBUTES, EXCLUDED-ATTRIBUTES, SORT-BY, SORT-ORDER, COUNT and
LIMIT are as in `scim-list'."
  (scim-api--params type tenant
                    :filter filter
                    :attributes (scim-api--names attributes)
                    :excludedAttributes (scim-api--names excluded-attributes)
                    :sortBy (scim-api--name sort-by)
                    :sortOrder (scim-api--name sort-order)
                    :count count
                    :limit limit))

(defun scim-listing-all (listing)
  "Return the resources of LISTING, provided that it is complete.
Otherwise signal `scim-incomplete-list'; its message says how many came
and why there may be more."
  (unless (eq (scim-listing-completeness listing) 'complete)
    (let ((message (format "%s: %d resources came%s%s"
                           (if (eq (scim-listing-completeness listing) 'partial)
                               "The list is partial"
                             "Nobody knows whether the list is complete")
                           (length (scim-listing-resources listing))
                           (if (scim-listing-total listing)
                               (format " of %d" (scim-listing-total listing))
                             "")
                           (if (scim-listing-reason listing)
                               (concat "; " (scim-listing-reason listing))
                             ""))))
      (scim-error-signal
       (scim-error-from-view
        (list :code "list.incomplete" :message message
              :exitCode scim-protocol-exit-failed)))))
  (scim-listing-resources listing))

(defun scim-api--listing (result)
  "Return the `scim-listing' for RESULT, the bridge's answer to a list."
  (scim-listing--make
   :resources (mapcan #'scim-api--page-resources
                      (append (plist-get result :pages) nil))
   :completeness (intern (plist-get result :completeness))
   :reason (plist-get result :reason)
   :total (plist-get result :totalResults)
   :warnings (append (plist-get result :warnings) nil)))

(defun scim-api--page-resources (page)
  "Return the resources of PAGE, a reference to the text of a ListResponse."
  (append (scim-attribute (scim-json-parse (scim-rpc-text page)) 'Resources)
          nil))

;;;; One resource

;;;###autoload
(cl-defun scim-get (type id &key tenant root attributes excluded-attributes
                         if-none-match callback errback)
  "Return the resource of TYPE with ID, an alist.
TYPE is as in `scim-list'.  IF-NONE-MATCH is an ETag, as `scim-etag'
gives it: if the resource still has it, return the symbol
`:not-modified'.

The Commentary of scim-api.el explains TENANT, ROOT, ATTRIBUTES,
EXCLUDED-ATTRIBUTES, CALLBACK and ERRBACK.

  (condition-case nil
      (scim-attribute (scim-get \\='User \"2819c223\") \\='userName)
    (scim-not-found \"gone\"))"
  (scim-api--call
   scim-protocol-resource-get
   (scim-api--params type tenant
                     :id (scim-api--id id)
                     :attributes (scim-api--names attributes)
                     :excludedAttributes (scim-api--names excluded-attributes)
                     :ifNoneMatch if-none-match)
   #'scim-api--resource root callback errback))

;;;###autoload
(cl-defun scim-me (&key tenant root attributes excluded-attributes
                        callback errback)
  "Return the resource that the credentials of the tenant belong to, an alist.
Many servers have no such resource (RFC 7644 section 3.11).

The Commentary of scim-api.el explains TENANT, ROOT, ATTRIBUTES,
EXCLUDED-ATTRIBUTES, CALLBACK and ERRBACK.

  (condition-case nil
      (scim-attribute (scim-me) \='userName)
    (scim-http-error \"nobody\"))"
  (scim-api--call
   scim-protocol-resource-me
   (scim-api--params nil tenant
                     :attributes (scim-api--names attributes)
                     :excludedAttributes (scim-api--names excluded-attributes))
   #'scim-api--resource root callback errback))

;;;###autoload
(cl-defun scim-create (type resource &key tenant root attributes
                            excluded-attributes validation callback errback)
  "Create RESOURCE, an alist, of TYPE; return it as the server made it.
TYPE is as in `scim-list'.  When the server answers without a body, all
that is known is returned: an alist with meta.location.

The Commentary of scim-api.el explains TENANT, ROOT, ATTRIBUTES,
EXCLUDED-ATTRIBUTES, VALIDATION, CALLBACK and ERRBACK.

  (condition-case err
      (scim-create
       \\='User
       \\='((schemas . [\"urn:ietf:params:scim:schemas:core:2.0:User\"])
         (userName . \"bjensen\")
         (active . :false)))
    (scim-conflict (message \"Taken: %s\" (scim-error-get err :detail)))
    (scim-invalid-payload (message \"Not sent: %s\" (cadr err))))"
  (scim-api--call
   scim-protocol-resource-create
   (scim-api--params type tenant
                     :resource (scim-api--payload resource)
                     :attributes (scim-api--names attributes)
                     :excludedAttributes (scim-api--names excluded-attributes)
                     :validation (scim-api--name validation))
   #'scim-api--resource root callback errback))

;;;###autoload
(cl-defun scim-replace (type id resource &key (if-match t) tenant root
                             attributes excluded-attributes validation
                             callback errback)
  "Replace the resource of TYPE with ID by RESOURCE, an alist.
Return it as the server has it now, or nil when the server does not
show it.  TYPE is as in `scim-list'.

So that nobody's change is overwritten, the ETag that RESOURCE was read
with is sent as If-Match, when there is one (see `scim-etag').  IF-MATCH
is another ETag to send, or nil to replace in any case.

The Commentary of scim-api.el explains TENANT, ROOT, ATTRIBUTES,
EXCLUDED-ATTRIBUTES, VALIDATION, CALLBACK and ERRBACK.

  (let ((user (scim-get \\='User \"2819c223\")))
    (condition-case nil
        (scim-replace \\='User \"2819c223\"
                      (scim-attribute-set user \\='title \"Tour Guide\"))
      (scim-precondition-failed (message \"Changed meanwhile\"))))"
  (scim-api--call
   scim-protocol-resource-replace
   (scim-api--params type tenant
                     :id (scim-api--id id)
                     :resource (scim-api--payload resource)
                     :ifMatch (scim-api--if-match if-match resource)
                     :attributes (scim-api--names attributes)
                     :excludedAttributes (scim-api--names excluded-attributes)
                     :validation (scim-api--name validation))
   #'scim-api--resource root callback errback))

;;;###autoload
(cl-defun scim-patch (type id operations &key (if-match t) tenant root
                           attributes excluded-attributes validation
                           callback errback)
  "Apply OPERATIONS to the resource of TYPE with ID.
Return it as the server has it now, or nil when the server does not
show it.  TYPE is as in `scim-list'.

Each of OPERATIONS is a list (OP PATH VALUE) or an alist.  OP is `add',
`replace' or `remove'; PATH is a SCIM path, a symbol or string, or nil
for the resource itself; an operation without a value has no VALUE.

ID may be the resource itself, an alist; then its ETag is sent as
If-Match, when there is one (see `scim-etag').  IF-MATCH is another
ETag to send, or nil to send none.

The Commentary of scim-api.el explains TENANT, ROOT, ATTRIBUTES,
EXCLUDED-ATTRIBUTES, VALIDATION, CALLBACK and ERRBACK.

  (condition-case err
      (scim-patch \\='User \"2819c223\"
                  \\='((replace active :false)
                    (remove \"emails[type eq \\\"home\\\"]\")
                    (add nil ((title . \"Tour Guide\")))))
    (scim-bad-request (message \"%s\" (scim-error-get err :scimType))))"
  (scim-api--call
   scim-protocol-resource-patch
   (scim-api--params type tenant
                     :id (scim-api--id id)
                     :operations (scim-api--payload
                                  (vconcat (mapcar #'scim-api--operation
                                                   operations)))
                     :ifMatch (scim-api--if-match if-match id)
                     :attributes (scim-api--names attributes)
                     :excludedAttributes (scim-api--names excluded-attributes)
                     :validation (scim-api--name validation))
   #'scim-api--resource root callback errback))

;;;###autoload
(cl-defun scim-delete (type id &key (if-match t) tenant root callback errback)
  "Delete the resource of TYPE with ID; return t.
TYPE is as in `scim-list'.  ID may be the resource itself, an alist;
then its ETag is sent as If-Match, when there is one (see `scim-etag').
IF-MATCH is another ETag to send, or nil to send none.

The Commentary of scim-api.el explains TENANT, ROOT, CALLBACK and
ERRBACK.

  (condition-case nil
      (scim-delete \\='User \"2819c223\")
    (scim-not-found nil))"
  (scim-api--call
   scim-protocol-resource-delete
   (scim-api--params type tenant
                     :id (scim-api--id id)
                     :ifMatch (scim-api--if-match if-match id))
   #'always root callback errback))

;;;; What else scripts need

(defun scim-filter (format &rest values)
  "Return the filter FORMAT in which each %s is one of VALUES.
A value is a string, a number, t, :false or :null, and is written the
way a filter wants it: quoted and escaped, so that nothing in it can
change the meaning of the filter.  %% is a percent sign.

  (scim-filter \"userName eq %s and active eq %s\" \"5\\\" disk\" t)
    => \"userName eq \\\"5\\\\\\\" disk\\\" and active eq true\""
  (apply #'format format (mapcar #'scim-filter-quote values)))

(defun scim-filter-quote (value)
  "Return VALUE as a comparison value of a filter, a string.
VALUE is a string, a number, t, :false or :null.  RFC 7644 section
3.4.2.2: a comparison value is written as in JSON."
  (unless (or (stringp value) (numberp value) (memq value '(t :false :null)))
    (signal 'wrong-type-argument
            (list '(or stringp numberp t :false :null) value)))
  (scim-json-encode value))

(provide 'scim-api)
;;; scim-api.el ends here
