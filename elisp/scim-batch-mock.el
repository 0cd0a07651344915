;;; scim-batch-mock.el --- Mock SCIM servers without a person -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The command `mock' of scim-batch.el: a mock server for a job of
;; continuous integration, either beside its other programs, which get its
;; URL from standard output, or for request files and scripts that are
;; named with it.  All tenants are the mock server then, so that no
;; request of such a run can reach a real one.

;;; Code:

(require 'scim-batch)
(require 'scim-batch-run)

(defun scim-batch-mock--set-port (options value)
  "Put the port VALUE into OPTIONS."
  (unless (and (string-match-p "\\`[0-9]+\\'" value)
               (<= (string-to-number value) 65535))
    (scim-batch--refuse "--port wants a number from 0 to 65535, not %s" value))
  (setf (scim-batch--options-port options) (string-to-number value)))

(defun scim-batch-mock--parse (arguments)
  "Return the options object for ARGUMENTS, what follows the command mock."
  (let ((scim-batch--setters
         (cons (cons "--port" #'scim-batch-mock--set-port)
               scim-batch--setters))
        (scim-batch--flags
         (cons (cons "--until-stdin-closes"
                     (lambda (options)
                       (setf (scim-batch--options-until-stdin-closes options)
                             t)))
               scim-batch--flags)))
    (scim-batch--parse arguments)))

(defun scim-batch-mock--check (options)
  "Refuse OPTIONS that cannot be; all of their files must be readable."
  (unless (scim-batch--options-files options)
    (scim-batch--refuse "No FILE to start a mock server from"))
  (scim-batch--check options)
  (unless (cdr (scim-batch--options-files options))
    (dolist (output (list (scim-batch--options-output options)
                          (scim-batch--options-har options)))
      (when output
        (scim-batch--refuse "There are no request files to write %s about"
                            output)))))

(defun scim-batch-mock--ended (_root params)
  "Note that the mock server has ended by itself, as PARAMS tell."
  (when-let ((reason (plist-get params :error)))
    (scim-batch--fail
     (list :message (format "The mock server has ended: %s" reason)))))

(defun scim-batch-mock--start (file options root)
  "Start a mock server from FILE as OPTIONS say, in the bridge of ROOT.
Return what the bridge tells about it."
  (scim-rpc-on scim-protocol-mock-ended #'scim-batch-mock--ended
               :immediately t)
  (let ((answer (apply #'scim-batch--ask scim-protocol-mock-start root
                       :path (expand-file-name file)
                       :content (scim-rpc-text-ref (scim-batch-run--read file))
                       :watch :json-false
                       (and (scim-batch--options-port options)
                            (list :port (scim-batch--options-port options))))))
    (mapc (lambda (warning) (message "scim: %s: %s" file warning))
          (plist-get answer :warnings))
    (plist-get answer :mock)))

(defun scim-batch-mock--watch-input ()
  "Return the name of a file that is deleted when standard input ends.
Emacs itself can only wait for its input, and would learn nothing else
meanwhile.  Return nil where another program cannot read it."
  (let ((file (make-temp-file "scim-input")))
    (condition-case nil
        (progn
          (call-process "sh" "/dev/stdin" 0 nil "-c"
                        "cat > /dev/null; rm -f -- \"$0\"" file)
          file)
      (error (delete-file file)
             nil))))

(defun scim-batch-mock--read-to-end ()
  "Read standard input until it ends."
  (let ((inhibit-interaction nil))
    (condition-case nil
        (while t (read-from-minibuffer ""))
      (error nil))))

(defun scim-batch-mock--wait-for-input ()
  "Wait until standard input ends, or the mock server has failed."
  (if-let ((file (scim-batch-mock--watch-input)))
      (unwind-protect
          (while (and (zerop scim-batch--exit-code) (file-exists-p file))
            (accept-process-output nil 0.2))
        (ignore-errors (delete-file file)))
    (scim-batch-mock--read-to-end)))

(defun scim-batch-mock--check-bridge (root)
  "Fail when the bridge of ROOT, the home of the mock server, has ended."
  (unless (or (scim-rpc-ready-p root)
              (not (zerop scim-batch--exit-code)))
    (scim-batch--fail '(:message "The mock server has ended with the bridge"))))

(defun scim-batch-mock--exit ()
  "Exit with success, as a signal that asks for the end is no failure."
  (remove-hook 'kill-emacs-hook #'scim-batch-mock--exit)
  (kill-emacs scim-batch--exit-code))

(defun scim-batch-mock--wait (options)
  "Wait, as OPTIONS say, until the mock server is not needed any more."
  (scim-batch--within (scim-batch--options-timeout options)
    (if (scim-batch--options-until-stdin-closes options)
        (scim-batch-mock--wait-for-input)
      (while (zerop scim-batch--exit-code)
        (accept-process-output nil 1)))))

(defun scim-batch-mock--serve (url options root)
  "Print URL and wait, as OPTIONS say, until the server is not needed any more.
It runs in the bridge of ROOT."
  (let ((check (lambda () (scim-batch-mock--check-bridge root))))
    ;; What `princ' prints stays in a buffer until Emacs exits.
    (send-string-to-terminal (concat url "\n"))
    (add-hook 'kill-emacs-hook #'scim-batch-mock--exit 90)
    (add-hook 'scim-bridge-state-hook check)
    (scim-batch-mock--wait options)
    (remove-hook 'scim-bridge-state-hook check)
    (remove-hook 'kill-emacs-hook #'scim-batch-mock--exit)))

(defun scim-batch-mock--run (file options root)
  "Start a mock server from FILE in the bridge of ROOT; do what OPTIONS say."
  (let* ((mock (scim-batch-mock--start file options root))
         (url (plist-get mock :url)))
    (if (not (scim-batch--options-files options))
        (scim-batch-mock--serve url options root)
      (scim-batch--ask scim-protocol-mock-attach root
                       :id (plist-get mock :id) :all t)
      ;; Should the bridge die, the next one must not take their place.
      (add-hook 'scim-bridge-stand-ins-functions
                (lambda (_root)
                  (list (list :tenant "*" :mock (plist-get mock :name)))))
      (message "scim: Mock server at %s" url)
      ;; There is nothing outside that could be wrong.
      (setf (scim-batch--options-no-doctor options) t)
      (scim-batch-run-report options root))))

;;;###autoload
(defun scim-batch-mock (arguments)
  "Do the command mock with ARGUMENTS."
  (let ((options (scim-batch-mock--parse arguments)))
    (scim-batch-mock--check options)
    (let ((root (scim-batch--workspace options))
          (file (pop (scim-batch--options-files options))))
      (when (scim-batch--start root)
        (scim-batch-mock--run file options root)))))

(provide 'scim-batch-mock)
;;; scim-batch-mock.el ends here
