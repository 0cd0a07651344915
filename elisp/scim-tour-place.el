;;; scim-tour-place.el --- Where the steps of the guided tour begin -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Who skips a step of the tour, returns to one, or has lost the way, is
;; brought to the place where it begins, and finds all as it must be there.

;;; Code:

(require 'cl-lib)
(require 'seq)
(require 'subr-x)
(require 'scim-tour-done)
(require 'scim-tour-service)

;;;; Windows

(defun scim-tour-place-main-window ()
  "Return the window in which things are shown."
  (let ((usable (lambda (window)
                  (and (not (window-minibuffer-p window))
                       (not (window-dedicated-p window))
                       (not (window-parameter window 'window-side))))))
    (if (funcall usable (selected-window))
        (selected-window)
      (or (seq-find usable (window-list nil 'nominibuffer))
          (selected-window)))))

(defun scim-tour-place-alone ()
  "Have the selected window be the only one beside that of the tour."
  (unless (or (minibufferp) (window-parameter nil 'window-side))
    (delete-other-windows)))

(defun scim-tour-place-show (function &rest args)
  "Call FUNCTION with ARGS to show a buffer, alone on the screen; return it.
It is called in the workspace of the tour."
  (select-window (scim-tour-place-main-window))
  (with-temp-buffer
    (setq default-directory scim-tour-service-root)
    (apply function args))
  (scim-tour-place-alone)
  (window-buffer))

(defun scim-tour-place-file (name)
  "Return the full name of the file NAME of the tour."
  (expand-file-name name scim-tour-service-root))

;;;; Where steps begin

;; Called by the tour until they return non-nil, the first time with
;; non-nil.  They are needed by who skips a step, or returns to one.

(defvar scim-tour-place-restored nil
  "Number of changes that are to be undone before a step begins.")

(defun scim-tour-place-restore (type id operations)
  "Have the resource of TYPE with ID be as it was, by OPERATIONS."
  (cl-incf scim-tour-place-restored)
  (scim-tour-service-interfere type id operations
                               #'scim-tour-place--restored))

(defun scim-tour-place--restored ()
  "Note that something is as it was."
  (setq scim-tour-place-restored (max 0 (1- scim-tour-place-restored))))

(defun scim-tour-place-from-file (_first)
  "Show the configuration."
  (scim-tour-place-show #'find-file (scim-tour-place-file "scim.yaml"))
  t)

(defun scim-tour-place-from-home (_first)
  "Show the home buffer."
  (scim-tour-place-show #'scim-home-show)
  t)

(defconst scim-tour-place-filter "userName sw \"zoe.a\""
  "The filter of the list.")

(defun scim-tour-place-from-list (first)
  "Show the list with the one user, which is read the FIRST time."
  (when first
    (scim-tour-place-forget-zoe)
    (scim-tour-place-show #'scim-browse "User" scim-tour-place-filter "tour"))
  (when-let ((buffer (scim-tour-done-find #'scim-tour-done-filtered-p)))
    (when (zerop scim-tour-place-restored)
      (scim-tour-place-show #'pop-to-buffer buffer)
      t)))

(defun scim-tour-place-forget-zoe ()
  "Have the user of the tour be as at the beginning, here and on the server."
  (when-let ((buffer (scim-tour-done-find #'scim-tour-done-zoe-p)))
    (with-current-buffer buffer
      (scim-edit-preview-close)
      (scim-edit-conflict-end)
      (let ((kill-buffer-query-functions nil))
        (remove-hook 'kill-buffer-query-functions
                     #'scim-edit--ask-before-killing t)
        (kill-buffer buffer))))
  (scim-tour-place-restore 'User "zoe"
                            '((replace nil ((title . "Tour Guide")))
                              (remove "nickName")
                              (remove "preferredLanguage"))))

(defun scim-tour-place-from-zoe (first)
  "Open the user of the tour, anew the FIRST time."
  (when first
    (scim-tour-place-forget-zoe))
  (when (zerop scim-tour-place-restored)
    (let ((buffer (scim-tour-done-find #'scim-tour-done-zoe-p)))
      (if (null buffer)
          (ignore (scim-tour-place-show #'scim-edit-resource
                                          "User" "zoe" "tour"))
        (with-current-buffer buffer
          (and scim-edit--loaded
               (scim-tour-place-show #'pop-to-buffer buffer)))))))

(defun scim-tour-place-from-edited (first)
  "Open the user of the tour, anew the FIRST time, and change something."
  (when-let ((buffer (scim-tour-place-from-zoe first)))
    (with-current-buffer buffer
      (goto-char (point-min))
      (search-forward "\"title\"")
      (beginning-of-line)
      (insert "  \"nickName\": \"Zo\",\n"))
    t))

(defun scim-tour-place-from-group (first)
  "Show the home buffer; the FIRST time, have the group be as it was."
  (when first
    (when-let ((buffer (scim-tour-done-find #'scim-tour-done-members-p)))
      (with-current-buffer buffer
        (let ((kill-buffer-query-functions nil))
          (remove-hook 'kill-buffer-query-functions
                       #'scim-members--may-kill t)
          (kill-buffer))))
    (scim-tour-place-restore 'Group "tour-guides"
                              '((remove "members[value eq \"kwame\"]"))))
  (and (zerop scim-tour-place-restored)
       (scim-tour-place-from-home first)))

(defun scim-tour-place-from-active (first)
  "Show the home buffer; the FIRST time, have those be active who were."
  (when first
    (dolist (id '("hanako" "fatima" "oksana"))
      (scim-tour-place-restore 'User id '((replace active t)))))
  (and (zerop scim-tour-place-restored)
       (scim-tour-place-from-home first)))

(defun scim-tour-place-from-untouched (first)
  "Show the home buffer; the FIRST time, have the request file be as it was."
  (when first
    (when-let ((buffer (get-file-buffer (scim-tour-place-file "tour.scim"))))
      (with-current-buffer buffer
        (scim-request-forget)
        (set-buffer-modified-p nil)
        (kill-buffer)))
    (scim-tour-service-restore-file "tour.scim"))
  (scim-tour-place-from-home first))

(defun scim-tour-place-from-requests (first)
  "Show the request file, and send it when that has not been done.
It is sent the FIRST time only."
  (with-current-buffer (scim-tour-place-show
                        #'find-file (scim-tour-place-file "tour.scim"))
    (when (and first (not (scim-tour-place-logged-p scim-rpc-action)))
      (scim-request-send-all))
    (not scim-request--handle)))

(defun scim-tour-place-logged-p (action)
  "Was anything sent on behalf of ACTION?"
  (seq-some (lambda (exchange) (equal action (plist-get exchange :action)))
            (scim-log-kept "tour")))

(provide 'scim-tour-place)
;;; scim-tour-place.el ends here
