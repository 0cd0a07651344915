;;; scim-project.el --- SCIM workspaces and projects -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; All commands find the scim.yaml in a directory above, whatever project
;; that is in.  `scim-project' also finds one further down in the project,
;; and begins one at its root.  For C-x p p, set
;; `scim-project-switch-key', or put (scim-project "SCIM" ?S) into
;; `project-switch-commands'.
;;
;; Several workspaces may be in use at once, each with a bridge of its
;; own.  `scim-list-buffers', `scim-switch-to-buffer' and
;; `scim-kill-workspace' are about the buffers of one of them.

;;; Code:

(require 'project)
(require 'seq)
(require 'subr-x)
(require 'scim-error)
(require 'scim-home-files)
(require 'scim-node)
(require 'scim-remote)
(require 'scim-rpc)
(require 'scim-workspace)

(defvar project-switch-commands)
(declare-function scim-home-show "scim-home")

;;;; Customization

(defun scim-project--set-switch-key (symbol value)
  "Set SYMBOL to VALUE and have \\`C-x p p' offer `scim-project', or not."
  (set-default symbol value)
  (when (listp project-switch-commands)
    (setq project-switch-commands
          (append (seq-remove (lambda (entry)
                                (eq 'scim-project (car-safe entry)))
                              project-switch-commands)
                  (and value (list (list 'scim-project "SCIM" value)))))))

(defcustom scim-project-switch-key nil
  "Key of `scim-project' among the commands of `project-switch-project'.
If nil, it is not offered there."
  :type '(choice (const :tag "Not offered" nil) (character :tag "Key"))
  :set #'scim-project--set-switch-key
  :initialize #'custom-initialize-default
  :group 'scim
  :package-version '(scim . "0.1.0"))

;;;; Projects

(defun scim-project--root ()
  "Return the root of the current project, asking for one if there is none."
  (expand-file-name (project-root (project-current t))))

(defun scim-project--workspaces (root)
  "Return the workspaces in ROOT, the root of a project, the nearest first."
  (sort (mapcar #'file-name-directory
                (seq-filter (lambda (file)
                              (string= "scim.yaml" (file-name-nondirectory file)))
                            (scim-home-files-in root)))
        (lambda (a b) (< (length a) (length b)))))

(defun scim-project--choose (root)
  "Return the workspace in ROOT, the root of a project, that is meant.
That is ROOT when there is none."
  (let ((found (scim-project--workspaces root)))
    (cond ((null found) root)
          ((or (null (cdr found)) (equal (car found) root)) (car found))
          (t (expand-file-name
              (completing-read "Workspace: "
                               (mapcar (lambda (each)
                                         (file-relative-name each root))
                                       found)
                               nil t)
              root)))))

;;;###autoload
(defun scim-project ()
  "Show the SCIM workspace of the current project.
That is the nearest directory above with a scim.yaml, or one in the
project.  Where there is none, the project is offered to become one."
  (interactive)
  (require 'scim-home)
  (let* ((root (scim-project--root))
         (default-directory (or (let ((default-directory root))
                                  (scim-rpc-root))
                                (scim-project--choose root))))
    (scim-home-show)
    (unless (scim-rpc-root)
      (message "%s has no scim.yaml; %s makes one" (abbreviate-file-name root)
               (substitute-command-keys "\\[scim-tenant-add]")))))

(defun scim-project-directory ()
  "Return where a workspace begins that is set up here.
That is the root of the project, or this directory when it is in none."
  (if-let ((project (project-current)))
      (file-name-as-directory (expand-file-name (project-root project)))
    default-directory))

;;;; Buffers

(defun scim-project--ours-p (buffer)
  "Is BUFFER one of this package, or a file that it knows?"
  (with-current-buffer buffer
    (and (not (string-prefix-p " " (buffer-name)))
         (or scim-workspace--key
             (string-prefix-p "scim-" (symbol-name major-mode))
             (bound-and-true-p scim-document-mode)))))

(defun scim-workspace-buffers (&optional root)
  "Return the buffers of the workspace ROOT, those used last first."
  (seq-filter (lambda (buffer)
                (and (scim-project--ours-p buffer)
                     (equal root (scim-workspace-of buffer))))
              (buffer-list)))

(defun scim-workspaces ()
  "Return the workspaces that have a bridge or a buffer, nil for the default one."
  (delete-dups
   (append (mapcar (lambda (bridge) (plist-get bridge :root))
                   (seq-filter (lambda (bridge)
                                 (memq (plist-get bridge :state)
                                       '(starting ready)))
                               (scim-rpc-bridges)))
           (mapcar #'scim-workspace-of
                   (seq-filter #'scim-project--ours-p (buffer-list))))))

(defun scim-project--read-workspace (prompt)
  "Return the workspace that the person chooses with PROMPT.
Without a choice it is the one of this buffer."
  (let* ((roots (scim-workspaces))
         (names (mapcar (lambda (root)
                          (cons (scim-workspace--long-label root) root))
                        roots))
         (here (scim-rpc-root)))
    (cond ((null roots) (user-error "No workspace is in use"))
          ((null (cdr roots)) (car roots))
          (t (cdr (assoc (completing-read
                          prompt names nil t nil nil
                          (and (member here roots)
                               (scim-workspace--long-label here)))
                         names))))))

;;;###autoload
(defun scim-list-buffers (root)
  "List the buffers of the workspace ROOT.
Interactively, with several workspaces in use, the person chooses."
  (interactive (list (scim-project--read-workspace "Buffers of workspace: ")))
  (let ((buffers (scim-workspace-buffers root)))
    (unless buffers
      (user-error "There is no buffer of %s" (scim-workspace--long-label root)))
    (pop-to-buffer (list-buffers-noselect nil buffers))))

;;;###autoload
(defun scim-switch-to-buffer (buffer)
  "Switch to BUFFER, one of this workspace, which is asked for."
  (interactive
   (let ((buffers (remq (current-buffer)
                        (scim-workspace-buffers (scim-rpc-root)))))
     (unless buffers
       (user-error "There is no other buffer of this workspace"))
     (list (completing-read "Buffer: " (mapcar #'buffer-name buffers) nil t
                            nil nil (buffer-name (car buffers))))))
  (switch-to-buffer buffer))

(defun scim-project--kill (buffers)
  "Kill BUFFERS as far as the person agrees; return those that are left."
  (dolist (buffer buffers)
    (when (buffer-live-p buffer)
      (kill-buffer buffer)))
  (seq-filter #'buffer-live-p buffers))

;;;###autoload
(defun scim-kill-workspace (root &optional files)
  "Kill the buffers of the workspace ROOT and stop its bridge.
Its mock servers end with that.  Interactively, with several workspaces
in use, the person chooses.  FILES, the prefix argument, says to kill
the buffers of files too.  Where the person wants to keep a buffer with
changes, the bridge is kept."
  (interactive (list (scim-project--read-workspace "Kill workspace: ")
                     current-prefix-arg))
  (let* ((name (scim-workspace--long-label root))
         (buffers (seq-filter (lambda (buffer)
                                (or files (not (buffer-file-name buffer))))
                              (scim-workspace-buffers root)))
         (left (scim-project--kill buffers)))
    (when left
      (user-error "%s is kept for %s" name
                  (mapconcat #'buffer-name left ", ")))
    (scim-rpc-stop root)
    (scim-remote-forget)
    (message "Killed %d buffer%s of %s" (length buffers)
             (if (= 1 (length buffers)) "" "s") name)))

(provide 'scim-project)
;;; scim-project.el ends here
