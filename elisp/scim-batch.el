;;; scim-batch.el --- Run SCIM files without a person -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The command line of this package, for continuous integration:
;;
;;   EMACS -Q --batch -L DIRECTORY -l scim-batch -f scim-batch -- \
;;     run FILE... [OPTION...]
;;
;; The "--" is needed, lest Emacs takes options for its own.
;;
;; What a caller may rely on: standard output has the report and nothing
;; else; messages go to standard error; nothing is asked and standard
;; input is not read; the exit code is one of `scim-protocol-exit-done'
;; and its like, whatever happens; no process is left behind.
;;
;; The bridge runs the request files and writes the report.  Here are
;; the command line, the Emacs Lisp scripts, the clock, and the end.

;;; Code:

(require 'cl-lib)
(require 'scim-api)
(require 'scim-bridge)
(require 'scim-error)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'subr-x)

(define-error 'scim-batch-usage "Usage" 'scim-error)

(defconst scim-batch--usage "\
Usage: emacs -Q --batch -L DIRECTORY -l scim-batch -f scim-batch -- COMMAND

Commands:
  run FILE...          send the requests of request files and evaluate
                       Emacs Lisp scripts (*.el), in this order; before
                       anything is written, the tenant is checked
  mock FILE [FILE...]  start a mock server from the first FILE; run the
                       others with it in place of all tenants, or, without
                       others, print its URL and serve until SIGTERM
  doctor               check configuration, network, credentials and
                       services of all tenants, or of --tenant
  tenants              list the tenants, and what is wrong with them
  env COMMAND          the variables of the workspace, versioned:
    list               what is needed, what is set, where it comes from
    example            a set without values, for a new colleague
    diff A [B]         compare tenants, sets, revisions (REV, REV:TENANT);
                       without B, with what A is now
    promote FROM TO    carry the settings of a tenant over, not its secrets
    rollback REV [FILE...]  restore scim.yaml and the sets of a revision
    history            what was in force at the runs
    trust FILE         show the commands of FILE and let it run them
  rotate COMMAND       status, verify or finish: the credentials of --tenant
  --help               show this text
  --version            show the version

Options of all commands but mock without other files:
  --tenant TENANT      the tenant to talk to
  --workspace DIR      the directory with scim.yaml; otherwise the nearest
                       one above the files or the current directory
  --timeout SECONDS    stop after so long
  --format FORMAT      text (the default), and: junit or jsonl for run, mock
                       and doctor; markdown for doctor and env; jsonl for
                       env diff, env history and tenants; json for env list
  --output FILE        write the report to FILE instead of standard output
  --color              color the text format

Options of run, and of mock with several files:
  --var NAME=VALUE     set a variable, over the one in the file; repeatable
  --continue           go on with a file after a failure in it
  --har FILE           write what was sent and received to FILE, redacted,
                       as an HTTP archive
  --verbose            show the assertions that hold, too
  --no-doctor          do not check the tenant before; for run and promote
  --yes TENANT         talk to this tenant although it wants confirmation
                       (confirm: always); repeatable

Options of other commands:
  --port N             of mock: the port to listen on; 0, the default, takes
                       a free one
  --until-stdin-closes of mock: end when standard input does
  --write-check        of doctor: create, change and delete a throwaway user
  --look-up            of env list and env diff: run commands and look up
                       secrets, so that their fingerprints are known
  --key KEY            of env promote: only this setting; repeatable
  --write              of env promote and env rollback: write what is shown
  --force              of env rollback: give up changes not committed
  --at TIME            of env history: what was in force at that time
  --limit N            of env history: so many entries
  --digest             of env trust: print what SCIM_TRUST has to hold
  --quiet-hours N      of rotate finish: for so long the previous credential
                       must not have been used; 24

Exit codes:
  0  done
  1  failed
  2  env diff: there are differences
  3  a script changed some resources, but not all that it was to change
  4  refused: the tenant is read-only, protected, or wants confirmation;
     rotate: the previous credential is still needed
  6  usage, configuration or environment invalid
  7  authentication or network
  9  the bridge could not start
" "What --help prints.")

(defvar scim-batch-variables nil
  "Alist of names and values from --var, strings, for scripts.")

(cl-defstruct (scim-batch--options (:constructor scim-batch--make-options)
                                   (:copier nil))
  "What the command line asks for."
  files tenant workspace variables continue timeout (format "text") output har
  color verbose no-doctor port until-stdin-closes
  more)                                 ; plist, of options of one command

(autoload 'scim-batch-run "scim-batch-run")
(autoload 'scim-batch-mock "scim-batch-mock")
(autoload 'scim-batch-doctor "scim-batch-env")
(autoload 'scim-batch-env "scim-batch-env")
(autoload 'scim-batch-tenants "scim-batch-env")
(autoload 'scim-batch-rotate "scim-batch-env")

(defvar scim-batch--exit-code 0
  "Exit code so far, from what the bridge does not know of.")

;;;; Command line

(defun scim-batch--refuse (format &rest arguments)
  "Signal a usage error with the message from FORMAT and ARGUMENTS."
  (signal 'scim-batch-usage (list (apply #'format format arguments))))

(defvar scim-batch--setters
  (list
   (cons "--tenant" (lambda (options value)
                      (setf (scim-batch--options-tenant options) value)))
   (cons "--workspace" #'scim-batch--set-workspace)
   (cons "--var" #'scim-batch--set-variable)
   (cons "--timeout" #'scim-batch--set-timeout)
   (cons "--format" #'scim-batch--set-format)
   (cons "--output" (lambda (options value)
                      (setf (scim-batch--options-output options)
                            (expand-file-name value))))
   (cons "--har" (lambda (options value)
                   (setf (scim-batch--options-har options)
                         (expand-file-name value))))
   (cons "--yes" (lambda (_options value)
                   (push value scim-bridge-confirmed))))
  "Options with a value, and functions that put it into an options object.")

(defvar scim-batch--flags
  (list
   (cons "--continue" (lambda (options)
                        (setf (scim-batch--options-continue options) t)))
   (cons "--color" (lambda (options)
                     (setf (scim-batch--options-color options) t)))
   (cons "--verbose" (lambda (options)
                       (setf (scim-batch--options-verbose options) t)))
   (cons "--no-doctor" (lambda (options)
                         (setf (scim-batch--options-no-doctor options) t))))
  "Options without a value, and functions that set them.")

(defun scim-batch--set-workspace (options value)
  "Put the workspace VALUE into OPTIONS."
  (let ((directory (file-name-as-directory (expand-file-name value))))
    (unless (file-readable-p (expand-file-name "scim.yaml" directory))
      (scim-batch--refuse "There is no scim.yaml in %s" value))
    (setf (scim-batch--options-workspace options) directory)))

(defun scim-batch--set-variable (options value)
  "Put the variable in VALUE, NAME=TEXT, into OPTIONS."
  (unless (string-match "\\`\\([[:alnum:]_-]+\\)=" value)
    (scim-batch--refuse "--var wants NAME=VALUE, not %s" value))
  (setf (alist-get (match-string 1 value)
                   (scim-batch--options-variables options) nil nil #'equal)
        (substring value (match-end 0))))

(defun scim-batch--set-timeout (options value)
  "Put VALUE, a number of seconds, into OPTIONS."
  (unless (and (string-match-p "\\`[0-9]+\\(\\.[0-9]+\\)?\\'" value)
               (> (string-to-number value) 0))
    (scim-batch--refuse "--timeout wants a number of seconds, not %s" value))
  (setf (scim-batch--options-timeout options) (string-to-number value)))

(defvar scim-batch--formats '("text" "junit" "jsonl")
  "Formats that the command knows.")

(defun scim-batch--set-format (options value)
  "Put the format VALUE into OPTIONS."
  (unless (member value scim-batch--formats)
    (scim-batch--refuse "Unknown format %s; known are %s" value
                        (scim-batch--enumerate scim-batch--formats)))
  (setf (scim-batch--options-format options) value))

(defun scim-batch--enumerate (words)
  "Return WORDS as text, the last two with an \"and\" between."
  (if (cdr words)
      (concat (string-join (butlast words) ", ") " and " (car (last words)))
    (car words)))

(defun scim-batch--more (key)
  "Return a function that puts the value of an option under KEY.
Without a value, it puts t there."
  (lambda (options &optional value)
    (cl-callf plist-put (scim-batch--options-more options) key (or value t))))

(defun scim-batch--get (options key)
  "Return what OPTIONS have under KEY, which `scim-batch--more' has put there."
  (plist-get (scim-batch--options-more options) key))

(defun scim-batch--parse (arguments)
  "Return the options object for ARGUMENTS, what follows the command run."
  (let ((options (scim-batch--make-options)))
    (while arguments
      (let ((argument (pop arguments)))
        (cond ((equal argument "--")
               (while arguments
                 (push (pop arguments) (scim-batch--options-files options))))
              ((string-prefix-p "-" argument)
               (setq arguments
                     (scim-batch--parse-option options argument arguments)))
              (t (push argument (scim-batch--options-files options))))))
    (cl-callf nreverse (scim-batch--options-files options))
    options))

(defun scim-batch--parse-option (options argument rest)
  "Put the option ARGUMENT, with its value if it has one, into OPTIONS.
REST is what follows on the command line; return what remains of it."
  (let* ((end (string-match "=" argument))
         (name (substring argument 0 end))
         (flag (cdr (assoc argument scim-batch--flags)))
         (setter (cdr (assoc name scim-batch--setters))))
    (cond (flag (funcall flag options))
          ((assoc name scim-batch--flags)
           (scim-batch--refuse "%s has no value" name))
          ((not setter) (scim-batch--refuse "Unknown option %s" name))
          (end (funcall setter options (substring argument (1+ end))))
          (rest (funcall setter options (pop rest)))
          (t (scim-batch--refuse "%s wants a value" name)))
    rest))

(defun scim-batch--check (options)
  "Refuse OPTIONS whose files cannot be read or whose output cannot be written.
There must be a file."
  (let ((files (scim-batch--options-files options)))
    (unless files
      (scim-batch--refuse "No FILE to run"))
    (dolist (file files)
      (cond ((not (file-exists-p file))
             (scim-batch--refuse "%s does not exist" file))
            ((not (and (file-regular-p file) (file-readable-p file)))
             (scim-batch--refuse "%s is not a file that can be read" file))))
    (scim-batch--check-outputs options)))

(defun scim-batch--check-outputs (options)
  "Refuse OPTIONS whose output cannot be written."
  (dolist (output (delq nil (list (scim-batch--options-output options)
                                  (scim-batch--options-har options))))
    (when (or (file-directory-p output)
              (not (file-writable-p output)))
      (scim-batch--refuse "%s cannot be written" output))))

(defun scim-batch--workspace (options)
  "Return the workspace for OPTIONS: a directory, or nil for the default one."
  (or (scim-batch--options-workspace options)
      (let ((roots (delete-dups
                    (delq nil (mapcar #'scim-batch--workspace-of
                                      (scim-batch--options-files options))))))
        (when (cdr roots)
          (scim-batch--refuse
           "The files are in different workspaces, %s; name one with --workspace"
           (string-join roots " and ")))
        (car roots))
      (scim-rpc-root)))

(defun scim-batch--workspace-of (file)
  "Return the workspace that FILE is in, or nil."
  (let ((default-directory (file-name-directory (expand-file-name file))))
    (scim-rpc-root)))

;;;; Report

(defun scim-batch--write (output text)
  "Write TEXT, a piece of the report, to the file OUTPUT or standard output.
An error would get lost in the process filter that this runs in, so it
decides about the exit code."
  (condition-case err
      (if (not output)
          (princ text t)
        (let ((coding-system-for-write 'utf-8-unix))
          (write-region text nil output t 'silent)))
    (error (scim-batch--fail (scim-batch--view err)))))

(defun scim-batch--fail (view)
  "Tell the error VIEW on standard error and let it decide the exit code."
  (message "scim: %s" (string-join
                       (delq nil (list (plist-get view :message)
                                       (plist-get view :remedy)
                                       (plist-get view :stderr)))
                       "\n"))
  (when (zerop scim-batch--exit-code)
    (setq scim-batch--exit-code (or (plist-get view :exitCode)
                                    scim-protocol-exit-failed))))

(defun scim-batch--view (condition &optional file position)
  "Return CONDITION as the protocol's errorView, about FILE and POSITION.
POSITION is a plist as in the protocol.  A place that CONDITION itself
has goes before both."
  (let* ((told (and (scim-batch--scim-p condition) (nth 2 condition)))
         (place (and (not (plist-get told :file))
                     (append (and file (list :file file))
                             (and position (list :position position))))))
    (append place
            (and (eql (plist-get told :exitCode)
                      scim-protocol-exit-bridge-not-started)
                 ;; It was started, or this would not run.
                 (list :exitCode scim-protocol-exit-failed))
            (or told
                (list :code "script.error"
                      :message (error-message-string condition)
                      :exitCode scim-protocol-exit-failed)))))

(defun scim-batch--scim-p (condition)
  "Return non-nil when CONDITION has an errorView of the protocol."
  (and (memq 'scim-error (get (car condition) 'error-conditions))
       (plist-get (nth 2 condition) :code)))

(defun scim-batch--ask (method root &rest params)
  "Send METHOD with the plist PARAMS to the bridge of ROOT; return the result."
  (scim-rpc-request method params :root root))

(defmacro scim-batch--within (seconds &rest body)
  "Evaluate BODY, but not longer than SECONDS, if that is non-nil.
Return t when it took longer, else nil.  The clock is looked at
whenever Emacs waits, which is where a request that takes too long is
cancelled."
  (declare (indent 1) (debug t))
  `(let* ((tag (make-symbol "timeout"))
          (limit ,seconds)
          (timer (and limit
                      (run-at-time limit nil (lambda () (throw tag t))))))
     (unwind-protect
         (catch tag
           ,@body
           nil)
       (when timer
         (cancel-timer timer)))))

(defun scim-batch--start (root)
  "Start the bridge of ROOT; return nil, and note why, when that fails."
  (condition-case err
      (progn (scim-rpc-start root) t)
    (error
     (setq scim-batch--exit-code scim-protocol-exit-bridge-not-started)
     (scim-batch--fail (scim-batch--view err))
     nil)))

;;;; Entry

(defun scim-batch--stop-bridges ()
  "Stop all bridges and wait until they are gone."
  (dolist (bridge (scim-rpc-bridges))
    (ignore-errors (scim-rpc-stop (plist-get bridge :root)))))

(defun scim-batch--dispatch (arguments)
  "Do what the command line ARGUMENTS ask for."
  (pcase arguments
    ((guard (member "--help" arguments))
     (princ scim-batch--usage))
    (`("--version" . ,_)
     (princ (format "scim %s (protocol %s, Emacs %s)\n"
                    scim-bridge-client-version scim-protocol-version emacs-version)))
    (`("run" . ,rest) (scim-batch-run rest))
    (`("mock" . ,rest) (scim-batch-mock rest))
    (`("doctor" . ,rest) (scim-batch-doctor rest))
    (`("env" . ,rest) (scim-batch-env rest))
    (`("tenants" . ,rest) (scim-batch-tenants rest))
    (`("rotate" . ,rest) (scim-batch-rotate rest))
    (`(,(and option (pred (string-prefix-p "-"))) . ,_)
     (scim-batch--refuse "Unknown option %s" option))
    (`(,command . ,_) (scim-batch--refuse "Unknown command %s" command))
    (_ (scim-batch--refuse "No command"))))

(defconst scim-batch--deaf '(read-key read-multiple-choice)
  "Functions that wait for input in spite of `inhibit-interaction'.")

(defun scim-batch--no-input (&rest _)
  "Signal that nobody is there to answer."
  (signal 'inhibited-interaction nil))

(defun scim-batch-main (arguments)
  "Do what the command line ARGUMENTS ask for; return the exit code.
No error gets out of here, and no bridge is left behind."
  (setq scim-batch--exit-code 0
        scim-bridge-confirmed nil)
  (dolist (function scim-batch--deaf)
    (advice-add function :override #'scim-batch--no-input))
  (let ((inhibit-interaction t)
        (debug-on-error nil))
    (condition-case err
        (scim-batch--dispatch arguments)
      (scim-batch-usage
       (message "scim: %s\n\nUsage: … -f scim-batch -- COMMAND; --help tells more"
                (cadr err))
       (setq scim-batch--exit-code scim-protocol-exit-invalid-usage))
      ((error quit)
       (scim-batch--fail (scim-batch--view err))))
    (scim-batch--stop-bridges))
  (dolist (function scim-batch--deaf)
    (advice-remove function #'scim-batch--no-input))
  scim-batch--exit-code)

;;;###autoload
(defun scim-batch ()
  "Do what the command line asks for and exit; for use with --batch.
The option --help, after \"--\", shows how; see the Commentary of this
file, too."
  (let ((arguments command-line-args-left))
    ;; Emacs would take what is left for its own options or for files.
    (setq command-line-args-left nil)
    (kill-emacs (scim-batch-main (if (equal (car arguments) "--")
                                     (cdr arguments)
                                   arguments)))))

(provide 'scim-batch)
;;; scim-batch.el ends here
