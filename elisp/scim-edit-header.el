;;; scim-edit-header.el --- The header line of an edited resource -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Above the text of a resource stands what it is, where it goes, and how
;; it is: unchanged, changed, being sent, saved, failed; and what came of
;; saving is told once, in the echo area.

;;; Code:

(require 'subr-x)
(require 'scim-edit-text)
(require 'scim-tenant)
(require 'scim-ui)

(declare-function scim-edit-members "scim-edit")

(defvar scim-edit-mode-map)

;;;; Internal variables

(defvar-local scim-edit--doing nil
  "What that request does, as text: `reading', `sending', or nil.")

(defvar-local scim-edit--failure nil
  "What went wrong last, as text, or nil.")

(defvar-local scim-edit--saved nil
  "What was last done, as text: `saved 12:05'.")

(defvar-local scim-edit--read-only nil
  "Non-nil when the tenant permits no writes.")

(defvar scim-edit-undecided-function #'ignore
  "Function that returns the number of conflicts of this buffer, or nil.")

;;;; What is so now

(defun scim-edit--exists-p ()
  "Does the resource of this buffer exist on the server?"
  (and scim-edit--id t))

(defun scim-edit--conflict-p ()
  "Are there conflicts in this buffer?"
  (bound-and-true-p scim-edit-conflict-mode))

;;;; Header line

(defun scim-edit--count (number)
  "Return NUMBER as text, in groups of three digits."
  (let ((text (number-to-string number)))
    (while (string-match "\\`\\([0-9]+\\)\\([0-9]\\{3\\}\\)" text)
      (setq text (replace-match "\\1,\\2" t nil text)))
    text))

(defun scim-edit--state-text ()
  "Return what is to be said about the state of this buffer."
  (let ((undecided (funcall scim-edit-undecided-function))
        (changes scim-edit--changes))
    (cond (scim-edit--doing
           (scim-ui-face (concat scim-edit--doing "… C-g cancels") 'scim-dimmed))
          ((and undecided (> undecided 0))
           (concat (scim-ui-face (format "⚑ %d to be decided" undecided)
                                 'scim-warning)
                   (substitute-command-keys
                    "  \\<scim-edit-conflict-mode-map>\
\\[scim-edit-conflict-take-mine] yours, \
\\[scim-edit-conflict-take-theirs] theirs")))
          (scim-edit--failure
           (scim-ui-face (concat "✗ " scim-edit--failure) 'scim-failure))
          ((not scim-edit--loaded) "")
          ((not (or scim-edit--id scim-edit--saved))
           (scim-ui-face "● not created yet" 'scim-warning))
          ((not (scim-edit-modified-p))
           (if scim-edit--saved
               (scim-ui-face (concat "✓ " scim-edit--saved) 'scim-success)
             (scim-ui-face "unchanged" 'scim-dimmed)))
          ((and (plist-get changes :count)
                (eql (plist-get changes :tick) (buffer-chars-modified-tick)))
           (scim-ui-face (format "● %d changed" (plist-get changes :count))
                         'scim-warning))
          (t (scim-ui-face "● modified" 'scim-warning)))))

(defun scim-edit--large-text ()
  "Return what is to be said about the attributes that are left out."
  (mapconcat
   (lambda (large)
     (propertize
      (substitute-command-keys
       (format "%s: %s — \\<scim-edit-mode-map>\\[scim-edit-members] lists them"
               (plist-get large :attribute)
               (scim-edit--count (plist-get large :count))))
      'face 'link 'mouse-face 'highlight
      'local-map (let ((map (make-sparse-keymap)))
                   (define-key map [header-line mouse-1] #'scim-edit-members)
                   map)))
   scim-edit--large "  "))

(defun scim-edit--header ()
  "Return the header line of this buffer."
  (let ((parts (list (concat scim-edit--type " "
                             (scim-ui-face (or scim-edit--title "") 'bold))
                     (scim-tenant-indicator)
                     (and scim-edit--read-only
                          (scim-ui-face "read-only tenant" 'scim-warning))
                     (scim-edit--state-text)
                     (and scim-edit--large (scim-edit--large-text))
                     ;; In a narrow window, what matters least is cut.
                     (and scim-edit--etag
                          (scim-ui-face (concat "ETag " scim-edit--etag)
                                        'scim-dimmed)))))
    (replace-regexp-in-string "%" "%%"
                              (concat " " (string-join (delq nil parts) "  "))
                              t t)))

;;;; What came of saving

(defun scim-edit--tell-saved (result)
  "Tell what came of saving, by RESULT."
  (let ((failed (append (plist-get result :failed) nil)))
    (setq scim-edit--failure
          (and failed
               (concat "did not take effect: "
                       (mapconcat (lambda (one) (plist-get one :path))
                                  failed ", "))))
    (message "%s%s" (plist-get result :message)
             (mapconcat (lambda (warning) (concat "\n" warning))
                        (plist-get result :warnings) ""))))

(defun scim-edit--ambiguous (result)
  "Tell that nobody knows what came of a request, by RESULT."
  (setq scim-edit--failure "not known whether it was saved")
  (message "%s" (substitute-command-keys
                 (format "%s  The text is kept; \\<scim-edit-mode-map>%s"
                         (plist-get result :message)
                         (if scim-edit--id
                             "\\[scim-edit-commit] compares it with the server"
                           "look whether it was created before trying again")))))

(provide 'scim-edit-header)
;;; scim-edit-header.el ends here
