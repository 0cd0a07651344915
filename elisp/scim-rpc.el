;;; scim-rpc.el --- Talk to the SCIM bridge -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The only file that calls jsonrpc.el.  There is one bridge process for
;; each workspace (a directory with scim.yaml, or the default workspace
;; without one), started by the first request and by nothing else.
;;
;; Rules that the rest of this file serves, for jsonrpc.el 1.0.14 (Emacs
;; 28) loses messages or hangs where they are broken:
;;
;; - Nothing is sent from within a process filter, nor while something
;;   else is being sent.  What arrives is put on a queue that a timer
;;   empties; callbacks and handlers run there.  The exception is a
;;   handler registered with :immediately.
;; - Text that is not a message on the bridge's standard output ends the
;;   bridge at once: jsonrpc.el would wait for the end of it for ever.
;; - The standard error of the bridge goes to a bounded hidden buffer of
;;   our own, and nothing that a process prints goes to *Messages*.
;; - A request has no time limit here; the bridge has them.  `C-g' ends
;;   the wait and tells the bridge.

;;; Code:

(require 'cl-lib)
(require 'jsonrpc)
(require 'subr-x)
(require 'scim-protocol)
(require 'scim-error)
(require 'scim-node)
(require 'scim-queue)
(require 'scim-bridge)
(require 'scim-handle)
(require 'scim-text)
(require 'scim-process)
(require 'scim-remote)
(require 'scim-supply)

;;;; Customization

(defcustom scim-connect-timeout 30
  "Seconds that the bridge may take to answer the first request."
  :type 'number
  :group 'scim-connection
  :safe #'numberp
  :package-version '(scim . "0.1.0"))

(defvar scim-rpc-progress-function #'scim-rpc-show-progress
  "Function that shows the progress of requests without one of their own.
It is called with MESSAGE, a string, and PERCENTAGE, a number or nil.")

;; Set by the modes whose buffers show what came of requests.
(defvar-local scim-rpc-action nil
  "Name of what is done in this buffer, or nil.
Every request names it, and the log tells the exchanges on its behalf
from others.")

(defvar scim-rpc-dry-run nil
  "Name of the dry run that requests are part of, or nil.
Those that name one write nothing; `scim-with-dry-run' binds this.")

(defvar scim-rpc--actions 0
  "Number of names that were made for actions.")

(defclass scim-rpc--connection (jsonrpc-process-connection) ()
  "A connection whose requests' ids can be learnt; see `scim-rpc--post'.")

(defvar scim-rpc--bridges (make-hash-table :test #'equal)
  "The last bridge of each workspace, by its directory; nil is the default.")

(defvar scim-rpc--handlers nil
  "Alist from method of notification to a list of (FUNCTION . IMMEDIATELY).")

(defvar scim-rpc--count 0
  "Number of bridges that were started.")

(defvar scim-rpc--sent-id nil
  "Id of the request that `jsonrpc-async-request' has just sent.")

(defvar scim-rpc--innermost nil
  "Handle of the innermost synchronous request that waits.")

;;;; Workspaces

(defun scim-rpc-root ()
  "Return the workspace of the current buffer.
That is the nearest parent directory with a scim.yaml, or nil for the
default workspace.  It may be on another machine; see `scim-remote-bridge'."
  (if (file-remote-p default-directory)
      (scim-remote-root (expand-file-name default-directory))
    (when-let ((root (locate-dominating-file default-directory "scim.yaml")))
      (file-name-as-directory (expand-file-name root)))))

(defun scim-rpc--live-p (bridge)
  "Is BRIDGE running, or being started?"
  (and bridge (memq (scim-bridge-state bridge) '(starting ready))))

(defun scim-rpc--all ()
  "Return the live bridges."
  (seq-filter #'scim-rpc--live-p (hash-table-values scim-rpc--bridges)))

(defun scim-rpc-bridges ()
  "Return what is known about each bridge, as a list of plists.
Their keys are those of `scim-bridge-describe'."
  (mapcar #'scim-bridge-describe (hash-table-values scim-rpc--bridges)))

;;;; Starting

(defun scim-rpc--make-connection (&rest args)
  "Return a connection made with ARGS, without a log of events.
Such a log would hold secrets.  Old and new jsonrpc.el differ in how to
switch it off."
  (condition-case nil
      (apply #'make-instance 'scim-rpc--connection
             :events-buffer-config '(:size 0 :format full) args)
    (invalid-slot-name
     (apply #'make-instance 'scim-rpc--connection
            :events-buffer-scrollback-size 0 args))))

(defun scim-rpc--connect (bridge)
  "Start the process of BRIDGE and speak JSON-RPC with it."
  (let* ((connection
          (scim-rpc--make-connection
           :name (scim-bridge-name bridge)
           :process (lambda () (scim-bridge-spawn bridge scim-connect-timeout))
           :request-dispatcher
           (lambda (&rest _)
             (jsonrpc-error :code scim-protocol-error-method-not-found
                            :message "No such method"))
           :notification-dispatcher
           (lambda (_connection method params)
             (scim-rpc--notified bridge (symbol-name method) params))))
         (process (get-process (scim-bridge-name bridge))))
    (setf (scim-bridge-connection bridge) connection
          (scim-bridge-process bridge) process)
    ;; We have our own; jsonrpc.el's would be an empty leftover.
    (kill-buffer (jsonrpc-stderr-buffer connection))
    (process-put process 'scim-bridge bridge)
    (add-function :around (process-filter process) #'scim-process-filter)
    (add-function :around (process-sentinel process) #'scim-process-sentinel)))

(defun scim-rpc--launch (root)
  "Start the bridge of ROOT and return it; it becomes ready later.
Signal `scim-bridge-error' when it cannot be started."
  (let ((bridge (scim-bridge--make
                 ;; The buffers of the last bridge may still be about.
                 :root root :started (float-time)
                 :name (format "scim-bridge-%d %s" (cl-incf scim-rpc--count)
                               (if root (abbreviate-file-name root) "default")))))
    (scim-rpc--connect-or-fail bridge)
    (setf (scim-bridge-timer bridge)
          (run-at-time scim-connect-timeout nil #'scim-rpc--too-slow bridge))
    (scim-rpc--post
     bridge scim-protocol-initialize (scim-bridge-greeting
      bridge (and (assoc scim-protocol-exchange scim-rpc--handlers) t))
     (lambda (result) (scim-queue-add #'scim-rpc--initialized bridge result))
     (lambda (failure) (scim-queue-add #'scim-rpc--rejected bridge failure)))
    (run-hooks 'scim-bridge-state-hook)
    bridge))

;; Timers run while TRAMP works, and what they send must not start
;; another bridge; it waits for this one.
(defun scim-rpc--connect-or-fail (bridge)
  "Connect BRIDGE, or fail what waits for it already and signal."
  (let* ((root (scim-bridge-root bridge))
         (former (gethash root scim-rpc--bridges)))
    (puthash root bridge scim-rpc--bridges)
    (condition-case err
        (progn (setf (scim-bridge-command bridge)
                     (append (scim-bridge-program root) '("--stdio")))
               (scim-rpc--connect bridge))
      ((error quit)
       (setf (scim-bridge-state bridge) 'dead)
       (if former
           (puthash root former scim-rpc--bridges)
         (remhash root scim-rpc--bridges))
       (dolist (handle (reverse (scim-bridge-handles bridge)))
         (scim-handle-settle handle err nil))
       (signal (car err) (cdr err))))))

(defun scim-rpc--ensure (root)
  "Return the live bridge of ROOT, starting it when needed.
Signal `scim-bridge-error' when the last one died right after its start."
  (let ((bridge (gethash root scim-rpc--bridges)))
    (cond ((scim-rpc--live-p bridge) bridge)
          ((and bridge (scim-bridge-flapped bridge))
           (scim-error-signal (scim-bridge-flap-condition bridge)))
          (t (scim-rpc--launch root)))))

;;;; Handshake

(defun scim-rpc--initialized (bridge info)
  "Note that BRIDGE has answered `initialize' with INFO; send what waits."
  (when (eq (scim-bridge-state bridge) 'starting)
    (cancel-timer (scim-bridge-timer bridge))
    (if (not (scim-bridge-fits-p (plist-get info :protocolVersion)))
        (scim-rpc--refuse bridge (scim-bridge-misfit bridge info))
      (setf (scim-bridge-info bridge) info
            (scim-bridge-state bridge) 'ready)
      (scim-rpc--tell bridge scim-protocol-initialized nil)
      (mapc #'scim-rpc--send (reverse (scim-bridge-handles bridge)))
      (run-hooks 'scim-bridge-state-hook))))

(defun scim-rpc--rejected (bridge failure)
  "End BRIDGE, which answered `initialize' with the JSON-RPC error FAILURE."
  (when (eq (scim-bridge-state bridge) 'starting)
    (scim-rpc--refuse bridge (scim-bridge-rejection bridge failure))))

(defun scim-rpc--too-slow (bridge)
  "End BRIDGE, which did not answer `initialize' in time."
  (when (eq (scim-bridge-state bridge) 'starting)
    (scim-rpc--refuse bridge (scim-bridge-slowness scim-connect-timeout))))

(defun scim-rpc--refuse (bridge condition)
  "End BRIDGE because of CONDITION, which every waiting request gets."
  (setf (scim-bridge-obituary bridge) condition
        (scim-bridge-state bridge) 'stopping)
  (delete-process (scim-bridge-process bridge))
  (scim-process-bury bridge))

;;;; Sending

(cl-defmethod jsonrpc-connection-send :before
  ((_connection scim-rpc--connection) &key id &allow-other-keys)
  "Note the ID of the message that is sent.
`jsonrpc-async-request' does not tell it, but to cancel it is needed."
  (when id
    (setq scim-rpc--sent-id id)))

(defun scim-rpc--named (params)
  "Return PARAMS, a plist, with the names of what the request is part of."
  (append params
          (and scim-rpc-action (not (plist-member params :action))
               (list :action scim-rpc-action))
          (and scim-rpc-dry-run (list :dryRun scim-rpc-dry-run))))

(defun scim-rpc--post (bridge method params success failure)
  "Send request METHOD with PARAMS to BRIDGE and return its id.
The answer is given to SUCCESS, or the JSON-RPC error to FAILURE, within
a process filter.  Signal why BRIDGE has ended, if it has."
  (let ((scim-rpc--sent-id nil))
    (condition-case err
        (scim-queue-hold
          (jsonrpc-async-request
           (scim-bridge-connection bridge) (intern method)
           (scim-bridge-outgoing bridge params) :timeout nil
           :success-fn (scim-bridge-incoming bridge success)
           :error-fn (scim-bridge-incoming bridge failure)))
      (error (scim-process-unsent bridge err)))
    scim-rpc--sent-id))

(defun scim-rpc--tell (bridge method params)
  "Send notification METHOD with PARAMS to BRIDGE, if it is still there."
  (when (process-live-p (scim-bridge-process bridge))
    (ignore-errors
      (scim-queue-hold
        (jsonrpc-notify (scim-bridge-connection bridge) (intern method)
                        (scim-bridge-outgoing bridge params))))))

(defun scim-rpc--send (handle)
  "Send the request of HANDLE, whose bridge is ready, unless it is settled."
  (unless (scim-handle-done handle)
    (scim-rpc--send-now handle)))

(defun scim-rpc--send-now (handle)
  "Send the request of HANDLE, maybe again."
  (condition-case err
      (setf (scim-handle-id handle)
            (scim-rpc--post (scim-handle-bridge handle)
                            (scim-handle-method handle)
                            (scim-text-renew (scim-handle-params handle))
                            (lambda (result)
                              (scim-rpc--answered handle nil result))
                            (lambda (failure)
                              (scim-rpc--answered
                               handle (scim-handle-condition handle failure)
                               nil))))
    (error (scim-handle-settle handle err nil))))

(defun scim-rpc--answered (handle condition result)
  "Settle HANDLE with CONDITION or RESULT, unless it can be sent again."
  (cond ((not (and condition (scim-supply-lack handle condition)))
         (scim-rpc--settle handle condition result))
        ;; Who waits for it does it there, in the person's command.
        ((not (scim-handle-waiting handle))
         (scim-queue-add #'scim-rpc--supply handle))))

(defun scim-rpc--settle (handle condition result)
  "Settle HANDLE with CONDITION or RESULT, and end the wait for it.
New versions of jsonrpc.el read messages in timers, which do not end
`accept-process-output'."
  (scim-handle-settle handle condition result)
  (when (and (not scim-process-in-filter)
             (eq handle scim-rpc--innermost))
    (throw (scim-handle-waiting handle) t)))

(defun scim-rpc--supply (handle)
  "Get what HANDLE lacks, from auth-source or the person, and send it again."
  (condition-case err
      (let ((first (and (not (scim-handle-done handle)) (scim-supply handle))))
        (if first
            (scim-rpc--send-after handle (car first) (cadr first))
          (scim-rpc--send handle)))
    (quit (scim-handle-settle
           handle (if (scim-handle-waiting handle) err (scim-handle-cancelled))
           nil))
    (error (scim-handle-settle handle err nil))))

(defun scim-rpc--send-after (handle method params)
  "Send METHOD with PARAMS and, when that is done, the request of HANDLE.
The bridge may have ended while the person was asked."
  (unless (scim-handle-done handle)
    (scim-rpc--post
     (scim-handle-bridge handle) method params
     (lambda (_) (scim-queue-add #'scim-rpc--send handle))
     (lambda (failure)
       (scim-rpc--settle handle (scim-handle-condition handle failure) nil)))))

(defun scim-rpc--submit (handle root)
  "Send HANDLE to the bridge of ROOT, or have it wait until that is ready."
  (condition-case err
      (let ((bridge (scim-rpc--ensure root)))
        (setf (scim-handle-bridge handle) bridge)
        (push handle (scim-bridge-handles bridge))
        (when (eq (scim-bridge-state bridge) 'ready)
          ;; Emacs may be here because another message is being sent, and
          ;; the answer to that one must not arrive before jsonrpc.el
          ;; expects it.
          (if (and scim-queue-held (not (scim-handle-waiting handle)))
              (scim-queue-add #'scim-rpc--send handle)
            (scim-rpc--send handle))))
    (error (scim-handle-settle handle err nil))))

;;;; Receiving

(defun scim-rpc--notified (bridge method params)
  "Handle notification METHOD with PARAMS from BRIDGE, in a process filter."
  (setq params (scim-remote-incoming (scim-bridge-root bridge) params))
  (pcase-dolist (`(,function . ,immediately)
                 (cdr (assoc method scim-rpc--handlers)))
    (funcall (if immediately #'scim-queue-call-safely #'scim-queue-add)
             function (scim-bridge-root bridge) params)))

(defun scim-rpc--progressed (root params)
  "Have the progress shown that PARAMS, from the bridge of ROOT, hold.
This runs within the filter, as its request may be settled soon."
  (let ((token (plist-get params :token)))
    (when-let ((bridge (gethash root scim-rpc--bridges))
               (handle (seq-find (lambda (handle)
                                   (equal token (scim-handle-token handle)))
                                 (scim-bridge-handles bridge))))
      (scim-queue-add #'scim-handle-progressed handle (plist-get params :value)))))

(defun scim-rpc-show-progress (message percentage)
  "Show MESSAGE and PERCENTAGE, a number or nil, in the echo area only."
  (unless noninteractive
    (let ((message-log-max nil))
      (message "SCIM: %s%s" message
               (if percentage (format " (%d%%)" percentage) "")))))

(defun scim-rpc--logged (_root params)
  "Show the message for the person that PARAMS hold, without keeping it."
  (when (<= (or (plist-get params :type) 4) 2)
    (let ((message-log-max nil))
      (message "SCIM: %s" (plist-get params :message)))))

;;;; For the other files

(defun scim-rpc-new-action (kind)
  "Return a new name for an action of KIND, a string, for `scim-rpc-action'."
  (format "%s-%d" kind (cl-incf scim-rpc--actions)))

(cl-defun scim-rpc-on (method function &key immediately)
  "Have FUNCTION called with (ROOT PARAMS) for each notification METHOD.
It is called soon, outside of process filters, in the order of arrival.
With IMMEDIATELY, it is called within the filter and must never send."
  (let ((entry (assoc method scim-rpc--handlers)))
    (unless entry
      (setq entry (list method))
      (push entry scim-rpc--handlers))
    (setf (alist-get function (cdr entry)) immediately)))

(defun scim-rpc-off (method function)
  "No longer call FUNCTION for notifications METHOD."
  (when-let ((entry (assoc method scim-rpc--handlers)))
    (setf (alist-get function (cdr entry) nil t) nil)
    (unless (cdr entry)
      (setq scim-rpc--handlers (delq entry scim-rpc--handlers)))))

(defun scim-rpc-ready-p (&optional root)
  "Is the bridge of ROOT ready, so that a request need not start it?"
  (let ((bridge (gethash root scim-rpc--bridges)))
    (and bridge (eq (scim-bridge-state bridge) 'ready))))

(cl-defun scim-rpc-request-async
    (method params &key (root (scim-rpc-root)) success error progress)
  "Send request METHOD with PARAMS to the bridge of ROOT; return a handle.
PARAMS is a plist; in it, nil is null, :json-false is false, a vector is
an array, and an empty object is an empty hash table.

SUCCESS is called with the result (a plist), ERROR with a condition
object, PROGRESS with a message and a percentage or nil.  All are called
outside of process filters, in the buffer that is current now, if it
still lives.  Nothing is signalled here: that the bridge cannot be
started is told to ERROR as well."
  (let* ((buffer (current-buffer))
         (deliver (lambda (condition result)
                    (scim-queue-add
                     #'scim-queue-call-in buffer
                     (if condition error success) (or condition result))))
         (handle (scim-handle-new
                  method (scim-rpc--named params) deliver
                  (and progress
                       (lambda (message percentage)
                         (scim-queue-call-in buffer progress
                                            message percentage))))))
    (scim-rpc--submit handle root)
    handle))

(defun scim-rpc-cancel (handle)
  "Cancel the request of HANDLE, in the bridge too.
Its ERROR function is called with a `scim-cancelled' at once."
  (unless (scim-handle-done handle)
    (scim-handle-settle handle (scim-handle-cancelled) nil)
    (when (scim-handle-id handle)
      (scim-rpc--tell (scim-handle-bridge handle)
                      scim-protocol-cancel-request
                      (list :id (scim-handle-id handle))))))

(cl-defun scim-rpc-request
    (method params &key (root (scim-rpc-root))
            (progress scim-rpc-progress-function))
  "Send request METHOD with PARAMS to the bridge of ROOT; return the result.
PARAMS and PROGRESS are as for `scim-rpc-request-async'.  The result is
a plist, in which false is :json-false, null is nil and an array is a
vector.  Signal a `scim-error' when it fails.  `C-g' cancels the request
in the bridge too."
  (let* ((outcome nil)
         (handle (scim-handle-new
                  method (scim-rpc--named params)
                  (lambda (condition result)
                    (setq outcome (list condition result)))
                  progress)))
    (scim-rpc--wait handle root)
    (when (car outcome)
      (scim-error-signal (car outcome)))
    (cadr outcome)))

(defun scim-rpc--wait (handle root)
  "Send HANDLE to the bridge of ROOT and wait until it is settled.
Cancel it when the wait ends in any other way."
  (let ((tag (make-symbol "scim-rpc-wait"))
        (scim-rpc--innermost handle)
        (scim-process-in-filter nil))
    (setf (scim-handle-waiting handle) tag)
    (unwind-protect
        (catch tag
          (scim-rpc--submit handle root)
          (while (not (scim-handle-done handle))
            (when (scim-handle-lack handle)
              (scim-rpc--supply handle))
            (accept-process-output (scim-rpc--live-process handle) 0.1)))
      (scim-rpc-cancel handle))))

(defun scim-rpc--live-process (handle)
  "Return the process that will answer HANDLE, or nil when it has ended.
Waiting for any process takes 10 ms longer than for one that is named."
  (when-let* ((bridge (scim-handle-bridge handle))
              (process (scim-bridge-process bridge)))
    (and (process-live-p process) process)))

(cl-defun scim-rpc-notify (method params &key (root (scim-rpc-root)))
  "Send notification METHOD with PARAMS to the bridge of ROOT, if it is ready."
  (let ((bridge (gethash root scim-rpc--bridges)))
    (when (and bridge (eq (scim-bridge-state bridge) 'ready))
      (scim-rpc--tell bridge method params))))

;;;; Stopping

(defun scim-rpc-start (&optional root)
  "Start the bridge of ROOT, if it is not running, and wait until it is ready.
Return what `initialize' told.  One that died early gets a new chance."
  (let ((bridge (gethash root scim-rpc--bridges)))
    (when bridge
      (setf (scim-bridge-flapped bridge) nil))
    (setq bridge (scim-rpc--ensure root))
    (while (eq (scim-bridge-state bridge) 'starting)
      (accept-process-output nil 0.05))
    (unless (eq (scim-bridge-state bridge) 'ready)
      (scim-error-signal (scim-bridge-obituary bridge)))
    (scim-bridge-info bridge)))

(defun scim-rpc-stop (&optional root)
  "Stop the bridge of ROOT: politely, then, after two seconds, by force.
Return non-nil if there was one."
  (let ((bridge (gethash root scim-rpc--bridges)))
    (when (and (scim-rpc--live-p bridge)
               ;; Else it is being started, by whoever is waited for here.
               (scim-bridge-process bridge))
      (let* ((process (scim-bridge-process bridge))
             (ready (eq (scim-bridge-state bridge) 'ready))
             (gone (lambda () (not (process-live-p process))))
             answered (note (lambda (_) (setq answered t))))
        (setf (scim-bridge-state bridge) 'stopping
              (scim-bridge-obituary bridge)
              (scim-error-bridge "stopped" "The bridge was stopped"))
        (when ready
          (ignore-errors                ; it may have died just now
            (scim-rpc--post bridge scim-protocol-shutdown nil note note))
          (scim-process-wait-until (lambda () (or answered (funcall gone))) 1.5)
          (scim-rpc--tell bridge scim-protocol-exit nil)
          (scim-process-wait-until gone 0.5))
        (delete-process process)
        (scim-process-bury bridge)
        t))))

(defun scim-rpc-restart (&optional root)
  "Stop the bridge of ROOT, if there is one, and start it, until it is ready.
Node is asked again for its version.  Return what `initialize' told."
  (scim-node-forget-versions)
  (scim-remote-forget)
  (scim-rpc-stop root)
  (scim-rpc-start root))

(defun scim-rpc--exit-all ()
  "Tell all bridges to exit, as Emacs does.
Nothing is waited for: a bridge also ends when its input does."
  (dolist (bridge (scim-rpc--all))
    (setf (scim-bridge-state bridge) 'stopping)
    (scim-rpc--tell bridge scim-protocol-exit nil)))

(scim-rpc-on scim-protocol-progress #'scim-rpc--progressed :immediately t)
(scim-rpc-on scim-protocol-log-message #'scim-rpc--logged)
(autoload 'scim-log-exchange "scim-log")
(autoload 'scim-log-several "scim-log")
(unless noninteractive
  (scim-rpc-on scim-protocol-exchange #'scim-log-exchange)
  (scim-rpc-on scim-protocol-exchanges #'scim-log-several))
(add-hook 'kill-emacs-hook #'scim-rpc--exit-all)

(provide 'scim-rpc)
;;; scim-rpc.el ends here
