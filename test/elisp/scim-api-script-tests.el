;;; scim-api-script-tests.el --- Tests for what scripts can do -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Against the real bridge and mock servers in the place of the default
;; tenant, whose data each test knows.

;;; Code:

(require 'scim-api-all)
(require 'scim-test-mock)

(defconst scim-api-script-tests--mock "\
resources:
  Users:
    - { id: u1, userName: ann@example.com, displayName: Ann Öberg, title: Guide, active: true, emails: [{ value: ann@example.com, type: work }] }
    - { id: u2, userName: bob@example.com, displayName: 'בוב כהן', title: Guide, active: true }
    - { id: u3, userName: eve@example.com, displayName: Eve 🦊, active: false }
    - { id: u4, userName: twin@example.com, displayName: Eve 🦊, active: true }
  Groups:
    - { id: g1, displayName: Tour Guides, members: [{ value: u1 }] }
    - { id: g2, displayName: Empty }
" "A mock server with four users and two groups.")

(defmacro scim-api-script-tests--with-mock (&rest body)
  "Evaluate BODY with the users and groups of these tests."
  (declare (indent 0) (debug t))
  `(scim-test-with-mock
     (scim-with-mock (scim-api-script-tests--mock)
       ,@body)))

(defun scim-api-script-tests--ids (listing)
  "Return the ids of LISTING, which has to be complete."
  (mapcar (lambda (each) (scim-attribute each 'id))
          (scim-listing-all listing)))

(defun scim-api-script-tests--writes ()
  "Return the requests that have written to the mock server."
  (seq-remove (lambda (request) (equal (scim-attribute request 'method) "GET"))
              (scim-mock-requests scim-current-mock)))

(defmacro scim-api-script-tests--later (form)
  "Evaluate FORM, a call, with :callback and :errback; return what came.
That is a list of the value and the condition, one of which is nil."
  `(let ((came nil))
     (should (scim-api--task-p
              (,@form :callback (lambda (value) (push (list value nil) came))
                      :errback (lambda (condition)
                                 (push (list nil condition) came)))))
     (scim-api-wait)
     (should (= 1 (length came)))
     (car came)))

;;;; Raw requests

(ert-deftest scim-api-script-request ()
  (scim-api-script-tests--with-mock
    (let ((answer (scim-request 'get "/Users/u1")))
      (should (= 200 (scim-answer-status answer)))
      (should (equal (scim-answer-etag answer)
                     (cdr (assoc "etag" (scim-answer-headers answer)))))
      (should (string-search "Ann Öberg" (scim-answer-text answer)))
      (should (equal "u1" (scim-attribute (scim-answer-data answer) 'id)))
      (should (equal 304 (scim-answer-status
                          (scim-request
                           "GET" "/Users/u1"
                           :headers `(("If-None-Match"
                                       . ,(scim-answer-etag answer))))))))
    (let ((err (should-error (scim-request 'GET "/Users/nobody")
                             :type 'scim-not-found)))
      (should (= 404 (scim-error-get err :status))))
    (should (= 404 (scim-answer-status
                    (scim-request 'GET "/Users/nobody" :any-status t))))
    (let ((made (scim-request 'POST "/Users"
                              :body '((schemas . ["urn:ietf:params:scim:schemas:core:2.0:User"])
                                      (userName . "raw@example.com")))))
      (should (= 201 (scim-answer-status made)))
      (should (string-search "/Users/" (scim-answer-location made))))
    (should (eq 'scim-not-found
                (car (cadr (scim-api-script-tests--later
                            (scim-request 'GET "/Users/nobody"))))))
    (should-error (scim-request 'GET "http://elsewhere.example/Users"))))

(ert-deftest scim-api-script-request-of-a-read-only-tenant ()
  (scim-test-with-mock
    (write-region (concat "tenants:\n  t:\n    baseUrl: " (scim-test-mock-url)
                          "\n    auth: { scheme: none }\n    readOnly: true\n")
                  nil "scim.yaml" nil 'silent)
    (let ((err (should-error (scim-request 'DELETE "/Users/u1")
                             :type 'scim-refused)))
      (should (equal "tenant.readOnly" (scim-error-get err :code))))))

(defconst scim-api-script-tests--file "\
@name = ann@example.com

### find
GET /Users?filter=userName eq \"{{name}}\"

?? status == 200
@id = body.Resources[0].id

### get
GET /Users/{{id}}

?? body.displayName == \"Ann Öberg\"
" "A request file.")

(ert-deftest scim-api-script-run-file ()
  (scim-api-script-tests--with-mock
    (write-region scim-api-script-tests--file nil "a.scim" nil 'silent)
    (let ((run (scim-run-file "a.scim")))
      (should (equal "u1" (cdr (assoc "id" (scim-run-captures run)))))
      (should (equal '(passed passed)
                     (mapcar (lambda (result) (scim-attribute result 'outcome))
                             (scim-run-results run))))
      (should (string-search "Ann Öberg"
                             (scim-attribute (nth 1 (scim-run-results run))
                                             'body))))
    (let ((err (should-error (scim-run-file
                              "a.scim" :variables '((name . "bob@example.com"))
                              :continue t)
                             :type 'scim-assertion-failed)))
      (should (string-search "displayName" (cadr err)))
      (should (equal '(passed failed)
                     (mapcar (lambda (result) (scim-attribute result 'outcome))
                             (scim-error-outcomes err)))))
    ;; One request knows what was captured before, the last time from Bob.
    (let ((run (scim-run-file "a.scim" :request "get"
                              :text "### get\nGET /Users/{{id}}\n")))
      (should (string-search "בוב כהן"
                             (scim-attribute (car (scim-run-results run))
                                             'body))))
    (should-error (scim-run-file "a.scim" :text "### get\nGET /Users/{{id}}\n")
                  :type 'scim-request-file-error)
    (should (scim-run-file "a.scim" :text "### get\nGET /Users/{{id}}\n"
                           :variables '((id . "u1"))))
    (should (eq 'scim-assertion-failed
                (car (cadr (scim-api-script-tests--later
                            (scim-run-file "a.scim" :variables
                                           '((name . "bob@example.com"))))))))))

(ert-deftest scim-api-script-eval ()
  (scim-api-script-tests--with-mock
    (should (string-search "Ann Öberg" (scim-eval "get user ann@example.com")))
    (should (string-search "Ann Öberg" (car (scim-api-script-tests--later
                                             (scim-eval "*1")))))
    (let ((err (should-error (scim-eval "get user nobody")
                             :type 'scim-eval-failed)))
      (should (string-search "Nothing among User" (cadr err))))))

;;;; Lists

(ert-deftest scim-api-script-pages-come-in-their-own-time ()
  (scim-api-script-tests--with-mock
    (let* ((pages nil)
           (end (scim-do-pages
                 (lambda (users)
                   (push (mapcar (lambda (user) (scim-attribute user 'id)) users)
                         pages)
                   ;; The function may use the API itself.
                   (should (scim-get 'User "u1")))
                 'User :count 2)))
      (should (equal (nreverse pages) '(("u1" "u2") ("u3" "u4"))))
      (should (eq 'complete (scim-listing-completeness end)))
      (should (= 4 (scim-listing-total end))))
    (let* ((names nil)
           (end (scim-map-resources
                 (lambda (user)
                   (push (scim-attribute user 'userName) names)
                   (if (= 3 (length names)) :stop))
                 'User :count 2 :attributes 'userName)))
      (should (equal names '("eve@example.com" "bob@example.com"
                             "ann@example.com")))
      (should (eq 'partial (scim-listing-completeness end)))
      (should-error (scim-listing-all end) :type 'scim-incomplete-list))
    (should (equal "u1" (catch 'found
                          (scim-map-resources
                           (lambda (user) (throw 'found (scim-attribute user 'id)))
                           'User))))
    (let (ids)
      (scim-map-resources (lambda (each) (push (scim-attribute each 'id) ids))
                          nil :search t :filter "displayName eq \"Tour Guides\"")
      (should (equal ids '("g1"))))))

(ert-deftest scim-api-script-pages-later ()
  (scim-api-script-tests--with-mock
    (let* ((sizes nil)
           (came (scim-api-script-tests--later
                  (scim-do-pages (lambda (users) (push (length users) sizes))
                                 'User :count 3))))
      (should (equal sizes '(1 3)))
      (should (eq 'complete (scim-listing-completeness (car came)))))
    (let ((came (scim-api-script-tests--later
                 (scim-do-pages #'ignore 'Nonsense))))
      (should (eq 'scim-configuration-error (car (cadr came)))))))

(ert-deftest scim-api-script-cancel-between-two-requests ()
  (scim-api-script-tests--with-mock
    (let (handle came)
      (setq handle
            (scim-do-pages (lambda (_) (scim-cancel handle)) 'User :count 2
                           :callback (lambda (_) (setq came 'called))
                           :errback (lambda (condition) (setq came condition))))
      (scim-api-wait)
      (should (eq 'scim-cancelled (car came))))))

(ert-deftest scim-api-script-export ()
  (scim-api-script-tests--with-mock
    (should (equal (scim-export 'User 'csv :columns '(userName displayName)
                                :filter "title eq \"Guide\"" :sort-by 'userName)
                   (concat "userName,displayName,id\r\n"
                           "ann@example.com,Ann Öberg,u1\r\n"
                           "bob@example.com,בוב כהן,u2\r\n")))
    (should (= 2 (scim-export 'User 'json :file "guides.json" :ids '("u1" "u3"))))
    (should (equal '("u1" "u3")
                   (mapcar (lambda (user) (scim-attribute user 'id))
                           (scim-json-parse (with-temp-buffer
                                              (insert-file-contents "guides.json")
                                              (buffer-string))))))))

;;;; Services

(ert-deftest scim-api-script-find ()
  (scim-api-script-tests--with-mock
    (should (equal '("u3" "u4")
                   (sort (mapcar (lambda (each) (scim-attribute each 'id))
                                 (scim-listing-resources
                                  (scim-find "eve" :type 'User)))
                         #'string<)))
    (should (equal "g1" (scim-attribute (scim-find-one "tour guides") 'id)))
    (let ((err (should-error (scim-find-one "Eve 🦊" :type '(User))
                             :type 'scim-ambiguous-name)))
      (should (= 2 (length (scim-error-outcomes err)))))
    (should-error (scim-find-one "nobody at all") :type 'scim-not-found)
    ;; What was made a moment ago is found.
    (scim-create 'User '((schemas . ["urn:ietf:params:scim:schemas:core:2.0:User"])
                         (userName . "evening@example.com")))
    (should (= 3 (length (scim-listing-resources
                          (scim-find "eve" :type 'User)))))))

(ert-deftest scim-api-script-service ()
  (scim-api-script-tests--with-mock
    (should (equal '("User" "Group")
                   (mapcar (lambda (type) (scim-attribute type 'name))
                           (scim-resource-types))))
    (should (eq t (scim-attribute (scim-service) 'patch 'supported)))
    (should (member "userName" (scim-attribute (scim-schema 'User)
                                               'attributes 'name)))
    (should (equal "EnterpriseUser"
                   (scim-attribute
                    (scim-schema "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")
                    'name)))
    (should-error (scim-schema 'Nonsense) :type 'scim-configuration-error)
    (let ((seen (scim-observe)))
      (should (seq-find (lambda (each)
                          (eq 'works (scim-attribute each 'observed)))
                        seen))
      (should (seq-find (lambda (each)
                          (eq 'unknown (scim-attribute each 'declared)))
                        seen)))
    (should (listp (scim-deviations)))))

(ert-deftest scim-api-script-tenants-and-traffic ()
  (scim-api-script-tests--with-mock
    (let ((tenant (car (scim-tenants))))
      (should (scim-attribute tenant 'default))
      (should (scim-attribute tenant 'mock))
      (should-not (scim-attribute tenant 'production)))
    (should (memq 'ok (mapcar (lambda (finding) (scim-attribute finding 'status))
                              (scim-doctor-run))))
    (scim-get 'User "u2")
    (let ((last (car (last (scim-history)))))
      (should (string-suffix-p "/Users/u2" (scim-attribute last 'url)))
      (should (= 200 (scim-attribute last 'status)))
      (should (string-search "בוב" (scim-attribute last 'response))))
    (should (= (length (scim-history)) (scim-save-har "run.har")))
    (should (scim-json-parse (with-temp-buffer
                               (insert-file-contents "run.har")
                               (buffer-string))))))

;;;; Members

(ert-deftest scim-api-script-members ()
  (scim-api-script-tests--with-mock
    (should (equal '("u1") (scim-api-script-tests--ids (scim-members "g1"))))
    (let ((came (scim-add-members "g1" (list "u2" (scim-get 'User "u3")))))
      (should (equal '("u2" "u3") (scim-attribute came 'added)))
      (should (natnump (scim-attribute came 'requests))))
    (should (equal '("u1" "u2" "u3")
                   (sort (scim-api-script-tests--ids (scim-members "g1"))
                         #'string<)))
    (should (member "בוב כהן"
                    (mapcar (lambda (each) (scim-attribute each 'name))
                            (scim-listing-all (scim-members "g1" :names t)))))
    (should (equal '("g1") (scim-api-script-tests--ids (scim-memberships "u2"))))
    (scim-remove-members (scim-get 'Group "g1") '("u1" "u2"))
    (should (equal '("u3") (scim-api-script-tests--ids (scim-members "g1"))))
    (should (equal '("u3") (scim-api-script-tests--ids
                            (car (scim-api-script-tests--later
                                  (scim-members "g1"))))))))

(ert-deftest scim-api-script-members-that-the-service-refuses ()
  (scim-api-script-tests--with-mock
    (should-error (scim-add-members "g1" '("nobody")) :type 'scim-error)
    (should (equal '("u1") (scim-api-script-tests--ids (scim-members "g1"))))))

;;;; Actions

(ert-deftest scim-api-script-plan-and-run ()
  (scim-api-script-tests--with-mock
    (let ((plan (scim-action-plan 'User 'deactivate '("u1" "u2" "u3")))
          (told nil))
      (should (= 2 (scim-action-plan-requests plan)))
      (should (= 1 (scim-action-plan-unchanged plan)))
      (should (equal '(planned planned unchanged)
                     (mapcar (lambda (item) (scim-attribute item 'outcome))
                             (scim-action-plan-items plan))))
      (should (string-search "PATCH" (scim-action-plan-text plan "u1")))
      (scim-action-plan-exclude plan '("u2"))
      (should (= 1 (scim-action-plan-count plan)))
      (should-not (scim-api-script-tests--writes))
      (let ((items (scim-action-plan-run
                    plan :on-item (lambda (item)
                                    (push (scim-attribute item 'id) told)))))
        (should (equal '(("u1" done) ("u3" unchanged))
                       (mapcar (lambda (item)
                                 (list (scim-attribute item 'id)
                                       (scim-attribute item 'outcome)))
                               items))))
      (should (member "u1" told))
      (should (eq :false (scim-attribute (scim-get 'User "u1") 'active)))
      (should-error (scim-action-plan-run plan)))))

(ert-deftest scim-api-script-act ()
  (scim-api-script-tests--with-mock
    (scim-act 'User '(replace title "Führer 🦊") '("u1" "u2"))
    (should (equal "Führer 🦊" (scim-attribute (scim-get 'User "u2") 'title)))
    (scim-act 'User '(replace active :false) '("u1"))
    (should (eq :false (scim-attribute (scim-get 'User "u1") 'active)))
    (scim-act 'User '(remove title) '("u1"))
    (should-not (scim-attribute (scim-get 'User "u1") 'title))
    (scim-act 'User '(add-to-groups "g2") '("u1" "u2"))
    (should (equal '("u1" "u2")
                   (sort (scim-api-script-tests--ids (scim-members "g2"))
                         #'string<)))
    (scim-act 'User '(remove-from-groups "g2") '("u1"))
    (should (equal '("u2") (scim-api-script-tests--ids (scim-members "g2"))))
    (scim-act 'User '(patch ((replace nickName "Babs"))) '("u1"))
    (should (equal "Babs" (scim-attribute (scim-get 'User "u1") 'nickName)))
    (should (eq 'done (scim-attribute
                       (caar (scim-api-script-tests--later
                              (scim-act 'User 'delete '("u4"))))
                       'outcome)))
    (should-error (scim-get 'User "u4") :type 'scim-not-found)
    (should-error (scim-act 'User 'dance '("u1")) :type 'wrong-type-argument)))

(ert-deftest scim-api-script-act-partly ()
  (scim-api-script-tests--with-mock
    (let ((err (should-error (scim-act 'User 'deactivate '("u1" "nobody"))
                             :type 'scim-partial-error)))
      (should (equal '(("u1" . done) ("nobody" . skipped))
                     (mapcar (lambda (item)
                               (cons (scim-attribute item 'id)
                                     (scim-attribute item 'outcome)))
                             (scim-error-outcomes err))))
      (should (= scim-protocol-exit-partly-applied
                 (scim-error-get err :exitCode))))
    (let ((bad nil))
      (should (= 2 (length (scim-act 'User 'activate '("u1" "nobody")
                                     :on-error (lambda (item) (push item bad))))))
      (should (equal '("nobody")
                     (mapcar (lambda (item) (scim-attribute item 'id)) bad))))))

;;;; Comparing

(ert-deftest scim-api-script-compare ()
  (scim-api-script-tests--with-mock
    (let ((came (scim-compare 'User "u1" (scim-get 'User "u2"))))
      (should (member "displayName" (scim-attribute came 'differing)))
      (should-not (member "title" (scim-attribute came 'differing)))
      (should (string-search "בוב" (scim-attribute came 'diff))))
    (should-not (scim-attribute (scim-compare 'User "u1" "u1") 'differing))))

(ert-deftest scim-api-script-compare-tenants ()
  (scim-test-with-mock
    (write-region "tenants:
  a: { baseUrl: 'https://a.example/scim', auth: { scheme: none } }
  b: { baseUrl: 'https://b.example/scim', auth: { scheme: none } }
" nil "scim.yaml" nil 'silent)
    (scim-with-mock (scim-api-script-tests--mock :tenant "a")
      (scim-with-mock ("resources: { Users: [
        { userName: ANN@example.com, displayName: Ann, active: true, title: Guide },
        { userName: new@example.com }] }"
                       :tenant "b")
        (let* ((came (scim-compare-lists 'User "a" "b" 'userName
                                         :attributes '(displayName title)))
               (rows (scim-attribute came 'rows)))
          (should (= 3 (scim-attribute came 'counts 'onlyA)))
          (should (= 1 (scim-attribute came 'counts 'onlyB)))
          (should (member '(differing . "ann@example.com")
                          (mapcar (lambda (row)
                                    (cons (scim-attribute row 'kind)
                                          (downcase (scim-attribute row 'key))))
                                  rows))))))))

(ert-deftest scim-api-script-merge ()
  (scim-api-script-tests--with-mock
    (let* ((base (scim-get 'User "u1"))
           (mine (scim-attribute-set base 'title "Leader"))
           (theirs (progn (scim-patch 'User "u1" '((replace nickName "Annie")))
                          (scim-get 'User "u1")))
           (merged (scim-merge 'User base mine theirs)))
      (should (equal "Leader" (scim-attribute merged 'title)))
      (should (equal "Annie" (scim-attribute merged 'nickName)))
      (should (equal (scim-etag theirs) (scim-etag merged)))
      (should-error (scim-update 'User mine) :type 'scim-precondition-failed)
      (scim-update 'User merged)
      (let* ((now (scim-get 'User "u1"))
             (other (scim-attribute-set theirs 'title "Boss"))
             (err (should-error (scim-merge 'User base mine other)
                                :type 'scim-merge-error)))
        (should (equal "Annie" (scim-attribute now 'nickName)))
        (should (equal '((path . "title") (base . "Guide") (mine . "Leader")
                         (theirs . "Boss"))
                       (car (scim-error-outcomes err))))
        (should (equal "Boss" (scim-attribute
                               (scim-merge 'User base mine other
                                           :on-conflict 'theirs)
                               'title)))
        (should (equal "Leader" (scim-attribute
                                 (scim-merge 'User base mine other
                                             :on-conflict 'mine)
                                 'title)))))))

;;;; Without harm

(ert-deftest scim-api-script-update-preview ()
  (scim-api-script-tests--with-mock
    (let* ((user (scim-get 'User "u1"))
           (sent (scim-update-preview
                  'User (scim-attribute-set user 'title "Chef 🦊"))))
      (should (= 1 (length sent)))
      (should (equal "PATCH" (scim-attribute (car sent) 'method)))
      (should (string-search "Chef 🦊" (scim-attribute (car sent) 'body)))
      (should (equal (scim-etag user)
                     (cdr (assoc-string "If-Match"
                                        (scim-attribute (car sent) 'headers) t))))
      (should-not (scim-update-preview 'User user))
      (should (= 1 (length (car (scim-api-script-tests--later
                                 (scim-update-preview
                                  'User (scim-attribute-set user 'title "x")))))))
      (should-not (scim-api-script-tests--writes)))))

(ert-deftest scim-api-script-dry-run ()
  (scim-api-script-tests--with-mock
    (let ((sent (scim-with-dry-run
                  (let ((user (scim-create
                               'User '((schemas . ["urn:ietf:params:scim:schemas:core:2.0:User"])
                                       (userName . "dry@example.com")
                                       (password . "hunter2-s3cret")))))
                    (should (equal "dry-run-1" (scim-attribute user 'id)))
                    (should-not (scim-patch 'User user '((replace active t))))
                    (scim-add-members "g1" (list user "u2")))
                  (scim-act 'User 'deactivate '("u1" "u2"))
                  (should (equal '(success success)
                                 (mapcar (lambda (result)
                                           (scim-attribute result 'outcome))
                                         (scim-bulk
                                          '(((method . "POST") (path . "/Groups")
                                             (data . ((schemas . ["urn:ietf:params:scim:schemas:core:2.0:Group"])
                                                      (displayName . "x"))))
                                            ((method . "DELETE")
                                             (path . "/Users/u1")))))))
                  (scim-request 'PUT "/Users/u9" :body "{}"))))
      (should (equal '("POST" "PATCH" "PATCH" "PATCH" "PATCH" "POST" "PUT")
                     (mapcar (lambda (request) (scim-attribute request 'method))
                             sent)))
      (should (equal sent scim-dry-run))
      (should-not (string-search "hunter2" (format "%S" sent)))
      (should (string-search "dry@example.com" (scim-attribute (car sent) 'body))))
    (should-not (scim-api-script-tests--writes))
    (should-error (scim-with-dry-run
                    (scim-delete 'User "u1")
                    (error "Stopped"))
                  :type 'error)
    (should (equal '("DELETE") (mapcar (lambda (request)
                                         (scim-attribute request 'method))
                                       scim-dry-run)))))

(ert-deftest scim-api-script-dry-run-of-later-requests ()
  (scim-api-script-tests--with-mock
    (let* ((sent (scim-with-dry-run
                   (scim-add-members "g1" '("u2") :callback #'ignore)
                   (scim-delete 'User "u1" :callback #'ignore))))
      (should (equal '("DELETE" "PATCH")
                     (sort (mapcar (lambda (request)
                                     (scim-attribute request 'method))
                                   sent)
                           #'string<))))
    (should-not (scim-api-script-tests--writes))
    (scim-delete 'User "u1")
    (should (= 1 (length (scim-api-script-tests--writes))))))

(ert-deftest scim-api-script-mocks-inside-each-other ()
  (scim-test-with-mock
    (scim-with-mock ("resources: { Users: [{ id: outer, userName: o }] }")
      (scim-with-mock ('((resources . ((Users . [((id . "inner")
                                                  (userName . "i"))])))))
        (should (equal '("inner") (scim-api-script-tests--ids (scim-list 'User)))))
      ;; The tenant does not go to the real service before it did so.
      (should (equal '("outer") (scim-api-script-tests--ids (scim-list 'User))))
      (should-error (scim-with-mock ("users: nonsense")) :type 'scim-error)
      (should (equal '("outer") (scim-api-script-tests--ids (scim-list 'User)))))
    (should (> (length (scim-listing-all (scim-list 'User))) 1))))

(ert-deftest scim-api-script-mock-of-a-file ()
  (scim-test-with-mock
    (write-region "generate: { users: 3 }" nil "m.scim-mock" nil 'silent)
    (scim-with-mock (nil :file "m.scim-mock")
      (should (= 3 (length (scim-listing-all (scim-list 'User))))))))

;;;; In batch

(defun scim-api-script-tests--batch (script &rest options)
  "Run SCRIPT with OPTIONS in an Emacs of its own, with a mock server.
Nothing waits for its input, which says yes to everything.  Return its
exit code and what it printed."
  (let ((elisp (expand-file-name "../../elisp" scim-test-directory))
        (default-directory (file-name-as-directory
                            (make-temp-file "scim-script" t))))
    (unwind-protect
        (with-temp-buffer
          (write-region scim-api-script-tests--mock nil "m.scim-mock" nil 'silent)
          (write-region script nil "s.el" nil 'silent)
          (insert "y\nyes\n")
          (list (apply #'call-process-region (point-min) (point-max)
                       (expand-file-name invocation-name invocation-directory)
                       t t nil "-Q" "--batch" "-L" elisp
                       "-l" "scim-batch" "-f" "scim-batch" "--"
                       "mock" "m.scim-mock" "s.el" "--no-doctor" options)
                (buffer-string)))
      (delete-directory default-directory t))))

(ert-deftest scim-api-script-in-batch ()
  (pcase-let ((`(,code ,out)
               (scim-api-script-tests--batch "
(let ((ids nil))
  (scim-map-resources (lambda (user) (push (scim-attribute user 'id) ids)) 'User)
  (princ (format \"dry %d\\n\" (length (scim-with-dry-run
                                     (scim-act 'User 'delete ids)))))
  (scim-act 'User 'deactivate ids
            :on-item (lambda (item)
                       (princ (format \"%s %s\\n\" (scim-attribute item 'id)
                                      (scim-attribute item 'outcome)))))
  (scim-add-members \"g2\" ids)
  (princ (format \"members %d\\n\"
                 (length (scim-listing-all (scim-members \"g2\")))))
  (scim-with-mock (\"generate: { users: 2 }\")
    (princ (format \"inner %d\\n\" (length (scim-listing-all (scim-list 'User))))))
  (princ (scim-eval \"count users\")))")))
    (ert-info (out)
      (should (equal 0 code))
      (dolist (line '("dry 4" "u1 done" "members 4" "inner 2"))
        (should (string-search line out))))))

(ert-deftest scim-api-script-in-batch-that-is-partly-done ()
  (pcase-let ((`(,code ,out)
               (scim-api-script-tests--batch
                "(scim-act 'User 'deactivate '(\"u1\" \"nobody\"))")))
    (ert-info (out)
      (should (equal scim-protocol-exit-partly-applied code))
      (should (string-search "deactivate" out)))))

(provide 'scim-api-script-tests)
;;; scim-api-script-tests.el ends here
