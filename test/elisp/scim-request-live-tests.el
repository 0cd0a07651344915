;;; scim-request-live-tests.el --- Request files against the mock server -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Request files through the commands that a person uses, with the real
;; bridge and its mock server.

;;; Code:

(require 'scim-test-helper)
(require 'scim-test-mock)
(require 'flymake)
(require 'xref)
(require 'scim-request)
(require 'scim-request-import)
(require 'scim-request-preview)
(require 'scim-response-history)

(defvar scim-request-live--count 0
  "Makes names of users unique.")

(defun scim-request-live--name (text)
  "Return TEXT with a number that no other test has."
  (format "%s-%d-%d" text (emacs-pid) (cl-incf scim-request-live--count)))

(defmacro scim-request-live--with-file (text &rest body)
  "Evaluate BODY in a request file with TEXT, against the mock server."
  (declare (indent 1) (debug t))
  `(scim-test-with-mock
     (save-window-excursion
       (let ((buffer (find-file-noselect (expand-file-name "test.scim")))
             (inhibit-message t))
         (unwind-protect
             (with-current-buffer buffer
               (switch-to-buffer buffer)
               (insert ,text)
               (goto-char (point-min))
               ,@body)
           (dolist (each (buffer-list))
             (when (or (eq each buffer)
                       (string-match-p "\\`\\*SCIM \\(?:response\\|preview\\|curl\\|diff\\)\\|\\`import\\.scim"
                                       (buffer-name each)))
               (with-current-buffer each
                 (set-buffer-modified-p nil))
               (kill-buffer each))))))))

(defun scim-request-live--wait ()
  "Wait until the run of this buffer has ended."
  (scim-test-wait-for (lambda () (not scim-request--handle))))

(defun scim-request-live--send ()
  "Send the request at point; return the buffer of the answer."
  (call-interactively #'scim-request-send)
  (scim-request-live--wait)
  (get-buffer (format "*SCIM response: %s*"
                      (scim-request-name (scim-request-bounds)))))

(defconst scim-request-live--user
  "### create
POST /Users

{ \"schemas\": [\"urn:ietf:params:scim:schemas:core:2.0:User\"],
  \"userName\": \"%s\",
  \"displayName\": \"ليلى 🎉\", \"password\": \"t1meMa$heen\" }

?? status == 201
@id = body.id

### read
GET /Users/{{id}}
"
  "A request file; its user name is to be filled in.")

;;;; Help while typing

(defun scim-request-live--diagnostics ()
  "Return the diagnostics of this buffer: text and message."
  (let (found)
    (scim-document-flymake
     (lambda (diagnostics &rest _)
       (setq found (list (mapcar (lambda (each)
                                   (list (buffer-substring-no-properties
                                          (flymake-diagnostic-beg each)
                                          (flymake-diagnostic-end each))
                                         (flymake-diagnostic-text each)))
                                 diagnostics)))))
    (scim-test-wait-for (lambda () found))
    (car found)))

(ert-deftest scim-request-live-diagnoses ()
  "What is wrong is marked at its place, behind emoji and other scripts too."
  (scim-request-live--with-file "@who = 🎉 ليلى {{nobody}}
### search
GET /Users?filter=displayName eq \"🎉🎉{{who}}\" and usrName pr

### put
PUT /Users/1

{ \"schemas\": [\"urn:ietf:params:scim:schemas:core:2.0:User\"],
  \"userName\": \"مرحبا 🎉\", \"actve\": true }
"
    (let ((found (scim-request-live--diagnostics)))
      (should (equal (mapcar #'car found)
                     '("{{nobody}}" "usrName" "\"actve\"")))
      (should (string-match-p "not defined" (nth 1 (nth 0 found))))
      (should (string-match-p "userName" (nth 1 (nth 1 found))))
      (should (string-match-p "active" (nth 1 (nth 2 found)))))
    (goto-char (point-min))
    (search-forward "actve")
    (replace-match "active")
    (goto-char (point-min))
    (search-forward "{{nobody}}")
    (replace-match "")
    (search-forward "usrName")
    (replace-match "userName")
    (should-not (scim-request-live--diagnostics))))

(defun scim-request-live--complete (text)
  "Insert TEXT at the end of the buffer, and complete it there."
  (goto-char (point-max))
  (insert text)
  (let ((completion-styles '(basic)))
    (completion-at-point))
  (buffer-substring-no-properties (line-beginning-position) (point)))

(ert-deftest scim-request-live-completes ()
  "Methods, paths, filters, variables and attributes are completed."
  (scim-request-live--with-file (format scim-request-live--user "🎉")
    (scim-rpc-start (scim-rpc-root))
    (should (equal (scim-request-live--complete "\n### x\nPAT") "PATCH "))
    (should (equal (scim-request-live--complete "/Gr") "PATCH /Groups/"))
    (should (equal (scim-request-live--complete "{{i") "PATCH /Groups/{{id}}"))
    (should (equal (scim-request-live--complete "\nIf-M") "If-Match: "))
    (should (equal (scim-request-live--complete "{{create.et")
                   "If-Match: {{create.etag}}"))
    (should (equal (scim-request-live--complete
                    "\n\n### y\nGET /Users?filter=userNa")
                   "GET /Users?filter=userName"))
    (should (equal (scim-request-live--complete " eq \"🎉\"\n\n?? body.totalR")
                   "?? body.totalResults"))
    (should (equal (scim-request-live--complete
                    " > 0\n\n### z\nPOST /Users\n\n{ \"userNa")
                   "{ \"userName\": \""))))

(ert-deftest scim-request-live-explains-and-finds ()
  "Eldoc tells of what is at point; xref goes to where a variable is set."
  (scim-request-live--with-file (format scim-request-live--user "🎉")
    (scim-rpc-start (scim-rpc-root))
    (search-forward "{{i")
    (let (told)
      (scim-document-eldoc (lambda (text &rest _) (setq told text)))
      (scim-test-wait-for (lambda () told))
      (should (string-match-p "id.*no value" told)))
    (execute-kbd-macro (kbd "M-."))
    (should (looking-at-p "id = body.id"))))

(ert-deftest scim-request-live-folds ()
  "TAB on a separator hides its request, and S-TAB all of them."
  (scim-request-live--with-file (format scim-request-live--user "x")
    (execute-kbd-macro (kbd "TAB"))
    (search-forward "POST")
    (should (outline-invisible-p (point)))
    (goto-char (point-min))
    (execute-kbd-macro (kbd "TAB"))
    (search-forward "POST")
    (should-not (outline-invisible-p (point)))
    (call-interactively #'scim-request-toggle-fold-all)
    (search-forward "GET")
    (should (outline-invisible-p (point)))
    (call-interactively #'scim-request-toggle-fold-all)
    (should-not (outline-invisible-p (point)))))

;;;; Preview

(ert-deftest scim-request-live-preview-is-sent ()
  "A preview shows no secret, is changed without the file, and is sent."
  (let ((name (scim-request-live--name "preview")))
    (scim-request-live--with-file (format scim-request-live--user name)
      (let ((text (buffer-string)))
        (call-interactively #'scim-request-preview)
        (should (derived-mode-p 'scim-preview-mode))
        (should (string-match-p "\\`POST http.*/Users\n" (buffer-string)))
        (should (string-match-p "\"password\": \"\\*\\*\\*\"" (buffer-string)))
        (should-not (string-match-p "t1meMa" (buffer-string)))
        (execute-kbd-macro "e")
        (goto-char (point-min))
        (search-forward name)
        (insert "-changed")
        (execute-kbd-macro (kbd "C-c C-c"))
        (with-current-buffer buffer
          (scim-request-live--wait)
          (should (equal (buffer-string) text)))
        (with-current-buffer "*SCIM response: create*"
          (should (string-match-p (concat name "-changed") (buffer-string))))))))

(ert-deftest scim-request-live-preview-refuses-moved-masks ()
  "A mask that means nothing is refused, at its place, and nothing is lost."
  (scim-request-live--with-file (format scim-request-live--user "x")
    (call-interactively #'scim-request-preview)
    (execute-kbd-macro "e")
    (goto-char (point-min))
    (search-forward "Bearer ")
    (insert "x")
    (execute-kbd-macro (kbd "C-c C-c"))
    (with-current-buffer buffer
      (scim-request-live--wait))
    (should-not (get-buffer "*SCIM response: create*"))
    (with-current-buffer "*SCIM preview: create*"
      (should (string-match-p "Bearer x\\*\\*\\*" (buffer-string)))
      (should (looking-at-p "Authorization")))))

;;;; Again, history, differences, links

(ert-deftest scim-request-live-sends-the-same-bytes ()
  "G sends what was sent, though the file has changed; g sends the file."
  (let ((name (scim-request-live--name "again")))
    (scim-request-live--with-file (format scim-request-live--user name)
      (let ((answer (scim-request-live--send)))
        (goto-char (point-min))
        (search-forward name)
        (insert "-two")
        (with-current-buffer answer
          (should (string-match-p "201" (format "%s" header-line-format)))
          (switch-to-buffer answer)
          ;; A second user is not made by mistake.
          (cl-letf (((symbol-function 'y-or-n-p) #'ignore))
            (should-error (execute-kbd-macro "g") :type 'user-error)
            (should-error (execute-kbd-macro "G") :type 'user-error))
          (should-not (buffer-local-value 'scim-request--handle buffer))
          (execute-kbd-macro "Gy")
          (with-current-buffer buffer
            (scim-request-live--wait))
          (should (equal 409 (plist-get (plist-get scim-response--result
                                                   :response)
                                        :status)))
          (execute-kbd-macro "gy")
          (with-current-buffer buffer
            (scim-request-live--wait))
          (should (string-match-p (concat name "-two") (buffer-string))))))))

(ert-deftest scim-request-live-history ()
  "Earlier answers are walked through and compared; not too many are kept."
  (let ((name (scim-request-live--name "تاريخ-🎉"))
        (scim-response-history-length 3))
    (scim-request-live--with-file (format scim-request-live--user name)
      (scim-request-live--send)
      (goto-char (point-max))
      (insert "\n### change
PATCH /Users/{{id}}

{ \"schemas\": [\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],
  \"Operations\": [{ \"op\": \"replace\", \"path\": \"displayName\", \"value\": \"عمر\" }] }
")
      (goto-char (point-min))
      (search-forward "### read")
      (scim-request-live--send)
      (goto-char (point-max))
      (scim-request-live--send)
      (goto-char (point-min))
      (search-forward "### read")
      (with-current-buffer (scim-request-live--send)
        (switch-to-buffer (current-buffer))
        (should (string-match-p "2/2 [0-9:]+" (format "%s" header-line-format)))
        (should (string-match-p "عمر" (buffer-string)))
        (execute-kbd-macro "[")
        (should (string-match-p "1/2" (format "%s" header-line-format)))
        (should (string-match-p "ليلى 🎉" (buffer-string)))
        (should-error (execute-kbd-macro "[") :type 'user-error)
        (execute-kbd-macro "]")
        (should (string-match-p "عمر" (buffer-string)))
        (execute-kbd-macro "d")
        (scim-test-wait-for
         (lambda () (get-buffer "*SCIM difference: read*")))
        (with-current-buffer "*SCIM difference: read*"
          (should (derived-mode-p 'diff-mode))
          (should (string-match-p "^--- read 1/2 .*\n\\+\\+\\+ read 2/2"
                                  (buffer-string)))
          (should (string-match-p "^-.*ليلى 🎉.*\n\\(?:.*\n\\)*\\+.*عمر"
                                  (buffer-string)))
          (should (string-match-p "^[-+].*lastModified" (buffer-string)))
          (call-interactively #'scim-response-diff-toggle)
          (scim-test-wait-for
           (lambda ()
             (not (string-match-p "^[-+].*lastModified" (buffer-string)))))
          (should (string-match-p "^\\+.*عمر" (buffer-string)))))
      (dotimes (_ 3)
        (scim-request-live--send))
      (should (= 3 (length (scim-response-history-of "read")))))))

(ert-deftest scim-request-live-history-is-bounded ()
  "Long bodies leave room for the last answer alone."
  (with-temp-buffer
    (let ((scim-response-history-size 10))
      (dolist (body '("12345" "12345" "12345" "12345678901234"))
        (scim-response-history-add '(:name "x") body nil)
        (should (<= (length (scim-response-history-of "x")) 2)))
      (should (equal (mapcar (lambda (entry) (length (plist-get entry :body)))
                             (scim-response-history-of "x"))
                     '(14))))))

(ert-deftest scim-request-live-links ()
  "Ids and locations in an answer lead to resources, behind emoji too."
  (let ((name (scim-request-live--name "🎉🎉")) visited)
    (scim-request-live--with-file (format scim-request-live--user name)
      (with-current-buffer (scim-request-live--send)
        (switch-to-buffer (current-buffer))
        (scim-test-wait-for (lambda () scim-response-links--resource))
        (cl-letf (((symbol-function 'scim-edit-resource)
                   (lambda (type id &optional _tenant)
                     (push (list type id) visited))))
          (execute-kbd-macro "e")
          (goto-char (point-min))
          (search-forward "🎉🎉")
          (search-forward "\"location\"")
          (execute-kbd-macro "n")
          (should (looking-at-p "http"))
          (execute-kbd-macro (kbd "RET"))
          (should (equal (car (car visited)) "User"))
          (should (= 2 (length visited)))
          (should (apply #'equal visited)))))))

;;;; Other tools

(ert-deftest scim-request-live-imports-curl ()
  "A curl command becomes a request: its token and base URL are the tenant's."
  (scim-request-live--with-file "### one\nGET /Users\n"
    (let ((url (scim-test-mock-url)))
      (kill-new (format "curl -X POST '%s/Users?attributes=userName' \\
  -H 'Authorization: Bearer %s' -H 'Content-Type: application/scim+json' \\
  --data-raw $'{\"userName\":\"\\u0644\\u064a\\u0644\\u0649 🎉\",\"password\":\"t1meMa$heen\"}'"
                        url scim-test-mock-token))
      (call-interactively #'scim-request-import-curl))
    (should (looking-at-p "### create-user"))
    (should (string-match-p "^POST /Users\\?attributes=userName$" (buffer-string)))
    (should (string-match-p "\"userName\": \"ليلى 🎉\"" (buffer-string)))
    (should (string-match-p "\"password\": \"{{password}}\"" (buffer-string)))
    (should-not (string-match-p "t1meMa\\|Bearer\\|s3cret" (buffer-string)))))

(ert-deftest scim-request-live-exports-a-script-that-runs ()
  "The script of a file creates what the file would create."
  (skip-unless (and (executable-find "curl") (executable-find "jq")))
  (let ((name (scim-request-live--name "it's-🎉")))
    (scim-request-live--with-file
        (replace-regexp-in-string ", \"password\": [^ ]*" ""
                                  (format scim-request-live--user name))
      (call-interactively #'scim-request-export-curl)
      (should (derived-mode-p 'sh-mode))
      (let ((process-environment
             (cons (concat "SCIM_AUTH_TOKEN=" scim-test-mock-token)
                   process-environment))
            (output (generate-new-buffer " *output*"))
            (coding-system-for-write 'utf-8))
        (unwind-protect
            (progn
              (should (eq 0 (call-process-region nil nil "sh" nil output)))
              (with-current-buffer output
                (goto-char (point-min))
                (should (= 2 (how-many (regexp-quote name))))))
          (kill-buffer output))))))

(provide 'scim-request-live-tests)
;;; scim-request-live-tests.el ends here
