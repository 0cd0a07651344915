;;; scim-members-pending.el --- Members that are to be added and removed -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; What is to be added to a list of members, and removed from it, before
;; it is sent.  It is kept here, by id and name: it survives errors,
;; reading again, and the end of the bridge.
;;
;; There may be thousands, in tens of thousands of rows, so that rows are
;; marked in one pass over the buffer; the id is the last cell of each.

;;; Code:

(require 'cl-lib)
(require 'jit-lock)
(require 'seq)
(require 'subr-x)
(require 'scim-table)

(declare-function scim-members--load "scim-members")

;;;; Internal variables

(defvar-local scim-members--added nil
  "What is to be added: plists with :id, :name and :type, in order.")

(defvar-local scim-members--removed nil
  "What is to be removed: an alist from id to name.")

(defvar-local scim-members--past nil
  "Earlier values of what is to be added and removed, as conses, newest first.")

;;;; What there is

(defun scim-members--pending-p ()
  "Is anything to be added or removed?"
  (or scim-members--added scim-members--removed))

(defun scim-members--pending-text ()
  "Return what is to be added and removed in a few words."
  (if (not (scim-members--pending-p))
      "nothing is to be changed"
    (format "%d to add, %d to remove" (length scim-members--added)
            (length scim-members--removed))))

(defun scim-members--set (elements)
  "Return a hash table whose keys are the ids of ELEMENTS.
Those are ids, plists with :id, or conses with an id and a name."
  (let ((set (make-hash-table :test #'equal)))
    (dolist (element elements set)
      (puthash (cond ((stringp element) element)
                     ((keywordp (car element)) (plist-get element :id))
                     (t (car element)))
               t set))))

(defun scim-members--remember ()
  "Keep what is to be added and removed now, for undo."
  (push (cons scim-members--added scim-members--removed) scim-members--past))

;;;; Rows

(defun scim-members--row (&rest cells)
  "Return the text of a row of CELLS."
  (mapconcat (lambda (cell) (replace-regexp-in-string "[[:cntrl:]]+" " " cell))
             cells "\t"))

(defmacro scim-members--do-rows (set start &rest body)
  "Evaluate BODY at each row after START whose id is a key of SET.
Its mark is the first group of the match data, its name the second."
  (declare (indent 2) (debug t))
  (let ((keys (make-symbol "set")))
    `(let ((,keys ,set))
       (save-excursion
         (goto-char ,start)
         (while (re-search-forward
                 "^\\([^\t\n]*\\)\t\\([^\t\n]*\\)\t[^\t\n]*\t\\([^\t\n]*\\)$" nil t)
           (when (gethash (match-string-no-properties 3) ,keys)
             ,@body))))))

(defun scim-members--mark-rows (set mark &optional start)
  "Have the rows after START whose id is a key of SET show MARK, a string."
  (let ((inhibit-read-only t) (inhibit-modification-hooks t) (changed nil))
    (scim-members--do-rows set (or start (point-min))
      (unless (equal mark (match-string 1))
        (setq changed t)
        (replace-match mark t t nil 1)))
    (set-buffer-modified-p nil)
    (when (and changed jit-lock-mode)
      (jit-lock-refontify))))

(defun scim-members--names-in (set)
  "Return a hash table from each id of SET to the name in its row."
  (let ((names (make-hash-table :test #'equal)))
    (scim-members--do-rows set (point-min)
      (puthash (match-string-no-properties 3) (match-string-no-properties 2)
               names))
    names))

;;;; Changing what is to be

(defun scim-members--remove-ids (ids)
  "Have the members with IDS be removed; what was to be added is not, then.
Return how many that changes."
  (let* ((wanted (scim-members--set ids))
         (removed (scim-members--set scim-members--removed))
         (added (scim-members--set scim-members--added))
         (names (scim-members--names-in wanted))
         fresh drop)
    (dolist (id ids)
      (cond ((gethash id removed))
            ((gethash id added) (push id drop))
            (t (push (cons id (gethash id names "")) fresh))))
    (setq scim-members--removed (append scim-members--removed (nreverse fresh)))
    (scim-members--mark-rows (scim-members--set scim-members--removed) "D")
    (scim-members--drop-added drop)
    (force-mode-line-update)
    (+ (length drop)
       (- (length scim-members--removed) (hash-table-count removed)))))

(defun scim-members--drop-added (ids)
  "Have nothing with IDS be added."
  (when ids
    (let ((set (scim-members--set ids)))
      (setq scim-members--added
            (seq-remove (lambda (each) (gethash (plist-get each :id) set))
                        scim-members--added))
      (scim-table-remove ids))))

(defun scim-members--keep (ids)
  "Do not remove the members with IDS."
  (let ((set (scim-members--set ids)))
    (setq scim-members--removed
          (seq-remove (lambda (each) (gethash (car each) set))
                      scim-members--removed))
    (scim-members--mark-rows set "")))

(defun scim-members--add-resources (resources)
  "Have RESOURCES, plists with :id, :name and :type, be added.
Those that were to be removed stay.  Return how many that changes."
  (let* ((set (scim-members--set resources))
         (there (scim-members--names-in set))
         (added (scim-members--set scim-members--added))
         (removed (scim-members--set scim-members--removed))
         fresh back)
    (scim-members--remember)
    (dolist (resource resources)
      (let ((id (plist-get resource :id)))
        (cond ((gethash id removed) (push id back))
              ((or (gethash id added) (gethash id there)))
              (t (push (list :id id :name (plist-get resource :name)
                             :type (plist-get resource :type))
                       fresh)))))
    (scim-members--keep back)
    (setq scim-members--added (append scim-members--added (nreverse fresh)))
    (scim-members--load)
    (+ (length back)
       (- (length scim-members--added) (hash-table-count added)))))

(defun scim-members--forget (done)
  "Forget what is DONE, a plist with :added and :removed, vectors of ids.
What was changed while it was sent stays to be done."
  (let ((added (scim-members--set (append (plist-get done :added) nil)))
        (removed (scim-members--set (append (plist-get done :removed) nil))))
    (setq scim-members--past nil
          scim-members--added
          (seq-remove (lambda (each) (gethash (plist-get each :id) added))
                      scim-members--added)
          scim-members--removed
          (seq-remove (lambda (each) (gethash (car each) removed))
                      scim-members--removed))))

;;;; Commands

(defun scim-members--ids-here ()
  "Return the ids of the rows in the region, or of that at point."
  (if (use-region-p)
      (let ((end (region-end)) ids)
        (save-excursion
          (goto-char (region-beginning))
          (beginning-of-line)
          (while (and (< (point) end) (looking-at ".*\t\\([^\t\n]*\\)$"))
            (push (match-string-no-properties 1) ids)
            (forward-line)))
        (nreverse ids))
    (list (scim-table-id-here))))

(defun scim-members-remove ()
  "Have the member at point, or those in the region, be removed; move on.
Nothing is sent yet."
  (interactive)
  (let ((ids (scim-members--ids-here)) (region (use-region-p)))
    (scim-members--remember)
    (scim-members--remove-ids ids)
    (if region (deactivate-mark) (forward-line))))

(defun scim-members-remove-marked ()
  "Have the marked members, or that at point, be removed.
Nothing is sent yet."
  (interactive)
  (let ((ids (scim-table-marked-or-here)))
    (scim-members--remember)
    (message "%d to be removed; %s shows what will be sent"
             (scim-members--remove-ids ids)
             (substitute-command-keys "\\[scim-members-review]"))))

(defun scim-members-unmark ()
  "Do not mark, add or remove the member at point, or those in the region."
  (interactive)
  (let* ((ids (scim-members--ids-here))
         (added (scim-members--set scim-members--added)))
    (scim-members--remember)
    (scim-members--keep ids)
    (if-let ((drop (seq-filter (lambda (id) (gethash id added)) ids)))
        (scim-members--drop-added drop)
      (scim-table-unmark 1))
    (force-mode-line-update)))

(defun scim-members-undo ()
  "Take back the last change of what is to be added and removed."
  (interactive)
  (let ((past (or (pop scim-members--past)
                  (user-error "There is nothing to take back"))))
    (setq scim-members--added (car past)
          scim-members--removed (cdr past))
    (scim-members--load)
    (message "Taken back: %s" (scim-members--pending-text))))

(provide 'scim-members-pending)
;;; scim-members-pending.el ends here
