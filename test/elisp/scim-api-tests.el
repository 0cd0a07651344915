;;; scim-api-tests.el --- Tests for scim-api.el -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Against the real bridge and its mock server.

;;; Code:

(require 'scim-api)
(require 'scim-test-mock)

(defvar scim-api-tests--serial 0
  "Number of the last user that was made.")

(defun scim-api-tests--new-user (&rest members)
  "Create a user with MEMBERS besides those that are required; return it."
  (scim-create 'User
               `((schemas . ["urn:ietf:params:scim:schemas:core:2.0:User"])
                 (userName . ,(format "api-%d-%d@example.com"
                                      (emacs-pid)
                                      (cl-incf scim-api-tests--serial)))
                 ,@members)))

(defmacro scim-api-tests--await (place)
  "Wait until PLACE is non-nil and return it."
  `(scim-test-wait-for (lambda () ,place)))

;;;; One resource

(ert-deftest scim-api-create-get-delete ()
  (scim-test-with-mock
    (let* ((user (scim-api-tests--new-user '(active . :false)
                                           '(name . ((familyName . "Jensén 🦊")))))
           (id (scim-attribute user 'id))
           (again (scim-get "Users" id)))
      (should (stringp id))
      (should (equal again user))
      (should (eq (scim-attribute again 'active) :false))
      (should (equal (scim-attribute again 'NAME 'familyname) "Jensén 🦊"))
      (should (eq t (scim-delete 'User id)))
      (let ((err (should-error (scim-get 'User id) :type 'scim-not-found)))
        (should (= 404 (scim-error-get err :status)))
        (should (string-search "404" (scim-error-message err)))))))

(ert-deftest scim-api-search-at-the-root-and-below ()
  (scim-test-with-mock
    (let* ((user (scim-api-tests--new-user '(externalId . "s\"1 & more")))
           (filter (scim-filter "externalId eq %s" "s\"1 & more"))
           (found (scim-listing-all (scim-search nil :filter filter)))
           (again (scim-listing-all
                   (scim-search 'User :filter filter :attributes 'userName))))
      (should (equal found (list user)))
      (should (equal (scim-attribute (car again) 'userName)
                     (scim-attribute user 'userName)))
      (should-not (scim-attribute (car again) 'externalId)))))

(ert-deftest scim-api-me-of-a-server-without-it ()
  (scim-test-with-mock
    (scim-test-mock-stand-in "rules: { me: unsupported }")
    (let ((err (should-error (scim-me) :type 'scim-http-error)))
      (should (= 501 (scim-error-get err :status))))))

(ert-deftest scim-api-get-of-some-attributes ()
  (scim-test-with-mock
    (let ((id (scim-attribute (scim-api-tests--new-user '(title . "Guide")) 'id)))
      (let ((few (scim-get 'User id :attributes '(title))))
        (should (equal (scim-attribute few 'title) "Guide"))
        (should-not (scim-attribute few 'userName)))
      (should (scim-attribute (scim-get 'User id :attributes 'userName) 'userName))
      (should-not (scim-attribute (scim-get 'User id :excluded-attributes '("title"))
                                  'title)))))

(ert-deftest scim-api-get-not-modified ()
  (scim-test-with-mock
    (let* ((user (scim-api-tests--new-user))
           (id (scim-attribute user 'id)))
      (should (scim-etag user))
      (should (eq :not-modified
                  (scim-get 'User id :if-none-match (scim-etag user))))
      (scim-patch 'User id '((add title "x")))
      (should (equal "x" (scim-attribute
                          (scim-get 'User id :if-none-match (scim-etag user))
                          'title))))))

(ert-deftest scim-api-replace-does-not-overwrite-a-change ()
  (scim-test-with-mock
    (let* ((old (scim-api-tests--new-user))
           (id (scim-attribute old 'id))
           (new (scim-replace 'User id (scim-attribute-set old 'title "first"))))
      (should (equal (scim-attribute new 'title) "first"))
      (should-not (equal (scim-etag new) (scim-etag old)))
      (should-error (scim-replace 'User id (scim-attribute-set old 'title "second"))
                    :type 'scim-precondition-failed)
      (should-error (scim-delete 'User old) :type 'scim-precondition-failed)
      (should (equal (scim-attribute (scim-get 'User id) 'title) "first"))
      (should (equal (scim-attribute
                      (scim-replace 'User id (scim-attribute-set old 'title "third")
                                    :if-match nil)
                      'title)
                     "third")))))

(ert-deftest scim-api-patch-takes-lists-and-alists ()
  (scim-test-with-mock
    (let* ((user (scim-api-tests--new-user
                  '(emails . [((value . "w@example.com") (type . "work"))
                              ((value . "h@example.com") (type . "home"))])
                  '(title . "a")))
           (patched (scim-patch
                     'User user
                     `((replace active :false)
                       (remove "emails[type eq \"home\"]")
                       (remove title)
                       (add nil ((nickName . "Babs")))
                       ((op . "add") (path . "name.familyName")
                        (value . "Jensen")))))
           (now (or patched (scim-get 'User (scim-attribute user 'id)))))
      (should (eq (scim-attribute now 'active) :false))
      (should (equal (scim-attribute now 'emails 'value) '("w@example.com")))
      (should-not (scim-attribute now 'title))
      (should (equal (scim-attribute now 'nickName) "Babs"))
      (should (equal (scim-attribute now 'name 'familyName) "Jensen"))
      ;; USER is what it was before, so its ETag does not hold any more.
      (should-error (scim-patch 'User user '((replace active t)))
                    :type 'scim-precondition-failed)
      (should-error (scim-patch 'User (scim-attribute user 'id) '((replace)))
                    :type 'wrong-type-argument))))

(ert-deftest scim-api-conditions ()
  (scim-test-with-mock
    (let* ((user (scim-api-tests--new-user))
           (name (scim-attribute user 'userName))
           (twin `((schemas . ["urn:ietf:params:scim:schemas:core:2.0:User"])
                   (userName . ,name)))
           (err (should-error (scim-create 'User twin) :type 'scim-conflict)))
      (should (equal (scim-error-get err :scimType) "uniqueness"))
      (should (= (scim-error-get err :status) 409))
      (should-error (scim-create 'User '((userName . 7)) :validation 'strict)
                    :type 'scim-invalid-payload)
      (should-error (scim-list 'User :filter "userName eq") :type 'scim-error)
      (should-error (scim-get 'User "") :type 'wrong-type-argument)
      (should-error (scim-get 'User nil) :type 'wrong-type-argument)
      (should-error (scim-get 'User "x" :tenant "nowhere")
                    :type 'scim-configuration-error)
      (let ((scim-tenant "nowhere"))
        (should-error (scim-get 'User "x") :type 'scim-configuration-error)))))

(ert-deftest scim-api-big-integers-and-empty-values-reach-the-server ()
  (scim-test-with-mock
    (let* ((urn 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User)
           (user (scim-create
                  'User
                  `((schemas . ["urn:ietf:params:scim:schemas:core:2.0:User"
                                ,(symbol-name urn)])
                    (userName . ,(format "big-%d" (emacs-pid)))
                    (emails . [])
                    (nickName . "\0\t")
                    (,urn . ((department . "Tours")))))))
      (should (equal (scim-attribute user urn 'department) "Tours"))
      (should (equal (scim-attribute user 'nickName) "\0\t")))))

;;;; Lists

(ert-deftest scim-api-list-is-complete ()
  (scim-test-with-mock
    (let ((listing (scim-list 'User :count 10)))
      (should (eq (scim-listing-completeness listing) 'complete))
      (should (= (length (scim-listing-resources listing))
                 (scim-listing-total listing)))
      (should (> (scim-listing-total listing) 10))
      (should (eq (scim-listing-all listing) (scim-listing-resources listing)))
      (should (cl-every (lambda (user) (stringp (scim-attribute user 'userName)))
                        (scim-listing-resources listing)))
      ;; Nobody can take it for a list.
      (should-not (listp listing)))))

(ert-deftest scim-api-list-says-that-it-is-partial ()
  (scim-test-with-mock
    (let* ((listing (scim-list 'User :limit 3))
           (err (should-error (scim-listing-all listing)
                              :type 'scim-incomplete-list)))
      (should (eq (scim-listing-completeness listing) 'partial))
      (should (stringp (scim-listing-reason listing)))
      (should (= 3 (length (scim-listing-resources listing))))
      (should (string-match-p "3 resources" (cadr err))))))

(ert-deftest scim-api-list-filters-and-sorts ()
  (scim-test-with-mock
    (let* ((title (format "odd \"title\" \\ %d" (emacs-pid)))
           (_ (dolist (name '("b" "c" "a"))
                (scim-api-tests--new-user `(title . ,title) `(nickName . ,name))))
           (found (scim-list 'User :filter (scim-filter "title eq %s" title)
                             :sort-by 'nickName :sort-order 'descending
                             :attributes '(nickName))))
      (should (equal (mapcar (lambda (user) (scim-attribute user 'nickName))
                             (scim-listing-all found))
                     '("c" "b" "a")))
      (should-not (scim-attribute (car (scim-listing-all found)) 'title))
      (should-not (scim-listing-all
                   (scim-list 'User :filter (scim-filter "title eq %s"
                                                         "x\" or title pr or title eq \"")))))))

(ert-deftest scim-api-filter-writes-values ()
  (should (equal (scim-filter "a eq %s and b gt %s and c eq %s or d eq %s %%"
                              "q\"\\" 5 t :null)
                 "a eq \"q\\\"\\\\\" and b gt 5 and c eq true or d eq null %"))
  (should (equal (scim-filter-quote "é\n") "\"é\\n\""))
  (should-error (scim-filter "a eq %s" 'x) :type 'wrong-type-argument)
  (should-error (scim-filter "a eq %s" nil) :type 'wrong-type-argument))

;;;; Without waiting

(ert-deftest scim-api-callback-gets-what-would-be-returned ()
  (scim-test-with-mock
    (let* ((user (scim-api-tests--new-user))
           (id (scim-attribute user 'id))
           got listing deleted)
      (should-not (listp (scim-get 'User id :callback (lambda (it) (setq got it)))))
      (should-not got)
      (should (equal (scim-api-tests--await got) user))
      (scim-list 'User :limit 1 :callback (lambda (it) (setq listing it)))
      (should (scim-listing-p (scim-api-tests--await listing)))
      (scim-delete 'User id :callback (lambda (it) (setq deleted it)))
      (scim-api-wait)
      (should (eq deleted t)))))

(ert-deftest scim-api-errback-gets-the-condition ()
  (scim-test-with-mock
    (let (condition)
      (scim-get 'User "nobody" :callback #'ignore
                :errback (lambda (it) (setq condition it)))
      (scim-api-wait)
      (should (eq (car condition) 'scim-not-found))
      (should (= 404 (scim-error-get condition :status))))))

(ert-deftest scim-api-no-failure-gets-lost ()
  (scim-test-with-mock
    (let* (conditions
           (scim-api-unhandled-error-function
            (lambda (condition) (push condition conditions))))
      (scim-get 'User "nobody" :callback #'ignore)
      (scim-api-wait)
      (scim-list 'User :limit 1 :callback (lambda (_) (error "In the callback")))
      (scim-api-wait)
      (should (equal (mapcar #'car (reverse conditions))
                     '(scim-not-found error))))))

(ert-deftest scim-api-cancel ()
  (scim-test-with-mock
    (scim-list 'User :limit 1)
    (let* (called condition
           (handle (scim-list 'User :count 1
                              :callback (lambda (_) (setq called t))
                              :errback (lambda (it) (setq condition it)))))
      (scim-cancel handle)
      (scim-api-wait)
      (should (eq (car condition) 'scim-cancelled))
      (should-not called)
      (should (= 1 (length (scim-listing-resources (scim-list 'User :limit 1))))))))

(ert-deftest scim-api-names-the-workspace ()
  (scim-test-with-mock
    (let ((directory (file-name-as-directory (make-temp-file "scim-api-" t)))
          (url (scim-test-mock-url)))
      (unwind-protect
          (progn
            (write-region (format "tenants:
  here:
    baseUrl: %s
    auth: { scheme: bearer, token: 'env:SCIM_AUTH_TOKEN' }
" url)
                          nil (expand-file-name "scim.yaml" directory) nil 'silent)
            (should (scim-list 'User :limit 1 :tenant "here" :root directory))
            (let ((scim-workspace (directory-file-name directory))
                  (scim-tenant "here"))
              (should (scim-list 'User :limit 1)))
            (should (equal (list directory)
                           (delq nil (mapcar (lambda (it) (plist-get it :root))
                                             (scim-rpc-bridges))))))
        (scim-rpc-stop directory)
        (delete-directory directory t)))))

(provide 'scim-api-tests)
;;; scim-api-tests.el ends here
