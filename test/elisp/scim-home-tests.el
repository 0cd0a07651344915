;;; scim-home-tests.el --- Tests of the home buffer -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The home buffer over real bridges and mock servers.

;;; Code:

(require 'ert)
(require 'cl-lib)
(require 'scim)
(require 'scim-test-helper)
(require 'scim-test-mock)

(defun scim-home-tests--text ()
  "Return the text of this buffer."
  (buffer-substring-no-properties (point-min) (point-max)))

(defmacro scim-home-tests--with-home (yaml &rest body)
  "Evaluate BODY in the home buffer of a workspace with YAML as scim.yaml.
Emacs behaves as if a person were there."
  (declare (indent 1) (debug t))
  `(let ((url (scim-test-mock-url)))
     (ignore url)
     (scim-test-call-in-workspace
      'real (scim-test-mock-environment)
      (lambda ()
        (write-region ,yaml nil "scim.yaml" nil 'silent)
        (unwind-protect
            (let ((noninteractive nil))
              (scim)
              (with-current-buffer "*SCIM*" ,@body))
          (mapc #'kill-buffer (scim-home--buffers)))))))

(defun scim-home-tests--wait (regexp)
  "Wait until REGEXP can be found in this buffer."
  (scim-test-wait-for
   (lambda () (string-match-p regexp (scim-home-tests--text)))))

(ert-deftest scim-home-tells-health-and-support ()
  "A tenant that answers says what it supports; one that does not, why."
  (scim-home-tests--with-home
      (format "tenants:
  good: { baseUrl: \"%s\", auth: { scheme: bearer, token: env:SCIM_AUTH_TOKEN } }
  gone: { baseUrl: \"http://127.0.0.1:9/scim/v2\", auth: { scheme: none } }
" url)
    (scim-home-tests--wait "✓ good")
    (scim-home-tests--wait "answers in .* User, Group; patch, bulk, filter, sort")
    (scim-home-tests--wait "✗ gone")
    (scim-home-tests--wait "127\\.0\\.0\\.1:9 refuses the connection")
    (should-not (string-match-p scim-test-mock-token
                                (scim-home-tests--text)))))

(ert-deftest scim-home-asks-no-production-by-itself ()
  "What a person must be asked for is not connected to, but shown."
  (scim-home-tests--with-home
      (format "tenants:
  careful:
    baseUrl: \"%s\"
    confirm: always
    auth: { scheme: bearer, token: env:SCIM_AUTH_TOKEN }
  production:
    baseUrl: \"%s\"
    auth: { scheme: bearer, token: env:SCIM_AUTH_TOKEN }
" url url)
    (scim-home-tests--wait "\\? careful")
    (should (string-match-p "\\? production" (scim-home-tests--text)))
    (should (string-match-p "careful .* asks before every request\n +not asked; h asks"
                            (scim-home-tests--text)))
    (should (string-match-p "production .* asks before writes\n +not asked; h asks"
                            (scim-home-tests--text)))
    (should-not scim-home--health)))

(ert-deftest scim-home-becomes-that-of-the-first-tenant ()
  "The home of a directory without scim.yaml is that of the workspace it becomes."
  (scim-test-call-in-workspace
   'real (scim-test-mock-environment)
   (lambda ()
     (delete-file "scim.yaml")
     (unwind-protect
         (let ((noninteractive nil)
               (root default-directory))
           (scim)
           (with-current-buffer "*SCIM*"
             (scim-home-tests--wait "no scim.yaml here")
             (should-not scim-home--root)
             (write-region
              (format "tenants:
  fresh: { baseUrl: \"%s\", auth: { scheme: bearer, token: env:SCIM_AUTH_TOKEN } }
" (scim-test-mock-url))
              nil (expand-file-name "scim.yaml" root) nil 'silent)
             ;; As setting a tenant up does.
             (scim-tenant-update root)
             (scim-home-tests--wait "✓ fresh")
             (should (equal root scim-home--root))
             (should (= 1 (length (scim-home--buffers))))))
       (mapc #'kill-buffer (scim-home--buffers))))))

(ert-deftest scim-home-commands-mean-the-tenant-at-point ()
  "The tenant at point is the one that commands use."
  (scim-home-tests--with-home
      (format "tenants:
  one: { baseUrl: \"%s\", auth: { scheme: bearer, token: env:SCIM_AUTH_TOKEN } }
  two: { baseUrl: \"%s\", auth: { scheme: bearer, token: env:SCIM_AUTH_TOKEN } }
" url url)
    (scim-home-tests--wait "✓ two")
    (goto-char (point-min))
    (search-forward "two")
    (run-hooks 'post-command-hook)
    (should (equal "two" scim-tenant))
    (goto-char (point-max))
    (run-hooks 'post-command-hook)
    (should-not scim-tenant)))

(ert-deftest scim-home-shows-the-latest-exchanges ()
  "What was sent last stands in the buffer, and leads to the log."
  (scim-home-tests--with-home
      (format "tenants:
  good: { baseUrl: \"%s\", auth: { scheme: bearer, token: env:SCIM_AUTH_TOKEN } }
" url)
    (scim-rpc-on scim-protocol-exchange #'scim-log-exchange)
    (scim-home-tests--wait "✓ good")
    (should-error (scim-get 'User "nobody-at-all") :type 'scim-not-found)
    (scim-home-tests--wait "404 GET .*/Users/nobody-at-all  good")))

(ert-deftest scim-home-lists-files ()
  "Files of the workspace are listed and can be visited."
  (scim-home-tests--with-home "tenants: {}\n"
    (make-directory "requests")
    (make-directory "node_modules")
    (write-region "" nil "requests/joiner.scim" nil 'silent)
    (write-region "" nil "node_modules/hidden.scim" nil 'silent)
    (scim-home-refresh)
    (scim-home-tests--wait "requests/joiner\\.scim")
    (should (string-match-p "^  scim\\.yaml$" (scim-home-tests--text)))
    (should-not (string-match-p "hidden" (scim-home-tests--text)))
    (goto-char (point-min))
    (search-forward "joiner")
    (push-button (match-beginning 0))
    (should (derived-mode-p 'scim-request-mode))
    (kill-buffer)))

(ert-deftest scim-home-each-workspace-has-its-own ()
  "A second workspace gets a home buffer of its own."
  (scim-home-tests--with-home "tenants: {}\n"
    (let ((first (current-buffer))
          (other (file-name-as-directory (make-temp-file "scim-other" t))))
      (unwind-protect
          (let ((default-directory (file-truename other)))
            (write-region "tenants: {}\n" nil
                          (expand-file-name "scim.yaml") nil 'silent)
            (scim)
            (with-current-buffer (window-buffer)
              (should (derived-mode-p 'scim-home-mode))
              (should-not (eq first (current-buffer)))
              (should (equal default-directory scim-home--root))))
        (delete-directory other t)))))

(ert-deftest scim-home-every-key-that-is-shown-works ()
  "The keys in \"What to do\" are commands."
  (dolist (group scim-home--next)
    (dolist (entry (cdr group))
      (should (commandp (lookup-key scim-home-mode-map (kbd (car entry))))))))

(provide 'scim-home-tests)
;;; scim-home-tests.el ends here
