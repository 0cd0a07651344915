;;; scim-embark.el --- SCIM with Embark and Marginalia -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Embark and Marginalia are not needed; where they are, they know what
;; resources, tenants and exchanges are.
;;
;; `embark-act' has actions for a resource wherever one is: among the
;; candidates while one is looked for by name, in the row of a table, at an
;; id or $ref in any buffer, at an exchange in the log.  Such a target is
;; the URI of the resource (scim-visit.el); the part of the tenant is empty
;; where the default tenant is meant.  Actions that change something show
;; first what would be sent, as they do everywhere.
;;
;; Marginalia gets an entry for each category, so that `marginalia-cycle'
;; works; the text comes from the tables themselves.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'scim-rpc)
(require 'scim-tenant)
(require 'scim-ui)
(require 'scim-visit)

(autoload 'scim-action-start "scim-action")
(autoload 'scim-browse "scim-browse" nil t)
(autoload 'scim-browse-show-json "scim-browse-act")
(autoload 'scim-doctor "scim-doctor" nil t)
(autoload 'scim-edit-resource "scim-edit")
(autoload 'scim-log "scim-log" nil t)
(autoload 'scim-log-about "scim-log")
(autoload 'scim-lookup-uri "scim-lookup")
(autoload 'scim-members-show "scim-members")
(autoload 'scim-memberships-show "scim-members")
(autoload 'scim-repl "scim-repl" nil t)
(autoload 'scim-schemas "scim-schema" nil t)
(declare-function scim-browse-act--type "scim-browse-act")
(declare-function scim-log--exchange-at-point "scim-log-view")
(declare-function scim-members--type-of "scim-members")
(declare-function scim-table-id "scim-table-rows")
(defvar embark-general-map)
(defvar embark-keymap-alist)
(defvar embark-target-finders)
(defvar embark-transformer-alist)
(defvar marginalia-annotator-registry)
(defvar scim-action--type)

;;;; Actions on resources

(defun scim-embark--call (uri function &rest more)
  "Call FUNCTION with the type and id of URI, its tenant or nil, and MORE."
  (pcase (scim-visit-parse uri)
    (`(,tenant "resource" ,type ,id)
     (apply function type id (if (string-empty-p tenant) nil tenant) more))
    (_ (user-error "%s is not a resource" uri))))

(defun scim-embark-open (uri)
  "Edit the resource that URI names, or visit what else it names."
  (pcase (scim-visit-parse uri)
    (`(,_ "resource" . ,_) (scim-embark--call uri #'scim-edit-resource))
    (_ (scim-visit uri))))

(defun scim-embark-json (uri)
  "Show the resource that URI names as JSON."
  (scim-embark--call uri #'scim-browse-show-json))

(defun scim-embark-copy-id (uri)
  "Copy the id of the resource that URI names."
  (scim-embark--call uri (lambda (_type id _tenant)
                           (scim-ui-copy id "the id"))))

(defun scim-embark-members (uri)
  "Show the members of the resource that URI names."
  (scim-embark--call uri #'scim-members-show))

(defun scim-embark-memberships (uri)
  "Show the groups that the resource that URI names is in."
  (scim-embark--call uri #'scim-memberships-show))

(defun scim-embark--act (uri kind)
  "Show what would be sent for the action KIND on the resource that URI names."
  (scim-embark--call uri (lambda (type id tenant)
                           (scim-action-start type (list id) tenant
                                              (list :kind kind)))))

(defun scim-embark-activate (uri)
  "Activate the resource that URI names, after showing the request."
  (scim-embark--act uri "activate"))

(defun scim-embark-deactivate (uri)
  "Deactivate the resource that URI names, after showing the request."
  (scim-embark--act uri "deactivate"))

(defun scim-embark-delete (uri)
  "Delete the resource that URI names, after showing the request."
  (scim-embark--act uri "delete"))

(defun scim-embark-log (uri)
  "Show the exchanges about the resource that URI names."
  (scim-embark--call uri (lambda (_type id _tenant) (scim-log-about id))))

(defvar scim-embark-resource-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "RET") #'scim-embark-open)
    (define-key map "o" #'scim-embark-open)
    (define-key map "j" #'scim-embark-json)
    (define-key map "w" #'scim-embark-copy-id)
    (define-key map "m" #'scim-embark-members)
    (define-key map "M" #'scim-embark-memberships)
    (define-key map "a" #'scim-embark-activate)
    (define-key map "d" #'scim-embark-deactivate)
    (define-key map "D" #'scim-embark-delete)
    (define-key map "l" #'scim-embark-log)
    map)
  "Keymap of Embark for resources.")

;;;; Actions on tenants

(defun scim-embark-browse (tenant)
  "List the resources of a type of TENANT."
  (let ((scim-tenant tenant))
    (call-interactively #'scim-browse)))

(defun scim-embark-schemas (tenant)
  "Show what TENANT supports."
  (scim-schemas tenant))

(defun scim-embark-repl (tenant)
  "Converse with TENANT."
  (scim-repl tenant))

(defun scim-embark-doctor (tenant)
  "Check TENANT."
  (scim-doctor tenant))

(defun scim-embark-tenant-log (tenant)
  "Show the log of TENANT."
  (scim-log tenant))

(defun scim-embark-choose (tenant)
  "Have the requests of this buffer go to TENANT."
  (scim-tenant-choose tenant))

(defvar scim-embark-tenant-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "RET") #'scim-embark-choose)
    (define-key map "b" #'scim-embark-browse)
    (define-key map "r" #'scim-embark-repl)
    (define-key map "s" #'scim-embark-schemas)
    (define-key map "c" #'scim-embark-doctor)
    (define-key map "l" #'scim-embark-tenant-log)
    map)
  "Keymap of Embark for tenants.")

;;;; Actions on exchanges

(defvar scim-embark-exchange-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "RET") 'scim-log-toggle)
    (define-key map "c" 'scim-log-copy-curl)
    (define-key map "w" 'scim-log-copy)
    (define-key map "v" 'scim-log-visit)
    (define-key map "e" 'scim-log-as-request)
    (define-key map "r" 'scim-log-resend)
    (define-key map "m" 'scim-log-mark)
    map)
  "Keymap of Embark for exchanges in the log; its commands act at point.")

;;;; Targets

(defun scim-embark--uri (type id &optional tenant)
  "Return the URI of the resource of TYPE with ID of TENANT, nil for the default."
  (scim-visit-uri (or tenant "") "resource" type id))

(defun scim-embark--row ()
  "Return the URI of the resource in this row of a table, or nil."
  (when-let* ((id (and (derived-mode-p 'scim-table-mode) (scim-table-id)))
              (type (cond ((derived-mode-p 'scim-browse-mode)
                           (scim-browse-act--type))
                          ((derived-mode-p 'scim-members-mode)
                           (scim-members--type-of id))
                          ((derived-mode-p 'scim-action-mode)
                           scim-action--type))))
    (scim-embark--uri type id scim-tenant)))

(defun scim-embark--link ()
  "Return the URI of the resource that the text at point leads to, or nil."
  (let ((uri (seq-some (lambda (property)
                         (get-char-property (point) property))
                       '(scim-uri scim-repl-uri scim-response-uri
                         scim-document-target))))
    (and (equal "resource" (nth 1 (and uri (scim-visit-parse uri))))
         uri)))

(defun scim-embark-target-resource ()
  "Return the target of Embark for the resource at point, or nil."
  (unless (minibufferp)
    (when-let ((uri (or (scim-embark--link) (scim-embark--row))))
      `(scim-resource ,uri . (,(line-beginning-position)
                              . ,(line-end-position))))))

(defun scim-embark-target-exchange ()
  "Return the target of Embark for the exchange at point, or nil."
  (when (and (derived-mode-p 'scim-log-mode)
             (get-text-property (line-beginning-position) 'scim-log-exchange))
    (let ((exchange (scim-log--exchange-at-point)))
      `(scim-exchange ,(format "%s %s" (plist-get exchange :method)
                               (plist-get exchange :path))
                      . (,(line-beginning-position) . ,(line-end-position))))))

(defun scim-embark-target-exchange-resource ()
  "Return the target of Embark for the resource of the exchange at point."
  (when (derived-mode-p 'scim-log-mode)
    (when-let* ((exchange (ignore-errors (scim-log--exchange-at-point)))
                (uri (plist-get exchange :resource)))
      (when (equal "resource" (nth 1 (scim-visit-parse uri)))
        `(scim-resource ,uri . (,(line-beginning-position)
                                . ,(line-end-position)))))))

(defun scim-embark--candidate (_category candidate)
  "Return the type and target for CANDIDATE, while a resource is asked for."
  (if-let ((uri (if (string-prefix-p "scim:/" candidate)
                    candidate
                  (scim-lookup-uri candidate))))
      (cons 'scim-resource uri)
    (cons 'general candidate)))

;;;; Registering

(defvar scim-embark--registered nil
  "The packages that this file has been registered with, as features.")

(defun scim-embark--register-embark ()
  "Tell Embark of the actions and the targets of this package."
  (dolist (map (list scim-embark-resource-map scim-embark-tenant-map
                     scim-embark-exchange-map))
    (set-keymap-parent map embark-general-map))
  (setf (alist-get 'scim-resource embark-keymap-alist) 'scim-embark-resource-map
        (alist-get 'scim-tenant embark-keymap-alist) 'scim-embark-tenant-map
        (alist-get 'scim-exchange embark-keymap-alist) 'scim-embark-exchange-map
        (alist-get 'scim-resource embark-transformer-alist)
        #'scim-embark--candidate)
  ;; The first that finds something is what `embark-act' begins with.
  (dolist (finder '(scim-embark-target-exchange-resource
                    scim-embark-target-resource scim-embark-target-exchange))
    (add-to-list 'embark-target-finders finder)))

(defun scim-embark--register-marginalia ()
  "Tell Marginalia that candidates of this package bring their annotations."
  (add-to-list 'marginalia-annotator-registry '(scim-resource builtin none))
  (add-to-list 'marginalia-annotator-registry '(scim-tenant builtin none)))

(defun scim-embark-register ()
  "Register with Embark and with Marginalia, each once it is loaded."
  (pcase-dolist (`(,feature . ,function)
                 '((embark . scim-embark--register-embark)
                   (marginalia . scim-embark--register-marginalia)))
    (when (and (featurep feature) (not (memq feature scim-embark--registered)))
      (push feature scim-embark--registered)
      (funcall function))))

(provide 'scim-embark)
;;; scim-embark.el ends here
