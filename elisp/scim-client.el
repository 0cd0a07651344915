;;; scim-client.el --- What runs on this side of the SCIM bridge -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The versions of Emacs and of its libraries, for the doctor and for the
;; history of the environment.

;;; Code:

(require 'scim-bridge)

(defvar package--builtins)

(defun scim-client--jsonrpc ()
  "Return the version of jsonrpc.el, or nil when it cannot be told.
One from a package archive has it in the name of its directory."
  (let ((file (locate-library "jsonrpc")))
    (if (and file (string-match "/jsonrpc-\\([0-9][0-9.]*\\)/[^/]*\\'" file))
        (match-string 1 file)
      (require 'finder-inf nil t)
      (when-let ((builtin (assq 'jsonrpc package--builtins)))
        (mapconcat #'number-to-string (aref (cdr builtin) 0) ".")))))

(defun scim-client-versions ()
  "Return the versions of this side, as a plist for the bridge."
  (let ((jsonrpc (scim-client--jsonrpc)))
    (append (list :emacs emacs-version
                  :package scim-bridge-client-version)
            (and jsonrpc (list :jsonrpc jsonrpc)))))

(provide 'scim-client)
;;; scim-client.el ends here
