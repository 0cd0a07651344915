import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Absolute, so that a test may take the PATH away. */
const emacs = execFileSync('sh', ['-c', 'command -v "$0"', process.env.EMACS ?? 'emacs'], { encoding: 'utf8' }).trim();

export interface BatchRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Run `emacs --batch` as a CI job does: `scim-batch` with ARGS in directory CWD. */
export async function batch(
  args: readonly string[],
  environment: Record<string, string> = {},
  cwd = process.cwd(),
): Promise<BatchRun> {
  const elisp = join(process.cwd(), 'elisp');
  const command = ['-Q', '--batch', '-L', elisp, '-l', 'scim-batch', '-f', 'scim-batch', '--', ...args];
  const child = spawn(emacs, command, {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

/** An empty directory with FILES in it, and a function that removes it. */
export function workspaceWith(files: Record<string, string>): { root: string; remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'scim-e2e-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  return { root, remove: () => rmSync(root, { recursive: true }) };
}
