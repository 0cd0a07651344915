;;; scim-secret.el --- Secrets of auth-source for the SCIM bridge -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; A tenant's credential may be written as auth-source:HOST/USER.  The
;; bridge cannot ask Emacs; it fails with the references that it needs,
;; and scim-rpc.el has them looked up here, sends what was found over
;; the bridge's standard input, and makes the request again.  The bridge
;; keeps it in memory.  No secret is in a message, or the arguments of a
;; process, or a variable.

;;; Code:

(require 'auth-source)
(require 'subr-x)
(require 'url-util)
(require 'scim-error)
(require 'scim-protocol)

(defun scim-secret--spec (reference)
  "Return the search that REFERENCE, auth-source:HOST/USER?port=PORT, means.
It is a plist for `auth-source-search'."
  (pcase-let* ((target (string-remove-prefix "auth-source:" reference))
               (`(,path ,query) (split-string target "?"))
               (slash (string-match "/" path))
               (host (substring path 0 slash))
               (user (and slash (substring path (1+ slash))))
               (port (cadr (assoc "port" (url-parse-query-string (or query ""))))))
    `( :host ,host
       ,@(and user (not (string-empty-p user)) (list :user user))
       ,@(and port (list :port port)))))

(defun scim-secret--find (spec)
  "Return the secret of the first entry of auth-source that fits SPEC, or nil.
The cache of auth-source is passed by: the bridge asks once, and after
a secret was changed it has to get the new one."
  (let* ((auth-source-do-cache nil)
         (entry (car (apply #'auth-source-search :max 1 :require '(:secret)
                            spec)))
         (secret (plist-get entry :secret)))
    (if (functionp secret) (funcall secret) secret)))

(defun scim-secret--look-up (reference)
  "Return the secret that REFERENCE means, or nil when there is none.
Signal a `scim-configuration-error' when it cannot be looked up, for
instance because a passphrase is wanted and nobody is there."
  (condition-case err
      (scim-secret--find (scim-secret--spec reference))
    (error
     (scim-error-signal
      (scim-error-from-view
       (list :code "secret.lookUp"
             :message (format "auth-source cannot look up %s: %s" reference
                              (error-message-string err))
             :remedy (if noninteractive
                         "In batch mode nothing can be asked: unlock it before, \
or use env: or cmd:"
                       "M-: (auth-source-search :host HOST) shows what is wrong")
             :exitCode scim-protocol-exit-invalid-usage))))))

(defun scim-secret-values (references)
  "Return a hash table with the secret of each of REFERENCES, or nil for none."
  (let ((values (make-hash-table :test #'equal)))
    (dolist (reference references values)
      (puthash reference (scim-secret--look-up reference) values))))

;;;; Storing, because a person asked for it

(defun scim-secret-known-p (reference)
  "Does auth-source have an entry for REFERENCE?"
  (and (scim-secret--look-up reference) t))

(defun scim-secret-save (reference)
  "Ask for the secret of REFERENCE and have auth-source store it.
Where, and whether after a question, is a matter of `auth-sources' and
`auth-source-save-behavior'."
  (let* ((spec (scim-secret--spec reference))
         (auth-source-creation-prompts '((secret . "Secret for %u at %h: ")))
         (auth-source-do-cache nil)
         (entry (car (apply #'auth-source-search
                            :max 1 :create t :require '(:secret)
                            ;; A missing port would be asked for.
                            (append spec (unless (plist-member spec :port)
                                           '(:port "scim"))))))
         (save (plist-get entry :save-function)))
    (when (functionp save)
      (funcall save))))

(defun scim-secret-save-file (file secret)
  "Write SECRET to FILE, for the person alone and not for the repository."
  (let* ((directory (file-name-directory (expand-file-name file)))
         (ignore (expand-file-name ".gitignore" directory)))
    (unless (file-directory-p directory)
      (with-file-modes #o700 (make-directory directory t)))
    (unless (file-exists-p ignore)
      (write-region "# Secrets are not for the repository.\n*\n" nil ignore
                    nil 'silent))
    (when (file-exists-p file)
      (set-file-modes file #o600))
    (let ((coding-system-for-write 'utf-8-unix))
      (with-file-modes #o600
        (write-region (concat secret "\n") nil file nil 'silent)))))

(provide 'scim-secret)
;;; scim-secret.el ends here
