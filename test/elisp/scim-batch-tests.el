;;; scim-batch-tests.el --- Tests for scim-batch.el -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Each test starts Emacs, as continuous integration does, and looks at
;; its exit code, its standard output and its standard error.

;;; Code:

(require 'scim-protocol)
(require 'scim-json)
(require 'scim-test-mock)

(defconst scim-batch-tests--elisp
  (expand-file-name "../../elisp/" scim-test-directory)
  "Where the package is.")

(defun scim-batch-tests--emacs (environment &rest arguments)
  "Run Emacs with ARGUMENTS, and ENVIRONMENT as well, in batch mode.
Its standard input has an answer for whoever asks.  Return a list of
exit code, standard output and standard error."
  (let ((errors (make-temp-file "scim-batch-err"))
        (process-environment (append environment process-environment))
        (coding-system-for-read 'utf-8-unix)
        (coding-system-for-write 'utf-8-unix))
    (unwind-protect
        (with-temp-buffer
          (insert "y\nyes\n")
          (let ((code (apply #'call-process-region (point-min) (point-max)
                             (expand-file-name invocation-name
                                               invocation-directory)
                             t (list t errors) nil
                             "-Q" "--batch" "-L" scim-batch-tests--elisp
                             arguments)))
            (list code (buffer-string)
                  (with-temp-buffer
                    (insert-file-contents errors)
                    (buffer-string)))))
      (delete-file errors))))

(defun scim-batch-tests--run (environment &rest arguments)
  "Call `scim-batch' with ARGUMENTS and ENVIRONMENT in an Emacs of its own.
Return what `scim-batch-tests--emacs' returns."
  (apply #'scim-batch-tests--emacs environment
         "-l" "scim-batch" "-f" "scim-batch" "--" arguments))

(defmacro scim-batch-tests--in-directory (files &rest body)
  "Evaluate BODY in a new directory with FILES, an alist of name and text."
  (declare (indent 1))
  `(let* ((directory (file-truename
                      (file-name-as-directory (make-temp-file "scim-batch" t))))
          (default-directory directory))
     (unwind-protect
         (progn
           (pcase-dolist (`(,name . ,text) ,files)
             (make-directory (file-name-directory (expand-file-name name)) t)
             (write-region text nil name nil 'silent))
           ,@body)
       (delete-directory directory t))))

(defmacro scim-batch-tests--expect (code call &rest body)
  "Check that CALL exits with CODE; evaluate BODY with `out' and `err' bound."
  (declare (indent 2))
  `(pcase-let* ((`(,exit ,out ,err) ,call))
     (ert-info ((format "stdout: %s\nstderr: %s\n" out err))
       (should (equal exit ,code))
       ,@body)))

(defconst scim-batch-tests--good
  "### list\nGET /Users?count=1\n\n?? status == 200\n"
  "A request file that passes.")

(defconst scim-batch-tests--bad
  "### list\nGET /Users?count=1\n\n?? status == 299\n\n### later\nGET /Groups\n"
  "A request file whose first assertion fails.")

;;;; Command line

(ert-deftest scim-batch-help-and-version ()
  (scim-batch-tests--expect 0 (scim-batch-tests--run nil "--help")
    (should (string-prefix-p "Usage: " out))
    (should (equal err "")))
  (scim-batch-tests--expect 0 (scim-batch-tests--run nil "run" "--help")
    (should (string-prefix-p "Usage: " out)))
  (scim-batch-tests--expect 0 (scim-batch-tests--run nil "--version")
    (should (string-match-p "\\`scim [0-9]+\\.[0-9]+\\.[0-9]+ (.*)\n\\'" out))))

(ert-deftest scim-batch-refuses-wrong-usage ()
  (scim-batch-tests--in-directory '(("a.scim" . "GET /Users\n")
                                    ("d/scim.yaml" . "tenants: {}\n")
                                    ("d/b.scim" . "GET /Users\n")
                                    ("e/scim.yaml" . "tenants: {}\n")
                                    ("e/c.scim" . "GET /Users\n"))
    (pcase-dolist
        (`(,message . ,arguments)
         '(("No command")
           ("Unknown command plan" "plan" "a.scim")
           ("Unknown option --frobnicate" "--frobnicate")
           ("No FILE" "run")
           ("Unknown option --frobnicate" "run" "--frobnicate" "a.scim")
           ("Unknown option -x" "run" "-x" "a.scim")
           ("--color has no value" "run" "--color=1" "a.scim")
           ("Unknown format tap" "run" "--format" "tap" "a.scim")
           ("--format wants a value" "run" "a.scim" "--format")
           ("--timeout wants a number" "run" "--timeout" "soon" "a.scim")
           ("--timeout wants a number" "run" "--timeout=0" "a.scim")
           ("--var wants NAME=VALUE" "run" "--var" "x" "a.scim")
           ("no.scim does not exist" "run" "a.scim" "no.scim")
           ("d is not a file" "run" "d")
           ("no/report cannot be written" "run" "a.scim" "--output" "no/report")
           ("no/x.har cannot be written" "run" "a.scim" "--har=no/x.har")
           ("There is no scim.yaml in d/../x" "run" "--workspace" "d/../x" "a.scim")
           ("different workspaces" "run" "d/b.scim" "e/c.scim")))
      (scim-batch-tests--expect scim-protocol-exit-invalid-usage
          (apply #'scim-batch-tests--run nil arguments)
        (should (string-search message err))
        (should (string-search "Usage: " err))
        (should (equal out ""))))))

(ert-deftest scim-batch-says-why-the-bridge-cannot-start ()
  (scim-batch-tests--in-directory `(("a.scim" . ,scim-batch-tests--good))
    (scim-batch-tests--expect scim-protocol-exit-bridge-not-started
        (scim-batch-tests--emacs
         nil "--eval" "(setq scim-node-executable \"no-such-node\")"
         "-l" "scim-batch" "-f" "scim-batch" "--" "run" "a.scim"
         "--format" "junit")
      (should (string-search "no-such-node" err))
      (should-not (string-search "Debugger" err))
      (should (equal out "")))))

;;;; Request files

(ert-deftest scim-batch-runs-request-files ()
  (scim-batch-tests--in-directory `(("good.scim" . ,scim-batch-tests--good)
                                    ("-odd name.scim" . ,scim-batch-tests--good))
    (scim-batch-tests--expect 0
        (scim-batch-tests--run (scim-test-mock-environment)
                               "run" "good.scim" "--" "-odd name.scim")
      (should (string-search "good.scim" out))
      (should (string-search "-odd name.scim" out))
      (should (string-match-p "2 passed" out))
      (should (equal err "")))))

(ert-deftest scim-batch-failure-is-exit-1 ()
  (scim-batch-tests--in-directory `(("bad.scim" . ,scim-batch-tests--bad))
    (scim-batch-tests--expect scim-protocol-exit-failed
        (scim-batch-tests--run (scim-test-mock-environment) "run" "bad.scim")
      (should (string-match-p "bad\\.scim:4" out))
      (should (string-match-p "1 skipped" out)))
    (scim-batch-tests--expect scim-protocol-exit-failed
        (scim-batch-tests--run (scim-test-mock-environment)
                               "run" "--continue" "bad.scim")
      (should (string-match-p "1 passed" out)))))

(ert-deftest scim-batch-exit-codes-tell-failures-apart ()
  (scim-batch-tests--in-directory '(("a.scim" . "GET /Users?count=1\n"))
    (let ((tenant (scim-test-mock-environment)))
      (scim-batch-tests--expect scim-protocol-exit-invalid-usage
          (scim-batch-tests--run '("SCIM_API_BASE_URL" "SCIM_AUTH_TOKEN")
                                 "run" "a.scim")
        (should (string-search "SCIM_API_BASE_URL" (concat out err))))
      (scim-batch-tests--expect scim-protocol-exit-invalid-usage
          (scim-batch-tests--run tenant "run" "--tenant" "nowhere" "a.scim")
        (should (string-search "nowhere" (concat out err))))
      (scim-batch-tests--expect scim-protocol-exit-authentication-or-network
          (scim-batch-tests--run (cons "SCIM_AUTH_TOKEN=wr0ng-t0ken" tenant)
                                 "run" "a.scim")
        (should (string-search "401" out))
        (should-not (string-search "wr0ng-t0ken" (concat out err))))
      (scim-batch-tests--expect scim-protocol-exit-authentication-or-network
          (scim-batch-tests--run (cons "SCIM_API_BASE_URL=http://127.0.0.1:1/scim"
                                       tenant)
                                 "run" "a.scim")
        (should (string-search "127.0.0.1" out))))))

(ert-deftest scim-batch-machine-formats-are-pure ()
  (scim-batch-tests--in-directory
      `(("good.scim" . ,scim-batch-tests--good)
        ("talk.el" . ";;; -*- lexical-binding: t -*-\n(princ \"prïnt\\n\")\n(message \"mëssage\")\n"))
    (let ((environment (cons "LC_ALL=C" (scim-test-mock-environment))))
      (scim-batch-tests--expect 0
          (scim-batch-tests--run environment "run" "talk.el" "good.scim"
                                 "--format=junit")
        (with-temp-buffer
          (insert out)
          (let ((xml (libxml-parse-xml-region (point-min) (point-max))))
            (should (eq (car xml) 'testsuites))))
        (should-not (string-search "nt\n" out))
        (should (string-search "prïnt" err))
        (should (string-search "mëssage" err)))
      (scim-batch-tests--expect 0
          (scim-batch-tests--run environment "run" "talk.el" "good.scim"
                                 "--format" "jsonl")
        (let ((lines (mapcar #'scim-json-parse (split-string out "\n" t))))
          (should (equal (scim-attribute (car lines) 'type) "version"))
          (should (> (length lines) 2))))
      (scim-batch-tests--expect 0
          (scim-batch-tests--run environment "run" "talk.el")
        (should (string-search "prïnt\n" out))
        (should-not (string-search "mëssage" out))))))

(ert-deftest scim-batch-output-goes-to-a-file ()
  (scim-batch-tests--in-directory `(("ä.scim" . ,scim-batch-tests--good)
                                    ("report.xml" . "old and long enough to show"))
    (scim-batch-tests--expect 0
        (scim-batch-tests--run (scim-test-mock-environment) "run" "ä.scim"
                               "--format" "junit" "--output" "report.xml")
      (should (equal out ""))
      (with-temp-buffer
        (let ((coding-system-for-read 'utf-8-unix))
          (insert-file-contents "report.xml"))
        (should (string-prefix-p "<?xml" (buffer-string)))
        (should (string-search "ä.scim" (buffer-string)))
        (should (eq 'testsuites
                    (car (libxml-parse-xml-region (point-min) (point-max)))))))))

(ert-deftest scim-batch-writes-an-http-archive ()
  (scim-batch-tests--in-directory `(("a.scim" . ,scim-batch-tests--good)
                                    ("bad.scim" . ,scim-batch-tests--bad))
    (scim-batch-tests--expect scim-protocol-exit-failed
        (scim-batch-tests--run (scim-test-mock-environment)
                               "run" "a.scim" "bad.scim" "--har" "x.har")
      (should (equal err ""))
      (let* ((text (with-temp-buffer
                     (insert-file-contents "x.har")
                     (buffer-string)))
             (entries (scim-attribute (scim-json-parse text) 'log 'entries)))
        (should (equal "1.2" (scim-attribute (scim-json-parse text)
                                             'log 'version)))
        (should (= 2 (cl-count-if
                      (lambda (entry)
                        (string-suffix-p "/Users?count=1"
                                         (scim-attribute entry 'request 'url)))
                      entries)))
        (should-not (string-search scim-test-mock-token text))))))

(ert-deftest scim-batch-finds-the-workspace-and-sets-variables ()
  (let* ((url (scim-test-mock-url))
         (yaml (format "tenants:
  here:
    baseUrl: %s
    auth: { scheme: bearer, token: 'env:SCIM_AUTH_TOKEN' }
  there:
    baseUrl: http://127.0.0.1:1/
    auth: { scheme: bearer, token: 'env:SCIM_AUTH_TOKEN' }
" url)))
    (scim-batch-tests--in-directory
        `(("ws/scim.yaml" . ,yaml)
          ("ws/sub/a.scim" . "@n = 5\n\n### one\nGET /Users?count={{n}}\n\n?? body.itemsPerPage == 1\n?? \"{{q}}\" == \"a=b c\"\n")
          ("b.scim" . ,scim-batch-tests--good))
      (dolist (arguments '(("ws/sub/a.scim" "--tenant" "here")
                           ("--workspace" "ws" "ws/sub/a.scim" "--tenant=here")))
        (scim-batch-tests--expect 0
            (apply #'scim-batch-tests--run
                   (list (concat "SCIM_AUTH_TOKEN=" scim-test-mock-token)
                         "SCIM_API_BASE_URL")
                   "run" "--var" "n=1" "--var=q=a=b c" arguments)))
      (scim-batch-tests--expect 0
          (scim-batch-tests--run
           (list (concat "SCIM_AUTH_TOKEN=" scim-test-mock-token))
           "run" "--workspace=ws" "--tenant" "here" "b.scim")))))

(ert-deftest scim-batch-color-is-asked-for ()
  (scim-batch-tests--in-directory `(("a.scim" . ,scim-batch-tests--good))
    (scim-batch-tests--expect 0
        (scim-batch-tests--run (scim-test-mock-environment) "run" "a.scim")
      (should-not (string-search "\e[" out)))
    (scim-batch-tests--expect 0
        (scim-batch-tests--run (scim-test-mock-environment)
                               "run" "a.scim" "--color")
      (should (string-search "\e[" out)))))

;;;; Scripts

(ert-deftest scim-batch-runs-scripts-with-the-lisp-api ()
  (scim-batch-tests--in-directory
      '(("onboard.el" . ";;; -*- lexical-binding: t -*-
(let ((count 0))
  (defun bump () (setq count (1+ count))))
(unless (= 1 (bump)) (error \"Not lexical\"))
(require 'cl-lib)
(cl-assert (equal scim-batch-variables '((\"who\" . \"jane doe\"))))
(let ((user (scim-create 'User `((schemas . [\"urn:ietf:params:scim:schemas:core:2.0:User\"])
                                 (userName . ,(format \"script-%s\" (random 1000000000)))))))
  (princ (format \"made %s\\n\" (scim-attribute user 'userName)))
  (scim-delete 'User user))
"))
    (scim-batch-tests--expect 0
        (scim-batch-tests--run (scim-test-mock-environment)
                               "run" "onboard.el" "--var" "who=jane doe")
      (should (string-match-p "made script-" out))
      (should (string-match-p "onboard\\.el" out)))))

(defun scim-batch-tests--script (form)
  "Return the text of a script with FORM, a string, in line 3."
  (format ";;; -*- lexical-binding: t -*-\n;; A comment.\n%s\n" form))

(ert-deftest scim-batch-reports-the-errors-of-scripts ()
  (let* ((cases
          '(("Boom" . "(error \"Boom\")")
            ("no-such-function" . "(no-such-function)")
            ("404" . "(scim-get 'User \"nobody\")")
            ("404" . "(scim-get 'User \"nobody\" :callback #'ignore)")
            ("Late" . "(scim-list 'User :limit 1 :callback (lambda (_) (error \"Late\")))")
            ("End of file" . "(progn")
            ("Quit" . "(signal 'quit nil)")
            ("inhibited" . "(y-or-n-p \"Really? \")")
            ("inhibited" . "(read-string \"Name: \")")
            ("inhibited" . "(read-passwd \"Password: \")")
            ("inhibited" . "(read-key \"Key: \")")
            ("inhibited"
             . "(read-multiple-choice \"Which? \" '((?a \"a\") (?b \"b\")))")))
         (names (cl-loop for i below (length cases)
                         collect (format "s%d.el" i)))
         (scripts (cl-mapcar (lambda (name it)
                               (cons name (scim-batch-tests--script (cdr it))))
                             names cases)))
    (scim-batch-tests--in-directory
        `(("good.scim" . ,scim-batch-tests--good) ,@scripts)
      (scim-batch-tests--expect scim-protocol-exit-failed
          (apply #'scim-batch-tests--run (scim-test-mock-environment)
                 "run" `(,@names "good.scim" "--format" "jsonl"))
        (cl-mapc
         (lambda (name it)
           (let ((line (cl-find-if
                        (lambda (line)
                          (and (string-search (format "\"%s\"" name) line)
                               (string-search "\"error\"" line)))
                        (split-string out "\n" t))))
             (ert-info ((format "%s: %s\n%s\n" name (cdr it) line))
               (should line)
               (should (string-match-p (car it) line)))))
         names cases)
        ;; The next file is run nevertheless.
        (should (string-search "\"passed\"" out))))))

(ert-deftest scim-batch-says-where-a-script-failed ()
  (scim-batch-tests--in-directory
      `(("s.el" . ,(scim-batch-tests--script "\n(ignore)\n\n(error \"Boom\")")))
    (scim-batch-tests--expect scim-protocol-exit-failed
        (scim-batch-tests--run (scim-test-mock-environment) "run" "s.el")
      (should (string-search "s.el:6" out))
      (should (string-search "Boom" out)))))

(ert-deftest scim-batch-exit-code-fits-the-condition-of-a-script ()
  (scim-batch-tests--in-directory
      '(("s.el" . "(scim-list 'User :tenant \"nowhere\")\n"))
    (scim-batch-tests--expect scim-protocol-exit-invalid-usage
        (scim-batch-tests--run (scim-test-mock-environment) "run" "s.el")
      (should (string-search "nowhere" out)))))

(ert-deftest scim-batch-network-failure-of-a-script-is-exit-7 ()
  (scim-batch-tests--in-directory '(("s.el" . "(scim-get 'User \"x\")\n"))
    (scim-batch-tests--expect scim-protocol-exit-authentication-or-network
        (scim-batch-tests--run (cons "SCIM_API_BASE_URL=http://127.0.0.1:1/scim"
                                     (scim-test-mock-environment))
                               "run" "s.el")
      (should (string-search "127.0.0.1" out)))))

;;;; Time and the end

(ert-deftest scim-batch-timeout-stops-the-run ()
  (scim-batch-tests--in-directory `(("s.el" . "(sleep-for 600)\n")
                                    ("a.scim" . ,scim-batch-tests--good))
    (dolist (format '("text" "junit" "jsonl"))
      (scim-batch-tests--expect scim-protocol-exit-failed
          (scim-batch-tests--run (scim-test-mock-environment)
                                 "run" "--timeout" "0.5" "s.el" "a.scim"
                                 "--format" format)
        (should (string-search "--timeout" err))
        (should (string-search "s.el" out))
        (when (equal format "junit")
          (with-temp-buffer
            (insert out)
            (should (libxml-parse-xml-region (point-min) (point-max)))))))))

(ert-deftest scim-batch-timeout-cancels-a-request ()
  (let ((silent (make-network-process :name "silent" :server t :host "127.0.0.1"
                                      :service t :family 'ipv4 :noquery t)))
    (unwind-protect
        (scim-batch-tests--in-directory `(("a.scim" . ,scim-batch-tests--good))
          (scim-batch-tests--expect scim-protocol-exit-failed
              (scim-batch-tests--run
               (cons (format "SCIM_API_BASE_URL=http://127.0.0.1:%d/"
                             (process-contact silent :service))
                     (scim-test-mock-environment))
               "run" "--timeout" "1" "a.scim")
            (should (string-search "--timeout" err))))
      (delete-process silent))))

(ert-deftest scim-batch-leaves-nothing-running-and-loads-no-ui ()
  (scim-batch-tests--in-directory
      `(("s.el" . "(require 'scim-rpc)
(scim-list 'User :limit 1)
(princ (format \"pid=%s features=%S\\n\" (plist-get (car (scim-rpc-bridges)) :pid)
               (seq-intersection features '(flymake transient scim scim-request
                                            scim-response scim-log comint))))\n"))
    (scim-batch-tests--expect 0
        (scim-batch-tests--run (scim-test-mock-environment) "run" "s.el")
      (should (string-match "pid=\\([0-9]+\\) features=nil" out))
      (should-not (process-attributes
                   (string-to-number (match-string 1 out)))))))

(ert-deftest scim-batch-survives-the-death-of-the-bridge ()
  (scim-batch-tests--in-directory
      `(("s.el" . "(signal-process (plist-get (car (scim-rpc-bridges)) :pid) 9)
(scim-list 'User)\n"))
    (scim-batch-tests--expect scim-protocol-exit-failed
        (scim-batch-tests--run (scim-test-mock-environment) "run" "s.el")
      (should-not (string-search "Debugger entered" err))
      (should (string-match-p "bridge" err)))))

(provide 'scim-batch-tests)
;;; scim-batch-tests.el ends here
