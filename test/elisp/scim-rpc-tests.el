;;; scim-rpc-tests.el --- Tests of the connection to the bridge -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The peer is fake-bridge.cjs, which misbehaves in all the ways that the
;; real bridge must not.

;;; Code:

(require 'scim-test-helper)

(defun scim-rpc-tests--condition (function)
  "Return the condition that calling FUNCTION signals; fail if there is none."
  (condition-case err
      (progn (funcall function) (ert-fail "Nothing was signalled"))
    (scim-error err)))

(defmacro scim-rpc-tests--failing (&rest body)
  "Return the condition that BODY signals."
  (declare (indent 0) (debug t))
  `(scim-rpc-tests--condition (lambda () ,@body)))

;;;; Requests

(ert-deftest scim-rpc-request-carries-values-both-ways ()
  "Text beyond ASCII, numbers and nesting arrive unchanged."
  (scim-test-with-bridge "good"
    (should (equal (scim-rpc-request
                    "test/echo" '(:text "Zoë 🦊 \\ \" \n" :list [1 "a" (:b 2)]))
                   (list :text "Zoë 🦊 \\ \" \n" :list [1 "a" (:b 2)]
                         :workDoneToken scim-handle--last-token)))))

(ert-deftest scim-rpc-request-tells-false-from-null ()
  "False is :json-false, null and the empty object are nil."
  (scim-test-with-bridge "good"
    (should (equal (scim-rpc-request "test/types" nil)
                   '( :yes t :no :json-false :nothing nil :list [1 2]
                      :empty nil)))))

(ert-deftest scim-rpc-request-sends-nil-params-as-object ()
  "A strict server refuses null params."
  (scim-test-with-bridge "good"
    (should-not (scim-rpc-request "test/echo" nil :progress nil))))

(ert-deftest scim-rpc-requests-wait-for-the-handshake ()
  "Requests made before the bridge is ready are sent in order."
  (scim-test-with-bridge "slow"
    (let (results)
      (dotimes (number 3)
        (scim-rpc-request-async
         "test/echo" (list :n number)
         :success (lambda (result) (push (plist-get result :n) results))))
      (scim-test-wait-for (lambda () (= 3 (length results))))
      (should (equal results '(2 1 0))))))

(ert-deftest scim-rpc-async-calls-back-in-the-buffer ()
  "Callbacks run in the buffer of the request, outside of the filter."
  (scim-test-with-bridge "good"
    (with-temp-buffer
      (let ((buffer (current-buffer)) where filter)
        (scim-rpc-request-async
         "test/echo" nil
         :success (lambda (_) (setq where (current-buffer)
                                    filter scim-process-in-filter)))
        (scim-test-wait-for (lambda () where))
        (should (eq where buffer))
        (should-not filter)))))

(ert-deftest scim-rpc-callback-may-request-synchronously ()
  "A callback that waits for another answer gets it."
  (scim-test-with-bridge "good"
    (let (inner)
      (scim-rpc-request-async
       "test/echo" nil
       :success (lambda (_)
                  (setq inner (scim-rpc-request "test/echo" '(:n 7)))))
      (scim-test-wait-for (lambda () inner))
      (should (equal (plist-get inner :n) 7)))))

(ert-deftest scim-rpc-one-bridge-for-each-root ()
  "Workspaces do not share a bridge; it runs in its workspace."
  (scim-test-with-bridge "good"
    (let ((root (scim-rpc-root)))
      (should (equal root default-directory))
      (should (equal (file-name-as-directory
                      (plist-get (scim-rpc-request "test/environment" nil)
                                 :cwd))
                     root))
      (scim-rpc-request "test/echo" nil :root nil)
      (should (= 2 (length (scim-rpc-bridges))))
      (should-not (apply #'eql (mapcar (lambda (bridge) (plist-get bridge :pid))
                                       (scim-rpc-bridges)))))))

(ert-deftest scim-rpc-root-is-nearest-scim-yaml ()
  "The nearest parent wins; remote directories may be left out."
  (scim-test-with-bridge "good"
    (make-directory "a/b" t)
    (let ((root default-directory))
      (let ((default-directory (expand-file-name "a/b/")))
        (should (equal (scim-rpc-root) root))))
    (let ((default-directory "/ssh:nowhere:/")
          (scim-remote-bridge nil))
      (should-not (scim-rpc-root)))))

(ert-deftest scim-rpc-keeps-compiled-code ()
  "Node is told where to keep compiled code, unless the person has."
  (scim-test-with-bridge "good"
    (should (string-suffix-p
             "scim/node"
             (plist-get (scim-rpc-request "test/environment" nil) :cache))))
  (scim-test-call-in-workspace
   'fake '("NODE_COMPILE_CACHE=/tmp/mine")
   (lambda ()
     (should (equal (plist-get (scim-rpc-request "test/environment" nil) :cache)
                    "/tmp/mine")))))

;;;; Errors

(ert-deftest scim-rpc-errors-become-conditions ()
  "The code and the status of an error choose the condition."
  (scim-test-with-bridge "good"
    (pcase-dolist
        (`(,symbol . ,view)
         '((scim-bad-request :code "http.status" :status 400)
           (scim-unauthorized :code "http.status" :status 401)
           (scim-forbidden :code "http.status" :status 403)
           (scim-not-found :code "http.status" :status 404)
           (scim-http-error :code "http.status" :status 418)
           (scim-conflict :code "http.status" :status 409)
           (scim-precondition-failed :code "http.status" :status 412)
           (scim-too-many-requests :code "http.status" :status 429)
           (scim-server-error :code "http.status" :status 503)
           (scim-network-error :code "network.refused")
           (scim-invalid-response :code "response.notJson" :status 200)
           (scim-invalid-payload :code "payload.invalid")
           (scim-configuration-error :code "config.tenant")
           (scim-configuration-error :code "usage")
           (scim-request-file-error :code "request.variable")
           (scim-request-file-error :code "json.syntax")
           (scim-incomplete-list :code "list.incomplete")
           (scim-cancelled :code "cancelled")
           (scim-error :code "something.new")))
      (let ((condition (scim-rpc-tests--failing
                         (scim-rpc-request
                          "test/fail" `(:view (:message "why" ,@view))))))
        (should (eq (car condition) symbol))
        (should (equal (nth 1 condition) "why"))
        (should (equal (scim-error-get condition :code)
                       (plist-get view :code)))))))

(ert-deftest scim-rpc-error-without-data-names-the-method ()
  "An error of JSON-RPC itself is one of the bridge."
  (scim-test-with-bridge "good"
    (let ((condition (scim-rpc-tests--failing
                       (scim-rpc-request "test/fail" '(:rpcCode -32602)))))
      (should (eq (car condition) 'scim-bridge-error))
      (should (string-match-p "test/fail" (nth 1 condition))))))

(ert-deftest scim-rpc-async-error-is-a-condition-object ()
  "ERROR gets what `condition-case' would bind."
  (scim-test-with-bridge "good"
    (let (condition)
      (scim-rpc-request-async
       "test/fail" '(:view (:code "http.status" :status 404 :message "gone"))
       :error (lambda (err) (setq condition err)))
      (scim-test-wait-for (lambda () condition))
      (should (eq (car condition) 'scim-not-found)))))

(ert-deftest scim-error-message-ends-with-the-remedy ()
  "The remedy is a sentence after the message."
  (should (equal (scim-error-message
                  (scim-error-from-view
                   '(:code "usage" :message "No tenant" :remedy "Name one.")))
                 "No tenant. Name one."))
  (should (equal (scim-error-message '(wrong-type-argument stringp 3))
                 (error-message-string '(wrong-type-argument stringp 3)))))

;;;; Cancellation

(ert-deftest scim-rpc-quit-cancels-in-the-bridge ()
  "`C-g' ends the wait, is signalled again, and the bridge is told the id."
  (scim-test-with-bridge "good"
    (scim-rpc-start (scim-rpc-root))
    (let (id)
      (run-at-time 0.1 nil
                   (lambda ()
                     (setq id (scim-handle-id scim-rpc--innermost)
                           quit-flag t)))
      (should (eq 'quit (condition-case nil
                            (let ((inhibit-quit nil))
                              (scim-rpc-request "test/hang" nil))
                          (quit 'quit))))
      (should (equal (plist-get (scim-rpc-request "test/cancelled" nil) :ids)
                     (vector id))))))

(ert-deftest scim-rpc-cancel-calls-error-once ()
  "A handle that is cancelled fails at once, and the late answer is dropped."
  (scim-test-with-bridge "good"
    (let* ((conditions nil)
           (handle (scim-rpc-request-async
                    "test/hang" nil
                    :error (lambda (err) (push err conditions)))))
      (scim-test-wait-for (lambda () (scim-handle-id handle)))
      (scim-rpc-cancel handle)
      (scim-rpc-cancel handle)
      (scim-rpc-request "test/echo" nil)
      (scim-test-settle)
      (should (equal (mapcar #'car conditions) '(scim-cancelled))))))

(ert-deftest scim-rpc-cancel-before-the-handshake ()
  "A request that is cancelled before it was sent is never sent."
  (scim-test-with-bridge "slow"
    (let* (condition
           (handle (scim-rpc-request-async
                    "test/crash" nil
                    :error (lambda (err) (setq condition err)))))
      (scim-rpc-cancel handle)
      (should (scim-rpc-request "test/echo" '(:n 1)))
      (should (eq (car condition) 'scim-cancelled)))))

;;;; Notifications

(ert-deftest scim-rpc-burst-arrives-whole-and-in-order ()
  "A handler that requests during a burst loses nothing."
  (scim-test-with-bridge "good"
    (let ((workspace (scim-rpc-root)) numbers)
      (scim-rpc-on "test/note"
                   (lambda (root params)
                     (should (equal root workspace))
                     (push (plist-get params :number) numbers)
                     (when (zerop (% (plist-get params :number) 10))
                       (scim-rpc-request
                        "test/echo" (list :text (make-string 100000 ?x))))))
      (scim-rpc-request "test/burst" '(:count 50))
      (scim-test-wait-for (lambda () (= 50 (length numbers))))
      (should (equal (nreverse numbers) (number-sequence 0 49))))))

(ert-deftest scim-rpc-immediate-handlers-run-before-the-answer ()
  "With :immediately, all notifications are handled when the answer is there."
  (scim-test-with-bridge "good"
    (let ((count 0))
      (scim-rpc-on "test/note" (lambda (&rest _) (cl-incf count))
                   :immediately t)
      (scim-rpc-request "test/burst" '(:count 20))
      (should (= count 20)))))

(ert-deftest scim-rpc-handler-errors-are-contained ()
  "An error in a handler keeps neither the others nor the answer away."
  (scim-test-with-bridge "good"
    (let ((count 0) (inhibit-message t))
      (scim-rpc-on "test/note" (lambda (&rest _) (error "Broken")))
      (scim-rpc-on "test/note" (lambda (&rest _) (cl-incf count)))
      (scim-rpc-request "test/burst" '(:count 3))
      (scim-test-settle)
      (should (= count 3)))))

(ert-deftest scim-rpc-off-forgets-a-handler ()
  "A handler that was taken off is not called."
  (scim-test-with-bridge "good"
    (let* ((count 0) (handler (lambda (&rest _) (cl-incf count))))
      (scim-rpc-on "test/note" handler)
      (scim-rpc-off "test/note" handler)
      (scim-rpc-request "test/burst" '(:count 3))
      (scim-test-settle)
      (should (= count 0)))))

(ert-deftest scim-rpc-progress-reaches-its-request ()
  "Progress is told to the function of its request, before the result."
  (scim-test-with-bridge "good"
    (let (told)
      (scim-rpc-request-async "test/progress" nil
                              :progress (lambda (&rest args) (push args told))
                              :success (lambda (_) (push 'done told)))
      (scim-test-wait-for (lambda () (memq 'done told)))
      (should (equal told '(done ("half" 50)))))))

;;;; Text references

(ert-deftest scim-rpc-long-text-goes-by-a-private-file ()
  "Long text is in a file of mode 600; the receiver deletes it."
  (scim-test-with-bridge "good"
    (let* ((text (concat (make-string scim-protocol-inline-text-limit ?é) "🦊xy"))
           (ref (scim-rpc-text-ref text))
           (result (scim-rpc-request "test/file" (list :ref ref))))
      (should (equal (plist-get result :mode) "600"))
      (should (equal (plist-get result :length) (length text)))
      (should (equal (plist-get result :end) "🦊xy"))
      (should-not (file-exists-p (plist-get ref :file))))))

(ert-deftest scim-rpc-text-round-trips ()
  "What `scim-rpc-text-ref' wrote, `scim-rpc-text' reads and deletes."
  (dolist (text (list "" "é\n" (make-string (1+ scim-protocol-inline-text-limit)
                                            ?🦊)))
    (let ((ref (scim-rpc-text-ref text)))
      (should (equal (scim-rpc-text ref) text))
      (when (plist-get ref :file)
        (should-not (file-exists-p (plist-get ref :file)))))))

(ert-deftest scim-rpc-text-ref-refuses-bytes ()
  "Bytes that are not text are told as such, not as an error of JSON."
  (should (eq (car (scim-rpc-tests--failing (scim-rpc-text-ref "a\377b")))
              'scim-configuration-error)))

;;;; Start

(ert-deftest scim-rpc-missing-node-is-explained ()
  "The error names the option, `exec-path' and what to do."
  (scim-test-with-bridge "good"
    (let* ((scim-node-executable "no-such-node")
           (condition (scim-rpc-tests--failing
                        (scim-rpc-request "test/echo" nil)))
           (text (scim-error-message condition)))
      (should (eq (car condition) 'scim-bridge-error))
      (should (string-match-p "scim-node-executable" text))
      (should (string-match-p "Install Node" text))
      (should (string-match-p (regexp-quote (car exec-path)) text)))))

(defun scim-rpc-tests--script (text)
  "Write an executable script with TEXT in the workspace; return its name."
  (let ((file (expand-file-name "node-script")))
    (write-region (concat "#!/bin/sh\n" text "\n") nil file nil 'silent)
    (set-file-modes file #o755)
    file))

(ert-deftest scim-rpc-old-node-is-refused ()
  "The error names the program that was found and its version."
  (scim-test-with-bridge "good"
    (let* ((scim-node-executable (scim-rpc-tests--script "echo v18.20.4"))
           (text (scim-error-message (scim-rpc-tests--failing
                                       (scim-rpc-request "test/echo" nil)))))
      (should (string-match-p (regexp-quote scim-node-executable) text))
      (should (string-match-p "18\\.20\\.4" text))
      (should (string-match-p "20\\.19" text)))))

(ert-deftest scim-rpc-strange-node-is-refused ()
  "A program that is not Node is not started."
  (scim-test-with-bridge "good"
    (let ((scim-node-executable (scim-rpc-tests--script "echo hello; exit 3")))
      (should (equal (scim-error-get (scim-rpc-tests--failing
                                       (scim-rpc-request "test/echo" nil))
                                     :code)
                     "bridge.nodeUnusable")))))

(ert-deftest scim-rpc-asks-node-only-once ()
  "The version of a good program is remembered."
  (scim-test-with-bridge "good"
    (let ((scim-node-executable
           (scim-rpc-tests--script
            (format "[ \"$1\" = --version ] && echo x >> asked; exec %s \"$@\""
                    (executable-find "node")))))
      (scim-rpc-request "test/echo" nil)
      (scim-rpc-stop (scim-rpc-root))
      (scim-rpc-request "test/echo" nil)
      (should (= 2 (file-attribute-size (file-attributes "asked"))))
      (scim-rpc-restart (scim-rpc-root))
      (should (= 4 (file-attribute-size (file-attributes "asked")))))))

(ert-deftest scim-rpc-missing-bridge-is-explained ()
  "The error says what to do; the option is named when it is at fault."
  (scim-test-with-bridge "good"
    (let ((scim-bridge-file "/nowhere/scim-bridge.cjs"))
      (should (string-match-p "scim-bridge-file"
                              (scim-error-message
                               (scim-rpc-tests--failing
                                 (scim-rpc-request "test/echo" nil))))))
    (let ((scim-bridge-file nil) (scim-node--bridge-places '("no-such-file")))
      (should (string-match-p "npm"
                              (scim-error-message
                               (scim-rpc-tests--failing
                                 (scim-rpc-request "test/echo" nil))))))))

(ert-deftest scim-rpc-finds-the-bridge-through-links ()
  "A build directory of links leads to the directory with the bridge."
  (scim-test-with-bridge "good"
    (make-directory "repo/dist" t)
    (make-directory "build")
    (write-region "" nil "repo/scim-node.el" nil 'silent)
    (write-region "" nil "repo/dist/scim-bridge.cjs" nil 'silent)
    (make-symbolic-link (expand-file-name "repo/scim-node.el")
                        "build/scim-node.el")
    (let ((load-path (list (expand-file-name "build")))
          (scim-bridge-file nil))
      (should (equal (scim-node-bridge)
                     (expand-file-name "repo/dist/scim-bridge.cjs"))))))

(ert-deftest scim-rpc-misfit-is-refused ()
  "An older or a different protocol is refused on either side."
  (dolist (mode '("old" "major" "refuse"))
    (scim-test-with-bridge mode
      (let ((condition (scim-rpc-tests--failing
                         (scim-rpc-request "test/echo" nil))))
        (should (equal (scim-error-get condition :code)
                       "bridge.incompatibleVersion"))
        (should (string-match-p "fake-bridge\\.cjs" (nth 1 condition)))
        (should (string-match-p "same release"
                                (scim-error-message condition)))))))

(ert-deftest scim-rpc-newer-bridge-is-welcome ()
  "A greater minor number fits."
  (scim-test-with-bridge "newer"
    (should (equal (plist-get (scim-rpc-start (scim-rpc-root)) :protocolVersion)
                   "1.7"))))

(ert-deftest scim-rpc-mute-bridge-is-given-up ()
  "A bridge that never answers `initialize' does not hang Emacs."
  (scim-test-with-bridge "mute"
    (let ((scim-connect-timeout 0.3))
      (should (equal (scim-error-get (scim-rpc-tests--failing
                                       (scim-rpc-request "test/echo" nil))
                                     :code)
                     "bridge.timeout")))))

(ert-deftest scim-rpc-early-death-tells-the-last-words ()
  "What the bridge wrote before it died is in the condition."
  (dolist (start (list (lambda () (scim-rpc-request "test/echo" nil))
                       (lambda () (scim-rpc-start (scim-rpc-root)))))
    (scim-test-with-bridge "die"
      (let ((condition (scim-rpc-tests--condition start)))
        (should (eq (car condition) 'scim-bridge-error))
        (should (string-match-p "exit code 1" (nth 1 condition)))
        (should (string-match-p "Cannot find module"
                                (scim-error-get condition :stderr)))))))

;;;; Death

(ert-deftest scim-rpc-crash-fails-what-is-pending-and-restarts ()
  "All pending requests fail; the next one starts a new bridge."
  (scim-test-with-bridge "good"
    (let (async)
      (scim-rpc-request-async "test/hang" nil
                              :error (lambda (err) (setq async err)))
      (let ((condition (scim-rpc-tests--failing
                         (scim-rpc-request "test/crash" nil))))
        (should (eq (car condition) 'scim-bridge-error))
        (should (string-match-p "exit code 3" (nth 1 condition)))
        (should (string-match-p "the last words"
                                (scim-error-get condition :stderr)))
        (scim-test-settle)
        (should (equal async condition)))
      (should (scim-rpc-request "test/echo" '(:n 1))))))

(ert-deftest scim-rpc-killed-bridge-says-the-signal ()
  "A bridge killed from outside is told apart from one that gave up."
  (scim-test-with-bridge "good"
    (should (string-match-p "signal 9"
                            (nth 1 (scim-rpc-tests--failing
                                     (scim-rpc-request "test/kill" nil)))))))

;; A bridge ends at any time, and Emacs looks after its end only when it
;; waits for something: until then, all looks as if it were there.
(defun scim-rpc-tests--kill-unnoticed ()
  "Kill the bridge of the workspace; its end is not looked after yet."
  (let ((process (scim-bridge-process
                  (gethash (scim-rpc-root) scim-rpc--bridges))))
    (signal-process process 'SIGKILL)
    (while (process-live-p process))))

(ert-deftest scim-rpc-sending-to-the-dead-tells-how-they-died ()
  "A request that comes too late fails as those do that came before."
  (scim-test-with-bridge "good"
    (scim-rpc-request "test/echo" nil)
    (let (pending late)
      (scim-rpc-request-async "test/hang" nil
                              :error (lambda (err) (setq pending err)))
      (scim-rpc-tests--kill-unnoticed)
      (scim-rpc-request-async "test/echo" nil
                              :error (lambda (err) (setq late err)))
      (scim-test-wait-for (lambda () (and pending late)))
      (should (equal (scim-error-get late :code) "bridge.died"))
      (should (string-match-p "signal 9" (nth 1 late)))
      (should (equal late pending)))
    (should (scim-rpc-request "test/echo" '(:n 1)))
    (scim-rpc-tests--kill-unnoticed)
    (should (equal (scim-error-get (scim-rpc-tests--failing
                                     (scim-rpc-request "test/echo" nil))
                                   :code)
                   "bridge.died"))
    (should (scim-rpc-request "test/echo" '(:n 1)))))

(ert-deftest scim-rpc-sending-to-the-dead-is-reported-once ()
  "Whoever notices the death of a bridge first, the person is told once."
  (scim-test-with-bridge "good"
    (scim-rpc-request "test/echo" nil)
    (scim-rpc-tests--kill-unnoticed)
    (let ((reports 0))
      (cl-letf (((symbol-function 'scim-bridge-report)
                 (lambda (&rest _) (cl-incf reports))))
        (scim-rpc-tests--failing (scim-rpc-request "test/echo" nil))
        (scim-rpc-request "test/echo" nil)
        (scim-test-settle))
      (should (= 1 reports)))))

(ert-deftest scim-rpc-stopping-the-dead-is-no-error ()
  "A bridge that died before it was told to stop is stopped."
  (scim-test-with-bridge "good"
    (scim-rpc-request "test/echo" nil)
    (scim-rpc-tests--kill-unnoticed)
    (should (scim-rpc-stop (scim-rpc-root)))
    (should-not (scim-rpc-stop (scim-rpc-root)))
    (should (scim-rpc-request "test/echo" '(:n 1)))))

;; In batch mode, Emacs dies of a broken pipe, unless it is told not to.
(ert-deftest scim-rpc-deaf-bridge-is-ended ()
  "One that closed its standard input is told apart, and not left behind."
  (skip-unless (executable-find "sh"))
  (let ((form
         '(scim-test-with-bridge "good"
            (scim-rpc-request "test/deaf" nil)
            (let ((pid (process-id (scim-bridge-process
                                    (gethash (scim-rpc-root)
                                             scim-rpc--bridges)))))
              (princ (nth 1 (should-error (scim-rpc-request "test/echo" nil)
                                          :type 'scim-bridge-error)))
              (scim-test-wait-for (lambda () (not (process-attributes pid))))
              (prin1 (scim-rpc-request "test/echo" '(:n 1) :progress nil))))))
    (with-temp-buffer
      (call-process "sh" nil '(t nil) nil "-c" "trap '' PIPE; exec \"$@\"" "sh"
                    (expand-file-name invocation-name invocation-directory)
                    "-Q" "--batch" "-L" (file-name-directory
                                         (locate-library "scim-rpc"))
                    "-L" scim-test-directory "-l" "scim-test-helper"
                    "--eval" (prin1-to-string form))
      (should (equal (buffer-string)
                     "The bridge has closed its standard input(:n 1)")))))

(ert-deftest scim-rpc-flapping-bridge-is-not-restarted ()
  "One that died soon after its start needs `scim-restart'."
  (scim-test-with-bridge "good"
    (let ((scim-bridge-minimum-uptime 60))
      (scim-rpc-tests--failing (scim-rpc-request "test/crash" nil))
      (let ((condition (scim-rpc-tests--failing
                         (scim-rpc-request "test/echo" nil))))
        (should (equal (scim-error-get condition :code) "bridge.flapping"))
        (should (string-match-p "scim-restart" (scim-error-message condition)))
        (should (string-match-p "the last words"
                                (scim-error-get condition :stderr))))
      (scim-rpc-restart (scim-rpc-root))
      (should (scim-rpc-request "test/echo" '(:n 1))))))

(ert-deftest scim-rpc-garbage-ends-the-bridge ()
  "Text on standard output that is no message never hangs anything."
  (dolist (method '("test/garbage" "test/short-garbage"))
    (scim-test-with-bridge "good"
      (should (equal (scim-error-get (scim-rpc-tests--failing
                                       (scim-rpc-request method nil))
                                     :code)
                     "bridge.garbled"))
      (should (scim-rpc-request "test/echo" '(:n 1)))))
  (scim-test-with-bridge "garbage"
    (should (equal (scim-error-get (scim-rpc-tests--failing
                                     (scim-rpc-request "test/echo" nil))
                                   :code)
                   "bridge.garbled"))))

(ert-deftest scim-rpc-process-output-stays-out-of-messages ()
  "Neither a malformed message nor an exit is shown in *Messages*."
  (scim-test-with-bridge "good"
    (let ((debug-on-error nil)          ; ERT sets it
          (start (with-current-buffer (messages-buffer) (point-max))))
      (should (equal (scim-error-get (scim-rpc-tests--failing
                                       (scim-rpc-request "test/malformed" nil))
                                     :code)
                     "bridge.garbled"))
      (scim-rpc-request "test/echo" nil)
      (scim-rpc-stop (scim-rpc-root))
      (scim-test-settle)
      (message "End of test")
      (let ((shown (with-current-buffer (messages-buffer)
                     (buffer-substring start (point-max)))))
        (should (string-match-p "End of test" shown))
        (should-not (string-match-p "secret\\|jsonrpc" shown)))
      (should-not (get-buffer "*Warnings*")))))

(ert-deftest scim-rpc-stderr-is-bounded-and-has-its-end ()
  "The newest part of a long standard error is kept."
  (scim-test-with-bridge "good"
    (scim-rpc-request "test/noise" nil)
    (let ((buffer (scim-bridge-stderr
                   (gethash (scim-rpc-root) scim-rpc--bridges))))
      (scim-test-wait-for
       (lambda () (with-current-buffer buffer
                    (string-suffix-p "end\n" (buffer-string)))))
      (should (<= (buffer-size buffer) scim-bridge--stderr-limit)))))

;;;; Stop

(ert-deftest scim-rpc-stop-is-polite ()
  "`shutdown' and `exit' end the bridge; its buffers are killed."
  (scim-test-with-bridge "good"
    (let ((before (buffer-list)))
      (scim-rpc-request "test/echo" nil)
      (let ((process (scim-bridge-process
                      (gethash (scim-rpc-root) scim-rpc--bridges))))
        (should (scim-rpc-stop (scim-rpc-root)))
        (should (eq (process-status process) 'exit))
        (should (= 0 (process-exit-status process))))
      (scim-test-settle)
      (should-not (cl-set-difference (buffer-list) before))
      (should-not (scim-rpc-stop (scim-rpc-root))))))

(ert-deftest scim-rpc-stop-ends-a-stubborn-bridge ()
  "A bridge that ignores `shutdown' and `exit' is killed."
  (scim-test-with-bridge "stubborn"
    (let (condition)
      (scim-rpc-request-async "test/hang" nil
                              :error (lambda (err) (setq condition err)))
      (scim-rpc-request "test/echo" nil)
      (let ((process (scim-bridge-process
                      (gethash (scim-rpc-root) scim-rpc--bridges))))
        (scim-rpc-stop (scim-rpc-root))
        (should-not (process-live-p process)))
      (scim-test-settle)
      (should (equal (scim-error-get condition :code) "bridge.stopped")))))

(ert-deftest scim-rpc-notify-does-not-start-a-bridge ()
  "Only requests start one."
  (scim-test-with-bridge "good"
    (scim-rpc-notify "test/note" nil)
    (should-not (scim-rpc-bridges))
    (scim-rpc-request "test/echo" nil)
    (scim-rpc-notify "test/note" nil)
    (should (equal (plist-get (scim-rpc-request "test/notified" nil) :methods)
                   ["initialized" "test/note"]))))

(ert-deftest scim-rpc-is-the-only-user-of-jsonrpc ()
  "No other file calls jsonrpc.el."
  (dolist (file (directory-files
                 (expand-file-name "../../elisp" scim-test-directory)
                 t "\\`scim.*\\.el\\'"))
    (unless (string-suffix-p "/scim-rpc.el" file)
      (with-temp-buffer
        (insert-file-contents file)
        (should-not (re-search-forward "[(']jsonrpc-" nil t))))))

(provide 'scim-rpc-tests)
;;; scim-rpc-tests.el ends here
