;;; scim-repl-tests.el --- Tests of the REPL -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The real bridge and the mock server, through what a person types.

;;; Code:

(require 'scim-test-helper)
(require 'scim-test-mock)
(require 'scim-repl)

;;;; Help

(defvar scim-repl-tests--buffer nil
  "The REPL of the test.")

(defun scim-repl-tests--call (function)
  "Call FUNCTION in a new REPL whose tenant is the mock server."
  (scim-test-with-mock
    (let* ((scim-repl-history-file (expand-file-name "state/history"))
           (scim-repl-tests--buffer
            (save-window-excursion (scim-repl))))
      (unwind-protect
          (progn
            (switch-to-buffer scim-repl-tests--buffer)
            (scim-repl-tests--wait)
            (funcall function))
        (when (buffer-live-p scim-repl-tests--buffer)
          (kill-buffer scim-repl-tests--buffer))))))

(defmacro scim-repl-tests--with (&rest body)
  "Evaluate BODY in a REPL whose tenant is the mock server."
  (declare (indent 0) (debug t))
  `(scim-repl-tests--call (lambda () ,@body)))

(defun scim-repl-tests--wait ()
  "Wait until nothing is carried out and the prompt is there."
  (scim-test-wait-for (lambda () (not scim-repl--handle)))
  (goto-char (point-max)))

(defun scim-repl-tests--type (text)
  "Type TEXT at the prompt, without sending it."
  (goto-char (point-max))
  (execute-kbd-macro (vconcat (replace-regexp-in-string "\n" "\r" text))))

(defun scim-repl-tests--say (text)
  "Type TEXT and RET; return what is answered."
  (let ((start (point-max)))
    (scim-repl-tests--type text)
    (execute-kbd-macro (kbd "RET"))
    (scim-repl-tests--wait)
    (buffer-substring-no-properties (min start (point-max)) (point-max))))

(defun scim-repl-tests--history ()
  "Return the text of the history file, or nil."
  (when (file-exists-p scim-repl-history-file)
    (with-temp-buffer
      (insert-file-contents scim-repl-history-file)
      (buffer-string))))

;; Emacs formats no mode lines in batch mode.
(defun scim-repl-tests--mode-line ()
  "Return what the mode line tells about this buffer."
  (mapconcat (lambda (element) (or (eval (cadr element) t) ""))
             mode-line-process ""))

;;;; Conversation

(ert-deftest scim-repl-opens-with-a-prompt-for-the-tenant ()
  "The prompt names the tenant, and so does the buffer; there is one of each."
  (scim-repl-tests--with
    (should (equal (buffer-name) "*SCIM repl (default)*"))
    (let ((inhibit-field-text-motion t))
      (should (looking-back "^default> " (line-beginning-position))))
    (should (eq (current-buffer) (scim-repl "default")))
    (should (string-match-p "default" (scim-repl-tests--mode-line)))))

(ert-deftest scim-repl-creates-finds-changes-and-deletes ()
  "Names may have emoji and right-to-left letters; changes are verified."
  (scim-repl-tests--with
    (let ((said (scim-repl-tests--say
                 "create Users {\n\"userName\": \"😀 אבג repl\",\n\"active\": true\n}")))
      (should (string-match-p "201 Created" said))
      ;; RET broke the line three times, with indentation.
      (should (string-match-p "{\n  \"userName\": .*\n  \"active\": true\n}\n" said)))
    (should (string-match-p "verified: active=false title=\"Tour Guide\""
                            (scim-repl-tests--say
                             "patch *1 active=false title=\"Tour Guide\"")))
    (should (string-match-p "\"title\": \"Tour Guide\""
                            (scim-repl-tests--say "get 😀 אבג repl")))
    (should (string-match-p "^\"Tour Guide\"$"
                            (scim-repl-tests--say "*1.title")))
    (should (string-match-p "is gone" (scim-repl-tests--say "delete *1")))))

(ert-deftest scim-repl-goes-on-with-more-by-a-click ()
  "The word `more' below a list is a button, and *1 holds all rows."
  (scim-repl-tests--with
    (should (string-match-p "20 of [0-9]+ Users; more shows"
                            (scim-repl-tests--say "users count=20")))
    (search-backward "more shows")
    (execute-kbd-macro (kbd "RET"))
    (scim-repl-tests--wait)
    (should (string-match-p "^\\[20\\]" (buffer-string)))
    (should (string-match-p "User " (scim-repl-tests--say "get *1[20]")))))

(ert-deftest scim-repl-opens-resources-by-their-links ()
  "RET on an id visits the resource, RET elsewhere above copies the input."
  (scim-repl-tests--with
    (scim-repl-tests--say "users count=1")
    (let (visited)
      (cl-letf (((symbol-function 'scim-visit)
                 (lambda (uri) (setq visited uri))))
        (re-search-backward "^\\[0\\]\t")
        (goto-char (match-end 0))
        (execute-kbd-macro (kbd "RET")))
      (should (string-prefix-p "scim:/default/resource/User/" visited)))
    (search-backward "users count=1")
    (execute-kbd-macro (kbd "RET"))
    (should (equal (buffer-substring-no-properties (scim-repl-input-start)
                                                   (point-max))
                   "users count=1"))))

(ert-deftest scim-repl-aligns-columns-whatever-the-width ()
  "Each cell of a column is displayed at the same place."
  (scim-repl-tests--with
    (scim-repl-tests--say "users count=15")
    (let (places)
      (goto-char (point-min))
      (while (re-search-forward "^\\[[0-9]+\\]\t[^\t]+\\(\t\\)" nil t)
        (push (get-text-property (match-beginning 1) 'display) places))
      (should (= 15 (length places)))
      (should (= 1 (length (delete-dups places))))
      (should (eq 'space (car-safe (car places)))))))

(ert-deftest scim-repl-folds-and-unfolds ()
  "What a change left is folded, and RET shows it."
  (scim-repl-tests--with
    (scim-repl-tests--say "create Users {\"userName\": \"folded\"}")
    (search-backward "\"userName\": \"folded\"")
    (should (invisible-p (point)))
    (goto-char (overlay-start (scim-repl-show--overlay-at (point))))
    (execute-kbd-macro (kbd "RET"))
    (search-forward "\"userName\": \"folded\"")
    (should-not (invisible-p (1- (point))))
    (scim-repl-tests--say "delete *1")))

(ert-deftest scim-repl-points-at-what-is-wrong ()
  "Below the wrong word stand carets, also behind an emoji."
  (scim-repl-tests--with
    (let ((said (scim-repl-tests--say "users title eq \"😀\" adn active pr")))
      (should (string-match-p "✗" said))
      (search-backward "^")
      (goto-char (line-beginning-position))
      (let* ((indent (next-single-property-change (point) 'display))
             (spec (get-text-property indent 'display)))
        (should (equal spec
                       `(space :width ,(string-width
                                        "users title eq \"😀\" "))))))
    (should (string-match-p "is `patch` meant"
                            (scim-repl-tests--say "ptach *1 a=b")))))

;;;; Lines

(ert-deftest scim-repl-input-is-complete-when-brackets-are-closed ()
  "Strings, escapes and bodies of requests count."
  (dolist (text '("users" "users userName eq \"a\\\"b\"" "bulk [{\"a\": \"]\"}]"
                  "GET /Users" "POST /Users\n\n{}" "POST /Users\n\n\n"
                  "DELETE /Users/1"))
    (should (scim-repl-input-complete-p text)))
  (dolist (text '("create Users {" "users userName eq \"a" "create Users {\"a\": \"}"
                  "users (a pr" "POST /Users" "POST /Users\nIf-Match: x"
                  "POST /Users\n\n" "POST /Users\n\n{"))
    (should-not (scim-repl-input-complete-p text))))

(ert-deftest scim-repl-takes-json-that-is-yanked ()
  "Lines of what is yanked are not sent one by one; C-j breaks the line."
  (scim-repl-tests--with
    (scim-repl-tests--type "create Users ")
    (insert "{\n\"userName\": \"yanked\"\n}")
    (should-not scim-repl--handle)
    (should (string-match-p "201" (scim-repl-tests--say "")))
    (scim-repl-tests--say "delete *1")
    (scim-repl-tests--type "users")
    (execute-kbd-macro (kbd "C-j"))
    (should-not scim-repl--handle)
    (should (bolp))))

(ert-deftest scim-repl-sends-raw-requests ()
  "RET breaks the line until there is a body; values can be results."
  (scim-repl-tests--with
    (should (string-match-p
             "201 Created"
             (scim-repl-tests--say
              (concat "POST /Users\n\n{\"schemas\": [\"urn:ietf:params:scim:"
                      "schemas:core:2.0:User\"], \"userName\": \"raw-😀\"}"))))
    (should (string-match-p "raw-😀"
                            (scim-repl-tests--say "GET /Users/{{*1.id}}")))
    (should (string-match-p "204"
                            (scim-repl-tests--say "DELETE /Users/{{*1.id}}")))))

;;;; Interruption

(ert-deftest scim-repl-interrupts-what-takes-long ()
  "C-c C-c ends a request that the server does not answer; typing goes on."
  (scim-repl-tests--with
    (scim-test-mock-stand-in
     "generate: { users: 3 }\nfaults:\n  - { on: GET /Users, latency: 60s }\n")
    (scim-repl-tests--type "users")
    (execute-kbd-macro (kbd "RET"))
    (should scim-repl--handle)
    (should (string-match-p "running" (scim-repl-tests--mode-line)))
    (scim-repl-tests--type "count users")
    (should-error (execute-kbd-macro (kbd "RET")))
    (execute-kbd-macro (kbd "C-c C-c"))
    (scim-repl-tests--wait)
    (should (string-match-p "Interrupted" (buffer-string)))
    (should (equal "count users"
                   (buffer-substring-no-properties (scim-repl-input-start)
                                                   (point-max))))))

;;;; The bridge ends

(ert-deftest scim-repl-survives-the-end-of-the-bridge ()
  "The next input starts another bridge, which says what is lost."
  (scim-repl-tests--with
    (scim-repl-tests--say "users count=1")
    (let ((process (scim-bridge-process (gethash (scim-rpc-root)
                                                 scim-rpc--bridges))))
      (signal-process process 'SIGKILL)
      (scim-test-wait-for (lambda () (not (process-live-p process)))))
    (let ((said (scim-repl-tests--say "get *1[0]")))
      (should (string-match-p "started anew" said))
      (should (string-match-p "There are no results yet" said)))
    (should (string-match-p "1 of [0-9]+ Users"
                            (scim-repl-tests--say "users count=1")))))

;;;; History

(ert-deftest scim-repl-keeps-history-without-secrets ()
  "The file holds inputs, is for the person alone, and has no secret."
  (scim-repl-tests--with
    (scim-repl-tests--say "users title eq \"אבג 😀\"")
    (scim-repl-tests--say "create Users {\n\"userName\": \"hidden\",\n\"password\": \"hunter2-hunter2\"\n}")
    (scim-repl-tests--say "delete *1")
    (scim-repl-tests--say (format "users title eq \"%s\"" scim-test-mock-token))
    (scim-repl-tests--say "pasted-by-mistake")
    (scim-repl-tests--say "create Users {\n\"userName\": 1\n}")
    (let ((text (scim-repl-tests--history)))
      (should (string-match-p "אבג 😀" text))
      (should-not (string-match-p "hunter2" text))
      (should-not (string-match-p "pasted" text))
      (should-not (string-match-p (regexp-quote scim-test-mock-token) text)))
    (should (= #o600 (logand #o777 (file-modes scim-repl-history-file))))
    ;; What was typed is there in another REPL, several lines as one entry.
    (with-temp-buffer
      (setq default-directory (file-name-directory
                               (directory-file-name
                                (file-name-directory scim-repl-history-file))))
      (scim-repl-history-load nil)
      (should (equal (ring-ref comint-input-ring 0)
                     "create Users {\n  \"userName\": 1\n}")))))

(ert-deftest scim-repl-recalls-inputs-by-their-beginning ()
  "M-p takes the last input that begins like what was typed."
  (scim-repl-tests--with
    (scim-repl-tests--say "count users")
    (scim-repl-tests--say "types")
    (scim-repl-tests--type "cou")
    (execute-kbd-macro (kbd "M-p"))
    (should (equal "count users"
                   (buffer-substring-no-properties (scim-repl-input-start)
                                                   (point-max))))
    (delete-region (scim-repl-input-start) (point-max))
    (should (string-match-p "^count users$"
                            (scim-repl-tests--say ",history count")))))

;;;; Completion

(ert-deftest scim-repl-completes-names-to-resources ()
  "A name that is chosen becomes the address; commands and attributes complete."
  (scim-repl-tests--with
    (scim-repl-tests--say "create Users {\"userName\": \"zz-unique-😀-name\"}")
    (scim-repl-tests--type "get zz-unique")
    (execute-kbd-macro (kbd "TAB"))
    (should (string-match-p "\\`get Users/[-0-9a-f]+\\'"
                            (buffer-substring-no-properties
                             (scim-repl-input-start) (point-max))))
    (should (string-match-p "zz-unique-😀-name" (scim-repl-tests--say "")))
    (scim-repl-tests--say "delete *1")
    (scim-repl-tests--type "users userNa")
    (execute-kbd-macro (kbd "TAB"))
    (should (string-match-p "\\`users userName *\\'"
                            (buffer-substring-no-properties
                             (scim-repl-input-start) (point-max))))))

(ert-deftest scim-repl-tells-the-usage-of-a-command ()
  "Eldoc shows how the command goes that is being typed."
  (scim-repl-tests--with
    (scim-repl-tests--type "patch ")
    (let (told)
      (scim-repl-eldoc (lambda (text &rest _) (setq told text)))
      (scim-test-wait-for (lambda () told))
      (should (string-match-p "\\`patch TYPE/ID" told)))))

;;;; Shortcuts

(ert-deftest scim-repl-does-what-shortcuts-ask-for ()
  "Files, the kill ring, variables, the log and edit buffers."
  (scim-repl-tests--with
    (scim-repl-tests--say "users count=1")
    (scim-repl-tests--say ",save result.json")
    (should (string-match-p "\"userName\""
                            (with-temp-buffer
                              (insert-file-contents "result.json")
                              (buffer-string))))
    (scim-repl-tests--say ",curl")
    (should (string-match-p "\\`curl .*count=1" (current-kill 0)))
    (should-not (string-match-p scim-test-mock-token (current-kill 0)))
    (scim-repl-tests--say ",set name=*1[0].userName")
    (should (string-match-p "1 of 1 Users"
                            (scim-repl-tests--say "users userName eq {{name}}")))
    (let (edited logged)
      (cl-letf (((symbol-function 'scim-edit-resource)
                 (lambda (type id &optional tenant)
                   (setq edited (list type id tenant))))
                ((symbol-function 'scim-log-of-action)
                 (lambda (&optional action) (interactive) (setq logged action))))
        (scim-repl-tests--say ",edit *1[0]")
        (scim-repl-tests--say ",log"))
      (should (equal (car edited) "User"))
      (should (equal (nth 2 edited) "default"))
      (should (equal logged scim-rpc-action)))
    (scim-repl-tests--say ",clear")
    (should (equal (string-trim (buffer-string)) "default>"))))

(ert-deftest scim-repl-has-help-and-a-menu ()
  "Shortcuts are listed, and each command has a key."
  (scim-repl-tests--with
    (should (string-match-p "^,tenants\t" (scim-repl-tests--say ",help")))
    (dolist (group (scim-menu-groups 'scim-repl-mode))
      (dolist (item (cdr group))
        (should (scim-menu-key item scim-repl-mode-map))))))

(provide 'scim-repl-tests)
;;; scim-repl-tests.el ends here
