;;; scim-doctor.el --- Check SCIM tenants -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; `scim-doctor' shows what the bridge finds out about the tenants of a
;; workspace, from their variables to what they answer: each finding with
;; what comes of it and what mends it.  RET goes to the place in a file,
;; commands are buttons, g checks again.  It writes nothing to a service
;; unless asked with w, and then removes what it wrote.

;;; Code:

(require 'seq)
(require 'scim-client)
(require 'scim-menu)
(require 'scim-protocol)
(require 'scim-report)
(require 'scim-rpc)
(require 'scim-tenant)
(require 'scim-ui)

(declare-function scim-env "scim-env" (&optional tenant))

;;;; Internal variables

(defvar-local scim-doctor--tenants nil
  "Names of the tenants that are checked, a list; nil means all.")

;;;; Findings

(defun scim-doctor--findings ()
  "Return the findings of this buffer, as a list."
  (append (plist-get scim-report-answer :findings) nil))

(defun scim-doctor--details-end ()
  "Return where the lines end that belong to the finding at point."
  (save-excursion
    (forward-line)
    (while (looking-at-p " \\{8\\}")
      (forward-line))
    (point)))

(defun scim-doctor--show-finding (finding)
  "Make the lines of FINDING do what a person may want of them."
  (when-let ((line (plist-get finding :reportLine)))
    (goto-char (point-min))
    (forward-line line)
    (let ((end (scim-doctor--details-end)))
      (add-text-properties (point) end (list 'scim-doctor-finding finding))
      (when (plist-get finding :file)
        (put-text-property (point) end 'scim-report-place finding))
      (scim-doctor--show-details end finding))))

(defun scim-doctor--show-details (end finding)
  "Make buttons of what stands before END, the end of FINDING."
  (while (re-search-forward "^ \\{8,\\}\\(at\\|why\\|fix\\): *" end t)
    (let ((label (match-string 1)) (start (match-beginning 1)))
      (add-text-properties start (match-end 1)
                           '(face scim-dimmed font-lock-face scim-dimmed))
      (pcase label
        ("at" (scim-doctor--button (point) "Visit this place"
                                   (lambda (_)
                                     (scim-report-visit-place finding))))
        ("fix" (unless (looking-at-p ".*M-x scim-")
                 (scim-doctor--button (point) "Copy this"
                                      #'scim-doctor-copy-fix)))))))

(defun scim-doctor--button (start help action)
  "Make the line from START a button with HELP and ACTION."
  (make-text-button start (line-end-position)
                    'follow-link t 'help-echo help 'action action))

(defun scim-doctor--finding ()
  "Return the finding that point is in, or signal a `user-error'."
  (or (get-text-property (point) 'scim-doctor-finding)
      (user-error "There is no finding here")))

(defun scim-doctor--stop-p (position)
  "Does a finding that is not fine begin at POSITION?"
  (when-let ((finding (get-text-property position 'scim-doctor-finding)))
    (and (member (plist-get finding :status) '("warning" "error"))
         (not (eq finding (and (> position (point-min))
                               (get-text-property (1- position)
                                                  'scim-doctor-finding)))))))

(defun scim-doctor--show-headings ()
  "Show which lines of this buffer are headings."
  (goto-char (point-min))
  (while (re-search-forward "^\\(?:Workspace\\|Tenant .*\\)$" nil t)
    (add-text-properties (match-beginning 0) (match-end 0)
                         '(face scim-heading font-lock-face scim-heading))))

(defun scim-doctor--show (_answer)
  "Make buttons of what belongs to the findings of this buffer, and sum up."
  (let ((inhibit-read-only t))
    (save-excursion
      (scim-doctor--show-headings)
      (mapc #'scim-doctor--show-finding (scim-doctor--findings))))
  (let ((counts (plist-get scim-report-answer :counts)))
    (message "%s%s" (scim-doctor--summary counts) (scim-doctor--hint)))
  ;; What was looked up for the checks is known now.
  (scim-tenant-update)
  (force-mode-line-update))

(defun scim-doctor--summary (counts)
  "Return COUNTS of findings as text."
  (let ((errors (plist-get counts :errors))
        (warnings (plist-get counts :warnings)))
    (if (zerop (+ errors warnings))
        (scim-ui-face "All is well" 'scim-success)
      (scim-ui-face (format "%d error%s, %d warning%s"
                            errors (if (= errors 1) "" "s")
                            warnings (if (= warnings 1) "" "s"))
                    (if (zerop errors) 'scim-warning 'scim-failure)))))

(defun scim-doctor--hint ()
  "Return what to do when a variable is missing that Emacs can be given."
  (if (seq-some (lambda (finding) (equal "ENV001" (plist-get finding :id)))
                (plist-get scim-report-answer :findings))
      (substitute-command-keys "; after M-x setenv, \\<scim-doctor-mode-map>\
\\[scim-doctor-restart] checks with the new value")
    ""))

;;;; Commands

(defun scim-doctor-restart ()
  "Restart the bridge and check again.
It gets the environment variables that Emacs has now."
  (interactive nil scim-doctor-mode)
  (scim-error-as-user-error
    (scim-rpc-restart (scim-rpc-root)))
  (revert-buffer))

(defun scim-doctor-copy-fix (&rest _)
  "Copy what mends the finding at point."
  (interactive nil scim-doctor-mode)
  (let ((fix (plist-get (scim-doctor--finding) :fix)))
    (unless fix
      (user-error "There is nothing to mend here"))
    (scim-ui-copy fix fix)))

(defun scim-doctor-write-check ()
  "Check again, and whether the tenants may be written to.
A throwaway user is created, changed and deleted."
  (interactive nil scim-doctor-mode)
  (when (y-or-n-p (format "Create and delete a throwaway user at %s? "
                          (if scim-doctor--tenants
                              (string-join scim-doctor--tenants ", ")
                            "all tenants")))
    (scim-report-ask :writeCheck t)))

(defun scim-doctor-save (file)
  "Write the report to FILE, as Markdown.
As JUnit if its name ends with xml, as JSON Lines if with jsonl.
The tenants are checked again for it."
  (interactive (list (read-file-name "Write report to (*.md, *.xml, *.jsonl): "))
               scim-doctor-mode)
  (let ((file (scim-ui-new-file file))
        (params (plist-get scim-report--question :params))
        (format (pcase (file-name-extension file)
                  ("xml" "junit") ("jsonl" "jsonl") ("txt" "text")
                  (_ "markdown"))))
    (scim-rpc-request-async
     scim-protocol-doctor
     (scim-report-merge (list :format format :color :json-false) params)
     :success (lambda (answer)
                (scim-rpc-save-text (plist-get answer :report) file)
                (message "Wrote %s" file))
     :error (lambda (condition)
              (message "%s" (scim-error-message condition))))))

(defun scim-doctor-env ()
  "Show the variables of this workspace."
  (interactive nil scim-doctor-mode)
  (require 'scim-env)
  (scim-env))

(defun scim-doctor--read-tenant ()
  "Read the tenant to check; the empty string means all of them.
The tenant of this buffer is the default."
  (let* ((answer (scim-error-as-user-error
                   (scim-rpc-request scim-protocol-tenants nil)))
         (names (mapcar (lambda (tenant) (plist-get tenant :name))
                        (plist-get answer :tenants))))
    (if (not (cdr names))
        nil
      (let ((name (completing-read "Check tenant (empty for all): " names
                                   nil t nil nil)))
        (and (not (string-empty-p name)) name)))))

;;;###autoload
(defun scim-doctor (&optional tenant)
  "Check TENANT, or all tenants of this workspace, and show what is found.
Interactively, a prefix argument lets the person choose; otherwise it is
the tenant of this buffer, if it has one.
See Info node `(scim)Doctor'."
  (interactive (list (if (or current-prefix-arg
                             (derived-mode-p 'scim-doctor-mode))
                         (scim-doctor--read-tenant)
                       (bound-and-true-p scim-tenant))))
  (let ((buffer (scim-report-open
                 "*SCIM doctor*" #'scim-doctor-mode scim-protocol-doctor
                 (append (and tenant (list :tenants (vector tenant)))
                         (list :color t :client (scim-client-versions)))
                 #'scim-doctor--show)))
    (with-current-buffer buffer
      (setq scim-doctor--tenants (and tenant (list tenant)))
      (force-mode-line-update))
    buffer))

;;;; Mode

(defvar scim-doctor-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "w") #'scim-doctor-write-check)
    (define-key map (kbd "c") #'scim-doctor-copy-fix)
    (define-key map (kbd "r") #'scim-doctor-restart)
    (define-key map (kbd "s") #'scim-doctor-save)
    (define-key map (kbd "v") #'scim-doctor-env)
    (define-key map (kbd "t") #'scim-doctor)
    map)
  "Keymap of `scim-doctor-mode'.")

(scim-menu-define
 'scim-doctor-mode scim-doctor-mode-map "SCIM-Doctor" "?"
 '("Check"
   ("Again" revert-buffer)
   ("Again, with the variables of now" scim-doctor-restart)
   ("Writing, too..." scim-doctor-write-check)
   ("Tenant..." scim-doctor)
   ("Cancel" scim-report-cancel))
 '("Finding"
   ("Visit place" scim-report-visit :context t)
   ("Copy remedy" scim-doctor-copy-fix :context t)
   ("Next" scim-report-next)
   ("Previous" scim-report-previous))
 '("More"
   ("Requests of the checks" scim-log-of-action)
   ("Save report..." scim-doctor-save)
   ("Variables" scim-doctor-env)))

(define-derived-mode scim-doctor-mode scim-report-mode "SCIM-Doctor"
  "Major mode for what is found out about tenants.

\\{scim-doctor-mode-map}"
  :interactive nil
  (setq scim-report-stop-p #'scim-doctor--stop-p)
  (setq-local header-line-format
              '((:eval (format " %s  %s"
                               (if scim-doctor--tenants
                                   (string-join scim-doctor--tenants ", ")
                                 "all tenants")
                               (substitute-command-keys
                                "\\<scim-doctor-mode-map>\
\\[revert-buffer] again  \\[scim-doctor-write-check] check writing  \
\\[scim-report-visit] visit  \\[scim-doctor-copy-fix] copy remedy"))))))

(provide 'scim-doctor)
;;; scim-doctor.el ends here
