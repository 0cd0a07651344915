;;; scim-action-tests.el --- Tests of changes to many resources -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The real bridge changes many resources of a real mock server, driven by
;; the commands that a person uses; what reached the server is looked up
;; in its own journal.

;;; Code:

(require 'scim-test-helper)
(require 'scim-test-mock)
(require 'scim-api)
(require 'scim-action)

(defvar scim-action-tests--mock nil
  "Id of the mock server of the test that runs.")

(defun scim-action-tests--call (text function)
  "Call FUNCTION with a mock server made from TEXT as the default tenant."
  (scim-test-mock-call
   (lambda ()
     (let ((inhibit-message t)
           (started (scim-rpc-request
                     scim-protocol-mock-start
                     (list :path (expand-file-name "stand-in.scim-mock")
                           :content (list :text text)))))
       (setq scim-action-tests--mock
             (plist-get (plist-get started :mock) :id))
       (scim-rpc-request scim-protocol-mock-attach
                         (list :id scim-action-tests--mock))
       (unwind-protect (funcall function)
         (dolist (buffer (buffer-list))
           (when (string-prefix-p "*SCIM " (buffer-name buffer))
             (with-current-buffer buffer
               (setq kill-buffer-query-functions nil))
             (kill-buffer buffer))))))))

(defmacro scim-action-tests--with (text &rest body)
  "Evaluate BODY with a mock server made from TEXT as the default tenant."
  (declare (indent 1) (debug t))
  `(scim-action-tests--call ,text (lambda () ,@body)))

(defun scim-action-tests--all (type &optional filter)
  "Return the resources of TYPE that FILTER selects, or all, as a list."
  (scim-listing-all (scim-list type :filter filter)))

(defun scim-action-tests--ids (type &optional count)
  "Return the ids of the first COUNT resources of TYPE, or of all."
  (let ((ids (mapcar (lambda (resource) (scim-attribute resource 'id))
                     (scim-action-tests--all type))))
    (if count (seq-take ids count) ids)))

(defun scim-action-tests--requests (method)
  "Return the paths of the requests with METHOD that the server got."
  (delq nil
        (mapcar (lambda (request)
                  (and (equal (plist-get request :method) method)
                       (plist-get request :path)))
                (plist-get (scim-rpc-request scim-protocol-mock-requests
                                             (list :id scim-action-tests--mock))
                           :requests))))

(defun scim-action-tests--wait (state)
  "Wait until this buffer is in STATE."
  (scim-test-wait-for (lambda () (eq scim-action--state state))))

(defmacro scim-action-tests--in (ids action &rest body)
  "Plan ACTION for the users IDS and evaluate BODY in the buffer of the plan."
  (declare (indent 2) (debug t))
  `(with-current-buffer (scim-action-start "User" ,ids nil ,action)
     (scim-action-tests--wait 'planned)
     ,@body))

(defun scim-action-tests--run ()
  "Run the plan of this buffer by its key, answer yes, and return the question."
  (let (asked)
    (cl-letf* ((yes (lambda (question) (setq asked question) t))
               ((symbol-function 'y-or-n-p) yes)
               ((symbol-function 'yes-or-no-p)
                (lambda (question) (setq asked (concat "typed: " question)) t)))
      (call-interactively (key-binding (kbd "C-c C-c"))))
    asked))

(defun scim-action-tests--states ()
  "Return an alist from how rows stand to how many do."
  (let (counts)
    (dolist (id (scim-table-ids))
      (cl-incf (alist-get (gethash id scim-action--outcomes) counts 0 nil #'equal)))
    counts))

(ert-deftest scim-action-deactivates-marked-users ()
  "Thirty of 250 users are deactivated by thirty requests, after one question."
  (scim-action-tests--with "generate: { users: 250 }\n"
    (let ((ids (scim-action-tests--ids "User" 30)))
      (scim-action-tests--in ids '(:kind "deactivate")
        (should (equal (buffer-name)
                       "*SCIM action: deactivate 30 users (default)*"))
        (should (equal 30 (scim-table-count)))
        (should-not (scim-action-tests--requests "PATCH"))
        (should (string-match-p "30 to change by 30 requests"
                                (scim-action--header)))
        (should (string-match-p "PATCH /Users/.* replace active false"
                                (buffer-string)))
        (should (equal (scim-action-tests--run)
                       "Deactivate 30 users of default by 30 requests? "))
        (scim-action-tests--wait 'run)
        (should (equal '(("done" . 30)) (scim-action-tests--states)))
        (should (equal (sort (scim-action-tests--requests "PATCH") #'string<)
                       (sort (mapcar (lambda (id) (concat "/scim/v2/Users/" id))
                                     ids)
                             #'string<)))
        (let ((active (scim-action-tests--all "User" "active eq true")))
          (should-not (seq-intersection
                       ids (mapcar (lambda (user) (scim-attribute user 'id))
                                   active))))))))

(provide 'scim-action-tests)
;;; scim-action-tests.el ends here
