;;; scim-remote.el --- SCIM workspaces on other machines -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The bridge of a workspace that TRAMP visits runs on the machine of the
;; workspace: there are its scim.yaml, its sets of variables, its secrets,
;; and maybe the only way to the service.  Node is needed there; the bridge
;; is one file, which is copied once, by digest, into a directory that only
;; the person can enter ($XDG_CACHE_HOME/scim/remote).
;;
;; Supported are the methods of tramp-sh.el (ssh, scp, sudo, docker, ...)
;; with and without `tramp-direct-async-process', in Emacs 28.2 and later;
;; in directories of other methods, which run no programs, the default
;; workspace of this machine is used.
;;
;; What is different about such a process:
;;
;; - TRAMP gives it a terminal.  A terminal changes bytes, and in its
;;   cooked mode it takes no line of more than 4,096, so it is made raw;
;;   nothing is sent before the shell has said that this is done.
;; - The standard error cannot be told from the standard output there, and
;;   one stray byte would be the end; it goes into a file over there, whose
;;   last words are fetched when the bridge has died.
;; - The terminal holds 4 kB, so a file that TRAMP copies would be no
;;   faster than a long message, and Emacs would wait for it: long texts
;;   are part of messages (`sharesFiles' of `initialize').
;; - The bridge gets the environment of the other machine, for variables
;;   of this one would be seen among the arguments of its processes.
;; - Whatever TRAMP does blocks Emacs, so such a bridge is started by
;;   commands and not because a file is visited.
;;
;; File names are local names there: what is sent loses the prefix of
;; TRAMP, and what comes gets it, here and nowhere else.

;;; Code:

(require 'seq)
(require 'subr-x)
(require 'url-util)
(require 'scim-error)
(require 'scim-node)

(declare-function tramp-dissect-file-name "tramp")
(declare-function tramp-sh-file-name-handler-p "tramp-sh")

;;;; Customization

(defcustom scim-remote-bridge t
  "Whether workspaces on other machines are served by a bridge over there.
That takes Node on the other machine, and TRAMP with a method that can
run programs.  If nil, files of other machines belong to the default
workspace of this one."
  :type 'boolean
  :group 'scim-connection
  :package-version '(scim . "0.1.0"))

;;;; Internal variables

(defconst scim-remote--root-age 60
  "Seconds after which the workspace of a remote directory is looked for again.")

(defconst scim-remote--mark "scim-bridge-starts\n"
  "What the shell prints right before it becomes the bridge.")

(defconst scim-remote--shell "\
stty raw -echo 2>/dev/null
umask 077
NODE_COMPILE_CACHE=${NODE_COMPILE_CACHE:-$4}
export NODE_COMPILE_CACHE
printf 'scim-bridge-%s\\n' starts
exec \"$1\" \"$2\" --stdio 2>\"$3\""
  "Program of the shell that starts a bridge.
Its arguments are Node, the bridge, a file for the standard error, and a
directory for compiled code.")

(defconst scim-remote--place "\
const fs = require('fs'), path = require('path'), os = require('os');
const [digest, copy] = process.argv.slice(1);
const cache = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
const dir = path.join(cache, 'scim', 'remote');
fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
if (fs.lstatSync(dir).uid !== process.getuid()) throw new Error(dir + ' belongs to another user');
fs.chmodSync(dir, 0o700);
const file = path.join(dir, 'bridge-' + digest + '.cjs');
const good = (name) => fs.existsSync(name) && require('crypto').createHash('sha256')
  .update(fs.readFileSync(name)).digest('hex') === digest;
if (copy && good(copy)) fs.renameSync(copy, file);
const there = good(file), now = new Date();
if (there) fs.utimesSync(file, now, now);
for (const name of fs.readdirSync(dir)) {
  if (!/^(bridge|stderr)-/.test(name)) continue;
  const days = (now - fs.statSync(path.join(dir, name)).mtime) / 864e5;
  if (days > (name.startsWith('bridge-') ? 60 : 2)) fs.rmSync(path.join(dir, name), { force: true });
}
console.log('scim-place ' + there + ' ' + dir);"
  "Program of Node that finds the place of a bridge, and puts a copy there.
Its arguments are the digest of the bridge and, maybe, a copy of it.  It
deletes what was not used for long.")

(defvar scim-remote--roots (make-hash-table :test #'equal)
  "Workspaces of remote directories, by directory: conses (TIME . ROOT).")

(defvar scim-remote--digests (make-hash-table :test #'equal)
  "Digests of bridges of this machine, by file name and time of change.")

;;;; Workspaces

(defun scim-remote-prefix (root)
  "Return what file names of the workspace ROOT begin with, or nil.
It is nil when ROOT is on this machine or is nil, the default workspace."
  (and root (file-remote-p root)))

(defun scim-remote-host (root)
  "Return what to call the machine of ROOT, a remote directory."
  (or (file-remote-p root 'host) (file-remote-p root)))

(defun scim-remote--runs-programs-p (directory)
  "Can programs be run in DIRECTORY, a remote one, as bridges need it?"
  (and (require 'tramp nil t)
       (require 'tramp-sh nil t)
       (ignore-errors
         (tramp-sh-file-name-handler-p (tramp-dissect-file-name directory)))))

(defun scim-remote-possible-p (directory)
  "Can DIRECTORY be a workspace, with a bridge on its machine?"
  (or (not (file-remote-p directory))
      (and scim-remote-bridge (scim-remote--runs-programs-p directory))))

(defun scim-remote--find-root (directory)
  "Return the workspace around DIRECTORY, a remote one, or nil."
  (when-let ((root (locate-dominating-file directory "scim.yaml")))
    (file-name-as-directory (expand-file-name root))))

(defun scim-remote-root (directory)
  "Return the workspace around DIRECTORY, a remote one, or nil.
It is remembered for a minute, and as long as there is no connection:
to look for it takes time, and the mode line wants to know it."
  (when (scim-remote-possible-p directory)
    (let ((known (gethash directory scim-remote--roots)))
      (if (and known
               (or (< (- (float-time) (car known)) scim-remote--root-age)
                   (not (file-remote-p directory nil t))))
          (cdr known)
        (let ((root (scim-remote--find-root directory)))
          ;; Without a connection, nothing was looked at.
          (when (or root (file-remote-p directory nil t))
            (puthash directory (cons (float-time) root) scim-remote--roots))
          root)))))

(defun scim-remote-forget ()
  "Forget which workspaces remote directories belong to."
  (clrhash scim-remote--roots))

;;;; Names

(defun scim-remote--file-uri (prefix)
  "Return what the URIs of files begin with whose names begin with PREFIX."
  (concat "file://"
          (mapconcat #'url-hexify-string (split-string prefix "/") "/")))

;; FILE may be a URI, too.
(defun scim-remote--local (prefix file)
  "Return the name of FILE where PREFIX leads to."
  (let ((uri (scim-remote--file-uri prefix)))
    (cond ((string-prefix-p (concat uri "/") file)
           (concat "file://" (substring file (length uri))))
          ((equal prefix (file-remote-p file)) (file-local-name file))
          (t file))))

(defun scim-remote--file-here (prefix file)
  "Return FILE, as it is called where PREFIX leads to, as it is called here."
  (if (string-match-p "\\`[/~]" file)
      (concat prefix file)
    file))

(defun scim-remote--uri-here (prefix uri)
  "Return URI, of where PREFIX leads to, as it is called here."
  (if (string-prefix-p "file:///" uri)
      (concat (scim-remote--file-uri prefix) (substring uri 7))
    uri))

(defun scim-remote--map (functions prefix data)
  "Return DATA, what messages are made of, with other strings.
FUNCTIONS is an alist from keys to functions that are called with PREFIX
and the string, or each of the strings, that is under the key."
  (cond ((vectorp data)
         (vconcat (mapcar (apply-partially #'scim-remote--map functions prefix)
                          data)))
        ((keywordp (car-safe data))
         (let (result)
           (while data
             (push (pop data) result)
             (push (scim-remote--map-value (cdr (assq (car result) functions))
                                           functions prefix (pop data))
                   result))
           (nreverse result)))
        (t data)))

(defun scim-remote--map-value (function functions prefix value)
  "Return VALUE with other strings, by FUNCTION those that it is made of.
FUNCTIONS and PREFIX are for what is in it, as in `scim-remote--map'."
  (cond ((and function (stringp value)) (funcall function prefix value))
        ((and function (vectorp value) (seq-every-p #'stringp value))
         (vconcat (mapcar (apply-partially function prefix) value)))
        (t (scim-remote--map functions prefix value))))

(defun scim-remote-outgoing (root params)
  "Return PARAMS with names of files as they are on the machine of ROOT."
  (if-let ((prefix (scim-remote-prefix root)))
      (scim-remote--map (mapcar (lambda (key) (cons key #'scim-remote--local))
                                '(:path :file :files :uri :rootPath))
                        prefix params)
    params))

;; What is called `:path' is a place in a resource, or on a server.
(defun scim-remote-incoming (root result)
  "Return RESULT, from the bridge of ROOT, with names of files for this machine."
  (if-let ((prefix (scim-remote-prefix root)))
      (scim-remote--map '((:file . scim-remote--file-here)
                          (:files . scim-remote--file-here)
                          (:uri . scim-remote--uri-here)
                          (:target . scim-remote--uri-here))
                        prefix result)
    result))

;;;; Node and the bridge over there

(defun scim-remote--run (program &rest args)
  "Run PROGRAM with ARGS in the current directory and return its output.
Variables of this machine are not passed on.  Signal an error when it fails."
  (with-temp-buffer
    (let* ((process-environment
            (copy-sequence (default-toplevel-value 'process-environment)))
           (status (apply #'process-file program nil t nil args)))
      (unless (eql status 0)
        (error "%s" (string-trim (buffer-string))))
      (buffer-string))))

(defun scim-remote--digest (bridge)
  "Return the SHA-256 of BRIDGE, a file of this machine."
  (let ((key (cons bridge (file-attribute-modification-time
                           (file-attributes bridge)))))
    (or (gethash key scim-remote--digests)
        (puthash key
                 (with-temp-buffer
                   (set-buffer-multibyte nil)
                   (insert-file-contents-literally bridge)
                   (secure-hash 'sha256 (current-buffer)))
                 scim-remote--digests))))

(defun scim-remote--ask-place (node digest &optional copy)
  "Ask NODE, over there, for the place of the bridge with DIGEST.
COPY is the local name of a copy that is to be put there.  Return a cons
of its directory and whether it is there."
  (let ((output (apply #'scim-remote--run node "-e" scim-remote--place digest
                       (and copy (list copy)))))
    (unless (string-match "^scim-place \\(true\\|false\\) \\(.*\\)$" output)
      (error "Node said \"%s\"" (string-trim output)))
    (cons (match-string 2 output) (equal (match-string 1 output) "true"))))

(defun scim-remote--unusable (root reason)
  "Return the condition for no bridge on the machine of ROOT, for REASON."
  (scim-error-bridge
   "remote"
   (format "The bridge cannot run on %s: %s" (scim-remote-host root) reason)
   :remedy "Set `scim-remote-bridge' to nil to use the default workspace of \
this machine for files over there."))

(defun scim-remote--copy (bridge node place digest)
  "Copy BRIDGE, whose digest is DIGEST, into the directory PLACE over there.
NODE, over there, looks whether it arrived as it is."
  (let ((copy (format "%s/bridge-%s.%x" place digest (random #xffffff)))
        (host (scim-remote-host default-directory)))
    (message "SCIM: copying the bridge to %s, once..." host)
    (copy-file bridge (concat (file-remote-p default-directory) copy) t)
    (unless (cdr (scim-remote--ask-place node digest copy))
      (error "The copy of the bridge is not what it was copied from"))
    (message "SCIM: copying the bridge to %s, once...done" host)))

(defun scim-remote-command (root)
  "Return the command of a bridge on the machine of ROOT, as a list.
It has local names of over there: Node, and the bridge, which is copied
there first, unless it is there.  Signal `scim-bridge-error' when
there cannot be one."
  (let* ((default-directory root)
         (bridge (scim-node-bridge))
         (node (scim-node-program)))
    (condition-case err
        (let* ((digest (scim-remote--digest bridge))
               (place (scim-remote--ask-place node digest)))
          (unless (cdr place)
            (scim-remote--copy bridge node (car place) digest))
          (list node (format "%s/bridge-%s.cjs" (car place) digest)))
      (error (scim-error-signal
              (scim-remote--unusable root (scim-error-message err)))))))

;;;; The process

(defun scim-remote--heard (process text)
  "Note TEXT, from PROCESS before it is the bridge."
  (process-put process 'scim-heard
               (concat (process-get process 'scim-heard) text)))

(defun scim-remote--started-p (process)
  "Has PROCESS become the bridge?"
  (string-suffix-p scim-remote--mark
                   (string-replace "\r" "" (or (process-get process 'scim-heard)
                                               ""))))

(defun scim-remote--wait (process root seconds)
  "Wait until PROCESS, on the machine of ROOT, is the bridge, at most SECONDS."
  (let ((end (+ (float-time) seconds))
        started)
    (unwind-protect
        (progn
          (while (and (not (setq started (scim-remote--started-p process)))
                      (process-live-p process)
                      (< (float-time) end))
            (accept-process-output process 0.1))
          (unless started
            (scim-error-signal
             (scim-remote--unusable
              root (format "the shell said \"%s\""
                           (string-trim (or (process-get process 'scim-heard)
                                            "")))))))
      (unless started
        (delete-process process)))))

(defun scim-remote-spawn (name command root seconds)
  "Start COMMAND, a bridge on the machine of ROOT, as a process called NAME.
Return it when it is there, at most SECONDS later.  The file of its
standard error is its property `scim-remote-stderr'."
  (let* ((default-directory root)
         (process-environment
          (copy-sequence (default-toplevel-value 'process-environment)))
         (directory (file-name-directory (nth 1 command)))
         (stderr (format "%sstderr-%x-%x" directory (emacs-pid)
                         (random #xffffff)))
         (process (make-process
                   :name name :noquery t :file-handler t
                   :connection-type 'pipe :coding 'utf-8-emacs-unix
                   :filter #'scim-remote--heard
                   :command (list "/bin/sh" "-c" scim-remote--shell "scim"
                                  (nth 0 command) (nth 1 command) stderr
                                  (concat directory "node")))))
    (unless process
      (scim-error-signal (scim-remote--unusable root "TRAMP started nothing")))
    (process-put process 'scim-remote-stderr
                 (concat (file-remote-p root) stderr))
    (scim-remote--wait process root seconds)
    ;; TRAMP has taken those of its connection.
    (set-process-coding-system process 'utf-8-emacs-unix 'utf-8-emacs-unix)
    (set-process-query-on-exit-flag process nil)
    process))

(defun scim-remote-last-words (process)
  "Return what PROCESS, a remote bridge, wrote to its standard error, or nil.
It can be had only once: the file over there is deleted."
  (when-let ((file (process-get process 'scim-remote-stderr)))
    ;; Timers run meanwhile.
    (process-put process 'scim-remote-stderr nil)
    (let ((non-essential t))
      (ignore-errors
        (when (file-remote-p file nil t)
          (with-temp-buffer
            (let ((coding-system-for-read 'utf-8-unix))
              (insert-file-contents file))
            (delete-file file)
            (buffer-string)))))))

(provide 'scim-remote)
;;; scim-remote.el ends here
