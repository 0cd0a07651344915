/** A request from Emacs to the bridge and back. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ms, percentile, report } from './measure.js';

const program = `
(progn
  (require 'scim-rpc)
  (let ((params '(:source (:path "bench.scim" :content (:text "GET /Users\\n")))) times)
    (dotimes (_ 200) (scim-rpc-request "scim/request/outline" params))
    (dotimes (_ 2000)
      (let ((start (float-time)))
        (scim-rpc-request "scim/request/outline" params)
        (push (* 1000 (- (float-time) start)) times)))
    (princ (format "%S" times))))`;

export async function benchRoundTrip(): Promise<void> {
  const emacs = process.env.EMACS ?? 'emacs';
  const { stdout } = await promisify(execFile)(emacs, ['-Q', '--batch', '-L', 'elisp', '--eval', program], {
    maxBuffer: 1 << 24,
  });
  const times = (stdout.match(/[\d.e+-]+/g) ?? []).map(Number).sort((a, b) => a - b);
  const p95 = percentile(times, 0.95);
  report(
    'Request round trip Emacs → bridge → Emacs',
    `${times.length} requests: p50 ${ms(percentile(times, 0.5))}, p95 ${ms(p95)}, max ${ms(times.at(-1) ?? Number.NaN)}`,
    'p95 under 1 ms',
    p95 < 1,
  );
}
