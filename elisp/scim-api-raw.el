;;; scim-api-raw.el --- Raw requests, request files and the prompt from Lisp -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; What people write by hand, from Lisp: one request as it is
;; (`scim-request'), a file of requests (`scim-run-file'), and a line as it
;; is typed at the prompt (`scim-eval').  The conventions are those of
;; scim-api.el.

;;; Code:

(require 'cl-lib)
(require 'scim-api-call)

(define-error 'scim-assertion-failed "SCIM assertion failed" 'scim-error)
(define-error 'scim-eval-failed "SCIM input failed" 'scim-error)

;;;; One request

(cl-defstruct (scim-answer (:constructor scim-answer--make) (:copier nil))
  "The answer to a raw request."
  (status nil :documentation "The HTTP status, a number.")
  (headers nil :documentation
           "An alist of strings, names in lower case; secrets are masked.")
  (etag nil :documentation "The ETag, or nil.")
  (location nil :documentation "Where the resource is, or nil.")
  (text nil :documentation "The body as it was received, a string.")
  (duration nil :documentation "How long it took, in seconds.")
  (warnings nil :documentation "What was odd about it, strings."))

;;;###autoload
(cl-defun scim-request (method path &key headers body any-status tenant root
                               callback errback)
  "Send one request as it is written here; return the `scim-answer'.
METHOD is a symbol or string; PATH is percent-encoded, relative to the
base URL of the tenant.  HEADERS is an alist of strings; what belongs to
SCIM, and the credential of the tenant, are added.  BODY is a string, or
data that is sent as JSON.

An answer with an error status is a condition like everywhere, unless
ANY-STATUS is non-nil.  What the tenant does not permit is refused here
as well.

The Commentary of scim-api.el explains TENANT, ROOT, CALLBACK and
ERRBACK.

  (let ((answer (scim-request \\='GET \"/Users?count=1\")))
    (scim-answer-status answer))
    => 200"
  (scim-api--call
   scim-protocol-resource-request
   (scim-api--params nil tenant
                     :method (scim-api--name method)
                     :path path
                     :headers (and headers
                                   (vconcat (mapcar #'scim-api-raw--header
                                                    headers)))
                     :body (and body
                                (scim-rpc-text-ref
                                 (if (stringp body)
                                     body
                                   (scim-json-encode body))))
                     :check (if any-status :json-false t))
   #'scim-api-raw--answer root callback errback))

(defun scim-api-raw--header (header)
  "Return HEADER, a cons of name and value, as the protocol has it."
  (vector (scim-api--name (car header)) (cdr header)))

(defun scim-api-raw--answer (result)
  "Return the `scim-answer' for RESULT, the bridge's."
  (scim-answer--make
   :status (plist-get result :status)
   :headers (mapcar (lambda (header) (cons (aref header 0) (aref header 1)))
                    (plist-get result :headers))
   :etag (plist-get result :etag)
   :location (plist-get result :location)
   :text (scim-rpc-text (plist-get result :body))
   :duration (/ (plist-get result :durationMs) 1000.0)
   :warnings (append (plist-get result :warnings) nil)))

(defun scim-answer-data (answer)
  "Return the body of ANSWER, a `scim-answer', as Lisp data.
It is nil when there is no body.  Signal `scim-json-error' when it is
not JSON.

  (scim-attribute (scim-answer-data (scim-request \\='GET \"/Users?count=0\"))
                  \\='totalResults)"
  (let ((text (scim-answer-text answer)))
    (and (not (string-empty-p text))
         (scim-json-parse text))))

;;;; Request files

(cl-defstruct (scim-run (:constructor scim-run--make) (:copier nil))
  "What running a request file came to."
  (results nil :documentation "An alist for each request, in order.")
  (captures nil :documentation
            "An alist of the values that were captured, strings."))

;;;###autoload
(cl-defun scim-run-file (file &key request variables text continue keep-session
                              tenant root callback errback)
  "Send the requests of the request FILE; return a `scim-run'.
It has the results, alists with name, method, target, outcome (`passed',
`failed', `error' or `skipped'), status, body, assertions and captures,
and the alist of all captured values.

REQUEST is the name of the only request to send; it knows what others
have captured before, as all do with KEEP-SESSION.  VARIABLES is an
alist of strings that goes over the variables of the file.  TEXT is the
content of FILE, which then need not exist.  With CONTINUE, go on after
a failure.

Signal the condition of the first request that had an error, or
`scim-assertion-failed' when an assertion does not hold;
`scim-error-outcomes' gives the results then.

The Commentary of scim-api.el explains TENANT, ROOT, CALLBACK and
ERRBACK.

  (let ((run (scim-run-file \"smoke.scim\"
                            :variables \\='((name . \"bjensen\")))))
    (cdr (assoc \"id\" (scim-run-captures run))))"
  (let ((path (expand-file-name file)))
    (scim-api--call
     scim-protocol-request-run
     (scim-api--params
      nil tenant
      :source (list :path path
                    :content (scim-rpc-text-ref
                              (or text (scim-api-raw--file path))))
      :select (and request (list :name request))
      :onFailure (if continue "continue" "stop")
      :keepSession (if keep-session t :json-false)
      :variables (scim-api-raw--variables variables))
     #'scim-api-raw--run root callback errback)))

(defun scim-api-raw--file (path)
  "Return the text of the file PATH."
  (with-temp-buffer
    (let ((coding-system-for-read 'utf-8-unix))
      (insert-file-contents path))
    (buffer-string)))

(defun scim-api-raw--variables (variables)
  "Return VARIABLES, an alist, as the protocol has them."
  (and variables
       (let ((table (make-hash-table :test #'equal)))
         (pcase-dolist (`(,name . ,value) variables table)
           (puthash (scim-api--name name) value table)))))

(defun scim-api-raw--run (answer)
  "Return the `scim-run' for ANSWER, the bridge's; signal its first failure."
  (let* ((views (append (plist-get answer :results) nil))
         (results (mapcar #'scim-api-raw--result views)))
    (cl-loop for view in views
             for failure = (scim-api-raw--failure view)
             when failure
             do (signal (car failure) (append (cdr failure) (list results))))
    (scim-run--make
     :results results
     :captures (cl-loop for result in results
                        append (scim-attribute result 'captures)))))

(defun scim-api-raw--result (view)
  "Return VIEW, a result of the bridge, as an alist."
  (let ((response (plist-get view :response)))
    `((name . ,(plist-get view :name))
      (method . ,(plist-get view :method))
      (target . ,(plist-get view :target))
      (outcome . ,(intern (plist-get view :outcome)))
      (reason . ,(plist-get view :reason))
      (status . ,(plist-get response :status))
      (body . ,(and response (scim-rpc-text (plist-get response :body))))
      (assertions . ,(scim-api--record (plist-get view :assertions)))
      (captures . ,(mapcar (lambda (capture)
                             (cons (plist-get capture :name)
                                   (plist-get capture :value)))
                           (plist-get view :captures)))
      (warnings . ,(append (plist-get view :warnings) nil))
      (message . ,(plist-get (plist-get view :error) :message)))))

(defun scim-api-raw--failure (view)
  "Return the condition that VIEW, a result of the bridge, stands for, or nil."
  (pcase (plist-get view :outcome)
    ("error" (scim-error-from-view (plist-get view :error)))
    ("failed" (list 'scim-assertion-failed
                    (scim-api-raw--assertion-message view)
                    (list :code "assertion.failed"
                          :message (scim-api-raw--assertion-message view)
                          :exitCode scim-protocol-exit-failed)))))

(defun scim-api-raw--assertion-message (view)
  "Return which assertion of VIEW did not hold, for a person."
  (let ((failed (seq-find (lambda (assertion)
                            (memq (plist-get assertion :passed)
                                  '(nil :json-false)))
                          (plist-get view :assertions))))
    (format "%s: %s%s" (plist-get view :name)
            (or (plist-get failed :text) "an assertion does not hold")
            (if-let ((message (plist-get failed :message)))
                (concat ": " message)
              ""))))

;;;; The prompt

(defvar scim-api-raw--sessions (make-hash-table :test #'equal)
  "How many inputs each session has had, and its tenant: (COUNT . TENANT).
The keys are lists of the workspace and the name of the session.")

;;;###autoload
(cl-defun scim-eval (input &key (session "script") tenant root callback errback)
  "Do INPUT as if it were typed at the prompt; return what it prints.
INPUT is a command, a comma command or a raw request; `scim-repl' shows
them all.  References such as *1, variables and the tenant belong to
SESSION, a string.  What opens buffers there does nothing here, but
\"> FILE\" writes the file.

Signal `scim-eval-failed', with the printed text as its message, when
INPUT fails.

The Commentary of scim-api.el explains TENANT, ROOT, CALLBACK and
ERRBACK.

  (scim-eval \"count users\")"
  (let* ((place (list (scim-api--root root) session))
         (state (or (gethash place scim-api-raw--sessions)
                    (puthash place (cons 0 nil) scim-api-raw--sessions)))
         (count (1- (cl-incf (car state)))))
    (when tenant
      (setcdr state tenant))
    (scim-api--call
     scim-protocol-repl-eval
     (scim-api--params nil (cdr state)
                       :session session
                       :text (scim-rpc-text-ref input)
                       :evaluated count)
     (lambda (answer) (scim-api-raw--evaluated answer state))
     root callback errback)))

(defun scim-api-raw--evaluated (answer state)
  "Return the text of ANSWER, the bridge's, to an input of the session STATE."
  (let ((text (string-trim-right
               (scim-rpc-text (plist-get (plist-get answer :output) :text)))))
    (mapc (lambda (effect)
            (pcase (plist-get effect :kind)
              ("tenant" (setcdr state (plist-get effect :name)))
              ("save" (scim-rpc-save-text
                       (plist-get effect :text)
                       (expand-file-name (plist-get effect :file))))))
          (plist-get answer :effects))
    (when (equal (plist-get answer :outcome) "failed")
      (scim-api--fail 'scim-eval-failed "repl.failed" text
                      scim-protocol-exit-failed))
    text))

(provide 'scim-api-raw)
;;; scim-api-raw.el ends here
