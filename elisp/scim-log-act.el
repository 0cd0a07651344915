;;; scim-log-act.el --- What can be done with a SCIM exchange -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Commands of the log about the exchange at point.  Headers and bodies
;; are with the bridge, which keeps the latest exchanges: they are asked
;; for when they are needed, without waiting.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'scim-error)
(require 'scim-log-store)
(require 'scim-log-view)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-ui)

(defvar scim-tenant)
(declare-function scim-request-mode "scim-request")
(autoload 'scim-visit "scim-visit")
(autoload 'diff-no-select "diff")

;;;; Asking the bridge

(cl-defun scim-log--ask (method exchange success &key more error)
  "Ask METHOD of the bridge of EXCHANGE about it; call SUCCESS with the answer.
MORE are further params.  ERROR is called with the condition when it
fails; unless given, that is told to the person."
  (scim-rpc-request-async
   method (append (scim-log-reference exchange) more)
   :root (plist-get exchange :root)
   :success success
   :error (or error
              (lambda (condition)
                (message "%s" (scim-error-message condition))))))

;;;; Details

(defun scim-log--detail-end ()
  "Return where the detail below this line ends; nil when it is folded."
  (let ((start (line-beginning-position 2)))
    (and (< start (point-max))
         (get-text-property start 'scim-log-detail)
         (next-single-property-change start 'scim-log-detail nil (point-max)))))

(defun scim-log--put-detail (exchange text)
  "Show TEXT below the line of EXCHANGE, at point, in place of what is there."
  (let ((inhibit-read-only t)
        (end (scim-log--detail-end)))
    (save-excursion
      (forward-line)
      (when end
        (delete-region (point) end))
      (insert (propertize (concat (replace-regexp-in-string
                                   "^\\(?:.\\)" "    \\&"
                                   (string-trim-right text))
                                  "\n\n")
                          'scim-log-exchange exchange 'scim-log-detail t))
      (setq end (point)))
    (when (and (eq (window-buffer) (current-buffer))
               (not (pos-visible-in-window-p end)))
      (recenter 1))))

(defun scim-log--replace-detail (exchange text)
  "Show TEXT below the line of EXCHANGE, if that is still unfolded."
  (save-excursion
    (when-let ((start (scim-log--position (plist-get exchange :number))))
      (goto-char start)
      (when (scim-log--detail-end)
        (scim-log--put-detail exchange text)))))

(defun scim-log-toggle ()
  "Show or hide the headers and bodies of the exchange at point."
  (interactive)
  (let ((exchange (scim-log--exchange-at-point)))
    (scim-log--goto-line)
    (if-let ((end (scim-log--detail-end)))
        (let ((inhibit-read-only t))
          (delete-region (line-beginning-position 2) end))
      (scim-log--unfold exchange))))

(defun scim-log--unfold (exchange)
  "Show the headers and bodies of EXCHANGE, at point, as soon as they come."
  (scim-log--put-detail exchange "…")
  (scim-log--ask
   scim-protocol-trace-detail exchange
   (lambda (answer)
     (scim-log--replace-detail exchange
                               (scim-rpc-text (plist-get answer :text))))
   :error (lambda (condition)
            (scim-log--replace-detail
             exchange (concat "! " (scim-error-message condition))))))

(defun scim-log-fold-all ()
  "Hide the headers and bodies of all exchanges."
  (interactive)
  (let ((inhibit-read-only t) (position (point-min)))
    (scim-log--goto-line)
    (save-excursion
      (while (setq position (text-property-any position (point-max)
                                               'scim-log-detail t))
        (delete-region position
                       (next-single-property-change
                        position 'scim-log-detail nil (point-max)))))))

;;;; Copying

(defun scim-log-copy-curl ()
  "Copy the exchange at point as a curl command, secrets as shell variables."
  (interactive)
  (scim-log--ask scim-protocol-trace-curl (scim-log--exchange-at-point)
                 (lambda (answer)
                   (scim-ui-copy (scim-rpc-text (plist-get answer :curl))
                                 "the curl command"))))

(defun scim-log-copy ()
  "Copy the exchange at point: its detail when unfolded, else its path."
  (interactive)
  (let ((exchange (scim-log--exchange-at-point)))
    (save-excursion
      (scim-log--goto-line)
      (if-let ((end (scim-log--detail-end)))
          (scim-ui-copy (replace-regexp-in-string
                         "^    " ""
                         (buffer-substring-no-properties
                          (line-beginning-position 2) end))
                        "request and answer")
        (scim-ui-copy (plist-get exchange :path) "the path")))))

;;;; Sending again

(defun scim-log-resend ()
  "Send the request of the exchange at point again, exactly.
The credential is that of the tenant at the moment.  The person is asked
before something is written.  The new exchange is shown unfolded."
  (interactive)
  (let ((exchange (scim-log--exchange-at-point)))
    (when (and (scim-log-write-p exchange)
               (not (y-or-n-p (scim-log--question exchange))))
      (user-error "Not sent"))
    (message "Sending %s again…" (plist-get exchange :method))
    (let ((root (plist-get exchange :root)))
      (scim-log--ask scim-protocol-trace-resend exchange
                     (lambda (answer) (scim-log--resent root answer))
                     :more `( ,@(scim-log--resend-tenant exchange)
                              ,@(and scim-log--action
                                     (list :action scim-log--action)))))))

(defun scim-log--resend-tenant (exchange)
  "Return the param that names where EXCHANGE is sent again, if not as before.
What is of an archive goes to the tenant that the person chooses."
  (when (plist-get exchange :archive)
    (list :tenant (scim-log-read-tenant "Send it to tenant: "))))

(defun scim-log-read-tenant (prompt)
  "Ask with PROMPT for a tenant of this workspace, and return its name."
  (let* ((answer (scim-error-as-user-error
                   (scim-rpc-request scim-protocol-tenants nil)))
         (names (mapcar (lambda (tenant) (plist-get tenant :name))
                        (plist-get answer :tenants))))
    (scim-ui-choose prompt names (plist-get answer :defaultTenant))))

(defun scim-log--question (exchange)
  "Return the question that is asked before EXCHANGE is sent again."
  (format "Send %s %s to %s again? " (plist-get exchange :method)
          (plist-get exchange :path) (plist-get exchange :tenant)))

(defun scim-log--resent (root answer)
  "Show the exchange of ANSWER, by the bridge of ROOT, unfolded."
  (scim-log-flush)
  (let ((new (seq-find (lambda (exchange)
                         (and (eql (plist-get answer :id)
                                   (plist-get exchange :id))
                              (equal root (plist-get exchange :root))))
                       (reverse (scim-log-kept)))))
    (if-let ((start (and new (scim-log--position (plist-get new :number)))))
        (progn
          (goto-char start)
          (when-let ((window (get-buffer-window nil t)))
            (set-window-point window start))
          (unless (scim-log--detail-end)
            (scim-log--unfold new))
          (message "Answered with %s" (plist-get answer :status)))
      (message "Answered with %s, which is not shown here"
               (plist-get answer :status)))))

;;;; Going elsewhere

(defun scim-log-as-request ()
  "Make a request file of the exchange at point, to change and send it."
  (interactive)
  (let ((exchange (scim-log--exchange-at-point)))
    (scim-log--ask scim-protocol-trace-request exchange
                   (lambda (answer)
                     (scim-log--show-request
                      exchange (scim-rpc-text (plist-get answer :text)))
                     (when-let ((warnings (append (plist-get answer :warnings)
                                                  nil)))
                       (message "%s" (string-join warnings "\n")))))))

(defun scim-log--show-request (exchange text)
  "Show TEXT, a request file made of EXCHANGE, in a new buffer."
  (let ((buffer (generate-new-buffer "*SCIM request*")))
    (with-current-buffer buffer
      (when-let ((root (plist-get exchange :root)))
        (setq default-directory root))
      (insert text)
      (goto-char (point-min))
      (require 'scim-request)
      (scim-request-mode)
      (unless (plist-get exchange :archive)
        (setq-local scim-tenant (plist-get exchange :tenant)))
      (set-buffer-modified-p nil))
    (pop-to-buffer buffer)))

(defun scim-log-visit ()
  "Show the resource that the exchange at point is about."
  (interactive)
  (let ((exchange (scim-log--exchange-at-point)))
    (when (plist-get exchange :archive)
      (user-error "This exchange is of a file; its resource may be another's"))
    (let ((default-directory (or (plist-get exchange :root) default-directory)))
      (scim-visit (or (plist-get exchange :resource)
                      (user-error "This exchange is not about one resource"))))))

;;;; Marks

(defun scim-log--redraw-line (exchange)
  "Write the line of EXCHANGE, at point, anew."
  (let ((inhibit-read-only t))
    (beginning-of-line)
    (save-excursion
      (delete-region (point) (line-beginning-position 2))
      (insert (scim-log--line exchange)))))

(defun scim-log-mark ()
  "Mark or unmark the exchange at point, and go on to the next.
What is marked can be compared, by \\[scim-log-diff], and saved."
  (interactive)
  (let* ((exchange (scim-log--exchange-at-point))
         (number (plist-get exchange :number)))
    (scim-log--goto-line)
    (setq scim-log--marked (if (memql number scim-log--marked)
                               (delq number scim-log--marked)
                             (cons number scim-log--marked)))
    (scim-log--redraw-line exchange)
    (let ((end (scim-log--detail-end)))
      (goto-char (or end (line-beginning-position 2))))))

(defun scim-log-unmark-all ()
  "Unmark all exchanges."
  (interactive)
  (let ((numbers scim-log--marked))
    (setq scim-log--marked nil)
    (save-excursion
      (dolist (number numbers)
        (when-let ((start (scim-log--position number)))
          (goto-char start)
          (scim-log--redraw-line (scim-log--exchange-at-point)))))))

(defun scim-log--marked-exchanges ()
  "Return the exchanges that are marked, the oldest first."
  (seq-filter (lambda (exchange)
                (memql (plist-get exchange :number) scim-log--marked))
              (scim-log--exchanges)))

(defun scim-log-diff ()
  "Show how two marked exchanges differ, the older one first.
When one is marked, it is compared with the one at point."
  (interactive)
  (let ((marked (scim-log--marked-exchanges)))
    (when (= 1 (length marked))
      (setq marked (sort (delete-dups
                          (cons (scim-log--exchange-at-point)
                                (copy-sequence marked)))
                         (lambda (a b) (< (plist-get a :number)
                                          (plist-get b :number))))))
    (unless (= 2 (length marked))
      (user-error "Mark two exchanges with m; %d are marked" (length marked)))
    (scim-log--collect-details marked #'scim-log--show-diff)))

(defun scim-log--collect-details (exchanges function)
  "Call FUNCTION with the details of EXCHANGES, a list of texts."
  (let ((texts (make-vector (length exchanges) nil)))
    (seq-do-indexed
     (lambda (exchange index)
       (scim-log--ask scim-protocol-trace-detail exchange
                      (lambda (answer)
                        (aset texts index
                              (scim-rpc-text (plist-get answer :text)))
                        (unless (seq-some #'null texts)
                          (apply function (append texts nil))))))
     exchanges)))

(defun scim-log--show-diff (old new)
  "Show how the texts OLD and NEW differ."
  (let ((old-buffer (generate-new-buffer "*SCIM older exchange*"))
        (new-buffer (generate-new-buffer "*SCIM newer exchange*")))
    (unwind-protect
        (progn
          (with-current-buffer old-buffer (insert old))
          (with-current-buffer new-buffer (insert new))
          (display-buffer (diff-no-select old-buffer new-buffer "-U1000" t
                                          (get-buffer-create
                                           "*SCIM exchanges differ*"))))
      (kill-buffer old-buffer)
      (kill-buffer new-buffer))))

(provide 'scim-log-act)
;;; scim-log-act.el ends here
