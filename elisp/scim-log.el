;;; scim-log.el --- Log of SCIM exchanges -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; One buffer for each tenant, one for all, and one for what is done in
;; any other buffer; in each, one line for each HTTP exchange.  The bridge
;; has redacted all text before it comes here.
;;
;; scim-log-store.el receives exchanges, scim-log-filter.el chooses among
;; them, scim-log-view.el shows them, scim-log-act.el does something with
;; one, scim-log-file.el has them in files.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'scim-log-store)
(require 'scim-log-filter)
(require 'scim-log-view)
(require 'scim-log-act)
(require 'scim-log-file)
(require 'scim-menu)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-tenant)
(require 'scim-ui)
(require 'scim-alert)

(autoload 'scim-replay "scim-replay" nil t)
(autoload 'scim-report-bug "scim-replay" nil t)

;;;; Moving

(defun scim-log--move (step stop-p)
  "Go by STEP lines, 1 or -1, to the next exchange that fits STOP-P.
That is a predicate of exchanges.  Return nil, without moving, when
there is none."
  (let ((start (point)))
    ;; The end of the buffer is after the last exchange, not on it.
    (unless (eobp)
      (scim-log--goto-line))
    (if (catch 'found
          (while (and (zerop (forward-line step)) (not (eobp)))
            (when (and (scim-log--at-exchange-p)
                       (funcall stop-p (scim-log--exchange-at-point)))
              (throw 'found t))))
        t
      (goto-char start)
      nil)))

(defun scim-log-next (&optional count)
  "Go to the next exchange, or forward by COUNT exchanges."
  (interactive "p")
  (let ((step (if (< (or count 1) 0) -1 1)))
    (dotimes (_ (abs (or count 1)))
      (unless (scim-log--move step #'identity)
        (scim-log--goto-line)
        (user-error "There are no more exchanges")))))

(defun scim-log-previous (&optional count)
  "Go to the previous exchange, or back by COUNT exchanges."
  (interactive "p")
  (scim-log-next (- (or count 1))))

(defun scim-log-next-failure (&optional count)
  "Go to the next exchange that failed, or forward by COUNT of them."
  (interactive "p")
  (let ((step (if (< (or count 1) 0) -1 1)))
    (dotimes (_ (abs (or count 1)))
      (unless (scim-log--move step #'scim-log-failed-p)
        (user-error "No more exchanges failed")))))

(defun scim-log-previous-failure (&optional count)
  "Go to the previous exchange that failed, or back by COUNT of them."
  (interactive "p")
  (scim-log-next-failure (- (or count 1))))

(defun scim-log--next-error (&optional count reset)
  "Go forward by COUNT failures, from the beginning with RESET."
  (when reset
    (goto-char (point-min)))
  (if (and reset (scim-log--at-exchange-p)
           (scim-log-failed-p (scim-log--exchange-at-point)))
      (when (> (or count 1) 1)
        (scim-log-next-failure (1- count)))
    (scim-log-next-failure count))
  (when-let ((window (get-buffer-window nil t)))
    (set-window-point window (point))))

;;;; Choosing what is shown

(defun scim-log-filter (filter)
  "Show only the exchanges that pass FILTER, a string; all if it is empty.
All terms must hold, for example:

  tenant:staging   method:PATCH,PUT  status:4xx  status:>=400  status:none
  latency:>500     path:/Users/28    resource:2819   action:browse-3
  is:failed        is:write          is:slow         is:retried
  attempts:>1      bytes:>1000       purpose:page    text   -TERM"
  (interactive (list (scim-log-filter-read (scim-log--exchanges)
                                           scim-log--filter)))
  (setq scim-log--predicate (scim-log-filter-compile filter)
        scim-log--filter (and scim-log--predicate (string-trim filter)))
  (scim-log--render))

(defun scim-log-unfilter ()
  "Show all exchanges of this log again."
  (interactive)
  (scim-log-filter ""))

(defun scim-log--revert (&rest _)
  "Show the exchanges of this log anew."
  (scim-log-flush)
  (scim-log--render))

(defun scim-log-toggle-follow ()
  "Have windows at the end of this log follow what comes, or not."
  (interactive)
  (setq scim-log--follow (not scim-log--follow))
  (when scim-log--follow
    (goto-char (point-max)))
  (force-mode-line-update)
  (message (if scim-log--follow "Following" "Not following any more")))

(defun scim-log-toggle-logging ()
  "Log exchanges from now on, or no longer.
Failed writes are told in either case."
  (interactive)
  (scim-log-flush)
  (setq scim-log-enabled (not scim-log-enabled))
  (force-mode-line-update t)
  (message (if scim-log-enabled "Exchanges are logged"
             "Exchanges are not logged any more")))

(defun scim-log-clear ()
  "Forget all exchanges of this log, after a question."
  (interactive)
  (unless (or noninteractive
              (y-or-n-p "Forget the exchanges of this log? "))
    (user-error "Nothing was forgotten"))
  (unless (or scim-log--archive-id scim-log--action)
    (if scim-log--tenant
        (scim-log-forget scim-log--tenant scim-log--root)
      (scim-log-forget)))
  (setq scim-log--marked nil)
  (scim-log--clear-text))

;;;; Showing logs

(defun scim-log--choose ()
  "Return a log buffer: the only one, or the one the person chooses."
  (let ((buffers (scim-log--buffers)))
    (cond ((null buffers)
           (user-error "Nothing has been sent yet"))
          ((cdr buffers)
           (get-buffer (scim-ui-choose
                        "Log" (mapcar #'buffer-name buffers)
                        (buffer-name (scim-log--usual buffers)))))
          (t (car buffers)))))

(defun scim-log--usual (buffers)
  "Return of BUFFERS the log of the tenant of this buffer, or the first one."
  (let ((tenant (or scim-tenant (plist-get (scim-tenant-info) :name))))
    (or (seq-find (lambda (buffer)
                    (equal tenant (buffer-local-value 'scim-log--tenant buffer)))
                  buffers)
        (car buffers))))

(defun scim-log--show (buffer)
  "Show the log BUFFER, at its end unless it is shown already."
  (scim-alert-clear)
  (if (get-buffer-window buffer)
      (pop-to-buffer buffer)
    (with-current-buffer buffer (goto-char (point-max)))
    (pop-to-buffer buffer)
    ;; As many as there is room for.
    (unless noninteractive
      (recenter -1))))

;;;###autoload
(defun scim-log (&optional tenant)
  "Show the log of TENANT, or let the person choose among the logs.
TENANT is one of this workspace.
See Info node `(scim)Log'."
  (interactive)
  (scim-log-flush)
  (scim-log--show (if tenant
                       (scim-log--buffer tenant (scim-rpc-root))
                     (scim-log--choose))))

;;;###autoload
(defun scim-log-all ()
  "Show the log of the exchanges with all tenants."
  (interactive)
  (scim-log-flush)
  (scim-log--show (scim-log--all-buffer)))

;;;###autoload
(defun scim-log-of-action (&optional action)
  "Show the exchanges on behalf of ACTION, a string, and nothing else.
ACTION is that of this buffer unless given."
  (interactive)
  (scim-log-flush)
  (scim-log--show
   (scim-log--action-buffer
    (or action scim-rpc-action
        (user-error "This buffer sends no requests of its own")))))

;;;###autoload
(defun scim-log-about (name)
  "Show the exchanges about the resource that has NAME, its id, in its URI."
  (interactive "sLog of the resource with the id: ")
  (scim-log-flush)
  (with-current-buffer (scim-log--all-buffer)
    (scim-log-filter (concat "resource:" name)))
  (scim-log--show (scim-log--all-buffer)))

;;;###autoload
(defun scim-log-failures ()
  "Show the writes that failed, of all tenants."
  (interactive)
  (scim-log-flush)
  (with-current-buffer (scim-log--all-buffer)
    (scim-log-filter "is:write is:failed"))
  (scim-log--show (scim-log--all-buffer)))

;;;; Mode

(defvar scim-log-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "TAB") #'scim-log-toggle)
    (define-key map (kbd "RET") #'scim-log-toggle)
    (define-key map (kbd "<backtab>") #'scim-log-fold-all)
    (define-key map (kbd "n") #'scim-log-next)
    (define-key map (kbd "p") #'scim-log-previous)
    (define-key map (kbd "M-n") #'scim-log-next-failure)
    (define-key map (kbd "M-p") #'scim-log-previous-failure)
    (define-key map (kbd "/") #'scim-log-filter)
    (define-key map (kbd "F") #'scim-log-unfilter)
    (define-key map (kbd "s") #'isearch-forward)
    (define-key map (kbd "c") #'scim-log-copy-curl)
    (define-key map (kbd "w") #'scim-log-copy)
    (define-key map (kbd "r") #'scim-log-resend)
    (define-key map (kbd "e") #'scim-log-as-request)
    (define-key map (kbd "o") #'scim-log-visit)
    (define-key map (kbd "m") #'scim-log-mark)
    (define-key map (kbd "U") #'scim-log-unmark-all)
    (define-key map (kbd "d") #'scim-log-diff)
    (define-key map (kbd "E") #'scim-log-save)
    (define-key map (kbd "O") #'scim-log-open)
    (define-key map (kbd "P") #'scim-replay)
    (define-key map (kbd "B") #'scim-report-bug)
    (define-key map (kbd "A") #'scim-log-all)
    (define-key map (kbd "f") #'scim-log-toggle-follow)
    (define-key map (kbd "t") #'scim-log-toggle-logging)
    (define-key map (kbd "x") #'scim-log-clear)
    map)
  "Keymap of `scim-log-mode'.")

(scim-menu-define
 'scim-log-mode scim-log-mode-map "SCIM-Log" "?"
 '("Exchange"
   ("Show or hide detail" scim-log-toggle :context t)
   ("Open resource" scim-log-visit :context t)
   ("Send again" scim-log-resend :context t)
   ("Make request file" scim-log-as-request :context t)
   ("Copy as curl" scim-log-copy-curl :context t)
   ("Copy" scim-log-copy :context t))
 '("Choose"
   ("Filter" scim-log-filter)
   ("Show all" scim-log-unfilter)
   ("Search" isearch-forward)
   ("Mark" scim-log-mark :context t)
   ("Unmark all" scim-log-unmark-all)
   ("Compare marked" scim-log-diff))
 '("Move"
   ("Next" scim-log-next)
   ("Previous" scim-log-previous)
   ("Next failure" scim-log-next-failure)
   ("Previous failure" scim-log-previous-failure)
   ("Hide all details" scim-log-fold-all))
 '("Files"
   ("Save as HAR..." scim-log-save)
   ("Open HAR..." scim-log-open)
   ("Replay..." scim-replay)
   ("Report a bug" scim-report-bug))
 '("Log"
   ("All tenants" scim-log-all)
   ("Follow or not" scim-log-toggle-follow)
   ("Log or not" scim-log-toggle-logging)
   ("Refresh" revert-buffer)
   ("Clear" scim-log-clear)))

(define-derived-mode scim-log-mode special-mode "SCIM-Log"
  "Major mode for the log of SCIM exchanges.
A line has the time, method, status, latency, bytes received, attempts
when there were several, and path; in logs of several tenants, their
names come first.  Exchanges that only read discovery documents are
dimmed, slow ones (see `scim-log-slow') stand out.

\\{scim-log-mode-map}"
  :interactive nil
  (buffer-disable-undo)
  (setq truncate-lines t
        bidi-paragraph-direction 'left-to-right
        next-error-function #'scim-log--next-error)
  (setq-local revert-buffer-function #'scim-log--revert)
  (jit-lock-register #'scim-log--paint)
  (scim-log--set-header)
  (scim-menu-setup))

(provide 'scim-log)
;;; scim-log.el ends here
