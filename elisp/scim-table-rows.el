;;; scim-table-rows.el --- The rows of tables -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The text of a table, and which line is about what: an id is the element
;; of a vector at the number of its line, which costs nothing when ten
;; thousand lines come at once.

;;; Code:

(require 'cl-lib)
(require 'jit-lock)
(require 'seq)
(require 'subr-x)
(require 'scim-ui)

;;;; Customization

(defface scim-table-marked '((t :inherit warning))
  "Face for the mark of marked rows, and for their first cell."
  :group 'scim-faces)

;;;; Internal variables

(defvar-local scim-table--ids []
  "Vector of what the rows are about, in their order, with room for more.")

(defvar-local scim-table--count 0
  "Number of rows.")

(defvar-local scim-table--index nil
  "Hash table from id to the number of its row, or nil when out of date.")

(defvar-local scim-table--note nil
  "Overlay with the text below the rows.")

(defconst scim-table--mark (propertize "* " 'face 'scim-table-marked)
  "What stands before marked rows.")

;; Here, because marks go with their rows.
(defvar-local scim-table--marks nil
  "Hash table whose keys are the ids that are marked.")

(defvar-local scim-table--marked-count nil
  "Number of rows that are marked, or nil when it is to be counted.")

(defvar scim-table-marks-hook nil
  "Hook run in a table whose marks have changed.")

;;;; Rows

(defun scim-table--lay-out-again ()
  "Have all lines laid out again when they are seen."
  (when jit-lock-mode
    (jit-lock-refontify)))

(defun scim-table--marked-row-p (row)
  "Is ROW, a number, marked?"
  (and (> (hash-table-count scim-table--marks) 0)
       (gethash (aref scim-table--ids row) scim-table--marks)))

;; Not when lines are laid out: Emacs has then looked for the prefix.
(defun scim-table--show-marks (row end)
  "Show which of the rows from number ROW to before END are marked."
  (save-excursion
    (scim-table--goto-row row)
    (let ((start (point))
          ;; Ten thousand marks would collect garbage several times.
          (gc-cons-threshold (max gc-cons-threshold 100000000)))
      (with-silent-modifications
        (while (< row end)
          (when (scim-table--marked-row-p row)
            (put-text-property (point) (line-beginning-position 2)
                               'line-prefix scim-table--mark))
          (cl-incf row)
          (forward-line)))
      (when jit-lock-mode
        (jit-lock-refontify start (point))))))

(defun scim-table--show-marks-again (row end)
  "Show which of the rows from ROW to before END are marked, and which not."
  (save-excursion
    (scim-table--goto-row row)
    (let ((start (point)))
      (forward-line (- end row))
      (with-silent-modifications
        (remove-text-properties start (point) '(line-prefix nil)))))
  (scim-table--show-marks row end))

;; Copying all ids for each page would make garbage for the square of them.
(defun scim-table--add-ids (ids)
  "Note that rows about IDS, a vector, were added at the end."
  (let* ((start scim-table--count)
         (end (+ start (length ids)))
         (room (length scim-table--ids)))
    (when (> end room)
      (setq scim-table--ids (vconcat scim-table--ids
                                     (make-vector (- (max end (* 2 room)) room)
                                                  nil))))
    (dotimes (i (length ids))
      (aset scim-table--ids (+ start i) (aref ids i)))
    (setq scim-table--count end scim-table--index nil
          scim-table--marked-count nil)))

(defun scim-table-append (text ids)
  "Add rows at the end: TEXT has a line for each element of the vector IDS.
Cells have a TAB between them and no other control characters."
  (unless (seq-empty-p ids)
    (let ((inhibit-read-only t)
          ;; Nobody has seen the new lines, so there is nothing to do again.
          (inhibit-modification-hooks t))
      (save-excursion
        (goto-char (point-max))
        (insert text)
        (unless (bolp) (insert "\n")))
      (let ((count scim-table--count))
        (scim-table--add-ids ids)
        (when (> (hash-table-count scim-table--marks) 0)
          (scim-table--show-marks count scim-table--count)))
      (scim-table--move-note)
      (set-buffer-modified-p nil))))

(defun scim-table-clear (&optional keep-marks)
  "Remove all rows.
Unless KEEP-MARKS, forget the marks too; those that are kept show when
rows with the same ids come again."
  (let ((inhibit-read-only t))
    (erase-buffer)
    (setq scim-table--ids [] scim-table--count 0 scim-table--index nil
          scim-table--marked-count nil)
    (unless keep-marks
      (scim-table--forget-marks))
    (set-buffer-modified-p nil)))

(defun scim-table--forget-marks ()
  "Forget what is marked, as when there are no rows."
  (when (> (hash-table-count scim-table--marks) 0)
    (clrhash scim-table--marks)
    (run-hooks 'scim-table-marks-hook)))

(defun scim-table-replace (id cells)
  "Have the row of ID show CELLS, text with TABs.
Return non-nil if there is such a row."
  (when-let ((row (scim-table--row-of id)))
    (let ((inhibit-read-only t) (column (and (eql row (scim-table--row))
                                             (- (point) (line-beginning-position)))))
      (save-excursion
        (scim-table--goto-row row)
        (insert cells)
        (delete-region (point) (line-end-position)))
      (scim-table--show-marks row (1+ row))
      (when column
        (scim-table--goto-row row)
        (goto-char (min (+ (point) column) (line-end-position))))
      (set-buffer-modified-p nil)
      t)))

(defun scim-table-remove (ids)
  "Remove the rows of IDS, an id or a list of ids; they are not marked then."
  (let ((gone (make-hash-table :test #'equal))
        (inhibit-read-only t))
    (dolist (id (ensure-list ids))
      (puthash id t gone)
      (remhash id scim-table--marks))
    (save-excursion
      (goto-char (point-min))
      (let ((kept nil))
        (dotimes (row scim-table--count)
          (let ((id (aref scim-table--ids row)))
            (if (gethash id gone)
                (delete-region (point) (line-beginning-position 2))
              (push id kept)
              (forward-line))))
        (setq scim-table--ids (vconcat (nreverse kept))
              scim-table--count (length scim-table--ids)
              scim-table--index nil
              scim-table--marked-count nil)))
    (set-buffer-modified-p nil)
    (run-hooks 'scim-table-marks-hook)))

(defun scim-table--row ()
  "Return the number of the row at point, from 0, or nil."
  (let ((row (1- (line-number-at-pos nil t))))
    (and (< row scim-table--count) row)))

(defun scim-table--goto-row (row)
  "Go to the beginning of ROW, a number from 0."
  (widen)
  (goto-char (point-min))
  (forward-line row))

(defun scim-table--row-of (id)
  "Return the number of the first row of ID, or nil."
  (unless scim-table--index
    (let ((size scim-table--count))
      (setq scim-table--index (make-hash-table :test #'equal :size (1+ size)))
      (dotimes (i size)
        (puthash (aref scim-table--ids (- size 1 i)) (- size 1 i)
                 scim-table--index))))
  (gethash id scim-table--index))

(defun scim-table-id ()
  "Return the id of the row at point, or nil."
  (when-let ((row (scim-table--row)))
    (aref scim-table--ids row)))

(defun scim-table-id-here ()
  "Return the id of the row at point, or signal a `user-error'."
  (or (scim-table-id) (user-error "There is no row here")))

(defun scim-table-goto (id)
  "Go to the row of ID; return non-nil if there is one.
Windows that show this buffer follow."
  (when-let ((row (scim-table--row-of id)))
    (scim-table--goto-row row)
    (dolist (window (get-buffer-window-list nil nil t))
      (set-window-point window (point)))
    t))

(defun scim-table-ids ()
  "Return the ids of all rows, as a list in their order."
  (append (substring scim-table--ids 0 scim-table--count) nil))

(defun scim-table-count ()
  "Return the number of rows."
  scim-table--count)

(defun scim-table-cells (&optional id)
  "Return the cells of the row of ID, or of that at point, as a list, or nil."
  (when-let ((row (if id (scim-table--row-of id) (scim-table--row))))
    (save-excursion
      (scim-table--goto-row row)
      (split-string (buffer-substring-no-properties (point) (line-end-position))
                    "\t"))))

;;;; Below the rows

(defun scim-table-set-note (text &optional face)
  "Show TEXT, with FACE, below the rows, or nothing when it is nil."
  (unless scim-table--note
    (setq scim-table--note (make-overlay (point-max) (point-max))))
  (overlay-put scim-table--note 'after-string
               (and text (scim-ui-face text (or face 'scim-dimmed))))
  (scim-table--move-note))

(defun scim-table-note ()
  "Return the text that is shown below the rows, or nil."
  (and scim-table--note (overlay-get scim-table--note 'after-string)))

(defun scim-table--move-note ()
  "Have the text below the rows stand below the last one."
  (when scim-table--note
    (move-overlay scim-table--note (point-max) (point-max))))

(provide 'scim-table-rows)
;;; scim-table-rows.el ends here
