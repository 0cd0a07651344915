;;; scim-api-service.el --- Services, tenants and traffic from Lisp -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; What there is: resources by name (`scim-find'), what a service has,
;; says and does (`scim-schema', `scim-service', `scim-observe'), the
;; tenants of the workspace and what is wrong with them, and what was sent.
;; The conventions are those of scim-api.el.

;;; Code:

(require 'cl-lib)
(require 'scim-api)
(require 'scim-api-call)
(require 'scim-client)

(define-error 'scim-ambiguous-name "Several SCIM resources have this name"
  'scim-error)

;;;; By name

;;;###autoload
(cl-defun scim-find (text &key type limit exact tenant root callback errback)
  "Return the resources that people call TEXT, as a `scim-listing'.
Its resources are alists with type, id, name and detail, the best first:
those called exactly so, those whose name begins so, and those that have
TEXT inside a name, a mail address or as id.

TYPE is a resource type, a list of them, or nil for all of the service.
LIMIT is 50 unless given.  With EXACT, only what is called exactly so
\(in any case of letters) is found.  The listing is `complete' when the
service was able to tell that there are no others.

The Commentary of scim-api.el explains TENANT, ROOT, CALLBACK and
ERRBACK.

  (scim-attribute (car (scim-listing-resources (scim-find \"jensen\"))) \\='id)"
  (scim-api--call
   scim-protocol-lookup-find
   (append (scim-api--params nil tenant :text text :limit limit :fresh t
                             :exact (if exact t :json-false))
           (list :types (or (scim-api--names type) [])))
   (lambda (answer)
     (scim-listing--make
      :resources (scim-api--record (plist-get answer :found))
      :completeness (if (eq (plist-get answer :complete) t) 'complete 'unknown)
      :reason (unless (eq (plist-get answer :complete) t)
                "the service cannot tell whether there are others")))
   root callback errback))

;;;###autoload
(cl-defun scim-find-one (text &key type tenant root callback errback)
  "Return the one resource that is called exactly TEXT: type, id, name, detail.
Signal `scim-not-found' when there is none, `scim-ambiguous-name' when
there are several (`scim-error-outcomes' gives them), and
`scim-incomplete-list' when the service cannot tell that there is none.

TYPE is as in `scim-find'.  The Commentary of scim-api.el explains
TENANT, ROOT, CALLBACK and ERRBACK.

  (scim-attribute (scim-find-one \"bjensen@example.com\" :type \\='User) \\='id)"
  (scim-api--call
   scim-protocol-lookup-find
   (append (scim-api--params nil tenant :text text :exact t :fresh t)
           (list :types (or (scim-api--names type) [])))
   (lambda (answer)
     (let ((found (scim-api--record (plist-get answer :found))))
       (cond ((and found (not (cdr found))) (car found))
             (found
              (scim-api--fail 'scim-ambiguous-name "name.ambiguous"
                              (format "%d resources are called \"%s\""
                                      (length found) text)
                              scim-protocol-exit-failed found))
             ((eq (plist-get answer :complete) t)
              (scim-api--fail 'scim-not-found "name.notFound"
                              (format "No resource is called \"%s\"" text)
                              scim-protocol-exit-failed))
             (t (scim-api--fail
                 'scim-incomplete-list "list.incomplete"
                 (format "The service cannot tell whether something is called \"%s\""
                         text)
                 scim-protocol-exit-failed)))))
   root callback errback))

;;;; What a service is

;;;###autoload
(cl-defun scim-resource-types (&key tenant root callback errback)
  "Return the resource types of the service: alists.
They have name, endpoint, description, schema and schemaExtensions.

The Commentary of scim-api.el explains TENANT, ROOT, CALLBACK and
ERRBACK.

  (mapcar (lambda (type) (scim-attribute type \\='name))
          (scim-resource-types))
    => (\"User\" \"Group\")"
  (scim-api-service--data
   nil tenant (lambda (data) (append (scim-attribute data 'resourceTypes) nil))
   root callback errback))

;;;###autoload
(cl-defun scim-service (&key tenant root callback errback)
  "Return what the service declares: its ServiceProviderConfig, an alist.
It is nil when the service has none.  What it does in truth is another
matter; see `scim-observe'.

The Commentary of scim-api.el explains TENANT, ROOT, CALLBACK and
ERRBACK.

  (scim-attribute (scim-service) \\='patch \\='supported)
    => t"
  (scim-api-service--data
   nil tenant (lambda (data) (scim-attribute data 'serviceProviderConfig))
   root callback errback))

;;;###autoload
(cl-defun scim-schema (name &key tenant root callback errback)
  "Return the schema NAME of the service, an alist.
NAME is a resource type, whose core schema is meant, or a URN.  The
schema has id, name, description and attributes, a vector as RFC 7643
section 7 describes it; what the service leaves out has the value that
the RFC says.

The Commentary of scim-api.el explains TENANT, ROOT, CALLBACK and
ERRBACK.

  (seq-find (lambda (attribute)
              (equal (scim-attribute attribute \\='name) \"userName\"))
            (scim-attribute (scim-schema \\='User) \\='attributes))"
  (scim-api-service--data (scim-api--name name) tenant #'identity
                          root callback errback))

(defun scim-api-service--data (name tenant convert root callback errback)
  "Return the schema NAME, or the service, of TENANT, as CONVERT has it.
ROOT, CALLBACK and ERRBACK are as in `scim-api--call'."
  (scim-api--call
   scim-protocol-schema-data
   (scim-api--params nil tenant :name name)
   (lambda (answer)
     (funcall convert (scim-json-parse
                       (scim-rpc-text (plist-get answer :text)))))
   root callback errback))

;;;###autoload
(cl-defun scim-observe (&key tenant root callback errback)
  "Find out what the service does, by requests that change nothing.
Return an alist for each feature, with feature, declared (t, nil, or
`unknown' when it declares nothing), observed (`works', `ignored',
`refused', `unclear' or `untried') and evidence.

The Commentary of scim-api.el explains TENANT, ROOT, CALLBACK and
ERRBACK.

  (seq-filter (lambda (seen)
                (eq (scim-attribute seen \\='observed) \\='ignored))
              (scim-observe))"
  (scim-api--call
   scim-protocol-schema-observe (scim-api--params nil tenant)
   (lambda (answer)
     (mapcar (lambda (seen)
               (scim-api--record
                (if (plist-get seen :declared)
                    seen
                  (plist-put seen :declared 'unknown))
                'observed))
             (plist-get answer :observations)))
   root callback errback))

;;;###autoload
(cl-defun scim-deviations (&key tenant root callback errback)
  "Return where answers have deviated from the service's own schemas so far.
It is an alist for each rule that was broken, with type, path, message,
rule, count and example, the most frequent first.  Nothing is sent.

The Commentary of scim-api.el explains TENANT, ROOT, CALLBACK and
ERRBACK.

  (scim-list \\='User)
  (mapcar (lambda (deviation) (scim-attribute deviation \\='message))
          (scim-deviations))"
  (scim-api--call
   scim-protocol-deviations (scim-api--params nil tenant)
   (lambda (answer) (scim-api--record (plist-get answer :deviations)))
   root callback errback))

;;;; The workspace

;;;###autoload
(cl-defun scim-tenants (&key root callback errback)
  "Return the tenants of the workspace, alists; nothing is connected to.
They have name, vendor, baseUrl, auth, production, readOnly, confirm,
default (t for the one that is meant when none is named), mock (the name
of the mock server that stands in for it) and problems.

The Commentary of scim-api.el explains ROOT, CALLBACK and ERRBACK.

  (seq-remove (lambda (tenant) (scim-attribute tenant \\='production))
              (scim-tenants))"
  (scim-api--call
   scim-protocol-tenants nil
   (lambda (answer)
     (mapcar (lambda (tenant)
               (append (scim-api--record tenant 'confirm)
                       (list (cons 'default
                                   (equal (plist-get tenant :name)
                                          (plist-get answer
                                                     :defaultTenant))))))
             (plist-get answer :tenants)))
   root callback errback))

;;;###autoload
(cl-defun scim-doctor-run (&key tenants write-check root callback errback)
  "Check TENANTS, a list of names, or all, as \\[scim-doctor] does.
Return the findings, alists with id, status (`ok', `warning', `error' or
`skipped'), title, message, why, fix, tenant, variable and file.  That
something is wrong is no condition here.  With WRITE-CHECK, create,
change and delete a throwaway user.

The Commentary of scim-api.el explains ROOT, CALLBACK and ERRBACK.

  (seq-filter (lambda (finding)
                (eq (scim-attribute finding \\='status) \\='error))
              (scim-doctor-run :tenants \\='(\"staging\")))"
  (scim-api--call
   scim-protocol-doctor
   (append (and tenants (list :tenants (scim-api--names tenants)))
           (list :writeCheck (if write-check t :json-false)
                 :client (scim-client-versions)))
   (lambda (answer)
     (scim-rpc-text (plist-get answer :report))
     (scim-api--record (plist-get answer :findings) 'status))
   root callback errback))

;;;; Traffic

;;;###autoload
(cl-defun scim-history (&key tenant root callback errback)
  "Return the latest exchanges of this workspace's bridge, the oldest first.
They are alists with method, url, status, seconds, started (a string),
request and response (the bodies as text, or nil), without secrets.
With TENANT, only those of it.

The Commentary of scim-api.el explains ROOT, CALLBACK and ERRBACK.

  (mapcar (lambda (sent) (scim-attribute sent \\='status)) (scim-history))"
  (scim-api--call
   scim-protocol-trace-har (and tenant (list :tenant tenant))
   (lambda (answer)
     (mapcar #'scim-api-service--exchange
             (scim-attribute (scim-json-parse
                              (scim-rpc-text (plist-get answer :har)))
                             'log 'entries)))
   root callback errback))

(defun scim-api-service--exchange (entry)
  "Return ENTRY, one of an HTTP archive, as a shorter alist."
  (let ((status (scim-attribute entry 'response 'status)))
    `((method . ,(scim-attribute entry 'request 'method))
      (url . ,(scim-attribute entry 'request 'url))
      (status . ,(and (numberp status) (> status 0) status))
      (seconds . ,(/ (scim-attribute entry 'time) 1000.0))
      (started . ,(scim-attribute entry 'startedDateTime))
      (request . ,(scim-attribute entry 'request 'postData 'text))
      (response . ,(scim-attribute entry 'response 'content 'text)))))

;;;###autoload
(cl-defun scim-save-har (file &key tenant root callback errback)
  "Write the latest exchanges to FILE as an HTTP archive, without secrets.
Return how many there are.  With TENANT, only those of it.

The Commentary of scim-api.el explains ROOT, CALLBACK and ERRBACK.

  (scim-save-har \"run.har\")"
  (let ((path (expand-file-name file)))
    (scim-api--call
     scim-protocol-trace-har (and tenant (list :tenant tenant))
     (lambda (answer)
       (scim-rpc-save-text (plist-get answer :har) path)
       (plist-get answer :exchanges))
     root callback errback)))

(provide 'scim-api-service)
;;; scim-api-service.el ends here
