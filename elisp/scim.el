;;; scim.el --- SCIM 2.0 provisioning workbench -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; Author: The scim developers
;; Maintainer: The scim developers
;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1"))
;; Keywords: comm, tools
;; URL: https://github.com/scim-el/scim
;; SPDX-License-Identifier: GPL-3.0-or-later

;; This file is not part of GNU Emacs.

;; This program is free software: you can redistribute it and/or modify
;; it under the terms of the GNU General Public License as published by
;; the Free Software Foundation, either version 3 of the License, or
;; (at your option) any later version.
;;
;; This program is distributed in the hope that it will be useful,
;; but WITHOUT ANY WARRANTY; without even the implied warranty of
;; MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
;; GNU General Public License for more details.
;;
;; You should have received a copy of the GNU General Public License
;; along with this program.  If not, see <https://www.gnu.org/licenses/>.

;;; Commentary:

;; Talk to SCIM 2.0 servers (RFC 7643, RFC 7644) from Emacs: write
;; requests in *.scim files, send one with C-c C-c or all with C-c C-a,
;; assert what the answers must be, and run the same files in CI with
;; scim-batch.el.  Scripts in Lisp use scim-api.el.
;;
;; M-x scim shows the tenants of the workspace and what to do next.
;; M-x scim-demo opens a request file with a server to try it on.
;;
;; How it is made:
;;
;; - Emacs shows and asks; the bridge, a Node program that comes with the
;;   package, does everything that has a right answer.  There is no rule
;;   of SCIM in these Lisp files, no parser of request files, no HTTP.
;; - What servers send stays text.  It is never turned into Lisp data on
;;   its way to a buffer, so nothing of it is lost or reordered.
;; - The bridge redacts secrets before text comes here.  They are never
;;   in a buffer, a message or the arguments of a process.
;; - Nothing blocks: a request is sent, and its answer shown when it is
;;   there.  Where a command must wait, C-g ends the wait and the request.
;; - The bridge is started by the first request, for each workspace (a
;;   directory with scim.yaml) its own, and told nothing but what the
;;   protocol in scim-protocol.el, which is generated, has names for.
;; - Emacs has facilities for finding one's way: `imenu', `next-error',
;;   `eldoc', `outline-minor-mode', `beginning-of-defun' work in request
;;   files, and there are no replacements for them.
;;
;; The files, from the bottom: scim-error (conditions), scim-node (finds
;; Node and the bridge), scim-queue, scim-bridge (the process),
;; scim-handle and scim-text (what is said), scim-rpc (talks to it,
;; alone), scim-json and scim-api (for scripts), scim-batch (for CI),
;; scim-secret and scim-trust (what only Emacs and the person have),
;; scim-tenant and scim-setup (tenants), scim-ui, scim-log,
;; scim-response, scim-marks, scim-request-text, scim-request,
;; scim-document and scim-yaml (help while editing), scim-report,
;; scim-doctor, scim-env, scim-env-sets and scim-rotate (what is found out
;; about tenants and variables), scim-mock and the files that begin with
;; its name (mock servers), and this file.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'scim-api)
(require 'scim-bridge)
(require 'scim-home)
(require 'scim-log)
(require 'scim-mock)
(require 'scim-mock-mode)
(require 'scim-protocol)
(require 'scim-request)
(require 'scim-rpc)
(require 'scim-tenant)
(require 'scim-trust)
(require 'scim-ui)
(require 'scim-yaml)

;;;; Internal variables

(defconst scim--example
  "@userName = bjensen@example.com

### create
POST /Users

{
  \"schemas\": [\"urn:ietf:params:scim:schemas:core:2.0:User\"],
  \"userName\": \"{{userName}}\"
}

?? status == 201
@id = body.id

### read it back
GET /Users/{{id}}

?? body.userName == \"{{userName}}\"

### delete it
DELETE /Users/{{id}}

?? status == 204
"
  "Text of a new request file.")

(defconst scim--example-mock
  "# C-c C-c starts the server, and re-seeds it while it runs.

# vendor: entra-id      # whose quirks it has; TAB completes
generate: { users: 100, groups: 5 }
seed: 1

resources:
  Users:
    - userName: bjensen@example.com
      name: { givenName: Barbara, familyName: Jensen }
      active: true
"
  "Text of a new mock file.")

;;;; Bridge

;;;###autoload
(defun scim-start ()
  "Start the bridge of this workspace, if it is not running."
  (interactive)
  (scim--tell-started (scim-error-as-user-error
                        (scim-rpc-start (scim-rpc-root)))))

;;;###autoload
(defun scim-restart ()
  "Stop the bridge of this workspace and start it again.
It gets the environment variables that Emacs has now."
  (interactive)
  (scim--tell-started (scim-error-as-user-error
                        (scim-rpc-restart (scim-rpc-root)))))

(defun scim--tell-started (info)
  "Tell the person about a bridge with INFO."
  (message "SCIM bridge %s runs on Node %s"
           (plist-get (plist-get info :serverInfo) :version)
           (plist-get info :nodeVersion)))

;;;###autoload
(defun scim-stop ()
  "Stop the bridge of this workspace, until the next request."
  (interactive)
  (message (if (scim-rpc-stop (scim-rpc-root))
               "SCIM bridge stopped"
             "No SCIM bridge was running")))

;;;###autoload
(defun scim-version ()
  "Tell the versions of this package, of the bridge, of Node and of Emacs."
  (interactive)
  (let ((info (scim-error-as-user-error (scim-rpc-start (scim-rpc-root)))))
    (message "scim %s, bridge %s (protocol %s), Node %s, Emacs %s"
             scim-bridge-client-version
             (plist-get (plist-get info :serverInfo) :version)
             (plist-get info :protocolVersion)
             (plist-get info :nodeVersion)
             emacs-version)))

;;;; Commands

(defun scim-new-file (file)
  "Visit FILE, a new request file, with requests to begin with."
  (interactive "FNew request file (*.scim): ")
  (find-file (if (file-name-extension file) file (concat file ".scim")))
  (unless (derived-mode-p 'scim-request-mode)
    (scim-request-mode))
  (when (= (buffer-size) 0)
    (insert scim--example)
    (goto-char (point-min))
    (scim-request-next)))

(defun scim-new-mock (file)
  "Visit FILE, a new mock file, with a server to begin with."
  (interactive "FNew mock file (*.scim-mock): ")
  (find-file (if (file-name-extension file) file (concat file ".scim-mock")))
  (unless (derived-mode-p 'scim-mock-mode)
    (scim-mock-mode))
  (when (= (buffer-size) 0)
    (insert scim--example-mock)
    (goto-char (point-min))))

(defun scim-open-workspace ()
  "Visit the scim.yaml of this workspace."
  (interactive)
  (find-file (expand-file-name
              "scim.yaml" (or (scim-rpc-root)
                              (user-error "There is no scim.yaml here; %s"
                                          "M-x scim-tenant-add makes one")))))

(defun scim-customize ()
  "Customize the options of this package."
  (interactive)
  (customize-group 'scim))

;;;###autoload
(defun scim ()
  "Show the tenants of this workspace, how they are, and what to do next.
See Info node `(scim)Home'."
  (interactive)
  (scim-home-show))

(provide 'scim)
;;; scim.el ends here
