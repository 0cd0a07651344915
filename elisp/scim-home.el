;;; scim-home.el --- The home buffer of the SCIM workbench -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; What `M-x scim' shows: the tenants of the workspace, whether they
;; answer and what they support, the mock servers that run, the latest
;; exchanges, the files of the workspace, and what can be done next.
;;
;; All that is known is drawn at once; what has to be asked for is asked
;; without waiting, and drawn when it comes.  A service is only connected
;; to when nobody has to be asked for it first: not a production tenant,
;; none that wants every request to be confirmed, none whose secret has
;; still to be looked up.  `h' asks such a one.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'scim-api)
(require 'scim-error)
(require 'scim-home-view)
(require 'scim-log-store)
(require 'scim-menu)
(require 'scim-mock)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-tenant)
(require 'scim-ui)
(require 'scim-workspace)

(autoload 'scim-kill-workspace "scim-project" nil t)
(autoload 'scim-list-buffers "scim-project" nil t)
(autoload 'scim-switch-to-buffer "scim-project" nil t)

(declare-function scim-restart "scim")
(declare-function scim-customize "scim")
(declare-function scim-new-file "scim")
(declare-function scim-new-mock "scim")
(declare-function scim-open-workspace "scim")
(declare-function scim-start "scim")
(declare-function scim-stop "scim")
(declare-function scim-version "scim")
(declare-function scim-trust "scim-trust")
(declare-function Info-find-file "info" (filename &optional noerror))
(declare-function info-initialize "info")
(defvar Info-directory-list)
(autoload 'scim-demo "scim-demo" nil t)
(autoload 'scim-tour "scim-tour" nil t)
(autoload 'scim-doctor "scim-doctor" nil t)
(autoload 'scim-env "scim-env" nil t)
(autoload 'scim-env-diff "scim-env-sets" nil t)
(autoload 'scim-env-promote "scim-env-sets" nil t)
(autoload 'scim-env-rollback "scim-env-sets" nil t)
(autoload 'scim-env-history "scim-env-sets" nil t)
(autoload 'scim-rotate "scim-rotate" nil t)
(autoload 'scim-users "scim-browse" nil t)
(autoload 'scim-groups "scim-browse" nil t)
(autoload 'scim-browse "scim-browse" nil t)
(autoload 'scim-edit "scim-edit" nil t)
(autoload 'scim-new "scim-new" nil t)
(autoload 'scim-log-all "scim-log" nil t)
(autoload 'scim-schemas "scim-schema" nil t)
(autoload 'scim-repl "scim-repl" nil t)
(autoload 'scim-compare-tenants "scim-compare" nil t)

;;;; Customization

(defcustom scim-home-ask-services t
  "Non-nil means that the home buffer asks each service whether it answers.
Production tenants, those that want every request to be confirmed, and
those whose secrets must be looked up first are never asked by itself."
  :type 'boolean
  :group 'scim-home
  :safe #'booleanp
  :package-version '(scim . "0.1.0"))

;;;; Asking

(defun scim-home--show-tenants (told)
  "Show what was TOLD about the tenants, a plist or a condition."
  (when (derived-mode-p 'scim-home-mode)
    (setq scim-home--tenants told)
    (when (keywordp (car told))
      (mapc #'scim-home--ask-maybe (plist-get told :tenants)))
    (scim-home--render)))

(defun scim-home--harmless-p (tenant)
  "Can the service of TENANT be asked without asking a person first?"
  (and scim-home-ask-services
       (not noninteractive)
       (seq-empty-p (plist-get tenant :problems))
       (seq-empty-p (plist-get tenant :pending))
       (not (equal (plist-get tenant :confirm) "always"))
       (or (plist-get tenant :mock)
           (not (scim-tenant-flag tenant :production)))))

(defun scim-home--ask-maybe (tenant)
  "Ask the service of TENANT whether it answers, if that is harmless."
  (when (and (scim-home--harmless-p tenant)
             (null (scim-home--health-of tenant)))
    (scim-home--ask (plist-get tenant :name))))

(defun scim-home--ask (name)
  "Ask the service of the tenant NAME whether it answers."
  (setf (alist-get name scim-home--health nil nil #'equal) 'asked)
  (let ((told (lambda (health)
                (setf (alist-get name scim-home--health nil nil #'equal) health)
                (scim-home--render))))
    (scim-rpc-request-async scim-protocol-schema-health (list :tenant name)
                            :root scim-home--root
                            :success told :error told)))

(defun scim-home-refresh (&rest _)
  "Ask the bridge again, starting it when needed, and show the answer."
  (interactive nil scim-home-mode)
  (setq scim-home--health nil)
  (scim-rpc-request-async scim-protocol-tenants nil
                          :root scim-home--root
                          :success #'scim-home--show-tenants
                          :error #'scim-home--show-tenants)
  (scim-home--render))

(defun scim-home-tenant ()
  "Return the name of the tenant at point, or nil for the default one."
  (get-text-property (line-beginning-position) 'scim-home-tenant))

(defun scim-home-ask ()
  "Ask the service of the tenant at point whether it answers."
  (interactive nil scim-home-mode)
  (scim-home--ask (or (scim-home-tenant)
                      (plist-get scim-home--tenants :defaultTenant)
                      (user-error "There is no tenant here")))
  (scim-home--render))

;;;; What changes elsewhere

(defun scim-home--buffers ()
  "Return the home buffers."
  (seq-filter (lambda (buffer)
                (with-current-buffer buffer
                  (derived-mode-p 'scim-home-mode)))
              (buffer-list)))

(defun scim-home--redraw ()
  "Draw all home buffers with what is known now."
  (dolist (buffer (scim-home--buffers))
    (with-current-buffer buffer
      (scim-home--render))))

(defun scim-home--tenants-told (root told)
  "Show in the home buffer of ROOT what was TOLD about its tenants."
  (dolist (buffer (scim-home--buffers))
    (with-current-buffer buffer
      (scim-home--settle root)
      (when (equal root scim-home--root)
        (scim-home--show-tenants told)))))

(defun scim-home--settle (root)
  "Have this buffer, if it is of no workspace, be that of ROOT when it is in it.
A directory becomes a workspace when its first tenant is set up."
  (when (and root (null scim-home--root)
             (equal root (scim-rpc-root))
             (not (seq-some (lambda (buffer)
                              (equal root (buffer-local-value 'scim-home--root
                                                              buffer)))
                            (scim-home--buffers))))
    (setq default-directory root
          scim-home--root root)))

(defun scim-home--mocks-changed ()
  "Ask again for what the home buffers show, since mock servers have changed."
  (dolist (buffer (scim-home--buffers))
    (with-current-buffer buffer
      (scim-home-refresh))))

(defvar scim-home--timer nil
  "Timer that will draw the home buffers with new exchanges, or nil.")

(defun scim-home--exchanged (&rest _)
  "Draw the home buffers that are seen soon, since something was sent."
  (when (and (not scim-home--timer)
             (seq-some (lambda (buffer) (get-buffer-window buffer t))
                       (scim-home--buffers)))
    (setq scim-home--timer
          (run-at-time 1 nil (lambda ()
                               (setq scim-home--timer nil)
                               (scim-home--redraw))))))

;;;; Moving

(defun scim-home--follow-point ()
  "Have the commands of this buffer mean the tenant at point."
  (let ((tenant (scim-home-tenant)))
    (unless (equal tenant scim-tenant)
      (setq-local scim-tenant tenant)
      (force-mode-line-update))))

(defun scim-home-next-section ()
  "Go to the next heading."
  (interactive nil scim-home-mode)
  (let ((next (next-single-property-change (line-end-position)
                                           'scim-home-heading)))
    (goto-char (or next (user-error "There is no next heading")))))

(defun scim-home-previous-section ()
  "Go to the previous heading."
  (interactive nil scim-home-mode)
  (let ((end (previous-single-property-change (line-beginning-position)
                                              'scim-home-heading)))
    (goto-char (or end (user-error "There is no previous heading")))
    (beginning-of-line)))

;;;; Manual

(defun scim-home--find-manual ()
  "Have Info know where the manual of these very files is.
In a package it is beside them, in a clone in doc/, once it was built."
  (require 'info)
  (info-initialize)
  (let* ((directory (file-name-directory (locate-library "scim-home")))
         (built (seq-find (lambda (place)
                            (file-exists-p (expand-file-name "scim.info" place)))
                          (list directory (expand-file-name "doc/" directory)))))
    (cond (built (setq Info-directory-list
                       (cons built (delete built Info-directory-list))))
          ((not (Info-find-file "scim" t))
           (user-error "The manual is not here yet; `make info' in %s builds it"
                       (abbreviate-file-name
                        (file-name-directory
                         (directory-file-name directory))))))))

;;;###autoload
(defun scim-home-manual (&optional node)
  "Read the manual, or its NODE."
  (interactive)
  (scim-home--find-manual)
  (info (format "(scim)%s" (or node "Top"))))

;;;; Mode

(defvar scim-home-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "u") #'scim-users)
    (define-key map (kbd "U") #'scim-groups)
    (define-key map (kbd "b") #'scim-browse)
    (define-key map (kbd "e") #'scim-edit)
    (define-key map (kbd "N") #'scim-new)
    (define-key map (kbd "R") #'scim-repl)
    (define-key map (kbd "s") #'scim-schemas)
    (define-key map (kbd "=") #'scim-compare-tenants)
    (define-key map (kbd "h") #'scim-home-ask)
    (define-key map (kbd "t") #'scim-tenant-add)
    (define-key map (kbd "c") #'scim-doctor)
    (define-key map (kbd "v") #'scim-env)
    (define-key map (kbd "f") #'scim-new-file)
    (define-key map (kbd "m") #'scim-new-mock)
    (define-key map (kbd "M") #'scim-mock-list)
    (define-key map (kbd "d") #'scim-demo)
    (define-key map (kbd "T") #'scim-tour)
    (define-key map (kbd "i") #'scim-home-manual)
    (define-key map (kbd "l") #'scim-log)
    (define-key map (kbd "L") #'scim-log-all)
    (define-key map (kbd "r") #'scim-restart)
    (define-key map (kbd "o") #'scim-customize)
    (define-key map (kbd "w") #'scim-open-workspace)
    (define-key map (kbd "n") #'next-line)
    (define-key map (kbd "p") #'previous-line)
    (define-key map (kbd "M-n") #'scim-home-next-section)
    (define-key map (kbd "M-p") #'scim-home-previous-section)
    (define-key map (kbd "TAB") #'forward-button)
    (define-key map (kbd "<backtab>") #'backward-button)
    map)
  "Keymap of `scim-home-mode'.")

(scim-menu-define
 'scim-home-mode scim-home-mode-map "SCIM" "?"
 '("Tenant at point"
   ("Users" scim-users :context t)
   ("Groups" scim-groups :context t)
   ("Resources..." scim-browse :context t)
   ("Edit a resource..." scim-edit :context t)
   ("New resource..." scim-new)
   ("REPL" scim-repl :context t)
   ("Schemas" scim-schemas :context t)
   ("Does it answer?" scim-home-ask :context t))
 '("Tenants"
   ("Set up..." scim-tenant-add)
   ("Doctor" scim-doctor)
   ("Compare two..." scim-compare-tenants)
   ("Rotate credential..." scim-rotate :key "k")
   ("Trust commands of a file..." scim-trust :key "y")
   ("Visit scim.yaml" scim-open-workspace))
 '("Environment"
   ("Variables" scim-env)
   ("Compare..." scim-env-diff :key "E c")
   ("Promote..." scim-env-promote :key "E p")
   ("Roll back..." scim-env-rollback :key "E r")
   ("History" scim-env-history :key "E h"))
 '("Files"
   ("New request file..." scim-new-file)
   ("New mock file..." scim-new-mock)
   ("Mock servers" scim-mock-list)
   ("Log" scim-log)
   ("Log of all tenants" scim-log-all))
 '("Bridge"
   ("Start" scim-start :key "B s")
   ("Stop" scim-stop :key "B k")
   ("Restart" scim-restart)
   ("Buffers of a workspace" scim-list-buffers :key "B b")
   ("Switch to buffer..." scim-switch-to-buffer :key "B o")
   ("Kill workspace..." scim-kill-workspace :key "B K")
   ("Versions" scim-version :key "B v"))
 '("Learn"
   ("Tour" scim-tour)
   ("Demo" scim-demo)
   ("Manual" scim-home-manual)
   ("Options" scim-customize)
   ("Refresh" revert-buffer)))

(define-derived-mode scim-home-mode special-mode "SCIM"
  "Major mode for the home buffer of the SCIM workbench.
Commands about a tenant mean the one at point, or the default one.

\\{scim-home-mode-map}"
  :interactive nil
  (buffer-disable-undo)
  (scim-menu-setup)
  (add-hook 'post-command-hook #'scim-home--follow-point nil t)
  (setq truncate-lines t)
  (setq-local revert-buffer-function #'scim-home-refresh
              bidi-paragraph-direction 'left-to-right
              mode-line-process '((:eval (scim-tenant-indicator)))))

(defun scim-home--buffer (root)
  "Return the home buffer of the workspace ROOT, making it when needed.
With several workspaces, each has its own."
  (or (seq-find (lambda (buffer)
                  (equal root (buffer-local-value 'scim-home--root buffer)))
                (scim-home--buffers))
      (scim-workspace-buffer "*SCIM*" root)))

(defun scim-home-show ()
  "Show the home buffer of this workspace."
  (let* ((directory default-directory)
         (root (scim-rpc-root))
         (buffer (scim-home--buffer root)))
    (pop-to-buffer buffer)
    (unless (derived-mode-p 'scim-home-mode)
      (scim-home-mode))
    (setq default-directory (or root directory)
          scim-home--root root)
    (scim-home-refresh)))

(add-hook 'scim-bridge-state-hook #'scim-home--redraw)
(add-hook 'scim-tenant-told-hook #'scim-home--tenants-told)
(add-hook 'scim-mock-changed-hook #'scim-home--mocks-changed)
(add-hook 'scim-log-received-functions #'scim-home--exchanged)

(provide 'scim-home)
;;; scim-home.el ends here
