;;; scim-document-nav.el --- Ways out of texts the bridge knows -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Where a text leads to: definitions, through xref (M-.), the parts of the
;; text, through imenu, and links, as buttons.  What the bridge calls a
;; file is visited as such, and what has a URI of ours through `scim-visit'.

;;; Code:

(require 'button)
(require 'cl-lib)
(require 'imenu)
(require 'xref)
(require 'scim-document)
(require 'scim-visit)

;;;; Faces

(defface scim-document-link '((t :inherit link))
  "Face for the parts of a text that lead to resources."
  :group 'scim
  :package-version '(scim . "0.1.0"))

;;;; Internal variables

(defconst scim-document-nav--max-links 1000
  "Most links of a text that are buttons: those that are nearest to point.")

(defvar-local scim-document-nav--buttons nil
  "The buttons of this buffer: a list of overlays.")

(defvar-local scim-document-nav--own-imenu nil
  "Non-nil when the bridge makes the imenu index of this buffer.")

;;;; Places

(cl-defstruct (scim-document-place (:constructor scim-document-place-new)
                                   (:copier nil))
  "What a URI of ours names, as a location of xref."
  (uri nil :documentation "See `scim-visit'."))

(cl-defmethod xref-location-group ((place scim-document-place))
  "Return under which heading xref lists PLACE."
  (pcase (scim-visit-parse (scim-document-place-uri place))
    (`(,tenant ,kind . ,_) (format "%s of %s" kind tenant))
    (_ "SCIM")))

(cl-defmethod xref-location-marker ((place scim-document-place))
  "Return a marker in the buffer of PLACE; xref chooses its window."
  (let ((buffer (save-window-excursion
                  (scim-visit (scim-document-place-uri place)))))
    (with-current-buffer (if (bufferp buffer) buffer (current-buffer))
      (copy-marker (point)))))

(defun scim-document-nav--title (uri)
  "Return what URI names, for a person."
  (pcase (scim-visit-parse uri)
    (`(,_ "resource" ,type ,id) (format "%s %s" type id))
    (`(,_ "schema" ,urn) urn)
    (`(,_ "schema" ,urn ,path) (format "%s of %s" path urn))
    (`(,_ ,kind ,name . ,_) (format "%s %s" kind name))
    (_ uri)))

(defun scim-document-nav--path (uri)
  "Return the name of the file that URI names, or nil."
  (when (string-prefix-p "file://" uri)
    (decode-coding-string (url-unhex-string (substring uri 7)) 'utf-8)))

(defun scim-document-nav--xref (definition)
  "Return DEFINITION, as LSP has it, as xref has it."
  (let* ((uri (plist-get definition :uri))
         (path (scim-document-nav--path uri))
         (start (plist-get (plist-get definition :range) :start)))
    (cond ((equal uri (plist-get scim-document--opened :uri))
           (xref-make (buffer-name)
                      (xref-make-buffer-location
                       (current-buffer) (scim-document--position start))))
          (path (xref-make (file-name-nondirectory path)
                           (xref-make-file-location
                            path (1+ (plist-get start :line))
                            (plist-get start :character))))
          (t (xref-make (scim-document-nav--title uri)
                        (scim-document-place-new :uri uri))))))

;;;; Definitions

;;;###autoload
(defun scim-document-xref-backend ()
  "Return the backend of xref for buffers that the bridge knows."
  'scim-document)

(cl-defmethod xref-backend-identifier-at-point ((_backend (eql 'scim-document)))
  "Return the word or string at point, which knows its place."
  (let ((text (or (thing-at-point 'symbol t) " ")))
    (propertize text 'scim-document-point (point))))

(cl-defmethod xref-backend-identifier-completion-table
  ((_backend (eql 'scim-document)))
  "Return nothing: what a name means depends on its place."
  nil)

(cl-defmethod xref-backend-definitions ((_backend (eql 'scim-document))
                                        identifier)
  "Return where IDENTIFIER, which stands in this buffer, is defined."
  (let ((place (or (get-text-property 0 'scim-document-point identifier)
                   (point))))
    (save-excursion
      (goto-char place)
      (mapcar #'scim-document-nav--xref
              (scim-document-nav--ask
               scim-protocol-text-document-definition
               #'scim-document--here)))))

(cl-defmethod xref-backend-references ((_backend (eql 'scim-document))
                                       _identifier)
  "Return nothing: the service does not tell who refers to a resource."
  nil)

(cl-defmethod xref-backend-apropos ((_backend (eql 'scim-document)) _pattern)
  "Return nothing: there is no list of all that is defined."
  nil)

(defun scim-document-nav--ask (method params)
  "Return the answer of the bridge to METHOD, a list; somebody waits for it.
PARAMS is called for the params when the bridge knows the text."
  (if (scim-document--sync)
      (append (scim-rpc-request method (funcall params)
                                :root (plist-get scim-document--opened :root)
                                :progress nil)
              nil)
    (scim-document--start)
    (user-error "Starting the bridge; ask again")))

;;;; Imenu

(defun scim-document-nav--document ()
  "Return the params that mean this buffer."
  (list :textDocument (list :uri (plist-get scim-document--opened :uri))))

(defun scim-document-imenu ()
  "Return an index of this buffer, for `imenu-create-index-function'."
  (save-restriction
    (widen)
    (mapcan #'scim-document-nav--entries
            (scim-document-nav--ask
             scim-protocol-text-document-document-symbol
             #'scim-document-nav--document))))

(defun scim-document-nav--entries (symbol)
  "Return the entries of imenu for SYMBOL, as LSP has it.
What has parts is a menu, in which it comes first itself."
  (let* ((name (plist-get symbol :name))
         (start (scim-document--position
                 (plist-get (plist-get symbol :range) :start)))
         (own (cons name (copy-marker start)))
         (children (append (plist-get symbol :children) nil)))
    (if children
        (list (cons name (cons own (mapcan #'scim-document-nav--entries
                                           children))))
      (list own))))

;;;; Links

(define-button-type 'scim-document-link
  'face 'scim-document-link
  'follow-link t
  'action #'scim-document-nav--follow)

(defun scim-document-nav--visit (uri)
  "Show what URI names, a file or something of ours, and return its buffer."
  (if-let ((path (scim-document-nav--path uri)))
      (pop-to-buffer (find-file-noselect path))
    (scim-visit uri)))

(defun scim-document-nav--follow (button)
  "Go where BUTTON leads."
  (scim-document-nav--visit (button-get button 'scim-document-target)))

(defun scim-document-follow-link ()
  "Go to the resource that the text at point leads to."
  (interactive)
  (let ((button (button-at (point))))
    (if-let ((target (and button (button-get button 'scim-document-target))))
        (scim-document-nav--visit target)
      (scim-document-nav--visit
       (or (seq-find (lambda (uri) (string-match-p "\\`scim:/[^/]*/resource/" uri))
                     (mapcar (lambda (each) (plist-get each :uri))
                             (scim-document-nav--ask
                              scim-protocol-text-document-definition
                              #'scim-document--here)))
           (user-error "There is no link at point"))))))

(defun scim-document-nav--refresh ()
  "Ask for the links of this buffer, and show them when they come."
  (when scim-document--opened
    (let ((version (plist-get scim-document--opened :version)))
      (scim-rpc-request-async
       scim-protocol-text-document-document-link (scim-document-nav--document)
       :root (plist-get scim-document--opened :root)
       :success (lambda (links)
                  ;; Links of a text that has changed since are somewhere else.
                  (when (eql version (buffer-chars-modified-tick))
                    (scim-document-nav--show links)))
       ;; Nobody has asked for anything, so nobody is told of a failure.
       :error #'ignore))))

(defun scim-document-nav--show (links)
  "Make buttons of LINKS, a vector, as LSP has them."
  (scim-document-nav--clear)
  (save-restriction
    (widen)
    (seq-doseq (link (scim-document-nav--near links))
      (let ((range (plist-get link :range)))
        (push (make-button
               (scim-document--position (plist-get range :start))
               (scim-document--position (plist-get range :end))
               'type 'scim-document-link
               'help-echo (plist-get link :tooltip)
               'scim-document-target (plist-get link :target))
              scim-document-nav--buttons)))))

(defun scim-document-nav--near (links)
  "Return those of LINKS, a vector in the order of the text, near point."
  (let ((size (length links)))
    (if (<= size scim-document-nav--max-links)
        links
      (let* ((line (1- (line-number-at-pos nil t)))
             (before (seq-count
                      (lambda (link)
                        (< (plist-get (plist-get (plist-get link :range) :start)
                                      :line)
                           line))
                      links))
             (start (max 0 (min (- before (/ scim-document-nav--max-links 2))
                                (- size scim-document-nav--max-links)))))
        (seq-subseq links start (+ start scim-document-nav--max-links))))))

(defun scim-document-nav--clear ()
  "Remove the buttons of this buffer."
  (mapc #'delete-overlay scim-document-nav--buttons)
  (setq scim-document-nav--buttons nil))

;;;; For scim-document.el

(defun scim-document-nav-setup ()
  "Give this buffer links, and an imenu index unless its mode has one."
  (add-hook 'scim-document-published-hook #'scim-document-nav--refresh nil t)
  (when (and (not imenu-generic-expression)
             (eq imenu-create-index-function
                 (default-value 'imenu-create-index-function)))
    (setq scim-document-nav--own-imenu t)
    (setq-local imenu-create-index-function #'scim-document-imenu)))

(defun scim-document-nav-stop ()
  "Take what `scim-document-nav-setup' gave from this buffer."
  (remove-hook 'scim-document-published-hook #'scim-document-nav--refresh t)
  (scim-document-nav--clear)
  (when scim-document-nav--own-imenu
    (setq scim-document-nav--own-imenu nil)
    (kill-local-variable 'imenu-create-index-function)))

(provide 'scim-document-nav)
;;; scim-document-nav.el ends here
