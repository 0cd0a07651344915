;;; scim-node.el --- Find Node and the SCIM bridge -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The bridge is one JavaScript file that comes with the package; a Node
;; runtime is all it needs.  This file finds both before anything is
;; started, so that a missing or old Node is told in words instead of by
;; an error of `make-process'.

;;; Code:

(require 'files-x)
(require 'subr-x)
(require 'scim-error)

;;;; Customization

(defgroup scim nil
  "SCIM 2.0 provisioning workbench."
  :group 'comm
  :prefix "scim-"
  :link '(url-link "https://github.com/scim-el/scim")
  :link '(emacs-library-link "scim"))

(defgroup scim-connection nil
  "The bridge: where it is, how it is started."
  :group 'scim
  :prefix "scim-")

(defgroup scim-home nil
  "The home buffer and the tour."
  :group 'scim
  :prefix "scim-")

(defgroup scim-browse nil
  "Lists of resources, and looking for them by name."
  :group 'scim
  :prefix "scim-")

(defgroup scim-request nil
  "Request files and the answers to their requests."
  :group 'scim
  :prefix "scim-")

(defgroup scim-repl nil
  "Conversing with a service at a prompt."
  :group 'scim
  :prefix "scim-")

(defgroup scim-log nil
  "The log of exchanges with services."
  :group 'scim
  :prefix "scim-")

(defgroup scim-alert nil
  "Being told of writes that failed, and of the end of long work."
  :group 'scim
  :prefix "scim-")

(defgroup scim-mock nil
  "Mock servers."
  :group 'scim
  :prefix "scim-")

(defcustom scim-node-executable "node"
  "The Node program that runs the bridge, as a name or an absolute file name.
A name is looked up in the variable `exec-path', or, on another machine,
in `tramp-remote-path'; for such machines it may be set by
`connection-local-set-profile-variables'.  Node 20.19 or newer is needed."
  :type 'file
  :risky t
  :group 'scim-connection
  :package-version '(scim . "0.1.0"))

(defcustom scim-bridge-file nil
  "The bridge program, a file named scim-bridge.cjs.
If nil, it is looked for beside the Emacs Lisp files of this package."
  :type '(choice (const :tag "The one of this package" nil) file)
  :risky t
  :group 'scim-connection
  :package-version '(scim . "0.1.0"))

;;;; Internal variables

(defconst scim-node-minimum-version "20.19.0"
  "The oldest version of Node that can run the bridge.")

(defconst scim-node--bridge-places
  '("scim-bridge.cjs" "dist/scim-bridge.cjs" "../dist/scim-bridge.cjs")
  "Where the bridge may be, relative to the directory of this library.")

(defvar scim-node--versions (make-hash-table :test #'equal)
  "Versions of the Node programs that were found good, by file name.")

;;;; Node

(defun scim-node--where ()
  "Return \" on HOST\" in a directory of another machine, else nothing."
  (if-let ((host (file-remote-p default-directory 'host)))
      (concat " on " host)
    ""))

(defun scim-node--missing (name)
  "Return the condition for a missing Node, which was looked for by NAME."
  (let ((remote (file-remote-p default-directory)))
    (scim-error-bridge
     "nodeMissing"
     (format "Cannot find the program `%s' of the option `scim-node-executable'%s"
             name (scim-node--where))
     :remedy (format "Install Node %s or newer (https://nodejs.org), or set \
the option to where it is%s; `%s' is: %s"
                     scim-node-minimum-version
                     (if remote " (for that machine: a connection-local value)" "")
                     (if remote "tramp-remote-path" "exec-path")
                     (string-join (delq nil (exec-path)) path-separator)))))

(defun scim-node--too-old (program version)
  "Return the condition for VERSION of PROGRAM being too old."
  (scim-error-bridge
   "nodeTooOld"
   (format "%s is Node %s%s, but the bridge needs %s or newer"
           program version (scim-node--where) scim-node-minimum-version)
   :remedy "Install a newer Node, or set the option `scim-node-executable'."))

(defun scim-node--unusable (program output)
  "Return the condition for PROGRAM, which printed OUTPUT, not being Node."
  (scim-error-bridge
   "nodeUnusable"
   (format "`%s --version' did not print the version of Node%s" program
           (scim-node--where))
   :remedy "Set the option `scim-node-executable' to a working Node."
   :stderr output))

(defun scim-node--ask-version (program)
  "Run PROGRAM to learn its version; return it as a string, or signal."
  (with-temp-buffer
    (let ((status (condition-case err
                      (process-file program nil t nil "--version")
                    (file-error (insert (error-message-string err)) 'failed)))
          (output (string-trim (buffer-string))))
      (if (and (eql status 0)
               (string-match "^v\\([0-9]+\\(?:\\.[0-9]+\\)+\\)" output))
          (match-string 1 output)
        (scim-error-signal (scim-node--unusable program output))))))

(defun scim-node-version (program)
  "Return the version of the Node PROGRAM, or signal `scim-bridge-error'.
PROGRAM is a file name on the machine of the current directory.  A good
version is remembered: PROGRAM is asked only once."
  (let ((key (concat (file-remote-p default-directory) program)))
    (or (gethash key scim-node--versions)
        (let ((version (scim-node--ask-version program)))
          (when (version< version scim-node-minimum-version)
            (scim-error-signal (scim-node--too-old program version)))
          (puthash key version scim-node--versions)))))

(defun scim-node--find (name)
  "Return the file name of the program NAME, or nil.
It is a local name of the machine of the current directory."
  (let ((remote (file-remote-p default-directory)))
    (cond ((not remote) (executable-find name))
          ((file-name-absolute-p name)
           (and (file-executable-p (concat remote name)) name))
          (t (executable-find name t)))))

(defun scim-node-program ()
  "Return the file name of a usable Node, or signal `scim-bridge-error'.
It is a local name of the machine of the current directory."
  (let* ((name (with-connection-local-variables scim-node-executable))
         (program (scim-node--find name)))
    (unless program
      (scim-error-signal (scim-node--missing name)))
    (scim-node-version program)
    program))

(defun scim-node-forget-versions ()
  "Forget what is known about Node programs, as one may have been replaced."
  (clrhash scim-node--versions))

;;;; Bridge

(defun scim-node--directories ()
  "Return the directories this library is in: as loaded, and without links.
Package managers that build in a directory of links leave the bridge
in either of them."
  (let ((library (locate-library "scim-node.el")))
    (and library
         (delete-dups (list (file-name-directory library)
                            (file-name-directory (file-truename library)))))))

(defun scim-node--find-bridge ()
  "Return the file name of the bridge of this package, or nil."
  (seq-some (lambda (directory)
              (seq-some (lambda (place)
                          (let ((file (expand-file-name place directory)))
                            (and (file-readable-p file) file)))
                        scim-node--bridge-places))
            (scim-node--directories)))

(defun scim-node-bridge ()
  "Return the file name of the bridge, or signal `scim-bridge-error'."
  (let ((file (if scim-bridge-file
                  (expand-file-name scim-bridge-file)
                (scim-node--find-bridge))))
    (cond ((and file (file-readable-p file)) file)
          (scim-bridge-file
           (scim-error-signal
            (scim-error-bridge
             "fileMissing"
             (format "Cannot read %s, the value of the option `scim-bridge-file'"
                     file)
             :remedy "Correct the option, or set it to nil.")))
          (t
           (scim-error-signal
            (scim-error-bridge
             "fileMissing"
             (format "Cannot find scim-bridge.cjs beside %s"
                     (or (car (scim-node--directories)) "this package"))
             :remedy "Reinstall the package; in a checkout of the \
repository, run `npm ci && npm run build'."))))))

(provide 'scim-node)
;;; scim-node.el ends here
