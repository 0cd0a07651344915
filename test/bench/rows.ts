/** Lists in a real Emacs with compiled Lisp: the rows of users, beside what Emacs itself has for tables. */

import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ms, report } from './measure.js';

const users = 10_000;

/**
 * The list is read from a mock server by the real bridge, and the CPU time of Emacs taken: parsing messages, inserting,
 * laying out what is seen; what the main thread was blocked is the time by which a timer of 2 ms came late. Then the same
 * rows are shown by `tabulated-list-mode` and by the table of lists, from data that is there, in turns.
 */
const program = `
(progn
  (require 'scim-browse)
  (require 'cl-lib)
  (require 'json)
  (require 'tabulated-list)
  (setq scim-bridge-file "${resolve('dist/scim-bridge.cjs')}" inhibit-message t)
  (defun bench-until (predicate)
    (while (not (funcall predicate)) (accept-process-output nil 0.002)))
  (defun bench-time (function)
    (garbage-collect)
    (let ((start (float-time))) (funcall function) (* 1000 (- (float-time) start))))
  (defun bench-read ()
    (garbage-collect)
    (let* ((longest 0) (last (float-time)) (cpu (float-time (get-internal-run-time)))
           (ticker (run-at-time 0.002 0.002
                                (lambda ()
                                  (setq longest (max longest (- (float-time) last 0.002))
                                        last (float-time))))))
      (scim-browse--list)
      (bench-until (lambda () (and (not scim-browse--handle) (scim-queue-empty-p))))
      (jit-lock-fontify-now (point-min) (line-end-position 60))
      (cancel-timer ticker)
      (list (* 1000 (- (float-time (get-internal-run-time)) cpu)) (* 1000 longest))))
  (let ((started (scim-rpc-request
                  scim-protocol-mock-start
                  '(:path "bench.scim-mock" :content (:text "generate: { users: ${users} }\\n") :watch :json-false))))
    (scim-rpc-request scim-protocol-mock-attach
                      (list :id (plist-get (plist-get started :mock) :id))))
  (set-buffer (scim-browse "User"))
  (bench-until (lambda () (not scim-browse--handle)))
  (let* ((reads (mapcar (lambda (_) (bench-read)) '(1 2 3 4 5)))
         (columns (scim-table-columns))
         (ids (vconcat (scim-table-ids)))
         (lines (split-string (buffer-substring-no-properties (point-min) (point-max)) "\\n" t))
         (pages (mapcar (lambda (page) (concat (string-join page "\\n") "\\n")) (seq-partition lines 500)))
         (page-ids (mapcar #'vconcat (seq-partition (append ids nil) 500)))
         (entries (seq-mapn (lambda (id line) (list id (vconcat (split-string line "\\t")))) ids lines))
         (ours (lambda (times)
                 (with-current-buffer (get-buffer-create "ours")
                   (scim-table-mode)
                   (let ((inhibit-read-only t)) (erase-buffer))
                   (scim-table-set-columns columns)
                   (dotimes (_ times) (cl-mapc #'scim-table-append pages page-ids))
                   (jit-lock-fontify-now (point-min) (line-end-position 60)))))
         (stock (lambda ()
                  (with-current-buffer (get-buffer-create "stock")
                    (tabulated-list-mode)
                    (setq tabulated-list-format
                          (vconcat (mapcar (lambda (column)
                                             (list (plist-get column :name) (or (plist-get column :width) 36) t))
                                           columns))
                          tabulated-list-entries entries)
                    (tabulated-list-init-header)
                    (tabulated-list-print))))
         our-times stock-times)
    (dotimes (_ 5)
      (push (bench-time (lambda () (funcall ours 1))) our-times)
      (push (bench-time stock) stock-times))
    (princ (json-encode
            (list :rows (length lines)
                  :read (apply #'min (mapcar #'car reads))
                  :longest (nth 2 (sort (mapcar #'cadr reads) #'<))
                  :ours (apply #'min our-times) :stock (apply #'min stock-times)
                  :many (bench-time (lambda () (funcall ours 5))))))))`;

export async function benchRows(): Promise<void> {
  const emacs = process.env.EMACS ?? 'emacs';
  const run = promisify(execFile);
  const directory = mkdtempSync(join(tmpdir(), 'scim-bench-'));
  cpSync('elisp', directory, { recursive: true });
  const files = readdirSync(directory).filter((file) => file.endsWith('.el'));
  await run(emacs, ['-Q', '--batch', '-L', '.', '-f', 'batch-byte-compile', ...files], { cwd: directory });
  const environment = { ...process.env, SCIM_API_BASE_URL: 'http://127.0.0.1:9/scim/v2', SCIM_AUTH_TOKEN: 'none' };
  const { stdout } = await run(emacs, ['-Q', '--batch', '-L', directory, '--eval', program], {
    cwd: directory,
    env: environment,
    maxBuffer: 1 << 24,
  });
  rmSync(directory, { recursive: true });
  const figures: Record<string, number> = JSON.parse(stdout);
  const { rows = 0, read = Infinity, longest = Infinity, ours = Infinity, stock = 0, many = 0 } = figures;
  const factor = stock / ours;
  report(
    `List of ${rows.toLocaleString('en')} users in Emacs`,
    `from the bridge, messages parsed: ${ms(read)} of CPU time, longest block ${ms(longest)}; rows shown: ${ms(ours)}, ` +
      `tabulated-list-mode ${ms(stock)}, ${factor.toFixed(0)} times as long; five times as many rows: ${ms(many)}`,
    'under 200 ms of CPU time, no block over 100 ms, tabulated-list-mode at least 10 times as long',
    rows === users && read < 200 && longest < 100 && factor >= 10,
  );
}
