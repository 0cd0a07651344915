;;; scim-browse-tests.el --- Tests of lists of resources -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The real bridge lists what a mock server has; what a person does is
;; done by keys.

;;; Code:

(require 'bookmark)
(require 'scim-test-helper)
(require 'scim-test-mock)
(require 'scim-test-env)
(require 'scim)
(require 'scim-browse)
(require 'scim-browse-act)
(require 'scim-browse-export)

(defvar scim-browse-tests--people "resources:
  User:
    - { userName: b@x.example, displayName: Ben, active: true }
    - { userName: a@x.example, displayName: \"שרה לוי\", active: false }
    - { userName: d@x.example, displayName: \"鈴木 花子\", active: true }
    - { userName: c@x.example, displayName: \"😀 Zoë\", active: false }
    - { userName: e@x.example, displayName: \"=1+1,\\\"x\\\"\", active: true }
  Group:
    - { displayName: Tour Guides }
"
  "A mock file with few people.")

(defmacro scim-browse-tests--with (mock &rest body)
  "Evaluate BODY in a workspace whose default tenant is MOCK, a mock file."
  (declare (indent 1) (debug t))
  `(scim-test-with-mock
     (scim-test-mock-stand-in ,mock)
     (scim-browse-tests--tidily ,@body)))

(defmacro scim-browse-tests--tidily (&rest body)
  "Evaluate BODY and kill the buffers that it leaves."
  (declare (indent 0) (debug t))
  `(let ((scim-browse-columns nil)
         (scim-filter-histories nil)
         (inhibit-message t))
     (save-window-excursion
       (unwind-protect (progn ,@body)
         (dolist (buffer (buffer-list))
           (when (string-prefix-p "*SCIM " (buffer-name buffer))
             (kill-buffer buffer)))))))

(defun scim-browse-tests--wait ()
  "Wait until this list has been read."
  (scim-test-wait-for (lambda ()
                        (scim-test-settle)
                        (not scim-browse--handle))))

(defun scim-browse-tests--list (type &optional filter tenant)
  "List the resources of TYPE with FILTER of TENANT, wait, and be there."
  (set-buffer (scim-browse type filter tenant))
  (scim-browse-tests--wait))

(defun scim-browse-tests--keys (keys)
  "Type KEYS, for `kbd', in this buffer; wait until the list is read."
  (switch-to-buffer (current-buffer))
  (execute-kbd-macro (kbd keys))
  (scim-browse-tests--wait))

(defun scim-browse-tests--column (n)
  "Return the cells of column N, from 0."
  (mapcar (lambda (id) (nth n (scim-table-cells id))) (scim-table-ids)))

(defun scim-browse-tests--goto (text)
  "Go to the row with TEXT and return its id."
  (goto-char (point-min))
  (should (search-forward text nil t))
  (beginning-of-line)
  (scim-table-id))

;;;; Listing

(ert-deftest scim-browse-lists-ten-thousand-users ()
  "All of them, each with its id, and it is said that they are all."
  (scim-browse-tests--with "generate: { users: 10000 }\n"
    (scim-browse-tests--list "User")
    (should (= 10000 (scim-table-count)))
    (should (= 10000 (length (delete-dups (scim-table-ids)))))
    (should (equal "10,000 of 10,000 · complete" (scim-browse-status)))
    (should (string-match-p "complete" (scim-browse--mode-line)))
    (should-not (scim-table-note))
    (goto-char (point-max))
    (forward-line -1)
    (should (equal (scim-table-id) (car (last (scim-table-cells)))))))

(ert-deftest scim-browse-shows-the-first-page-at-once ()
  "While a later page has not come, what came can be used; then it is stopped."
  (scim-browse-tests--with "generate: { users: 3000 }
faults:
  - { on: GET /Users, after: 2, latency: 60s }\n"
    (set-buffer (scim-browse "User"))
    (scim-test-wait-for (lambda () (>= (scim-table-count) 500)))
    (should scim-browse--handle)
    (should (string-match-p "of 3,000, reading…" (scim-browse-status)))
    (should (scim-table-id))
    (scim-browse-tests--keys "k")
    (let ((count (scim-table-count)))
      (should (< 0 count 3000))
      (should (string-match-p "\\`PARTIAL: [0-9,]+ of 3,000\\'"
                              (scim-browse-status)))
      (should (string-match-p "PARTIAL: stopped" (scim-table-note)))
      (should (eq 'scim-warning
                  (get-text-property 0 'face (scim-browse-status)))))))

(ert-deftest scim-browse-stops-by-quitting ()
  "Also before the first page is there."
  (scim-browse-tests--with "generate: { users: 30 }
faults:
  - { on: GET /Users, latency: 60s }\n"
    (switch-to-buffer (scim-browse "User"))
    (should (eq 'quit (condition-case nil (call-interactively #'scim-browse-quit)
                        (quit 'quit))))
    (scim-browse-tests--wait)
    (should (equal 0 (scim-table-count)))
    (should (string-match-p "FAILED" (scim-browse-status)))
    (should (scim-table-note))))

(ert-deftest scim-browse-says-that-pages-were-cut ()
  "A server that loses rows is not believed."
  (scim-browse-tests--with "generate: { users: 1200 }
faults:
  - { on: GET /Users, after: 1, page: empty }\n"
    (scim-browse-tests--list "User")
    (should (= 500 (scim-table-count)))
    (should (equal "PARTIAL: 500 of 1,200" (scim-browse-status)))
    (should (string-match-p "\\`PARTIAL: ." (scim-table-note)))))

(ert-deftest scim-browse-reads-more ()
  "It stops at the limit, says so, and goes on when it is told to."
  (scim-browse-tests--with "generate: { users: 1300 }\n"
    (let ((scim-browse-limit 400))
      (scim-browse-tests--list "User")
      (should (= 500 (scim-table-count)))
      (should (equal "PARTIAL: 500 of 1,300" (scim-browse-status)))
      (should (string-match-p "\\+ reads on" (scim-table-note)))
      (scim-browse-tests--keys "+")
      (should (= 1000 (scim-table-count)))
      ;; What was asked for stays, another filter has its own.
      (scim-browse-tests--keys "g")
      (should (= 1000 (scim-table-count)))
      (scim-browse-filter "userName pr")
      (scim-browse-tests--wait)
      (should (= 500 (scim-table-count)))
      (scim-browse-unfilter)
      (scim-browse-tests--wait)
      (scim-browse-tests--keys "+")
      ;; What was asked for stays, another filter has its own.
      (scim-browse-tests--keys "g")
      (should (= 1000 (scim-table-count)))
      (scim-browse-filter "userName pr")
      (scim-browse-tests--wait)
      (should (= 500 (scim-table-count)))
      (scim-browse-unfilter)
      (scim-browse-tests--wait)
      (scim-browse-tests--keys "+")
      (scim-browse-tests--keys "C-u 1000 +")
      (should (equal "1,300 of 1,300 · complete" (scim-browse-status)))
      (should (= 1300 (length (delete-dups (scim-table-ids)))))
      (should-error (call-interactively #'scim-browse-more)
                    :type 'user-error))))

(ert-deftest scim-browse-tells-what-failed ()
  "Rows of before stay when they cannot be read again, and are said to be old."
  (scim-browse-tests--with (concat scim-browse-tests--people "faults:
  - { on: GET /Users, after: 1, status: 403, detail: not today }\n")
    (scim-browse-tests--list "User")
    (should (= 5 (scim-table-count)))
    (scim-browse-tests--keys "g")
    (should (= 5 (scim-table-count)))
    (should (equal "OLD" (scim-browse-status)))
    (should (string-match-p "from before.*not today" (scim-table-note)))))

(ert-deftest scim-browse-says-that-there-is-nothing ()
  "With the filter that nothing matches."
  (scim-browse-tests--with scim-browse-tests--people
    (scim-browse-tests--list "User" "userName eq \"nobody\"")
    (should (equal "There are no users with userName eq \"nobody\""
                   (scim-table-note)))
    (should (string-match-p "· userName eq" (scim-browse--mode-line)))))

;;;; Again

(ert-deftest scim-browse-keeps-point-and-marks ()
  "By id, when the list is read again; who is gone is not marked."
  (scim-browse-tests--with scim-browse-tests--people
    (scim-browse-tests--list "User")
    (let ((gone (scim-browse-tests--goto "Ben"))
          (marked (scim-browse-tests--goto "鈴木")))
      (scim-table-set-marks (list gone marked))
      (let ((here (scim-browse-tests--goto "Zoë")))
        (scim-delete "User" gone)
        (scim-browse-tests--keys "g")
        (should (= 4 (scim-table-count)))
        (should (equal (list marked) (scim-table-marked)))
        (should (equal " 1 marked"
                       (substring-no-properties (scim-table-marks-indicator))))
        (should (equal here (scim-table-id)))
        (should (= (point) (window-point)))))))

;;;; Filter

(ert-deftest scim-browse-filters-with-completion ()
  "Attributes, operators and values are completed; the filter is kept."
  (scim-browse-tests--with scim-browse-tests--people
    (scim-browse-tests--list "User")
    (scim-browse-tests--keys "f act TAB SPC e TAB SPC fa TAB RET")
    (should (equal "active eq false" scim-browse--filter))
    (should (equal '("a@x.example" "c@x.example")
                   (sort (scim-browse-tests--column 0) #'string<)))
    (should (equal "2 of 2 · complete" (scim-browse-status)))
    (scim-browse-tests--keys "F")
    (should (= 5 (scim-table-count)))
    ;; The history has it.
    (scim-browse-tests--keys "/ M-p RET")
    (should (= 2 (scim-table-count)))
    (scim-browse-tests--keys "/ C-a C-k RET")
    (should (= 5 (scim-table-count)))))

(ert-deftest scim-browse-has-one-list-for-a-tenant-with-and-without-its-name ()
  (scim-browse-tests--with scim-browse-tests--people
    (scim-browse-tests--list "User")
    (let ((list (current-buffer)))
      (scim-browse-tests--list "User" nil "default")
      (should (eq list (current-buffer)))
      (scim-browse-tests--list "Group" nil "default")
      (should-not (eq list (current-buffer))))))

(ert-deftest scim-browse-refuses-a-bad-filter-at-its-place ()
  "Behind an emoji too: point is where it is wrong, and it can be mended."
  (scim-browse-tests--with scim-browse-tests--people
    (scim-browse-tests--list "User")
    (let (told)
      (cl-letf (((symbol-function 'scim-browse-tests-look)
                 (lambda ()
                   (interactive)
                   (setq told (list (buffer-substring-no-properties
                                     (point) (point-max))
                                    (mapcar (lambda (overlay)
                                              (overlay-get overlay 'after-string))
                                            (overlays-in (point-min)
                                                         (point-max))))))))
        (define-key scim-filter-map (kbd "<f9>") 'scim-browse-tests-look)
        (scim-browse-tests--keys
         (concat "f displayName SPC eq SPC \"😀 SPC Zoë\" SPC nad SPC active SPC pr"
                 " RET <f9> C-d C-d C-d and RET")))
      (should (equal "nad active pr" (car told)))
      (should (string-match-p "and" (string-join (delq nil (cadr told)))))
      (should (equal "displayName eq \"😀 Zoë\" and active pr" scim-browse--filter))
      (should (equal '("c@x.example") (scim-browse-tests--column 0))))))

(ert-deftest scim-browse-sends-a-bad-filter-when-told-twice ()
  "The service then says what is wrong with it."
  (scim-browse-tests--with scim-browse-tests--people
    (scim-browse-tests--list "User")
    (scim-browse-tests--keys "f userName SPC is SPC odd RET RET")
    (should (equal "userName is odd" scim-browse--filter))
    (should (equal "FAILED" (scim-browse-status)))
    (should (string-match-p "400" (scim-table-note)))
    ;; What was there is not what this filter selects.
    (should (= 0 (scim-table-count)))))

(ert-deftest scim-browse-warns-while-a-filter-is-typed ()
  "An unknown attribute is marked, and what was meant is told."
  (scim-browse-tests--with scim-browse-tests--people
    (with-temp-buffer
      (insert "active eq true and usrName pr")
      (cl-letf (((symbol-function 'minibuffer-prompt-end) #'point-min)
                ((symbol-function 'minibuffer-contents-no-properties)
                 #'buffer-string))
        (setq scim-filter--subject '(:type "User") scim-filter--root (scim-rpc-root))
        (scim-filter--check (current-buffer))
        (scim-test-wait-for (lambda () scim-filter--overlays)))
      (let ((marked (seq-find (lambda (each) (overlay-get each 'face))
                              scim-filter--overlays))
            (told (seq-find (lambda (each) (overlay-get each 'after-string))
                            scim-filter--overlays)))
        (should (equal "usrName" (buffer-substring (overlay-start marked)
                                                   (overlay-end marked))))
        (should (eq 'scim-filter-warning (overlay-get marked 'face)))
        (should (string-match-p "did you mean userName"
                                (overlay-get told 'after-string)))))))

(ert-deftest scim-browse-does-not-warn-of-a-path-that-is-being-typed ()
  "After a dot there is more to come; who sends it so is told."
  (scim-browse-tests--with scim-browse-tests--people
    (with-temp-buffer
      (insert "active eq true and name.")
      (cl-letf (((symbol-function 'minibuffer-prompt-end) #'point-min)
                ((symbol-function 'minibuffer-contents-no-properties)
                 #'buffer-string))
        (setq scim-filter--subject '(:type "User") scim-filter--root (scim-rpc-root))
        (scim-filter--check (current-buffer))
        (scim-test-wait-for (lambda () (cdr scim-filter--checked)))
        (should-not scim-filter--overlays)
        (scim-filter--show t)
        (should scim-filter--overlays)))))

;;;; Sorting and columns

(defun scim-browse-tests--click (heading)
  "Click on HEADING."
  (switch-to-buffer (current-buffer))
  (let ((header (scim-table--header)))
    (scim-table-sort-click
     `(mouse-1 (,(selected-window) header-line (0 . 0) 0
                (,header . ,(string-match heading header))))))
  (scim-test-settle)
  (scim-browse-tests--wait))

(ert-deftest scim-browse-sorts-by-a-click-on-the-server ()
  "The other way round by the second click; marks stay."
  (scim-browse-tests--with scim-browse-tests--people
    (scim-browse-tests--list "User")
    (scim-table-set-marks (list (scim-browse-tests--goto "Ben")))
    (scim-browse-tests--click "userName")
    (should (equal '("a@x.example" "b@x.example" "c@x.example" "d@x.example"
                     "e@x.example")
                   (scim-browse-tests--column 0)))
    (should (string-match-p "userName ▲" (scim-table--header)))
    (should-not (string-match-p "sorted here" (scim-browse--mode-line)))
    (scim-browse-tests--click "userName")
    (should (equal "e@x.example" (car (scim-browse-tests--column 0))))
    (should (string-match-p "userName ▼" (scim-table--header)))
    (should (= 1 (length (scim-table-marked))))))

(ert-deftest scim-browse-sorts-here-where-the-service-does-not ()
  "And says so; nothing is asked of the service for it."
  (scim-browse-tests--with (concat scim-browse-tests--people
                                   "rules: { sort: { supported: false } }\n")
    (scim-browse-tests--list "User")
    (let ((here (scim-browse-tests--goto "Zoë")))
      (scim-browse-tests--click "userName")
      (scim-test-wait-for
       (lambda () (equal "a@x.example" (car (scim-browse-tests--column 0)))))
      (should (string-match-p "sorted here" (scim-browse--mode-line)))
      (should (string-match-p "userName ▲" (scim-table--header)))
      (should (equal here (scim-table-id)))
      (scim-browse-tests--keys "g")
      (should (equal "a@x.example" (car (scim-browse-tests--column 0)))))))

(ert-deftest scim-browse-shows-the-columns-that-were-chosen ()
  "In all lists of the type; nothing chosen brings the usual ones back."
  (scim-browse-tests--with scim-browse-tests--people
    (scim-browse-tests--list "User")
    (scim-browse-tests--keys "c C-a C-k displayN TAB ,active RET")
    (should (equal '("displayName" "active")
                   (mapcar (lambda (column) (plist-get column :name))
                           (scim-table-columns))))
    (should (equal '(("User" "displayName" "active")) scim-browse-columns))
    (should (member "✗ inactive" (scim-browse-tests--column 1)))
    (scim-browse-tests--keys "c C-a C-k RET")
    (should-not scim-browse-columns)
    (should (equal "userName" (plist-get (car (scim-table-columns)) :name)))))

(ert-deftest scim-browse-cells-line-up ()
  "Names from right to left, wide ones, emoji: the next column is where it is."
  (scim-browse-tests--with scim-browse-tests--people
    (scim-browse-tests--list "User")
    (jit-lock-fontify-now)
    (let (places)
      (dolist (id (scim-table-ids))
        (scim-table-goto id)
        (let ((position (point)) found)
          (while (search-forward "\t" (line-end-position) t)
            (setq position (1- (point)))
            (push (get-text-property position 'display) found))
          (push found places)))
      (should (= 5 (length places)))
      (should (= 1 (length (delete-dups places))))
      (should (seq-every-p (lambda (display) (eq 'space (car display)))
                           (car places))))))

;;;; Export

(defun scim-browse-tests--parse-csv (text)
  "Return the rows of TEXT, CSV by RFC 4180, as lists of strings."
  (with-temp-buffer
    (insert text)
    (goto-char (point-min))
    (let (rows row)
      (while (not (eobp))
        (push (if (eq ?\" (char-after))
                  (progn
                    (should (looking-at "\"\\(\\(?:[^\"]\\|\"\"\\)*\\)\""))
                    (goto-char (match-end 0))
                    (string-replace "\"\"" "\"" (match-string 1)))
                (looking-at "[^,\r\n]*")
                (goto-char (match-end 0))
                (match-string 0))
              row)
        (if (eq ?, (char-after))
            (forward-char)
          (should (looking-at "\r\n"))
          (goto-char (match-end 0))
          (push (nreverse row) rows)
          (setq row nil)))
      (nreverse rows))))

(defun scim-browse-tests--export (file)
  "Export this list to FILE by keys, and return its text."
  (switch-to-buffer (current-buffer))
  (cl-letf (((symbol-function 'read-file-name) (lambda (&rest _) file)))
    (execute-kbd-macro "E"))
  (scim-test-wait-for (lambda () (file-exists-p file)))
  (with-temp-buffer
    (let ((coding-system-for-read 'utf-8-unix))
      (insert-file-contents file))
    (buffer-string)))

(ert-deftest scim-browse-exports-to-files ()
  "That read back as what is in the list; nobody else may read them."
  (scim-browse-tests--with scim-browse-tests--people
    (scim-browse-tests--list "User")
    (let* ((file (expand-file-name "users.csv"))
           (rows (scim-browse-tests--parse-csv (scim-browse-tests--export file))))
      (should (= 6 (length rows)))
      (should (equal (list "userName" "displayName") (seq-take (car rows) 2)))
      (should (member "שרה לוי" (mapcar #'cadr rows)))
      ;; A spreadsheet does not run it.
      (should (member "'=1+1,\"x\"" (mapcar #'cadr rows)))
      (should (= #o600 (file-modes file))))
    (scim-table-set-marks (list (scim-browse-tests--goto "Zoë")))
    (let ((resources (json-parse-string
                      (scim-browse-tests--export (expand-file-name "one.json")))))
      (should (= 1 (length resources)))
      (should (equal "😀 Zoë" (gethash "displayName" (elt resources 0))))
      (should (gethash "meta" (elt resources 0))))
    (should (string-match-p "^| c@x.example | 😀 Zoë |"
                            (scim-browse-tests--export
                             (expand-file-name "one.org"))))))

(ert-deftest scim-browse-asks-before-it-exports-a-part ()
  "What is partial is not taken for the whole by accident."
  (scim-browse-tests--with "generate: { users: 1300 }\n"
    (let ((scim-browse-limit 100) asked)
      (scim-browse-tests--list "User")
      (cl-letf (((symbol-function 'y-or-n-p)
                 (lambda (prompt) (setq asked prompt) nil)))
        (should-error (call-interactively #'scim-browse-export)
                      :type 'user-error))
      (should (string-match-p "PARTIAL: 500 of 1,300" asked)))))

;;;; Other ways in and out

(ert-deftest scim-browse-can-be-bookmarked ()
  "The filter, the order and the columns come again."
  (scim-browse-tests--with scim-browse-tests--people
    (let ((bookmark-alist nil) (bookmark-save-flag nil)
          (scim-browse-columns '(("User" "userName" "active"))))
      (scim-browse-tests--list "User" "active eq true")
      (scim-browse-tests--keys "S userName RET S userName RET")
      (bookmark-set "some")
      (kill-buffer)
      (let ((scim-browse-columns nil))
        (bookmark-jump "some")
        (scim-browse-tests--wait)
        (should (derived-mode-p 'scim-browse-mode))
        (should (equal "active eq true" scim-browse--filter))
        (should (equal '("e@x.example" "d@x.example" "b@x.example")
                       (scim-browse-tests--column 0)))
        (should (= 2 (length (scim-table-columns))))))))

(ert-deftest scim-browse-shows-json ()
  "As the service has it, all of it; and it can be copied."
  (scim-browse-tests--with scim-browse-tests--people
    (scim-browse-tests--list "User")
    (let ((id (scim-browse-tests--goto "שרה")) (kill-ring nil))
      (scim-browse-tests--keys "v")
      (let ((name (format "*SCIM User %s*" id)))
        (scim-test-wait-for
         (lambda ()
           (and (get-buffer name)
                (> (buffer-size (get-buffer name)) 0))))
        (with-current-buffer name
          (should (string-match-p "\"displayName\": \"שרה לוי\"" (buffer-string)))
          (should (string-match-p "\"meta\"" (buffer-string)))
          (should buffer-read-only)
          (should (get-buffer-window))
          ;; g reads it again.
          (with-temp-buffer
            (scim-patch 'User id '(((op . "replace") (path . "displayName")
                                    (value . "שרה כהן 🙂")))))
          (save-window-excursion
            (select-window (get-buffer-window))
            (execute-kbd-macro "g"))
          (scim-test-wait-for
           (lambda () (string-search "שרה כהן 🙂" (buffer-string))))))
      (scim-browse-tests--keys "W")
      (scim-test-wait-for (lambda () kill-ring))
      (should (string-match-p id (car kill-ring)))
      (scim-browse-tests--keys "w")
      (should (equal id (car kill-ring))))))

(ert-deftest scim-browse-hands-over-what-is-marked ()
  "To the actions, to the comparison, to the editor, each with its tenant."
  (scim-browse-tests--with scim-browse-tests--people
    (scim-browse-tests--list "User")
    (let (calls (ben (scim-browse-tests--goto "Ben"))
                (zoe (scim-browse-tests--goto "Zoë")))
      (cl-letf (((symbol-function 'scim-action-start)
                 (lambda (&rest args) (push (cons 'action args) calls)))
                ((symbol-function 'scim-compare-resources)
                 (lambda (&rest args) (push (cons 'compare args) calls)))
                ((symbol-function 'scim-edit-resource)
                 (lambda (&rest args) (push (cons 'edit args) calls)))
                ((symbol-function 'scim-members-show)
                 (lambda (&rest args) (push (cons 'members args) calls)))
                ((symbol-function 'scim-memberships-show)
                 (lambda (&rest args) (push (cons 'groups args) calls))))
        (scim-browse-tests--keys "M")
        (should (equal `(groups "User" ,zoe nil) (pop calls)))
        (scim-browse-tests--keys "RET")
        (should (equal `(edit "User" ,zoe nil) (pop calls)))
        (scim-browse-tests--keys "D")
        (should (equal `(action "User" (,zoe) nil (:kind "delete")) (pop calls)))
        (scim-table-set-marks (list ben))
        (scim-browse-tests--keys "=")
        (should (equal `(compare "User" ,ben ,zoe nil) (pop calls)))
        (scim-table-set-marks (list zoe ben))
        (scim-browse-tests--keys "a")
        (should (equal `(action "User" (,ben ,zoe) nil nil) (pop calls)))
        (scim-browse-tests--list "Group")
        (scim-browse-tests--keys "M")
        (should (equal `(members "Group" ,(scim-table-id) nil) (pop calls)))))))

(ert-deftest scim-browse-reads-two-tenants-at-once ()
  "Each in its buffer, each with its rows."
  (scim-test-with-mock
    (write-region
     (format "default: one
tenants:
  one: { baseUrl: \"%s\", auth: { scheme: bearer, token: env:SCIM_AUTH_TOKEN } }
  two: { baseUrl: \"http://127.0.0.1:9/scim\", auth: { scheme: bearer, token: env:SCIM_AUTH_TOKEN } }\n"
             (scim-test-mock-url))
     nil "scim.yaml" nil 'silent)
    (let ((started (scim-rpc-request
                    scim-protocol-mock-start
                    (list :path (expand-file-name "two.scim-mock")
                          :content '(:text "generate: { users: 700 }\n")))))
      (scim-rpc-request scim-protocol-mock-attach
                        (list :id (plist-get (plist-get started :mock) :id)
                              :tenant "two")))
    (scim-browse-tests--tidily
      (let ((two (scim-browse "User" nil "two"))
            (one (scim-browse "Users" "userName pr" "one")))
        (should-not (eq one two))
        (with-current-buffer two
          (scim-browse-tests--wait)
          (should (equal "*SCIM two Users*" (buffer-name)))
          (should (equal "700 of 700 · complete" (scim-browse-status)))
          (should (string-match-p "\\[two\\]" (scim-browse--mode-line))))
        (with-current-buffer one
          (scim-browse-tests--wait)
          (should (equal "*SCIM one Users*" (buffer-name)))
          (should (< 0 (scim-table-count) 700)))))))

(ert-deftest scim-browse-names-its-requests ()
  "So that the log can show those of one list, and a killed one is forgotten."
  (scim-browse-tests--with scim-browse-tests--people
    (scim-browse-tests--list "Group")
    (should (equal '("Tour Guides") (scim-browse-tests--column 0)))
    (should (string-prefix-p "browse-" scim-rpc-action))
    (let ((view scim-browse--view))
      (kill-buffer)
      (should-not (gethash view scim-browse--buffers))
      (should-error (scim-rpc-request scim-protocol-browse-export
                                      (list :view view :format "csv"))
                    :type 'scim-error))))

(provide 'scim-browse-tests)
;;; scim-browse-tests.el ends here
