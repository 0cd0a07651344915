;;; scim-handle.el --- A request to the SCIM bridge -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The life of one request: made, sent, and settled once, with a result
;; or with a condition, by whoever comes first: the answer, the death of
;; the bridge, or the person who cancels it.

;;; Code:

(require 'cl-lib)
(require 'subr-x)
(require 'scim-protocol)
(require 'scim-error)
(require 'scim-bridge)

(cl-defstruct (scim-handle (:constructor scim-handle--make))
  "A request that was made."
  bridge method params
  id                                    ; nil until it was sent
  deliver                               ; function of CONDITION and RESULT
  progress                              ; function of MESSAGE and PERCENTAGE
  token done
  waiting                               ; catch tag of a synchronous request
  lack supplied)                        ; see scim-supply.el

(defvar scim-handle--last-token 0
  "Number of the last progress token.")

(defun scim-handle-new (method params deliver progress)
  "Return a handle for request METHOD with PARAMS.
DELIVER and PROGRESS are slots of `scim-handle'.  With PROGRESS,
the bridge is asked to tell how far it has come."
  (let ((token (and progress (cl-incf scim-handle--last-token))))
    (scim-handle--make
     :method method :deliver deliver :progress progress :token token
     :params (if token `(,@params :workDoneToken ,token) params))))

(defun scim-handle-settle (handle condition result)
  "Deliver CONDITION, or RESULT when that is nil, to HANDLE, but only once."
  (unless (scim-handle-done handle)
    (setf (scim-handle-done handle) t
          ;; They may be large, and the handle may be kept.
          (scim-handle-params handle) nil)
    (when-let ((bridge (scim-handle-bridge handle)))
      (setf (scim-bridge-handles bridge)
            (delq handle (scim-bridge-handles bridge))))
    (funcall (scim-handle-deliver handle) condition result)))

(defun scim-handle-condition (handle failure)
  "Return the condition for the JSON-RPC error FAILURE of HANDLE."
  (let ((code (plist-get failure :code))
        (data (plist-get failure :data))
        (obituary (scim-bridge-obituary (scim-handle-bridge handle))))
    (cond ((and (eql code -1) obituary))
          ((eql code scim-protocol-error-request-cancelled)
           (scim-handle-cancelled))
          ((and (consp data) (plist-get data :code))
           (scim-error-from-view data))
          (t (scim-error-bridge
              "request"
              (format "The bridge cannot do `%s': %s"
                      (scim-handle-method handle)
                      (plist-get failure :message)))))))

(defun scim-handle-cancelled ()
  "Return the condition of a request that was cancelled."
  (scim-error-from-view '(:code "cancelled" :message "Cancelled" :exitCode 1)))

(defun scim-handle-progressed (handle value)
  "Tell the progress VALUE of HANDLE, unless nobody waits for it any more."
  (unless (and (scim-handle-waiting handle)
               (scim-handle-done handle))
    (funcall (scim-handle-progress handle)
             (plist-get value :message) (plist-get value :percentage))))

(provide 'scim-handle)
;;; scim-handle.el ends here
