;;; scim-tour.el --- A guided tour of the SCIM workbench -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; `scim-tour' starts a service on this machine, in a workspace of its
;; own, and says in a small window what to press, one thing at a time.
;; It sees when that was done and goes on.  Whoever knows a thing skips
;; it; whoever has lost the way is brought back; whoever has to go finds
;; the place again.
;;
;; What there is to be done stands in scim-tour-steps.el; the service is
;; made by scim-tour-service.el.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'scim-log-store)
(require 'scim-menu)
(require 'scim-tour-service)
(require 'scim-tour-steps)
(require 'scim-tour-text)
(require 'scim-ui)

(defvar scim-tour-mode-map)

;;;; Customization

(defcustom scim-tour-file (locate-user-emacs-file "scim-tour")
  "File that keeps where the guided tour was left, to go on there.
It is made when a tour is left before its end."
  :type 'file
  :group 'scim-home
  :package-version '(scim . "0.1.0"))

;;;; Internal variables

(defconst scim-tour--buffer-name "*SCIM tour*"
  "Name of the buffer that says what to do.")

(defvar scim-tour--step nil
  "Number of the step, from 0, or nil when there is no tour.")

(defvar scim-tour--task 0
  "Number of the task within the step, from 0.")

(defvar scim-tour--passed nil
  "Ids of the steps that were done.")

(defvar scim-tour--place nil
  "How far the place where the step begins was reached.
It is `wanted', `asked' when it was asked for, or nil when it is there.")

(defvar scim-tour--timer nil
  "Timer that looks whether something was done, or nil.")

(defvar scim-tour--windows nil
  "Window configuration of before the tour.")

;;;; Steps

(defun scim-tour--the-step ()
  "Return the present step, a plist."
  (nth scim-tour--step scim-tour-steps))

(defun scim-tour--the-task ()
  "Return the present task, a plist."
  (nth scim-tour--task (plist-get (scim-tour--the-step) :tasks)))

(defun scim-tour--begin-task (number)
  "Begin the task with NUMBER of the present step."
  (setq scim-tour--task number
        scim-tour-sent nil)
  (when-let ((begin (plist-get (scim-tour--the-task) :begin)))
    (funcall begin))
  (scim-tour--render))

(defun scim-tour--go (step)
  "Go to STEP, a number, and to the place where it begins."
  (setq scim-tour--step step
        scim-tour--place 'wanted
        scim-tour-place-restored 0)
  (scim-tour--begin-task 0)
  (scim-tour--look))

;;;; Noticing

(defun scim-tour--here ()
  "Return the buffer that the person is in, were it not for the tour."
  (let ((window (if (window-minibuffer-p)
                    (minibuffer-selected-window)
                  (selected-window))))
    (when (and window
               (eq (window-buffer window) (get-buffer scim-tour--buffer-name)))
      (setq window (get-mru-window nil t t)))
    (window-buffer window)))

(defun scim-tour--done-p ()
  "Was the present task done?"
  (with-current-buffer (scim-tour--here)
    (save-excursion
      (save-match-data
        (funcall (plist-get (scim-tour--the-task) :done))))))

(defun scim-tour--go-on ()
  "Go on from the present task, which was done."
  (when (plist-get (scim-tour--the-task) :alone)
    (scim-tour-place-alone))
  (let ((next (1+ scim-tour--task))
        (step (scim-tour--the-step)))
    (if (nth next (plist-get step :tasks))
        (scim-tour--begin-task next)
      (cl-pushnew (plist-get step :id) scim-tour--passed)
      (cl-incf scim-tour--step)
      (scim-tour--begin-task 0))))

(defun scim-tour--reach-place ()
  "Show the place where the present step begins, as far as it is there."
  (let ((first (eq scim-tour--place 'wanted)))
    (setq scim-tour--place 'asked)
    (when (funcall (plist-get (scim-tour--the-step) :from) first)
      (setq scim-tour--place nil
            scim-tour-sent nil)
      (scim-tour--render))))

(defun scim-tour--look ()
  "Look whether what is to be done was done."
  (when (and scim-tour--step (scim-tour-service-live-p))
    (condition-case err
        (cond ((not scim-tour--place)
               (when (scim-tour--done-p) (scim-tour--go-on)))
              ((not (active-minibuffer-window)) (scim-tour--reach-place)))
      (error (scim-tour--stumble err)))))

(defun scim-tour--stumble (err)
  "Tell ERR, which should not have happened, and wait for the person."
  (setq scim-tour--place nil)
  (message "The tour has stumbled: %s" (error-message-string err)))

(defun scim-tour--exchanged (exchanges)
  "Note EXCHANGES, if they are the person's."
  (when scim-tour--step
    (dolist (exchange exchanges)
      (when (and (equal scim-tour-service-root (plist-get exchange :root))
                 (equal "tour" (plist-get exchange :tenant)))
        (push exchange scim-tour-sent)))))

(defun scim-tour--watch ()
  "Begin to look at what the person does."
  (add-hook 'post-command-hook #'scim-tour--look)
  (add-hook 'scim-log-received-functions #'scim-tour--exchanged)
  (add-hook 'kill-emacs-hook #'scim-tour--exit)
  (setq scim-tour--timer (run-with-timer 0.3 0.3 #'scim-tour--look)))

(defun scim-tour--unwatch ()
  "Look no more at what the person does."
  (remove-hook 'post-command-hook #'scim-tour--look)
  (remove-hook 'scim-log-received-functions #'scim-tour--exchanged)
  (remove-hook 'kill-emacs-hook #'scim-tour--exit)
  (when scim-tour--timer
    (cancel-timer scim-tour--timer)
    (setq scim-tour--timer nil)))

;;;; Showing

(defun scim-tour--header ()
  "Return the header line of the tour."
  (concat " " (scim-ui-face "SCIM tour" 'bold)
          (if (null scim-tour--step) ""
            (concat (format "  %d of %d  " (1+ scim-tour--step)
                            (length scim-tour-steps))
                    (scim-ui-face (plist-get (scim-tour--the-step) :title) 'bold)
                    (substitute-command-keys "   \\<scim-tour-mode-map>\
\\[scim-tour-next] next  \\[scim-tour-previous] back  \
\\[scim-tour-return] show the place  \\[scim-tour-quit] end")))))

(defun scim-tour--progress ()
  "Return a line with what was done already."
  (let ((done (mapcar (lambda (task) (plist-get task :label))
                      (seq-take (plist-get (scim-tour--the-step) :tasks)
                                scim-tour--task))))
    (when (and (null done) (> scim-tour--step 0))
      (let ((before (nth (1- scim-tour--step) scim-tour-steps)))
        (when (memq (plist-get before :id) scim-tour--passed)
          (setq done (list (plist-get before :title))))))
    (mapconcat (lambda (label)
                 (scim-ui-face (concat "✓ " label "  ") 'scim-success))
               done "")))

(defun scim-tour--text ()
  "Return what is to be done now."
  (cond ((not (scim-tour-service-live-p))
         "Starting a service to try things on…")
        (scim-tour--place "One moment…")
        (t (scim-tour-text-render (plist-get (scim-tour--the-task) :text)))))

(defun scim-tour--insert (text width)
  "Insert TEXT, in lines of at most WIDTH columns."
  (let ((start (point))
        (fill-column width)
        (sentence-end-double-space nil))
    (insert text "\n")
    (fill-region start (point))))

(defun scim-tour--render ()
  "Show the present task."
  (when-let ((buffer (get-buffer scim-tour--buffer-name)))
    (with-current-buffer buffer
      (let* ((window (get-buffer-window buffer t))
             (width (min 100 (- (if window (window-body-width window)
                                  (frame-width))
                                4)))
             (inhibit-read-only t))
        (erase-buffer)
        (insert " " (scim-tour--progress) "\n")
        (let ((start (point)))
          (scim-tour--insert (scim-tour--text) (- width 3))
          (indent-rigidly start (point) 3)
          (goto-char start)
          (delete-char 2)
          (insert (scim-ui-face " ▸" 'scim-warning)))
        (goto-char (point-min))
        (when window
          (set-window-start window (point-min))
          (set-window-point window (point-min))
          (scim-tour--fit window)))
      (force-mode-line-update))))

(defun scim-tour--fit (window)
  "Make WINDOW as high as its text."
  (unless (window-minibuffer-p window)
    (ignore-errors (fit-window-to-buffer window 12 5))))

(defun scim-tour--display ()
  "Show the window of the tour, and return it."
  (let ((buffer (get-buffer-create scim-tour--buffer-name)))
    (with-current-buffer buffer
      (unless (derived-mode-p 'scim-tour-mode)
        (scim-tour-mode))
      (when scim-tour-service-root
        (setq default-directory scim-tour-service-root)))
    (or (get-buffer-window buffer)
        ;; Menus are shown at the bottom.
        (display-buffer-in-side-window
         buffer '((side . top) (dedicated . t)
                  (window-height . 7)
                  (window-parameters . ((no-delete-other-windows . t)))))
        (display-buffer buffer))))

;;;; Beginning and end

(defun scim-tour--remembered ()
  "Return the number of the step at which the tour was left, or nil."
  (when (file-readable-p scim-tour-file)
    (let ((name (with-temp-buffer
                  (insert-file-contents scim-tour-file)
                  (string-trim (buffer-string)))))
      (seq-position scim-tour-steps name
                    (lambda (step name)
                      (equal name (symbol-name (plist-get step :id))))))))

(defun scim-tour--remember ()
  "Keep in a file where the tour was left, unless it was at an end."
  (cond ((< 0 scim-tour--step (1- (length scim-tour-steps)))
         (make-directory (file-name-directory scim-tour-file) t)
         (write-region (format "%s\n" (plist-get (scim-tour--the-step) :id))
                       nil scim-tour-file nil 'silent))
        ((file-exists-p scim-tour-file)
         (delete-file scim-tour-file))))

(defun scim-tour--first-step ()
  "Return the number of the step to begin with, after a question if need be."
  (let ((number (scim-tour--remembered)))
    (if (and number
             (y-or-n-p (format "Go on where you left the tour, at \"%s\"? "
                               (plist-get (nth number scim-tour-steps) :title))))
        number
      0)))

(defun scim-tour--start (step)
  "Start the tour at STEP, a number."
  (setq scim-tour--windows (current-window-configuration)
        scim-tour--passed nil
        scim-tour--step step
        scim-tour--task 0)
  (scim-tour--display)
  (scim-tour--render)
  (scim-tour-service-start (lambda () (scim-tour--started step))
                           #'scim-tour--failed))

(defun scim-tour--started (step)
  "Go to STEP, a number: the service can be used."
  (when scim-tour--step
    (scim-tour--watch)
    (scim-tour--display)
    (scim-tour--go step)))

(defun scim-tour--failed (reason)
  "Tell that the tour cannot go on because of REASON, and end it."
  (when scim-tour--step
    (scim-tour--end nil))
  (message "%s" reason))

(defun scim-tour--end (keep)
  "End the tour; with KEEP non-nil, leave its files."
  (scim-tour--unwatch)
  (scim-tour--remember)
  (setq scim-tour--step nil)
  (scim-tour-service-stop keep)
  (when-let ((buffer (get-buffer scim-tour--buffer-name)))
    (kill-buffer buffer))
  (mapc #'scim-log-forget '("tour" "somebody-else"))
  (when (and scim-tour--windows
             (frame-live-p (window-configuration-frame scim-tour--windows)))
    (set-window-configuration scim-tour--windows))
  (setq scim-tour--windows nil))

(defun scim-tour--exit ()
  "Clean up, as Emacs is left; files that were changed are kept.
Nothing is waited for: without a terminal, Emacs would wait for ever."
  (ignore-errors
    (scim-tour--remember)
    (scim-tour-service-leave (scim-tour-service-changed-files))))

;;;; Commands

(defun scim-tour--demand ()
  "Signal a `user-error' when there is no tour."
  (unless scim-tour--step
    (user-error "There is no tour; M-x scim-tour begins one")))

(defun scim-tour--repeat ()
  "Have the keys that skip and return be so for a moment longer.
What is shown then is selected, where they mean something else."
  (let* ((map (make-sparse-keymap))
         (commands '(scim-tour-next scim-tour-previous))
         (exit (progn
                 (dolist (command commands)
                   (dolist (key (where-is-internal command scim-tour-mode-map))
                     (define-key map key command)))
                 (set-transient-map map))))
    (run-with-timer 1.5 nil exit)))

(defun scim-tour-next ()
  "Skip this step."
  (interactive)
  (scim-tour--demand)
  (scim-tour--repeat)
  (if (nth (1+ scim-tour--step) scim-tour-steps)
      (scim-tour--go (1+ scim-tour--step))
    (user-error "This is the last step; %s"
                (substitute-command-keys
                 "\\<scim-tour-mode-map>\\[scim-tour-quit] ends the tour"))))

(defun scim-tour-previous ()
  "Return to the beginning of this step, or to the step before."
  (interactive)
  (scim-tour--demand)
  (scim-tour--repeat)
  (cond ((> scim-tour--task 0) (scim-tour--go scim-tour--step))
        ((> scim-tour--step 0) (scim-tour--go (1- scim-tour--step)))
        (t (user-error "This is the first step"))))

(defun scim-tour-return ()
  "Show the place where this step begins, and begin it anew."
  (interactive)
  (scim-tour--demand)
  (scim-tour--go scim-tour--step))

(defun scim-tour-quit ()
  "End the tour: stop its service, and remove its files.
Files that were changed can be kept."
  (interactive)
  (scim-tour--demand)
  (let* ((changed (scim-tour-service-changed-files))
         (root scim-tour-service-root)
         (keep (and changed
                    (y-or-n-p (format "Keep what you have changed, %s? "
                                      (string-join changed ", ")))))
         (last (= (1+ scim-tour--step) (length scim-tour-steps))))
    (scim-tour--end keep)
    (message "%s%s"
             (if last "That was the tour."
               "The tour has ended; M-x scim-tour goes on where you left it.")
             (if keep (format "  Your files are in %s" root) ""))))

;;;###autoload
(defun scim-tour ()
  "Learn the SCIM workbench by doing, in ten minutes.
A service is started on this machine, in a workspace of its own, so that
nothing can be broken.  A window says what to press, sees when it was
done, and goes on.  While there is a tour, go to that window."
  (interactive)
  (if (not scim-tour--step)
      (scim-tour--start (scim-tour--first-step))
    (select-window (scim-tour--display))
    (scim-tour--render)))

;;;; Mode

(defvar scim-tour-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "n") #'scim-tour-next)
    (define-key map (kbd "p") #'scim-tour-previous)
    (define-key map (kbd "r") #'scim-tour-return)
    (define-key map (kbd "q") #'scim-tour-quit)
    map)
  "Keymap of `scim-tour-mode'.")

(scim-menu-define
 'scim-tour-mode scim-tour-mode-map "SCIM Tour" "?"
 '("Tour"
   ("Skip this step" scim-tour-next)
   ("Go back" scim-tour-previous)
   ("Show the place" scim-tour-return)
   ("End" scim-tour-quit)))

(define-derived-mode scim-tour-mode special-mode "SCIM-Tour"
  "Major mode for the window of the guided tour.

\\{scim-tour-mode-map}"
  :interactive nil
  (buffer-disable-undo)
  (setq-local header-line-format '((:eval (scim-tour--header)))
              revert-buffer-function (lambda (&rest _) (scim-tour-return))
              nobreak-char-display nil
              bidi-paragraph-direction 'left-to-right
              mode-line-format nil
              cursor-in-non-selected-windows nil)
  (scim-menu-setup))

(provide 'scim-tour)
;;; scim-tour.el ends here
