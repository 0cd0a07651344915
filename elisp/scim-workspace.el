;;; scim-workspace.el --- Buffers of several SCIM workspaces -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Two workspaces may have tenants of the same name, and what is shown of
;; one must never be taken for the other, nor be sent there.  A buffer of
;; this package belongs to one workspace for as long as it lives.  Its
;; name tells which one as soon as there are two that would have the same
;; name, as `uniquify' does with files: *SCIM (prod) log*<acme>.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'scim-rpc)

(defvar-local scim-workspace--key nil
  "What this buffer is, or nil: a cons of its plain name and its workspace.")
(put 'scim-workspace--key 'permanent-local t)

(defun scim-workspace-of (buffer)
  "Return the workspace that BUFFER belongs to, a directory or nil.
No connection to another machine is opened for it."
  (let ((key (buffer-local-value 'scim-workspace--key buffer)))
    (if key
        (cdr key)
      (with-current-buffer buffer
        (let ((non-essential t))
          (ignore-errors (scim-rpc-root)))))))

(defun scim-workspace-label (root)
  "Return a short name for the workspace ROOT, nil for the default one."
  (if root
      (concat (file-name-nondirectory (directory-file-name root))
              (when-let ((host (file-remote-p root 'host)))
                (concat "@" host)))
    "default workspace"))

(defun scim-workspace--long-label (root)
  "Return a name for the workspace ROOT that no other one has."
  (if root (abbreviate-file-name root) "default workspace"))

(defun scim-workspace--free-p (name root except)
  "Is NAME no name of a buffer of another workspace than ROOT?
The buffer EXCEPT does not count."
  (let ((buffer (get-buffer name)))
    (or (null buffer) (eq buffer except)
        (equal root (scim-workspace-of buffer)))))

(defun scim-workspace--marked-name (name root &optional except)
  "Return NAME with a mark of the workspace ROOT.
The name of the buffer EXCEPT is free."
  (let ((short (format "%s<%s>" name (scim-workspace-label root))))
    (if (scim-workspace--free-p short root except)
        short
      (format "%s<%s>" name (scim-workspace--long-label root)))))

(defun scim-workspace--name (name root &optional buffer)
  "Return the name for BUFFER, of the workspace ROOT, whose plain name is NAME.
A buffer of another workspace that has NAME gets its own mark."
  (let ((other (get-buffer name)))
    (cond ((not (scim-workspace--free-p name root buffer))
           (with-current-buffer other
             (rename-buffer (scim-workspace--marked-name
                             name (scim-workspace-of other) other)
                            t))
           (scim-workspace--marked-name name root buffer))
          ((seq-some (lambda (each)
                       (let ((key (buffer-local-value 'scim-workspace--key each)))
                         (and key (equal name (car key))
                              (not (equal root (cdr key))))))
                     (buffer-list))
           (scim-workspace--marked-name name root buffer))
          (t name))))

(defun scim-workspace-find-buffer (name &optional root)
  "Return the buffer with the plain NAME of the workspace ROOT, or nil."
  (seq-find (lambda (buffer)
              (equal (cons name root)
                     (buffer-local-value 'scim-workspace--key buffer)))
            (buffer-list)))

(defun scim-workspace-buffer (name &optional root)
  "Return the buffer with the plain NAME of the workspace ROOT.
It is made when needed, and its directory is that of the workspace."
  (let ((directory (or root default-directory)))
    (with-current-buffer (or (scim-workspace-find-buffer name root)
                             (get-buffer-create (scim-workspace--name name root)))
      (setq scim-workspace--key (cons name root)
            default-directory directory)
      (current-buffer))))

(defun scim-workspace-rename-buffer (name)
  "Call this buffer NAME, as far as no other buffer has that name.
It stays in its workspace."
  (let ((root (scim-workspace-of (current-buffer))))
    (setq scim-workspace--key nil)
    (rename-buffer (scim-workspace--name name root (current-buffer)) t)
    (setq scim-workspace--key (cons name root))))

(defun scim-workspace-new-buffer (name &optional root)
  "Return a new buffer of the workspace ROOT, called NAME if that is free."
  (let ((directory (or root default-directory)))
    (with-current-buffer (generate-new-buffer (scim-workspace--name name root))
      (setq scim-workspace--key (cons name root)
            default-directory directory)
      (current-buffer))))

(provide 'scim-workspace)
;;; scim-workspace.el ends here
