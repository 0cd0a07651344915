;;; scim-tour-tests.el --- Tests of the guided tour -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The texts of the tour, and how it begins and ends.  It is played from
;; beginning to end, by keys, in test/e2e/tour.test.ts.

;;; Code:

(require 'scim-test-helper)
(require 'scim-tour)

;;;; Texts

(defun scim-tour-tests--tasks ()
  "Return all tasks of the tour."
  (seq-mapcat (lambda (step) (plist-get step :tasks)) scim-tour-steps))

(ert-deftest scim-tour-names-keys-that-there-are ()
  "Each command that a text names by its mode has a key there."
  (let ((count 0))
    (dolist (task (scim-tour-tests--tasks))
      (let ((text (plist-get task :text)) (start 0))
        (while (string-match "{\\??\\([a-z-]+-mode:[a-z-]+\\)}" text start)
          (setq start (match-end 0)
                count (1+ count))
          (let ((key (save-match-data
                       (scim-tour-text--keys (match-string 1 text)))))
            (should-not (string-prefix-p "M-x" key))
            (should (scim-tour-tests--key-p key))))))
    (should (> count 25))))

(defun scim-tour-tests--key-p (key)
  "Can KEY, a string, be pressed?"
  (ignore-errors (kbd key)))

(ert-deftest scim-tour-tells-what-to-press ()
  "Each task says what to do, but for the one of somebody else."
  (dolist (task (scim-tour-tests--tasks))
    (should (functionp (plist-get task :done)))
    (should (or (scim-tour-text-presses (plist-get task :text))
                (equal "somebody else" (plist-get task :label))))))

(ert-deftest scim-tour-texts-are-short ()
  "No text has more than four lines."
  (dolist (task (scim-tour-tests--tasks))
    (with-temp-buffer
      (scim-tour--insert (scim-tour-text-render (plist-get task :text)) 93)
      (should (<= (count-lines (point-min) (point-max)) 4)))))

(ert-deftest scim-tour-text-shows-what-is-pressed ()
  "What is shown and what is pressed are the same."
  (let ((text "Press {C-x C-f}, type {{a {?} b}}, see {?q}, {scim-tour-mode:scim-tour-next}."))
    (should (equal '((keys . "C-x C-f") (text . "a {?} b") (keys . "n"))
                   (scim-tour-text-presses text)))
    (should (equal "Press C-x\u00a0C-f, type ‘a\u00a0{?}\u00a0b’, see q, n."
                   (substring-no-properties (scim-tour-text-render text))))))

(ert-deftest scim-tour-text-has-the-keys-of-the-person ()
  "Who has bound a command elsewhere is told so."
  (let ((scim-tour-mode-map (copy-keymap scim-tour-mode-map)))
    (define-key scim-tour-mode-map "n" nil)
    (define-key scim-tour-mode-map (kbd "C-c z") #'scim-tour-next)
    (cl-letf (((get 'scim-tour-mode 'scim-menu-map) scim-tour-mode-map))
      (should (equal "C-c z"
                     (scim-tour-text--keys "scim-tour-mode:scim-tour-next"))))))

;;;; Beginning and end

(defvar scim-tour-tests--told nil
  "What was told to the person, newest first.")

(defun scim-tour-tests--call (function)
  "Call FUNCTION with no tour, and see to it that none is left."
  (let* ((directory (make-temp-file "scim-tour-tests" t))
         (scim-tour-file (expand-file-name "state/scim-tour" directory))
         (scim-bridge-file (scim-test-bridge 'real))
         (scim-bridge-minimum-uptime 0)
         (scim-tour-tests--told nil)
         (inhibit-message t))
    (cl-letf (((symbol-function 'message)
               (lambda (format &rest args)
                 (when format
                   (push (apply #'format format args) scim-tour-tests--told)))))
      (unwind-protect (funcall function)
        (when scim-tour--step (scim-tour--end nil))
        (delete-directory directory t)))))

(defmacro scim-tour-tests--touring (&rest body)
  "Evaluate BODY while there is a tour, with its directory as ROOT."
  (declare (indent 0) (debug t))
  `(scim-tour-tests--call
    (lambda ()
      (scim-tour)
      (scim-test-wait-for (lambda () scim-tour--timer))
      (let ((root scim-tour-service-root))
        ,@body))))

(ert-deftest scim-tour-leaves-nothing-behind ()
  (let (process)
    (scim-tour-tests--touring
      (setq process scim-tour-service--process)
      (should (process-live-p process))
      (should (equal #o600 (file-modes (expand-file-name "secrets/you" root))))
      (should (member "scim.yaml" (directory-files root)))
      (scim-tour-next)
      (scim-tour-quit)
      (should-not (file-exists-p root))
      (should-not (process-live-p process))
      (should-not (get-buffer scim-tour--buffer-name))
      (should-not (memq #'scim-tour--look post-command-hook))
      (should-not (gethash root scim-rpc--bridges)))))

(ert-deftest scim-tour-waits-for-nothing-as-emacs-is-left ()
  "Without a terminal, Emacs would wait for ever, and grow."
  (scim-tour-tests--touring
    (let ((process scim-tour-service--process) waited)
      (cl-letf (((symbol-function 'accept-process-output)
                 (lambda (&rest _) (setq waited t))))
        (scim-tour--exit))
      (should-not waited)
      (should-not (process-live-p process))
      (should-not (file-exists-p root))
      (scim-tour--end t))))

(ert-deftest scim-tour-keeps-what-was-changed ()
  "Files that the person has changed or made are kept for who wants that."
  (scim-tour-tests--touring
    (with-current-buffer (find-file-noselect (expand-file-name "tour.scim" root))
      (goto-char (point-min))
      (insert "# Mine: שלום 😀\n"))
    (write-region "" nil (expand-file-name "mine.scim" root) nil 'silent)
    (let (question)
      (cl-letf (((symbol-function 'y-or-n-p)
                 (lambda (text) (setq question text))))
        (scim-tour-quit))
      (should (equal "Keep what you have changed, tour.scim, mine.scim? "
                     question)))
    (should-not (find-buffer-visiting (expand-file-name "tour.scim" root)))
    (with-temp-buffer
      (insert-file-contents (expand-file-name "tour.scim" root))
      (should (looking-at-p "# Mine: שלום 😀\n")))
    (should (string-search root (car scim-tour-tests--told)))
    (delete-directory root t)))

(ert-deftest scim-tour-goes-on-where-it-was-left ()
  (scim-tour-tests--touring
    (scim-tour-next)
    (scim-tour-quit)
    (should (string-search "goes on where you left it" (car scim-tour-tests--told)))
    (let (question)
      (cl-letf (((symbol-function 'y-or-n-p)
                 (lambda (text) (setq question text))))
        (scim-tour)
        (should (string-search "Lists" question))
        (should (equal 1 scim-tour--step)))
      (scim-test-wait-for (lambda () scim-tour--timer))
      ;; Who has been at the beginning begins there.
      (scim-tour-previous)
      (scim-tour-quit)
      (should-not (file-exists-p scim-tour-file)))))

(ert-deftest scim-tour-tells-why-it-cannot-begin ()
  "Without Node there is no tour, and nothing is left of it."
  (scim-tour-tests--call
   (lambda ()
     (let ((scim-node-executable "there-is-no-such-program")
           (temporary-file-directory (file-name-directory
                                      (directory-file-name
                                       (file-name-directory scim-tour-file)))))
       (scim-tour)
       (should (string-search "there-is-no-such-program"
                              (car scim-tour-tests--told)))
       (should-not scim-tour--step)
       (should-not (directory-files temporary-file-directory nil "scim-tour-"))
       (should-not (get-buffer scim-tour--buffer-name))))))

(ert-deftest scim-tour-tells-that-its-service-has-ended ()
  (scim-tour-tests--touring
    (kill-process scim-tour-service--process)
    (scim-test-wait-for (lambda () (not scim-tour--step)))
    (should (string-search "The service of the tour has ended"
                           (car scim-tour-tests--told)))
    (should-not (file-exists-p root))))

(provide 'scim-tour-tests)
;;; scim-tour-tests.el ends here
