;;; scim-repl-history.el --- What was typed in the SCIM REPL -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; One file for each workspace, which only the person can read: a Lisp
;; string on each line, the newest last.  What may be written there the
;; bridge decides, for it knows what is a secret; all that was typed
;; stays in the ring of the buffer, as long as that lives.

;;; Code:

(require 'comint)
(require 'ring)
(require 'seq)
(require 'subr-x)

;;;; Customization

(defcustom scim-repl-history-file #'scim-repl-history-default-file
  "Where the history of the REPL is kept.
A function that is called with the workspace, a directory or nil for the
default one, and returns a file name; a file name, for all workspaces;
or nil, to keep none."
  :type '(choice (function :tag "By workspace")
                 (file :tag "One file")
                 (const :tag "None" nil))
  :group 'scim-repl
  :package-version '(scim . "0.1.0"))

(defcustom scim-repl-history-size 1000
  "Number of inputs that the REPL remembers."
  :type 'natnum
  :group 'scim-repl
  :safe #'natnump
  :package-version '(scim . "0.1.0"))

;;;; Files

(defun scim-repl-history-default-file (root)
  "Return the file for the history of the workspace ROOT."
  (locate-user-emacs-file
   (concat "scim/history/"
           (if root
               (format "%s-%s"
                       (file-name-nondirectory (directory-file-name root))
                       (substring (md5 root) 0 8))
             "default"))))

(defun scim-repl-history-file (root)
  "Return the file for the history of the workspace ROOT, or nil."
  (if (functionp scim-repl-history-file)
      (funcall scim-repl-history-file root)
    scim-repl-history-file))

(defun scim-repl-history--entries (file)
  "Return the inputs in FILE, the oldest first, without lines that are none."
  (when (and file (file-readable-p file))
    (with-temp-buffer
      (let ((coding-system-for-read 'utf-8-unix))
        (insert-file-contents file))
      (delq nil (mapcar #'scim-repl-history--read
                        (split-string (buffer-string) "\n" t))))))

(defun scim-repl-history--read (line)
  "Return the string that LINE is written as, or nil."
  (let ((entry (ignore-errors (car (read-from-string line)))))
    (and (stringp entry) entry)))

(defun scim-repl-history--print (entry)
  "Return ENTRY, a string, as one line."
  (let ((print-escape-newlines t))
    (concat (prin1-to-string (substring-no-properties entry)) "\n")))

(defun scim-repl-history--write (text file append)
  "Write TEXT to FILE, which only the person can read; add it with APPEND."
  (let ((coding-system-for-write 'utf-8-unix)
        (directory (file-name-directory file)))
    (with-file-modes #o700
      (make-directory directory t))
    (with-file-modes #o600
      (write-region text nil file append 'silent))
    ;; The file may be older than this rule.
    (set-file-modes file #o600)))

;;;; For the REPL

(defun scim-repl-history-load (root)
  "Make the history of the workspace ROOT that of this buffer.
A file that has become much too long is shortened."
  (let* ((file (scim-repl-history-file root))
         (entries (scim-repl-history--entries file))
         (kept (last entries scim-repl-history-size)))
    (setq-local comint-input-ring-size scim-repl-history-size)
    (setq comint-input-ring (make-ring (max 1 scim-repl-history-size)))
    (dolist (entry kept)
      (ring-insert comint-input-ring entry))
    (when (> (length entries) (* 2 scim-repl-history-size))
      (ignore-errors
        (scim-repl-history--write
         (mapconcat #'scim-repl-history--print kept "") file nil)))))

(defun scim-repl-history-add (root entry)
  "Add ENTRY, a string, to the file of the workspace ROOT.
What goes wrong is told, once, and keeps nobody from working."
  (when-let ((file (scim-repl-history-file root)))
    (condition-case err
        (scim-repl-history--write (scim-repl-history--print entry) file t)
      (file-error
       (message "The history of the REPL is not kept: %s"
                (error-message-string err))))))

(defun scim-repl-history-matching (text)
  "Return the inputs of this buffer that contain TEXT, the oldest first."
  (seq-filter (lambda (entry)
                (string-search text entry))
              (reverse (ring-elements comint-input-ring))))

(provide 'scim-repl-history)
;;; scim-repl-history.el ends here
