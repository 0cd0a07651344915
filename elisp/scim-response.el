;;; scim-response.el --- Show answers of SCIM servers -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The outcome of one request of a request file, in a buffer of its own:
;; what the server answered in the header line, then warnings, failures,
;; assertions and captures, then the body.  The bridge has already
;; indented and redacted the body; here it is only inserted, and
;; highlighted as far as it is looked at.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'scim-menu)
(require 'scim-response-links)
(require 'scim-rpc)
(require 'scim-tenant)
(require 'scim-ui)
(require 'scim-workspace)

(declare-function scim-request-resend "scim-request")
(declare-function scim-request-show-log "scim-request")
(declare-function scim-request-send-prepared "scim-request")

;; It needs this file itself.
(autoload 'scim-response-history-position "scim-response-history")

;;;; Customization

(defcustom scim-response-highlight-limit 1000000
  "Longest body, in characters, that is highlighted."
  :type 'natnum
  :group 'scim-request
  :safe #'natnump
  :package-version '(scim . "0.1.0"))

(defcustom scim-response-show-headers nil
  "Non-nil means that a new response buffer shows the headers."
  :type 'boolean
  :group 'scim-request
  :safe #'booleanp
  :package-version '(scim . "0.1.0"))

;;;; Internal variables

(defvar-local scim-response--result nil
  "Result of the request that this buffer shows, as the bridge told it.")

(defvar-local scim-response--body ""
  "Text of the body.")

(defvar-local scim-response--origin nil
  "Buffer of the request file.")

(defvar-local scim-response--tenant nil
  "Tenant that the request was sent to, or nil for the default one.")

(defvar-local scim-response--headers-shown nil
  "Non-nil when the headers are shown.")

(defvar-local scim-response--body-start (point-min)
  "Position where the body begins; only after it, JSON is highlighted.")

(defvar-local scim-response--highlighted nil
  "Non-nil when the body is JSON and not too long to be highlighted.")

;;;; Header line

(defun scim-response--list-summary (list)
  "Return what there is to say about LIST, the answer's completeness."
  (let ((count (plist-get list :count))
        (total (plist-get list :totalResults))
        (kind (plist-get list :completeness)))
    (if (equal kind "complete")
        (scim-ui-face (format "all %d" count) 'scim-success)
      (scim-ui-face
       (format "%s LIST: %d of %s" (upcase kind) count (or total "?"))
       'scim-warning))))

(defun scim-response--header-line (result)
  "Return the header line for RESULT."
  (let ((response (plist-get result :response)))
    (string-join
     (delq nil
           (if (not response)
               (list (scim-ui-face (upcase (plist-get result :outcome))
                                   'scim-failure)
                     (plist-get result :method)
                     (plist-get result :target))
             (list (scim-ui-face (format "%d %s" (plist-get response :status)
                                         (plist-get response :reason))
                                 (scim-ui-status-face
                                  (plist-get response :status)))
                   (scim-ui-duration (plist-get response :durationMs))
                   (scim-ui-bytes (plist-get response :bytes))
                   (when-let ((etag (plist-get response :etag)))
                     (concat "ETag " etag))
                   (when-let ((list (plist-get response :list)))
                     (scim-response--list-summary list))
                   (scim-response-history-position))))
     "  ")))

;;;; Text above the body

(defun scim-response--warnings (result)
  "Return the warnings of RESULT, and why its list is not complete, as text."
  (let* ((list (plist-get (plist-get result :response) :list))
         (partial (and list
                       (not (equal (plist-get list :completeness) "complete"))
                       (format "This list is %s: %s"
                               (plist-get list :completeness)
                               (or (plist-get list :reason) "no reason known")))))
    (mapconcat (lambda (warning)
                 (scim-ui-face (concat "⚠ " warning "\n") 'scim-warning))
               (delete-dups (append (and partial (list partial))
                                    (plist-get result :warnings) nil))
               "")))

(defun scim-response--failure (result)
  "Return the error of RESULT, or why it was skipped, as text."
  (let ((failure (plist-get result :error))
        (reason (plist-get result :reason)))
    (cond (failure
           (concat (scim-ui-face "✗ " 'scim-failure)
                   (scim-error-message (scim-error-from-view failure)) "\n"))
          (reason (format "– skipped: %s\n" reason))
          (t ""))))

(defun scim-response--assertion (assertion)
  "Return the lines that tell the outcome of ASSERTION."
  (if (eq (plist-get assertion :passed) t)
      (concat (scim-ui-face "✓ " 'scim-success) (plist-get assertion :text) "\n")
    (concat (scim-ui-face "✗ " 'scim-failure) (plist-get assertion :text) "\n"
            (when-let ((message (plist-get assertion :message)))
              (concat "    " (string-join (split-string message "\n") "\n    ")
                      "\n")))))

(defun scim-response--capture (capture)
  "Return the line about CAPTURE."
  (format "%s = %s\n" (scim-ui-face (concat "@" (plist-get capture :name))
                                    'scim-json-key)
          (plist-get capture :value)))

(defun scim-response--headers (result)
  "Return the headers of RESULT's answer as text."
  (mapconcat (lambda (header)
               (format "%s: %s\n" (scim-ui-face (elt header 0) 'scim-header)
                       (elt header 1)))
             (plist-get (plist-get result :response) :headers) ""))

(defun scim-response--preface (result headers)
  "Return all that is shown above the body of RESULT, with HEADERS or without."
  (let ((parts (list (concat (scim-response--warnings result)
                             (scim-response--failure result))
                     (concat (mapconcat #'scim-response--assertion
                                        (plist-get result :assertions) "")
                             (mapconcat #'scim-response--capture
                                        (plist-get result :captures) ""))
                     (if headers (scim-response--headers result) ""))))
    (mapconcat (lambda (part) (concat part "\n"))
               (delete "" parts) "")))

;;;; Buffer

(defun scim-response--render ()
  "Show the result of this buffer."
  (let ((inhibit-read-only t))
    (setq header-line-format
          (list " " (replace-regexp-in-string
                     "%" "%%" (scim-response--header-line scim-response--result)
                     t t)))
    (erase-buffer)
    (insert (scim-response--preface scim-response--result
                                    scim-response--headers-shown))
    (setq scim-response--body-start (point))
    (insert scim-response--body)
    (unless (bolp) (insert "\n"))
    (goto-char (point-min))
    (when scim-response--highlighted
      (scim-response-links-show scim-response--body-start scim-response--body
                                scim-response--tenant
                                (scim-response--asked)))))

(defun scim-response--asked ()
  "Return method and target of the request, as text."
  (concat (plist-get scim-response--result :method) " "
          (plist-get scim-response--result :target)))

(defun scim-response--matcher (regexp)
  "Return a font lock matcher for REGEXP, for highlighted bodies only."
  (lambda (limit)
    (when scim-response--highlighted
      (when (< (point) scim-response--body-start)
        (goto-char (min limit scim-response--body-start)))
      (re-search-forward regexp limit t))))

(defconst scim-response--keywords
  (append
   (mapcar (lambda (keyword)
             (cons (scim-response--matcher (car keyword)) (cdr keyword)))
           scim-ui-json-keywords)
   '((scim-response-links-match (0 'link prepend))))
  "Font lock keywords for bodies.")

(defun scim-response--highlight-p (result body)
  "Is BODY, the text of the answer in RESULT, to be highlighted?"
  (and (<= (length body) scim-response-highlight-limit)
       (equal (plist-get (plist-get result :response) :language) "json")))

(defun scim-response-buffer-name (result)
  "Return the name of the buffer for RESULT."
  (format "*SCIM response: %s*" (plist-get result :name)))

(defun scim-response-body (result)
  "Return the text of RESULT's body, or the empty string.
It can be had only once: the bridge may have put it into a file."
  (if-let ((ref (plist-get (plist-get result :response) :body)))
      (or (scim-rpc-text ref) "")
    ""))

(defun scim-response-show (result body origin tenant &optional select)
  "Show RESULT, with the text BODY, in its buffer.
ORIGIN is the buffer of the request file, and TENANT the one the request
was sent to.  The window is selected only when SELECT is non-nil.
Return the buffer."
  (let ((buffer (scim-workspace-buffer
                 (scim-response-buffer-name result)
                 (and (buffer-live-p origin) (scim-workspace-of origin)))))
    (with-current-buffer buffer
      (unless (derived-mode-p 'scim-response-mode)
        (scim-response-mode)
        (setq scim-response--headers-shown scim-response-show-headers))
      (setq scim-response--result result
            scim-response--body body
            scim-response--highlighted (scim-response--highlight-p result body)
            scim-response--origin origin
            scim-response--tenant tenant)
      (when (buffer-live-p origin)
        (setq default-directory
              (buffer-local-value 'default-directory origin)))
      (scim-response--render))
    (if select
        (pop-to-buffer buffer)
      (when-let ((window (display-buffer buffer)))
        (set-window-start window (point-min))
        (set-window-point window (point-min))))
    buffer))

;;;; Commands

(defun scim-response--get (key)
  "Return KEY of the answer in this buffer, or signal a `user-error'."
  (or (plist-get (plist-get scim-response--result :response) key)
      (user-error "There was no answer")))

(defun scim-response-toggle-headers ()
  "Show or hide the headers of the answer."
  (interactive)
  (scim-response--get :headers)
  (setq scim-response--headers-shown (not scim-response--headers-shown))
  (scim-response--render))

(defun scim-response-copy-curl ()
  "Copy the request as a curl command, secrets as shell variables."
  (interactive)
  (scim-ui-copy (scim-response--get :curl) "the curl command"))

(defun scim-response-copy-body ()
  "Copy the body of the answer."
  (interactive)
  (scim-response--get :body)
  (scim-ui-copy scim-response--body "the body"))

(defun scim-response--live-origin ()
  "Return the buffer of the request file, or signal a `user-error'."
  (if (buffer-live-p scim-response--origin)
      scim-response--origin
    (user-error "The buffer of the request file is gone")))

(defun scim-response-goto-request ()
  "Go to the request that was answered."
  (interactive)
  (let ((line (plist-get scim-response--result :line)))
    (pop-to-buffer (scim-response--live-origin))
    (widen)
    (goto-char (point-min))
    (forward-line line)))

(defun scim-response-resend (&rest _)
  "Send the request again, as its file has it now."
  (interactive)
  (let ((name (plist-get scim-response--result :name))
        (line (plist-get scim-response--result :line)))
    (with-current-buffer (scim-response--live-origin)
      (scim-request-resend name line))))

(defun scim-response-resend-exactly ()
  "Send the very same bytes again, even if the file has changed since."
  (interactive)
  (scim-response--demand-yes)
  (let ((prepared (or (plist-get scim-response--result :prepared)
                      (user-error "Nothing was sent"))))
    (with-current-buffer (scim-response--live-origin)
      (scim-request-send-prepared prepared))))

(defun scim-response--demand-yes ()
  "Ask whether the request is to be sent again, if it may change something.
Elsewhere the keys for it only read again."
  (let ((method (plist-get scim-response--result :method)))
    (unless (or (member method '(nil "GET" "HEAD"))
                (y-or-n-p (format "Send %s %s again? " method
                                  (plist-get scim-response--result :target))))
      (user-error "Nothing was sent"))))

(defun scim-response-again (&optional exactly)
  "Send the request again, as its file has it now.
With prefix argument EXACTLY, send the same bytes as before.  What may
change something is asked about first."
  (interactive "P")
  (unless exactly
    (scim-response--demand-yes))
  (if exactly
      (scim-response-resend-exactly)
    (scim-response-resend)))

(defun scim-response-show-log ()
  "Show the log of exchanges on behalf of the request file."
  (interactive)
  (with-current-buffer (scim-response--live-origin)
    (scim-request-show-log)))

(defun scim-response-follow ()
  "Visit the resource that the link at point leads to, or go to the request."
  (interactive)
  (unless (scim-response-links-follow)
    (scim-response-goto-request)))

;;;; Mode

(defvar scim-response-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "h") #'scim-response-toggle-headers)
    (define-key map (kbd "c") #'scim-response-copy-curl)
    (define-key map (kbd "w") #'scim-response-copy-body)
    (define-key map (kbd "l") #'scim-response-show-log)
    (define-key map (kbd "o") #'scim-response-goto-request)
    (define-key map (kbd "RET") #'scim-response-follow)
    (define-key map (kbd "e") #'scim-response-edit)
    (define-key map (kbd "n") #'scim-response-links-next)
    (define-key map (kbd "p") #'scim-response-links-previous)
    (define-key map (kbd "TAB") #'scim-response-links-next)
    (define-key map (kbd "<backtab>") #'scim-response-links-previous)
    (define-key map (kbd "g") #'scim-response-again)
    (define-key map (kbd "G") #'scim-response-resend-exactly)
    (define-key map (kbd "[") #'scim-response-older)
    (define-key map (kbd "]") #'scim-response-newer)
    (define-key map (kbd "M-p") #'scim-response-older)
    (define-key map (kbd "M-n") #'scim-response-newer)
    (define-key map (kbd "d") #'scim-response-diff)
    (define-key map (kbd "D") #'scim-response-diff-with)
    (define-key map (kbd "q") #'quit-window)
    map)
  "Keymap of `scim-response-mode'.")

(scim-menu-define
 'scim-response-mode scim-response-mode-map "SCIM-Response" "?"
 '("Send again"
   ("As the file has it" scim-response-again)
   ("The same bytes" scim-response-resend-exactly)
   ("Go to request" scim-response-goto-request))
 '("Look"
   ("Headers" scim-response-toggle-headers)
   ("Follow link" scim-response-follow :context t)
   ("Next link" scim-response-links-next)
   ("Edit resource" scim-response-edit :context t)
   ("Exchanges" scim-response-show-log))
 '("History"
   ("Older" scim-response-older)
   ("Newer" scim-response-newer)
   ("Compare with previous" scim-response-diff)
   ("Compare with..." scim-response-diff-with))
 '("Copy"
   ("As curl" scim-response-copy-curl)
   ("Body" scim-response-copy-body)))

(define-derived-mode scim-response-mode special-mode "SCIM-Response"
  "Major mode for the answer to a request of a request file.

\\{scim-response-mode-map}"
  :interactive nil
  (buffer-disable-undo)
  (setq-local revert-buffer-function #'scim-response-resend
              mode-line-process '((:eval (scim-tenant-indicator
                                          scim-response--tenant))))
  (setq font-lock-defaults '(scim-response--keywords t)
        bidi-paragraph-direction 'left-to-right)
  (scim-menu-setup))

(autoload 'scim-response-older "scim-response-history" nil t)
(autoload 'scim-response-newer "scim-response-history" nil t)
(autoload 'scim-response-diff "scim-response-history" nil t)
(autoload 'scim-response-diff-with "scim-response-history" nil t)

(provide 'scim-response)
;;; scim-response.el ends here
