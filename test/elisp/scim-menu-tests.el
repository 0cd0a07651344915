;;; scim-menu-tests.el --- Tests of the menus -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Every mode of the package has one table of commands, which is its menu
;; bar menu, its context menu and its transient.

;;; Code:

(require 'ert)
(require 'cl-lib)
(require 'transient)
(require 'scim-menu)

(defconst scim-menu-tests--elisp
  (expand-file-name "../../elisp/" (file-name-directory
                                    (or load-file-name buffer-file-name)))
  "Where the package is.")

(defun scim-menu-tests--modes ()
  "Load the whole package and return its major modes that people see."
  (let (modes)
    (dolist (file (directory-files scim-menu-tests--elisp t "\\`[^.].*\\.el\\'"))
      (unless (string-match-p "scim-batch\\|-autoloads\\|-pkg" file)
        (require (intern (file-name-base file)))
        (with-temp-buffer
          (insert-file-contents file)
          (while (re-search-forward
                  "^(define-derived-mode \\(scim-[a-z-]+\\)" nil t)
            (push (intern (match-string 1)) modes)))))
    ;; These are what others are made of, or only text to look at.
    (seq-difference modes '(scim-yaml-base-mode scim-table-mode scim-mock-text-mode))))

(defun scim-menu-tests--has-menu-p (mode)
  "Has MODE, or a mode that it is derived from, a table of commands?"
  (with-temp-buffer
    (let ((major-mode mode))
      (scim-menu-mode))))

(ert-deftest scim-menu-every-mode-has-one ()
  "Every mode has a menu."
  (let ((modes (scim-menu-tests--modes)))
    (should (> (length modes) 10))
    (should (equal nil (seq-remove #'scim-menu-tests--has-menu-p modes)))))

(ert-deftest scim-menu-every-command-has-a-key ()
  "Every command of every menu is a command, and has a key of its own."
  (dolist (mode (scim-menu-tests--modes))
    (when (get mode 'scim-menu-map)
      (let ((maps (scim-menu-maps mode)) keys)
        (dolist (group (scim-menu-groups mode))
          (dolist (item (cdr group))
            (ert-info ((format "%s: %s" mode item))
              (should (commandp (cadr item)))
              (let ((key (scim-menu-key item maps)))
                (should key)
                (should-not (member key keys))
                (push key keys)))))))))

(ert-deftest scim-menu-every-label-can-be-shown ()
  "Menus of Emacs 28 on a terminal show ASCII only, and cut each character else."
  (dolist (mode (scim-menu-tests--modes))
    (dolist (group (scim-menu-groups mode))
      (dolist (text (cons (car group) (mapcar #'car (cdr group))))
        (should (equal text (encode-coding-string text 'us-ascii)))))))

(ert-deftest scim-menu-every-transient-can-be-shown ()
  "Every table makes a transient that transient.el accepts."
  (dolist (mode (scim-menu-tests--modes))
    (when (get mode 'scim-menu-map)
      (ert-info ((symbol-name mode))
        (let ((prefix (scim-menu-prefix mode)))
          (should (commandp prefix))
          (should (get prefix 'transient--prefix)))))))

(defun scim-menu-tests--predicates (layout)
  "Return all that is said to be a predicate anywhere in LAYOUT."
  (cond ((vectorp layout) (scim-menu-tests--predicates (append layout nil)))
        ((not (consp layout)) nil)
        ((eq (car layout) :inapt-if-not)
         (cons (cadr layout) (scim-menu-tests--predicates (cddr layout))))
        (t (append (scim-menu-tests--predicates (car layout))
                   (scim-menu-tests--predicates (cdr layout))))))

(ert-deftest scim-menu-predicates-can-be-called ()
  "What says whether a command can be used now is a function."
  (let ((count 0))
    (dolist (mode (scim-menu-tests--modes))
      (when (get mode 'scim-menu-map)
        (dolist (predicate (scim-menu-tests--predicates
                            (get (scim-menu-prefix mode) 'transient--layout)))
          (cl-incf count)
          (ert-info ((format "%s: %s" mode predicate))
            (should (functionp predicate))))))
    (should (> count 5))))

(ert-deftest scim-menu-needs-nothing-else-loaded ()
  "A buffer whose file alone was loaded has a menu all the same."
  (with-temp-buffer
    (should
     (equal 0 (call-process
               (expand-file-name invocation-name invocation-directory)
               nil t nil "-Q" "--batch" "-L" scim-menu-tests--elisp
               "-l" "scim-schema"
               "--eval" "(dolist (group (scim-menu-groups 'scim-schema-mode))
                           (dolist (item (cdr group))
                             (or (commandp (cadr item)) (error \"%S\" item))))"
               "--eval" "(scim-menu-prefix 'scim-schema-mode)")))))

(ert-deftest scim-menu-shows-the-keys-of-now ()
  "A key that a person has changed is the key in the menu."
  (require 'scim-schema)
  (let ((map (copy-keymap (get 'scim-schema-mode 'scim-menu-map)))
        (item '("Find out" scim-schema-observe)))
    (should (equal "o" (scim-menu-key item (list map))))
    (define-key map (kbd "o") nil)
    (define-key map (kbd "O") #'scim-schema-observe)
    (should (equal "O" (scim-menu-key item (list map))))))

(ert-deftest scim-menu-context-menu-is-about-point ()
  "The context menu has the commands that are about what is at point."
  (require 'scim-schema)
  (with-temp-buffer
    (scim-schema-mode)
    (should (memq #'scim-menu-context context-menu-functions))
    (let ((menu (make-sparse-keymap)))
      (cl-letf (((symbol-function 'mouse-set-point) #'ignore))
        (setq menu (scim-menu-context menu nil)))
      (should (lookup-key menu [scim-schema-copy]))
      (should-not (lookup-key menu [scim-schema-overview])))))

(ert-deftest scim-menu-shows-some-commands-only-when-they-are-of-use ()
  "What is for a conflict is in the menus of a resource while there is one."
  (require 'scim-edit)
  (with-temp-buffer
    (let* ((item (seq-find (lambda (item)
                             (eq 'scim-edit-conflict-take-mine (cadr item)))
                           (cdr (assoc "Conflict"
                                       (scim-menu-groups 'scim-edit-mode)))))
           (predicate (plist-get (nthcdr 3 (scim-menu--suffix item nil)) :if))
           (visible (aref (scim-menu--bar-item item) 3)))
      (should-not (funcall predicate))
      (should-not (eval visible))
      (setq-local scim-edit-conflict-mode t)
      (should (funcall predicate))
      (should (eval visible)))))

(ert-deftest scim-menu-is-closed-by-q ()
  "The key q closes a menu, unless the buffer means something else by it."
  (require 'scim-browse)
  (require 'scim-members-change)
  (cl-flet ((q (mode)
              (seq-some (lambda (group) (assoc "q" (append group nil)))
                        (apply #'append (mapcar (lambda (row) (append row nil))
                                                (scim-menu--columns mode))))))
    (should (eq 'transient-quit-one (nth 2 (q 'scim-browse-mode))))
    (should (eq 'quit-window (nth 2 (q 'scim-members-review-mode))))))

(ert-deftest scim-menu-elsewhere-there-is-none ()
  "In a buffer that has nothing to do with SCIM, that is said."
  (with-temp-buffer
    (should-error (scim-menu) :type 'user-error)))

(provide 'scim-menu-tests)
;;; scim-menu-tests.el ends here
