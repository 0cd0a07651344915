/** A request from Emacs to the bridge and back, with compiled Lisp, as an installed package has it. */

import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ms, percentile, report } from './measure.js';

const program = `
(progn
  (require 'scim-rpc)
  (setq scim-bridge-file "${resolve('dist/scim-bridge.cjs')}")
  (let ((params '(:source (:path "bench.scim" :content (:text "GET /Users\\n")))) times)
    (dotimes (_ 500) (scim-rpc-request "scim/request/outline" params))
    (dotimes (_ 3000)
      (let ((start (float-time)))
        (scim-rpc-request "scim/request/outline" params)
        (push (* 1000 (- (float-time) start)) times)))
    (princ (format "%S" times))))`;

export async function benchRoundTrip(): Promise<void> {
  const emacs = process.env.EMACS ?? 'emacs';
  const run = promisify(execFile);
  const directory = mkdtempSync(join(tmpdir(), 'scim-bench-'));
  cpSync('elisp', directory, { recursive: true });
  const files = readdirSync(directory).filter((file) => file.endsWith('.el'));
  await run(emacs, ['-Q', '--batch', '-L', '.', '-f', 'batch-byte-compile', ...files], { cwd: directory });
  const { stdout } = await run(emacs, ['-Q', '--batch', '-L', directory, '--eval', program], { maxBuffer: 1 << 24 });
  rmSync(directory, { recursive: true });
  const times = (stdout.match(/[\d.e+-]+/g) ?? []).map(Number).sort((a, b) => a - b);
  const p95 = percentile(times, 0.95);
  report(
    'Request round trip Emacs → bridge → Emacs',
    `${times.length} requests: p50 ${ms(percentile(times, 0.5))}, p95 ${ms(p95)}, max ${ms(times.at(-1) ?? Number.NaN)}`,
    'p95 under 1 ms',
    p95 < 1,
  );
}
