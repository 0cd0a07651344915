;;; scim-request-import.el --- Request files and other tools -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Requests of curl, of .http files and of Postman collections become
;; requests of a file, and those of a file a script of curl commands.  The
;; bridge reads and writes them; secrets are left out.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'scim-protocol)
(require 'scim-request)
(require 'scim-request-text)
(require 'scim-rpc)
(require 'scim-tenant)

;;;; Where the requests go

(defun scim-request-import--buffer ()
  "Return the buffer that imported requests go into.
This is the current one, if it is a request file, or a new one."
  (if (derived-mode-p 'scim-request-mode)
      (current-buffer)
    (let ((directory default-directory))
      (with-current-buffer (generate-new-buffer "import.scim")
        (setq default-directory directory)
        (scim-request-mode)
        (current-buffer)))))

(defun scim-request-import--names ()
  "Return the names of the requests in this buffer."
  (delete-dups (mapcar #'car (scim-request--imenu))))

(defun scim-request-import--insert (text)
  "Insert TEXT, of requests, behind the request at point, and go there."
  (widen)
  (goto-char (if (bobp) (point-max) (cdr (scim-request-bounds))))
  (skip-chars-backward " \t\n")
  (delete-region (point) (progn (skip-chars-forward " \t\n") (point)))
  (unless (bobp)
    (insert "\n\n"))
  (let ((start (point)))
    (insert text)
    (unless (eobp)
      (insert "\n"))
    (goto-char start)
    (scim-marks-clear)))

(defun scim-request-import--tenant (tenant)
  "Have this buffer send to TENANT, a name or nil, unless it sends elsewhere.
Return a list of warnings."
  (cond ((or (null tenant) (equal tenant scim-tenant)) nil)
        (scim-tenant
         (list (format "The requests were for tenant %s, and this buffer sends to %s"
                       tenant scim-tenant)))
        (t (unless (equal tenant (plist-get (scim-tenant-info) :name))
             (setq-local scim-tenant tenant)
             (force-mode-line-update))
           nil)))

(defun scim-request-import (format text)
  "Insert the requests in TEXT, which is of FORMAT, a string, into a file.
Return the buffer."
  (let* ((buffer (scim-request-import--buffer))
         (answer
          (scim-error-as-user-error
            (scim-rpc-request
             scim-protocol-request-import
             (list :format format
                   :content (scim-rpc-text-ref text)
                   :taken (vconcat (with-current-buffer buffer
                                     (scim-request-import--names))))))))
    (scim-request-import-show buffer answer)))

(defun scim-request-import-show (buffer answer)
  "Insert the requests in ANSWER, of the bridge, into BUFFER, and return it."
  (pop-to-buffer buffer)
  (scim-request-import--insert (scim-rpc-text (plist-get answer :text)))
  (let ((warnings (append (plist-get answer :warnings)
                          (scim-request-import--tenant
                           (plist-get answer :tenant))
                          nil)))
    (when warnings
      (message "%s" (string-join warnings "\n"))))
  buffer)

;;;; Import

(defun scim-request-import--curl-text ()
  "Return the text with curl commands that is meant, or ask for it."
  (let ((killed (ignore-errors (substring-no-properties (current-kill 0 t)))))
    (cond ((use-region-p)
           (buffer-substring-no-properties (region-beginning) (region-end)))
          ((and killed (string-match-p "\\_<curl\\(?:\\.exe\\)?[ \t\n]" killed))
           killed)
          ;; Such a command mostly has a token in it.
          (t (read-string "curl command: " nil t)))))

;;;###autoload
(defun scim-request-import-curl (text)
  "Insert the curl commands in TEXT as requests.
Interactively, these are in the region, or the last thing copied, or
asked for.  Secrets are left out: they become variables."
  (interactive (list (scim-request-import--curl-text)))
  (scim-request-import "curl" text))

(defun scim-request-import--file-text (file)
  "Return the text of FILE."
  (with-temp-buffer
    (insert-file-contents file)
    (buffer-string)))

;;;###autoload
(defun scim-request-import-http (file)
  "Insert the requests of FILE, an .http or .rest file, as requests."
  (interactive (list (read-file-name "Import .http file: " nil nil t nil
                                     #'scim-request-import--http-p)))
  (scim-request-import "http" (scim-request-import--file-text file)))

(defun scim-request-import--http-p (file)
  "Is FILE one for `scim-request-import-http', or a directory?"
  (or (directory-name-p file)
      (file-directory-p file)
      (string-match-p "\\.\\(?:http\\|rest\\)\\'" file)))

;;;###autoload
(defun scim-request-import-postman (file)
  "Insert the requests of FILE, a Postman collection (v2.1), as requests."
  (interactive (list (read-file-name "Import Postman collection: " nil nil t)))
  (scim-request-import "postman" (scim-request-import--file-text file)))

;;;###autoload
(defun scim-request-import-exchange (id)
  "Insert the exchange ID, a number, of the log as a request."
  (interactive "nExchange: ")
  (scim-request-import-show
   (scim-request-import--buffer)
   (scim-error-as-user-error
     (scim-rpc-request scim-protocol-request-from-exchange (list :id id)))))

;;;; Export

;;;###autoload
(defun scim-request-export-curl ()
  "Show all requests of the file as a shell script of curl commands.
Secrets are shell variables.  What a request captures is read by jq."
  (interactive nil scim-request-mode)
  (let ((answer (scim-error-as-user-error
                  (scim-rpc-request scim-protocol-request-export
                                    (scim-request--params))))
        (name (file-name-base (scim-request--path))))
    (pop-to-buffer (get-buffer-create (format "*SCIM curl: %s*" name)))
    (erase-buffer)
    (insert (scim-rpc-text (plist-get answer :text)))
    (goto-char (point-min))
    (sh-mode)
    (set-buffer-modified-p nil)
    (when-let ((warnings (append (plist-get answer :warnings) nil)))
      (message "%s" (string-join warnings "\n")))))

(provide 'scim-request-import)
;;; scim-request-import.el ends here
