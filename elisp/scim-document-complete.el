;;; scim-document-complete.el --- Completion by the SCIM bridge -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; What the bridge says that can stand at point, for `completion-at-point'.
;; Candidates are labels, such as the name of a person whose id is inserted,
;; so that the text in the buffer and a candidate need not begin alike: the
;; bridge tells what each is found by, and a completion style of our own
;; takes that as it is.  When a candidate was chosen, the edits that belong
;; to it take its place.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'scim-document)

;;;; The style

(add-to-list 'completion-styles-alist
             '(scim-document scim-document--style-try scim-document--style-all
                             "What the SCIM bridge found for the text."))

(add-to-list 'completion-category-defaults
             '(scim-document (styles scim-document)))

(defun scim-document--style-try (string table predicate _point)
  "Complete STRING from TABLE with PREDICATE, as completion styles do."
  (let ((result (try-completion string table predicate)))
    (if (stringp result) (cons result (length result)) result)))

(defun scim-document--style-all (string table predicate _point)
  "Return what STRING can become by TABLE with PREDICATE."
  (all-completions string table predicate))

;;;; What the bridge says

(defun scim-document--ask ()
  "Return what the bridge answers about what can stand at point, or nil."
  (ignore-error scim-error
    (scim-rpc-request scim-protocol-text-document-completion
                      (scim-document--here)
                      :root (plist-get scim-document--opened :root)
                      :progress nil)))

(defun scim-document--insertion (item)
  "Return the text that ITEM, of a completion, puts into the buffer."
  (or (plist-get (plist-get item :textEdit) :newText)
      (plist-get item :insertText)
      (plist-get item :label)))

(defun scim-document--item-start (items)
  "Return where the text begins that ITEMS, of a completion, replace."
  (if-let ((range (plist-get (plist-get (car items) :textEdit) :range)))
      (scim-document--position (plist-get range :start))
    (save-excursion
      (skip-chars-backward "[:alnum:]_.$:/-" (line-beginning-position))
      (point))))

(defun scim-document--candidate (item)
  "Return the candidate for ITEM, of a completion."
  (propertize (plist-get item :label) 'scim-document-item item))

(defun scim-document--found ()
  "Ask what can stand at point; return a plist, or nil when nothing can.
Its keys are :start, :typed (the text from there to point), :open
\(non-nil when more typing may find others) and :candidates."
  (save-restriction
    (widen)
    (when-let* ((answer (scim-document--ask))
                (items (append (if (vectorp answer) answer
                                 (plist-get answer :items))
                               nil))
                (start (scim-document--item-start items)))
      (list :start start
            :typed (buffer-substring-no-properties start (point))
            :open (and (listp answer)
                       (eq (plist-get answer :isIncomplete) t))
            :candidates (mapcar #'scim-document--candidate items)))))

;;;; Completion at point

;;;###autoload
(defun scim-document-complete ()
  "Complete the text at point, for `completion-at-point-functions'."
  (if (not (scim-document--sync))
      (ignore (scim-document--start-unasked))
    (when-let* ((found (scim-document--found)))
      (list (plist-get found :start) (point)
            (scim-document--table found (current-buffer))
            :exclusive 'no
            :annotation-function #'scim-document--annotation
            :company-doc-buffer #'scim-document--doc-buffer
            :company-deprecated #'scim-document--deprecated-p
            :exit-function (lambda (candidate status)
                             (scim-document--inserted found candidate
                                                      status))))))

(defun scim-document--table (found buffer)
  "Return a completion table of what FOUND has, for BUFFER.
FOUND changes when something else has been typed and the bridge must be
asked once more."
  (lambda (string predicate action)
    (pcase action
      ('metadata '(metadata (category . scim-document)
                            (display-sort-function . identity)
                            (cycle-sort-function . identity)))
      (`(boundaries . ,_) nil)
      (_ (scim-document--refresh found string buffer)
         (let ((matches (scim-document--matches
                         string (if predicate
                                    (seq-filter predicate
                                                (plist-get found :candidates))
                                  (plist-get found :candidates)))))
           (pcase action
             ('nil (scim-document--common string matches))
             ('t matches)
             (_ (and (member string matches) t))))))))

(defun scim-document--refresh (found string buffer)
  "Ask for other candidates of FOUND when STRING is typed in BUFFER by now."
  (when (and (plist-get found :open)
             (not (equal string (plist-get found :typed)))
             (buffer-live-p buffer))
    (with-current-buffer buffer
      (when-let* ((start (plist-get found :start))
                  ((<= start (point) (+ start (length string))))
                  ((equal string (buffer-substring-no-properties
                                  start (point))))
                  ((scim-document--sync))
                  (again (scim-document--found))
                  ((eql start (plist-get again :start))))
        (dolist (key '(:typed :open :candidates))
          (plist-put found key (plist-get again key)))))))

(defun scim-document--matches (string candidates)
  "Return those of CANDIDATES that begin with STRING, or else have it inside."
  (let ((wanted (downcase string)))
    (or (seq-filter
         (lambda (candidate)
           (let ((found-by (plist-get (scim-document--item candidate)
                                      :filterText)))
             (or (string-prefix-p string candidate t)
                 (string-prefix-p string (or found-by "") t))))
         candidates)
        (seq-filter (lambda (candidate)
                      (string-search wanted (downcase candidate)))
                    candidates))))

(defun scim-document--common (string matches)
  "Return what STRING becomes by MATCHES, as `try-completion' does."
  (cond ((null matches) nil)
        ((cdr matches)
         (let* ((completion-ignore-case t)
                (common (try-completion "" matches)))
           (if (and (stringp common)
                    (> (length common) (length string))
                    (string-prefix-p string common t))
               common
             string)))
        ((equal (car matches) string) t)
        ;; Emacs takes the properties from what it inserts.
        (t (substring-no-properties (car matches)))))

;;;; Candidates

(defun scim-document--item (candidate)
  "Return the item that CANDIDATE stands for."
  (get-text-property 0 'scim-document-item candidate))

(defun scim-document--annotation (candidate)
  "Return what to tell beside CANDIDATE."
  (let ((detail (plist-get (scim-document--item candidate) :detail)))
    (concat (and detail (concat "  " detail))
            (and (scim-document--deprecated-p candidate) "  (deprecated)"))))

(defun scim-document--deprecated-p (candidate)
  "Is what CANDIDATE stands for deprecated?"
  (seq-contains-p (plist-get (scim-document--item candidate) :tags) 1))

(defun scim-document--doc-buffer (candidate)
  "Return a buffer with the documentation of CANDIDATE, or nil."
  (when-let ((text (scim-document--plain
                    (plist-get (scim-document--item candidate)
                               :documentation))))
    (with-current-buffer (get-buffer-create " *scim documentation*")
      (erase-buffer)
      (insert text)
      (current-buffer))))

;;;; Insertion

(defun scim-document--inserted (found candidate status)
  "Put what CANDIDATE of FOUND stands for in its place.
STATUS is as for `:exit-function'."
  (when-let* (((memq status '(finished sole)))
              (known (car (member candidate (plist-get found :candidates))))
              (item (scim-document--item known))
              (start (plist-get found :start)))
    ;; The places of ITEM are those of the text for which it was found.
    (delete-region start (+ start (length candidate)))
    (goto-char start)
    (insert (plist-get found :typed))
    (scim-document--apply item start)))

(defun scim-document--apply (item start)
  "Do the edits of ITEM, whose own one begins at START."
  (save-restriction
    (widen)
    (let* ((edit (plist-get item :textEdit))
           (range (plist-get edit :range))
           (from (copy-marker (if range
                                  (scim-document--position
                                   (plist-get range :start))
                                start)
                              t))
           (to (copy-marker (if range
                                (scim-document--position
                                 (plist-get range :end))
                              (point)))))
      (seq-do #'scim-document--edit
              (scim-document--marked (plist-get item :additionalTextEdits)))
      (delete-region from to)
      (set-marker-insertion-type from nil)
      (goto-char from)
      (insert (scim-document--insertion item))
      (when-let ((caret (plist-get (plist-get item :data) :caret)))
        (goto-char (+ from caret))))))

(defun scim-document--marked (edits)
  "Return EDITS, as LSP has them, as lists (START END TEXT) with markers."
  (mapcar (lambda (edit)
            (let ((range (plist-get edit :range)))
              (list (copy-marker (scim-document--position
                                  (plist-get range :start)))
                    (copy-marker (scim-document--position
                                  (plist-get range :end)))
                    (plist-get edit :newText))))
          edits))

(defun scim-document--edit (edit)
  "Do EDIT, a list (START END TEXT)."
  (pcase-let ((`(,start ,end ,text) edit))
    (save-excursion
      (delete-region start end)
      (goto-char start)
      (insert text))))

(provide 'scim-document-complete)
;;; scim-document-complete.el ends here
