;;; scim-api-compare.el --- Comparing, merging and previewing from Lisp -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Two resources, two tenants and three versions: what differs, and what
;; they come to together.  `scim-update-preview' is what `scim-update'
;; would send.  The conventions are those of scim-api.el.

;;; Code:

(require 'cl-lib)
(require 'scim-api)
(require 'scim-api-call)
(require 'scim-api-dry)
(require 'scim-update)

(define-error 'scim-merge-error "SCIM versions contradict each other"
  'scim-error)

;;;; Comparing

;;;###autoload
(cl-defun scim-compare (type a b &key other-tenant server-set tenant root
                             callback errback)
  "Return how the resources A and B of TYPE differ.
They are ids or resources; B is one of OTHER-TENANT, if that is given.
What the service alone sets (id, meta) is left out without SERVER-SET.

Return an alist with differing (paths of attributes, nil when nothing
differs), diff (a unified diff), a and b (the texts that it is of).

The Commentary of scim-api.el explains TENANT, ROOT, CALLBACK and
ERRBACK; TYPE is as in `scim-list'.

  (scim-attribute (scim-compare \\='User user other) \\='differing)"
  (scim-api--call
   scim-protocol-compare-resources
   (list :type (scim-api--name type)
         :a (scim-api--params nil tenant :id (scim-api--id a))
         :b (scim-api--params nil (or other-tenant tenant) :id (scim-api--id b))
         :hideServerSet (if server-set :json-false t))
   (lambda (answer)
     `((differing . ,(append (plist-get answer :differing) nil))
       (diff . ,(scim-rpc-text (plist-get answer :diff)))
       (a . ,(scim-rpc-text (plist-get (plist-get answer :a) :text)))
       (b . ,(scim-rpc-text (plist-get (plist-get answer :b) :text)))))
   root callback errback))

;;;###autoload
(cl-defun scim-compare-lists (type tenant-a tenant-b match &key attributes root
                                   callback errback)
  "Compare the resources of TYPE of TENANT-A and TENANT-B.
They are matched by MATCH, an attribute with one value.  ATTRIBUTES are
those to compare; by default, all that a client can set, but for
references, whose ids differ anyway.

Return an alist with counts (an alist: same, differing, onlyA, onlyB,
unknown, duplicates, unmatched), summary, warnings, and rows: an alist
with key, kind (`differing', `onlyA', `onlyB', `unknown', `duplicate' or
`unmatched'), detail, a and b (ids) for each resource that is not the
same.  `unknown' is what only one side has, while nobody knows whether
the list of the other is complete.

The Commentary of scim-api.el explains ROOT, CALLBACK and ERRBACK;
TYPE is as in `scim-list'.

  (dolist (row (scim-attribute
                (scim-compare-lists \\='User \"staging\" \"prod\" \\='userName)
                \\='rows))
    (message \"%s %s\" (scim-attribute row \\='kind)
             (scim-attribute row \\='key)))"
  (scim-api--call
   scim-protocol-compare-tenants
   (append (list :type (scim-api--name type) :a tenant-a :b tenant-b
                 :match (scim-api--name match))
           (and attributes (list :attributes (scim-api--names attributes))))
   #'scim-api-compare--lists root callback errback))

(defun scim-api-compare--lists (answer)
  "Return ANSWER, the bridge's, about two tenants, as an alist."
  `((summary . ,(plist-get answer :summary))
    (counts . ,(scim-api--record (plist-get answer :counts)))
    (warnings . ,(append (plist-get answer :warnings) nil))
    (rows . ,(cl-mapcar
              (lambda (pair cells)
                (append (scim-api--record pair 'kind)
                        `((detail . ,(nth 2 cells)))))
              (append (plist-get answer :pairs) nil)
              (scim-api--lines (scim-rpc-text (plist-get answer :rows)))))))

;;;; Merging

;;;###autoload
(cl-defun scim-merge (type base mine theirs &key on-conflict tenant root
                           callback errback)
  "Return MINE and THEIRS, both made from BASE, as one resource of TYPE.
All are alists.  Changes of different attributes, sub-attributes and
values go together; what the service alone sets is theirs.  The result
has the ETag of THEIRS, so that `scim-update' will do.

What both changed, each in its own way, is a conflict: ON-CONFLICT says
whose value is taken, `mine' or `theirs'.  Without it, signal a
`scim-merge-error'; `scim-error-outcomes' then gives alists with path,
base, mine and theirs.

The Commentary of scim-api.el explains TENANT, ROOT, CALLBACK and
ERRBACK.

  (let ((theirs (scim-get \\='User (scim-attribute mine \\='id))))
    (scim-update \\='User (scim-merge \\='User base mine theirs)))"
  (let ((ours (if (eq on-conflict 'theirs) theirs mine))
        (others (if (eq on-conflict 'theirs) mine theirs)))
    (scim-api--call
     scim-protocol-resource-merge
     (scim-api--params type tenant
                       :base (scim-api--payload base)
                       :mine (scim-api--payload ours)
                       :theirs (scim-api--payload others))
     (lambda (answer)
       (let ((conflicts (append (plist-get answer :conflicts) nil))
             (merged (scim-json-parse
                      (scim-rpc-text (plist-get answer :text)))))
         (when (and conflicts (not on-conflict))
           (scim-api-compare--conflict conflicts))
         (scim-api-compare--stamp merged theirs)))
     root callback errback)))

(defun scim-api-compare--conflict (conflicts)
  "Signal a `scim-merge-error' for CONFLICTS, those of the bridge."
  (scim-api--fail
   'scim-merge-error "merge.conflict"
   (format "Both versions change %s"
           (mapconcat (lambda (conflict) (plist-get conflict :path))
                      conflicts ", "))
   scim-protocol-exit-failed
   (mapcar (lambda (conflict)
             (cons (cons 'path (plist-get conflict :path))
                   (mapcar (lambda (side)
                             (cons (car side)
                                   (scim-api-compare--value
                                    (plist-get conflict (cdr side)))))
                           '((base . :base) (mine . :mine)
                             (theirs . :theirs)))))
           conflicts)))

(defun scim-api-compare--value (text)
  "Return the value of a conflict that is TEXT, nil when there is none."
  (and (not (string-empty-p text))
       (condition-case nil
           (scim-json-parse text)
         (scim-json-error text))))

(defun scim-api-compare--stamp (merged theirs)
  "Give MERGED the id, meta and ETag of THEIRS; return it."
  (let ((etag (scim-etag theirs)))
    (dolist (name '(id meta))
      (when-let ((value (scim-attribute theirs name)))
        (setq merged (scim-attribute-set merged name value))))
    (when etag
      (scim-api--remember-etag merged etag))
    merged))

;;;; Before an update

;;;###autoload
(cl-defun scim-update-preview (type resource &key (if-match t) tenant root
                                    validation callback errback)
  "Return what `scim-update' would send for RESOURCE of TYPE; send nothing.
It is a list of alists with method, url, headers (an alist of strings)
and body (text, without secrets), nil when nothing differs.  Conditions
are those that `scim-update' would signal before it sends anything.

IF-MATCH and VALIDATION are as in `scim-update'.  The Commentary of
scim-api.el explains TENANT, ROOT, CALLBACK and ERRBACK.

  (scim-update-preview \\='User (scim-attribute-set user \\='title \"Guide\"))"
  (let* ((name (scim-rpc-new-action "preview"))
         (scim-rpc-dry-run name))
    (scim-api--run
     (scim-api--step
      scim-protocol-resource-update
      (scim-update--params type resource if-match tenant validation)
      (lambda (answer)
        (when (plist-get answer :resource)
          (scim-rpc-text (plist-get answer :resource)))
        (scim-api-dry--take name)))
     root callback errback)))

(provide 'scim-api-compare)
;;; scim-api-compare.el ends here
