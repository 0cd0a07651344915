;;; scim-env.el --- The variables of a SCIM workspace -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; `scim-env' lists every variable that a workspace needs: whether it is
;; set, where its value comes from, a fingerprint of the value, when it
;; expires.  The bridge finds that out; a value never comes here.
;;
;; Sets of variables as versioned things, their comparison, restoration
;; and history, are in scim-env-sets.el.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'tabulated-list)
(require 'scim-doctor)
(require 'scim-env-sets)
(require 'scim-menu)
(require 'scim-protocol)
(require 'scim-report)
(require 'scim-rpc)
(require 'scim-ui)
(require 'scim-workspace)

;;;; Internal variables

(defvar-local scim-env--tenant nil
  "Name of the tenant whose variables are shown, or nil for all.")

(defvar-local scim-env--variables nil
  "What the bridge told about variables, a list of plists.")

(defvar-local scim-env--problem nil
  "Why there is nothing to show, as text, or nil.")

(defvar-local scim-env--handle nil
  "Handle of the request in progress, or nil.")

;;;; Rows

(defconst scim-env--status-faces
  '(("set" . scim-success) ("missing" . scim-failure)
    ("invalid" . scim-failure) ("unknown" . scim-dimmed))
  "Faces for the states of variables.")

(defun scim-env--face (text face)
  "Return TEXT, or nothing when it is nil, with FACE."
  (if text (scim-ui-face text face) ""))

(defun scim-env--status (variable)
  "Return the state of VARIABLE as text."
  (let ((status (plist-get variable :status)))
    (scim-ui-face status (cdr (assoc status scim-env--status-faces)))))

(defun scim-env--remarks (variable)
  "Return what is remarkable about VARIABLE, as text."
  (string-join
   (delq nil
         (list (and (plist-get variable :problem)
                    (not (equal (plist-get variable :status) "missing"))
                    (scim-ui-face (plist-get variable :problem) 'scim-failure))
               (and (eq t (plist-get variable :exposed))
                    (scim-ui-face "secret in the repository" 'scim-failure))
               (and (eq t (plist-get variable :conflict))
                    (scim-ui-face "the environment differs" 'scim-warning))
               (and (plist-get variable :suggestion)
                    (scim-ui-face (concat "rename to "
                                          (plist-get variable :suggestion))
                                  'scim-warning))
               (and (seq-empty-p (plist-get variable :uses))
                    (scim-ui-face "not used" 'scim-dimmed))
               (plist-get variable :purpose)))
   "; "))

(defun scim-env--day (time)
  "Return the day of TIME, text as in ISO 8601, or nothing."
  (if time (substring time 0 (min 10 (length time))) ""))

(defun scim-env--entry (variable)
  "Return the row for VARIABLE."
  (list variable
        (vector (scim-env--status variable)
                (plist-get variable :name)
                (string-join (plist-get variable :tenants) ", ")
                (if (eq t (plist-get variable :secret)) "secret" "")
                (or (plist-get (plist-get variable :source) :label) "")
                (scim-env--face (plist-get variable :fingerprint) 'scim-dimmed)
                (scim-env--day (plist-get variable :expires))
                (scim-env--remarks variable))))

(defun scim-env--entries ()
  "Return the rows of this buffer."
  (mapcar #'scim-env--entry scim-env--variables))

(defun scim-env--variable ()
  "Return the variable at point, or signal a `user-error'."
  (or (tabulated-list-get-id) (user-error "There is no variable here")))

;;;; Asking

(defun scim-env--header ()
  "Return what the mode line has about this list."
  (concat (and scim-env--tenant (format "[%s]" scim-env--tenant))
          (and scim-env--handle " ⟳ asking")
          (and scim-env--problem (scim-ui-face " failed" 'scim-failure))))

(defun scim-env--done (answer)
  "Show ANSWER of the bridge."
  (setq scim-env--handle nil
        scim-env--problem nil
        scim-env--variables (append (plist-get answer :variables) nil))
  (tabulated-list-print t)
  (scim-env--tell-findings (append (plist-get answer :findings) nil))
  (force-mode-line-update))

(defun scim-env--tell-findings (findings)
  "Tell FINDINGS, what kept the bridge from seeing all variables."
  (if findings
      (message "%s" (mapconcat (lambda (finding)
                                 (scim-ui-face (plist-get finding :message)
                                               'scim-warning))
                               findings "\n"))
    (let ((missing (seq-count (lambda (variable)
                                (member (plist-get variable :status)
                                        '("missing" "invalid")))
                              scim-env--variables)))
      (message "%d %s, %s" (length scim-env--variables)
               (if (cdr scim-env--variables) "variables" "variable")
               (if (zerop missing) "none is missing"
                 (scim-ui-face (format "%d missing or invalid" missing)
                               'scim-failure))))))

(defun scim-env--failed (condition)
  "Tell CONDITION, why the bridge could not answer."
  (setq scim-env--handle nil
        scim-env--problem (scim-error-message condition))
  (force-mode-line-update)
  (message "%s" scim-env--problem))

(defun scim-env-look-up ()
  "Look up the values that are not known, by commands and in auth-source.
They stay in the bridge, which tells their fingerprints."
  (interactive nil scim-env-mode)
  (scim-env--ask (list :lookUp t)))

(defun scim-env-refresh (&rest _)
  "Ask the bridge again for the variables."
  (scim-env--ask nil))

(defun scim-env--ask (params)
  "Ask the bridge for the variables, with PARAMS."
  (when scim-env--handle
    (scim-rpc-cancel scim-env--handle))
  (setq scim-env--handle
        (scim-rpc-request-async
         scim-protocol-env-inventory
         (append params
                 (and scim-env--tenant
                      (list :tenants (vector scim-env--tenant))))
         :success #'scim-env--done
         :error #'scim-env--failed))
  (force-mode-line-update))

(defun scim-env-cancel ()
  "Cancel the request of this buffer, or else quit as usual."
  (interactive nil scim-env-mode)
  (if scim-env--handle
      (scim-rpc-cancel scim-env--handle)
    (keyboard-quit)))

;;;; Commands

(defun scim-env--places (variable)
  "Return the places of VARIABLE, plists with :file and :line from 1.
Where its value stands comes first."
  (seq-filter (lambda (place) (plist-get place :file))
              (cons (plist-get variable :source)
                    (append (plist-get variable :uses) nil))))

(defun scim-env-visit ()
  "Visit where the value of the variable at point is set, or else used."
  (interactive nil scim-env-mode)
  (scim-env--visit (car (scim-env--places (scim-env--variable)))))

(defun scim-env-visit-use ()
  "Visit where the variable at point is used; choose when there are several."
  (interactive nil scim-env-mode)
  (let* ((uses (seq-filter (lambda (use) (plist-get use :file))
                           (plist-get (scim-env--variable) :uses)))
         (names (mapcar (lambda (use)
                          (cons (format "%s:%s %s" (plist-get use :file)
                                        (or (plist-get use :line) 1)
                                        (plist-get use :what))
                                use))
                        uses)))
    (scim-env--visit (if (cdr names)
                         (scim-ui-choose "Use" names)
                       (cdar names)))))

(defun scim-env--visit (place)
  "Visit PLACE, a plist with :file and :line, or say that there is none."
  (unless place
    (user-error "No file of this workspace speaks of it"))
  (scim-report-visit-place
   (list :file (plist-get place :file)
         :position (list :line (1- (or (plist-get place :line) 1))
                         :character 0))))

(defun scim-env--insert-fact (label text)
  "Insert LABEL and TEXT, if there is one."
  (when (and text (not (equal text "")))
    (princ (format "%-12s %s\n" label text))))

(defun scim-env-describe ()
  "Tell all that is known about the variable at point."
  (interactive nil scim-env-mode)
  (let ((variable (scim-env--variable)))
    (with-help-window "*SCIM variable*"
      (princ (concat (plist-get variable :name) "\n\n"))
      (pcase-dolist (`(,label . ,key)
                     '(("Purpose" . :purpose) ("Format" . :format)
                       ("Status" . :status) ("Problem" . :problem)
                       ("Remedy" . :fix) ("Fingerprint" . :fingerprint)
                       ("Rotated" . :rotated) ("Expires" . :expires)
                       ("Better name" . :suggestion)))
        (scim-env--insert-fact label (plist-get variable key)))
      (scim-env--insert-fact
       "Secret" (if (eq t (plist-get variable :secret)) "yes" "no"))
      (scim-env--insert-fact
       "Tenants" (string-join (plist-get variable :tenants) ", "))
      (scim-env--insert-fact
       "Value from" (plist-get (plist-get variable :source) :label))
      (mapc (lambda (use)
              (scim-env--insert-fact
               "Used" (concat (plist-get use :what)
                              (and (plist-get use :file)
                                   (format ", %s:%s" (plist-get use :file)
                                           (or (plist-get use :line) 1))))))
            (plist-get variable :uses)))))

(defun scim-env-copy-name ()
  "Copy the name of the variable at point."
  (interactive nil scim-env-mode)
  (let ((name (plist-get (scim-env--variable) :name)))
    (scim-ui-copy name name)))

;;;###autoload
(defun scim-env-example (file)
  "Write to FILE a set of variables without values, for a new colleague."
  (interactive (list (read-file-name "Write example to: " (scim-rpc-root) nil
                                     nil ".env.example")))
  (let ((file (scim-ui-new-file file)))
    (let ((answer (scim-error-as-user-error
                    (scim-rpc-request scim-protocol-env-example nil))))
      (write-region (scim-rpc-text (plist-get answer :text)) nil file nil
                    'silent))
    (message "Wrote %s" (abbreviate-file-name file))
    (unless noninteractive
      (find-file-other-window file))))

(defun scim-env-doctor ()
  "Check the tenant that is shown, or all of them."
  (interactive nil scim-env-mode)
  (scim-doctor scim-env--tenant))

;;;###autoload
(defun scim-env (&optional tenant)
  "List the variables of this workspace, or of TENANT alone.
Interactively, a prefix argument lets the person choose a tenant.
See Info node `(scim)Variables of the workspace'."
  (interactive (list (and current-prefix-arg
                          (scim-env-sets-read-tenant "Variables of: "))))
  (let ((directory (or (scim-rpc-root) default-directory)))
    (with-current-buffer (scim-workspace-buffer "*SCIM variables*"
                                               (scim-rpc-root))
      (unless (and (derived-mode-p 'scim-env-mode)
                   (equal default-directory directory))
        (scim-env-mode)
        (setq default-directory directory))
      (setq scim-env--tenant tenant)
      (scim-env-refresh)
      (pop-to-buffer (current-buffer)))))

;;;; Mode

(defvar scim-env-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "RET") #'scim-env-visit)
    (define-key map (kbd "u") #'scim-env-visit-use)
    (define-key map (kbd "i") #'scim-env-describe)
    (define-key map (kbd "L") #'scim-env-look-up)
    (define-key map (kbd "c") #'scim-env-copy-name)
    (define-key map (kbd "d") #'scim-env-doctor)
    (define-key map (kbd "e") #'scim-env-example)
    (define-key map (kbd "=") #'scim-env-diff)
    (define-key map (kbd "h") #'scim-env-history)
    (define-key map (kbd "P") #'scim-env-promote)
    (define-key map (kbd "R") #'scim-env-rollback)
    (define-key map [remap keyboard-quit] #'scim-env-cancel)
    map)
  "Keymap of `scim-env-mode'.")

(scim-menu-define
 'scim-env-mode scim-env-mode-map "SCIM-Variables" "?"
 '("Variable"
   ("Visit" scim-env-visit :context t)
   ("Visit use" scim-env-visit-use :context t)
   ("Describe" scim-env-describe :context t)
   ("Copy name" scim-env-copy-name :context t))
 '("All"
   ("Look up values" scim-env-look-up)
   ("Write example..." scim-env-example)
   ("Check" scim-env-doctor)
   ("Refresh" revert-buffer))
 '("Sets"
   ("Compare..." scim-env-diff)
   ("Promote..." scim-env-promote)
   ("Roll back..." scim-env-rollback)
   ("History" scim-env-history)))

(define-derived-mode scim-env-mode tabulated-list-mode "SCIM-Variables"
  "Major mode for the list of variables that a workspace needs.
S sorts by the column at point.

\\{scim-env-mode-map}"
  :interactive nil
  (scim-menu-setup)
  (setq tabulated-list-format
        [("Status" 8 t) ("Name" 26 t) ("Tenants" 18 t) ("" 6 t)
         ("Value from" 32 t) ("Fingerpr." 9 nil) ("Expires" 10 t)
         ("Remarks" 0 nil)]
        tabulated-list-entries #'scim-env--entries
        tabulated-list-padding 1)
  (setq-local revert-buffer-function #'scim-env-refresh
              mode-line-process '((:eval (scim-env--header))))
  (tabulated-list-init-header))

(provide 'scim-env)
;;; scim-env.el ends here
