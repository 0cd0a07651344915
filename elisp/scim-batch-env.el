;;; scim-batch-env.el --- Tenants and environment without a person -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The commands `doctor', `env', `tenants' and `rotate' of scim-batch.el.
;; The bridge writes their reports; here are their options, and what is
;; told on standard error.
;;
;; What changes files of the workspace only shows what it would change,
;; unless --write is there.

;;; Code:

(require 'seq)
(require 'scim-batch)
(require 'scim-client)

;;;; Command line

(defconst scim-batch-env--common
  '("--tenant" "--workspace" "--timeout" "--format" "--output")
  "Options with a value that all commands of this file know.")

(defun scim-batch-env--parse (arguments setters flags formats)
  "Return the options object for ARGUMENTS of a command.
SETTERS and FLAGS are its own options with and without a value, as in
`scim-batch--setters'; FORMATS are those of its report."
  (let* ((scim-batch--formats formats)
         (scim-batch--setters
          (append setters
                  (seq-filter (lambda (setter)
                                (member (car setter) scim-batch-env--common))
                              scim-batch--setters)))
         (scim-batch--flags
          (append flags (list (assoc "--color" scim-batch--flags))))
         (options (scim-batch--parse arguments)))
    (scim-batch--check-outputs options)
    options))

(defun scim-batch-env--option (name key)
  "Return the option NAME, whose value is kept under KEY."
  (cons name (scim-batch--more key)))

(defun scim-batch-env--arguments (options least most usage)
  "Return the arguments of OPTIONS that are not options.
Refuse fewer than LEAST and more than MOST, nil for any number; USAGE
says what they are."
  (let* ((arguments (scim-batch--options-files options))
         (count (length arguments)))
    (when (or (< count least) (and most (> count most)))
      (scim-batch--refuse "Wanted: %s" usage))
    arguments))

(defun scim-batch-env--root (options)
  "Return the workspace for OPTIONS, whose arguments are not files."
  (or (scim-batch--options-workspace options) (scim-rpc-root)))

(defun scim-batch-env--number (text)
  "Return the positive number that TEXT is, or refuse it."
  (unless (string-match-p "\\`[1-9][0-9]*\\'" text)
    (scim-batch--refuse "--limit wants a number, not %s" text))
  (string-to-number text))

;;;; Reports

(defun scim-batch-env--ask (options method &rest params)
  "Send METHOD with PARAMS to the bridge as OPTIONS say; return the answer.
It is given up after the time in OPTIONS."
  (let* ((seconds (scim-batch--options-timeout options))
         (answer nil))
    (when (scim-batch--within seconds
            (setq answer (apply #'scim-batch--ask method
                                (scim-batch-env--root options) params)))
      (scim-error-signal
       (scim-error-from-view
        (list :code "cancelled" :exitCode scim-protocol-exit-failed
              :message (format "Stopped after %s s (--timeout)" seconds)))))
    answer))

(defun scim-batch-env--rendering (options)
  "Return the params that say how the report of OPTIONS is to look."
  (list :format (scim-batch--options-format options)
        :color (or (scim-batch--options-color options) :json-false)))

(defun scim-batch-env--print (options text)
  "Write TEXT, the report, where OPTIONS say."
  (let ((output (scim-batch--options-output options)))
    (when output
      (write-region "" nil output nil 'silent))
    (scim-batch--write output text)))

(defun scim-batch-env--report (options answer)
  "Write the report in ANSWER where OPTIONS say; take its exit code."
  (scim-batch-env--print options (scim-rpc-text (plist-get answer :report)))
  (setq scim-batch--exit-code (or (plist-get answer :exitCode)
                                  scim-protocol-exit-done)))

(defun scim-batch-env--tenant (options)
  "Return the params that name the tenant of OPTIONS, if they have one."
  (when-let ((tenant (scim-batch--options-tenant options)))
    (list :tenant tenant)))

(defun scim-batch-env--tenants (options)
  "Return the params that name the tenant of OPTIONS in a list, if any."
  (when-let ((tenant (scim-batch--options-tenant options)))
    (list :tenants (vector tenant))))

(defmacro scim-batch-env--with-bridge (options &rest body)
  "Evaluate BODY when the bridge for OPTIONS has been started."
  (declare (indent 1) (debug t))
  `(when (scim-batch--start (scim-batch-env--root ,options))
     ,@body))

;;;; Doctor

;;;###autoload
(defun scim-batch-doctor (arguments)
  "Do the command doctor with ARGUMENTS."
  (let ((options (scim-batch-env--parse
                  arguments nil
                  (list (scim-batch-env--option "--write-check" :write-check))
                  '("text" "jsonl" "junit" "markdown"))))
    (scim-batch-env--arguments options 0 0 "doctor [OPTION...]")
    (scim-batch-env--with-bridge options
      (scim-batch-env--report
       options
       (apply #'scim-batch-env--ask options scim-protocol-doctor
              :writeCheck (or (scim-batch--get options :write-check)
                              :json-false)
              :client (scim-client-versions)
              (append (scim-batch-env--tenants options)
                      (scim-batch-env--rendering options)))))))

;;;; Tenants

(defun scim-batch-env--tenant-line (tenant default)
  "Return lines about TENANT; DEFAULT is the name of the default one."
  (concat
   (string-join
    (delq nil
          (list (plist-get tenant :name)
                (plist-get tenant :vendor)
                (or (plist-get tenant :baseUrl) "no base URL")
                (plist-get tenant :auth)
                (and (eq t (plist-get tenant :production)) "production")
                (and (eq t (plist-get tenant :readOnly)) "read-only")
                (and (equal "always" (plist-get tenant :confirm))
                     "wants confirmation")
                (and (equal default (plist-get tenant :name)) "default")))
    "  ")
   "\n"
   (mapconcat (lambda (problem) (concat "  " problem "\n"))
              (plist-get tenant :problems) "")))

(defun scim-batch-env--tenants-text (answer format)
  "Return the tenants in ANSWER as text in FORMAT."
  (mapconcat (if (equal format "jsonl")
                 (lambda (tenant) (concat (json-serialize
                                           tenant :null-object nil
                                           :false-object :json-false)
                                          "\n"))
               (lambda (tenant)
                 (scim-batch-env--tenant-line
                  tenant (plist-get answer :defaultTenant))))
             (plist-get answer :tenants) ""))

;;;###autoload
(defun scim-batch-tenants (arguments)
  "Do the command tenants with ARGUMENTS."
  (let ((options (scim-batch-env--parse arguments nil nil '("text" "jsonl"))))
    (scim-batch-env--arguments options 0 0 "tenants [OPTION...]")
    (scim-batch-env--with-bridge options
      (let ((answer (scim-batch-env--ask options scim-protocol-tenants)))
        (scim-batch-env--print
         options (scim-batch-env--tenants-text
                  answer (scim-batch--options-format options)))
        (unless (seq-every-p (lambda (tenant)
                               (seq-empty-p (plist-get tenant :problems)))
                             (plist-get answer :tenants))
          (setq scim-batch--exit-code scim-protocol-exit-invalid-usage))))))

;;;; Environment

(defun scim-batch-env--list (arguments)
  "List the variables of the workspace; ARGUMENTS are those of env list."
  (let ((options (scim-batch-env--parse
                  arguments nil
                  (list (scim-batch-env--option "--look-up" :look-up))
                  '("text" "json" "markdown"))))
    (scim-batch-env--arguments options 0 0 "env list [OPTION...]")
    (scim-batch-env--with-bridge options
      (scim-batch-env--report
       options
       (apply #'scim-batch-env--ask options scim-protocol-env-inventory
              :lookUp (or (scim-batch--get options :look-up) :json-false)
              (append (scim-batch-env--tenants options)
                      (scim-batch-env--rendering options)))))))

(defun scim-batch-env--example (arguments)
  "Print a set without values; ARGUMENTS are those of env example."
  (let ((options (scim-batch-env--parse arguments nil nil '("text"))))
    (scim-batch-env--arguments options 0 0 "env example [OPTION...]")
    (scim-batch-env--with-bridge options
      (scim-batch-env--print
       options
       (scim-rpc-text
        (plist-get (scim-batch-env--ask options scim-protocol-env-example)
                   :text))))))

(defun scim-batch-env--diff (arguments)
  "Compare two environments; ARGUMENTS are those of env diff."
  (let* ((options (scim-batch-env--parse
                   arguments nil
                   (list (scim-batch-env--option "--look-up" :look-up))
                   '("text" "jsonl" "markdown")))
         (sides (scim-batch-env--arguments options 1 2 "env diff A [B]")))
    (scim-batch-env--with-bridge options
      (scim-batch-env--report
       options
       (apply #'scim-batch-env--ask options scim-protocol-env-diff
              :from (car sides)
              :lookUp (or (scim-batch--get options :look-up) :json-false)
              (append (and (cdr sides) (list :to (cadr sides)))
                      (scim-batch-env--rendering options)))))))

(defun scim-batch-env--history (arguments)
  "Tell what was in force; ARGUMENTS are those of env history."
  (let* ((options (scim-batch-env--parse
                   arguments
                   (list (scim-batch-env--option "--at" :at)
                         (scim-batch-env--option "--limit" :limit))
                   nil '("text" "jsonl" "markdown")))
         (at (scim-batch--get options :at))
         (limit (scim-batch--get options :limit)))
    (scim-batch-env--arguments options 0 0 "env history [OPTION...]")
    (scim-batch-env--with-bridge options
      (scim-batch-env--report
       options
       (apply #'scim-batch-env--ask options scim-protocol-env-history
              (append (and at (list :at at))
                      (and limit
                           (list :limit (scim-batch-env--number limit)))
                      (scim-batch-env--tenant options)
                      (scim-batch-env--rendering options)))))))

;;;; What writes

(defun scim-batch-env--propose (options method write &rest params)
  "Show what METHOD with PARAMS would write, and write it if WRITE is non-nil.
OPTIONS say where to report to.  What is written is what was looked at:
the bridge refuses when a file has changed since."
  (let* ((color (or (scim-batch--options-color options) :json-false))
         (ask (apply-partially #'scim-batch-env--ask options method
                               :color color))
         (proposal (apply ask params)))
    (if (not write)
        (progn
          (scim-batch-env--report options proposal)
          (message "scim: Nothing was written; --write writes it"))
      (scim-batch-env--written
       options
       (apply ask :digest (plist-get proposal :digest) params)))))

(defun scim-batch-env--written (options answer)
  "Report ANSWER, about what was written, as OPTIONS say."
  (scim-batch-env--report options answer)
  (when (plist-get answer :backup)
    (message "scim: What was there is in %s" (plist-get answer :backup)))
  (when (eq t (plist-get answer :undone))
    (message "scim: Undone, because the doctor found errors")
    (when (zerop scim-batch--exit-code)
      (setq scim-batch--exit-code scim-protocol-exit-failed))))

(defun scim-batch-env--rollback (arguments)
  "Restore a revision; ARGUMENTS are those of env rollback."
  (let* ((options (scim-batch-env--parse
                   arguments nil
                   (list (scim-batch-env--option "--write" :write)
                         (scim-batch-env--option "--force" :force))
                   '("text")))
         (names (scim-batch-env--arguments options 1 nil
                                           "env rollback REV [FILE...]")))
    (scim-batch-env--with-bridge options
      (apply #'scim-batch-env--propose options scim-protocol-env-rollback
             (scim-batch--get options :write)
             :revision (car names)
             :force (or (scim-batch--get options :force) :json-false)
             (and (cdr names) (list :files (vconcat (cdr names))))))))

(defun scim-batch-env--add-key (options value)
  "Add VALUE to the keys of OPTIONS."
  (cl-callf plist-put (scim-batch--options-more options)
    :keys (append (scim-batch--get options :keys) (list value))))

(defun scim-batch-env--promote (arguments)
  "Carry settings over; ARGUMENTS are those of env promote."
  (let* ((options (scim-batch-env--parse
                   arguments
                   (list (cons "--key" #'scim-batch-env--add-key))
                   (list (scim-batch-env--option "--write" :write)
                         (assoc "--no-doctor" scim-batch--flags))
                   '("text")))
         (names (scim-batch-env--arguments options 2 2 "env promote FROM TO"))
         (keys (scim-batch--get options :keys)))
    (scim-batch-env--with-bridge options
      (apply #'scim-batch-env--propose options scim-protocol-env-promote
             (scim-batch--get options :write)
             :from (car names) :to (cadr names)
             :doctor (if (scim-batch--options-no-doctor options) :json-false t)
             (and keys (list :keys (vconcat keys)))))))

;;;; Trust

(defun scim-batch-env--commands-text (seen)
  "Return the commands of SEEN, what the bridge told about a file, as text."
  (mapconcat (lambda (command)
               (format "%s:%d: %s\n" (plist-get seen :file)
                       (1+ (plist-get command :line))
                       (plist-get command :command)))
             (plist-get seen :commands) ""))

(defun scim-batch-env--trust (arguments)
  "Let a file run commands; ARGUMENTS are those of env trust."
  (let* ((options (scim-batch-env--parse
                   arguments nil
                   (list (scim-batch-env--option "--digest" :digest))
                   '("text")))
         (file (expand-file-name
                (car (scim-batch-env--arguments options 1 1
                                                "env trust FILE")))))
    (scim-batch-env--with-bridge options
      (let ((seen (scim-batch-env--ask options scim-protocol-trust-inspect
                                       :file file)))
        (cond ((scim-batch--get options :digest)
               (scim-batch-env--print
                options (concat (plist-get seen :contentDigest) "\n")))
              ((seq-empty-p (plist-get seen :commands))
               (message "scim: %s runs no commands" (plist-get seen :file)))
              (t (scim-batch-env--grant options seen)))))))

(defun scim-batch-env--grant (options seen)
  "Show the commands of the file SEEN as OPTIONS say, and trust it."
  (scim-batch-env--print options (scim-batch-env--commands-text seen))
  (scim-batch-env--ask options scim-protocol-trust-grant
                       :file (plist-get seen :file)
                       :digest (plist-get seen :digest))
  (message "scim: %s may run these commands, as long as it stays as it is"
           (plist-get seen :file)))

(defconst scim-batch-env--commands
  '(("list" . scim-batch-env--list)
    ("example" . scim-batch-env--example)
    ("diff" . scim-batch-env--diff)
    ("history" . scim-batch-env--history)
    ("rollback" . scim-batch-env--rollback)
    ("promote" . scim-batch-env--promote)
    ("trust" . scim-batch-env--trust))
  "What follows env on the command line, and the functions that do it.")

;;;###autoload
(defun scim-batch-env (arguments)
  "Do the command env with ARGUMENTS."
  (let ((command (assoc (car arguments) scim-batch-env--commands)))
    (unless command
      (scim-batch--refuse "%s; known are %s"
                          (if (car arguments)
                              (concat "Unknown command env " (car arguments))
                            "No command after env")
                          (scim-batch--enumerate
                           (mapcar #'car scim-batch-env--commands))))
    (funcall (cdr command) (cdr arguments))))

;;;; Rotation

(defun scim-batch-env--quiet-hours (text)
  "Return the params for TEXT, a number of hours or nil; refuse other text."
  (cond ((not text) nil)
        ((string-match-p "\\`[0-9]+\\(?:\\.[0-9]+\\)?\\'" text)
         (list :quietHours (string-to-number text)))
        (t (scim-batch--refuse
            "--quiet-hours wants a number of hours, not %s" text))))

;;;###autoload
(defun scim-batch-rotate (arguments)
  "Do the command rotate with ARGUMENTS."
  (let* ((options (scim-batch-env--parse
                   arguments
                   (list (scim-batch-env--option "--quiet-hours" :quiet-hours))
                   nil '("text" "jsonl")))
         (usage "rotate status, rotate verify or rotate finish")
         (action (car (scim-batch-env--arguments options 1 1 usage)))
         (quiet (scim-batch-env--quiet-hours
                 (scim-batch--get options :quiet-hours))))
    (unless (member action '("status" "verify" "finish"))
      (scim-batch--refuse "Wanted: %s" usage))
    (scim-batch-env--with-bridge options
      (scim-batch-env--report
       options
       (apply #'scim-batch-env--ask options scim-protocol-rotate
              :action action
              :format (scim-batch--options-format options)
              (append quiet (scim-batch-env--tenant options)))))))

(provide 'scim-batch-env)
;;; scim-batch-env.el ends here
