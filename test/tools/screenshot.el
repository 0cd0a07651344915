;;; screenshot.el --- What the pictures of the README show -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Loaded by screenshot.sh into an Emacs on a terminal.  Plays the demo, lays
;; the windows out, and writes the file named by SCIM_SCREENSHOT_READY.

;;; Code:

(require 'scim-demo)
(require 'scim-log)
(require 'scim-request)

(defun scim-screenshot--wait (seconds)
  "Let what is under way arrive for SECONDS."
  (let ((end (+ (float-time) seconds)))
    (while (< (float-time) end)
      (accept-process-output nil 0.05)
      (sit-for 0.01))))

(defun scim-screenshot ()
  "Show a request file with its outcomes, an answer, and the log."
  (load-theme 'modus-vivendi t)
  (menu-bar-mode -1)
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
    (recenter 0)
    (message nil)
    (redisplay t)
    (write-region "" nil (getenv "SCIM_SCREENSHOT_READY") nil 'silent)))

(defun scim-screenshot--buffer (regexp)
  "Return the buffer whose name matches REGEXP."
  (seq-find (lambda (buffer) (string-match-p regexp (buffer-name buffer)))
            (buffer-list)))

(run-with-timer 0.5 nil #'scim-screenshot)

;;; screenshot.el ends here
