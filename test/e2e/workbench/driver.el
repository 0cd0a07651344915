;;; driver.el --- What a test wants to know of a running Emacs -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Loaded into an Emacs that test/support/terminal.ts runs on a terminal.
;; A timer looks for questions, forms in files of the directory
;; WORKBENCH_WIRE, and answers each by a file.  Keys come from the
;; terminal alone: nothing here types, or calls commands.

;;; Code:

(require 'cl-lib)
(require 'json)
(require 'seq)
(require 'subr-x)

(defconst workbench-wire (file-name-as-directory (getenv "WORKBENCH_WIRE"))
  "Directory of questions and answers.")

(defvar workbench-number 1
  "Number of the next question.")

(defvar workbench-pending nil
  "A form that is asked until it is true, or nil.")

;;;; Questions and answers

(defun workbench-file (kind number)
  "Return the file of KIND, a string, with NUMBER."
  (expand-file-name (format "%s-%d" kind number) workbench-wire))

(defun workbench-read (number)
  "Return the form of question NUMBER, or nil when nobody has asked it yet."
  (let ((file (workbench-file "ask" number)))
    (when (file-exists-p file)
      (with-temp-buffer
        (let ((coding-system-for-read 'utf-8-unix))
          (insert-file-contents file))
        (read (current-buffer))))))

(defun workbench-answer (number answer)
  "Answer question NUMBER with ANSWER, a plist."
  (let ((file (workbench-file "answer" number))
        (part (workbench-file "part" number))
        (coding-system-for-write 'utf-8-unix)
        (json-encoding-pretty-print nil))
    (write-region (condition-case nil (json-encode answer)
                    (json-error (json-encode `(:value ,(format "%S" answer)))))
                  nil part nil 'silent)
    (rename-file part file)))

(defun workbench-value (form)
  "Return the value of FORM in the buffer of the selected window."
  (with-current-buffer (window-buffer (selected-window))
    (save-match-data
      (save-excursion
        (let ((inhibit-message t) (message-log-max nil) (inhibit-quit t)
              (deactivate-mark nil))
          (eval form t))))))

(defun workbench-look ()
  "Answer the question that waits, and begin with the next one."
  (when-let ((form (workbench-read workbench-number)))
    (setq workbench-pending form)
    (cl-incf workbench-number))
  (when workbench-pending
    (let ((number (1- workbench-number)) (form workbench-pending))
      (condition-case err
          (if (eq (car-safe form) :until)
              (when-let ((value (workbench-value (cadr form))))
                (setq workbench-pending nil)
                (workbench-answer number (list :value value)))
            (setq workbench-pending nil)
            (workbench-answer number (list :value (workbench-value form))))
        (error
         (setq workbench-pending nil)
         (workbench-answer number (list :error (format "%S" err))))))))

;; A timer that repeats would keep Emacs from reading keys when looking
;; takes longer than its interval.
(defun workbench-tick ()
  "Answer what is asked, now and soon again."
  (unwind-protect (workbench-look)
    (run-with-timer 0.02 nil #'workbench-tick)))

;;;; What a window shows

;; Text comes in runs, in which no property and no overlay begins or ends.

(defun workbench-overlay-strings (start end)
  "Return what overlays show before and after the text from START to END.
The value is a cons; what empty overlays show is in its car."
  (let ((before "") (after ""))
    (dolist (overlay (overlays-in start (max end (1+ start))))
      (let ((from (overlay-start overlay)) (to (overlay-end overlay)))
        (when (= start from)
          (setq before (concat before (overlay-get overlay 'before-string))))
        (cond ((= start from to)
               (setq before (concat before (overlay-get overlay 'after-string))))
              ((= end to)
               (setq after (concat after (overlay-get overlay 'after-string)))))))
    (cons before after)))

(defun workbench-column (align line)
  "Return the spaces that ALIGN, a display property, puts after the text LINE."
  (let ((to (plist-get (cdr align) :align-to))
        (width (plist-get (cdr align) :width)))
    (make-string (cond ((numberp to) (max 0 (- to (string-width line))))
                       ((numberp width) width)
                       (t 1))
                 ?\s)))

(defun workbench-run (start end bol line)
  "Return what is seen of the text from START to END, after the text LINE.
The line begins at BOL."
  (let ((display (get-char-property start 'display)))
    (cond ((invisible-p start) "")
          ((and display (> start bol) (not (eq (car-safe display) 'space))
                (eq display (get-char-property (1- start) 'display)))
           "")
          ((stringp display) display)
          ((eq (car-safe display) 'space) (workbench-column display line))
          (t (buffer-substring-no-properties start end)))))

(defun workbench-line ()
  "Return what is seen of the line at point, and go to the next one."
  (let ((line (or (get-char-property (point) 'line-prefix) line-prefix))
        (bol (point)) (end (line-end-position)))
    (setq line (if (stringp line) (substring-no-properties line) ""))
    (while (< (point) end)
      (let* ((start (point))
             (next (min end (next-char-property-change start end)))
             (strings (workbench-overlay-strings start next)))
        (setq line (concat line (car strings)))
        (setq line (concat line (workbench-run start next bol line)
                           (cdr strings)))
        (goto-char next)))
    (setq line (concat line (car (workbench-overlay-strings end end))))
    (forward-line)
    (substring-no-properties line)))

(defun workbench-lines (window)
  "Return the lines that WINDOW shows, as a list of strings."
  (with-selected-window window
    (save-excursion
      (let ((inhibit-field-text-motion t) (end (window-end nil t)) lines)
        (goto-char (window-start))
        (while (and (< (point) end) (not (eobp)))
          (if (invisible-p (point))
              (forward-line)
            (push (workbench-line) lines)))
        (when (and (eobp) (bolp))
          (push (car (workbench-overlay-strings (point) (point))) lines))
        (nreverse lines)))))

(defun workbench-format (format window)
  "Return what FORMAT of a mode line or header line shows in WINDOW."
  (and format
       (substring-no-properties
        (format-mode-line format nil window (window-buffer window)))))

(defun workbench-bar (window)
  "Return the header line and the mode line of WINDOW, as a list."
  (with-current-buffer (window-buffer window)
    (delq nil (list (workbench-format header-line-format window)
                    (unless (window-minibuffer-p window)
                      (workbench-format mode-line-format window))))))

(defun workbench-window-text (window)
  "Return all that WINDOW shows, as one string."
  (string-join (append (workbench-bar window) (workbench-lines window)) "\n"))

(defun workbench-screen ()
  "Return all that can be seen, as one string."
  (concat (mapconcat #'workbench-window-text (window-list nil t) "\n")
          "\n" (or (current-message) "")))

(defun workbench-sees-p (text)
  "Can TEXT be seen?"
  (string-search text (workbench-screen)))

(defun workbench-window-sees-p (name text)
  "Can TEXT be seen in the window of the buffer whose name begins with NAME?"
  (seq-some (lambda (window)
              (and (string-prefix-p name (buffer-name (window-buffer window)))
                   (string-search text (workbench-window-text window))))
            (window-list nil t)))

;;;; What was told

(defun workbench-messages ()
  "Return the text of *Messages*."
  (with-current-buffer (messages-buffer)
    (buffer-substring-no-properties (point-min) (point-max))))

(defun workbench-told-p (text)
  "Was TEXT told?"
  (or (string-search text (or (current-message) ""))
      (string-search text (workbench-messages))))

(defun workbench-errors ()
  "Return the lines of *Messages* about mistakes of programs, or nil."
  (seq-filter (lambda (line)
                (string-match-p "\\(?:error in a handler\\|Error \\(?:running timer\\|during redisplay\\|in [a-z-]+hook\\)\\|error in process \\(?:filter\\|sentinel\\)\\|Wrong type\\|Symbol’s \\(?:value\\|function\\)\\)"
                                line))
              (split-string (workbench-messages) "\n" t)))

;;;; When a test has failed

(defun workbench-stderr ()
  "Return what the bridges wrote to their standard error."
  (mapconcat (lambda (buffer)
               (with-current-buffer buffer
                 (format "--- %s\n%s\n" (buffer-name) (buffer-string))))
             (seq-filter (lambda (buffer)
                           (string-match-p "scim.*stderr" (buffer-name buffer)))
                         (buffer-list))
             ""))

(defun workbench-dump ()
  "Return all that helps to understand what went wrong, as text."
  (concat
   (mapconcat (lambda (window)
                (format "=== %s%s, point at %d, line %d\n%s"
                        (buffer-name (window-buffer window))
                        (if (eq window (selected-window)) " (selected)" "")
                        (window-point window)
                        (with-current-buffer (window-buffer window)
                          (line-number-at-pos (window-point window)))
                        (workbench-window-text window)))
              (window-list nil t) "\n")
   "\n=== *Messages*\n"
   (let ((messages (workbench-messages)))
     (substring messages (max 0 (- (length messages) 3000))))
   "\n=== keys: " (key-description (recent-keys))
   "\n=== bridge\n" (workbench-stderr)))

;;;; Setting up

(mapatoms (lambda (symbol)
            (when (and (fboundp symbol)
                       (string-prefix-p "workbench-" (symbol-name symbol)))
              (byte-compile symbol))))

(setq scim-bridge-file (getenv "WORKBENCH_BRIDGE")
      inhibit-startup-screen t
      ring-bell-function #'ignore
      make-backup-files nil
      native-comp-deferred-compilation nil
      native-comp-jit-compilation nil
      create-lockfiles nil)
(require 'scim)
(add-hook 'emacs-startup-hook
          (lambda () (run-with-timer 0.02 nil #'workbench-tick)))

;;; driver.el ends here
