;;; scim-log.el --- Log of SCIM exchanges -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; One buffer for each tenant, one line for each HTTP exchange.  The
;; bridge has redacted all text before it comes here.
;;
;; Exchanges are collected for a moment and inserted together; the detail
;; of one is inserted only when it is unfolded; old lines go a quarter at
;; a time.  So a run of thousands costs little.

;;; Code:

(require 'cl-lib)
(require 'easymenu)
(require 'iso8601)
(require 'subr-x)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-ui)

;;;; Customization

(defcustom scim-log-max-exchanges 1000
  "Most exchanges that the log of a tenant keeps."
  :type 'natnum
  :group 'scim
  :safe #'natnump
  :package-version '(scim . "0.1.0"))

;;;; Internal variables

(defconst scim-log--delay 0.1
  "Seconds that exchanges are collected before they are shown.")

(defvar scim-log--pending nil
  "Exchanges that are not in a buffer yet, newest first.")

(defvar scim-log--timer nil
  "Timer that shows the pending exchanges.")

(defvar-local scim-log--count 0
  "Number of exchanges in this buffer.")

(defvar-local scim-log--tenant nil
  "Tenant whose log this buffer is.")

(defvar-local scim-log--root nil
  "Workspace of the last exchange in this buffer; nil is the default one.")

;;;; Receiving

(defvar scim-log--kept nil
  "The latest exchanges of all tenants, newest first.")

;;;###autoload
(defun scim-log-exchange (root exchange)
  "Have EXCHANGE, as told by the bridge of ROOT, shown in the log of its tenant."
  (push (append exchange (list :root root)) scim-log--pending)
  (push (car scim-log--pending) scim-log--kept)
  (unless scim-log--timer
    (setq scim-log--timer
          (run-at-time scim-log--delay nil #'scim-log-flush))))

(defun scim-log-flush ()
  "Show the exchanges that have been collected."
  (when scim-log--timer
    (cancel-timer scim-log--timer)
    (setq scim-log--timer nil))
  (let ((exchanges (nreverse scim-log--pending)))
    (setq scim-log--pending nil
          scim-log--kept (seq-take scim-log--kept scim-log-max-exchanges))
    (pcase-dolist (`(,tenant . ,group)
                   (seq-group-by (lambda (exchange)
                                   (plist-get exchange :tenant))
                                 exchanges))
      (with-current-buffer (scim-log--buffer tenant)
        (scim-log--insert group)))))

(defun scim-log--buffer (tenant)
  "Return the log buffer of TENANT, making it when needed."
  (let ((name (format "*SCIM (%s) log*" tenant)))
    (or (get-buffer name)
        (with-current-buffer (get-buffer-create name)
          (scim-log-mode)
          (setq scim-log--tenant tenant)
          (current-buffer)))))

(defun scim-log--insert (exchanges)
  "Insert EXCHANGES at the end of this buffer.
Only windows that show the end follow."
  (let ((followers (seq-filter (lambda (window)
                                 (= (window-point window) (point-max)))
                               (get-buffer-window-list nil nil t)))
        (at-end (eobp))
        (inhibit-read-only t))
    (save-excursion
      (goto-char (point-max))
      (insert (mapconcat #'scim-log--line exchanges "")))
    (cl-incf scim-log--count (length exchanges))
    (setq scim-log--root (plist-get (car (last exchanges)) :root))
    (scim-log--trim)
    (when at-end
      (goto-char (point-max)))
    (dolist (window followers)
      (set-window-point window (point-max)))))

(defun scim-log--trim ()
  "Remove the oldest exchanges once there are a quarter too many."
  (when (> scim-log--count (+ scim-log-max-exchanges
                              (/ scim-log-max-exchanges 4)))
    (save-excursion
      (goto-char (point-min))
      (while (> scim-log--count scim-log-max-exchanges)
        (forward-line)
        (when (scim-log--at-exchange-p)
          (cl-decf scim-log--count)))
      (delete-region (point-min) (point)))))

(defun scim-log--show-kept (action)
  "Insert the kept exchanges on behalf of ACTION, a string, or of all if nil."
  (let ((inhibit-read-only t))
    (erase-buffer)
    (setq scim-log--count 0)
    (scim-log--insert
     (nreverse (seq-filter (lambda (exchange)
                             (or (not action)
                                 (equal action (plist-get exchange :action))))
                           scim-log--kept)))
    (when (zerop scim-log--count)
      (insert (scim-ui-face "Nothing has been sent for this yet.\n"
                            'scim-dimmed)))))

(defun scim-log-note (tenant text)
  "Insert TEXT, on a line of its own, into the log of TENANT if it has one."
  (scim-log-flush)
  (when-let ((buffer (get-buffer (format "*SCIM (%s) log*" tenant))))
    (with-current-buffer buffer
      (let ((inhibit-read-only t))
        (save-excursion
          (goto-char (point-max))
          (insert (scim-ui-face (concat "— " text "\n") 'scim-warning)))))))

;;;; Lines

(defun scim-log--time (timestamp)
  "Return the local time of day of TIMESTAMP, in ISO 8601."
  (condition-case nil
      (concat (format-time-string "%H:%M:%S"
                                  (encode-time (iso8601-parse timestamp)))
              (if (string-match "\\.[0-9]\\{3\\}" timestamp)
                  (match-string 0 timestamp)
                ".000"))
    (error (format "%-12.12s" timestamp))))

(defun scim-log--line (exchange)
  "Return the line for EXCHANGE, a plist."
  (let* ((attempts (or (plist-get exchange :attempts) 1))
         (line (concat
                (scim-ui-face (scim-log--time (plist-get exchange :startedAt))
                              'scim-dimmed)
                " "
                (scim-ui-face (format "%-6s" (plist-get exchange :method))
                              'scim-method)
                " " (scim-ui-status (plist-get exchange :status))
                (format " %9s %8s %s "
                        (scim-ui-duration (plist-get exchange :durationMs))
                        (scim-ui-bytes (plist-get exchange :responseBytes))
                        (if (> attempts 1) (format "×%d" attempts) "  "))
                (plist-get exchange :path)
                (when-let ((failure (plist-get exchange :error)))
                  (concat "  " (scim-ui-face
                                (replace-regexp-in-string "\n.*" "…" failure)
                                'scim-failure)))
                "\n")))
    (when (member (plist-get exchange :purpose) '("discovery" "token"))
      (setq line (scim-ui-face (substring-no-properties line) 'scim-dimmed)))
    (propertize line 'scim-log-exchange exchange)))

(defun scim-log--at-exchange-p ()
  "Is point on the line of an exchange, rather than on a detail?"
  (and (get-text-property (point) 'scim-log-exchange)
       (not (get-text-property (point) 'scim-log-detail))))

(defun scim-log--exchange-at-point ()
  "Return the exchange at point, or signal a `user-error'."
  (or (get-text-property (point) 'scim-log-exchange)
      (user-error "There is no exchange here")))

(defun scim-log--goto-line ()
  "Go to the beginning of the line of the exchange around point."
  (beginning-of-line)
  (while (and (not (bobp)) (not (scim-log--at-exchange-p)))
    (forward-line -1)))

(defun scim-log--detail (exchange)
  "Return the text that is shown below the line of unfolded EXCHANGE."
  (propertize (concat (replace-regexp-in-string
                       "^\\(?:.\\)" "    \\&"
                       (string-trim-right (plist-get exchange :detail)))
                      "\n\n")
              'scim-log-exchange exchange 'scim-log-detail t))

(defun scim-log--detail-end ()
  "Return where the detail below this line ends; nil when it is folded."
  (let ((start (line-beginning-position 2)))
    (and (< start (point-max))
         (get-text-property start 'scim-log-detail)
         (next-single-property-change start 'scim-log-detail nil (point-max)))))

;;;; Commands

(defun scim-log-toggle ()
  "Show or hide the headers and bodies of the exchange at point."
  (interactive)
  (let ((exchange (scim-log--exchange-at-point))
        (inhibit-read-only t))
    (scim-log--goto-line)
    (if-let ((end (scim-log--detail-end)))
        (delete-region (line-beginning-position 2) end)
      (let ((end (save-excursion
                   (forward-line)
                   (insert (scim-log--detail exchange))
                   (point))))
        (when (and (eq (window-buffer) (current-buffer))
                   (not (pos-visible-in-window-p end)))
          (recenter 1))))))

(defun scim-log-fold-all ()
  "Hide the headers and bodies of all exchanges."
  (interactive)
  (let ((inhibit-read-only t) (position (point-min)))
    (scim-log--goto-line)
    (save-excursion
      (while (setq position (text-property-any position (point-max)
                                               'scim-log-detail t))
        (delete-region position
                       (next-single-property-change
                        position 'scim-log-detail nil (point-max)))))))

(defun scim-log-next (&optional count)
  "Go to the next exchange, or forward by COUNT exchanges."
  (interactive "p")
  (let ((step (if (< (or count 1) 0) -1 1)))
    (dotimes (_ (abs (or count 1)))
      (scim-log--goto-line)
      (let ((start (point)))
        (forward-line step)
        (while (and (not (bobp)) (not (eobp)) (not (scim-log--at-exchange-p)))
          (forward-line step))
        (unless (and (scim-log--at-exchange-p) (/= (point) start))
          (goto-char start)
          (user-error "There are no more exchanges"))))))

(defun scim-log-previous (&optional count)
  "Go to the previous exchange, or back by COUNT exchanges."
  (interactive "p")
  (scim-log-next (- (or count 1))))

(defun scim-log-copy-curl ()
  "Copy the exchange at point as a curl command, secrets as shell variables."
  (interactive)
  (scim-ui-copy (plist-get (scim-log--exchange-at-point) :curl)
                "the curl command"))

(defun scim-log--read-har-file ()
  "Read the name of the file for an archive of this log."
  (let ((file (read-file-name
               "Export as HAR to: " nil nil nil
               (format "%s-%s.har" scim-log--tenant
                       (format-time-string "%Y%m%d-%H%M%S")))))
    (when (and (file-exists-p file)
               (not (y-or-n-p (format "Overwrite %s? " file))))
      (user-error "Not exported"))
    file))

(defun scim-log-export-har (file)
  "Write the exchanges of this tenant, as an HTTP archive, to FILE.
Browsers and proxies open it.  It has no secrets, but the people whom
the exchanges are about.  The bridge has the latest exchanges only; the
message says when earlier ones are missing."
  (interactive (list (scim-log--read-har-file)))
  (unless (derived-mode-p 'scim-log-mode)
    (user-error "This is not a log of exchanges"))
  (let ((file (expand-file-name file)))
    (scim-rpc-request-async
     scim-protocol-trace-har (list :tenant scim-log--tenant)
     :root scim-log--root
     :success (lambda (answer) (scim-log--save-har answer file))
     :error (lambda (condition)
              (message "%s" (error-message-string condition))))))

(defun scim-log--save-har (answer file)
  "Write the archive in ANSWER to FILE and say so."
  (scim-rpc-save-text (plist-get answer :har) file)
  (let ((dropped (plist-get answer :dropped)))
    (message "Wrote %d exchanges to %s%s" (plist-get answer :exchanges) file
             (if (zerop dropped)
                 ""
               (format "; %d earlier ones are not kept any more" dropped)))))

(defun scim-log-clear ()
  "Forget all exchanges of this log."
  (interactive)
  (let ((inhibit-read-only t))
    (erase-buffer)
    (setq scim-log--count 0)))

(defun scim-log--buffers ()
  "Return the log buffers, those used last first."
  (seq-filter (lambda (buffer)
                (provided-mode-derived-p
                 (buffer-local-value 'major-mode buffer) 'scim-log-mode))
              (buffer-list)))

(defun scim-log--choose ()
  "Return a log buffer: the only one, or the one the person chooses."
  (let ((buffers (scim-log--buffers)))
    (cond ((null buffers)
           (user-error "Nothing has been sent yet"))
          ((cdr buffers)
           (get-buffer (completing-read "Log: " (mapcar #'buffer-name buffers)
                                        nil t)))
          (t (car buffers)))))

;;;###autoload
(defun scim-log (&optional tenant)
  "Show the log of TENANT, or let the person choose among the logs."
  (interactive)
  (scim-log-flush)
  (let ((buffer (if tenant (scim-log--buffer tenant) (scim-log--choose))))
    (unless (get-buffer-window buffer)
      (with-current-buffer buffer (goto-char (point-max))))
    (pop-to-buffer buffer)))

;;;###autoload
(defun scim-log-of-action (&optional action)
  "Show the exchanges on behalf of ACTION, a string, and nothing else.
ACTION is that of this buffer unless given."
  (interactive)
  (scim-log-flush)
  (let ((action (or action scim-rpc-action
                    (user-error "This buffer sends no requests of its own"))))
    (with-current-buffer (get-buffer-create (format "*SCIM log: %s*" action))
      (unless (derived-mode-p 'scim-log-mode)
        (scim-log-mode))
      (scim-log--show-kept action)
      (goto-char (point-max))
      (pop-to-buffer (current-buffer)))))

;;;; Mode

(defvar scim-log-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "TAB") #'scim-log-toggle)
    (define-key map (kbd "RET") #'scim-log-toggle)
    (define-key map (kbd "<backtab>") #'scim-log-fold-all)
    (define-key map (kbd "n") #'scim-log-next)
    (define-key map (kbd "p") #'scim-log-previous)
    (define-key map (kbd "c") #'scim-log-copy-curl)
    (define-key map (kbd "E") #'scim-log-export-har)
    (define-key map (kbd "x") #'scim-log-clear)
    map)
  "Keymap of `scim-log-mode'.")

(easy-menu-define scim-log-mode-menu scim-log-mode-map
  "Menu of `scim-log-mode'."
  '("SCIM-Log"
    ["Show or Hide Detail" scim-log-toggle]
    ["Hide All Details" scim-log-fold-all]
    ["Next Exchange" scim-log-next]
    ["Previous Exchange" scim-log-previous]
    "---"
    ["Copy as Curl" scim-log-copy-curl]
    ["Export as HAR..." scim-log-export-har]
    ["Clear" scim-log-clear]))

(define-derived-mode scim-log-mode special-mode "SCIM-Log"
  "Major mode for the log of SCIM exchanges.
A line has the time, method, status, latency, bytes received, attempts
when there were several, and path.  Exchanges that only read discovery
documents are dimmed.

\\{scim-log-mode-map}"
  :interactive nil
  (buffer-disable-undo)
  (setq truncate-lines t
        bidi-paragraph-direction 'left-to-right
        header-line-format
        (concat (propertize " " 'display '(space :align-to 0))
                (format "%-12s %-6s %-4s%9s %8s    %s"
                        "Time" "Method" "Code" "Latency" "Bytes" "Path"))))

(scim-rpc-on scim-protocol-exchange #'scim-log-exchange)

(provide 'scim-log)
;;; scim-log.el ends here
