;;; scim-queue.el --- Work put off until no process filter runs -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; What a process filter wants done is put on one queue, which a timer
;; empties in the order of arrival.  One timer for all of it: a burst of
;; thousands of notifications costs a list, not a timer each.

;;; Code:

(require 'scim-error)

(defvar scim-queue--head nil
  "Closures to be called, oldest first; the rest is in `scim-queue--tail'.")

(defvar scim-queue--tail nil
  "Closures to be called after those of `scim-queue--head', newest first.")

(defvar scim-queue--timer nil
  "Timer that empties the queue, if one is set.")

(defvar scim-queue-held nil
  "Non-nil while nothing may be taken off the queue; see `scim-queue-hold'.")

(defmacro scim-queue-hold (&rest body)
  "Evaluate BODY; nothing is taken off the queue meanwhile.
For sending: a long message makes Emacs wait, and then timers run."
  (declare (indent 0) (debug t))
  `(unwind-protect
       (let ((scim-queue-held t)) ,@body)
     (scim-queue--schedule)))

(defun scim-queue-empty-p ()
  "Is there nothing to be done?"
  (not (or scim-queue--head scim-queue--tail)))

(defun scim-queue-add (function &rest args)
  "Call FUNCTION with ARGS soon, outside of any process filter, in order."
  (push (lambda () (apply function args)) scim-queue--tail)
  (scim-queue--schedule))

(defun scim-queue--schedule ()
  "Set the timer, unless it is set or there is nothing to do."
  (unless (or scim-queue--timer scim-queue-held (scim-queue-empty-p))
    (setq scim-queue--timer (run-at-time 0 nil #'scim-queue--drain))))

(defun scim-queue--next ()
  "Take the oldest closure off the queue and return it."
  (unless scim-queue--head
    (setq scim-queue--head (nreverse scim-queue--tail)
          scim-queue--tail nil))
  (pop scim-queue--head))

(defun scim-queue--drain ()
  "Call all that is queued, but let the person's input go first.
A closure that waits for a process lets another timer go on here."
  (setq scim-queue--timer nil)
  (unwind-protect
      (while (and (not scim-queue-held)
                  (not (scim-queue-empty-p))
                  (progn
                    ;; Should the closure wait, the rest must not.
                    (let ((next (scim-queue--next)))
                      (scim-queue--schedule)
                      (scim-queue-call-safely next))
                    (not (input-pending-p)))))
    (scim-queue--schedule)))

(defun scim-queue-call-safely (function &rest args)
  "Call FUNCTION with ARGS; tell an error instead of signalling it."
  (condition-case err
      (apply function args)
    (error (message "SCIM: error in a handler: %s" (scim-error-message err)))))

(defun scim-queue-call-in (buffer function &rest args)
  "Call FUNCTION, unless it is nil, with ARGS in BUFFER, if that lives."
  (when function
    (if (buffer-live-p buffer)
        (with-current-buffer buffer (apply function args))
      (apply function args))))

(provide 'scim-queue)
;;; scim-queue.el ends here
