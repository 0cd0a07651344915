;;; scim-edit-text.el --- The text of a resource that is edited -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; What a buffer of `scim-edit-mode' holds: the text, what was read from
;; the server (the base) with its version, and what only the server
;; sets, which is dimmed and protected.  The bridge keeps nothing of it,
;; so nothing is lost when it ends.
;;
;; Base and version belong to the text: whoever undoes a merge with the
;; changes of others is back at what was read before it.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'scim-api)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-text)
(require 'scim-ui)

;;;; Internal variables

(defvar-local scim-edit--type nil
  "Resource type of this buffer.")

(defvar-local scim-edit--id nil
  "Id of the resource of this buffer, or nil when it does not exist.")

(defvar-local scim-edit--title nil
  "What a person calls the resource of this buffer.")

(defvar-local scim-edit--base ""
  "Text of the resource as the server has it, as far as is known.")

(defvar-local scim-edit--etag nil
  "Version that the base was read with, or nil.")

(defvar-local scim-edit--large nil
  "What the text leaves out: a list of plists with :attribute and :count.")

(defvar-local scim-edit--loaded nil
  "Non-nil when the text has come.")

(defvar-local scim-edit--changes nil
  "What the bridge told about the changes, a plist with :tick, or nil.")

(defvar-local scim-edit--protection t
  "Non-nil when what only the server sets is protected.")

(defvar-local scim-edit--timer nil
  "Timer that asks what has changed, or nil.")

(defvar scim-edit--changing nil
  "Non-nil while a command, not the person, changes the text.")

(defvar-local scim-edit--members nil
  "Non-nil when resources of this type have members.")

(defvar scim-edit-state-functions nil
  "Functions that keep something about the text that undo is to restore.
Each is called with no argument to get it, and with what it returned to
put it back.")

;;;; Text

(defun scim-edit--text ()
  "Return the whole text of this buffer."
  (save-restriction
    (widen)
    (buffer-substring-no-properties (point-min) (point-max))))

(defun scim-edit-modified-p ()
  "Does the text of this buffer differ from what the server has?"
  (and scim-edit--loaded
       (not (string= (string-trim-right (scim-edit--text))
                     (string-trim-right scim-edit--base)))))

(defun scim-edit--set-text (text)
  "Make TEXT the text of this buffer, and keep point and undo."
  (let ((inhibit-read-only t)
        (scim-edit--changing t)
        (target (current-buffer)))
    (with-temp-buffer
      (insert text)
      (unless (bolp) (insert "\n"))
      (let ((source (current-buffer)))
        (with-current-buffer target
          (save-restriction
            (widen)
            (replace-buffer-contents source 0.3)))))))

(defun scim-edit--position (place)
  "Return the position in this buffer that PLACE, a plist from the bridge, means."
  (save-excursion
    (save-restriction
      (widen)
      (goto-char (point-min))
      (forward-line (plist-get place :line))
      (min (+ (point) (plist-get place :character)) (line-end-position)))))

;;;; What the server has

(defun scim-edit--state ()
  "Return what undo is to restore beside the text."
  (list scim-edit--base scim-edit--etag
        (mapcar #'funcall scim-edit-state-functions)))

(defun scim-edit--restore (state)
  "Make STATE, a value of `scim-edit--state', that of this buffer again."
  (let ((now (scim-edit--state)))
    (setq scim-edit--base (nth 0 state)
          scim-edit--etag (nth 1 state))
    (seq-mapn #'funcall scim-edit-state-functions (nth 2 state))
    (scim-edit--note-for-undo now)))

(defun scim-edit--note-for-undo (state)
  "Have undo restore STATE."
  (unless (eq buffer-undo-list t)
    (push (list 'apply #'scim-edit--restore state) buffer-undo-list)))

(defun scim-edit--rebase (base etag text)
  "From now on the server has BASE with version ETAG; show TEXT.
Undo brings the text back together with what was read before."
  (let ((state (scim-edit--state)))
    (undo-boundary)
    (scim-edit--set-text text)
    (setq scim-edit--base base
          scim-edit--etag etag)
    (scim-edit--note-for-undo state)
    (undo-boundary)))

;;;; Protection

(defun scim-edit--protected ()
  "Return the overlays on what is protected."
  (save-restriction
    (widen)
    (seq-filter (lambda (overlay) (overlay-get overlay 'scim-edit-reason))
                (overlays-in (point-min) (point-max)))))

(defun scim-edit--protect (ranges)
  "Dim and protect RANGES of the text, as the bridge told them."
  (mapc #'delete-overlay (scim-edit--protected))
  (seq-doseq (range ranges)
    ;; An overlay: undo and refreshing, which may change the text, would
    ;; stumble over text properties.
    (let ((overlay (make-overlay
                    (scim-edit--position (plist-get range :start))
                    (scim-edit--position (plist-get range :end))
                    nil t nil))
          (reason (concat (plist-get range :path) " "
                          (plist-get range :reason))))
      (overlay-put overlay 'scim-edit-reason reason)
      (overlay-put overlay 'help-echo reason)
      (overlay-put overlay 'face 'scim-dimmed)
      (overlay-put overlay 'modification-hooks '(scim-edit--refuse)))))

(defun scim-edit--refuse (overlay after &rest _)
  "Refuse a change of the text in OVERLAY, unless it is made (AFTER) already."
  (unless (or after inhibit-read-only undo-in-progress scim-edit--changing
              (not scim-edit--protection))
    (user-error "%s" (substitute-command-keys
                      (format "%s; \\<scim-edit-mode-map>\
\\[scim-edit-toggle-protection] lifts the protection"
                              (overlay-get overlay 'scim-edit-reason))))))

(defun scim-edit-toggle-protection ()
  "Protect what is up to the server, or let it be changed.
What was changed of it is not sent."
  (interactive nil scim-edit-mode)
  (setq scim-edit--protection (not scim-edit--protection))
  (message (if scim-edit--protection
               "What only the server sets is protected"
             "Everything can be changed; what only the server sets is not sent")))

;;;; What has changed

(defun scim-edit--params ()
  "Return the params of a request about the text of this buffer."
  (list :tenant scim-tenant :type scim-edit--type :id scim-edit--id
        :base (scim-rpc-text-ref scim-edit--base)
        :text (scim-rpc-text-ref (scim-edit--text))
        :etag scim-edit--etag
        :leftOut (vconcat (mapcar (lambda (large) (plist-get large :attribute))
                                  scim-edit--large))))

(defun scim-edit--ask-changes (buffer)
  "Ask the bridge, if it is there, how the text of BUFFER differs."
  (when (buffer-live-p buffer)
    (with-current-buffer buffer
      (setq scim-edit--timer nil)
      (when (and scim-edit--loaded (scim-rpc-ready-p (scim-rpc-root)))
        (let ((tick (buffer-chars-modified-tick)))
          (scim-rpc-request-async
           scim-protocol-edit-changes (scim-edit--params)
           :success (lambda (changes)
                      (when (buffer-live-p buffer)
                        (scim-edit--show-changes tick changes)))
           ;; Nobody has asked for anything.
           :error #'ignore))))))

(defun scim-edit--show-changes (tick told)
  "Show what was TOLD about the text of TICK, if that is still the text."
  (when (eql tick (buffer-chars-modified-tick))
    (setq scim-edit--changes (append (list :tick tick) told))
    (when (plist-member told :protected)
      (scim-edit--protect (plist-get told :protected)))
    (force-mode-line-update)))

(defun scim-edit--changed (&rest _)
  "Note that the text has changed."
  (unless (or scim-edit--timer noninteractive)
    (setq scim-edit--timer
          (run-with-idle-timer 0.4 nil #'scim-edit--ask-changes
                               (current-buffer)))))

;;;; Layout

(defun scim-edit-indent-line ()
  "Indent the current line by its depth in brackets."
  (let* ((depth (car (save-excursion (syntax-ppss (line-beginning-position)))))
         (closing (save-excursion (back-to-indentation)
                                  (looking-at-p "[]}]")))
         (column (* 2 (max 0 (if closing (1- depth) depth)))))
    (if (<= (current-column) (current-indentation))
        (indent-line-to column)
      (save-excursion (indent-line-to column)))))

(defvar scim-edit-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?\\ "\\" table)
    (modify-syntax-entry ?_ "_" table)
    (modify-syntax-entry ?- "_" table)
    (modify-syntax-entry ?$ "_" table)
    (modify-syntax-entry ?' "." table)
    table)
  "Syntax table of `scim-edit-mode'.")

(defun scim-edit--imenu ()
  "Return an index of the attributes of the resource for imenu."
  (let (index)
    (save-excursion
      (goto-char (point-min))
      (while (re-search-forward "^  \"\\([^\"\n]+\\)\"[ \t]*:" nil t)
        (push (cons (match-string-no-properties 1) (match-beginning 1)) index)))
    (nreverse index)))

(provide 'scim-edit-text)
;;; scim-edit-text.el ends here
