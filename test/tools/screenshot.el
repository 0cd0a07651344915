;;; screenshot.el --- What the pictures of the README show -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Loaded by screenshot.sh into an Emacs on a terminal, or one with
;; windows of its own.  Plays the scene that SCREENSHOT_SCENE names, lays
;; the windows out, and writes the file named by SCREENSHOT_READY; what
;; went wrong stands in it.
;;
;; Most scenes play at the service of the guided tour, whose people have
;; names of many scripts.

;;; Code:

(require 'scim)
(require 'scim-demo)
(require 'scim-doctor)
(require 'scim-mock-view)
(require 'scim-tour)

;;;; Playing

(defun scim-screenshot--wait-for (predicate)
  "Wait until PREDICATE returns non-nil in the buffer that is selected."
  (let ((end (+ (float-time) 20)))
    (while (not (with-current-buffer (window-buffer) (funcall predicate)))
      (when (> (float-time) end)
        (error "Waited in vain for %S in %s" predicate
               (buffer-name (window-buffer))))
      (accept-process-output nil 0.05)
      (sit-for 0.01))))

(defun scim-screenshot--wait (seconds)
  "Let what is under way arrive for SECONDS."
  (let ((end (+ (float-time) seconds)))
    (while (< (float-time) end)
      (accept-process-output nil 0.05)
      (sit-for 0.01))))

(defun scim-screenshot--press (keys)
  "Press KEYS in the window that is selected."
  (set-buffer (window-buffer))
  (execute-kbd-macro (kbd keys))
  (set-buffer (window-buffer)))

(defun scim-screenshot--type (text)
  "Type TEXT."
  (set-buffer (window-buffer))
  (execute-kbd-macro text)
  (set-buffer (window-buffer)))

(defun scim-screenshot--alone ()
  "Give the buffer of the selected window all the space."
  (delete-other-windows)
  (set-buffer (window-buffer)))

(defun scim-screenshot ()
  "Play the scene that the environment names."
  (load-theme (intern (or (getenv "SCREENSHOT_THEME") "modus-vivendi")) t)
  (menu-bar-mode -1)
  (when (fboundp 'tool-bar-mode) (tool-bar-mode -1))
  (when (fboundp 'scroll-bar-mode) (scroll-bar-mode -1))
  (blink-cursor-mode -1)
  (setq inhibit-startup-screen t
        scim-tour-file (make-temp-name temporary-file-directory))
  (let (problem)
    (condition-case err
        (funcall (intern (concat "scim-screenshot-"
                                 (getenv "SCREENSHOT_SCENE"))))
      (error (setq problem (error-message-string err))))
    (unless (getenv "SCREENSHOT_TALK") (message nil))
    (redisplay t)
    (write-region (or problem "") nil (getenv "SCREENSHOT_READY") nil 'silent)))

(defun scim-screenshot--buffer (regexp)
  "Return the buffer whose name matches REGEXP."
  (seq-find (lambda (buffer) (string-match-p regexp (buffer-name buffer)))
            (buffer-list)))

(defun scim-screenshot--visit (directory name text)
  "Visit the file NAME in DIRECTORY, which holds TEXT; return the buffer."
  (let ((file (expand-file-name name directory)))
    (write-region text nil file nil 'silent)
    (find-file file)
    (current-buffer)))

;;;; The service of the tour

(defun scim-screenshot--service (&optional more)
  "Start the service of the tour; its tenant is called staging.
MORE is text at the end of scim.yaml."
  (let (ready)
    (scim-tour-service-start (lambda () (setq ready t)) #'error)
    (scim-screenshot--wait-for (lambda () ready))
    (let ((file (expand-file-name "scim.yaml" scim-tour-service-root)))
      (scim-tour-service--write
       "scim.yaml"
       (concat (replace-regexp-in-string "\\btour\\b" "staging"
                                         (scim-tour-service--read file))
               more)))
    (find-file (expand-file-name "tour.scim" scim-tour-service-root))))

(defun scim-screenshot--users (&optional filter)
  "Show the users that match FILTER."
  (scim-browse "User" filter "staging")
  (scim-screenshot--alone)
  (scim-screenshot--wait-for
   (lambda () (equal "complete" (plist-get scim-browse--state :completeness)))))

(defun scim-screenshot--zoe ()
  "Edit the user of the tour, alone on the screen."
  (scim-edit-resource "User" "zoe" "staging")
  (scim-screenshot--alone)
  (scim-screenshot--wait-for (lambda () scim-edit--loaded)))

(defun scim-screenshot--retitle ()
  "Change the title of the user of the tour."
  (goto-char (point-min))
  (scim-screenshot--press "C-s T o u r SPC G u i d e RET M-DEL")
  (scim-screenshot--type "Lead"))

;;;; Scenes

(defun scim-screenshot-home ()
  "Show what there is, and what can be done."
  (scim-screenshot--service "\
  production:
    extends: staging
    production: true
    confirm: writes
")
  (scim-screenshot--users)
  (with-current-buffer (scim-screenshot--visit
                        scim-tour-service-root "entra.scim-mock"
                        "vendor: entra-id\ngenerate: { users: 1000, groups: 50 }\n")
    (let ((scim-mock-show-view nil))
      (scim-mock-start)
      (scim-screenshot--wait-for #'scim-mock-all)))
  (scim)
  (scim-screenshot--alone)
  (scim-screenshot--wait 4)
  (goto-char (point-min)))

(defun scim-screenshot-list ()
  "Show a list of users, some of them marked, and a filter being typed."
  (scim-screenshot--service)
  (scim-screenshot--users)
  (scim-screenshot--press "n n m n m n n")
  (let ((setup (lambda ()
                 (insert "userName co \"a\" and name.")
                 (run-with-timer 1 nil #'completion-help-at-point)
                 (run-with-timer 3 nil #'scim-screenshot--ready))))
    (minibuffer-with-setup-hook (:append setup)
      (call-interactively #'scim-browse-filter))))

(defun scim-screenshot--ready ()
  "Write the file that says that the picture can be taken, from a minibuffer."
  (redisplay t)
  (write-region "" nil (getenv "SCREENSHOT_READY") nil 'silent))

(defun scim-screenshot-edit ()
  "Show a resource that was changed, and what would be sent."
  (scim-screenshot--service)
  (scim-screenshot--zoe)
  (scim-screenshot--retitle)
  (goto-char (point-min))
  (search-forward "\"active\"")
  (beginning-of-line)
  (scim-screenshot--type "\"nickName\": \"Zo\",")
  (scim-screenshot--press "RET")
  (scim-screenshot--press "C-c C-c")
  (scim-screenshot--wait-for
   (lambda () (derived-mode-p 'scim-edit-preview-mode)))
  (scim-screenshot--wait 2)
  (let ((preview (window-buffer))
        (edited (scim-screenshot--buffer "\\*SCIM User zoe")))
    (delete-other-windows)
    (switch-to-buffer edited)
    (goto-char (point-min))
    (search-forward "Lead")
    (set-window-buffer (split-window-right 56) preview)))

(defun scim-screenshot-conflict ()
  "Show that somebody else was faster."
  (scim-screenshot--service)
  (scim-screenshot--zoe)
  (scim-screenshot--retitle)
  (scim-tour-done-interfere)
  (scim-screenshot--wait-for #'scim-tour-done-interfered-p)
  (scim-screenshot--press "C-c C-c")
  (scim-screenshot--wait-for
   (lambda () (derived-mode-p 'scim-edit-preview-mode)))
  (scim-screenshot--press "C-c C-c")
  (scim-screenshot--wait-for (lambda () scim-edit-conflict-mode))
  (scim-screenshot--wait 1)
  (recenter 12))

(defun scim-screenshot-members ()
  "Show the members of a group, of which some are to be changed."
  (scim-screenshot--service)
  (scim-members-show "Group" "tour-guides" "staging")
  (scim-screenshot--alone)
  (scim-screenshot--wait-for #'scim-tour-done-members-p)
  (scim-screenshot--press "a k w a TAB RET p r i y a TAB RET RET")
  (scim-screenshot--wait 1)
  (scim-table-goto "oksana")
  (scim-screenshot--press "d x")
  (scim-screenshot--wait-for #'scim-tour-done-review-p))

(defun scim-screenshot-action ()
  "Show a plan that has run, with a request that failed."
  (scim-screenshot--service)
  (scim-screenshot--users "title sw \"Tour\" or userName sw \"zoe\"")
  (scim-screenshot--press "t")
  (call-interactively #'scim-browse-deactivate)
  (scim-screenshot--alone)
  (scim-screenshot--wait-for #'scim-tour-done-planned-p)
  (scim-tour-service-interfere
   'User "kwame" '((replace nil ((title . "Head of Tours")))) #'ignore)
  (scim-screenshot--wait 2)
  (scim-screenshot--press "x y")
  (scim-screenshot--wait-for (lambda () (eq scim-action--state 'run))))

(defun scim-screenshot-repl ()
  "Show a conversation."
  (scim-screenshot--service)
  (scim-repl "staging")
  (scim-screenshot--alone)
  (dolist (input '("users title eq \"Tour Guide\""
                   "patch *1[0] title=\"Tour Lead\" nickName=Zo"
                   "users displayNam sw \"Z\""))
    (scim-screenshot--wait-for (lambda () (not scim-repl--handle)))
    (scim-screenshot--type input)
    (scim-screenshot--press "RET"))
  (scim-screenshot--wait-for (lambda () (not scim-repl--handle)))
  (scim-screenshot--wait 1))

(defun scim-screenshot-request ()
  "Show a request file with its outcomes, an answer, and the log."
  (scim-screenshot--service)
  (let ((file (current-buffer)))
    (scim-request-send-all)
    (scim-screenshot--wait-for (lambda () (not scim-request--handle)))
    (scim-screenshot--wait 1)
    (call-interactively #'scim-request-show-log)
    (let ((log (current-buffer)))
      (delete-other-windows)
      (switch-to-buffer file)
      (goto-char (point-min))
      (let* ((right (split-window-right 76))
             (below (split-window right 24)))
        (set-window-buffer right (scim-screenshot--buffer "\\*SCIM response"))
        (set-window-buffer below log)))))

(defun scim-screenshot-log ()
  "Show what went over the wire, one exchange of it in full."
  (scim-screenshot--service)
  (scim-screenshot--users "title eq \"Tour Guide\"")
  (scim-screenshot--zoe)
  (scim-screenshot--retitle)
  (scim-edit-send)
  (scim-screenshot--wait-for (lambda () (not scim-edit--handle)))
  (find-file (expand-file-name "tour.scim" scim-tour-service-root))
  (scim-request-send-all)
  (scim-screenshot--wait-for (lambda () (not scim-request--handle)))
  (scim-log "staging")
  (scim-screenshot--alone)
  (scim-screenshot--wait 1)
  (goto-char (point-min))
  (re-search-forward "PATCH")
  (scim-screenshot--press "TAB")
  (scim-screenshot--wait 1)
  (recenter 6))

(defun scim-screenshot-schemas ()
  "Show what a service declares, and what it really does."
  (scim-screenshot--service)
  (scim-schemas "staging")
  (scim-screenshot--alone)
  (scim-screenshot--wait-for #'scim-tour-done-schemas-p)
  (scim-screenshot--press "o")
  (scim-screenshot--wait-for #'scim-tour-done-observed-p)
  (scim-screenshot--wait 1)
  (goto-char (point-min))
  (search-forward "cursor paging")
  (beginning-of-line)
  (recenter 1))

(defun scim-screenshot-tour ()
  "Show the tour at the preview of a change."
  (scim-tour)
  (scim-screenshot--wait-for (lambda () scim-tour--timer))
  (dotimes (_ 3) (scim-tour-next))
  (scim-screenshot--wait-for (lambda () (not scim-tour--place)))
  (scim-screenshot--press "C-c C-c")
  (scim-screenshot--wait-for
   (lambda () (derived-mode-p 'scim-edit-preview-mode)))
  (scim-screenshot--wait 1)
  (scim-tour--look))

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

(defun scim-screenshot-mock ()
  "Show a mock file with a mistake, and the live view of the server."
  (scim-demo)
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

(run-with-timer 0.5 nil #'scim-screenshot)

;;; screenshot.el ends here
