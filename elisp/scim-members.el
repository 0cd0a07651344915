;;; scim-members.el --- The members of a group as a list -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; A buffer with the members of a group, or with the groups of a user,
;; however many: `scim-members-show', `scim-memberships-show'.  The bridge
;; reads them once, filters, finds names for those that are seen, and
;; knows how the service wants members to be added and removed.
;;
;; What is to be added and removed is kept in Emacs until it is sent: see
;; scim-members-pending.el and scim-members-change.el.

;;; Code:

(require 'cl-lib)
(require 'seq)
(require 'subr-x)
(require 'scim-error)
(require 'scim-lookup)
(require 'scim-members-pending)
(require 'scim-menu)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-stale)
(require 'scim-table)
(require 'scim-tenant)
(require 'scim-text)
(require 'scim-ui)
(require 'scim-workspace)
(require 'scim-visit)

(declare-function scim-log-of-action "scim-log")
(declare-function bookmark-make-record-default "bookmark")
(declare-function bookmark-prop-get "bookmark")

(autoload 'scim-members-add "scim-members-change" nil t)
(autoload 'scim-members-add-list "scim-members-change" nil t)
(autoload 'scim-members-review "scim-members-change" nil t)
(autoload 'scim-members-stop "scim-members-change" nil t)
(autoload 'scim-log-of-action "scim-log" nil t)

;;;; Internal variables

(defconst scim-members--piece 2500
  "Rows that are asked for at once.")

(defvar-local scim-members--of nil
  "Whose members these are: a plist with :type, :id, :attribute and :inverse.")

(defvar-local scim-members--info nil
  "What the bridge told about the list, a plist, or nil before it did.")

(defvar-local scim-members--filter ""
  "What rows must match.")

(defvar-local scim-members--matching nil
  "Number of members that match the filter, or nil before it is known.")

(defvar-local scim-members--asked nil
  "Hash table whose keys are ids whose names were asked for.")

(defvar-local scim-members--round 0
  "Number of the last time that rows were asked for.")

(defvar-local scim-members--timer nil
  "Timer that will ask for the names of the rows that are seen, or nil.")

(defvar-local scim-members--busy nil
  "What is being done, a string for the header line, or nil.")

;;;; Asking

(defun scim-members--params (&rest more)
  "Return the parameters of a request about this list, and MORE, a plist."
  (append (and scim-tenant (list :tenant scim-tenant))
          (cl-loop for (key value) on scim-members--of by #'cddr
                   when value append (list key value))
          more))

(defun scim-members--request (method params success &optional failure)
  "Send METHOD with PARAMS about this list; call SUCCESS with the result.
When that fails, the person is told, and FAILURE is called if there is
one.  Return the handle of the request."
  (scim-rpc-request-async
   method (apply #'scim-members--params params)
   :success (lambda (result)
              (scim-members--set-busy nil)
              (funcall success result))
   :error (lambda (err)
            (scim-members--set-busy nil)
            (scim-members--tell err)
            (when failure (funcall failure err)))
   :progress (lambda (message _) (scim-members--set-busy message))))

(defun scim-members--tell (err)
  "Tell the person of ERR, a condition."
  (message "%s" (scim-error-message err)))

(defun scim-members--set-busy (text)
  "Have the header line say TEXT about what is being done, or nothing if nil."
  (setq scim-members--busy text)
  (force-mode-line-update))

;;;; Reading

(defun scim-members-refresh (&rest _)
  "Read the members again; what is to be added and removed is kept."
  (interactive nil scim-members-mode)
  (scim-members--read t))

(defun scim-members--read (refresh)
  "Read the list, anew when REFRESH is non-nil, and show its rows."
  (scim-members--set-busy "reading")
  (scim-stale-fresh)
  (scim-members--request
   scim-protocol-members-read (list :refresh (if refresh t :json-false))
   (lambda (info)
     (setq scim-members--info info
           scim-members--asked (make-hash-table :test #'equal))
     (scim-members--rename)
     (scim-members--load))
   (lambda (err)
     (scim-table-set-note (scim-error-message err) 'scim-failure))))

(defun scim-members--count-at-rest ()
  "Return the number of members, or nil while something else is done here."
  (and (not scim-members--busy)
       (not (scim-members--pending-p))
       (plist-get scim-members--info :total)))

(defun scim-members--rename ()
  "Name this buffer after what is in it."
  (let ((name (scim-members--buffer-name)))
    (unless (string-prefix-p name (buffer-name))
      (scim-workspace-rename-buffer name))))

(defun scim-members--buffer-name ()
  "Return the name for this buffer."
  (format "*SCIM %s of %s%s*"
          (or (plist-get scim-members--info :what) "members")
          (truncate-string-to-width
           (or (plist-get scim-members--info :name)
               (plist-get scim-members--of :id))
           60 nil nil "…")
          (if-let ((tenant (plist-get scim-members--info :tenant)))
              (format " (%s)" tenant)
            "")))

(defun scim-members--load ()
  "Ask for the rows that match the filter, and show them as they come."
  (cl-incf scim-members--round)
  (scim-members--ask-rows scim-members--round 0 (scim-table-id)))

(defun scim-members--ask-rows (round from here)
  "Ask for the rows of ROUND from row FROM; go to the row of the id HERE."
  (scim-members--request
   scim-protocol-members-rows
   (list :filter scim-members--filter :from from :count scim-members--piece
         :added (if (= from 0) (vconcat scim-members--added) []))
   (lambda (rows)
     (when (= round scim-members--round)
       (scim-members--insert rows from here)
       (when-let ((next (plist-get rows :next)))
         (scim-members--ask-rows round next here))))))

(defun scim-members--insert (rows from here)
  "Insert ROWS, an answer of the bridge, that begin at FROM; go to the id HERE."
  (let ((fresh (= from 0)))
    (when fresh
      (scim-table-clear t))
    (setq scim-members--matching (plist-get rows :matching))
    (plist-put scim-members--info :total (plist-get rows :total))
    (plist-put scim-members--info :unnamed (plist-get rows :unnamed))
    (let ((end (point-max)))
      (scim-table-append (scim-rpc-text (plist-get rows :text))
                         (vconcat (split-string (scim-rpc-text (plist-get rows :ids))
                                                "\n" t)))
      (when scim-members--removed
        (scim-members--mark-rows (scim-members--set scim-members--removed)
                                 "D" end)))
    (when fresh
      (goto-char (point-min))
      (scim-table-set-note (scim-members--note)))
    (when (and here (not (equal here (scim-table-id))))
      (scim-table-goto here))
    (scim-members--see)
    (force-mode-line-update)))

(defun scim-members--note ()
  "Return what is told below the rows, or nil."
  (let ((notes (append (plist-get scim-members--info :notes)
                       (and (zerop scim-members--matching)
                            (list (concat (if (plist-get scim-members--of :inverse)
                                              "No group" "Nobody")
                                          (if (string-empty-p scim-members--filter)
                                              "." " matches the filter.")))))))
    (and notes (mapconcat #'identity notes "\n"))))

;;;; Names of what is seen

(defun scim-members--see (&rest _)
  "Ask soon for the names of the rows that are seen and have none."
  (when (and (not scim-members--timer)
             (> (or (plist-get scim-members--info :unnamed) 0) 0))
    (setq scim-members--timer
          (run-with-timer 0.1 nil #'scim-members--seen (current-buffer)))))

(defun scim-members--seen (buffer)
  "Ask for the names of the rows of BUFFER that are seen and have none."
  (when (buffer-live-p buffer)
    (with-current-buffer buffer
      (setq scim-members--timer nil)
      (let ((ids (delete-dups
                  (mapcan #'scim-members--nameless
                          (get-buffer-window-list nil nil t)))))
        (dolist (id ids)
          (puthash id t scim-members--asked))
        (when ids
          (scim-members--request
           scim-protocol-members-names (list :ids (vconcat ids))
           #'scim-members--named
           (lambda (_)
             (dolist (id ids)
               (remhash id scim-members--asked)))))))))

(defun scim-members--nameless (window)
  "Return the ids of the rows in WINDOW that have no name and were not asked for."
  (let ((end (window-end window t)) ids)
    (save-excursion
      (goto-char (window-start window))
      (beginning-of-line)
      (while (and (< (point) end) (not (eobp)))
        (when (looking-at "[^\t\n]*\t\t")
          (when-let ((id (scim-table-id)))
            (unless (gethash id scim-members--asked)
              (push id ids))))
        (forward-line)))
    ids))

(defun scim-members--named (answer)
  "Show the names in ANSWER of the bridge."
  (seq-doseq (named (plist-get answer :named))
    (when-let ((cells (scim-table-cells (plist-get named :id))))
      (scim-table-replace (plist-get named :id)
                          (scim-members--row (car cells) (plist-get named :name)
                                             (plist-get named :type)
                                             (plist-get named :id))))))

(defun scim-members--row (&rest cells)
  "Return the text of a row of CELLS."
  (mapconcat (lambda (cell) (replace-regexp-in-string "[[:cntrl:]]+" " " cell))
             cells "\t"))

(defun scim-members-name-all ()
  "Look up the names of all members that the list gives without."
  (interactive nil scim-members-mode)
  (scim-members--request
   scim-protocol-members-names (list :ids [])
   (lambda (_)
     (scim-members--load)
     (message "All names are looked up"))))

;;;; Filter

(defun scim-members--set-filter (filter)
  "Show the members that match FILTER."
  (unless (equal filter scim-members--filter)
    (setq scim-members--filter filter)
    (scim-members--load)))

(defun scim-members-filter ()
  "Show the members with each word that is typed in name, type or id.
They are shown while it is typed.  Nothing shows all."
  (interactive nil scim-members-mode)
  (let ((buffer (current-buffer)) (before scim-members--filter) timer done)
    (unwind-protect
        (let ((filter (minibuffer-with-setup-hook
                          (lambda ()
                            (add-hook 'post-command-hook
                                      (lambda ()
                                        (when timer (cancel-timer timer))
                                        (setq timer
                                              (run-with-idle-timer
                                               0.1 nil #'scim-members--typed buffer
                                               (minibuffer-contents-no-properties))))
                                      nil t))
                        (read-string "Filter: " before))))
          (setq done t)
          (when timer (cancel-timer timer))
          (scim-members--set-filter filter))
      (when timer (cancel-timer timer))
      (unless done
        (with-current-buffer buffer
          (scim-members--set-filter before))))))

(defun scim-members--typed (buffer filter)
  "Have BUFFER, if it lives, show what matches FILTER."
  (when (buffer-live-p buffer)
    (with-current-buffer buffer
      (scim-members--set-filter filter))))

;;;; Other commands

(defun scim-members--type-of (id)
  "Return the resource type of the member with ID."
  (let ((type (nth 2 (scim-table-cells id))))
    (if (member type '(nil ""))
        (let ((types (plist-get scim-members--info :types)))
          (if (seq-empty-p types) "User" (elt types 0)))
      type)))

(defun scim-members--visit (type id)
  "Show the resource of TYPE with ID."
  (scim-visit (scim-visit-uri (plist-get scim-members--info :tenant)
                              "resource" type id)))

(defun scim-members-visit ()
  "Show the resource at point."
  (interactive nil scim-members-mode)
  (let ((id (scim-table-id-here)))
    (scim-members--visit (scim-members--type-of id) id)))

(defun scim-members-visit-holder ()
  "Show the resource whose members these are."
  (interactive nil scim-members-mode)
  (scim-members--visit (plist-get scim-members--of :type)
                       (plist-get scim-members--of :id)))

(defun scim-members-memberships ()
  "Show the groups that the resource at point is in."
  (interactive nil scim-members-mode)
  (let ((id (scim-table-id-here)))
    (if (plist-get scim-members--of :inverse)
        (scim-members-show (scim-members--type-of id) id
                           (plist-get scim-members--info :tenant))
      (scim-memberships-show (scim-members--type-of id) id
                             (plist-get scim-members--info :tenant)))))

(defun scim-members-export (file)
  "Write the members that match the filter to FILE, as CSV."
  (interactive (list (read-file-name "Write CSV to: " nil nil nil "members.csv"))
               scim-members-mode)
  (when (and (file-exists-p file)
             (not (yes-or-no-p (format "%s exists; overwrite it? "
                                       (abbreviate-file-name file)))))
    (user-error "Nothing was written"))
  (scim-members--request
   scim-protocol-members-export (list :filter scim-members--filter)
   (lambda (answer)
     (scim-rpc-save-text (plist-get answer :text) file)
     (message "Wrote %d members to %s%s" (plist-get answer :count)
              (abbreviate-file-name file)
              (if (zerop (plist-get answer :unnamed))
                  ""
                (format "; %d have no name yet, see %s" (plist-get answer :unnamed)
                        (substitute-command-keys "\\[scim-members-name-all]")))))))

;;;; Header line

(defun scim-members--counts ()
  "Return the text of the header line about how many there are."
  (let ((total (plist-get scim-members--info :total)))
    (string-join
     (delq nil
           (list (cond ((null total) nil)
                       ((string-empty-p scim-members--filter) (format "%d" total))
                       (t (format "%s of %d: %s" (or scim-members--matching "?")
                                  total scim-members--filter)))
                 (and scim-members--added
                      (propertize (format "+%d" (length scim-members--added))
                                  'face 'scim-success))
                 (and scim-members--removed
                      (propertize (format "D%d" (length scim-members--removed))
                                  'face 'scim-failure))
                 (cond (scim-members--busy
                        (propertize scim-members--busy 'face 'scim-dimmed))
                       ((scim-stale-p)
                        (propertize "changed since" 'face 'scim-warning)))))
     "  ")))

(defun scim-members--header ()
  "Return the header line: the headings, and how many there are at the right."
  (let ((counts (scim-members--counts)))
    (concat (scim-table--header)
            (propertize " " 'display
                        `(space :align-to (- right ,(+ 1 (string-width counts)))))
            (scim-ui-literally counts))))

;;;; Showing

(defun scim-members--find (tenant of)
  "Return the buffer of this workspace with the list OF, a plist, of TENANT."
  (let ((root (scim-rpc-root)))
    (seq-find (lambda (buffer)
                (with-current-buffer buffer
                  (and (derived-mode-p 'scim-members-mode)
                       (equal of scim-members--of)
                       (equal tenant scim-tenant)
                       (equal root (scim-rpc-root)))))
              (buffer-list))))

(defun scim-members--show (tenant of)
  "Show the list OF, a plist, of TENANT and return its buffer."
  (let* ((tenant (or tenant scim-tenant))
         (known (scim-members--find tenant of))
         (buffer (or known (generate-new-buffer
                            (format "*SCIM members of %s*" (plist-get of :id))))))
    (unless known
      (with-current-buffer buffer
        (scim-members-mode)
        (setq scim-members--of of)
        (setq-local scim-tenant tenant)
        (scim-members--read nil)))
    (pop-to-buffer buffer)
    buffer))

;;;###autoload
(defun scim-members-show (type id &optional tenant attribute)
  "Show the members of the resource of TYPE with ID, of TENANT, as a list.
ATTRIBUTE is the attribute that refers to them, by default members.
See Info node `(scim)Members'."
  (interactive (scim-members--read-resource "Members of: " "Group"))
  (scim-members--show tenant (list :type type :id id :attribute attribute)))

;;;###autoload
(defun scim-memberships-show (type id &optional tenant)
  "Show the groups that the resource of TYPE with ID, of TENANT, is in."
  (interactive (scim-members--read-resource "Groups of: " "User"))
  (scim-members--show tenant (list :type type :id id :inverse t)))

(defun scim-members--read-resource (prompt types)
  "Ask with PROMPT for a resource of TYPES; return its type and id as a list."
  (let ((found (scim-lookup-read prompt types)))
    (list (plist-get found :type) (plist-get found :id))))

;;;; Bookmarks

(defun scim-members--bookmark ()
  "Return a bookmark of this list."
  (require 'bookmark)
  (append (list (string-trim (buffer-name) "\\*" "\\*"))
          (bookmark-make-record-default t t)
          `((scim-directory . ,default-directory)
            (scim-tenant . ,scim-tenant)
            (scim-of . ,scim-members--of)
            (handler . scim-members-bookmark-jump))))

;;;###autoload
(defun scim-members-bookmark-jump (bookmark)
  "Show the list of BOOKMARK."
  (let ((default-directory (bookmark-prop-get bookmark 'scim-directory)))
    (set-buffer (scim-members--show (bookmark-prop-get bookmark 'scim-tenant)
                                    (bookmark-prop-get bookmark 'scim-of)))))

;;;; Mode

(defun scim-members--may-kill ()
  "Ask whether the buffer may be killed when something is to be changed."
  (or (not (scim-members--pending-p))
      noninteractive
      (yes-or-no-p (format "Not sent yet: %s; kill the buffer? "
                           (scim-members--pending-text)))))

(defvar scim-members-mode-map
  (let ((map (make-sparse-keymap)))
    (set-keymap-parent map scim-table-mode-map)
    (define-key map (kbd "RET") #'scim-members-visit)
    (define-key map (kbd "o") #'scim-members-visit)
    (define-key map (kbd "^") #'scim-members-visit-holder)
    (define-key map (kbd "M") #'scim-members-memberships)
    (define-key map (kbd "/") #'scim-members-filter)
    (define-key map (kbd "N") #'scim-members-name-all)
    (define-key map (kbd "a") #'scim-members-add)
    (define-key map (kbd "A") #'scim-members-add-list)
    (define-key map (kbd "d") #'scim-members-remove)
    (define-key map (kbd "D") #'scim-members-remove-marked)
    (define-key map (kbd "u") #'scim-members-unmark)
    (define-key map [remap undo] #'scim-members-undo)
    (define-key map (kbd "x") #'scim-members-review)
    (define-key map (kbd "C-c C-c") #'scim-members-review)
    (define-key map (kbd "C-c C-k") #'scim-members-stop)
    (define-key map [remap keyboard-quit] #'scim-members-stop)
    (define-key map (kbd "E") #'scim-members-export)
    (define-key map (kbd "l") #'scim-log-of-action)
    map)
  "Keymap of `scim-members-mode'.")

(scim-menu-define
 'scim-members-mode scim-members-mode-map "SCIM Members" "?"
 '("Change"
   ("Add by name..." scim-members-add)
   ("Add a copied list..." scim-members-add-list)
   ("Remove" scim-members-remove :context t)
   ("Remove marked" scim-members-remove-marked)
   ("Unmark, keep" scim-members-unmark :context t)
   ("Undo" scim-members-undo :key "C-/")
   ("Show and send changes" scim-members-review :if scim-members--pending-p)
   ("Stop" scim-members-stop :key "C-c C-k"))
 '("Look"
   ("Resource" scim-members-visit :context t)
   ("Its groups or members" scim-members-memberships :context t)
   ("Whose these are" scim-members-visit-holder)
   ("Filter..." scim-members-filter)
   ("Look up all names" scim-members-name-all)
   ("Read again" revert-buffer :key "g")
   ("Export as CSV..." scim-members-export)
   ("Log" scim-log-of-action))
 ;; `u' has another meaning here.
 (seq-remove (lambda (item) (eq (car-safe (cdr-safe item)) 'scim-table-unmark))
             scim-table-menu-group))

(define-derived-mode scim-members-mode scim-table-mode "SCIM-Members"
  "Major mode for the members of a group.

What is to be added has a + at its left, what is to be removed a D.
\\{scim-members-mode-map}"
  :interactive nil
  (setq scim-members--asked (make-hash-table :test #'equal)
        scim-rpc-action (scim-rpc-new-action "members")
        mode-line-process '(" " (:eval (scim-tenant-indicator))
                            (:eval (scim-table-marks-indicator)))
        header-line-format '(:eval (scim-members--header)))
  (scim-table-set-columns '((:name "" :width 1)
                            (:name "Name" :width 40)
                            (:name "Type" :width 8)
                            (:name "Id" :face scim-dimmed)))
  (setq-local revert-buffer-function #'scim-members-refresh
              bookmark-make-record-function #'scim-members--bookmark)
  (scim-stale-watch :tenant (lambda () (plist-get scim-members--info :tenant))
                    :count #'scim-members--count-at-rest
                    :refresh #'scim-members-refresh
                    :writes t)
  (add-hook 'window-scroll-functions #'scim-members--see nil t)
  (add-hook 'kill-buffer-query-functions #'scim-members--may-kill nil t)
  (scim-menu-setup))

(provide 'scim-members)
;;; scim-members.el ends here
