;;; scim-tour-service.el --- The service of the guided tour -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The tour has a workspace of its own, in a temporary directory: a copy
;; of the files demo/tour.*, a scim.yaml, and a mock server that ends
;; with the tour, or with Emacs.  Two people have a token for it: the one
;; who makes the tour, and somebody else, who gets in the way.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'scim-api)
(require 'scim-error)
(require 'scim-rpc)

;;;; Internal variables

(defconst scim-tour-service--source
  (expand-file-name "demo" (file-name-directory (or load-file-name buffer-file-name)))
  "Directory with the files that are copied.")

(defconst scim-tour-service--configuration "\
# The tenants of this workspace. Secrets are not written here, only where they are.
default: tour
tenants:
  tour:
    vendor: okta
    profile: { update: { user: patch } }    # the users of this one are changed by PATCH
    baseUrl: %s
    auth: { scheme: bearer, token: file:secrets/you }
  somebody-else:
    extends: tour
    auth: { scheme: bearer, token: file:secrets/somebody-else }
"
  "Text of scim.yaml, with a place for the URL of the service.")

(defvar scim-tour-service-root nil
  "Directory of the workspace of the tour, or nil while there is none.")

(defvar scim-tour-service--process nil
  "Process of the mock server, or nil.")

(defvar scim-tour-service--texts nil
  "Alist from the names of the files that may be changed to their texts.")

;;;; Files

(defun scim-tour-service--file (name)
  "Return the full name of the file NAME of the workspace."
  (expand-file-name name scim-tour-service-root))

(defun scim-tour-service--write (name text)
  "Write the file NAME with TEXT; nobody else on this machine may read it."
  (let ((file (scim-tour-service--file name))
        (coding-system-for-write 'utf-8-unix))
    (make-directory (file-name-directory file) t)
    (with-file-modes #o600
      (write-region text nil file nil 'silent))))

(defun scim-tour-service--read (file)
  "Return the text of FILE."
  (with-temp-buffer
    (let ((coding-system-for-read 'utf-8-unix))
      (insert-file-contents file))
    (buffer-string)))

(defun scim-tour-service--token ()
  "Return a random bearer token."
  (secure-hash 'sha256 (format "%s%s%s" (random t) (float-time) (emacs-pid))))

(defun scim-tour-service--make-files ()
  "Make the workspace, but for its scim.yaml."
  (setq scim-tour-service-root
        (file-name-as-directory (file-truename (make-temp-file "scim-tour-" t)))
        scim-tour-service--texts nil)
  (dolist (name '("secrets/you" "secrets/somebody-else"))
    (scim-tour-service--write name (scim-tour-service--token)))
  (dolist (name '("tour.scim" "tour.scim-mock"))
    (let ((text (scim-tour-service--read
                 (expand-file-name name scim-tour-service--source))))
      (scim-tour-service--write name text)
      (push (cons name text) scim-tour-service--texts))))

(defun scim-tour-service--configure (url)
  "Write the scim.yaml for the service at URL."
  (let ((text (format scim-tour-service--configuration url)))
    (scim-tour-service--write "scim.yaml" text)
    (push (cons "scim.yaml" text) scim-tour-service--texts)))

(defun scim-tour-service--buffer (name)
  "Return the buffer that visits the file NAME of the workspace, or nil."
  (get-file-buffer (scim-tour-service--file name)))

(defun scim-tour-service--changed-p (name text)
  "Has the file NAME, or the buffer that visits it, another text than TEXT?"
  (let ((file (scim-tour-service--file name))
        (buffer (scim-tour-service--buffer name)))
    (or (and buffer (buffer-modified-p buffer))
        (not (and (file-exists-p file)
                  (equal text (scim-tour-service--read file)))))))

(defun scim-tour-service-restore-file (name)
  "Give the file NAME of the workspace the text that it had."
  (scim-tour-service--write name (alist-get name scim-tour-service--texts
                                            nil nil #'equal)))

(defun scim-tour-service-changed-files ()
  "Return the names of files that the person has changed or made."
  (when (and scim-tour-service-root (file-directory-p scim-tour-service-root))
    (append
     (mapcar #'car (seq-filter (pcase-lambda (`(,name . ,text))
                                 (scim-tour-service--changed-p name text))
                               scim-tour-service--texts))
     (seq-difference (directory-files scim-tour-service-root nil "\\`[^.#]" t)
                     (cons "secrets" (mapcar #'car scim-tour-service--texts))))))

;;;; Starting

(defun scim-tour-service-start (ready failed)
  "Start the service, and call READY, without arguments, when it can be used.
FAILED is called with a text that says why it cannot."
  (scim-tour-service--make-files)
  (condition-case err
      (let ((default-directory scim-tour-service-root))
        (setq scim-tour-service--process
              (make-process
               :name "scim-tour-service" :noquery t :connection-type 'pipe
               :coding 'utf-8-unix
               :command (append (scim-bridge-program)
                                '("mock" "tour.scim-mock"
                                  "--json" "--until-stdin-closes"))
               :filter (apply-partially #'scim-tour-service--said ready)
               :sentinel (apply-partially #'scim-tour-service--ended failed)
               :stderr (get-buffer-create " *scim tour service*"))))
    (error (funcall failed (scim-error-message err)))))

(defun scim-tour-service--said (ready process output)
  "Call READY when PROCESS has told its URL, of which OUTPUT is a part."
  (let ((said (concat (process-get process 'said) output)))
    (process-put process 'said said)
    (when (and (not (process-get process 'ready))
               (string-match "\"url\" *: *\"\\([^\"]+\\)\".*\n" said))
      (process-put process 'ready t)
      (scim-tour-service--configure (match-string 1 said))
      ;; Nothing is sent to the bridge from within a filter.
      (run-at-time 0 nil ready))))

(defun scim-tour-service--ended (failed process _event)
  "Call FAILED with why PROCESS has ended, unless it was stopped."
  (when (and (eq process scim-tour-service--process)
             (not (process-live-p process)))
    (setq scim-tour-service--process nil)
    (run-at-time 0 nil failed
                 (concat "The service of the tour has ended: "
                         (with-current-buffer " *scim tour service*"
                           (string-trim (buffer-string)))))))

(defun scim-tour-service-live-p ()
  "Is the service running?"
  (process-live-p scim-tour-service--process))

;;;; Somebody else

(defun scim-tour-service-interfere (type id operations done)
  "Have somebody else apply OPERATIONS to the resource of TYPE with ID.
DONE is called without arguments when that has happened, or has failed."
  (scim-patch type id operations :if-match nil :tenant "somebody-else"
              :root scim-tour-service-root
              :callback (lambda (_resource) (funcall done))
              :errback (lambda (condition)
                         (message "%s" (scim-error-message condition))
                         (funcall done))))

;;;; Ending

(defun scim-tour-service--buffers ()
  "Return the buffers that belong to the workspace of the tour."
  (seq-filter (lambda (buffer)
                (with-current-buffer buffer
                  (and (not (file-remote-p default-directory))
                       (file-in-directory-p default-directory
                                            scim-tour-service-root))))
              (buffer-list)))

(defun scim-tour-service--kill-buffers ()
  "Kill the buffers of the workspace; what is in them is of no use any more."
  (dolist (buffer (scim-tour-service--buffers))
    (when (buffer-live-p buffer)
      (with-current-buffer buffer
        (set-buffer-modified-p nil)
        (setq-local kill-buffer-query-functions nil)
        (let ((kill-buffer-query-functions nil))
          (kill-buffer buffer))))))

(defun scim-tour-service-stop (keep)
  "Stop the service and remove the workspace; with KEEP non-nil, leave its files.
Buffers of the workspace are killed in either case, after saving files
that are kept."
  (let ((process scim-tour-service--process)
        (root scim-tour-service-root))
    (setq scim-tour-service--process nil)
    (when process (delete-process process))
    (when-let ((buffer (get-buffer " *scim tour service*")))
      (let ((kill-buffer-query-functions nil))
        (kill-buffer buffer)))
    (when root
      (when keep
        (dolist (buffer (scim-tour-service--buffers))
          (with-current-buffer buffer
            (when (and buffer-file-name (buffer-modified-p)) (save-buffer)))))
      (scim-rpc-stop root)
      ;; Nobody needs to know that there was one.
      (remhash root scim-rpc--bridges)
      (scim-tour-service--kill-buffers)
      (setq scim-tour-service-root nil)
      (unless keep
        (delete-directory root t)))))

(defun scim-tour-service-leave (keep)
  "End the service and remove the workspace without waiting for anything.
With KEEP non-nil, leave the files of the workspace.  The bridge is told
to end by whoever started it."
  (when scim-tour-service--process
    (delete-process scim-tour-service--process))
  (when (and scim-tour-service-root (not keep))
    (delete-directory scim-tour-service-root t)))

(provide 'scim-tour-service)
;;; scim-tour-service.el ends here
