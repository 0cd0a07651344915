;;; scim-request-preview.el --- Look at a request before it is sent -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; A request of a file exactly as it would be sent, but for secrets, which
;; are masked.  It can be sent from here, or changed once without changing
;; the file: the bridge keeps what the masks stand for.

;;; Code:

(require 'subr-x)
(require 'scim-menu)
(require 'scim-protocol)
(require 'scim-request)
(require 'scim-request-text)
(require 'scim-rpc)
(require 'scim-tenant)
(require 'scim-ui)

;;;; Internal variables

(defvar-local scim-preview--origin nil
  "Buffer of the request file.")

(defvar-local scim-preview--line nil
  "Line of the request in its file, zero-based.")

(defvar-local scim-preview--prepared nil
  "Number by which the bridge keeps what is shown.")

(defvar-local scim-preview--text nil
  "The text as it came from the bridge.")

(dolist (variable '(scim-preview--origin scim-preview--line
                                         scim-preview--prepared
                                         scim-preview--text
                                         scim-tenant scim-rpc-action))
  (put variable 'permanent-local t))

;;;; Showing

(defun scim-preview--show (answer origin line)
  "Show ANSWER, a preview of the request at LINE of the buffer ORIGIN."
  (let ((tenant (buffer-local-value 'scim-tenant origin))
        (action (buffer-local-value 'scim-rpc-action origin))
        (directory (buffer-local-value 'default-directory origin)))
    (with-current-buffer (get-buffer-create
                          (format "*SCIM preview: %s*" (plist-get answer :name)))
      (setq default-directory directory)
      (scim-preview-mode)
      (setq-local scim-tenant tenant)
      (setq scim-rpc-action action
            scim-preview--origin origin
            scim-preview--line line
            scim-preview--prepared (plist-get answer :prepared)
            scim-preview--text (plist-get answer :text))
      (scim-preview--insert)
      (current-buffer))))

(defun scim-preview--insert ()
  "Insert the text as it came from the bridge."
  (let ((inhibit-read-only t))
    (erase-buffer)
    (insert scim-preview--text)
    (goto-char (point-min))))

;;;###autoload
(defun scim-request-preview ()
  "Show the request at point exactly as it would be sent.
It can be sent from there, or changed before that."
  (interactive nil scim-request-mode)
  (let ((line (1- (line-number-at-pos nil t))))
    (select-window
     (display-buffer
      (scim-preview--show (scim-request--preview) (current-buffer) line)))))

(defun scim-preview-refresh (&rest _)
  "Show the request again, as its file has it now."
  (interactive)
  (let ((line scim-preview--line))
    (with-current-buffer (scim-preview--live-origin)
      (scim-preview--show
       (save-excursion
         (goto-char (scim-marks-position line))
         (scim-request--preview))
       (current-buffer) line))))

(defun scim-preview--live-origin ()
  "Return the buffer of the request file, or signal a `user-error'."
  (if (buffer-live-p scim-preview--origin)
      scim-preview--origin
    (user-error "The buffer of the request file is gone")))

;;;; Commands

(defun scim-preview--changed ()
  "Return the text of this buffer if it was changed, else nil."
  (let ((text (buffer-substring-no-properties (point-min) (point-max))))
    (unless (equal text scim-preview--text)
      text)))

(defun scim-preview-send ()
  "Send the request as it is shown here.
The file stays as it is."
  (interactive)
  (let ((buffer (current-buffer))
        (prepared scim-preview--prepared)
        (text (scim-preview--changed)))
    (with-current-buffer (scim-preview--live-origin)
      (scim-request-send-prepared
       prepared text nil
       (lambda (condition)
         (scim-preview--go-to-error buffer condition))))))

(defun scim-preview--go-to-error (buffer condition)
  "Go to the place of CONDITION, if it has one, in BUFFER, a preview."
  (when-let ((place (and (buffer-live-p buffer)
                         (scim-error-get condition :position))))
    (with-current-buffer buffer
      (goto-char (scim-marks-position (plist-get place :line)
                                      (plist-get place :character)))
      (when-let ((window (get-buffer-window nil t)))
        (set-window-point window (point))))))

(defun scim-preview-copy-curl ()
  "Copy the request as a curl command, secrets as shell variables."
  (interactive)
  (let ((text (scim-preview--changed)))
    (scim-ui-copy
     (plist-get
      (scim-error-as-user-error
        (scim-rpc-request
         scim-protocol-request-curl
         `( :prepared ,scim-preview--prepared
            ,@(and text (list :text (scim-rpc-text-ref text))))))
      :curl)
     "the curl command")))

(defun scim-preview-edit ()
  "Change the request before it is sent, without changing its file.
A masked secret that is left as it is stays what it is."
  (interactive)
  (scim-preview-edit-mode)
  ;; Only what is changed from now on can be undone.
  (setq buffer-undo-list nil)
  (message "%s" (substitute-command-keys
                 "\\[scim-preview-send] sends, \\[scim-preview-discard] discards the changes")))

(defun scim-preview-discard ()
  "Show the request again as it was before it was changed."
  (interactive)
  (scim-preview--insert)
  (scim-preview-mode))

(defun scim-preview-goto-request ()
  "Go to the request in its file."
  (interactive)
  (let ((line scim-preview--line))
    (pop-to-buffer (scim-preview--live-origin))
    (goto-char (scim-marks-position line))))

;;;; Modes

(defvar scim-preview-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "C-c C-c") #'scim-preview-send)
    (define-key map (kbd "e") #'scim-preview-edit)
    (define-key map (kbd "w") #'scim-preview-copy-curl)
    (define-key map (kbd "o") #'scim-preview-goto-request)
    (define-key map (kbd "l") #'scim-log-of-action)
    (define-key map (kbd "q") #'quit-window)
    map)
  "Keymap of `scim-preview-mode'.")

(scim-menu-define
 'scim-preview-mode scim-preview-mode-map "SCIM-Preview" "?"
 '("Request"
   ("Send" scim-preview-send)
   ("Change before sending" scim-preview-edit)
   ("Copy as curl" scim-preview-copy-curl))
 '("Look"
   ("Refresh" revert-buffer)
   ("Go to request" scim-preview-goto-request)
   ("Exchanges" scim-log-of-action)))

(defun scim-preview--dress ()
  "Set up what both modes of previews share."
  (setq font-lock-defaults '(scim-request-font-lock-keywords t nil))
  (setq-local mode-line-process '((:eval (scim-tenant-indicator)))
              revert-buffer-function #'scim-preview-refresh
              bidi-paragraph-direction 'left-to-right)
  (scim-menu-setup))

(define-derived-mode scim-preview-mode special-mode "SCIM-Preview"
  "Major mode for a request as it would be sent.

\\{scim-preview-mode-map}"
  :interactive nil
  (scim-preview--dress)
  (setq header-line-format
        (substitute-command-keys
         " \\<scim-preview-mode-map>Not sent.  \\[scim-preview-send] sends it, \
\\[scim-preview-edit] changes it first")))

(defvar scim-preview-edit-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "C-c C-c") #'scim-preview-send)
    (define-key map (kbd "C-c C-k") #'scim-preview-discard)
    (define-key map (kbd "C-c C-w") #'scim-preview-copy-curl)
    map)
  "Keymap of `scim-preview-edit-mode'.")

(scim-menu-define
 'scim-preview-edit-mode scim-preview-edit-mode-map "SCIM-Preview" "C-c ?"
 '("Request"
   ("Send" scim-preview-send)
   ("Discard changes" scim-preview-discard)
   ("Copy as curl" scim-preview-copy-curl)))

(define-derived-mode scim-preview-edit-mode text-mode "SCIM-Preview-Edit"
  "Major mode for changing a request before it is sent.

\\{scim-preview-edit-mode-map}"
  :interactive nil
  (scim-preview--dress)
  (setq buffer-read-only nil
        header-line-format
        (substitute-command-keys
         " \\<scim-preview-edit-mode-map>\\[scim-preview-send] sends it so, \
\\[scim-preview-discard] discards the changes; *** stays what it stands for")))

(provide 'scim-request-preview)
;;; scim-request-preview.el ends here
