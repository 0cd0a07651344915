;;; scim-log-filter.el --- Choose among SCIM exchanges -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; A filter of the log is a line of terms, all of which must hold:
;;
;;   method:PATCH,PUT       one of these
;;   status:4xx             400 to 499; also 404, >=400, 400-499, none
;;   latency:>500           milliseconds; also >2s, <=100
;;   attempts:>1  bytes:>1000
;;   tenant:staging  purpose:discovery  action:browse-3
;;   path:/Users/28         the path has this in it
;;   resource:2819          the id or type of the resource it is about
;;   is:failed              also write, slow, retried
;;   text                   in the line, in any case; "with spaces" as well
;;   -TERM                  not TERM

;;; Code:

(require 'cl-lib)
(require 'seq)
(require 'subr-x)
(require 'url-util)
(require 'scim-log-store)

;;;; Customization

(defcustom scim-log-slow 1000
  "Milliseconds from which on an exchange is highlighted as slow.
The filter is:slow goes by it too."
  :type 'natnum
  :group 'scim-log
  :safe #'natnump
  :package-version '(scim . "0.1.0"))

;;;; Internal variables

(defvar scim-log-filter-history nil
  "Filters of logs, the latest first.")

(defconst scim-log-filter--keys
  '(("tenant" . scim-log-filter--tenant)
    ("method" . scim-log-filter--method)
    ("status" . scim-log-filter--status)
    ("latency" . scim-log-filter--latency)
    ("bytes" . scim-log-filter--bytes)
    ("attempts" . scim-log-filter--attempts)
    ("path" . scim-log-filter--path)
    ("resource" . scim-log-filter--resource)
    ("purpose" . scim-log-filter--purpose)
    ("action" . scim-log-filter--action)
    ("is" . scim-log-filter--is))
  "Alist from the key of a term to a function from its value to a predicate.")

;;;; Terms

(defun scim-log-filter--among (property)
  "Return a function from a value to a predicate: is PROPERTY equal to it?"
  (lambda (value)
    (lambda (exchange)
      (let ((actual (plist-get exchange property)))
        (and actual (eq t (compare-strings actual 0 nil value 0 nil t)))))))

(defun scim-log-filter--number (value property &optional unit)
  "Return a predicate: does the number PROPERTY fit VALUE, such as >=400?
UNIT is a function that makes a number of the text of one; when nil, it
is `string-to-number'."
  (let ((number (or unit #'string-to-number)))
    (cond
     ((string-match "\\`\\([<>]=?\\|=\\)\\([0-9.]+[a-z]*\\)\\'" value)
      (let ((compare (intern (match-string 1 value)))
            (limit (funcall number (match-string 2 value))))
        (lambda (exchange)
          (when-let ((actual (plist-get exchange property)))
            (funcall compare actual limit)))))
     ((string-match "\\`\\([0-9.]+\\)-\\([0-9.]+\\)\\'" value)
      (let ((low (funcall number (match-string 1 value)))
            (high (funcall number (match-string 2 value))))
        (lambda (exchange)
          (when-let ((actual (plist-get exchange property)))
            (<= low actual high)))))
     ((string-match-p "\\`[0-9.]+[a-z]*\\'" value)
      (let ((limit (funcall number value)))
        (lambda (exchange) (eql limit (plist-get exchange property)))))
     (t (user-error "Not a number to compare with: %s; use >500 or 400-499"
                    value)))))

(defun scim-log-filter--milliseconds (text)
  "Return the milliseconds of TEXT: 500, 500ms or 2s."
  (* (string-to-number text) (if (string-match-p "[0-9.]s\\'" text) 1000 1)))

(defun scim-log-filter--contains (text &rest properties)
  "Return a predicate: is TEXT, in any case, in one of PROPERTIES?"
  (let ((pattern (regexp-quote text)))
    (lambda (exchange)
      (let ((case-fold-search t))
        (seq-some (lambda (property)
                    (when-let ((actual (plist-get exchange property)))
                      (string-match-p pattern actual)))
                  properties)))))

(defalias 'scim-log-filter--tenant (scim-log-filter--among :tenant))
(defalias 'scim-log-filter--method (scim-log-filter--among :method))
(defalias 'scim-log-filter--purpose (scim-log-filter--among :purpose))
(defalias 'scim-log-filter--action (scim-log-filter--among :action))

(defun scim-log-filter--status (value)
  "Return a predicate: is the status VALUE, such as 404, 4xx, >=400 or none?"
  (cond ((member value '("none" "---"))
         (lambda (exchange) (null (plist-get exchange :status))))
        ((string-match "\\`\\([1-5]\\)xx\\'" value)
         (let ((class (string-to-number (match-string 1 value))))
           (lambda (exchange)
             (when-let ((status (plist-get exchange :status)))
               (= class (/ status 100))))))
        (t (scim-log-filter--number value :status))))

(defun scim-log-filter--latency (value)
  "Return a predicate: does the latency fit VALUE, such as >500 or <2s?"
  (scim-log-filter--number value :durationMs #'scim-log-filter--milliseconds))

(defun scim-log-filter--bytes (value)
  "Return a predicate: does the size of the answer fit VALUE?"
  (scim-log-filter--number value :responseBytes))

(defun scim-log-filter--attempts (value)
  "Return a predicate: does the number of attempts fit VALUE?"
  (scim-log-filter--number value :attempts))

(defun scim-log-filter--path (value)
  "Return a predicate: has the path VALUE in it?"
  (scim-log-filter--contains value :path))

(defun scim-log-filter--resource (value)
  "Return a predicate: is the exchange about a resource with VALUE in its name?"
  (scim-log-filter--contains value :resource))

(defun scim-log-filter--is (value)
  "Return the predicate that is called VALUE."
  (pcase value
    ("failed" #'scim-log-failed-p)
    ("write" #'scim-log-write-p)
    ("slow" #'scim-log-slow-p)
    ("retried" (lambda (exchange) (> (or (plist-get exchange :attempts) 1) 1)))
    (_ (user-error "Not known: is:%s; use failed, write, slow or retried"
                   value))))

(defun scim-log-slow-p (exchange)
  "Did EXCHANGE take `scim-log-slow' milliseconds or longer?"
  (>= (plist-get exchange :durationMs) scim-log-slow))

;;;; Filters

(defun scim-log-filter--split (filter)
  "Return the terms of FILTER, a string; quotes hold spaces together."
  (let ((start 0) terms)
    (while (string-match "\\(?:\"[^\"]*\"?\\|[^\" \t]\\)+" filter start)
      (push (match-string 0 filter) terms)
      (setq start (match-end 0)))
    (nreverse terms)))

(defun scim-log-filter--term (term)
  "Return a predicate for TERM, a string."
  (if (string-match "\\`[-!]\\(.+\\)" term)
      (let ((predicate (scim-log-filter--term (match-string 1 term))))
        (lambda (exchange) (not (funcall predicate exchange))))
    (let* ((key (and (string-match "\\`\\([a-z]+\\):" term)
                     (match-string 1 term)))
           (make (cdr (assoc key scim-log-filter--keys)))
           (value (string-replace "\"" "" (if make (substring term (match-end 0))
                                            term))))
      (cond (make (scim-log-filter--any make value))
            ((and key (not (member key '("urn" "http" "https"))))
             (user-error "Unknown key %s; use %s" key
                         (mapconcat #'car scim-log-filter--keys ", ")))
            (t (scim-log-filter--contains
                value :path :error :method :tenant))))))

(defun scim-log-filter--any (make value)
  "Return a predicate for VALUE by MAKE, a function.
VALUE may be several, separated by commas: any of them will do."
  (let ((predicates (mapcar make (split-string value "," t))))
    (if (and predicates (null (cdr predicates)))
        (car predicates)
      (lambda (exchange)
        (seq-some (lambda (predicate) (funcall predicate exchange))
                  predicates)))))

(defun scim-log-filter-compile (filter)
  "Return a predicate of exchanges for FILTER, a string; nil if it is empty.
Signal a `user-error' that tells what is wrong with it."
  (when-let ((predicates (mapcar #'scim-log-filter--term
                                 (scim-log-filter--split (or filter "")))))
    (if (cdr predicates)
        (lambda (exchange)
          (seq-every-p (lambda (predicate) (funcall predicate exchange))
                       predicates))
      (car predicates))))

;;;; Reading

(defun scim-log-filter--values (key exchanges)
  "Return the values that can follow KEY, as EXCHANGES suggest."
  (cl-flet ((seen (property)
              (delete-dups (delq nil (mapcar (lambda (exchange)
                                               (plist-get exchange property))
                                             exchanges)))))
    (pcase key
      ("is" '("failed" "write" "slow" "retried"))
      ("latency" '(">500" ">2s" "<100"))
      ("attempts" '(">1"))
      ("bytes" '(">1000" ">1000000"))
      ("status" (append '(">=400" "2xx" "4xx" "5xx" "none")
                        (mapcar #'number-to-string (seen :status))))
      ("path" (mapcar (lambda (path) (car (split-string path "?")))
                      (seen :path)))
      ("resource" (mapcar (lambda (uri) (url-unhex-string
                                         (file-name-nondirectory uri)))
                          (seen :resource)))
      (_ (seen (intern (concat ":" key)))))))

(defun scim-log-filter--candidates (term exchanges)
  "Return what TERM, which is being typed, may become, as EXCHANGES suggest."
  (if (string-match "\\`\\([-!]?\\)\\([a-z]+\\):" term)
      (let ((before (match-string 0 term)))
        (mapcar (lambda (value)
                  (concat before (if (string-search " " value)
                                     (format "%S" value)
                                   value)))
                (delete-dups (scim-log-filter--values (match-string 2 term)
                                                      exchanges))))
    (let ((not-sign (if (string-match-p "\\`[-!]" term) (substring term 0 1) "")))
      (mapcar (lambda (key) (concat not-sign (car key) ":"))
              scim-log-filter--keys))))

(defun scim-log-filter--table (exchanges)
  "Return a completion table for filters of EXCHANGES: the last term counts."
  (lambda (string predicate action)
    (let* ((start (or (and (string-match "[^ \t]*\\'" string)
                           (match-beginning 0))
                      0))
           (term (substring string start)))
      (pcase action
        ('metadata '(metadata (category . scim-log-filter)
                              (display-sort-function . identity)))
        (`(boundaries . ,suffix)
         `(boundaries ,start . ,(or (string-match "[ \t]" suffix)
                                    (length suffix))))
        (_ (let ((result (complete-with-action
                          action (scim-log-filter--candidates term exchanges)
                          term predicate)))
             (if (and (null action) (stringp result))
                 (concat (substring string 0 start) result)
               result)))))))

(defvar scim-log-filter--map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "SPC") #'self-insert-command)
    (define-key map (kbd "?") #'self-insert-command)
    map)
  "Keymap for reading filters: spaces separate terms.")

(defun scim-log-filter-read (exchanges current)
  "Ask for a filter of EXCHANGES, and return it; CURRENT is one key away."
  (minibuffer-with-setup-hook
      (lambda ()
        (use-local-map (make-composed-keymap scim-log-filter--map
                                             (current-local-map)))
        (setq minibuffer-default current))
    (let ((filter (completing-read
                   "Filter (e.g. status:>=400 method:PATCH text; RET for all): "
                   (scim-log-filter--table exchanges)
                   nil nil nil 'scim-log-filter-history)))
      (scim-log-filter-compile filter)
      (string-trim filter))))

(provide 'scim-log-filter)
;;; scim-log-filter.el ends here
