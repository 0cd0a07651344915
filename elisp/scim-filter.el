;;; scim-filter.el --- Read SCIM filters in the minibuffer -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; `scim-filter-read' asks for a filter.  The bridge knows which
;; attributes there are and what the service does with them: it completes
;; the word at point, and what is wrong is marked while it is typed.  A
;; filter that no service can take is not accepted, and point goes to
;; where it is wrong; RET once more sends it as it is, for services with
;; a language of their own.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'scim-error)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-ui)

;;;; Customization

(defcustom scim-filter-check-delay 0.2
  "Seconds without typing after which a filter is checked."
  :type 'number
  :group 'scim-browse
  :safe #'numberp
  :package-version '(scim . "0.1.0"))

(defface scim-filter-error '((t :inherit scim-failure :underline t))
  "Face for what is wrong in a filter."
  :group 'scim-faces)

(defface scim-filter-warning '((t :inherit scim-warning :underline t))
  "Face for what a service probably does not support in a filter."
  :group 'scim-faces)

;;;; Internal variables

(defvar scim-filter-histories nil
  "Alist from resource type to the filters that were used for it.
It may be added to `savehist-additional-variables'.")

(defvar scim-filter--history nil
  "The filters of the type that is asked for.")

(defvar-local scim-filter--subject nil
  "What the filter in this minibuffer is for: a plist for the bridge.")

(defvar-local scim-filter--root nil
  "Workspace whose bridge helps with this minibuffer.")

(defvar-local scim-filter--checked nil
  "A cons of the filter that was checked last and its problems.")

(defvar-local scim-filter--refused nil
  "The filter that was not accepted.")

(defvar-local scim-filter--timer nil
  "Timer that has the filter checked.")

(defvar-local scim-filter--overlays nil
  "Overlays about the problems of the filter.")

;;;; Completion

(defun scim-filter-complete-at-point ()
  "Complete the word of the filter at point; for `completion-at-point-functions'."
  (let* ((start (minibuffer-prompt-end))
         (suggestions (scim-filter--suggestions (- (point) start))))
    (when suggestions
      (let ((first (car suggestions)))
        (list (+ start (plist-get first :start))
              (+ start (plist-get first :end))
              (scim-filter-table suggestions)
              :annotation-function
              (apply-partially #'scim-filter--annotation suggestions)
              :exclusive 'no)))))

(defun scim-filter--suggestions (offset)
  "Return what can be typed OFFSET characters into the filter, as plists."
  (condition-case err
      (append (plist-get
               (scim-rpc-request
                scim-protocol-filter-complete
                `(:filter ,(minibuffer-contents-no-properties) :offset ,offset
                          ,@scim-filter--subject)
                :root scim-filter--root :progress nil)
               :suggestions)
              nil)
    (scim-error (minibuffer-message "%s" (scim-error-message err)) nil)))

(add-to-list 'completion-category-defaults
             '(scim-filter (styles basic substring)))

(defun scim-filter-table (suggestions)
  "Return a completion table of SUGGESTIONS, the best first."
  (let ((candidates (mapcar (lambda (each) (plist-get each :insert)) suggestions)))
    (lambda (string predicate action)
      (if (eq action 'metadata)
          '(metadata (category . scim-filter)
                     (display-sort-function . identity)
                     (cycle-sort-function . identity))
        (complete-with-action action candidates string predicate)))))

(defun scim-filter--annotation (suggestions candidate)
  "Return what to tell beside CANDIDATE, one of SUGGESTIONS."
  (when-let ((detail (plist-get (seq-find (lambda (each)
                                            (equal candidate (plist-get each :insert)))
                                          suggestions)
                                :detail)))
    (concat "  " detail)))

;;;; Problems

(defun scim-filter--check-soon ()
  "Have the filter checked when nothing has been typed for a moment."
  (when scim-filter--timer
    (cancel-timer scim-filter--timer))
  (setq scim-filter--timer
        (run-with-idle-timer scim-filter-check-delay nil
                             #'scim-filter--check (current-buffer))))

(defun scim-filter--check (buffer)
  "Have the filter in BUFFER, a minibuffer, checked and its problems shown."
  (when (buffer-live-p buffer)
    (with-current-buffer buffer
      (let ((filter (minibuffer-contents-no-properties)))
        (unless (or (null scim-filter--subject)
                    (equal filter (car scim-filter--checked)))
          (scim-rpc-request-async
           scim-protocol-filter-check `(:filter ,filter ,@scim-filter--subject)
           :root scim-filter--root :progress #'ignore
           :success (lambda (answer)
                      (scim-filter--note filter (plist-get answer :problems)))
           ;; Who sends the filter is told what is wrong.
           :error #'ignore))))))

(defun scim-filter--note (filter problems)
  "Note that FILTER has PROBLEMS, and show them if it is still there."
  (when (and scim-filter--subject
             (equal filter (minibuffer-contents-no-properties)))
    (setq scim-filter--checked (cons filter (append problems nil)))
    (scim-filter--show)))

(defun scim-filter--show (&optional all)
  "Mark the problems of the filter and tell the first one behind it.
What is only not there yet is no news while it is being typed, but it is
shown with ALL."
  (mapc #'delete-overlay scim-filter--overlays)
  (setq scim-filter--overlays nil)
  (let* ((filter (car scim-filter--checked))
         (shown (seq-remove (lambda (problem)
                              (and (not all)
                                   (scim-filter--unfinished-p filter problem)))
                            (cdr scim-filter--checked))))
    (when shown
      (mapc #'scim-filter--mark shown)
      (scim-filter--tell (or (seq-find #'scim-filter--error-p shown)
                             (car shown))))))

(defun scim-filter--unfinished-p (filter problem)
  "Is PROBLEM that FILTER, which is being typed, has no end yet?"
  (or (>= (plist-get problem :start) (length filter))
      (and (string-suffix-p "." filter)
           (= (plist-get problem :end) (length filter)))))

(defun scim-filter--error-p (problem)
  "Is PROBLEM one that no service can have it with?"
  (equal (plist-get problem :severity) "error"))

(defun scim-filter--mark (problem)
  "Mark the place of PROBLEM."
  (let* ((start (+ (minibuffer-prompt-end) (plist-get problem :start)))
         (overlay (make-overlay start (+ (minibuffer-prompt-end)
                                         (plist-get problem :end)))))
    (overlay-put overlay 'face (if (scim-filter--error-p problem)
                                   'scim-filter-error
                                 'scim-filter-warning))
    (push overlay scim-filter--overlays)))

(defun scim-filter--tell (problem)
  "Show the message of PROBLEM behind the filter."
  (let ((overlay (make-overlay (point-max) (point-max) nil t t))
        (text (concat "  [" (plist-get problem :message) "]")))
    (setq text (scim-ui-face text (if (scim-filter--error-p problem)
                                      'scim-failure
                                    'scim-warning)))
    ;; Else point would seem to be behind the message.
    (put-text-property 0 1 'cursor t text)
    (overlay-put overlay 'after-string text)
    (push overlay scim-filter--overlays)))

(defun scim-filter--problems (filter)
  "Return the problems of FILTER; none when the bridge cannot tell."
  (if (equal filter (car scim-filter--checked))
      (cdr scim-filter--checked)
    (condition-case nil
        (append (plist-get (scim-rpc-request
                            scim-protocol-filter-check
                            `(:filter ,filter ,@scim-filter--subject)
                            :root scim-filter--root :progress nil)
                           :problems)
                nil)
      (scim-error nil))))

;;;; Reading

(defun scim-filter-exit ()
  "Use this filter, unless no service could take it; then go to the place.
The second time, use it as it is."
  (interactive)
  (let* ((filter (minibuffer-contents-no-properties))
         (problems (scim-filter--problems filter))
         (problem (seq-find #'scim-filter--error-p problems)))
    (if (or (null problem) (equal filter scim-filter--refused))
        (exit-minibuffer)
      (setq scim-filter--refused filter)
      (goto-char (min (point-max)
                      (+ (minibuffer-prompt-end) (plist-get problem :start))))
      (setq scim-filter--checked (cons filter problems))
      (scim-filter--show t)
      (minibuffer-message "RET again sends it nevertheless"))))

(defvar scim-filter-map
  (let ((map (make-sparse-keymap)))
    (set-keymap-parent map minibuffer-local-map)
    (define-key map (kbd "TAB") #'completion-at-point)
    (define-key map (kbd "RET") #'scim-filter-exit)
    (define-key map (kbd "C-j") #'scim-filter-exit)
    map)
  "Keymap of the minibuffer while a filter is read.")

(defun scim-filter--set-up (subject root)
  "Make this minibuffer help with filters for SUBJECT, by the bridge of ROOT."
  (setq scim-filter--subject subject
        scim-filter--root root
        scim-filter--checked nil
        scim-filter--refused nil)
  (setq-local completion-ignore-case t)
  (add-hook 'completion-at-point-functions
            #'scim-filter-complete-at-point nil t)
  (add-hook 'after-change-functions #'scim-filter--changed nil t)
  (add-hook 'minibuffer-exit-hook #'scim-filter--tidy nil t)
  ;; The schema is read while the person begins to type.
  (scim-filter--check (current-buffer)))

(defun scim-filter--changed (&rest _)
  "Have the filter checked, as it has changed."
  (scim-filter--check-soon))

(defun scim-filter--tidy ()
  "Leave nothing behind in this minibuffer, which others use too."
  (when scim-filter--timer
    (cancel-timer scim-filter--timer))
  (mapc #'delete-overlay scim-filter--overlays)
  (setq scim-filter--subject nil scim-filter--overlays nil
        scim-filter--timer nil)
  (remove-hook 'after-change-functions #'scim-filter--changed t)
  (remove-hook 'completion-at-point-functions
               #'scim-filter-complete-at-point t))

;;;###autoload
(defun scim-filter-read (prompt type &optional tenant initial)
  "Ask with PROMPT for a filter for resources of TYPE of TENANT.
INITIAL is the text to begin with.  Return the filter, or nil for none."
  (let* ((root (scim-rpc-root))
         (subject `(:type ,type ,@(and tenant (list :tenant tenant))))
         (scim-filter--history (alist-get type scim-filter-histories
                                          nil nil #'equal))
         (filter (minibuffer-with-setup-hook
                     (lambda () (scim-filter--set-up subject root))
                   (read-from-minibuffer prompt initial scim-filter-map nil
                                         'scim-filter--history))))
    (setf (alist-get type scim-filter-histories nil nil #'equal)
          scim-filter--history)
    (let ((trimmed (string-trim filter)))
      (and (not (string-empty-p trimmed)) trimmed))))

(provide 'scim-filter)
;;; scim-filter.el ends here
