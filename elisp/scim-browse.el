;;; scim-browse.el --- Lists of users, groups and other resources -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; `scim-users', `scim-groups' and `scim-browse' list resources.  The
;; bridge reads page after page and sends rows as text; the first page is
;; shown while the others come.  The mode line always says whether that
;; is everything: a list that is not complete is never shown as one that
;; is.
;;
;; How a list is read and shown is in scim-browse-list.el, what is done
;; to resources in scim-browse-act.el; files of them are made by
;; scim-browse-export.el.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'scim-error)
(require 'scim-browse-list)
(require 'scim-filter)
(require 'scim-lookup)
(require 'scim-menu)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-stale)
(require 'scim-table)
(require 'scim-tenant)
(require 'scim-ui)

(autoload 'scim-browse-open "scim-browse-act" nil t)
(autoload 'scim-browse-open-other-window "scim-browse-act" nil t)
(autoload 'scim-browse-view-json "scim-browse-act" nil t)
(autoload 'scim-browse-copy-json "scim-browse-act" nil t)
(autoload 'scim-browse-act "scim-browse-act" nil t)
(autoload 'scim-browse-delete "scim-browse-act" nil t)
(autoload 'scim-browse-activate "scim-browse-act" nil t)
(autoload 'scim-browse-deactivate "scim-browse-act" nil t)
(autoload 'scim-browse-compare "scim-browse-act" nil t)
(autoload 'scim-browse-new "scim-browse-act" nil t)
(autoload 'scim-browse-members "scim-browse-act" nil t)
(autoload 'scim-browse-export "scim-browse-export" nil t)
(autoload 'scim-log-of-action "scim-log" nil t)

(declare-function bookmark-prop-get "bookmark")
(defvar bookmark-make-record-function)

;;;; Internal variables

(defvar scim-browse--column-history nil
  "What was typed to choose columns.")

;;;; What can be done

(defun scim-browse--filtered-p ()
  "Has this list a filter?"
  scim-browse--filter)

(defun scim-browse--reading-p ()
  "Is this list being read?"
  scim-browse--handle)

(defun scim-browse--more-p ()
  "Did this list stop at its limit, so that there is more to read?"
  (and (not scim-browse--handle)
       (eq t (plist-get scim-browse--state :more))))

;;;; Commands

(defun scim-browse-revert (&rest _)
  "Read this list again; what is marked stays so, and point stays at its row."
  (interactive nil scim-browse-mode)
  (scim-browse--list))

(defun scim-browse-stop ()
  "Read no more of this list; what came stays, and is said to be partial."
  (interactive nil scim-browse-mode)
  (unless scim-browse--handle
    (user-error "This list is not being read"))
  (if scim-browse--fresh
      (scim-rpc-cancel scim-browse--handle)
    (scim-rpc-notify scim-protocol-browse-stop (list :view scim-browse--view))))

(defun scim-browse-quit ()
  "Stop reading this list; when it is not being read, do as \\[keyboard-quit]."
  (interactive nil scim-browse-mode)
  (when scim-browse--handle
    (scim-browse-stop))
  (keyboard-quit))

(defun scim-browse-more (rows)
  "Read ROWS more rows, by default as many as a list has at first."
  (interactive (list (if current-prefix-arg
                         (prefix-numeric-value current-prefix-arg)
                       scim-browse-limit))
               scim-browse-mode)
  (unless (scim-browse--more-p)
    (user-error (if scim-browse--handle "This list is still being read"
                  "There are no more rows")))
  (scim-table-set-note nil)
  (setq scim-browse--more (max 0 (- (+ (scim-table-count) rows)
                                    scim-browse-limit)))
  (scim-browse--request scim-protocol-browse-more
                        (list :view scim-browse--view :limit rows)))

(defun scim-browse-filter (filter)
  "List only what matches FILTER, or everything when it is nil or empty."
  (interactive (list (scim-filter-read (format "%s with filter: " scim-browse-type)
                                       scim-browse-type scim-tenant
                                       scim-browse--filter))
               scim-browse-mode)
  (setq scim-browse--filter (and filter (not (string-empty-p filter)) filter)
        scim-browse--more 0)
  (scim-browse--list))

(defun scim-browse-unfilter ()
  "List everything, without a filter."
  (interactive nil scim-browse-mode)
  (scim-browse-filter nil))

(defun scim-browse--sort (key)
  "Sort by KEY, the other way round when that is what it is sorted by."
  (setq scim-browse--sort
        (cons key (if (equal scim-browse--sort (cons key "ascending"))
                      "descending"
                    "ascending")))
  (if (or (null scim-browse--state)
          (eq t (plist-get scim-browse--state :sorts)))
      (scim-browse--list)
    (scim-browse--sort-here)))

(defun scim-browse--sort-here ()
  "Have the bridge sort the rows that came."
  (let ((view scim-browse--view))
    (scim-rpc-request-async
     scim-protocol-browse-sort
     (list :view view :sortBy (car scim-browse--sort)
           :sortOrder (cdr scim-browse--sort))
     :success (lambda (answer)
                (when (equal view scim-browse--view)
                  (scim-browse--sorted answer)))
     :error (lambda (condition)
              (message "%s" (scim-error-message condition))))))

(defun scim-browse--sorted (answer)
  "Show the rows in ANSWER in place of those that are here, in their order."
  (setq scim-browse--state (plist-put scim-browse--state :sorted "here"))
  (let ((place (scim-table-place)))
    (scim-table-clear t)
    (scim-table-append (scim-rpc-text (plist-get answer :text))
                       (plist-get answer :ids))
    (scim-table-show-sorted (car scim-browse--sort)
                            (equal (cdr scim-browse--sort) "descending"))
    (scim-table-restore place)))

(defun scim-browse--read-columns ()
  "Ask for the columns of this list; return paths, or nil for the usual ones."
  (let* ((answer (scim-error-as-user-error
                   (scim-rpc-request scim-protocol-browse-columns
                                     `(:type ,scim-browse-type
                                             ,@(and scim-tenant
                                                    (list :tenant scim-tenant))))))
         (choices (append (plist-get answer :columns) nil))
         (completion-extra-properties
          (list :annotation-function
                (lambda (path)
                  (let ((choice (seq-find (lambda (each)
                                            (equal path (plist-get each :path)))
                                          choices)))
                    (concat "  " (plist-get choice :detail)))))))
    (seq-remove #'string-empty-p
                (completing-read-multiple
                 (format "Columns, with commas (default %s): "
                         (string-join (append (plist-get answer :defaults) nil) ","))
                 (mapcar (lambda (each) (plist-get each :path)) choices)
                 nil nil
                 (string-join (scim-browse--current-columns) ",")
                 'scim-browse--column-history))))

(defun scim-browse--current-columns ()
  "Return the paths of the columns of this list."
  (mapcar (lambda (column) (plist-get column :path))
          (append (plist-get scim-browse--state :columns) nil)))

(defun scim-browse-set-columns (columns &optional save)
  "Show COLUMNS, a list of attributes, in all lists of this type.
With nil, show the usual ones.  Interactively with a prefix argument,
SAVE them for later sessions."
  (interactive (list (scim-browse--read-columns) current-prefix-arg)
               scim-browse-mode)
  (let ((all (append (and columns (list (cons scim-browse-type columns)))
                     (assoc-delete-all scim-browse-type
                                       (copy-sequence scim-browse-columns)))))
    (if save
        (customize-save-variable 'scim-browse-columns all)
      (customize-set-variable 'scim-browse-columns all)))
  (setq scim-browse--columns nil)
  (scim-browse--list)
  (unless save
    (message "%s" (substitute-command-keys
                   "C-u \\[scim-browse-set-columns] keeps columns for later sessions"))))

;;;; Bookmarks

(defun scim-browse--bookmark ()
  "Return a bookmark for this list."
  `(,(format "SCIM %s%s" (buffer-name)
             (if scim-browse--filter (concat " " scim-browse--filter) ""))
    (handler . scim-browse-jump)
    (tenant . ,scim-tenant)
    (type . ,scim-browse-type)
    (filter . ,scim-browse--filter)
    (sort . ,scim-browse--sort)
    (columns . ,(scim-browse--current-columns))
    (directory . ,default-directory)))

;;;###autoload
(defun scim-browse-jump (bookmark)
  "Show the list that BOOKMARK is for."
  (let ((default-directory (bookmark-prop-get bookmark 'directory)))
    (set-buffer (scim-browse--buffer (bookmark-prop-get bookmark 'type)
                                     (bookmark-prop-get bookmark 'tenant)))
    (setq scim-browse--filter (bookmark-prop-get bookmark 'filter)
          scim-browse--sort (bookmark-prop-get bookmark 'sort)
          scim-browse--columns (bookmark-prop-get bookmark 'columns))
    (scim-browse--list)))

;;;; Mode

(defvar scim-browse-mode-map
  (let ((map (make-sparse-keymap)))
    (set-keymap-parent map scim-table-mode-map)
    (define-key map (kbd "RET") #'scim-browse-open)
    (define-key map (kbd "o") #'scim-browse-open-other-window)
    (define-key map (kbd "v") #'scim-browse-view-json)
    (define-key map (kbd "W") #'scim-browse-copy-json)
    (define-key map (kbd "f") #'scim-browse-filter)
    (define-key map (kbd "/") #'scim-browse-filter)
    (define-key map (kbd "F") #'scim-browse-unfilter)
    (define-key map (kbd "c") #'scim-browse-set-columns)
    (define-key map (kbd "+") #'scim-browse-more)
    (define-key map (kbd "k") #'scim-browse-stop)
    (define-key map [remap keyboard-quit] #'scim-browse-quit)
    (define-key map (kbd "a") #'scim-browse-act)
    (define-key map (kbd "D") #'scim-browse-delete)
    (define-key map (kbd "A") #'scim-browse-activate)
    (define-key map (kbd "X") #'scim-browse-deactivate)
    (define-key map (kbd "=") #'scim-browse-compare)
    (define-key map (kbd "N") #'scim-browse-new)
    (define-key map (kbd "M") #'scim-browse-members)
    (define-key map (kbd "E") #'scim-browse-export)
    (define-key map (kbd "l") #'scim-log-of-action)
    (define-key map (kbd "b") #'bookmark-set)
    (define-key map (kbd "T") #'scim-tenant-choose)
    map)
  "Keymap of `scim-browse-mode'.")

(scim-menu-define
 'scim-browse-mode scim-browse-mode-map "SCIM-List" "?"
 '("List"
   ("Filter..." scim-browse-filter)
   ("No filter" scim-browse-unfilter :if scim-browse--filtered-p)
   ("Columns..." scim-browse-set-columns)
   ("Read again" revert-buffer)
   ("Stop reading" scim-browse-stop :if scim-browse--reading-p)
   ("Read more" scim-browse-more
    :if scim-browse--more-p)
   ("Other tenant..." scim-tenant-choose)
   ("Export..." scim-browse-export)
   ("Bookmark" bookmark-set))
 '("Resource"
   ("Open" scim-browse-open :context t)
   ("Open in other window" scim-browse-open-other-window :context t)
   ("View as JSON" scim-browse-view-json :context t)
   ("Copy JSON" scim-browse-copy-json :context t)
   ("Compare" scim-browse-compare)
   ("Members or groups" scim-browse-members :context t)
   ("New..." scim-browse-new)
   ("Requests of this list" scim-log-of-action))
 '("Marked or this one"
   ("Act..." scim-browse-act :context t)
   ("Activate" scim-browse-activate :context t)
   ("Deactivate" scim-browse-deactivate :context t)
   ("Delete" scim-browse-delete :context t))
 scim-table-menu-group)

(define-derived-mode scim-browse-mode scim-table-mode "SCIM-List"
  "Major mode for lists of resources.
The mode line says how many there are and whether that is all of them.

\\{scim-browse-mode-map}"
  :interactive nil
  (setq mode-line-process '(:eval (scim-browse--mode-line))
        scim-rpc-action (scim-rpc-new-action "browse")
        scim-table-sort-function #'scim-browse--sort)
  (setq-local revert-buffer-function #'scim-browse-revert
              bookmark-make-record-function #'scim-browse--bookmark)
  (add-hook 'kill-buffer-hook #'scim-browse--forget nil t)
  (add-hook 'change-major-mode-hook #'scim-browse--forget nil t)
  (add-hook 'scim-tenant-chosen-hook #'scim-browse--tenant-chosen nil t)
  (scim-stale-watch :tenant #'scim-browse--tenant
                    :count #'scim-browse--count-at-rest
                    :refresh #'scim-browse--list)
  (scim-menu-setup))

(defun scim-browse--tenant ()
  "Return the name of the tenant of this list, as far as it is known."
  (or (plist-get scim-browse--state :tenant) scim-tenant))

(defun scim-browse--count-at-rest ()
  "Return the number of rows, or nil while this list is being read."
  (and (not scim-browse--handle) (scim-table-count)))

(defun scim-browse--tenant-chosen ()
  "List the resources of the tenant that was chosen."
  (setq scim-browse--more 0)
  (scim-table-clear)
  (scim-browse--list))

;;;; Entry

(defun scim-browse--buffer (type tenant)
  "Return the buffer for the list of TYPE of TENANT in this workspace."
  (let* ((root (scim-rpc-root))
         (directory default-directory)
         (tenant (or tenant scim-tenant (plist-get (scim-tenant-info) :name)))
         (found (seq-find
                 (lambda (buffer)
                   (with-current-buffer buffer
                     (and (derived-mode-p 'scim-browse-mode)
                          (equal type scim-browse-type)
                          ;; One that was not named has a name by now.
                          (member tenant
                                  (list scim-tenant
                                        (plist-get scim-browse--state :tenant)))
                          (equal root (scim-rpc-root)))))
                 (buffer-list))))
    (or found
        (with-current-buffer (generate-new-buffer
                              (format "*SCIM %s%s*"
                                      (if tenant (concat tenant " ") "")
                                      type))
          (setq default-directory directory)
          (scim-browse-mode)
          (setq-local scim-tenant tenant)
          (setq scim-browse-type type)
          (current-buffer)))))

;;;###autoload
(defun scim-browse (type &optional filter tenant)
  "List the resources of TYPE, those that match FILTER when it is given.
TENANT is by default that of this buffer.  Interactively, ask for the
type, and, with a prefix argument, for the filter.
See Info node `(scim)Lists'."
  (interactive
   (let ((type (scim-lookup-read-type "List resources of type: ")))
     (list type (and current-prefix-arg (scim-filter-read
                                         (format "%s with filter: " type)
                                         type scim-tenant)))))
  (let ((buffer (scim-browse--buffer type tenant)))
    (pop-to-buffer buffer)
    (setq scim-browse--filter filter
          scim-browse--more 0)
    (scim-browse--list)
    buffer))

;;;###autoload
(defun scim-users (&optional filter)
  "List users, those that match FILTER when it is given.
Interactively, ask for it with a prefix argument.
See Info node `(scim)Lists'."
  (interactive (list (and current-prefix-arg
                          (scim-filter-read "Users with filter: " "User"
                                            scim-tenant))))
  (scim-browse "User" filter))

;;;###autoload
(defun scim-groups (&optional filter)
  "List groups, those that match FILTER when it is given.
Interactively, ask for it with a prefix argument.
See Info node `(scim)Lists'."
  (interactive (list (and current-prefix-arg
                          (scim-filter-read "Groups with filter: " "Group"
                                            scim-tenant))))
  (scim-browse "Group" filter))

(provide 'scim-browse)
;;; scim-browse.el ends here
