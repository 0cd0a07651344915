;;; scim-home-view.el --- What the home buffer of SCIM shows -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Draws what is known of tenants, bridges, mock servers, exchanges and
;; files into the home buffer, and what can be done next.  It asks
;; nobody: scim-home.el does that.

;;; Code:

(require 'button)
(require 'seq)
(require 'subr-x)
(require 'scim-api)
(require 'scim-bridge)
(require 'scim-error)
(require 'scim-home-files)
(require 'scim-log)
(require 'scim-log-store)
(require 'scim-mock)
(require 'scim-rpc)
(require 'scim-tenant)
(require 'scim-ui)

(defvar scim-home-mode-map)
(autoload 'scim-schemas "scim-schema" nil t)

;;;; Customization

(defcustom scim-home-exchanges 5
  "How many of the latest exchanges the home buffer shows."
  :type 'natnum
  :group 'scim-home
  :safe #'natnump
  :package-version '(scim . "0.1.0"))

;;;; Internal variables

(defvar-local scim-home--tenants nil
  "What the bridge told about tenants: a plist, a condition, or nil so far.")

(defvar-local scim-home--health nil
  "What is known of services: an alist from tenant to an answer of the bridge.
Instead of an answer there may be a condition, or the symbol `asked'.")

(defvar-local scim-home--root nil
  "The workspace of this buffer, or nil for the default one.")

;;;; Tenants

(defun scim-home--sign (tenant)
  "Return a sign for what is known of TENANT, a plist from the bridge.
Its shape tells, too: not everybody tells colors apart."
  (let ((health (scim-home--health-of tenant)))
    (cond ((or (not (seq-empty-p (plist-get tenant :problems)))
               (scim-home--condition-p health))
           (scim-ui-face "✗" 'scim-failure))
          ((or (not (seq-empty-p (plist-get tenant :pending)))
               (memq health '(nil asked)))
           (scim-ui-face "?" 'scim-dimmed))
          (t (scim-ui-face "✓" 'scim-success)))))

(defun scim-home--health-of (tenant)
  "Return what is known of the service of TENANT, a plist from the bridge."
  (cdr (assoc (plist-get tenant :name) scim-home--health)))

(defun scim-home--unasked-p (tenant)
  "Could TENANT, a plist from the bridge, be asked, and was not?"
  (not (or (scim-home--health-of tenant)
           (not (seq-empty-p (plist-get tenant :problems)))
           (not (seq-empty-p (plist-get tenant :pending))))))

(defun scim-home--condition-p (health)
  "Is HEALTH the condition that came instead of an answer?"
  (and (consp health) (not (keywordp (car health)))))

(defun scim-home--insert-tenant-name (tenant)
  "Insert the name of TENANT as a button for its service."
  (let ((name (plist-get tenant :name)))
    (insert-text-button name 'follow-link t 'help-echo "Show this service"
                        'action (lambda (_) (scim-schemas name))
                        'face (or (scim-tenant-face tenant) 'button))
    (insert (make-string (max 1 (- 16 (string-width name))) ?\s))))

(defun scim-home--insert-tenant (tenant)
  "Insert lines about TENANT, as told by the bridge."
  (let ((start (point)))
    (insert "  " (scim-home--sign tenant) " ")
    (scim-home--insert-tenant-name tenant)
    (insert (format "%-10s %s" (plist-get tenant :vendor)
                    (or (plist-get tenant :baseUrl)
                        (scim-ui-face "no base URL" 'scim-warning)))
            (scim-ui-face (concat "  " (plist-get tenant :auth)) 'scim-dimmed)
            (scim-home--flags tenant) "\n")
    (scim-home--insert-notes (plist-get tenant :problems) 'scim-warning)
    (scim-home--insert-notes (plist-get tenant :pending) 'scim-dimmed)
    (scim-home--insert-health (scim-home--health-of tenant))
    (when (scim-home--unasked-p tenant)
      (scim-home--insert-notes
       (list (substitute-command-keys
              "\\<scim-home-mode-map>not asked; \\[scim-home-ask] asks whether it answers"))
       'scim-dimmed))
    (put-text-property start (point) 'scim-home-tenant
                       (plist-get tenant :name))))

(defun scim-home--flags (tenant)
  "Return what is special about TENANT, a plist from the bridge, as text."
  (concat
   (if (scim-tenant-flag tenant :readOnly)
       (scim-ui-face "  read-only" 'scim-dimmed)
     "")
   (pcase (plist-get tenant :confirm)
     ("always" (scim-ui-face "  asks before every request" 'scim-dimmed))
     ("writes" (scim-ui-face "  asks before writes" 'scim-dimmed))
     (_ ""))
   (if-let ((mock (plist-get tenant :mock)))
       (scim-ui-face (format "  →mock %s" mock) 'scim-warning)
     "")
   (if (equal (plist-get tenant :name)
              (plist-get scim-home--tenants :defaultTenant))
       (scim-ui-face "  default" 'scim-dimmed)
     "")))

(defun scim-home--insert-health (health)
  "Insert what is in HEALTH, an answer of the bridge about a service."
  (cond ((eq health 'asked)
         (scim-home--insert-notes '("asking the service…") 'scim-dimmed))
        ((scim-home--condition-p health)
         (scim-home--insert-notes (list (scim-error-message health))
                                  'scim-failure))
        (health
         (scim-home--insert-notes
          (list (format "answers in %s; %s"
                        (scim-ui-duration (plist-get health :latencyMs))
                        (scim-home--support health)))
          'scim-dimmed)
         (scim-home--insert-notes (plist-get health :warnings) 'scim-warning))))

(defun scim-home--support (health)
  "Return what the service supports that HEALTH is about, as text."
  (string-join
   (delq nil
         (list (string-join (plist-get health :types) ", ")
               (let ((supports (plist-get health :supports)))
                 (if (string-empty-p supports)
                     "says nothing of what it supports"
                   ;; The numbers are for who looks at the service.
                   (replace-regexp-in-string " ([^)]*)" "" supports)))
               (let ((count (plist-get health :deviations)))
                 (and (> count 0)
                      (format "%d deviations from its schemas" count)))))
   "; "))

(defun scim-home--insert-notes (notes face)
  "Insert NOTES, strings, with FACE, a line each."
  (seq-do (lambda (note)
            (insert "      " (scim-ui-face
                              (replace-regexp-in-string "\n" " " note) face)
                    "\n"))
          notes))

(defun scim-home--insert-tenants ()
  "Insert the tenants of the workspace."
  (scim-home--insert-heading "Tenants")
  (cond ((null scim-home--tenants) (insert "  asking the bridge…\n"))
        ((keywordp (car scim-home--tenants))
         (scim-home--insert-known-tenants))
        (t (insert "  " (scim-ui-face (scim-error-message scim-home--tenants)
                                      'scim-failure)
                   "\n"))))

(defun scim-home--insert-known-tenants ()
  "Insert the tenants that the bridge told about, and where they are from."
  (insert (scim-ui-face
           (if-let ((file (plist-get scim-home--tenants :file)))
               (concat "  from " (abbreviate-file-name file))
             "  no scim.yaml here: from the environment variables")
           'scim-dimmed)
          "\n")
  (if (or (seq-empty-p (plist-get scim-home--tenants :tenants))
          (scim-home--nothing-set-up-p))
      (insert "  none yet; " (substitute-command-keys
                              "\\<scim-home-mode-map>\\[scim-tenant-add]")
              " sets one up by a few questions, on this machine or a real one,\n"
              "  or set SCIM_API_BASE_URL and SCIM_AUTH_TOKEN and press "
              (substitute-command-keys
               "\\<scim-home-mode-map>\\[scim-restart]")
              "\n")
    (mapc #'scim-home--insert-tenant (plist-get scim-home--tenants :tenants))))

(defun scim-home--nothing-set-up-p ()
  "Is there neither a scim.yaml nor one of the variables in place of it?"
  (not (or (plist-get scim-home--tenants :file)
           (getenv "SCIM_API_BASE_URL")
           (getenv "SCIM_AUTH_TOKEN"))))

;;;; Bridges, mock servers, exchanges

(defun scim-home--insert-heading (text)
  "Insert TEXT as a heading."
  (insert (propertize (scim-ui-face text 'scim-heading)
                      'scim-home-heading t)
          "\n"))

(defun scim-home--insert-bridge (bridge)
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

(defun scim-home--insert-bridges ()
  "Insert what is known about the bridges."
  (scim-home--insert-heading "Bridge")
  (if-let ((bridges (scim-rpc-bridges)))
      (mapc #'scim-home--insert-bridge bridges)
    (insert "  not running; the first request starts it\n")))

(defun scim-home--insert-mock (mock)
  "Insert a line about the mock server MOCK."
  (insert "  ")
  (insert-text-button (scim-mock-name mock)
                      'follow-link t 'help-echo "Live view"
                      'action (lambda (_) (scim-mock-view mock)))
  (insert (make-string (max 1 (- 18 (string-width (scim-mock-name mock)))) ?\s)
          (format "%-10s %s  " (or (scim-mock-vendor mock) "standard")
                  (scim-mock-url mock))
          (scim-ui-face (scim-mock-counts-text mock) 'scim-dimmed)
          (if-let ((tenants (scim-mock-tenants mock)))
              (scim-ui-face (concat "  for " (string-join tenants ", "))
                            'scim-warning)
            "")
          "\n"))

(defun scim-home--insert-mocks ()
  "Insert the mock servers that run, if there are any."
  (when-let ((mocks (scim-mock-all)))
    (scim-home--insert-heading "Mock servers")
    (mapc #'scim-home--insert-mock mocks)
    (insert "\n")))

(defun scim-home--latest ()
  "Return the latest exchanges of this workspace, newest first."
  (let ((newest-first (lambda (a b) (> (plist-get a :number)
                                       (plist-get b :number)))))
    (seq-take
     (sort (seq-mapcat
            (lambda (tenant)
              (last (scim-log-kept tenant scim-home--root)
                    scim-home-exchanges))
            (scim-log-tenants))
           newest-first)
     scim-home-exchanges)))

(defun scim-home--insert-exchange (exchange)
  "Insert a line about EXCHANGE, which leads to the log of its tenant."
  (let ((tenant (plist-get exchange :tenant)))
    (insert "  " (scim-ui-status (plist-get exchange :status)) " ")
    (insert-text-button (format "%-6s %s" (plist-get exchange :method)
                                (plist-get exchange :path))
                        'follow-link t 'face 'default
                        'help-echo "Show the log"
                        'action (lambda (_) (scim-log tenant)))
    (insert (scim-ui-face (format "  %s  %s" tenant
                                  (scim-ui-duration
                                   (plist-get exchange :durationMs)))
                          'scim-dimmed)
            "\n")))

(defun scim-home--insert-exchanges ()
  "Insert the latest exchanges, if there are any."
  (when-let ((exchanges (scim-home--latest)))
    (scim-home--insert-heading "Latest exchanges")
    (mapc #'scim-home--insert-exchange exchanges)
    (insert "\n")))

;;;; What to do

(defconst scim-home--next
  '(("Look" ("u" "users") ("U" "groups") ("b" "any resources")
     ("s" "schemas") ("l" "log"))
    ("Change" ("e" "edit one") ("N" "create one") ("R" "REPL")
     ("f" "request file") ("=" "compare tenants"))
    ("Set up" ("t" "tenant") ("c" "doctor") ("v" "variables")
     ("m" "mock file") ("M" "mock servers"))
    ("Learn" ("T" "tour") ("d" "demo") ("?" "all keys") ("i" "manual")))
  "What can be done next: headings, each with keys and what they do.")

(defun scim-home--insert-next ()
  "Insert what can be done next."
  (scim-home--insert-heading "What to do")
  (dolist (group scim-home--next)
    (insert (format "  %-7s" (car group)))
    (dolist (entry (cdr group))
      (insert "  ")
      (insert-text-button
       (car entry) 'follow-link t 'face 'help-key-binding
       'help-echo (cadr entry)
       'action (let ((key (kbd (car entry))))
                 (lambda (_)
                   (call-interactively (lookup-key scim-home-mode-map key)))))
      (insert " " (format "%-16s" (cadr entry))))
    (insert "\n")))

;;;; Drawing

(defun scim-home--render ()
  "Show all that is known in this buffer; point stays on its line."
  (let ((inhibit-read-only t)
        (line (line-number-at-pos))
        (column (current-column)))
    (erase-buffer)
    (insert (scim-ui-face (format "SCIM %s" scim-bridge-client-version)
                          'scim-heading)
            "  " (abbreviate-file-name default-directory) "\n\n")
    (scim-home--insert-tenants)
    (insert "\n")
    (scim-home--insert-bridges)
    (insert "\n")
    (scim-home--insert-mocks)
    (scim-home--insert-exchanges)
    (scim-home-files-insert scim-home--root)
    (scim-home--insert-next)
    (goto-char (point-min))
    (forward-line (1- line))
    (move-to-column column)
    (dolist (window (get-buffer-window-list nil nil t))
      (set-window-point window (point)))))

(provide 'scim-home-view)
;;; scim-home-view.el ends here
