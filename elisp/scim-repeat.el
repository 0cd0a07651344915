;;; scim-repeat.el --- Keys that repeat SCIM commands -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; For `repeat-mode' (Emacs 28): after C-c C-n in a request file, n and p
;; go on.  Only commands that move are repeated by one letter: none that
;; sends anything.  Commands with one letter of their own need none of
;; this.

;;; Code:

(defun scim-repeat--define (next previous)
  "Return a keymap in which n and p are NEXT and PREVIOUS, two commands.
So are N and P, where these letters have begun it."
  (let ((map (make-sparse-keymap)))
    (define-key map "n" next)
    (define-key map "p" previous)
    (define-key map "N" next)
    (define-key map "P" previous)
    map))

(defmacro scim-repeat--defmap (map next previous what)
  "Define the keymap MAP that repeats NEXT and PREVIOUS; they move between WHAT."
  `(progn
     (defvar ,map (scim-repeat--define ',next ',previous)
       ,(format "Keymap of `repeat-mode' between %s." what))
     (put ',next 'repeat-map ',map)
     (put ',previous 'repeat-map ',map)))

(scim-repeat--defmap scim-repeat-request-map
                     scim-request-next scim-request-previous "requests")
(scim-repeat--defmap scim-repeat-response-map
                     scim-response-newer scim-response-older
                     "answers to a request")
(scim-repeat--defmap scim-repeat-response-links-map
                     scim-response-links-next scim-response-links-previous
                     "links of an answer")
(scim-repeat--defmap scim-repeat-log-failure-map
                     scim-log-next-failure scim-log-previous-failure
                     "failures in a log")
(scim-repeat--defmap scim-repeat-difference-map
                     scim-replay-next-difference scim-replay-previous-difference
                     "differences of replayed traffic")
(scim-repeat--defmap scim-repeat-section-map
                     scim-home-next-section scim-home-previous-section
                     "sections of the home buffer")
(scim-repeat--defmap scim-repeat-page-map
                     scim-mock-resources-next-page
                     scim-mock-resources-previous-page
                     "pages of a mock server")
(scim-repeat--defmap scim-repeat-report-map
                     scim-report-next scim-report-previous "lines of a report")
(scim-repeat--defmap scim-repeat-tour-map
                     scim-tour-next scim-tour-previous "steps of the tour")

(provide 'scim-repeat)
;;; scim-repeat.el ends here
