;;; scim-mock.el --- Mock SCIM servers from buffers -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; `scim-mock-start' starts a SCIM server with what the buffer holds: a
;; mock file (*.scim-mock), JSON with resources, or a log of exchanges,
;; whose traffic becomes its data.  Called again it gives the running
;; server what the buffer holds now, on the same port.
;;
;; The bridge runs the servers, so that they end with it and with Emacs.
;; `scim-mock-use' has a tenant's requests go to one of them instead, until
;; `scim-mock-unuse'; the tenant's credential is not sent there.

;;; Code:

(require 'cl-lib)
(require 'seq)
(require 'subr-x)
(require 'scim-bridge)
(require 'scim-error)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-text)
(require 'scim-ui)

(defvar scim-tenant)
(defvar scim-log--root)
(declare-function scim-log-note "scim-log-view" (tenant root text))
(declare-function scim-log--har-params "scim-log-file")
(autoload 'scim-mock-view "scim-mock-view" nil t)
(autoload 'scim-mock-list "scim-mock-list" nil t)

;;;; Customization

(defcustom scim-mock-show-view t
  "Whether starting a mock server shows its live view."
  :type 'boolean
  :group 'scim-mock
  :safe #'booleanp
  :package-version '(scim . "0.1.0"))

(defvar scim-mock-changed-hook nil
  "Hook run after a mock server has started, ended, or got other tenants.")

;;;; Internal variables

(cl-defstruct (scim-mock (:constructor scim-mock--make) (:copier nil))
  "A mock server that runs in a bridge."
  root                                  ; workspace of the bridge, or nil
  pid                                   ; of the bridge
  id name path url vendor
  counts                                ; plist from type to number
  ended                                 ; non-nil when it has
  buffer)                               ; that it was started from

(defvar scim-mock--running nil
  "The mock servers that run, newest first.")

(defvar scim-mock--attached nil
  "What goes to a mock server: a list of plists.
Their keys are :root, :tenant (a name), :default (whether that is the
tenant of requests that name none) and :mock.")

(defvar-local scim-mock-of-buffer-function nil
  "Function that returns the mock server that this buffer is about, or nil.
If nil, it is the one that was started from this buffer.")

(defvar-local scim-mock--starting nil
  "Handle of the request that starts a mock server from this buffer, or nil.")

;;;; Which servers there are

(defun scim-mock-all ()
  "Return the mock servers that run, those started last first."
  scim-mock--running)

(defun scim-mock-with-id (root id)
  "Return the mock server ID of the bridge of ROOT, or nil."
  (seq-find (lambda (mock) (and (equal root (scim-mock-root mock))
                                (equal id (scim-mock-id mock))))
            scim-mock--running))

(defun scim-mock-of-buffer (&optional buffer)
  "Return the mock server that was started from BUFFER, or nil."
  (seq-find (lambda (mock) (eq (or buffer (current-buffer))
                               (scim-mock-buffer mock)))
            scim-mock--running))

(defun scim-mock-tenants (mock)
  "Return the names of the tenants whose requests go to MOCK."
  (mapcar (lambda (attached) (plist-get attached :tenant))
          (seq-filter (lambda (attached) (eq mock (plist-get attached :mock)))
                      scim-mock--attached)))

(defun scim-mock-for-tenant (root tenant)
  "Return the mock server that stands in for TENANT of ROOT, or nil.
When TENANT is nil, the default tenant is meant."
  (plist-get (seq-find (lambda (attached)
                         (and (equal root (plist-get attached :root))
                              (if tenant
                                  (equal tenant (plist-get attached :tenant))
                                (plist-get attached :default))))
                       scim-mock--attached)
             :mock))

(defun scim-mock-indicator (tenant)
  "Return text for the mode line when a mock server stands in for TENANT."
  (when-let ((mock (and scim-mock--attached
                        (scim-mock-for-tenant (scim-rpc-root) tenant))))
    (propertize (format "→mock %s%s" (scim-mock-name mock)
                        (if (scim-mock-ended mock) " (ended)" ""))
                'face 'scim-warning
                'help-echo (format "Requests go to the mock server at %s"
                                   (scim-mock-url mock)))))

(defun scim-mock--label (mock)
  "Return what stands for MOCK where a person chooses."
  (format "%s  %s" (scim-mock-name mock) (scim-mock-url mock)))

(defun scim-mock-read (prompt)
  "Return the mock server that is meant here, or ask with PROMPT.
It is the one of this buffer, or the only one."
  (cond ((null scim-mock--running)
         (user-error "No mock server runs; M-x scim-mock-start starts one"))
        (scim-mock-of-buffer-function
         (or (funcall scim-mock-of-buffer-function)
             (user-error "There is no mock server here that runs")))
        ((scim-mock-of-buffer))
        ((null (cdr scim-mock--running)) (car scim-mock--running))
        (t (let ((labels (mapcar (lambda (mock)
                                   (cons (scim-mock--label mock) mock))
                                 scim-mock--running)))
             (scim-ui-choose prompt labels)))))

;;;; Talking to the bridge

(defun scim-mock-ask (mock method params success)
  "Send METHOD about MOCK with PARAMS to its bridge; call SUCCESS with the result.
A failure is told to the person.  Return a handle."
  (scim-rpc-request-async
   method `(:id ,(scim-mock-id mock) ,@params) :root (scim-mock-root mock)
   :success success
   :error (lambda (condition) (message "%s" (scim-error-message condition)))))

(defun scim-mock-call (mock method &rest params)
  "Send METHOD about MOCK with PARAMS to its bridge; return the result.
A failure is a `user-error'."
  (scim-error-as-user-error
    (scim-rpc-request method `(:id ,(scim-mock-id mock) ,@params)
                      :root (scim-mock-root mock))))

(defun scim-mock--pid (root)
  "Return the process id of the bridge of ROOT."
  (plist-get (seq-find (lambda (bridge) (equal root (plist-get bridge :root)))
                       (scim-rpc-bridges))
             :pid))

(defun scim-mock--path ()
  "Return the name that messages about this buffer have for it."
  (or buffer-file-name
      (expand-file-name (string-trim (buffer-name) "[* ]+" "[* ]+")
                        default-directory)))

(defun scim-mock--text ()
  "Return the whole text of this buffer."
  (save-restriction
    (widen)
    (buffer-substring-no-properties (point-min) (point-max))))

(defun scim-mock--note (mock view)
  "Put VIEW, the bridge's description of a mock server, into MOCK."
  (setf (scim-mock-id mock) (plist-get view :id)
        (scim-mock-name mock) (plist-get view :name)
        (scim-mock-url mock) (plist-get view :url)
        (scim-mock-vendor mock) (plist-get view :vendor)
        (scim-mock-counts mock) (plist-get view :counts))
  mock)

;;;; Starting

(defun scim-mock--begin (source port)
  "Start a mock server for this buffer from SOURCE, params, on PORT or any.
Or give the one that runs what SOURCE has."
  (when scim-mock--starting
    (user-error "A mock server is being started from this buffer"))
  (let* ((running (scim-mock-of-buffer))
         (root (if running (scim-mock-root running) (scim-rpc-root)))
         (state (list :tick (buffer-chars-modified-tick) :point (point))))
    (setq scim-mock--starting
          (scim-rpc-request-async
           (if running scim-protocol-mock-reseed scim-protocol-mock-start)
           (append source (cond (running (list :id (scim-mock-id running)))
                                (port (list :port port))))
           :root root
           :success (lambda (result)
                      (setq scim-mock--starting nil)
                      (scim-mock--begun running root result))
           :error (lambda (condition)
                    (setq scim-mock--starting nil)
                    (scim-mock--refused condition state))))
    (force-mode-line-update)
    (unless noninteractive
      (message (if running "Re-seeding the mock server…"
                 "Starting the mock server…")))))

(defun scim-mock--begun (running root result)
  "Note that a mock server of ROOT has started with RESULT, from this buffer.
RUNNING is what it was before, or nil."
  (let ((mock (scim-mock--note
               (or running (scim-mock--make :root root
                                            :pid (scim-mock--pid root)
                                            :buffer (current-buffer)
                                            :path (scim-mock--path)))
               (plist-get result :mock))))
    (unless running
      (push mock scim-mock--running))
    (run-hooks 'scim-mock-changed-hook)
    (force-mode-line-update t)
    (when (and scim-mock-show-view (not running) (not noninteractive))
      (save-selected-window (scim-mock-view mock)))
    (message "%s %s at %s, %s%s"
             (if running "Re-seeded" "Started") (scim-mock-name mock)
             (scim-mock-url mock) (scim-mock-counts-text mock)
             (mapconcat (lambda (warning) (concat "\n" warning))
                        (plist-get result :warnings) ""))))

(defun scim-mock-counts-text (mock)
  "Return how many resources MOCK had when it was last asked, as text."
  (let ((counts (scim-mock-counts mock)) texts)
    (while counts
      (push (format "%d %s%s" (cadr counts)
                    (downcase (substring (symbol-name (car counts)) 1))
                    (if (eql (cadr counts) 1) "" "s"))
            texts)
      (setq counts (cddr counts)))
    (string-join (nreverse texts) ", ")))

(defun scim-mock--refused (condition state)
  "Tell CONDITION, which kept a mock server from being started.
Go to the place that it names, unless the person has gone on since STATE."
  (let ((place (scim-error-get condition :position))
        (file (scim-error-get condition :file)))
    (when (and place
               (member file (list nil (scim-mock--path)))
               (eql (plist-get state :tick) (buffer-chars-modified-tick))
               (eql (plist-get state :point) (point)))
      (push-mark nil t)
      (goto-char (scim-mock--position place))
      (when-let ((window (get-buffer-window nil t)))
        (set-window-point window (point))))
    (force-mode-line-update)
    (message "%s" (scim-error-message condition))))

(defun scim-mock--position (place)
  "Return the position in this buffer that PLACE, with zero-based numbers, means."
  (save-excursion
    (save-restriction
      (widen)
      (goto-char (point-min))
      (forward-line (plist-get place :line))
      (min (+ (point) (plist-get place :character)) (line-end-position)))))

;;;###autoload
(defun scim-mock-start (&optional port)
  "Start a mock SCIM server from the text of this buffer, and tell its URL.
The buffer may be a mock file, JSON with resources, an HTTP archive, or
a log of exchanges, whose latest ones become the data of the server.
If it runs already, give it what the buffer holds now: clients stay
connected.  With a prefix argument, ask for the PORT to listen on.
See Info node `(scim)Mock servers'."
  (interactive
   (list (and current-prefix-arg (read-number "Port: " 8080))))
  (if (derived-mode-p 'scim-log-mode)
      (scim-mock--start-from-log port)
    (scim-mock--begin
     (list :path (scim-mock--path)
           :content (scim-error-as-user-error
                      (scim-rpc-text-ref (scim-mock--text))))
     port)))

(defun scim-mock--start-from-log (port)
  "Start a mock server on PORT, or any, with the exchanges of this log."
  (scim-rpc-request-async
   scim-protocol-trace-har (scim-log--har-params)
   :root scim-log--root
   :success (lambda (answer)
              (scim-mock--begin
               (list :path (concat (scim-mock--path) ".har") :kind "har"
                     :content (plist-get answer :har))
               port))
   :error (lambda (condition)
            (message "%s" (scim-error-message condition)))))

;;;; Standing in for a tenant

(defun scim-mock--read-tenant (root)
  "Ask for the name of a tenant of ROOT, and return it."
  (let* ((answer (scim-error-as-user-error
                   (scim-rpc-request scim-protocol-tenants nil :root root)))
         (names (mapcar (lambda (tenant) (plist-get tenant :name))
                        (plist-get answer :tenants))))
    (if (and names (null (cdr names)))
        (car names)
      (scim-ui-choose "Tenant" names (plist-get answer :defaultTenant)))))

;;;###autoload
(defun scim-mock-use (mock &optional tenant)
  "Have the requests for TENANT go to MOCK, until `scim-mock-unuse'.
TENANT is the one of this buffer; without one, or with a prefix
argument, the person is asked.  Its own credential is not sent to MOCK.
The mode line of request files shows where requests go."
  (interactive
   (let ((mock (scim-mock-read "Point the tenant at: ")))
     (list mock (if (and scim-tenant (not current-prefix-arg))
                    scim-tenant
                  (scim-mock--read-tenant (scim-mock-root mock))))))
  (let* ((answer (apply #'scim-mock-call mock scim-protocol-mock-attach
                        (and tenant (list :tenant tenant))))
         (name (plist-get answer :tenant))
         (root (scim-mock-root mock)))
    (scim-mock--drop-tenant root name)
    (push (list :root root :tenant name :mock mock
                :default (eq t (plist-get answer :isDefault)))
          scim-mock--attached)
    (scim-mock--tenant-changed
     name root (format "Requests for %s go to the mock server %s at %s"
                       name (scim-mock-name mock) (scim-mock-url mock)))))

;;;###autoload
(defun scim-mock-unuse (attached)
  "Have the requests for a tenant go to the tenant again.
ATTACHED, an element of `scim-mock--attached', tells which."
  (interactive (list (scim-mock--read-attached)))
  (let ((name (plist-get attached :tenant)))
    (scim-error-as-user-error
      (scim-rpc-request scim-protocol-mock-detach (list :tenant name)
                        :root (plist-get attached :root)))
    (scim-mock--drop-tenant (plist-get attached :root) name)
    (scim-mock--tenant-changed
     name (plist-get attached :root)
     (format "Requests for %s go to its own server again" name))))

(defun scim-mock--read-attached ()
  "Return the element of `scim-mock--attached' that is meant, or ask."
  (let ((choices (mapcar (lambda (attached)
                           (cons (plist-get attached :tenant) attached))
                         scim-mock--attached)))
    (cond ((null choices) (user-error "No mock server stands in for a tenant"))
          ((null (cdr choices)) (cdar choices))
          (t (scim-ui-choose "Tenant" choices)))))

(defun scim-mock--drop-tenant (root name)
  "Forget what stands in for the tenant NAME of ROOT."
  (setq scim-mock--attached
        (seq-remove (lambda (attached)
                      (and (equal root (plist-get attached :root))
                           (equal name (plist-get attached :tenant))))
                    scim-mock--attached)))

(defun scim-mock--tenant-changed (name root text)
  "Tell TEXT, about where requests for a tenant go, here and in its log.
NAME is the tenant's, and ROOT its workspace."
  (require 'scim-log)
  (scim-log-note name root text)
  (run-hooks 'scim-mock-changed-hook)
  (force-mode-line-update t)
  (message "%s" text))

;;;; Saving

;;;###autoload
(defun scim-mock-save (mock file)
  "Write what MOCK is now to FILE, a new mock file, and visit that.
Its resources are those of the moment; starting FILE gives them again."
  (interactive
   (let ((mock (scim-mock-read "Save mock server: ")))
     (list mock (scim-mock--read-file mock))))
  (let ((file (expand-file-name file)))
    (scim-rpc-save-text
     (plist-get (scim-mock-call mock scim-protocol-mock-save) :text)
     file)
    (message "Wrote %s" file)
    (unless noninteractive
      (find-file-other-window file))))

(defun scim-mock--read-file (mock)
  "Return the name of the file that MOCK is to be saved to."
  (let ((file (read-file-name
               "Save as mock file: " nil nil nil
               (format "%s-%s.scim-mock" (scim-mock-name mock)
                       (format-time-string "%Y%m%d-%H%M%S")))))
    (scim-ui-new-file file)))

;;;; Stopping

(defun scim-mock--forget (mock &optional keep)
  "Note that MOCK has ended.
Its tenants are given back, unless KEEP is non-nil: then requests for
them fail until the person decides."
  (setf (scim-mock-ended mock) t)
  (setq scim-mock--running (delq mock scim-mock--running))
  (unless keep
    (setq scim-mock--attached
          (seq-remove (lambda (attached) (eq mock (plist-get attached :mock)))
                      scim-mock--attached)))
  (run-hooks 'scim-mock-changed-hook)
  (force-mode-line-update t))

(defun scim-mock--ended (root params)
  "Note that a mock server of ROOT has ended, as PARAMS tell.
Unless it was stopped, its tenants are not given back: requests for
them fail until the person decides."
  (when-let ((mock (scim-mock-with-id root (plist-get params :id))))
    (let ((reason (plist-get params :error)))
      (scim-mock--forget mock reason)
      (when reason
        (message "The mock server %s has ended: %s"
                 (scim-mock-name mock) reason)))))

(defun scim-mock--stand-ins (root)
  "Return which tenants of ROOT mock servers stand in for.
They are told to a new bridge: what was meant for a mock server must not
reach the real one because a bridge has ended."
  (mapcar (lambda (attached)
            (list :tenant (plist-get attached :tenant)
                  :mock (scim-mock-name (plist-get attached :mock))))
          (seq-filter (lambda (attached)
                        (equal root (plist-get attached :root)))
                      scim-mock--attached)))

(defun scim-mock--bridge-changed ()
  "Forget the mock servers whose bridge has ended, and tell of them.
Nobody has said that requests for their tenants may go elsewhere."
  (let ((ended (seq-remove (lambda (mock)
                             (eql (scim-mock-pid mock)
                                  (scim-mock--pid (scim-mock-root mock))))
                           scim-mock--running)))
    (dolist (mock ended)
      (let ((tenants (scim-mock-tenants mock)))
        (scim-mock--forget mock t)
        (message "The mock server %s has ended with the bridge%s"
                 (scim-mock-name mock)
                 (if tenants
                     (format "; requests for %s are held back until \
M-x scim-mock-use or M-x scim-mock-unuse"
                             (string-join tenants ", "))
                   ""))))))

;;;###autoload
(defun scim-mock-stop (mock)
  "Stop MOCK, the mock server of this buffer, or one that the person chooses."
  (interactive (list (scim-mock-read "Stop mock server: ")))
  (let ((tenants (scim-mock-tenants mock)))
    (scim-mock-call mock scim-protocol-mock-stop)
    (scim-mock--forget mock)
    (dolist (tenant tenants)
      (scim-mock--tenant-changed
       tenant (scim-mock-root mock)
       (format "Requests for %s go to its own server again" tenant)))
    (message "Stopped %s%s" (scim-mock-name mock)
             (if tenants
                 (format "; requests for %s go to the real server again"
                         (string-join tenants ", "))
               ""))))

(defun scim-mock-copy-url (mock)
  "Copy the base URL of MOCK."
  (interactive (list (scim-mock-read "Copy the URL of: ")))
  (scim-ui-copy (scim-mock-url mock) (scim-mock-url mock)))

(scim-rpc-on scim-protocol-mock-ended #'scim-mock--ended)
(add-hook 'scim-bridge-state-hook #'scim-mock--bridge-changed)
(add-hook 'scim-bridge-stand-ins-functions #'scim-mock--stand-ins)

(provide 'scim-mock)
;;; scim-mock.el ends here
