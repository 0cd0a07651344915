;;; scim-json.el --- JSON as Lisp data, without loss -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;; This file is not part of GNU Emacs.

;; This program is free software; you can redistribute it and/or modify
;; it under the terms of the GNU General Public License as published by
;; the Free Software Foundation, either version 3 of the License, or
;; (at your option) any later version.

;; This program is distributed in the hope that it will be useful,
;; but WITHOUT ANY WARRANTY; without even the implied warranty of
;; MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
;; GNU General Public License for more details.

;; You should have received a copy of the GNU General Public License
;; along with this program.  If not, see <https://www.gnu.org/licenses/>.

;;; Commentary:

;; SCIM resources as Lisp data, for people's own scripts.  Every JSON
;; value has exactly one Lisp value, and comes back as it was:
;;
;;   object    alist with symbols as keys, in the order of the text
;;   {}        nil, the empty alist
;;   array     vector
;;   []        the empty vector
;;   string    string; NUL and lone surrogates are characters like others
;;   integer   integer of any size
;;   fraction  float, the nearest double
;;   true      t
;;   false     :false
;;   null      :null
;;
;; A key is the symbol of the same name, so `userName' is written
;; userName, `$ref' is written $ref, and the container of an extension
;; is written with its whole URN,
;;
;;   urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
;;
;; Characters that mean something to the Lisp reader need a backslash
;; in front, as in every symbol.  Of members with the same key the last
;; one counts.
;;
;; Emacs's own parser is used where it gives this result.  It cannot
;; always: that of Emacs 28 refuses integers beyond 64 bits and NUL,
;; that of Emacs 30 keeps members with the same key, and none takes
;; lone surrogates.  What it refuses is read by the reader here, which
;; also says what was expected and where.  Writing is always done here,
;; because `json-serialize' refuses big integers and `json-encode'
;; writes null for {}.

;;; Code:

(require 'cl-lib)
(require 'scim-error)

(define-error 'scim-json-error "JSON" 'scim-error)

(defconst scim-json--max-depth 1000
  "Deepest nesting of arrays and objects that is read or written.
Data that refers to itself is found out by it, too.")

(defvar scim-json--depth 0
  "How many arrays and objects are open around the present value.")

(defmacro scim-json--recursively (&rest body)
  "Evaluate BODY with room for `scim-json--max-depth' levels."
  (declare (indent 0) (debug t))
  ;; About ten Lisp calls for each level.  Emacs 28 limits the variable
  ;; bindings as well.
  `(with-suppressed-warnings ((obsolete max-specpdl-size))
     (let ((scim-json--depth 0)
           (max-lisp-eval-depth (max max-lisp-eval-depth 20000))
           (max-specpdl-size 50000))
       ,@body)))

;;;; Reading

(defconst scim-json--parser-keeps-duplicates
  (and (fboundp 'json-parse-string)
       (ignore-errors
         (cdr (json-parse-string "{\"a\":1,\"a\":2}" :object-type 'alist))))
  "Non-nil when Emacs's own parser keeps members with the same key.")

(defun scim-json-parse (text)
  "Return the Lisp data for the JSON in TEXT, a string.
The Commentary of this file says how each kind of value is
represented.  Signal `scim-json-error' with a message that gives line
and column when TEXT is not JSON, holds more than one value, or holds
a number beyond the range of a float.

  (scim-json-parse \"{\\\"active\\\": false, \\\"emails\\\": []}\")
    => ((active . :false) (emails . []))"
  (condition-case nil
      (let ((value (json-parse-string text :object-type 'alist
                                      :null-object :null
                                      :false-object :false)))
        (if scim-json--parser-keeps-duplicates
            (scim-json--last-wins value)
          value))
    ;; Refused, or Emacs was built without a parser.
    (error (scim-json--parse-slowly text))))

(defun scim-json--last-wins (value)
  "Return VALUE, in which of members with the same key only the last remains."
  (cond ((vectorp value)
         (dotimes (i (length value))
           (aset value i (scim-json--last-wins (aref value i))))
         value)
        ((consp value)
         (dolist (member value)
           (setcdr member (scim-json--last-wins (cdr member))))
         (scim-json--unique value))
        (t value)))

(defun scim-json--unique (alist)
  "Return ALIST with one member for each key.
It stands where the key is first and has the value that is last."
  (let ((seen (make-hash-table :test #'eq :size (length alist)))
        (result nil))
    (pcase-dolist (`(,key . ,value) alist)
      (let ((member (gethash key seen)))
        (if member
            (setcdr member value)
          (push (puthash key (cons key value) seen) result))))
    (nreverse result)))

(defun scim-json--parse-slowly (text)
  "Like `scim-json-parse' for TEXT, by the reader of this file."
  (with-temp-buffer
    (insert text)
    (goto-char (point-min))
    (let ((case-fold-search nil))
      (scim-json--recursively
        (prog1 (scim-json--read)
          (unless (eobp)
            (scim-json--expected "the end")))))))

(defun scim-json--expected (what)
  "Signal `scim-json-error': WHAT was expected at point."
  (signal 'scim-json-error
          (list (format "line %d, column %d: expected %s but found %s"
                        (line-number-at-pos)
                        (1+ (- (point) (line-beginning-position)))
                        what
                        (if (eobp)
                            "the end"
                          (format "`%c'" (char-after)))))))

(defun scim-json--skip-space ()
  "Move over white space."
  (skip-chars-forward " \t\n\r"))

(defun scim-json--read ()
  "Read the value after point and the white space around it."
  (scim-json--skip-space)
  (prog1 (pcase (char-after)
           (?\{ (scim-json--nested #'scim-json--read-object))
           (?\[ (scim-json--nested #'scim-json--read-array))
           (?\" (scim-json--read-string))
           ((or ?- (and (pred characterp) (guard (looking-at-p "[0-9]"))))
            (scim-json--read-number))
           (_ (scim-json--read-word)))
    (scim-json--skip-space)))

(defun scim-json--nested (function &rest arguments)
  "Call FUNCTION with ARGUMENTS one level deeper."
  (let ((scim-json--depth (1+ scim-json--depth)))
    (when (> scim-json--depth scim-json--max-depth)
      (signal 'scim-json-error
              (list (format "nested deeper than %d levels"
                            scim-json--max-depth))))
    (apply function arguments)))

(defun scim-json--read-word ()
  "Read true, false or null."
  (cond ((looking-at "true\\_>") (goto-char (match-end 0)) t)
        ((looking-at "false\\_>") (goto-char (match-end 0)) :false)
        ((looking-at "null\\_>") (goto-char (match-end 0)) :null)
        (t (scim-json--expected "a value"))))

(defun scim-json--read-number ()
  "Read a number."
  (unless (looking-at (rx (? "-") (or "0" (seq (in "1-9") (* (in "0-9"))))
                          (? "." (+ (in "0-9")))
                          (? (in "eE") (? (in "+-")) (+ (in "0-9")))))
    (scim-json--expected "a number"))
  (let ((number (string-to-number (match-string 0))))
    (unless (scim-json--finite-p number)
      (scim-json--expected "a number in the range of a float"))
    (goto-char (match-end 0))
    number))

(defun scim-json--finite-p (number)
  "Return non-nil unless NUMBER is an infinity or not a number."
  (or (integerp number)
      (< -1.0e+INF number 1.0e+INF)))

(defun scim-json--read-object ()
  "Read an object."
  (forward-char)
  (scim-json--skip-space)
  (let ((members nil))
    (unless (eq (char-after) ?\})
      (while (progn
               (push (scim-json--read-member) members)
               (scim-json--more-p ?\} "`,' or `}'"))))
    (forward-char)
    (scim-json--unique (nreverse members))))

(defun scim-json--read-member ()
  "Read a member of an object and return it as (SYMBOL . VALUE)."
  (scim-json--skip-space)
  (unless (eq (char-after) ?\")
    (scim-json--expected "a member name in double quotes"))
  (let ((name (scim-json--read-string)))
    (scim-json--skip-space)
    (unless (eq (char-after) ?:)
      (scim-json--expected "`:'"))
    (forward-char)
    (cons (intern name) (scim-json--read))))

(defun scim-json--read-array ()
  "Read an array."
  (forward-char)
  (scim-json--skip-space)
  (let ((elements nil))
    (unless (eq (char-after) ?\])
      (while (progn
               (push (scim-json--read) elements)
               (scim-json--more-p ?\] "`,' or `]'"))))
    (forward-char)
    (vconcat (nreverse elements))))

(defun scim-json--more-p (end expected)
  "Move over a comma and return t, or return nil before the character END.
Otherwise signal that EXPECTED was expected."
  (cond ((eq (char-after) ?,) (forward-char) t)
        ((eq (char-after) end) nil)
        (t (scim-json--expected expected))))

(defun scim-json--read-string ()
  "Read a string."
  (forward-char)
  (let ((parts nil))
    (while (not (eq (char-after) ?\"))
      (let ((start (point)))
        (skip-chars-forward "^\"\\\\\0-\x1f")
        (push (buffer-substring-no-properties start (point)) parts))
      (pcase (char-after)
        (?\" nil)
        (?\\ (push (string (scim-json--read-escape)) parts))
        (_ (scim-json--expected "`\"' or a character that is no control"))))
    (forward-char)
    (apply #'concat (nreverse parts))))

(defconst scim-json--escapes
  '((?\" . ?\") (?\\ . ?\\) (?/ . ?/) (?b . ?\b) (?f . ?\f) (?n . ?\n)
    (?r . ?\r) (?t . ?\t))
  "The letters after a backslash, with the characters that they stand for.")

(defun scim-json--read-escape ()
  "Read an escape and return its character."
  (forward-char)
  (let ((simple (cdr (assq (char-after) scim-json--escapes))))
    (cond (simple
           (forward-char)
           simple)
          ((looking-at "u\\([dD][89abAB]..\\)\\\\u\\([dD][c-fC-F][0-9a-fA-F]\\{2\\}\\)")
           (let ((low (string-to-number (match-string 2) 16))
                 (high (scim-json--read-hexadecimal)))
             (forward-char 6)
             (+ #x10000 (ash (- high #xd800) 10) (- low #xdc00))))
          (t
           (scim-json--read-hexadecimal)))))

(defun scim-json--read-hexadecimal ()
  "Read the letter u and four digits after point; return their number."
  (unless (looking-at "u\\([0-9a-fA-F]\\{4\\}\\)")
    (scim-json--expected "one of \"\\/bfnrt or u and four hexadecimal digits"))
  (goto-char (match-end 0))
  (string-to-number (match-string 1) 16))

;;;; Writing

(defun scim-json-encode (value)
  "Return the JSON text for VALUE.
The Commentary of this file says how each kind of value is
represented.  Signal `scim-json-error' for anything else, such as a
symbol other than t, :false and :null, a list that is not an alist
with symbols as keys, or an infinite number.

  (scim-json-encode \\='((active . :false) (emails . [])))
    => \"{\\\"active\\\":false,\\\"emails\\\":[]}\""
  (with-temp-buffer
    (scim-json--recursively
      (scim-json--write value))
    (buffer-string)))

(defun scim-json--refuse (format &rest arguments)
  "Signal `scim-json-error' with the message from FORMAT and ARGUMENTS."
  (signal 'scim-json-error (list (apply #'format format arguments))))

(defun scim-json--write (value)
  "Insert the JSON text for VALUE."
  (cond ((null value) (insert "{}"))
        ((eq value t) (insert "true"))
        ((eq value :false) (insert "false"))
        ((eq value :null) (insert "null"))
        ((stringp value) (scim-json--write-string value))
        ((integerp value) (insert (number-to-string value)))
        ((floatp value) (scim-json--write-float value))
        ((consp value) (scim-json--nested #'scim-json--write-object value))
        ((vectorp value) (scim-json--nested #'scim-json--write-array value))
        ((memq value '(:json-false :json-null))
         (scim-json--refuse "%S has no JSON value; write :false or :null"
                            value))
        (t (scim-json--refuse "%S has no JSON value" value))))

(defun scim-json--write-float (number)
  "Insert NUMBER, with as many digits as tell it from its neighbours."
  (unless (scim-json--finite-p number)
    (scim-json--refuse "%S has no JSON value" number))
  (let ((float-output-format nil))
    (insert (number-to-string number))))

(defun scim-json--write-object (alist)
  "Insert the object ALIST."
  (let ((separator ?\{))
    (while alist
      (let ((member (and (consp alist) (car alist))))
        (unless (and (consp member) (symbolp (car member)))
          (scim-json--refuse
           "Not an alist with symbols as keys: %S; an array is a vector"
           alist))
        (insert separator)
        (scim-json--write-string (symbol-name (car member)))
        (insert ?:)
        (scim-json--write (cdr member)))
      (setq separator ?,
            alist (cdr alist))))
  (insert ?\}))

(defun scim-json--write-array (vector)
  "Insert the array VECTOR."
  (insert ?\[)
  (dotimes (i (length vector))
    (unless (zerop i)
      (insert ?,))
    (scim-json--write (aref vector i)))
  (insert ?\]))

(defconst scim-json--special "[\"\\\0-\x1f\ud800-\udfff]"
  "Matches a character that a JSON string cannot hold as it is.")

(defun scim-json--write-string (string)
  "Insert STRING, quoted and escaped."
  (when (string-match-p "[^\0-\U0010ffff]" (string-to-multibyte string))
    (scim-json--refuse "Raw bytes have no JSON value; decode them first"))
  (insert ?\")
  (let ((from 0) at)
    (while (setq at (string-match-p scim-json--special string from))
      (insert (substring-no-properties string from at)
              (scim-json--escape (aref string at)))
      (setq from (1+ at)))
    (insert (substring-no-properties string from) ?\")))

(defun scim-json--escape (char)
  "Return the escape for CHAR."
  (let ((letter (car (rassq char scim-json--escapes))))
    (if letter
        (string ?\\ letter)
      (format "\\u%04x" char))))

;;;; Attributes

(defun scim-attribute (resource &rest path)
  "Return the value that PATH leads to in RESOURCE.
RESOURCE is an alist, as `scim-get' returns it.  Each element of PATH
is the name of an attribute, a symbol or string in any case of
letters, or an index, counted from 0, into an array.  The attributes
of an extension are reached by its URN:

  (scim-attribute user \\='name \\='familyName)
  (scim-attribute user \\='emails 0 \\='value)
  (scim-attribute user
    \\='urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
    \\='department)

A name applied to an array gives the list of the values that its
elements have for that name, so this returns all addresses:

  (scim-attribute user \\='emails \\='value)

What is not there is nil.  Mind that :false and :null are not nil."
  (let ((value resource))
    (while path
      (setq value (scim-attribute--step value (pop path))))
    value))

(defun scim-attribute--step (value step)
  "Return what VALUE has for STEP, an element of an attribute path."
  (cond ((integerp step)
         (and (vectorp value) (< -1 step (length value)) (aref value step)))
        ((vectorp value)
         (delq nil (mapcar (lambda (element)
                             (scim-attribute--step element step))
                           value)))
        ;; What a name gave for an array is a list, but no alist.
        ((and (consp value) (not (scim-attribute--alist-p value)))
         (scim-attribute--step (vconcat value) step))
        ((consp value)
         (cdr (scim-attribute--member value step)))))

(defun scim-attribute--alist-p (value)
  "Return non-nil when the list VALUE is an alist with symbols as keys."
  (and (consp (car value)) (symbolp (caar value))))

(defun scim-attribute--member (alist name)
  "Return the member (KEY . VALUE) of ALIST for NAME, a symbol or string.
RFC 7643 section 2.1: attribute names are case-insensitive.  When
there are several, one in the very same case is preferred."
  (let ((text (if (stringp name) name (symbol-name name))))
    (or (assq (intern-soft text) alist)
        (cl-find-if (lambda (member)
                      (eq t (compare-strings (symbol-name (car member)) nil nil
                                             text nil nil t)))
                    alist))))

(defun scim-attribute-set (resource path value)
  "Return a copy of RESOURCE in which PATH leads to VALUE.
RESOURCE and PATH are as in `scim-attribute', but PATH is a list, or
just a name or index.  RESOURCE itself is not changed; objects on the
way are made when they are missing, elements of arrays are not.

  (scim-attribute-set user \\='(name familyName) \"Jensen\")
  (scim-attribute-set user \\='active :false)"
  (pcase (ensure-list path)
    (`nil value)
    (`(,(and (pred integerp) index) . ,rest)
     (unless (and (vectorp resource) (< -1 index (length resource)))
       (signal 'args-out-of-range (list resource index)))
     (let ((copy (copy-sequence resource)))
       (aset copy index (scim-attribute-set (aref copy index) rest value))
       copy))
    (`(,name . ,rest)
     (unless (listp resource)
       (signal 'wrong-type-argument (list 'listp resource)))
     (scim-attribute--put resource name
                          (lambda (old)
                            (scim-attribute-set old rest value))))))

(defun scim-attribute--put (alist name function)
  "Return a copy of ALIST with a new value for NAME.
FUNCTION returns it from the old value, which is nil when there is
none."
  (let ((member (scim-attribute--member alist name)))
    (if member
        (mapcar (lambda (each)
                  (if (eq each member)
                      (cons (car each) (funcall function (cdr each)))
                    each))
                alist)
      (append alist
              (list (cons (if (stringp name) (intern name) name)
                          (funcall function nil)))))))

(provide 'scim-json)
;;; scim-json.el ends here
