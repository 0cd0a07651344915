;;; scim-response-history.el --- Earlier answers to a request -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The last answers to each request of a file, kept in the buffer of the
;; file.  A response buffer walks through them, and compares two: the
;; bridge tells the difference.

;;; Code:

(require 'diff-mode)
(require 'seq)
(require 'subr-x)
(require 'scim-error)
(require 'scim-menu)
(require 'scim-protocol)
(require 'scim-response)
(require 'scim-rpc)
(require 'scim-ui)

;;;; Customization

(defcustom scim-response-history-length 10
  "How many answers to each request of a file are kept."
  :type 'natnum
  :group 'scim-request
  :safe #'natnump
  :package-version '(scim . "0.1.0"))

(defcustom scim-response-history-size 20000000
  "How many characters of bodies are kept for each request of a file.
The last answer is kept in any case."
  :type 'natnum
  :group 'scim-request
  :safe #'natnump
  :package-version '(scim . "0.1.0"))

(defcustom scim-response-diff-normalised nil
  "Non-nil means that differences leave out what differs each time.
These are dates, versions, and the order of members and of values."
  :type 'boolean
  :group 'scim-request
  :safe #'booleanp
  :package-version '(scim . "0.1.0"))

;;;; Internal variables

;; Belongs to the buffer of a request file.
(defvar-local scim-response-history--all nil
  "Alist from the name of a request to its answers, the newest first.
Each is a plist with :result, :body, :tenant, :time and :id.")

(defvar scim-response-history--last-id 0
  "Number of the last answer.")

;;;; In the buffer of the file

(defun scim-response-history-of (name)
  "Return the answers to the request NAME of this file, the newest first."
  (cdr (assoc name scim-response-history--all)))

(defun scim-response-history-clear ()
  "Forget the answers to the requests of this file."
  (setq scim-response-history--all nil))

(defun scim-response-history-add (result body tenant)
  "Keep RESULT with the text BODY, an answer of TENANT, in this buffer."
  (let* ((name (plist-get result :name))
         (entry (list :result result :body body :tenant tenant
                      :time (current-time)
                      :id (setq scim-response-history--last-id
                                (1+ scim-response-history--last-id)))))
    (setf (alist-get name scim-response-history--all nil nil #'equal)
          (scim-response-history--bounded
           (cons entry (scim-response-history-of name))))))

(defun scim-response-history--bounded (entries)
  "Return the newest of ENTRIES, as many as may be kept."
  (let ((size 0) kept)
    (seq-do-indexed
     (lambda (entry index)
       (setq size (+ size (length (plist-get entry :body))))
       (when (or (= index 0)
                 (and (< index scim-response-history-length)
                      (= index (length kept))
                      (<= size scim-response-history-size)))
         (push entry kept)))
     entries)
    (nreverse kept)))

;;;; In a response buffer

(defun scim-response-history--entries ()
  "Return the answers to the request of this response buffer."
  (when (buffer-live-p scim-response--origin)
    (let ((name (plist-get scim-response--result :name)))
      (with-current-buffer scim-response--origin
        (scim-response-history-of name)))))

(defun scim-response-history--index ()
  "Return which of the answers is shown, the newest being 0, or nil."
  (seq-position (scim-response-history--entries) scim-response--result
                (lambda (entry result) (eq (plist-get entry :result) result))))

(defun scim-response-history-position ()
  "Return number and time of the answer that is shown, or nil if it is alone."
  (when-let* ((entries (scim-response-history--entries))
              (index (scim-response-history--index)))
    (when (cdr entries)
      (scim-ui-face (scim-response-history--label (nth index entries) entries)
                    'scim-dimmed))))

(defun scim-response-history--label (entry entries)
  "Return number and time of ENTRY, one of ENTRIES."
  (format "%d/%d %s"
          (- (length entries) (seq-position entries entry #'eq))
          (length entries)
          (format-time-string "%H:%M:%S" (plist-get entry :time))))

(defun scim-response-history--move (count)
  "Show the answer that is older by COUNT, or newer when it is negative."
  (let* ((entries (scim-response-history--entries))
         (index (+ count (or (scim-response-history--index) 0)))
         (entry (and (>= index 0) (nth index entries))))
    (unless entry
      (user-error (if (> count 0) "No older answer" "No newer answer")))
    (setq scim-response--result (plist-get entry :result)
          scim-response--body (plist-get entry :body)
          scim-response--tenant (plist-get entry :tenant)
          scim-response--highlighted
          (scim-response--highlight-p (plist-get entry :result)
                                      (plist-get entry :body)))
    (scim-response--render)))

(defun scim-response-older (&optional count)
  "Show the answer before this one to the same request, COUNT back."
  (interactive "p" scim-response-mode)
  (scim-response-history--move (or count 1)))

(defun scim-response-newer (&optional count)
  "Show the answer after this one to the same request, COUNT on."
  (interactive "p" scim-response-mode)
  (scim-response-history--move (- (or count 1))))

;;;; Differences

(defun scim-response-history--told (entry entries)
  "Return ENTRY, one of ENTRIES, as the bridge wants it."
  (let* ((result (plist-get entry :result))
         (response (plist-get result :response)))
    (list :label (format "%s %s" (plist-get result :name)
                         (scim-response-history--label entry entries))
          :status (format "%d %s" (plist-get response :status)
                          (plist-get response :reason))
          :headers (plist-get response :headers)
          :body (scim-rpc-text-ref (plist-get entry :body)))))

(defun scim-response-history--compare (one other)
  "Show the difference of the answers ONE and OTHER of this buffer."
  (let* ((entries (scim-response-history--entries))
         (older (if (< (plist-get one :id) (plist-get other :id)) one other))
         (newer (if (eq older one) other one)))
    (scim-response-history--ask (plist-get scim-response--result :name)
                                older newer entries
                                scim-response-diff-normalised)))

(defun scim-response-history--ask (name older newer entries normalised)
  "Show how the answers OLDER and NEWER to the request NAME differ.
They are of ENTRIES.  NORMALISED says whether dates, versions and the
order of members are left out."
  (scim-rpc-request-async
   scim-protocol-request-diff
   (list :older (scim-response-history--told older entries)
         :newer (scim-response-history--told newer entries)
         :normalised (if normalised t :json-false))
   :success (lambda (answer)
              (scim-response-history--show-diff
               name (scim-rpc-text (plist-get answer :diff))
               (list name older newer entries normalised)))))

(defvar-local scim-response-diff--asked nil
  "Arguments of `scim-response-history--ask' for this buffer.")

(defvar scim-response-diff-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "t") #'scim-response-diff-toggle)
    (define-key map (kbd "q") #'quit-window)
    map)
  "Keymap of `scim-response-diff-mode'.")

(scim-menu-define
 'scim-response-diff-mode scim-response-diff-mode-map "SCIM-Diff" "?"
 '("Difference"
   ("With or without what always differs" scim-response-diff-toggle)
   ("Next change" diff-hunk-next)
   ("Previous change" diff-hunk-prev)
   ("Bury" quit-window)))

(define-derived-mode scim-response-diff-mode diff-mode "SCIM-Diff"
  "Major mode for the difference of two answers.

\\{scim-response-diff-mode-map}"
  :interactive nil
  (setq buffer-read-only t)
  (scim-menu-setup)
  (setq-local bidi-paragraph-direction 'left-to-right))

(defun scim-response-history--show-diff (name diff asked)
  "Show DIFF, of two answers to the request NAME; ASKED is how it was asked for."
  (with-current-buffer (get-buffer-create
                        (format "*SCIM difference: %s*" name))
    (let ((inhibit-read-only t)
          (normalised (nth 4 asked)))
      (erase-buffer)
      (insert (if (string-empty-p diff)
                  (format "The answers are equal%s.\n"
                          (if normalised " but for dates, versions and order"
                            ""))
                diff))
      (scim-response-diff-mode)
      (setq scim-response-diff--asked asked
            header-line-format
            (if normalised
                " Without dates, versions and order; t shows everything"
              " t leaves out dates, versions and order")))
    (goto-char (point-min))
    (display-buffer (current-buffer))))

(defun scim-response-diff-toggle ()
  "Leave out dates, versions and order, or show everything again."
  (interactive nil scim-response-diff-mode)
  (pcase-let ((`(,name ,older ,newer ,entries ,normalised)
               scim-response-diff--asked))
    (scim-response-history--ask name older newer entries (not normalised))))

(defun scim-response-history--current ()
  "Return the answer that is shown, or signal a `user-error'."
  (or (when-let ((index (scim-response-history--index)))
        (nth index (scim-response-history--entries)))
      (user-error "This answer is not kept")))

(defun scim-response-diff ()
  "Show how this answer differs from the one before it."
  (interactive nil scim-response-mode)
  (let ((current (scim-response-history--current))
        (index (scim-response-history--index)))
    (scim-response-history--compare
     current
     (or (nth (1+ index) (scim-response-history--entries))
         (user-error "There is no earlier answer to this request")))))

(defun scim-response-diff-with (entry)
  "Show how this answer differs from ENTRY, another one to the same request."
  (interactive (list (scim-response-history--read)) scim-response-mode)
  (scim-response-history--compare (scim-response-history--current) entry))

(defun scim-response-history--read ()
  "Ask for another answer to the request of this buffer."
  (let* ((entries (scim-response-history--entries))
         (current (scim-response-history--current))
         (choices (mapcar (lambda (entry)
                            (cons (scim-response-history--choice entry entries)
                                  entry))
                          (remq current entries))))
    (unless choices
      (user-error "There is no other answer to this request"))
    (scim-ui-choose "Compare with" choices)))

(defun scim-response-history--choice (entry entries)
  "Return how ENTRY, one of ENTRIES, is called when it can be chosen."
  (let ((response (plist-get (plist-get entry :result) :response)))
    (format "%s  %d %s  %s" (scim-response-history--label entry entries)
            (plist-get response :status) (plist-get response :reason)
            (scim-ui-bytes (plist-get response :bytes)))))

(provide 'scim-response-history)
;;; scim-response-history.el ends here
