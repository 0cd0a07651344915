;;; scim-schema.el --- Browse what SCIM services have -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; A service on one page: what it declares in its ServiceProviderConfig,
;; what it was seen to do, its resource types and schemas, and where its
;; answers deviated from them.  From there to each resource type and
;; schema: all attributes with their characteristics.
;;
;; The bridge makes the texts and says which of their parts are headings
;; and links; `o' has it find out, by reading alone, what the service
;; really does.

;;; Code:

(require 'button)
(require 'imenu)
(require 'seq)
(require 'subr-x)
(require 'scim-api)
(require 'scim-error)
(require 'scim-menu)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-tenant)
(require 'scim-ui)
(require 'scim-workspace)
(require 'scim-visit)

(autoload 'scim-alert-ended "scim-alert")

(autoload 'scim-log-of-action "scim-log" nil t)

(defvar bookmark-make-record-function)
(declare-function bookmark-prop-get "bookmark")

;;;; Internal variables

(defvar-local scim-schema--name nil
  "Resource type or schema that this buffer shows, or nil for the service.")

(defvar-local scim-schema--anchors nil
  "What there is in this buffer: an alist from name to position.")

(defvar-local scim-schema--history nil
  "What was shown in this buffer before: a list of (TENANT NAME . POSITION).")

(defvar-local scim-schema--started nil
  "When what is asked of the service was begun, a `float-time'.")

(defvar-local scim-schema--handle nil
  "Handle of the request in progress, or nil.")

(defconst scim-schema--faces
  '(("heading" . scim-heading) ("dimmed" . scim-dimmed)
    ("success" . scim-success) ("warning" . scim-warning)
    ("failure" . scim-failure) ("key" . scim-json-key))
  "Alist from the bridge's names of styles to faces.")

;;;; Showing

(defun scim-schema--insert (view)
  "Put VIEW, from the bridge, into this buffer, which is empty."
  (insert (or (scim-rpc-text (plist-get view :text)) ""))
  (seq-do (lambda (span)
            (let ((face (cdr (assoc (plist-get span :style)
                                    scim-schema--faces))))
              (put-text-property (1+ (plist-get span :start))
                                 (1+ (plist-get span :end))
                                 'face face)))
          (plist-get view :styles))
  (seq-do (lambda (link)
            (make-text-button (1+ (plist-get link :start))
                              (1+ (plist-get link :end))
                              'follow-link t 'scim-uri (plist-get link :uri)
                              'help-echo "Show this"
                              'action #'scim-schema--follow))
          (plist-get view :links))
  (setq scim-schema--anchors
        (mapcar (lambda (anchor)
                  (cons (plist-get anchor :name)
                        (1+ (plist-get anchor :offset))))
                (plist-get view :anchors))))

(defun scim-schema--follow (button)
  "Show what BUTTON leads to."
  (scim-visit (button-get button 'scim-uri)))

(defun scim-schema--told (answer place)
  "Show ANSWER of the bridge in this buffer, at PLACE.
That is the name of an attribute, a position, or nil."
  (let ((inhibit-read-only t))
    (setq scim-schema--handle nil)
    (setq-local scim-tenant (plist-get answer :tenant))
    (scim-schema--rename)
    (erase-buffer)
    (scim-schema--insert (plist-get answer :view))
    (goto-char (or (and (stringp place) (scim-schema--anchor place))
                   (and (integerp place) (min place (point-max)))
                   (point-min)))
    (when-let ((window (get-buffer-window)))
      (set-window-point window (point))
      (when (stringp place)
        (with-selected-window window
          (recenter 2))))))

(defun scim-schema--anchor (name)
  "Return the position of what is called NAME in this buffer, or nil."
  (or (cdr (assoc name scim-schema--anchors))
      (cdr (assoc-string name scim-schema--anchors t))))

(defun scim-schema--failed (condition)
  "Tell in this buffer that CONDITION kept the schema from being read."
  (setq scim-schema--handle nil)
  (let ((inhibit-read-only t))
    (when (= (buffer-size) 0)
      (insert (scim-ui-face (scim-error-message condition) 'scim-failure) "\n")))
  (message "%s" (scim-error-message condition)))

(defun scim-schema--ask (place)
  "Ask the bridge for what is to be seen here, and go to PLACE in it."
  (setq scim-schema--handle
        (scim-rpc-request-async
         scim-protocol-schema-show
         `(,@(and scim-tenant (list :tenant scim-tenant))
           ,@(and scim-schema--name (list :name scim-schema--name)))
         :success (lambda (answer) (scim-schema--told answer place))
         :error #'scim-schema--failed)))

(defun scim-schema--buffer-name (tenant)
  "Return the name of the buffer for the schemas of TENANT, which may be nil."
  (format "*SCIM schemas (%s)*" (or tenant "default")))

(defun scim-schema--rename ()
  "Call this buffer after its tenant."
  (let ((name (scim-schema--buffer-name scim-tenant)))
    (unless (string-prefix-p name (buffer-name))
      (scim-workspace-rename-buffer name))))

(defun scim-schema--find (tenant)
  "Return the buffer for the schemas of TENANT of this workspace, or nil."
  (let ((root (scim-rpc-root)))
    (seq-find (lambda (buffer)
                (with-current-buffer buffer
                  (and (derived-mode-p 'scim-schema-mode)
                       (equal tenant scim-tenant)
                       (equal root (scim-rpc-root)))))
              (buffer-list))))

(defun scim-schema--buffer (tenant)
  "Return the buffer for the schemas of TENANT, which may be nil."
  (or (scim-schema--find tenant)
      (let ((directory default-directory))
        (with-current-buffer (scim-workspace-new-buffer
                              (scim-schema--buffer-name tenant) (scim-rpc-root))
          (scim-schema-mode)
          (setq default-directory directory
                scim-rpc-action (scim-rpc-new-action "schemas"))
          (setq-local scim-tenant tenant)
          (current-buffer)))))

(defun scim-schema-show (tenant name &optional path)
  "Show what TENANT has by NAME, a resource type or the URN of a schema.
Go to PATH in it, the path of an attribute.  With NAME nil, show the
service itself.  Return the buffer."
  (let ((buffer (scim-schema--buffer tenant)))
    (pop-to-buffer buffer)
    (with-current-buffer buffer
      (if (and (equal name scim-schema--name) scim-schema--anchors path
               (scim-schema--anchor path))
          (goto-char (scim-schema--anchor path))
        (when (> (buffer-size) 0)
          (push (cons scim-schema--name (point)) scim-schema--history))
        (setq scim-schema--name name)
        (scim-schema--ask path)))
    buffer))

;;;; Commands

;;;###autoload
(defun scim-schemas (&optional tenant)
  "Show what the service of TENANT declares and has, on one page.
Without TENANT, it is that of this buffer.  With a prefix argument, ask
for it.
See Info node `(scim)Schemas'."
  (interactive (list (and current-prefix-arg (scim-tenant-read "Tenant: "))))
  (scim-schema-show (or tenant scim-tenant
                        (plist-get (scim-tenant-info) :name))
                    nil))

(defun scim-schema-back ()
  "Show what this buffer showed before."
  (interactive nil scim-schema-mode)
  (let ((before (or (pop scim-schema--history)
                    (user-error "There is nothing before this"))))
    (setq scim-schema--name (car before))
    (scim-schema--ask (cdr before))))

(defun scim-schema-overview ()
  "Show the service itself."
  (interactive nil scim-schema-mode)
  (scim-schema-show scim-tenant nil))

(defun scim-schema-observe ()
  "Find out what the service really does, by requests that change nothing."
  (interactive nil scim-schema-mode)
  (setq scim-schema--started (float-time)
        scim-schema--handle
        (scim-rpc-request-async
         scim-protocol-schema-observe
         (and scim-tenant (list :tenant scim-tenant))
         :progress #'scim-rpc-show-progress
         :success (lambda (answer)
                    (message "%s" (scim-schema--summary answer))
                    (scim-alert-ended scim-schema--started (buffer-name)
                                      (scim-schema--summary answer))
                    (setq scim-schema--name nil)
                    (scim-schema--ask "Seen by reading"))
         :error #'scim-schema--failed)))

(defun scim-schema--summary (answer)
  "Return a sentence about the observations in ANSWER."
  (let ((counts (seq-group-by (lambda (one) (plist-get one :observed))
                              (plist-get answer :observations))))
    (mapconcat (lambda (group) (format "%d %s" (length (cdr group)) (car group)))
               counts ", ")))

(defun scim-schema-cancel ()
  "Cancel what is asked of the service for this buffer."
  (interactive nil scim-schema-mode)
  (if (not scim-schema--handle)
      (keyboard-quit)
    (scim-rpc-cancel scim-schema--handle)
    (setq scim-schema--handle nil)))

(defun scim-schema-goto (name)
  "Go to NAME, an attribute or heading of this buffer."
  (interactive (list (completing-read
                      "Attribute: " (mapcar #'car scim-schema--anchors) nil t))
               scim-schema-mode)
  (push-mark)
  (goto-char (or (scim-schema--anchor name)
                 (user-error "There is no %s here" name))))

(defun scim-schema--move (step)
  "Go to the next anchor in the direction of STEP, 1 or -1."
  (let* ((positions (mapcar #'cdr scim-schema--anchors))
         (here (line-beginning-position))
         (found (if (> step 0)
                    (seq-find (lambda (position) (> position (point)))
                              positions)
                  (car (last (seq-filter (lambda (position) (< position here))
                                         positions))))))
    (goto-char (or found (user-error "There are no more")))))

(defun scim-schema-next ()
  "Go to the next attribute or heading."
  (interactive nil scim-schema-mode)
  (scim-schema--move 1))

(defun scim-schema-previous ()
  "Go to the previous attribute or heading."
  (interactive nil scim-schema-mode)
  (scim-schema--move -1))

(defun scim-schema-copy ()
  "Copy the path of the attribute at point."
  (interactive nil scim-schema-mode)
  (let ((anchor (car (last (seq-filter (lambda (anchor)
                                         (<= (cdr anchor) (point)))
                                       scim-schema--anchors)))))
    (unless anchor
      (user-error "There is no attribute here"))
    (scim-ui-copy (car anchor) (car anchor))))

(defun scim-schema--refresh (&rest _)
  "Ask again for what is to be seen here."
  (scim-schema--ask (point)))

;;;; Bookmarks

(defun scim-schema--bookmark ()
  "Return a bookmark for what is to be seen here."
  `(,(concat "SCIM " (or scim-tenant "default") " "
             (or scim-schema--name "service"))
    (tenant . ,scim-tenant) (name . ,scim-schema--name)
    (directory . ,default-directory)
    (handler . scim-schema-jump)))

;;;###autoload
(defun scim-schema-jump (bookmark)
  "Show what BOOKMARK, made in a schema buffer, is for."
  (let ((default-directory (bookmark-prop-get bookmark 'directory)))
    (set-buffer (scim-schema-show (bookmark-prop-get bookmark 'tenant)
                                  (bookmark-prop-get bookmark 'name)))))

;;;; Mode

(defvar scim-schema-mode-map
  (let ((map (make-sparse-keymap)))
    (set-keymap-parent map (make-composed-keymap button-buffer-map
                                                 special-mode-map))
    (define-key map (kbd "n") #'scim-schema-next)
    (define-key map (kbd "p") #'scim-schema-previous)
    (define-key map (kbd "j") #'scim-schema-goto)
    (define-key map (kbd "o") #'scim-schema-observe)
    (define-key map (kbd "u") #'scim-schema-overview)
    (define-key map (kbd "^") #'scim-schema-overview)
    (define-key map (kbd "b") #'scim-schema-back)
    (define-key map (kbd "w") #'scim-schema-copy)
    (define-key map (kbd "T") #'scim-tenant-choose)
    (define-key map (kbd "l") #'scim-log-of-action)
    (define-key map [remap keyboard-quit] #'scim-schema-cancel)
    map)
  "Keymap of `scim-schema-mode'.")

(scim-menu-define
 'scim-schema-mode scim-schema-mode-map "SCIM-Schema" "?"
 '("Show"
   ("The service" scim-schema-overview)
   ("What was shown before" scim-schema-back)
   ("Find out what it really does" scim-schema-observe)
   ("Again" revert-buffer))
 '("Move"
   ("Next attribute" scim-schema-next)
   ("Previous attribute" scim-schema-previous)
   ("Go to attribute..." scim-schema-goto)
   ("Copy path" scim-schema-copy :context t))
 '("More"
   ("Tenant..." scim-tenant-choose)
   ("Log of these requests" scim-log-of-action)))

(define-derived-mode scim-schema-mode special-mode "SCIM-Schema"
  "Major mode for what a SCIM service declares and has.

\\{scim-schema-mode-map}"
  :interactive nil
  (buffer-disable-undo)
  (scim-menu-setup)
  (add-hook 'scim-tenant-chosen-hook #'scim-schema--refresh nil t)
  (setq-local revert-buffer-function #'scim-schema--refresh
              bookmark-make-record-function #'scim-schema--bookmark
              ;; Imenu takes its list apart.
              imenu-create-index-function
              (lambda () (copy-alist scim-schema--anchors))
              mode-line-process '((:eval (scim-tenant-indicator))))
  (setq truncate-lines t
        bidi-paragraph-direction 'left-to-right))

(provide 'scim-schema)
;;; scim-schema.el ends here
