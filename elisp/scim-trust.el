;;; scim-trust.el --- Let files of a SCIM workspace run commands -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; A file may get secrets from commands, cmd:PROGRAM ARGUMENT.  None of
;; them is run until a person has seen them and has trusted exactly this
;; content of the file: whoever visits a repository of somebody else must
;; not run what that somebody wrote.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'scim-error)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-supply)
(require 'scim-ui)

(defun scim-trust--read-file ()
  "Return the name of the file that is to be trusted, which is asked for.
The one that a request has just been refused for is suggested."
  (let ((default (or scim-supply-untrusted
                     (when-let ((root (scim-rpc-root)))
                       (expand-file-name "scim.yaml" root)))))
    (read-file-name "Trust file: " (and default (file-name-directory default))
                    default t (and default (file-name-nondirectory default)))))

(defun scim-trust--show (seen)
  "Show the commands of SEEN, what the bridge told about a file."
  (with-current-buffer (get-buffer-create "*SCIM trust*")
    (let ((inhibit-read-only t))
      (erase-buffer)
      (insert (scim-ui-face (abbreviate-file-name (plist-get seen :file))
                            'scim-heading)
              "\nruns these commands, without a shell, in the directory of the "
              "workspace, for the\nsecrets that they print:\n\n")
      (mapc (lambda (command)
              (insert (format "  line %-4d  " (1+ (plist-get command :line)))
                      (scim-ui-face (plist-get command :command) 'scim-target)
                      "\n"))
            (plist-get seen :commands))
      (insert (scim-ui-face
               (format "\nFor SCIM_TRUST, in CI: %s\n"
                       (plist-get seen :contentDigest))
               'scim-dimmed)))
    (goto-char (point-min))
    (special-mode)
    (display-buffer (current-buffer))))

;;;###autoload
(defun scim-trust (file)
  "Let FILE run its commands, as long as it stays as it is.
They are shown first."
  (interactive (list (scim-trust--read-file)))
  (let* ((default-directory (file-name-directory (expand-file-name file)))
         (root (scim-rpc-root))
         (seen (scim-error-as-user-error
                 (scim-rpc-request scim-protocol-trust-inspect
                                   (list :file (expand-file-name file))
                                   :root root)))
         (count (length (plist-get seen :commands)))
         (name (abbreviate-file-name (plist-get seen :file))))
    (cond ((zerop count) (message "%s runs no commands" name))
          ((eq t (plist-get seen :trusted)) (message "%s is trusted" name))
          (t (scim-trust--ask seen name count root)))))

(defun scim-trust--ask (seen name count root)
  "Ask whether the file SEEN, called NAME, may run its COUNT commands.
If so, have the bridge of ROOT remember it."
  (save-window-excursion
    (scim-trust--show seen)
    (unless (yes-or-no-p
             (format "Let %s run %s, as long as it stays as it is? " name
                     (if (= count 1) "this command"
                       (format "these %d commands" count))))
      (user-error "Not trusted")))
  (scim-error-as-user-error
    (scim-rpc-request scim-protocol-trust-grant
                      (list :file (plist-get seen :file)
                            :digest (plist-get seen :digest))
                      :root root))
  (setq scim-supply-untrusted nil)
  (message "%s may run its commands now" name))

(provide 'scim-trust)
;;; scim-trust.el ends here
