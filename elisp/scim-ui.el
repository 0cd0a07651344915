;;; scim-ui.el --- What the buffers of scim share -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Faces, the highlighting of JSON, and how numbers are written, so that
;; request files, answers and logs look alike.

;;; Code:

(require 'scim-node)

;;;; Faces

(defgroup scim-faces nil
  "Faces of the SCIM workbench."
  :group 'scim
  :group 'faces)

(defface scim-success '((t :inherit success))
  "Face for answers with status 2xx and for what has passed.")

(defface scim-redirect '((t :inherit font-lock-constant-face))
  "Face for answers with status 3xx.")

(defface scim-failure '((t :inherit error))
  "Face for answers with status 4xx and 5xx, and for what has failed.")

(defface scim-warning '((t :inherit warning))
  "Face for warnings, and for lists that are not complete.")

;; Inverse video tells it apart on any terminal and any background.
;; Not bold, because many terminals show bold black as grey.
(defface scim-production '((t :inherit error :weight normal :inverse-video t))
  "Face for tenants that are the real thing.")

(defface scim-dimmed '((t :inherit shadow))
  "Face for what matters less.")

(defface scim-heading '((t :inherit bold))
  "Face for headings.")

(defface scim-method '((t :inherit font-lock-keyword-face))
  "Face for HTTP methods.")

(defface scim-target '((t :inherit font-lock-string-face))
  "Face for the targets of requests.")

(defface scim-header '((t :inherit font-lock-type-face))
  "Face for the names of HTTP headers.")

(defface scim-json-key '((t :inherit font-lock-variable-name-face))
  "Face for the names of JSON members.")

(defface scim-json-string '((t :inherit font-lock-string-face))
  "Face for JSON strings.")

(defface scim-json-constant '((t :inherit font-lock-constant-face))
  "Face for JSON numbers and for true, false and null.")

;;;; JSON

;; The strings are matched without alternatives inside a repetition, which
;; would overflow the stack of the matcher on a long one.
(defconst scim-ui-json-keywords
  `(("\"[^\"\\\n]*\\(?:\\\\.[^\"\\\n]*\\)*\"\\([ \t]*:\\)?"
     (0 (if (match-beginning 1) 'scim-json-key 'scim-json-string)))
    (,(concat "\\_<\\(?:true\\|false\\|null\\)\\_>"
              "\\|-?\\_<[0-9]+\\(?:\\.[0-9]+\\)?\\(?:[eE][-+]?[0-9]+\\)?\\_>")
     (0 'scim-json-constant)))
  "Font lock keywords for JSON.")

(defun scim-ui-json (text)
  "Return TEXT, which is JSON, with faces, for a buffer without font lock."
  (with-temp-buffer
    (insert text)
    (setq-local font-lock-defaults '(scim-ui-json-keywords t))
    (font-lock-ensure)
    (buffer-string)))

;;;; Numbers

(defun scim-ui-status-face (status)
  "Return the face for STATUS, an HTTP status or nil when there was none."
  (cond ((null status) 'scim-failure)
        ((< status 300) 'scim-success)
        ((< status 400) 'scim-redirect)
        (t 'scim-failure)))

(defun scim-ui-status (status)
  "Return STATUS, an HTTP status or nil, as text with its face."
  (propertize (if status (number-to-string status) "---")
              'face (scim-ui-status-face status)
              'font-lock-face (scim-ui-status-face status)))

(defun scim-ui-duration (milliseconds)
  "Return MILLISECONDS as text, in seconds when there are many."
  (if (< milliseconds 10000)
      (format "%d ms" (round milliseconds))
    (format "%.1f s" (/ milliseconds 1000.0))))

(defun scim-ui-bytes (bytes)
  "Return the number BYTES as text."
  (cond ((< bytes 1000) (format "%d B" bytes))
        ((< bytes 1000000) (format "%.1f kB" (/ bytes 1000.0)))
        (t (format "%.1f MB" (/ bytes 1000000.0)))))

;;;; Text

(defun scim-ui-face (text face)
  "Return TEXT with FACE, for a buffer with or without font lock."
  (propertize text 'face face 'font-lock-face face))

(defun scim-ui-literally (text)
  "Return TEXT for a mode line or header line that is to have it as it is."
  (replace-regexp-in-string "%" "%%" text t t))

(defun scim-ui--categorised (choices category)
  "Return CHOICES, a list, as a completion table of CATEGORY, a symbol or nil."
  (if category
      (lambda (string predicate action)
        (if (eq action 'metadata)
            (list 'metadata (cons 'category category))
          (complete-with-action action choices string predicate)))
    choices))

(defun scim-ui-choose (prompt choices &optional default category)
  "Ask with PROMPT for one of CHOICES and return it.
CATEGORY, a symbol, is what they are, for completion.
CHOICES are strings, or conses of a string and what is returned for it;
without any, every answer is taken.  An empty answer means DEFAULT, by
default the first one; case does not matter."
  (let* ((completion-ignore-case t)
         (first (car choices))
         (default (or default (if (consp first) (car first) first)))
         (text (substring-no-properties
                (completing-read (format-prompt (string-trim-right prompt "[: ]+")
                                                default)
                                 (scim-ui--categorised choices category)
                                 nil (and choices t) nil nil default))))
    (if (consp first) (cdr (assoc text choices)) text)))

(defun scim-ui-copy (text what)
  "Put TEXT into the kill ring and say that WHAT was copied."
  (kill-new text)
  (message "Copied %s" what))

(defun scim-ui-new-file (file)
  "Return the absolute name of FILE, after a question if there is such a file.
Signal a `user-error' if it must not be overwritten."
  (let ((file (expand-file-name file)))
    (when (and (file-exists-p file)
               (not (y-or-n-p (format "Overwrite %s? "
                                      (abbreviate-file-name file)))))
      (user-error "Not written"))
    file))

(provide 'scim-ui)
;;; scim-ui.el ends here
