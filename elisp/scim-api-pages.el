;;; scim-api-pages.el --- Lists page by page and lists as files -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Lists that are too long to be held: `scim-map-resources' and
;; `scim-do-pages' read them page by page, in the time of the function that
;; looks at them.  `scim-export' makes a list a text or a file.  The
;; conventions are those of scim-api.el.

;;; Code:

(require 'cl-lib)
(require 'scim-api)
(require 'scim-api-call)

;;;; Page by page

;;;###autoload
(cl-defun scim-do-pages (function type &key search filter attributes
                                  excluded-attributes sort-by sort-order count
                                  limit tenant root callback errback)
  "Call FUNCTION with the resources of each page of the list of TYPE.
Its argument is a list of alists.  Only one page is held, and one more
is under way.  FUNCTION ends the list by returning `:stop', or by
leaving in any other way.

Return a `scim-listing' without resources that says whether that was
all.  With SEARCH, no FILTER stands in a URL, and TYPE may be nil, for
resources of every type.

The Commentary of scim-api.el explains TENANT, ROOT, ATTRIBUTES,
EXCLUDED-ATTRIBUTES, CALLBACK and ERRBACK; TYPE, SORT-BY, SORT-ORDER,
COUNT and LIMIT are as in `scim-list'.

  (let ((sizes nil))
    (scim-do-pages (lambda (users) (push (length users) sizes))
                   \\='User :count 100)
    (nreverse sizes))"
  (let ((reading (list function nil 0)))
    (scim-api--run
     (scim-api--step
      scim-protocol-resource-open-list
      (append (scim-api--list-params type tenant filter attributes
                                     excluded-attributes sort-by sort-order
                                     count limit)
              (and search (list :search t)))
      (lambda (answer)
        (setf (nth 1 reading) (plist-get answer :list))
        (scim-api-pages--next reading)))
     root callback errback
     (lambda (root) (scim-api-pages--close reading root)))))

;;;###autoload
(cl-defun scim-map-resources (function type &rest keys
                                       &key search filter attributes
                                       excluded-attributes sort-by sort-order
                                       count limit tenant root callback errback)
  "Call FUNCTION with each resource of the list of TYPE, an alist.
This is `scim-do-pages' for one resource at a time, and returns what
that does; FUNCTION may return `:stop' here, too.  KEYS are SEARCH,
FILTER, ATTRIBUTES, EXCLUDED-ATTRIBUTES, SORT-BY, SORT-ORDER, COUNT,
LIMIT, TENANT, ROOT, CALLBACK and ERRBACK, as there.

  (let ((names nil))
    (scim-map-resources (lambda (user)
                          (push (scim-attribute user \\='userName) names))
                        \\='User :attributes \\='(userName))
    names)"
  (ignore search filter attributes excluded-attributes sort-by sort-order
          count limit tenant root callback errback)
  (apply #'scim-do-pages
         (lambda (resources)
           (let ((answer nil))
             (while (and resources (not (eq answer :stop)))
               (setq answer (funcall function (pop resources))))
             answer))
         type keys))

(defun scim-api-pages--next (reading)
  "Return the step to read the next page of READING.
READING is a list of the function, the list as the bridge calls it, and
how many resources came; in the place of the list is nil at its end."
  (scim-api--step scim-protocol-resource-next-page
                  (list :list (nth 1 reading))
                  (lambda (answer) (scim-api-pages--came reading answer))))

(defun scim-api-pages--came (reading answer)
  "Go on with READING after ANSWER, a page or the end."
  (if-let ((page (plist-get answer :page)))
      (let ((resources (scim-api--page-resources page)))
        (cl-incf (nth 2 reading) (length resources))
        (if (eq (funcall (car reading) resources) :stop)
            (scim-api-pages--stopped answer)
          (scim-api-pages--next reading)))
    (setf (nth 1 reading) nil)
    (scim-listing--make
     :completeness (intern (plist-get answer :completeness))
     :reason (plist-get answer :reason)
     :total (plist-get answer :totalResults)
     :warnings (append (plist-get answer :warnings) nil))))

(defun scim-api-pages--stopped (answer)
  "Return what a list came to whose function wanted no more after ANSWER."
  (scim-listing--make
   :completeness 'partial
   :reason "the list was not read to its end"
   :total (plist-get answer :totalResults)))

(defun scim-api-pages--close (reading root)
  "Have the bridge of ROOT forget the list of READING, unless it ended."
  (when (nth 1 reading)
    (scim-rpc-request-async scim-protocol-resource-close-list
                            (list :list (nth 1 reading))
                            :root root :success #'ignore :error #'ignore)
    (setf (nth 1 reading) nil)))

;;;; As a file

;;;###autoload
(cl-defun scim-export (type format &key file columns ids filter sort-by
                            sort-order limit (defuse t) tenant root
                            callback errback)
  "Return the list of TYPE as text in FORMAT, `csv', `org' or `json'.
With FILE, write it there instead, readable by this user only, and
return the number of resources.

COLUMNS are attributes, as in \"emails[type eq \\\"work\\\"].value\"; by
default those that tell resources of TYPE apart.  JSON has whole
resources.  IDS are the resources to export, of those that FILTER
selects.  LIMIT ends the list after so many resources; a list that is
not complete although there is no LIMIT is a `scim-incomplete-list'.
Cells of CSV that a spreadsheet would run as formulas get an apostrophe,
unless DEFUSE is nil.

The Commentary of scim-api.el explains TENANT, ROOT, CALLBACK and
ERRBACK; TYPE, FILTER, SORT-BY and SORT-ORDER are as in `scim-list'.

  (scim-export \\='User \\='csv :columns \\='(userName active))"
  (let ((view (symbol-name (gensym "export-"))))
    (scim-api--run
     (scim-api--step
      scim-protocol-browse-start
      (scim-api--params type tenant
                        :view view :filter filter
                        :columns (scim-api--names columns)
                        :sortBy (scim-api--name sort-by)
                        :sortOrder (scim-api--name sort-order)
                        ;; More than any list has.
                        :limit (or limit 1000000000))
      (lambda (answer)
        (scim-api--warn (plist-get answer :warnings))
        (scim-api-pages--export
         view file limit
         (list :format (scim-api--name format)
               :ids (and ids (vconcat (mapcar #'scim-api--id ids)))
               :defuse (if defuse t :json-false)))))
     root callback errback
     (lambda (root)
       (scim-rpc-notify scim-protocol-browse-close (list :view view)
                        :root root)))))

(defun scim-api-pages--export (view file limit params)
  "Return the step that exports VIEW with PARAMS, to FILE unless that is nil.
Without LIMIT, the list has to be complete."
  (scim-api--step
   scim-protocol-browse-export
   (cl-loop for (key value) on (append (list :view view) params) by #'cddr
            when value append (list key value))
   (lambda (answer)
     (unless limit
       (scim-api-pages--demand-all answer))
     (if (not file)
         (scim-rpc-text (plist-get answer :text))
       (scim-rpc-save-text (plist-get answer :text) (expand-file-name file))
       (plist-get answer :count)))))

(defun scim-api-pages--demand-all (answer)
  "Signal `scim-incomplete-list' unless ANSWER is that of a complete list."
  (unless (equal (plist-get answer :completeness) "complete")
    (scim-api--fail 'scim-incomplete-list "list.incomplete"
                    (format "Not exported, since the list is %s: %s"
                            (plist-get answer :completeness)
                            (plist-get answer :reason))
                    scim-protocol-exit-failed)))

(provide 'scim-api-pages)
;;; scim-api-pages.el ends here
