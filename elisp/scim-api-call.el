;;; scim-api-call.el --- What the Lisp API is made of -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;; This file is not part of GNU Emacs.

;; This program is free software; you can redistribute it and/or modify
;; it under the terms of the GNU General Public License as published by
;; the Free Software Foundation, either version 3 of the License, or
;; (at your option) any later version.

;; This program is distributed in the hope that it will be useful,
;; but WITHOUT ANY WARRANTY; without even the implied warranty of
;; MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
;; GNU General Public License for more details.

;; You should have received a copy of the GNU General Public License
;; along with this program.  If not, see <https://www.gnu.org/licenses/>.

;;; Commentary:

;; The conventions of the Lisp API, once: names and payloads as the
;; bridge wants them, records as Lisp data, and tasks.  A task is one
;; request or several, each made from the answer to the one before; a
;; caller waits for it, or is called back.

;;; Code:

(require 'cl-lib)
(require 'scim-error)
(require 'scim-json)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'subr-x)

(defcustom scim-tenant nil
  "Name of the tenant that is used when none is named.
If nil, it is the default tenant of the workspace: the only one, or the
one that the environment variables define."
  :type '(choice (const :tag "The default of the workspace" nil) string)
  :group 'scim
  :safe #'string-or-null-p
  :package-version '(scim . "0.1.0"))

(defvar scim-workspace nil
  "The workspace that is used when none is named: a directory with scim.yaml.
If nil, it is the one around `default-directory'.")

(defvar scim-api-unhandled-error-function #'scim-api--complain
  "Function called with a condition that nobody else hears of.
That is the failure of a request with :callback but without :errback,
or an error inside a callback.")

(define-error 'scim-partial-error "SCIM change was partly done" 'scim-error)

(defun scim-error-outcomes (condition)
  "Return what CONDITION knows of the parts of what failed, a list of alists.
CONDITION is a `scim-partial-error', a `scim-merge-error' or one of
`scim-run-file'; of others, this is nil.

  (condition-case err
      (scim-act \\='User \\='deactivate ids)
    (scim-partial-error
     (dolist (item (scim-error-outcomes err))
       (unless (eq (scim-attribute item \\='outcome) \\='done)
         (message \"%s: %s\" (scim-attribute item \\='name)
                  (scim-attribute item \\='detail))))))"
  (nth 3 condition))

;;;; ETags

(defvar scim-api--etags (make-hash-table :test #'eq :weakness 'key)
  "The ETags that resources came with, by the very strings of their ids.
That string is the same object in every copy that a script makes of a
resource to change it, and another one when the resource is read
again.")

(defun scim-etag (resource)
  "Return the ETag of RESOURCE, a string, or nil when none is known.
RESOURCE is an alist that a function of the Lisp API returned, or a
changed copy of it.  The ETag is the one it came with, or its meta.version."
  (or (gethash (scim-attribute resource 'id) scim-api--etags)
      (let ((version (scim-attribute resource 'meta 'version)))
        (and (stringp version) version))))

;;;; Arguments

(defun scim-api--name (name)
  "Return NAME, a symbol or string, as a string; nil remains nil."
  (if (and name (symbolp name)) (symbol-name name) name))

(defun scim-api--names (names)
  "Return NAMES, symbols or strings, as a vector of strings, or nil.
A single name will do as well."
  (and names (vconcat (mapcar #'scim-api--name (ensure-list names)))))

(defun scim-api--params (type tenant &rest params)
  "Return the parameters of a request on TYPE, or nil, of TENANT.
They are those of the plist PARAMS that are not nil, and these two."
  (cl-loop for (key value) on (append (list :type (scim-api--name type)
                                            :tenant (or tenant scim-tenant))
                                      params)
           by #'cddr
           when value append (list key value)))

(defun scim-api--id (id)
  "Return ID, an id or a resource, as an id.
Signal an error when there is none, since the endpoint itself would be
addressed then."
  (let ((text (if (consp id) (scim-attribute id 'id) id)))
    (unless (and (stringp text) (not (string-empty-p text)))
      (signal 'wrong-type-argument (list '(and stringp id) id)))
    text))

(defun scim-api--if-match (if-match resource)
  "Return the ETag for an argument IF-MATCH, or nil.
If it is t, that is the ETag of RESOURCE, if RESOURCE is an alist."
  (if (eq if-match t)
      (and (consp resource) (scim-etag resource))
    if-match))

(defun scim-api--operation (operation)
  "Return OPERATION, a list (OP PATH VALUE) or an alist, as an alist."
  (pcase operation
    (`((,_ . ,_) . ,_) operation)
    (`(,op ,path . ,(or `(,value) (and `nil (let value 'none))))
     `((op . ,(scim-api--name op))
       ,@(and path `((path . ,(scim-api--name path))))
       ,@(and (not (eq value 'none)) `((value . ,value)))))
    (_ (signal 'wrong-type-argument (list '(OP PATH VALUE) operation)))))

(defun scim-api--payload (data)
  "Return DATA as JSON text, in the form of a payload for the bridge."
  (scim-rpc-text-ref (scim-json-encode data)))

(defun scim-api--resource (answer)
  "Return the resource in ANSWER, the bridge's, and remember its ETag."
  (if (eql (plist-get answer :status) 304)
      :not-modified
    (let* ((text (plist-get answer :resource))
           (location (plist-get answer :location))
           (resource (cond (text (scim-json-parse (scim-rpc-text text)))
                           (location `((meta . ((location . ,location))))))))
      (when (plist-get answer :etag)
        (scim-api--remember-etag resource (plist-get answer :etag)))
      (scim-api--warn (plist-get answer :warnings))
      resource)))

(defun scim-api--remember-etag (resource etag)
  "Remember that RESOURCE came with ETAG."
  (let ((id (scim-attribute resource 'id)))
    (when (stringp id)
      (puthash id etag scim-api--etags))))

(defun scim-api--warn (warnings)
  "Show WARNINGS, a vector of strings, as messages."
  (mapc (lambda (warning) (message "SCIM: %s" warning)) warnings))

;;;; Records

(defun scim-api--record (value &rest states)
  "Return VALUE, an answer of the bridge, with alists in the place of plists.
Arrays become lists and false becomes nil.  STATES are names of members
that hold a word, which becomes a symbol."
  (cond ((and (consp value) (keywordp (car value)))
         (cl-loop for (key member) on value by #'cddr
                  for name = (intern (substring (symbol-name key) 1))
                  collect (cons name
                                (if (and (memq name states) (stringp member))
                                    (intern member)
                                  (apply #'scim-api--record member states)))))
        ((vectorp value)
         (mapcar (lambda (each) (apply #'scim-api--record each states)) value))
        ((eq value :json-false) nil)
        (t value)))

(defun scim-api--lines (text)
  "Return the lines of TEXT, each as a list of its cells."
  (mapcar (lambda (line) (split-string line "\t"))
          (split-string text "\n" t)))

(defun scim-api--fail (condition code message exit-code &optional outcomes)
  "Signal CONDITION with MESSAGE, CODE and EXIT-CODE, and with OUTCOMES."
  (signal condition
          (list message (list :code code :message message :exitCode exit-code)
                outcomes)))

;;;; Tasks

(cl-defstruct (scim-api--step (:constructor scim-api--step (method params next))
                              (:copier nil))
  "One request of a task.
NEXT is called with the result; it returns another step, or the value of
the task, which is anything else."
  method params next)

(cl-defstruct (scim-api--task (:constructor scim-api--make-task) (:copier nil))
  "A task that somebody is called back by; `scim-cancel' takes it."
  root callback errback
  finally                               ; function of the workspace, or nil
  dry-run                               ; see `scim-rpc-dry-run'
  handle cancelled)

(defvar scim-api--pending 0
  "How many tasks with :callback have not called back yet.")

(defun scim-api-wait ()
  "Wait until all requests with :callback have called back.

  (scim-list \\='User :callback (lambda (users) (setq all users)))
  (scim-api-wait)"
  (while (> scim-api--pending 0)
    (accept-process-output nil 0.05)))

(defun scim-cancel (handle)
  "Cancel what HANDLE stands for, which a function with :callback returned.
Its errback is called with a `scim-cancelled' condition.

  (scim-cancel (scim-list \\='User :callback #\\='ignore :errback #\\='ignore))"
  (setf (scim-api--task-cancelled handle) t)
  (when (scim-api--task-handle handle)
    (scim-rpc-cancel (scim-api--task-handle handle))))

(defun scim-api--root (root)
  "Return the workspace that an argument ROOT names, or the one around here."
  (if-let ((named (or root scim-workspace)))
      (file-name-as-directory (expand-file-name named))
    (scim-rpc-root)))

(defun scim-api--call (method params convert root callback errback)
  "Send METHOD with PARAMS; return the result as converted by CONVERT.
ROOT is the workspace, or nil for the one around here.  With CALLBACK,
return a handle; call CALLBACK with that, or ERRBACK with a condition."
  (scim-api--run (scim-api--step method params convert) root callback errback))

(defun scim-api--run (step root callback errback &optional finally)
  "Do the task that begins with STEP and return its value.
ROOT, CALLBACK and ERRBACK are as in `scim-api--call'.  FINALLY is
called with the workspace at the end, however the task ends."
  (let ((root (scim-api--root root)))
    (if callback
        (scim-api--run-later step root callback errback finally)
      (unwind-protect
          (progn
            (while (scim-api--step-p step)
              (setq step (funcall (scim-api--step-next step)
                                  (scim-rpc-request
                                   (scim-api--step-method step)
                                   (scim-api--step-params step)
                                   :root root))))
            step)
        (when finally
          (funcall finally root))))))

(defun scim-api--run-later (step root callback errback finally)
  "Begin the task of STEP in the workspace ROOT; return its handle.
CALLBACK, ERRBACK and FINALLY are as in `scim-api--run'."
  (let ((task (scim-api--make-task
               :root root :callback callback :finally finally
               :errback (or errback scim-api-unhandled-error-function)
               :dry-run scim-rpc-dry-run)))
    (cl-incf scim-api--pending)
    (scim-api--go-on task step)
    task))

(defun scim-api--go-on (task step)
  "Send STEP of TASK, unless it is the value of TASK or TASK was cancelled."
  (cond ((not (scim-api--step-p step))
         (scim-api--settle task (scim-api--task-callback task) step))
        ((scim-api--task-cancelled task)
         (scim-api--settle task (scim-api--task-errback task)
                           (scim-handle-cancelled)))
        (t (scim-api--send task step))))

(defun scim-api--send (task step)
  "Send STEP of TASK."
  ;; What began as part of a dry run goes on as part of it.
  (let ((scim-rpc-dry-run (scim-api--task-dry-run task)))
    (setf (scim-api--task-handle task)
          (scim-rpc-request-async
           (scim-api--step-method step) (scim-api--step-params step)
           :root (scim-api--task-root task)
           :success (lambda (result) (scim-api--answered task step result))
           :error (lambda (condition)
                    (scim-api--settle task (scim-api--task-errback task)
                                      condition))))))

(defun scim-api--answered (task step result)
  "Go on with TASK, whose STEP was answered with RESULT."
  (let ((scim-rpc-dry-run (scim-api--task-dry-run task))
        next failure)
    (condition-case err
        (setq next (funcall (scim-api--step-next step) result))
      (error (setq failure err)))
    (cond ((not failure) (scim-api--go-on task next))
          ((scim-api--scim-p failure)
           (scim-api--settle task (scim-api--task-errback task) failure))
          (t (scim-api--settle task scim-api-unhandled-error-function
                               failure)))))

(defun scim-api--scim-p (condition)
  "Return non-nil when CONDITION is a `scim-error'."
  (memq 'scim-error (get (car condition) 'error-conditions)))

(defun scim-api--settle (task function value)
  "End TASK by calling FUNCTION with VALUE; tell an error in there."
  (unwind-protect
      (condition-case err
          (progn
            (when (scim-api--task-finally task)
              (funcall (scim-api--task-finally task)
                       (scim-api--task-root task)))
            (funcall function value))
        (error (funcall scim-api-unhandled-error-function err)))
    (cl-decf scim-api--pending)))

(defun scim-api--complain (condition)
  "Tell CONDITION as a message."
  (message "SCIM: %s" (scim-error-message condition)))

(provide 'scim-api-call)
;;; scim-api-call.el ends here
