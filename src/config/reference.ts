/** Typed references to values that do not stand in `scim.yaml` itself: `env:`, `file:`, `auth-source:`, `cmd:`. */

import { readFileSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { type SetVariable, VariableSet } from './variable-set.js';

/** Where a value comes from, as messages name it; never the value. */
export interface Origin {
  readonly kind: 'env' | 'set' | 'file' | 'auth-source' | 'cmd' | 'literal';
  /** `variable SCIM_AUTH_TOKEN`, `file secrets/token`, `the literal`. */
  readonly label: string;
  /** Name of the variable, of the environment or of a set. */
  readonly variable?: string;
  /** The set that the variable stands in, relative to the workspace, and its line, from 1. */
  readonly set?: { readonly file: string; readonly line: number };
  /** The file that holds the value. */
  readonly path?: string;
}

interface Unresolved {
  readonly ok: false;
  readonly origin: Origin;
  readonly problem: string;
  readonly remedy: string;
  /** Why there is no value: there is nothing, or nobody has looked yet; absent when there is one that is wrong. */
  readonly lack?: 'missing' | 'unknown';
  /** The value is a placeholder, or a reference that nothing has resolved. */
  readonly isPlaceholder?: true;
}

export type Resolved = { readonly ok: true; readonly value: string; readonly origin: Origin } | Unresolved;

/** What `auth-source:` and `cmd:` give, as far as it is known. */
export interface ExternalValues {
  /** What KIND:TARGET, which is written in the file STANDSIN, stands for. */
  get(kind: 'auth-source' | 'cmd', target: string, standsIn: string): Resolved;
}

/** For files whose values come from variables and files alone. */
const noExternals: ExternalValues = {
  get: (kind) =>
    failed({ kind, label: `the reference ${kind}:` }, 'is of a kind that is not possible here', 'use env: or file:'),
};

/** What references in a file in the directory ROOT are resolved against, when there are no variable sets. */
export function plainContext(root: string, environment: NodeJS.ProcessEnv): ReferenceContext {
  return { root, environment, set: VariableSet.none, externals: noExternals, standsIn: root, anyLiteral: true };
}

/** What references of one tenant are resolved against. */
export interface ReferenceContext {
  /** Directory that relative paths start from. */
  readonly root: string;
  readonly environment: NodeJS.ProcessEnv;
  /** The tenant's variable set. */
  readonly set: VariableSet;
  readonly externals: ExternalValues;
  /** The file with the reference, which is trusted or not. */
  readonly standsIn: string;
  /** Whether a literal may look like a placeholder: in a file of made-up secrets. */
  readonly anyLiteral?: boolean;
}

/** What the bytes of a file come to. */
type ReadBytes = (bytes: Buffer) => string;

const schemes = /^(env|file|auth-source|cmd):(.*)$/s;

/** Is TEXT a reference, and not a value? */
export function isReference(text: string): boolean {
  return schemes.test(text);
}

function failed(origin: Origin, problem: string, remedy: string, lack?: Unresolved['lack']): Unresolved {
  return { ok: false, origin, problem, remedy, ...(lack === undefined ? {} : { lack }) };
}

/**
 * What other tools resolve, and what people leave in templates. Such a text is never the value that is meant, and to
 * send it along would look like a wrong credential, or worse.
 */
const unresolved =
  /^(?:(?:op|bw|bws|vault|pass|sops|keyring|keychain|awssm|aws-sm|gcpsm|gsm|azkv|akv|doppler|infisical|secret|ref\+\w+):.*|\$\{[^}]*\}|\$\([^)]*\)|\$[A-Za-z_]\w*|%[A-Za-z_]\w*%|\{\{.*\}\}|<[^<>]*>|change-?me|todo|x{3,}|your[-_ ].*)$/is;

function checked(resolved: Resolved): Resolved {
  if (!resolved.ok || !unresolved.test(resolved.value.trim())) return resolved;
  const found = failed(
    resolved.origin,
    'holds what looks like a placeholder, or a reference that nothing has resolved',
    'give the value itself, or a reference: env:NAME, file:PATH, auth-source:HOST/USER, cmd:COMMAND',
  );
  return { ...found, isPlaceholder: true };
}

function fromVariable(name: string, context: ReferenceContext, read: ReadBytes, seen: readonly string[]): Resolved {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    // Not shown: somebody may have put the secret itself there.
    const problem = 'is not a name that an environment variable can have';
    return failed({ kind: 'env', label: 'what follows env:' }, problem, 'write env:NAME');
  }
  const origin: Origin = { kind: 'env', label: `variable ${name}`, variable: name };
  const inSet = context.set.find(name);
  if (inSet && !seen.includes(name)) return fromSet(inSet, context, read, [...seen, name]);
  const value = context.environment[name];
  const files = context.set.files.map(({ file }) => file).join(', ');
  const where = files === '' ? 'set it in the environment' : `write it into ${files}, or set it in the environment`;
  if (value === undefined) return failed(origin, 'is not set', `${where}: export ${name}=…`, 'missing');
  if (value.trim() === '') {
    return failed(origin, 'is set but empty', `give it a value: export ${name}=…`, 'missing');
  }
  return { ok: true, value, origin };
}

/**
 * A variable of a set may refer to the environment variable of its own name: the set then says that it is needed. Any
 * other circle is an error.
 */
function fromSet(found: SetVariable, context: ReferenceContext, read: ReadBytes, seen: readonly string[]): Resolved {
  const { name, value, quote } = found.variable;
  const set = { file: found.file, line: found.variable.nameRange.start.line + 1 };
  const label = `variable ${name}, ${set.file}:${set.line}`;
  const origin: Origin = { kind: 'set', label, variable: name, set };
  if (value.trim() === '') return failed(origin, 'is set but empty', 'give it a value', 'missing');
  if (quote === 'single' || !isReference(value)) return { ok: true, value, origin };
  const [, scheme, target = ''] = schemes.exec(value) ?? [];
  if (scheme === 'env' && target !== name && seen.includes(target)) {
    const circle = [...seen, target].join(' → ');
    return failed(origin, `refers to itself: ${circle}`, 'break the circle');
  }
  const resolved = resolveIn(value, { ...context, standsIn: found.path }, read, seen);
  return {
    ...resolved,
    origin: { ...resolved.origin, label: `${label} (${resolved.origin.label})`, variable: name, set },
  };
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

function fromFile(path: string, root: string, read: ReadBytes): Resolved {
  const absolute = isAbsolute(path) ? path : resolve(root, path);
  const origin: Origin = { kind: 'file', label: `file ${path}`, path: absolute };
  if (path === '') return failed(origin, 'has no path', 'write file:PATH');
  try {
    const value = read(readFileSync(absolute));
    if (value.trim() === '') return failed(origin, 'is empty', 'write the value into it', 'missing');
    return { ok: true, value, origin };
  } catch (error) {
    const remedy = 'create it, readable by you alone (mode 0600), or correct the path';
    const problem = fileProblem(error);
    return failed(origin, problem, remedy, problem.startsWith('does not exist') ? 'missing' : undefined);
  }
}

/** A trailing newline is what editors and `echo` add; anything else belongs to the value. */
function asText(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/\r?\n$/, '');
}

/** The same for a reference to a binary file: the value is in Base64, as a variable would hold it. */
export function resolveBytes(reference: string, context: ReferenceContext): Resolved {
  return resolveReference(reference, context, (bytes) => bytes.toString('base64'));
}

/**
 * The value that REFERENCE, a text as it stands in `scim.yaml`, stands for. An unresolved reference is never an empty
 * string, and never the value; a value is text and stays what it is. What `auth-source:` and `cmd:` give is looked up
 * beforehand (`Externals`).
 */
export function resolveReference(reference: string, context: ReferenceContext, read: ReadBytes = asText): Resolved {
  return resolveIn(reference, context, read, []);
}

function resolveIn(reference: string, context: ReferenceContext, read: ReadBytes, seen: readonly string[]): Resolved {
  const [, scheme, rest = ''] = schemes.exec(reference) ?? [];
  switch (scheme) {
    case 'env':
      return checked(fromVariable(rest, context, read, seen));
    case 'file':
      return checked(fromFile(rest, context.root, read));
    case 'auth-source':
    case 'cmd':
      return checked(context.externals.get(scheme, rest, context.standsIn));
    default: {
      const literal: Resolved = { ok: true, value: reference, origin: { kind: 'literal', label: 'the literal' } };
      return context.anyLiteral === true ? literal : checked(literal);
    }
  }
}
