;;; scim-stale.el --- Lists that know when they are out of date -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; A list shows what was there when it was read.  When something is
;; written to its tenant, from whatever buffer, it says so; and when that
;; costs little, it is read again as soon as it is seen and the writing
;; has paused.  Point, marks and windows are the business of those who
;; read.
;;
;; What is written is seen in the exchanges that the bridge tells of.

;;; Code:

(require 'seq)
(require 'scim-log-store)
(require 'scim-rpc)
(require 'scim-tenant)

(defcustom scim-stale-refresh-limit 1000
  "Most rows of a list that is read again by itself after a change.
Longer ones only say that something was changed since they were read;
so do all when this is 0, and those of tenants that want to be asked
before every request."
  :type '(natnum :tag "Rows")
  :group 'scim-browse
  :package-version '(scim . "0.1.0")
  :safe #'natnump)

(defconst scim-stale--pause 0.5
  "Seconds without a write after which lists are read again.")

(defvar-local scim-stale--watch nil
  "How this buffer is read again: a plist as for `scim-stale-watch', or nil.")

(defvar-local scim-stale--since nil
  "Non-nil when something was written since this buffer was read.")

(defvar scim-stale--timer nil
  "Timer that will read lists again, or nil.")

;;;; For lists

(defun scim-stale-watch (&rest watch)
  "Have this buffer be read again when something is written to its tenant.
WATCH is a plist of functions without arguments:

  :tenant   returns the name of the tenant, or nil when it is not known
  :count    returns the number of rows, or nil when it cannot be read now
  :refresh  reads them again

With :writes non-nil, what this buffer writes by itself does not count."
  (setq scim-stale--watch watch)
  (add-hook 'window-buffer-change-functions #'scim-stale--seen nil t))

(defun scim-stale-fresh ()
  "Note that this buffer is being read."
  (setq scim-stale--since nil))

(defun scim-stale-p ()
  "Was something written to the tenant of this buffer since it was read?"
  scim-stale--since)

(defun scim-stale--ask (key)
  "Return the value of the function under KEY of this buffer's watch."
  (funcall (plist-get scim-stale--watch key)))

(defun scim-stale--tenant ()
  "Return the name of the tenant of this buffer, or nil when it is not known."
  (or (scim-stale--ask :tenant) (plist-get (scim-tenant-info) :name)))

;;;; What is written

(defun scim-stale--wrote-p (exchange)
  "Did EXCHANGE change something, or may it have?"
  (let ((status (plist-get exchange :status)))
    (and (scim-log-write-p exchange)
         (or (null status) (< status 400) (>= status 500)))))

(defun scim-stale--concerns-p (exchange)
  "Is what was read in this buffer old because of EXCHANGE, a write?"
  (and (equal (plist-get exchange :tenant) (scim-stale--tenant))
       (not (and (plist-get scim-stale--watch :writes)
                 (equal (plist-get exchange :action) scim-rpc-action)))
       (equal (plist-get exchange :root) (scim-rpc-root))))

(defun scim-stale--look (exchanges)
  "Note what EXCHANGES, which are new, make of the lists."
  (when-let ((writes (seq-filter #'scim-stale--wrote-p exchanges)))
    (dolist (buffer (buffer-list))
      (when (buffer-local-value 'scim-stale--watch buffer)
        (with-current-buffer buffer
          (when (seq-some #'scim-stale--concerns-p writes)
            (setq scim-stale--since t)
            (force-mode-line-update)))))
    (scim-stale-soon)))

;;;; Reading again

(defun scim-stale-soon ()
  "Read lists again once nothing was written for a moment."
  (when scim-stale--timer
    (cancel-timer scim-stale--timer))
  (setq scim-stale--timer
        (run-at-time scim-stale--pause nil #'scim-stale--refresh)))

(defun scim-stale--seen (_window)
  "Read this buffer again soon if it is old: a window has begun to show it."
  (when scim-stale--since
    (scim-stale-soon)))

(defun scim-stale--cheap-p ()
  "May this buffer be read again without being asked for?"
  (let ((count (scim-stale--ask :count))
        (confirm (plist-get (scim-tenant-info (scim-stale--tenant))
                            :confirm)))
    (and count
         ;; What somebody is about to do with the text would be lost.
         (not (or mark-active isearch-mode))
         (<= count scim-stale-refresh-limit)
         (> scim-stale-refresh-limit 0)
         (not (equal confirm "always")))))

(defun scim-stale--refresh ()
  "Read the lists again that are old, seen, and short."
  (setq scim-stale--timer nil)
  (dolist (buffer (buffer-list))
    (when (and (buffer-local-value 'scim-stale--since buffer)
               (get-buffer-window buffer 'visible))
      (with-current-buffer buffer
        (when (scim-stale--cheap-p)
          (scim-stale-fresh)
          (scim-stale--ask :refresh))))))

(add-hook 'scim-log-received-functions #'scim-stale--look)

(provide 'scim-stale)
;;; scim-stale.el ends here
