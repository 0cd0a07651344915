;;; scim-repl.el --- Converse with SCIM services -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; A prompt for each workspace and tenant, made of comint with a process
;; that does nothing: what is typed goes to the bridge, which parses it,
;; carries it out and answers with text to insert and marks for it (see
;; scim-repl-show.el).  Nothing here knows a command.
;;
;; One input is carried out at a time.  While it is, typing goes on; the
;; answer is inserted above.  When the bridge ends, the next input starts
;; another one: Emacs tells how many inputs there were, and the bridge
;; says what is lost.

;;; Code:

(require 'comint)
(require 'imenu)
(require 'seq)
(require 'subr-x)
(require 'scim-error)
(require 'scim-menu)
(require 'scim-protocol)
(require 'scim-repl-complete)
(require 'scim-repl-effect)
(require 'scim-repl-history)
(require 'scim-repl-input)
(require 'scim-repl-show)
(require 'scim-rpc)
(require 'scim-tenant)
(require 'scim-ui)
(require 'scim-workspace)

(autoload 'scim-log-of-action "scim-log" nil t)

;;;; Internal variables

(defvar-local scim-repl--id nil
  "Name of this REPL for the bridge.")

(defvar-local scim-repl--handle nil
  "Handle of the request that is being carried out, or nil.")

(defvar-local scim-repl--progress nil
  "How far the request has come, a string, or nil.")

(defvar-local scim-repl--evaluated 0
  "Number of inputs that were carried out.")

(defvar-local scim-repl--production nil
  "Non-nil if the tenant is the real thing.")

(defvar-local scim-repl--origin nil
  "Buffer that the REPL was last called from.")

;;;; What is where

(defun scim-repl--process ()
  "Return the process of this buffer, which does nothing."
  (get-buffer-process (current-buffer)))

(defun scim-repl-input-start ()
  "Return where the input begins."
  (if-let ((process (scim-repl--process)))
      (marker-position (process-mark process))
    (point-max)))

(defun scim-repl-params (&rest params)
  "Return PARAMS, a plist, with the name of this REPL and its tenant."
  (append (list :session scim-repl--id)
          (and scim-tenant (list :tenant scim-tenant))
          params))

(defun scim-repl--buffer-name (tenant)
  "Return the name of a REPL for TENANT, a name or nil."
  (if tenant (format "*SCIM repl (%s)*" tenant) "*SCIM repl*"))

(defun scim-repl--find (root tenant)
  "Return the REPL of the workspace ROOT for TENANT, or nil."
  (seq-find (lambda (buffer)
              (with-current-buffer buffer
                (and (derived-mode-p 'scim-repl-mode)
                     (equal root (scim-rpc-root))
                     (equal tenant scim-tenant))))
            (buffer-list)))

;;;; Output

(defun scim-repl--output (text)
  "Insert TEXT before the input; it is not undone as what was typed is."
  (comint-output-filter (scim-repl--process) text)
  (setq buffer-undo-list nil))

(defun scim-repl--insert (text marks)
  "Insert TEXT as output.
MARKS is a vector; see `scim-repl-show-marks'."
  (let ((start (copy-marker (scim-repl-input-start))))
    (scim-repl--output text)
    (scim-repl-show-marks (marker-position start) marks)
    (set-marker start nil)))

(defun scim-repl--say (text &optional face)
  "Insert TEXT, a line, with FACE, as output."
  (scim-repl--output (concat (if face (scim-ui-face text face) text) "\n")))

(defun scim-repl--show-output (output)
  "Insert OUTPUT of the bridge."
  (scim-repl--insert (scim-rpc-text (plist-get output :text))
                     (plist-get output :marks)))

(defun scim-repl--prompt ()
  "Show the prompt, below what has been shown."
  (let ((prompt (concat (or scim-tenant "scim") "> ")))
    (scim-repl--output
     (concat (save-excursion
               (goto-char (scim-repl-input-start))
               (if (bolp) "" "\n"))
             (if scim-repl--production
                 (concat (scim-ui-face (substring prompt 0 -2) 'scim-production)
                         "> ")
               prompt)))))

(defun scim-repl--state ()
  "Return the text of the mode line while a request is carried out, or nil."
  (when scim-repl--handle
    (concat " " (scim-ui-face (if scim-repl--progress
                                  (concat "running: " scim-repl--progress)
                                "running")
                              'scim-warning))))

;;;; Evaluation

(defun scim-repl--in-buffer (function)
  "Return FUNCTION for an answer: it is called in this buffer, if that lives."
  (let ((buffer (current-buffer)))
    (lambda (&rest args)
      (when (buffer-live-p buffer)
        (with-current-buffer buffer
          (apply function args))))))

(defun scim-repl--send (_process input)
  "Have the bridge carry out INPUT.  For `comint-input-sender'."
  (let ((text (string-trim-right (substring-no-properties input))))
    (if (string-blank-p text)
        (scim-repl--prompt)
      (condition-case err
          (scim-repl--evaluate text)
        (scim-error (scim-repl--failed err))))))

(defun scim-repl--evaluate (text)
  "Have the bridge carry out TEXT, and show what it answers."
  (setq scim-repl--progress nil
        scim-repl--handle
        (scim-rpc-request-async
         scim-protocol-repl-eval
         (scim-repl-params :text (scim-rpc-text-ref text)
                           :evaluated scim-repl--evaluated)
         :success (scim-repl--in-buffer #'scim-repl--evaluated)
         :error (scim-repl--in-buffer #'scim-repl--failed)
         :progress (scim-repl--in-buffer #'scim-repl--progressed)))
  (force-mode-line-update))

(defun scim-repl--progressed (message &rest _)
  "Show MESSAGE, how far the request has come, in the mode line."
  (setq scim-repl--progress message)
  (force-mode-line-update))

(defun scim-repl--settled ()
  "Note that the request has ended."
  (setq scim-repl--handle nil
        scim-repl--progress nil)
  (force-mode-line-update))

(defun scim-repl--evaluated (answer)
  "Show ANSWER, what came of an input, and do what it asks for."
  (scim-repl--settled)
  (cl-incf scim-repl--evaluated)
  (let ((effects (append (plist-get answer :effects) nil)))
    (scim-repl--show-output (plist-get answer :output))
    (when-let ((text (plist-get answer :history)))
      (scim-repl-history-add (scim-rpc-root) text))
    ;; Some show something here, others elsewhere: those after the prompt.
    (dolist (effect effects)
      (scim-repl-effect-here effect))
    (scim-repl--prompt)
    (dolist (effect effects)
      (scim-repl-effect-elsewhere effect))))

(defun scim-repl--failed (condition)
  "Show CONDITION, why an input was not carried out."
  (scim-repl--settled)
  (if (eq (car condition) 'scim-cancelled)
      (scim-repl--say
       (if (equal (nth 1 condition) "Cancelled")
           "Interrupted.  A request that was sent may still be carried out by the service."
         (nth 1 condition))
       'scim-warning)
    (scim-repl--say (concat "✗ " (scim-error-message condition))
                    'scim-failure))
  (scim-repl--prompt))

(defun scim-repl-send-text (text)
  "Send TEXT as if it had been typed; what has been typed stays."
  (scim-repl--refuse-if-running)
  (let ((typed (buffer-substring (scim-repl-input-start) (point-max))))
    (delete-region (scim-repl-input-start) (point-max))
    (goto-char (point-max))
    (insert text)
    (comint-send-input)
    (save-excursion
      (goto-char (point-max))
      (insert typed))))

;;;; Commands

(defun scim-repl--refuse-if-running ()
  "Signal a `user-error' while something is carried out."
  (when scim-repl--handle
    (user-error "Still running; %s interrupts it"
                (substitute-command-keys "\\[scim-repl-interrupt]"))))

(defun scim-repl-return ()
  "Send the input if its brackets and strings are closed, else break the line.
On a button, press it; on an earlier input, copy it to the prompt."
  (interactive)
  (let ((start (scim-repl-input-start)))
    (cond ((and (< (point) start) (button-at (point))) (push-button))
          ((< (point) start) (comint-copy-old-input))
          ((scim-repl-input-complete-p
            (buffer-substring-no-properties start (point-max)))
           (scim-repl-send))
          (t (scim-repl-newline)))))

(defun scim-repl-send ()
  "Send the input, complete or not."
  (interactive)
  (scim-repl--refuse-if-running)
  (goto-char (point-max))
  (comint-send-input))

(defun scim-repl-tab ()
  "Complete the input; elsewhere, go to the next button."
  (interactive)
  (if (>= (point) (scim-repl-input-start))
      (completion-at-point)
    (forward-button 1 t t t)))

(defun scim-repl-backtab ()
  "Go to the previous button."
  (interactive)
  (backward-button 1 t t t))

(defun scim-repl-interrupt ()
  "Interrupt what is carried out, in the bridge too."
  (interactive)
  (if scim-repl--handle
      (scim-rpc-cancel scim-repl--handle)
    (message "Nothing is running")))

(defun scim-repl-delete-char (count)
  "Delete COUNT characters; with an empty input, leave the REPL."
  (interactive "p")
  (if (and (eobp) (= (point) (scim-repl-input-start)))
      (scim-repl-quit)
    (delete-char count)))

(defun scim-repl-back ()
  "Go back to the buffer that the REPL was called from."
  (interactive)
  (if (and (buffer-live-p scim-repl--origin)
           (not (eq scim-repl--origin (current-buffer))))
      (pop-to-buffer scim-repl--origin)
    (message "The buffer that the REPL was called from is gone")))

(defun scim-repl-quit ()
  "Leave the REPL; it stays as it is."
  (interactive)
  (quit-window))

(defun scim-repl-help ()
  "Show what can be typed."
  (interactive)
  (scim-repl-send-text ",help"))

(defun scim-repl-revert (&rest _)
  "Carry out the last input again.  For `revert-buffer-function'."
  (when (ring-empty-p comint-input-ring)
    (user-error "Nothing has been typed yet"))
  (scim-repl-send-text (ring-ref comint-input-ring 0)))

;;;; Opening

(defun scim-repl--opened (answer)
  "Show ANSWER, about the tenant of this REPL, and the prompt."
  (scim-repl--settled)
  (let* ((name (plist-get answer :tenant))
         (other (and name (not scim-tenant)
                     (scim-repl--find (scim-rpc-root) name))))
    (when (and name (not scim-tenant))
      (setq-local scim-tenant name))
    (setq scim-repl--production (eq t (plist-get answer :production)))
    (if other
        (scim-repl--give-way other)
      (scim-workspace-rename-buffer (scim-repl--buffer-name scim-tenant))
      (scim-repl--show-output (plist-get answer :output))
      (scim-repl--prompt))))

(defun scim-repl--give-way (other)
  "Show OTHER, the REPL for the same tenant, in the place of this one."
  (let ((this (current-buffer)))
    (dolist (window (get-buffer-window-list this nil t))
      (set-window-buffer window other))
    (kill-buffer this)))

(defun scim-repl--make (root tenant)
  "Return a new REPL in the workspace ROOT for TENANT, a name or nil."
  (let ((buffer (scim-workspace-new-buffer (scim-repl--buffer-name tenant) root))
        (directory (or root default-directory)))
    (with-current-buffer buffer
      (setq default-directory directory)
      (scim-repl-mode)
      (setq-local scim-tenant tenant)
      (scim-repl--start))
    buffer))

(defun scim-repl--start ()
  "Ask the bridge whom this REPL talks to."
  (setq scim-repl--handle
        (scim-rpc-request-async
         scim-protocol-repl-open (scim-repl-params)
         :success (scim-repl--in-buffer #'scim-repl--opened)
         :error (scim-repl--in-buffer #'scim-repl--failed))))

;;;###autoload
(defun scim-repl (&optional tenant)
  "Converse with TENANT, the name of one, by typing commands.
There is one REPL for each tenant of a workspace.  Interactively, TENANT
is that of this buffer, or the default one; with a prefix argument, the
person chooses.  Return the buffer.
See Info node `(scim)REPL'."
  (interactive (list (if current-prefix-arg
                         (scim-tenant-read "Converse with tenant: ")
                       (or (bound-and-true-p scim-tenant)
                           (plist-get (scim-tenant-info) :name)))))
  (let* ((root (scim-rpc-root))
         (origin (current-buffer))
         (buffer (or (scim-repl--find root tenant)
                     (scim-repl--make root tenant))))
    (with-current-buffer buffer
      (unless (eq origin buffer)
        (setq scim-repl--origin origin)))
    (pop-to-buffer buffer)
    buffer))

;;;; Mode

(defvar scim-repl-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map [remap keyboard-quit]
      `(menu-item "" scim-repl-interrupt
                  :filter ,(lambda (command)
                             (and scim-repl--handle (not (region-active-p))
                                  command))))
    (define-key map (kbd "RET") #'scim-repl-return)
    (define-key map (kbd "M-RET") #'scim-repl-send)
    (define-key map (kbd "C-j") #'scim-repl-newline)
    (define-key map (kbd "}") #'scim-repl-close)
    (define-key map (kbd "]") #'scim-repl-close)
    (define-key map (kbd "TAB") #'scim-repl-tab)
    (define-key map (kbd "<backtab>") #'scim-repl-backtab)
    (define-key map (kbd "M-p") #'comint-previous-matching-input-from-input)
    (define-key map (kbd "M-n") #'comint-next-matching-input-from-input)
    (define-key map (kbd "M-r") #'comint-history-isearch-backward-regexp)
    (define-key map (kbd "C-d") #'scim-repl-delete-char)
    (define-key map (kbd "C-c C-c") #'scim-repl-interrupt)
    (define-key map (kbd "C-c C-d") #'scim-repl-quit)
    ;; It would end the process that comint needs.
    (define-key map (kbd "C-c C-\\") #'undefined)
    (define-key map (kbd "C-c C-l") #'scim-log-of-action)
    (define-key map (kbd "C-c C-z") #'scim-repl-back)
    (define-key map (kbd "C-c C-t") #'scim-tenant-choose)
    (define-key map (kbd "C-c C-f") #'scim-repl-unfold-all)
    (define-key map (kbd "C-c M-o") #'comint-clear-buffer)
    (define-key map (kbd "C-c C-v") #'scim-repl-help)
    ;; The menus of comint are about processes.
    (define-key map [menu-bar completion] #'undefined)
    (define-key map [menu-bar inout] #'undefined)
    (define-key map [menu-bar signals] #'undefined)
    map)
  "Keymap of `scim-repl-mode'.")

(scim-menu-define
 'scim-repl-mode scim-repl-mode-map "SCIM-REPL" "C-c ?"
 '("Input"
   ("Send" scim-repl-send)
   ("Break line" scim-repl-newline)
   ("Complete" scim-repl-tab)
   ("Interrupt" scim-repl-interrupt :if scim-repl-running-p)
   ("Help" scim-repl-help)
   ("Carry out again" revert-buffer :key "g"))
 '("History"
   ("Previous like this" comint-previous-matching-input-from-input)
   ("Next like this" comint-next-matching-input-from-input)
   ("Search" comint-history-isearch-backward-regexp)
   ("Previous prompt" comint-previous-prompt :key "C-c C-p")
   ("Next prompt" comint-next-prompt :key "C-c C-n"))
 '("Output"
   ("Unfold" scim-repl-unfold :key "u" :context t)
   ("Unfold all" scim-repl-unfold-all)
   ("Delete the last" comint-delete-output :key "C-c C-o")
   ("Clear" comint-clear-buffer))
 '("Tenant"
   ("Choose" scim-tenant-choose)
   ("Requests sent" scim-log-of-action)
   ("Go back" scim-repl-back)
   ("Leave" scim-repl-quit)))

(defun scim-repl-running-p ()
  "Is something being carried out?"
  (and scim-repl--handle t))

(defun scim-repl--killed ()
  "Give up what is carried out, as the buffer is killed."
  (when scim-repl--handle
    (scim-rpc-cancel scim-repl--handle)))

(defun scim-repl--make-process ()
  "Give this buffer the process that comint needs."
  (let ((process (make-pipe-process :name "scim-repl" :noquery t
                                    :buffer (current-buffer)
                                    :filter #'ignore :sentinel #'ignore)))
    (set-marker (process-mark process) (point-max))))

(defun scim-repl--bookmark ()
  "Return a bookmark of this REPL."
  `(,(buffer-name)
    (handler . scim-repl-bookmark-jump)
    (directory . ,default-directory)
    (tenant . ,scim-tenant)))

;;;###autoload
(defun scim-repl-bookmark-jump (bookmark)
  "Show the REPL of BOOKMARK."
  (let ((default-directory (alist-get 'directory (cdr bookmark))))
    (set-buffer (save-window-excursion
                  (scim-repl (alist-get 'tenant (cdr bookmark)))))))

(define-derived-mode scim-repl-mode comint-mode "SCIM-REPL"
  "Major mode for conversing with a SCIM service.

Type `,help' for what can be typed.

\\{scim-repl-mode-map}"
  :interactive nil
  (setq-local comint-prompt-regexp "^[^> \n]+> "
              comint-prompt-read-only t
              comint-input-sender #'scim-repl--send
              comint-input-ignoredups t
              comint-process-echoes nil
              comint-inhibit-carriage-motion t
              scroll-conservatively 101
              comint-highlight-input t
              comint-output-filter-functions nil
              comint-preoutput-filter-functions nil
              ;; What looks like a question for a password is only text.
              comint-input-filter-functions nil
              ;; People type names as they like.
              completion-ignore-case t
              indent-line-function #'scim-repl-input-indent
              revert-buffer-function #'scim-repl-revert
              bookmark-make-record-function #'scim-repl--bookmark
              imenu-generic-expression '((nil "^[^> \n]+> \\(.+\\)" 1))
              font-lock-defaults '(scim-repl-show-keywords t)
              mode-line-process '((:eval (scim-tenant-indicator))
                                  (:eval (scim-repl--state))))
  (setq scim-repl--id (format "%s %s" (scim-rpc-new-action "repl") (emacs-pid))
        scim-rpc-action (car (split-string scim-repl--id))
        bidi-paragraph-direction 'left-to-right)
  (add-to-invisibility-spec 'scim-repl-fold)
  (setq-local completion-at-point-functions '(scim-repl-completion-at-point))
  (add-hook 'eldoc-documentation-functions #'scim-repl-eldoc nil t)
  (add-hook 'kill-buffer-hook #'scim-repl--killed nil t)
  (add-hook 'scim-tenant-chosen-hook #'scim-repl-effect-tenant-chosen nil t)
  (scim-repl-history-load (scim-rpc-root))
  (scim-repl--make-process)
  (scim-menu-setup))

(provide 'scim-repl)
;;; scim-repl.el ends here
