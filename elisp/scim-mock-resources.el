;;; scim-mock-resources.el --- Resources of a mock SCIM server -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Lists of the resources that a mock server holds, a page at a time, and
;; one of them as JSON: as it is, and as it was when the server started.

;;; Code:

(require 'scim-menu)
(require 'scim-mock)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-text)
(require 'scim-ui)

(defconst scim-mock-resources--page 100
  "How many resources are listed at once.")

(defvar-local scim-mock-resources--query nil
  "What this buffer lists: a plist with :mock, :type, :start, :filter, :total.")

;;;; One resource

(define-derived-mode scim-mock-text-mode special-mode "SCIM-Mock-Text"
  "Major mode for what a mock SCIM server holds, as JSON."
  :interactive nil
  (setq font-lock-defaults '(scim-ui-json-keywords t)))

(defun scim-mock-resources-pop-up (name text)
  "Show TEXT in a buffer called NAME."
  (with-current-buffer (get-buffer-create name)
    (let ((inhibit-read-only t))
      (erase-buffer)
      (insert text))
    (goto-char (point-min))
    (scim-mock-text-mode)
    (display-buffer (current-buffer))))

(defun scim-mock-resources-show (mock id)
  "Show the resource ID of MOCK as JSON, and as it was if it has changed."
  (let* ((answer (scim-mock-call mock scim-protocol-mock-resource :resource id))
         (now (plist-get answer :text))
         (before (plist-get answer :original)))
    (scim-mock-resources-pop-up
     (format "*SCIM mock %s: resource*" (scim-mock-name mock))
     (concat (if now
                 (scim-rpc-text now)
               (scim-ui-face "It was deleted." 'scim-failure))
             "\n"
             (if before
                 (concat "\n" (scim-ui-face "When the server was started:"
                                            'scim-heading)
                         "\n\n" (scim-rpc-text before) "\n")
               "")))))

;;;; Lists

(defun scim-mock-resources--insert (resources)
  "Show RESOURCES, a list of plists, as the page that this buffer is about."
  (let* ((inhibit-read-only t)
         (query scim-mock-resources--query)
         (start (plist-get query :start)))
    (erase-buffer)
    (insert (scim-ui-face
             (format "%ss of %s" (plist-get query :type)
                     (scim-mock-name (plist-get query :mock)))
             'scim-heading)
            (scim-ui-face
             (if resources
                 (format "  %d to %d of %d" (1+ start)
                         (+ start (length resources))
                         (plist-get query :total))
               "  none")
             'scim-dimmed)
            (if-let ((filter (plist-get query :filter)))
                (concat "  " (scim-ui-face filter 'scim-target))
              "")
            "\n\n")
    (dolist (resource resources)
      (insert (propertize (format "  %-40s %s\n" (plist-get resource :label)
                                  (scim-ui-face (plist-get resource :id)
                                                'scim-dimmed))
                          'scim-mock-resource (plist-get resource :id))))
    (goto-char (point-min))
    (forward-line 2)))

(defun scim-mock-resources-refresh (&rest _)
  "Ask the bridge for the resources of this buffer, and show them."
  (interactive nil scim-mock-resources-mode)
  (let* ((query scim-mock-resources--query)
         (filter (plist-get query :filter))
         (answer (apply #'scim-mock-call (plist-get query :mock)
                        scim-protocol-mock-resources
                        :type (plist-get query :type)
                        :start (plist-get query :start)
                        :count scim-mock-resources--page
                        (and filter (list :filter filter)))))
    (plist-put query :total (plist-get answer :total))
    (scim-mock-resources--insert (append (plist-get answer :resources) nil))))

(defun scim-mock-resources--move (pages)
  "Show the page that is PAGES further."
  (let* ((query scim-mock-resources--query)
         (start (+ (plist-get query :start)
                   (* pages scim-mock-resources--page))))
    (unless (< -1 start (plist-get query :total))
      (user-error "There are no more"))
    (plist-put query :start start)
    (scim-mock-resources-refresh)))

(defun scim-mock-resources-next-page ()
  "Show the next page."
  (interactive nil scim-mock-resources-mode)
  (scim-mock-resources--move 1))

(defun scim-mock-resources-previous-page ()
  "Show the page before."
  (interactive nil scim-mock-resources-mode)
  (scim-mock-resources--move -1))

(defun scim-mock-resources-filter (filter)
  "List only what FILTER, a SCIM filter, matches; everything when it is empty."
  (interactive
   (list (read-string "SCIM filter: "
                      (plist-get scim-mock-resources--query :filter)))
   scim-mock-resources-mode)
  (let ((before (copy-sequence scim-mock-resources--query)))
    (setq scim-mock-resources--query
          (plist-put (plist-put (copy-sequence before) :start 0)
                     :filter (and (not (string-empty-p filter)) filter)))
    (condition-case err
        (scim-mock-resources-refresh)
      (user-error (setq scim-mock-resources--query before)
                  (signal (car err) (cdr err))))))

(defun scim-mock-resources-visit ()
  "Show the resource at point as JSON."
  (interactive nil scim-mock-resources-mode)
  (scim-mock-resources-show
   (plist-get scim-mock-resources--query :mock)
   (or (get-text-property (point) 'scim-mock-resource)
       (user-error "There is no resource here"))))

(defun scim-mock-resources (mock type)
  "List the resources of TYPE, a name, of MOCK."
  (pop-to-buffer (get-buffer-create
                  (format "*SCIM mock %s: %ss*" (scim-mock-name mock) type)))
  (scim-mock-resources-mode)
  (setq scim-mock-resources--query
        (list :mock mock :type type :start 0 :filter nil :total 0))
  (scim-mock-resources-refresh))

(defvar scim-mock-resources-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "RET") #'scim-mock-resources-visit)
    (define-key map (kbd "n") #'next-line)
    (define-key map (kbd "p") #'previous-line)
    (define-key map (kbd "N") #'scim-mock-resources-next-page)
    (define-key map (kbd "P") #'scim-mock-resources-previous-page)
    (define-key map (kbd "/") #'scim-mock-resources-filter)
    map)
  "Keymap of `scim-mock-resources-mode'.")

(scim-menu-define
 'scim-mock-resources-mode scim-mock-resources-mode-map "SCIM-Mock-Resources" "?"
 '("Resources"
   ("Show the one at point" scim-mock-resources-visit :context t)
   ("Filter..." scim-mock-resources-filter)
   ("Next page" scim-mock-resources-next-page)
   ("Previous page" scim-mock-resources-previous-page)
   ("Refresh" revert-buffer)))

(define-derived-mode scim-mock-resources-mode special-mode "SCIM-Mock-Resources"
  "Major mode for lists of the resources of a mock SCIM server.

\\{scim-mock-resources-mode-map}"
  :interactive nil
  (scim-menu-setup)
  (buffer-disable-undo)
  (setq truncate-lines t)
  (setq-local revert-buffer-function #'scim-mock-resources-refresh))

(provide 'scim-mock-resources)
;;; scim-mock-resources.el ends here
