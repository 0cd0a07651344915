;;; scim-marks.el --- Outcomes beside the requests of a file -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Overlays that show, in a request file, what became of its requests:
;; status and time beside the request line, expected and actual values
;; beside assertions that failed.  They belong to the request as it was
;; sent, and go when it is edited.  `next-error' visits what failed.

;;; Code:

(require 'cl-lib)
(require 'seq)
(require 'subr-x)
(require 'scim-error)
(require 'scim-ui)

;;;; Overlays

(defun scim-marks-position (line &optional character)
  "Return the position of LINE and CHARACTER, both zero-based."
  (save-excursion
    (save-restriction
      (widen)
      (goto-char (point-min))
      (forward-line line)
      (min (+ (point) (or character 0)) (line-end-position)))))

(defun scim-marks--all (&optional beg end)
  "Return the overlays between BEG and END, by default of all the buffer."
  (save-restriction
    (widen)
    (seq-filter (lambda (overlay) (overlay-get overlay 'scim-mark))
                (overlays-in (or beg (point-min)) (or end (point-max))))))

(defun scim-marks-clear (&optional beg end)
  "Remove what is shown between BEG and END, by default all."
  (mapc #'delete-overlay (scim-marks--all beg end)))

(defun scim-marks--edited (block after &rest _)
  "Remove what is shown for BLOCK, the overlay of a request, before an edit.
AFTER is non-nil when this is called after the edit."
  (unless after
    (when (overlay-buffer block)
      (scim-marks-clear (overlay-start block) (overlay-end block)))
    (delete-overlay block)))

(defun scim-marks--block (beg end)
  "Begin to show something for the request between BEG and END."
  (scim-marks-clear beg end)
  (let ((block (make-overlay beg end)))
    (overlay-put block 'scim-mark 'block)
    (dolist (hook '(modification-hooks insert-behind-hooks))
      (overlay-put block hook '(scim-marks--edited)))))

(defun scim-marks--beside (position text &optional problem)
  "Show TEXT at the end of the line of POSITION.
PROBLEM is the message that `next-error' tells there."
  (save-excursion
    (goto-char position)
    (let ((overlay (make-overlay position (line-end-position))))
      (overlay-put overlay 'scim-mark (if problem 'problem 'note))
      (overlay-put overlay 'scim-message problem)
      (overlay-put overlay 'evaporate nil)
      ;; The cursor stays before the text at the end of the line.
      (put-text-property 0 1 'cursor t text)
      (overlay-put overlay 'after-string text)
      overlay)))

;;;; Outcomes

(defun scim-marks--one-line (text)
  "Return TEXT in one line."
  (string-join (split-string text "\n" t "[ \t]+") "; "))

(defun scim-marks--failed (result)
  "Return the assertions of RESULT that failed."
  (seq-filter (lambda (assertion) (not (eq (plist-get assertion :passed) t)))
              (plist-get result :assertions)))

(defun scim-marks--status (result)
  "Return status and time of RESULT's answer, or the empty string."
  (if-let ((response (plist-get result :response)))
      (format " %d %s" (plist-get response :status)
              (scim-ui-duration (plist-get response :durationMs)))
    ""))

(defun scim-marks-summary (result)
  "Return a short text about the outcome of RESULT."
  (let ((failed (length (scim-marks--failed result)))
        (status (scim-marks--status result)))
    (pcase (plist-get result :outcome)
      ("passed" (scim-ui-face (concat "✓" status) 'scim-success))
      ("skipped" (scim-ui-face (format "– skipped: %s"
                                       (or (plist-get result :reason) ""))
                               'scim-dimmed))
      ("failed" (scim-ui-face (format "✗%s, %d assertion%s failed" status failed
                                      (if (= failed 1) "" "s"))
                              'scim-failure))
      (_ (scim-ui-face
          (format "✗%s %s" status
                  (scim-marks--one-line
                   (or (plist-get (plist-get result :error) :message) "failed")))
          'scim-failure)))))

(defun scim-marks-running (beg end line)
  "Show that the request between BEG and END, at LINE, has been sent."
  (scim-marks--block beg end)
  (scim-marks--beside (scim-marks-position line)
                      (scim-ui-face "  ⟳ sending" 'scim-dimmed))
  (dolist (overlay (scim-marks--all beg end))
    (overlay-put overlay 'scim-running t)))

(defun scim-marks-clear-running ()
  "Take away what `scim-marks-running' has put beside requests."
  (dolist (overlay (scim-marks--all))
    (when (overlay-get overlay 'scim-running)
      (delete-overlay overlay))))

(defun scim-marks-show (result beg end)
  "Show the outcome of RESULT, the request between BEG and END."
  (scim-marks--block beg end)
  (let* ((failure (plist-get result :error))
         (place (plist-get failure :position)))
    (cond ((not place)
           (scim-marks--beside (scim-marks-position (plist-get result :line))
                               (concat "  " (scim-marks-summary result))
                               (and failure
                                    (scim-error-message
                                     (scim-error-from-view failure)))))
          ((/= (plist-get place :line) (plist-get result :line))
           (scim-marks--beside
            (scim-marks-position (plist-get result :line))
            (scim-ui-face (format "  ✗%s, see line %d"
                                  (scim-marks--status result)
                                  (1+ (plist-get place :line)))
                          'scim-failure))))
    (mapc #'scim-marks--assertion (scim-marks--failed result))
    (when place
      (scim-marks-problem failure))))

(defun scim-marks--assertion (assertion)
  "Show what ASSERTION, which failed, has to tell."
  (let ((message (scim-marks--one-line
                  (or (plist-get assertion :message) "failed"))))
    (scim-marks--beside (scim-marks-position (plist-get assertion :line))
                        (scim-ui-face (concat "  ✗ " message) 'scim-failure)
                        message)))

(defun scim-marks-problem (view)
  "Mark the place that VIEW, an error with a position, points at.
Return that position."
  (let* ((place (plist-get view :position))
         (position (scim-marks-position (plist-get place :line)
                                        (plist-get place :character)))
         (message (scim-error-message (scim-error-from-view view)))
         (overlay (scim-marks--beside
                   position
                   (scim-ui-face (concat "  ✗ " (scim-marks--one-line
                                                 (plist-get view :message)))
                                 'scim-failure)
                   message)))
    (overlay-put overlay 'face 'scim-failure)
    (overlay-put overlay 'help-echo message)
    position))

;;;; Going to what failed

(defun scim-marks--problems ()
  "Return the overlays of what failed, in the order of the buffer."
  (sort (seq-filter (lambda (overlay)
                      (eq (overlay-get overlay 'scim-mark) 'problem))
                    (scim-marks--all))
        (lambda (one other) (< (overlay-start one) (overlay-start other)))))

(defun scim-marks-next-error (&optional count reset)
  "Go to the next failure, or forward by COUNT failures.
A negative COUNT goes back.  With RESET, begin at the beginning of the
buffer.  This is the `next-error-function' of request files."
  (let* ((count (or count 1))
         (start (if reset (1- (point-min)) (point)))
         (problems (scim-marks--problems))
         (rest (cond ((= count 0) problems)
                     ((> count 0)
                      (seq-filter (lambda (overlay)
                                    (> (overlay-start overlay) start))
                                  problems))
                     (t (nreverse
                         (seq-filter (lambda (overlay)
                                       (< (overlay-start overlay) start))
                                     problems)))))
         (overlay (nth (max 0 (1- (abs count))) rest)))
    (unless overlay
      (user-error "No more failures"))
    (goto-char (overlay-start overlay))
    (message "%s" (overlay-get overlay 'scim-message))))

(provide 'scim-marks)
;;; scim-marks.el ends here
