;;; scim-error.el --- Conditions of the SCIM workbench -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Every failure that the bridge reports becomes a condition below
;; `scim-error', so that a script can say what it is able to handle:
;;
;;   (condition-case err
;;       (scim-get "User" id)
;;     (scim-not-found nil)
;;     (scim-precondition-failed (message "Changed by somebody else")))
;;
;; The data of a condition is (MESSAGE PLIST).  PLIST is what the bridge
;; tells about the error (`errorView' of the protocol): `:code',
;; `:message', `:remedy', `:asked', `:file', `:position', `:status',
;; `:scimType', `:detail', `:exitCode'.

;;; Code:

(require 'scim-protocol)

;;;; Conditions

(define-error 'scim-error "SCIM error")
(define-error 'scim-cancelled "SCIM request cancelled" 'scim-error)
(define-error 'scim-http-error "SCIM server answered with an error" 'scim-error)
(define-error 'scim-bad-request "SCIM bad request" 'scim-http-error)
(define-error 'scim-unauthorized "SCIM authentication failed" 'scim-http-error)
(define-error 'scim-forbidden "SCIM access denied" 'scim-http-error)
(define-error 'scim-not-found "SCIM resource not found" 'scim-http-error)
(define-error 'scim-conflict "SCIM resource conflict" 'scim-http-error)
(define-error 'scim-precondition-failed "SCIM resource was changed meanwhile"
  'scim-http-error)
(define-error 'scim-too-many-requests "SCIM server is rate limiting"
  'scim-http-error)
(define-error 'scim-server-error "SCIM server failed" 'scim-http-error)
(define-error 'scim-network-error "SCIM server not reached" 'scim-error)
(define-error 'scim-token-error "SCIM access token not obtained" 'scim-error)
(define-error 'scim-invalid-response "Not a SCIM answer" 'scim-error)
(define-error 'scim-pending "SCIM request accepted, not known to be done"
  'scim-error)
(define-error 'scim-invalid-payload "Invalid SCIM payload" 'scim-error)
(define-error 'scim-configuration-error "SCIM configuration" 'scim-error)
(define-error 'scim-request-file-error "SCIM request file" 'scim-error)
(define-error 'scim-incomplete-list "SCIM list is incomplete" 'scim-error)
(define-error 'scim-refused "SCIM tenant does not permit it" 'scim-error)
(define-error 'scim-bridge-error "SCIM bridge" 'scim-error)

(defconst scim-error--statuses
  '((400 . scim-bad-request)
    (401 . scim-unauthorized)
    (403 . scim-forbidden)
    (404 . scim-not-found)
    (409 . scim-conflict)
    (412 . scim-precondition-failed)
    (429 . scim-too-many-requests))
  "Condition for each HTTP status that has one of its own.")

(defconst scim-error--families
  '(("network" . scim-network-error)
    ("auth" . scim-token-error)
    ("response" . scim-invalid-response)
    ("async" . scim-pending)
    ("payload" . scim-invalid-payload)
    ("config" . scim-configuration-error)
    ("usage" . scim-configuration-error)
    ("secret" . scim-configuration-error)
    ("trust" . scim-configuration-error)
    ("tenant" . scim-refused)
    ("request" . scim-request-file-error)
    ("json" . scim-request-file-error)
    ("list" . scim-incomplete-list)
    ("bridge" . scim-bridge-error)
    ("cancelled" . scim-cancelled))
  "Condition for the part of an error code before the first dot.")

;;;; Making conditions

(defun scim-error--for-status (status)
  "Return the condition for the HTTP STATUS of an error answer."
  (or (cdr (assq status scim-error--statuses))
      (if (>= status 500) 'scim-server-error 'scim-http-error)))

(defun scim-error--symbol (code status)
  "Return the condition for an error with CODE and, maybe, HTTP STATUS."
  (let ((family (car (split-string (or code "") "\\."))))
    (cond ((and status (equal family "http")) (scim-error--for-status status))
          ((cdr (assoc family scim-error--families)))
          (status (scim-error--for-status status))
          (t 'scim-error))))

(defun scim-error-from-view (view)
  "Return the condition object for VIEW, an error as the bridge told it.
VIEW is a plist; the result is (SYMBOL MESSAGE VIEW), as
`condition-case' binds it."
  (list (scim-error--symbol (plist-get view :code) (plist-get view :status))
        (or (plist-get view :message) "Unknown error")
        view))

(defun scim-error-bridge (code message &rest plist)
  "Return a `scim-bridge-error' with CODE, MESSAGE and the details PLIST."
  (scim-error-from-view
   `( :code ,(concat "bridge." code) :message ,message
      :exitCode ,scim-protocol-exit-bridge-not-started ,@plist)))

(defun scim-error-signal (condition)
  "Signal CONDITION, an object as `condition-case' binds it."
  (signal (car condition) (cdr condition)))

;;;; Reading conditions

(defun scim-error-get (condition key)
  "Return what CONDITION, a SCIM condition object, has under KEY.
KEY is a keyword such as `:status', `:scimType' or `:remedy'."
  (let ((view (nth 2 condition)))
    (and (listp view) (plist-get view key))))

(defun scim-error-message (condition)
  "Return CONDITION as text for a person: the message, then the remedy.
CONDITION may be any condition object."
  (if (memq 'scim-error (get (car-safe condition) 'error-conditions))
      (let ((remedy (scim-error-get condition :remedy)))
        (concat (nth 1 condition)
                (and remedy (not (string-suffix-p remedy (nth 1 condition)))
                     (concat (if (string-match-p "[.!?:]\\'" (nth 1 condition))
                                 " " ". ")
                             remedy))))
    (error-message-string condition)))

(defmacro scim-error-as-user-error (&rest body)
  "Evaluate BODY; tell a SCIM condition as a `user-error' with a plain text.
For commands: without it, Emacs would print the condition's data."
  (declare (indent 0) (debug t))
  `(condition-case err
       (progn ,@body)
     (scim-error (user-error "%s" (scim-error-message err)))))

(provide 'scim-error)
;;; scim-error.el ends here
