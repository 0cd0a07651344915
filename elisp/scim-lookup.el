;;; scim-lookup.el --- Read resources by name in the minibuffer -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; `scim-lookup-read' asks for a resource by what people call it.  The
;; bridge is asked while the person types; it knows which filters the
;; service understands and puts the best matches first.  What it finds is
;; shown as it comes: people are found by their mail address too, which
;; is not in their name, so no completion style may take anything away.
;;
;; The table works with every user interface of completion that calls it
;; again for each input.  Typing on and `C-g' end a request that is under
;; way, in the bridge too.

;;; Code:

(require 'cl-lib)
(require 'seq)
(require 'subr-x)
(require 'scim-api)
(require 'scim-error)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-ui)
(require 'scim-visit)

;;;; Customization

(defcustom scim-lookup-limit 50
  "Number of resources that are shown at most while one is asked for."
  :type '(integer :tag "Resources")
  :group 'scim-browse
  :package-version '(scim . "0.1.0")
  :safe #'natnump)

;;;; Internal variables

(defvar scim-lookup-history nil
  "What was typed to find resources.")

(cl-defstruct (scim-lookup--session (:constructor scim-lookup--session-make)
                                    (:copier nil))
  "What is known while one resource is asked for.
PARAMS go with each request to the bridge of ROOT.  FOUND has a list of
labels for each text that was asked about, RESOURCES the plist of each
label, LABELS the label of each type and id."
  params root
  (found (make-hash-table :test #'equal))
  (resources (make-hash-table :test #'equal))
  (labels (make-hash-table :test #'equal)))

(defvar-local scim-lookup--session nil
  "In a minibuffer: what is known while one resource is asked for, or nil.")

;;;; Asking

(defun scim-lookup--request (session text)
  "Ask the bridge for the resources of SESSION for TEXT; return their labels.
Signal a `scim-error' when that fails."
  (let ((answer (scim-rpc-request
                 scim-protocol-lookup-find
                 `(:text ,text ,@(scim-lookup--session-params session))
                 :root (scim-lookup--session-root session) :progress nil)))
    (puthash text
             (mapcar (lambda (resource) (scim-lookup--label session resource))
                     (plist-get answer :found))
             (scim-lookup--session-found session))))

(defun scim-lookup--labels (session text)
  "Return the labels of the resources of SESSION that match TEXT.
An error is shown and taken for nothing: it must not end the input."
  (let ((known (gethash text (scim-lookup--session-found session) 'unknown)))
    (cond ((not (eq known 'unknown)) known)
          ;; What was chosen need not be looked for.
          ((gethash text (scim-lookup--session-resources session)) (list text))
          (t (condition-case err
                 (scim-lookup--request session text)
               (scim-cancelled nil)
               (scim-error
                (message "SCIM: %s" (scim-error-message err))
                nil))))))

(defun scim-lookup--label (session resource)
  "Return the text by which RESOURCE, a plist, is chosen in SESSION.
It is the name; of several resources with one name, the others tell what
they differ in."
  (let* ((key (list (plist-get resource :type) (plist-get resource :id)))
         (name (string-trim (replace-regexp-in-string
                             "[[:cntrl:]]+" " " (plist-get resource :name))))
         (taken (scim-lookup--session-resources session)))
    (or (gethash key (scim-lookup--session-labels session))
        (let ((label (seq-find
                      (lambda (label) (not (gethash label taken)))
                      (list name
                            (format "%s <%s>" name (plist-get resource :detail))
                            (format "%s <%s %s>" name (plist-get resource :type)
                                    (plist-get resource :id))))))
          (puthash label resource taken)
          (puthash key label (scim-lookup--session-labels session))))))

;;;; Completion

;; A style of our own, as eglot has for symbols of a language server.  Some
;; user interfaces forget the defaults of categories, so that it is also
;; set in the minibuffer of each reading.
(add-to-list 'completion-styles-alist
             '(scim-lookup scim-lookup--try scim-lookup--all
                           "Everything that a SCIM service finds."))
(add-to-list 'completion-category-defaults
             '(scim-resource (styles scim-lookup)))

(defun scim-lookup--all (string table predicate &optional _point)
  "Return the candidates of TABLE for the whole STRING and PREDICATE."
  (all-completions string table predicate))

(defun scim-lookup--try (string table predicate point)
  "Complete STRING, with POINT in it, by TABLE and PREDICATE."
  (let ((all (all-completions string table predicate))
        (completion-ignore-case t))
    (cond ((null all) nil)
          ((and (null (cdr all)) (equal (car all) string)) t)
          ((null (cdr all)) (cons (car all) (length (car all))))
          ((member string all) (cons string point))
          ((let ((common (try-completion string all)))
             (and (stringp common)
                  (> (length common) (length string))
                  (seq-every-p (lambda (each) (string-prefix-p string each t)) all)
                  (cons common (length common)))))
          (t (cons string point)))))

(defun scim-lookup--table (session)
  "Return the completion table of SESSION, which asks for each text."
  (lambda (string predicate action)
    (pcase action
      ('metadata `(metadata (category . scim-resource)
                            (affixation-function
                             . ,(apply-partially #'scim-lookup--affixes session))
                            (annotation-function
                             . ,(apply-partially #'scim-lookup--annotation session))
                            ;; The best come first already.
                            (display-sort-function . identity)
                            (cycle-sort-function . identity)))
      (`(boundaries . ,_) nil)
      ('lambda (and (gethash string (scim-lookup--session-resources session)) t))
      ('t (seq-filter (or predicate #'identity)
                      (scim-lookup--labels session string)))
      ('nil (let ((all (scim-lookup--labels session string)))
              (cond ((null all) nil)
                    ((and (null (cdr all)) (equal (car all) string)) t)
                    ((null (cdr all)) (car all))
                    (t string)))))))

(defun scim-lookup--annotation (session label)
  "Return what to tell beside LABEL of SESSION."
  (if-let ((resource (gethash (substring-no-properties label)
                              (scim-lookup--session-resources session))))
      (concat "  " (scim-ui-face (scim-lookup--describe session resource)
                                 'completions-annotations))
    ""))

(defun scim-lookup--describe (session resource)
  "Return the detail of RESOURCE, its type if SESSION has several, and its id."
  (string-join
   (seq-remove #'string-empty-p
               (list (plist-get resource :detail)
                     (if (= 1 (length (plist-get (scim-lookup--session-params session)
                                                 :types)))
                         ""
                       (plist-get resource :type))
                     (plist-get resource :id)))
   "  "))

(defun scim-lookup--affixes (session labels)
  "Return LABELS of SESSION with what stands beside them, in a column."
  (let ((width (apply #'max 0 (mapcar #'string-width labels))))
    (mapcar (lambda (label)
              (list label ""
                    (concat (make-string (- (min width 40)
                                            (min 40 width (string-width label)))
                                         ?\s)
                            (scim-lookup--annotation session label))))
            labels)))

;;;; Reading

(defun scim-lookup--session-for (types tenant)
  "Return a session for resources of TYPES of TENANT, in this buffer.
The first resources are asked for at once: what a person must be asked
beforehand is asked here, and not while something is typed.  A yes to
that counts for the whole reading, which only reads."
  (let* ((types (vconcat (ensure-list types)))
         (to (append (when-let ((tenant (or tenant scim-tenant)))
                       (list :tenant tenant))
                     (when scim-rpc-action
                       (list :action scim-rpc-action))
                     (list :types types :limit scim-lookup-limit)))
         (session (scim-lookup--session-make :params to :root (scim-rpc-root))))
    (scim-error-as-user-error
      (scim-lookup--request session ""))
    (setf (scim-lookup--session-params session) `(:confirmed t ,@to))
    session))

(defun scim-lookup--read (session prompt &optional initial)
  "Ask with PROMPT for a resource of SESSION; return its plist or nil.
INITIAL is what is in the minibuffer at first."
  (let* ((label (minibuffer-with-setup-hook
                    (:append
                     (lambda ()
                       (setq-local scim-lookup--session session
                                   completion-ignore-case t
                                   completion-category-overrides
                                   (cons '(scim-resource (styles scim-lookup))
                                         completion-category-overrides))))
                  (completing-read prompt (scim-lookup--table session) nil t
                                   initial 'scim-lookup-history))))
    (gethash (substring-no-properties label)
             (scim-lookup--session-resources session))))

;;;###autoload
(defun scim-lookup-read (prompt types &optional tenant)
  "Ask with PROMPT for a resource of TYPES by name; return a plist.
Its keys are :type, :id and :name.  TYPES is the name of a resource type
or a list of them; nil means all types of the service.  TENANT is the
tenant, by default that of this buffer."
  (or (scim-lookup--chosen
       (scim-lookup--read (scim-lookup--session-for types tenant) prompt))
      (user-error "Nothing was chosen")))

;;;###autoload
(defun scim-lookup-read-several (prompt types &optional tenant)
  "Ask with PROMPT for resources of TYPES until nothing is typed.
Return a list of plists as `scim-lookup-read' does, each resource once;
TYPES and TENANT are as there."
  (let ((session (scim-lookup--session-for types tenant))
        (chosen nil) next)
    (while (setq next (scim-lookup--chosen
                       (scim-lookup--read
                        session (scim-lookup--prompt-after prompt chosen))))
      (cl-pushnew next chosen :test #'equal))
    (nreverse chosen)))

(defun scim-lookup--prompt-after (prompt chosen)
  "Return PROMPT with what was CHOSEN already, a list, newest first."
  (if (null chosen)
      prompt
    (format "%s(%d: …%s; RET when done) " prompt (length chosen)
            (truncate-string-to-width (plist-get (car chosen) :name) 30 nil nil "…"))))

(defun scim-lookup--chosen (resource)
  "Return of RESOURCE, a plist from the bridge or nil, what callers get."
  (and resource
       (list :type (plist-get resource :type) :id (plist-get resource :id)
             :name (plist-get resource :name))))

;; For scim-embark.el.
(defun scim-lookup-uri (label)
  "Return the URI of the resource with LABEL, a candidate of the minibuffer.
The part of the tenant is empty when that is the default one.  Return
nil when no resource is asked for."
  (when-let* ((window (active-minibuffer-window))
              (session (buffer-local-value 'scim-lookup--session
                                           (window-buffer window)))
              (resource (gethash (substring-no-properties label)
                                 (scim-lookup--session-resources session))))
    (scim-visit-uri (or (plist-get (scim-lookup--session-params session) :tenant)
                        "")
                    "resource" (plist-get resource :type)
                    (plist-get resource :id))))

;;;###autoload
(defun scim-lookup-read-type (prompt &optional tenant)
  "Ask with PROMPT for a resource type of TENANT and return its name."
  (let* ((tenant (or tenant scim-tenant))
         (answer (scim-error-as-user-error
                   (scim-rpc-request scim-protocol-lookup-types
                                     (and tenant (list :tenant tenant)))))
         (types (append (plist-get answer :types) nil))
         (names (mapcar (lambda (type) (plist-get type :name)) types))
         (completion-extra-properties
          (list :annotation-function
                (apply-partially #'scim-lookup--type-annotation types))))
    (unless names
      (user-error "The service tells of no resource types"))
    (scim-ui-choose prompt names)))

(defun scim-lookup--type-annotation (types name)
  "Return what to tell beside NAME, that of one of TYPES."
  (let ((type (seq-find (lambda (type) (equal (plist-get type :name) name)) types)))
    (concat "  " (plist-get type :endpoint)
            (if (string-empty-p (plist-get type :description))
                ""
              (concat "  " (plist-get type :description))))))

(provide 'scim-lookup)
;;; scim-lookup.el ends here
