;;; scim-yaml-tests.el --- Tests for scim-yaml.el -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The modes of scim.yaml and of sets of variables, and the help that the
;; real bridge gives in them.

;;; Code:

(require 'flymake)
(require 'scim-test-env)
(require 'scim-yaml)

(defun scim-yaml-tests--diagnostics ()
  "Return the diagnostics of this buffer, once the bridge has told them."
  (let ((found 'waiting))
    (scim-document-flymake (lambda (diagnostics &rest _)
                             (setq found diagnostics)))
    (scim-test-wait-for (lambda ()
                          (scim-test-settle)
                          (not (eq found 'waiting))))
    found))

(defun scim-yaml-tests--labels ()
  "Return the labels that can complete the text at point."
  (scim-test-wait-for (lambda () (scim-test-settle) (scim-document--sync)))
  (mapcar #'substring-no-properties
          (all-completions "" (nth 2 (scim-document-complete)))))

(ert-deftest scim-yaml-mode-gets-help-from-the-bridge ()
  (scim-test-in-environment nil
    (with-current-buffer (find-file-noselect "scim.yaml")
      (goto-char (point-max))
      (insert "    limts: { timeout: 3s }\n")
      (let ((found (seq-find (lambda (diagnostic)
                               (string-search "limts"
                                              (flymake-diagnostic-text diagnostic)))
                             (scim-yaml-tests--diagnostics))))
        (should (eq :error (flymake-diagnostic-type found)))
        (should (equal "limts" (buffer-substring
                                (flymake-diagnostic-beg found)
                                (flymake-diagnostic-end found)))))
      (forward-line -1)
      (delete-region (point) (point-max))
      (insert "    con")
      (should (member "confirm" (scim-yaml-tests--labels)))
      (set-buffer-modified-p nil)
      (kill-buffer))))

(ert-deftest scim-variables-mode-gets-help-from-the-bridge ()
  (scim-test-in-environment nil
    (make-directory "env")
    (write-region "SCIM_AUTH_TOKEN=t0p-s3cret-bearer-token\n" nil "env/good.env"
                  nil 'silent)
    (scim-test-env-write "scim.yaml" "  good:\n"
                         "  good:\n    variables: env/good.env\n")
    (with-current-buffer (find-file-noselect "env/good.env")
      (let ((texts (mapcar #'flymake-diagnostic-text
                           (scim-yaml-tests--diagnostics))))
        (should texts)
        (should-not (string-search scim-test-mock-token
                                   (string-join texts "\n"))))
      (goto-char (point-max))
      (insert "OTHER=au")
      (should (member "auth-source:" (scim-yaml-tests--labels)))
      (set-buffer-modified-p nil)
      (kill-buffer))))

(ert-deftest scim-yaml-knows-the-tenant-at-point ()
  (with-temp-buffer
    (insert "default: a\ntenants:\n  # c\n  alpha:\n    auth: { scheme: none }\n\
\n  \"beta\":\n    limits:\n      timeout: 3s\nvariables:\n  X: { secret: yes }\n")
    (dolist (case '(("default" . nil) ("tenants" . nil) ("alpha" . "alpha")
                    ("scheme" . "alpha") ("timeout" . "beta") ("X:" . nil)))
      (goto-char (point-min))
      (search-forward (car case))
      (ert-info ((car case))
        (should (equal (scim-yaml-tenant) (cdr case)))))))

(ert-deftest scim-yaml-modes-fit-the-names-of-files ()
  (scim-test-in-environment nil
    (make-directory "env")
    (write-region "A=b\n" nil "env/a.env" nil 'silent)
    (dolist (case '(("scim.yaml" scim-yaml-mode "scim-yaml")
                    ("env/a.env" scim-variables-mode "scim-env")))
      (with-current-buffer (find-file-noselect (car case))
        (should (eq major-mode (cadr case)))
        (should (equal scim-document--language (nth 2 case)))
        (kill-buffer)))))

(ert-deftest scim-document-mode-helps-in-any-mode ()
  (scim-test-in-environment nil
    (with-current-buffer (find-file-noselect "scim.yaml")
      (fundamental-mode)
      (should-not scim-document--language)
      (scim-document-mode-maybe)
      (should scim-document-mode)
      (should (memq #'scim-document-complete completion-at-point-functions))
      (scim-document-mode -1)
      (should-not (memq #'scim-document-complete completion-at-point-functions))
      (kill-buffer))
    (with-temp-buffer
      (scim-document-mode-maybe)
      (should-not scim-document-mode)
      (should-error (scim-document-mode 1) :type 'user-error)
      (should-not scim-document-mode))))

(provide 'scim-yaml-tests)
;;; scim-yaml-tests.el ends here
