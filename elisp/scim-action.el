;;; scim-action.el --- Make one change to many SCIM resources -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; `scim-action-start' asks what to do to some resources, and shows what
;; would be sent for each of them, in a buffer: nothing was written yet.
;; Rows can be taken out there.  Then the plan is run after a question
;; with the exact count, and each row says what became of it.
;;
;; The bridge makes the plan, keeps it, and runs it once.  What failed is
;; planned again, which reads what is there now: so nothing is done twice.

;;; Code:

(require 'cl-lib)
(require 'seq)
(require 'subr-x)
(require 'scim-action-read)
(require 'scim-action-view)
(require 'scim-error)
(require 'scim-menu)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-table)
(require 'scim-tenant)
(require 'scim-ui)
(require 'scim-workspace)

(autoload 'scim-alert-ended "scim-alert")
(autoload 'scim-log-of-action "scim-log" nil t)
(autoload 'scim-lookup-read-several "scim-lookup")
(autoload 'scim-lookup-read-type "scim-lookup")
(declare-function scim-edit-resource "scim-edit")

;;;; Internal variables

(defvar-local scim-action--type nil
  "Resource type of the resources of this buffer.")

(defvar-local scim-action--action nil
  "What is to be done to them, a plist as the bridge takes it.")

(defvar-local scim-action--ids nil
  "Ids of the resources, a list, also of those that were taken out.")

(defvar-local scim-action--handle nil
  "Handle of the request in progress, or nil.")

(defvar-local scim-action--excluding 0
  "Number of requests in progress that leave resources out.")

(defvar-local scim-action--started nil
  "When the run began, as a float.")

;;;; Planning

(defun scim-action--params (&rest plist)
  "Return PLIST with the tenant of this buffer."
  (append plist (and scim-tenant (list :tenant scim-tenant))))

(defun scim-action--ask-plan (ids &optional single)
  "Ask the bridge what would be sent for IDS, a list, and show it.
SINGLE is non-nil when each request shall have one member of a group."
  (setq scim-action--state 'planning
        scim-action--progress nil
        scim-action--handle
    (scim-rpc-request-async
         scim-protocol-action-plan
         (append (scim-action--params
                  :type scim-action--type :ids (vconcat ids)
                  :change scim-action--action)
                 (and single (list :single t)))
         :success #'scim-action--planned
         :error #'scim-action--not-planned
         :progress #'scim-action--note-progress))
  (force-mode-line-update))

(defun scim-action--planned (answer)
  "Show ANSWER, a plan."
  (setq scim-action--state 'planned
        scim-action--handle nil
        scim-action--plan (plist-get answer :plan)
        scim-action--summary answer)
  (scim-action--watch scim-action--plan)
  (scim-action--show-plan answer)
  (scim-action--retitle)
  (force-mode-line-update))

(defun scim-action--not-planned (condition)
  "Tell CONDITION, why there is no plan."
  (setq scim-action--state nil
        scim-action--handle nil
        scim-action--summary (list :summary (scim-error-message condition)))
  (force-mode-line-update)
  (message "%s" (scim-error-message condition)))

(defun scim-action--retitle ()
  "Name this buffer after its plan."
  (let ((name (format "*SCIM action: %s*" (plist-get scim-action--summary :title))))
    (unless (string-prefix-p name (buffer-name))
      (scim-workspace-rename-buffer name))))

(defun scim-action--busy-p ()
  "Is something in progress in this buffer?"
  (memq scim-action--state '(planning running stopping)))

(defun scim-action--want-idle ()
  "Signal a `user-error' while something is in progress."
  (when (scim-action--busy-p)
    (user-error "Something is in progress here; %s stops it"
                (substitute-command-keys
                 "\\<scim-action-mode-map>\\[scim-action-stop]"))))

(defun scim-action-refresh (&rest _)
  "Plan again for all rows, from what is there now."
  (scim-action--want-idle)
  (let ((ids (or (scim-table-ids) scim-action--ids)))
    (scim-action--forget)
    (scim-action--ask-plan ids)))

(defun scim-action-retry ()
  "Plan again for what failed, was stopped, or whose outcome is not known.
What is there now is read first, so that nothing is done twice."
  (interactive nil scim-action-mode)
  (scim-action--want-idle)
  (let ((ids (scim-action--ids-of scim-action--failures)))
    (unless ids
      (user-error "Nothing has failed"))
    (scim-action--ask-plan
     ids (and (plist-get scim-action--action :groups)
              (scim-action--ids-of '("failed"))))))

(defun scim-action--forget ()
  "Let the bridge forget the plan of this buffer."
  (when (and scim-action--plan (scim-rpc-ready-p (scim-rpc-root)))
    (scim-rpc-request-async scim-protocol-action-forget
                            (list :plan scim-action--plan)
                            :error #'ignore)))

;;;; Leaving out

(defun scim-action-remove ()
  "Leave the marked resources, or the one at point, out of the plan."
  (interactive nil scim-action-mode)
  (unless (eq scim-action--state 'planned)
    (user-error "There is no plan that has not been run"))
  (let* ((ids (scim-table-marked-or-here))
         (next (save-excursion (forward-line (length ids)) (scim-table-id))))
    (scim-table-remove ids)
    (when next
      (scim-table-goto next))
    (cl-incf scim-action--excluding)
    (scim-rpc-request-async
     scim-protocol-action-exclude
     (list :plan scim-action--plan :ids (vconcat ids))
     :success #'scim-action--excluded
     :error (lambda (condition)
              (cl-decf scim-action--excluding)
              (scim-action--not-planned condition)))))

(defun scim-action--excluded (summary)
  "Note SUMMARY, what the plan is without what was left out."
  (cl-decf scim-action--excluding)
  (setq scim-action--summary summary)
  (scim-action--retitle)
  (force-mode-line-update))

;;;; Running

(defun scim-action-run ()
  "Send what is planned here, after a question with the exact count."
  (interactive nil scim-action-mode)
  ;; The question has the count without what was just left out.
  (while (> scim-action--excluding 0)
    (accept-process-output nil 0.02))
  (unless (eq scim-action--state 'planned)
    (scim-action--want-idle)
    (user-error "There is nothing to run; %s plans again"
                (substitute-command-keys
                 "\\<scim-action-mode-map>\\[revert-buffer]")))
  (let ((question (or (plist-get scim-action--summary :question)
                      (user-error "There is nothing to send")))
        (severe (eq t (plist-get scim-action--summary :severe)))
        (plan scim-action--plan))
    (unless (scim-action--yes-p question severe)
      (user-error "Nothing was sent"))
    ;; What was asked about is what is run.
    (unless (and (eq scim-action--state 'planned)
                 (equal plan scim-action--plan)
                 (equal question (plist-get scim-action--summary :question)))
      (user-error "The plan has changed meanwhile; nothing was sent"))
    (scim-action--run severe)))

(defun scim-action--yes-p (question severe)
  "Ask QUESTION, after what a person should know; SEVERE wants a typed yes."
  (let ((prompt (concat (mapconcat (lambda (warning) (concat "! " warning "\n"))
                                   scim-action--warning-texts "")
                        question " "))
        (use-dialog-box nil))
    (if severe
        (let ((use-short-answers nil)) (yes-or-no-p prompt))
      (y-or-n-p prompt))))

(defun scim-action--run (confirmed)
  "Run the plan; CONFIRMED is non-nil when a yes was typed in full."
  (setq scim-action--state 'running
        scim-action--started (float-time)
        scim-action--progress nil
        scim-action--handle
        (scim-rpc-request-async
         scim-protocol-action-run
         (append (list :plan scim-action--plan)
                 (and confirmed (list :confirmed t)))
         :success #'scim-action--ended
         :error #'scim-action--broken))
  (force-mode-line-update))

(defun scim-action--ended (answer)
  "Show ANSWER, what the run came to."
  (setq scim-action--state 'run
        scim-action--handle nil
        scim-action--progress nil)
  (scim-action--conclude answer))

(defun scim-action--broken (condition)
  "Tell CONDITION, why the run ended without an answer.
What the bridge has not told about until then nobody knows."
  (let ((lost (scim-action--ids-of '("planned")))
        (refused (memq (car condition) '(scim-refused scim-configuration-error
                                                      scim-cancelled))))
    (setq scim-action--state (if refused 'planned 'run)
          scim-action--handle nil
          scim-action--progress nil)
    (if refused
        (message "%s" (scim-error-message condition))
      (scim-action--lose lost)
      (scim-action--conclude
       (list :summary (format "%s; %d not known: retry reads what is there now"
                              (scim-error-message condition) (length lost)))))
    (force-mode-line-update)))

(defun scim-action--lose (ids)
  "Have the rows of IDS say that their outcome is not known."
  (dolist (id ids)
    (puthash id "lost" scim-action--outcomes))
  (scim-action--replace-rows
   (mapcar (lambda (id)
             (pcase-let ((`(,name ,sent . ,_) (scim-table-cells id)))
               (cons id (format "%s\t%s\t? unknown: no answer came" name sent))))
           ids)))

(defun scim-action--conclude (answer)
  "Tell the summary of ANSWER, and that something long has ended."
  (let* ((failed (and (scim-action--ids-of scim-action--failures) t))
         (summary (plist-get answer :summary))
         (title (plist-get scim-action--summary :title)))
    (setq scim-action--summary (append answer (list :title title)))
    (force-mode-line-update)
    (message "%s: %s" title (if failed (scim-ui-face summary 'scim-failure) summary))
    (scim-alert-ended scim-action--started title summary failed)))

(defun scim-action-stop ()
  "Stop what is in progress here.
Of a run, nothing more is sent; what was sent already is waited for."
  (interactive nil scim-action-mode)
  (pcase scim-action--state
    ('planning (scim-rpc-cancel scim-action--handle))
    ('running (setq scim-action--state 'stopping)
              (force-mode-line-update)
              (scim-rpc-request-async scim-protocol-action-stop
                                      (list :plan scim-action--plan)
                                      :error #'ignore))
    ('stopping (message "What was sent is waited for"))
    (_ (user-error "Nothing is in progress"))))

(defun scim-action-quit ()
  "Stop what is in progress here, or else quit as usual."
  (interactive nil scim-action-mode)
  (if (scim-action--busy-p)
      (scim-action-stop)
    (keyboard-quit)))

;;;; Looking

(defun scim-action-show ()
  "Show the requests of the row at point in full, and what became of them."
  (interactive nil scim-action-mode)
  (let* ((id (scim-table-id-here))
         (plan (gethash id scim-action--plans))
         (name (car (scim-table-cells id))))
    (scim-rpc-request-async
     scim-protocol-action-request (list :plan plan :id id)
     :success (lambda (answer)
                (scim-action--show-text
                 name (scim-rpc-text (plist-get answer :text))))
     :error (lambda (condition) (message "%s" (scim-error-message condition))))))

(defun scim-action--show-text (name text)
  "Show TEXT, the requests for the resource NAME."
  (with-current-buffer (get-buffer-create (format "*SCIM request: %s*" name))
    (let ((inhibit-read-only t))
      (erase-buffer)
      (insert text)
      (set-buffer-modified-p nil)
      (goto-char (point-min)))
    (special-mode)
    (setq-local font-lock-defaults '(scim-ui-json-keywords t))
    (font-lock-mode 1)
    (display-buffer (current-buffer))))

(defun scim-action-visit ()
  "Open the resource at point."
  (interactive nil scim-action-mode)
  (require 'scim-edit)
  (scim-edit-resource scim-action--type (scim-table-id-here) scim-tenant))

(defun scim-action--next-error (count reset)
  "Go forward COUNT failures from here, or from the beginning with RESET."
  (let* ((ids (vconcat (scim-action--ids-of scim-action--failures)))
         (all (scim-table-ids))
         (here (or (and (not reset) (seq-position all (scim-table-id))) -1))
         (rows (mapcar (lambda (id) (seq-position all id)) ids))
         (ahead (if (> count 0)
                    (seq-filter (lambda (row) (> row here)) rows)
                  (reverse (seq-filter (lambda (row) (< row here)) rows))))
         (row (nth (1- (abs count)) ahead)))
    (unless row
      (user-error "No more failures"))
    (scim-table-goto (nth row all))))

(defun scim-action-report (file)
  "Write a report of this plan or run to FILE.
It is CSV or JSON if the name of FILE says so, and Markdown otherwise."
  (interactive (list (read-file-name "Write report to: " nil nil nil "report.md"))
               scim-action-mode)
  (let ((file (scim-ui-new-file file)))
        (scim-rpc-request-async
     scim-protocol-action-report (scim-action--report-params file)
     :success (lambda (answer)
                (scim-rpc-save-text (plist-get answer :text) file)
                (message "Wrote %s" (abbreviate-file-name file)))
     :error (lambda (condition) (message "%s" (scim-error-message condition))))))

(defun scim-action--report-params (file)
  "Return what the bridge needs for a report of this buffer in FILE."
  (list :title (or (plist-get scim-action--summary :title) (buffer-name))
        :notes (vconcat (delq nil (list (plist-get scim-action--summary :summary)
                                        (scim-action--when-and-where)))
                        scim-action--warning-texts)
        :columns (vconcat (mapcar (lambda (column) (plist-get column :name))
                                  scim-action--columns))
        :rows (scim-rpc-text-ref (buffer-substring-no-properties
                                  (point-min) (point-max)))
        :format (scim-action-report-format file)))

(defun scim-action--when-and-where ()
  "Return for a report when this was, and at which service."
  (let ((tenant (scim-tenant-info)))
    (concat (format-time-string "%F %T %Z" scim-action--started)
            (and tenant (format ", %s: %s" (plist-get tenant :name)
                                (scim-tenant-describe tenant))))))

(defun scim-action-report-format (file)
  "Return the format of a report in FILE, by its name."
  (pcase (file-name-extension file)
    ("csv" "csv") ("json" "json") (_ "markdown")))

;;;; Starting

;;;###autoload
(defun scim-action-start (type ids &optional tenant action)
  "Ask what to do to the resources IDS of TYPE, and show what would be sent.
IDS is a list of strings; TENANT is by default that of this buffer.  With
ACTION, a plist as the bridge takes it, nothing is asked.  Nothing is
written before the plan is run from its buffer, which is returned.
Interactively, ask for resources by name.
See Info node `(scim)Acting on many'."
  (interactive
   (let ((type (scim-lookup-read-type "Change resources of type: ")))
     (list type (mapcar (lambda (resource) (plist-get resource :id))
                        (scim-lookup-read-several (format "%s: " type)
                                                  (list type))))))
  (unless ids
    (user-error "No resources were chosen"))
  (let* ((tenant (or tenant scim-tenant))
         (action (or action
                     (scim-action-read (scim-action-read-choices type tenant)
                                       (length ids) tenant)))
         (directory default-directory))
    (with-current-buffer
        (generate-new-buffer (format "*SCIM action: %s*" (plist-get action :kind)))
      (setq default-directory directory)
      (scim-action-mode)
      (setq-local scim-tenant tenant)
      (setq scim-rpc-action (scim-rpc-new-action "action")
            scim-action--type type
            scim-action--ids (append ids nil)
            scim-action--action action)
      (scim-action--ask-plan scim-action--ids)
      (pop-to-buffer (current-buffer))
      (current-buffer))))

;;;; Mode

(defun scim-action--leave ()
  "Stop what is in progress in this buffer, which is about to be killed."
  (when (eq scim-action--state 'planning)
    (scim-rpc-cancel scim-action--handle))
  (scim-action--forget))

(defun scim-action--may-leave-p ()
  "May this buffer be killed?  Ask when something is being sent."
  (or (not (memq scim-action--state '(running stopping)))
      (yes-or-no-p "Resources are being changed; stop that? ")))

(defvar scim-action-mode-map
  (let ((map (make-sparse-keymap)))
    (set-keymap-parent map scim-table-mode-map)
    (define-key map (kbd "RET") #'scim-action-show)
    (define-key map (kbd "o") #'scim-action-visit)
    (define-key map (kbd "k") #'scim-action-remove)
    (define-key map (kbd "d") #'scim-action-remove)
    (define-key map (kbd "x") #'scim-action-run)
    (define-key map (kbd "C-c C-c") #'scim-action-run)
    (define-key map (kbd "C-c C-k") #'scim-action-stop)
    (define-key map (kbd "C-g") #'scim-action-quit)
    (define-key map (kbd "R") #'scim-action-retry)
    (define-key map (kbd "E") #'scim-action-report)
    (define-key map (kbd "l") #'scim-log-of-action)
    map)
  "Keymap of `scim-action-mode'.")

(scim-menu-define
 'scim-action-mode scim-action-mode-map "SCIM-Action" "?"
 '("Plan"
   ("Run" scim-action-run)
   ("Leave out" scim-action-remove :context t)
   ("Plan again" revert-buffer :key "g")
   ("Stop" scim-action-stop :key "C-k" :if scim-action--busy-p)
   ("Retry failures" scim-action-retry))
 '("Look"
   ("Request" scim-action-show :context t)
   ("Resource" scim-action-visit :context t)
   ("Next failure" next-error :key "N")
   ("Report..." scim-action-report)
   ("Log of these requests" scim-log-of-action))
 scim-table-menu-group)

(define-derived-mode scim-action-mode scim-table-mode "SCIM-Action"
  "Major mode for one change to many resources.
Each row is a resource, what would be sent for it, and how it stands.

\\{scim-action-mode-map}"
  :interactive nil
  (scim-table-set-columns scim-action--columns)
  (setq scim-action--outcomes (make-hash-table :test #'equal)
        scim-action--plans (make-hash-table :test #'equal)
        header-line-format '(:eval (scim-ui-literally (scim-action--header))))
  (add-hook 'jit-lock-functions #'scim-action--fontify 90 t)
  (add-hook 'kill-buffer-query-functions #'scim-action--may-leave-p nil t)
  (add-hook 'kill-buffer-hook #'scim-action--leave nil t)
  (setq-local revert-buffer-function #'scim-action-refresh
              next-error-function #'scim-action--next-error
              mode-line-process '((:eval (scim-tenant-indicator))
                                  (:eval (scim-table-marks-indicator))))
  (scim-menu-setup))

(provide 'scim-action)
;;; scim-action.el ends here
