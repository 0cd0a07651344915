;;; scim-bridge.el --- The process of the SCIM bridge -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; What is known about a bridge: how its process is made, what it wrote
;; to its standard error, and, when it has ended, why.  What is said to
;; it is the matter of scim-rpc.el.

;;; Code:

(require 'cl-lib)
(require 'subr-x)
(require 'xdg)
(require 'scim-protocol)
(require 'scim-error)
(require 'scim-node)
(require 'scim-remote)
(require 'scim-text)

;;;; Customization

(defcustom scim-bridge-minimum-uptime 3
  "Seconds that a bridge must live to be started again by itself.
One that dies sooner is started again only by \\[scim-restart]."
  :type 'number
  :group 'scim-connection
  :safe #'numberp
  :package-version '(scim . "0.1.0"))

(defvar scim-bridge-state-hook nil
  "Hook run after a bridge was started, became ready, or ended.")

(defvar scim-bridge-confirmed nil
  "Tenants that may be talked to although they want to be confirmed.
For batch mode, where nobody is asked; it matters when a bridge starts.")

(defvar scim-bridge-stand-ins-functions nil
  "Hook of functions that tell which tenants mock servers stand in for.
Each is called with a workspace and returns a list of plists with the
keys :tenant and :mock, both names.  A new bridge of the workspace lets
no request for such a tenant out, until it is told where they are to go.")

;;;; Internal variables

(defconst scim-bridge-client-version "0.1.0"
  "Version of this package, as told to the bridge.")

(defconst scim-bridge--stderr-limit 65536
  "Most characters of a bridge's standard error that are kept.")

(cl-defstruct (scim-bridge (:constructor scim-bridge--make))
  "A bridge process and all that waits for it."
  root                                  ; directory, or nil
  name command
  connection process
  stderr                                ; hidden buffer
  (state 'starting)                     ; then ready; then stopping; then dead
  started                               ; `float-time'
  obituary                              ; condition that says why it ended
  flapped                               ; non-nil: not to be started again
  timer                                 ; of `scim-connect-timeout'
  info                                  ; answer to `initialize'
  handles)                              ; requests not settled, newest first

;;;; Birth

(defun scim-bridge-program (&optional root)
  "Return the command of the bridge of ROOT, without arguments, as a list.
Signal `scim-bridge-error' when Node or the bridge is missing."
  (if (scim-remote-prefix root)
      (scim-remote-command root)
    (let ((default-directory (if (file-remote-p default-directory)
                                 (expand-file-name "~/")
                               default-directory)))
      (list (scim-node-program) (scim-node-bridge)))))

(defun scim-bridge--environment ()
  "Return the environment of a bridge, in which compiled code is kept."
  (if (getenv "NODE_COMPILE_CACHE")
      process-environment
    (cons (concat "NODE_COMPILE_CACHE="
                  (expand-file-name "scim/node" (xdg-cache-home)))
          process-environment)))

(defun scim-bridge--stderr-filter (process text)
  "Keep TEXT, from the standard error PROCESS, in its buffer, within bounds."
  (when (buffer-live-p (process-buffer process))
    (with-current-buffer (process-buffer process)
      (goto-char (point-max))
      (insert text)
      (when (> (buffer-size) scim-bridge--stderr-limit)
        (delete-region (point-min)
                       (- (point-max) (* 3 (/ scim-bridge--stderr-limit 4))))))))

(defun scim-bridge--stderr-process (bridge)
  "Return a pipe that takes the standard error of BRIDGE."
  (let ((buffer (get-buffer-create
                 (format " *%s log*" (scim-bridge-name bridge)))))
    (with-current-buffer buffer
      (buffer-disable-undo)
      (erase-buffer))
    (setf (scim-bridge-stderr bridge) buffer)
    (make-pipe-process :name (concat (scim-bridge-name bridge) " stderr")
                       :buffer buffer :noquery t :coding 'utf-8-unix
                       :filter #'scim-bridge--stderr-filter :sentinel #'ignore)))

(defun scim-bridge-spawn (bridge seconds)
  "Start the process of BRIDGE and return it.
On another machine, that may take SECONDS."
  ;; Both are read when the process is made.  With the adaptive
  ;; default, every twentieth reply is 20 ms late.
  (let ((process-adaptive-read-buffering nil)
        (read-process-output-max 65536))
    (if (scim-remote-prefix (scim-bridge-root bridge))
        (scim-bridge--spawn-remotely bridge seconds)
      (scim-bridge--spawn bridge))))

(defun scim-bridge--spawn (bridge)
  "Start the process of BRIDGE on this machine and return it."
  (let* ((process-environment (scim-bridge--environment))
         (default-directory (or (scim-bridge-root bridge)
                                (expand-file-name "~/")))
         (stderr (scim-bridge--stderr-process bridge))
         (process (make-process :name (scim-bridge-name bridge)
                                :command (scim-bridge-command bridge)
                                :connection-type 'pipe
                                :coding 'utf-8-emacs-unix
                                :noquery t
                                :stderr stderr)))
    (process-put process 'scim-bridge-stderr stderr)
    process))

(defun scim-bridge--spawn-remotely (bridge seconds)
  "Start the process of BRIDGE on its machine within SECONDS and return it."
  (setf (scim-bridge-stderr bridge)
        (get-buffer-create (format " *%s log*" (scim-bridge-name bridge))))
  (scim-remote-spawn (scim-bridge-name bridge) (scim-bridge-command bridge)
                     (scim-bridge-root bridge) seconds))

;;;; Life

(defun scim-bridge-greeting (bridge trace)
  "Return the params of `initialize' for BRIDGE.
TRACE says whether it is to tell about every HTTP exchange."
  `( :processId ,(unless (scim-remote-prefix (scim-bridge-root bridge))
                   (emacs-pid))
     :clientInfo (:name "scim.el" :version ,scim-bridge-client-version)
     :rootPath ,(scim-bridge-root bridge)
     :capabilities ,(make-hash-table)
     :initializationOptions
     ( :protocolVersion ,scim-protocol-version
       :trace ,(or trace :json-false)
       :asks ,(if noninteractive :json-false t)
       :sharesFiles ,(if (scim-remote-prefix (scim-bridge-root bridge))
                         :json-false
                       t)
       ,@(and noninteractive
              (list :confirmed (vconcat scim-bridge-confirmed)))
       :standIns ,(vconcat (scim-bridge--stand-ins
                            (scim-bridge-root bridge))))))

(defun scim-bridge-outgoing (bridge params)
  "Return PARAMS, a plist, as JSON object as it is sent to BRIDGE.
Its machine may be another one, which has other files."
  (let ((root (scim-bridge-root bridge)))
    (cond ((null params) (make-hash-table)) ; nil would become null
          ((scim-remote-prefix root)
           (scim-remote-outgoing root (scim-text-inline params)))
          (t params))))

(defun scim-bridge-incoming (bridge function)
  "Return FUNCTION as it is to be given what BRIDGE sent.
Its machine may be another one, which has other files."
  (let ((root (scim-bridge-root bridge)))
    (if (scim-remote-prefix root)
        (lambda (result) (funcall function (scim-remote-incoming root result)))
      function)))

(defun scim-bridge--stand-ins (root)
  "Return what `scim-bridge-stand-ins-functions' tell about ROOT, as a list."
  (let (all)
    (run-hook-wrapped 'scim-bridge-stand-ins-functions
                      (lambda (function)
                        (setq all (append all (funcall function root)))
                        nil))
    all))

(defun scim-bridge-fits-p (version)
  "Does a bridge that speaks protocol VERSION fit?
The major numbers must be equal and its minor number not smaller than ours."
  (let ((theirs (ignore-errors (version-to-list version)))
        (ours (version-to-list scim-protocol-version)))
    (and theirs
         (= (car theirs) (car ours))
         (>= (or (cadr theirs) 0) (or (cadr ours) 0)))))

(defun scim-bridge-foreign-p (process text)
  "Is TEXT, new from PROCESS, or what is unread, anything but a message?
What jsonrpc.el has not read yet begins with the header of a message."
  (with-current-buffer (process-buffer process)
    (let* ((header "Content-Length: ")
           (unread (if (zerop (buffer-size))
                       text
                     (buffer-substring-no-properties
                      (point-min)
                      (min (point-max) (+ (point-min) (length header))))))
           (length (min (length header) (length unread))))
      (not (string= (substring header 0 length) (substring unread 0 length))))))

(defun scim-bridge-describe (bridge)
  "Return what is known about BRIDGE, as a plist.
Its keys are :root, :state (a symbol), :pid, :version, :node,
:pending (the number of requests) and :error (a condition or nil)."
  (let ((info (scim-bridge-info bridge))
        (process (scim-bridge-process bridge)))
    (list :root (scim-bridge-root bridge)
          :state (scim-bridge-state bridge)
          :pid (and (process-live-p process) (process-id process))
          :version (plist-get (plist-get info :serverInfo) :version)
          :node (plist-get info :nodeVersion)
          :pending (length (scim-bridge-handles bridge))
          :error (scim-bridge-obituary bridge))))

;;;; Death

(defun scim-bridge-autopsy (bridge)
  "Note why the process of BRIDGE has ended, unless that is known."
  (let* ((process (scim-bridge-process bridge))
         (pipe (process-get process 'scim-bridge-stderr)))
    ;; The last words may still be in the pipe.
    (while (and pipe (accept-process-output pipe 0.05 nil 1)))
    (unless (scim-bridge-obituary bridge)
      (setf (scim-bridge-obituary bridge)
            (scim-error-bridge
             "died"
             (scim-bridge--cause process)
             :stderr (scim-bridge--last-words bridge))))))

(defun scim-bridge--cause (process)
  "Return how PROCESS, a bridge, has ended, as a sentence.
When it cannot be written to, Emacs takes it to have exited with 256; how
it really ended is known an instant later, if it has ended."
  (let ((end (+ (float-time) 0.1)))
    (while (and (eql 256 (process-exit-status process))
                (< (float-time) end))))
  (let ((code (process-exit-status process)))
    (cond ((eq (process-status process) 'signal)
           (format "The bridge was killed by signal %d" code))
          ((eql code 256) "The bridge has closed its standard input")
          (t (format "The bridge ended with exit code %d" code)))))

(defun scim-bridge--fetch-last-words (bridge)
  "Add to the obituary of BRIDGE, on another machine, what it wrote last.
That takes a while, so it is not done where its death is noticed."
  (let ((words (scim-remote-last-words (scim-bridge-process bridge)))
        (obituary (scim-bridge-obituary bridge)))
    (when (and words (equal "" (scim-error-get obituary :stderr)))
      (plist-put (nth 2 obituary) :stderr (scim-bridge--last-lines words)))))

(defun scim-bridge--last-words (bridge)
  "Return the last lines that BRIDGE wrote to its standard error."
  (with-current-buffer (scim-bridge-stderr bridge)
    (scim-bridge--last-lines (buffer-string))))

(defun scim-bridge--last-lines (text)
  "Return the last 40 lines of TEXT."
  (with-temp-buffer
    (insert text)
    (forward-line -40)
    (string-trim (buffer-substring-no-properties (point) (point-max)))))

(defun scim-bridge-clean-up (bridge)
  "Kill the hidden buffers of BRIDGE, which has ended."
  (let ((name (scim-bridge-name bridge)))
    (scim-bridge--fetch-last-words bridge)
    (when-let ((pipe (process-get (scim-bridge-process bridge)
                                  'scim-bridge-stderr)))
      (delete-process pipe))
    (dolist (format '("*%s events*" " *%s output*" " *%s log*"))
      (when-let ((buffer (get-buffer (format format name))))
        (kill-buffer buffer)))
    (run-hooks 'scim-bridge-state-hook)))

(defun scim-bridge-report (bridge state)
  "Tell the person that BRIDGE has died, while its state was STATE."
  (scim-bridge--fetch-last-words bridge)
  (let ((obituary (scim-bridge-obituary bridge)))
    (unless noninteractive
      (with-current-buffer (get-buffer-create "*SCIM bridge error*")
        (let ((inhibit-read-only t))
          (erase-buffer)
          (insert (scim-bridge--obituary-text bridge)))
        (goto-char (point-min))
        (special-mode)
        (when (eq state 'starting)
          (display-buffer (current-buffer)))))
    (message "SCIM: %s; see the buffer *SCIM bridge error*" (nth 1 obituary))))

(defun scim-bridge--obituary-text (bridge)
  "Return what there is to tell about the death of BRIDGE."
  (let ((obituary (scim-bridge-obituary bridge)))
    (format "%s\n\nCommand:   %s\nDirectory: %s\nLived:     %.1f seconds\n
The last lines of its standard error:\n\n%s\n\n%s\n"
            (nth 1 obituary)
            (mapconcat #'shell-quote-argument
                       (scim-bridge-command bridge) " ")
            (or (scim-bridge-root bridge) "default workspace")
            (- (float-time) (scim-bridge-started bridge))
            (if (string-empty-p (or (scim-error-get obituary :stderr) ""))
                "(none)"
              (scim-error-get obituary :stderr))
            (if (scim-bridge-flapped bridge)
                "It is started again only by M-x scim-restart."
              "It is started again when it is needed."))))

;;;; Reasons for not talking to it

(defun scim-bridge-flap-condition (bridge)
  "Return the condition for BRIDGE not being started again."
  (let ((obituary (scim-bridge-obituary bridge)))
    (scim-error-bridge
     "flapping"
     (format "The bridge is not started again, for the last one did not \
live long: %s" (nth 1 obituary))
     :remedy "See the buffer *SCIM bridge error*; M-x scim-restart tries again."
     :stderr (scim-error-get obituary :stderr))))

(defun scim-bridge-misfit (bridge info)
  "Return the condition for BRIDGE, which told INFO, not fitting."
  (scim-error-bridge
   "incompatibleVersion"
   (format "The bridge %s (version %s) speaks protocol %s, \
this Emacs Lisp (version %s) speaks %s"
           (cadr (scim-bridge-command bridge))
           (plist-get (plist-get info :serverInfo) :version)
           (plist-get info :protocolVersion)
           scim-bridge-client-version scim-protocol-version)
   :remedy "Install both from the same release."))

(defun scim-bridge-rejection (bridge failure)
  "Return the condition for BRIDGE refusing us with JSON-RPC error FAILURE."
  (scim-error-bridge
   (if (eql (plist-get failure :code) scim-protocol-error-incompatible-version)
       "incompatibleVersion"
     "initialize")
   (format "The bridge %s refused the connection: %s"
           (cadr (scim-bridge-command bridge))
           (plist-get failure :message))
   :remedy "Install bridge and Emacs Lisp from the same release."))

(defun scim-bridge-slowness (seconds)
  "Return the condition for a bridge not answering within SECONDS."
  (scim-error-bridge
   "timeout"
   (format "The bridge did not answer within %s seconds" seconds)
   :remedy "M-x scim-restart tries again; the option \
`scim-connect-timeout' gives it more time."))

(defun scim-bridge-garble ()
  "Return the condition for a bridge writing what is not a message."
  (scim-error-bridge
   "garbled"
   "The bridge wrote something that is not a message and was ended"
   :remedy "This is a bug of the bridge; it is started again when needed."))

(provide 'scim-bridge)
;;; scim-bridge.el ends here
