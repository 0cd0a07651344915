;;; scim-alert.el --- Tell when a SCIM write failed -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; A write that fails while the person looks elsewhere is told in the echo
;; area and counted in the mode line, until the failures are looked at.
;; Desktop notifications are made when they are asked for.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'scim-log-store)
(require 'scim-rpc)
(require 'scim-ui)

(autoload 'scim-log-failures "scim-log" nil t)
(declare-function notifications-notify "notifications" (&rest params))
(declare-function w32-notification-notify "w32fns.c" (&rest params))

;;;; Customization

(defcustom scim-alert-notify nil
  "Whether failed writes and the end of long work are told by the desktop too.
Where the desktop has no way to do that, the echo area tells it."
  :type 'boolean
  :group 'scim-alert
  :safe #'booleanp
  :package-version '(scim . "0.1.0"))

(defcustom scim-mutation-failed-functions nil
  "Hook of functions that are called with an exchange, a write that failed.
It is a plist with :tenant, :method, :path, :status (nil when there was
no answer), :error, :action and others.  They are called for all such
exchanges, whatever is looked at."
  :type 'hook
  :group 'scim-alert
  :package-version '(scim . "0.1.0"))

(defcustom scim-long-action-seconds 10
  "Seconds after which the end of work is told by `scim-long-action-hook'."
  :type 'number
  :group 'scim-alert
  :safe #'numberp
  :package-version '(scim . "0.1.0"))

(defcustom scim-long-action-hook nil
  "Hook of functions that are called when work that took long has ended.
They get a title, a summary, both strings, and non-nil if something
failed, in the buffer that shows it.  Work is what takes many requests:
an action on resources, changes of members, a list, a run of a request
file, a report, a look at what a service really does, a replay."
  :type 'hook
  :group 'scim-alert
  :package-version '(scim . "0.1.0"))

;;;; Internal variables

(defvar scim-alert--count 0
  "Number of writes that failed and were not looked at.")

(defvar scim-alert--text nil
  "What the mode line shows of writes that failed, or nil.")

(put 'scim-alert--text 'risky-local-variable t)

(defvar scim-alert--mouse-map
  (let ((map (make-sparse-keymap)))
    (define-key map [mode-line mouse-1] #'scim-alert-show)
    map)
  "Keymap of the indicator in the mode line.")

;;;###autoload
(define-minor-mode scim-alert-mode
  "Tell when a write failed whose buffer is not looked at.
The echo area tells it at once, the mode line shows how many there were."
  :global t
  :group 'scim-alert
  :package-version '(scim . "0.1.0")
  :init-value t
  (unless scim-alert-mode
    (scim-alert-clear)))

;;;; Telling

(defun scim-alert--look (exchanges)
  "Tell about those of EXCHANGES that are writes that failed."
  (when-let ((failed (seq-filter (lambda (exchange)
                                   (and (scim-log-write-p exchange)
                                        (scim-log-failed-p exchange)))
                                 exchanges)))
    (dolist (exchange failed)
      (with-demoted-errors "Error in scim-mutation-failed-functions: %S"
        (run-hook-with-args 'scim-mutation-failed-functions exchange)))
    (when scim-alert-mode
      (scim-alert--tell (seq-remove #'scim-alert--seen-p failed)))))

(defun scim-alert--seen-p (exchange)
  "Does the person see the buffer on whose behalf EXCHANGE was sent?"
  (when-let ((action (plist-get exchange :action)))
    (seq-some (lambda (window)
                (equal action (buffer-local-value 'scim-rpc-action
                                                  (window-buffer window))))
              (apply #'append (mapcar (lambda (frame)
                                        (window-list frame 'no-minibuffer))
                                      (visible-frame-list))))))

(defun scim-alert--tell (exchanges)
  "Tell that EXCHANGES, writes, have failed; nothing if there are none."
  (when exchanges
    (setq scim-alert--count (+ scim-alert--count (length exchanges)))
    (scim-alert--show-count)
    (let ((text (scim-alert--sentence exchanges)))
      (unless (minibufferp (window-buffer (selected-window)))
        (message "%s (%s shows it)" text
                 (substitute-command-keys "\\[scim-alert-show]")))
      (scim-alert-notify text))))

(defun scim-alert--sentence (exchanges)
  "Return what happened to EXCHANGES, writes that failed."
  (let* ((exchange (car (last exchanges)))
         (more (1- (length exchanges))))
    (format "SCIM: %s %s on %s failed: %s%s"
            (plist-get exchange :method) (plist-get exchange :path)
            (plist-get exchange :tenant)
            (or (plist-get exchange :status)
                (car (split-string (or (plist-get exchange :error) "no answer")
                                   "\n")))
            (if (> more 0) (format ", and %d more" more) ""))))

(defun scim-alert--show-count ()
  "Show in the mode line how many writes failed."
  (when (and (> scim-alert--count 0)
             (not (memq 'scim-alert--text (ensure-list global-mode-string))))
    (setq global-mode-string (append (ensure-list (or global-mode-string ""))
                                     '(scim-alert--text))))
  (setq scim-alert--text
        (and (> scim-alert--count 0)
             (propertize (format " SCIM!%d" scim-alert--count)
                         'face 'scim-failure
                         'mouse-face 'mode-line-highlight
                         'help-echo "Writes that failed; mouse-1 shows them"
                         'local-map scim-alert--mouse-map)))
  (force-mode-line-update t))

(defun scim-alert--desktop (text)
  "Have the desktop tell TEXT; return nil if it cannot."
  ;; A desktop that cannot tell it is no reason to fail.
  (ignore-errors
    (cond ((fboundp 'w32-notification-notify)
           (w32-notification-notify :title "SCIM" :body text))
          ((require 'notifications nil t)
           (notifications-notify :title "SCIM" :app-name "Emacs"
                                 :body text)))))

(defun scim-alert-notify (text)
  "Have the desktop tell TEXT, if `scim-alert-notify' is set, or else Emacs."
  (when (and scim-alert-notify
             (not (scim-alert--desktop text)))
    (message "%s" text)))

;;;; Long work

(defun scim-alert--looking-p ()
  "Does the person look at this buffer, as far as can be told?"
  (seq-some (lambda (window)
              (eq t (frame-focus-state (window-frame window))))
            (get-buffer-window-list nil nil 'visible)))

(defun scim-alert--ended (title summary _failed)
  "Have the desktop tell that TITLE has ended with SUMMARY.
It need not when the person looks at the buffer."
  (unless (scim-alert--looking-p)
    (scim-alert-notify (format "SCIM: %s: %s" title summary))))

;;;###autoload
(defun scim-alert-ended (started title summary &optional failed)
  "Tell that what began at STARTED, a `float-time', has ended, if it took long.
TITLE and SUMMARY are strings, and FAILED says whether something has
failed.  See `scim-long-action-hook'."
  (when (and started
             (>= (- (float-time) started) scim-long-action-seconds))
    (with-demoted-errors "Error in scim-long-action-hook: %S"
      (run-hook-with-args 'scim-long-action-hook title summary failed))))

;;;; Commands

(defun scim-alert-show ()
  "Show the writes that failed, and take their number off the mode line."
  (interactive)
  (scim-alert-clear)
  (scim-log-failures))

(defun scim-alert-clear ()
  "Take the number of writes that failed off the mode line."
  (interactive)
  (setq scim-alert--count 0)
  (scim-alert--show-count))

(add-hook 'scim-log-received-functions #'scim-alert--look)
(add-hook 'scim-long-action-hook #'scim-alert--ended)

(provide 'scim-alert)
;;; scim-alert.el ends here
