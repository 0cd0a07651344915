;;; scim-demo.el --- A SCIM server and a request file to try -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; `scim-demo' copies the demo workspace to a directory of its own, starts a
;; mock server for it, and opens its request file.  The server ends with Emacs,
;; or with `scim-demo-stop'.

;;; Code:

(require 'scim-request)
(require 'scim-rpc)

(defconst scim-demo--directory
  (expand-file-name "demo" (file-name-directory (or load-file-name buffer-file-name)))
  "Directory with the files of the demo workspace.")

(defvar scim-demo--server nil
  "Process of the mock server, or nil.")

(defun scim-demo--token ()
  "Return a random bearer token."
  (secure-hash 'sha256 (format "%s%s%s" (random t) (float-time) (emacs-pid))))

(defun scim-demo--await-url (process)
  "Return the URL that the mock server PROCESS prints when it is ready."
  (with-current-buffer (process-buffer process)
    (while (and (process-live-p process)
                (not (save-excursion (goto-char (point-min))
                                     (search-forward "\n" nil t))))
      (accept-process-output process 0.1))
    (goto-char (point-min))
    (if (re-search-forward "\"url\":\"\\([^\"]+\\)\"" nil t)
        (match-string 1)
      (user-error "The mock server did not start: %s"
                  (string-trim (buffer-string))))))

(defun scim-demo--start-server ()
  "Start the mock server and return its URL.
Its token is in the environment variable SCIM_AUTH_TOKEN, where the
workspace looks for it."
  (setenv "SCIM_AUTH_TOKEN" (scim-demo--token))
  (setq scim-demo--server
        (make-process
         :name "scim-demo-server"
         :buffer (generate-new-buffer " *scim demo server*")
         :command (append (scim-bridge-program)
                          '("mock" "--users" "250" "--groups" "12"
                            "--token-variable" "SCIM_AUTH_TOKEN"
                            "--json" "--until-stdin-closes"))
         :connection-type 'pipe
         :noquery t))
  (let ((url (scim-demo--await-url scim-demo--server)))
    (setenv "SCIM_API_BASE_URL" url)
    url))

(defun scim-demo--copy-workspace ()
  "Copy the demo workspace to a new directory and return that directory."
  (let ((directory (file-name-as-directory (make-temp-file "scim-demo-" t))))
    (dolist (file '("demo.scim" "scim.yaml") directory)
      (copy-file (expand-file-name file scim-demo--directory)
                 (expand-file-name file directory))
      (set-file-modes (expand-file-name file directory) #o600))))

;;;###autoload
(defun scim-demo ()
  "Open a request file to try, with a mock SCIM server running for it."
  (interactive)
  (scim-demo-stop)
  (let ((url (scim-demo--start-server)))
    (find-file (expand-file-name "demo.scim" (scim-demo--copy-workspace)))
    (goto-char (point-min))
    (scim-request-next)
    (message "A SCIM server with 250 users runs at %s.  Type C-c C-c to send the request at point"
             url)))

(defun scim-demo-stop ()
  "Stop the mock server of `scim-demo'."
  (interactive)
  (when scim-demo--server
    (let ((buffer (process-buffer scim-demo--server)))
      (delete-process scim-demo--server)
      (when (buffer-live-p buffer) (kill-buffer buffer)))
    (setq scim-demo--server nil)))

(provide 'scim-demo)
;;; scim-demo.el ends here
