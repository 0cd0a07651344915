/** Typed references to values that do not stand in `scim.yaml` itself: `env:NAME`, `file:PATH`, or a literal. */

import { readFileSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';

/** Where a value comes from, as messages name it; never the value. */
interface Origin {
  readonly kind: 'env' | 'file' | 'literal';
  /** `variable SCIM_AUTH_TOKEN`, `file secrets/token`, `the literal`. */
  readonly label: string;
  /** Name of the environment variable. */
  readonly variable?: string;
}

export type Resolved =
  | { readonly ok: true; readonly value: string; readonly origin: Origin }
  | { readonly ok: false; readonly origin: Origin; readonly problem: string; readonly remedy: string };

const schemes = /^(env|file|auth-source|cmd):(.*)$/s;

function failed(origin: Origin, problem: string, remedy: string): Resolved {
  return { ok: false, origin, problem, remedy };
}

function fromEnvironment(name: string, environment: NodeJS.ProcessEnv): Resolved {
  const origin: Origin = { kind: 'env', label: `variable ${name}`, variable: name };
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return failed(origin, 'is not a name that an environment variable can have', 'write env:NAME');
  }
  const value = environment[name];
  if (value === undefined) return failed(origin, 'is not set', `set it in the environment: export ${name}=…`);
  if (value.trim() === '') return failed(origin, 'is set but empty', `give it a value: export ${name}=…`);
  return { ok: true, value, origin };
}

/** What a failed file operation was about, in words; the code when there are none. */
function fileProblem(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  const words: Record<string, string> = {
    ENOENT: 'does not exist',
    EACCES: 'may not be read by you',
    EISDIR: 'is a directory',
    ENOTDIR: 'does not exist: a part of its path is not a directory',
  };
  return words[code] ?? `cannot be read (${code})`;
}

function fromFile(path: string, root: string, read: (bytes: Buffer) => string): Resolved {
  const origin: Origin = { kind: 'file', label: `file ${path}` };
  if (path === '') return failed(origin, 'has no path', 'write file:PATH');
  try {
    const value = read(readFileSync(isAbsolute(path) ? path : resolve(root, path)));
    if (value.trim() === '') return failed(origin, 'is empty', 'write the value into it');
    return { ok: true, value, origin };
  } catch (error) {
    return failed(origin, fileProblem(error), 'create it, readable by you alone (mode 0600), or correct the path');
  }
}

/** A trailing newline is what editors and `echo` add; anything else belongs to the value. */
function asText(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/\r?\n$/, '');
}

/** The same for a reference to a binary file: the value is in Base64, as a variable would hold it. */
export function resolveBytes(reference: string, root: string, environment: NodeJS.ProcessEnv): Resolved {
  return resolveReference(reference, root, environment, (bytes) => bytes.toString('base64'));
}

/**
 * The value that REFERENCE stands for. An unresolved reference is never an empty string.
 *
 * @param reference text as it stands in `scim.yaml`
 * @param root directory that a relative `file:` starts from
 * @param read what the bytes of a file come to
 */
export function resolveReference(
  reference: string,
  root: string,
  environment: NodeJS.ProcessEnv,
  read: (bytes: Buffer) => string = asText,
): Resolved {
  const match = schemes.exec(reference);
  const rest = match?.[2] ?? '';
  switch (match?.[1]) {
    case 'env':
      return fromEnvironment(rest, environment);
    case 'file':
      return fromFile(rest, root, read);
    case 'auth-source':
    case 'cmd':
      return failed(
        { kind: 'literal', label: `the reference ${match[1]}:` },
        'is of a kind that this version cannot resolve',
        'use env: or file:',
      );
    default:
      return { ok: true, value: reference, origin: { kind: 'literal', label: 'the literal' } };
  }
}
