;;; scim-table-marks.el --- The marks of tables -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Rows are marked by id, so that marks survive that rows come again.

;;; Code:

(require 'cl-lib)
(require 'seq)
(require 'subr-x)
(require 'scim-table-rows)

;;;; Marks

(defun scim-table-marked ()
  "Return the ids that are marked, in the order of their rows, or nil."
  (and (> (hash-table-count scim-table--marks) 0)
       (seq-filter (lambda (id) (gethash id scim-table--marks))
                   (scim-table-ids))))

(defun scim-table-marked-or-here ()
  "Return the ids that are marked, or a list of that at point.
Signal a `user-error' when there is neither."
  (or (scim-table-marked) (list (scim-table-id-here))))

(defun scim-table-set-marks (ids)
  "Have exactly the rows of IDS, a list, marked."
  (clrhash scim-table--marks)
  (dolist (id ids)
    (puthash id t scim-table--marks))
  (scim-table--marks-changed))

(defun scim-table-prune-marks ()
  "Forget that ids without a row are marked."
  (let ((marked (scim-table-marked)))
    (unless (= (length marked) (hash-table-count scim-table--marks))
      (scim-table-set-marks marked))))

(defun scim-table--marks-changed ()
  "Show what is marked now."
  (setq scim-table--marked-count nil)
  (scim-table--show-marks-again 0 (scim-table-count))
  (run-hooks 'scim-table-marks-hook)
  (force-mode-line-update))

(defun scim-table-marked-count ()
  "Return the number of rows that are marked."
  (or scim-table--marked-count
      (setq scim-table--marked-count (length (scim-table-marked)))))

(defun scim-table-marks-indicator ()
  "Return the mode line's text about what is marked, or nil."
  (when (> (hash-table-count scim-table--marks) 0)
    (propertize (format " %d marked" (scim-table-marked-count))
                'face 'scim-table-marked)))

(defun scim-table--set-mark (marked count)
  "Have COUNT rows from point on MARKED, or those in the region; move on."
  (let ((end (if (use-region-p) (region-end))))
    (when end
      (goto-char (region-beginning))
      (setq count (count-lines (region-beginning) end))
      (deactivate-mark))
    (beginning-of-line)
    (when (< count 0)
      (forward-line count)
      (save-excursion (scim-table--set-mark-of marked (- count))))
    (when (>= count 0)
      (scim-table--set-mark-of marked count))))

(defun scim-table--set-mark-of (marked count)
  "Have COUNT rows from point on MARKED and go behind them."
  (let* ((row (or (scim-table--row)
                  (user-error "There is no row here")))
         (end (min (+ row count) (scim-table-count))))
    (dotimes (i (- end row))
      (let ((id (aref scim-table--ids (+ row i))))
        (if marked
            (puthash id t scim-table--marks)
          (remhash id scim-table--marks))))
    (setq scim-table--marked-count nil)
    (scim-table--show-marks-again row end)
    (forward-line count)
    (run-hooks 'scim-table-marks-hook)
    (force-mode-line-update)))

;;;; Commands

(defun scim-table-mark (count)
  "Mark the row at point, or COUNT rows, or those in the region; move on."
  (interactive "p")
  (scim-table--set-mark t count))

(defun scim-table-unmark (count)
  "Unmark the row at point, or COUNT rows, or those in the region; move on."
  (interactive "p")
  (scim-table--set-mark nil count))

(defun scim-table-unmark-backward (count)
  "Go back COUNT rows and unmark them."
  (interactive "p")
  (scim-table--set-mark nil (- count)))

(defun scim-table-unmark-all ()
  "Unmark all rows."
  (interactive)
  (scim-table-set-marks nil))

(defun scim-table-toggle-marks ()
  "Mark the rows that are not marked, and unmark those that are."
  (interactive)
  (let ((gc-cons-threshold (max gc-cons-threshold 100000000)))
    (scim-table-set-marks (seq-remove (lambda (id)
                                        (gethash id scim-table--marks))
                                      (scim-table-ids))))
  (message "%d marked" (hash-table-count scim-table--marks)))

(defun scim-table-mark-matching (regexp)
  "Mark the rows that have a match of REGEXP in any cell."
  (interactive (list (read-regexp "Mark rows that match (regexp): ")))
  (let ((count 0) (row 0))
    (save-excursion
      (goto-char (point-min))
      (while (< row (scim-table-count))
        (when (re-search-forward regexp (line-end-position) t)
          (puthash (aref scim-table--ids row) t scim-table--marks)
          (cl-incf count))
        (forward-line)
        (cl-incf row)))
    (scim-table--marks-changed)
    (message "%d rows match" count)))

(provide 'scim-table-marks)
;;; scim-table-marks.el ends here
