;;; scim-home-files.el --- The files of a SCIM workspace -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The files in a workspace that have to do with SCIM, for the home
;; buffer.  They are looked for in a few directories only, and never in a
;; directory without scim.yaml, which may be anything, like the home
;; directory.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'scim-ui)

(defconst scim-home-files--depth 3
  "How many levels of directories are looked at.")

(defconst scim-home-files--most 500
  "How many directories are looked at.")

(defconst scim-home-files--most-remote 5
  "How many directories of another machine are looked at; each takes a while.")

(defcustom scim-home-files 12
  "How many files of the workspace the home buffer shows."
  :type 'natnum
  :group 'scim-home
  :safe #'natnump
  :package-version '(scim . "0.1.0"))

(defconst scim-home-files--regexp
  "\\`scim\\.yaml\\'\\|\\.scim\\'\\|\\.scim-mock\\'\\|\\.har\\'"
  "Regular expression for the names of files that have to do with SCIM.")

(defun scim-home-files-in (root)
  "Return the files that have to do with SCIM in ROOT, newest first."
  (let ((queue (list (cons root 0)))
        (left (if (file-remote-p root)
                  scim-home-files--most-remote
                scim-home-files--most))
        found)
    (while (and queue (> left 0))
      (setq left (1- left))
      (pcase-let ((`(,directory . ,depth) (pop queue)))
        (pcase-dolist (`(,file . ,attributes)
                       (ignore-errors
                         (directory-files-and-attributes directory t nil t)))
          (let ((name (file-name-nondirectory file)))
            (cond ((and (eq t (file-attribute-type attributes))
                        (< depth scim-home-files--depth)
                        (not (string-prefix-p "." name))
                        (not (string= name "node_modules")))
                   (setq queue (nconc queue (list (cons file (1+ depth))))))
                  ((scim-home-files--known-p directory name attributes)
                   (push (cons file attributes) found)))))))
    (mapcar #'car
            (sort found (lambda (a b)
                          (time-less-p
                           (file-attribute-modification-time (cdr b))
                           (file-attribute-modification-time (cdr a))))))))

(defun scim-home-files--known-p (directory name attributes)
  "Has the file NAME in DIRECTORY, with ATTRIBUTES, to do with SCIM?"
  (and (null (file-attribute-type attributes))
       (or (string-match-p scim-home-files--regexp name)
           (and (string-suffix-p ".env" name)
                (string= (file-name-nondirectory directory) "env")))))

(defun scim-home-files-insert (root)
  "Insert the files that have to do with SCIM in ROOT, if there are any."
  (when-let ((files (and root (scim-home-files-in root))))
    (insert (propertize (scim-ui-face "Files" 'scim-heading)
                        'scim-home-heading t)
            "\n")
    (dolist (file (seq-take files scim-home-files))
      (insert "  ")
      (insert-text-button (file-relative-name file root)
                          'follow-link t 'face 'default 'help-echo "Visit"
                          'action (lambda (_) (find-file file)))
      (insert "\n"))
    (when (nthcdr scim-home-files files)
      (insert (scim-ui-face (format "  and %d more\n"
                                    (- (length files) scim-home-files))
                            'scim-dimmed)))
    (insert "\n")))

(provide 'scim-home-files)
;;; scim-home-files.el ends here
