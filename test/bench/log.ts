/** The exchanges of a long run, as the log of a real Emacs receives and shows them, with compiled Lisp. */

import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ms, report } from './measure.js';

/**
 * The log is shown in a window at its end while COUNT exchanges come as fast as a pipe carries them. The longest block of
 * the main thread is the most CPU time that Emacs took between two runs of a timer of 2 ms.
 */
function program(count: number): string {
  return `
(progn
  (require 'scim-log)
  (setq scim-bridge-file "${resolve('test/elisp/fake-bridge.cjs')}" inhibit-message t)
  (scim-rpc-request "test/flood" '(:count 500))
  (scim-test-until (lambda () (get-buffer "*SCIM (flood) log*")))
  (switch-to-buffer "*SCIM (flood) log*")
  (goto-char (point-max))
  (let* ((longest 0) (cpu (float-time (get-internal-run-time))) (last cpu)
         (ticker (run-at-time 0.002 0.002
                              (lambda ()
                                (let ((now (float-time (get-internal-run-time))))
                                  (setq longest (max longest (- now last)) last now)))))
         (done nil))
    (scim-rpc-request-async "test/flood" '(:count ${count}) :success (lambda (_) (setq done t)))
    (scim-test-until (lambda () (and done (null scim-log--pending) (scim-queue-empty-p))))
    (cancel-timer ticker)
    (setq cpu (- (float-time (get-internal-run-time)) cpu))
    (let ((start (float-time)) filtered shown)
      (scim-log-filter "method:PATCH status:4xx")
      (setq filtered (- (float-time) start) start (float-time))
      (scim-log-unfilter)
      (setq shown (- (float-time) start))
      (scim-test-until (lambda () (not scim-log--earlier)))
      (princ (json-encode (list :cpuMs (* 1000 cpu) :longestMs (* 1000 longest)
                                :lines (count-lines (point-min) (point-max))
                                :kept (length (scim-log-kept "flood"))
                                :filterMs (* 1000 filtered)
                                :showAllMs (* 1000 shown)))))))`;
}

const until = `
(defun scim-test-until (predicate)
  "Wait for PREDICATE."
  (while (not (funcall predicate)) (accept-process-output nil 0.002)))`;

export async function benchLog(count: number): Promise<void> {
  const emacs = process.env.EMACS ?? 'emacs';
  const run = promisify(execFile);
  const directory = mkdtempSync(join(tmpdir(), 'scim-bench-'));
  cpSync('elisp', directory, { recursive: true });
  const files = readdirSync(directory).filter((file) => file.endsWith('.el'));
  await run(emacs, ['-Q', '--batch', '-L', '.', '-f', 'batch-byte-compile', ...files], { cwd: directory });
  const { stdout } = await run(emacs, ['-Q', '--batch', '-L', directory, '--eval', until, '--eval', program(count)]);
  rmSync(directory, { recursive: true });
  const figures: Record<string, number> = JSON.parse(stdout);
  const { cpuMs = 0, longestMs = 0, lines = 0, kept = 0, filterMs = 0, showAllMs = 0 } = figures;
  const perThousand = cpuMs / (count / 1000);
  report(
    `Log of ${count} exchanges in Emacs, shown while they come`,
    `${ms(perThousand)} of CPU time for 1,000; longest block ${ms(longestMs)}; ${lines} lines, ${kept} kept; ` +
      `filter ${ms(filterMs)}, all again ${ms(showAllMs)}`,
    'under 100 ms for 1,000, no block over 100 ms, at most 12,500 lines',
    perThousand < 100 && longestMs < 100 && lines <= 12_500,
  );
}
