;;; scim-request.el --- Edit and send SCIM request files -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; A major mode for *.scim files: requests, separated by lines that begin
;; with ###, with variables, captures and assertions.
;;
;; What a file means is known to the bridge alone.  Here is only what an
;; editor needs to know: where requests begin and end, and what to
;; highlight.  The text of the buffer is sent, so a file need not be
;; saved.  Sending never blocks.

;;; Code:

(require 'outline)
(require 'seq)
(require 'subr-x)
(require 'scim-alert)
(require 'scim-api)
(require 'scim-document)
(require 'scim-log)
(require 'scim-marks)
(require 'scim-menu)
(require 'scim-protocol)
(require 'scim-request-text)
(require 'scim-response)
(require 'scim-response-history)
(require 'scim-rpc)
(require 'scim-tenant)
(require 'scim-ui)

(defvar next-error-last-buffer)

(declare-function scim-request-preview "scim-request-preview")
(declare-function scim-request-import-curl "scim-request-import")
(declare-function scim-request-export-curl "scim-request-import")
(declare-function scim-log-of-action "scim-log")

;;;; Internal variables

(defvar-local scim-request--handle nil
  "Handle of the run in progress, or nil.")

(defvar-local scim-request--status nil
  "Text that says how far the run in progress has come.")

;;;; Talking to the bridge

(defun scim-request--path ()
  "Return the name by which messages and the bridge know this buffer."
  (or buffer-file-name
      (expand-file-name (buffer-name) default-directory)))

(defun scim-request--text ()
  "Return the whole text of this buffer."
  (save-restriction
    (widen)
    (buffer-substring-no-properties (point-min) (point-max))))

(defun scim-request--params (&rest more)
  "Return params that name this buffer, its text and its tenant, and MORE."
  `( :source ( :path ,(scim-request--path)
               :content ,(scim-rpc-text-ref (scim-request--text)))
     ,@(and scim-tenant (list :tenant scim-tenant))
     ,@more))

(defun scim-request--here ()
  "Return the selection that means the request at point."
  (list :line (1- (line-number-at-pos nil t))))

(defun scim-request--set-status (handle status)
  "Note that HANDLE is the run in progress and that STATUS is how far it is."
  (setq scim-request--handle handle
        scim-request--status status)
  (force-mode-line-update))

(defun scim-request--mode-line ()
  "Return what the mode line has about tenant and run."
  (concat (scim-tenant-indicator)
          (and (fboundp 'scim-mock-indicator)
               (when-let ((indicator (scim-mock-indicator scim-tenant)))
                 (concat " " indicator)))
          (and scim-request--status
               (propertize (concat " ⟳ " (scim-ui-literally scim-request--status))
                           'help-echo "C-c C-k cancels"))))

(defun scim-request--run (selection select)
  "Send the request of SELECTION, or all of them when it is nil.
SELECT says whether the window of the answer is selected."
  (when scim-request--handle
    (user-error "A request is running; C-c C-k cancels it"))
  (let* ((state (list :started (float-time)
                      :tick (buffer-chars-modified-tick) :point (point)
                      :all (not selection) :select select))
         (params (scim-error-as-user-error
                   (apply #'scim-request--params
                          (and selection (list :select selection))))))
    (if selection
        (scim-request--mark-running selection)
      (scim-marks-clear))
    (unless noninteractive
      (scim-tenant-update))
    (scim-request--set-status
     (scim-rpc-request-async
      scim-protocol-request-run params
      :progress #'scim-request--progressed
      :success (lambda (result) (scim-request--done result state))
      :error (lambda (condition) (scim-request--failed condition state)))
     "sending")))

(defun scim-request--mark-running (selection)
  "Show beside the request of SELECTION, if it is by line, that it was sent."
  (when-let* ((line (plist-get selection :line))
              (bounds (scim-request-bounds (scim-marks-position line)))
              (data (scim-request--request-line bounds)))
    (scim-marks-running (car bounds) (cdr bounds)
                        (1- (line-number-at-pos (car data) t)))))

(defun scim-request--progressed (message percentage)
  "Show MESSAGE and PERCENTAGE, a number or nil, in the mode line."
  (when scim-request--handle
    (scim-request--set-status
     scim-request--handle
     (if percentage (format "%s %d%%" message percentage) message))))

(defun scim-request--unchanged-p (state)
  "Is the text still the one that was sent, by STATE?"
  (eql (plist-get state :tick) (buffer-chars-modified-tick)))

(defun scim-request--done (answer state)
  "Show ANSWER, the outcome of a run that began with STATE."
  (scim-request--set-status nil nil)
  (if (plist-get state :all)
      (scim-marks-clear)
    (scim-marks-clear-running))
  (let ((outcomes (mapcar (lambda (result)
                            (cons result (scim-response-body result)))
                          (plist-get answer :results))))
    (dolist (outcome outcomes)
      (scim-request--note outcome (scim-request--unchanged-p state)))
    (setq next-error-last-buffer (current-buffer))
    (if (plist-get state :all)
        (scim-request--done-all outcomes (plist-get answer :counts)
                                (plist-get state :started))
      (scim-request--done-one (car outcomes) state))))

(defun scim-request--note (outcome unchanged)
  "Remember OUTCOME, and mark it in the text when that is UNCHANGED."
  (let ((result (car outcome)))
    (when (plist-get result :response)
      (scim-response-history-add result (cdr outcome) scim-tenant))
    (when unchanged
      (let ((bounds (scim-request-bounds
                     (scim-marks-position (plist-get result :line)))))
        (scim-marks-show result (car bounds) (cdr bounds))))))

(defun scim-request--show (outcome select)
  "Show OUTCOME in a response buffer, in a selected window if SELECT."
  (scim-response-show (car outcome) (cdr outcome) (current-buffer)
                      scim-tenant select))

(defun scim-request--done-one (outcome state)
  "Show OUTCOME of the only request of the run that began with STATE."
  (let* ((result (car outcome))
         (failure (plist-get result :error)))
    ;; What is wrong with the text is told there.
    (when (or (plist-get result :response)
              (and failure (not (plist-get failure :position))))
      (scim-request--show outcome (plist-get state :select)))
    (when failure
      (scim-request--visit failure state))
    (message "%s: %s" (plist-get result :name)
             (if failure
                 (scim-error-message (scim-error-from-view failure))
               (scim-marks-summary result)))))

(defun scim-request--done-all (outcomes counts started)
  "Show the first of OUTCOMES that did not pass, and tell COUNTS.
The run began at STARTED."
  (when-let ((bad (seq-find (lambda (outcome)
                              (member (plist-get (car outcome) :outcome)
                                      '("failed" "error")))
                            outcomes)))
    (scim-request--show bad nil))
  (let ((summary (format "%d passed, %d failed, %d error%s, %d skipped"
                         (plist-get counts :passed) (plist-get counts :failed)
                         (plist-get counts :errors)
                         (if (= 1 (plist-get counts :errors)) "" "s")
                         (plist-get counts :skipped))))
    (message "SCIM: %s%s" summary
             (if (scim-marks--problems) "; M-x next-error visits them" ""))
    (scim-alert-ended started (buffer-name) summary
                      (< 0 (+ (plist-get counts :failed)
                              (plist-get counts :errors))))))

(defun scim-request--failed (condition state)
  "Tell CONDITION, which kept the run that began with STATE from happening."
  (scim-request--set-status nil nil)
  (scim-marks-clear)
  (when (and (scim-error-get condition :position)
             (scim-request--unchanged-p state))
    (scim-marks-problem (nth 2 condition))
    (setq next-error-last-buffer (current-buffer)))
  (scim-request--visit (nth 2 condition) state)
  (message "%s" (scim-error-message condition)))

(defun scim-request--visit (view state)
  "Go to the place of the error VIEW, unless the person has gone elsewhere.
STATE is that of the beginning of the run."
  (when-let ((place (plist-get view :position)))
    (when (and (scim-request--unchanged-p state)
               (eql (point) (plist-get state :point))
               (member (plist-get view :file) (list nil (scim-request--path))))
      (push-mark nil t)
      (goto-char (scim-marks-position (plist-get place :line)
                                      (plist-get place :character)))
      (when-let ((window (get-buffer-window nil t)))
        (set-window-point window (point))))))

;;;; Sending

(defun scim-request-send (&optional select)
  "Send the request at point and show the answer in another window.
With prefix argument SELECT, select that window."
  (interactive "P" scim-request-mode)
  (scim-request--run (scim-request--here) select))

(defun scim-request-send-all ()
  "Send all requests of the file, in order, until one fails.
They begin with a fresh session: nothing is captured yet."
  (interactive nil scim-request-mode)
  (scim-request--run nil nil))

(defun scim-request-resend (name line)
  "Send the request called NAME again, which was at LINE (zero-based)."
  (scim-request--run
   (if (equal name (scim-request-name
                    (scim-request-bounds (scim-marks-position line))))
       (list :line line)
     (list :name name))
   nil))

(defun scim-request-cancel ()
  "Cancel the run in progress, in the bridge too."
  (interactive nil scim-request-mode)
  (if scim-request--handle
      (scim-rpc-cancel scim-request--handle)
    (user-error "Nothing is running")))

(defun scim-request-send-prepared (prepared &optional text select failed)
  "Send again the request PREPARED, a number that the bridge gave it.
TEXT is its preview as a person has edited it, or nil.  SELECT says
whether the window of the answer is selected.  FAILED is called with the
condition when nothing could be sent, by default it is only told."
  (when scim-request--handle
    (user-error "A request is running; C-c C-k cancels it"))
  ;; What is sent need not be what the file has, so that marks it not.
  (let ((state (list :tick nil :all nil :select select)))
    (scim-request--set-status
     (scim-rpc-request-async
      scim-protocol-request-send
      `(:prepared ,prepared ,@(and text (list :text (scim-rpc-text-ref text))))
      :progress #'scim-request--progressed
      :success (lambda (answer)
                 (scim-request--done
                  (list :results (list (plist-get answer :result))) state))
      :error (lambda (condition)
               (scim-request--set-status nil nil)
               (message "%s" (scim-error-message condition))
               (when failed
                 (funcall failed condition))))
     "sending")))

(defun scim-request-show-response (&optional select)
  "Show the last answer to the request at point again.
With prefix argument SELECT, select its window."
  (interactive "P" scim-request-mode)
  (let ((name (scim-request-name (scim-request-bounds))))
    (if-let ((entry (car (scim-response-history-of name))))
        (scim-request--show (cons (plist-get entry :result)
                                  (plist-get entry :body))
                            select)
      (user-error "This request has not been sent yet"))))

;;;; Looking without sending

(defun scim-request--preview ()
  "Return the preview of the request at point, from the bridge."
  (scim-error-as-user-error
    (scim-rpc-request scim-protocol-request-preview
                      (scim-request--params :select (scim-request--here)))))

(defun scim-request--pop-up (name text)
  "Show TEXT in a buffer called NAME."
  (with-current-buffer (get-buffer-create name)
    (let ((inhibit-read-only t))
      (erase-buffer)
      (insert text))
    (goto-char (point-min))
    (special-mode)
    (display-buffer (current-buffer))))

(defun scim-request-copy-curl ()
  "Copy the request at point as a curl command, secrets as shell variables."
  (interactive nil scim-request-mode)
  (scim-ui-copy (plist-get (scim-request--preview) :curl) "the curl command"))

(defun scim-request--variable-line (variable)
  "Return the lines about VARIABLE, a plist."
  (format "%-20s  %s\n%-20s  %s\n"
          (scim-ui-face (plist-get variable :name) 'scim-request-variable)
          (or (plist-get variable :value) (scim-ui-face "no value" 'scim-dimmed))
          "" (scim-ui-face (plist-get variable :origin) 'scim-dimmed)))

(defun scim-request-show-variables ()
  "Show the variables of the file and their present values."
  (interactive nil scim-request-mode)
  (let ((answer (scim-error-as-user-error
                  (scim-rpc-request scim-protocol-request-variables
                                    (scim-request--params)))))
    (scim-request--pop-up
     "*SCIM variables of a file*"
     (mapconcat #'scim-request--variable-line
                (plist-get answer :variables) ""))))

(defun scim-request-forget ()
  "Forget the values and answers that were captured in this file."
  (interactive nil scim-request-mode)
  (scim-error-as-user-error
    (scim-rpc-request scim-protocol-request-forget
                      (list :source (list :path (scim-request--path)))))
  (scim-response-history-clear)
  (scim-marks-clear)
  (message "Forgot what was captured"))

(defun scim-request-show-log (&optional all)
  "Show the log of the exchanges on behalf of this buffer.
With prefix argument ALL, show all those with this file's tenant."
  (interactive "P" scim-request-mode)
  (if all
      (scim-log scim-tenant)
    (scim-log-of-action scim-rpc-action)))

;;;; Folding

(defun scim-request--at-separator-p ()
  "Is point on a line that separates requests?"
  (save-excursion
    (beginning-of-line)
    (looking-at-p scim-request--separator)))

(defun scim-request-toggle-fold ()
  "Hide the request whose separator point is on, or show it again."
  (interactive nil scim-request-mode)
  (save-excursion
    (beginning-of-line)
    (if (outline-invisible-p (line-end-position))
        (outline-show-subtree)
      (outline-hide-subtree))))

(defun scim-request-toggle-fold-all ()
  "Hide all requests but for their names, or show all again."
  (interactive nil scim-request-mode)
  (if (seq-some (lambda (overlay) (eq (overlay-get overlay 'invisible) 'outline))
                (overlays-in (point-min) (point-max)))
      (outline-show-all)
    (save-excursion
      (goto-char (point-min))
      (while (re-search-forward scim-request--separator nil t)
        (outline-hide-subtree)
        (end-of-line)))))

;;;; Mode

(defvar scim-request-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "C-c C-c") #'scim-request-send)
    (define-key map (kbd "C-c C-a") #'scim-request-send-all)
    (define-key map (kbd "C-c C-k") #'scim-request-cancel)
    (define-key map (kbd "C-c C-n") #'scim-request-next)
    (define-key map (kbd "C-c C-p") #'scim-request-previous)
    (define-key map (kbd "C-c C-o") #'scim-request-show-response)
    (define-key map (kbd "C-c C-v") #'scim-request-show-variables)
    (define-key map (kbd "C-c C-e") #'scim-request-preview)
    (define-key map (kbd "C-c C-w") #'scim-request-copy-curl)
    (define-key map (kbd "C-c C-l") #'scim-request-show-log)
    (define-key map (kbd "C-c C-t") #'scim-tenant-choose)
    (define-key map (kbd "C-c C-s") #'scim-request-export-curl)
    (define-key map (kbd "C-c C-i") #'scim-request-import-curl)
    (define-key map (kbd "C-c C-d") #'scim-document-help)
    (define-key map (kbd "TAB")
      `(menu-item "" scim-request-toggle-fold
                  :filter ,(lambda (command)
                             (and (scim-request--at-separator-p) command))))
    (define-key map (kbd "<backtab>") #'scim-request-toggle-fold-all)
    ;; While a request runs, and no region is active, C-g cancels it.
    (define-key map [remap keyboard-quit]
      `(menu-item "" scim-request-cancel
                  :filter ,(lambda (command)
                             (and scim-request--handle
                                  (not (region-active-p))
                                  command))))
    map)
  "Keymap of `scim-request-mode'.")

(defun scim-request--running-p ()
  "Is a run in progress?"
  (and scim-request--handle t))

(scim-menu-define
 'scim-request-mode scim-request-mode-map "SCIM" "C-c ?"
 '("Send"
   ("Request" scim-request-send :context t)
   ("All requests" scim-request-send-all)
   ("Cancel" scim-request-cancel :if scim-request--running-p)
   ("Preview" scim-request-preview :context t)
   ("Tenant..." scim-tenant-choose))
 '("Look"
   ("Last response" scim-request-show-response :context t)
   ("Variables" scim-request-show-variables)
   ("Forget what was captured" scim-request-forget :key "f")
   ("What is this?" scim-document-help :context t)
   ("Exchanges" scim-request-show-log))
 '("Move"
   ("Next request" scim-request-next)
   ("Previous request" scim-request-previous)
   ("Fold all" scim-request-toggle-fold-all :key "z"))
 '("Other tools"
   ("Copy as curl" scim-request-copy-curl :context t)
   ("Import curl" scim-request-import-curl)
   ("Import .http file..." scim-request-import-http :key "h")
   ("Import Postman collection..." scim-request-import-postman :key "p")
   ("Export all as curl script" scim-request-export-curl)))

;;;###autoload
(define-derived-mode scim-request-mode prog-mode "SCIM"
  "Major mode for SCIM request files.
See Info node `(scim)Request files'.

\\{scim-request-mode-map}"
  (setq font-lock-defaults '(scim-request-font-lock-keywords t nil))
  (setq-local comment-start "# "
              comment-end ""
              comment-start-skip "^\\(?:#\\|//\\)[ \t]*"
              beginning-of-defun-function #'scim-request-beginning
              end-of-defun-function #'scim-request-end
              imenu-create-index-function #'scim-request--imenu
              outline-regexp "###"
              outline-level (lambda () 1)
              indent-line-function #'scim-request--indent
              indent-tabs-mode nil
              next-error-function #'scim-marks-next-error
              scim-rpc-action (scim-rpc-new-action "requests")
              mode-line-process '((:eval (scim-request--mode-line))))
  (add-to-invisibility-spec '(outline . t))
  (add-hook 'scim-tenant-chosen-hook #'scim-marks-clear nil t)
  (scim-menu-setup)
  (scim-document-setup "scim"))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.scim\\'" . scim-request-mode))

(autoload 'scim "scim" nil t)
(autoload 'scim-request-preview "scim-request-preview" nil t)
(autoload 'scim-request-import-curl "scim-request-import" nil t)
(autoload 'scim-request-import-http "scim-request-import" nil t)
(autoload 'scim-request-import-postman "scim-request-import" nil t)
(autoload 'scim-request-export-curl "scim-request-import" nil t)

(provide 'scim-request)
;;; scim-request.el ends here
