;;; block.el --- How long Emacs is blocked -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Loaded by test/bench/block.ts into an Emacs on a terminal.  A timer of
;; two milliseconds notes when it comes late: so long nothing that is
;; typed was looked at.  While a command waits for an answer timers run,
;; so commands are timed as well.

;;; Code:

(require 'cl-lib)

(defconst block-interval 0.002
  "Seconds between two looks at the clock.")

(defvar block-timer nil
  "The timer that looks at the clock.")

(defvar block-last nil
  "What the clocks said at the last look: a list of wall, CPU and GC seconds.")

(defvar block-gaps nil
  "The longest gaps of this scenario, as lists of wall, CPU and GC milliseconds.")

(defvar block-commands nil
  "Commands of this scenario that took more than 20 ms, with milliseconds.")

(defvar block-command-start nil
  "When the command began that runs, or nil.")

(defvar block-start nil
  "When the scenario began: with its first key.")

(defvar block-watches nil
  "What is waited for: a list of [NAME FUNCTION MILLISECONDS-or-nil].")

(defvar block-gc 0
  "Milliseconds of the longest garbage collection.")

(defvar block-gc-before 0.0
  "`gc-elapsed' before the last garbage collection.")

(defun block-clocks ()
  "Return the wall, CPU and GC time in seconds."
  (list (float-time) (float-time (get-internal-run-time)) gc-elapsed))

(defun block-look ()
  "Note how late this look at the clock is."
  (let* ((now (block-clocks))
         (late (- (car now) (car block-last) block-interval)))
    (when (> late 0.005)
      (push (cl-mapcar (lambda (a b) (* 1000 (- a b))) now block-last) block-gaps))
    (dolist (watch block-watches)
      (when (and block-start (not (aref watch 2))
                 ;; What it asks about may not be loaded yet.
                 (ignore-errors (funcall (aref watch 1))))
        (aset watch 2 (* 1000 (- (float-time) block-start))))))
  (block-again))

(defun block-again ()
  "Look at the clock again soon."
  (setq block-last (block-clocks))
  (timer-set-time block-timer (time-add nil block-interval))
  (timer-activate block-timer))

(defun block-collected ()
  "Note how long a garbage collection took."
  (setq block-gc (max block-gc (* 1000 (- gc-elapsed block-gc-before)))
        block-gc-before gc-elapsed))

(defun block-before-command ()
  "Note when a command begins."
  (unless block-start
    (setq block-start (float-time)))
  (setq block-command-start (float-time)))

(defun block-after-command ()
  "Note how long a command took, unless it was interrupted by others."
  (when block-command-start
    (let ((took (* 1000 (- (float-time) block-command-start))))
      (when (> took 20)
        (push (cons (format "%s" this-command) took) block-commands))))
  (setq block-command-start nil))

(defun block-forget-command ()
  "Do not time a command that asks something."
  (setq block-command-start nil))

(defun block-begin (&rest watches)
  "Begin a scenario, in which WATCHES are waited for: names and functions."
  (garbage-collect)
  (setq block-gaps nil block-commands nil block-start nil block-gc 0
        block-gc-before gc-elapsed
        block-watches (cl-loop for (name function) on watches by #'cddr
                               collect (vector name function nil)))
  (unless block-timer
    (setq block-timer (timer-create))
    (timer-set-function block-timer #'block-look)
    (add-hook 'post-gc-hook #'block-collected)
    (add-hook 'pre-command-hook #'block-before-command)
    (add-hook 'minibuffer-setup-hook #'block-forget-command)
    (add-hook 'post-command-hook #'block-after-command))
  (cancel-timer block-timer)
  (block-again)
  t)

(defun block-start-now ()
  "Begin the time of the scenario now, not with its first key."
  (setq block-start (float-time)))

(defun block-done-p ()
  "Was everything seen that is waited for?"
  (seq-every-p (lambda (watch) (aref watch 2)) block-watches))

(defun block-end ()
  "End the scenario and return what was measured."
  (let* ((longest (lambda (n)
                    (apply #'max 0 (mapcar (lambda (gap) (nth n gap)) block-gaps))))
         ;; GC time is by the wall clock.
         (without-gc (apply #'max 0 (mapcar (lambda (gap)
                                              (min (- (nth 0 gap) (nth 2 gap))
                                                   (nth 1 gap)))
                                            block-gaps))))
    (cancel-timer block-timer)
    (list :wall (funcall longest 0) :cpu (funcall longest 1)
          :withoutGc without-gc :gc block-gc
          :seen (vconcat (mapcar (lambda (watch)
                                   (vector (aref watch 0) (aref watch 2)))
                                 block-watches))
          :commands (vconcat
                     (mapcar (lambda (command) (vector (car command) (cdr command)))
                             (seq-take (sort (copy-sequence block-commands)
                                             (lambda (a b) (> (cdr a) (cdr b))))
                                       3))))))

(provide 'block)
;;; block.el ends here
