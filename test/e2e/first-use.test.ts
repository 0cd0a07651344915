/** A new user: an empty directory, `M-x scim`, a few questions, and a doctor that finds nothing wrong. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Mock, startMock } from '../../src/mock/server.js';
import { batch } from '../support/batch.js';

const token = 'first-use-s3cret-token';

let mock: Mock;
/** Home, and in it the empty directory. */
let home: string;
let root: string;

beforeAll(async () => {
  mock = await startMock({ users: 20, tokens: [token] });
});

afterAll(() => mock.close());

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'scim-first-')));
  root = join(home, 'work');
  mkdirSync(root);
  return () => rmSync(home, { recursive: true });
});

function environment(): Record<string, string> {
  return { HOME: home, XDG_STATE_HOME: join(home, 'state'), XDG_CACHE_HOME: join(home, 'cache') };
}

/** What the person sees at the end. */
interface Seen {
  /** The text of the home buffer and of the doctor's. */
  home: string;
  doctor: string;
  /** All messages. */
  messages: string;
}

/**
 * The commands of a person at a keyboard: `M-x scim`, then KEYS as `kbd` reads them, which stand for themselves in the
 * minibuffer too; then what is to be seen when the doctor has finished.
 */
function session(keys: readonly string[]): string {
  return `
(require 'scim)
(defun first-use-wait (done)
  (with-timeout (60 (error "Nothing came"))
    (while (not (funcall done)) (accept-process-output nil 0.05))))
(defun first-use-text (name)
  (with-current-buffer name (buffer-substring-no-properties (point-min) (point-max))))
(defun first-use-found (name text)
  (and (get-buffer name) (string-match-p text (first-use-text name))))
(execute-kbd-macro (kbd "M-x scim RET"))
(first-use-wait (lambda () (first-use-found "*SCIM*" "none yet; t sets one up")))
${keys.map((key) => `(execute-kbd-macro (kbd ${JSON.stringify(key)}))`).join('\n')}
(first-use-wait (lambda () (first-use-found "*SCIM doctor*" "SCIM006")))
;; In batch, services are not asked by themselves.
(first-use-wait (lambda () (first-use-found "*SCIM*" "[?] .*  default")))
(let ((seen (list :home (first-use-text "*SCIM*")
                  :doctor (first-use-text "*SCIM doctor*")
                  :messages (first-use-text "*Messages*")))
      (coding-system-for-write 'utf-8))
  (write-region (json-serialize seen) nil "../seen.json"))
(mapc #'scim-mock-stop (scim-mock-all))
(dolist (bridge (scim-rpc-bridges)) (scim-rpc-stop (plist-get bridge :root)))
`;
}

async function emacs(...keys: string[]): Promise<Seen> {
  const script = join(home, 'session.el');
  writeFileSync(script, session(keys));
  const command = ['-Q', '--batch', '-L', join(process.cwd(), 'elisp'), '-l', script];
  const child = spawn(process.env.EMACS ?? 'emacs', command, {
    cwd: root,
    env: { PATH: process.env.PATH, ...environment() },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const [code] = await once(child, 'close');
  expect(code, said).toBe(0);
  expect(said).not.toContain(token);
  return JSON.parse(readFileSync(join(home, 'seen.json'), 'utf8'));
}

/** TEXT as keys for `kbd`, and RET. */
function typed(text: string): string {
  return `${text.replaceAll(' ', ' SPC ')} RET`;
}

function expectGreen({ doctor }: Seen, tenant: string): void {
  expect(doctor).toContain(`Tenant ${tenant}`);
  expect(doctor).not.toMatch(/^ {2}[✗!]/m);
  for (const id of ['ENV015', 'NET002', 'AUTH001', 'SCIM001', 'SCIM006']) expect(doctor).toMatch(`✓ ${id}`);
}

describe('an empty directory in Emacs', () => {
  it('has a service set up by a few questions, to a green doctor', async () => {
    const seen = await emacs(
      `t ${typed('Any')} ${typed('staging')} ${typed(`${mock.url}/Users`)} ${typed(mock.url)} ${typed('file')} RET ${typed(token)}`,
    );
    expectGreen(seen, 'staging');
    expect(seen.messages).toContain('The tenant staging is in');
    // The way back leads to a home buffer that knows of it.
    expect(seen.home).toContain(`? staging         generic    ${mock.url}`);
    expect(seen.home).not.toContain('none yet');
    const yaml = readFileSync(join(root, 'scim.yaml'), 'utf8');
    expect(yaml).toContain('token: file:secrets/staging.token');
    expect(yaml).not.toContain('/Users');
    expect(JSON.stringify(seen) + yaml).not.toContain(token);
    expect(statSync(join(root, 'secrets/staging.token')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(root, 'secrets/.gitignore'), 'utf8')).toMatch(/^\*$/m);
    // What was set up there is green in CI, too.
    expect(await batch(['doctor'], environment(), root)).toMatchObject({ code: 0, stderr: '' });
  });

  it('has its secret stored by auth-source when nothing else is said, to a green doctor', async () => {
    const seen = await emacs(`t ${typed('Any')} ${typed('staging')} ${typed(mock.url)} RET RET ${typed(token)} y`);
    expectGreen(seen, 'staging');
    expect(seen.home).toContain('? staging');
    expect(readFileSync(join(root, 'scim.yaml'), 'utf8')).toContain('token: auth-source:127.0.0.1/staging');
    expect(JSON.stringify(seen)).not.toContain(token);
    expect(statSync(join(home, '.authinfo')).mode & 0o777).toBe(0o600);
    expect(await batch(['doctor'], environment(), root)).toMatchObject({ code: 0, stderr: '' });
  });

  it('has a mock server set up by three answers, to a green doctor', async () => {
    const seen = await emacs(`t ${typed('Mock')} RET RET`);
    expectGreen(seen, 'mock');
    expect(seen.home).toMatch(/[?] mock .* http:\/\/127\.0\.0\.1:\d+\/scim\/v2/);
    expect(existsSync(join(root, 'mock.scim-mock'))).toBe(true);
    // Tomorrow it does not run any more.
    expect(readFileSync(join(root, 'scim.yaml'), 'utf8')).toContain('# C-c C-c in mock.scim-mock starts it.');
    const secret = readFileSync(join(root, 'secrets/mock.token'), 'utf8').trim();
    expect(secret.length).toBeGreaterThan(15);
    expect(JSON.stringify(seen)).not.toContain(secret);
  });
});

describe('an empty directory in batch mode', () => {
  it('says which two variables are wanted, and is green with them', async () => {
    const before = await batch(['doctor'], environment(), root);
    expect(before.code).toBe(6);
    expect(before.stdout).toContain('export SCIM_API_BASE_URL=…');
    expect(before.stdout).toContain('export SCIM_AUTH_TOKEN=…');
    const set = { ...environment(), SCIM_API_BASE_URL: mock.url, SCIM_AUTH_TOKEN: token };
    const after = await batch(['doctor'], set, root);
    expect(after).toMatchObject({ code: 0, stderr: '' });
    expect(after.stdout).toContain('0 errors, 0 warnings');
    expect(after.stdout).not.toContain(token);
  });
});
