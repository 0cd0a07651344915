;;; scim-browse-list.el --- Reading and showing a list of resources -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; What happens between asking the bridge for a list and its last row.
;; The first rows replace those of before; point, windows and marks stay
;; with their rows.  The commands are in scim-browse.el.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'scim-api)
(require 'scim-error)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-stale)
(require 'scim-table)
(require 'scim-tenant)
(require 'scim-ui)
(require 'scim-workspace)

(autoload 'scim-alert-ended "scim-alert")

;;;; Customization

(defcustom scim-browse-limit 10000
  "Number of rows after which a list stops; `scim-browse-more' goes on.
Pages are shown whole, so that it may be some more."
  :type '(integer :tag "Rows")
  :group 'scim-browse
  :package-version '(scim . "0.1.0")
  :safe #'natnump)

(defcustom scim-browse-columns nil
  "Alist from resource type to the columns of its lists.
A column is an attribute, or some of its values: userName,
name.familyName, emails[type eq \"work\"].value.  Types that are not
here have the columns that tell their resources apart."
  :type '(alist :key-type (string :tag "Resource type")
                :value-type (repeat (string :tag "Attribute")))
  :group 'scim-browse
  :package-version '(scim . "0.1.0"))

;;;; Internal variables

(defvar scim-browse--buffers (make-hash-table :test #'equal :weakness 'value)
  "The buffer of each list that is read or shown, by its name for the bridge.")

(defvar scim-browse--count 0
  "Number of lists that were asked for.")

(defvar-local scim-browse-type nil
  "Resource type of this list, as it was asked for.")

(defvar-local scim-browse--filter nil
  "Filter of this list, or nil.")

(defvar-local scim-browse--subject nil
  "What the rows that are shown are of: a list of tenant and filter.")

(defvar-local scim-browse--sort nil
  "What this list is sorted by: a cons of attribute and order, or nil.")

(defvar-local scim-browse--more 0
  "Number of rows that were asked for beyond `scim-browse-limit'.")

(defvar-local scim-browse--columns nil
  "Columns that were chosen for this list only, or nil.")

(defvar-local scim-browse--view nil
  "Name of this list for the bridge.")

(defvar-local scim-browse--handle nil
  "Handle of the request that reads this list, or nil when none does.")

(defvar-local scim-browse--state nil
  "What the bridge said this list came to, a plist; nil while it is read.")

(defvar-local scim-browse--failure nil
  "Why this list could not be read, or nil.")

(defvar-local scim-browse--total nil
  "Number of resources that the service says there are, or nil.")

(defvar-local scim-browse--fresh nil
  "Non-nil until the first rows come: those of before still stand there.")

(defvar-local scim-browse--place nil
  "Where to go when the row that point was on comes again.")

;;;; Asking

(defun scim-browse--params ()
  "Return what the bridge is asked for, as a plist."
  (append (list :view scim-browse--view :type scim-browse-type
                :limit (+ scim-browse-limit scim-browse--more))
          (and scim-tenant (list :tenant scim-tenant))
          (and scim-browse--filter (list :filter scim-browse--filter))
          (and scim-browse--sort
               (list :sortBy (car scim-browse--sort)
                     :sortOrder (cdr scim-browse--sort)))
          (when-let ((columns (or scim-browse--columns
                                  (cdr (assoc scim-browse-type
                                              scim-browse-columns)))))
            (list :columns (vconcat columns)))))

(defun scim-browse--list ()
  "Read this list anew; its rows stay until the new ones come."
  (scim-browse--forget)
  (scim-stale-fresh)
  (setq scim-browse--view (format "%s.%d" scim-rpc-action
                                  (cl-incf scim-browse--count))
        scim-browse--state nil
        scim-browse--failure nil
        scim-browse--total nil
        scim-browse--fresh t
        scim-browse--place (scim-table-place))
  (puthash scim-browse--view (current-buffer) scim-browse--buffers)
  (scim-table-set-note (and (= 0 (scim-table-count)) "Reading…"))
  (scim-browse--request scim-protocol-browse-start (scim-browse--params)))

(defun scim-browse--request (method params)
  "Send METHOD with PARAMS, a request for rows of this list."
  (let ((view scim-browse--view)
        (started (float-time)))
    (setq scim-browse--handle
          (scim-rpc-request-async
           method params
           :progress #'ignore
           :success (lambda (state)
                      (when (equal view scim-browse--view)
                        (scim-browse--ended state)
                        (scim-alert-ended started (buffer-name)
                                          (scim-browse-status)
                                          (scim-browse--partial-p))))
           :error (lambda (condition)
                    (when (equal view scim-browse--view)
                      (scim-browse--failed condition)))))
    (force-mode-line-update)))

(defun scim-browse--forget ()
  "Have the bridge stop reading this list and forget it."
  (when scim-browse--handle
    (scim-rpc-cancel scim-browse--handle)
    (setq scim-browse--handle nil))
  (when scim-browse--view
    (remhash scim-browse--view scim-browse--buffers)
    (scim-rpc-notify scim-protocol-browse-close (list :view scim-browse--view))))

;;;; Showing

(defun scim-browse--rows (_root params)
  "Show the rows that PARAMS, from the bridge, hold in the buffer of their list."
  (let ((text (scim-rpc-text (plist-get params :text)))
        (buffer (gethash (plist-get params :view) scim-browse--buffers)))
    (when (buffer-live-p buffer)
      (with-current-buffer buffer
        (scim-browse--show text params)))))

(defun scim-browse--show (text params)
  "Show the rows TEXT in this buffer; PARAMS say more about them."
  (setq scim-browse--total (plist-get params :total))
  (let ((replace (eq t (plist-get params :replace))))
    (when (and replace (not scim-browse--fresh))
      (setq scim-browse--place (scim-table-place)))
    (when (or replace scim-browse--fresh)
      (setq scim-browse--fresh nil
            scim-browse--subject (list scim-tenant scim-browse--filter))
      (scim-table-clear t)
      (scim-table-set-note nil)))
  (when-let ((columns (plist-get params :columns)))
    (scim-browse--set-columns columns))
  (let ((at-start (bobp)))
    (scim-table-append text (plist-get params :ids))
    ;; Who has moved meanwhile wants to be where they are.
    (when (and scim-browse--place
               (or (not at-start) (scim-table-restore scim-browse--place)))
      (setq scim-browse--place nil)))
  (force-mode-line-update))

(defun scim-browse--set-columns (columns)
  "Show COLUMNS, a vector of plists from the bridge."
  (let ((last (1- (length columns))))
    (scim-table-set-columns
     (seq-map-indexed
      (lambda (column i)
        (list :name (plist-get column :name)
              ;; The last one has what is left.
              :width (and (< i last) (plist-get column :width))
              :right (and (< i last) (eq t (plist-get column :right)))
              :sort (plist-get column :sortBy)
              :help (let ((text (plist-get column :description)))
                      (and (not (equal text "")) text))))
      columns)))
  (scim-table-show-sorted (car scim-browse--sort)
                          (equal (cdr scim-browse--sort) "descending")))

(defun scim-browse--ended (state)
  "Show that the bridge has read this list, which came to STATE."
  (setq scim-browse--handle nil
        scim-browse--state state
        scim-browse--total (plist-get state :total)
        scim-browse--place nil)
  (unless (equal (plist-get state :columns) [])
    (scim-browse--set-columns (plist-get state :columns)))
  (scim-browse--rename state)
  (scim-table-prune-marks)
  (scim-browse--set-note)
  (seq-do (lambda (warning) (message "SCIM: %s" warning))
          (plist-get state :warnings))
  (when (scim-stale-p)
    (scim-stale-soon))
  (force-mode-line-update))

(defun scim-browse--failed (condition)
  "Show that this list could not be read because of CONDITION.
Rows of before stay, and it is said that they are old; but not those of
another filter."
  (setq scim-browse--handle nil
        scim-browse--failure (scim-error-message condition)
        scim-browse--place nil)
  (unless (equal scim-browse--subject (list scim-tenant scim-browse--filter))
    (scim-table-clear t))
  (scim-browse--set-note)
  (unless (eq (car condition) 'scim-cancelled)
    (message "%s" scim-browse--failure))
  (force-mode-line-update))

(defun scim-browse--set-note ()
  "Say below the rows why there are no more, unless the list is complete."
  (scim-table-set-note (scim-browse--note)
                       (if (or scim-browse--failure (scim-browse--partial-p))
                           'scim-warning
                         'scim-dimmed)))

(defun scim-browse--note ()
  "Return the text below the rows, or nil."
  (let ((count (scim-table-count))
        (what (scim-browse--plural)))
    (cond (scim-browse--failure
           (concat (if (> count 0) "These rows are from before: " "")
                   scim-browse--failure))
          ((eq t (plist-get scim-browse--state :more))
           (substitute-command-keys
            (format "PARTIAL: there are more %s; \\[scim-browse-more] reads on"
                    what)))
          ((scim-browse--partial-p)
           (format "%s: %s" (scim-browse--completeness-word)
                   (plist-get scim-browse--state :reason)))
          ((> count 0) nil)
          (scim-browse--filter
           (format "There are no %s with %s" what scim-browse--filter))
          (t (format "There are no %s" what)))))

;;;; Mode line

(defun scim-browse--plural ()
  "Return what several resources of this list are called."
  (downcase (or (plist-get scim-browse--state :plural)
                (concat scim-browse-type "s"))))

(defun scim-browse--partial-p ()
  "Is it known that this list is not complete, or not known that it is?"
  (not (member (plist-get scim-browse--state :completeness) '(nil "complete"))))

(defun scim-browse--completeness-word ()
  "Return the word for whether this list is complete."
  (if (equal (plist-get scim-browse--state :completeness) "unknown")
      "MAYBE PARTIAL"
    "PARTIAL"))

(defun scim-browse--number (number)
  "Return NUMBER with commas between its thousands."
  (let ((text (number-to-string number)))
    (while (string-match "\\`\\([0-9]+\\)\\([0-9]\\{3\\}\\)\\(,\\|\\'\\)" text)
      (setq text (replace-match "\\1,\\2\\3" nil nil text)))
    text))

(defun scim-browse--counts ()
  "Return how many rows there are, and of how many."
  (let ((count (scim-browse--number (scim-table-count))))
    (if scim-browse--total
        (format "%s of %s" count (scim-browse--number scim-browse--total))
      count)))

(defun scim-browse-status ()
  "Return how many rows of this list there are and whether that is all."
  (cond (scim-browse--handle
         (if scim-browse--fresh "reading…"
           (format "%s, reading…" (scim-browse--counts))))
        (scim-browse--failure
         (scim-ui-face (if (> (scim-table-count) 0) "OLD" "FAILED")
                       'scim-failure))
        ((null scim-browse--state) "")
        ((scim-browse--partial-p)
         (scim-ui-face (format "%s: %s" (scim-browse--completeness-word)
                               (scim-browse--counts))
                       'scim-warning))
        (t (concat (scim-browse--counts) " · complete"))))

(defun scim-browse--stale-text ()
  "Return text for the mode line when something was written meanwhile."
  (if (and (scim-stale-p) (not scim-browse--handle))
      (concat " · "
              (scim-ui-face
               (substitute-command-keys
                "changed since, \\<scim-browse-mode-map>\\[revert-buffer] reads again")
               'scim-warning))
    ""))

(defun scim-browse--mode-line ()
  "Return the mode line's text about this list."
  (concat " " (scim-tenant-indicator)
          " " (string-replace "%" "%%" (scim-browse-status))
          (scim-browse--stale-text)
          (if (equal "here" (plist-get scim-browse--state :sorted))
              " · sorted here" "")
          (if scim-browse--filter
              (concat " · " (string-replace
                             "%" "%%" (truncate-string-to-width
                                       scim-browse--filter 60 nil nil "…")))
            "")
          (if-let ((marks (scim-table-marks-indicator)))
              (concat " ·" marks)
            "")))

(defun scim-browse--rename (state)
  "Call this buffer after the tenant and type that STATE names."
  (let ((name (format "*SCIM %s %s*" (plist-get state :tenant)
                      (plist-get state :plural))))
    (unless (string-prefix-p name (buffer-name))
      (scim-workspace-rename-buffer name))))

(scim-rpc-on scim-protocol-browse-rows #'scim-browse--rows)

(provide 'scim-browse-list)
;;; scim-browse-list.el ends here
