;;; scim-document-tests.el --- Tests for scim-document.el -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Help with resources that are typed in a buffer: the real bridge, the mock
;; server, and the commands that a person uses.

;;; Code:

(require 'flymake)
(require 'imenu)
(require 'xref)
(require 'scim-api)
(require 'scim-document)
(require 'scim-document-complete)
(require 'scim-document-nav)
(require 'scim-test-mock)

(defconst scim-document-tests--group
  "urn:ietf:params:scim:schemas:core:2.0:Group"
  "URN of the schema of groups.")

(defvar scim-document-tests--visited nil
  "What was visited, in place of a buffer that edits it.")

(defun scim-document-tests--call (place text function)
  "Call FUNCTION in a buffer with TEXT, known to the bridge as PLACE.
Point is where TEXT has a vertical bar."
  (scim-test-with-mock
    (scim-rpc-request scim-protocol-mock-list nil)
    (with-temp-buffer
      (insert text)
      (goto-char (point-min))
      (when (search-forward "|" nil t)
        (delete-char -1))
      (setq scim-document-place place)
      (scim-document-setup "scim-resource")
      (scim-test-wait-for (lambda () (scim-test-settle) (scim-document--sync)))
      (unwind-protect (funcall function)
        (scim-document--stop)))))

(defmacro scim-document-tests--with (place text &rest body)
  "Evaluate BODY in a buffer with TEXT, known to the bridge as PLACE."
  (declare (indent 2) (debug t))
  `(scim-document-tests--call ,place ,text (lambda () ,@body)))

(defun scim-document-tests--diagnostics ()
  "Return the diagnostics of this buffer, once the bridge has told them."
  (let ((found 'waiting))
    (scim-document-flymake (lambda (diagnostics &rest _)
                             (setq found diagnostics)))
    (scim-test-wait-for (lambda ()
                          (scim-test-settle)
                          (not (eq found 'waiting))))
    found))

(defun scim-document-tests--text ()
  "Return the text of this buffer, with a vertical bar at point."
  (concat (buffer-substring-no-properties (point-min) (point)) "|"
          (buffer-substring-no-properties (point) (point-max))))

(defun scim-document-tests--complete ()
  "Complete at point as a person does; return the text, point marked."
  (call-interactively #'completion-at-point)
  (scim-document-tests--text))

;;;; Diagnostics

(ert-deftest scim-document-marks-what-is-wrong-behind-an-emoji ()
  (scim-document-tests--with "scim:/default/new/User"
      "{ \"displayName\": \"😀 مرحبا é\", \"usrName\": \"b\" }"
    (let ((found (seq-find (lambda (diagnostic)
                             (string-search "userName`?"
                                            (flymake-diagnostic-text diagnostic)))
                           (scim-document-tests--diagnostics))))
      (should (eq :error (flymake-diagnostic-type found)))
      (should (equal "\"usrName\""
                     (buffer-substring (flymake-diagnostic-beg found)
                                       (flymake-diagnostic-end found)))))))

;;;; Completion

(ert-deftest scim-document-completes-names-of-members ()
  (scim-document-tests--with "scim:/default/new/User"
      "{\n  \"displayName\": \"é 😀\"\n  \"ema|\"\n}"
    (should (equal (scim-document-tests--complete)
                   "{\n  \"displayName\": \"é 😀\",
  \"emails\": [{ \"value\": \"|\" }]\n}"))))

(ert-deftest scim-document-completes-values-inside-their-quotes ()
  (scim-document-tests--with "scim:/default/new/User"
      "{ \"emails\": [{ \"value\": \"x\", \"type\": \"wo|\" }] }"
    (should (equal (scim-document-tests--complete)
                   "{ \"emails\": [{ \"value\": \"x\", \"type\": \"work|\" }] }"))))

(ert-deftest scim-document-adds-an-extension-with-its-urn ()
  (scim-document-tests--with "scim:/default/new/User"
      (concat "{\n  \"schemas\": [\"urn:ietf:params:scim:schemas:core:2.0:User\"],"
              "\n  \"enterp|\"\n}")
    (should (equal (scim-document-tests--complete)
                   "{\n  \"schemas\": [\"urn:ietf:params:scim:schemas:core:2.0:User\", \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"],
  \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\": {|}\n}"))))

(ert-deftest scim-document-completes-references-by-name ()
  (scim-test-with-mock
    (let* ((name (format "zoë.%s" (random 1000000)))
           (user (scim-create "User" `((schemas . ["urn:ietf:params:scim:schemas:core:2.0:User"])
                                       (userName . ,name)
                                       (displayName . ,(concat "Äva " name)))))
           (id (alist-get 'id user)))
      (should id)
      (with-temp-buffer
        (insert "{ \"displayName\": \"😀\", \"members\": [{ \"value\": \"" name)
        (save-excursion (insert "\" }] }"))
        (setq scim-document-place "scim:/default/new/Group")
        (scim-document-setup "scim-resource")
        (scim-test-wait-for (lambda () (scim-test-settle) (scim-document--sync)))
        (let ((text (scim-document-tests--complete)))
          (should (string-search (format "{ \"value\": \"%s\", \"display\": \"" id) text))
          (should (string-search "\"type\": \"User\", \"$ref\": \"http" text))
          (goto-char (point-min))
          (should (json-parse-buffer)))
        (scim-document--stop)))))

(provide 'scim-document-tests)
;;; scim-document-tests.el ends here
