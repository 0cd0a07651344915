;;; scim-table.el --- Tables of many rows -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Buffers with rows and columns, for tens of thousands of rows.
;;
;; The text of the rows comes ready: cells with a TAB between them, one
;; row on each line.  It is inserted in one piece.  What a row is about,
;; its id, is the element of a vector at the number of the line.  Lines
;; are laid out when they are about to be seen: the TABs become spaces up
;; to the column, cells that are too wide get an ellipsis, and marked rows
;; their mark.  All of that is text properties, so the text stays what it
;; was, for searching and copying, and cells line up whatever is in them:
;; wide characters, emoji, or writing from right to left, which never
;; leaves its cell, because a space with a property separates it.

;;; Code:

(require 'cl-lib)
(require 'jit-lock)
(require 'subr-x)
(require 'scim-table-marks)
(require 'scim-table-rows)
(require 'scim-ui)

;;;; Customization

(defface scim-table-sorted '((t :inherit bold))
  "Face for the heading of the column that rows are sorted by."
  :group 'scim-faces)

;;;; Internal variables

(defconst scim-table--indent 2
  "Columns to the left of the rows, where marks are.")

(defconst scim-table--gap 2
  "Columns between a cell and the next one.")

(defvar-local scim-table--columns nil
  "The columns of this table, as `scim-table-set-columns' got them.")

(defvar-local scim-table--layout []
  "Vector of [START WIDTH RIGHT FACE] for each column.
WIDTH is nil for one that takes all that is left.")

(defvar-local scim-table-sort-function nil
  "Function that sorts this table, called with the :sort of a column.")

(defvar-local scim-table-sorted nil
  "What this table is sorted by: a cons of a column's :sort and `up' or `down'.")

(defvar scim-table-header-map)

;;;; Columns

(defun scim-table-set-columns (columns)
  "Have this table show COLUMNS, a list of plists:

  :name STRING   the heading
  :width NUMBER  its columns on the screen; 0 or nil: all that is left
  :sort KEY      what `scim-table-sort-function' is called with, if any
  :right BOOL    whether cells stand at the right
  :face FACE     the face of the cells
  :help STRING   what is told about the heading"
  (let ((start scim-table--indent))
    (setq scim-table--columns columns
          scim-table--layout
          (vconcat
           (mapcar (lambda (column)
                     (let ((width (scim-table--width column)))
                       (prog1 (vector start width (plist-get column :right)
                                      (plist-get column :face))
                         (cl-incf start (+ (or width 0) scim-table--gap)))))
                   columns))))
  (scim-table--lay-out-again)
  (force-mode-line-update))

(defun scim-table--width (column)
  "Return the width of COLUMN, a plist, on the screen, or nil when it is free."
  (let ((width (plist-get column :width)))
    (and width (> width 0)
         (max width (+ (string-width (plist-get column :name))
                       (if (plist-get column :sort) 2 0))))))

(defun scim-table-columns ()
  "Return the columns of this table, as `scim-table-set-columns' got them."
  scim-table--columns)

(defun scim-table-show-sorted (key descending)
  "Have the headings say that rows are sorted by KEY, or by nothing known.
DESCENDING is non-nil when the greatest comes first."
  (setq scim-table-sorted (and key (cons key (if descending 'down 'up))))
  (force-mode-line-update))

(defun scim-table--heading (column)
  "Return the heading of COLUMN, a plist; a click on it is a command to sort."
  (let* ((key (plist-get column :sort))
         (sorted (and key (equal key (car scim-table-sorted))))
         (text (concat (plist-get column :name)
                       (cond ((not sorted) "")
                             ((eq (cdr scim-table-sorted) 'down) " ▼")
                             (t " ▲")))))
    (when sorted
      (setq text (propertize text 'face 'scim-table-sorted)))
    (if (not key)
        (propertize text 'help-echo (plist-get column :help))
      (propertize text 'help-echo (scim-table--heading-help column)
                  'scim-table-sort key
                  'mouse-face 'header-line-highlight
                  'keymap scim-table-header-map))))

(defun scim-table--heading-help (column)
  "Return what is told about the heading of COLUMN, a plist with :sort."
  (concat (when-let ((help (plist-get column :help)))
            (concat help "\n"))
          "mouse-1: sort"))

(defun scim-table--header ()
  "Return the header line of the selected window, which scrolls with it."
  (let ((shift (- (if (bound-and-true-p display-line-numbers)
                      (line-number-display-width 'columns)
                    0)
                  (window-hscroll)))
        (parts nil))
    (dotimes (i (length scim-table--layout))
      (let* ((layout (aref scim-table--layout i))
             (text (scim-table--heading (nth i scim-table--columns)))
             (column (+ shift (scim-table--cell-start layout text))))
        (when (>= column 0)
          (push (concat (propertize " " 'display
                                    `(space :align-to ,column))
                        text)
                parts))))
    (apply #'concat (nreverse parts))))

(defun scim-table--cell-start (layout text)
  "Return the column in which TEXT begins, in the cell of LAYOUT."
  (let ((width (aref layout 1)))
    (if (and (aref layout 2) width)
        (+ (aref layout 0) (max 0 (- width (string-width text))))
      (aref layout 0))))

;;;; Laying out

(defun scim-table--lay-out (start end)
  "Lay out the lines between START and END."
  (let ((inhibit-read-only t))
    (save-excursion
      (goto-char end)
      (unless (bolp) (forward-line))
      (setq end (point))
      (goto-char start)
      (setq start (line-beginning-position))
      (goto-char start)
      (with-silent-modifications
        (remove-list-of-text-properties start end '(display face))
        (let ((row (scim-table--row)))
          (while (and row (< (point) end) (not (eobp)))
            (scim-table--lay-out-line row)
            (cl-incf row)
            (forward-line))))
      `(jit-lock-bounds ,start . ,end))))

(defun scim-table--lay-out-line (row)
  "Give the line at point, that of ROW, its columns and its face."
  (let ((bol (point)) (eol (line-end-position)) (cell (point)))
    (dotimes (i (length scim-table--layout))
      (when (and cell (<= cell eol))
        (goto-char cell)
        (let ((tab (if (search-forward "\t" eol t) (1- (point)) eol)))
          (scim-table--lay-out-cell i cell tab)
          (setq cell (and (< tab eol) (1+ tab))))))
    (goto-char bol)
    (when (scim-table--marked-row-p row)
      (put-text-property bol eol 'face 'scim-table-marked))))

(defun scim-table--lay-out-cell (i start end)
  "Put the cell of column I, from START to END, where it belongs.
That is done by the TAB before it; one that is too wide is cut."
  (let* ((layout (aref scim-table--layout i))
         (text (buffer-substring-no-properties start end))
         (width (aref layout 1)))
    (when (and width (> (string-width text) width))
      (setq text (truncate-string-to-width text width nil nil "…"))
      (put-text-property (+ start (1- (length text))) end 'display "…"))
    (when (aref layout 3)
      (put-text-property start end 'face (aref layout 3)))
    (when (> i 0)
      (put-text-property
       (1- start) start 'display
       `(space :align-to ,(scim-table--cell-start layout text))))))

;;;; Places

(defun scim-table-place ()
  "Return where point and the windows are, by ids, for `scim-table-restore'."
  (list (scim-table-id)
        (- (point) (line-beginning-position))
        (mapcar (lambda (window)
                  (list window
                        (scim-table--id-at (window-point window))
                        (scim-table--id-at (window-start window))))
                (get-buffer-window-list nil nil t))))

(defun scim-table--id-at (position)
  "Return the id of the row at POSITION, or nil."
  (save-excursion
    (goto-char (min position (point-max)))
    (scim-table-id)))

(defun scim-table-restore (place)
  "Go to PLACE, of `scim-table-place'; return non-nil if it is there."
  (pcase-let ((`(,id ,column ,windows) place))
    (when-let ((found (scim-table--position id)))
      (goto-char found)
      (goto-char (min (+ found column) (line-end-position)))
      (pcase-dolist (`(,window ,point ,start) windows)
        (when (and (window-live-p window)
                   (eq (window-buffer window) (current-buffer)))
          (set-window-point window (or (and (not (equal point id))
                                            (scim-table--position point))
                                       (point)))
          (when-let ((top (scim-table--position start)))
            (set-window-start window top t))))
      t)))

(defun scim-table--position (id)
  "Return the beginning of the row of ID, or nil."
  (when-let ((row (and id (scim-table--row-of id))))
    (save-excursion
      (scim-table--goto-row row)
      (point))))

;;;; Commands

(defun scim-table-copy-id ()
  "Copy the id of the row at point, or the ids of the marked rows, one a line."
  (interactive)
  (let ((ids (scim-table-marked-or-here)))
    (scim-ui-copy (string-join ids "\n")
                  (if (cdr ids) (format "%d ids" (length ids)) (car ids)))))

(defun scim-table-sort (key)
  "Sort by the column whose :sort is KEY, which is asked for by its heading."
  (interactive (list (scim-table--read-key)))
  (unless scim-table-sort-function
    (user-error "This table cannot be sorted"))
  (funcall scim-table-sort-function key))

(defun scim-table--read-key ()
  "Ask for the heading of a column that can be sorted by; return its :sort."
  (let ((names (mapcar (lambda (column)
                         (cons (plist-get column :name) (plist-get column :sort)))
                       (seq-filter (lambda (column) (plist-get column :sort))
                                   scim-table--columns))))
    (unless names
      (user-error "This table cannot be sorted"))
    (scim-ui-choose "Sort by" names)))

(defun scim-table-sort-click (event)
  "Sort by the column whose heading was clicked on by EVENT."
  (interactive "e")
  (let* ((start (event-start event))
         (string (posn-string start)))
    (with-selected-window (posn-window start)
      (when-let ((key (get-text-property (cdr string) 'scim-table-sort
                                         (car string))))
        (scim-table-sort key)))))

;;;; Mode

(defvar scim-table-header-map
  (let ((map (make-sparse-keymap)))
    (define-key map [header-line mouse-1] #'scim-table-sort-click)
    (define-key map [header-line mouse-2] #'scim-table-sort-click)
    (define-key map [follow-link] 'mouse-face)
    map)
  "Keymap of headings that sort.")

(defvar scim-table-mode-map
  (let ((map (make-sparse-keymap)))
    (set-keymap-parent map special-mode-map)
    (define-key map (kbd "n") #'next-line)
    (define-key map (kbd "p") #'previous-line)
    (define-key map (kbd "m") #'scim-table-mark)
    (define-key map (kbd "u") #'scim-table-unmark)
    (define-key map (kbd "DEL") #'scim-table-unmark-backward)
    (define-key map (kbd "U") #'scim-table-unmark-all)
    (define-key map (kbd "t") #'scim-table-toggle-marks)
    (define-key map (kbd "%") #'scim-table-mark-matching)
    (define-key map (kbd "S") #'scim-table-sort)
    (define-key map (kbd "w") #'scim-table-copy-id)
    map)
  "Keymap of `scim-table-mode', the parent of those of all tables.")

(defconst scim-table-menu-group
  '("Rows"
    ("Mark" scim-table-mark :context t)
    ("Unmark" scim-table-unmark :context t)
    ("Unmark all" scim-table-unmark-all)
    ("Toggle marks" scim-table-toggle-marks)
    ("Mark matching..." scim-table-mark-matching)
    ("Sort by..." scim-table-sort)
    ("Copy id" scim-table-copy-id :context t))
  "The commands that all tables have, for `scim-menu-define'.")

(define-derived-mode scim-table-mode special-mode "SCIM-Table"
  "Parent of the modes whose buffers are tables.

\\{scim-table-mode-map}"
  :interactive nil
  (buffer-disable-undo)
  (setq truncate-lines t
        bidi-paragraph-direction 'left-to-right
        line-prefix (make-string scim-table--indent ?\s)
        scim-table--marks (make-hash-table :test #'equal)
        header-line-format '(:eval (scim-table--header)))
  (jit-lock-register #'scim-table--lay-out))

(provide 'scim-table)
;;; scim-table.el ends here
