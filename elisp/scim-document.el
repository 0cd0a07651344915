;;; scim-document.el --- Help while editing, from the SCIM bridge -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The bridge knows what may stand in the files of this package, and tells
;; it as language servers do: diagnostics, completion, documentation,
;; definitions, links.  `scim-document-setup' gives them to a buffer, through
;; `flymake-mode' and `eldoc-mode', `completion-at-point'
;; (scim-document-complete.el), xref, imenu and buttons
;; (scim-document-nav.el).
;;
;; The text is sent when one of these needs it and it has changed; Flymake
;; waits until the person pauses.  Positions are counted in characters
;; (utf-32), as Emacs does.

;;; Code:

(require 'flymake)
(require 'seq)
(require 'subr-x)
(require 'url-util)
(require 'scim-api)
(require 'scim-error)
(require 'scim-protocol)
(require 'scim-remote)
(require 'scim-rpc)
(require 'scim-text)

;; In files that need this one.
(autoload 'scim-document-complete "scim-document-complete")
(autoload 'scim-document-xref-backend "scim-document-nav")
(autoload 'scim-document-nav-setup "scim-document-nav")
(autoload 'scim-document-nav-stop "scim-document-nav")

;;;; Internal variables

(defconst scim-document--max-size 1000000
  "Most characters of a text that is sent to the bridge while it is edited.")

(defvar-local scim-document--language nil
  "What the bridge calls the language of this buffer.")

;; The modes of buffers without files set it.
(defvar-local scim-document-place nil
  "URI by which the bridge shall know this buffer, or nil for that of its file.")

(defvar-local scim-document--opened nil
  "What the bridge knows of this buffer, or nil: a plist.
Its keys are :root and :pid of the bridge, :uri, :version and
:tenant.")

(defvar-local scim-document--report nil
  "Function that takes diagnostics for Flymake, or nil.")

(defvar scim-document-published-hook nil
  "Functions to call in a buffer when the bridge has looked at its text.")

(defvar scim-document-mode)

(defvar-local scim-document--starting nil
  "Non-nil while the bridge is started for this buffer.")

;;;; The text

(defun scim-document-uri ()
  "Return the URI by which the bridge knows this buffer."
  (cond (scim-document-place)
        (buffer-file-name
         (concat "file://" (mapconcat #'url-hexify-string
                                      (split-string buffer-file-name "/") "/")))
        (t (concat "untitled:" (url-hexify-string (buffer-name))))))

(defun scim-document--text ()
  "Return the text of this buffer, or nil when it cannot be sent."
  (save-restriction
    (widen)
    (let ((text (buffer-substring-no-properties (point-min) (point-max))))
      (and (<= (length text) scim-document--max-size)
           (ignore-errors (scim-text--check text) t)
           text))))

(defun scim-document--pid (root)
  "Return the process id of the bridge of ROOT, when that is ready."
  (and (scim-rpc-ready-p root)
       (plist-get (seq-find (lambda (bridge)
                              (equal root (plist-get bridge :root)))
                            (scim-rpc-bridges))
                  :pid)))

(defun scim-document--tell (method &rest params)
  "Send notification METHOD with PARAMS to the bridge of this buffer."
  (scim-rpc-notify method params :root (plist-get scim-document--opened :root)))

(defun scim-document--open-p (root)
  "Does the present bridge of ROOT know this buffer by its name?"
  (and scim-document--opened
       (equal root (plist-get scim-document--opened :root))
       (eql (scim-document--pid root) (plist-get scim-document--opened :pid))
       (equal (scim-document-uri) (plist-get scim-document--opened :uri))
       (equal scim-tenant (plist-get scim-document--opened :tenant))))

(defun scim-document--sync ()
  "Tell the bridge, if it is ready, the text of this buffer.
Return non-nil when it knows that now."
  (when-let* ((root-known (list (scim-rpc-root)))
              (pid (scim-document--pid (car root-known)))
              (text (scim-document--text)))
    (let ((root (car root-known))
          (version (buffer-chars-modified-tick)))
      (if (scim-document--open-p root)
          (scim-document--send-change text version)
        (scim-document-close)
        (scim-document--send-open root pid text version))
      t)))

(defun scim-document--send-open (root pid text version)
  "Open this buffer, with TEXT of VERSION, in the bridge of ROOT with PID."
  (let ((uri (scim-document-uri)))
    (setq scim-document--opened
          (list :root root :pid pid :uri uri :version version
                :tenant scim-tenant))
    (scim-document--tell
     scim-protocol-text-document-did-open
     :textDocument `( :uri ,uri :languageId ,scim-document--language
                      :version ,version ,@(scim-document--whole text)
                      ,@(and scim-tenant (list :tenant scim-tenant))))))

(defun scim-document--send-change (text version)
  "Tell the bridge TEXT of VERSION, if that is new."
  (unless (eql version (plist-get scim-document--opened :version))
    (plist-put scim-document--opened :version version)
    (scim-document--tell
     scim-protocol-text-document-did-change
     :textDocument (list :uri (plist-get scim-document--opened :uri)
                         :version version)
     :contentChanges (vector (scim-document--whole text)))))

(defun scim-document--whole (text)
  "Return TEXT as the bridge takes it, by file when it is long for a pipe."
  (if (<= (length text) scim-protocol-inline-text-limit)
      (list :text text)
    (list :content (scim-rpc-text-ref text))))

(defun scim-document-close ()
  "Have the bridge forget this buffer."
  (when scim-document--opened
    (when (eql (plist-get scim-document--opened :pid)
               (scim-document--pid (plist-get scim-document--opened :root)))
      (scim-document--tell
       scim-protocol-text-document-did-close
       :textDocument (list :uri (plist-get scim-document--opened :uri))))
    (setq scim-document--opened nil)))

(defun scim-document--start ()
  "Start the bridge, and tell it the text of this buffer when it is ready.
Any request does that; this one costs nothing."
  (unless scim-document--starting
    (setq scim-document--starting t)
    (let ((done (lambda (_)
                  (setq scim-document--starting nil)
                  (scim-document--sync))))
      (scim-rpc-request-async scim-protocol-mock-list nil
                              :success done
                              :error (lambda (condition)
                                       (setq scim-document--starting nil)
                                       (scim-document--give-up condition))))))

;; Starting one on another machine makes Emacs wait.
(defun scim-document--start-unasked ()
  "Start the bridge, unless it is one that only commands start.
Return nil when it is not started."
  (unless (scim-remote-prefix (scim-rpc-root))
    (scim-document--start)
    t))

(defun scim-document--bridge-changed ()
  "Have the buffers looked at whose bridge has not been started for them."
  (dolist (buffer (buffer-list))
    (with-current-buffer buffer
      (when (and scim-document--report (not scim-document--opened)
                 (bound-and-true-p flymake-mode)
                 (file-remote-p default-directory nil t)
                 (scim-document--pid (scim-rpc-root)))
        (flymake-start)))))

(defun scim-document--give-up (condition)
  "Tell Flymake that there is no bridge, because of CONDITION."
  (when scim-document--report
    (funcall scim-document--report :panic
             :explanation (scim-error-message condition))))

;;;; Places

(defun scim-document--place (&optional position)
  "Return POSITION, or point, as the bridge counts."
  (save-excursion
    (when position
      (goto-char position))
    (list :line (1- (line-number-at-pos nil t))
          :character (- (point) (line-beginning-position)))))

(defun scim-document--position (place)
  "Return the position in this buffer that PLACE, from the bridge, means."
  (save-excursion
    (goto-char (point-min))
    (forward-line (plist-get place :line))
    (min (+ (point) (plist-get place :character)) (line-end-position))))

(defun scim-document--here ()
  "Return the params that mean point in this buffer."
  (list :textDocument (list :uri (plist-get scim-document--opened :uri))
        :position (scim-document--place)))

(defun scim-document--plain (contents)
  "Return CONTENTS, as LSP has them, as text, or nil when there are none."
  (let ((text (cond ((stringp contents) contents)
                    ((vectorp contents)
                     (mapconcat #'scim-document--plain contents "\n\n"))
                    (t (plist-get contents :value)))))
    (and text (not (string-blank-p text)) (string-trim text))))

;;;; Diagnostics

(defun scim-document-flymake (report &rest _)
  "Have REPORT called with the diagnostics of this buffer, now or later."
  (setq scim-document--report report)
  (let ((known (plist-get scim-document--opened :diagnostics)))
    (cond ((not (scim-document--pid (scim-rpc-root)))
           (or (scim-document--start-unasked)
               (funcall report nil)))
          ((and known
                (scim-document--open-p (scim-rpc-root))
                (eql (plist-get scim-document--opened :version)
                     (buffer-chars-modified-tick)))
           (scim-document--show-diagnostics (cdr known)))
          ((not (scim-document--sync)) (funcall report nil)))))

(defun scim-document--published (_root params)
  "Show the diagnostics in PARAMS in the buffer that they are about."
  (let ((uri (plist-get params :uri)))
    (dolist (buffer (buffer-list))
      (when (equal uri (plist-get (buffer-local-value 'scim-document--opened
                                                      buffer)
                                  :uri))
        (with-current-buffer buffer
          (when (member (plist-get params :version)
                        (list nil (buffer-chars-modified-tick)))
            (let ((diagnostics (append (plist-get params :diagnostics) nil)))
              (plist-put scim-document--opened
                         :diagnostics (cons t diagnostics))
              (scim-document--show-diagnostics diagnostics)
              (run-hooks 'scim-document-published-hook))))))))

(defun scim-document--show-diagnostics (diagnostics)
  "Give Flymake, if it asked, DIAGNOSTICS, as LSP has them."
  (when scim-document--report
    (save-restriction
      (widen)
      (funcall scim-document--report
               (mapcar #'scim-document--diagnostic diagnostics)
               :region (cons (point-min) (point-max))))))

(defun scim-document--diagnostic (diagnostic)
  "Return DIAGNOSTIC, as LSP has it, as Flymake has it."
  (let* ((range (plist-get diagnostic :range))
         (start (scim-document--position (plist-get range :start)))
         (end (scim-document--position (plist-get range :end))))
    (when (<= end start)
      (let ((region (flymake-diag-region
                     (current-buffer) (line-number-at-pos start)
                     (1+ (plist-get (plist-get range :start) :character)))))
        (setq start (or (car region) start)
              end (max (or (cdr region) end) (min (1+ start) (point-max))))))
    (flymake-make-diagnostic (current-buffer) start end
                             (pcase (plist-get diagnostic :severity)
                               ((or 1 'nil) :error) (2 :warning) (_ :note))
                             (plist-get diagnostic :message))))

;;;; Documentation

(defun scim-document--hover (callback)
  "Call CALLBACK with the documentation of what is at point, or nil.
The bridge is not started for it."
  (when (scim-document--sync)
    (scim-rpc-request-async
     scim-protocol-text-document-hover (scim-document--here)
     :root (plist-get scim-document--opened :root)
     :success (lambda (hover)
                (funcall callback
                         (scim-document--plain (plist-get hover :contents))))
     ;; Nobody has asked for anything, so nobody is told of a failure.
     :error #'ignore)
    t))

(defun scim-document--fontified (text)
  "Return TEXT, Markdown, in which faces take the place of signs."
  (with-temp-buffer
    (insert text)
    (pcase-dolist (`(,regexp . ,face)
                   '(("\\*\\*\\([^*\n]+\\)\\*\\*" . bold)
                     ("`\\([^`\n]+\\)`" . font-lock-constant-face)))
      (goto-char (point-min))
      (while (re-search-forward regexp nil t)
        (replace-match (propertize (match-string 1) 'face face) t t)))
    (buffer-string)))

(defun scim-document-eldoc (callback &rest _)
  "Give the documentation of what is at point to CALLBACK, for eldoc.
Its first line says the most, and is what the echo area shows where
eldoc can be told so."
  (scim-document--hover
   (lambda (text)
     (when text
       (let ((shown (scim-document--fontified text)))
         (funcall callback shown :echo (string-match-p "\n\\|\\'" shown)))))))

(defun scim-document--one-line-eldoc ()
  "Have eldoc show the first line only, unless the person wants more.
Emacs 29 and later are told so with each text."
  (when (and (< emacs-major-version 29)
             (equal eldoc-echo-area-use-multiline-p
                    (eval (car (get 'eldoc-echo-area-use-multiline-p
                                    'standard-value))
                          t)))
    (setq-local eldoc-echo-area-use-multiline-p nil)))

(defun scim-document-help ()
  "Show the documentation of what is at point in a window."
  (interactive)
  (unless (scim-document--hover
           (lambda (text)
             (if (not text)
                 (message "Nothing is known about this place")
               (with-help-window "*SCIM help*"
                 (with-current-buffer standard-output
                   (insert (scim-document--fontified text)))))))
    (scim-document--start)
    (message "Starting the bridge; ask again")))

;;;; For modes

(defun scim-document-setup (language)
  "Have the bridge help with this buffer, whose LANGUAGE is a string.
The mode calls it.  Flymake is switched on unless nobody looks."
  (setq scim-document--language language)
  (add-hook 'completion-at-point-functions #'scim-document-complete nil t)
  (add-hook 'eldoc-documentation-functions #'scim-document-eldoc nil t)
  (scim-document--one-line-eldoc)
  (add-hook 'flymake-diagnostic-functions #'scim-document-flymake nil t)
  (add-hook 'xref-backend-functions #'scim-document-xref-backend nil t)
  (scim-document-nav-setup)
  (add-hook 'kill-buffer-hook #'scim-document-close nil t)
  (add-hook 'change-major-mode-hook #'scim-document-close nil t)
  ;; In modes of others, TAB is theirs.
  (unless scim-document-mode
    (setq-local tab-always-indent 'complete))
  (unless noninteractive
    (flymake-mode 1)))

(defun scim-document--stop ()
  "Give this buffer no help any more."
  (scim-document-close)
  (remove-hook 'completion-at-point-functions #'scim-document-complete t)
  (remove-hook 'eldoc-documentation-functions #'scim-document-eldoc t)
  (remove-hook 'xref-backend-functions #'scim-document-xref-backend t)
  (scim-document-nav-stop)
  (remove-hook 'flymake-diagnostic-functions #'scim-document-flymake t)
  (when (bound-and-true-p flymake-mode)
    (flymake-start)))

(defun scim-document-language ()
  "Return the bridge's name for the language of this file, or nil.
Sets of variables are known in a directory with a scim.yaml above it."
  (when-let ((name (and buffer-file-name
                        (or scim-remote-bridge
                            (not (file-remote-p buffer-file-name)))
                        (file-name-nondirectory buffer-file-name))))
    (cond ((string= name "scim.yaml") "scim-yaml")
          ((string-suffix-p ".scim-mock" name) "scim-mock")
          ((and (string-suffix-p ".env" name) (scim-rpc-root)) "scim-env"))))

;;;###autoload
(define-minor-mode scim-document-mode
  "Minor mode for help from the SCIM bridge, in any major mode.
For scim.yaml, sets of variables (*.env) and mock files: diagnostics,
completion and documentation."
  :lighter " scim"
  (cond ((not scim-document-mode) (scim-document--stop))
        ((scim-document-language)
         (scim-document-setup (scim-document-language)))
        (t (setq scim-document-mode nil)
           (user-error "This is not a file that the SCIM bridge knows"))))

;;;###autoload
(defun scim-document-mode-maybe ()
  "Switch `scim-document-mode' on when the file of this buffer is known to it.
For hooks, such as those of `yaml-mode' and `conf-mode'."
  (when (and (scim-document-language)
             (not scim-document--language))
    (scim-document-mode 1)))

(scim-rpc-on scim-protocol-text-document-publish-diagnostics
             #'scim-document--published)
(add-hook 'scim-bridge-state-hook #'scim-document--bridge-changed)

(provide 'scim-document)
;;; scim-document.el ends here
