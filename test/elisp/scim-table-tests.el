;;; scim-table-tests.el --- Tests of tables -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Tables without a bridge: rows, places, marks, and how lines are laid
;; out.  Where a cell begins is what its TAB says, because that is what
;; Emacs shows.

;;; Code:

(require 'ert)
(require 'cl-lib)
(require 'scim-table)

(defconst scim-table-tests--columns
  '((:name "Name" :width 12 :sort "userName") (:name "Groups" :width 8 :right t)
    (:name "Mail" :width 10) (:name "Id"))
  "The columns of the tables here.")

(defconst scim-table-tests--names
  ["Ann" "שרה לוי" "鈴木 花子" "😀😀" "Ahmed أحمد" "A name that is far too long"
   "长长长长长长长长长长长长" ""]
  "Names of all kinds.")

(defun scim-table-tests--rows (from to)
  "Return the text of rows FROM to before TO."
  (mapconcat (lambda (i)
               (format "%s\t%d\tm%d@x\ti-%d\n"
                       (aref scim-table-tests--names
                             (mod i (length scim-table-tests--names)))
                       i i i))
             (number-sequence from (1- to)) ""))

(defun scim-table-tests--ids (from to)
  "Return a vector with the ids of rows FROM to before TO."
  (vconcat (mapcar (lambda (i) (format "i-%d" i))
                   (number-sequence from (1- to)))))

(defun scim-table-tests--add (from to)
  "Add rows FROM to before TO."
  (scim-table-append (scim-table-tests--rows from to)
                     (scim-table-tests--ids from to)))

(defmacro scim-table-tests--with (rows &rest body)
  "Evaluate BODY in a table with so many ROWS, in the selected window."
  (declare (indent 1) (debug t))
  `(let ((buffer (generate-new-buffer "table")))
     (unwind-protect
         (save-window-excursion
           (switch-to-buffer buffer)
           (scim-table-mode)
           (scim-table-set-columns scim-table-tests--columns)
           (scim-table-tests--add 0 ,rows)
           (goto-char (point-min))
           ,@body)
       (kill-buffer buffer))))

(defun scim-table-tests--line (id)
  "Return what is shown of the row of ID: a list of (COLUMN . TEXT)."
  (save-excursion
    (should (scim-table-goto id))
    (jit-lock-fontify-now (point) (line-end-position))
    (let ((column 2) (cells nil) (cell "") (position (point)))
      (while (< position (line-end-position))
        (let ((display (get-text-property position 'display)))
          (pcase display
            (`(space :align-to ,to)
             (push (cons column cell) cells)
             (setq column to cell "")
             (cl-incf position))
            ((pred stringp)
             (setq cell (concat cell display)
                   position (next-single-property-change
                             position 'display nil (line-end-position))))
            (_ (setq cell (concat cell (string (char-after position))))
               (cl-incf position)))))
      (nreverse (cons (cons column cell) cells)))))

(ert-deftest scim-table-cells-stand-in-their-columns ()
  "Whatever characters they have; wide ones are cut to fit, with an ellipsis."
  (scim-table-tests--with 8
    (dotimes (i 8)
      (let ((line (scim-table-tests--line (format "i-%d" i))))
        (should (= 4 (length line)))
        (pcase-let ((`((,name-at . ,name) (,count-at . ,count)
                       (,mail-at . ,_) (,id-at . ,id))
                     line))
          (should (= 2 name-at))
          (should (<= (string-width name) 12))
          ;; Numbers end where their column ends.
          (should (= (+ 16 8) (+ count-at (string-width count))))
          (should (= 26 mail-at))
          (should (= 38 id-at))
          (should (equal id (format "i-%d" i))))))
    (should (equal "A name that…"
                   (cdar (scim-table-tests--line "i-5"))))
    (should (string-suffix-p "…" (cdar (scim-table-tests--line "i-6"))))
    (should (equal "שרה לוי" (cdar (scim-table-tests--line "i-1"))))
    (should (eq 'left-to-right bidi-paragraph-direction))))

(ert-deftest scim-table-text-stays-what-it-was ()
  "Layout is properties, so that all of a cell can be searched and copied."
  (scim-table-tests--with 8
    (jit-lock-fontify-now)
    (should (search-forward "far too long" nil t))
    (should (equal "i-5" (scim-table-id)))
    (should (equal (scim-table-tests--rows 0 8)
                   (buffer-substring-no-properties (point-min) (point-max))))
    (should (equal '("A name that is far too long" "5" "m5@x" "i-5")
                   (scim-table-cells)))))

(ert-deftest scim-table-headings-stand-over-their-columns ()
  "Where the cells are, also when the window is scrolled sideways."
  (scim-table-tests--with 8
    (let ((header (scim-table--header)) (places nil) (position 0))
      (while (setq position (text-property-not-all
                             position (length header) 'display nil header))
        (push (caddr (get-text-property position 'display header)) places)
        (cl-incf position))
      ;; "Groups" ends with its column.
      (should (equal '(2 18 26 38) (nreverse places))))
    (set-window-hscroll nil 4)
    (let ((header (scim-table--header)))
      (should-not (string-match-p "Name" header))
      (should (equal '(space :align-to 22)
                     (get-text-property (1- (string-match "Mail" header))
                                        'display header))))))

(ert-deftest scim-table-lays-out-only-what-is-seen ()
  "Ten thousand rows are inserted; nobody has seen the last one yet."
  (scim-table-tests--with 10000
    (should (= 10000 (scim-table-count)))
    (jit-lock-fontify-now (point-min) (line-end-position 10))
    (should (get-text-property (line-end-position 1) 'fontified))
    (goto-char (point-max))
    (forward-line -1)
    (should (equal "i-9999" (scim-table-id)))
    (should-not (next-single-property-change (point) 'display))))

(ert-deftest scim-table-knows-rows-by-id ()
  "Also after rows were replaced and removed; ids are compared as they are."
  (scim-table-tests--with 100
    (should (equal "i-0" (scim-table-id)))
    (should (scim-table-goto "i-42"))
    (should (equal "i-42" (scim-table-id)))
    (should-not (scim-table-goto "I-42"))
    (should (equal "i-42" (scim-table-id)))
    (forward-char 4)
    (scim-table-replace "i-42" "new 😀\t7\tm\ti-42")
    (should (= 4 (- (point) (line-beginning-position))))
    (should (equal '("new 😀" "7" "m" "i-42") (scim-table-cells)))
    (scim-table-remove '("i-0" "i-41" "i-99" "nobody"))
    (should (= 97 (scim-table-count)))
    (should (equal "i-42" (scim-table-id)))
    (should (equal (scim-table-count) (count-lines (point-min) (point-max))))
    (dolist (id '("i-1" "i-40" "i-43" "i-98"))
      (should (scim-table-goto id))
      (should (looking-at-p (concat ".*\t" id "$"))))
    (scim-table-remove "i-1")
    (should-not (scim-table-goto "i-1"))
    (scim-table-clear)
    (should (equal 0 (scim-table-count)))
    (should-not (scim-table-id))
    (should (= (point-min) (point-max)))))

(ert-deftest scim-table-rows-added-do-not-move-anybody ()
  "Neither point nor the windows."
  (scim-table-tests--with 50
    (scim-table-goto "i-20")
    (scim-table-tests--add 50 150)
    (should (equal "i-20" (scim-table-id)))
    (should (= (point) (window-point)))
    (should (= 150 (scim-table-count)))
    (should-not (buffer-modified-p))))

(defun scim-table-tests--keys (keys)
  "Type KEYS, for `kbd'."
  (execute-kbd-macro (kbd keys)))

(defun scim-table-tests--prefixes ()
  "Return the ids of the rows that have a mark before them."
  (save-excursion
    (goto-char (point-min))
    (cl-loop until (eobp)
             when (equal "* " (get-text-property (point) 'line-prefix))
             collect (scim-table-id)
             do (forward-line))))

(ert-deftest scim-table-marks-rows ()
  "By keys, counts, region and regexp; marks are seen, and told in order."
  (scim-table-tests--with 20
    (should-not (scim-table-marked))
    (should (equal '("i-0") (scim-table-marked-or-here)))
    (scim-table-tests--keys "n m m")
    (should (equal "i-3" (scim-table-id)))
    (should (equal '("i-1" "i-2") (scim-table-marked)))
    (should (equal '("i-1" "i-2") (scim-table-tests--prefixes)))
    (scim-table-tests--keys "DEL")
    (should (equal '("i-1") (scim-table-marked)))
    (scim-table-goto "i-15")
    (scim-table-tests--keys "C-u 3 m")
    (should (equal '("i-1" "i-15" "i-16" "i-17") (scim-table-marked)))
    (scim-table-goto "i-16")
    (scim-table-tests--keys "u")
    (should (equal '("i-1" "i-15" "i-17") (scim-table-tests--prefixes)))
    (scim-table-tests--keys "t")
    (should (= 17 (length (scim-table-marked))))
    (scim-table-tests--keys "U % שרה RET")
    (should (equal '("i-1" "i-9" "i-17") (scim-table-marked)))
    (should (equal (scim-table-marked) (scim-table-tests--prefixes)))
    (scim-table-tests--keys "U")
    (should-not (scim-table-tests--prefixes))
    (let ((transient-mark-mode t))
      (scim-table-goto "i-4")
      (push-mark (point) t t)
      (scim-table-goto "i-7")
      (scim-table-mark 1))
    (should (equal '("i-4" "i-5" "i-6") (scim-table-marked)))
    (scim-table-tests--keys "w")
    (should (equal "i-4\ni-5\ni-6" (car kill-ring)))
    (goto-char (point-max))
    (should-error (scim-table-mark 1) :type 'user-error)))

(ert-deftest scim-table-marks-stay-with-their-ids ()
  "Through clearing and coming again; what does not come is not marked."
  (scim-table-tests--with 20
    (scim-table-set-marks '("i-3" "i-7" "i-19"))
    (scim-table-clear t)
    (should-not (scim-table-marked))
    (scim-table-tests--add 5 15)
    (scim-table-tests--add 0 5)
    (should (equal '("i-7" "i-3") (scim-table-marked)))
    (should (equal '("i-7" "i-3") (scim-table-tests--prefixes)))
    (scim-table-prune-marks)
    (scim-table-tests--add 15 20)
    (should (equal '("i-7" "i-3") (scim-table-marked)))
    (scim-table-remove "i-7")
    (should (equal '("i-3") (scim-table-marked)))))

(ert-deftest scim-table-finds-its-place-again ()
  "Point and window stay with their rows when those come in another order."
  (scim-table-tests--with 200
    (scim-table-goto "i-150")
    (forward-char 2)
    (let ((place (scim-table-place)))
      (scim-table-clear t)
      (scim-table-tests--add 100 200)
      (should (scim-table-restore place))
      (should (equal "i-150" (scim-table-id)))
      (should (= 2 (- (point) (line-beginning-position))))
      (should (= (point) (window-point)))
      (scim-table-clear t)
      (scim-table-tests--add 0 10)
      (should-not (scim-table-restore place)))))

(ert-deftest scim-table-sorts-by-its-headings ()
  "A click tells the key of the column; columns without one do nothing."
  (scim-table-tests--with 3
    (let* ((asked nil)
           (scim-table-sort-function (lambda (key) (push key asked)))
           (header (scim-table--header))
           (click (lambda (heading)
                    (scim-table-sort-click
                     `(mouse-1 (,(selected-window) header-line (0 . 0) 0
                                (,header . ,(string-match heading header))))))))
      (funcall click "Name")
      (funcall click "Mail")
      (should (equal '("userName") asked))
      (scim-table-tests--keys "S Name RET")
      (should (equal '("userName" "userName") asked))
      (scim-table-show-sorted "userName" t)
      (should (string-match-p "Name ▼" (scim-table--header)))
      (should (lookup-key (get-text-property
                           (string-match "Name" header) 'keymap header)
                          [header-line mouse-1])))))

(ert-deftest scim-table-has-a-note-below-the-rows ()
  "It moves along with the last row."
  (scim-table-tests--with 3
    (scim-table-set-note "PARTIAL" 'scim-warning)
    (scim-table-tests--add 3 6)
    (should (equal "PARTIAL" (scim-table-note)))
    (should (= (point-max) (overlay-start scim-table--note)))
    (scim-table-set-note nil)
    (should-not (scim-table-note))))

(ert-deftest scim-table-takes-fifty-thousand-rows ()
  "In pages; the last row is found and marked like the first."
  (scim-table-tests--with 0
    (dotimes (page 50)
      (scim-table-tests--add (* 1000 page) (* 1000 (1+ page))))
    (should (= 50000 (scim-table-count)))
    (should (scim-table-goto "i-49999"))
    (scim-table-mark 1)
    (should (equal '("i-49999") (scim-table-marked)))
    (scim-table-remove (cl-loop for i below 50000 by 2
                                collect (format "i-%d" i)))
    (should (= 25000 (scim-table-count)))
    (should (scim-table-goto "i-25001"))
    (should (looking-at-p ".*\ti-25001$"))))

(provide 'scim-table-tests)
;;; scim-table-tests.el ends here
