;;; scim-setup.el --- Set up a SCIM tenant by a few questions -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; From an empty directory to a tenant that works: what kind of service
;; it is, the two or three things that such a service needs, where its
;; secret is kept.  The bridge knows the questions, checks each answer,
;; and writes scim.yaml, where comments and order of what is there stay.
;;
;; A secret never goes there: what is written is a reference to it.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'url-parse)
(require 'scim-error)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-secret)
(require 'scim-tenant)
(require 'scim-ui)

(autoload 'scim-project-directory "scim-project")

(declare-function scim-doctor "scim-doctor")
(declare-function scim-trust "scim-trust")
(declare-function scim-mock-start "scim-mock")
(defvar scim-mock--starting)
(defvar scim-mock-show-view)

;;;; Talking to the bridge

(defun scim-setup--root (directory)
  "Return the workspace around DIRECTORY, or DIRECTORY itself."
  (let ((default-directory (file-name-as-directory (expand-file-name directory))))
    (unless (scim-remote-possible-p default-directory)
      (user-error "A workspace has to be where a bridge can run; %s"
                  "see `scim-remote-bridge'"))
    (or (scim-rpc-root) default-directory)))

(defun scim-setup--ask (root method &rest params)
  "Send METHOD with the plist PARAMS to the bridge of ROOT; return the result."
  (scim-error-as-user-error (scim-rpc-request method params :root root)))

(defun scim-setup--presets (root)
  "Return the presets that the bridge of ROOT knows, as a list of plists."
  (append (plist-get (scim-setup--ask root scim-protocol-tenant-presets)
                     :presets)
          nil))

(defun scim-setup--tenants (root)
  "Return the names of the tenants of ROOT, as far as there is a scim.yaml."
  (when (file-exists-p (expand-file-name "scim.yaml" root))
    (mapcar (lambda (tenant) (plist-get tenant :name))
            (plist-get (scim-setup--ask root scim-protocol-tenants) :tenants))))

;;;; Questions

(defun scim-setup--choose (prompt choices &optional default)
  "Ask with PROMPT for one of CHOICES, an alist from text to explanation.
Return its text.  DEFAULT is what an empty answer means."
  (let ((completion-ignore-case t)
        (completion-extra-properties
         (list :annotation-function
               (lambda (text) (concat "  " (cdr (assoc text choices)))))))
    (completing-read prompt
                     (lambda (string predicate action)
                       ;; The order means something.
                       (if (eq action 'metadata)
                           '(metadata (display-sort-function . identity)
                                      (cycle-sort-function . identity))
                         (complete-with-action action choices string predicate)))
                     nil t nil nil default)))

(defun scim-setup--read-preset (presets root)
  "Ask which of PRESETS the new tenant of ROOT is of, and return it."
  (let* ((choices (mapcar (lambda (preset)
                            (cons (plist-get preset :title)
                                  (plist-get preset :summary)))
                          presets))
         (title (scim-setup--choose
                 (format "New tenant in %s, what is it? (default %s) "
                         (abbreviate-file-name root) (caar choices))
                 choices (caar choices))))
    (seq-find (lambda (preset) (equal (plist-get preset :title) title))
              presets)))

(defun scim-setup--read-name (preset root)
  "Ask for the name of the new tenant of ROOT, of the kind PRESET."
  (let ((taken (scim-setup--tenants root))
        (suggested (plist-get preset :name))
        (problem "")
        name)
    (when (member suggested taken)
      (setq suggested nil))
    (while (not name)
      (let ((text (string-trim
                   (read-string (concat problem "Name of the tenant"
                                        (and suggested
                                             (format " (default %s)" suggested))
                                        ": ")
                                nil nil suggested))))
        (cond ((member text taken)
               (setq problem (scim-ui-face "That one exists.  " 'scim-warning)))
              ((not (string-match-p "\\`[[:alnum:]_.-]+\\'" text))
               (setq problem (scim-ui-face "Letters, digits, \".\", \"_\" and \
\"-\".  " 'scim-warning)))
              (t (setq name text)))))
    name))

(defun scim-setup--prompt (field problem)
  "Return the prompt for FIELD, a plist, after an answer with PROBLEM or nil."
  (concat (and problem (concat (scim-ui-face problem 'scim-warning) "\n"))
          (scim-ui-face (plist-get field :help) 'scim-dimmed) "\n"
          (plist-get field :prompt)
          (cond ((plist-get field :example)
                 (format " (such as %s): " (plist-get field :example)))
                ((plist-get field :initial)
                 (format " (default %s): " (plist-get field :initial)))
                (t ": "))))

(defun scim-setup--read-once (field problem answers name)
  "Ask for FIELD of the tenant NAME, after an answer with PROBLEM or nil.
ANSWERS, an alist, has what was asked before."
  (pcase (plist-get field :kind)
    ("secret" (scim-setup--read-secret field answers name problem))
    ("choice" (completing-read (scim-setup--prompt field problem)
                               (append (plist-get field :choices) nil) nil t
                               nil nil (plist-get field :initial)))
    (_ (string-trim (read-string (scim-setup--prompt field problem)
                                 nil nil (plist-get field :initial))))))

(defun scim-setup--read-field (field answers preset name root)
  "Ask for FIELD of PRESET until the bridge of ROOT takes the answer; return it.
ANSWERS, an alist, has what was asked before for the tenant NAME."
  (let (answer problem)
    (while (progn
             (setq answer (scim-setup--read-once field problem answers name)
                   problem (plist-get
                            (scim-setup--ask root scim-protocol-tenant-check
                                             :preset (plist-get preset :name)
                                             :field (plist-get field :name)
                                             :answer answer)
                            :problem))
             problem))
    answer))

(defun scim-setup--read-answers (preset name root)
  "Ask what PRESET needs for the tenant NAME of ROOT; return an alist."
  (let (answers)
    (mapc (lambda (field)
            (push (cons (plist-get field :name)
                        (scim-setup--read-field field answers preset name root))
                  answers))
          (plist-get preset :fields))
    answers))

;;;; Secrets

(defconst scim-setup--stores
  '(("auth-source" . "stored by Emacs: ~/.authinfo.gpg, a keychain, pass")
    ("env" . "in an environment variable, set before Emacs starts")
    ("file" . "in a file of its own, which only you can read")
    ("cmd" . "printed by a command: op read …, pass show …, vault …"))
  "Where a secret can be kept.")

(defun scim-setup--read-secret (field answers name problem)
  "Ask where the secret FIELD of the tenant NAME is; return a reference to it.
ANSWERS and PROBLEM are as for `scim-setup--read-once'."
  (let ((what (plist-get field :prompt))
        (key (plist-get field :name)))
    (pcase (scim-setup--choose
            (concat (and problem (concat (scim-ui-face problem 'scim-warning) "\n"))
                    (scim-ui-face (plist-get field :help) 'scim-dimmed)
                    (format "\n%s, where is it kept, auth-source, env, file \
or cmd? (default auth-source) " what))
            scim-setup--stores "auth-source")
      ("auth-source" (scim-setup--in-auth-source answers name))
      ("env" (concat "env:" (read-string "Variable: "
                                         (scim-setup--variable name key))))
      ("file" (scim-setup--in-file what name key))
      ("cmd" (concat "cmd:" (string-trim (read-string "Command: ")))))))

(defun scim-setup--variable (name key)
  "Return a name for the variable with the secret KEY of the tenant NAME.
KEY is as in scim.yaml, clientSecret for instance."
  (let ((case-fold-search nil))
    (upcase (replace-regexp-in-string
             "[^[:alnum:]]+" "_"
             (concat "SCIM_" name "_"
                     (replace-regexp-in-string "[A-Z]" "_\\&" key))))))

(defun scim-setup--host (answers name)
  "Return the host that ANSWERS, an alist, tell of, or else NAME."
  (let* ((url (cdr (assoc "baseUrl" answers)))
         (host (and url (url-host (url-generic-parse-url url)))))
    (cond ((and host (not (string-empty-p host))) host)
          ((seq-some (lambda (answer)
                       (and (string-match-p "\\`[[:alnum:]-]+\\.[[:alnum:].-]+\\'"
                                            (cdr answer))
                            (cdr answer)))
                     answers))
          (t name))))

(defun scim-setup--in-auth-source (answers name)
  "Ask for an entry of auth-source and return a reference to it.
Unless there is one, the secret is asked for and stored.  ANSWERS and
NAME are as for `scim-setup--read-once'."
  (let ((reference (concat "auth-source:"
                           (string-trim
                            (read-string "Entry in auth-source, HOST/USER: "
                                         (concat (scim-setup--host answers name)
                                                 "/" name))))))
    (unless (scim-secret-known-p reference)
      (scim-secret-save reference))
    reference))

(defun scim-setup--in-file (what name key)
  "Ask for the secret WHAT and put it in a file; return a reference to that.
NAME is the tenant's, KEY that of the secret in scim.yaml."
  (let* ((path (read-string "File, relative to the workspace: "
                            (format "secrets/%s.%s" name key)))
         (file (expand-file-name path)))
    (unless (and (file-exists-p file)
                 (y-or-n-p (format "%s exists; use what it holds? " path)))
      (scim-secret-save-file file (string-trim
                                   (read-passwd (concat what ": ")))))
    (concat "file:" path)))

;;;; Writing

(defun scim-setup--buffer (root)
  "Return the buffer that visits the scim.yaml of ROOT, or nil.
Refuse to go on when it has changes that were not saved."
  (let ((buffer (find-buffer-visiting (expand-file-name "scim.yaml" root))))
    (when (and buffer (buffer-modified-p buffer))
      (user-error "Save scim.yaml first: the tenant is to be written into it"))
    buffer))

(defun scim-setup-write (root name preset answers)
  "Write the tenant NAME of the kind PRESET, a name, into the scim.yaml of ROOT.
ANSWERS is an alist from the names of the fields to strings; secrets are
references.  Return what the bridge tells: a plist with :file, :line
and, for a mock server, :mock."
  (let ((buffer (scim-setup--buffer root))
        (table (make-hash-table :test #'equal)))
    (pcase-dolist (`(,field . ,answer) answers)
      (puthash field answer table))
    (prog1 (scim-setup--ask root scim-protocol-tenant-add
                            :name name :preset preset :answers table)
      (when buffer
        (with-current-buffer buffer
          (revert-buffer t t t)))
      (scim-tenant-update root))))

(defun scim-setup--start-mock (file)
  "Start the mock server of FILE and wait for it."
  (require 'scim-mock)
  (with-current-buffer (find-file-noselect file)
    (let ((scim-mock-show-view nil))
      (scim-mock-start)
      (while scim-mock--starting
        (accept-process-output nil 0.05)))))

(defun scim-setup--finish (root name written)
  "Go on from the tenant NAME of ROOT, which was WRITTEN: start, trust, check."
  (let ((default-directory root))
    (when-let ((mock (plist-get written :mock)))
      (scim-setup--start-mock mock))
    (when (scim-setup--untrusted-p root (plist-get written :file))
      ;; The doctor tells what a no means.
      (condition-case nil
          (scim-trust (plist-get written :file))
        (user-error nil)))
    (run-hooks 'scim-bridge-state-hook)
    (message "The tenant %s is in %s" name
             (abbreviate-file-name (plist-get written :file)))
    (when (fboundp 'scim-doctor)
      (scim-doctor name))))

(defun scim-setup--untrusted-p (root file)
  "Does FILE of the workspace ROOT run commands that it may not run yet?"
  (let ((seen (scim-setup--ask root scim-protocol-trust-inspect :file file)))
    (and (not (eq t (plist-get seen :trusted)))
         (not (seq-empty-p (plist-get seen :commands))))))

;;;; Command

;;;###autoload
(defun scim-tenant-add (directory)
  "Set up a tenant by a few questions, in the workspace around DIRECTORY.
It is written into scim.yaml, which is made when there is none; secrets
are stored elsewhere.  Then the doctor has a look at it.

Interactively, DIRECTORY is that of the workspace, or else of the
project, or else the current one; with a prefix argument it is asked for.
See Info node `(scim)Set up a tenant'."
  (interactive
   (list (if current-prefix-arg
             (read-directory-name "Directory of the workspace: ")
           (or (scim-rpc-root) (scim-project-directory)))))
  (let* ((root (scim-setup--root directory))
         (default-directory root)
         (preset (progn
                   (scim-setup--buffer root)
                   (scim-setup--read-preset (scim-setup--presets root) root)))
         (name (scim-setup--read-name preset root))
         (answers (scim-setup--read-answers preset name root)))
    (scim-setup--finish
     root name
     (scim-setup-write root name (plist-get preset :name) answers))))

(provide 'scim-setup)
;;; scim-setup.el ends here
