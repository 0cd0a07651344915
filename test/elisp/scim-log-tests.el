;;; scim-log-tests.el --- Tests of the log of exchanges -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Code:

(require 'scim-test-helper)
(require 'scim-test-mock)
(require 'scim-log)

(defun scim-log-tests--exchange (id &rest more)
  "Return an exchange with number ID; MORE, a plist, takes precedence."
  (scim-test-plist more
                   (list :id id :tenant "test" :purpose "request"
                         :startedAt "2026-03-04T05:06:07.089Z"
                         :method "GET" :path (format "/Users/%d" id)
                         :status 200 :durationMs 12.4
                         :requestBytes 0 :responseBytes 1234 :attempts 1
                         :detail (format "> GET /Users/%d\nAccept: x\n\n< 200 OK\n\n{}\n" id)
                         :curl (format "curl /Users/%d" id))))

(defmacro scim-log-tests--with (exchanges &rest body)
  "Evaluate BODY in a log that shows EXCHANGES, a list."
  (declare (indent 1) (debug t))
  `(unwind-protect
       (progn
         (dolist (exchange ,exchanges) (scim-log-exchange nil exchange))
         (scim-log-flush)
         (with-current-buffer "*SCIM (test) log*"
           (goto-char (point-min))
           ,@body))
     (when (get-buffer "*SCIM (test) log*")
       (kill-buffer "*SCIM (test) log*"))))

(defun scim-log-tests--lines ()
  "Return the lines of the buffer."
  (split-string (buffer-string) "\n" t))

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

(ert-deftest scim-log-shows-exchanges-without-answer ()
  "Without a status, the error is in the line, as one line."
  (scim-log-tests--with (list (scim-log-tests--exchange
                               1 :status nil :error "refused\nand more"))
    (should (= 1 (length (scim-log-tests--lines))))
    (should (string-match-p "--- .*refused…" (buffer-string)))))

(ert-deftest scim-log-has-a-buffer-for-each-tenant ()
  "Exchanges go to the log of their tenant."
  (unwind-protect
      (scim-log-tests--with (list (scim-log-tests--exchange 1)
                                  (scim-log-tests--exchange 2 :tenant "other"))
        (should (= 1 (length (scim-log-tests--lines))))
        (should (get-buffer "*SCIM (other) log*")))
    (kill-buffer "*SCIM (other) log*")))

(ert-deftest scim-log-dims-discovery ()
  "Exchanges that read discovery documents do not stand out."
  (scim-log-tests--with (list (scim-log-tests--exchange 1 :purpose "discovery"))
    (search-forward "200")
    (should (eq (get-text-property (1- (point)) 'face) 'scim-dimmed))))

(ert-deftest scim-log-unfolds-and-folds ()
  "TAB shows the detail below its line, and TAB within it hides it."
  (scim-log-tests--with (mapcar #'scim-log-tests--exchange '(1 2 3))
    (let ((folded (buffer-string)))
      (scim-log-next)
      (scim-log-toggle)
      (should (string-match-p "/Users/2\n    > GET /Users/2" (buffer-string)))
      (forward-line 3)
      (scim-log-toggle)
      (should (equal (buffer-string) folded))
      (should (looking-at ".*/Users/2$"))
      (goto-char (point-min))
      (scim-log-toggle)
      (scim-log-next)
      (scim-log-toggle)
      (scim-log-fold-all)
      (should (equal (buffer-string) folded)))))

(ert-deftest scim-log-moves-by-exchange ()
  "Details are passed over; at the ends, point stays."
  (scim-log-tests--with (mapcar #'scim-log-tests--exchange '(1 2 3))
    (scim-log-toggle)
    (scim-log-next)
    (should (looking-at ".*/Users/2$"))
    (scim-log-next)
    (should-error (scim-log-next) :type 'user-error)
    (should (looking-at ".*/Users/3$"))
    (scim-log-previous 2)
    (should (looking-at ".*/Users/1$"))
    (should-error (scim-log-previous) :type 'user-error)))

(ert-deftest scim-log-copies-curl ()
  "The curl command is that of the exchange around point."
  (let (kill-ring (inhibit-message t))
    (scim-log-tests--with (mapcar #'scim-log-tests--exchange '(1 2))
      (scim-log-next)
      (scim-log-toggle)
      (forward-line 2)
      (scim-log-copy-curl)
      (should (equal (current-kill 0) "curl /Users/2")))))

(ert-deftest scim-log-is-bounded ()
  "The oldest exchanges go, with their details; the newest stay."
  (let ((scim-log-max-exchanges 20))
    (scim-log-tests--with (mapcar #'scim-log-tests--exchange
                                  (number-sequence 1 24))
      (scim-log-toggle)
      (dolist (id '(25 26))
        (scim-log-exchange nil (scim-log-tests--exchange id)))
      (scim-log-flush)
      (let ((lines (scim-log-tests--lines)))
        (should (= 20 (length lines)))
        (should (string-match-p "/Users/7$" (car lines)))
        (should (string-match-p "/Users/26$" (car (last lines))))))))

(ert-deftest scim-log-follows-only-at-the-end ()
  "A window whose point is elsewhere is left alone."
  (save-window-excursion
    (scim-log-tests--with (mapcar #'scim-log-tests--exchange '(1 2))
      (switch-to-buffer (current-buffer))
      (dolist (at-end '(nil t))
        (goto-char (if at-end (point-max) (point-min)))
        (set-window-point (selected-window) (point))
        (scim-log-exchange nil (scim-log-tests--exchange 3))
        (scim-log-flush)
        (should (eq at-end (= (window-point) (point-max))))))))

(ert-deftest scim-log-exports-an-http-archive ()
  "The archive has the exchanges of the tenant; it is private to the person."
  (scim-test-with-mock
    (let ((file (expand-file-name "log.har")) (inhibit-message t))
      (scim-rpc-on scim-protocol-exchange #'scim-log-exchange)
      (should-error (with-temp-buffer (scim-log-export-har file))
                    :type 'user-error)
      (scim-rpc-request scim-protocol-request-run
                        '(:source (:path "a.scim"
                                   :content (:text "GET /Users?count=1\n"))))
      (unwind-protect
          (progn
            (scim-test-wait-for (lambda () (get-buffer "*SCIM (default) log*")))
            (with-current-buffer "*SCIM (default) log*"
              (scim-log-export-har file)
              (scim-test-wait-for (lambda () (file-exists-p file)))
              (scim-test-settle)))
        (kill-buffer "*SCIM (default) log*"))
      (should (= #o600 (file-modes file)))
      (let* ((archive (with-temp-buffer
                        (insert-file-contents file)
                        (json-parse-buffer :object-type 'plist)))
             (entries (plist-get (plist-get archive :log) :entries)))
        (should (< 0 (length entries)))
        (should (string-suffix-p
                 "/Users?count=1"
                 (plist-get (plist-get (aref entries (1- (length entries)))
                                       :request)
                            :url)))))))

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

(ert-deftest scim-log-takes-exchanges-from-the-bridge ()
  "The notification is registered, and so the bridge is asked to trace."
  (should (assoc scim-protocol-exchange scim-rpc--handlers)))

(provide 'scim-log-tests)
;;; scim-log-tests.el ends here
