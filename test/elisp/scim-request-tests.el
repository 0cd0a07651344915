;;; scim-request-tests.el --- Tests of request files in Emacs -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; What the bridge answers is canned here: what matters is what Emacs
;; sends, and what it makes of the answer.

;;; Code:

(require 'scim-test-helper)
(require 'scim-request)

(defconst scim-request-tests--text
  "@mail = a@example.com

### create
# @validate strict
# a comment
POST /Users HTTP/1.1
If-Match: {{tag}}

{ \"userName\": \"{{mail}}\", \"active\": true,
  \"n\": [1, null] }

?? status == 201
?? body.userName == \"{{mail}}\"
@id = body.id

###
GET /Users
  ?filter=userName eq \"x\"
  &count=1

### last
DELETE /Users/{{id}}
"
  "A request file; `create' has its request line on line 6.")

(defmacro scim-request-tests--with-text (&rest body)
  "Evaluate BODY in a buffer in `scim-request-mode' with the example."
  (declare (indent 0) (debug t))
  `(with-temp-buffer
     (insert scim-request-tests--text)
     (scim-request-mode)
     (goto-char (point-min))
     ,@body))

;;;; Text

(defun scim-request-tests--face-at (text)
  "Return the face of the first character of TEXT, after point."
  (search-forward text)
  (let ((face (get-text-property (match-beginning 0) 'face)))
    (if (consp face) (car face) face)))

(ert-deftest scim-request-highlights ()
  "Each part of a request file has its face."
  (scim-request-tests--with-text
    (font-lock-ensure)
    (pcase-dolist (`(,text . ,face)
                   '(("@mail" . scim-request-variable)
                     ("###" . scim-request-separator)
                     ("create" . scim-request-name)
                     ("# @validate" . scim-request-directive)
                     ("# a comment" . font-lock-comment-face)
                     ("POST" . scim-method)
                     ("/Users" . scim-target)
                     ("HTTP" . scim-dimmed)
                     ("If-Match" . scim-header)
                     ("{{tag}}" . scim-request-reference)
                     ("\"userName\"" . scim-json-key)
                     ("\"" . scim-json-string)
                     ("{{mail}}" . scim-request-reference)
                     ("true" . scim-json-constant)
                     ("1" . scim-json-constant)
                     ("null" . scim-json-constant)
                     ("??" . scim-request-assertion)
                     ("status" . nil)
                     ("==" . scim-request-assertion)
                     ("@id" . scim-request-variable)
                     ("?filter" . scim-target)
                     ("DELETE" . scim-method)))
      (should (equal (cons text (scim-request-tests--face-at text))
                     (cons text face))))))

(ert-deftest scim-request-warns-of-unknown-methods ()
  "A request line with another method stands out."
  (with-temp-buffer
    (insert "### x\nFETCH /Users\n")
    (scim-request-mode)
    (font-lock-ensure)
    (goto-char (point-min))
    (should (eq (scim-request-tests--face-at "FETCH") 'scim-warning))))

(ert-deftest scim-request-moves-by-request ()
  "Commands and `beginning-of-defun' go to the separators."
  (scim-request-tests--with-text
    (scim-request-next)
    (should (looking-at "### create"))
    (scim-request-next 2)
    (should (looking-at "### last"))
    (scim-request-previous)
    (should (looking-at "###\nGET"))
    (scim-request-previous 5)
    (should (bobp))
    (search-forward "userName")
    (beginning-of-defun)
    (should (looking-at "### create"))
    (end-of-defun)
    (should (looking-at "###\nGET"))
    (search-backward "userName")
    (narrow-to-defun)
    (should (equal (buffer-substring (point-min) (+ 10 (point-min)))
                   "### create"))))

(ert-deftest scim-request-names-requests ()
  "Imenu lists names; a request without one is called by its line."
  (scim-request-tests--with-text
    (should (equal (mapcar #'car (funcall imenu-create-index-function))
                   '("create" "GET /Users" "last")))))

(ert-deftest scim-request-indents-bodies-only ()
  "Bodies are indented by depth; request lines and headers never are."
  (with-temp-buffer
    (insert "### it's\nPOST /Users\n  &a=\"b\"\nA: b\n\n{\n\"a\": [\n1\n]\n}\n?? x\n")
    (scim-request-mode)
    (let ((inhibit-message t))
      (indent-region (point-min) (point-max)))
    (should (equal (buffer-string)
                   "### it's\nPOST /Users\n  &a=\"b\"\nA: b\n
{\n  \"a\": [\n    1\n  ]\n}\n?? x\n"))))

(ert-deftest scim-request-comments ()
  "Commenting and uncommenting a region gives back the text."
  (scim-request-tests--with-text
    (comment-region (point-min) (point-max))
    (should (looking-at "# @mail"))
    (uncomment-region (point-min) (point-max))
    (should (equal (buffer-string) scim-request-tests--text))))

(ert-deftest scim-request-mode-is-for-scim-files ()
  "Files are recognised by their name."
  (should (eq (assoc-default "a/b.scim" auto-mode-alist #'string-match)
              'scim-request-mode)))

;;;; Sending

(defun scim-request-tests--result (&rest more)
  "Return a result of `create' with MORE, a plist, taking precedence."
  (scim-test-plist more
                   (list :name "create" :line 5 :method "POST" :target "/Users"
                         :outcome "passed" :seconds 0.1
                         :response '( :status 201 :reason "Created" :durationMs 34
                                      :bytes 2 :etag nil :contentType nil :headers []
                                      :body (:text "{}") :language "json" :curl "curl")
                         :assertions [] :captures [] :warnings [])))

(defun scim-request-tests--run (&rest results)
  "Return what `scim/request/run' answers for RESULTS."
  (list :result (list :exitCode 0
                      :counts '(:passed 1 :failed 0 :errors 0 :skipped 0)
                      :results (vconcat results))))

(defun scim-request-tests--call (answers function)
  "Call FUNCTION in a request file, with a bridge that gives ANSWERS.
ANSWERS is a plist from methods, as keywords, to (:result R) or (:error E)."
  (let ((file (make-temp-file "scim-test-answers-")))
    (unwind-protect
        (scim-test-call-in-workspace
         'fake (list (concat "FAKE_ANSWERS=" file))
         (lambda ()
           (write-region (json-encode answers) nil file nil 'silent)
           (save-window-excursion
             (scim-request-tests--with-text
               (let ((inhibit-message t))
                 (switch-to-buffer (current-buffer))
                 (scim-request-next)
                 (funcall function))))))
      (delete-file file)
      (dolist (buffer (buffer-list))
        (when (string-prefix-p "*SCIM" (buffer-name buffer))
          (kill-buffer buffer))))))

(defmacro scim-request-tests--with-answers (answers &rest body)
  "Evaluate BODY in a request file, with a bridge that gives ANSWERS."
  (declare (indent 1) (debug t))
  `(scim-request-tests--call ,answers (lambda () ,@body)))

(defun scim-request-tests--send (&optional all)
  "Send the request at point, or ALL, and wait until that has ended."
  (if all (scim-request-send-all) (scim-request-send))
  (scim-test-wait-for (lambda () (not scim-request--handle))))

(defun scim-request-tests--beside (line)
  "Return what is shown at the end of LINE, counted from 1."
  (let ((position (scim-marks-position (1- line))))
    (mapconcat (lambda (overlay)
                 (substring-no-properties
                  (or (overlay-get overlay 'after-string) "")))
               (save-excursion
                 (goto-char position)
                 (overlays-in position (line-end-position)))
               "")))

(ert-deftest scim-request-send-shows-the-outcome ()
  "The answer is shown without leaving the buffer, and beside the request."
  (scim-request-tests--with-answers
      (list :scim/request/run
            (scim-request-tests--run (scim-request-tests--result)))
    (let ((buffer (current-buffer)))
      (scim-request-tests--send)
      (should (eq (window-buffer) buffer))
      (should (get-buffer-window "*SCIM response: create*"))
      (should (equal (scim-request-tests--beside 6) "  ✓ 201 34 ms")))))

(ert-deftest scim-request-send-sends-the-unsaved-text ()
  "The bridge gets the text of the buffer, the line and the tenant."
  (scim-request-tests--with-answers
      (list :scim/request/run
            (scim-request-tests--run (scim-request-tests--result)))
    (let (sent)
      (cl-letf (((symbol-function 'scim-rpc-request-async)
                 (lambda (method params &rest _)
                   (setq sent (cons method params))
                   nil)))
        (goto-char (point-max))
        (insert "### one more")
        (narrow-to-region (point) (point))
        (setq-local scim-tenant "staging")
        (scim-request-send))
      (should (equal (car sent) "scim/request/run"))
      (should (equal (plist-get (plist-get (cdr sent) :source) :content)
                     (list :text (concat scim-request-tests--text
                                         "### one more"))))
      (should (equal (plist-get (cdr sent) :select) '(:line 22)))
      (should (equal (plist-get (cdr sent) :tenant) "staging")))))

(ert-deftest scim-request-outcome-goes-with-an-edit ()
  "Editing a request removes what is shown beside it."
  (scim-request-tests--with-answers
      (list :scim/request/run
            (scim-request-tests--run
             (scim-request-tests--result)
             (scim-request-tests--result :name "last" :line 20)))
    (scim-request-tests--send t)
    (should (equal (scim-request-tests--beside 6) "  ✓ 201 34 ms"))
    (search-forward "userName")
    (insert "x")
    (should (equal (scim-request-tests--beside 6) ""))
    (should (equal (scim-request-tests--beside 21) "  ✓ 201 34 ms"))))

(ert-deftest scim-request-failed-assertions-are-visited ()
  "Expected and actual are beside the assertion; `next-error' goes there."
  (scim-request-tests--with-answers
      (list :scim/request/run
            (scim-request-tests--run
             (scim-request-tests--result
              :outcome "failed"
              :assertions [( :text "status == 201" :line 11 :passed :json-false
                             :message "status is 200, expected 201")
                           (:text "x" :line 12 :passed t)])))
    (scim-request-tests--send)
    (should (equal (scim-request-tests--beside 6)
                   "  ✗ 201 34 ms, 1 assertion failed"))
    (should (equal (scim-request-tests--beside 12)
                   "  ✗ status is 200, expected 201"))
    (should (equal (scim-request-tests--beside 13) ""))
    (goto-char (point-max))
    (next-error 1 t)
    (should (looking-at (regexp-quote "?? status == 201")))
    (should-error (scim-marks-next-error 1) :type 'user-error)))

(ert-deftest scim-request-errors-are-visited ()
  "Point goes to the place of an error, if it is where it was."
  (let ((failure (list :error
                       (list :code -32803 :message "failed"
                             :data '( :code "request.variable"
                                      :message "`{{tag}}` is not defined"
                                      :position (:line 6 :character 10)
                                      :exitCode 1)))))
    (dolist (stay '(nil t))
      (scim-request-tests--with-answers (list :scim/request/run failure)
        (scim-request-send)
        (when stay (forward-char 2))
        (scim-test-wait-for (lambda () (not scim-request--handle)))
        (should (eq (not stay) (looking-at "{{tag}}")))
        (should (string-match-p "not defined"
                                (scim-request-tests--beside 7)))))))

(ert-deftest scim-request-late-outcome-does-not-mark-other-text ()
  "When the text was edited meanwhile, only the response buffer is shown."
  (scim-request-tests--with-answers
      (list :scim/request/run
            (scim-request-tests--run (scim-request-tests--result)))
    (scim-request-send)
    (save-excursion (goto-char (point-min)) (insert "\n\n"))
    (scim-test-wait-for (lambda () (not scim-request--handle)))
    (should (get-buffer "*SCIM response: create*"))
    (should-not (scim-marks--all))))

(ert-deftest scim-request-outcome-keeps-those-of-others ()
  "Sending one request leaves what is shown beside the others."
  (scim-request-tests--with-answers
      (list :scim/request/run
            (scim-request-tests--run (scim-request-tests--result)))
    (let ((other (make-overlay (1- (point-max)) (point-max))))
      (overlay-put other 'scim-mark 'block)
      (scim-request-send)
      (scim-test-wait-for (lambda () (not scim-request--handle)))
      (should (overlay-buffer other)))))

(ert-deftest scim-request-cancel-stops-the-run ()
  "Cancelling frees the buffer for the next run; meanwhile there is but one."
  (scim-test-with-bridge "good"
    (scim-request-tests--with-text
      (let ((inhibit-message t)
            (scim-protocol-request-run "test/hang"))
        (scim-request-next)
        (scim-request-send)
        (should-error (scim-request-send) :type 'user-error)
        (should (string-match-p "⟳" (scim-request--mode-line)))
        (should (string-match-p "⟳" (scim-request-tests--beside 6)))
        (scim-request-cancel)
        (scim-test-wait-for (lambda () (not scim-request--handle)))
        (should (equal (scim-request-tests--beside 6) ""))
        (should-error (scim-request-cancel) :type 'user-error)))))

(ert-deftest scim-request-all-shows-the-first-failure ()
  "After a run of all requests, what failed is shown and all are marked."
  (scim-request-tests--with-answers
      (list :scim/request/run
            (scim-request-tests--run
             (scim-request-tests--result)
             (scim-request-tests--result
              :name "last" :line 20 :outcome "error" :response nil
              :error '( :code "network.refused" :message "refused"
                        :exitCode 7))))
    (scim-request-tests--send t)
    (should-not (get-buffer "*SCIM response: create*"))
    (should (get-buffer "*SCIM response: last*"))
    (should (equal (scim-request-tests--beside 21) "  ✗ refused"))
    (scim-request-show-response)
    (should (get-buffer "*SCIM response: create*"))))

(ert-deftest scim-request-response-sends-again ()
  "`g' in the response buffer sends the request of the file once more."
  (scim-request-tests--with-answers
      (list :scim/request/run
            (scim-request-tests--run (scim-request-tests--result)))
    (scim-request-tests--send)
    (scim-marks-clear)
    (with-current-buffer "*SCIM response: create*"
      (revert-buffer))
    (should scim-request--handle)
    (scim-test-wait-for (lambda () (not scim-request--handle)))
    (should (equal (scim-request-tests--beside 6) "  ✓ 201 34 ms"))))

;;;; Looking

(ert-deftest scim-request-preview-and-curl ()
  "The preview is shown; the curl command is copied."
  (let (kill-ring)
    (scim-request-tests--with-answers
        '(:scim/request/preview (:result ( :text "POST /x" :curl "curl /x"
                                           :prepared 1 :name "create")))
      (scim-request-copy-curl)
      (should (equal (current-kill 0) "curl /x"))
      (scim-request-preview)
      (with-current-buffer "*SCIM preview: create*"
        (should (equal (buffer-string) "POST /x"))))))

(ert-deftest scim-request-failure-of-a-command-is-plain-text ()
  "A command tells the message and the remedy, not the condition's data."
  (scim-request-tests--with-answers
      '(:scim/request/preview
        (:error ( :code -32803 :message "x"
                  :data ( :code "config.tenant" :message "No tenant"
                          :remedy "Name one." :exitCode 6))))
    (should (equal (should-error (scim-request-preview) :type 'user-error)
                   '(user-error "No tenant. Name one.")))))

(defconst scim-request-tests--variables
  '(:scim/request/variables
    (:result (:variables [(:name "mail" :value "a@b" :origin "line 1")
                          ( :name "id" :value nil
                            :origin "not captured yet: line 14")])))
  "An answer about variables.")

(ert-deftest scim-request-shows-variables ()
  "Each variable is told with value and origin."
  (scim-request-tests--with-answers scim-request-tests--variables
    (scim-request-show-variables)
    (with-current-buffer "*SCIM variables of a file*"
      (should (string-match-p "mail +a@b\n +line 1" (buffer-string)))
      (should (string-match-p "id +no value\n +not captured yet: line 14"
                              (buffer-string))))))

(ert-deftest scim-request-chooses-a-tenant ()
  "The tenant is buffer-local and in the mode line."
  (scim-request-tests--with-answers
      '(:scim/tenants
        (:result ( :file nil :defaultTenant "a"
                   :tenants [( :name "a" :vendor "generic" :baseUrl "http://a"
                               :auth "bearer" :problems [])
                             ( :name "b" :vendor "generic" :baseUrl nil
                               :auth "bearer" :problems ["no URL"])])))
    (let ((completing-read-function
           (lambda (_prompt names &rest _)
             (let ((annotate (plist-get completion-extra-properties
                                        :annotation-function)))
               (should (equal (all-completions "" names) '("a" "b")))
               (should (string-match-p "http://a" (funcall annotate "a")))
               (should (string-match-p "no URL" (funcall annotate "b"))))
             "b")))
      (call-interactively #'scim-tenant-choose))
    (should (equal scim-tenant "b"))
    (should-not (default-value 'scim-tenant))
    (should (equal (scim-request--mode-line) "[b]"))))

(provide 'scim-request-tests)
;;; scim-request-tests.el ends here
