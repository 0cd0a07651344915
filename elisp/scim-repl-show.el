;;; scim-repl-show.el --- Show what the SCIM REPL answers -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The bridge answers with text and marks: where it leads, how it looks,
;; what is folded, which lines are a table.  Here they become buttons,
;; faces, overlays and alignment.  Everything is done once, in one go,
;; when the text is inserted, but for the highlighting of JSON, which
;; waits until the text is looked at.

;;; Code:

(require 'button)
(require 'seq)
(require 'subr-x)
(require 'scim-rpc)
(require 'scim-ui)
(require 'scim-visit)

(declare-function scim-repl-send-text "scim-repl" (text))

(defconst scim-repl-show--faces
  '(("success" . scim-success)
    ("failure" . scim-failure)
    ("warning" . scim-warning)
    ("dimmed" . scim-dimmed)
    ("heading" . scim-heading)
    ("method" . scim-method)
    ("target" . scim-target)
    ("key" . scim-json-key)
    ("string" . scim-json-string)
    ("constant" . scim-json-constant)
    ("wrong" . scim-repl-wrong))
  "Face for each look that the bridge names.")

(defface scim-repl-wrong '((t :inherit (error underline)))
  "Face for the part of an input that is wrong."
  :group 'scim-faces)

;;;; Buttons

(define-button-type 'scim-repl-link
  'action #'scim-repl-show--follow
  'follow-link t
  'face 'link
  'help-echo "mouse-1, RET: open this")

(define-button-type 'scim-repl-input
  'action #'scim-repl-show--send
  'follow-link t
  'face 'link
  'help-echo #'scim-repl-show--input-help)

(defun scim-repl-show--follow (button)
  "Open what BUTTON leads to."
  (scim-visit (button-get button 'scim-repl-uri)))

(defun scim-repl-show--send (button)
  "Send the input of BUTTON, as if it had been typed."
  (scim-repl-send-text (button-get button 'scim-repl-text)))

(defun scim-repl-show--input-help (_window object position)
  "Return the help on the button at POSITION of OBJECT, a buffer."
  (when (bufferp object)
    (with-current-buffer object
      (format "mouse-1, RET: %s"
              (or (get-text-property position 'scim-repl-text) "send")))))

;;;; Folds

(defvar scim-repl-fold-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "RET") #'scim-repl-unfold)
    (define-key map [mouse-1] #'scim-repl-unfold)
    (define-key map [mouse-2] #'scim-repl-unfold)
    map)
  "Keymap of what is folded, and of the button in its place.")

(defun scim-repl-show--fold (start end label)
  "Hide the text from START to END behind a button with LABEL."
  (let ((overlay (make-overlay start end nil t)))
    (overlay-put overlay 'invisible 'scim-repl-fold)
    (overlay-put overlay 'isearch-open-invisible #'delete-overlay)
    (overlay-put overlay 'keymap scim-repl-fold-map)
    (overlay-put overlay 'evaporate t)
    (overlay-put overlay 'before-string
                 (propertize label 'face 'link 'mouse-face 'highlight
                             'keymap scim-repl-fold-map
                             'scim-repl-overlay overlay
                             'help-echo "mouse-1, RET: show this"))))

(defun scim-repl-show--overlay-at (position)
  "Return the outermost fold at POSITION, or nil."
  (car (sort (seq-filter (lambda (overlay)
                           (eq (overlay-get overlay 'invisible)
                               'scim-repl-fold))
                         (overlays-at position))
             (lambda (one other)
               (> (overlay-end one) (overlay-end other))))))

(defun scim-repl-unfold (&optional event)
  "Show what is folded at point, or where EVENT, a click, was."
  (interactive (list last-nonmenu-event))
  (let* ((end (and (consp event) (event-end event)))
         (string (and end (posn-string end)))
         (overlay (or (and string (get-text-property (cdr string)
                                                     'scim-repl-overlay
                                                     (car string)))
                      (scim-repl-show--overlay-at
                       (or (and end (posn-point end)) (point))))))
    (unless overlay
      (user-error "Nothing is folded here"))
    (delete-overlay overlay)))

(defun scim-repl-unfold-all ()
  "Show everything that is folded in this buffer."
  (interactive)
  (remove-overlays (point-min) (point-max) 'invisible 'scim-repl-fold))

;;;; Tables

(defun scim-repl-show--cells (line-end)
  "Return the widths of the cells from point to LINE-END."
  (let (widths)
    (while (<= (point) line-end)
      (let ((start (point)))
        (goto-char (if (search-forward "\t" line-end t)
                       (match-beginning 0)
                     line-end))
        (push (string-width (buffer-substring-no-properties start (point)))
              widths)
        (goto-char (1+ (point)))))
    (nreverse widths)))

(defun scim-repl-show--widths (start end)
  "Return the widths of the columns of the table from START to END."
  (let (widths)
    (save-excursion
      (goto-char start)
      (while (< (point) end)
        (let ((cells (scim-repl-show--cells (line-end-position))))
          (setq widths (scim-repl-show--wider widths cells)))))
    widths))

(defun scim-repl-show--wider (one other)
  "Return the list of the greater of the numbers of ONE and OTHER each."
  (let (result)
    (while (or one other)
      (push (max (or (pop one) 0) (or (pop other) 0)) result))
    (nreverse result)))

(defun scim-repl-show--room ()
  "Return how many columns a line may take where this buffer is shown."
  (let ((window (get-buffer-window (current-buffer) t)))
    (1- (if window (window-max-chars-per-line window) 80))))

(defun scim-repl-show--columns (widths)
  "Return where the second and later columns begin; WIDTHS are those of all.
It is nil for columns that there is no room for."
  (let ((room (scim-repl-show--room)) (column 0) columns)
    (while (cdr widths)
      (let ((width (pop widths)))
        (setq column (+ column width (if (zerop width) 0 2)))
        (push (and (or (<= (+ column (car widths)) room)
                       ;; The last one may be cut, if something is left.
                       (and (null (cdr widths)) (< (+ column 10) room)))
                   column)
              columns)))
    (nreverse columns)))

(defun scim-repl-show--align (start end)
  "Align the cells of the table from START to END, separated by tabs.
Columns that there is no room for are shown as an ellipsis."
  (let ((columns (scim-repl-show--columns (scim-repl-show--widths start end)))
        (room (scim-repl-show--room)))
    (save-excursion
      (goto-char start)
      (while (< (point) end)
        (scim-repl-show--align-line columns room)
        (forward-line)))))

(defun scim-repl-show--align-line (columns room)
  "Align the cells of the line at point to COLUMNS, within ROOM."
  (let ((line-end (line-end-position)) (rest columns))
    (while (and rest (search-forward "\t" line-end t))
      (let ((column (pop rest)))
        (if column
            (put-text-property (1- (point)) (point) 'display
                               `(space :align-to ,column))
          (put-text-property (1- (point)) line-end 'display " …")
          (setq rest nil)
          (goto-char line-end))))
    (scim-repl-show--cut (car (last columns)) room line-end)))

(defun scim-repl-show--cut (column room line-end)
  "Cut the cell at point, which begins at COLUMN and ends at LINE-END, to ROOM."
  (when (and column (< (point) line-end)
             (> (+ column (string-width (buffer-substring-no-properties
                                         (point) line-end)))
                room))
    (put-text-property
     (min line-end (+ (point) (max 1 (- room column 2)))) line-end
     'display "…")))

;;;; Marks

(defun scim-repl-show-marks (start marks)
  "Do what the bridge wants of the text from START on.
MARKS is a vector; places in it are relative to START."
  (let ((inhibit-read-only t))
    (seq-doseq (mark marks)
      (scim-repl-show--mark mark (+ start (plist-get mark :start))
                            (+ start (plist-get mark :end))))))

(defun scim-repl-show--mark (mark start end)
  "Do to the text from START to END what MARK wants."
  (pcase (plist-get mark :kind)
    ("face"
     (let ((face (cdr (assoc (plist-get mark :face) scim-repl-show--faces))))
       (add-text-properties start end (list 'face face 'font-lock-face face))))
    ("json" (put-text-property start end 'scim-repl-json t))
    ("link" (make-text-button start end 'type 'scim-repl-link
                              'scim-repl-uri (plist-get mark :uri)))
    ("input" (make-text-button start end 'type 'scim-repl-input
                               'scim-repl-text (plist-get mark :input)))
    ("fold" (scim-repl-show--fold start end (plist-get mark :label)))
    ("table" (scim-repl-show--align start end))
    ("indent" (put-text-property
               start end 'display
               `(space :width ,(string-width (plist-get mark :like)))))))

;;;; JSON

(defun scim-repl-show--json-matcher (regexp)
  "Return a font lock matcher for REGEXP, for JSON only."
  (lambda (limit)
    (let (found)
      (while (and (not found) (< (point) limit)
                  (scim-repl-show--goto-json limit))
        (let ((end (min limit (next-single-property-change
                               (point) 'scim-repl-json nil limit))))
          (setq found (re-search-forward regexp end t))
          (unless found
            (goto-char end))))
      found)))

(defun scim-repl-show--goto-json (limit)
  "Move to the first JSON from point on, before LIMIT; return nil for none."
  (unless (get-text-property (point) 'scim-repl-json)
    (goto-char (next-single-property-change (point) 'scim-repl-json
                                            nil limit)))
  (< (point) limit))

(defconst scim-repl-show-keywords
  (mapcar (lambda (keyword)
            (cons (scim-repl-show--json-matcher (car keyword)) (cdr keyword)))
          scim-ui-json-keywords)
  "Font lock keywords for JSON in answers.")

(provide 'scim-repl-show)
;;; scim-repl-show.el ends here
