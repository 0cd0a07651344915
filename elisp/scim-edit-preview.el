;;; scim-edit-preview.el --- What saving a resource would send -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Before anything is sent, it is shown: what differs, and the requests
;; letter by letter as the bridge would send them, secrets masked.

;;; Code:

(require 'diff-mode)
(require 'seq)
(require 'subr-x)
(require 'scim-edit)
(require 'scim-menu)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-tenant)
(require 'scim-ui)

;;;; Internal variables

(defvar-local scim-edit-preview--shown nil
  "In a buffer with a resource: what its preview shows, or nil.
A plist with the keys :tick, of the text, and :buffer.")

(defvar-local scim-edit-preview--origin nil
  "In a preview: the buffer with the resource.")

(defvar-local scim-edit-preview--curl ""
  "In a preview: the requests as curl commands.")

(defvar-local scim-edit-preview--tick nil
  "In a preview: the tick of the text that it is about.")

;;;; Text

(defun scim-edit-preview--diff (diff)
  "Return DIFF, a unified one, with its faces."
  (mapconcat
   (lambda (line)
     (let ((face (cond ((string-match-p "\\`\\(?:---\\|\\+\\+\\+\\) " line)
                        'diff-file-header)
                       ((string-prefix-p "@@" line) 'diff-hunk-header)
                       ((string-prefix-p "+" line) 'diff-added)
                       ((string-prefix-p "-" line) 'diff-removed))))
       (if face (scim-ui-face line face) line)))
   (split-string diff "\n") "\n"))

(defun scim-edit-preview--notes (result)
  "Return the warnings and problems of RESULT, a preview, as text."
  (concat
   (when-let ((refusal (plist-get result :refusal)))
     (scim-ui-face (concat "✗ " refusal "\n") 'scim-failure))
   (mapconcat (lambda (issue)
                (let ((wrong (equal (plist-get issue :severity) "error")))
                  (scim-ui-face (concat (if wrong "✗ " "⚠ ")
                                        (plist-get issue :message) "\n")
                                (if wrong 'scim-failure 'scim-warning))))
              (plist-get result :issues) "")
   (mapconcat (lambda (warning)
                (scim-ui-face (concat "⚠ " warning "\n") 'scim-warning))
              (plist-get result :warnings) "")))

(defun scim-edit-preview--request (request)
  "Return REQUEST, of a preview, as text."
  (let* ((text (scim-rpc-text (plist-get request :text)))
         (line (string-search "\n" text))
         (body (or (string-search "\n\n" text line) (length text))))
    (concat (scim-ui-face (substring text 0 line) 'scim-method)
            (substring text line body)
            (scim-ui-json (substring text body)))))

(defun scim-edit-preview--render (result diff heading)
  "Insert RESULT, a preview with the text DIFF, under HEADING."
  (let ((requests (append (plist-get result :requests) nil))
        (notes (scim-edit-preview--notes result)))
    (insert heading "\n" (scim-ui-face (plist-get result :summary) 'scim-heading)
            "\n" (if (string-empty-p notes) "" "\n") notes "\n"
            (scim-edit-preview--diff diff)
            (if (string-empty-p diff) "" "\n")
            (scim-ui-face (if (cdr requests)
                              (format "%d requests, in this order"
                                      (length requests))
                            "1 request")
                          'scim-heading)
            "\n\n"
            (mapconcat #'scim-edit-preview--request requests "\n"))
    (goto-char (point-min))))

;;;; Showing

(defun scim-edit-preview-current-p ()
  "Is the preview of this very text on the screen?"
  (let ((buffer (plist-get scim-edit-preview--shown :buffer)))
    (and (buffer-live-p buffer)
         (get-buffer-window buffer)
         (eql (plist-get scim-edit-preview--shown :tick)
              (buffer-chars-modified-tick)))))

(defun scim-edit-preview-close ()
  "Take the preview of this buffer off the screen."
  (let ((buffer (plist-get scim-edit-preview--shown :buffer))
        (origin (current-buffer)))
    (setq scim-edit-preview--shown nil)
    (when (buffer-live-p buffer)
      (when-let ((window (get-buffer-window buffer)))
        (quit-window nil window)
        ;; What the window showed before may be anything.
        (when (and (window-live-p window) (not (get-buffer-window origin)))
          (set-window-buffer window origin)))
      (kill-buffer buffer))))

;;;###autoload
(defun scim-edit-preview ()
  "Show exactly what saving this buffer would send."
  (interactive nil scim-edit-mode)
  (scim-edit--demand-idle)
  (scim-edit--ask "preparing" scim-protocol-edit-preview (scim-edit--params)
                  #'scim-edit-preview--show))

(defun scim-edit-preview--show (result)
  "Show RESULT, a preview, or tell that there is nothing to send."
  (let ((curl (scim-rpc-text (plist-get result :curl)))
        (diff (scim-rpc-text (plist-get result :diff)))
        (issue (seq-find (lambda (issue)
                           (equal (plist-get issue :severity) "error"))
                         (plist-get result :issues))))
    (when-let ((position (plist-get issue :position)))
      (goto-char (scim-edit--position position)))
    (if (seq-empty-p (plist-get result :requests))
        (scim-edit-preview--nothing result)
      (scim-edit-preview--display result diff curl)
      (message "%s" (substitute-command-keys
                     (if (plist-get result :refusal)
                         (plist-get result :refusal)
                       "\\<scim-edit-preview-mode-map>\
\\[scim-edit-preview-send] sends it, \\[scim-edit-preview-back] goes back"))))))

(defun scim-edit-preview--nothing (result)
  "Tell that there is nothing to send, by RESULT, a preview."
  (unless (scim-edit-modified-p)
    (run-hooks 'scim-edit-saved-hook))
  (message "Nothing changes, so nothing will be sent%s"
           (mapconcat (lambda (warning) (concat "\n" warning))
                      (plist-get result :warnings) "")))

(defun scim-edit-preview--display (result diff curl)
  "Show RESULT with the texts DIFF and CURL beside this buffer."
  (let* ((origin (current-buffer))
         (tick (buffer-chars-modified-tick))
         (tenant scim-tenant)
         (action scim-rpc-action)
         (heading (concat scim-edit--type " "
                          (scim-ui-face (or scim-edit--title "") 'bold)
                          "  " (scim-tenant-indicator)))
         ;; The same resource of another tenant has the same title.
         (buffer (get-buffer-create
                  (format "*SCIM preview: %s"
                          (string-remove-prefix "*SCIM " (buffer-name))))))
    (with-current-buffer buffer
      (scim-edit-preview-mode)
      (setq-local scim-tenant tenant
                  scim-rpc-action action)
      (setq scim-edit-preview--origin origin
            scim-edit-preview--curl curl
            scim-edit-preview--tick tick)
      (let ((inhibit-read-only t))
        (erase-buffer)
        (scim-edit-preview--render result diff heading)))
    (setq scim-edit-preview--shown (list :tick tick :buffer buffer))
    (pop-to-buffer buffer)))

;;;; Difference only

;;;###autoload
(defun scim-edit-diff ()
  "Show how the text of this buffer differs from what the server has."
  (interactive nil scim-edit-mode)
  (scim-edit--demand-idle)
  (scim-edit--ask "comparing" scim-protocol-edit-preview (scim-edit--params)
                  #'scim-edit-preview--show-diff))

(defun scim-edit-preview--show-diff (result)
  "Show the difference in RESULT, a preview."
  (let ((diff (scim-rpc-text (plist-get result :diff)))
        (name (format "*SCIM diff: %s"
                      (string-remove-prefix "*SCIM " (buffer-name)))))
    (mapc (lambda (ref) (scim-rpc-text ref))
          (cons (plist-get result :curl)
                (mapcar (lambda (request) (plist-get request :text))
                        (plist-get result :requests))))
    (if (string-empty-p diff)
        (message "The text does not differ from what was read")
      (with-current-buffer (get-buffer-create name)
        (let ((inhibit-read-only t))
          (erase-buffer)
          (insert diff)
          (diff-mode)
          (setq buffer-read-only t
                bidi-paragraph-direction 'left-to-right)
          (goto-char (point-min)))
        (display-buffer (current-buffer))))))

;;;; Commands

(defun scim-edit-preview--live-origin ()
  "Return the buffer with the resource, or signal a `user-error'."
  (if (buffer-live-p scim-edit-preview--origin)
      scim-edit-preview--origin
    (user-error "The buffer with the resource is gone")))

(defun scim-edit-preview-send ()
  "Send the requests of this preview."
  (interactive nil scim-edit-preview-mode)
  (let ((tick scim-edit-preview--tick))
    (with-current-buffer (scim-edit-preview--live-origin)
      (unless (eql tick (buffer-chars-modified-tick))
        (user-error "The text has changed since; ask for a new preview"))
      (scim-edit--demand-decided)
      (scim-edit-send))))

(defun scim-edit-preview-back ()
  "Go back to editing; nothing is sent."
  (interactive nil scim-edit-preview-mode)
  (let ((origin scim-edit-preview--origin))
    (if (not (buffer-live-p origin))
        (quit-window t)
      (with-current-buffer origin
        (scim-edit-preview-close))
      (pop-to-buffer origin))))

(defun scim-edit-preview-copy-curl ()
  "Copy the requests as curl commands, secrets as shell variables."
  (interactive nil scim-edit-preview-mode)
  (scim-ui-copy scim-edit-preview--curl "the requests as curl commands"))

(defun scim-edit-preview-refresh (&rest _)
  "Show what saving the text of now would send."
  (interactive nil scim-edit-preview-mode)
  (with-current-buffer (scim-edit-preview--live-origin)
    (scim-edit-preview)))

;;;; Mode

(defvar scim-edit-preview-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "C-c C-c") #'scim-edit-preview-send)
    (define-key map (kbd "C-c C-k") #'scim-edit-preview-back)
    (define-key map (kbd "q") #'scim-edit-preview-back)
    (define-key map (kbd "c") #'scim-edit-preview-copy-curl)
    (define-key map (kbd "l") #'scim-log-of-action)
    (define-key map (kbd "n") #'diff-hunk-next)
    (define-key map (kbd "p") #'diff-hunk-prev)
    map)
  "Keymap of `scim-edit-preview-mode'.")

(scim-menu-define
 'scim-edit-preview-mode scim-edit-preview-mode-map "SCIM-Preview" "?"
 '("Preview"
   ("Send" scim-edit-preview-send)
   ("Back to editing" scim-edit-preview-back)
   ("Refresh" revert-buffer)
   ("Copy as curl" scim-edit-preview-copy-curl)
   ("Log of this resource" scim-log-of-action)))

(define-derived-mode scim-edit-preview-mode special-mode "SCIM-Preview"
  "Major mode for what saving a resource would send.

\\{scim-edit-preview-mode-map}"
  :interactive nil
  (buffer-disable-undo)
  (setq-local revert-buffer-function #'scim-edit-preview-refresh
              mode-line-process '((:eval (scim-tenant-indicator)))
              header-line-format
              '((:eval (substitute-command-keys " \\<scim-edit-preview-mode-map>\
\\[scim-edit-preview-send] sends, \\[scim-edit-preview-back] goes back, \
\\[scim-edit-preview-copy-curl] copies as curl")))
              bidi-paragraph-direction 'left-to-right)
  (setq truncate-lines t)
  (scim-menu-setup))

(provide 'scim-edit-preview)
;;; scim-edit-preview.el ends here
