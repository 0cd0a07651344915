/** Where a reference leads, without the value. */

import { relative } from 'node:path';
import { isReference, type ReferenceContext } from '../config/reference.js';
import type { SetVariable } from '../config/variable-set.js';
import { shownCommand } from './command.js';
import type { InventorySource } from './inventory-types.js';

/** `env:NAME` with a name that a variable can have. */
const variableReference = /^env:([A-Za-z_][A-Za-z0-9_]*)$/;

/** The variable that REFERENCE names, if it names one. */
export function variableOf(reference: string): string | undefined {
  return variableReference.exec(reference)?.[1];
}

/** The variable that the definition FOUND refers to, other than the one of the environment with the same name. */
export function nextVariable({ variable: { name, value, quote } }: SetVariable): string | undefined {
  const next = quote === 'single' ? undefined : variableOf(value);
  return next === name ? undefined : next;
}

/** REFERENCE as it may be shown: the arguments of a command may hold what should not stand there. */
export function shownReference(reference: string): string {
  if (reference.startsWith('env:') && variableOf(reference) === undefined) return 'env:…';
  if (!reference.startsWith('cmd:')) return reference;
  return `cmd:${shownCommand(reference.slice('cmd:'.length))}`;
}

/** Where the value of REFERENCE comes from; STANDSAT is the place of a literal. */
export function sourceOf(
  reference: string,
  context: ReferenceContext,
  standsAt: string,
  seen: readonly string[] = [],
): InventorySource {
  const name = variableOf(reference);
  if (name !== undefined) return variableSource(name, context, seen);
  const label = shownReference(reference);
  if (reference.startsWith('file:')) return { kind: 'file', label };
  if (reference.startsWith('auth-source:')) return { kind: 'auth-source', label };
  if (reference.startsWith('cmd:')) return { kind: 'cmd', label };
  return { kind: 'literal', label: standsAt };
}

function variableSource(name: string, context: ReferenceContext, seen: readonly string[]): InventorySource {
  const found = context.set.find(name);
  if (found === undefined || seen.includes(name)) {
    return { kind: 'environment', label: seen.length === 0 || seen.at(-1) === name ? 'environment' : `env:${name}` };
  }
  const place = { file: shownPath(found.path, context.root), line: found.variable.nameRange.start.line + 1 };
  const here = `${place.file}:${place.line}`;
  const { value, quote } = found.variable;
  if (quote === 'single' || !isReference(value)) return { kind: 'set', label: here, ...place };
  const inner = sourceOf(value, context, here, [...seen, name]);
  return { kind: inner.kind, label: `${here} → ${inner.label}`, ...place };
}

/** PATH, relative to ROOT when it is in there. */
export function shownPath(path: string, root: string): string {
  const inside = relative(root, path);
  return inside.startsWith('..') ? path : inside;
}
