;;; scim-mock-view.el --- Watch a mock SCIM server -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; A buffer for each mock server, that follows what happens: how many
;; resources it has, what differs from the data it was started with, and
;; the requests as they come.  Keys move its clock, revoke a token, take
;; back all changes, and point a tenant at it.
;;
;; The bridge tells of requests a few times a second at most, and this
;; buffer asks it for the rest only while somebody sees it.

;;; Code:

(require 'cl-lib)
(require 'seq)
(require 'subr-x)
(require 'text-property-search)
(require 'scim-log)
(require 'scim-menu)
(require 'scim-mock)
(require 'scim-mock-resources)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-ui)

;;;; Customization

(defcustom scim-mock-view-max-requests 200
  "Most requests that the view of a mock server keeps."
  :type 'natnum
  :group 'scim-mock
  :safe #'natnump
  :package-version '(scim . "0.1.0"))

(defconst scim-mock-view--max-changes 50
  "Most differences that the view of a mock server lists.")

(defconst scim-mock-view--delay 0.2
  "Seconds between news and their being asked for.")

;;;; Internal variables

(defvar-local scim-mock-view--mock nil
  "The mock server that this buffer is about.")

(defvar-local scim-mock-view--status nil
  "What the bridge last told about the server: a plist, or nil so far.")

(defvar-local scim-mock-view--changes nil
  "What the bridge last told about differences: a plist, or nil so far.")

(defvar-local scim-mock-view--requests nil
  "Requests that were answered, newest first.")

(defvar-local scim-mock-view--timer nil
  "Timer that asks the bridge for what is new, or nil.")

;;;; Rendering

(defun scim-mock-view--item (item &rest strings)
  "Insert STRINGS as a line that stands for ITEM, a list."
  (insert (propertize (apply #'concat `(,@strings "\n"))
                      'scim-mock-view-item item)))

(defun scim-mock-view--heading (text &optional note)
  "Insert the heading TEXT, and NOTE beside it."
  (insert "\n" (scim-ui-face text 'scim-heading)
          (if note (scim-ui-face (concat "  " note) 'scim-dimmed) "")
          "\n"))

(defun scim-mock-view--field (name text)
  "Insert a line with NAME and TEXT, unless TEXT is nil or empty."
  (unless (string-empty-p (or text ""))
    (insert (scim-ui-face (format "%-12s" name) 'scim-dimmed) text "\n")))

(defun scim-mock-view--insert-head ()
  "Insert what the server is and does."
  (let ((mock scim-mock-view--mock) (status scim-mock-view--status))
    (insert (scim-ui-face (scim-mock-name mock) 'scim-heading) "  "
            (scim-mock-url mock)
            (if (scim-mock-ended mock)
                (scim-ui-face "  has ended" 'scim-failure)
              "")
            "\n")
    (scim-mock-view--field "Vendor" (scim-mock-vendor mock))
    (scim-mock-view--field
     "Quirks" (string-join (append (plist-get status :quirks) nil) ", "))
    (scim-mock-view--field "Stands for"
                           (string-join (scim-mock-tenants mock) ", "))
    (scim-mock-view--field "Clock" (plist-get status :time))
    (scim-mock-view--field
     "Tokens" (mapconcat (lambda (token)
                           (format "%s (%s)" (plist-get token :name)
                                   (plist-get token :state)))
                         (plist-get status :tokens) ", "))
    (scim-mock-view--field
     "Faults" (mapconcat (lambda (fault)
                           (format "%s, %d×" (plist-get fault :name)
                                   (plist-get fault :times)))
                         (plist-get status :faults)
                         (concat "\n" (make-string 12 ?\s))))))

(defun scim-mock-view--insert-resources ()
  "Insert how many resources there are."
  (scim-mock-view--heading "Resources")
  (cl-loop for (type count) on (scim-mock-counts scim-mock-view--mock) by #'cddr
           for name = (substring (symbol-name type) 1)
           do (scim-mock-view--item (list 'type name)
                                    (format "  %-16s %8d" name count))))

(defun scim-mock-view--insert-change (change)
  "Insert a line about CHANGE, a plist."
  (pcase-let ((`(,sign . ,face) (pcase (plist-get change :kind)
                                  ("created" '("+" . scim-success))
                                  ("deleted" '("-" . scim-failure))
                                  (_ '("~" . scim-warning)))))
    (scim-mock-view--item
     (list 'resource (plist-get change :id))
     "  " (scim-ui-face sign face)
     (format " %-10s %s" (plist-get change :type) (plist-get change :label)))))

(defun scim-mock-view--insert-changes ()
  "Insert what differs from the data that the server was started with."
  (let ((changes (append (plist-get scim-mock-view--changes :changes) nil))
        (total (or (plist-get scim-mock-view--changes :total) 0)))
    (scim-mock-view--heading "Differences since start"
                             (if (zerop total) "none" (number-to-string total)))
    (mapc #'scim-mock-view--insert-change
          (seq-take changes scim-mock-view--max-changes))
    (when (> total (min (length changes) scim-mock-view--max-changes))
      (insert (scim-ui-face "  …\n" 'scim-dimmed)))))

(defun scim-mock-view--request-line (request)
  "Insert a line about REQUEST, a plist."
  (let ((faults (plist-get request :faults)))
    (scim-mock-view--item
     (list 'request (plist-get request :number))
     "  " (scim-ui-face (scim-log--time (plist-get request :time)) 'scim-dimmed)
     " " (scim-ui-face (format "%-6s" (plist-get request :method)) 'scim-method)
     " " (scim-ui-status (plist-get request :status))
     (format " %7s  " (format "%.1f ms" (plist-get request :ms)))
     ;; Before the path, which may be longer than the window is wide.
     (if (seq-empty-p faults)
         ""
       (scim-ui-face (concat "[" (string-join (append faults nil) ", ") "] ")
                     'scim-warning))
     (plist-get request :path))))

(defun scim-mock-view--insert-requests ()
  "Insert the requests that were answered, newest first."
  (scim-mock-view--heading
   "Requests"
   (let ((count (or (plist-get scim-mock-view--status :requests) 0)))
     (if (zerop count) "none so far" (number-to-string count))))
  (mapc #'scim-mock-view--request-line scim-mock-view--requests))

(defun scim-mock-view--render ()
  "Show all that is known in this buffer; point stays at what it is on."
  (let* ((inhibit-read-only t)
         (item (get-text-property (point) 'scim-mock-view-item))
         (line (line-number-at-pos))
         (column (current-column)))
    (erase-buffer)
    (scim-mock-view--insert-head)
    (scim-mock-view--insert-resources)
    (scim-mock-view--insert-changes)
    (scim-mock-view--insert-requests)
    (scim-mock-view--go-back item line column)
    (dolist (window (get-buffer-window-list nil nil t))
      (set-window-point window (point)))))

(defun scim-mock-view--go-back (item line column)
  "Go to ITEM, or to LINE when it is not there, and to COLUMN."
  (goto-char (point-min))
  (let ((match (and item
                    (text-property-search-forward
                     'scim-mock-view-item item #'equal))))
    (if match
        (goto-char (prop-match-beginning match))
      (goto-char (point-min))
      (forward-line (1- line))))
  (move-to-column column))

;;;; Asking

(defun scim-mock-view--ask (method success)
  "Ask the bridge METHOD about the server; call SUCCESS here with the result.
A failure is not told: it is that the server has ended, which is shown."
  (scim-rpc-request-async
   method (list :id (scim-mock-id scim-mock-view--mock))
   :root (scim-mock-root scim-mock-view--mock)
   :success success :error #'ignore))

(defun scim-mock-view-refresh (&rest _)
  "Ask the bridge about the server, and show the answer."
  (interactive nil scim-mock-view-mode)
  (if (scim-mock-ended scim-mock-view--mock)
      (scim-mock-view--render)
    (scim-mock-view--ask
     scim-protocol-mock-changes
     (lambda (changes) (setq scim-mock-view--changes changes)))
    (scim-mock-view--ask
     scim-protocol-mock-status
     (lambda (status)
       (setq scim-mock-view--status status)
       (scim-mock--note scim-mock-view--mock (plist-get status :mock))
       (scim-mock-view--render)))))

(defun scim-mock-view--soon ()
  "Ask for what is new in a moment, if somebody sees this buffer then."
  (unless scim-mock-view--timer
    (setq scim-mock-view--timer
          (run-at-time scim-mock-view--delay nil #'scim-mock-view--now
                       (current-buffer)))))

(defun scim-mock-view--now (buffer)
  "Ask for what is new in BUFFER, a view, if somebody sees it."
  (when (buffer-live-p buffer)
    (with-current-buffer buffer
      (setq scim-mock-view--timer nil)
      (if (get-buffer-window buffer t)
          (scim-mock-view-refresh)
        (add-hook 'window-configuration-change-hook
                  #'scim-mock-view--seen nil t)))))

(defun scim-mock-view--seen ()
  "Ask for what is new, as this buffer is seen again."
  (remove-hook 'window-configuration-change-hook #'scim-mock-view--seen t)
  (scim-mock-view--soon))

(defun scim-mock-view--answered (root params)
  "Show the requests in PARAMS, which a mock server of ROOT has answered."
  (when-let* ((mock (scim-mock-with-id root (plist-get params :id)))
              (buffer (scim-mock-view--existing mock)))
    (with-current-buffer buffer
      (scim-mock-view--add (append (plist-get params :requests) nil))
      (scim-mock-view--soon))))

(defun scim-mock-view--add (requests)
  "Note REQUESTS, oldest first."
  (dolist (request requests)
    (push request scim-mock-view--requests))
  (setq scim-mock-view--requests
        (seq-take scim-mock-view--requests scim-mock-view-max-requests)))

(defun scim-mock-view--changed ()
  "Show in all views which servers have ended and which tenants they have."
  (dolist (buffer (buffer-list))
    (with-current-buffer buffer
      (when (derived-mode-p 'scim-mock-view-mode)
        (scim-mock-view--soon)
        (scim-mock-view--render)))))

;;;; Commands

(defun scim-mock-view-visit ()
  "Show what is at point: resources of a type, a resource, or a request."
  (interactive nil scim-mock-view-mode)
  (let ((mock scim-mock-view--mock))
    (pcase (get-text-property (point) 'scim-mock-view-item)
      (`(type ,name) (scim-mock-resources mock name))
      (`(resource ,id) (scim-mock-resources-show mock id))
      (`(request ,number)
       (scim-mock-resources-pop-up
        (format "*SCIM mock %s: request %d*" (scim-mock-name mock) number)
        (scim-rpc-text
         (plist-get (scim-mock-call mock scim-protocol-mock-request
                                    :number number)
                    :text))))
      (_ (user-error "There is nothing to show here")))))

(defun scim-mock-view--control (kind &rest params)
  "Have the server of this buffer do what KIND and PARAMS say, and look."
  (scim-mock-call scim-mock-view--mock scim-protocol-mock-control
                  :action `(:kind ,kind ,@params))
  (scim-mock-view-refresh))

(defun scim-mock-view-advance (span)
  "Put the clock of the server forward by SPAN, such as 30d, 12h or 90s."
  (interactive "sPut the clock forward by (90s, 12h, 30d): "
               scim-mock-view-mode)
  (scim-mock-view--control "advance" :by span))

(defun scim-mock-view-revoke (token)
  "Have the server refuse TOKEN, one of its credentials by name."
  (interactive
   (list (completing-read
          "Revoke token: "
          (or (mapcar (lambda (token) (plist-get token :name))
                      (plist-get scim-mock-view--status :tokens))
              (user-error "This server asks for no token"))
          nil t))
   scim-mock-view-mode)
  (scim-mock-view--control "revoke" :token token))

(defun scim-mock-view-clear-faults ()
  "Have nothing go wrong on purpose any more."
  (interactive nil scim-mock-view-mode)
  (scim-mock-view--control "clearFaults"))

(defun scim-mock-view-reset ()
  "Bring back the data of the start."
  (interactive nil scim-mock-view-mode)
  (when (y-or-n-p "Take back all changes since the start? ")
    (scim-mock-view--control "reset")))

(defun scim-mock-view-reseed ()
  "Give the server the present text of the buffer that it was started from."
  (interactive nil scim-mock-view-mode)
  (let ((buffer (scim-mock-buffer scim-mock-view--mock)))
    (unless (buffer-live-p buffer)
      (user-error "The buffer that it was started from is gone"))
    (with-current-buffer buffer
      (scim-mock-start))))

(defun scim-mock-view-stop ()
  "Stop the server of this buffer."
  (interactive nil scim-mock-view-mode)
  (when (y-or-n-p (format "Stop %s? " (scim-mock-name scim-mock-view--mock)))
    (scim-mock-stop scim-mock-view--mock)))

;;;; Buffers

(defun scim-mock-view--existing (mock)
  "Return the view of MOCK, or nil."
  (seq-find (lambda (buffer)
              (eq mock (buffer-local-value 'scim-mock-view--mock buffer)))
            (buffer-list)))

(defun scim-mock-view--make (mock)
  "Return a new view of MOCK, in the buffer of an ended one of that name."
  (let* ((name (format "*SCIM mock %s*" (scim-mock-name mock)))
         (old (get-buffer name))
         (shown (and old (buffer-local-value 'scim-mock-view--mock old)))
         (buffer (if (and shown (scim-mock-ended shown))
                     old
                   (generate-new-buffer name))))
    (with-current-buffer buffer
      (scim-mock-view-mode)
      (setq scim-mock-view--mock mock)
      (scim-mock-view--ask
       scim-protocol-mock-requests
       (lambda (answer)
         (setq scim-mock-view--requests nil)
         (scim-mock-view--add (append (plist-get answer :requests) nil))))
      (scim-mock-view--render)
      (scim-mock-view-refresh))
    buffer))

;;;###autoload
(defun scim-mock-view (mock)
  "Show the state of MOCK in a buffer that follows it."
  (interactive (list (scim-mock-read "View mock server: ")))
  (pop-to-buffer (or (scim-mock-view--existing mock)
                     (scim-mock-view--make mock))))

(defun scim-mock-view--of-buffer ()
  "Return the mock server that this buffer is a view of, or nil."
  (and scim-mock-view--mock
       (not (scim-mock-ended scim-mock-view--mock))
       scim-mock-view--mock))

(defvar scim-mock-view-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "RET") #'scim-mock-view-visit)
    (define-key map (kbd "n") #'next-line)
    (define-key map (kbd "p") #'previous-line)
    (define-key map (kbd "a") #'scim-mock-view-advance)
    (define-key map (kbd "t") #'scim-mock-view-revoke)
    (define-key map (kbd "F") #'scim-mock-view-clear-faults)
    (define-key map (kbd "R") #'scim-mock-view-reset)
    (define-key map (kbd "c") #'scim-mock-view-reseed)
    (define-key map (kbd "u") #'scim-mock-use)
    (define-key map (kbd "U") #'scim-mock-unuse)
    (define-key map (kbd "s") #'scim-mock-save)
    (define-key map (kbd "w") #'scim-mock-copy-url)
    (define-key map (kbd "k") #'scim-mock-view-stop)
    map)
  "Keymap of `scim-mock-view-mode'.")

(scim-menu-define
 'scim-mock-view-mode scim-mock-view-mode-map "SCIM-Mock" "?"
 '("Server"
   ("Show what is at point" scim-mock-view-visit :context t)
   ("Refresh" revert-buffer)
   ("Copy URL" scim-mock-copy-url)
   ("Save as mock file..." scim-mock-save)
   ("Stop" scim-mock-view-stop))
 '("Change"
   ("Advance clock..." scim-mock-view-advance)
   ("Revoke token..." scim-mock-view-revoke)
   ("Clear faults" scim-mock-view-clear-faults)
   ("Take back all changes" scim-mock-view-reset)
   ("Re-seed from buffer" scim-mock-view-reseed))
 '("Tenants"
   ("Point tenant at it..." scim-mock-use)
   ("Give tenant back" scim-mock-unuse)))

(define-derived-mode scim-mock-view-mode special-mode "SCIM-Mock-View"
  "Major mode for the live view of a mock SCIM server.

\\{scim-mock-view-mode-map}"
  :interactive nil
  (scim-menu-setup)
  (buffer-disable-undo)
  (setq truncate-lines t
        bidi-paragraph-direction 'left-to-right)
  (setq-local revert-buffer-function #'scim-mock-view-refresh
              scim-mock-of-buffer-function #'scim-mock-view--of-buffer))

(scim-rpc-on scim-protocol-mock-answered #'scim-mock-view--answered)
(add-hook 'scim-mock-changed-hook #'scim-mock-view--changed)

(provide 'scim-mock-view)
;;; scim-mock-view.el ends here
