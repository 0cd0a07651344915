;;; scim-response-tests.el --- Tests of response buffers -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Code:

(require 'scim-test-helper)
(require 'scim-response)

(defun scim-response-tests--result (&rest more)
  "Return a result with MORE, a plist, taking precedence."
  (scim-test-plist
   more
   (list :name "create" :line 3 :method "POST" :target "/Users"
         :outcome "passed" :seconds 0.1
         :response (scim-response-tests--response)
         :assertions [] :captures [] :warnings [])))

(defun scim-response-tests--response (&rest more)
  "Return an answer with MORE, a plist, taking precedence."
  (scim-test-plist more
                   (list :status 201 :reason "Created" :durationMs 34.2 :bytes 1234
                         :etag "W/\"1\"" :contentType "application/scim+json"
                         :headers [["content-type" "application/scim+json"]
                                   ["etag" "W/\"1\""]]
                         :body '(:text "{\n  \"id\": \"1\"\n}") :language "json"
                         :curl "curl -X POST")))

(defmacro scim-response-tests--with (result &rest body)
  "Evaluate BODY in the buffer that shows RESULT."
  (declare (indent 1) (debug t))
  `(save-window-excursion
     (let ((buffer (let ((result ,result))
                     (scim-response-show result (scim-response-body result)
                                         (current-buffer) nil))))
       (unwind-protect
           (with-current-buffer buffer ,@body)
         (kill-buffer buffer)))))

(defun scim-response-tests--header ()
  "Return the header line as it is displayed."
  (replace-regexp-in-string "%%" "%" (cadr header-line-format)))

(ert-deftest scim-response-header-line-tells-the-answer ()
  "Status, reason, time, bytes and ETag, in the face of the status."
  (scim-response-tests--with (scim-response-tests--result)
    (should (equal (substring-no-properties (scim-response-tests--header))
                   "201 Created  34 ms  1.2 kB  ETag W/\"1\""))
    (should (eq (get-text-property 0 'face (scim-response-tests--header))
                'scim-success)))
  (scim-response-tests--with
      (scim-response-tests--result
       :response (scim-response-tests--response :status 503 :reason "100% busy"
                                                :etag nil))
    (should (string-prefix-p "503 100% busy  34 ms"
                             (scim-response-tests--header)))
    (should (eq (get-text-property 0 'face (scim-response-tests--header))
                'scim-failure))))

(ert-deftest scim-response-partial-list-is-loud ()
  "A list that is not complete is told in the header line and in the text."
  (dolist (kind '("partial" "unknown"))
    (scim-response-tests--with
        (scim-response-tests--result
         :response (scim-response-tests--response
                    :list (list :completeness kind :reason "the server lies"
                                :count 2 :totalResults 250 :pages 1)))
      (should (string-match-p (concat (upcase kind) " LIST: 2 of 250")
                              (scim-response-tests--header)))
      (should (string-match-p "⚠ .*the server lies" (buffer-string)))))
  (scim-response-tests--with
      (scim-response-tests--result
       :response (scim-response-tests--response
                  :list '( :completeness "complete" :count 250
                           :totalResults 250 :pages 3)))
    (should (string-match-p "all 250" (scim-response-tests--header)))
    (should-not (string-match-p "⚠" (buffer-string)))))

(ert-deftest scim-response-shows-warnings-assertions-and-captures ()
  "They are above the body, failed assertions with their message."
  (scim-response-tests--with
      (scim-response-tests--result
       :outcome "failed"
       :warnings ["odd server"]
       :assertions [(:text "status == 201" :line 8 :passed t)
                    ( :text "body.id == 2" :line 9 :passed :json-false
                      :message "body.id is \"1\", expected 2")]
       :captures [(:name "id" :value "1")])
    (should (equal (buffer-string)
                   "⚠ odd server\n
✓ status == 201
✗ body.id == 2
    body.id is \"1\", expected 2
@id = 1\n
{\n  \"id\": \"1\"\n}\n"))))

(ert-deftest scim-response-shows-errors ()
  "An error without an answer is told with its remedy."
  (scim-response-tests--with
      (scim-response-tests--result
       :outcome "error" :response nil
       :error '( :code "network.refused" :message "No answer from localhost:1"
                 :remedy "Start the server." :exitCode 7))
    (should (string-match-p "ERROR  POST  /Users" (scim-response-tests--header)))
    (should (string-match-p "No answer from localhost:1\\. Start the server\\."
                            (buffer-string)))
    (should-error (scim-response-copy-curl) :type 'user-error)))

(ert-deftest scim-response-toggles-headers ()
  "Headers are hidden until asked for."
  (scim-response-tests--with (scim-response-tests--result)
    (should-not (string-match-p "content-type:" (buffer-string)))
    (scim-response-toggle-headers)
    (should (string-match-p "content-type: application/scim\\+json"
                            (buffer-string)))
    (scim-response-toggle-headers)
    (should-not (string-match-p "content-type:" (buffer-string)))))

(defun scim-response-tests--face-of (text)
  "Return the face of the first character of TEXT in the buffer."
  (font-lock-ensure)
  (goto-char (point-min))
  (search-forward text)
  (get-text-property (match-beginning 0) 'face))

(ert-deftest scim-response-highlights-only-the-body ()
  "JSON above the body, within assertions, is left alone."
  (scim-response-tests--with
      (scim-response-tests--result
       :assertions [(:text "body.x == \"early\"" :line 8 :passed t)])
    (should (eq (scim-response-tests--face-of "\"id\"") 'scim-json-key))
    (should (eq (scim-response-tests--face-of "\"1\"") 'scim-json-string))
    (should-not (scim-response-tests--face-of "\"early\""))))

(ert-deftest scim-response-does-not-highlight-long-bodies ()
  "Above the limit, and when it is not JSON, the body is plain."
  (let ((scim-response-highlight-limit 3))
    (scim-response-tests--with (scim-response-tests--result)
      (should-not (scim-response-tests--face-of "\"id\""))))
  (scim-response-tests--with
      (scim-response-tests--result
       :response (scim-response-tests--response :language "text"))
    (should-not (scim-response-tests--face-of "\"id\""))))

(ert-deftest scim-response-reads-and-deletes-files ()
  "A long body comes in a file, which is gone afterwards."
  (let ((file (make-temp-file "scim-test-")))
    (write-region "[\"é🦊\"]" nil file nil 'silent)
    (scim-response-tests--with
        (scim-response-tests--result
         :response (scim-response-tests--response :body (list :file file)))
      (should (equal (buffer-string) "[\"é🦊\"]\n"))
      (should-not (file-exists-p file)))))

(ert-deftest scim-response-copies ()
  "The body and the curl command are copied as they came."
  (let (kill-ring (inhibit-message t))
    (scim-response-tests--with (scim-response-tests--result)
      (scim-response-copy-body)
      (should (equal (current-kill 0) "{\n  \"id\": \"1\"\n}"))
      (scim-response-copy-curl)
      (should (equal (current-kill 0) "curl -X POST")))))

(ert-deftest scim-response-leads-to-its-request ()
  "The request is visited even in a narrowed buffer."
  (with-temp-buffer
    (insert "a\nb\n### create\nPOST /Users\n")
    (narrow-to-region 1 2)
    (let ((origin (current-buffer)))
      (scim-response-tests--with (scim-response-tests--result)
        (scim-response-goto-request)
        (should (eq (window-buffer) origin))
        (with-current-buffer origin
          (should (looking-at "POST /Users")))))))

(provide 'scim-response-tests)
;;; scim-response-tests.el ends here
