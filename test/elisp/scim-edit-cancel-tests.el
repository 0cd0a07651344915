;;; scim-edit-cancel-tests.el --- Cancelling what is sent  -*- lexical-binding: t; -*-

;;; Commentary:

;; What was sent before a person cancelled may be carried out: nothing else is said.

;;; Code:

(require 'cl-lib)
(require 'scim-test-mock)
(require 'scim-api)
(require 'scim-edit)

(defun scim-edit-cancel-tests--wait ()
  "Wait until the request of this buffer has ended."
  (scim-test-wait-for (lambda () (scim-test-settle) (not scim-edit--handle))))

(ert-deftest scim-edit-cancelled-while-it-sends-claims-nothing ()
  "Neither that it was saved nor that nothing came of it; saving again settles it."
  (scim-test-with-mock
    (let* ((user (scim-create 'User '((schemas . ["urn:ietf:params:scim:schemas:core:2.0:User"])
                                      (userName . "cancelled@example.com")
                                      (title . "Guide"))))
           (buffer (scim-edit-resource "User" (scim-attribute user 'id))))
      (unwind-protect
          (with-current-buffer buffer
            (scim-edit-cancel-tests--wait)
            (goto-char (point-min))
            (search-forward "Guide")
            (replace-match "Boss")
            (let ((pid (plist-get (car (scim-rpc-bridges)) :pid))
                  told)
              (signal-process pid 'STOP)
              (scim-edit-send)
              (cl-letf (((symbol-function 'message)
                         (lambda (format &rest args)
                           (push (apply #'format format args) told))))
                (scim-edit-cancel)
                (scim-edit-cancel-tests--wait))
              (signal-process pid 'CONT)
              (should (string-match-p "Cancelled while sending" (car told)))
              (should (string-match-p "compares it with the server" (car told))))
            (should (string-match-p "not known whether it was saved"
                                    (scim-edit--header)))
            (should-not buffer-read-only)
            (scim-edit-send)
            (scim-edit-cancel-tests--wait)
            (should-not (string-match-p "not known" (scim-edit--header)))
            (should (equal "Boss" (scim-attribute
                                   (scim-get 'User (scim-attribute user 'id))
                                   'title))))
        (with-current-buffer buffer
          (set-buffer-modified-p nil)
          (let (kill-buffer-query-functions)
            (kill-buffer)))))))

(provide 'scim-edit-cancel-tests)
;;; scim-edit-cancel-tests.el ends here
