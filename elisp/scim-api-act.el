;;; scim-api-act.el --- One change to many resources from Lisp -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; One change to many resources: `scim-action-plan' says what it would
;; send, `scim-action-plan-run' sends it, and `scim-act' does both.  What
;; became of each resource is told; that not all of it was done is a
;; `scim-partial-error'.  The conventions are those of scim-api.el.

;;; Code:

(require 'cl-lib)
(require 'scim-api-call)

(cl-defstruct (scim-action-plan (:constructor scim-action-plan--make)
                                (:copier nil))
  "What one change to many resources would send; it is run once."
  (tenant nil :documentation "Name of the tenant.")
  (title nil :documentation "What it does: \"deactivate 37 users (staging)\".")
  (count nil :documentation "How many resources it changes.")
  (requests nil :documentation "How many requests it sends.")
  (unchanged nil :documentation "How many are already as they shall be.")
  (skipped nil :documentation "How many must not or cannot be changed.")
  (summary nil :documentation "These numbers in words.")
  (warnings nil :documentation "What deserves attention, strings.")
  (items nil :documentation "An alist for each resource.")
  (id nil :documentation "How the bridge calls it.")
  (root nil :documentation "The workspace whose bridge has it."))

(defconst scim-api-act--fine '(done unchanged)
  "Outcomes of resources that are as they shall be.")

;;;; Plans

;;;###autoload
(cl-defun scim-action-plan (type change resources &key single tenant root
                                 callback errback)
  "Return what CHANGE to RESOURCES of TYPE would send, a `scim-action-plan'.
RESOURCES is a list of ids or resources.  They are read, but nothing is
written before `scim-action-plan-run'.  CHANGE is one of these:

  `activate', `deactivate', `delete'
  (add-to-groups GROUP...)       GROUP is an id or a resource
  (remove-from-groups GROUP...)
  (add PATH VALUE), (replace PATH VALUE), (remove PATH)
  (patch OPERATIONS)             as `scim-patch' has them

With SINGLE, one member is added by each request, so that one that is
refused takes no others with it.  The items of the plan are alists with
id, name, request (in short), outcome and detail; outcome is `planned',
`unchanged' or `skipped'.

The Commentary of scim-api.el explains TENANT, ROOT, CALLBACK and
ERRBACK; TYPE is as in `scim-list'.

  (scim-action-plan-requests
   (scim-action-plan \\='User \\='deactivate (list user)))"
  (let ((workspace (scim-api--root root)))
    (scim-api--call
     scim-protocol-action-plan
     (scim-api-act--params type change resources single tenant)
     (lambda (answer) (scim-api-act--plan answer workspace))
     root callback errback)))

(defun scim-api-act--params (type change resources single tenant)
  "Return the parameters of a plan of CHANGE to RESOURCES of TYPE of TENANT.
SINGLE is as in `scim-action-plan'."
  (append (scim-api--params type tenant
                            :change (scim-api-act--change change)
                            :single (and single t))
          (list :ids (vconcat (mapcar #'scim-api--id resources)))))

(defun scim-api-act--change (change)
  "Return CHANGE, as `scim-action-plan' has it, as the protocol has it."
  (pcase change
    ((or 'activate 'deactivate 'delete)
     (list :kind (symbol-name change)))
    (`(add-to-groups . ,groups)
     (list :kind "addToGroups" :groups (vconcat (mapcar #'scim-api--id groups))))
    (`(remove-from-groups . ,groups)
     (list :kind "removeFromGroups"
           :groups (vconcat (mapcar #'scim-api--id groups))))
    (`(patch ,operations)
     (list :kind "patch"
           :operations (scim-api--payload
                        (vconcat (mapcar #'scim-api--operation operations)))))
    (`(,(and op (or 'add 'replace 'remove)) ,path . ,value)
     (append (list :kind "edit" :op (symbol-name op)
                   :path (scim-api--name path))
             (and value
                  (list :value (if (stringp (car value))
                                   (car value)
                                 (scim-json-encode (car value)))))))
    (_ (signal 'wrong-type-argument (list 'scim-change change)))))

(defun scim-api-act--plan (answer root)
  "Return the plan in ANSWER, that of the bridge of ROOT."
  (scim-api-act--measure
   (scim-action-plan--make
    :root root
    :id (plist-get answer :plan)
    :tenant (plist-get answer :tenant)
    :warnings (append (plist-get answer :warnings) nil)
    :items (cl-mapcar #'scim-api-act--item
                      (append (plist-get answer :ids) nil)
                      (append (plist-get answer :outcomes) nil)
                      (scim-api--lines
                       (scim-rpc-text (plist-get answer :rows)))))
   answer))

(defun scim-api-act--item (id outcome cells)
  "Return the item ID, which stands at OUTCOME and has CELLS in the table."
  `((id . ,id) (name . ,(nth 0 cells)) (request . ,(nth 1 cells))
    (outcome . ,(intern outcome)) (detail . ,(nth 2 cells))))

(defun scim-api-act--measure (plan answer)
  "Set the size of PLAN to that in ANSWER, the bridge's; return PLAN."
  (setf (scim-action-plan-title plan) (plist-get answer :title)
        (scim-action-plan-count plan) (plist-get answer :count)
        (scim-action-plan-requests plan) (plist-get answer :requests)
        (scim-action-plan-unchanged plan) (plist-get answer :unchanged)
        (scim-action-plan-skipped plan) (plist-get answer :skipped)
        (scim-action-plan-summary plan) (plist-get answer :summary))
  plan)

(cl-defun scim-action-plan-text (plan resource &key callback errback)
  "Return the requests of PLAN that change RESOURCE, as text without secrets.
RESOURCE is an id or a resource.  After the run, the text says what
became of them, too.

The Commentary of scim-api.el explains CALLBACK and ERRBACK.

  (scim-action-plan-text (scim-action-plan \\='User \\='delete (list user)) user)"
  (scim-api--call
   scim-protocol-action-request
   (list :plan (scim-action-plan-id plan) :id (scim-api--id resource))
   (lambda (answer) (scim-rpc-text (plist-get answer :text)))
   (scim-action-plan-root plan) callback errback))

(cl-defun scim-action-plan-exclude (plan resources &key callback errback)
  "Take RESOURCES, ids or resources, out of PLAN; return PLAN.

The Commentary of scim-api.el explains CALLBACK and ERRBACK.

  (let ((plan (scim-action-plan \\='User \\='delete users)))
    (scim-action-plan-exclude plan (list (car users)))
    (scim-action-plan-count plan))"
  (let ((ids (mapcar #'scim-api--id resources)))
    (scim-api--call
     scim-protocol-action-exclude
     (list :plan (scim-action-plan-id plan) :ids (vconcat ids))
     (lambda (answer)
       (setf (scim-action-plan-items plan)
             (seq-remove (lambda (item)
                           (member (scim-attribute item 'id) ids))
                         (scim-action-plan-items plan)))
       (scim-api-act--measure plan answer))
     (scim-action-plan-root plan) callback errback)))

(cl-defun scim-action-plan-forget (plan &key callback errback)
  "Have the bridge let go of PLAN; return t.
That is only to be done for a plan that is not run, and many of them.

The Commentary of scim-api.el explains CALLBACK and ERRBACK.

  (scim-action-plan-forget (scim-action-plan \\='User \\='delete (list user)))"
  (scim-api--call scim-protocol-action-forget
                  (list :plan (scim-action-plan-id plan)) #'always
                  (scim-action-plan-root plan) callback errback))

;;;; Running

(defvar scim-api-act--runs nil
  "What runs: a list of (PLAN OUTCOMES NEWS ON-ITEM).
OUTCOMES is a hash table of items by id, and NEWS are items that ON-ITEM
was not called with yet, the latest first.")

(cl-defun scim-action-plan-run (plan &key on-item on-error callback errback)
  "Carry out PLAN; return its items with what became of each.
Their outcomes are `done', `unchanged', `skipped' (it must not or cannot
be changed), `failed', `conflict' (somebody else has changed it since
the plan was made), `ambiguous' (nobody knows; the answer was lost) or
`stopped'; detail says why.

ON-ITEM is called with each item of a resource that was changed, or was
to be, while it runs.  When resources are not as they shall be at the
end, ON-ERROR is called with the item of each; without it, signal a
`scim-partial-error', whose `scim-error-outcomes' are all items.

Quitting, or `scim-cancel', stops the run: nothing more is sent.  The
Commentary of scim-api.el explains CALLBACK and ERRBACK.

  (let ((plan (scim-action-plan \\='User \\='deactivate users)))
    (when (< (scim-action-plan-requests plan) 100)
      (scim-action-plan-run plan :on-error #\\='ignore)))"
  (let ((run (scim-api-act--run plan on-item)))
    (push run scim-api-act--runs)
    (scim-api--run (scim-api-act--run-step run on-error)
                   (scim-action-plan-root plan) callback errback
                   (lambda (_) (cl-callf2 delq run scim-api-act--runs)))))

;;;###autoload
(cl-defun scim-act (type change resources &key single on-item on-error tenant
                         root callback errback)
  "Make CHANGE to RESOURCES of TYPE; return what became of each.
This is `scim-action-plan', which explains TYPE, CHANGE, RESOURCES and
SINGLE, and `scim-action-plan-run', which explains ON-ITEM and ON-ERROR.

The Commentary of scim-api.el explains TENANT, ROOT, CALLBACK and
ERRBACK.

  (condition-case err
      (scim-act \\='User \\='(replace title \"Tour Guide\") users)
    (scim-partial-error
     (message \"Not done: %S\" (scim-error-outcomes err))))"
  (let ((workspace (scim-api--root root))
        (run (scim-api-act--run nil on-item)))
    (scim-api--run
     (scim-api--step
      scim-protocol-action-plan
      (scim-api-act--params type change resources single tenant)
      (lambda (answer)
        (setf (car run) (scim-api-act--plan answer workspace))
        (push run scim-api-act--runs)
        (scim-api-act--run-step run on-error)))
     root callback errback
     (lambda (_) (cl-callf2 delq run scim-api-act--runs)))))

(defun scim-api-act--run (plan on-item)
  "Return a run of PLAN for `scim-api-act--runs'; ON-ITEM is called."
  (list plan (make-hash-table :test #'equal) nil on-item))

(defun scim-api-act--run-step (run on-error)
  "Return the step to send the plan of RUN.
ON-ERROR is as in `scim-action-plan-run'."
  (let ((dry scim-rpc-dry-run))
    (scim-api--step
     scim-protocol-action-run
     (list :plan (scim-action-plan-id (car run)))
     (lambda (answer)
       (scim-api-act--tell run)
       ;; Of what was not sent, there is nothing to be seen.
       (if dry
           (scim-action-plan-items (car run))
         (scim-api-act--ended run (plist-get answer :summary) on-error))))))

(defun scim-api-act--items-told (root params)
  "Note PARAMS, what became of items of a run in the bridge of ROOT.
This runs within a process filter, so that nothing comes too late."
  (when-let ((run (seq-find
                   (lambda (run)
                     (and (equal (plist-get params :plan)
                                 (scim-action-plan-id (car run)))
                          (equal root (scim-action-plan-root (car run)))))
                   scim-api-act--runs)))
    (mapc (lambda (told)
            (let ((item (scim-api-act--item
                         (plist-get told :id) (plist-get told :outcome)
                         (split-string (plist-get told :row) "\t"))))
              (when-let ((status (plist-get told :status)))
                (setq item (append item (list (cons 'status status)))))
              (puthash (plist-get told :id) item (nth 1 run))
              (push item (nth 2 run))))
          (plist-get params :items))
    (scim-queue-add #'scim-api-act--tell run)))

(defun scim-api-act--tell (run)
  "Call the function of RUN with what it was not called with yet."
  (let ((news (nreverse (nth 2 run))))
    (setf (nth 2 run) nil)
    (when (nth 3 run)
      (mapc (nth 3 run) news))))

(defun scim-api-act--ended (run summary on-error)
  "Return the items of RUN, which came to SUMMARY.
ON-ERROR is as in `scim-action-plan-run'."
  (let* ((items (mapcar (lambda (item)
                          (gethash (scim-attribute item 'id) (nth 1 run) item))
                        (scim-action-plan-items (car run))))
         (bad (seq-remove (lambda (item)
                            (memq (scim-attribute item 'outcome)
                                  scim-api-act--fine))
                          items)))
    (cond ((not bad))
          (on-error (mapc on-error bad))
          (t (scim-api--fail 'scim-partial-error "action.partial"
                             (format "%s: %s"
                                     (scim-action-plan-title (car run)) summary)
                             scim-protocol-exit-partly-applied items)))
    items))

(scim-rpc-on scim-protocol-action-items #'scim-api-act--items-told
             :immediately t)

(provide 'scim-api-act)
;;; scim-api-act.el ends here
