;;; scim-api-members.el --- Members of groups from Lisp -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The members of a group and the groups of a user, however many: they are
;; read whole, and added and removed in as many requests as the service
;; wants, which is then looked at.  The conventions are those of
;; scim-api.el.

;;; Code:

(require 'cl-lib)
(require 'scim-api)
(require 'scim-api-call)

(defconst scim-api-members--page 20000
  "How many members are asked for at once.")

;;;; Reading

;;;###autoload
(cl-defun scim-members (group &key (type 'Group) attribute names tenant root
                              callback errback)
  "Return the members of GROUP, an id or a resource, as a `scim-listing'.
Its resources are alists with id, name and type, which may be empty
strings when the service does not tell them; with NAMES, those are
looked up, which takes requests.  TYPE is the type of GROUP, and
ATTRIBUTE what holds references there, by default the members.

The Commentary of scim-api.el explains TENANT, ROOT, CALLBACK and
ERRBACK.

  (mapcar (lambda (member) (scim-attribute member \\='name))
          (scim-listing-all (scim-members group :names t)))"
  (scim-api-members--list
   (scim-api--params type tenant :id (scim-api--id group)
                     :attribute (scim-api--name attribute))
   names root callback errback))

;;;###autoload
(cl-defun scim-memberships (resource &key (type 'User) tenant root
                                     callback errback)
  "Return the groups that RESOURCE is a member of, as a `scim-listing'.
RESOURCE is an id or a resource of TYPE.  The resources of the listing
are alists with id, name and type.

The Commentary of scim-api.el explains TENANT, ROOT, CALLBACK and
ERRBACK.

  (scim-listing-all (scim-memberships user))"
  (scim-api-members--list
   (scim-api--params type tenant :id (scim-api--id resource) :inverse t)
   nil root callback errback))

(defun scim-api-members--list (of names root callback errback)
  "Return the references OF a resource as a `scim-listing'.
NAMES, ROOT, CALLBACK and ERRBACK are as in `scim-members'."
  (scim-api--run
   (scim-api--step
    scim-protocol-members-read (append of (list :refresh t))
    (lambda (answer)
      (let ((rows (scim-api-members--rows of answer 0 nil)))
        (if names
            (scim-api--step scim-protocol-members-names
                            (append of (list :ids [])) (lambda (_) rows))
          rows))))
   root callback errback))

(defun scim-api-members--rows (of read from lines)
  "Return the step to get the rows of the list OF, beginning with FROM.
READ is what reading the list was answered with, LINES what came."
  (scim-api--step
   scim-protocol-members-rows
   (append of (list :from from :count scim-api-members--page :added []))
   (lambda (answer)
     (scim-rpc-text (plist-get answer :ids))
     (let ((lines (nconc lines (scim-api--lines
                                (scim-rpc-text (plist-get answer :text)))))
           (next (plist-get answer :next)))
       (if next
           (scim-api-members--rows of read next lines)
         (scim-api-members--listing read lines))))))

(defun scim-api-members--listing (read lines)
  "Return the `scim-listing' of LINES, the rows of a list.
READ is what reading the list was answered with."
  (let ((complete (eq (plist-get read :complete) t))
        (notes (append (plist-get read :notes) nil)))
    (scim-listing--make
     :resources (mapcar (pcase-lambda (`(,_mark ,name ,type ,id))
                          `((id . ,id) (name . ,name) (type . ,type)))
                        lines)
     :completeness (if complete 'complete 'unknown)
     :reason (unless complete
               (or (car notes) "the service does not show all of them"))
     :total (plist-get read :total)
     :warnings notes)))

;;;; Changing

;;;###autoload
(cl-defun scim-add-members (group members &key (type 'Group) attribute tenant
                                  root callback errback)
  "Add MEMBERS to GROUP, in as many requests as the service wants.
GROUP is an id or a resource of TYPE, MEMBERS a list of the same.  Who
is a member already is left alone.  The members are read again at the
end, as an answer proves nothing.

Return an alist with added and removed (ids), requests (a number) and
summary (a sentence).  Signal `scim-partial-error' when not all of it is
done; `scim-error-outcomes' then gives an alist with id and outcome
\(`done' or `left') for each of MEMBERS.  ATTRIBUTE is as in
`scim-members'.

The Commentary of scim-api.el explains TENANT, ROOT, CALLBACK and
ERRBACK.

  (scim-add-members group (list user \"2819c223\"))"
  (scim-api-members--change
   (scim-api--params type tenant :id (scim-api--id group)
                     :attribute (scim-api--name attribute))
   (mapcar #'scim-api--id members) nil root callback errback))

;;;###autoload
(cl-defun scim-remove-members (group members &key (type 'Group) attribute tenant
                                     root callback errback)
  "Remove MEMBERS from GROUP; everything else is as in `scim-add-members'.
That is so for TYPE and ATTRIBUTE, too, and for what is returned.

The Commentary of scim-api.el explains TENANT, ROOT, CALLBACK and
ERRBACK.

  (scim-remove-members group (list user))"
  (scim-api-members--change
   (scim-api--params type tenant :id (scim-api--id group)
                     :attribute (scim-api--name attribute))
   nil (mapcar #'scim-api--id members) root callback errback))

(defun scim-api-members--change (of added removed root callback errback)
  "Have ids ADDED to and REMOVED from the members OF a resource.
ROOT, CALLBACK and ERRBACK are as in `scim-add-members'."
  (let ((dry scim-rpc-dry-run))
    (scim-api--run
     (scim-api--step
      ;; What others did meanwhile is to be known.
      scim-protocol-members-read (append of (list :refresh t))
      (lambda (_)
        (scim-api--step
         scim-protocol-members-apply
         (append of (list :added (vconcat added) :removed (vconcat removed)))
         (lambda (answer)
           (scim-api-members--changed answer added removed dry)))))
     root callback errback)))

(defun scim-api-members--changed (answer added removed dry)
  "Return what came of ids ADDED and REMOVED by ANSWER, the bridge's.
In a dry run, that is DRY, all of it is taken for done."
  (let* ((report (scim-rpc-text (plist-get answer :report)))
         (left (and (not dry)
                    (append (plist-get (plist-get answer :left) :added)
                            (plist-get (plist-get answer :left) :removed) nil)))
         (summary (plist-get answer :summary))
         (view (plist-get answer :error)))
    (cond
     ((not left)
      `((added . ,added) (removed . ,removed)
        (requests . ,(plist-get answer :requests)) (summary . ,summary)))
     ;; Nothing was done at all, and it is known why.
     ((and view (= (length left) (+ (length added) (length removed))))
      (scim-error-signal (scim-error-from-view view)))
     (t
      (scim-api--fail
       'scim-partial-error "members.partial"
       (string-join (delq nil (list summary (plist-get view :message)
                                    (string-trim report)))
                    "\n")
       scim-protocol-exit-partly-applied
       (mapcar (lambda (id)
                 `((id . ,id) (outcome . ,(if (member id left) 'left 'done))))
               (append added removed)))))))

(provide 'scim-api-members)
;;; scim-api-members.el ends here
