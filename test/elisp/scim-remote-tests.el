;;; scim-remote-tests.el --- Tests of workspaces on other machines -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The other machine is this one behind TRAMP's method for tests, a shell
;; in a terminal: the connection is as it is to another machine.

;;; Code:

(require 'ert)
(require 'tramp)
(require 'tramp-sh)
(require 'scim)
(require 'scim-browse)
(require 'scim-edit)
(require 'scim-api-raw)
(require 'scim-document)
(require 'scim-request)
(require 'scim-test-env)

(add-to-list 'tramp-methods
             '("scimmock"
               (tramp-login-program "/bin/sh")
               (tramp-login-args (("-i")))
               (tramp-direct-async ("-c"))
               (tramp-remote-shell "/bin/sh")
               (tramp-remote-shell-args ("-c"))
               (tramp-connection-timeout 10)))
(add-to-list 'tramp-default-host-alist
             `("\\`scimmock\\'" nil ,(system-name)))

;; What TRAMP remembers of this run is nobody's business.
(setq tramp-persistency-file-name nil
      tramp-verbose 0)

(defun scim-remote-tests--workspace ()
  "Write scim.yaml with the tenant good, and a set with its token."
  (write-region (concat "FAR_TOKEN=" scim-test-mock-token "\n")
                nil "far.env" nil 'silent)
  (write-region (format "default: good
tenants:
  good:
    baseUrl: %s
    variables: far.env
    auth: { scheme: bearer, token: env:FAR_TOKEN }
" (scim-test-mock-url))
                nil "scim.yaml" nil 'silent))

(defun scim-remote-tests--clean-up ()
  "Kill the buffers of files and of this package, and close connections."
  (dolist (buffer (buffer-list))
    (when (or (file-remote-p (or (buffer-file-name buffer) ""))
              (string-prefix-p "*SCIM" (buffer-name buffer)))
      (with-current-buffer buffer
        (set-buffer-modified-p nil))
      (let ((kill-buffer-query-functions nil))
        (kill-buffer buffer))))
  (tramp-cleanup-all-connections))

(defun scim-remote-tests--call (function)
  "Call FUNCTION in a workspace on the other machine with the tenant good.
Its directory there is `default-directory'."
  (scim-test-in-environment nil
    (scim-remote-tests--workspace)
    (scim-remote-forget)
    (let ((default-directory (expand-file-name
                              (concat "/scimmock::" default-directory)))
          (inhibit-message t))
      (unwind-protect
          (save-window-excursion (funcall function))
        (dolist (root (hash-table-keys scim-rpc--bridges))
          (scim-rpc-stop root))
        (scim-test-settle)
        (scim-remote-tests--clean-up)))))

(defmacro scim-remote-tests--on-host (&rest body)
  "Evaluate BODY in a workspace on the other machine."
  (declare (indent 0) (debug t))
  `(scim-remote-tests--call (lambda () ,@body)))

(defun scim-remote-tests--cache ()
  "Return the directory of bridges over there, as it is called there."
  (concat (getenv "XDG_CACHE_HOME") "/scim/remote/"))

(defun scim-remote-tests--node ()
  "Return the process id of the bridge itself, over there."
  (let ((process (scim-bridge-process
                  (gethash (scim-rpc-root) scim-rpc--bridges))))
    (process-get process 'remote-pid)))

(defun scim-remote-tests--root-p (root)
  "Is ROOT the workspace, on the other machine, and does its bridge run?"
  (and (file-remote-p root)
       (equal root (scim-rpc-root))
       (scim-rpc-ready-p root)))

;;;; Starting

(ert-deftest scim-remote-runs-the-bridge-over-there ()
  "It is copied once, where nobody else can look, and gets its own files."
  (scim-remote-tests--on-host
    (let ((copied 0))
      (cl-letf* ((copy (symbol-function 'scim-remote--copy))
                 ((symbol-function 'scim-remote--copy)
                  (lambda (&rest args) (cl-incf copied) (apply copy args))))
        (should (scim-list 'User :limit 3))
        (should (scim-remote-tests--root-p (scim-rpc-root)))
        (scim-rpc-restart (scim-rpc-root))
        (should (scim-list 'User :limit 1))
        (should (= 1 copied))))
    (let ((cache (scim-remote-tests--cache)))
      (should (= #o700 (file-modes cache)))
      (should (= 1 (length (directory-files cache nil "\\`bridge-[0-9a-f]+\\.cjs\\'"))))
      (scim-rpc-stop (scim-rpc-root))
      (scim-test-settle)
      (should-not (directory-files cache nil "\\`stderr-")))))

(ert-deftest scim-remote-broken-copy-is-replaced ()
  "What is not the bridge byte for byte is not run."
  (scim-remote-tests--on-host
    (scim-rpc-start (scim-rpc-root))
    (scim-rpc-stop (scim-rpc-root))
    (let ((copy (car (directory-files (scim-remote-tests--cache) t "cjs\\'"))))
      (write-region "process.exit(9)" nil copy nil 'silent)
      (should (scim-rpc-start (scim-rpc-root)))
      (should (> (file-attribute-size (file-attributes copy)) 100000)))))

(ert-deftest scim-remote-variables-of-this-machine-stay-here ()
  "They would be among the arguments of a process."
  (scim-remote-tests--on-host
    (file-exists-p default-directory)   ; The shell starts before.
    (let ((process-environment (cons "FAR_SECRET=t0p-s3cret"
                                     process-environment)))
      (scim-rpc-start (scim-rpc-root)))
    (let ((pid (scim-remote-tests--node)))
      (dolist (file '("environ" "cmdline"))
        (should-not (string-search
                     "t0p-s3cret"
                     (scim-test-env-read (format "/proc/%s/%s" pid file))))))))

(ert-deftest scim-remote-missing-node-is-explained ()
  "With the machine, the option, and where it was looked for."
  (scim-remote-tests--on-host
    (let ((scim-node-executable "no-such-node"))
      (let ((err (should-error (scim-list 'User) :type 'scim-bridge-error)))
        (should (string-match-p
                 (format "no-such-node.*on %s" (regexp-quote (system-name)))
                 (nth 1 err)))
        (should (string-match-p "connection-local" (scim-error-message err)))
        (should (string-match-p "tramp-remote-path" (scim-error-message err)))))
    (should-not (scim-rpc-ready-p (scim-rpc-root)))
    ;; Nothing is left that would keep it from being started.
    (should (scim-rpc-start (scim-rpc-root)))))

(ert-deftest scim-remote-node-of-a-machine ()
  "The option may have another value for a machine."
  (scim-remote-tests--on-host
    (let* ((script (expand-file-name "far-node"))
           (local (file-local-name script)))
      (write-region (format "#!/bin/sh\necho x >> %s.asked\nexec %s \"$@\"\n"
                            local (executable-find "node" t))
                    nil local nil 'silent)
      (set-file-modes local #o700)
      (connection-local-set-profile-variables
       'scim-remote-tests `((scim-node-executable . ,local)))
      (connection-local-set-profiles '(:protocol "scimmock") 'scim-remote-tests)
      (unwind-protect
          (progn
            (scim-rpc-start (scim-rpc-root))
            (should (file-exists-p (concat local ".asked")))
            (should (equal "node" scim-node-executable)))
        (connection-local-set-profile-variables 'scim-remote-tests nil)))))

(ert-deftest scim-remote-can-be-switched-off ()
  "Files over there then belong to the default workspace of this machine."
  (scim-remote-tests--on-host
    (let ((scim-remote-bridge nil))
      (should-not (scim-rpc-root)))
    (let ((default-directory "/ftp:nowhere:/"))
      (should-not (scim-rpc-root)))
    (should (file-remote-p (scim-rpc-root)))))

(ert-deftest scim-remote-directly ()
  "TRAMP may also start processes without a terminal."
  (scim-remote-tests--on-host
    (skip-unless (fboundp 'tramp-direct-async-process-p))
    (let ((text (concat (make-string 300000 ?é) "🎉")))
      (cl-letf (((symbol-function 'tramp-direct-async-process-p)
                 (lambda (&rest _) t))
                ((symbol-function 'tramp-handle-make-process)
                 (lambda (&rest args)
                   (let ((default-directory (file-local-name default-directory)))
                     (apply #'make-process args)))))
        (should (equal text (scim-remote-tests--round-trip text)))))))

;;;; Texts

(defun scim-remote-tests--round-trip (text)
  "Create a user with TEXT, read it, delete it, and return what was read."
  (let ((id (scim-attribute
             (scim-create
              'User `((schemas . ["urn:ietf:params:scim:schemas:core:2.0:User"])
                      (userName . ,(format "far-%d-%d" (emacs-pid) (random 99999)))
                      (displayName . ,text)))
             'id)))
    (prog1 (scim-attribute (scim-get 'User id) 'displayName)
      (scim-delete 'User id))))

(ert-deftest scim-remote-texts-arrive-unchanged ()
  "Whatever a terminal would change, and longer than its lines."
  (scim-remote-tests--on-host
    (dolist (text (list "\C-c\C-d\C-m\C-j\C-z\C-s\C-q\C-v\177\e[A\t"
                        (make-string 5000 ?x)
                        "שרה 🎉 ليلى"))
      (should (equal text (scim-remote-tests--round-trip text))))))

(ert-deftest scim-remote-long-texts-leave-no-files ()
  "They are part of messages, in both directions."
  (scim-remote-tests--on-host
    (let ((text (concat "ä" (make-string 300000 ?ö) "🎉"))
          (scim-text--files nil))
      (should (equal text (scim-remote-tests--round-trip text)))
      (should scim-text--files)
      (should-not (seq-some #'file-exists-p scim-text--files)))))

;;;; What a person does

(ert-deftest scim-remote-lists-and-edits ()
  "A list, a resource from it, and a change of that."
  (scim-remote-tests--on-host
    (let ((id (scim-attribute
               (scim-create
                'User `((schemas
                         . ["urn:ietf:params:scim:schemas:core:2.0:User"])
                        (userName . ,(format "far-%d" (random 999999)))
                        (title . "Guide")))
               'id)))
      (with-current-buffer (scim-browse "User")
        (scim-test-wait-for (lambda () (scim-test-settle)
                              (not scim-browse--handle)))
        (should (member id (scim-table-ids)))
        (should (equal default-directory (scim-rpc-root))))
      (with-current-buffer (scim-edit-resource "User" id)
        (scim-test-wait-for (lambda () (scim-test-settle)
                              (not scim-edit--handle)))
        (switch-to-buffer (current-buffer))
        (goto-char (point-min))
        (search-forward "Guide")
        (insert "🎉")
        (dotimes (_ 2)
          (execute-kbd-macro (kbd "C-c C-c"))
          (scim-test-wait-for
           (lambda () (scim-test-settle)
             (not (seq-some (lambda (buffer)
                              (buffer-local-value 'scim-edit--handle buffer))
                            (buffer-list)))))))
      (should (equal "Guide🎉" (scim-attribute (scim-get 'User id) 'title))))))

(defmacro scim-remote-tests--with-file (name text &rest body)
  "Evaluate BODY in the file NAME with TEXT on the other machine."
  (declare (indent 2) (debug t))
  `(progn
     (write-region ,text nil (file-local-name (expand-file-name ,name))
                   nil 'silent)
     (with-current-buffer (find-file-noselect ,name)
       (switch-to-buffer (current-buffer))
       (goto-char (point-min))
       ,@body)))

(defun scim-remote-tests--send ()
  "Send the request at point and wait."
  (call-interactively #'scim-request-send)
  (scim-test-wait-for (lambda () (scim-test-settle)
                        (not scim-request--handle))))

(ert-deftest scim-remote-sends-request-files ()
  "The place of an error is in the file over there."
  (scim-remote-tests--on-host
    (scim-remote-tests--with-file "far.scim"
        (format "### create 🎉
POST /Users

{ \"schemas\": [\"urn:ietf:params:scim:schemas:core:2.0:User\"],
  \"userName\": \"far-%d\", \"displayName\": \"ليلى 🎉\" }

?? status == 201

### wrong
GET /Users?filter=🎉 {{nobody}}
" (random 999999))
      (scim-remote-tests--send)
      (with-current-buffer "*SCIM response: create 🎉*"
        (should (string-match-p "ليلى 🎉" (buffer-string))))
      (let* ((file buffer-file-name)
             (err (should-error (scim-run-file file) :type 'scim-error)))
        (should (file-remote-p file))
        (should (equal file (scim-error-get err :file)))
        (should (equal 9 (plist-get (scim-error-get err :position) :line)))))))

(ert-deftest scim-remote-places-are-over-there ()
  "A wrong scim.yaml: the error names the file as Emacs calls it."
  (scim-remote-tests--on-host
    (write-region "tenants:\n  good:\n    baseURL: x # 🎉\n" nil
                  (file-local-name (expand-file-name "scim.yaml")) nil 'silent)
    (let ((err (should-error (scim-list 'User) :type 'scim-configuration-error)))
      (should (equal (expand-file-name "scim.yaml") (scim-error-get err :file)))
      (should (equal 2 (plist-get (scim-error-get err :position) :line))))))

(ert-deftest scim-remote-documents-are-known ()
  "Diagnostics of a file over there; visiting it starts nothing."
  (scim-remote-tests--on-host
    (scim-remote-tests--with-file "far.scim" "### 🎉
GET /Users?filter=usrName pr
"
      (let (found)
        (scim-document-flymake (lambda (diagnostics &rest _)
                                 (setq found diagnostics)))
        (scim-test-settle)
        (should-not (gethash (scim-rpc-root) scim-rpc--bridges))
        (scim-list 'User :limit 1)
        (scim-document-flymake (lambda (diagnostics &rest _)
                                 (when diagnostics
                                   (setq found diagnostics))))
        (scim-test-wait-for (lambda () found))
        (should (string-match-p "userName" (flymake-diagnostic-text
                                            (car found))))))))

;;;; The end

(ert-deftest scim-remote-quit-ends-the-wait ()
  "The bridge is told, and goes on."
  (scim-remote-tests--on-host
    (scim-rpc-start (scim-rpc-root))
    (scim-test-mock-stand-in
     "faults:\n  - { on: GET /Users, latency: 60s }\n")
    (let ((told nil)
          (timer (run-at-time 0.5 nil (lambda () (setq quit-flag t)))))
      (cl-letf* ((tell (symbol-function 'scim-rpc--tell))
                 ((symbol-function 'scim-rpc--tell)
                  (lambda (bridge method params)
                    (push method told)
                    (funcall tell bridge method params))))
        (should (eq 'quit (condition-case nil
                              (let ((inhibit-quit nil)) (scim-list 'User))
                            (quit 'quit)))))
      (cancel-timer timer)
      (should (member scim-protocol-cancel-request told))
      (should (scim-rpc-request scim-protocol-tenants nil)))))

(ert-deftest scim-remote-death-is-explained ()
  "With what it said last; the next request starts another one."
  (scim-remote-tests--on-host
    (scim-rpc-start (scim-rpc-root))
    (let* ((bridge (gethash (scim-rpc-root) scim-rpc--bridges))
           (stderr (process-get (scim-bridge-process bridge)
                                'scim-remote-stderr))
           condition)
      (write-region "last words 🎉\n" nil (file-local-name stderr) t 'silent)
      (scim-rpc-request-async scim-protocol-tenants nil)
      (signal-process (scim-remote-tests--node) 'KILL)
      (scim-test-wait-for
       (lambda () (eq 'dead (scim-bridge-state bridge))))
      (setq condition (scim-bridge-obituary bridge))
      (scim-test-wait-for
       (lambda () (string-match-p "last words 🎉"
                                  (scim-error-get condition :stderr))))
      (should-not (file-exists-p (file-local-name stderr)))
      (should (scim-list 'User :limit 1)))))

(ert-deftest scim-remote-ends-with-its-connection ()
  "No bridge stays behind over there."
  (scim-remote-tests--on-host
    (scim-rpc-start (scim-rpc-root))
    (let ((pid (scim-remote-tests--node))
          (bridge (gethash (scim-rpc-root) scim-rpc--bridges)))
      (delete-process (scim-bridge-process bridge))
      (scim-test-wait-for
       (lambda () (not (file-exists-p (format "/proc/%s" pid))))))))

(provide 'scim-remote-tests)
;;; scim-remote-tests.el ends here
