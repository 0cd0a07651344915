;;; scim-repl-complete.el --- Completion in the SCIM REPL -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; What can be typed, the bridge tells; resources it looks up by name on
;; the server.  Such a candidate is the name, so that what was typed can
;; be matched with it, and becomes the address of the resource when it
;; is chosen.

;;; Code:

(require 'comint)
(require 'seq)
(require 'subr-x)
(require 'scim-error)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-ui)

(declare-function scim-repl-params "scim-repl" (&rest params))
(declare-function scim-repl-input-start "scim-repl")
(defvar scim-repl--handle)

;; A name may match in its middle.
(add-to-list 'completion-category-defaults
             '(scim-repl (styles basic substring)))

(defconst scim-repl-complete--kinds
  '(("command" . keyword)
    ("shortcut" . keyword)
    ("option" . property)
    ("type" . class)
    ("attribute" . field)
    ("filter" . operator)
    ("resource" . reference)
    ("reference" . variable)
    ("variable" . variable)
    ("tenant" . module)
    ("value" . value))
  "What completion front ends call the kinds of the bridge.")

(defun scim-repl-complete--ask (method)
  "Ask METHOD of the bridge about point in the input; return the answer."
  (let ((start (scim-repl-input-start)))
    (scim-rpc-request
     method
     (scim-repl-params
      :text (buffer-substring-no-properties start (point-max))
      :offset (- (point) start))
     :progress nil)))

(defun scim-repl-complete--item (candidate items)
  "Return the one of ITEMS that CANDIDATE, a string, is."
  (seq-find (lambda (item)
              (equal (plist-get item :label) candidate))
            items))

(defun scim-repl-complete--table (items)
  "Return a completion table of ITEMS, in their order."
  (let ((labels (mapcar (lambda (item) (plist-get item :label)) items)))
    (lambda (string predicate action)
      (if (eq action 'metadata)
          '(metadata (category . scim-repl)
                     (display-sort-function . identity)
                     (cycle-sort-function . identity))
        (complete-with-action action labels string predicate)))))

(defun scim-repl-complete--annotation (candidate items)
  "Return what there is to tell about CANDIDATE, one of ITEMS."
  (when-let* ((item (scim-repl-complete--item candidate items))
              (detail (plist-get item :detail)))
    (concat "  " detail)))

(defun scim-repl-complete--chosen (candidate status items)
  "Put what CANDIDATE, one of ITEMS, stands for in its place.
Unless it might go on, by STATUS; see `completion-extra-properties'."
  (when-let* (((memq status '(finished sole)))
              (item (scim-repl-complete--item candidate items))
              (insert (plist-get item :insert)))
    (unless (equal insert candidate)
      (delete-char (- (length candidate)))
      (insert insert))))

(defun scim-repl-completion-at-point ()
  "Return completions of the input at point, for `completion-at-point-functions'."
  (when (and (not scim-repl--handle)
             (>= (point) (scim-repl-input-start)))
    (when-let* ((answer (ignore-error scim-error
                          (scim-repl-complete--ask
                           scim-protocol-repl-complete)))
                (items (append (plist-get answer :items) nil))
                (start (scim-repl-input-start)))
      (list (+ start (plist-get answer :start))
            (+ start (plist-get answer :end))
            (scim-repl-complete--table items)
            :exclusive 'no
            :annotation-function
            (lambda (candidate)
              (scim-repl-complete--annotation candidate items))
            :company-kind
            (lambda (candidate)
              (cdr (assoc (plist-get (scim-repl-complete--item candidate items)
                                     :kind)
                          scim-repl-complete--kinds)))
            :exit-function
            (lambda (candidate status)
              (scim-repl-complete--chosen candidate status items))))))

;;;; Eldoc

(defun scim-repl-eldoc (callback &rest _)
  "Tell CALLBACK the usage of the command that is being typed.
For `eldoc-documentation-functions'.  No bridge is started for it."
  (let ((start (scim-repl-input-start)))
    (when (and (not scim-repl--handle)
               (>= (point) start)
               (< start (point-max))
               (scim-rpc-ready-p (scim-rpc-root)))
      (scim-rpc-request-async
       scim-protocol-repl-describe
       (scim-repl-params
        :text (buffer-substring-no-properties start (point-max))
        :offset (- (point) start))
       :success (lambda (answer)
                  (funcall callback
                           (and answer (scim-repl-complete--usage answer))))
       :error #'ignore)
      t)))

(defun scim-repl-complete--usage (answer)
  "Return ANSWER of the bridge, about a command, as text."
  (concat (scim-ui-face (plist-get answer :command) 'scim-heading)
          " " (plist-get answer :usage)
          (when-let ((note (plist-get answer :note)))
            (concat "\n" note))))

(provide 'scim-repl-complete)
;;; scim-repl-complete.el ends here
