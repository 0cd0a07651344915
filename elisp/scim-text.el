;;; scim-text.el --- Long texts between Emacs and the SCIM bridge -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Text crosses the wire in messages, or, when it is long, in files that
;; only the person can read and that the receiver deletes: Emacs writes
;; to pipes slowly.

;;; Code:

(require 'seq)
(require 'scim-protocol)
(require 'scim-error)

(defvar scim-text--files nil
  "Files that were sent, for those that the bridge does not delete.")

(defun scim-text--check (string)
  "Signal a `scim-error' unless STRING is Unicode text."
  (when (string-match-p "[\xd800-\xdfff\x3fff80-\x3fffff]"
                        (string-to-multibyte string))
    (scim-error-signal
     (scim-error-from-view
      `( :code "usage" :message "The text has bytes that are not UTF-8"
         :remedy "See `C-h C RET' for the coding of the buffer."
         :exitCode ,scim-protocol-exit-invalid-usage)))))

(defun scim-rpc-text-ref (string)
  "Return STRING as the protocol's textRef.
A long one goes into a file that only the person can read and that the
bridge deletes: Emacs writes to pipes slowly."
  (scim-text--check string)
  (if (<= (length string) scim-protocol-inline-text-limit)
      (list :text string)
    (let ((file (make-temp-file "scim-"))
          (coding-system-for-write 'utf-8-unix))
      (write-region string nil file nil 'silent)
      (setq scim-text--files
            (cons file (seq-filter #'file-exists-p scim-text--files)))
      (list :file file))))

(defun scim-rpc-text (ref)
  "Return the text of REF, a textRef, and delete its file if it has one."
  (if-let ((file (plist-get ref :file)))
      (unwind-protect
          (with-temp-buffer
            (let ((coding-system-for-read 'utf-8-unix))
              (insert-file-contents file))
            (buffer-string))
        (ignore-errors (delete-file file)))
    (plist-get ref :text)))

;; The text may be the traffic with a server, which names people.
(defun scim-rpc-save-text (ref file)
  "Write the text of REF, a textRef, to FILE, which only the person can read.
A FILE that exists is overwritten and keeps its permissions."
  (if-let ((sent (plist-get ref :file)))
      (unwind-protect
          (copy-file sent file t)
        (ignore-errors (delete-file sent)))
    (let ((coding-system-for-write 'utf-8-unix))
      (with-file-modes #o600
        (write-region (plist-get ref :text) nil file nil 'silent)))))

(defun scim-text--clean-up ()
  "Delete the files that the bridge left, as Emacs exits."
  (mapc (lambda (file) (ignore-errors (delete-file file))) scim-text--files))

(add-hook 'kill-emacs-hook #'scim-text--clean-up)

(provide 'scim-text)
;;; scim-text.el ends here
