/** Which files may run commands: a person has to have seen exactly this content. */

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ConfigurationError } from '../scim/error.js';

/** Where trust is kept, outside of any repository: `$XDG_STATE_HOME/scim/trust.json`. */
export function trustPath(environment: NodeJS.ProcessEnv, home: string): string {
  const state = environment.XDG_STATE_HOME;
  return join(state === undefined || state === '' ? join(home, '.local', 'state') : state, 'scim', 'trust.json');
}

/** Stands for the file PATH with its content of now; undefined when it cannot be read. */
function trustDigest(path: string): string | undefined {
  try {
    return createHash('sha256').update(path).update('\0').update(readFileSync(path)).digest('hex');
  } catch {
    return undefined;
  }
}

/** Stands for the content alone, so that CI, where paths are others, can trust it: `SCIM_TRUST`. */
function contentDigest(path: string): string | undefined {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return undefined;
  }
}

/** A file that may run commands, as it is now. */
interface Inspected {
  /** Absolute. */
  readonly file: string;
  readonly digest: string;
  readonly contentDigest: string;
  readonly commands: readonly { readonly command: string /** From 0. */; readonly line: number }[];
}

/**
 * The commands that the file at PATH, relative to ROOT, would run.
 *
 * @throws ConfigurationError when it cannot be read
 */
export function inspectTrust(path: string, root: string): Inspected {
  const file = resolve(root, path);
  const digest = trustDigest(file);
  const content = contentDigest(file);
  if (digest === undefined || content === undefined) {
    throw new ConfigurationError('config.file', `${file} cannot be read`, { file, remedy: 'correct the path' });
  }
  const commands = readFileSync(file, 'utf8')
    .split('\n')
    // A whole line of comment runs nothing. What stands behind a value may be a comment or not: it is told.
    .flatMap((text, line) =>
      /^\s*#/.test(text)
        ? []
        : [...text.matchAll(/\bcmd:([^\r\n]*)/g)].map((match) => ({ text: match[1] ?? '', line })),
    )
    .map(({ text, line }) => ({ command: withoutYaml(text), line }));
  return { file, digest, contentDigest: content, commands };
}

/** TEXT without the brackets of YAML that follow it, and without the quote that ends the whole value. */
function withoutYaml(text: string): string {
  const command = text.replace(/[\s}\]]*$/, '').trim();
  const last = command.at(-1);
  const isOpen = (last === '"' || last === "'") && command.split(last).length % 2 === 0;
  return isOpen ? command.slice(0, -1) : command;
}

export class TrustStore {
  constructor(
    /** The file that remembers. */
    private readonly path: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /** May FILE, as it is now, run commands? */
  isTrusted(file: string): boolean {
    const digest = trustDigest(file);
    const content = contentDigest(file);
    if (digest === undefined || content === undefined) return false;
    const given = (this.environment.SCIM_TRUST ?? '').split(/[\s,]+/);
    return given.includes(content) || this.#read().includes(digest);
  }

  /** Trusts FILE as it is now. */
  trust(file: string): void {
    const digest = trustDigest(file);
    if (digest === undefined) return;
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    const temporary = `${this.path}.${process.pid}`;
    const digests = [...new Set([...this.#read(), digest])];
    writeFileSync(temporary, `${JSON.stringify({ trusted: digests }, undefined, 2)}\n`, { mode: 0o600 });
    renameSync(temporary, this.path);
  }

  #read(): string[] {
    try {
      const stored: unknown = JSON.parse(readFileSync(this.path, 'utf8'));
      const digests = typeof stored === 'object' && stored !== null && 'trusted' in stored ? stored.trusted : [];
      return Array.isArray(digests) ? digests.filter((digest) => typeof digest === 'string') : [];
    } catch {
      return [];
    }
  }
}
