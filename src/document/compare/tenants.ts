/** The resources of two tenants, matched by an attribute: what only one has, and what differs. */

import { createHash } from 'node:crypto';
import type { Target } from '../../client/target.js';
import type { CallOptions } from '../../client/types.js';
import { ScimError, UsageError } from '../../scim/error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../scim/json.js';
import type { Completeness } from '../../scim/list.js';
import { canonical, identityOf } from '../../scim/patch/identity.js';
import { isUnassigned } from '../../scim/patch/value.js';
import {
  getAttribute,
  holdsReferences,
  isCaseExact,
  type ResolvedAttribute,
  type ResourceType,
} from '../../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../../scim/schema/types.js';

export interface TenantSide {
  /** Name of the tenant. */
  readonly name: string;
  readonly target: Target;
}

export interface TenantsQuery {
  /** Name or endpoint of the resource type. */
  readonly type: string;
  /** SCIM path of a single-valued attribute. */
  readonly match: string;
  /** SCIM paths; absent: all that a client can set, but for references. */
  readonly attributes?: readonly string[] | undefined;
}

export type RowKind = 'differing' | 'onlyA' | 'onlyB' | 'unknown' | 'duplicate' | 'unmatched';

/** One difference between the tenants. */
export interface CompareRow {
  readonly kind: RowKind;
  /** The value that resources are matched by. */
  readonly key: string;
  readonly detail: string;
  readonly a?: string | undefined;
  readonly b?: string | undefined;
}

export interface TenantsComparison {
  readonly a: { readonly count: number; readonly completeness: Completeness };
  readonly b: { readonly count: number; readonly completeness: Completeness };
  readonly match: string;
  readonly caseExact: boolean;
  readonly attributes: readonly string[];
  readonly same: number;
  readonly rows: readonly CompareRow[];
  readonly warnings: readonly string[];
}

/**
 * How the resources of one type differ between A and B. Both lists are read page by page at the same time; of each
 * resource only fingerprints of its attributes are kept. A resource is `onlyA` only when the list of B is complete,
 * else it is `unknown`. Throws `UsageError` when an attribute cannot be used, and what `Target.list` throws.
 */
export async function compareTenants(
  a: TenantSide,
  b: TenantSide,
  query: TenantsQuery,
  call: CallOptions,
): Promise<TenantsComparison> {
  const [typeA, typeB] = await Promise.all([a, b].map((side) => typeOf(side, query.type, call)));
  if (typeA === undefined || typeB === undefined) throw new UsageError(`No resource type ${query.type}`);
  const match = matchAttribute(typeA, query.match);
  const matchB = matchAttribute(typeB, query.match);
  const caseExact = isExact(match) && isExact(matchB);
  const { paths, warnings } = comparedPaths(typeA, typeB, query, match.canonicalPath);
  const onProgress = progressOfBoth(call);
  const how = { match: query.match, caseExact, paths, chosen: query.attributes !== undefined };
  const [readA, readB] = await Promise.all([
    readSide(a, typeA, how, { ...call, onProgress: onProgress(0) }),
    readSide(b, typeB, how, { ...call, onProgress: onProgress(1) }),
  ]);
  return { ...merged(a, b, readA, readB, paths), match: match.canonicalPath, caseExact, attributes: paths, warnings };
}

async function typeOf({ target, name }: TenantSide, type: string, call: CallOptions): Promise<ResourceType> {
  const { registry } = await target.discover(call);
  const found = registry.find(type);
  if (found === undefined) throw new UsageError(`The server of ${name} has no resource type "${type}"`);
  return found;
}

function matchAttribute(type: ResourceType, path: string): ResolvedAttribute {
  const found = type.lookup(path);
  const value = found?.sub ?? found?.attribute;
  if (found === undefined || value === undefined) throw new UsageError(`${type.name} has no attribute ${path}`);
  if (found.attribute?.multiValued === true || value.multiValued || value.type === 'complex') {
    throw new UsageError(`${path} cannot tell which resources are the same: it has not one plain value`, {
      remedy: 'Match by an attribute such as userName, externalId or displayName.',
    });
  }
  return found;
}

function isExact({ attribute, sub }: ResolvedAttribute): boolean {
  const value = sub ?? attribute;
  return value !== undefined && isCaseExact(value);
}

/** The paths to compare, as the schema of A spells them, and what a person should know about the choice. */
function comparedPaths(
  a: ResourceType,
  b: ResourceType,
  { attributes }: TenantsQuery,
  match: string,
): { paths: string[]; warnings: string[] } {
  if (attributes !== undefined) {
    const paths = attributes.map((path) => {
      const found = a.lookup(path);
      if (found?.attribute === undefined) throw new UsageError(`${a.name} has no attribute ${path}`);
      return found.canonicalPath;
    });
    return { paths, warnings: [] };
  }
  const all = [...pathsOf(a), ...pathsOf(b).filter(({ path }) => a.lookup(path)?.attribute === undefined)];
  const references = all.filter(({ attribute }) => holdsReferences(attribute)).map(({ path }) => shortPath(path));
  const paths = all
    .filter(({ attribute, path }) => !holdsReferences(attribute) && path !== match)
    .map(({ path }) => path);
  const warnings =
    references.length === 0
      ? []
      : [`${references.join(', ')} not compared: the ids of resources differ between tenants`];
  return { paths, warnings };
}

function shortPath(path: string): string {
  return path.slice(path.lastIndexOf(':') + 1);
}

interface PathOf {
  readonly path: string;
  readonly attribute: AttributeDefinition;
}

/** The attributes of TYPE that a client can set and see. */
function pathsOf(type: ResourceType): PathOf[] {
  const isCompared = ({ name, mutability, returned }: AttributeDefinition): boolean =>
    mutability !== 'readOnly' && returned !== 'never' && returned !== 'request' && name !== 'schemas' && name !== 'id';
  const own = type.attributes.filter(isCompared).map((attribute) => ({ path: attribute.name, attribute }));
  const extended = type.extensions.flatMap(({ schema }) =>
    schema.attributes.filter(isCompared).map((attribute) => ({ path: `${schema.id}:${attribute.name}`, attribute })),
  );
  return [...own, ...extended];
}

/** What is kept of a resource. */
interface Kept {
  readonly id: string;
  /** The value that it is matched by, as it is written. */
  readonly name: string;
  /** A fingerprint for each compared path. */
  readonly prints: readonly string[];
}

interface SideRead {
  readonly byKey: Map<string, Kept>;
  readonly duplicates: { readonly first: Kept; readonly again: Kept }[];
  /** Resources without the attribute. */
  readonly unmatched: string[];
  readonly count: number;
  readonly completeness: Completeness;
}

interface How {
  readonly match: string;
  readonly caseExact: boolean;
  readonly paths: readonly string[];
  readonly chosen: boolean;
}

async function readSide(
  { name, target }: TenantSide,
  type: ResourceType,
  { match, caseExact, paths, chosen }: How,
  call: CallOptions,
): Promise<SideRead> {
  const byKey = new Map<string, Kept>();
  const duplicates: SideRead['duplicates'] = [];
  const unmatched: string[] = [];
  const hidesMembers = type.attribute('members') !== undefined && !paths.some((path) => /^members/i.test(path));
  const projection = chosen
    ? { attributes: ['id', match, ...paths] }
    : hidesMembers
      ? { excludedAttributes: ['members'] }
      : {};
  const run = target.list(type.name, projection, call);
  const seen = new Set<string>();
  try {
    for await (const { resources } of run) {
      for (const resource of resources) {
        const id = textAt(getAttribute(resource, 'id')) ?? '';
        if (id !== '' && seen.has(id)) continue;
        seen.add(id);
        const value = textAt(valueAt(type, resource, match));
        if (value === undefined) {
          unmatched.push(id);
          continue;
        }
        const kept = { id, name: value, prints: paths.map((path) => printOf(type, resource, path)) };
        const key = caseExact ? value : value.toLowerCase();
        const first = byKey.get(key);
        if (first === undefined) byKey.set(key, kept);
        else duplicates.push({ first, again: kept });
      }
    }
  } catch (error) {
    // What came until then is compared; what did not come is not known.
    if (!(error instanceof ScimError) || seen.size === 0 || call.signal?.aborted === true) throw error;
    const completeness: Completeness = { kind: 'partial', reason: `${name}: ${error.message}` };
    return { byKey, duplicates, unmatched, count: seen.size, completeness };
  }
  return { byKey, duplicates, unmatched, count: seen.size, completeness: run.outcome.completeness };
}

/** The value at PATH of RESOURCE. */
function valueAt(type: ResourceType, resource: JsonObject, path: string): JsonValue | undefined {
  const found = type.lookup(path);
  if (found?.attribute === undefined) return undefined;
  const home = found.extension === undefined ? resource : getAttribute(resource, found.extension);
  const value = isJsonObject(home) ? getAttribute(home, found.attribute.name) : undefined;
  const { sub } = found;
  if (sub === undefined) return value;
  if (Array.isArray(value))
    return value.flatMap((one) => (isJsonObject(one) ? (getAttribute(one, sub.name) ?? []) : []));
  return isJsonObject(value) ? getAttribute(value, sub.name) : undefined;
}

function textAt(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** A short text that differs where the values at PATH differ; the order of several values does not count. */
function printOf(type: ResourceType, resource: JsonObject, path: string): string {
  const value = valueAt(type, resource, path);
  if (isUnassigned(value) || value === undefined) return '';
  const attribute = type.lookup(path)?.attribute;
  const text = Array.isArray(value)
    ? value
        .map((one) =>
          attribute === undefined || !isJsonObject(one)
            ? canonical(one)
            : `${identityOf(attribute, one)} ${canonical(visible(one))}`,
        )
        .sort()
        .join('\n')
    : canonical(visible(value));
  return text.length <= 24 ? text : createHash('sha256').update(text).digest('base64').slice(0, 16);
}

/** VALUE without what follows from where it is. */
function visible(value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name.toLowerCase() !== '$ref'));
}

/** Tells the progress of two lists as one. */
function progressOfBoth({ onProgress }: CallOptions) {
  const done = [0, 0];
  const totals: (number | undefined)[] = [undefined, undefined];
  return (side: 0 | 1) => (count: number, total: number | undefined) => {
    done[side] = count;
    totals[side] = total;
    const [one, other] = totals;
    const all = one === undefined || other === undefined ? undefined : one + other;
    onProgress?.((done[0] ?? 0) + (done[1] ?? 0), all);
  };
}

function merged(
  sideA: TenantSide,
  sideB: TenantSide,
  a: SideRead,
  b: SideRead,
  paths: readonly string[],
): Pick<TenantsComparison, 'a' | 'b' | 'same' | 'rows'> {
  const rows: CompareRow[] = [];
  let same = 0;
  for (const [key, one] of a.byKey) {
    const other = b.byKey.get(key);
    if (other === undefined) {
      rows.push(alone('onlyA', one.name, sideA, sideB, b.completeness, { a: one.id }));
      continue;
    }
    const differing = paths.filter((_, index) => one.prints[index] !== other.prints[index]);
    if (differing.length === 0) same += 1;
    else
      rows.push({
        kind: 'differing',
        key: one.name,
        detail: differing.map(shortPath).join(', '),
        a: one.id,
        b: other.id,
      });
  }
  for (const [key, other] of b.byKey) {
    if (!a.byKey.has(key)) rows.push(alone('onlyB', other.name, sideB, sideA, a.completeness, { b: other.id }));
  }
  rows.push(...odd(sideA, a, (id) => ({ a: id })), ...odd(sideB, b, (id) => ({ b: id })));
  rows.sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
  return {
    a: { count: a.count, completeness: a.completeness },
    b: { count: b.count, completeness: b.completeness },
    same,
    rows,
  };
}

function alone(
  kind: 'onlyA' | 'onlyB',
  key: string,
  has: TenantSide,
  lacks: TenantSide,
  completeness: Completeness,
  ids: { a?: string; b?: string },
): CompareRow {
  if (completeness.kind === 'complete') return { kind, key, detail: `only in ${has.name}`, ...ids };
  const detail = `in ${has.name}; not seen in ${lacks.name}, whose list is not complete`;
  return { kind: 'unknown', key, detail, ...ids };
}

/** What cannot be matched on one side. */
function odd({ name }: TenantSide, read: SideRead, idsOf: (id: string) => { a?: string; b?: string }): CompareRow[] {
  return [
    ...read.duplicates.map(({ first, again }): CompareRow => {
      const detail = `twice in ${name}: ${first.id} and ${again.id}`;
      return { kind: 'duplicate', key: again.name, detail, ...idsOf(again.id) };
    }),
    ...read.unmatched.map((id): CompareRow => {
      return { kind: 'unmatched', key: id, detail: `in ${name}, without the attribute`, ...idsOf(id) };
    }),
  ];
}
