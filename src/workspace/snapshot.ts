/** How a tenant or a variable set stands: what is written, where values come from, what stands for them. No value. */

import { createHmac, randomBytes } from 'node:crypto';
import type { Annotations } from '../config/env-file.js';
import { isReference, type Origin, type Resolved, resolveBytes, resolveReference } from '../config/reference.js';
import type { SetVariable } from '../config/variable-set.js';
import { ConfigurationError } from '../scim/error.js';
import { fingerprint } from './fingerprint.js';
import { referencesOf, type WrittenReference } from './inventory-keys.js';
import { shownReference as maskedReference } from './inventory-source.js';
import type { TenantEntry } from './schema.js';
import type { Workspace } from './workspace.js';

/** Where something is written, in the work tree. */
interface Place {
  /** Absolute. */
  readonly file: string;
  /** From 0. */
  readonly line: number;
}

/** One key of a tenant, or one variable of a set. */
export interface Item {
  readonly kind: 'tenant' | 'variable';
  /** `limits.timeout`, or the name of the variable. */
  readonly name: string;
  readonly secret: boolean;
  /** A reference, or a literal that is no secret. */
  readonly written: string;
  /** Where the value comes from, for people. */
  readonly origin?: string;
  /** The same without what moves for no reason, such as lines. */
  readonly source: string;
  readonly fingerprint?: string;
  readonly problem?: string;
  readonly place?: Place;
  /** Equal for equal values, in this process alone; also of values that are too short for a fingerprint. */
  readonly mark?: string;
}

/** What stands for values within this process: without the key nothing can be concluded from it. */
const markKey = randomBytes(32);

function markOf(value: string): string {
  return createHmac('sha256', markKey).update(value).digest('base64');
}

/** Collects secrets while items are made, so that no literal that holds one is shown. */
export class SecretValues {
  readonly #values = new Set<string>();

  add(value: string): void {
    if (value !== '') this.#values.add(value);
  }

  /** Does TEXT hold one? Very short ones only count when they are all of it. */
  within(text: string): boolean {
    return [...this.#values].some((value) => (value.length < 6 ? text === value : text.includes(value)));
  }
}

/** Shown in place of what must not be. */
const hidden = 'a secret as a literal';
const notShown = 'a literal';

/** What a resolved reference tells about an item. */
function resolvedPart(resolved: Resolved, secret: boolean, secrets: SecretValues) {
  const { origin } = resolved;
  if (secret && resolved.ok) secrets.add(resolved.value);
  const mark = resolved.ok ? fingerprint(resolved.value) : undefined;
  return {
    source: sourceOf(origin),
    ...(origin.kind === 'literal' ? {} : { origin: origin.label }),
    ...(resolved.ok ? { mark: markOf(resolved.value) } : { problem: resolved.problem }),
    ...(mark === undefined ? {} : { fingerprint: mark }),
  };
}

function sourceOf({ kind, variable, set, path }: Origin): string {
  return JSON.stringify([kind, variable, set?.file, path]);
}

/** Every key of tenant NAME of WORKSPACE, with what it inherits. PLACES: whether `scim.yaml` is the one of now. */
export function describeTenant(workspace: Workspace, name: string, secrets: SecretValues, places: boolean): Item[] {
  const { entry, context, definerOf, setProblem } = workspace.written(name);
  const placeOf = (keys: readonly [keyof TenantEntry, ...string[]]) => {
    const line = workspace.lineOf(['tenants', definerOf(keys[0]), ...keys]);
    return places && line !== undefined && workspace.file !== null
      ? { place: { file: workspace.file, line: line - 1 } }
      : {};
  };
  const references = referencesOf(entry);
  const described = references.map(({ keys, reference, role }): Item => {
    const resolve = role.binary === true ? resolveBytes : resolveReference;
    const resolved = resolve(reference, context);
    const written = shownReference({ keys, reference, role });
    const part = { ...resolvedPart(resolved, role.secret, secrets), ...placeOf(keys) };
    return { kind: 'tenant', name: keys.join('.'), secret: role.secret, written, ...part };
  });
  const known = new Set(described.map((item) => item.name));
  const plain = plainKeys(entry)
    .filter(({ keys }) => !known.has(keys.join('.')))
    .map(({ keys, written }): Item => {
      return { kind: 'tenant', name: keys.join('.'), secret: false, written, source: '', ...placeOf(keys) };
    });
  const broken: Item[] =
    setProblem === undefined
      ? []
      : [{ kind: 'tenant', name: 'variables', secret: false, written: '', source: '', problem: setProblem.message }];
  return [...described, ...plain, ...broken].sort((a, b) => keyOrder(a.name) - keyOrder(b.name));
}

/** The arguments of a command may hold what must not be seen: their fingerprint tells whether they are the same. */
function shownCommandOf(reference: string): string {
  const shown = maskedReference(reference);
  const same = shown === reference ? undefined : fingerprint(reference);
  return same === undefined ? shown : `${shown} [${same}]`;
}

function shownReference({ reference, role }: WrittenReference): string {
  if (reference.startsWith('cmd:')) return shownCommandOf(reference);
  if (isReference(reference)) return reference;
  if (role.secret) return hidden;
  const complaint = role.check(reference);
  return complaint === undefined ? reference : `${notShown} that ${complaint.problem}`;
}

const order = ['extends', 'vendor', 'baseUrl', 'auth', 'tls', 'proxy', 'http2', 'limits', 'validation', 'variables'];

function keyOrder(name: string): number {
  const index = order.indexOf(name.split('.')[0] ?? '');
  return index < 0 ? order.length : index;
}

/** A key that holds no reference, and its value as it would be written. */
export interface PlainKey {
  readonly keys: readonly [keyof TenantEntry, ...string[]];
  readonly value: unknown;
  readonly written: string;
}

/** Keys without parts and without references. */
const ownKeys = [
  'extends',
  'vendor',
  'http2',
  'validation',
  'variables',
  'production',
  'confirm',
  'readOnly',
  'protected',
] as const satisfies readonly (keyof TenantEntry)[];

/** The keys of ENTRY that hold something other than a text that may be a reference. */
export function plainKeys(entry: TenantEntry): PlainKey[] {
  const { auth, tls, limits = {}, profile, proxy } = entry;
  const found: PlainKey[] = [];
  const add = (keys: PlainKey['keys'], value: unknown): void => {
    if (value !== undefined) found.push({ keys, value, written: writtenValue(value) });
  };
  for (const key of ownKeys) add([key], entry[key]);
  for (const [key, value] of Object.entries(limits)) {
    add(['limits', key], /timeout|deadline/i.test(key) && typeof value === 'number' ? durationText(value) : value);
  }
  for (const [key, value] of Object.entries(auth ?? {})) {
    if (key === 'scheme' || key === 'method' || key === 'algorithm') add(['auth', key], value);
  }
  if (tls?.insecureSkipVerify !== undefined) add(['tls', 'insecureSkipVerify'], tls.insecureSkipVerify);
  if (proxy === 'none') add(['proxy'], proxy);
  for (const { path, value } of leaves(profile, [])) add(['profile', ...path], value);
  return found;
}

function leaves(value: unknown, path: readonly string[]): { path: readonly string[]; value: unknown }[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return value === undefined ? [] : [{ path, value }];
  }
  return Object.entries(value).flatMap(([key, member]) => leaves(member, [...path, key]));
}

/** MS as `scim.yaml` writes durations. */
function durationText(ms: number): string {
  if (ms % 60_000 === 0 && ms > 0) return `${ms / 60_000}m`;
  return ms % 1000 === 0 && ms > 0 ? `${ms / 1000}s` : `${ms}ms`;
}

function writtenValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What is known of names of variables: what keys of tenants they are used for. */
export class VariableUses {
  readonly #secret = new Set<string>();
  readonly #plain = new Set<string>();
  readonly #declared: ReadonlyMap<string, Annotations>;

  constructor(workspace: Workspace) {
    this.#declared = workspace.declared;
    for (const name of workspace.tenantNames) this.#look(workspace, name);
  }

  /** May nobody see the value of the variable NAME with the ANNOTATIONS? When in doubt, nobody may. */
  isSecret(name: string, annotations: Annotations): boolean {
    if (this.#secret.has(name)) return true;
    const { secret, format } = { ...this.#declared.get(name), ...annotations };
    if (secret !== undefined) return secret;
    if (looksSecret.test(name)) return true;
    return !(this.#plain.has(name) || format === 'url' || format === 'duration');
  }

  #look(workspace: Workspace, tenant: string): void {
    const { entry, context } = orNothing(() => workspace.written(tenant)) ?? {};
    if (entry === undefined || context === undefined) return;
    for (const { reference, role } of referencesOf(entry)) {
      const into = role.secret ? this.#secret : this.#plain;
      for (let name = variableIn(reference); name !== undefined && !into.has(name); ) {
        into.add(name);
        name = variableIn(context.set.find(name)?.variable.value ?? '');
      }
    }
  }
}

const looksSecret = /token|secret|passw|passphrase|pwd|key|credential|authorization/i;

function variableIn(reference: string): string | undefined {
  return /^env:(\w+)$/.exec(reference)?.[1];
}

/** What MAKE gives; undefined when the configuration does not allow it. */
export function orNothing<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}

/**
 * The variables of the sets FILES, the definitions that count.
 *
 * @throws ConfigurationError when one cannot be read
 */
export function describeSets(
  workspace: Workspace,
  files: readonly string[],
  secrets: SecretValues,
  places: boolean,
): Item[] {
  const context = workspace.contextOf(files);
  const uses = new VariableUses(workspace);
  return context.set.variables.map((found): Item => {
    const { name, annotations } = found.variable;
    const secret = uses.isSecret(name, annotations);
    const resolved = resolveReference(`env:${name}`, context);
    const part = resolvedPart(resolved, secret, secrets);
    const written = shownVariable(found, secret, secrets);
    const place = places ? { place: { file: found.path, line: found.variable.nameRange.start.line } } : {};
    // That a variable of a set comes from that set need not be said.
    const { origin: _origin, ...rest } = part;
    return { kind: 'variable', name, secret, written, ...rest, source: written, ...place };
  });
}

function shownVariable({ variable }: SetVariable, secret: boolean, secrets: SecretValues): string {
  const { value, quote } = variable;
  if (quote !== 'single' && isReference(value)) return value.startsWith('cmd:') ? shownCommandOf(value) : value;
  if (value === '') return 'empty';
  if (!secret) return value;
  secrets.add(value);
  return hidden;
}

/** ITEM with its texts hidden when they hold one of SECRETS. */
export function withoutSecrets<T extends Pick<Item, 'written' | 'problem' | 'origin'>>(item: T, secrets: SecretValues) {
  const { written, problem, origin } = item;
  return {
    ...item,
    ...(secrets.within(written) && { written: hidden }),
    ...(problem !== undefined && secrets.within(problem) && { problem: 'is wrong' }),
    ...(origin !== undefined && secrets.within(origin) && { origin: 'a reference' }),
  };
}

/** The sets that tenants of WORKSPACE name, each once. */
export function setsOf(workspace: Workspace): string[] {
  const named = workspace.tenantNames.flatMap((name) => orNothing(() => workspace.written(name).entry.variables) ?? []);
  return [...new Set(named)];
}
