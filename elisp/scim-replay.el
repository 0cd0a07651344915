;;; scim-replay.el --- Replay recorded SCIM traffic -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Recorded exchanges, those of a log or of an HTTP archive, can be played
;; by a server that answers as it was answered then, or sent again to a
;; tenant, whose answers are compared with the recorded ones.  A bug is
;; reported in the same way: with the traffic that shows it.

;;; Code:

(require 'cl-lib)
(require 'seq)
(require 'subr-x)
(require 'scim-client)
(require 'scim-error)
(require 'scim-log)
(require 'scim-menu)
(require 'scim-mock)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-ui)

(autoload 'scim-alert-ended "scim-alert")

;;;; Internal variables

(cl-defstruct (scim-replay-server (:constructor scim-replay-server--make)
                                  (:copier nil))
  "A playback server that runs in a bridge."
  root id name url tenant)

(defvar scim-replay--servers nil
  "The playback servers that run, newest first.")

(defvar-local scim-replay--handle nil
  "Handle of the request that sends, or nil when none does.")

(defvar-local scim-replay--rows nil
  "What became of the requests that this buffer is about, a list of plists.")

(defvar-local scim-replay--archive nil
  "Name that the bridge has for the archive that was sent.")

(defvar-local scim-replay--root nil
  "Workspace of the bridge that sent it; nil is the default one.")

(defvar-local scim-replay--again nil
  "Function that sends the requests of this buffer again.")

;;;; Archives

(defun scim-replay--call (method params)
  "Return the answer of METHOD with PARAMS; a failure is a `user-error'.
It is that of the bridge of this log."
  (scim-error-as-user-error
    (scim-rpc-request method params :root scim-log--root)))

(defun scim-replay--archive-of-log ()
  "Return the name of an archive with the exchanges of this log."
  (or (and (not scim-log--marked) (not scim-log--filter) scim-log--archive-id)
      (let ((har (scim-replay--call scim-protocol-trace-har
                                    (scim-log--har-params))))
        (when (zerop (plist-get har :exchanges))
          (user-error "There are no exchanges to replay"))
        (plist-get (scim-replay--call scim-protocol-trace-open
                                      (list :path (buffer-name)
                                            :content (plist-get har :har)))
                   :archive))))

(defun scim-replay--name ()
  "Return what people call the traffic of this log."
  (if scim-log--archive-id
      (replace-regexp-in-string "\\`\\*SCIM log of \\|\\*\\'" "" (buffer-name))
    (or scim-log--tenant scim-log--action "log")))

(defun scim-replay--log ()
  "Return the log whose traffic is meant: this one, or that of a file."
  (if (derived-mode-p 'scim-log-mode)
      (current-buffer)
    (save-window-excursion (call-interactively #'scim-log-open))))

;;;###autoload
(defun scim-replay ()
  "Replay the traffic of this log, or of an HTTP archive that is asked for.
Either a server is started that answers as it was answered when it was
recorded, or the requests are sent to a tenant and the answers compared.
Marked exchanges, or those that pass the filter, are meant if there are
such.
See Info node `(scim)Replay'."
  (interactive)
  (with-current-buffer (scim-replay--log)
    (pcase (car (read-multiple-choice
                 "Replay:"
                 '((?p "play" "A server answers as it was answered then")
                   (?s "send" "The requests are sent to a tenant"))))
      (?p (call-interactively #'scim-replay-serve))
      (?s (call-interactively #'scim-replay-send)))))

;;;; Playing

(defun scim-replay--read-attached ()
  "Ask whether requests for a tenant go to the playback; return its name or nil."
  (when (y-or-n-p "Send the requests for a tenant there? ")
    (scim-log-read-tenant "Tenant: ")))

;;;###autoload
(defun scim-replay-serve (&optional tenant)
  "Start a server that plays the traffic of this log, and return it.
The requests for TENANT, when given, go there until `scim-mock-unuse'.
What was not recorded is answered with 501 and what was expected."
  (interactive (list (scim-replay--read-attached)))
  (unless (derived-mode-p 'scim-log-mode)
    (user-error "This is not a log; M-x scim-log-open opens an archive"))
  (let* ((name (scim-replay--name))
         (answer (scim-replay--call
                  scim-protocol-replay-serve
                  `( :archive ,(scim-replay--archive-of-log) :name ,name
                     ,@(and tenant (list :tenant tenant)))))
         (server (scim-replay-server--make
                  :root scim-log--root :id (plist-get answer :id) :name name
                  :url (plist-get answer :url)
                  :tenant (plist-get answer :tenant))))
    (push server scim-replay--servers)
    (when (scim-replay-server-tenant server)
      (scim-replay--attach server (eq t (plist-get answer :isDefault))))
    (message "Playing %d exchanges at %s%s" (plist-get answer :exchanges)
             (scim-replay-server-url server)
             (if tenant (format ", for %s; M-x scim-mock-unuse ends that" tenant)
               ""))
    server))

(defun scim-replay--attach (server default)
  "Show, as for a mock server, that SERVER stands in for its tenant.
DEFAULT tells whether that is the tenant of requests that name none."
  (let ((root (scim-replay-server-root server))
        (tenant (scim-replay-server-tenant server)))
    (scim-mock--drop-tenant root tenant)
    (push (list :root root :tenant tenant :default default
                :mock (scim-mock--make
                       :root root :id (scim-replay-server-id server)
                       :name (scim-replay-server-name server)
                       :url (scim-replay-server-url server)))
          scim-mock--attached)
    (run-hooks 'scim-mock-changed-hook)
    (force-mode-line-update t)))

(defun scim-replay--read-server (prompt)
  "Return the running playback server, or ask with PROMPT which."
  (cond ((null scim-replay--servers)
         (user-error "Nothing is being played; M-x scim-replay starts it"))
        ((null (cdr scim-replay--servers)) (car scim-replay--servers))
        (t (let ((labels (mapcar (lambda (server)
                                   (cons (format "%s  %s"
                                                 (scim-replay-server-name server)
                                                 (scim-replay-server-url server))
                                         server))
                                 scim-replay--servers)))
             (scim-ui-choose prompt labels)))))

;;;###autoload
(defun scim-replay-status (server)
  "Tell what SERVER has played, and which requests were not recorded."
  (interactive (list (scim-replay--read-server "Status of: ")))
  (let* ((answer (scim-error-as-user-error
                   (scim-rpc-request scim-protocol-replay-status
                                     (list :id (scim-replay-server-id server))
                                     :root (scim-replay-server-root server))))
         (unmatched (append (plist-get answer :unmatched) nil)))
    (message "%s: %d answered, %d left%s" (scim-replay-server-name server)
             (plist-get answer :answered) (plist-get answer :left)
             (if unmatched
                 (concat ", not recorded:\n" (string-join unmatched "\n"))
               ""))))

;;;###autoload
(defun scim-replay-stop (server)
  "Stop SERVER; requests for its tenant go to the tenant again."
  (interactive (list (scim-replay--read-server "Stop playing: ")))
  (let ((root (scim-replay-server-root server)))
    (setq scim-replay--servers (delq server scim-replay--servers))
    (when-let ((tenant (scim-replay-server-tenant server)))
      (scim-mock--drop-tenant root tenant)
      (run-hooks 'scim-mock-changed-hook))
    (when (scim-rpc-ready-p root)
      (scim-error-as-user-error
        (scim-rpc-request scim-protocol-replay-stop
                          (list :id (scim-replay-server-id server))
                          :root root)))
    (message "%s is not played any more" (scim-replay-server-name server))))

;;;; Sending

(defun scim-replay--read-send ()
  "Ask where to send the traffic of this log, and whether writes are sent."
  (let* ((tenant (scim-log-read-tenant "Send the requests to tenant: "))
         (writes (seq-count #'scim-log-write-p
                            (or (scim-log--chosen) (scim-log--exchanges)))))
    (list tenant
          (and (> writes 0)
               (yes-or-no-p (format "Send the %d writes to %s too? "
                                    writes tenant))))))

;;;###autoload
(defun scim-replay-send (tenant &optional writes)
  "Send the requests of this log to TENANT, in order, and compare the answers.
Those that write are sent only if WRITES is non-nil.  Identifiers that
TENANT makes take the place of those that were recorded."
  (interactive (scim-replay--read-send))
  (unless (derived-mode-p 'scim-log-mode)
    (user-error "This is not a log; M-x scim-log-open opens an archive"))
  (let ((archive (scim-replay--archive-of-log))
        (buffer (get-buffer-create
                 (format "*SCIM replay of %s*" (scim-replay--name))))
        (root scim-log--root))
    (with-current-buffer buffer
      (scim-replay--forget)
      (scim-replay-mode)
      (setq scim-replay--archive archive
            scim-replay--root root
            scim-rpc-action (scim-rpc-new-action "replay")
            scim-replay--again (lambda ()
                                 (scim-replay--run archive tenant writes root)))
      (funcall scim-replay--again))
    (pop-to-buffer buffer)))

(defun scim-replay--run (archive tenant writes root)
  "Send the requests of ARCHIVE to TENANT by the bridge of ROOT.
Those that write are sent if WRITES is non-nil.  Show in this buffer
what comes of it."
  (when scim-replay--handle
    (user-error "Requests are being sent; C-g stops that"))
  (scim-replay--set-status
   (scim-rpc-request-async
    scim-protocol-replay-send
    (list :archive archive :tenant tenant :writes (if writes t :json-false))
    :root root
    :success (apply-partially #'scim-replay--show (float-time))
    :error (lambda (condition)
             (scim-replay--set-status nil nil)
             (message "%s" (scim-error-message condition)))
    :progress #'scim-replay--progressed)
   "sending"))

(defun scim-replay--set-status (handle status)
  "Note that HANDLE is the request in progress and STATUS how far it is."
  (setq scim-replay--handle handle
        mode-line-process (and status (concat " ⟳ " status)))
  (force-mode-line-update))

(defun scim-replay--progressed (message percentage)
  "Show MESSAGE and PERCENTAGE, a number or nil, in the mode line."
  (when scim-replay--handle
    (scim-replay--set-status
     scim-replay--handle
     (concat "sending " (replace-regexp-in-string "%" "%%" message)
             (if percentage (format " %d%%%%" percentage) "")))))

(defun scim-replay--forget ()
  "Send no more of what is sent for this buffer."
  (when scim-replay--handle
    (scim-rpc-cancel scim-replay--handle)))

(defun scim-replay-cancel ()
  "Send no more of what is sent for this buffer, or else quit as usual."
  (interactive nil scim-replay-mode)
  (if scim-replay--handle
      (scim-rpc-cancel scim-replay--handle)
    (keyboard-quit)))

(defun scim-replay--show (started answer)
  "Show the rows of ANSWER in this buffer.  They were asked for at STARTED."
  (let ((inhibit-read-only t))
    (setq scim-replay--rows (append (plist-get answer :rows) nil))
    (scim-replay--set-status nil nil)
    (erase-buffer)
    (mapc (lambda (row) (insert (scim-replay--line row))) scim-replay--rows)
    (goto-char (point-min))
    (force-mode-line-update)
    (message "%s" (scim-replay--summary))
    (scim-alert-ended started (buffer-name) (scim-replay--summary))))

(defun scim-replay--summary ()
  "Return how many answers were the same, as a sentence."
  (cl-flet ((count (outcome)
              (seq-count (lambda (row) (equal outcome (plist-get row :outcome)))
                         scim-replay--rows)))
    (format "%d the same, %d different, %d not sent"
            (count "same") (count "different") (count "skipped"))))

(defun scim-replay--line (row)
  "Return the line for ROW."
  (let ((outcome (plist-get row :outcome)))
    (propertize
     (concat (pcase outcome
               ("same" (scim-ui-face "= " 'scim-success))
               ("different" (scim-ui-face "≠ " 'scim-failure))
               (_ (scim-ui-face "- " 'scim-dimmed)))
             (scim-ui-status (plist-get row :recorded)) "  "
             (if (equal outcome "skipped") "   "
               (scim-ui-status (plist-get row :now)))
             "  "
             (scim-ui-face (format "%-6s" (plist-get row :method)) 'scim-method)
             " " (plist-get row :path)
             (if (string-empty-p (plist-get row :note)) ""
               (concat "  " (scim-ui-face
                             (string-replace "\n" " " (plist-get row :note))
                             (if (equal outcome "different") 'scim-warning
                               'scim-dimmed))))
             "\n")
     'scim-replay-row row)))

;;;; Commands of the table

(defun scim-replay-diff ()
  "Show how the recorded exchange at point and the new one differ."
  (interactive)
  (let ((row (or (get-text-property (point) 'scim-replay-row)
                 (user-error "There is no request here"))))
    (unless (plist-get row :exchange)
      (user-error "There is no new answer to compare"))
    (scim-log--collect-details
     (list (list :id (plist-get row :id) :archive scim-replay--archive
                 :root scim-replay--root)
           (list :id (plist-get row :exchange) :root scim-replay--root))
     #'scim-log--show-diff)))

(defun scim-replay-next-difference (&optional count)
  "Go to the next answer that differs, or forward by COUNT of them."
  (interactive "p")
  (let ((step (if (< (or count 1) 0) -1 1)) (start (point)))
    (dotimes (_ (abs (or count 1)))
      (beginning-of-line)
      (unless (catch 'found
                (while (and (zerop (forward-line step)) (not (eobp)))
                  (when (equal "different"
                               (plist-get (get-text-property
                                           (point) 'scim-replay-row)
                                          :outcome))
                    (throw 'found t))))
        (goto-char start)
        (user-error "No more answers differ")))))

(defun scim-replay-previous-difference (&optional count)
  "Go to the previous answer that differs, or back by COUNT of them."
  (interactive "p")
  (scim-replay-next-difference (- (or count 1))))

(defvar scim-replay-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "RET") #'scim-replay-diff)
    (define-key map (kbd "d") #'scim-replay-diff)
    (define-key map (kbd "n") #'next-line)
    (define-key map (kbd "p") #'previous-line)
    (define-key map (kbd "M-n") #'scim-replay-next-difference)
    (define-key map (kbd "M-p") #'scim-replay-previous-difference)
    (define-key map (kbd "l") #'scim-log-of-action)
    (define-key map (kbd "C-c C-k") #'scim-replay-cancel)
    (define-key map [remap keyboard-quit] #'scim-replay-cancel)
    map)
  "Keymap of `scim-replay-mode'.")

(scim-menu-define
 'scim-replay-mode scim-replay-mode-map "SCIM-Replay" "?"
 '("Answer"
   ("Compare with recorded" scim-replay-diff :context t)
   ("Next difference" scim-replay-next-difference)
   ("Previous difference" scim-replay-previous-difference))
 '("Replay"
   ("Send again" revert-buffer)
   ("Cancel" scim-replay-cancel)
   ("Log of this" scim-log-of-action)
   ("Status of playback" scim-replay-status :key "S")
   ("Stop playback" scim-replay-stop :key "K")))

(define-derived-mode scim-replay-mode special-mode "SCIM-Replay"
  "Major mode for what came of recorded requests that were sent again.
A line has the recorded status, that of now, method, path and what
differs.

\\{scim-replay-mode-map}"
  :interactive nil
  (add-hook 'kill-buffer-hook #'scim-replay--forget nil t)
  (buffer-disable-undo)
  (setq truncate-lines t
        bidi-paragraph-direction 'left-to-right
        next-error-function (lambda (count &optional reset)
                              (when reset (goto-char (point-min)))
                              (scim-replay-next-difference count))
        header-line-format
        (concat (propertize " " 'display '(space :align-to 0))
                "  Rec  Now  Method Path"))
  (setq-local revert-buffer-function
              (lambda (&rest _) (funcall scim-replay--again)))
  (scim-menu-setup))

;;;; Bugs

(defun scim-replay--versions ()
  "Return the versions of all that takes part, as text."
  (let ((bridge (seq-find (lambda (bridge)
                            (equal scim-log--root (plist-get bridge :root)))
                          (scim-rpc-bridges)))
        (versions (scim-client-versions)))
    (format "Emacs %s on %s (%s)\nscim %s, bridge %s, Node %s, jsonrpc %s\n"
            (plist-get versions :emacs) system-type
            (or window-system "terminal")
            (plist-get versions :package)
            (or (plist-get bridge :version) "not running")
            (or (plist-get bridge :node) "unknown")
            (or (plist-get versions :jsonrpc) "unknown"))))

;;;###autoload
(defun scim-report-bug ()
  "Put what a report of a bug needs into a buffer, to be read, mailed or saved.
That is what runs here, and the traffic of this log: of marked exchanges,
or else those that pass the filter.  It has no secrets, but names of
people: nothing leaves Emacs before it was read."
  (interactive)
  (unless (derived-mode-p 'scim-log-mode)
    (user-error "Go to the log that shows the bug (M-x scim-log) first"))
  (let ((versions (scim-replay--versions))
        (har (plist-get (scim-replay--call scim-protocol-trace-har
                                           (scim-log--har-params))
                        :har))
        (buffer (generate-new-buffer "*SCIM bug report*")))
    (with-current-buffer buffer
      (scim-report-bug-mode)
      (insert "What I did:\n\n\nWhat I expected:\n\n\nWhat happened instead:\n\n\n"
              versions
              "\nTraffic, an HTTP archive: save it as .har, M-x scim-log-open"
              " shows it, and\nM-x scim-replay replays it.\n\n"
              (scim-rpc-text har))
      (goto-char (point-min))
      (forward-line 1))
    (pop-to-buffer buffer)
    (message (substitute-command-keys
              "Read it: secrets are taken out, names of people are not.  \
\\[scim-report-bug-mail] mails it, \\[save-buffer] saves it"))))

(defun scim-report-bug-mail ()
  "Put the report of a bug in this buffer into a mail, to be sent by the person."
  (interactive)
  (let ((text (buffer-string)))
    (compose-mail nil "scim: bug report")
    (save-excursion
      (goto-char (point-max))
      (insert text))))

(defvar scim-report-bug-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "C-c C-c") #'scim-report-bug-mail)
    map)
  "Keymap of `scim-report-bug-mode'.")

(scim-menu-define
 'scim-report-bug-mode scim-report-bug-mode-map "SCIM-Report" "C-c ?"
 '("Report" ("Mail" scim-report-bug-mail) ("Save" save-buffer :key "s")))

(define-derived-mode scim-report-bug-mode text-mode "SCIM-Report"
  "Major mode for reports of bugs.

\\{scim-report-bug-mode-map}"
  :interactive nil
  (setq truncate-lines t)
  (scim-menu-setup))

(provide 'scim-replay)
;;; scim-replay.el ends here
