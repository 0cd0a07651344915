;;; scim-new.el --- New SCIM resources -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; A new resource begins as a text to be filled in, which the bridge
;; makes from the schema of the service, or from another resource.  What
;; stays empty is not sent.  Once created, the buffer edits what the
;; server made of it.

;;; Code:

(require 'scim-edit)
(require 'scim-edit-text)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-text)

(defun scim-new--template (result)
  "Show RESULT, a template, in this buffer and go to its first value."
  (let ((text (scim-rpc-text (plist-get result :text))))
    (scim-edit--take-identity result)
    (setq scim-edit--type (plist-get result :type)
          scim-edit--members (eq t (plist-get result :members))
          scim-edit--read-only (eq t (plist-get result :readOnly)))
    (let ((buffer-undo-list t))
      (scim-edit--set-text text))
    (setq buffer-undo-list nil
          scim-edit--base text
          scim-edit--loaded t)
    (goto-char (scim-edit--position (plist-get result :cursor)))
    (dolist (window (get-buffer-window-list nil nil t))
      (set-window-point window (point)))
    (scim-edit--shown nil)))

(defun scim-new--start (type tenant from)
  "Return a buffer for a new resource of TYPE of TENANT.
FROM is the text of the resource that it shall be like, or nil."
  (let ((buffer (scim-edit-make-buffer type nil tenant)))
    (with-current-buffer buffer
      (scim-edit--ask "preparing" scim-protocol-edit-new
                      (list :tenant scim-tenant :type type
                            :from (and from (scim-rpc-text-ref from)))
                      #'scim-new--template))
    (pop-to-buffer buffer)
    buffer))

;;;###autoload
(defun scim-new (type &optional tenant)
  "Write a new resource of TYPE for TENANT in a buffer; return the buffer.
It is filled in with what the schema of the service demands.
See Info node `(scim)New resources'."
  (interactive (list (scim-lookup-read-type "New resource of type: ")))
  (scim-new--start type (or tenant scim-tenant) nil))

;;;###autoload
(defun scim-edit-copy ()
  "Write a new resource like the one of this buffer.
What the server sets is left out, and what must be unique is empty."
  (interactive nil scim-edit-mode)
  (scim-edit--demand-idle)
  (scim-new--start scim-edit--type scim-tenant (scim-edit--text)))

(provide 'scim-new)
;;; scim-new.el ends here
