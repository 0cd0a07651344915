;;; scim-batch-run.el --- Run request files and scripts without a person -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The command `run' of scim-batch.el: request files, which the bridge
;; runs, and Emacs Lisp scripts, which are evaluated here, with one
;; report about all of them.

;;; Code:

(require 'seq)
(require 'scim-batch)
(require 'scim-client)

(defvar scim-batch-run--report nil
  "Id of the report that the bridge writes.")

(defconst scim-batch-run--grace 5
  "Seconds that the report may take to end after the time is over.")

;;;; Report

(defun scim-batch-run--begin (options root)
  "Open the report that OPTIONS ask for, in the bridge of ROOT."
  (let ((output (scim-batch--options-output options)))
    (when output
      (write-region "" nil output nil 'silent))
    (scim-rpc-on scim-protocol-report-output
                 (lambda (_root params)
                   (scim-batch--write output (plist-get params :text)))
                 :immediately t)
    (setq scim-batch-run--report
          (plist-get (scim-batch--ask
                      scim-protocol-report-begin root
                      :format (scim-batch--options-format options)
                      :color (or (scim-batch--options-color options)
                                 :json-false)
                      :verbose (or (scim-batch--options-verbose options)
                                   :json-false))
                     :report))))

;;;; Request files

(defun scim-batch-run--read (file)
  "Return the text of FILE."
  (with-temp-buffer
    (let ((coding-system-for-read 'utf-8-unix))
      (insert-file-contents file))
    (buffer-string)))

(defun scim-batch-run--requests (file options root)
  "Run the request FILE as OPTIONS say, in the workspace ROOT."
  (let ((variables (make-hash-table :test #'equal)))
    (pcase-dolist (`(,name . ,value) (scim-batch--options-variables options))
      (puthash name value variables))
    (apply #'scim-batch--ask scim-protocol-request-run root
           :report scim-batch-run--report
           :source (scim-batch-run--source file)
           :onFailure (if (scim-batch--options-continue options)
                          "continue"
                        "stop")
           :variables variables
           (and (scim-batch--options-tenant options)
                (list :tenant (scim-batch--options-tenant options))))))

;;;; Scripts

(defun scim-batch-run--script-p (file)
  "Is FILE a script in Emacs Lisp, rather than a request file?"
  (string-suffix-p ".el" file t))

(defvar scim-batch-run--script-position nil
  "Where the top-level form of the script is that is being evaluated.")

(defvar scim-batch-run--script-output t
  "Where scripts print to; see `standard-output'.")

(defun scim-batch-run--record (options root)
  "Have the bridge of ROOT remember what is in force while OPTIONS are done.
The bridge does so by itself for request files that write, but cannot
know what a script will do."
  (let ((problem (plist-get
                  (apply #'scim-batch--ask scim-protocol-env-record root
                         :command "script" :versions (scim-client-versions)
                         (and (scim-batch--options-tenant options)
                              (list :tenant
                                    (scim-batch--options-tenant options))))
                  :problem)))
    (when problem
      (message "scim: %s" problem))))

(defun scim-batch-run--script (file options root)
  "Evaluate the Emacs Lisp script FILE as OPTIONS say, in the workspace ROOT."
  (require 'scim-api-all)
  (scim-batch-run--record options root)
  (let* ((start (float-time))
         (condition (scim-batch-run--script-failure file options root))
         (outcome (if condition
                      (list :outcome "error"
                            :error (scim-batch--view
                                    condition file scim-batch-run--script-position))
                    (list :outcome "passed"))))
    (apply #'scim-batch--ask scim-protocol-report-script root
           :report scim-batch-run--report
           :path file
           :seconds (max 0 (- (float-time) start))
           outcome)))

(defun scim-batch-run--script-failure (file options root)
  "Evaluate the script FILE; return the condition that it ended with, or nil.
OPTIONS and ROOT are as in `scim-batch-run--script'.  What it prints
goes to standard error if the report is for a machine."
  (let* ((failure nil)
         (scim-workspace root)
         (scim-tenant (or (scim-batch--options-tenant options) scim-tenant))
         (scim-batch-variables (scim-batch--options-variables options))
         (scim-api-unhandled-error-function
          (lambda (condition)
            (setq failure (or failure condition))))
         (scim-batch-run--script-output
          (if (equal (scim-batch--options-format options) "text")
              t
            #'external-debugging-output))
         (standard-output scim-batch-run--script-output))
    (setq scim-batch-run--script-position nil)
    (condition-case err
        (progn
          (scim-batch-run--load (expand-file-name file))
          (scim-api-wait))
      ((error quit) (setq failure (or failure err))))
    failure))

(defun scim-batch-run--load (file)
  "Load FILE and note the position of each form of it."
  (let* ((read load-read-function)
         (load-read-function
          (lambda (&optional stream)
            (when (and (bufferp stream) (equal load-file-name file))
              (scim-batch-run--note-position stream))
            ;; `load' has just bound it to standard output.
            (setq standard-output scim-batch-run--script-output)
            (funcall read stream))))
    (load file nil t t)))

(defun scim-batch-run--note-position (buffer)
  "Note where the form after point in BUFFER begins."
  (with-current-buffer buffer
    (save-excursion
      (forward-comment (buffer-size))
      (setq scim-batch-run--script-position
            (list :line (1- (line-number-at-pos nil t)) :character 0)))))

;;;; Before the run

(defun scim-batch-run--source (file)
  "Return FILE as a source of the protocol."
  (list :path file :content (scim-rpc-text-ref (scim-batch-run--read file))))

(defun scim-batch-run--preflight (options root)
  "Have the bridge of ROOT check what the files of OPTIONS will write to.
Return what it answers."
  (let* ((files (scim-batch--options-files options))
         (requests (seq-remove #'scim-batch-run--script-p files))
         (tenant (scim-batch--options-tenant options)))
    (apply #'scim-batch--ask scim-protocol-doctor-preflight root
           :sources (vconcat (mapcar #'scim-batch-run--source requests))
           :scripts (if (seq-some #'scim-batch-run--script-p files)
                        t :json-false)
           :client (scim-client-versions)
           (and tenant (list :tenant tenant)))))

(defun scim-batch-run--obstacle (options root)
  "Return why the files of OPTIONS must not be run, as an errorView, or nil.
What the bridge of ROOT finds is told on standard error, unless it is
fine.  Without the checks, a tenant that is not what it should
be would be found out halfway."
  (unless (scim-batch--options-no-doctor options)
    (condition-case err
        (let ((answer (scim-batch-run--preflight options root)))
          (scim-batch-run--tell-findings
           (split-string (scim-rpc-text (plist-get answer :report)) "\n")
           (plist-get answer :findings))
          (plist-get answer :error))
      (scim-error (scim-batch--view err)))))

(defun scim-batch-run--tell-findings (lines findings)
  "Tell those of FINDINGS that are not fine; LINES are the report of all."
  (mapc (lambda (finding)
          (when (member (plist-get finding :status) '("warning" "error"))
            (let ((rest (nthcdr (or (plist-get finding :reportLine) 0) lines)))
              (message "%s" (string-join
                             (cons (pop rest)
                                   (seq-take-while #'scim-batch-run--detail-p
                                                   rest))
                             "\n")))))
        findings))

(defun scim-batch-run--detail-p (line)
  "Does LINE of a report of the doctor belong to the finding before it?"
  (string-prefix-p "        " line))

;;;; The run

(defun scim-batch-run--file (file options root)
  "Run FILE as OPTIONS say, in the workspace ROOT; put errors into the report."
  (condition-case err
      (if (scim-batch-run--script-p file)
          (scim-batch-run--script file options root)
        (scim-batch-run--requests file options root))
    (error
     (scim-batch-run--report-error file (scim-batch--view err file) root))))

(defun scim-batch-run--report-error (file view root)
  "Put the error VIEW, which kept FILE from being run, into the report of ROOT."
  (scim-batch--ask scim-protocol-report-error root
                   :report scim-batch-run--report :path file :error view))

(defun scim-batch-run--files (options root)
  "Run the files of OPTIONS in the workspace ROOT, within their time."
  (let* ((files (scim-batch--options-files options))
         (seconds (scim-batch--options-timeout options)))
    (when (scim-batch--within seconds
            (let ((obstacle (scim-batch-run--obstacle options root)))
              (while files
                (if obstacle
                    (scim-batch-run--report-error (car files) obstacle root)
                  (scim-batch-run--file (car files) options root))
                (pop files))))
      (scim-batch-run--out-of-time files seconds root))))

(defun scim-batch-run--out-of-time (files seconds root)
  "Report that FILES could not be finished in SECONDS, to the bridge of ROOT."
  (let ((view (list :code "cancelled"
                    :message (format "The run was stopped after %s s (--timeout)"
                                     seconds)
                    :exitCode scim-protocol-exit-failed)))
    (scim-batch--fail view)
    (scim-batch--within scim-batch-run--grace
      (dolist (file files)
        (scim-batch-run--report-error file view root)))))

(defun scim-batch-run--save-har (options root)
  "Write the archive that OPTIONS ask for, from the bridge of ROOT.
It is of all tenants that the run has talked to."
  (when-let ((file (scim-batch--options-har options)))
    (let* ((answer (scim-batch--ask scim-protocol-trace-har root))
           (dropped (plist-get answer :dropped)))
      (scim-rpc-save-text (plist-get answer :har) file)
      (unless (zerop dropped)
        (message "scim: %d exchanges are missing in %s: only the latest are kept"
                 dropped file)))))

(defun scim-batch-run--end (root)
  "Close the report, in the bridge of ROOT, and note its exit code."
  (when (scim-batch--within (and (not (zerop scim-batch--exit-code))
                                 scim-batch-run--grace)
          (let ((code (plist-get (scim-batch--ask scim-protocol-report-end root
                                                  :report scim-batch-run--report)
                                 :exitCode)))
            (when (zerop scim-batch--exit-code)
              (setq scim-batch--exit-code code))))
    (message "scim: The report could not be finished")))

;;;###autoload
(defun scim-batch-run (arguments)
  "Do the command run with ARGUMENTS."
  (let* ((options (scim-batch--parse arguments))
         (root (progn (scim-batch--check options)
                      (scim-batch--workspace options))))
    (when (scim-batch--options-no-doctor options)
      (message "scim: Nothing is checked before the run (--no-doctor)"))
    (when (scim-batch--start root)
      (scim-batch-run-report options root))))

(defun scim-batch-run-report (options root)
  "Run the files of OPTIONS in the workspace ROOT and report on them."
  (condition-case err
      (progn
        (scim-batch-run--begin options root)
        (scim-batch-run--files options root)
        (scim-batch-run--end root)
        (scim-batch-run--save-har options root))
    ;; What goes wrong with a file is in the report; this is not.
    (error
     (message "scim: The report is not complete")
     (scim-batch--fail (append (list :exitCode scim-protocol-exit-failed)
                               (scim-batch--view err))))))

(provide 'scim-batch-run)
;;; scim-batch-run.el ends here
