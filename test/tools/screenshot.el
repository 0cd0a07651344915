;;; screenshot.el --- What the pictures of the README show -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Loaded by screenshot.sh into an Emacs on a terminal.  Plays the scene
;; that SCREENSHOT_SCENE names, lays the windows out, and writes the
;; file named by SCREENSHOT_READY.

;;; Code:

(require 'scim-demo)
(require 'scim-doctor)
(require 'scim-log)
(require 'scim-mock)
(require 'scim-mock-mode)
(require 'scim-mock-view)
(require 'scim-request)

(defun scim-screenshot--wait (seconds)
  "Let what is under way arrive for SECONDS."
  (let ((end (+ (float-time) seconds)))
    (while (< (float-time) end)
      (accept-process-output nil 0.05)
      (sit-for 0.01))))

(defun scim-screenshot ()
  "Play the scene that the environment names."
  (load-theme 'modus-vivendi t)
  (menu-bar-mode -1)
  (funcall (intern (concat "scim-screenshot-" (getenv "SCREENSHOT_SCENE"))))
  (message nil)
  (redisplay t)
  (write-region "" nil (getenv "SCREENSHOT_READY") nil 'silent))

(defun scim-screenshot-request ()
  "Show a request file with its outcomes, an answer, and the log."
  (scim-demo)
  (let ((file (current-buffer)))
    (dolist (name '("create" "find" "change" "read back"))
      (goto-char (point-min))
      (search-forward (concat "### " name))
      (scim-request-send)
      (scim-screenshot--wait 1.5))
    (delete-other-windows)
    (switch-to-buffer file)
    (let* ((right (split-window-right 74))
           (below (split-window right 26)))
      (set-window-buffer right (scim-screenshot--buffer "\\*SCIM response"))
      (set-window-buffer below (scim-screenshot--buffer "\\`\\*SCIM (.*) log")))
    (goto-char (point-min))
    (search-forward "### create")
    (recenter 0)))

(defconst scim-screenshot--mock "\
vendor: entra-id
quirks:
  deactivate.effect: delayed
  deactivate.delay: 600
generate: { users: 250, groups: 12 }
faults:
  - { on: GET /users, requests: [2], status: 429, retryAfter: 1 }
  - { on: PATCH /groups/*, every: 3, page: halve }
")

(defconst scim-screenshot--requests "\
### everybody
# @all-pages
GET /users?count=100

?? list.count == 250

### a filter that Entra does not know
GET /users?filter=userName sw \"a\"

?? status == 400

### a new group
POST /groups

{ \"schemas\": [\"urn:ietf:params:scim:schemas:core:2.0:Group\"], \"displayName\": \"Tour Guides\" }
")

(defun scim-screenshot--visit (directory name text)
  "Visit the file NAME in DIRECTORY, which holds TEXT; return the buffer."
  (let ((file (expand-file-name name directory)))
    (write-region text nil file nil 'silent)
    (find-file file)
    (current-buffer)))

(defun scim-screenshot-mock ()
  "Show a mock file with a mistake, and the live view of the server."
  (let* ((directory (make-temp-file "scim-mock" t))
         (mock (scim-screenshot--visit
                directory "entra.scim-mock"
                (string-replace "page: halve" "page: half"
                                scim-screenshot--mock))))
    (scim-mock-start)
    (scim-screenshot--wait 3)
    (scim-mock-use (car (scim-mock-all)))
    (let ((requests (scim-screenshot--visit directory "entra.scim"
                                            scim-screenshot--requests)))
      (with-current-buffer requests
        (scim-request-send-all)
        (scim-screenshot--wait 4)))
    (switch-to-buffer mock)
    (scim-mock-view (car (scim-mock-all)))
    (scim-screenshot--wait 2)
    (let ((view (current-buffer)))
      (delete-other-windows)
      (switch-to-buffer mock)
      (goto-char (point-min))
      (search-forward "page: half")
      (replace-match "page: halve")
      (goto-char (match-beginning 0))
      (scim-screenshot--wait 3)
      (set-window-buffer (split-window-right 74) view))))

(defconst scim-screenshot--tenants "\
  production:
    extends: demo
    vendor: okta
    baseUrl: https://scim.example.com/scim/v2/Users
    confrim: always
")

(defun scim-screenshot-doctor ()
  "Show a scim.yaml with mistakes, and what the doctor has to say."
  (scim-demo)
  (find-file "scim.yaml")
  (goto-char (point-max))
  (insert (replace-regexp-in-string "confrim" "confirm"
                                    scim-screenshot--tenants))
  (save-buffer)
  (let ((file (current-buffer)))
    (scim-doctor)
    (scim-screenshot--wait 6)
    (let ((report (scim-screenshot--buffer "\\*SCIM doctor")))
      (delete-other-windows)
      (switch-to-buffer file)
      (goto-char (point-min))
      (search-forward "confirm")
      (replace-match "confrim")
      (goto-char (match-beginning 0))
      (scim-screenshot--wait 3)
      (set-window-buffer (split-window-right 66) report))))

(defun scim-screenshot--buffer (regexp)
  "Return the buffer whose name matches REGEXP."
  (seq-find (lambda (buffer) (string-match-p regexp (buffer-name buffer)))
            (buffer-list)))

(run-with-timer 0.5 nil #'scim-screenshot)

;;; screenshot.el ends here
