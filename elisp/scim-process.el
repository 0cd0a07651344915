;;; scim-process.el --- What a SCIM bridge prints, and its end -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Around the filter and the sentinel of jsonrpc.el: a bridge that writes
;; what is not a message is ended at once, and when one has ended, for
;; whatever reason, all that waits for it learns why.

;;; Code:

(require 'subr-x)
(require 'warnings)
(require 'scim-bridge)
(require 'scim-handle)
(require 'scim-queue)

(defvar scim-process-in-filter nil
  "Non-nil inside a process filter or sentinel.")

(defun scim-process-filter (function process text)
  "Let FUNCTION, jsonrpc.el's filter, handle TEXT from PROCESS.
End the bridge when TEXT is not, or does not hold, a message."
  (let ((scim-process-in-filter t)
        (bridge (process-get process 'scim-bridge)))
    (unless (eq (scim-bridge-state bridge) 'dead)
      (when (or (scim-bridge-foreign-p process text)
                (not (scim-process--read function process text))
                (scim-bridge-foreign-p process ""))
        (scim-process--garbled bridge)))))

(defun scim-process--read (function process text)
  "Call FUNCTION, a filter, with PROCESS and TEXT; return nil if it fails.
About a message that it cannot read, jsonrpc.el only warns, with all of
the text, and whoever waits for that message would wait for ever."
  (let* ((warnings (get-buffer "*Warnings*"))
         (read nil)
         (inhibit-message t)
         (message-log-max nil)
         (warning-prefix-function
          (lambda (&rest _) (throw 'scim-process--unreadable nil))))
    (catch 'scim-process--unreadable
      (condition-case nil
          (progn (funcall function process text)
                 (setq read t))
        (error nil)))
    (unless (or read warnings)
      (when-let ((buffer (get-buffer "*Warnings*")))
        (kill-buffer buffer)))
    read))

(defun scim-process--garbled (bridge)
  "End BRIDGE, which wrote something that is not a message."
  (setf (scim-bridge-obituary bridge) (scim-bridge-garble))
  (delete-process (scim-bridge-process bridge)))

(defun scim-process-sentinel (function process change)
  "Let FUNCTION, jsonrpc.el's sentinel, handle the CHANGE of PROCESS.
When it has ended, make its obituary first: FUNCTION fails the requests."
  (let ((scim-process-in-filter t)
        (inhibit-message t) (message-log-max nil)
        (bridge (process-get process 'scim-bridge)))
    (unless (process-live-p process)
      (scim-bridge-autopsy bridge))
    (condition-case nil
        (funcall function process change)
      (error nil))
    (unless (process-live-p process)
      (scim-process-bury bridge))))

(defun scim-process-unsent (bridge err)
  "Signal why BRIDGE could not be sent something, which ended in ERR.
A bridge may have died before Emacs calls the sentinel, which it does
only when it waits.  Then all is done here that the sentinel would do."
  (let ((process (scim-bridge-process bridge)))
    (when (process-live-p process)
      (signal (car err) (cdr err)))
    ;; It may have answered something before.  This calls the sentinel.
    (while (accept-process-output process 0 nil 1))
    (delete-process process)
    (scim-process-bury bridge)
    (scim-error-signal (scim-bridge-obituary bridge))))

(defun scim-process-bury (bridge)
  "Settle all requests of BRIDGE, which has ended, and clean up after it.
May be called twice: by whoever ended it and by the sentinel."
  (unless (eq (scim-bridge-state bridge) 'dead)
    ;; This waits for last words, and then the sentinel may be called.
    (scim-bridge-autopsy bridge))
  (unless (eq (scim-bridge-state bridge) 'dead)
    (let ((state (scim-bridge-state bridge))
          (uptime (- (float-time) (scim-bridge-started bridge))))
      (setf (scim-bridge-state bridge) 'dead
            (scim-bridge-flapped bridge)
            (and (not (eq state 'stopping))
                 (< uptime scim-bridge-minimum-uptime)))
      (cancel-timer (scim-bridge-timer bridge))
      (dolist (handle (reverse (scim-bridge-handles bridge)))
        (scim-handle-settle handle (scim-bridge-obituary bridge) nil))
      (unless (eq state 'stopping)
        (scim-queue-add #'scim-bridge-report bridge state))
      (scim-queue-add #'scim-bridge-clean-up bridge))))

(defun scim-process-wait-until (predicate seconds)
  "Wait for PREDICATE to be non-nil, at most SECONDS."
  (let ((end (+ (float-time) seconds)))
    (while (and (not (funcall predicate)) (< (float-time) end))
      (accept-process-output nil 0.05))))

(provide 'scim-process)
;;; scim-process.el ends here
