;;; scim-log-view.el --- Buffers that show SCIM exchanges -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; A view shows the exchanges of one tenant, of all, of one action, or of
;; an archive, one in each line, as far as they pass its filter.
;;
;; Lines are plain text with one property, inserted together; faces are
;; put on what is seen, by jit-lock; the detail of an exchange comes from
;; the bridge when it is unfolded; old lines go a quarter at a time.  So
;; a run of 100,000 costs little.

;;; Code:

(require 'cl-lib)
(require 'iso8601)
(require 'jit-lock)
(require 'seq)
(require 'subr-x)
(require 'scim-log-filter)
(require 'scim-log-store)
(require 'scim-rpc)
(require 'scim-ui)
(require 'scim-workspace)

(declare-function scim-log-mode "scim-log")

;;;; Internal variables

(defvar-local scim-log--tenant nil
  "Tenant whose exchanges this buffer shows; nil when they are not of one.")

(defvar-local scim-log--action nil
  "Action whose exchanges this buffer shows, or nil.")

(defvar-local scim-log--archive nil
  "Exchanges of an archive that this buffer shows, or nil: the latest ones.")

(defvar-local scim-log--archive-id nil
  "Name that the bridge has for the archive of this buffer, or nil.")

(defvar-local scim-log--filter nil
  "The filter of this buffer, a string, or nil.")

(defvar-local scim-log--predicate nil
  "What `scim-log--filter' means: a predicate of exchanges, or nil.")

(defvar-local scim-log--count 0
  "Number of exchanges in this buffer.")

(defvar-local scim-log--root nil
  "Workspace of the last exchange in this buffer; nil is the default one.")

(defvar-local scim-log--follow t
  "Whether windows at the end of this buffer follow what comes.")

(defvar-local scim-log--marked nil
  "Numbers of the exchanges that are marked, the latest first.")

(defvar-local scim-log--minute nil
  "The minute that was last formatted: a cons of its ISO 8601 and local text.")

(defvar-local scim-log--earlier nil
  "Exchanges that are still to be shown above the others, newest first.")

(defconst scim-log--portion-shown 2000
  "Lines that are inserted at once when a log is shown anew.")

(defconst scim-log--tenant-width 14
  "Columns of the name of a tenant, in logs of several.")

;;;; Buffers

(defun scim-log--buffers ()
  "Return the log buffers, those used last first."
  (seq-filter (lambda (buffer)
                (provided-mode-derived-p
                 (buffer-local-value 'major-mode buffer) 'scim-log-mode))
              (buffer-list)))

(defun scim-log--make-buffer (buffer &rest locals)
  "Make BUFFER a log unless it is one, and return it.
LOCALS are variables and their values in it."
  (with-current-buffer buffer
    (unless (derived-mode-p 'scim-log-mode)
      (scim-log-mode)
      (cl-loop for (variable value) on locals by #'cddr
               do (set (make-local-variable variable) value))
      (scim-log--set-header)
      (scim-log--render))
    buffer))

(defun scim-log--buffer-name (tenant)
  "Return the plain name of the log of TENANT."
  (format "*SCIM (%s) log*" tenant))

(defun scim-log--buffer (tenant root)
  "Return the log buffer of TENANT of the workspace ROOT, making it when needed."
  (scim-log--make-buffer
   (scim-workspace-buffer (scim-log--buffer-name tenant) root)
   'scim-log--tenant tenant 'scim-log--root root))

(defun scim-log--all-buffer ()
  "Return the log buffer of all tenants, making it when needed."
  (scim-log--make-buffer (get-buffer-create "*SCIM log*")))

(defun scim-log--action-buffer (action)
  "Return the log buffer of ACTION, a string, making it when needed."
  (scim-log--make-buffer (get-buffer-create (format "*SCIM log: %s*" action))
                         'scim-log--action action))

(defun scim-log--mine-p (exchange)
  "Does EXCHANGE belong into this buffer, whatever its filter?"
  (and (not scim-log--archive-id)
       (or (not scim-log--tenant)
           (and (equal scim-log--tenant (plist-get exchange :tenant))
                (equal scim-log--root (plist-get exchange :root))))
       (or (not scim-log--action)
           (equal scim-log--action (plist-get exchange :action)))))

(defun scim-log--exchanges ()
  "Return all exchanges of this buffer, whatever its filter."
  (cond (scim-log--archive-id scim-log--archive)
        (scim-log--action (seq-filter #'scim-log--mine-p (scim-log-kept)))
        (scim-log--tenant (scim-log-kept scim-log--tenant scim-log--root))
        (t (scim-log-kept))))

(defun scim-log--filtered (exchanges)
  "Return those of EXCHANGES that pass the filter of this buffer."
  (if scim-log--predicate
      (seq-filter scim-log--predicate exchanges)
    exchanges))

(defun scim-log--new-buffers (exchanges)
  "Make the logs of the tenants of EXCHANGES; return those that were not there.
They show EXCHANGES already, which are kept."
  (let (new)
    (pcase-dolist (`(,root . ,tenant)
                   (delete-dups (mapcar (lambda (exchange)
                                          (cons (plist-get exchange :root)
                                                (plist-get exchange :tenant)))
                                        exchanges)))
      (unless (scim-workspace-find-buffer (scim-log--buffer-name tenant) root)
        (push (scim-log--buffer tenant root) new)))
    new))

(defun scim-log--update (exchanges)
  "Show EXCHANGES, which are new, in the buffers that they belong to."
  (when scim-log-enabled
    (let ((new (scim-log--new-buffers exchanges)))
      (dolist (buffer (seq-difference (scim-log--buffers) new #'eq))
        (with-current-buffer buffer
          (when-let ((mine (scim-log--filtered
                            (seq-filter #'scim-log--mine-p exchanges))))
            (scim-log--insert mine)))))))

;; Others, such as alerts, come after.
(add-hook 'scim-log-received-functions #'scim-log--update -50)

;;;; Lines

(defun scim-log--minute-text (timestamp)
  "Return the local hour and minute of TIMESTAMP, in ISO 8601.
That of the last call is remembered: most exchanges are of one minute."
  (let ((minute (substring timestamp 0 16)))
    (unless (equal minute (car scim-log--minute))
      (setq scim-log--minute
            (cons minute (format-time-string
                          "%H:%M" (encode-time (iso8601-parse timestamp))))))
    (cdr scim-log--minute)))

(defun scim-log--time (timestamp)
  "Return the local time of day of TIMESTAMP, in ISO 8601."
  (condition-case nil
      (concat (scim-log--minute-text timestamp) (substring timestamp 16 23))
    (error (format "%-12.12s" timestamp))))

(defun scim-log--tenant-name (exchange)
  "Return the tenant of EXCHANGE as it is called in a log of several.
With several workspaces, the name of its own stands behind it."
  (if (and (null scim-log--archive-id) (cdr (scim-log-workspaces)))
      (concat (plist-get exchange :tenant) "<"
              (scim-workspace-label (plist-get exchange :root)) ">")
    (plist-get exchange :tenant)))

(defun scim-log--line (exchange)
  "Return the line for EXCHANGE, without faces."
  (let ((attempts (or (plist-get exchange :attempts) 1))
        (failure (plist-get exchange :error)))
    (propertize
     (concat
      (if (memql (plist-get exchange :number) scim-log--marked) "*" " ")
      (unless scim-log--tenant
        (concat (truncate-string-to-width (scim-log--tenant-name exchange)
                                          scim-log--tenant-width nil ?\s)
                " "))
      (scim-log--time (plist-get exchange :startedAt))
      (format " %-6s %-3s %9s %8s "
              (plist-get exchange :method)
              (or (plist-get exchange :status) "---")
              (scim-ui-duration (plist-get exchange :durationMs))
              (scim-ui-bytes (plist-get exchange :responseBytes)))
      (if (> attempts 1) (format "×%-2d" attempts) "   ")
      (plist-get exchange :path)
      (when failure
        (concat "  " (replace-regexp-in-string "\n\\(.\\|\n\\)*" "…" failure)))
      "\n")
     'scim-log-exchange exchange)))

(defun scim-log--set-header ()
  "Show the columns and the filter of this buffer in its header line."
  (setq header-line-format
        (list (propertize " " 'display '(space :align-to 0))
              (concat " " (unless scim-log--tenant
                            (format "%-14s " "Tenant"))
                      (format "%-12s %-6s %-4s%9s %8s    %s"
                              "Time" "Method" "Code" "Latency" "Bytes" "Path"))
              '(:eval (scim-log--header-filter)))))

(defun scim-log--header-filter ()
  "Return the filter and other limits of this buffer, as text."
  (concat
   (when scim-log--filter
     (concat "   " (propertize (format "[%s: %d]"
                                       (string-replace "%" "%%" scim-log--filter)
                                       scim-log--count)
                               'face 'scim-warning)))
   (unless (or scim-log-enabled scim-log--archive-id)
     (concat "   " (propertize "[not logging]" 'face 'scim-warning)))
   (unless scim-log--follow
     "   [not following]")))

;;;; Faces

(defun scim-log--face (start length face)
  "Give the LENGTH characters from START the FACE."
  (put-text-property start (+ start length) 'face face))

(defun scim-log--paint-line (exchange)
  "Put faces on the line at point, of EXCHANGE."
  (let* ((end (line-end-position))
         (time (save-excursion
                 (re-search-forward "[0-9:]\\{8\\}\\.[0-9]\\{3\\} " end t)
                 (- (point) 13)))
         (status (plist-get exchange :status)))
    (remove-text-properties (point) end '(face nil))
    (if (member (plist-get exchange :purpose) '("discovery" "token"))
        (put-text-property (point) end 'face 'scim-dimmed)
      (scim-log--face time 12 'scim-dimmed)
      (scim-log--face (+ time 13) 6 'scim-method)
      (when (scim-log-slow-p exchange)
        (scim-log--face (+ time 24) 9 'scim-warning))
      (when (> (or (plist-get exchange :attempts) 1) 1)
        (scim-log--face (+ time 43) 3 'scim-warning)))
    (unless (and status (< status 400)
                 (member (plist-get exchange :purpose) '("discovery" "token")))
      (scim-log--face (+ time 20) 3 (scim-ui-status-face status)))
    (when-let ((failure (plist-get exchange :error)))
      (put-text-property (min end (+ time 46 (length (plist-get exchange :path))))
                         end 'face 'scim-failure))
    (when (eq (char-after) ?*)
      (put-text-property (point) end 'face 'scim-heading))))

(defconst scim-log--detail-keywords
  `(("^    [>] .*" . scim-heading)
    ("^    < [123].*" . scim-success)
    ("^    \\(?:< [45]\\|! \\).*" . scim-failure)
    ("^    \\* .*" . scim-dimmed)
    ("^    [A-Za-z][A-Za-z0-9-]*:" . scim-header)
    ("^ +\\(\"[^\"\\\n]*\"\\)[ \t]*:" . scim-json-key))
  "What is highlighted in details: regular expressions and faces.")

(defun scim-log--paint-detail (start end)
  "Put faces on the detail between START and END."
  (remove-text-properties start end '(face nil))
  (pcase-dolist (`(,pattern . ,face) scim-log--detail-keywords)
    (goto-char start)
    (while (re-search-forward pattern end t)
      (let ((group (if (match-beginning 1) 1 0)))
        (put-text-property (match-beginning group) (match-end group)
                           'face face)))))

(defun scim-log--paint (start end)
  "Put faces on the lines between START and END, for jit-lock."
  (with-silent-modifications
    (save-excursion
      (goto-char start)
      (beginning-of-line)
      (while (< (point) end)
        (let ((exchange (get-text-property (point) 'scim-log-exchange)))
          (if (and exchange (get-text-property (point) 'scim-log-detail))
              (let ((last (next-single-property-change
                           (point) 'scim-log-detail nil end)))
                (scim-log--paint-detail (point) last)
                (goto-char last))
            (when exchange
              (scim-log--paint-line exchange))
            (forward-line)))))))

;;;; Text

(defun scim-log--clear-text ()
  "Remove all lines from this buffer."
  (let ((inhibit-read-only t))
    (erase-buffer)
    (setq scim-log--count 0
          scim-log--earlier nil)))

(defun scim-log--insert (exchanges)
  "Insert EXCHANGES at the end of this buffer.
Only windows that show the end follow."
  (let ((followers (and scim-log--follow
                        (seq-filter (lambda (window)
                                      (= (window-point window) (point-max)))
                                    (get-buffer-window-list nil nil t))))
        (at-end (and scim-log--follow (eobp)))
        (inhibit-read-only t))
    (when (zerop scim-log--count)
      (scim-log--remove-placeholder))
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
  (when (and (not scim-log--archive-id)
             (> scim-log--count (+ scim-log-max-exchanges
                                   (/ scim-log-max-exchanges 4))))
    (save-excursion
      (goto-char (point-min))
      (while (> scim-log--count scim-log-max-exchanges)
        (forward-line)
        (when (scim-log--at-exchange-p)
          (cl-decf scim-log--count)))
      (delete-region (point-min) (point)))))

(defun scim-log--placeholder ()
  "Say why this buffer is empty."
  (insert (propertize
           (cond (scim-log--filter "No exchange passes the filter; F takes it away.\n")
                 (scim-log--action "Nothing has been sent for this yet.\n")
                 (t "Nothing has been sent yet.\n"))
           'face 'scim-dimmed 'scim-log-placeholder t)))

(defun scim-log--remove-placeholder ()
  "Remove the text about this buffer being empty."
  (when-let ((start (text-property-any (point-min) (point-max)
                                       'scim-log-placeholder t)))
    (delete-region start (next-single-property-change
                          start 'scim-log-placeholder nil (point-max)))))

(defun scim-log--render ()
  "Show the exchanges of this buffer that pass its filter.
Point stays at its exchange, or at the end."
  (let ((number (and (not (eobp)) (scim-log--number-at-point)))
        (exchanges (scim-log--filtered (scim-log--exchanges)))
        (inhibit-read-only t)
        ;; Making 10,000 lines would collect garbage six times, which takes
        ;; longer than making them.
        (gc-cons-threshold (max gc-cons-threshold 100000000)))
    (scim-log--clear-text)
    (if exchanges
        (scim-log--insert (scim-log--put-off exchanges number))
      (scim-log--placeholder))
    (goto-char (or (and number (scim-log--position number)) (point-max)))
    (dolist (window (get-buffer-window-list nil nil t))
      (set-window-point window (point)))
    (force-mode-line-update)))

;; Ten thousand lines take a tenth of a second.
(defun scim-log--put-off (exchanges number)
  "Return the last of EXCHANGES; have the others inserted soon, if there are many.
That with NUMBER, if not nil, is among those that are returned."
  (let* ((from (- (length exchanges) scim-log--portion-shown))
         (place (and number (> from 0)
                     (seq-position exchanges number
                                   (lambda (exchange number)
                                     (eql number (plist-get exchange :number)))))))
    (when place
      (setq from (min from place)))
    (if (<= from 0)
        exchanges
      (setq scim-log--earlier (nreverse (seq-take exchanges from)))
      (run-at-time 0.01 nil #'scim-log--insert-earlier (current-buffer))
      (nthcdr from exchanges))))

(defun scim-log--insert-earlier (buffer)
  "Insert more of what is to stand above the lines of BUFFER, a log, if it lives."
  (when (buffer-live-p buffer)
    (with-current-buffer buffer
      (let ((inhibit-read-only t)
            (room (/ scim-log--portion-shown 2))
            portion)
        (while (and scim-log--earlier (> room 0))
          (push (pop scim-log--earlier) portion)
          (cl-incf scim-log--count)
          (cl-decf room))
        (save-excursion
          (goto-char (point-min))
          ;; What windows show stays where it is.
          (insert-before-markers (mapconcat #'scim-log--line portion "")))
        (force-mode-line-update)
        (when scim-log--earlier
          (run-at-time 0.01 nil #'scim-log--insert-earlier buffer))))))

(defun scim-log-note (tenant root text)
  "Insert TEXT, on a line of its own, into the log of TENANT if it has one.
ROOT is the workspace of TENANT."
  (scim-log-flush)
  (when-let ((buffer (scim-workspace-find-buffer (scim-log--buffer-name tenant)
                                                 root)))
    (with-current-buffer buffer
      (let ((inhibit-read-only t))
        (save-excursion
          (goto-char (point-max))
          (insert (scim-ui-face (concat "— " text "\n") 'scim-warning)))))))

;;;; Places

(defun scim-log--at-exchange-p ()
  "Is point on the line of an exchange, rather than on a detail?"
  (and (get-text-property (point) 'scim-log-exchange)
       (not (get-text-property (point) 'scim-log-detail))))

(defun scim-log--exchange-at-point ()
  "Return the exchange at point, or signal a `user-error'.
At the end of the buffer, where a log is followed, go to the last one."
  (when (and (eobp) (not (bobp)))
    (forward-line -1)
    (scim-log--goto-line))
  (or (get-text-property (point) 'scim-log-exchange)
      (user-error "There is no exchange here")))

(defun scim-log--number-at-point ()
  "Return the number of the exchange at point, or nil."
  (plist-get (get-text-property (point) 'scim-log-exchange) :number))

(defun scim-log--position (number)
  "Return where the line of the exchange NUMBER begins, or nil.
It is looked for from the end: what is asked for is mostly new."
  (save-excursion
    (goto-char (point-max))
    (catch 'found
      (while (zerop (forward-line -1))
        (when (and (scim-log--at-exchange-p)
                   (eql number (scim-log--number-at-point)))
          (throw 'found (point)))))))

(defun scim-log--goto-line ()
  "Go to the beginning of the line of the exchange around point."
  (beginning-of-line)
  (while (and (not (bobp)) (not (scim-log--at-exchange-p)))
    (forward-line -1)))

(provide 'scim-log-view)
;;; scim-log-view.el ends here
