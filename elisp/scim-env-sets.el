;;; scim-env-sets.el --- Compare, promote and restore SCIM environments -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Tenants and sets of variables as versioned things: `scim-env-diff'
;; compares two of them, now or in a revision of git; `scim-env-promote'
;; carries settings from one tenant to another; `scim-env-rollback'
;; restores a revision; `scim-env-history' tells what was in force when.
;;
;; What would be written is shown first, and C-c C-c writes exactly that:
;; the bridge refuses when a file has changed since.  Buffers that visit
;; these files are read again afterwards.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'scim-menu)
(require 'scim-protocol)
(require 'scim-report)
(require 'scim-rpc)
(require 'scim-ui)

;;;; Reading

(defun scim-env-sets--tenants ()
  "Return the names of the tenants of this workspace."
  (mapcar (lambda (tenant) (plist-get tenant :name))
          (plist-get (scim-error-as-user-error
                       (scim-rpc-request scim-protocol-tenants nil))
                     :tenants)))

(defun scim-env-sets-read-tenant (prompt &optional but)
  "Read the name of a tenant with PROMPT, any one but BUT."
  (scim-ui-choose prompt (remove but (scim-env-sets--tenants))))

(defun scim-env-sets--files ()
  "Return the files with variables of this workspace, as relative names."
  (when-let ((root (scim-rpc-root)))
    (mapcar (lambda (file) (file-relative-name file root))
            (append (file-expand-wildcards (expand-file-name "*.env" root))
                    (file-expand-wildcards
                     (expand-file-name "env/*.env" root))))))

(defun scim-env-sets--read-side (prompt &optional default)
  "Read a tenant, a set or a revision with PROMPT.
The answer is DEFAULT when it is empty."
  (completing-read prompt
                   (append (scim-env-sets--tenants) (scim-env-sets--files)
                           '("HEAD" "HEAD~1"))
                   nil nil nil nil default))

;;;; Preview

(defvar-local scim-env-sets--written nil
  "Non-nil when what this buffer proposes has been written.")

(defun scim-env-sets--check-buffers ()
  "Refuse to go on while buffers of this workspace are not saved."
  (dolist (buffer (buffer-list))
    (let ((file (buffer-file-name buffer)))
      (when (and file (buffer-modified-p buffer)
                 (file-in-directory-p file default-directory)
                 (string-match-p "\\(?:/scim\\.yaml\\|\\.env\\)\\'" file))
        (user-error "Save %s first" (file-relative-name file))))))

(defun scim-env-sets--revert-buffers ()
  "Read the files of this workspace again that buffers visit."
  (let ((directory default-directory))
    (dolist (buffer (buffer-list))
      (with-current-buffer buffer
        (when (and buffer-file-name
                   (not (buffer-modified-p))
                   (file-in-directory-p buffer-file-name directory)
                   (file-exists-p buffer-file-name)
                   (not (verify-visited-file-modtime)))
          (revert-buffer t t t))))))

(defun scim-env-sets--uncommitted ()
  "Return the files of the answer that differ from the last commit."
  (mapcar (lambda (file) (plist-get file :file))
          (seq-filter (lambda (file) (eq t (plist-get file :uncommitted)))
                      (plist-get scim-report-answer :files))))

(defun scim-env-sets--confirm-loss ()
  "Return params for giving up what was not committed.
Ask first; signal a `user-error' when that is not wanted."
  (when-let ((files (scim-env-sets--uncommitted)))
    (unless (yes-or-no-p
             (format "Give up the changes of %s that were not committed? "
                     (string-join files ", ")))
      (user-error "Nothing was written"))
    (list :force t)))

(defun scim-env-sets--idle-p (answer)
  "Would nothing be written according to ANSWER?
A file may differ in comments alone, which is no change of the environment."
  (and (seq-empty-p (plist-get answer :changes))
       (seq-every-p (lambda (file)
                      (member (plist-get file :action) '("same" "absent")))
                    (plist-get answer :files))))

(defun scim-env-sets-write ()
  "Write what this buffer proposes."
  (interactive nil scim-env-sets-mode)
  (let ((digest (plist-get scim-report-answer :digest)))
    (cond (scim-env-sets--written (user-error "It has been written"))
          ((or (not digest) (scim-env-sets--idle-p scim-report-answer))
           (user-error "There is nothing to write")))
    (scim-env-sets--check-buffers)
    (apply #'scim-report-ask :digest digest (scim-env-sets--confirm-loss))))

(defun scim-env-sets--shown (answer)
  "Say what ANSWER, of which the report is shown, has come to."
  (setq scim-env-sets--written (eq t (plist-get answer :applied)))
  (when (or scim-env-sets--written
            (eq t (plist-get answer :undone)))
    (scim-env-sets--revert-buffers))
  (force-mode-line-update)
  (message "%s"
           (cond ((eq t (plist-get answer :undone))
                  (scim-ui-face "Undone: the doctor found errors" 'scim-failure))
                 (scim-env-sets--written
                  (concat (scim-ui-face "Written" 'scim-success)
                          (and (plist-get answer :backup)
                               (format "; what was there is in %s"
                                       (abbreviate-file-name
                                        (plist-get answer :backup))))))
                 ((scim-env-sets--idle-p answer)
                  "Nothing would change")
                 (t (substitute-command-keys
                     "\\<scim-env-sets-mode-map>\\[scim-env-sets-write] \
writes this, \\[quit-window] leaves it")))))

(defun scim-env-sets--refresh (&rest _)
  "Ask the bridge again what would be written."
  (setq scim-env-sets--written nil)
  (scim-report-refresh))

(defvar scim-env-sets-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "C-c C-c") #'scim-env-sets-write)
    map)
  "Keymap of `scim-env-sets-mode'.")

(scim-menu-define
 'scim-env-sets-mode scim-env-sets-mode-map "SCIM-Proposal" "?"
 '("Proposal"
   ("Write this" scim-env-sets-write)
   ("Look again" revert-buffer)
   ("Visit place" scim-report-visit :context t)
   ("Cancel" scim-report-cancel)))

(define-derived-mode scim-env-sets-mode scim-report-mode "SCIM-Proposal"
  "Major mode for changes of the environment before they are written.

\\{scim-env-sets-mode-map}"
  :interactive nil
  (setq-local revert-buffer-function #'scim-env-sets--refresh
              header-line-format
              '((:eval (substitute-command-keys
                        (if scim-env-sets--written
                            " Written.  \\[quit-window] buries"
                          " \\<scim-env-sets-mode-map>\
\\[scim-env-sets-write] writes this  \\[revert-buffer] looks again  \
\\[quit-window] leaves it"))))))

;;;; Commands

;;;###autoload
(defun scim-env-diff (from &optional to look-up)
  "Show what differs between FROM and TO, without any value.
Each is a tenant, a file with a set of variables, REVISION:TENANT,
REVISION:FILE, or a revision of git alone, which means the workspace as
it was.  When TO is nil, FROM is compared with what it is now.

Interactively, with a prefix argument, LOOK-UP is non-nil: values that
are not known are looked up, by commands and in auth-source, so that
their fingerprints can be compared."
  (interactive
   (let ((from (scim-env-sets--read-side
                "Compare (tenant, set, REV:TENANT, REV): " "HEAD")))
     (list from
           (scim-env-sets--read-side "With (empty: the same as it is now): ")
           current-prefix-arg)))
  (scim-report-open
   "*SCIM diff*" #'scim-report-mode scim-protocol-env-diff
   (append (list :from from :color t :lookUp (if look-up t :json-false))
           (and to (not (string-empty-p to)) (list :to to)))
   #'scim-env-sets--diff-shown))

(defun scim-env-sets--diff-shown (answer)
  "Sum up ANSWER, a comparison."
  (let ((changes (length (plist-get answer :changes))))
    (message "%s and %s: %s" (plist-get answer :from) (plist-get answer :to)
             (pcase changes
               (0 "no difference")
               (1 "one difference")
               (_ (format "%d differences" changes))))))

;;;###autoload
(defun scim-env-rollback (revision)
  "Show what would change if the environment were that of REVISION again.
That is scim.yaml and the sets that it names.
\\<scim-env-sets-mode-map>\\[scim-env-sets-write] there restores them."
  (interactive (list (read-string "Roll back to revision (HEAD): " nil nil
                                  "HEAD")))
  (scim-report-open "*SCIM rollback*" #'scim-env-sets-mode
                    scim-protocol-env-rollback
                    (list :revision revision :color t)
                    #'scim-env-sets--shown))

;;;###autoload
(defun scim-env-promote (from to)
  "Show which settings of the tenant FROM would be carried over to TO.
Secrets never are.  \\<scim-env-sets-mode-map>\\[scim-env-sets-write] \
there does it, and undoes it if the doctor finds errors."
  (interactive
   (let ((from (scim-env-sets-read-tenant "Promote from: ")))
     (list from
           (scim-env-sets-read-tenant (format "Promote from %s to: " from)
                                      from))))
  (scim-report-open "*SCIM promotion*" #'scim-env-sets-mode
                    scim-protocol-env-promote
                    (list :from from :to to :color t)
                    #'scim-env-sets--shown))

;;;###autoload
(defun scim-env-history (&optional at)
  "Show what was in force when something ran in this workspace.
AT, a time as in ISO 8601, shows those that were in force then; with a
prefix argument it is asked for."
  (interactive (list (and current-prefix-arg
                          (read-string "At (2026-01-31T12:00): "))))
  (scim-report-open "*SCIM history*" #'scim-report-mode
                    scim-protocol-env-history
                    (append (list :color t)
                            (and at (not (string-empty-p at))
                                 (list :at at)))))

(provide 'scim-env-sets)
;;; scim-env-sets.el ends here
