;;; scim-visit.el --- Names of resources and schemas -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The bridge names what can be visited by URIs of its own:
;;
;;   scim:/TENANT/resource/TYPE/ID   a resource
;;   scim:/TENANT/new/TYPE           a resource that is not there yet
;;   scim:/TENANT/type/TYPE          a resource type
;;   scim:/TENANT/schema/URN         a schema
;;   scim:/TENANT/schema/URN/PATH    an attribute of it
;;
;; Each part is encoded as in a URL.  Links, definitions and bookmarks
;; all come here.

;;; Code:

(require 'subr-x)
(require 'url-util)

(autoload 'scim-edit-resource "scim-edit")
(autoload 'scim-new "scim-new" nil t)
(autoload 'scim-schema-show "scim-schema")

(defun scim-visit-uri (tenant kind &rest parts)
  "Return the URI of what TENANT has of KIND, a string, that PARTS name."
  (concat "scim:/" (mapconcat #'url-hexify-string (cons tenant (cons kind parts))
                              "/")))

(defun scim-visit-parse (uri)
  "Return the list (TENANT KIND . PARTS) that URI, a string, is made of, or nil."
  (when (string-prefix-p "scim:/" uri)
    (mapcar (lambda (part)
              (decode-coding-string (url-unhex-string part) 'utf-8))
            (split-string (substring uri 6) "/"))))

(defun scim-visit (uri)
  "Show what URI, one of `scim-visit-uri', names, and return its buffer."
  (pcase (scim-visit-parse uri)
    (`(,tenant "resource" ,type ,id) (scim-edit-resource type id tenant))
    (`(,tenant "new" ,type) (scim-new type tenant))
    (`(,tenant "type" ,type) (scim-schema-show tenant type))
    (`(,tenant "schema" ,urn . ,path) (scim-schema-show tenant urn (car path)))
    (_ (user-error "Nothing is known of %s" uri))))

(provide 'scim-visit)
;;; scim-visit.el ends here
