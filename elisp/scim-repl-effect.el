;;; scim-repl-effect.el --- What the SCIM REPL does beside printing -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Some inputs want more than text: another tenant, a file, an edit
;; buffer, the log.  The bridge says so, and Emacs does it here.

;;; Code:

(require 'comint)
(require 'subr-x)
(require 'scim-error)
(require 'scim-repl-history)
(require 'scim-rpc)
(require 'scim-tenant)
(require 'scim-ui)

(autoload 'scim-edit-resource "scim-edit")
(autoload 'scim-browse "scim-browse" nil t)
(autoload 'scim-log-of-action "scim-log" nil t)
(autoload 'scim-doctor "scim-doctor" nil t)
(autoload 'scim-env "scim-env" nil t)
(autoload 'scim-request-mode "scim-request" nil t)

(declare-function scim-repl-input-start "scim-repl")
(declare-function scim-repl-quit "scim-repl")
(declare-function scim-repl--buffer-name "scim-repl" (tenant))
(declare-function scim-repl--process "scim-repl")
(declare-function scim-repl--prompt "scim-repl")
(declare-function scim-repl--say "scim-repl" (text &optional face))
(defvar scim-repl--handle)
(defvar scim-repl--production)

(defun scim-repl-effect-here (effect)
  "Do EFFECT, which the bridge asks for, unless it needs another buffer."
  (condition-case err
      (pcase (plist-get effect :kind)
        ("tenant" (scim-repl-effect--tenant (plist-get effect :name)))
        ("save" (scim-repl-effect--save effect))
        ("copy" (scim-ui-copy (plist-get effect :text) (plist-get effect :what)))
        ("history" (scim-repl-effect--history (plist-get effect :match)))
        ("clear" (let ((inhibit-read-only t))
                   (delete-region (point-min) (scim-repl-input-start)))))
    (error (scim-repl--say (scim-error-message err) 'scim-failure))))

(defun scim-repl-effect-elsewhere (effect)
  "Do EFFECT, which the bridge asks for, if it needs another buffer."
  (pcase (plist-get effect :kind)
    ("edit" (scim-edit-resource (plist-get effect :type) (plist-get effect :id)
                                scim-tenant))
    ("browse" (scim-browse (plist-get effect :type) (plist-get effect :filter)
                           scim-tenant))
    ("request" (scim-repl-effect--request effect))
    ("log" (scim-log-of-action scim-rpc-action))
    ("doctor" (scim-doctor scim-tenant))
    ("env" (scim-env))
    ("quit" (scim-repl-quit))))

(defun scim-repl-effect--save (effect)
  "Write the text of EFFECT to its file."
  (let ((file (scim-ui-new-file (plist-get effect :file))))
    (scim-rpc-save-text (plist-get effect :text) file)
    (scim-repl--say (concat "Wrote " (abbreviate-file-name file)))))

(defun scim-repl-effect--history (match)
  "Show the inputs that contain MATCH."
  (let ((entries (scim-repl-history-matching match)))
    (dolist (entry entries)
      (scim-repl--say entry))
    (unless entries
      (scim-repl--say "Nothing yet" 'scim-dimmed))))

(defun scim-repl-effect--request (effect)
  "Show the request file of EFFECT in a buffer of its own."
  (let ((directory default-directory)
        (tenant scim-tenant)
        (text (scim-rpc-text (plist-get effect :text))))
    (pop-to-buffer (generate-new-buffer
                    (format "*SCIM request: %s*" (plist-get effect :name))))
    (setq default-directory directory)
    (insert text)
    (goto-char (point-min))
    (scim-request-mode)
    (setq-local scim-tenant tenant)))

;;;; Tenants

(defun scim-repl-effect--tenant (name)
  "Have this REPL talk to the tenant NAME."
  (setq-local scim-tenant name)
  (setq scim-repl--production
        (and (scim-tenant-face (scim-tenant-info)) t))
  (rename-buffer (scim-repl--buffer-name name) t)
  (force-mode-line-update))

(defun scim-repl-effect-tenant-chosen ()
  "Show a new prompt: another tenant was chosen, by the mode line say."
  (when (derived-mode-p 'scim-repl-mode)
    (let ((typed (delete-and-extract-region (scim-repl-input-start)
                                            (point-max))))
      (scim-repl-effect--tenant scim-tenant)
      (unless scim-repl--handle
        (comint-output-filter (scim-repl--process) "\n")
        (scim-repl--prompt))
      (save-excursion
        (goto-char (point-max))
        (insert typed)))))

(provide 'scim-repl-effect)
;;; scim-repl-effect.el ends here
