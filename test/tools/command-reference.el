;;; command-reference.el --- The appendix of the manual, from the code -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;;   EMACS -Q --batch -L elisp -l test/tools/command-reference.el \
;;     -f scim-reference-batch
;;
;; writes elisp/doc/reference.texi: the keys of each mode, all commands,
;; options and faces of the package, with what their docstrings say first.
;; Nothing in it depends on the machine or on the version of Emacs; a test
;; compares the file with what would be written.

;;; Code:

(require 'cl-lib)
(require 'seq)
(require 'subr-x)

(defconst scim-reference--elisp
  (expand-file-name "../../elisp/"
                    (file-name-directory (or load-file-name buffer-file-name)))
  "Directory of the package.")

(defconst scim-reference-file
  (expand-file-name "doc/reference.texi" scim-reference--elisp)
  "The file that is written.")

(defvar scim-menu--common)

;;;; What there is

(defun scim-reference-load ()
  "Load all files of the package, from their sources."
  (let ((load-path (cons scim-reference--elisp load-path))
        (load-prefer-newer t))
    (dolist (file (directory-files scim-reference--elisp nil
                                   "\\`\\(?:ob-\\)?scim.*\\.el\\'"))
      (require (intern (file-name-sans-extension file))))))

(defun scim-reference--own-p (symbol file)
  "Is SYMBOL, defined in FILE, public and of the package?"
  (and (string-match-p "\\`\\(?:ob-\\)?scim\\(?:\\'\\|-\\)" (symbol-name symbol))
       (not (string-match-p "--" (symbol-name symbol)))
       file
       (string-prefix-p scim-reference--elisp (expand-file-name file))))

(defun scim-reference--symbols (predicate)
  "Return the symbols for which PREDICATE holds, in order of their names."
  (let (symbols)
    (mapatoms (lambda (symbol)
                (when (funcall predicate symbol)
                  (push symbol symbols))))
    (sort symbols #'string<)))

(defvar scim-reference--commands nil
  "The public commands of the package, once they were looked for.")

(defun scim-reference-commands ()
  "Return the public commands of the package."
  (or scim-reference--commands
      (setq scim-reference--commands
            (scim-reference--symbols
             (lambda (symbol)
               (and (string-match-p "scim" (symbol-name symbol))
                    (commandp symbol)
                    (scim-reference--own-p symbol
                                           (symbol-file symbol 'defun))))))))

(defun scim-reference-options ()
  "Return the options of the package, but for those that come with modes."
  (scim-reference--symbols
   (lambda (symbol)
     (and (custom-variable-p symbol)
          (not (commandp symbol))
          (not (string-suffix-p "-mode-hook" (symbol-name symbol)))
          (scim-reference--own-p symbol (symbol-file symbol 'defvar))))))

(defun scim-reference-faces ()
  "Return the faces of the package."
  (scim-reference--symbols
   (lambda (symbol)
     (and (facep symbol)
          (scim-reference--own-p symbol (symbol-file symbol 'defface))))))

(defun scim-reference-keymaps ()
  "Return the variables of the package that hold keymaps."
  (scim-reference--symbols
   (lambda (symbol)
     (and (boundp symbol)
          (keymapp (symbol-value symbol))
          (string-suffix-p "-map" (symbol-name symbol))
          (scim-reference--own-p symbol (symbol-file symbol 'defvar))))))

;;;; Keymaps

(defun scim-reference--command (binding)
  "Return the command that BINDING of a key runs, or nil."
  (cond ((eq (car-safe binding) 'menu-item)
         (scim-reference--command (nth 2 binding)))
        ((and (consp binding) (stringp (car binding)))
         (scim-reference--command (cdr binding)))
        ((and binding (symbolp binding) (not (keymapp binding))) binding)))

(defun scim-reference--subkeymap (binding)
  "Return the keymap that BINDING of a key is, or nil."
  (and (not (scim-reference--command binding))
       (keymapp binding)
       (indirect-function binding)))

(defun scim-reference-bindings (map &optional prefix)
  "Return the bindings of MAP alone, without its parents: (KEYS . COMMAND).
KEYS is a vector that begins with PREFIX, a vector.  What the menu bar
has, and what only turns something off, is left out."
  (let (bindings)
    (map-keymap-internal
     (lambda (event binding)
       (let* ((keys (vconcat prefix (vector event)))
              (command (scim-reference--command binding))
              (subkeymap (scim-reference--subkeymap binding)))
         (cond ((memq event '(menu-bar follow-link keymap)))
               ((memq command '(undefined ignore)))
               (command (push (cons keys command) bindings))
               (subkeymap
                (setq bindings (append (reverse (scim-reference-bindings
                                                 subkeymap keys))
                                       bindings))))))
     map)
    (nreverse bindings)))

(defun scim-reference-key (keys)
  "Return KEYS, a vector, as a person reads them."
  (if (eq (aref keys 0) 'remap)
      (format "keys of `%s'" (aref keys 1))
    (key-description keys)))

(defun scim-reference-keys (map)
  "Return the keys of MAP by command: an alist in alphabetical order."
  (let (commands)
    (pcase-dolist (`(,keys . ,command) (scim-reference-bindings map))
      (cl-pushnew (scim-reference-key keys)
                  (alist-get command commands) :test #'equal))
    (sort (mapcar (lambda (entry)
                    (cons (car entry) (sort (cdr entry) #'string<)))
                  commands)
          (lambda (one two) (string< (car one) (car two))))))

(defun scim-reference--mode (map-name)
  "Return the mode whose keymap is the variable MAP-NAME, or nil."
  (let ((mode (intern-soft (string-remove-suffix "-map"
                                                 (symbol-name map-name)))))
    (and mode (fboundp mode) mode)))

(defun scim-reference-menu-keys (mode)
  "Return the keys that commands of MODE have in its menu alone.
They are pairs of command and key."
  (let (pairs)
    (dolist (group (get mode 'scim-menu-groups))
      (pcase-dolist (`(,_ ,command . ,properties) (cdr group))
        (when-let ((key (plist-get properties :key)))
          (push (cons command key) pairs))))
    (nreverse pairs)))

;;;; Texinfo

(defun scim-reference-escape (text)
  "Return TEXT with the characters that mean something to Texinfo escaped."
  (replace-regexp-in-string "[@{}]" "@\\&" text t))

(defun scim-reference--key-of (command map)
  "Return the key of COMMAND in MAP, a keymap or nil, or else anywhere.
Without one, it is called by its name."
  (let ((keys (seq-filter
               (lambda (key)
                 (integerp (aref key 0)))
               (append (and map (where-is-internal command (list map)))
                       (where-is-internal command global-map)))))
    (if keys
        (key-description (car keys))
      (format "M-x %s" command))))

(defun scim-reference--inline (text)
  "Return TEXT of a docstring as Texinfo."
  (with-temp-buffer
    (insert (replace-regexp-in-string "\\\\=\\(.\\)" "\\1" text))
    (goto-char (point-min))
    (let (map)
      (while (re-search-forward
              (concat "\\\\<\\([^>]+\\)>\n?"
                      "\\|\\\\{[^}]*}\n?"
                      "\\|\\\\\\[\\([^]]+\\)\\]"
                      "\\|Info node `(scim)\\([^']*\\)'"
                      "\\|`\\([^'`\n]+\\)'"
                      "\\|[@{}]")
              nil t)
        (cond ((match-string 1)
               (setq map (symbol-value (intern (match-string 1))))
               (replace-match ""))
              ((match-string 2)
               (replace-match
                (save-match-data
                  (format "@kbd{%s}"
                          (scim-reference-escape
                           (scim-reference--key-of
                            (intern (match-string 2)) map))))
                t t))
              ((match-string 3)
               (replace-match (format "@ref{%s}" (match-string 3)) t t))
              ((match-string 4)
               (replace-match
                (format "@code{%s}" (scim-reference-escape (match-string 4)))
                t t))
              ((string-prefix-p "\\" (match-string 0)) (replace-match ""))
              (t (replace-match (concat "@" (match-string 0)) t t)))))
    (string-trim (buffer-string))))

(defun scim-reference--paragraph (docstring)
  "Return the first paragraph of DOCSTRING as Texinfo.
When it announces something, that follows as an example."
  (let* ((paragraphs (split-string docstring "\n[ \t]*\n"))
         (first (scim-reference--inline (car paragraphs))))
    (if (and (string-suffix-p ":" first) (cadr paragraphs))
        (format "%s\n\n@example\n%s\n@end example" first
                (scim-reference-escape
                 (replace-regexp-in-string "^  " "" (cadr paragraphs))))
      first)))

(defun scim-reference--first-line (function)
  "Return the first line of the docstring of FUNCTION as Texinfo."
  (scim-reference--inline
   (car (split-string (or (documentation function t) "") "\n"))))

(defun scim-reference--summary (function)
  "Return the first paragraph of the docstring of FUNCTION as Texinfo.
Of a minor mode, the rest of it is up to the version of Emacs."
  (if (memq function minor-mode-list)
      (scim-reference--first-line function)
    (scim-reference--paragraph (or (documentation function t) ""))))

(defun scim-reference--kbd (key)
  "Return KEY, from `scim-reference-key', as Texinfo."
  (if (string-match "\\`keys of `\\(.*\\)'\\'" key)
      (format "the keys of @code{%s}" (match-string 1 key))
    (format "@kbd{%s}" (scim-reference-escape key))))

(defun scim-reference--source (option)
  "Return the form by which the sources define OPTION.
What Emacs makes of its default is different in each version."
  (with-temp-buffer
    (mapc #'insert-file-contents
          (directory-files scim-reference--elisp t "\\.el\\'"))
    (goto-char (point-min))
    (re-search-forward (format "^(defcustom %s[ \n]" option))
    (goto-char (match-beginning 0))
    (read (current-buffer))))

(defun scim-reference--value (option)
  "Return the default of OPTION as Texinfo."
  (let ((value (nth 2 (scim-reference--source option))))
    (format "@code{%s}"
            (scim-reference-escape
             (prin1-to-string
              (if (memq (car-safe value) '(quote function))
                  (cadr value)
                value))))))

;;;; The chapter

(defun scim-reference--insert-keys (keys title)
  "Insert a table of KEYS, from `scim-reference-keys', of the mode TITLE."
  (when-let ((keys keys)
             (own-commands (scim-reference-commands)))
    (insert "@table @asis\n")
    (pcase-dolist (`(,command . ,own) keys)
      (insert "@item " (mapconcat #'scim-reference--kbd own ", ") "\n")
      (dolist (key own)
        (unless (string-prefix-p "keys of" key)
          (insert (format "@kindex %s @r{(%s)}\n"
                          (scim-reference-escape key) title))))
      (insert (format "@code{%s}" command)
              ;; What other commands do, the version of Emacs says.
              (if (memq command own-commands)
                  (concat ": " (scim-reference--first-line command))
                "")
              "\n"))
    (insert "@end table\n\n")))

(defun scim-reference--insert-mode (map-name)
  "Insert what MAP-NAME, a variable with a keymap, has."
  (let* ((mode (scim-reference--mode map-name))
         (title (or (and mode (get mode 'scim-menu-title))
                    (symbol-name (or mode map-name))))
         (keys (scim-reference-keys (symbol-value map-name)))
         (menu (and mode (scim-reference-menu-keys mode))))
    (when (or keys menu)
      (insert (format "@subheading @code{%s}\n" (or mode map-name)))
      (when mode
        (insert (format "@findex %s\n" mode)))
      (insert "\n" (if mode
                       (scim-reference--summary mode)
                     (scim-reference--paragraph
                      (documentation-property map-name 'variable-documentation t)))
              "\n\n")
      (scim-reference--insert-keys keys title)
      (when menu
        (insert "In the menu alone: "
                (mapconcat (lambda (pair)
                             (format "@kbd{%s} (@code{%s})"
                                     (scim-reference-escape (cdr pair))
                                     (car pair)))
                           menu ", ")
                ".\n\n")))))

(defun scim-reference--insert-modes ()
  "Insert the keys of all modes."
  (insert "@node Keys of each mode\n@section Keys of each mode\n\n"
          "Each mode has the keys of the mode that it is derived from, too;\n"
          "those of @code{special-mode} are @kbd{g} (read again) and @kbd{q} (leave).\n"
          "Every menu ends with: "
          (mapconcat (lambda (item)
                       (format "@kbd{%s} (@code{%s})"
                               (plist-get (cddr item) :key) (cadr item)))
                     (cdr scim-menu--common) ", ")
          ".\n\n")
  (mapc #'scim-reference--insert-mode (scim-reference-keymaps)))

(defun scim-reference--insert-commands ()
  "Insert all commands."
  (insert "@node All commands\n@section All commands\n\n")
  (dolist (command (scim-reference-commands))
    (insert (format "@deffn Command %s\n%s\n@end deffn\n\n"
                    command (scim-reference--summary command)))))

(defun scim-reference--insert-options ()
  "Insert all options."
  (insert "@node All options\n@section All options\n\n"
          "@kbd{M-x scim-customize} shows them.\n\n")
  (dolist (option (scim-reference-options))
    (insert (format "@defopt %s\n%s\n\nThe default is %s.\n@end defopt\n\n"
                    option
                    (scim-reference--inline
                     (documentation-property option 'variable-documentation t))
                    (scim-reference--value option)))))

(defun scim-reference--inherits (face)
  "Return the names of what FACE inherits from, as Texinfo."
  (let ((attributes (cdr (assq t (get face 'face-defface-spec)))))
    (when (consp (car attributes))
      (setq attributes (car attributes)))
    (mapconcat (lambda (parent) (format "@code{%s}" parent))
               (ensure-list (plist-get attributes :inherit))
               ", ")))

(defun scim-reference--insert-faces ()
  "Insert all faces."
  (insert "@node All faces\n@section All faces\n\n"
          "@kbd{M-x customize-group @key{RET} scim-faces} shows those that\n"
          "all buffers share.  What a face looks like comes from the theme:\n"
          "each inherits from a face of Emacs.\n\n@table @code\n")
  (dolist (face (scim-reference-faces))
    (let ((parents (scim-reference--inherits face)))
      (insert (format "@item %s\n@vindex %s\n%s%s\n" face face
                      (scim-reference--inline
                       (or (documentation-property face 'face-documentation t) ""))
                      (if (string-empty-p parents) ""
                        (format "  It inherits from %s." parents))))))
  (insert "@end table\n\n"))

(defun scim-reference-text ()
  "Return the text of the file, from the code as it is."
  (scim-reference-load)
  (with-temp-buffer
    (insert "@c Generated from the code: make reference\n"
            "@node Reference\n@appendix Reference\n\n"
            "All keys, commands, options and faces, from the code.\n\n"
            "@menu\n"
            "* Keys of each mode::   What keys do, mode by mode.\n"
            "* All commands::        In alphabetical order.\n"
            "* All options::         With their defaults.\n"
            "* All faces::           And what they inherit from.\n"
            "@end menu\n\n")
    (scim-reference--insert-modes)
    (scim-reference--insert-commands)
    (scim-reference--insert-options)
    (scim-reference--insert-faces)
    (concat (string-trim-right (buffer-string)) "\n")))

(defun scim-reference-batch ()
  "Write the file, or the one that is named on the command line."
  (let ((text (scim-reference-text))
        (coding-system-for-write 'utf-8-unix))
    (write-region text nil (or (pop command-line-args-left) scim-reference-file)
                  nil 'silent)))

(provide 'command-reference)
;;; command-reference.el ends here
