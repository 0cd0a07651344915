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

(defvar scim-text--sent (make-hash-table :test #'eq :weakness 'key)
  "Long texts that were sent, by the textRef that stands for each.")

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
    (let* ((file (make-temp-file "scim-"))
           (ref (list :file file)))
      (scim-text--write string file)
      (setq scim-text--files
            (cons file (seq-filter #'file-exists-p scim-text--files)))
      (puthash ref string scim-text--sent)
      ref)))

(defun scim-text--write (string file)
  "Write STRING to FILE, which only the person can read."
  (let ((coding-system-for-write 'utf-8-unix))
    (with-file-modes #o600
      (write-region string nil file nil 'silent))))

(defun scim-text-renew (params)
  "Write the files again that PARAMS refer to and the bridge has deleted.
Return PARAMS, a plist, whose values may be plists too."
  (dolist (value params params)
    (when (consp value)
      (let ((text (gethash value scim-text--sent)))
        (cond ((not text) (and (keywordp (car value)) (scim-text-renew value)))
              ((not (file-exists-p (plist-get value :file)))
               (scim-text--write text (plist-get value :file))))))))

(defun scim-text-inline (params)
  "Return PARAMS with the texts themselves in the place of files.
For bridges on other machines.  The files are deleted; PARAMS are good for
sending again."
  (cond ((vectorp params) (vconcat (mapcar #'scim-text-inline params)))
        ((gethash params scim-text--sent)
         (ignore-errors (delete-file (plist-get params :file)))
         (list :text (gethash params scim-text--sent)))
        ((consp params) (mapcar #'scim-text-inline params))
        (t params)))

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
    (scim-text--write (plist-get ref :text) file)))

(defun scim-text--clean-up ()
  "Delete the files that the bridge left, as Emacs exits."
  (mapc (lambda (file) (ignore-errors (delete-file file))) scim-text--files))

(add-hook 'kill-emacs-hook #'scim-text--clean-up)

(provide 'scim-text)
;;; scim-text.el ends here
