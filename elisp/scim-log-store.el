;;; scim-log-store.el --- The latest SCIM exchanges -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Exchanges, as the bridge tells them, are collected for a moment, kept
;; for each tenant up to a number, and handed on together to those who
;; show them (`scim-log-received-functions').  An exchange is a plist: what
;; the bridge tells, with :root, the workspace of the bridge, and :number,
;; which is unique and ascending.

;;; Code:

(require 'cl-lib)
(require 'seq)
(require 'subr-x)
(require 'scim-protocol)
(require 'scim-rpc)

;;;; Customization

(defcustom scim-log-max-exchanges 10000
  "Most exchanges of a tenant that are kept, and that a log shows."
  :type 'natnum
  :group 'scim-log
  :safe #'natnump
  :package-version '(scim . "0.1.0"))

(defcustom scim-log-enabled t
  "Whether exchanges are logged.
Failed writes are told in either case, see `scim-alert-mode'."
  :type 'boolean
  :group 'scim-log
  :safe #'booleanp
  :package-version '(scim . "0.1.0"))

(defvar scim-log-received-functions nil
  "Hook of functions that are called with new exchanges, oldest first.
They are called also while `scim-log-enabled' is nil.")

;;;; Internal variables

(defconst scim-log--delay 0.1
  "Seconds that exchanges are collected before they are handed on.")

(defconst scim-log--portion 250
  "Most exchanges that are handed on before Emacs looks for input again.")

(cl-defstruct (scim-log-store (:constructor scim-log-store--make)
                              (:copier nil))
  "The latest exchanges of a tenant of a workspace."
  (count 0) head tail)

(defvar scim-log--stores (make-hash-table :test #'equal)
  "The `scim-log-store' of each tenant, by a cons of its workspace and name.")

(defvar scim-log--pending nil
  "Exchanges that are not handed on yet, newest first.")

(defvar scim-log--number 0
  "Number of the exchange that was told last.")

(defvar scim-log--timer nil
  "Timer that hands the pending exchanges on.")

;;;; Receiving

;;;###autoload
(defun scim-log-exchange (root exchange)
  "Have EXCHANGE, as told by the bridge of ROOT, kept and shown."
  (push (cl-list* :root root :number (cl-incf scim-log--number) exchange)
        scim-log--pending)
  (unless scim-log--timer
    (setq scim-log--timer
          (run-at-time scim-log--delay nil #'scim-log--hand-on-some))))

;;;###autoload
(defun scim-log-several (root params)
  "Have the exchanges of PARAMS, as told by the bridge of ROOT, kept and shown."
  (mapc (lambda (exchange) (scim-log-exchange root exchange))
        (plist-get params :exchanges)))

(defun scim-log--hand-on-some ()
  "Hand on the oldest pending exchanges, and the others soon."
  (let* ((pending (nreverse scim-log--pending))
         (rest (nthcdr scim-log--portion pending)))
    (when rest
      (setcdr (nthcdr (1- scim-log--portion) pending) nil))
    (setq scim-log--pending (nreverse rest)
          scim-log--timer (and rest (run-at-time 0.01 nil
                                                 #'scim-log--hand-on-some)))
    (scim-log--hand-on pending)))

(defun scim-log-flush ()
  "Hand on the exchanges that have been collected."
  (when scim-log--timer
    (cancel-timer scim-log--timer)
    (setq scim-log--timer nil))
  (let ((pending (nreverse scim-log--pending)))
    (setq scim-log--pending nil)
    (scim-log--hand-on pending)))

(defun scim-log--hand-on (exchanges)
  "Keep EXCHANGES, oldest first, and tell those who want to know."
  (when exchanges
    (when scim-log-enabled
      (mapc #'scim-log--keep exchanges))
    (run-hook-with-args 'scim-log-received-functions exchanges)))

;;;; Keeping

(defun scim-log--keep (exchange)
  "Keep EXCHANGE; drop the oldest of its tenant once a quarter is too many."
  (let* ((key (cons (plist-get exchange :root) (plist-get exchange :tenant)))
         (store (or (gethash key scim-log--stores)
                    (puthash key (scim-log-store--make) scim-log--stores)))
         (cell (list exchange)))
    (if (scim-log-store-tail store)
        (setcdr (scim-log-store-tail store) cell)
      (setf (scim-log-store-head store) cell))
    (setf (scim-log-store-tail store) cell)
    (when (> (cl-incf (scim-log-store-count store))
             (+ scim-log-max-exchanges (/ scim-log-max-exchanges 4)))
      (cl-callf2 nthcdr (- (scim-log-store-count store) scim-log-max-exchanges)
                 (scim-log-store-head store))
      (setf (scim-log-store-count store) scim-log-max-exchanges))))

(cl-defun scim-log--store-keys (tenant &optional (root nil one))
  "Return the keys of what is kept of TENANT, a name or nil for all.
Given ROOT, only those of that workspace."
  (seq-filter (lambda (key)
                (and (or (null tenant) (equal tenant (cdr key)))
                     (or (not one) (equal root (car key)))))
              (hash-table-keys scim-log--stores)))

(defun scim-log-kept (&optional tenant &rest root)
  "Return the exchanges of TENANT, or of all if nil, oldest first.
ROOT, a workspace that may be nil, leaves out those of others.  The list
must not be changed."
  (let ((lists (mapcar (lambda (key)
                         (scim-log-store-head (gethash key scim-log--stores)))
                       (apply #'scim-log--store-keys tenant root))))
    (if (cdr lists)
        (sort (apply #'append (append lists '(nil)))
              (lambda (a b)
                (< (plist-get a :number) (plist-get b :number))))
      (car lists))))

(defun scim-log-tenants ()
  "Return the names of the tenants of which exchanges are kept."
  (sort (delete-dups (mapcar #'cdr (hash-table-keys scim-log--stores)))
        #'string<))

(defun scim-log-workspaces ()
  "Return the workspaces of which exchanges are kept; nil is the default one."
  (delete-dups (mapcar #'car (hash-table-keys scim-log--stores))))

(defun scim-log-forget (&optional tenant &rest root)
  "Forget the exchanges of TENANT, or of all if nil.
ROOT, a workspace that may be nil, keeps those of others."
  (dolist (key (apply #'scim-log--store-keys tenant root))
    (remhash key scim-log--stores)))

;;;; Exchanges

(defun scim-log-failed-p (exchange)
  "Was EXCHANGE answered with an error, or not at all?"
  (let ((status (plist-get exchange :status)))
    (or (null status) (>= status 400))))

(defun scim-log-write-p (exchange)
  "Was EXCHANGE sent to change something?"
  (eq t (plist-get exchange :write)))

(defun scim-log-reference (exchange)
  "Return the params of a request about EXCHANGE, a plist."
  `( :id ,(plist-get exchange :id)
     ,@(when-let ((started (plist-get exchange :startedAt)))
         (list :startedAt started))
     ,@(when-let ((archive (plist-get exchange :archive)))
         (list :archive archive))))

(scim-rpc-on scim-protocol-exchange #'scim-log-exchange)
(scim-rpc-on scim-protocol-exchanges #'scim-log-several)

(provide 'scim-log-store)
;;; scim-log-store.el ends here
