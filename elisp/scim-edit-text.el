;;; scim-edit-text.el --- The text of a resource that is edited -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; What a buffer of `scim-edit-mode' holds: the text, what was read from
;; the server (the base) with its version, and what only the server
;; sets, which is dimmed and protected.  The bridge keeps nothing of it,
;; so nothing is lost when it ends.
;;
;; Base and version belong to the text: whoever undoes a merge with the
;; changes of others is back at what was read before it.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'scim-api)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-text)
(require 'scim-ui)

;;;; Internal variables

(defvar-local scim-edit--type nil
  "Resource type of this buffer.")

(defvar-local scim-edit--id nil
  "Id of the resource of this buffer, or nil when it does not exist.")

(defvar-local scim-edit--title nil
  "What a person calls the resource of this buffer.")

(defvar-local scim-edit--base ""
  "Text of the resource as the server has it, as far as is known.")

(defvar-local scim-edit--etag nil
  "Version that the base was read with, or nil.")

(defvar-local scim-edit--large nil
  "What the text leaves out: a list of plists with :attribute and :count.")

(defvar-local scim-edit--compared nil
  "Tick of the text and base that were compared last, and whether they differ.")

(defvar-local scim-edit--loaded nil
  "Non-nil when the text has come.")

(defvar-local scim-edit--changes nil
  "What the bridge told about the changes, a plist with :tick, or nil.")

(defvar-local scim-edit--protection t
  "Non-nil when what only the server sets is protected.")

(defvar-local scim-edit--timer nil
  "Timer that asks what has changed, or nil.")

(defvar scim-edit--changing nil
  "Non-nil while a command, not the person, changes the text.")

(defvar-local scim-edit--members nil
  "Non-nil when resources of this type have members.")

(defvar scim-edit-state-functions nil
  "Functions that keep something about the text that undo is to restore.
Each is called with no argument to get it, and with what it returned to
put it back.")

;;;; Text

(defun scim-edit--text ()
  "Return the whole text of this buffer."
  (save-restriction
    (widen)
    (buffer-substring-no-properties (point-min) (point-max))))

(defun scim-edit-modified-p ()
  "Does the text of this buffer differ from what the server has?"
  (and scim-edit--loaded
       (let ((now (list (buffer-chars-modified-tick) scim-edit--base)))
         ;; The header line asks for each key that is pressed.
         (unless (and (eql (car now) (car scim-edit--compared))
                      (eq scim-edit--base (nth 1 scim-edit--compared)))
           (setq scim-edit--compared
                 (append now (list (not (scim-edit--same-p))))))
         (nth 2 scim-edit--compared))))

(defun scim-edit--same-p ()
  "Is the text of this buffer the base, but for white space at the end?"
  (save-excursion
    (save-restriction
      (widen)
      (let ((base scim-edit--base) (length (length scim-edit--base)))
        (while (and (> length 0)
                    (memq (aref base (1- length)) '(?\s ?\t ?\n ?\r)))
          (setq length (1- length)))
        (goto-char (point-max))
        (skip-chars-backward " \t\n\r")
        (and (= length (- (point) (point-min)))
             (let ((text (buffer-substring-no-properties (point-min) (point))))
               (eq t (compare-strings base 0 length text nil nil))))))))

(defun scim-edit--set-text (text)
  "Make TEXT the text of this buffer, and keep point and undo."
  (let ((inhibit-read-only t)
        (scim-edit--changing t)
        (case-fold-search nil)
        (before buffer-undo-list)
        (target (current-buffer)))
    (with-temp-buffer
      (insert text)
      (unless (bolp) (insert "\n"))
      (let ((source (current-buffer)))
        (with-current-buffer target
          (save-restriction
            (widen)
            (scim-edit--replace (point-min) (point-max) source 1
                                (with-current-buffer source (point-max)))))))
    (scim-edit--join-undo before)))

;; `replace-buffer-contents' begins with a boundary.
(defun scim-edit--join-undo (before)
  "Have one undo take back all that was done after BEFORE, an undo list."
  (unless (eq buffer-undo-list t)
    (let ((rest buffer-undo-list) entries)
      (while (and rest (not (eq rest before)))
        (when (car rest)
          (push (car rest) entries))
        (setq rest (cdr rest)))
      (when (eq rest before)
        (setq buffer-undo-list (nconc (nreverse entries) before))))))

(defconst scim-edit--small 20000
  "Characters whose differences Emacs finds without being noticed.")

;; In long texts, Emacs takes too long to look for the least that differs.
(defun scim-edit--replace (start end source from to)
  "Put what SOURCE, a buffer, has between FROM and TO between START and END.
What both begin or end with, or have in the middle, stays as it is."
  (let* ((head (scim-edit--common start end source from to))
         (start (+ start head))
         (from (+ from head))
         (tail (scim-edit--common-end start end source from to))
         (end (- end tail))
         (to (- to tail))
         (anchor (scim-edit--anchor start end source from to)))
    (cond (anchor
           (pcase-let ((`(,old ,new ,length) anchor))
             (scim-edit--replace (+ old length) end source (+ new length) to)
             (scim-edit--replace start old source from new)))
          ((and (= start end) (= from to)))
          (t (scim-edit--replace-plainly start end source from to)))))

(defun scim-edit--replace-plainly (start end source from to)
  "Put what SOURCE has between FROM and TO between START and END."
  (let ((seconds (if (< (+ (- end start) (- to from)) (* 2 scim-edit--small))
                     0.3
                   0.05)))
    (with-current-buffer source
      (narrow-to-region from to))
    ;; Narrowing would move point.
    (save-excursion
      (save-restriction
        (narrow-to-region start end)
        (replace-buffer-contents source seconds)))
    (with-current-buffer source
      (widen))))

(defun scim-edit--common (start end source from to)
  "Return how many characters begin both START to END, and SOURCE's FROM to TO."
  (scim-edit--equal-length
   (compare-buffer-substrings nil start end source from to)
   (min (- end start) (- to from))))

(defun scim-edit--equal-length (compared most)
  "Return how many of at most MOST characters are equal, as was COMPARED."
  (if (zerop compared) most (1- (abs compared))))

(defun scim-edit--common-end (start end source from to)
  "Return how many characters end both START to END, and SOURCE's FROM to TO."
  (let ((low 0) (high (min (- end start) (- to from))))
    (while (< low high)
      (let ((middle (/ (+ low high 1) 2)))
        (if (zerop (compare-buffer-substrings nil (- end middle) (- end low)
                                              source (- to middle) (- to low)))
            (setq low middle)
          (setq high (1- middle)))))
    low))

(defun scim-edit--anchor (start end source from to)
  "Return a long piece that START to END and SOURCE's FROM to TO share, or nil.
It is a list of where it begins here and there, and its length."
  (when (and (> (- end start) scim-edit--small) (> (- to from) scim-edit--small))
    (let* ((middle (/ (+ start end) 2))
           (sample (buffer-substring-no-properties middle (+ middle 200)))
           (found (with-current-buffer source
                    (save-excursion
                      (goto-char from)
                      (when (search-forward sample to t)
                        (prog1 (match-beginning 0)
                          ;; One that is there twice tells nothing.
                          (when (search-forward sample to t)
                            (setq sample nil))))))))
      (when (and found sample)
        (let ((back (scim-edit--common-end start middle source from found)))
          (list (- middle back) (- found back)
                (+ back (scim-edit--common middle end source found to))))))))

(defun scim-edit--position (place)
  "Return the position in this buffer that PLACE, a plist from the bridge, means."
  (save-excursion
    (save-restriction
      (widen)
      (goto-char (point-min))
      (forward-line (plist-get place :line))
      (min (+ (point) (plist-get place :character)) (line-end-position)))))

;;;; What the server has

(defun scim-edit--state ()
  "Return what undo is to restore beside the text."
  (list scim-edit--base scim-edit--etag
        (mapcar #'funcall scim-edit-state-functions)))

(defun scim-edit--restore (state)
  "Make STATE, a value of `scim-edit--state', that of this buffer again."
  (let ((now (scim-edit--state)))
    (setq scim-edit--base (nth 0 state)
          scim-edit--etag (nth 1 state))
    (seq-mapn #'funcall scim-edit-state-functions (nth 2 state))
    (scim-edit--note-for-undo now)))

(defun scim-edit--note-for-undo (state)
  "Have undo restore STATE."
  (unless (eq buffer-undo-list t)
    (push (list 'apply #'scim-edit--restore state) buffer-undo-list)))

(defun scim-edit--rebase (base etag text)
  "From now on the server has BASE with version ETAG; show TEXT.
Undo brings the text back together with what was read before."
  (let ((state (scim-edit--state)))
    (undo-boundary)
    (scim-edit--set-text text)
    (setq scim-edit--base base
          scim-edit--etag etag)
    (scim-edit--note-for-undo state)
    (undo-boundary)))

;;;; Protection

(defun scim-edit--protected ()
  "Return the overlays on what is protected."
  (save-restriction
    (widen)
    (seq-filter (lambda (overlay) (overlay-get overlay 'scim-edit-reason))
                (overlays-in (point-min) (point-max)))))

(defun scim-edit--protect (ranges)
  "Dim and protect RANGES of the text, as the bridge told them."
  (mapc #'delete-overlay (scim-edit--protected))
  (seq-doseq (range ranges)
    ;; An overlay: undo and refreshing, which may change the text, would
    ;; stumble over text properties.
    (let ((overlay (make-overlay
                    (scim-edit--position (plist-get range :start))
                    (scim-edit--position (plist-get range :end))
                    nil t nil))
          (reason (concat (plist-get range :path) " "
                          (plist-get range :reason))))
      (overlay-put overlay 'scim-edit-reason reason)
      (overlay-put overlay 'help-echo reason)
      (overlay-put overlay 'face 'scim-dimmed)
      (overlay-put overlay 'modification-hooks '(scim-edit--refuse)))))

(defun scim-edit--refuse (overlay after &rest _)
  "Refuse a change of the text in OVERLAY, unless it is made (AFTER) already."
  (unless (or after inhibit-read-only undo-in-progress scim-edit--changing
              (not scim-edit--protection))
    (user-error "%s" (substitute-command-keys
                      (format "%s; \\<scim-edit-mode-map>\
\\[scim-edit-toggle-protection] lifts the protection"
                              (overlay-get overlay 'scim-edit-reason))))))

(defun scim-edit-toggle-protection ()
  "Protect what is up to the server, or let it be changed.
What was changed of it is not sent."
  (interactive nil scim-edit-mode)
  (setq scim-edit--protection (not scim-edit--protection))
  (message (if scim-edit--protection
               "What only the server sets is protected"
             "Everything can be changed; what only the server sets is not sent")))

;;;; What has changed

(defun scim-edit--params ()
  "Return the params of a request about the text of this buffer."
  (list :tenant scim-tenant :type scim-edit--type :id scim-edit--id
        :base (scim-rpc-text-ref scim-edit--base)
        :text (scim-rpc-text-ref (scim-edit--text))
        :etag scim-edit--etag
        :leftOut (vconcat (mapcar (lambda (large) (plist-get large :attribute))
                                  scim-edit--large))))

(defun scim-edit--ask-changes (buffer)
  "Ask the bridge, if it is there, how the text of BUFFER differs."
  (when (buffer-live-p buffer)
    (with-current-buffer buffer
      (setq scim-edit--timer nil)
      (when (and scim-edit--loaded (scim-rpc-ready-p (scim-rpc-root)))
        (let ((tick (buffer-chars-modified-tick)))
          (scim-rpc-request-async
           scim-protocol-edit-changes (scim-edit--params)
           :success (lambda (changes)
                      (when (buffer-live-p buffer)
                        (scim-edit--show-changes tick changes)))
           ;; Nobody has asked for anything.
           :error #'ignore))))))

(defun scim-edit--show-changes (tick told)
  "Show what was TOLD about the text of TICK, if that is still the text."
  (when (eql tick (buffer-chars-modified-tick))
    (setq scim-edit--changes (append (list :tick tick) told))
    (when (plist-member told :protected)
      (scim-edit--protect (plist-get told :protected)))
    (force-mode-line-update)))

(defun scim-edit--changed (&rest _)
  "Note that the text has changed."
  (unless (or scim-edit--timer noninteractive)
    (setq scim-edit--timer
          (run-with-idle-timer 0.4 nil #'scim-edit--ask-changes
                               (current-buffer)))))

;;;; Layout

(defun scim-edit-indent-line ()
  "Indent the current line by its depth in brackets."
  (let* ((depth (car (save-excursion (syntax-ppss (line-beginning-position)))))
         (closing (save-excursion (back-to-indentation)
                                  (looking-at-p "[]}]")))
         (column (* 2 (max 0 (if closing (1- depth) depth)))))
    (if (<= (current-column) (current-indentation))
        (indent-line-to column)
      (save-excursion (indent-line-to column)))))

(defvar scim-edit-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?\\ "\\" table)
    (modify-syntax-entry ?_ "_" table)
    (modify-syntax-entry ?- "_" table)
    (modify-syntax-entry ?$ "_" table)
    (modify-syntax-entry ?' "." table)
    table)
  "Syntax table of `scim-edit-mode'.")

(defun scim-edit--imenu ()
  "Return an index of the attributes of the resource for imenu."
  (let (index)
    (save-excursion
      (goto-char (point-min))
      (while (re-search-forward "^  \"\\([^\"\n]+\\)\"[ \t]*:" nil t)
        (push (cons (match-string-no-properties 1) (match-beginning 1)) index)))
    (nreverse index)))

(provide 'scim-edit-text)
;;; scim-edit-text.el ends here
