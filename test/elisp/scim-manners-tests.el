;;; scim-manners-tests.el --- Tests of how scim behaves in Emacs -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; What is true of all buffers and commands: several workspaces at once,
;; projects, repeat maps, options, undo, what is left when Emacs goes.

;;; Code:

(require 'ert)
(require 'seq)
(require 'scim-test-env)
(require 'scim)
(require 'scim-api)
(require 'scim-browse)
(require 'scim-edit)
(require 'scim-edit-preview)
(require 'scim-log)

;;;; Workspaces

(defun scim-manners-tests--workspace (name &rest tenants)
  "Make the workspace NAME here, with TENANTS that are the mock server.
Return its directory."
  (let ((directory (file-name-as-directory (expand-file-name name))))
    (make-directory directory t)
    (write-region
     (concat "default: " (car tenants) "\ntenants:\n"
             (mapconcat (lambda (tenant)
                          (format "  %s:\n    baseUrl: %s
    auth: { scheme: bearer, token: env:SCIM_AUTH_TOKEN }\n"
                                  tenant (scim-test-mock-url)))
                        tenants ""))
     nil (expand-file-name "scim.yaml" directory) nil 'silent)
    directory))

(defun scim-manners-tests--clean-up ()
  "Kill all buffers of this package without a question."
  (dolist (buffer (buffer-list))
    (when (and (buffer-live-p buffer)
               (string-prefix-p "*SCIM" (buffer-name buffer)))
      (with-current-buffer buffer
        (setq-local kill-buffer-query-functions nil)
        (set-buffer-modified-p nil))
      (let ((kill-buffer-query-functions nil))
        (kill-buffer buffer)))))

(defmacro scim-manners-tests--in (&rest body)
  "Evaluate BODY in a directory without a workspace; kill what it leaves."
  (declare (indent 0) (debug t))
  `(scim-test-in-environment nil
     (delete-file "scim.yaml")
     (let ((inhibit-message t))
       (save-window-excursion
         (unwind-protect (progn ,@body)
           (scim-manners-tests--clean-up))))))

(defun scim-manners-tests--user (root)
  "Create a user in the workspace ROOT and return its id."
  (scim-attribute
   (scim-create 'User `((schemas
                         . ["urn:ietf:params:scim:schemas:core:2.0:User"])
                        (userName . ,(format "manners-%d-%d" (emacs-pid)
                                             (random 999999)))
                        (title . "Guide"))
                :root root)
   'id))

(defun scim-manners-tests--edit (id tenant)
  "Edit the user ID of TENANT; return the buffer when it is there."
  (with-current-buffer (scim-edit-resource "User" id tenant)
    (scim-manners-tests--await 'scim-edit--handle)
    (current-buffer)))

(defun scim-manners-tests--await (variable)
  "Wait until VARIABLE is nil in this buffer."
  (scim-test-wait-for (lambda () (scim-test-settle)
                        (not (symbol-value variable)))))

(defun scim-manners-tests--change (buffer)
  "Change the title in BUFFER, which edits a user, and have it previewed."
  (with-current-buffer buffer
    (switch-to-buffer buffer)
    (goto-char (point-min))
    (search-forward "Guide")
    (insert "🎉")
    (save-current-buffer (execute-kbd-macro (kbd "C-c C-c")))
    (scim-manners-tests--await 'scim-edit--handle)))

(ert-deftest scim-manners-previews-of-two-tenants ()
  "What is about to be sent to one tenant is not shown in place of another's.
The same user of two tenants has the same title."
  (scim-manners-tests--in
    (let* ((default-directory (scim-manners-tests--workspace "a" "one" "two"))
           (id (scim-manners-tests--user default-directory))
           (one (scim-manners-tests--edit id "one"))
           (two (scim-manners-tests--edit id "two")))
      (mapc #'scim-manners-tests--change (list one two))
      (dolist (buffer (list one two))
        (with-current-buffer buffer
          (should (eq buffer
                      (buffer-local-value
                       'scim-edit-preview--origin
                       (plist-get scim-edit-preview--shown :buffer)))))))))

(provide 'scim-manners-tests)
;;; scim-manners-tests.el ends here
