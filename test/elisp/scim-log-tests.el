;;; scim-log-tests.el --- Tests of the log of exchanges -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Code:

(require 'scim-test-helper)
(require 'scim-test-mock)
(require 'scim-log)

;;;; Help

(defun scim-log-tests--exchange (id &rest more)
  "Return an exchange with number ID; MORE, a plist, takes precedence."
  (scim-test-plist more
                   (list :id id :tenant "test" :purpose "request"
                         :startedAt "2026-03-04T05:06:07.089Z"
                         :method "GET" :path (format "/Users/%d" id)
                         :status 200 :durationMs 12.4
                         :requestBytes 0 :responseBytes 1234 :attempts 1)))

(defun scim-log-tests--kill-logs ()
  "Kill the log buffers."
  (mapc #'kill-buffer (scim-log--buffers)))

(defmacro scim-log-tests--fresh (&rest body)
  "Evaluate BODY without exchanges and logs of before; messages are kept back."
  (declare (indent 0) (debug t))
  `(let ((scim-log--stores (make-hash-table :test #'equal))
         (scim-log--pending nil)
         (scim-log-enabled t)
         (scim-alert--count 0)
         (inhibit-message t))
     (unwind-protect (progn ,@body)
       (scim-log-tests--kill-logs))))

(defmacro scim-log-tests--with (exchanges &rest body)
  "Evaluate BODY in a log that shows EXCHANGES, a list."
  (declare (indent 1) (debug t))
  `(scim-log-tests--fresh
     (dolist (exchange ,exchanges) (scim-log-exchange nil exchange))
     (scim-log-flush)
     (with-current-buffer "*SCIM (test) log*"
       (goto-char (point-min))
       ,@body)))

(defmacro scim-log-tests--with-mock (requests &rest body)
  "Send REQUESTS, a text, to a mock server; evaluate BODY in its log."
  (declare (indent 1) (debug t))
  `(scim-test-with-mock
     (scim-log-tests--fresh
       (scim-log-tests--send ,requests)
       (with-current-buffer "*SCIM (default) log*"
         (goto-char (point-max))
         (scim-log-previous)
         ,@body))))

(defun scim-log-tests--send (text)
  "Send the requests of TEXT to the default tenant, whatever comes of them."
  (scim-rpc-request scim-protocol-request-run
                    (list :source (list :path (expand-file-name "a.scim")
                                        :content (list :text text))
                          :onFailure "continue"))
  (scim-test-settle)
  (scim-log-flush))

(defun scim-log-tests--lines ()
  "Return the lines of the buffer."
  (split-string (buffer-string) "\n" t))

(defun scim-log-tests--paths ()
  "Return the paths of the exchanges that the buffer shows."
  (mapcar (lambda (line) (car (last (split-string line))))
          (scim-log-tests--lines)))

(defun scim-log-tests--await (text)
  "Wait until TEXT is in the buffer."
  (let ((buffer (current-buffer)))
    (scim-test-wait-for
     (lambda ()
       (scim-log-flush)
       (with-current-buffer buffer (string-search text (buffer-string)))))))

(defconst scim-log-tests--create
  "POST /Users

{ \"schemas\": [\"urn:ietf:params:scim:schemas:core:2.0:User\"],
  \"userName\": \"%s\", \"displayName\": \"Zoë 🚀 שלום\",
  \"password\": \"pl4nted-p4ssw0rd\" }
"
  "A request that creates a user with a name to be filled in.")

;;;; Lines

(ert-deftest scim-log-shows-one-line-for-each-exchange ()
  "A line tells method, status, latency, size and path."
  (scim-log-tests--with (list (scim-log-tests--exchange 1)
                              (scim-log-tests--exchange 2 :attempts 3))
    (let ((lines (scim-log-tests--lines)))
      (should (= 2 (length lines)))
      (dolist (part '("GET" "200" "12 ms" "1.2 kB" "/Users/1" ":07.089"))
        (should (string-match-p (regexp-quote part) (car lines))))
      (should-not (string-match-p "×" (car lines)))
      (should (string-match-p "×3" (cadr lines))))))

(ert-deftest scim-log-end-is-about-the-last-exchange ()
  "A log that is followed has point after the last line."
  (scim-log-tests--with (list (scim-log-tests--exchange 1)
                              (scim-log-tests--exchange 2 :path "/Users/שרה"))
    (goto-char (point-max))
    (scim-log-mark)
    (should (string-match-p "^\\*.*/Users/שרה$" (cadr (scim-log-tests--lines))))))

(ert-deftest scim-log-offers-that-of-the-tenant ()
  "Of several logs, that of the tenant of the buffer is the default."
  (scim-log-tests--fresh
    (dolist (tenant '("one" "two" "three"))
      (scim-log-exchange nil (scim-log-tests--exchange 1 :tenant tenant)))
    (scim-log-flush)
    (with-temp-buffer
      (setq-local scim-tenant "two")
      (cl-letf (((symbol-function 'completing-read)
                 (lambda (prompt _ _ _ _ _ default &rest _)
                   (should (string-match-p "\\`Log (default .*two" prompt))
                   default)))
        (save-window-excursion
          (call-interactively #'scim-log)
          (should (equal "two" scim-log--tenant)))))))

(ert-deftest scim-log-shows-exchanges-without-answer ()
  "Without a status, the error is in the line, as one line."
  (scim-log-tests--with (list (scim-log-tests--exchange
                               1 :status nil :error "refused\nand more"))
    (should (= 1 (length (scim-log-tests--lines))))
    (should (string-match-p "--- .*refused…" (buffer-string)))))

(ert-deftest scim-log-has-a-buffer-for-each-tenant-and-for-all ()
  "Exchanges go to the log of their tenant, and to that of all."
  (scim-log-tests--with (list (scim-log-tests--exchange 1)
                              (scim-log-tests--exchange 2 :tenant "日本-staging-and-more")
                              (scim-log-tests--exchange 3))
    (should (equal (scim-log-tests--paths) '("/Users/1" "/Users/3")))
    (should (get-buffer "*SCIM (日本-staging-and-more) log*"))
    (save-window-excursion
      (scim-log-all)
      (should (equal (scim-log-tests--paths) '("/Users/1" "/Users/2" "/Users/3")))
      (should (string-match-p "^ test  .*/Users/1\n 日本-staging" (buffer-string)))
      (scim-log-exchange nil (scim-log-tests--exchange 4))
      (scim-log-flush)
      (should (equal (car (last (scim-log-tests--paths))) "/Users/4")))))

(defun scim-log-tests--face-of (text)
  "Return the face of the first character of TEXT in the buffer."
  (scim-log--paint (point-min) (point-max))
  (save-excursion
    (goto-char (point-min))
    (search-forward text)
    (get-text-property (match-beginning 0) 'face)))

(ert-deftest scim-log-paints-lines ()
  "What failed, what was slow, and what does not matter can be told apart."
  (scim-log-tests--with (list (scim-log-tests--exchange 1 :purpose "discovery")
                              (scim-log-tests--exchange 2 :status 404)
                              (scim-log-tests--exchange 3 :durationMs 2345.6)
                              (scim-log-tests--exchange 4 :status nil
                                                        :error "réfusé 🚀"))
    (should (eq (scim-log-tests--face-of "200") 'scim-dimmed))
    (should (eq (scim-log-tests--face-of "404") 'scim-failure))
    (should (eq (scim-log-tests--face-of "2346 ms") 'scim-warning))
    (should-not (eq (scim-log-tests--face-of "12 ms") 'scim-warning))
    (should (eq (scim-log-tests--face-of "réfusé") 'scim-failure))
    (should (eq (scim-log-tests--face-of "🚀") 'scim-failure))))

(ert-deftest scim-log-moves-by-exchange ()
  "At the ends, point stays; failures can be gone to alone."
  (scim-log-tests--with (list (scim-log-tests--exchange 1 :status 500)
                              (scim-log-tests--exchange 2)
                              (scim-log-tests--exchange 3 :status nil)
                              (scim-log-tests--exchange 4))
    (scim-log-next)
    (should (looking-at ".*/Users/2$"))
    (scim-log-next 2)
    (should-error (scim-log-next) :type 'user-error)
    (should (looking-at ".*/Users/4$"))
    (scim-log-previous-failure)
    (should (looking-at ".*/Users/3$"))
    (scim-log-previous-failure)
    (should (looking-at ".*/Users/1$"))
    (should-error (scim-log-previous-failure) :type 'user-error)
    (should (looking-at ".*/Users/1$"))
    (next-error 1 t)
    (should (looking-at ".*/Users/1$"))
    (next-error)
    (should (looking-at ".*/Users/3$"))))

(ert-deftest scim-log-is-bounded ()
  "The oldest exchanges go, those kept and those shown; the newest stay."
  (let ((scim-log-max-exchanges 20))
    (scim-log-tests--with (mapcar #'scim-log-tests--exchange
                                  (number-sequence 1 24))
      (dolist (id '(25 26))
        (scim-log-exchange nil (scim-log-tests--exchange id)))
      (scim-log-flush)
      (let ((lines (scim-log-tests--lines)))
        (should (= 20 (length lines) (length (scim-log-kept "test"))))
        (should (string-match-p "/Users/7$" (car lines)))
        (should (string-match-p "/Users/26$" (car (last lines)))))
      (scim-log-clear)
      (should (equal "" (buffer-string)))
      (should-not (scim-log-kept "test")))))

(ert-deftest scim-log-follows-only-at-the-end ()
  "A window whose point is elsewhere is left alone; f has none follow."
  (save-window-excursion
    (scim-log-tests--with (mapcar #'scim-log-tests--exchange '(1 2))
      (switch-to-buffer (current-buffer))
      (dolist (at-end '(nil t))
        (goto-char (if at-end (point-max) (point-min)))
        (set-window-point (selected-window) (point))
        (scim-log-exchange nil (scim-log-tests--exchange 3))
        (scim-log-flush)
        (should (eq at-end (= (window-point) (point-max)))))
      (execute-kbd-macro "f")
      (scim-log-exchange nil (scim-log-tests--exchange 4))
      (scim-log-flush)
      (should (< (window-point) (point-max)))
      (execute-kbd-macro "f")
      (should (= (window-point) (point-max))))))

(ert-deftest scim-log-can-be-switched-off ()
  "While logging is off, nothing is kept, and the header line says so."
  (scim-log-tests--with (list (scim-log-tests--exchange 1))
    (scim-log-toggle-logging)
    (scim-log-exchange nil (scim-log-tests--exchange 2))
    (scim-log-flush)
    (should (equal (scim-log-tests--paths) '("/Users/1")))
    (should (string-search "not logging" (scim-log--header-filter)))
    (scim-log-toggle-logging)
    (scim-log-exchange nil (scim-log-tests--exchange 3))
    (scim-log-flush)
    (should (equal (scim-log-tests--paths) '("/Users/1" "/Users/3")))))

(ert-deftest scim-log-takes-exchanges-from-the-bridge ()
  "The notifications are registered, and so the bridge is asked to trace."
  (should (assoc scim-protocol-exchange scim-rpc--handlers))
  (should (assoc scim-protocol-exchanges scim-rpc--handlers)))

;;;; Many

(ert-deftest scim-log-shows-many-in-portions ()
  "The latest are there at once, all of them soon, in their order."
  (scim-log-tests--with (mapcar #'scim-log-tests--exchange (number-sequence 1 9000))
    (scim-test-wait-for (lambda () (not scim-log--earlier)))
    (scim-log-filter "path:/Users/8999")
    (should (equal (scim-log-tests--paths) '("/Users/8999")))
    (goto-char (point-min))
    (scim-log-unfilter)
    (should (looking-at ".*/Users/8999$"))
    (should (< (count-lines (point-min) (point-max)) 9000))
    (scim-test-wait-for (lambda () (not scim-log--earlier)))
    (should (looking-at ".*/Users/8999$"))
    (should (= 9000 scim-log--count))
    (should (equal (scim-log-tests--paths)
                   (mapcar (lambda (id) (format "/Users/%d" id))
                           (number-sequence 1 9000))))
    ;; Another filter takes the place of what was not shown yet.
    (scim-log-unfilter)
    (scim-log-filter "path:/Users/77")
    (scim-test-wait-for (lambda () (not scim-log--earlier)))
    (should (= 111 (length (scim-log-tests--paths))))
    ;; What point is on is shown at once.
    (goto-char (point-min))
    (scim-log-unfilter)
    (should (looking-at ".*/Users/77$"))))

(ert-deftest scim-log-survives-a-flood ()
  "Of 20,000 exchanges the newest are kept and shown, each in one line."
  (scim-test-with-bridge "good"
    (scim-log-tests--fresh
      (let ((scim-log-max-exchanges 4000))
        (should (equal '(:count 20000)
                       (scim-rpc-request "test/flood" '(:count 20000))))
        (scim-test-settle)
        (scim-log-flush)
        (with-current-buffer "*SCIM (flood) log*"
          (should (<= 4000 scim-log--count 5000))
          (should (= scim-log--count (count-lines (point-min) (point-max))))
          (should (<= 4000 (length (scim-log-kept "flood")) 5000))
          (goto-char (point-max))
          (scim-log-previous)
          (should (eql 20000 (plist-get (scim-log--exchange-at-point) :id)))
          (should (eq buffer-undo-list t))
          (scim-log-filter "is:failed method:PATCH")
          (should (> scim-log--count 10))
          (goto-char (point-min))
          (should (looking-at ".*PATCH  404 ")))))))

;;;; Filters

(defun scim-log-tests--passing (filter)
  "Return the ids of the exchanges that this log shows with FILTER."
  (scim-log-filter filter)
  (let (ids)
    (goto-char (point-min))
    (while (not (eobp))
      (when (scim-log--at-exchange-p)
        (push (plist-get (scim-log--exchange-at-point) :id) ids))
      (forward-line))
    (nreverse ids)))

(ert-deftest scim-log-filters ()
  "Each term does what it says, and all must hold."
  (scim-log-tests--with
      (list (scim-log-tests--exchange 1 :action "browse-1")
            (scim-log-tests--exchange 2 :method "PATCH" :status 412 :write t
                                      :resource "scim:/test/resource/User/a%20b")
            (scim-log-tests--exchange 3 :method "POST" :status nil :write t
                                      :error "Zoë hung up" :durationMs 2500)
            (scim-log-tests--exchange 4 :status 503 :attempts 3
                                      :purpose "page" :responseBytes 5))
    (pcase-dolist (`(,filter . ,ids)
                   '(("" 1 2 3 4)
                     ("method:patch" 2)
                     ("method:PATCH,POST" 2 3)
                     ("status:4xx" 2)
                     ("status:>=400" 2 4)
                     ("status:400-499" 2)
                     ("status:none" 3)
                     ("-status:200 -status:none" 2 4)
                     ("latency:>500" 3)
                     ("latency:>=2s" 3)
                     ("latency:<500ms status:5xx" 4)
                     ("path:/Users/4" 4)
                     ("resource:a%20b" 2)
                     ("action:browse-1" 1)
                     ("purpose:page" 4)
                     ("is:failed" 2 3 4)
                     ("is:write" 2 3)
                     ("is:slow" 3)
                     ("attempts:>1" 4)
                     ("bytes:<10" 4)
                     ("zoë" 3)
                     ("\"hung up\"" 3)
                     ("tenant:other")
                     ("tenant:TEST method:GET" 1 4)))
      (should (equal (cons filter (scim-log-tests--passing filter))
                     (cons filter ids))))))

(ert-deftest scim-log-filter-holds-for-what-comes ()
  "What does not pass the filter is not inserted, but is there without it."
  (scim-log-tests--with (list (scim-log-tests--exchange 1 :status 404))
    (scim-log-filter "status:4xx")
    (scim-log-exchange nil (scim-log-tests--exchange 2))
    (scim-log-exchange nil (scim-log-tests--exchange 3 :status 409))
    (scim-log-flush)
    (should (equal (scim-log-tests--paths) '("/Users/1" "/Users/3")))
    (should (string-search "[status:4xx: 2]" (scim-log--header-filter)))
    (save-window-excursion
      (switch-to-buffer (current-buffer))
      (execute-kbd-macro "F"))
    (should (equal (scim-log-tests--paths) '("/Users/1" "/Users/2" "/Users/3")))))

(ert-deftest scim-log-filter-tells-what-is-wrong ()
  "A filter that cannot be understood changes nothing."
  (scim-log-tests--with (list (scim-log-tests--exchange 1))
    (dolist (filter '("statsu:404" "latency:long" "is:green"))
      (should-error (scim-log-filter filter) :type 'user-error))
    (should-not scim-log--filter)
    (should (equal (scim-log-tests--paths) '("/Users/1")))))

(ert-deftest scim-log-filter-completes ()
  "Keys are completed, then the values that there are; spaces separate terms."
  (let ((table (scim-log-filter--table
                (list (scim-log-tests--exchange 1 :method "PATCH")
                      (scim-log-tests--exchange 2 :method "POST")))))
    (should (equal (try-completion "meth" table) "method:"))
    (should (equal (try-completion "status:4xx meth" table) "status:4xx method:"))
    (should (equal (sort (all-completions "is:slow method:" table) #'string<)
                   '("method:PATCH" "method:POST")))
    (should (equal (car (completion-boundaries "is:slow met" table nil "")) 8))))

(ert-deftest scim-log-filter-is-asked-for ()
  "The key asks for a filter; nothing shows all again."
  (save-window-excursion
    (scim-log-tests--with (list (scim-log-tests--exchange 1 :status 404)
                                (scim-log-tests--exchange 2))
      (switch-to-buffer (current-buffer))
      (execute-kbd-macro (kbd "/ status:4xx SPC method:GET RET"))
      (should (equal scim-log--filter "status:4xx method:GET"))
      (should (equal (scim-log-tests--paths) '("/Users/1")))
      (execute-kbd-macro (kbd "/ RET"))
      (should (= 2 (length (scim-log-tests--paths)))))))

;;;; Actions

(ert-deftest scim-log-shows-what-one-buffer-sent ()
  "The log of an action has its exchanges only, also those that come later."
  (scim-log-tests--with (list (scim-log-tests--exchange 1 :action "browse-7")
                              (scim-log-tests--exchange 2))
    (save-window-excursion
      (with-temp-buffer
        (should-error (scim-log-of-action) :type 'user-error)
        (setq scim-rpc-action "browse-7")
        (call-interactively #'scim-log-of-action))
      (with-current-buffer "*SCIM log: browse-7*"
        (should (equal (scim-log-tests--paths) '("/Users/1")))
        (scim-log-exchange nil (scim-log-tests--exchange 3 :action "browse-7"))
        (scim-log-exchange nil (scim-log-tests--exchange 4 :action "browse-8"))
        (scim-log-flush)
        (should (equal (scim-log-tests--paths) '("/Users/1" "/Users/3"))))
      (scim-log-of-action "new-1")
      (should (string-search "Nothing has been sent for this yet"
                             (buffer-string)))
      (scim-log-exchange nil (scim-log-tests--exchange 5 :action "new-1"))
      (scim-log-flush)
      (should (equal (scim-log-tests--paths) '("/Users/5"))))))

(ert-deftest scim-log-tells-actions-of-requests-apart ()
  "Requests of a buffer with an action are in the log of that action."
  (scim-test-with-mock
    (scim-log-tests--fresh
      (save-window-excursion
        (let ((scim-rpc-action (scim-rpc-new-action "test")))
          (scim-log-tests--send "GET /Users?count=2\n")
          (let ((scim-rpc-action nil))
            (scim-log-tests--send "GET /Users?count=3\n"))
          (scim-log-of-action))
        (should (string-search "/Users?count=2" (buffer-string)))
        (should-not (string-search "/Users?count=3" (buffer-string)))))))

;;;; Details

(ert-deftest scim-log-unfolds-and-folds ()
  "TAB shows headers and bodies, which the bridge is asked for, and hides them."
  (scim-log-tests--with-mock (format scim-log-tests--create "unfold")
    (let ((folded (buffer-string)))
      (scim-log-toggle)
      (scim-log-tests--await "> POST")
      (should (string-search "\"displayName\": \"Zoë 🚀 שלום\"" (buffer-string)))
      (should (string-search "< 201 Created" (buffer-string)))
      (should-not (string-search "pl4nted" (buffer-string)))
      (should-not (string-search scim-test-mock-token (buffer-string)))
      (should (string-search "Bearer ***" (buffer-string)))
      (should (eq (scim-log-tests--face-of "< 201") 'scim-success))
      (forward-line 3)
      (scim-log-toggle)
      (should (equal (buffer-string) folded))
      (should (looking-at ".*/Users$"))
      (scim-log-toggle)
      (scim-log-tests--await "> POST")
      (scim-log-fold-all)
      (should (equal (buffer-string) folded)))))

(ert-deftest scim-log-says-when-a-detail-is-gone ()
  "A detail that the bridge does not keep is told of in its place.
Ids begin anew with every bridge: what an earlier one told is not shown
with the detail of another exchange."
  (scim-log-tests--with-mock "GET /Users?count=1\n"
    (scim-rpc-restart (scim-rpc-root))
    (scim-log-tests--send "GET /Groups?count=1\n")
    (scim-log-toggle)
    (scim-log-tests--await "is not kept any more")
    (should-not (string-search "> GET" (buffer-string)))))

(ert-deftest scim-log-copies ()
  "The curl command and the path are those of the exchange at point."
  (let (kill-ring)
    (scim-log-tests--with-mock "GET /Users?count=1\n"
      (scim-log-copy)
      (should (string-suffix-p "/Users?count=1" (current-kill 0)))
      (scim-log-copy-curl)
      (scim-test-wait-for (lambda ()
                            (string-prefix-p "curl --request GET"
                                             (current-kill 0))))
      (should-not (string-search scim-test-mock-token (current-kill 0)))
      (scim-log-toggle)
      (scim-log-tests--await "< 200")
      (forward-line 2)
      (scim-log-copy)
      (should (string-prefix-p "> GET http" (current-kill 0))))))

;;;; Sending again

(ert-deftest scim-log-sends-again ()
  "The same request is sent, its secrets too; the new exchange is unfolded."
  (scim-log-tests--with-mock (format scim-log-tests--create "again")
    (let ((before scim-log--count) asked)
      (cl-letf (((symbol-function 'y-or-n-p)
                 (lambda (question) (setq asked question) nil)))
        (should-error (scim-log-resend) :type 'user-error))
      (should (string-search "POST" asked))
      (should (= before scim-log--count))
      (cl-letf (((symbol-function 'y-or-n-p) #'always))
        (scim-log-resend))
      ;; The name is taken now.
      (scim-log-tests--await "< 409")
      (should (= (1+ before) scim-log--count))
      (should (string-search "\"password\": \"***\"" (buffer-string)))
      (should-not (string-search scim-test-mock-token (buffer-string))))))

(ert-deftest scim-log-sends-reads-again-unasked ()
  "What does not write is sent without a question."
  (scim-log-tests--with-mock "GET /Users?count=3\n"
    (cl-letf (((symbol-function 'y-or-n-p) (lambda (_) (error "Asked"))))
      (scim-log-resend)
      (scim-log-tests--await "< 200"))
    (scim-log-tests--await "\"itemsPerPage\": 3")))

(ert-deftest scim-log-makes-a-request-file ()
  "The request of an exchange becomes a file that can be sent."
  (save-window-excursion
    (scim-log-tests--with-mock "GET /Users?count=3\n"
      (scim-log-as-request)
      (let ((buffer (scim-test-wait-for
                     (lambda () (get-buffer "*SCIM request*")))))
        (unwind-protect
            (with-current-buffer buffer
              (should (derived-mode-p 'scim-request-mode))
              (should (equal scim-tenant "default"))
              (let ((text (buffer-substring-no-properties (point-min) (point-max))))
                (should (string-search "\nGET /Users?count=3\n" text))
                (should-not (string-search "Authorization" text))))
          (kill-buffer buffer))))))

(ert-deftest scim-log-visits-the-resource ()
  "What an exchange is about is visited, also what it created."
  (scim-log-tests--with-mock (format scim-log-tests--create "visited")
    (let (visited)
      (cl-letf (((symbol-function 'scim-visit)
                 (lambda (uri) (setq visited uri))))
        (scim-log-visit))
      (should (string-match-p "\\`scim:/default/resource/User/[-0-9a-f]+\\'"
                              visited)))
    (scim-log-previous)
    (should-error (scim-log-visit) :type 'user-error)))

(ert-deftest scim-log-compares-two-exchanges ()
  "The difference of two marked exchanges is shown."
  (save-window-excursion
    (scim-log-tests--with-mock "GET /Users?count=3\n\n###\nGET /Users?count=4\n"
      (should-error (scim-log-diff) :type 'user-error)
      (scim-log-previous)
      (scim-log-mark)
      (scim-log-mark)
      (should (= 2 (length (scim-log--marked-exchanges))))
      (should (string-match-p "^\\*.*count=3\n\\*.*count=4" (buffer-string)))
      (scim-log-diff)
      (let ((buffer (scim-test-wait-for
                     (lambda () (get-buffer "*SCIM exchanges differ*")))))
        (unwind-protect
            (with-current-buffer buffer
              (should (string-match-p "^-> GET .*count=3" (buffer-string)))
              (should (string-match-p "^\\+> GET .*count=4" (buffer-string))))
          (kill-buffer buffer)))
      (scim-log-unmark-all)
      (should-not (string-match-p "^\\*" (buffer-string))))))

;;;; Files

(defun scim-log-tests--entries (file)
  "Return the entries of the archive FILE."
  (append (plist-get (plist-get (with-temp-buffer
                                  (insert-file-contents file)
                                  (json-parse-buffer :object-type 'plist))
                                :log)
                     :entries)
          nil))

(defun scim-log-tests--save (file)
  "Save the exchanges of this log to FILE, and wait until that is done."
  (scim-log-save file)
  (scim-test-wait-for (lambda () (file-exists-p file)))
  (scim-test-settle))

(ert-deftest scim-log-saves-an-http-archive ()
  "The archive has the exchanges of the tenant; it is private to the person."
  (scim-log-tests--with-mock "GET /Users?count=1\n\n###\nGET /Users?count=2\n"
    (let ((file (expand-file-name "log.har")))
      (should-error (with-temp-buffer (scim-log-save file)) :type 'user-error)
      (scim-log-tests--save file)
      (should (= #o600 (file-modes file)))
      (should (= scim-log--count (length (scim-log-tests--entries file))))
      (with-temp-buffer
        (insert-file-contents file)
        (should-not (search-forward scim-test-mock-token nil t)))
      (delete-file file)
      (scim-log-filter "path:count=2")
      (scim-log-tests--save file)
      (let ((entries (scim-log-tests--entries file)))
        (should (= 1 (length entries)))
        (should (string-suffix-p
                 "/Users?count=2"
                 (plist-get (plist-get (car entries) :request) :url)))))))

(ert-deftest scim-log-opens-an-archive ()
  "An archive, here that of a browser, is shown as a log, without its secrets."
  (scim-test-with-mock
    (scim-log-tests--fresh
      (let ((file (expand-file-name "browser.har"))
            (coding-system-for-write 'utf-8))
        (write-region
         (json-serialize
          '(:log (:version "1.2" :entries
                  [(:startedDateTime "2026-03-04T05:06:07.089Z" :time 12.5
                    :request (:method "PATCH"
                              :url "https://idp.example.com/scim/v2/Users/28%2019"
                              :headers [(:name ":authority" :value "idp.example.com")
                                        (:name "authorization"
                                         :value "Bearer br0wser-s3cret-token")]
                              :postData (:text "{\"displayName\":\"Zoë 🚀\"}"))
                    :response (:status 404 :headers []
                               :content (:text "br0wser-s3cret-token is unknown")
                               :bodySize 10))
                   (:what "is this")])))
         nil file nil 'silent)
        (save-window-excursion
          (with-current-buffer (scim-log-open file)
            (should (string-search "browser.har" (buffer-name)))
            (should (= 1 scim-log--count))
            (should (string-match-p "PATCH  404 .*/scim/v2/Users/28%2019"
                                    (buffer-string)))
            (scim-log-toggle)
            (scim-log-tests--await "< 404")
            (should (string-search "Zoë 🚀" (buffer-string)))
            (should-not (string-search "s3cret" (buffer-string)))
            (scim-log-filter "method:GET")
            (should (zerop scim-log--count))
            (should-error (scim-log-open (expand-file-name "a.scim"))
                          :type 'error)))))))

(ert-deftest scim-log-does-not-overwrite-unasked ()
  "The file for the archive is only overwritten when the person says so."
  (let ((file (make-temp-file "scim-har")))
    (unwind-protect
        (with-temp-buffer
          (cl-letf (((symbol-function 'read-file-name) (lambda (&rest _) file))
                    ((symbol-function 'y-or-n-p) #'ignore))
            (should-error (scim-log--read-har-file) :type 'user-error))
          (cl-letf (((symbol-function 'read-file-name) (lambda (&rest _) file))
                    ((symbol-function 'y-or-n-p) (lambda (_) t)))
            (should (equal (scim-log--read-har-file) file))))
      (delete-file file))))

;;;; Alerts

(ert-deftest scim-log-alerts-of-failed-writes ()
  "A failed write is told and counted until it is looked at; a read is not."
  (let (seen (scim-alert-mode t) (global-mode-string '("")))
    (scim-test-with-mock
      (scim-log-tests--fresh
        (let ((scim-mutation-failed-functions
               (list (lambda (exchange) (push exchange seen)))))
          (scim-log-tests--send "GET /Users/nobody\n")
          (should (zerop scim-alert--count))
          (scim-log-tests--send "# @validate off
PATCH /Users/nobody

{ \"schemas\": [\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],
  \"Operations\": [{ \"op\": \"replace\", \"path\": \"title\", \"value\": \"x\" }] }
")
          (should (= 1 scim-alert--count (length seen)))
          (should (equal "PATCH" (plist-get (car seen) :method)))
          (should (memq 'scim-alert--text global-mode-string))
          (should (equal " SCIM!1" (substring-no-properties scim-alert--text)))
          (save-window-excursion
            (scim-alert-show)
            (should (string-match-p "PATCH  404" (buffer-string)))
            (should-not (string-match-p "GET" (buffer-string))))
          (should-not scim-alert--text))))))

(ert-deftest scim-log-alerts-only-of-what-is-not-seen ()
  "What happens in a buffer that is looked at is seen there."
  (scim-log-tests--fresh
    (let ((scim-alert-mode t) (global-mode-string '("")) told
          (scim-log-enabled nil))
      (save-window-excursion
        (with-temp-buffer
          (setq scim-rpc-action "edit-5")
          (switch-to-buffer (current-buffer))
          (dolist (action '("edit-5" "edit-6"))
            (scim-log-exchange nil (scim-log-tests--exchange
                                    1 :status 500 :write t :action action
                                    :method "PUT"))
            (scim-log-flush)
            (push scim-alert--count told))))
      (should (equal told '(1 0))))))

(provide 'scim-log-tests)
;;; scim-log-tests.el ends here
