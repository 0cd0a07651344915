;;; scim-api-all.el --- The whole Lisp API -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; What a script can do, in one file to be required:
;;
;;   (require 'scim-api-all)
;;
;; Scripts that are run in batch have it loaded already.  The manual
;; describes it by task, in the chapter "Lisp API".

;;; Code:

(require 'scim-api)
(require 'scim-api-act)
(require 'scim-api-compare)
(require 'scim-api-dry)
(require 'scim-api-members)
(require 'scim-api-mock)
(require 'scim-api-pages)
(require 'scim-api-raw)
(require 'scim-api-service)
(require 'scim-bulk)
(require 'scim-update)

(provide 'scim-api-all)
;;; scim-api-all.el ends here
