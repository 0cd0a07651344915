;;; scim-edit-conflict.el --- Choose between two changes of a resource -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Somebody else has changed the same attribute of a resource.  Then the
;; text is the merged one, in which each conflict shows the person's own
;; value and is marked.  Above it stand three versions: yours, as you
;; read it, and theirs.  Each conflict is decided by taking one of them
;; or by editing the text; undo takes a decision back.  Nothing is sent
;; until all are decided.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'scim-edit)
(require 'scim-edit-text)
(require 'scim-menu)
(require 'scim-text)
(require 'scim-ui)

;;;; Faces

(defface scim-edit-undecided '((t :inherit diff-changed :weight bold))
  "Face for a value that two people have changed, to be decided."
  :group 'scim-faces)

(defface scim-edit-decided '((t :inherit diff-added))
  "Face for a value that two people have changed, decided."
  :group 'scim-faces)

;;;; Internal variables

(defvar-local scim-edit-conflict--overlays nil
  "Overlays on the conflicts of this buffer, in their order.")

(defvar-local scim-edit-conflict--versions nil
  "Buffers with the versions: an alist from `mine', `base', `theirs'.")

(defvar-local scim-edit-conflict--windows nil
  "Window configuration before the versions were shown, or nil.")

(defvar-local scim-edit-conflict--origin nil
  "In a buffer with a version: the one with the merged text.")

(defvar-local scim-edit-conflict--side nil
  "In a buffer with a version: `mine', `base' or `theirs'.")

(defconst scim-edit-conflict--sides
  '((mine "yours" "as you changed it")
    (base "base" "as you read it")
    (theirs "theirs" "as the server has it now"))
  "Each version with its name and what it is.")

(defvar scim-edit-conflict-mode)

;;;; Conflicts

(defun scim-edit-conflict--get (overlay key)
  "Return what the conflict of OVERLAY has under KEY."
  (plist-get (overlay-get overlay 'scim-edit-conflict) key))

(defun scim-edit-conflict--mark (overlay decided)
  "Show that the conflict of OVERLAY was DECIDED: a symbol, or nil."
  (overlay-put overlay 'scim-edit-decided decided)
  (overlay-put overlay 'face (if decided 'scim-edit-decided
                               'scim-edit-undecided))
  (overlay-put overlay 'before-string
               (scim-ui-face (if decided "✓" "⚑")
                             (if decided 'scim-success 'scim-warning)))
  (overlay-put overlay 'help-echo
               (format "%s: %s" (scim-edit-conflict--get overlay :path)
                       (or decided "to be decided"))))

(defun scim-edit-conflict--make (conflict start end decided)
  "Mark CONFLICT, a plist from the bridge, between START and END, as DECIDED."
  (let ((overlay (make-overlay start end)))
    (overlay-put overlay 'scim-edit-conflict conflict)
    (overlay-put overlay 'modification-hooks '(scim-edit-conflict--edited))
    (scim-edit-conflict--mark overlay decided)
    overlay))

(defun scim-edit-conflict--edited (overlay after &rest _)
  "Take the conflict of OVERLAY for decided, AFTER the person edited it."
  (unless (or (not after) undo-in-progress scim-edit--changing
              (overlay-get overlay 'scim-edit-decided))
    (scim-edit-conflict--decide overlay 'edited)))

(defun scim-edit-conflict--decide (overlay decided)
  "Note that the conflict of OVERLAY was DECIDED, or no more; undo can undo it."
  (unless (eq buffer-undo-list t)
    (push (list 'apply #'scim-edit-conflict--redecide
                (seq-position scim-edit-conflict--overlays overlay)
                (overlay-get overlay 'scim-edit-decided))
          buffer-undo-list))
  (scim-edit-conflict--mark overlay decided)
  (force-mode-line-update))

(defun scim-edit-conflict--redecide (index decided)
  "For undo: the conflict with INDEX is DECIDED, a symbol or nil."
  (when-let ((overlay (nth index scim-edit-conflict--overlays)))
    (scim-edit-conflict--decide overlay decided)))

(defun scim-edit-conflict--open ()
  "Return the overlays of the conflicts that are to be decided."
  (seq-remove (lambda (overlay) (overlay-get overlay 'scim-edit-decided))
              scim-edit-conflict--overlays))

(defun scim-edit-conflict-undecided ()
  "Return the number of conflicts of this buffer that are to be decided."
  (length (scim-edit-conflict--open)))

(defun scim-edit-conflict--state (&rest restored)
  "Return the conflicts as data; or put back those of RESTORED, if given."
  (if restored
      (scim-edit-conflict--put-back (car restored))
    (mapcar (lambda (overlay)
              (list (overlay-get overlay 'scim-edit-conflict)
                    (overlay-start overlay) (overlay-end overlay)
                    (overlay-get overlay 'scim-edit-decided)))
            scim-edit-conflict--overlays)))

(defun scim-edit-conflict--put-back (conflicts)
  "Make CONFLICTS, of `scim-edit-conflict--state', those of this buffer."
  (mapc #'delete-overlay scim-edit-conflict--overlays)
  (setq scim-edit-conflict--overlays
        (mapcar (lambda (conflict) (apply #'scim-edit-conflict--make conflict))
                conflicts))
  (scim-edit-conflict-mode (if conflicts 1 -1)))

;;;; Versions

(defun scim-edit-conflict--version (side text conflicts)
  "Return a buffer with TEXT, that of SIDE, in which CONFLICTS are marked."
  (pcase-let* ((`(,name ,what) (cdr (assq side scim-edit-conflict--sides)))
               (origin (current-buffer))
               (buffer (get-buffer-create
                        (format "*SCIM %s: %s" name
                                (string-remove-prefix "*SCIM "
                                                      (buffer-name))))))
    (with-current-buffer buffer
      (scim-edit-version-mode)
      (setq scim-edit-conflict--origin origin
            scim-edit-conflict--side side
            header-line-format (concat " " (scim-ui-face name 'bold) "  " what))
      (let ((inhibit-read-only t))
        (erase-buffer)
        (insert text)
        (seq-doseq (conflict conflicts)
          (when-let ((place (plist-get (plist-get conflict :places)
                                       (intern (format ":%s" side)))))
            (overlay-put (make-overlay
                          (scim-edit--position (plist-get place :start))
                          (scim-edit--position (plist-get place :end)))
                         'face 'scim-edit-undecided)))
        (goto-char (point-min))))
    (cons side buffer)))

(defun scim-edit-conflict--kill-versions ()
  "Kill the buffers with the versions and bring the windows back."
  (let ((versions scim-edit-conflict--versions)
        (windows scim-edit-conflict--windows))
    (setq scim-edit-conflict--versions nil
          scim-edit-conflict--windows nil)
    (when (and windows (seq-some (lambda (version)
                                   (get-buffer-window (cdr version)))
                                 versions))
      (let ((buffer (current-buffer)))
        (set-window-configuration windows)
        (set-buffer buffer)))
    (dolist (version versions)
      (when (buffer-live-p (cdr version))
        (kill-buffer (cdr version))))))

(defun scim-edit-conflict--live-versions ()
  "Return the buffers with the versions, or signal a `user-error'."
  (or (seq-filter (lambda (version) (buffer-live-p (cdr version)))
                  scim-edit-conflict--versions)
      (user-error "There are no other versions of this resource")))

(defun scim-edit-conflict-show ()
  "Show the three versions side by side, and the merged text below."
  (interactive nil scim-edit-mode)
  (let ((versions (scim-edit-conflict--live-versions))
        (buffer (current-buffer)))
    (unless scim-edit-conflict--windows
      (setq scim-edit-conflict--windows (current-window-configuration)))
    (delete-other-windows)
    (switch-to-buffer (cdar versions))
    (let ((below (split-window nil nil 'below)))
      (dolist (version (cdr versions))
        (select-window (ignore-errors (split-window nil nil 'right)))
        (switch-to-buffer (cdr version)))
      (ignore-errors (balance-windows (window-parent)))
      (select-window below))
    (switch-to-buffer buffer)
    (scim-edit-conflict--follow)))

(defun scim-edit-conflict-leave ()
  "Take the versions off the screen; text and decisions stay.
\\<scim-edit-conflict-mode-map>\\[scim-edit-conflict-show] shows them again."
  (interactive nil scim-edit-mode)
  (let ((windows scim-edit-conflict--windows)
        (buffer (current-buffer)))
    (setq scim-edit-conflict--windows nil)
    (when windows
      (set-window-configuration windows)
      (pop-to-buffer buffer))))

(defun scim-edit-conflict--follow ()
  "Show the conflict at point in the windows of the versions."
  (when-let ((overlay (scim-edit-conflict--at (point))))
    (pcase-dolist (`(,side . ,buffer) scim-edit-conflict--versions)
      (when-let* ((window (and (buffer-live-p buffer)
                               (get-buffer-window buffer)))
                  (place (plist-get (scim-edit-conflict--get overlay :places)
                                    (intern (format ":%s" side)))))
        (with-selected-window window
          (goto-char (scim-edit--position (plist-get place :start)))
          (recenter))))))

;;;; Commands

(defun scim-edit-conflict--at (position)
  "Return the overlay of the conflict at POSITION, or nil."
  (seq-find (lambda (overlay)
              (<= (overlay-start overlay) position (overlay-end overlay)))
            scim-edit-conflict--overlays))

(defun scim-edit-conflict-next (&optional count)
  "Go to the next conflict that is to be decided, or on by COUNT of them."
  (interactive "p" scim-edit-mode)
  (let* ((count (or count 1))
         (open (or (scim-edit-conflict--open) scim-edit-conflict--overlays
                   (user-error "There are no conflicts")))
         (starts (sort (mapcar #'overlay-start open) #'<))
         (later (seq-filter (lambda (start) (> start (point))) starts))
         (earlier (reverse (seq-filter (lambda (start) (< start (point)))
                                       starts)))
         (way (if (> count 0)
                  (append later starts)
                (append earlier (reverse starts)))))
    (goto-char (nth (mod (1- (abs count)) (length way)) way))
    (scim-edit-conflict--follow)
    (scim-edit-conflict--tell (scim-edit-conflict--at (point)))))

(defun scim-edit-conflict-previous (&optional count)
  "Go to the previous conflict that is to be decided, or back by COUNT."
  (interactive "p" scim-edit-mode)
  (scim-edit-conflict-next (- (or count 1))))

(defun scim-edit-conflict--tell (overlay)
  "Tell what the conflict of OVERLAY is about."
  (message "%s" (substitute-command-keys
                 (format "%s: \\<scim-edit-conflict-mode-map>\
\\[scim-edit-conflict-take-mine] yours %s, \
\\[scim-edit-conflict-take-theirs] theirs %s, \
\\[scim-edit-conflict-take-base] base %s"
                         (scim-edit-conflict--get overlay :path)
                         (scim-edit-conflict--brief overlay :mine)
                         (scim-edit-conflict--brief overlay :theirs)
                         (scim-edit-conflict--brief overlay :base)))))

(defun scim-edit-conflict--brief (overlay key)
  "Return the value that the conflict of OVERLAY has under KEY, in brief."
  (string-replace
   "\\" "\\="
   (truncate-string-to-width
    (replace-regexp-in-string "[ \n]+" " " (scim-edit-conflict--get overlay key))
    24 nil nil "…")))

(defun scim-edit-conflict--take (overlay side)
  "Put the value of SIDE into the conflict of OVERLAY."
  (let ((text (scim-edit-conflict--get overlay (intern (format ":%s" side))))
        (start (overlay-start overlay))
        (scim-edit--changing t))
    (unless (string= text (buffer-substring-no-properties
                           start (overlay-end overlay)))
      (save-excursion
        (goto-char start)
        (insert text)
        (delete-region (point) (overlay-end overlay))))
    (scim-edit-conflict--decide overlay side)))

(defun scim-edit-conflict--take-here (side)
  "Take the version of SIDE for the conflict at point; go to the next one."
  (let ((overlay (or (scim-edit-conflict--at (point))
                     (user-error "%s" (substitute-command-keys "There is no \
conflict here; \\<scim-edit-conflict-mode-map>\\[scim-edit-conflict-next] \
goes to the next one")))))
    (undo-boundary)
    (scim-edit-conflict--take overlay side)
    (if (scim-edit-conflict--open)
        (scim-edit-conflict-next)
      (message "%s" (substitute-command-keys "All conflicts are decided; \
\\<scim-edit-mode-map>\\[scim-edit-commit] shows what will be sent")))))

(defun scim-edit-conflict-take-mine ()
  "Take your value for the conflict at point."
  (interactive nil scim-edit-mode)
  (scim-edit-conflict--take-here 'mine))

(defun scim-edit-conflict-take-theirs ()
  "Take the value that the server has for the conflict at point."
  (interactive nil scim-edit-mode)
  (scim-edit-conflict--take-here 'theirs))

(defun scim-edit-conflict-take-base ()
  "Take the value that was there before for the conflict at point."
  (interactive nil scim-edit-mode)
  (scim-edit-conflict--take-here 'base))

(defun scim-edit-conflict--take-all (side)
  "Take the version of SIDE for all conflicts that are to be decided."
  (let ((open (scim-edit-conflict--open)))
    (undo-boundary)
    (dolist (overlay open)
      (scim-edit-conflict--take overlay side))
    (message "%d decided" (length open))))

(defun scim-edit-conflict-all-mine ()
  "Take your values for all conflicts that are to be decided."
  (interactive nil scim-edit-mode)
  (scim-edit-conflict--take-all 'mine))

(defun scim-edit-conflict-all-theirs ()
  "Take the server's values for all conflicts that are to be decided."
  (interactive nil scim-edit-mode)
  (scim-edit-conflict--take-all 'theirs))

;;;; Beginning and end

;;;###autoload
(defun scim-edit-conflict-start (result)
  "Mark the conflicts in RESULT, an answer to saving; the text is shown already."
  (let* ((conflicts (append (plist-get result :conflicts) nil))
         (mine (scim-rpc-text (plist-get result :mine)))
         (old (nth 0 (scim-edit-conflict--before))))
    (scim-edit-conflict--kill-versions)
    (scim-edit-conflict--put-back
     (mapcar (lambda (conflict)
               (let ((range (plist-get conflict :range)))
                 (list conflict
                       (scim-edit--position (plist-get range :start))
                       (scim-edit--position (plist-get range :end))
                       nil)))
             conflicts))
    (when conflicts
      (setq scim-edit-conflict--versions
            (list (scim-edit-conflict--version 'mine mine conflicts)
                  (scim-edit-conflict--version 'base old conflicts)
                  (scim-edit-conflict--version 'theirs scim-edit--base
                                               conflicts)))
      (goto-char (overlay-start (car scim-edit-conflict--overlays)))
      (when (or noninteractive (get-buffer-window))
        (let ((position (point)))
          (when-let ((window (get-buffer-window)))
            (select-window window))
          (scim-edit-conflict-show)
          (goto-char position)
          (scim-edit-conflict--follow))))))

(defun scim-edit-conflict--before ()
  "Return the state of this buffer before its text was merged."
  (or (seq-some (lambda (entry)
                  (and (eq (car-safe entry) 'apply)
                       (eq (nth 1 entry) #'scim-edit--restore)
                       (nth 2 entry)))
                (and (listp buffer-undo-list) buffer-undo-list))
      (list "")))

(defun scim-edit-conflict-end ()
  "Forget the conflicts of this buffer, which was saved."
  (scim-edit-conflict--kill-versions)
  (scim-edit-conflict--put-back nil))

(add-hook 'scim-edit-saved-hook #'scim-edit-conflict-end)
(add-hook 'scim-edit-state-functions #'scim-edit-conflict--state)
(setq scim-edit-undecided-function #'scim-edit-conflict-undecided)

;;;; Modes

(defvar scim-edit-conflict-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "n") #'scim-edit-conflict-next)
    (define-key map (kbd "p") #'scim-edit-conflict-previous)
    (define-key map (kbd "m") #'scim-edit-conflict-take-mine)
    (define-key map (kbd "t") #'scim-edit-conflict-take-theirs)
    (define-key map (kbd "b") #'scim-edit-conflict-take-base)
    (define-key map (kbd "M") #'scim-edit-conflict-all-mine)
    (define-key map (kbd "T") #'scim-edit-conflict-all-theirs)
    (define-key map (kbd "v") #'scim-edit-conflict-show)
    (define-key map (kbd "q") #'scim-edit-conflict-leave)
    map)
  "Keymap of commands on conflicts, after a prefix or in a repeat map.")

(dolist (command '(scim-edit-conflict-next scim-edit-conflict-previous
                   scim-edit-conflict-take-mine scim-edit-conflict-take-theirs
                   scim-edit-conflict-take-base))
  (put command 'repeat-map 'scim-edit-conflict-map))

(defvar scim-edit-conflict-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "C-c ^") scim-edit-conflict-map)
    (define-key map (kbd "C-c C-n") #'scim-edit-conflict-next)
    (define-key map (kbd "C-c C-p") #'scim-edit-conflict-previous)
    map)
  "Keymap of `scim-edit-conflict-mode'.")

(define-minor-mode scim-edit-conflict-mode
  "Minor mode while two changes of a resource are in conflict.

\\{scim-edit-conflict-mode-map}"
  :lighter " Conflict"
  :interactive nil)

(defmacro scim-edit-conflict--in-origin (&rest body)
  "Evaluate BODY in the window and buffer of the merged text."
  (declare (indent 0) (debug t))
  `(let ((origin scim-edit-conflict--origin))
     (unless (buffer-live-p origin)
       (user-error "The buffer with the merged text is gone"))
     (with-selected-window (or (get-buffer-window origin)
                               (display-buffer origin))
       ,@body)))

(defun scim-edit-version-take ()
  "Take this version for the conflict that is shown."
  (interactive nil scim-edit-version-mode)
  (let ((side scim-edit-conflict--side))
    (scim-edit-conflict--in-origin
      (scim-edit-conflict--take-here side))))

(defun scim-edit-version-next ()
  "Show the next conflict."
  (interactive nil scim-edit-version-mode)
  (scim-edit-conflict--in-origin (scim-edit-conflict-next)))

(defun scim-edit-version-previous ()
  "Show the previous conflict."
  (interactive nil scim-edit-version-mode)
  (scim-edit-conflict--in-origin (scim-edit-conflict-previous)))

(defun scim-edit-version-leave ()
  "Take the versions off the screen; text and decisions stay."
  (interactive nil scim-edit-version-mode)
  (scim-edit-conflict--in-origin (scim-edit-conflict-leave)))

(defvar scim-edit-version-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "RET") #'scim-edit-version-take)
    (define-key map (kbd "n") #'scim-edit-version-next)
    (define-key map (kbd "p") #'scim-edit-version-previous)
    (define-key map (kbd "q") #'scim-edit-version-leave)
    map)
  "Keymap of `scim-edit-version-mode'.")

(scim-menu-define
 'scim-edit-version-mode scim-edit-version-mode-map "SCIM-Version" "?"
 '("Conflict"
   ("Take this version" scim-edit-version-take)
   ("Next" scim-edit-version-next)
   ("Previous" scim-edit-version-previous)
   ("Leave" scim-edit-version-leave)))

(define-derived-mode scim-edit-version-mode special-mode "SCIM-Version"
  "Major mode for one of three versions of a resource.

\\{scim-edit-version-mode-map}"
  :interactive nil
  (buffer-disable-undo)
  (setq font-lock-defaults '(scim-ui-json-keywords t)
        bidi-paragraph-direction 'left-to-right
        truncate-lines t)
  (scim-menu-setup))

(provide 'scim-edit-conflict)
;;; scim-edit-conflict.el ends here
