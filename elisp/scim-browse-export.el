;;; scim-browse-export.el --- Lists as CSV, JSON and Org files -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The bridge writes the text; here is asked for the file.  CSV and Org
;; have the columns of the list, JSON has whole resources, read again.

;;; Code:

(require 'subr-x)
(require 'scim-browse)
(require 'scim-error)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-table)
(require 'scim-ui)

(defcustom scim-browse-export-defuse t
  "Whether cells of CSV files that look like formulas get an apostrophe.
A spreadsheet runs cells that begin with =, +, - or @; who may set names
in a directory could have it run what they like.  Such cells are then
not exactly what the service said."
  :type 'boolean
  :group 'scim-browse
  :package-version '(scim . "0.1.0"))

(defun scim-browse-export--read-file ()
  "Ask for the file to export to, which has the format of its extension."
  (let ((file (read-file-name
               (format "Export %s to (.csv, .json or .org): "
                       (scim-browse-export--what))
               nil nil nil
               (concat (scim-browse--plural) ".csv"))))
    (scim-browse-export--format file)
    (scim-ui-new-file file)))

(defun scim-browse-export--what ()
  "Return what would be exported, for people."
  (let ((marked (length (scim-table-marked))))
    (if (> marked 0)
        (format "%d marked" marked)
      (format "%d %s" (scim-table-count) (scim-browse--plural)))))

(defun scim-browse-export--format (file)
  "Return the format that FILE is to have by its extension."
  (let ((extension (downcase (or (file-name-extension file) ""))))
    (if (member extension '("csv" "json" "org"))
        extension
      (user-error "The name of the file says the format: .csv, .json or .org"))))

(defun scim-browse-export--check ()
  "Signal a `user-error' unless there are rows to export, all of the list.
The person may have part of it exported."
  (when (or scim-browse--fresh (= 0 (scim-table-count)))
    (user-error "There are no rows to export"))
  (unless (or (scim-table-marked)
              (equal "complete" (plist-get scim-browse--state :completeness))
              (y-or-n-p (format "This list is %s; export it nevertheless? "
                                (scim-browse-status))))
    (user-error "Not exported")))

(defun scim-browse-export (file &optional defuse)
  "Write the marked rows, or all of them, to FILE: .csv, .json or .org.
With DEFUSE, cells of CSV that a spreadsheet would run as a formula get
an apostrophe.  Interactively, that is `scim-browse-export-defuse',
the other way round with a prefix argument."
  (interactive (progn
                 (scim-browse-export--check)
                 (list (scim-browse-export--read-file)
                       (xor scim-browse-export-defuse current-prefix-arg)))
               scim-browse-mode)
  (let ((file (expand-file-name file))
        (marked (scim-table-marked)))
    (scim-rpc-request-async
     scim-protocol-browse-export
     `(:view ,scim-browse--view :format ,(scim-browse-export--format file)
             :defuse ,(if defuse t :json-false)
             ,@(and marked (list :ids (vconcat marked))))
     :success (lambda (answer) (scim-browse-export--save answer file))
     :error (lambda (condition)
              (message "%s" (scim-error-message condition))))))

(defun scim-browse-export--save (answer file)
  "Write the text of ANSWER, from the bridge, to FILE and say so."
  (scim-rpc-save-text (plist-get answer :text) file)
  (message "Wrote %d %s to %s%s" (plist-get answer :count)
           (scim-browse--plural) (abbreviate-file-name file)
           (if (equal "complete" (plist-get answer :completeness))
               ""
             (format "; PARTIAL: %s" (plist-get answer :reason)))))

(provide 'scim-browse-export)
;;; scim-browse-export.el ends here
