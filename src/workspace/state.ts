/** `.scim`: what is remembered about a workspace, beside it and outside of the repository. No secret goes there. */

import { chmodSync, existsSync, mkdirSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The path of NAME in the state of the workspace ROOT, to read from: it need not be there. */
export function stateFile(root: string, name: string): string {
  return join(root, '.scim', name);
}

/** The same to write to: its directory is made when it is not there. */
export function statePath(root: string, name: string): string {
  const state = join(root, '.scim');
  const path = stateFile(root, name);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const ignore = join(state, '.gitignore');
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n');
  return path;
}

/** Makes TEXT the content of PATH: wholly, or not at all. The mode of a file that is there stays; else it is MODE. */
export function replaceFile(path: string, text: string, mode: number): void {
  // What a link points at is replaced, and not the link.
  const real = existsSync(path) ? realpathSync(path) : path;
  const temporary = `${real}.${process.pid}.new`;
  writeFileSync(temporary, text, { mode });
  if (existsSync(real)) chmodSync(temporary, statSync(real).mode & 0o777);
  renameSync(temporary, real);
}
