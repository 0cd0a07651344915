;;; ob-scim.el --- SCIM requests in Org files -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Org Babel for SCIM request files:
;;
;;   #+begin_src scim :tenant staging :var mail="b@example.com"
;;   GET /Users?filter=userName eq "{{mail}}"
;;   #+end_src
;;
;; All requests of a block are sent, in order, until one fails.  Header
;; arguments:
;;
;;   :tenant NAME    whose service they go to; the default one unless given
;;   :var X=VALUE    variables, before those of the block itself
;;   :session NAME   blocks with the same name share what they capture
;;   :results TYPE   body (the default): the body of the last answer;
;;                   status: a line for each request; raw: whole answers;
;;                   table: the last answer, a row for each resource
;;
;; When a request fails, the result tells what failed, and where.

;;; Code:

(require 'ob)
(require 'org-src)
(require 'seq)
(require 'subr-x)
(require 'scim-error)
(require 'scim-protocol)
(require 'scim-request)
(require 'scim-rpc)
(require 'scim-tenant)

(defvar org-babel-default-header-args:scim
  '((:results . "verbatim") (:exports . "both"))
  "Default header arguments of scim blocks.")

(defconst org-babel-header-args:scim
  '((tenant . :any)
    (session . :any)
    (results . ((file list vector table scalar verbatim body status)
                (raw html latex org code pp drawer link graphics)
                (replace silent none discard append prepend)
                (output value))))
  "Header arguments of scim blocks.")

(add-to-list 'org-src-lang-modes '("scim" . scim-request))
(add-to-list 'org-babel-tangle-lang-exts '("scim" . "scim"))

;;;; Sending

(defun scim-org--variables (params)
  "Return the variables of PARAMS, header arguments, as the bridge wants them."
  (mapcan (lambda (pair)
            (list (intern (format ":%s" (car pair)))
                  (let ((value (cdr pair)))
                    (if (stringp value) value (format "%S" value)))))
          (org-babel--get-vars params)))

(defun scim-org--tenant (params)
  "Return the tenant that PARAMS name, or nil."
  (when-let ((tenant (cdr (assq :tenant params))))
    (format "%s" tenant)))

(defun scim-org--session (params)
  "Return the name of the session of PARAMS, or nil when there is none."
  (let ((name (cdr (assq :session params))))
    (and name (not (equal name "none")) (format "%s" name))))

(defun scim-org--path (session)
  "Return the name by which the bridge knows the blocks of SESSION."
  (expand-file-name (format "org-%s.scim" (or session "block"))))

(defun scim-org--run (body params)
  "Send the requests of BODY, with the header arguments PARAMS.
Return the answer of the bridge."
  (let ((session (scim-org--session params))
        (tenant (scim-org--tenant params))
        (variables (scim-org--variables params)))
    (scim-error-as-user-error
      (scim-rpc-request
       scim-protocol-request-run
       `( :source ( :path ,(scim-org--path session)
                    :content ,(scim-rpc-text-ref body))
          ,@(and tenant (list :tenant tenant))
          ,@(and variables (list :variables variables))
          ,@(and session '(:keepSession t)))))))

;;;; Results

(defun scim-org--line (result)
  "Return a line about the outcome of RESULT."
  (let ((response (plist-get result :response)))
    (format "%s: %s%s" (plist-get result :name)
            (if response
                (format "%d %s" (plist-get response :status)
                        (plist-get response :reason))
              (plist-get result :outcome))
            (if (equal (plist-get result :outcome) "passed") ""
              (concat "\n" (scim-org--failure result))))))

(defun scim-org--failure (result)
  "Return why RESULT did not pass, as text; the first line has the place."
  (let ((failure (plist-get result :error))
        (assertion (scim-org--failed-assertion result)))
    (cond (failure (scim-error-message (scim-error-from-view failure)))
          (assertion (format "?? %s\n%s" (plist-get assertion :text)
                             (or (plist-get assertion :message) "failed")))
          (t (or (plist-get result :reason) (plist-get result :outcome))))))

(defun scim-org--failed-assertion (result)
  "Return the first assertion of RESULT that failed, or nil."
  (seq-find (lambda (assertion) (not (eq (plist-get assertion :passed) t)))
            (plist-get result :assertions)))

(defun scim-org--failed-line (result)
  "Return the line of the block, from zero, at which RESULT failed."
  (or (plist-get (plist-get (plist-get result :error) :position) :line)
      (plist-get (scim-org--failed-assertion result) :line)
      (plist-get result :line)))

(defun scim-org--raw (pair)
  "Return the whole answer in PAIR, a result with its body."
  (let ((response (plist-get (car pair) :response)))
    (if (not response)
        (scim-org--line (car pair))
      (format "HTTP %d %s\n%s\n%s"
              (plist-get response :status) (plist-get response :reason)
              (mapconcat (lambda (header)
                           (format "%s: %s\n" (elt header 0) (elt header 1)))
                         (plist-get response :headers) "")
              (cdr pair)))))

(defun scim-org--table (body)
  "Return BODY, the text of an answer, as an Org table."
  (let* ((answer (scim-error-as-user-error
                   (scim-rpc-request
                    scim-protocol-request-table
                    (list :body (scim-rpc-text-ref body)))))
         (listed (lambda (row) (append row nil))))
    (if (seq-empty-p (plist-get answer :rows))
        '(("nothing found"))
      `(,(funcall listed (plist-get answer :columns))
        hline
        ,@(mapcar listed (plist-get answer :rows))))))

(defun scim-org--formatted (pairs types)
  "Return PAIRS of results and bodies as TYPES, of `:results', want them."
  (let ((last (car (last pairs))))
    (cond ((member "status" types)
           (mapconcat (lambda (pair) (scim-org--line (car pair))) pairs "\n"))
          ((member "raw" types)
           (concat "#+begin_example\n"
                   (org-escape-code-in-string
                    (mapconcat #'scim-org--raw pairs "\n\n"))
                   "\n#+end_example"))
          ((member "table" types) (scim-org--table (cdr last)))
          (t (cdr last)))))

(defun scim-org--exporting-p ()
  "Is the block evaluated for an export, where nobody can be told of errors?"
  (or (bound-and-true-p org-export-current-backend)
      (bound-and-true-p org-babel-exp-reference-buffer)))

(defun scim-org--first-line ()
  "Return the line of the buffer at which the body of this block begins."
  (when-let ((head (org-babel-where-is-src-block-head)))
    (1+ (line-number-at-pos head t))))

(defun scim-org--fail (result text)
  "Show TEXT about RESULT, which failed, as the result, and signal an error.
For an export, return TEXT instead."
  (if (scim-org--exporting-p)
      text
    (let ((line (+ (or (scim-org--first-line) 1)
                   (scim-org--failed-line result))))
      (when-let ((info (org-babel-get-src-block-info 'no-eval)))
        (org-babel-insert-result text '("verbatim" "replace") info))
      (user-error "Line %d: %s" line
                  (car (last (split-string (scim-org--failure result) "\n")))))))

(defun org-babel-execute:scim (body params)
  "Send the requests of BODY, a block with the header arguments PARAMS.
Return what `:results' asks for."
  (let* ((answer (scim-org--run body params))
         (results (append (plist-get answer :results) nil))
         (pairs (mapcar (lambda (result)
                          (cons result (scim-response-body result)))
                        results))
         (bad (seq-find (lambda (result)
                          (member (plist-get result :outcome)
                                  '("failed" "error")))
                        results)))
    (cond ((null results) (user-error "The block has no request"))
          (bad (scim-org--fail bad (mapconcat #'scim-org--line results "\n")))
          (t (scim-org--formatted pairs (cdr (assq :result-params params)))))))

(defun org-babel-edit-prep:scim (info)
  "Have the buffer in which the block INFO is edited know its tenant."
  (when-let ((tenant (scim-org--tenant (nth 2 info))))
    (setq-local scim-tenant tenant)))

(defun org-babel-prep-session:scim (_session _params)
  "Return nothing: sessions are the bridge's, and begin when they are used."
  nil)

(provide 'ob-scim)
;;; ob-scim.el ends here
