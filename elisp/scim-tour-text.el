;;; scim-tour-text.el --- The texts of the guided tour -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; What is to be pressed stands in the texts of the tour in braces, and
;; nowhere else, so that the text that is shown, and the keys that the
;; tests press, cannot differ:
;;
;;   {C-x C-f}                          keys, as `kbd' reads them
;;   {scim-home-mode:scim-users}        the key of a command in a mode
;;   {{userName sw}}                    text to be typed
;;   {?q}                               a key that is only mentioned

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'scim-menu)

(defface scim-tour-key '((t :inherit help-key-binding))
  "Face for what is to be pressed in the guided tour."
  :group 'scim-faces)

(defface scim-tour-typed '((t :inherit font-lock-string-face :weight bold))
  "Face for what is to be typed in the guided tour."
  :group 'scim-faces)

(defconst scim-tour-text--markup
  "{{\\(?1:.+?\\)}}\\|{\\(?2:\\??\\)\\(?3:[^{}]+\\)}"
  "Regexp for what is in braces: typed text, a question mark, keys.")

(defun scim-tour-text--keys (keys)
  "Return KEYS, the content of braces, as a person presses them."
  (if (not (string-match "\\`\\([a-z-]+-mode\\):\\([a-z-]+\\)\\'" keys))
      keys
    (let ((mode (intern (match-string 1 keys)))
          (command (intern (match-string 2 keys))))
      (or (scim-menu-key (list nil command) (delq nil (scim-menu-maps mode)))
          (format "M-x %s RET" command)))))

(defun scim-tour-text-presses (text)
  "Return what TEXT asks for, in order.
It is a list of conses, (keys . KEYS) or (text . TYPED)."
  (let ((start 0) presses)
    (while (string-match scim-tour-text--markup text start)
      (setq start (match-end 0))
      (let ((typed (match-string 1 text))
            (mentioned (equal "?" (match-string 2 text)))
            (keys (match-string 3 text)))
        (cond (typed (push (cons 'text typed) presses))
              (mentioned nil)
              (t (push (cons 'keys (save-match-data
                                     (scim-tour-text--keys keys)))
                       presses)))))
    (nreverse presses)))

(defun scim-tour-text--unbreakable (text face)
  "Return TEXT in FACE, with spaces at which no line is broken."
  (propertize (string-replace " " "\u00a0" text) 'face face))

(defun scim-tour-text-render (text)
  "Return TEXT as it is shown."
  (replace-regexp-in-string
   scim-tour-text--markup
   (lambda (found)
     (save-match-data
       (string-match scim-tour-text--markup found)
       (let ((typed (match-string 1 found)) (keys (match-string 3 found)))
         (if typed
             (concat "‘" (scim-tour-text--unbreakable typed 'scim-tour-typed) "’")
           (scim-tour-text--unbreakable (scim-tour-text--keys keys)
                                        'scim-tour-key)))))
   text t t))

(provide 'scim-tour-text)
;;; scim-tour-text.el ends here
