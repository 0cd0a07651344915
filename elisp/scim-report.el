;;; scim-report.el --- Buffers with reports of the SCIM bridge -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The bridge writes reports: what the doctor found, what differs between
;; two sets of variables.  Here is the buffer that shows one: colors, the
;; way from a line to the place that it is about, buttons, asking again,
;; progress and cancellation.  What a report says is the bridge's matter.

;;; Code:

(require 'button)
(require 'subr-x)
(require 'scim-error)
(require 'scim-menu)
(require 'scim-rpc)
(require 'scim-ui)
(require 'scim-workspace)

(autoload 'scim-alert-ended "scim-alert")
(autoload 'scim-log-of-action "scim-log" nil t)

(defvar next-error-last-buffer)

;;;; Internal variables

(defvar-local scim-report--question nil
  "What this report answers: a plist with :method, :params and :done.
The function under :done is called with the answer, after its text is in
the buffer.")

(defvar-local scim-report--handle nil
  "Handle of the request in progress, or nil.")

(defvar-local scim-report--asked nil
  "Stands for the request in progress; answers to earlier ones are too late.")

(defvar-local scim-report--status nil
  "Text that says how far the request in progress has come, or nil.")

(defvar-local scim-report-answer nil
  "What the bridge answered last, a plist, or nil.")

;;;; Text

(defconst scim-report--faces
  '(("1" . scim-heading) ("2" . scim-dimmed) ("31" . scim-failure)
    ("32" . scim-success) ("33" . scim-warning) ("36" . scim-header))
  "Faces for the escape sequences of the bridge's text reports.")

(defun scim-report--color ()
  "Turn the escape sequences in this buffer into faces."
  (goto-char (point-min))
  (let ((start nil) (face nil))
    (while (re-search-forward "\e\\[\\([0-9]*\\)m" nil t)
      (let ((code (match-string 1)))
        (replace-match "")
        (when face
          (add-text-properties start (point)
                               (list 'face face 'font-lock-face face)))
        (setq start (point)
              face (cdr (assoc code scim-report--faces)))))))

(defun scim-report--mark-places (places)
  "Note for the lines of this buffer the PLACES that they are about.
PLACES are plists with :line, a line from 0, :file and :position."
  (mapc (lambda (place)
          (goto-char (point-min))
          (when (and (plist-get place :line)
                     (zerop (forward-line (plist-get place :line))))
            (put-text-property (point) (min (point-max)
                                            (1+ (line-end-position)))
                               'scim-report-place place)))
        places))

(defun scim-report--link-commands ()
  "Make buttons of the commands of this package that this buffer names."
  (goto-char (point-min))
  (while (re-search-forward "M-x \\(scim-[a-z-]+[a-z]\\)" nil t)
    (let ((command (intern (match-string 1))))
      (when (commandp command)
        (make-text-button (match-beginning 0) (match-end 0)
                          'follow-link t
                          'help-echo "Call this command"
                          'action (lambda (_) (call-interactively command)))))))

(defun scim-report-insert (text &optional places)
  "Show TEXT, a report, in this buffer, instead of what it has.
PLACES are as for `scim-report--mark-places'."
  (let ((inhibit-read-only t)
        (line (line-number-at-pos)))
    (erase-buffer)
    (insert text)
    (scim-report--color)
    (scim-report--mark-places places)
    (scim-report--link-commands)
    (goto-char (point-min))
    (forward-line (1- line))
    (dolist (window (get-buffer-window-list nil nil t))
      (set-window-point window (point)))))

;;;; Asking

(defun scim-report--set-status (handle status)
  "Note that HANDLE is the request in progress and STATUS how far it is."
  (setq scim-report--handle handle
        scim-report--status status)
  (force-mode-line-update))

(defun scim-report--progressed (message percentage)
  "Show MESSAGE and PERCENTAGE, a number or nil, in the mode line."
  (when scim-report--handle
    (scim-report--set-status
     scim-report--handle
     (if percentage (format "%s %d%%" message percentage) message))))

(defun scim-report--done (answer done)
  "Show ANSWER of the bridge in this buffer and call DONE with it."
  (scim-report--set-status nil nil)
  (setq scim-report-answer answer
        next-error-last-buffer (current-buffer))
  (scim-report-insert (if-let ((report (plist-get answer :report)))
                          (scim-rpc-text report)
                        "")
                      (append (plist-get answer :places) nil))
  (when done
    (funcall done answer)))

(defun scim-report--failed (condition)
  "Show CONDITION, why there is no answer."
  (scim-report--set-status nil nil)
  (if (eq (car condition) 'scim-cancelled)
      (progn
        (unless scim-report-answer
          (scim-report-insert (scim-ui-face "Cancelled\n" 'scim-dimmed)))
        (message "Cancelled; g asks again"))
    (setq scim-report-answer nil)
    (scim-report-insert
     (concat (scim-ui-face (scim-error-message condition) 'scim-failure) "\n")
     (and (scim-error-get condition :file)
          (list (append (list :line 0) (nth 2 condition)))))))

(defun scim-report-merge (more params)
  "Return the plist PARAMS, with those of the plist MORE over its own."
  (let ((result (copy-sequence params)))
    (while more
      (setq result (plist-put result (pop more) (pop more))))
    result))

(defun scim-report-ask (&rest more)
  "Ask the bridge what this buffer is to show, with MORE params.
What it shows stays until the answer is there."
  (when scim-report--handle
    (user-error "It is being looked at; C-g cancels"))
  (let* ((question scim-report--question)
         (started (float-time))
         (asked (setq scim-report--asked (list question)))
         (ours (lambda (function &rest arguments)
                 (when (eq asked scim-report--asked)
                   (apply function arguments)))))
    (scim-report--set-status
     (scim-rpc-request-async
      (plist-get question :method)
      (scim-report-merge more (plist-get question :params))
      :progress (apply-partially ours #'scim-report--progressed)
      :success (lambda (answer)
                 (funcall ours #'scim-report--done
                          answer (plist-get question :done))
                 (funcall ours #'scim-alert-ended started (buffer-name)
                          "finished"))
      :error (apply-partially ours #'scim-report--failed))
     "asking")
    (when (= (buffer-size) 0)
      (scim-report-insert (scim-ui-face "Asking the bridge…\n" 'scim-dimmed)))))

(defun scim-report-open (name mode method params &optional done)
  "Show what the bridge answers to METHOD with PARAMS in a buffer.
NAME is that of the buffer and MODE, a function, its major mode.  DONE,
if non-nil, is called in it with the answer.  Return the buffer.  The
workspace is that of the buffer that is current now."
  (let ((directory (or (scim-rpc-root) default-directory)))
    (with-current-buffer (scim-workspace-buffer name (scim-rpc-root))
      (when scim-report--handle
        (scim-report-cancel)
        ;; That it was cancelled is told later; nobody waits for that.
        (setq scim-report--asked nil)
        (scim-report--set-status nil nil))
      (unless (and (eq major-mode mode)
                   (equal default-directory directory))
        (funcall mode)
        (let ((inhibit-read-only t))
          (erase-buffer)))
      (setq default-directory directory
            scim-report--question (list :method method :params params
                                        :done done))
      (scim-report-ask)
      (pop-to-buffer (current-buffer)))))

(defun scim-report-refresh (&rest _)
  "Ask the bridge again for the report of this buffer."
  (unless scim-report--question
    (user-error "There is nothing to ask again"))
  (scim-report-ask))

(defun scim-report-cancel ()
  "Cancel the request whose answer this buffer waits for."
  (interactive nil scim-report-mode)
  (if scim-report--handle
      (scim-rpc-cancel scim-report--handle)
    (keyboard-quit)))

;;;; Moving

(defun scim-report-place (&optional position)
  "Return the place that the line at POSITION, or point, is about, or nil."
  (get-text-property (save-excursion
                       (when position
                         (goto-char position))
                       (line-beginning-position))
                     'scim-report-place))

(defun scim-report-visit-place (place)
  "Visit PLACE, a plist with :file and maybe :position, in another window."
  (let ((file (expand-file-name (plist-get place :file)))
        (position (plist-get place :position)))
    (unless (file-exists-p file)
      (user-error "%s does not exist" (abbreviate-file-name file)))
    (find-file-other-window file)
    (when position
      (widen)
      (goto-char (point-min))
      (forward-line (plist-get position :line))
      (goto-char (min (+ (point) (plist-get position :character))
                      (line-end-position))))))

(defun scim-report-visit ()
  "Visit the place that this line is about, or push the button at point."
  (interactive nil scim-report-mode)
  (cond ((button-at (point)) (push-button))
        ((scim-report-place) (scim-report-visit-place (scim-report-place)))
        (t (user-error "This line is about no place in a file"))))

(defun scim-report--forward (predicate step)
  "Go to the next line whose beginning satisfies PREDICATE.
STEP is 1, or -1 for the one before.  Return nil if there is none."
  (let ((start (point)) (found nil))
    (while (and (not found)
                (zerop (forward-line step))
                (not (eobp)))
      (setq found (funcall predicate (point))))
    (unless found
      (goto-char start))
    found))

(defvar-local scim-report-stop-p #'scim-report-place
  "Function that says whether moving stops at the line at a position.")

(defun scim-report-next (&optional n)
  "Go to the Nth next line that matters."
  (interactive "p" scim-report-mode)
  (dotimes (_ (abs (or n 1)))
    (unless (scim-report--forward scim-report-stop-p
                                  (if (< (or n 1) 0) -1 1))
      (user-error "No more"))))

(defun scim-report-previous (&optional n)
  "Go to the Nth line before that matters."
  (interactive "p" scim-report-mode)
  (scim-report-next (- (or n 1))))

(defun scim-report--next-error (n &optional reset)
  "Visit the Nth next place, from the beginning if RESET is non-nil."
  (when reset
    (goto-char (point-min)))
  (dotimes (_ (abs n))
    (unless (scim-report--forward #'scim-report-place (if (< n 0) -1 1))
      (user-error "No more places")))
  (when-let ((place (scim-report-place)))
    (dolist (window (get-buffer-window-list nil nil t))
      (set-window-point window (point)))
    (scim-report-visit-place place)))

;;;; Mode

(defvar scim-report-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "RET") #'scim-report-visit)
    (define-key map (kbd "n") #'scim-report-next)
    (define-key map (kbd "p") #'scim-report-previous)
    (define-key map (kbd "TAB") #'forward-button)
    (define-key map (kbd "<backtab>") #'backward-button)
    (define-key map (kbd "l") #'scim-log-of-action)
    (define-key map (kbd "C-g") #'scim-report-cancel)
    (define-key map (kbd "C-c C-k") #'scim-report-cancel)
    map)
  "Keymap of `scim-report-mode'.")

(defun scim-report--mode-line ()
  "Return what the mode line has about the request in progress."
  (and scim-report--status
       (propertize (concat " ⟳ " (scim-ui-literally scim-report--status))
                   'help-echo "C-g cancels")))

(scim-menu-define
 'scim-report-mode scim-report-mode-map "SCIM-Report" "?"
 '("Report"
   ("Visit place" scim-report-visit :context t)
   ("Next" scim-report-next)
   ("Previous" scim-report-previous)
   ("Again" revert-buffer)
   ("Requests" scim-log-of-action)
   ("Cancel" scim-report-cancel)))

(define-derived-mode scim-report-mode special-mode "SCIM-Report"
  "Major mode for reports of the SCIM bridge.

\\{scim-report-mode-map}"
  :interactive nil
  (scim-menu-setup)
  (buffer-disable-undo)
  (setq-local revert-buffer-function #'scim-report-refresh
              scim-rpc-action (scim-rpc-new-action "report")
              next-error-function #'scim-report--next-error
              bidi-paragraph-direction 'left-to-right
              word-wrap t
              mode-line-process '((:eval (scim-report--mode-line)))))

(provide 'scim-report)
;;; scim-report.el ends here
