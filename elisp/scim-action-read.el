;;; scim-action-read.el --- Ask what to do to SCIM resources -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; What can be done to resources of a type, which attributes can be edited
;; and which values they can have, the bridge tells.  Here a person
;; chooses.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'scim-error)
(require 'scim-protocol)
(require 'scim-rpc)

(declare-function scim-lookup-read-several "scim-lookup")
(autoload 'scim-lookup-read-several "scim-lookup")

;;;; Internal variables

(defvar scim-action-read--attributes-history nil
  "Attributes that were edited.")

;;;; Choosing

(defun scim-action-read-choices (type tenant)
  "Return what can be done to resources of TYPE of TENANT, a plist.
It is what the bridge answers to `scim/action/choices'."
  (scim-error-as-user-error
    (scim-rpc-request scim-protocol-action-choices
                      (append (list :type type)
                              (and tenant (list :tenant tenant))))))

(defun scim-action-read--annotated (prompt choices key &optional initial history)
  "Ask with PROMPT for one of CHOICES, plists named by their KEY.
INITIAL and HISTORY are as for `completing-read'.  Return the plist, or
the text when it names none."
  (let* ((names (mapcar (lambda (choice) (plist-get choice key)) choices))
         (width (apply #'max 0 (mapcar #'string-width names)))
         (find (lambda (name)
                 (seq-find (lambda (choice) (equal name (plist-get choice key)))
                           choices)))
         (completion-extra-properties
          (list :annotation-function
                (lambda (name)
                  (concat (make-string (+ 2 (max 0 (- width (string-width name)))) ?\s)
                          (plist-get (funcall find name) :detail)))))
         (name (completing-read prompt names nil (not (eq key :path)) initial
                                history)))
    (when (string-empty-p name)
      (user-error "Nothing was chosen"))
    (or (funcall find name) name)))

(defun scim-action-read (choices count tenant)
  "Ask what to do to COUNT resources of TENANT; return the action, a plist.
CHOICES is what `scim-action-read-choices' returned."
  (let* ((choice (scim-action-read--annotated
                  (format "Do to %d resource%s%s: " count
                          (if (= count 1) "" "s")
                          (if tenant (format " of %s" tenant) ""))
                  (append (plist-get choices :actions) nil) :label))
         (kind (plist-get choice :kind)))
    (append (list :kind kind)
            (pcase (plist-get choice :needs)
              ("groups" (scim-action-read--groups kind tenant))
              ("attribute" (scim-action-read--edit choices))
              ("operations" (scim-action-read--operations))))))

(defun scim-action-read--groups (kind tenant)
  "Ask for the groups of TENANT that an action of KIND is about."
  (let ((groups (scim-lookup-read-several
                 (if (equal kind "addToGroups") "Add to group: "
                   "Remove from group: ")
                 '("Group") tenant)))
    (unless groups
      (user-error "No group was chosen"))
    (list :groups (vconcat (mapcar (lambda (group) (plist-get group :id))
                                   groups)))))

;;;; Attributes

(defun scim-action-read--edit (choices)
  "Ask which attribute of CHOICES to change, and how."
  (let* ((attribute (scim-action-read--annotated
                     "Attribute: " (append (plist-get choices :attributes) nil)
                     :path nil 'scim-action-read--attributes-history))
         ;; A path with a filter is typed.
         (path (if (stringp attribute) attribute (plist-get attribute :path)))
         (op (scim-action-read--op attribute path)))
    (append (list :op op :path path)
            (unless (equal op "remove")
              (list :value (scim-action-read--value attribute path))))))

(defun scim-action-read--op (attribute path)
  "Ask what to do to ATTRIBUTE, a plist or text, at PATH."
  (let ((ops (if (stringp attribute) '("replace" "add" "remove")
               (append (plist-get attribute :ops) nil))))
    (if (cdr ops)
        (completing-read (format "%s (default %s): " path (car ops))
                         ops nil t nil nil (car ops))
      (car ops))))

(defun scim-action-read--value (attribute path)
  "Ask for the value of ATTRIBUTE, a plist or text, at PATH."
  (let ((values (and (listp attribute) (append (plist-get attribute :values) nil)))
        (prompt (format "Value of %s (text, or JSON): " path)))
    (cond ((and (listp attribute) (eq t (plist-get attribute :secret)))
           (read-passwd prompt t))
          (values (completing-read prompt values nil nil nil
                                   t))
          (t (read-string prompt nil t)))))

(defun scim-action-read--operations ()
  "Ask for the operations of a PATCH."
  (list :operations
        (scim-rpc-text-ref
         (read-string "PATCH operations (JSON): "
                      "[{\"op\": \"replace\", \"path\": \"\", \"value\": \"\"}]"
                      t))))

(provide 'scim-action-read)
;;; scim-action-read.el ends here
