;;; scim-edit.el --- Edit SCIM resources -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; A resource as a buffer: change the text, \\[scim-edit-commit] shows
;; exactly what will be sent, and once more sends it.  The bridge reads
;; the resource before and after: what others did meanwhile is merged,
;; or chosen by the person (scim-edit-conflict.el), and what did not
;; take effect is told, whatever the server answered.
;;
;; Text that was typed is never lost: all that a request needs is here,
;; so that after any failure the next one starts a new bridge and works.

;;; Code:

(require 'bookmark)
(require 'seq)
(require 'subr-x)
(require 'scim-api)
(require 'scim-document)
(require 'scim-edit-header)
(require 'scim-edit-text)
(require 'scim-error)
(require 'scim-menu)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-tenant)
(require 'scim-ui)
(require 'scim-workspace)
(require 'scim-visit)

(autoload 'scim-log-of-action "scim-log" nil t)
(autoload 'scim-lookup-read "scim-lookup")
(autoload 'scim-lookup-read-type "scim-lookup")
(autoload 'scim-members-show "scim-members" nil t)
(autoload 'scim-memberships-show "scim-members" nil t)
(autoload 'scim-new "scim-new" nil t)
(autoload 'scim-edit-copy "scim-new" nil t)
(autoload 'scim-edit-preview "scim-edit-preview" nil t)
(autoload 'scim-edit-diff "scim-edit-preview" nil t)
(autoload 'scim-edit-preview-current-p "scim-edit-preview")
(autoload 'scim-edit-preview-close "scim-edit-preview")
(autoload 'scim-edit-conflict-start "scim-edit-conflict")
(autoload 'scim-edit-conflict-next "scim-edit-conflict" nil t)
(autoload 'scim-edit-conflict-take-mine "scim-edit-conflict" nil t)
(autoload 'scim-edit-conflict-take-theirs "scim-edit-conflict" nil t)
(autoload 'scim-edit-conflict-take-base "scim-edit-conflict" nil t)
(autoload 'scim-edit-conflict-all-mine "scim-edit-conflict" nil t)
(autoload 'scim-edit-conflict-all-theirs "scim-edit-conflict" nil t)
(autoload 'scim-edit-conflict-show "scim-edit-conflict" nil t)

(defvar scim-edit-mode-map)

;;;; Internal variables

(defvar-local scim-edit--handle nil
  "Handle of the request that runs for this buffer, or nil.")

(defvar-local scim-edit--asked nil
  "What this buffer was made for: the list (ROOT TYPE ID TENANT), or nil.")

(defvar scim-edit-saved-hook nil
  "Hook run in a buffer whose resource was saved.")

;;;; Requests

(defun scim-edit--demand-idle ()
  "Signal a `user-error' when a request is under way or no text has come."
  (cond (scim-edit--handle
         (user-error "Still %s; C-g cancels it" scim-edit--doing))
        ((not scim-edit--loaded)
         (user-error "%s" (substitute-command-keys "The resource could not be \
read; \\<scim-edit-mode-map>\\[revert-buffer] tries again")))))

(defun scim-edit--ask (doing method params success)
  "Send METHOD with PARAMS, which is DOING, a string; give the answer to SUCCESS.
The text cannot be changed meanwhile."
  (let ((buffer (current-buffer)))
    (setq scim-edit--doing doing
          scim-edit--failure nil
          buffer-read-only t)
    (force-mode-line-update)
    (setq scim-edit--handle
          (scim-rpc-request-async
           method params
           :success (lambda (result)
                      (scim-edit--settle buffer success result))
           :error (lambda (condition)
                    (scim-edit--settle
                     buffer (apply-partially #'scim-edit--failed doing)
                     condition))))))

(defun scim-edit--settle (buffer function answer)
  "Call FUNCTION with ANSWER in BUFFER, whose request has ended."
  (when (buffer-live-p buffer)
    (with-current-buffer buffer
      (setq scim-edit--handle nil
            scim-edit--doing nil
            buffer-read-only nil)
      (funcall function answer)
      (force-mode-line-update))))

(defun scim-edit--failed (doing condition)
  "Show CONDITION, why a request about this buffer failed; the text stays.
DOING, a string, is what it did."
  (let ((text (scim-error-message condition))
        (position (scim-error-get condition :position)))
    (unless (eq (car condition) 'scim-cancelled)
      (setq scim-edit--failure (car (split-string text "\n"))))
    (when (and position scim-edit--loaded)
      (goto-char (scim-edit--position position)))
    ;; What was sent before somebody cancelled may be carried out.
    (if (and (member doing '("sending" "deleting"))
             (equal (nth 1 condition) "Cancelled"))
        (scim-edit--ambiguous
         (list :message (format "Cancelled while %s" doing)))
      (message "%s%s" text (if scim-edit--loaded "  (The text is kept.)" "")))))

(defun scim-edit-cancel ()
  "Cancel the request of this buffer."
  (interactive nil scim-edit-mode)
  (if scim-edit--handle
      (scim-rpc-cancel scim-edit--handle)
    (message "Nothing is running")))

;;;; Reading

(defun scim-edit--buffer-name ()
  "Return the name that this buffer should have."
  (format "*SCIM %s %s%s*" scim-edit--type (or scim-edit--title scim-edit--id)
          (if scim-tenant (format " (%s)" scim-tenant) "")))

(defun scim-edit--take-identity (result)
  "Note the identity of the resource in RESULT, an answer of the bridge."
  (setq-local scim-tenant (plist-get result :tenant))
  (setq scim-edit--id (plist-get result :id)
        scim-edit--title (if (string-empty-p (plist-get result :title))
                             (or scim-edit--title scim-edit--id)
                           (plist-get result :title))
        scim-edit--large (append (plist-get result :large) nil)
        scim-document-place (plist-get result :uri))
  (let ((name (scim-edit--buffer-name)))
    (unless (string-prefix-p (substring name 0 -1) (buffer-name))
      (scim-workspace-rename-buffer name))))

(defun scim-edit--loaded (result)
  "Show the resource in RESULT, which has been read."
  (let ((text (scim-rpc-text (plist-get result :text)))
        (again scim-edit--loaded))
    (scim-edit--take-identity result)
    (setq scim-edit--type (plist-get result :type)
          scim-edit--members (eq t (plist-get result :members))
          scim-edit--read-only (eq t (plist-get result :readOnly)))
    (if again
        (scim-edit--rebase text (plist-get result :etag) text)
      (let ((buffer-undo-list t))
        (scim-edit--set-text text))
      (setq buffer-undo-list nil
            scim-edit--base text
            scim-edit--etag (plist-get result :etag)
            scim-edit--loaded t)
      (goto-char (point-min)))
    (setq scim-edit--saved nil)
    (scim-edit--shown (plist-get result :protected))))

(defun scim-edit--shown (ranges)
  "Finish showing a new text, in which RANGES are protected."
  (setq scim-edit--changes nil)
  (set-buffer-modified-p (scim-edit-modified-p))
  (scim-edit--protect ranges)
  (unless noninteractive
    ;; Later, for with a long text each of these takes a moment.
    (run-at-time 0.01 nil #'scim-queue-call-in (current-buffer) #'flymake-start)
    (scim-edit--changed)))

(defun scim-edit--read ()
  "Read the resource of this buffer."
  (scim-edit--ask "reading" scim-protocol-edit-open
                  (list :tenant scim-tenant :type scim-edit--type
                        :id scim-edit--id)
                  #'scim-edit--loaded))

(defun scim-edit-revert (&rest _)
  "Read the resource again, after a question when the text was changed.
Undo brings the text back."
  (interactive nil scim-edit-mode)
  (when scim-edit--handle
    (user-error "Still %s; C-g cancels it" scim-edit--doing))
  (unless scim-edit--id
    (user-error "This resource does not exist yet"))
  (when (or (not (scim-edit-modified-p))
            (yes-or-no-p "Read the resource again and leave your changes? "))
    (scim-edit-preview-close)
    (scim-edit--read)))

;;;; Saving

(defun scim-edit--demand-decided ()
  "Signal a `user-error' while conflicts have to be decided."
  (let ((undecided (funcall scim-edit-undecided-function)))
    (when (and undecided (> undecided 0))
      (user-error "%s" (substitute-command-keys
                        (format "%d conflict%s to be decided; \\<scim-edit-mode-map>\
C-c C-n goes to the next one" undecided (if (= undecided 1) " is" "s are")))))))

(defun scim-edit-commit ()
  "Show what saving would send; send it when that is shown already."
  (interactive nil scim-edit-mode)
  (scim-edit--demand-idle)
  (scim-edit--demand-decided)
  (if (scim-edit-preview-current-p)
      (scim-edit-send)
    (scim-edit-preview)))

(defun scim-edit-send ()
  "Send what was typed in this buffer to the server."
  (scim-edit--demand-idle)
  (scim-edit--ask "sending" scim-protocol-edit-save (scim-edit--params)
                  #'scim-edit--sent))

(defun scim-edit--sent (result)
  "Show RESULT, what came of sending this buffer."
  (pcase (plist-get result :outcome)
    ("ambiguous" (scim-edit--ambiguous result))
    ((or "conflict" "partial") (scim-edit--take-result result)
     (scim-edit-preview-close)
     (scim-edit-conflict-start result)
     (setq scim-edit--failure
           (and (equal (plist-get result :outcome) "partial")
                (plist-get result :message)))
     (message "%s" (plist-get result :message)))
    (outcome (scim-edit--take-result result)
             (scim-edit-preview-close)
             (setq scim-edit--saved (format-time-string
                                     (if (equal outcome "saved") "saved %H:%M"
                                       "the same as on the server, %H:%M")))
             (scim-edit--tell-saved result))))

(defun scim-edit--take-result (result)
  "Show the text of RESULT, an answer to saving, and note the rest."
  (scim-edit--take-identity result)
  (let ((base (scim-rpc-text (plist-get result :base)))
        (text (scim-rpc-text (plist-get result :text))))
    (if (member (plist-get result :outcome) '("saved" "unchanged"))
        ;; What undo brings back is a change of what was saved.
        (progn
          (undo-boundary)
          (scim-edit--set-text text)
          (undo-boundary)
          (run-hooks 'scim-edit-saved-hook)
          (setq scim-edit--base base
                scim-edit--etag (plist-get result :etag)))
      (scim-edit--rebase base (plist-get result :etag) text))
    (setq scim-edit--failure nil)
    (scim-edit--shown (plist-get result :protected))))

;;;; Commands

(defun scim-edit-validate ()
  "Check the text of this buffer and go to the first problem."
  (interactive nil scim-edit-mode)
  (scim-edit--demand-idle)
  (unless noninteractive (flymake-start))
  (scim-edit--ask "checking" scim-protocol-edit-preview (scim-edit--params)
                  #'scim-edit--validated))

(defun scim-edit--validated (result)
  "Tell the problems in RESULT, a preview."
  (let ((issues (append (plist-get result :issues) nil)))
    (when-let ((position (plist-get (car issues) :position)))
      (goto-char (scim-edit--position position)))
    (message "%s" (if issues
                      (mapconcat (lambda (issue) (plist-get issue :message))
                                 issues "\n")
                    (format "No problems.  %s" (plist-get result :summary))))))

(defun scim-edit-abandon ()
  "Leave this buffer without saving, after a question.
The server is not asked to do anything."
  (interactive nil scim-edit-mode)
  (when scim-edit--handle
    (scim-edit-cancel))
  (when (or (not (scim-edit-modified-p))
            (yes-or-no-p "Leave your changes? "))
    (scim-edit-preview-close)
    (let ((buffer (current-buffer)))
      (setq scim-edit--base (scim-edit--text))
      (quit-window)
      (kill-buffer buffer))))

(defun scim-edit-delete ()
  "Delete this resource on the server, after a question that names it.
The text stays, and can be created anew."
  (interactive nil scim-edit-mode)
  (scim-edit--demand-idle)
  (unless scim-edit--id
    (user-error "This resource does not exist yet"))
  (when (yes-or-no-p (format "Delete %s %s%s on the server? " scim-edit--type
                             scim-edit--title
                             (if scim-tenant (format " of %s" scim-tenant) "")))
    (scim-edit--ask "deleting" scim-protocol-resource-delete
                    `( :type ,scim-edit--type :id ,scim-edit--id
                       ,@(and scim-tenant (list :tenant scim-tenant))
                       ,@(and scim-edit--etag (list :ifMatch scim-edit--etag)))
                    #'scim-edit--deleted)))

(defun scim-edit--deleted (_result)
  "Note that the resource of this buffer is deleted."
  (setq scim-edit--id nil
        scim-edit--etag nil
        scim-edit--asked nil
        scim-edit--base (scim-edit--text)
        scim-edit--saved (format-time-string "deleted %H:%M"))
  (set-buffer-modified-p nil)
  (mapc #'delete-overlay (scim-edit--protected))
  (message "%s" (substitute-command-keys
                 (format "%s was deleted; \\<scim-edit-mode-map>\
\\[scim-edit-commit] creates it anew" scim-edit--title))))

(defun scim-edit-members ()
  "List the members of this resource, or the groups that it is in.
References that are too many for the text are in that list alone."
  (interactive nil scim-edit-mode)
  (scim-edit--demand-idle)
  (unless scim-edit--id
    (user-error "This resource does not exist yet"))
  (if (or scim-edit--large scim-edit--members)
      (scim-members-show scim-edit--type scim-edit--id scim-tenant
                         (plist-get (car scim-edit--large) :attribute))
    (scim-memberships-show scim-edit--type scim-edit--id scim-tenant)))

(defun scim-edit-follow ()
  "Show the resource or schema that the text at point names."
  (interactive nil scim-edit-mode)
  (unless (scim-document--sync)
    (user-error "The bridge is not running; ask again in a moment"))
  (scim-rpc-request-async
   scim-protocol-text-document-definition (scim-document--here)
   :success (lambda (places)
              (if (seq-empty-p places)
                  (message "Nothing is known about this place")
                (scim-visit (plist-get (elt places 0) :uri))))
   :error (lambda (condition) (message "%s" (scim-error-message condition)))))

;;;; Never losing text

(defun scim-edit--ask-before-killing ()
  "Ask before this buffer is killed with text that was not sent."
  (or (not (scim-edit-modified-p))
      (yes-or-no-p (format "%s has changes that were not sent; kill it? "
                           (buffer-name)))))

(defun scim-edit--modified-buffers ()
  "Return the buffers with resources that were changed and not saved."
  (seq-filter (lambda (buffer)
                (with-current-buffer buffer
                  (and (derived-mode-p 'scim-edit-mode)
                       (scim-edit-modified-p))))
              (buffer-list)))

(defun scim-edit--ask-before-exiting ()
  "Ask before Emacs is left with changed resources."
  (let ((buffers (scim-edit--modified-buffers)))
    (or (null buffers)
        (yes-or-no-p (format "%d SCIM resources have changes that were not \
sent; exit anyway? " (length buffers))))))

;;;; Bookmarks

(defun scim-edit--bookmark ()
  "Return a bookmark record for the resource of this buffer."
  (unless scim-edit--id
    (user-error "This resource does not exist yet"))
  `(,(format "SCIM %s %s" scim-edit--type scim-edit--title)
    (uri . ,scim-document-place)
    (directory . ,default-directory)
    (position . ,(point))
    (handler . scim-edit-bookmark-jump)))

;;;###autoload
(defun scim-edit-bookmark-jump (bookmark)
  "Show the resource of BOOKMARK."
  (let ((default-directory (or (bookmark-prop-get bookmark 'directory)
                               default-directory)))
    (set-buffer (scim-visit (bookmark-prop-get bookmark 'uri)))))

;;;; Mode

(defvar scim-edit-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "C-c C-c") #'scim-edit-commit)
    (define-key map [remap save-buffer] #'scim-edit-commit)
    (define-key map (kbd "C-c C-d") #'scim-edit-diff)
    (define-key map (kbd "C-c C-v") #'scim-edit-validate)
    (define-key map (kbd "C-c C-k") #'scim-edit-abandon)
    (define-key map (kbd "C-c C-r") #'revert-buffer)
    (define-key map (kbd "C-c C-l") #'scim-log-of-action)
    (define-key map (kbd "C-c C-o") #'scim-edit-follow)
    (define-key map (kbd "C-c C-m") #'scim-edit-members)
    (define-key map (kbd "C-c C-t") #'scim-edit-toggle-protection)
    (define-key map (kbd "C-c C-w") #'scim-edit-copy)
    (define-key map (kbd "C-c C-x") #'scim-edit-delete)
    ;; While a request runs, and no region is active, C-g cancels it.
    (define-key map [remap keyboard-quit]
      `(menu-item "" scim-edit-cancel
                  :filter ,(lambda (command)
                             (and scim-edit--handle
                                  (not (region-active-p))
                                  command))))
    map)
  "Keymap of `scim-edit-mode'.")

(scim-menu-define
 'scim-edit-mode scim-edit-mode-map "SCIM-Edit" "C-c ?"
 '("Save"
   ("Preview, then send" scim-edit-commit)
   ("Show the difference" scim-edit-diff)
   ("Check" scim-edit-validate)
   ("Leave the changes" scim-edit-abandon)
   ("Read again" revert-buffer :if scim-edit--exists-p))
 '("Conflict"
   ("Take yours" scim-edit-conflict-take-mine
    :key "C-c ^ m" :when scim-edit--conflict-p)
   ("Take theirs" scim-edit-conflict-take-theirs
    :key "C-c ^ t" :when scim-edit--conflict-p)
   ("Take what was" scim-edit-conflict-take-base
    :key "C-c ^ b" :when scim-edit--conflict-p)
   ("All yours" scim-edit-conflict-all-mine
    :key "C-c ^ M" :when scim-edit--conflict-p)
   ("All theirs" scim-edit-conflict-all-theirs
    :key "C-c ^ T" :when scim-edit--conflict-p)
   ("Next" scim-edit-conflict-next
    :key "C-c C-n" :when scim-edit--conflict-p)
   ("Show the versions" scim-edit-conflict-show
    :key "C-c ^ v" :when scim-edit--conflict-p))
 '("Resource"
   ("Follow" scim-edit-follow :context t)
   ("Members or groups" scim-edit-members :if scim-edit--exists-p)
   ("New one like this" scim-edit-copy)
   ("Delete on the server" scim-edit-delete :if scim-edit--exists-p))
 '("Buffer"
   ("Protection" scim-edit-toggle-protection)
   ("Log of this resource" scim-log-of-action)))

(define-derived-mode scim-edit-mode prog-mode "SCIM-Edit"
  "Major mode for a resource of a SCIM service.
\\<scim-edit-mode-map>
Change the text; \\[scim-edit-commit] shows what will be sent, and once
more sends it.  What is dimmed only the server sets.

\\{scim-edit-mode-map}"
  :interactive nil
  :syntax-table scim-edit-mode-syntax-table
  (setq-local revert-buffer-function #'scim-edit-revert
              bookmark-make-record-function #'scim-edit--bookmark
              indent-line-function #'scim-edit-indent-line
              imenu-create-index-function #'scim-edit--imenu
              electric-pair-text-pairs '((?\" . ?\") (?{ . ?}) (?\[ . ?\]))
              comment-start ""
              scim-rpc-action (scim-rpc-new-action "edit")
              mode-line-process '((:eval (scim-tenant-indicator)))
              header-line-format '((:eval (scim-edit--header)))
              bidi-paragraph-direction 'left-to-right
              indent-tabs-mode nil
              truncate-lines t)
  (setq font-lock-defaults '(scim-ui-json-keywords t))
  (electric-indent-local-mode 1)
  (when (fboundp 'electric-pair-local-mode)
    (electric-pair-local-mode 1))
  (add-hook 'after-change-functions #'scim-edit--changed nil t)
  (add-hook 'kill-buffer-query-functions #'scim-edit--ask-before-killing nil t)
  (scim-menu-setup)
  (scim-document-setup "scim-resource"))

(add-hook 'kill-emacs-query-functions #'scim-edit--ask-before-exiting)

;;;; Entry

(defun scim-edit-find (type id tenant)
  "Return the buffer that edits the resource of TYPE with ID of TENANT, or nil."
  (let ((root (scim-rpc-root)))
    (seq-find
     (lambda (buffer)
       (with-current-buffer buffer
         (and (derived-mode-p 'scim-edit-mode)
              (equal id scim-edit--id)
              (equal root (nth 0 scim-edit--asked))
              (member type (list scim-edit--type (nth 1 scim-edit--asked)))
              (member tenant (list scim-tenant (nth 3 scim-edit--asked))))))
     (buffer-list))))

(defun scim-edit-make-buffer (type id tenant)
  "Return a new buffer for the resource of TYPE with ID, or nil, of TENANT."
  (let ((directory default-directory)
        (root (scim-rpc-root)))
    (with-current-buffer (generate-new-buffer (format "*SCIM %s %s*" type
                                                      (or id "new")))
      (setq default-directory directory)
      (scim-edit-mode)
      (setq-local scim-tenant (or tenant (default-value 'scim-tenant)))
      (setq scim-edit--type type
            scim-edit--id id
            scim-edit--title (or id "new")
            scim-edit--asked (list root type id tenant))
      (current-buffer))))

;;;###autoload
(defun scim-edit-resource (type id &optional tenant)
  "Edit the resource of TYPE with ID of TENANT in a buffer; return the buffer.
TENANT is that of the current buffer by default.  The text appears when
it has been read."
  (let* ((tenant (or tenant scim-tenant))
         (known (scim-edit-find type id tenant))
         (buffer (or known (scim-edit-make-buffer type id tenant))))
    (unless known
      (with-current-buffer buffer
        (scim-edit--read)))
    (pop-to-buffer buffer)
    buffer))

;;;###autoload
(defun scim-edit (type id &optional tenant)
  "Edit the resource of TYPE with ID of TENANT, which is asked for by name.
See Info node `(scim)Editing'."
  (interactive
   (let* ((type (scim-lookup-read-type "Edit a resource of type: "))
          (found (scim-lookup-read (format "%s: " type) (list type))))
     (list (plist-get found :type) (plist-get found :id))))
  (scim-edit-resource type id tenant))

(provide 'scim-edit)
;;; scim-edit.el ends here
