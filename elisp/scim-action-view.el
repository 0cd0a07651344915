;;; scim-action-view.el --- How a change to many SCIM resources stands -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The rows of a plan, its warnings above them, the line that counts them;
;; and what the bridge tells while it runs.  What to do about it is in
;; scim-action.el.

;;; Code:

(require 'cl-lib)
(require 'jit-lock)
(require 'seq)
(require 'subr-x)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-table)
(require 'scim-ui)

;;;; Internal variables

(defvar-local scim-action--state nil
  "How far this buffer has come.
It is `planning', `planned', `running', `stopping', `run', or nil when
there is no plan because something failed.")

(defvar-local scim-action--plan nil
  "Name of the plan of this buffer in the bridge, or nil.")

(defvar-local scim-action--summary nil
  "What the bridge told about the plan or the run, a plist.")

(defvar-local scim-action--outcomes nil
  "Hash table from id to how its row stands, a string of the protocol.
A row whose outcome nobody knows because the bridge ended is `lost'.")

(defvar-local scim-action--plans nil
  "Hash table from id to the name of the plan that its row came with.")

(defvar-local scim-action--progress nil
  "Text that says how far reading or running has come, or nil.")

(defvar-local scim-action--warnings nil
  "Overlay above the rows, with what a person should know.")

(defvar-local scim-action--warning-texts nil
  "What a person should know before running, a list of strings.")

(defvar scim-action--buffers nil
  "Alist from (WORKSPACE . PLAN) to the buffer of the plan.")

(defconst scim-action--failures
  '("failed" "conflict" "ambiguous" "stopped" "lost")
  "How rows stand that are worth trying again.")

(defconst scim-action--columns
  '((:name "Name" :width 34) (:name "Request" :width 46) (:name "State" :width 0))
  "Columns of the table.")

;;;; Rows

(defconst scim-action--faces
  '((?✓ . scim-success) (?✗ . scim-failure) (?? . scim-warning)
    (?- . scim-warning) (?l . scim-dimmed) (?u . scim-dimmed))
  "Faces of states, by their first character.")

(defun scim-action--fontify (start end)
  "Give the states of the rows between START and END their faces.
Shapes say the same."
  (save-excursion
    (goto-char end)
    (setq end (line-end-position))
    (goto-char start)
    (beginning-of-line)
    (with-silent-modifications
      (while (re-search-forward "^[^\t\n]*\t[^\t\n]*\t\\(\\(.\\).*\\)$" end t)
        (when-let ((face (cdr (assq (char-after (match-beginning 2))
                                    scim-action--faces))))
          (put-text-property (match-beginning 1) (match-end 1) 'face face)))))
  nil)

(defun scim-action--show-plan (answer)
  "Show ANSWER, a plan from the bridge: its rows, new or in place of old ones."
  (let ((text (scim-rpc-text (plist-get answer :rows)))
        (ids (plist-get answer :ids))
        (plan (plist-get answer :plan)))
    (cl-mapc (lambda (id outcome)
               (puthash id outcome scim-action--outcomes)
               (puthash id plan scim-action--plans))
             ids (plist-get answer :outcomes))
    (if (zerop (scim-table-count))
        (scim-table-append text ids)
      (scim-action--replace-rows
       (cl-mapcar #'cons ids (split-string text "\n" t))))
    (setq scim-action--warning-texts (append (plist-get answer :warnings) nil))
    (scim-action--show-warnings scim-action--warning-texts)))

(defun scim-action--replace-rows (rows)
  "Show ROWS, an alist from id to text, in one pass over the buffer."
  (let ((inhibit-read-only t) (new (make-hash-table :test #'equal))
        (here (scim-table-id)) (left (length rows)))
    (pcase-dolist (`(,id . ,text) rows)
      (puthash id text new))
    (save-excursion
      (goto-char (point-min))
      (seq-doseq (id (vconcat (scim-table-ids)))
        (when (> left 0)
          (when-let ((text (gethash id new)))
            (cl-decf left)
            (delete-region (point) (line-end-position))
            (insert text))
          (forward-line))))
    (set-buffer-modified-p nil)
    (when (and here (not (equal here (scim-table-id))))
      (scim-table-goto here))))

(defun scim-action--show-warnings (warnings)
  "Show WARNINGS, a list of strings, above the rows."
  (unless scim-action--warnings
    (setq scim-action--warnings (make-overlay (point-min) (point-min))))
  (overlay-put scim-action--warnings 'before-string
               (mapconcat (lambda (warning)
                            (scim-ui-face (concat "! " warning "\n")
                                          'scim-warning))
                          warnings "")))

(defun scim-action--ids-of (outcomes)
  "Return the ids of the rows that stand as one of OUTCOMES, in order."
  (seq-filter (lambda (id) (member (gethash id scim-action--outcomes) outcomes))
              (scim-table-ids)))

;;;; The line above

(defun scim-action--header ()
  "Return the header line: what there is to do, or how far it has come."
  (concat
   " "
   (pcase scim-action--state
     ('planning (concat "Reading what is there now… "
                        (or scim-action--progress "")))
     ('planned (concat (scim-ui-face (plist-get scim-action--summary :summary)
                                     'scim-heading)
                       (if (plist-get scim-action--summary :question)
                           (substitute-command-keys
                            (concat "  \\<scim-action-mode-map>"
                                    "\\[scim-action-run] run, "
                                    "\\[scim-action-remove] leave a row out, "
                                    "\\[scim-menu] menu"))
                         "  nothing to send")))
     ('running (concat "Running… " (or scim-action--progress "")
                       (substitute-command-keys
                        (concat "  \\<scim-action-mode-map>"
                                "\\[scim-action-stop] stop"))))
     ('stopping (concat "Stopping; waiting for what was sent… "
                        (or scim-action--progress "")))
     ('run (concat (scim-ui-face (plist-get scim-action--summary :summary)
                                 'scim-heading)
                   (if (scim-action--ids-of scim-action--failures)
                       (substitute-command-keys
                        (concat "  \\<scim-action-mode-map>"
                                "\\[scim-action-retry] retry those that failed, "
                                "\\[scim-action-report] report"))
                     "")))
     (_ (scim-ui-face (or (plist-get scim-action--summary :summary) "No plan")
                      'scim-failure)))))

(defun scim-action--note-progress (message percentage)
  "Note that the bridge has come to MESSAGE and PERCENTAGE, a number or nil."
  (setq scim-action--progress
        (concat message (and percentage (format " (%d%%)" percentage))))
  (force-mode-line-update))

;;;; Notifications

(defun scim-action--watch (plan)
  "Have news of PLAN from the bridge come to this buffer."
  (setq scim-action--buffers
        (seq-filter (lambda (entry) (buffer-live-p (cdr entry)))
                    scim-action--buffers))
  (push (cons (cons (scim-rpc-root) plan) (current-buffer))
        scim-action--buffers))

(defun scim-action--told (root params)
  "Show what became of resources: PARAMS, from the bridge of ROOT."
  (when-let ((buffer (cdr (assoc (cons root (plist-get params :plan))
                                 scim-action--buffers))))
    (when (buffer-live-p buffer)
      (with-current-buffer buffer
        (seq-doseq (item (plist-get params :items))
          (puthash (plist-get item :id) (plist-get item :outcome)
                   scim-action--outcomes))
        (scim-action--replace-rows
         (mapcar (lambda (item)
                   (cons (plist-get item :id) (plist-get item :row)))
                 (plist-get params :items)))
        (when (memq scim-action--state '(running stopping))
          (let ((done (plist-get params :done)) (total (plist-get params :total)))
            (scim-action--note-progress (format "%d of %d" done total)
                                        (/ (* 100 done) (max 1 total)))))))))

(scim-rpc-on scim-protocol-action-items #'scim-action--told)

(provide 'scim-action-view)
;;; scim-action-view.el ends here
