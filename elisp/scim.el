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

(require 'easymenu)
(require 'seq)
(require 'subr-x)
(require 'scim-api)
(require 'scim-bridge)
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

(autoload 'scim-demo "scim-demo" nil t)
(autoload 'scim-doctor "scim-doctor" nil t)

;;;; Internal variables

(defvar-local scim--tenants nil
  "What the bridge told about tenants: a plist, a condition, or nil so far.")

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

;;;; Home buffer

(defun scim--button (key label action help)
  "Insert a button LABEL for ACTION, a command on KEY, and HELP on it."
  (insert "  " (scim-ui-face key 'help-key-binding) "  ")
  (insert-text-button label 'follow-link t 'help-echo help
                      'action (lambda (_) (call-interactively action)))
  (insert (make-string (max 1 (- 20 (length label))) ?\s) help "\n"))

(defun scim--insert-bridge (bridge)
  "Insert a line about BRIDGE, an element of `scim-rpc-bridges'."
  (let ((state (plist-get bridge :state)))
    (insert (format "  %-10s %s" (scim-ui-face
                                  (symbol-name state)
                                  (if (eq state 'ready) 'scim-success
                                    'scim-dimmed))
                    (if-let ((root (plist-get bridge :root)))
                        (abbreviate-file-name root)
                      "default workspace")))
    (when (eq state 'ready)
      (insert (scim-ui-face (format "  version %s, Node %s, process %d"
                                    (plist-get bridge :version)
                                    (plist-get bridge :node)
                                    (plist-get bridge :pid))
                            'scim-dimmed)))
    (when-let ((condition (and (eq state 'dead) (plist-get bridge :error))))
      (insert "  " (scim-error-message condition)))
    (insert "\n")))

(defun scim--insert-bridges ()
  "Insert what is known about the bridges."
  (insert (scim-ui-face "Bridge" 'scim-heading) "\n")
  (if-let ((bridges (scim-rpc-bridges)))
      (mapc #'scim--insert-bridge bridges)
    (insert "  not running; the first request starts it\n")))

(defun scim--health (tenant)
  "Return a sign for whether anything is known to be wrong with TENANT.
Its shape tells, too: not everybody tells colors apart."
  (cond ((not (seq-empty-p (plist-get tenant :problems)))
         (scim-ui-face "✗" 'scim-failure))
        ((not (seq-empty-p (plist-get tenant :pending)))
         (scim-ui-face "?" 'scim-dimmed))
        (t (scim-ui-face "✓" 'scim-success))))

(defun scim--insert-tenant-name (tenant)
  "Insert the name of TENANT as a button for a check."
  (let ((name (plist-get tenant :name)))
    (insert-text-button name 'follow-link t 'help-echo "Check this tenant"
                        'action (lambda (_) (scim-doctor name))
                        'face (or (scim-tenant-face tenant) 'button))
    (insert (make-string (max 1 (- 16 (string-width name))) ?\s))))

(defun scim--insert-tenant (tenant)
  "Insert lines about TENANT, as told by the bridge."
  (insert "  " (scim--health tenant) " ")
  (scim--insert-tenant-name tenant)
  (insert (format "%-10s %s" (plist-get tenant :vendor)
                  (or (plist-get tenant :baseUrl)
                      (scim-ui-face "no base URL" 'scim-warning)))
          (scim-ui-face (concat "  " (plist-get tenant :auth)) 'scim-dimmed)
          (if (scim-tenant-flag tenant :readOnly)
              (scim-ui-face "  read-only" 'scim-dimmed)
            "")
          (if-let ((mock (plist-get tenant :mock)))
              (scim-ui-face (format "  →mock %s" mock) 'scim-warning)
            "")
          (if (equal (plist-get tenant :name)
                     (plist-get scim--tenants :defaultTenant))
              (scim-ui-face "  default" 'scim-dimmed)
            "")
          "\n")
  (scim--insert-notes (plist-get tenant :problems) 'scim-warning)
  (scim--insert-notes (plist-get tenant :pending) 'scim-dimmed))

(defun scim--insert-notes (notes face)
  "Insert NOTES, strings, with FACE, a line each."
  (mapc (lambda (note) (insert "      " (scim-ui-face note face) "\n")) notes))

(defun scim--insert-tenants ()
  "Insert the tenants of the workspace."
  (insert (scim-ui-face "Tenants" 'scim-heading) "\n")
  (cond ((null scim--tenants) (insert "  asking the bridge…\n"))
        ((symbolp (car scim--tenants))
         (if (keywordp (car scim--tenants))
             (scim--insert-known-tenants)
           (insert "  " (scim-ui-face (scim-error-message scim--tenants)
                                      'scim-failure)
                   "\n")))))

(defun scim--insert-known-tenants ()
  "Insert the tenants that the bridge told about, and where they are from."
  (insert (scim-ui-face
           (if-let ((file (plist-get scim--tenants :file)))
               (concat "  from " (abbreviate-file-name file))
             "  no scim.yaml here: from the environment variables")
           'scim-dimmed)
          "\n")
  (if (or (seq-empty-p (plist-get scim--tenants :tenants))
          (scim--nothing-set-up-p))
      (insert "  none yet; " (substitute-command-keys
                              "\\<scim-mode-map>\\[scim-tenant-add]")
              " sets one up by a few questions, on this machine or a real one,\n"
              "  or set SCIM_API_BASE_URL and SCIM_AUTH_TOKEN and press "
              (substitute-command-keys "\\<scim-mode-map>\\[scim-restart]")
              "\n")
    (mapc #'scim--insert-tenant (plist-get scim--tenants :tenants))))

(defun scim--nothing-set-up-p ()
  "Is there neither a scim.yaml nor one of the variables in place of it?"
  (not (or (plist-get scim--tenants :file)
           (getenv "SCIM_API_BASE_URL")
           (getenv "SCIM_AUTH_TOKEN"))))

(defun scim--insert-mock (mock)
  "Insert a line about the mock server MOCK."
  (insert "  ")
  (insert-text-button (format "%-16s" (scim-mock-name mock))
                      'follow-link t 'help-echo "Live view"
                      'action (lambda (_) (scim-mock-view mock)))
  (insert (format " %-10s %s  " (or (scim-mock-vendor mock) "standard")
                  (scim-mock-url mock))
          (scim-ui-face (scim-mock-counts-text mock) 'scim-dimmed)
          (if-let ((tenants (scim-mock-tenants mock)))
              (scim-ui-face (concat "  for " (string-join tenants ", "))
                            'scim-warning)
            "")
          "\n"))

(defun scim--insert-mocks ()
  "Insert the mock servers that run, if there are any."
  (when-let ((mocks (scim-mock-all)))
    (insert (scim-ui-face "Mock servers" 'scim-heading) "\n")
    (mapc #'scim--insert-mock mocks)
    (insert "\n")))

(defun scim--insert-next ()
  "Insert what can be done next."
  (insert (scim-ui-face "What to do" 'scim-heading) "\n")
  (scim--button "t" "Set up a tenant" #'scim-tenant-add
                "OneLogin, Okta, Entra ID, …, or a server to try things on")
  (scim--button "c" "Check" #'scim-doctor
                "doctor: whether everything is right, and what is not")
  (scim--button "v" "Variables" #'scim-env
                "what is needed, what is set, and where it comes from")
  (scim--button "f" "New request file" #'scim-new-file
                "requests to edit, and to send with C-c C-c")
  (scim--button "m" "New mock server" #'scim-new-mock
                "a server on this machine, to edit and start with C-c C-c")
  (scim--button "d" "Demo" #'scim-demo
                "a request file, and a server to try it on")
  (scim--button "l" "Log" #'scim-log "every exchange with a server")
  (scim--button "r" "Restart" #'scim-restart
                "the bridge, with the environment variables of now")
  (scim--button "o" "Options" #'scim-customize "of this package"))

(defun scim--render ()
  "Show all that is known in this buffer."
  (let ((inhibit-read-only t) (position (point)))
    (erase-buffer)
    (insert (scim-ui-face (format "SCIM %s" scim-bridge-client-version)
                          'scim-heading)
            "  " (abbreviate-file-name default-directory) "\n\n")
    (scim--insert-tenants)
    (insert "\n")
    (scim--insert-bridges)
    (insert "\n")
    (scim--insert-mocks)
    (scim--insert-next)
    (goto-char (min position (point-max)))))

(defun scim--show-tenants (told)
  "Show what was TOLD about the tenants, a plist or a condition."
  (when (derived-mode-p 'scim-mode)
    (setq scim--tenants told)
    (scim--render)))

(defun scim-refresh (&rest _)
  "Ask the bridge again, starting it when needed, and show the answer."
  (interactive nil scim-mode)
  (scim-rpc-request-async scim-protocol-tenants nil
                          :success #'scim--show-tenants
                          :error #'scim--show-tenants)
  (scim--render))

(defun scim--bridge-changed ()
  "Show the states of the bridges in the home buffer, if there is one."
  (when-let ((buffer (get-buffer "*SCIM*")))
    (with-current-buffer buffer
      (when (derived-mode-p 'scim-mode)
        (scim--render)))))

(defun scim--tenants-told (root told)
  "Show in the home buffer of ROOT what was TOLD about its tenants."
  (when-let ((buffer (get-buffer "*SCIM*")))
    (with-current-buffer buffer
      (when (equal root (scim-rpc-root))
        (scim--show-tenants told)))))

(defun scim--mocks-changed ()
  "Show the mock servers in the home buffer, if there is one."
  (when-let ((buffer (get-buffer "*SCIM*")))
    (with-current-buffer buffer
      (when (derived-mode-p 'scim-mode)
        (scim-refresh)))))

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

(defun scim-customize ()
  "Customize the options of this package."
  (interactive)
  (customize-group 'scim))

;;;###autoload
(defun scim ()
  "Show the tenants of this workspace, the bridge, and what to do next."
  (interactive)
  (let ((directory default-directory))
    (pop-to-buffer (get-buffer-create "*SCIM*"))
    (unless (derived-mode-p 'scim-mode)
      (scim-mode))
    (setq default-directory directory)
    (scim-refresh)))

;;;; Mode

(defvar scim-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "t") #'scim-tenant-add)
    (define-key map (kbd "c") #'scim-doctor)
    (define-key map (kbd "v") #'scim-env)
    (define-key map (kbd "f") #'scim-new-file)
    (define-key map (kbd "m") #'scim-new-mock)
    (define-key map (kbd "M") #'scim-mock-list)
    (define-key map (kbd "d") #'scim-demo)
    (define-key map (kbd "l") #'scim-log)
    (define-key map (kbd "r") #'scim-restart)
    (define-key map (kbd "o") #'scim-customize)
    (define-key map (kbd "TAB") #'forward-button)
    (define-key map (kbd "<backtab>") #'backward-button)
    map)
  "Keymap of `scim-mode'.")

(easy-menu-define scim-mode-menu scim-mode-map
  "Menu of `scim-mode'."
  '("SCIM"
    ["Refresh" revert-buffer]
    ["Add Tenant..." scim-tenant-add]
    ["Check Tenants" scim-doctor]
    ["Variables" scim-env]
    ("Environment"
     ["Compare..." scim-env-diff]
     ["Promote..." scim-env-promote]
     ["Roll Back..." scim-env-rollback]
     ["History" scim-env-history]
     ["Rotate Credential..." scim-rotate])
    ["Trust Commands of a File..." scim-trust]
    ["New Request File..." scim-new-file]
    ["New Mock File..." scim-new-mock]
    ["Mock Servers" scim-mock-list]
    ["Demo" scim-demo]
    ["Log" scim-log]
    "---"
    ["Start Bridge" scim-start]
    ["Stop Bridge" scim-stop]
    ["Restart Bridge" scim-restart]
    ["Versions" scim-version]
    ["Options" scim-customize]))

(define-derived-mode scim-mode special-mode "SCIM"
  "Major mode for the home buffer of the SCIM workbench.

\\{scim-mode-map}"
  :interactive nil
  (buffer-disable-undo)
  (setq-local revert-buffer-function #'scim-refresh))

(add-hook 'scim-bridge-state-hook #'scim--bridge-changed)
(add-hook 'scim-tenant-told-hook #'scim--tenants-told)
(add-hook 'scim-mock-changed-hook #'scim--mocks-changed)

(provide 'scim)
;;; scim.el ends here
