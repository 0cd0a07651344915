;;; scim-menu.el --- One table of commands for each SCIM buffer -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Each mode says once, as data, what its commands are and how they are
;; grouped: `scim-menu-define'.  That table is shown in three ways: in the
;; menu bar, as a context menu (mouse-3), and as a transient on ?, or
;; on C-c ? in buffers that are typed in.  The keys come from the keymap
;; of the mode, so that what a person has changed is shown as it is.
;;
;; Transient comes with Emacs, but takes a while to load, so it is loaded
;; when a menu is first asked for.

;;; Code:

(require 'easymenu)
(require 'seq)
(require 'subr-x)
(require 'scim-repeat)

(autoload 'scim-embark-register "scim-embark")
(autoload 'scim "scim" nil t)
(autoload 'scim-log "scim-log" nil t)
(autoload 'scim-repl "scim-repl" nil t)

(defconst scim-menu--common
  '("Workbench"
    ("Home" scim :key "M-h")
    ("Log" scim-log :key "M-l")
    ("REPL" scim-repl :key "M-i")
    ("Describe keys" describe-mode :key "M-?"))
  "The group of commands that every menu ends with.")

;;;; Tables

(defun scim-menu-define (mode map title key &rest groups)
  "Say what the commands of MODE are: GROUPS, for a menu called TITLE.
KEY, for `kbd', shows them as a transient; it is bound in MAP, the keymap
of MODE.  A group is a list whose first element is its heading and whose
others are items: (LABEL COMMAND . PROPERTIES).  PROPERTIES are a plist:

  :key STRING    the key in the transient, if COMMAND has none in MAP
  :if FUNCTION   called in the buffer: can the command be used now?
  :when FUNCTION called in the buffer: is the command shown at all?
  :context t     the command is about what is at point, so that it stands
                 in the context menu"
  (put mode 'scim-menu-groups groups)
  (put mode 'scim-menu-map map)
  (put mode 'scim-menu-title title)
  (define-key map (kbd key) #'scim-menu)
  (easy-menu-do-define nil map (format "Menu of `%s'." mode)
                       (cons title (scim-menu--bar-items
                                    (append groups (list scim-menu--common))))))

(defun scim-menu--bar-items (groups)
  "Return the items of the menu bar for GROUPS, as `easymenu' has them."
  (cdr (mapcan (lambda (group)
                 (cons "---" (mapcar #'scim-menu--bar-item (cdr group))))
               groups)))

(defun scim-menu--bar-item (item)
  "Return ITEM of a group as `easymenu' has it."
  (pcase-let ((`(,label ,command . ,properties) item))
    (vconcat (list label command)
             (when-let ((predicate (plist-get properties :if)))
               (list :active (list predicate)))
             (when-let ((predicate (plist-get properties :when)))
               (list :visible (list predicate))))))

(defun scim-menu-mode ()
  "Return the mode, the one of this buffer or a parent, that has a menu."
  (let ((mode major-mode))
    (while (and mode (not (get mode 'scim-menu-groups)))
      (setq mode (get mode 'derived-mode-parent)))
    mode))

(defun scim-menu-groups (mode)
  "Return the groups of commands of MODE, the common one last."
  (append (get mode 'scim-menu-groups) (list scim-menu--common)))

;;;; Transient

(defun scim-menu-maps (mode)
  "Return the keymaps of MODE and of the modes that it is derived from.
A keymap has its parent only once its mode was used."
  (let ((map (get mode 'scim-menu-map)) maps)
    (while mode
      (let ((symbol (intern-soft (format "%s-map" mode))))
        (when (and symbol (boundp symbol))
          (push (symbol-value symbol) maps)))
      (setq mode (get mode 'derived-mode-parent)))
    (cons map (nreverse maps))))

(defun scim-menu-key (item maps)
  "Return the key of ITEM, of a group, in the transient of a mode with MAPS."
  (or (plist-get (cddr item) :key)
      (when-let ((keys (seq-filter #'scim-menu--typed-p
                                   (where-is-internal (cadr item) maps))))
        (key-description (car keys)))))

(defun scim-menu--typed-p (key)
  "Is KEY, a vector or string, typed rather than clicked or remapped?"
  (not (memq (and (> (length key) 0) (aref key 0))
             '(remap menu-bar tool-bar mode-line header-line
                     mouse-1 mouse-2 mouse-3 follow-link))))

(defun scim-menu--suffix (item maps)
  "Return ITEM, of a group of a mode with MAPS, as transient has it, or nil."
  (pcase-let ((`(,label ,command . ,properties) item))
    (when-let ((key (scim-menu-key item maps)))
      (append (list key label command)
              (when-let ((predicate (plist-get properties :if)))
                (list :inapt-if-not predicate))
              (when-let ((predicate (plist-get properties :when)))
                (list :if predicate))))))

(defun scim-menu--columns (mode)
  "Return the groups of MODE as transient has them: vectors, three in a row."
  (let ((maps (scim-menu-maps mode)))
    (mapcar #'vconcat
            (seq-partition
             (mapcar #'vconcat
                     (scim-menu--closing
                      (mapcar (lambda (group)
                                (cons (car group)
                                      (scim-menu--suffixes (cdr group) maps)))
                              (scim-menu-groups mode))))
             3))))

(defun scim-menu--suffixes (items maps)
  "Return ITEMS of a group of a mode with MAPS, as transient has them."
  (delq nil (mapcar (lambda (item) (scim-menu--suffix item maps)) items)))

(defun scim-menu--closing (groups)
  "Return GROUPS of suffixes with q, unless it is taken, for closing the menu."
  (if (seq-some (lambda (group) (assoc "q" (cdr group))) groups)
      groups
    (append (butlast groups)
            (list (append (car (last groups))
                          '(("q" "Close this menu" transient-quit-one)))))))

(defun scim-menu-prefix (mode)
  "Define the transient of MODE, with the keys of now, and return its name."
  (require 'transient)
  (let ((name (intern (format "scim-menu-of-%s" mode))))
    (eval `(transient-define-prefix ,name ()
             ,(format "Commands of `%s'." mode)
             ,@(scim-menu--columns mode))
          t)
    name))

(defun scim-menu ()
  "Show the commands of this buffer and their keys."
  (interactive)
  (let ((mode (or (scim-menu-mode)
                  (user-error "This buffer has no menu of SCIM commands"))))
    (call-interactively (scim-menu-prefix mode))))

;;;; Context menu

(defun scim-menu-context (menu click)
  "Add to MENU the commands for what was clicked on by CLICK, and return it."
  (when-let ((mode (scim-menu-mode)))
    (save-excursion
      (mouse-set-point click)
      (define-key-after menu [scim-separator] menu-bar-separator)
      (dolist (item (apply #'append (mapcar #'cdr (scim-menu-groups mode))))
        (when (and (plist-get (cddr item) :context)
                   (funcall (or (plist-get (cddr item) :when) #'always)))
          (define-key-after menu (vector (cadr item))
            `(menu-item ,(car item) ,(cadr item)
                        ,@(when-let ((predicate (plist-get (cddr item) :if)))
                            (list :enable (list predicate)))))))))
  menu)

(defun scim-menu-setup ()
  "Give this buffer the context menu of its mode.  Modes do this."
  (add-hook 'context-menu-functions #'scim-menu-context 10 t))

;;;; Packages that a person may have

(defun scim-menu--loaded (&rest _)
  "Register with Embark and Marginalia if one of them was loaded."
  (when (or (featurep 'embark) (featurep 'marginalia))
    (scim-embark-register)))

(add-hook 'after-load-functions #'scim-menu--loaded)
(scim-menu--loaded)

(provide 'scim-menu)
;;; scim-menu.el ends here
