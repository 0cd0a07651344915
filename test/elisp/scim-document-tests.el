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

;;;; Ways out

(defmacro scim-document-tests--visiting (&rest body)
  "Evaluate BODY; what it visits is noted and shown as a buffer of its name."
  (declare (indent 0) (debug t))
  `(let (scim-document-tests--visited)
     (cl-letf (((symbol-function 'scim-visit)
                (lambda (uri)
                  (push uri scim-document-tests--visited)
                  (pop-to-buffer (get-buffer-create "*scim visited*"))
                  (current-buffer))))
       (save-window-excursion ,@body))))

(defconst scim-document-tests--members
  (concat "{\n  \"displayName\": \"مرحبا 😀\",\n  \"members\": [\n"
          "    { \"display\": \"😀\", \"value\": \"|2819\", \"type\": \"User\" }\n  ]\n}")
  "A group with a member.")

(ert-deftest scim-document-jumps-to-a-resource-and-back ()
  (scim-document-tests--with "scim:/default/resource/Group/1"
      scim-document-tests--members
    (scim-document-tests--visiting
      (switch-to-buffer (current-buffer))
      (let ((buffer (current-buffer)) (place (point)))
        (execute-kbd-macro (kbd "M-."))
        (should (equal scim-document-tests--visited
                       '("scim:/default/resource/User/2819")))
        (should (equal (buffer-name) "*scim visited*"))
        (execute-kbd-macro (kbd "M-,"))
        (should (eq (current-buffer) buffer))
        (should (= (point) place))
        (execute-kbd-macro (kbd "C-x 4 ."))
        (should (= 2 (length scim-document-tests--visited)))
        (should (get-buffer-window buffer))))))

(ert-deftest scim-document-jumps-to-the-schema-of-an-attribute ()
  (scim-document-tests--with "scim:/default/resource/Group/1"
      scim-document-tests--members
    (scim-document-tests--visiting
      (switch-to-buffer (current-buffer))
      (search-backward "display\"")
      (execute-kbd-macro (kbd "M-."))
      (should (equal (mapcar #'scim-visit-parse scim-document-tests--visited)
                     `(("default" "schema" ,scim-document-tests--group
                        "members.display")))))))

(ert-deftest scim-document-makes-buttons-of-links ()
  (scim-document-tests--with "scim:/default/resource/Group/1"
      scim-document-tests--members
    (scim-document-tests--visiting
      (scim-document-tests--diagnostics)
      (scim-test-wait-for (lambda () (scim-test-settle) (button-at (point))))
      (let ((button (button-at (point))))
        (should (equal "2819" (buffer-substring (button-start button)
                                                (button-end button))))
        (should (equal "User 😀" (button-get button 'help-echo)))
        (save-window-excursion (save-current-buffer (push-button)))
        (call-interactively #'scim-document-follow-link)
        (should (equal scim-document-tests--visited
                       '("scim:/default/resource/User/2819"
                         "scim:/default/resource/User/2819"))))
      (goto-char (point-min))
      (should-error (call-interactively #'scim-document-follow-link)
                    :type 'user-error))))

(ert-deftest scim-document-lists-attributes-in-imenu ()
  (scim-document-tests--with "scim:/default/resource/Group/1"
      scim-document-tests--members
    (let* ((index (imenu--make-index-alist t))
           (members (cdr (assoc "members" index)))
           (value (cdr (assoc "value" (cdr (assoc "😀" members))))))
      (should (assoc "displayName" index))
      (goto-char value)
      (should (looking-at-p "\"value\": \"2819\"")))))

(ert-deftest scim-document-tells-one-line-for-the-echo-area ()
  (scim-document-tests--with "scim:/default/resource/Group/1"
      scim-document-tests--members
    (let (told)
      (scim-document-eldoc (lambda (&rest arguments) (setq told arguments)))
      (scim-test-wait-for (lambda () (scim-test-settle) told))
      (should (equal "→ User 😀 (2819)"
                     (substring-no-properties
                      (car told) 0 (plist-get (cdr told) :echo))))
      (should (string-search "\n\nmembers.value: string" (car told)))
      (should-not (string-search "**" (car told))))))

(provide 'scim-document-tests)
;;; scim-document-tests.el ends here
