;;; scim-tour-done.el --- How the guided tour sees what was done -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Predicates, called in the buffer that the person is in.  They look at
;; what is shown, at what was sent, and at what the service has; never at
;; the keys: who gets there in another way is there as well.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'flymake)
(require 'scim-action)
(require 'scim-browse)
(require 'scim-edit)
(require 'scim-edit-conflict)
(require 'scim-edit-preview)
(require 'scim-home)
(require 'scim-log)
(require 'scim-marks)
(require 'scim-members)
(require 'scim-members-change)
(require 'scim-repl)
(require 'scim-request)
(require 'scim-schema)
(require 'scim-table)
(require 'scim-tour-service)

(declare-function transient-setup "transient")
(defvar transient--prefix)

;;;; What there is

(defvar scim-tour-sent nil
  "Exchanges with the service since the present task began, newest first.")

(defun scim-tour-done-in-p (mode)
  "Is this buffer one of the tour, in MODE?"
  (and (derived-mode-p mode)
       (equal scim-tour-service-root (scim-rpc-root))))

(defun scim-tour-done-sent-p (method path &optional action)
  "Was a request with METHOD sent, to a path that matches PATH, with success?
PATH is a regexp.  With ACTION, it was sent on behalf of that."
  (seq-some (lambda (exchange)
              (let ((status (plist-get exchange :status)))
                (and (equal method (plist-get exchange :method))
                     (string-match-p path (plist-get exchange :path))
                     status (< status 300)
                     (or (null action)
                         (equal action (plist-get exchange :action))))))
            scim-tour-sent))

(defun scim-tour-done-find (predicate)
  "Return the buffer of the tour in which PREDICATE is true, or nil."
  (seq-find (lambda (buffer)
              (with-current-buffer buffer (funcall predicate)))
            (buffer-list)))

;;;; What is told to be done

(defun scim-tour-done-home-p ()
  "Is this the home buffer of the tour?"
  (scim-tour-done-in-p 'scim-home-mode))

(defun scim-tour-done-menu-p ()
  "Is a menu shown in a buffer of the tour?"
  (and (bound-and-true-p transient--prefix)
       (equal scim-tour-service-root (scim-rpc-root))))

(defun scim-tour-done-users-p ()
  "Is this the whole list of users?"
  (and (scim-tour-done-in-p 'scim-browse-mode)
       (equal scim-browse-type "User")
       (null scim-browse--filter)
       (equal "complete" (plist-get scim-browse--state :completeness))
       (> (scim-table-count) 300)))

(defun scim-tour-done-filtered-p ()
  "Is this a filtered list of few users, among them the right one?"
  (and (scim-tour-done-in-p 'scim-browse-mode)
       scim-browse--filter
       (equal "complete" (plist-get scim-browse--state :completeness))
       (< (scim-table-count) 20)
       (seq-contains-p (scim-table-ids) "zoe")))

(defun scim-tour-done-zoe-p ()
  "Does this buffer hold the user of the tour?"
  (and (scim-tour-done-in-p 'scim-edit-mode)
       (equal scim-edit--id "zoe")))

(defun scim-tour-done-zoe-open-p ()
  "Does this buffer hold the user of the tour, and has the text come?"
  (and (scim-tour-done-zoe-p) scim-edit--loaded))

(defun scim-tour-done-text-has-p (regexp)
  "Does the text of this buffer match REGEXP?"
  (save-excursion
    (goto-char (point-min))
    (re-search-forward regexp nil t)))

(defun scim-tour-done-mistake-p ()
  "Is an attribute underlined that does not exist?"
  (and (scim-tour-done-zoe-open-p)
       (scim-tour-done-text-has-p "\"nick[a-zA-Z]*\"")
       (not (scim-tour-done-text-has-p "\"nickName\""))
       (seq-some (lambda (diagnostic)
                   (string-match-p "nick" (flymake-diagnostic-text diagnostic)))
                 (flymake-diagnostics))))

(defun scim-tour-done-completed-p ()
  "Does the user have a nick name?"
  (and (scim-tour-done-zoe-open-p)
       (scim-tour-done-text-has-p "\"nickName\": \"[^\"\n]+\"")
       (not (scim-tour-done-text-has-p "nickN[^a]\\|Naem"))))

(defun scim-tour-done-preview-p ()
  "Is this a preview of a change of the user of the tour?"
  (and (scim-tour-done-in-p 'scim-edit-preview-mode)
       (buffer-live-p scim-edit-preview--origin)
       (with-current-buffer scim-edit-preview--origin
         (and (scim-tour-done-zoe-p) (scim-edit-preview-current-p)))))

(defun scim-tour-done-saved-p ()
  "Was the user of the tour changed on the server, as it stands here?"
  (and (scim-tour-done-sent-p "PATCH" "/Users/zoe\\'")
       (when-let ((buffer (scim-tour-done-find #'scim-tour-done-zoe-open-p)))
         (with-current-buffer buffer
           (and (not scim-edit--handle)
                (not scim-edit-conflict-mode)
                (not (scim-edit-modified-p)))))))

(defun scim-tour-done-retitled-p ()
  "Was the title of the user of the tour changed here?"
  (and (scim-tour-done-zoe-open-p)
       (scim-edit-modified-p)
       (scim-tour-done-text-has-p "^ *\"title\": \"Tour Lead\"")))

(defvar scim-tour-done-interfered nil
  "Non-nil when somebody else has changed the user of the tour.")

(defun scim-tour-done-interfere ()
  "Have somebody else change the same as the person, and something more."
  (setq scim-tour-done-interfered nil)
  (scim-tour-service-interfere
   'User "zoe" '((replace nil ((title . "Head of Tours")
                               (preferredLanguage . "sv"))))
   (lambda () (setq scim-tour-done-interfered t))))

(defun scim-tour-done-interfered-p ()
  "Has somebody else changed the user of the tour?"
  scim-tour-done-interfered)

(defun scim-tour-done-conflict-p ()
  "Is there something to be decided about the user of the tour?"
  (and (scim-tour-done-zoe-p) scim-edit-conflict-mode
       (> (scim-edit-conflict-undecided) 0)))

(defun scim-tour-done-decided-p ()
  "Is all decided about the user of the tour, in favour of what was typed?"
  (and (scim-tour-done-zoe-p) scim-edit-conflict-mode
       (zerop (scim-edit-conflict-undecided))
       (scim-edit-modified-p)))

(defun scim-tour-done-members-p ()
  "Is this the list of the members of the group of the tour?"
  (and (scim-tour-done-in-p 'scim-members-mode)
       (equal "tour-guides" (plist-get scim-members--of :id))
       scim-members--info
       (> (scim-table-count) 0)))

(defun scim-tour-done-added-p ()
  "Is somebody to be added to the group of the tour?"
  (and (scim-tour-done-members-p) scim-members--added))

(defun scim-tour-done-review-p ()
  "Are the requests shown that will change the members of the group?"
  (scim-tour-done-in-p 'scim-members-review-mode))

(defun scim-tour-done-joined-p ()
  "Were the members of the group changed?"
  (and (scim-tour-done-sent-p "PATCH" "/Groups/tour-guides\\'")
       (scim-tour-done-members-p)
       (not (scim-members--pending-p))))

(defun scim-tour-done-marked-p ()
  "Are several users marked?"
  (and (scim-tour-done-users-p) (cdr (scim-table-marked))))

(defun scim-tour-done-planned-p ()
  "Is this a plan to deactivate several users?"
  (and (scim-tour-done-in-p 'scim-action-mode)
       (eq scim-action--state 'planned)
       (equal "deactivate" (plist-get scim-action--action :kind))
       (> (scim-table-count) 1)))

(defun scim-tour-done-ran-p ()
  "Were several users deactivated?"
  (and (scim-tour-done-in-p 'scim-action-mode)
       (eq scim-action--state 'run)
       (scim-tour-done-sent-p "PATCH" "/Users/" scim-rpc-action)))

(defun scim-tour-done-repl-p ()
  "Is this the REPL of the tour, and can something be typed?"
  (and (scim-tour-done-in-p 'scim-repl-mode)
       (not scim-repl--handle)
       (equal scim-tenant "tour")))

(defun scim-tour-done-asked-p ()
  "Were users asked for in the REPL?"
  (and (scim-tour-done-repl-p)
       (scim-tour-done-sent-p "GET" "/Users\\?filter=" scim-rpc-action)))

(defun scim-tour-done-patched-p ()
  "Was a user changed in the REPL?"
  (and (scim-tour-done-repl-p)
       (scim-tour-done-sent-p "PATCH" "/Users/" scim-rpc-action)))

(defun scim-tour-done-requests-p ()
  "Is this the request file of the tour?"
  (and (scim-tour-done-in-p 'scim-request-mode)
       buffer-file-name
       (equal "tour.scim" (file-name-nondirectory buffer-file-name))))

(defun scim-tour-done-sent-one-p ()
  "Was the first request of the file sent?"
  (and (scim-tour-done-requests-p)
       (not scim-request--handle)
       (scim-tour-done-sent-p "POST" "/Users\\'" scim-rpc-action)))

(defun scim-tour-done-failed-p ()
  "Were all requests of the file sent, until an assertion failed?"
  (and (scim-tour-done-sent-one-p)
       (scim-marks--problems)))

(defun scim-tour-done-passed-p ()
  "Did all requests of the file pass?"
  (and (scim-tour-done-sent-one-p)
       (not (scim-marks--problems))
       (scim-tour-done-sent-p "DELETE" "/Users/" scim-rpc-action)))

(defun scim-tour-done-log-p ()
  "Is this a log with requests of the tour?"
  (and (derived-mode-p 'scim-log-mode)
       (seq-some (lambda (exchange)
                   (equal scim-tour-service-root (plist-get exchange :root)))
                 (scim-log--exchanges))))

(defun scim-tour-done-unfolded-p ()
  "Is an exchange of this log shown in full?"
  (and (scim-tour-done-log-p)
       (text-property-any (point-min) (point-max) 'scim-log-detail t)))

(defun scim-tour-done-curl-p ()
  "Was a request copied as a curl command?"
  (string-prefix-p "curl " (or (car kill-ring) "")))

(defun scim-tour-done-empty-kill-ring ()
  "Have no curl command be the text that was killed last."
  (when (scim-tour-done-curl-p)
    (kill-new "")))

(defun scim-tour-done-resent-p ()
  "Was a request of the log sent again?"
  (and (scim-tour-done-log-p)
       (scim-tour-done-sent-p "GET" "/Users\\?filter=")))

(defun scim-tour-done-schemas-p ()
  "Is this what the service declares?"
  (and (scim-tour-done-in-p 'scim-schema-mode)
       (scim-schema--anchor "Resource types")))

(defun scim-tour-done-observed-p ()
  "Is this what the service really does?"
  (and (scim-tour-done-in-p 'scim-schema-mode)
       (scim-schema--anchor "Seen by reading")))

(provide 'scim-tour-done)
;;; scim-tour-done.el ends here
