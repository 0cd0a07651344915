;;; scim-compare.el --- Compare SCIM resources and tenants -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Two resources as a difference that `diff-mode' shows, or in Ediff; and
;; all resources of a type of two tenants, matched by an attribute: which
;; only one of them has, and which differ.  The bridge compares, by the
;; schema; here is what it found.

;;; Code:

(require 'diff-mode)
(require 'seq)
(require 'subr-x)
(require 'scim-error)
(require 'scim-menu)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-table)
(require 'scim-tenant)
(require 'scim-ui)
(require 'scim-workspace)

(autoload 'scim-action-report-format "scim-action")
(autoload 'scim-action-read-choices "scim-action-read")
(autoload 'scim-log-of-action "scim-log" nil t)
(autoload 'scim-lookup-read "scim-lookup")
(autoload 'scim-lookup-read-type "scim-lookup")
(declare-function ediff-buffers "ediff")

;;;; Internal variables

(defvar-local scim-compare--params nil
  "What this buffer compares, a plist as the bridge takes it.")

(defvar-local scim-compare--answer nil
  "What the bridge answered, a plist, or nil.")

(defvar-local scim-compare--handle nil
  "Handle of the request in progress, or nil.")

(defvar-local scim-compare--status nil
  "Text that says how far the request has come, or why it failed, or nil.")

(defvar-local scim-compare--pairs nil
  "Hash table from the id of a row to its ids in both tenants, a plist.")

;;;; Asking

(defun scim-compare--read-tenant (prompt other)
  "Ask with PROMPT for a tenant; RET is OTHER, if that is non-nil."
  (let ((scim-tenant (or other scim-tenant)))
    (scim-tenant-read prompt)))

(defun scim-compare--read-resources ()
  "Ask for two resources; return the arguments of `scim-compare-resources'."
  (let* ((tenant-a (if current-prefix-arg
                       (scim-compare--read-tenant "First resource of tenant: " nil)
                     scim-tenant))
         (type (scim-lookup-read-type "Compare resources of type: " tenant-a))
         (a (scim-lookup-read (format "%s: " type) (list type) tenant-a))
         (tenant-b (if current-prefix-arg
                       (scim-compare--read-tenant "Second resource of tenant: "
                                                  tenant-a)
                     tenant-a))
         (b (scim-lookup-read (format "Compare %s with: " (plist-get a :name))
                              (list type) tenant-b)))
    (list type (plist-get a :id) (plist-get b :id) tenant-a tenant-b)))

(defun scim-compare--side (id tenant)
  "Return the resource ID of TENANT, nil for the default, as a plist."
  (append (list :id id) (and tenant (list :tenant tenant))))

(defun scim-compare--ask (method params show)
  "Send METHOD with PARAMS; call SHOW with the answer.
A failure is told in the line above and in the echo area."
  (when scim-compare--handle
    (scim-rpc-cancel scim-compare--handle))
  (setq scim-compare--params params
        scim-compare--status "Comparing… "
        scim-compare--handle
    (scim-rpc-request-async
         method params
         :success (lambda (answer)
                    (setq scim-compare--handle nil
                          scim-compare--status nil
                          scim-compare--answer answer)
                    (funcall show answer)
                    (force-mode-line-update))
         :error #'scim-compare--failed
         :progress (lambda (message percentage)
                     (setq scim-compare--status
                           (format "Comparing… %s%s" message
                                   (if percentage (format " (%d%%)" percentage) "")))
                     (force-mode-line-update))))
  (force-mode-line-update))

(defun scim-compare--failed (condition)
  "Tell CONDITION, why there is nothing to show."
  (setq scim-compare--handle nil
        scim-compare--status (scim-error-message condition))
  (force-mode-line-update)
  (message "%s" scim-compare--status))

(defun scim-compare-stop ()
  "Stop the comparison in progress."
  (interactive nil scim-compare-mode scim-compare-diff-mode)
  (unless scim-compare--handle
    (user-error "Nothing is in progress"))
  (scim-rpc-cancel scim-compare--handle))

(defun scim-compare-quit ()
  "Stop the comparison in progress, or else quit as usual."
  (interactive nil scim-compare-mode scim-compare-diff-mode)
  (if scim-compare--handle
      (scim-compare-stop)
    (keyboard-quit)))

;;;; Two resources

(defun scim-compare--show-diff (answer)
  "Show ANSWER, how two resources differ."
  (let ((inhibit-read-only t)
        (diff (scim-rpc-text (plist-get answer :diff))))
    (erase-buffer)
    (insert (if (string-empty-p diff)
                (format "%s\n%s\nThere is no difference.\n"
                        (plist-get (plist-get answer :a) :title)
                        (plist-get (plist-get answer :b) :title))
              diff))
    (set-buffer-modified-p nil)
    (goto-char (point-min))))

(defun scim-compare-refresh (&rest _)
  "Read both resources again."
  (scim-compare--ask scim-protocol-compare-resources scim-compare--params
                     #'scim-compare--show-diff))

(defun scim-compare-toggle-server-set ()
  "Show or hide what only the service can set, as `id' and `meta'."
  (interactive nil scim-compare-diff-mode)
  (let ((hidden (not (eq (plist-get scim-compare--params :hideServerSet)
                         :json-false))))
    (setq scim-compare--params
          (plist-put (copy-sequence scim-compare--params) :hideServerSet
                     (if hidden :json-false t)))
    (scim-compare-refresh)))

(defun scim-compare--diff-header ()
  "Return the header line of a difference."
  (concat " "
          (or scim-compare--status
              (let ((differing (append (plist-get scim-compare--answer :differing)
                                       nil)))
                (if differing
                    (concat "Differing: "
                            (mapconcat (lambda (path)
                                         (car (last (split-string path ":"))))
                                       differing ", "))
                  "No difference")))
          (substitute-command-keys
           (concat "  \\<scim-compare-diff-mode-map>"
                   "\\[scim-compare-toggle-server-set] "
                   (if (eq (plist-get scim-compare--params :hideServerSet)
                           :json-false)
                       "hide" "show")
                   " id and meta, \\[scim-compare-ediff-here] Ediff"))))

;;;###autoload
(defun scim-compare-resources (type id-a id-b &optional tenant-a tenant-b)
  "Show how the resources ID-A and ID-B of TYPE differ, and return the buffer.
TENANT-A and TENANT-B are their tenants, by default that of this buffer.
Interactively, ask for both by name; with a prefix argument for their
tenants too.
See Info node `(scim)Comparing'."
  (interactive (scim-compare--read-resources))
  (let ((tenant-a (or tenant-a scim-tenant))
        (tenant-b (or tenant-b tenant-a scim-tenant))
        (directory default-directory))
    (with-current-buffer
        (scim-workspace-buffer
         (format "*SCIM difference: %s %s %s*" type id-a id-b) (scim-rpc-root))
      (setq default-directory directory)
      (unless (derived-mode-p 'scim-compare-diff-mode)
        (scim-compare-diff-mode))
      (setq-local scim-tenant tenant-a)
      (setq scim-rpc-action (or scim-rpc-action (scim-rpc-new-action "compare"))
            scim-compare--params
            (list :type type :a (scim-compare--side id-a tenant-a)
                  :b (scim-compare--side id-b tenant-b) :hideServerSet t))
      (scim-compare-refresh)
      (pop-to-buffer (current-buffer))
      (current-buffer))))

(defun scim-compare--ediff-side (side)
  "Return a buffer with the text of SIDE of an answer, a plist."
  (let ((text (scim-rpc-text (plist-get side :text))))
    (with-current-buffer
        (get-buffer-create (format "*SCIM: %s*" (plist-get side :title)))
      (let ((inhibit-read-only t))
        (erase-buffer)
        (insert text)
        (goto-char (point-min)))
      (special-mode)
      (setq-local font-lock-defaults '(scim-ui-json-keywords t))
      (current-buffer))))

(defun scim-compare--ediff (answer)
  "Compare the two resources of ANSWER in Ediff."
  (require 'ediff)
  (ediff-buffers (scim-compare--ediff-side (plist-get answer :a))
                 (scim-compare--ediff-side (plist-get answer :b))))

(defun scim-compare-ediff-here ()
  "Compare the two resources of this buffer in Ediff."
  (interactive nil scim-compare-diff-mode)
  (scim-rpc-request-async
   scim-protocol-compare-resources scim-compare--params
   :success #'scim-compare--ediff :error #'scim-compare--failed))

;;;###autoload
(defun scim-compare-ediff (type id-a id-b &optional tenant-a tenant-b)
  "Compare the resources ID-A and ID-B of TYPE in Ediff.
TENANT-A, TENANT-B and what is asked for are as for
`scim-compare-resources'."
  (interactive (scim-compare--read-resources))
  (scim-rpc-request-async
   scim-protocol-compare-resources
   (list :type type :a (scim-compare--side id-a (or tenant-a scim-tenant))
         :b (scim-compare--side id-b (or tenant-b tenant-a scim-tenant)))
   :success #'scim-compare--ediff
   :error (lambda (condition) (message "%s" (scim-error-message condition)))))

;;;; Two tenants

(defconst scim-compare--columns
  '((:name "Matched by" :width 44) (:name " " :width 2) (:name "Difference" :width 0))
  "Columns of the table of two tenants.")

(defun scim-compare--show-tenants (answer)
  "Show ANSWER, how two tenants differ."
  (let* ((pairs (plist-get answer :pairs))
         (ids (vconcat (mapcar #'number-to-string
                               (number-sequence 1 (length pairs)))))
         (here (scim-table-id)))
    (clrhash scim-compare--pairs)
    (seq-mapn (lambda (id pair) (puthash id pair scim-compare--pairs)) ids pairs)
    (scim-table-clear)
    (scim-table-append (scim-rpc-text (plist-get answer :rows)) ids)
    (scim-table-set-note
     (concat (if (zerop (length pairs)) "There is no difference.\n" "")
             (mapconcat (lambda (warning) (concat "! " warning "\n"))
                        (plist-get answer :warnings) "")))
    (goto-char (point-min))
    (when here
      (scim-table-goto here))
    (message "%s" (plist-get answer :summary))))

(defun scim-compare--count (side)
  "Return how many resources SIDE of the answer has, and whether that is all."
  (let ((complete (equal (plist-get side :completeness) "complete")))
    (concat (format "%s: %d" (plist-get side :tenant) (plist-get side :count))
            (if complete ""
              (scim-ui-face (format " (%s)" (plist-get side :completeness))
                            'scim-warning)))))

(defun scim-compare--header ()
  "Return the header line of the table of two tenants."
  (concat " "
          (or scim-compare--status
              (and scim-compare--answer
                   (concat (scim-compare--count (plist-get scim-compare--answer :a))
                           "  "
                           (scim-compare--count (plist-get scim-compare--answer :b))
                           "  "
                           (plist-get scim-compare--answer :summary)))
              "")))

(defun scim-compare-tenants-refresh (&rest _)
  "Read both tenants again."
  (scim-compare--ask scim-protocol-compare-tenants scim-compare--params
                     #'scim-compare--show-tenants))

(defun scim-compare-show ()
  "Show how the two resources of the row at point differ."
  (interactive nil scim-compare-mode)
  (let* ((pair (gethash (scim-table-id-here) scim-compare--pairs))
         (a (plist-get pair :a)) (b (plist-get pair :b)))
    (if (and a b)
        (scim-compare-resources (plist-get scim-compare--params :type) a b
                                (plist-get scim-compare--params :a)
                                (plist-get scim-compare--params :b))
      (scim-compare-visit))))

(declare-function scim-edit-resource "scim-edit")

(defun scim-compare-visit (&optional second)
  "Open the resource of the row at point, that of the first tenant if there is.
With a prefix argument SECOND, open that of the second."
  (interactive "P" scim-compare-mode)
  (let* ((pair (gethash (scim-table-id-here) scim-compare--pairs))
         (first (and (not second) (plist-get pair :a)))
         (id (or first (plist-get pair :b) (plist-get pair :a))))
    (require 'scim-edit)
    (scim-edit-resource (plist-get scim-compare--params :type) id
                        (plist-get scim-compare--params
                                   (if (equal id (plist-get pair :a)) :a :b)))))

(defun scim-compare-export (file)
  "Write the table to FILE.
It is CSV or JSON if the name of FILE says so, and Markdown otherwise."
  (interactive (list (read-file-name "Export to: " nil nil nil "differences.csv"))
               scim-compare-mode)
  (let ((file (scim-ui-new-file file)))
        (scim-rpc-request-async
     scim-protocol-action-report (scim-compare--report-params file)
     :success (lambda (answer)
                (scim-rpc-save-text (plist-get answer :text) file)
                (message "Wrote %s" (abbreviate-file-name file)))
     :error (lambda (condition) (message "%s" (scim-error-message condition))))))

(defun scim-compare--report-params (file)
  "Return what the bridge needs to write this table to FILE."
  (list :title (format "%s of %s and %s" (plist-get scim-compare--params :type)
                       (plist-get scim-compare--params :a)
                       (plist-get scim-compare--params :b))
        :notes (vconcat (list (plist-get scim-compare--answer :summary))
                        (plist-get scim-compare--answer :warnings))
        :columns (vector (plist-get scim-compare--answer :match) "kind" "difference")
        :rows (scim-rpc-text-ref (buffer-substring-no-properties
                                  (point-min) (point-max)))
        :format (scim-action-report-format file)))

(defun scim-compare--read-match (type tenant)
  "Ask by which attribute resources of TYPE of TENANT are matched."
  (let* ((choices (scim-action-read-choices type tenant))
         (paths (mapcar (lambda (attribute) (plist-get attribute :path))
                        (plist-get choices :attributes)))
         (usual (seq-find (lambda (path) (member path paths))
                          '("userName" "displayName" "externalId"))))
    (completing-read (format "Match by (default %s): " usual)
                     paths nil t nil nil usual)))

(defun scim-compare--read-tenants ()
  "Ask for two tenants and more; return arguments of `scim-compare-tenants'."
  (let* ((a (scim-tenant-read "Compare tenant: "))
         (b (scim-tenant-read (format "Compare %s with tenant: " a) nil a))
         (type (scim-lookup-read-type "Type: " a))
         (match (scim-compare--read-match type a))
         (attributes (completing-read-multiple
                      "Attributes to compare (RET: all that can be set): "
                      (mapcar (lambda (attribute) (plist-get attribute :path))
                              (plist-get (scim-action-read-choices type a)
                                         :attributes)))))
    (list a b type match (remove "" attributes))))

;;;###autoload
(defun scim-compare-tenants (a b type match &optional attributes)
  "Show how the resources of TYPE of the tenants A and B differ.
They are matched by MATCH, the path of an attribute such as userName.
ATTRIBUTES are the paths that are compared, a list; nil means all that a
client can set.  Return the buffer.  A list that is not complete never
makes a resource missing there.
See Info node `(scim)Comparing'."
  (interactive (scim-compare--read-tenants))
  (let ((directory default-directory))
    (with-current-buffer
        (scim-workspace-buffer
         (format "*SCIM comparison: %s of %s and %s*" type a b) (scim-rpc-root))
      (setq default-directory directory)
      (unless (derived-mode-p 'scim-compare-mode)
        (scim-compare-mode))
      (setq-local scim-tenant a)
      (setq scim-rpc-action (or scim-rpc-action (scim-rpc-new-action "compare"))
            scim-compare--params
            (append (list :type type :a a :b b :match match)
                    (and attributes (list :attributes (vconcat attributes)))))
      (scim-compare-tenants-refresh)
      (pop-to-buffer (current-buffer))
      (current-buffer))))

;;;; Modes

(defvar scim-compare-diff-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "i") #'scim-compare-toggle-server-set)
    (define-key map (kbd "e") #'scim-compare-ediff-here)
    (define-key map (kbd "g") #'revert-buffer)
    (define-key map (kbd "q") #'quit-window)
    (define-key map (kbd "n") #'diff-hunk-next)
    (define-key map (kbd "p") #'diff-hunk-prev)
    (define-key map (kbd "l") #'scim-log-of-action)
    (define-key map (kbd "C-c C-k") #'scim-compare-stop)
    (define-key map [remap keyboard-quit] #'scim-compare-quit)
    map)
  "Keymap of `scim-compare-diff-mode'.")

(scim-menu-define
 'scim-compare-diff-mode scim-compare-diff-mode-map "SCIM-Difference" "?"
 '("Difference"
   ("Show or hide id and meta" scim-compare-toggle-server-set)
   ("Ediff" scim-compare-ediff-here)
   ("Read again" revert-buffer)
   ("Next difference" diff-hunk-next)
   ("Previous difference" diff-hunk-prev)
   ("Stop reading" scim-compare-stop)
   ("Log of these requests" scim-log-of-action)))

(define-derived-mode scim-compare-diff-mode diff-mode "SCIM-Difference"
  "Major mode for the difference of two resources.

\\{scim-compare-diff-mode-map}"
  :interactive nil
  (setq header-line-format '(:eval (scim-ui-literally
                                    (scim-compare--diff-header)))
        buffer-read-only t)
  ;; There are no files behind it.
  (setq-local revert-buffer-function #'scim-compare-refresh
              diff-refine nil
              minor-mode-overriding-map-alist nil
              mode-line-process '((:eval (scim-tenant-indicator))))
  (scim-menu-setup))

(defvar scim-compare-mode-map
  (let ((map (make-sparse-keymap)))
    (set-keymap-parent map scim-table-mode-map)
    (define-key map (kbd "RET") #'scim-compare-show)
    (define-key map (kbd "o") #'scim-compare-visit)
    (define-key map (kbd "E") #'scim-compare-export)
    (define-key map (kbd "C-c C-k") #'scim-compare-stop)
    (define-key map [remap keyboard-quit] #'scim-compare-quit)
    (define-key map (kbd "l") #'scim-log-of-action)
    map)
  "Keymap of `scim-compare-mode'.")

(scim-menu-define
 'scim-compare-mode scim-compare-mode-map "SCIM-Comparison" "?"
 '("Comparison"
   ("Difference" scim-compare-show :context t)
   ("Resource" scim-compare-visit :context t)
   ("Export..." scim-compare-export)
   ("Read again" revert-buffer :key "g")
   ("Stop" scim-compare-stop :key "C-k")
   ("Log of these requests" scim-log-of-action))
 scim-table-menu-group)

(define-derived-mode scim-compare-mode scim-table-mode "SCIM-Comparison"
  "Major mode for how the resources of two tenants differ.

\\{scim-compare-mode-map}"
  :interactive nil
  (scim-table-set-columns scim-compare--columns)
  (setq scim-compare--pairs (make-hash-table :test #'equal)
        header-line-format '(:eval (scim-ui-literally (scim-compare--header))))
  (setq-local revert-buffer-function #'scim-compare-tenants-refresh
              mode-line-process '((:eval (scim-tenant-indicator))))
  (scim-menu-setup))

(provide 'scim-compare)
;;; scim-compare.el ends here
