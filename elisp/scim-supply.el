;;; scim-supply.el --- What the SCIM bridge cannot know by itself -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Some requests fail because the bridge lacks what only Emacs or the
;; person can give: a secret of auth-source, or a yes to a write.  Such a
;; request is not settled.  What it lacks is got outside of process
;; filters, and it is sent again: once for each secret, once for a yes.

;;; Code:

(require 'cl-lib)
(require 'seq)
(require 'subr-x)
(require 'scim-error)
(require 'scim-handle)
(require 'scim-protocol)

(autoload 'scim-secret-values "scim-secret")

(defvar scim-supply-untrusted nil
  "The file whose commands a request was last refused for, or nil.")

(defun scim-supply-lack (handle condition)
  "Note in HANDLE what it lacks by CONDITION, its failure.
Return nil when nothing can be done about CONDITION."
  (let ((supplied (scim-handle-supplied handle)))
    (setf (scim-handle-lack handle)
          (pcase (scim-error-get condition :code)
            ("secret.needed"
             (when-let ((new (seq-difference
                              (append (scim-error-get condition :references) nil)
                              supplied)))
               (cons 'secrets new)))
            ("trust.needed"
             (setq scim-supply-untrusted (scim-error-get condition :file))
             nil)
            ("tenant.confirm"
             (unless (or noninteractive (memq 'confirmed supplied))
               (list 'confirmed (nth 1 condition))))))))

(defun scim-supply (handle)
  "Get what HANDLE lacks, so that it can be sent again.
Return nil, or a list of a method and params to be sent before."
  (pcase-let ((`(,kind . ,rest) (scim-handle-lack handle)))
    (setf (scim-handle-lack handle) nil)
    (if (eq kind 'secrets)
        (scim-supply--secrets handle rest)
      (scim-supply--confirmation handle (car rest)))))

(defun scim-supply--secrets (handle references)
  "Look up REFERENCES, which HANDLE lacks; return what is to be sent."
  (cl-callf append (scim-handle-supplied handle) references)
  (list scim-protocol-secrets-provide
        (list :values (scim-secret-values references))))

(defun scim-supply--confirmation (handle question)
  "Ask QUESTION and note the yes in HANDLE; signal `scim-cancelled' for a no.
The answer has to be typed in full: what the person types may be meant
for the buffer, as some questions come a moment after the command.  A
dialog box, which Emacs would open within a timer even on a terminal,
could be answered by accident, too."
  (let ((enable-recursive-minibuffers t)
        (use-dialog-box nil)
        (use-short-answers nil))
    (unless (yes-or-no-p (concat question " "))
      (scim-error-signal
       (scim-error-from-view '( :code "cancelled" :exitCode 1
                                :message "Not sent")))))
  (push 'confirmed (scim-handle-supplied handle))
  (cl-callf append (scim-handle-params handle) (list :confirmed t))
  nil)

(provide 'scim-supply)
;;; scim-supply.el ends here
