;;; scim-edit-tests.el --- Tests of editing resources -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Through the commands that a person uses, with the real bridge and the
;; mock server.  Another person is played by the Lisp API.

;;; Code:

(require 'scim-test-mock)
(require 'scim-api)
(require 'scim-edit)
(require 'scim-edit-conflict)
(require 'scim-edit-preview)
(require 'scim-new)

(defvar scim-edit-tests--count 0
  "Number of users that were created.")

(defvar scim-edit-tests--told nil
  "What was told to the person, newest first.")

(defun scim-edit-tests--told-p (text)
  "Was TEXT told?"
  (seq-some (lambda (told) (string-search text told)) scim-edit-tests--told))

(defun scim-edit-tests--note (format &rest args)
  "Note that FORMAT with ARGS is told."
  (when format
    (push (apply #'format format args) scim-edit-tests--told)))

(defun scim-edit-tests--user (&rest more)
  "Create a user with the attributes MORE, an alist; return it."
  (scim-create
   'User `((schemas . ["urn:ietf:params:scim:schemas:core:2.0:User"])
           (userName . ,(format "edit-el-%d" (cl-incf scim-edit-tests--count)))
           (title . "Guide")
           ,@more)))

(defun scim-edit-tests--wait ()
  "Wait until the request of this buffer has ended."
  (scim-test-wait-for (lambda ()
                        (scim-test-settle)
                        (not scim-edit--handle))))

(defmacro scim-edit-tests--editing (type resource &rest body)
  "Evaluate BODY in a buffer that edits RESOURCE of TYPE."
  (declare (indent 2) (debug t))
  `(let ((inhibit-message t)
         (scim-edit-tests--told nil)
         (buffer (scim-edit-resource ,type (scim-attribute ,resource 'id))))
     (advice-add 'message :before #'scim-edit-tests--note)
     (unwind-protect
         (with-current-buffer buffer
           (scim-edit-tests--wait)
           ,@body)
       (advice-remove 'message #'scim-edit-tests--note)
       (scim-edit-tests--clean-up))))

(defun scim-edit-tests--clean-up ()
  "Kill all buffers of this package without a question."
  (dolist (buffer (buffer-list))
    (when (string-prefix-p "*SCIM" (buffer-name buffer))
      (with-current-buffer buffer
        (remove-hook 'kill-buffer-query-functions
                     #'scim-edit--ask-before-killing t))
      (let ((kill-buffer-query-functions nil))
        (kill-buffer buffer))))
  (delete-other-windows))

(defun scim-edit-tests--type (from to)
  "Put the text TO in the place of FROM, by hand."
  (when-let ((window (get-buffer-window)))
    (select-window window))
  (goto-char (point-min))
  (search-forward from)
  (delete-region (match-beginning 0) (match-end 0))
  (save-current-buffer (execute-kbd-macro to)))

(defun scim-edit-tests--press (keys)
  "Press KEYS and wait until what they began has ended."
  (let ((buffer (current-buffer)))
    (if-let ((window (get-buffer-window buffer)))
        (select-window window)
      (switch-to-buffer buffer))
    (save-current-buffer (execute-kbd-macro (kbd keys)))
    (with-current-buffer buffer
      (scim-edit-tests--wait))))

(defun scim-edit-tests--save ()
  "Press \\`C-c C-c' in this buffer, then again in the preview."
  (scim-edit-tests--press "C-c C-c")
  (let ((preview (plist-get scim-edit-preview--shown :buffer)))
    (should (eq preview (window-buffer (selected-window))))
    (save-current-buffer (execute-kbd-macro (kbd "C-c C-c"))))
  (scim-edit-tests--wait))

(defun scim-edit-tests--now (resource name)
  "Return the attribute NAME of the user RESOURCE as the server has it."
  (scim-attribute (scim-get 'User (scim-attribute resource 'id)) name))

;;;; Reading and saving

(ert-deftest scim-edit-shows-and-saves-a-user ()
  "One PATCH is sent; the answer is read back and told; point stays."
  (scim-test-with-mock
    (let ((user (scim-edit-tests--user '(displayName . "😀 שלום"))))
      (scim-edit-tests--editing "User" user
        (should (string-match-p "\\`\\*SCIM User edit-el-[0-9]+ (default)\\*"
                                (buffer-name)))
        (should (string-match-p "unchanged" (scim-edit--header)))
        (should-not (scim-edit-modified-p))
        (scim-edit-tests--type "Guide" "Boss")
        (let ((line (line-number-at-pos)))
          (scim-edit-tests--press "C-c C-c")
          (with-current-buffer (plist-get scim-edit-preview--shown :buffer)
            (goto-char (point-min))
            (should (search-forward "1 attribute changes: title" nil t))
            (should (search-forward "\n-  \"title\": \"Guide\"" nil t))
            (should (search-forward "\n+  \"title\": \"Boss\"" nil t))
            (should (search-forward "\n1 request\n\nPATCH http" nil t))
            (should (search-forward "If-Match: W/" nil t))
            (should (search-forward "\"schemas\"" nil t))
            (should (eq 'scim-json-key (get-text-property (1- (point)) 'face)))
            (should-not (string-search scim-test-mock-token (buffer-string))))
          (should (equal "Guide" (scim-edit-tests--now user 'title)))
          ;; Once more, right away, in the buffer itself.
          (scim-edit-tests--press "C-c C-c")
          (should (equal "Boss" (scim-edit-tests--now user 'title)))
          (should (= line (line-number-at-pos))))
        (should-not (scim-edit-modified-p))
        (should-not scim-edit-preview--shown)
        ;; What matters most comes first, for narrow windows.
        (should (string-match-p "✓ saved .* ETag" (scim-edit--header)))
        (should (string-search (scim-etag (scim-get 'User scim-edit--id))
                               (scim-edit--header)))
        (should (scim-edit-tests--told-p "read back: title"))))))

(ert-deftest scim-edit-shows-the-resource-in-place-of-its-preview ()
  "Who gave the preview all the space is in the resource afterwards."
  (scim-test-with-mock
    (let ((user (scim-edit-tests--user)))
      (scim-edit-tests--editing "User" user
        (let ((edited (current-buffer)))
          (switch-to-buffer edited)
          (delete-other-windows)
          (set-window-buffer (split-window) (get-buffer-create "*scratch*"))
          (scim-edit-tests--type "Guide" "Boss")
          (scim-edit-tests--press "C-c C-c")
          (select-window (get-buffer-window
                          (plist-get scim-edit-preview--shown :buffer)))
          (delete-other-windows)
          (execute-kbd-macro (kbd "C-c C-c"))
          (set-buffer edited)
          (scim-edit-tests--wait)
          (should-not (scim-edit-modified-p))
          (should (eq edited (window-buffer (selected-window)))))))))

(ert-deftest scim-edit-preview-sends-copies-and-goes-back ()
  (scim-test-with-mock
    (let ((user (scim-edit-tests--user)))
      (scim-edit-tests--editing "User" user
        (scim-edit-tests--type "Guide" "Boss")
        (scim-edit-tests--press "C-c C-c")
        (let ((edited (current-buffer)))
          (should (eq 'scim-edit-preview-mode
                      (buffer-local-value 'major-mode (window-buffer))))
          (save-current-buffer (execute-kbd-macro "c"))
          (should (string-prefix-p "curl --request PATCH" (current-kill 0)))
          (save-current-buffer (execute-kbd-macro "q"))
          (should (eq edited (window-buffer)))
          (should (equal "Guide" (scim-edit-tests--now user 'title)))
          (scim-edit-tests--save)
          (should (eq edited (window-buffer)))
          (should (equal "Boss" (scim-edit-tests--now user 'title))))))))

(ert-deftest scim-edit-preview-of-another-text-is-not-sent ()
  (scim-test-with-mock
    (let ((user (scim-edit-tests--user)))
      (scim-edit-tests--editing "User" user
        (scim-edit-tests--type "Guide" "Boss")
        (scim-edit-tests--press "C-c C-c")
        (scim-edit-tests--type "Boss" "Chief")
        (let ((preview (plist-get scim-edit-preview--shown :buffer)))
          (with-current-buffer preview
            (should-error (scim-edit-preview-send) :type 'user-error)))
        (should (equal "Guide" (scim-edit-tests--now user 'title)))
        (scim-edit-tests--save)
        (should (equal "Chief" (scim-edit-tests--now user 'title)))))))

(ert-deftest scim-edit-says-when-nothing-changes ()
  (scim-test-with-mock
    (scim-edit-tests--editing "User" (scim-edit-tests--user)
      (goto-char (point-max))
      (insert "\n\n")
      (scim-edit-tests--press "C-c C-c")
      (should (scim-edit-tests--told-p "Nothing changes"))
      (should-not scim-edit-preview--shown))))

(ert-deftest scim-edit-undo-works-beyond-saving ()
  (scim-test-with-mock
    (let ((user (scim-edit-tests--user)))
      (scim-edit-tests--editing "User" user
        (buffer-enable-undo)
        (scim-edit-tests--type "Guide" "Boss")
        (undo-boundary)
        (scim-edit-tests--save)
        (should (equal "Boss" (scim-edit-tests--now user 'title)))
        (let ((last-command 'ignore))
          (while (not (string-search "Guide" (buffer-string)))
            (undo-only)
            (setq last-command 'undo)))
        (undo-boundary)
        (should (scim-edit-modified-p))
        (scim-edit-tests--save)
        (should (equal "Guide" (scim-edit-tests--now user 'title)))
        (should-not (scim-edit-modified-p))))))

(ert-deftest scim-edit-goes-to-mistakes-behind-an-emoji ()
  (scim-test-with-mock
    (let ((user (scim-edit-tests--user '(displayName . "😀😀 שלום"))))
      (scim-edit-tests--editing "User" user
        (goto-char (point-min))
        (search-forward "שלום\"")
        (let ((mistake (point)))
          (insert " x")
          (scim-edit-tests--press "C-c C-c")
          (should (= (1+ mistake) (point)))
          (should (string-match-p "✗" (scim-edit--header)))
          (should (string-search "שלום\" x" (buffer-string))))))))

(ert-deftest scim-edit-finds-an-attribute-that-there-is-not ()
  (scim-test-with-mock
    (let ((user (scim-edit-tests--user)))
      (scim-edit-tests--editing "User" user
        (scim-edit-tests--type "\"title\"" "\"tittle\"")
        (scim-edit-tests--press "C-c C-c")
        (should (scim-edit-tests--told-p "tittle"))
        (should (string-search "tittle" (buffer-string)))
        (should (equal "Guide" (scim-edit-tests--now user 'title)))))))

;;;; What only the server sets

(ert-deftest scim-edit-protects-what-only-the-server-sets ()
  (scim-test-with-mock
    (scim-edit-tests--editing "User" (scim-edit-tests--user)
      (buffer-enable-undo)
      (goto-char (point-min))
      (search-forward "\"id\": \"")
      (should (eq 'scim-dimmed (get-char-property (point) 'face)))
      (let ((text (buffer-string)))
        (should (string-search
                 "read-only: the server sets it"
                 (cadr (should-error (insert "x") :type 'user-error))))
        (should-error (delete-region (point-min) (point-max))
                      :type 'user-error)
        (should (equal text (buffer-string)))
        ;; Around it, text can be put in and taken out.
        (search-forward ",")
        (insert "\n  \"nickName\": \"B\",")
        (undo-boundary)
        (let ((last-command 'ignore)) (undo-only))
        (should (equal text (buffer-string)))
        (call-interactively #'scim-edit-toggle-protection)
        (goto-char (point-min))
        (search-forward "\"id\": \"")
        (insert "x")
        (scim-edit-tests--press "C-c C-c")
        (should (scim-edit-tests--told-p "id is read-only"))))))

;;;; Others

(ert-deftest scim-edit-keeps-what-another-person-changed ()
  (scim-test-with-mock
    (let ((user (scim-edit-tests--user)))
      (scim-edit-tests--editing "User" user
        (scim-edit-tests--type "Guide" "Boss")
        (scim-patch 'User (scim-attribute user 'id) '((add nickName "Theirs")))
        (scim-edit-tests--save)
        (should (equal "Boss" (scim-edit-tests--now user 'title)))
        (should (equal "Theirs" (scim-edit-tests--now user 'nickName)))
        (should (string-search "Theirs" (buffer-string)))
        (should (scim-edit-tests--told-p "kept what others changed: nickName"))))))

(defun scim-edit-tests--conflict (user)
  "Come into conflict about title and displayName of USER, in this buffer."
  (scim-edit-tests--type "Guide" "Mine")
  (scim-edit-tests--type "😀" "😀 mine")
  (scim-patch 'User (scim-attribute user 'id)
              '((replace title "Theirs") (replace displayName "😀 שלהם")
                (add nickName "T")))
  (scim-edit-tests--save)
  (should (= 2 (scim-edit-conflict-undecided))))

(ert-deftest scim-edit-conflicts-are-decided-one-by-one ()
  (scim-test-with-mock
    (let ((user (scim-edit-tests--user '(displayName . "😀"))))
      (scim-edit-tests--editing "User" user
        (buffer-enable-undo)
        (scim-edit-tests--conflict user)
        (should (equal "Theirs" (scim-edit-tests--now user 'title)))
        (should (string-search "⚑ 2" (scim-edit--header)))
        (should (string-search "C-c ^ m yours" (scim-edit--header)))
        (should (scim-edit--conflict-p))
        (should (= 4 (length (window-list))))
        (should (string-search "nickName" (buffer-string)))
        ;; Nothing is sent while something is to be decided.
        (should-error (scim-edit-commit) :type 'user-error)
        (goto-char (point-min))
        (execute-kbd-macro (kbd "C-c C-n"))
        (while (not (equal "title" (scim-edit-conflict--get
                                    (scim-edit-conflict--at (point)) :path)))
          (execute-kbd-macro (kbd "C-c C-n")))
        (execute-kbd-macro (kbd "C-c ^ t"))
        (should (string-search "\"title\": \"Theirs\"" (buffer-string)))
        (should (= 1 (scim-edit-conflict-undecided)))
        ;; Undo takes the decision back, and redo takes it again.
        (undo-boundary)
        (let ((last-command 'ignore)) (undo-only))
        (should (string-search "\"title\": \"Mine\"" (buffer-string)))
        (should (= 2 (scim-edit-conflict-undecided)))
        (undo-boundary)
        (let ((last-command 'ignore)) (undo-redo 1))
        (should (string-search "\"title\": \"Theirs\"" (buffer-string)))
        (should (= 1 (scim-edit-conflict-undecided)))
        ;; Editing the other one decides it.
        (goto-char (overlay-start (car (scim-edit-conflict--open))))
        (search-forward "mine")
        (execute-kbd-macro " 🙂")
        (should (= 0 (scim-edit-conflict-undecided)))
        (scim-edit-tests--save)
        (should (equal "Theirs" (scim-edit-tests--now user 'title)))
        (should (equal "😀 mine 🙂" (scim-edit-tests--now user 'displayName)))
        (should (equal "T" (scim-edit-tests--now user 'nickName)))
        (should-not scim-edit-conflict--overlays)
        (should-not (seq-some (lambda (buffer)
                                (string-match-p "\\*SCIM theirs"
                                                (buffer-name buffer)))
                              (buffer-list)))))))

(ert-deftest scim-edit-undo-of-a-merge-is-what-was-there-before ()
  "After undo, saving finds the same conflict again: nothing is overwritten."
  (scim-test-with-mock
    (let ((user (scim-edit-tests--user '(displayName . "😀"))))
      (scim-edit-tests--editing "User" user
        (buffer-enable-undo)
        (scim-edit-tests--conflict user)
        (execute-kbd-macro (kbd "C-c ^ q"))
        (should (= 2 (scim-edit-conflict-undecided)))
        (let ((last-command 'ignore)) (undo-only))
        (should-not (string-search "nickName" (buffer-string)))
        (should (= 0 (scim-edit-conflict-undecided)))
        (scim-edit-tests--save)
        (should (= 2 (scim-edit-conflict-undecided)))
        (should (equal "Theirs" (scim-edit-tests--now user 'title)))
        (execute-kbd-macro (kbd "C-c ^ M"))
        (scim-edit-tests--save)
        (should (equal "Mine" (scim-edit-tests--now user 'title)))))))

;;;; Losing nothing

(ert-deftest scim-edit-survives-the-end-of-the-bridge ()
  (scim-test-with-mock
    (let ((user (scim-edit-tests--user)))
      (scim-edit-tests--editing "User" user
        (scim-edit-tests--type "Guide" "Boss")
        (let ((pid (plist-get (car (scim-rpc-bridges)) :pid)))
          (signal-process pid 'KILL)
          (scim-test-wait-for
           (lambda () (not (scim-rpc-ready-p (scim-rpc-root))))))
        (should (string-search "Boss" (buffer-string)))
        (scim-edit-tests--save)
        (should (equal "Boss" (scim-edit-tests--now user 'title)))))))

(ert-deftest scim-edit-survives-the-end-of-the-bridge-while-it-sends ()
  (scim-test-with-mock
    (let ((user (scim-edit-tests--user)))
      (scim-edit-tests--editing "User" user
        (scim-edit-tests--type "Guide" "Boss")
        (scim-edit-tests--press "C-c C-c")
        (let ((pid (plist-get (car (scim-rpc-bridges)) :pid)))
          (signal-process pid 'STOP)
          (scim-edit-send)
          (should buffer-read-only)
          (signal-process pid 'KILL))
        (scim-edit-tests--wait)
        (should-not buffer-read-only)
        (should (string-match-p "✗" (scim-edit--header)))
        (should (string-search "Boss" (buffer-string)))
        (scim-edit-preview-close)
        (scim-edit-tests--save)
        (should (equal "Boss" (scim-edit-tests--now user 'title)))))))

(ert-deftest scim-edit-asks-before-text-is-lost ()
  (scim-test-with-mock
    (scim-edit-tests--editing "User" (scim-edit-tests--user)
      (should (scim-edit--ask-before-killing))
      (scim-edit-tests--type "Guide" "Boss")
      (let (asked)
        (cl-letf (((symbol-function 'yes-or-no-p)
                   (lambda (question) (push question asked) nil)))
          (should-not (kill-buffer))
          (scim-edit-abandon)
          (scim-edit-revert)
          (should-not (scim-edit--ask-before-exiting)))
        (should (= 4 (length asked)))
        (should (string-search "Boss" (buffer-string)))))))

(ert-deftest scim-edit-reads-again-and-undo-brings-the-text-back ()
  (scim-test-with-mock
    (let ((user (scim-edit-tests--user)))
      (scim-edit-tests--editing "User" user
        (buffer-enable-undo)
        (scim-edit-tests--type "Guide" "Boss")
        (scim-patch 'User (scim-attribute user 'id) '((add nickName "T")))
        (cl-letf (((symbol-function 'yes-or-no-p) #'always))
          (scim-edit-tests--press "C-c C-r"))
        (should (string-search "\"nickName\": \"T\"" (buffer-string)))
        (should (string-search "Guide" (buffer-string)))
        (let ((last-command 'ignore)) (undo-only))
        (should (string-search "Boss" (buffer-string)))
        (undo-boundary)
        (scim-edit-tests--save)
        (should (equal "Boss" (scim-edit-tests--now user 'title)))
        (should (equal "T" (scim-edit-tests--now user 'nickName)))))))

(ert-deftest scim-edit-tells-what-did-not-take-effect ()
  (scim-test-with-mock
    (scim-test-mock-stand-in
     "generate: { users: 3 }
seed: 1
faults:
  - on: PATCH
    ignore: true
")
    (let ((user (car (scim-listing-resources (scim-list 'User :limit 1)))))
      (scim-edit-tests--editing "User" user
        (goto-char (point-min))
        (search-forward "\"userName\"")
        (beginning-of-line)
        (insert "  \"nickName\": \"ignored\",\n")
        (scim-edit-tests--save)
        (should (scim-edit-tests--told-p "did not take effect"))
        (should (string-search "did not take effect: nickName"
                               (scim-edit--header)))
        ;; What was typed is still there, as a change.
        (should (string-search "\"nickName\": \"ignored\"" (buffer-string)))
        (should (scim-edit-modified-p))))))

;;;; New, copied, deleted

(ert-deftest scim-new-makes-a-resource-from-a-template ()
  (scim-test-with-mock
    (unwind-protect
        (with-current-buffer (scim-new "User")
          (scim-edit-tests--wait)
          (should (looking-back "\"userName\": \"" (line-beginning-position)))
          (should-not (scim-edit-modified-p))
          (switch-to-buffer (current-buffer))
          (execute-kbd-macro "נועה-1")
          (scim-edit-tests--save)
          (should scim-edit--id)
          (should (string-match-p "\\`\\*SCIM User נועה-1 " (buffer-name)))
          (should (equal "נועה-1" (scim-attribute
                                   (scim-get 'User scim-edit--id) 'userName)))
          ;; From now on it is an ordinary one.
          (goto-char (point-min))
          (search-forward "\"active\": true")
          (replace-match "\"active\": false")
          (scim-edit-tests--save)
          (should (eq :false (scim-attribute (scim-get 'User scim-edit--id)
                                             'active))))
      (scim-edit-tests--clean-up))))

(ert-deftest scim-edit-copies-and-deletes ()
  (scim-test-with-mock
    (let ((user (scim-edit-tests--user '(displayName . "小林"))))
      (scim-edit-tests--editing "User" user
        (let ((original (current-buffer)))
          (with-current-buffer (scim-edit-copy)
            (scim-edit-tests--wait)
            (should (string-search "小林" (buffer-string)))
            (should (string-search "\"userName\": \"\"" (buffer-string)))
            (should-not (string-search "\"meta\"" (buffer-string))))
          (with-current-buffer original
            (let (asked)
              (cl-letf (((symbol-function 'yes-or-no-p)
                         (lambda (question) (setq asked question) t)))
                (scim-edit-delete))
              (should (string-search (scim-attribute user 'userName) asked)))
            (scim-edit-tests--wait)
            (should-error (scim-get 'User (scim-attribute user 'id))
                          :type 'scim-not-found)
            (should (string-search "小林" (buffer-string)))
            (should-not (scim-edit-modified-p))))))))

(ert-deftest scim-edit-does-not-delete-what-others-changed ()
  (scim-test-with-mock
    (let ((user (scim-edit-tests--user)))
      (scim-edit-tests--editing "User" user
        (scim-patch 'User (scim-attribute user 'id) '((add nickName "T")))
        (cl-letf (((symbol-function 'yes-or-no-p) #'always))
          (scim-edit-delete))
        (scim-edit-tests--wait)
        (should (string-match-p "✗" (scim-edit--header)))
        (should (equal "T" (scim-edit-tests--now user 'nickName)))))))

;;;; Large groups

(ert-deftest scim-edit-leaves-the-members-of-a-large-group-out ()
  (scim-test-with-mock
    (scim-test-mock-stand-in
     "generate: { users: 90000, groups: 1 }
seed: 1
")
    (let ((group (car (scim-listing-resources
                       (scim-list 'Group :attributes '(displayName))))))
      (scim-edit-tests--editing "Group" group
        (should (string-search "members: 50,000" (scim-edit--header)))
        (should (< (buffer-size) 5000))
        (goto-char (point-min))
        (search-forward "\"displayName\": \"")
        (insert "Ren ")
        (scim-edit-tests--save)
        (should (string-match-p "✓ saved" (scim-edit--header)))
        (should (string-search "members: 50,000" (scim-edit--header)))))))

(ert-deftest scim-edit-leads-to-members-or-to-groups ()
  "C-c C-m lists the members of a group, and the groups of a user."
  (scim-test-with-mock
    (let* ((user (scim-edit-tests--user '(displayName . "😀 Γιώργος")))
           (id (scim-attribute user 'id))
           (group (scim-create
                   'Group `((schemas . ["urn:ietf:params:scim:schemas:core:2.0:Group"])
                            (displayName . "صيانة")
                            (members . [((value . ,id))])))))
      (cl-flet ((listed ()
                  (scim-edit-tests--press "C-c C-m")
                  (with-current-buffer (window-buffer (selected-window))
                    (scim-test-wait-for #'scim-table-ids)
                    (buffer-string))))
        (scim-edit-tests--editing "User" user
          (should (string-search "صيانة" (listed))))
        (scim-edit-tests--editing "Group" group
          (should (string-search "😀 Γιώργος" (listed))))))))

;;;; Around

(ert-deftest scim-edit-shows-a-resource-once ()
  (scim-test-with-mock
    (let ((user (scim-edit-tests--user)))
      (scim-edit-tests--editing "User" user
        (let ((edited (current-buffer)))
          (should (eq edited (scim-edit-resource
                              "User" (scim-attribute user 'id))))
          (should (eq edited (scim-visit scim-document-place))))))))

(ert-deftest scim-edit-bookmarks-lead-back ()
  (scim-test-with-mock
    (let ((user (scim-edit-tests--user)))
      (scim-edit-tests--editing "User" user
        (let ((record (bookmark-make-record)))
          (kill-buffer)
          (scim-edit-bookmark-jump record)
          (scim-edit-tests--wait)
          (should (equal (scim-attribute user 'id) scim-edit--id)))))))

(ert-deftest scim-edit-tells-what-cannot-be-read ()
  (scim-test-with-mock
    (scim-edit-tests--editing "User" '((id . "nobody"))
      (should (string-match-p "✗" (scim-edit--header)))
      (should-error (scim-edit-commit) :type 'user-error)
      (should-not (scim-edit-modified-p)))))

(ert-deftest scim-edit-indents-as-the-bridge-does ()
  (scim-test-with-mock
    (scim-edit-tests--editing
        "User" (scim-edit-tests--user '(name (givenName . "B{a[r")))
      (let ((text (buffer-string))
            (inhibit-read-only t))
        (indent-region (point-min) (point-max))
        (should (equal text (buffer-string)))))))

;;;; Long texts

(defun scim-edit-tests--long (lines seed)
  "Return JSON of LINES lines that differ by SEED."
  (mapconcat (lambda (i) (format "  \"k%d\": \"Wert %d 😀 שלום\"," i (% (* i seed) 97)))
             (number-sequence 1 lines) "\n"))

(ert-deftest scim-edit-long-texts-change-where-they-differ ()
  "Changes at both ends and in the middle are made; what is between stays."
  (let ((old (concat (scim-edit-tests--long 5000 7) "\n")))
    (dolist (new (list (concat "{\n" (substring old 0 90000) "X😀" (substring old 90100)
                               "Ende\n")
                       (concat "Anfang\n" old)
                       (upcase old)
                       (concat (scim-edit-tests--long 4000 11) "\n")
                       "\n"))
      (with-temp-buffer
        (buffer-enable-undo)
        (insert old)
        (undo-boundary)
        (scim-edit--set-text new)
        (should (string= new (buffer-string)))
        (undo-boundary)
        (primitive-undo 1 (cdr buffer-undo-list))
        (should (string= old (buffer-string)))))))

(ert-deftest scim-edit-long-texts-keep-places ()
  "Point and markers in what stays are where they were."
  (let ((old (concat (scim-edit-tests--long 5000 7) "\n")))
    (with-temp-buffer
      (insert old)
      (goto-char (point-min))
      (search-forward "\"k4000\"")
      (let ((marker (copy-marker (point-min))))
        (search-backward "\"k3000\"")
        (set-marker marker (point))
        (search-forward "\"k4000\"")
        (scim-edit--set-text (concat "{\n  \"new\": 1,\n" old "}\n"))
        (should (looking-back "\"k4000\"" (line-beginning-position)))
        (goto-char marker)
        (should (looking-at "\"k3000\""))))))

(ert-deftest scim-edit-knows-whether-long-texts-differ ()
  "Only white space at the end does not count."
  (with-temp-buffer
    (setq scim-edit--loaded t
          scim-edit--base (concat (scim-edit-tests--long 3000 7) "\n"))
    (insert scim-edit--base "\n \n")
    (should-not (scim-edit-modified-p))
    (insert "x")
    (should (scim-edit-modified-p))
    (delete-char -1)
    (should-not (scim-edit-modified-p))
    (setq scim-edit--base (upcase scim-edit--base))
    (should (scim-edit-modified-p))))

(provide 'scim-edit-tests)
;;; scim-edit-tests.el ends here
