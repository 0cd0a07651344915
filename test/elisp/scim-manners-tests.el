;;; scim-manners-tests.el --- Tests of how scim behaves in Emacs -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; What is true of all buffers and commands: several workspaces at once,
;; projects, repeat maps, options, undo, what is left when Emacs goes.

;;; Code:

(require 'ert)
(require 'seq)
(require 'scim-test-env)
(require 'scim)
(require 'scim-api)
(require 'scim-browse)
(require 'scim-edit)
(require 'scim-edit-preview)
(require 'scim-log)
(require 'scim-project)

;;;; Workspaces

(defun scim-manners-tests--workspace (name &rest tenants)
  "Make the workspace NAME here, with TENANTS that are the mock server.
Return its directory."
  (let ((directory (file-name-as-directory (expand-file-name name))))
    (make-directory directory t)
    (write-region
     (concat "default: " (car tenants) "\ntenants:\n"
             (mapconcat (lambda (tenant)
                          (format "  %s:\n    baseUrl: %s
    auth: { scheme: bearer, token: env:SCIM_AUTH_TOKEN }\n"
                                  tenant (scim-test-mock-url)))
                        tenants ""))
     nil (expand-file-name "scim.yaml" directory) nil 'silent)
    directory))

(defun scim-manners-tests--clean-up ()
  "Kill all buffers of this package without a question."
  (dolist (buffer (buffer-list))
    (when (and (buffer-live-p buffer)
               (string-prefix-p "*SCIM" (buffer-name buffer)))
      (with-current-buffer buffer
        (setq-local kill-buffer-query-functions nil)
        (set-buffer-modified-p nil))
      (let ((kill-buffer-query-functions nil))
        (kill-buffer buffer)))))

(defmacro scim-manners-tests--in (&rest body)
  "Evaluate BODY in a directory without a workspace; kill what it leaves."
  (declare (indent 0) (debug t))
  `(scim-test-in-environment nil
     (delete-file "scim.yaml")
     (let ((inhibit-message t))
       (save-window-excursion
         (unwind-protect (progn ,@body)
           (scim-manners-tests--clean-up))))))

(defun scim-manners-tests--user (root)
  "Create a user in the workspace ROOT and return its id."
  (scim-attribute
   (scim-create 'User `((schemas
                         . ["urn:ietf:params:scim:schemas:core:2.0:User"])
                        (userName . ,(format "manners-%d-%d" (emacs-pid)
                                             (random 999999)))
                        (title . "Guide"))
                :root root)
   'id))

(defun scim-manners-tests--edit (id tenant)
  "Edit the user ID of TENANT; return the buffer when it is there."
  (with-current-buffer (scim-edit-resource "User" id tenant)
    (scim-manners-tests--await 'scim-edit--handle)
    (current-buffer)))

(defun scim-manners-tests--await (variable)
  "Wait until VARIABLE is nil in this buffer."
  (scim-test-wait-for (lambda () (scim-test-settle)
                        (not (symbol-value variable)))))

(defun scim-manners-tests--change (buffer)
  "Change the title in BUFFER, which edits a user, and have it previewed."
  (with-current-buffer buffer
    (switch-to-buffer buffer)
    (goto-char (point-min))
    (search-forward "Guide")
    (insert "🎉")
    (save-current-buffer (execute-kbd-macro (kbd "C-c C-c")))
    (scim-manners-tests--await 'scim-edit--handle)))

(ert-deftest scim-manners-previews-of-two-tenants ()
  "What is about to be sent to one tenant is not shown in place of another's.
The same user of two tenants has the same title."
  (scim-manners-tests--in
    (let* ((default-directory (scim-manners-tests--workspace "a" "one" "two"))
           (id (scim-manners-tests--user default-directory))
           (one (scim-manners-tests--edit id "one"))
           (two (scim-manners-tests--edit id "two")))
      (mapc #'scim-manners-tests--change (list one two))
      (dolist (buffer (list one two))
        (with-current-buffer buffer
          (should (eq buffer
                      (buffer-local-value
                       'scim-edit-preview--origin
                       (plist-get scim-edit-preview--shown :buffer)))))))))

(defmacro scim-manners-tests--in-two (&rest body)
  "Evaluate BODY with the workspaces A and B, directories, of the tenant good."
  (declare (indent 0) (debug t))
  `(scim-manners-tests--in
     (let ((a (scim-manners-tests--workspace "acme" "good"))
           (b (scim-manners-tests--workspace "globex" "good"))
           (scim-log--stores (make-hash-table :test #'equal)))
       (scim-rpc-on scim-protocol-exchange #'scim-log-exchange)
       (scim-rpc-on scim-protocol-exchanges #'scim-log-several)
       ,@body)))

(defun scim-manners-tests--list (root)
  "List users of the workspace ROOT and return the log of its tenant."
  (scim-list 'User :limit 1 :root root)
  (scim-test-settle)
  (scim-test-wait-for
   (lambda () (scim-log-flush) (scim-log-kept "good" root)))
  (scim-log--buffer "good" root))

(ert-deftest scim-manners-logs-of-two-workspaces ()
  "Tenants of the same name have logs of their own, which can be told apart."
  (scim-manners-tests--in-two
    (let ((log-a (scim-manners-tests--list a)))
      (should (equal "*SCIM (good) log*" (buffer-name log-a)))
      (let ((count (with-current-buffer log-a scim-log--count))
            (log-b (scim-manners-tests--list b)))
        (should-not (eq log-a log-b))
        (should (equal "*SCIM (good) log*<acme>" (buffer-name log-a)))
        (should (equal "*SCIM (good) log*<globex>" (buffer-name log-b)))
        (should (= count (with-current-buffer log-a scim-log--count)))
        (dolist (pair (list (cons log-a a) (cons log-b b)))
          (with-current-buffer (car pair)
            (should (equal (cdr pair) default-directory))
            (should (seq-every-p (lambda (exchange)
                                   (equal (cdr pair)
                                          (plist-get exchange :root)))
                                 (scim-log--exchanges)))
            (should (equal (current-buffer)
                           (save-window-excursion (scim-log "good")
                                                  (current-buffer))))))
        (with-current-buffer log-b
          (scim-log-clear))
        (should-not (scim-log-kept "good" b))
        (should (scim-log-kept "good" a))))))

(ert-deftest scim-manners-log-of-all-tells-workspaces ()
  "Only when there are several."
  (scim-manners-tests--in-two
    (scim-manners-tests--list a)
    (save-window-excursion (scim-log-all))
    (with-current-buffer "*SCIM log*"
      (should (string-match-p "^ good +[0-9]" (buffer-string)))
      (scim-manners-tests--list b)
      (revert-buffer)
      (should (string-match-p "^ good<globex> +[0-9]" (buffer-string))))))

(ert-deftest scim-manners-names-of-buffers ()
  "Lists, resources, prompts, answers and reports tell their workspaces."
  (scim-manners-tests--in-two
    (let ((id (scim-manners-tests--user a))
          made)
      (dolist (root (list a b))
        (let ((default-directory root))
          (with-current-buffer (scim-browse "User" nil "good")
            (scim-manners-tests--await 'scim-browse--handle)
            (push (current-buffer) made))
          (push (scim-manners-tests--edit id "good") made)
          (push (save-window-excursion (scim-repl "good")) made)
          (save-window-excursion (scim-env) (scim))
          (push (scim-workspace-find-buffer "*SCIM variables*" root) made)
          (push (scim-workspace-find-buffer "*SCIM*" root) made)))
      (should (= 10 (length (delete-dups (copy-sequence made)))))
      (dolist (buffer made)
        (let ((root (scim-workspace-of buffer)))
          (should (member root (list a b)))
          (should (equal root (with-current-buffer buffer (scim-rpc-root))))
          (should (string-suffix-p
                   (format "*<%s>" (scim-workspace-label root))
                   (buffer-name buffer))))))))

(ert-deftest scim-manners-names-of-equal-labels ()
  "Two workspaces may be in directories of the same name."
  (scim-manners-tests--in
    (let* ((a (scim-manners-tests--workspace "x/acme" "good"))
           (b (scim-manners-tests--workspace "y/acme" "good"))
           (buffers (mapcar (lambda (root) (scim-workspace-buffer "*SCIM x*" root))
                            (list a b nil))))
      (should (= 3 (length (delete-dups (mapcar #'buffer-name buffers)))))
      (should (string-suffix-p "y/acme/>" (buffer-name (nth 1 buffers))))
      (should (eq (nth 0 buffers) (scim-workspace-buffer "*SCIM x*" a)))
      (should (eq (nth 2 buffers) (scim-workspace-buffer "*SCIM x*"))))))

;;;; Projects

(defvar project--list)

(defmacro scim-manners-tests--in-project (&rest body)
  "Evaluate BODY in a directory of a project without a workspace.
The root of the project is ROOT."
  (declare (indent 0) (debug t))
  `(scim-manners-tests--in
     (let* ((root (file-name-as-directory (expand-file-name "project")))
            (default-directory (expand-file-name "project/src/deep/"))
            (project-list-file (expand-file-name "projects"))
            (project--list 'unset)
            (project-find-functions
             (list (lambda (directory)
                     (and (file-in-directory-p directory root)
                          (cons 'transient root))))))
       (make-directory default-directory t)
       ,@body)))

(defun scim-manners-tests--project (directory)
  "Call `scim-project' in DIRECTORY; return the directory that is shown."
  (with-temp-buffer
    (setq default-directory directory)
    (scim-project)
    (should (derived-mode-p 'scim-home-mode))
    (prog1 (cons default-directory (scim-rpc-root))
      (kill-buffer))))

(ert-deftest scim-manners-home-in-a-project ()
  "The scim.yaml above is found, else one below, else there is the project."
  (scim-manners-tests--in-project
    (let ((here default-directory))
      (should (equal (list root) (scim-manners-tests--project here)))
      (let ((below (scim-manners-tests--workspace (concat root "infra") "good")))
        (should (equal (cons below below) (scim-manners-tests--project here))))
      (scim-manners-tests--workspace root "good")
      (should (equal (cons root root) (scim-manners-tests--project here))))))

(ert-deftest scim-manners-home-below-scim-yaml ()
  "\`M-x scim' anywhere in the project shows the workspace at its root."
  (scim-manners-tests--in-project
    (scim-manners-tests--workspace root "good")
    (scim)
    (should (equal root default-directory))
    (should (equal root scim-home--root))))

(ert-deftest scim-manners-tenants-are-set-up-in-the-project ()
  "A new scim.yaml is at the root of the project, not where one happens to be."
  (scim-manners-tests--in-project
    (should (equal root (scim-project-directory))))
  (scim-manners-tests--in
    (should (equal default-directory (scim-project-directory)))))

(ert-deftest scim-manners-offered-when-projects-are-switched ()
  "Setting the option offers the command, and takes it back."
  (require 'project)
  (require 'scim-project)
  (let ((before (copy-sequence project-switch-commands))
        (project-switch-commands (copy-sequence project-switch-commands)))
    (unwind-protect
        (progn
          (customize-set-variable 'scim-project-switch-key ?S)
          (should (member '(scim-project "SCIM" ?S) project-switch-commands))
          (should (commandp 'scim-project)))
      (customize-set-variable 'scim-project-switch-key nil))
    (should (equal before project-switch-commands))))

(ert-deftest scim-manners-kill-a-workspace ()
  "Its buffers and its bridge go, those of the other stay."
  (scim-manners-tests--in-two
    (mapc #'scim-manners-tests--list (list a b))
    (let ((default-directory a))
      (scim))
    (let ((file (find-file-noselect (expand-file-name "scim.yaml" a))))
      (should (scim-rpc-ready-p a))
      (should (memq (scim-workspace-find-buffer "*SCIM*" a)
                    (scim-workspace-buffers a)))
      (scim-kill-workspace a)
      (should-not (scim-rpc-ready-p a))
      (should (scim-rpc-ready-p b))
      (should-not (seq-remove #'buffer-file-name (scim-workspace-buffers a)))
      (should (scim-workspace-buffers b))
      (should (buffer-live-p file))
      (kill-buffer file))))

(ert-deftest scim-manners-killing-a-workspace-asks-about-edits ()
  "A no keeps the buffer and the bridge."
  (scim-manners-tests--in-two
    (let* ((default-directory a)
           (id (scim-manners-tests--user a))
           (edit (scim-manners-tests--edit id "good"))
           asked)
      (with-current-buffer edit
        (goto-char (point-min))
        (search-forward "Guide")
        (insert "!"))
      (cl-letf (((symbol-function 'yes-or-no-p)
                 (lambda (&rest _) (setq asked t) nil))
                ((symbol-function 'y-or-n-p)
                 (lambda (&rest _) (setq asked t) nil)))
        (should-error (scim-kill-workspace a) :type 'user-error))
      (should asked)
      (should (buffer-live-p edit))
      (should (scim-rpc-ready-p a)))))

(ert-deftest scim-manners-list-of-buffers ()
  "Those of one workspace, by name."
  (scim-manners-tests--in-two
    (mapc #'scim-manners-tests--list (list a b))
    (scim-list-buffers a)
    (should (derived-mode-p 'Buffer-menu-mode))
    (should (string-search "*SCIM (good) log*<acme>" (buffer-string)))
    (should-not (string-search "<globex>" (buffer-string)))
    (kill-buffer)))

;;;; Repeating

(defun scim-manners-tests--repeat-maps ()
  "Load everything; return conses of commands of this package and their maps."
  (dolist (library '(scim-mock-resources scim-replay scim-edit-conflict scim-tour
                     scim-report scim-response-links scim-repeat))
    (require library))
  (let (found)
    (mapatoms (lambda (symbol)
                (when (and (string-prefix-p "scim-" (symbol-name symbol))
                           (get symbol 'repeat-map))
                  (push (cons symbol (get symbol 'repeat-map)) found))))
    found))

(ert-deftest scim-manners-repeat-maps-lead-to-commands ()
  "A property of no command, or a key of none, would be a typing error."
  (let ((maps (scim-manners-tests--repeat-maps)))
    (should (< 15 (length maps)))
    (pcase-dolist (`(,command . ,map) maps)
      (should (commandp command))
      (should (keymapp (symbol-value map)))
      (let (commands)
        (map-keymap (lambda (_ binding) (push binding commands))
                    (symbol-value map))
        (mapc (lambda (each)
                (unless (eq each #'undefined)
                  (should (commandp each))))
              commands)
        ;; Else the first repetition would be the last.
        (should (memq command commands))))))

(ert-deftest scim-manners-commands-are-repeated ()
  "C-c C-n n n p in a request file."
  (skip-unless (fboundp 'repeat-mode))
  (let ((was (bound-and-true-p repeat-mode))
        (inhibit-message t))
    (repeat-mode 1)
    (unwind-protect
        (with-temp-buffer
          (insert "### 🎉\nGET /a\n\n### b\nGET /b\n\n### c\nGET /c\n")
          (let ((flymake-mode nil))
            (scim-request-mode))
          (switch-to-buffer (current-buffer))
          (goto-char (point-min))
          (execute-kbd-macro (kbd "C-c C-n n"))
          (should (looking-at-p "### c\\|GET /c"))
          (execute-kbd-macro (kbd "C-c C-p p"))
          (should (= 1 (line-number-at-pos)))
          ;; Another key ends it, and does what it always does.
          (goto-char (point-max))
          (execute-kbd-macro (kbd "C-c C-p x n"))
          (should (string-match-p "xn" (buffer-string))))
      (unless was (repeat-mode -1)))))

;;;; Options

(require 'cus-edit)

(defun scim-manners-tests--load-all ()
  "Load every library of this package."
  (dolist (file (directory-files
                 (file-name-directory (locate-library "scim")) nil
                 "\\`\\(?:ob-\\)?scim.*\\.el\\'"))
    (require (intern (file-name-base file)))))

(defun scim-manners-tests--symbols (predicate)
  "Return the symbols of this package for which PREDICATE returns non-nil."
  (let (found)
    (mapatoms (lambda (symbol)
                (when (and (string-prefix-p "scim-" (symbol-name symbol))
                           (funcall predicate symbol))
                  (push symbol found))))
    found))

(defun scim-manners-tests--grouped (group)
  "Return the options in GROUP and in the groups in it."
  (seq-mapcat (pcase-lambda (`(,member ,kind))
                (pcase kind
                  ('custom-variable (list member))
                  ('custom-group (scim-manners-tests--grouped member))))
              (get group 'custom-group)))

(defun scim-manners-tests--options ()
  "Return all options of this package, without the hooks of modes."
  (scim-manners-tests--load-all)
  (seq-remove (lambda (symbol)
                (string-suffix-p "-mode-hook" (symbol-name symbol)))
              (scim-manners-tests--symbols #'custom-variable-p)))

(ert-deftest scim-manners-options-are-complete ()
  "Each has a type that its value is of, a version, and a place in Customize."
  (let ((options (scim-manners-tests--options))
        (grouped (scim-manners-tests--grouped 'scim)))
    (should (< 30 (length options)))
    (dolist (option options)
      (ert-info ((symbol-name option))
        (should (memq option grouped))
        (should (= 1 (seq-count (lambda (each) (eq each option)) grouped)))
        (should (equal '(scim . "0.1.0") (get option 'custom-package-version)))
        (should (documentation-property option 'variable-documentation))
        (let ((type (widget-convert (custom-variable-type option))))
          (should (widget-apply type :match (default-value option)))
          (should (widget-apply type :match
                                (eval (car (get option 'standard-value)) t))))
        (when-let ((safe (get option 'safe-local-variable)))
          (should (funcall safe (default-value option)))
          (should-not (funcall safe '(lambda () (ding))))
          (should-not (get option 'risky-local-variable)))))))

(ert-deftest scim-manners-options-can-be-set ()
  "Customize shows each and saves what it has."
  (dolist (option (scim-manners-tests--options))
    (ert-info ((symbol-name option))
      (let ((value (default-value option)))
        (customize-set-variable option value)
        (should (equal value (default-value option)))
        ;; As if it had not been touched.
        (put option 'customized-value nil)))))

(ert-deftest scim-manners-programs-are-never-set-by-directories ()
  "A repository of somebody else must not say what is run."
  (scim-manners-tests--load-all)
  (dolist (option '(scim-node-executable scim-bridge-file))
    (should (risky-local-variable-p option))
    (should-not (safe-local-variable-p option "/tmp/evil")))
  (dolist (option '(scim-repl-history-file scim-browse-export-defuse
                    scim-mutation-failed-functions scim-long-action-hook))
    (should-not (safe-local-variable-p option nil))))

(ert-deftest scim-manners-faces-inherit ()
  "They are all in the group of faces, and have no colours of their own."
  (scim-manners-tests--load-all)
  (dolist (face (scim-manners-tests--symbols #'facep))
    (ert-info ((symbol-name face))
      (should (seq-some (lambda (group)
                          (assq face (get group 'custom-group)))
                        '(scim-faces scim)))
      (let ((spec (face-default-spec face)))
        (should (string-match-p ":inherit" (prin1-to-string spec)))
        (should-not (string-match-p ":\\(?:fore\\|back\\)ground"
                                    (prin1-to-string spec)))))))

;;;; Long work

(require 'scim-alert)
(require 'scim-members)
(require 'scim-members-change)
(require 'scim-report)
(require 'scim-schema)

(defmacro scim-manners-tests--told (&rest body)
  "Return what `scim-long-action-hook' got in BODY, the last first.
Nothing is short."
  (declare (indent 0) (debug t))
  `(let* ((told nil)
          (scim-long-action-seconds 0)
          (scim-long-action-hook
           (list (lambda (&rest args) (push args told)))))
     ,@body
     (scim-test-settle)
     told))

(defmacro scim-manners-tests--on-mock (&rest body)
  "Evaluate BODY on a mock server with users and groups."
  (declare (indent 0) (debug t))
  `(scim-test-with-mock
     (scim-test-mock-stand-in "resources:
  User:
    - { id: b1, userName: barbara, displayName: \"ليلى 🎉\" }
  Group:
    - { displayName: Guides, members: [ { value: \"b1\" } ] }
")
     (let ((inhibit-message t))
       (save-window-excursion
         (unwind-protect (progn ,@body)
           (scim-manners-tests--clean-up))))))

(ert-deftest scim-manners-end-of-long-work-is-told ()
  "Of lists, runs of request files, observations and reports."
  (scim-manners-tests--on-mock
    (let ((told (scim-manners-tests--told
                  (with-current-buffer (scim-browse "User")
                    (scim-manners-tests--await 'scim-browse--handle)))))
      (should (= 1 (length told)))
      (should (equal '("1 of 1 · complete" nil) (cdar told))))
    (let ((told (scim-manners-tests--told
                  (save-window-excursion (scim-schemas))
                  (with-current-buffer (scim-schema--find nil)
                    (scim-manners-tests--await 'scim-schema--handle)
                    (scim-schema-observe)
                    (scim-test-wait-for (lambda () told))))))
      (should (string-match-p "[0-9] works" (nth 1 (car told)))))
    (let ((told (scim-manners-tests--told
                  (scim-report-open "*SCIM report*" #'scim-report-mode
                                    scim-protocol-env-history nil)
                  (with-current-buffer "*SCIM report*"
                    (scim-manners-tests--await 'scim-report--handle)))))
      (should (equal "*SCIM report*" (caar told))))
    (let ((told (scim-manners-tests--told
                  (with-temp-buffer
                    (insert "GET /Users\n\n### b\nGET /Nothing\n\n?? status == 200\n")
                    (scim-request-mode)
                    (scim-request-send-all)
                    (scim-manners-tests--await 'scim-request--handle)))))
      (should (equal '("1 passed, 1 failed, 0 errors, 0 skipped" t)
                     (cdar told))))))

(ert-deftest scim-manners-end-of-changes-of-members-is-told ()
  "When the bridge says what came of it."
  (scim-manners-tests--on-mock
    (let* ((group (scim-attribute (car (scim-listing-all (scim-list 'Group))) 'id))
           (told (scim-manners-tests--told
                   (with-current-buffer (scim-members-show "Group" group)
                     (scim-test-wait-for
                      (lambda () (and (not scim-members--busy)
                                      (string-search "ليلى" (buffer-string)))))
                     (switch-to-buffer (current-buffer))
                     (goto-char (point-min))
                     (execute-kbd-macro "d")
                     (scim-members--apply)
                     (scim-test-wait-for (lambda () told))))))
      (should (string-match-p "Guides" (caar told)))
      (should-not (nth 2 (car told))))))

(ert-deftest scim-manners-short-work-is-not-told ()
  "The option says what is short."
  (let ((told nil)
        (scim-long-action-seconds 60))
    (let ((scim-long-action-hook (list (lambda (&rest args) (push args told)))))
      (scim-alert-ended (float-time) "a" "b")
      (should-not told)
      (scim-alert-ended (- (float-time) 61) "a" "b" t)
      (should (equal '(("a" "b" t)) told)))))

(ert-deftest scim-manners-desktop-or-echo-area ()
  "Only when it is asked for, and only of what is not looked at."
  (let (desktop echo (scim-long-action-seconds 0) able)
    (cl-letf (((symbol-function 'scim-alert--desktop)
               (lambda (text) (and able (push text desktop))))
              ((symbol-function 'message)
               (lambda (format &rest args)
                 (push (apply #'format format args) echo))))
      (let ((scim-alert-notify nil))
        (scim-alert-ended 0 "list" "done"))
      (should-not (or desktop echo))
      (let ((scim-alert-notify t))
        (scim-alert-ended 0 "list" "done")
        (should (equal '("SCIM: list: done") echo))
        (setq able t)
        (scim-alert-ended 0 "list" "done")
        (should (equal '("SCIM: list: done") desktop))
        (cl-letf (((symbol-function 'frame-focus-state) (lambda (&rest _) t)))
          (switch-to-buffer (current-buffer))
          (scim-alert-ended 0 "list" "done"))
        (should (= 1 (length desktop)))))))

;;;; Embark and Marginalia

(require 'scim-embark)
(require 'scim-log-act)

(defvar embark-keymap-alist)
(defvar embark-prompter)
(defvar marginalia-annotator-registry)
(declare-function embark--targets "embark")
(declare-function embark-dwim "embark")
(declare-function marginalia-mode "marginalia")

;; Debian has both as elpa-embark and elpa-marginalia.
(dolist (package '("compat" "embark" "marginalia"))
  (dolist (directory (file-expand-wildcards
                      (format "/usr/share/emacs/site-lisp/elpa-src/%s-*" package)))
    (add-to-list 'load-path directory t)))

(defun scim-manners-tests--target ()
  "Return the first target of Embark at point: its type and text."
  (let ((target (car (embark--targets))))
    (list (plist-get target :type) (plist-get target :target))))

(ert-deftest scim-manners-embark-maps-lead-to-functions ()
  "Each has a docstring, which Embark shows; none of them needs Embark."
  (dolist (map (list scim-embark-resource-map scim-embark-tenant-map
                     scim-embark-exchange-map))
    (let ((count 0))
      (map-keymap (lambda (_ function)
                    (when (symbolp function)
                      (cl-incf count)
                      (should (fboundp function))
                      (should (documentation function))))
                  map)
      (should (< 5 count)))))

(ert-deftest scim-manners-embark-finds-resources ()
  "In rows of lists, in links, and at exchanges."
  (unless (require 'embark nil t)
    (ert-skip "Embark is not installed (elpa-embark)"))
  (scim-manners-tests--on-mock
    (with-current-buffer (scim-browse "User")
      (scim-manners-tests--await 'scim-browse--handle)
      (switch-to-buffer (current-buffer))
      (goto-char (point-min))
      (should (equal (list 'scim-resource
                           (format "scim:/%s/resource/User/b1"
                                   (or scim-tenant "")))
                     (scim-manners-tests--target)))
      (embark-dwim)
      (let ((edit (seq-find (lambda (buffer)
                              (eq 'scim-edit-mode
                                  (buffer-local-value 'major-mode buffer)))
                            (buffer-list))))
        (should edit)
        (with-current-buffer edit
          (scim-manners-tests--await 'scim-edit--handle)
          (should (equal "b1" scim-edit--id)))))
    (with-temp-buffer
      (insert (propertize "b1" 'scim-uri "scim:/default/resource/User/b1"))
      (goto-char (point-min))
      (should (equal '(scim-resource "scim:/default/resource/User/b1")
                     (scim-manners-tests--target))))
    (with-temp-buffer
      (insert (propertize "x" 'scim-uri "scim:/default/schema/urn:x"))
      (goto-char (point-min))
      (should-not (eq 'scim-resource (car (scim-manners-tests--target)))))))

(ert-deftest scim-manners-embark-acts-on-resources ()
  "The actions go to the resource and the tenant that the target names."
  (scim-manners-tests--on-mock
    (let ((uri (scim-visit-uri "" "resource" "User" "b1")))
      (scim-embark-copy-id uri)
      (should (equal "b1" (current-kill 0)))
      (scim-embark-json uri)
      (scim-test-wait-for
       (lambda ()
         (scim-test-settle)
         (seq-some (lambda (buffer)
                     (and (eq 'scim-browse-json-mode
                              (buffer-local-value 'major-mode buffer))
                          (with-current-buffer buffer
                            (string-search "barbara" (buffer-string)))))
                   (buffer-list))))
      ;; Nothing is sent before it was seen.
      (with-current-buffer (progn (scim-embark-delete uri) (current-buffer))
        (scim-test-settle))
      (should (scim-get 'User "b1"))
      (should-error (scim-embark-open "scim:/x/nothing/y") :type 'user-error))))

(ert-deftest scim-manners-embark-knows-candidates ()
  "While a resource is asked for by name, its name stands for it."
  (unless (require 'embark nil t)
    (ert-skip "Embark is not installed (elpa-embark)"))
  (scim-manners-tests--on-mock
    (let* ((executing-kbd-macro t)
           found
           (session (scim-lookup--session-for "User" nil)))
      (cl-letf (((symbol-function 'active-minibuffer-window)
                 (lambda () (selected-window))))
        (with-temp-buffer
          (switch-to-buffer (current-buffer))
          (setq-local scim-lookup--session session)
          (setq found (scim-embark--candidate
                       'scim-resource
                       (car (scim-lookup--labels session ""))))))
      (should (equal "scim:/default/resource/User/b1"
                     (string-replace "scim://" "scim:/default/" (cdr found))))
      (should (eq 'scim-resource (car found))))
    (should (eq 'scim-embark-resource-map
                (alist-get 'scim-resource embark-keymap-alist)))))

(ert-deftest scim-manners-marginalia-leaves-our-annotations ()
  "And can be told to show none."
  (unless (require 'marginalia nil t)
    (ert-skip "Marginalia is not installed (elpa-marginalia)"))
  (should (equal '(builtin none)
                 (alist-get 'scim-resource marginalia-annotator-registry)))
  (should (equal '(builtin none)
                 (alist-get 'scim-tenant marginalia-annotator-registry))))

(ert-deftest scim-manners-tenants-have-a-category ()
  "Completion knows that tenants are tenants."
  (scim-manners-tests--in-two
    (let ((default-directory a) category)
      (cl-letf (((symbol-function 'completing-read)
                 (lambda (_prompt table &rest _)
                   (setq category (completion-metadata-get
                                   (completion-metadata "" table nil) 'category))
                   "good")))
        (should (equal "good" (scim-tenant-read "Tenant: ")))
        (should (eq 'scim-tenant category))))))

;;;; Undoing

(require 'scim-new)
(require 'scim-request-preview)

(defun scim-manners-tests--undo (text)
  "Type TEXT at point and undo all that can be undone in this buffer."
  (switch-to-buffer (current-buffer))
  (undo-boundary)
  (let ((before (buffer-substring-no-properties (point-min) (point-max))))
    (save-current-buffer (execute-kbd-macro text))
    (should-not (equal before (buffer-substring-no-properties
                               (point-min) (point-max))))
    (setq last-command nil)
    (condition-case nil
        (dotimes (_ 20)
          (undo-boundary)
          (undo-only)
          (setq last-command 'undo))
      (user-error nil))
    (should (equal before (buffer-substring-no-properties
                           (point-min) (point-max))))))

(ert-deftest scim-manners-undo-in-resources ()
  "What was typed is undone, what was read stays."
  (scim-manners-tests--on-mock
    (with-current-buffer (scim-manners-tests--edit "b1" nil)
      (goto-char (point-min))
      (search-forward "ليلى")
      (scim-manners-tests--undo "x🎉y"))
    (with-current-buffer (progn (scim-new "User") (current-buffer))
      (scim-manners-tests--await 'scim-edit--handle)
      (goto-char (point-min))
      (search-forward "userName\": \"")
      (scim-manners-tests--undo "abc"))))

(ert-deftest scim-manners-undo-in-previews ()
  "The request does not vanish from a preview that is changed."
  (scim-manners-tests--on-mock
    (with-current-buffer (find-file-noselect "undo.scim")
      (insert "POST /Users\n\n{ \"userName\": \"ليلى\" }\n")
      (goto-char (point-min))
      (switch-to-buffer (current-buffer))
      (scim-request-preview)
      (scim-preview-edit)
      (goto-char (point-max))
      (scim-manners-tests--undo "x🎉y")
      (kill-buffer)
      (with-current-buffer "undo.scim"
        (set-buffer-modified-p nil)
        (kill-buffer)))))

(ert-deftest scim-manners-undo-in-prompts-and-files ()
  "In the REPL, and in new files of all kinds."
  (scim-manners-tests--on-mock
    (with-current-buffer (save-window-excursion (scim-repl))
      (scim-manners-tests--await 'scim-repl--handle)
      (goto-char (point-max))
      (scim-manners-tests--undo "get users"))
    (dolist (name '("new.scim" "new.scim-mock" "scim.yaml"))
      (with-current-buffer (find-file-noselect name)
        (scim-manners-tests--undo "a: b")
        (set-buffer-modified-p nil)
        (kill-buffer)))))

;;;; What is left

(require 'desktop)
(require 'savehist)
(require 'scim-action-read)
(require 'scim-request-import)
(require 'scim-replay)
(require 'scim-compare)

(ert-deftest scim-manners-nothing-is-saved-by-the-way ()
  "Buffers that show what services sent are in no desktop and no auto-save file."
  (scim-manners-tests--on-mock
    (let ((desktop-files-not-to-save nil)
          (auto-save-default t))
      (dolist (buffer (list (save-window-excursion (scim) (current-buffer))
                            (scim-browse "User")
                            (scim-manners-tests--edit "b1" nil)
                            (save-window-excursion (scim-repl))
                            (scim-log--all-buffer)))
        (with-current-buffer buffer
          (ert-info ((buffer-name))
            (auto-save-mode (if buffer-file-name 1 -1))
            (should-not buffer-auto-save-file-name)
            (should-not (desktop-save-buffer-p
                         buffer-file-name (buffer-name) major-mode))))))))

(ert-deftest scim-manners-desktops-keep-request-files ()
  "They are visited again in their mode."
  (with-temp-buffer
    (insert "GET /Users\n")
    (setq buffer-file-name (expand-file-name "x.scim" temporary-file-directory))
    (scim-request-mode)
    (should (desktop-save-buffer-p buffer-file-name (buffer-name) major-mode))
    (set-buffer-modified-p nil)
    (setq buffer-file-name nil)))

(ert-deftest scim-manners-histories-hold-no-secrets ()
  "What may be a password or a token is in no history that is saved."
  (cl-letf* ((asked nil)
             ((symbol-function 'read-string)
              (lambda (_prompt &optional _initial history &rest _)
                (push history asked)
                "[]")))
    (scim-action-read--operations)
    (scim-action-read--value "password" "password")
    (should (equal '(t t) asked)))
  (let ((minibuffer-history (list "old"))
        (kill-ring nil)
        (executing-kbd-macro t)
        asked)
    (cl-letf (((symbol-function 'read-string)
               (lambda (_prompt &optional _initial history &rest _)
                 (setq asked (list history))
                 "curl -H 'Authorization: Bearer t0p-s3cret' http://x")))
      (with-temp-buffer
        (scim-request-import--curl-text)))
    (should (equal '(t) asked))))

;;;; Stopping

(ert-deftest scim-manners-every-long-request-can-be-stopped ()
  "\`C-g' or \`C-c C-k' is bound in each mode that waits for the bridge."
  (scim-manners-tests--load-all)
  (pcase-dolist (`(,variable . ,maps)
                 '((scim-action--handle scim-action-mode-map)
                   (scim-browse--handle scim-browse-mode-map)
                   (scim-compare--handle scim-compare-mode-map
                                         scim-compare-diff-mode-map)
                   (scim-edit--handle scim-edit-mode-map)
                   (scim-env--handle scim-env-mode-map)
                   (scim-members-change--handle scim-members-mode-map)
                   (scim-repl--handle scim-repl-mode-map)
                   (scim-replay--handle scim-replay-mode-map)
                   (scim-report--handle scim-report-mode-map)
                   (scim-request--handle scim-request-mode-map)
                   (scim-schema--handle scim-schema-mode-map)))
    (dolist (map maps)
      (with-temp-buffer
        (use-local-map (symbol-value map))
        (set (make-local-variable variable) t)
        (ert-info ((symbol-name map))
          (should-not (memq (key-binding (kbd "C-g")) '(keyboard-quit nil))))))))

(ert-deftest scim-manners-killed-buffers-stop-their-replay ()
  "The bridge is told, and what waits gets to know."
  (with-current-buffer (generate-new-buffer "replay")
    (scim-replay-mode)
    (let (cancelled)
      (cl-letf (((symbol-function 'scim-rpc-cancel)
                 (lambda (handle) (setq cancelled handle))))
        (scim-replay--set-status 'handle "sending")
        (should (string-match-p "sending" mode-line-process))
        (call-interactively #'scim-replay-cancel)
        (should (eq 'handle cancelled))
        (setq cancelled nil)
        (kill-buffer)
        (should (eq 'handle cancelled))))))

(provide 'scim-manners-tests)
;;; scim-manners-tests.el ends here
