;;; scim-response-links.el --- Links in the answers of SCIM servers -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Ids, $ref, locations, members and managers in the body of an answer
;; lead to resources.  Which ones, the bridge knows; it is asked when a
;; body is shown, and the body is there before the answer comes.

;;; Code:

(require 'seq)
(require 'scim-protocol)
(require 'scim-rpc)
(require 'scim-visit)

(defvar-local scim-response-links--serial 0
  "Number of the last question, so that older answers are dropped.")

(defvar-local scim-response-links--resource nil
  "URI of the resource that the body is, or nil.")

(defvar scim-response-links-map
  (let ((map (make-sparse-keymap)))
    (define-key map [mouse-2] #'scim-response-links-click)
    (define-key map [follow-link] 'mouse-face)
    map)
  "Keymap on links.")

(defun scim-response-links-show (start body tenant asked)
  "Make links of the parts of BODY, which begins at START, that lead somewhere.
TENANT is whose answer it is, and ASKED what was asked, as text.  The
bridge is not started for it."
  (setq scim-response-links--resource nil)
  (let ((serial (setq scim-response-links--serial
                      (1+ scim-response-links--serial))))
    (when (scim-rpc-ready-p (scim-rpc-root))
      (scim-rpc-request-async
       scim-protocol-request-links
       `( :body ,(scim-rpc-text-ref body) :target ,asked
          ,@(and tenant (list :tenant tenant)))
       :progress #'ignore
       :success (lambda (answer)
                  (when (eql serial scim-response-links--serial)
                    (scim-response-links--add start answer)))
       ;; Nobody has asked for links, so nobody is told of a failure.
       :error #'ignore))))

(defun scim-response-links--add (start answer)
  "Add the links in ANSWER to the body that begins at START."
  (setq scim-response-links--resource (plist-get answer :resource))
  (with-silent-modifications
    (seq-doseq (link (plist-get answer :links))
      (let ((beg (min (point-max) (+ start (plist-get link :start))))
            (end (min (point-max) (+ start (plist-get link :end)))))
        (add-text-properties
         beg end
         (list 'scim-response-uri (plist-get link :uri)
               'help-echo (plist-get link :tooltip)
               'mouse-face 'highlight
               'keymap scim-response-links-map)))))
  (font-lock-flush))

(defun scim-response-links-match (limit)
  "Find the next link before LIMIT, for font lock."
  (let* ((beg (if (get-text-property (point) 'scim-response-uri)
                  (point)
                (next-single-property-change (point) 'scim-response-uri
                                             nil limit)))
         (end (and (< beg limit)
                   (next-single-property-change beg 'scim-response-uri
                                                nil limit))))
    (when end
      (goto-char end)
      (set-match-data (list beg end))
      t)))

(defun scim-response-links-follow ()
  "Visit what the link at point leads to; return nil when there is none."
  (when-let ((uri (get-text-property (point) 'scim-response-uri)))
    (scim-visit uri)
    t))

(defun scim-response-links-click (event)
  "Visit what the link that EVENT clicked on leads to."
  (interactive "e")
  (mouse-set-point event)
  (scim-response-links-follow))

(defun scim-response-links-next (&optional count)
  "Go to the next link, or forward by COUNT links."
  (interactive "p")
  (let ((count (or count 1)))
    (if (< count 0)
        (scim-response-links-previous (- count))
      (dotimes (_ count)
        (goto-char (scim-response-links--after))))))

(defun scim-response-links--after ()
  "Return where the next link begins, or signal a `user-error'."
  (let ((position (next-single-property-change (point) 'scim-response-uri)))
    (when (and position (not (get-text-property position 'scim-response-uri)))
      (setq position (next-single-property-change position
                                                  'scim-response-uri)))
    (or position (user-error "No more links"))))

(defun scim-response-links-previous (&optional count)
  "Go to the previous link, or back by COUNT links."
  (interactive "p")
  (dotimes (_ (or count 1))
    (goto-char (scim-response-links--before))))

(defun scim-response-links--before ()
  "Return where the previous link begins, or signal a `user-error'."
  (let ((position (previous-single-property-change (point)
                                                   'scim-response-uri)))
    (when (and position (not (get-text-property position 'scim-response-uri)))
      (setq position (previous-single-property-change position
                                                      'scim-response-uri)))
    (or position (user-error "No more links"))))

(defun scim-response-edit ()
  "Edit the resource that was answered, or the one that point is on."
  (interactive)
  (scim-visit (or scim-response-links--resource
                  (get-text-property (point) 'scim-response-uri)
                  (user-error "The answer is not a resource"))))

(provide 'scim-response-links)
;;; scim-response-links.el ends here
