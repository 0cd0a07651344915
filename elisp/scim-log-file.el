;;; scim-log-file.el --- SCIM exchanges in files -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Exchanges are saved as HTTP archives (HAR), which browsers and proxies
;; read as well, without secrets.  An archive, ours or theirs, is opened
;; as a log.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'scim-error)
(require 'scim-log-act)
(require 'scim-log-view)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-ui)

(declare-function scim-log-mode "scim-log")

;;;; Saving

(defun scim-log--chosen ()
  "Return the exchanges that are saved from this buffer, or nil for all.
They are the marked ones, or those that pass the filter."
  (cond (scim-log--marked (scim-log--marked-exchanges))
        ((or scim-log--predicate scim-log--action)
         (scim-log--filtered (scim-log--exchanges)))))

(defun scim-log--har-params ()
  "Return the params of the request for an archive of this buffer."
  (unless (derived-mode-p 'scim-log-mode)
    (user-error "This is not a log of exchanges"))
  (let ((chosen (scim-log--chosen)))
    `( ,@(and scim-log--tenant (list :tenant scim-log--tenant))
       ,@(and scim-log--archive-id (list :archive scim-log--archive-id))
       ,@(and (or chosen scim-log--marked scim-log--predicate scim-log--action)
              (list :exchanges
                    (vconcat (mapcar #'scim-log-reference chosen)))))))

(defun scim-log--what-is-saved ()
  "Return what a file of this log will hold, as text."
  (cond (scim-log--marked (format "%d marked exchanges"
                                  (length scim-log--marked)))
        (scim-log--predicate (format "the exchanges with %s" scim-log--filter))
        (scim-log--tenant (format "the exchanges of %s" scim-log--tenant))
        (t "all exchanges")))

(defun scim-log--read-har-file ()
  "Read the name of the file for an archive of this log."
  (let ((file (read-file-name
               (format "Save %s to: " (scim-log--what-is-saved)) nil nil nil
               (format "%s-%s.har" (or scim-log--tenant "scim")
                       (format-time-string "%Y%m%d-%H%M%S")))))
    (scim-ui-new-file file)))

;;;###autoload
(defun scim-log-save (file)
  "Write the exchanges of this log, as an HTTP archive, to FILE.
Those that are marked, or else those that pass the filter.  Browsers and
proxies open it, and so does \\[scim-log-open].  It has no secrets, but
the people whom the exchanges are about.  The bridge has the latest
exchanges only; the message says when earlier ones are missing."
  (interactive (list (scim-log--read-har-file)))
  (let ((file (expand-file-name file)))
    (scim-rpc-request-async
     scim-protocol-trace-har (scim-log--har-params)
     :root scim-log--root
     :success (lambda (answer) (scim-log--save-har answer file))
     :error (lambda (condition)
              (message "%s" (scim-error-message condition))))))

(defalias 'scim-log-export-har #'scim-log-save)

(defun scim-log--save-har (answer file)
  "Write the archive in ANSWER to FILE and say so."
  (scim-rpc-save-text (plist-get answer :har) file)
  (let ((dropped (plist-get answer :dropped)))
    (message "Wrote %d exchanges to %s%s" (plist-get answer :exchanges) file
             (if (zerop dropped)
                 ""
               (format "; %d earlier ones are not kept any more" dropped)))))

;;;; Opening

(defun scim-log--file-text (file)
  "Return the text of FILE, in UTF-8."
  (with-temp-buffer
    (let ((coding-system-for-read 'utf-8))
      (insert-file-contents file))
    (buffer-string)))

;;;###autoload
(defun scim-log-open (file)
  "Show the exchanges of FILE, an HTTP archive, as a log, and return its buffer.
It may be ours, or one that a browser or a proxy has saved; secrets in it
are not shown.  The keys are those of any log."
  (interactive (list (read-file-name "Open HTTP archive: " nil nil t)))
  (let* ((file (expand-file-name file))
         (root (scim-rpc-root))
         (answer (scim-error-as-user-error
                   (scim-rpc-request
                    scim-protocol-trace-open
                    (list :path file
                          :content (scim-rpc-text-ref
                                    (scim-log--file-text file))))))
         (buffer (generate-new-buffer
                  (format "*SCIM log of %s*" (file-name-nondirectory file)))))
    (with-current-buffer buffer
      (scim-log-mode)
      (setq default-directory (file-name-directory file)
            scim-log--root root
            scim-log--archive-id (plist-get answer :archive)
            scim-log--archive (scim-log--archived answer root))
      (add-hook 'kill-buffer-hook #'scim-log--close-archive nil t)
      (scim-log--set-header)
      (scim-log--render)
      (goto-char (point-min)))
    (scim-log--tell-skipped (plist-get answer :skipped))
    (pop-to-buffer buffer)))

(defun scim-log--archived (answer root)
  "Return the exchanges that ANSWER of the bridge of ROOT has, as a list."
  (let ((archive (plist-get answer :archive))
        (number 0))
    (mapcar (lambda (exchange)
              (append (list :root root :archive archive
                            :number (setq number (1+ number)))
                      exchange))
            (json-parse-string (scim-rpc-text (plist-get answer :exchanges))
                               :object-type 'plist :null-object nil
                               :false-object :json-false))))

(defun scim-log--tell-skipped (skipped)
  "Tell the person that SKIPPED entries of a file are no exchanges, if any."
  (when (> (or skipped 0) 0)
    (message "%d entries of the file are no exchanges" skipped)))

(defun scim-log--close-archive ()
  "Have the bridge forget the archive of this buffer, if it is running."
  (when (scim-rpc-ready-p scim-log--root)
    (scim-rpc-request-async scim-protocol-trace-close
                            (list :archive scim-log--archive-id)
                            :root scim-log--root)))

(provide 'scim-log-file)
;;; scim-log-file.el ends here
