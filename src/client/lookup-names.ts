/** By which attributes people know a resource, and how well a text matches them. Pure. */

import { foldCase } from '../scim/fold.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import { getAttribute, type ResourceType } from '../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../scim/schema/types.js';

/** A resource that was looked up. */
export interface Found {
  /** Name of its resource type. */
  readonly type: string;
  readonly id: string;
  /** What people call it: `displayName`, else a name, else `userName`, else the id. */
  readonly name: string;
  /** What tells it from others of that name: its mail address, that it is not active; may be empty. */
  readonly detail: string;
}

/** A resource with the texts that it can be found by. */
export interface Candidate extends Found {
  readonly names: readonly string[];
}

/** The attributes that resources of TYPE are found by, the most telling first: paths in the schema's spelling. */
export function namingPaths(type: ResourceType): string[] {
  const preferred = type.name === 'User' ? userPaths : type.name === 'Group' ? ['displayName'] : otherPaths;
  if (type.core.attributes.length === 0) return [...(type.name === 'User' ? userPaths : ['displayName'])];
  const known = preferred.flatMap((path) => type.lookup(path)?.canonicalPath ?? []).filter(isText);
  if (known.length > 0) return known;
  const texts = type.core.attributes.filter(isNamingText);
  const best = texts.find(({ uniqueness }) => uniqueness !== 'none') ?? texts.find(({ required }) => required);
  return [best ?? texts[0]].flatMap((attribute) => (attribute === undefined ? [] : [attribute.name]));

  function isText(path: string): boolean {
    const found = type.lookup(path);
    const attribute = found?.sub ?? found?.attribute;
    return attribute !== undefined && attribute.type !== 'complex';
  }
}

const userPaths: readonly string[] = [
  'userName',
  'displayName',
  'name.formatted',
  'name.givenName',
  'name.familyName',
  'emails.value',
];
const otherPaths: readonly string[] = ['displayName', 'name', 'userName', 'title', 'label'];

function isNamingText({ type, multiValued, returned, name }: AttributeDefinition): boolean {
  return type === 'string' && !multiValued && returned !== 'never' && !/^(?:id|externalId|schemas)$/i.test(name);
}

/** RESOURCE of TYPE, found by PATHS; undefined when it has no id. */
export function candidateOf(type: string, paths: readonly string[], resource: JsonObject): Candidate | undefined {
  const id = textOf(getAttribute(resource, 'id'));
  if (id === undefined) return undefined;
  const names = paths.flatMap((path) => textsAt(resource, path.split('.')));
  const name = nameOf(resource) ?? names[0] ?? id;
  return { type, id, name, detail: detailOf(resource, name), names: [...new Set([name, ...names])] };
}

/** What people call RESOURCE; undefined when it has no name but its id. */
function nameOf(resource: JsonObject): string | undefined {
  const at = (...path: string[]): string | undefined => textsAt(resource, path)[0];
  const parts = [at('name', 'givenName'), at('name', 'familyName')].filter((part) => part !== undefined);
  const composed = parts.length === 0 ? undefined : parts.join(' ');
  return at('displayName') ?? at('name', 'formatted') ?? composed ?? at('userName');
}

function detailOf(resource: JsonObject, name: string): string {
  const active = getAttribute(resource, 'active');
  const isInactive = active === false || (typeof active === 'string' && active.toLowerCase() === 'false');
  const parts = [textsAt(resource, ['userName'])[0], mailOf(resource)].filter((part) => part !== undefined);
  const telling = parts.filter((part) => foldCase(part) !== foldCase(name));
  return [...new Set(telling), ...(isInactive ? ['not active'] : [])].join(', ');
}

/** The primary mail address, or the first one. */
function mailOf(resource: JsonObject): string | undefined {
  const emails = getAttribute(resource, 'emails');
  const all = (Array.isArray(emails) ? emails : []).filter(isJsonObject);
  const chosen = all.find((email) => getAttribute(email, 'primary') === true) ?? all[0];
  return chosen === undefined ? undefined : textOf(getAttribute(chosen, 'value'));
}

function textsAt(value: JsonValue | undefined, path: readonly string[]): string[] {
  const [first, ...rest] = path;
  if (Array.isArray(value)) return value.flatMap((element) => textsAt(element, path));
  if (first === undefined) return [textOf(value)].filter((text) => text !== undefined);
  return isJsonObject(value) ? textsAt(getAttribute(value, first), rest) : [];
}

function textOf(value: JsonValue | undefined): string | undefined {
  // The digits of longer numbers are lost already: as an id it would be somebody else's.
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/**
 * How well TEXT matches CANDIDATE: 0 it is one of its names or its id, 1 a name begins with it, 2 a word of a name does,
 * 3 it is inside a name, 4 all its words are; undefined when it does not match. Case, and accents that one side lacks, do
 * not count, as on many servers.
 */
export function rankOf(text: string, { id, names }: Candidate): number | undefined {
  const wanted = plain(text);
  if (wanted === '' || id === text.trim()) return 0;
  const all = names.map(plain);
  if (all.includes(wanted)) return 0;
  if (all.some((name) => name.startsWith(wanted))) return 1;
  const inside = all.filter((name) => name.includes(wanted));
  if (inside.some((name) => /[^\p{L}\p{N}]$/u.test(name.slice(0, name.indexOf(wanted))))) return 2;
  if (inside.length > 0) return 3;
  const words = wanted.split(/\s+/);
  return words.length > 1 && words.every((word) => all.some((name) => name.includes(word))) ? 4 : undefined;
}

/** Those of CANDIDATES that TEXT matches, the best first, each once. */
export function matching(text: string, candidates: Iterable<Candidate>): Candidate[] {
  const ranked = new Map<string, { candidate: Candidate; rank: number; key: string }>();
  for (const candidate of candidates) {
    const rank = rankOf(text, candidate);
    const place = JSON.stringify([candidate.type, candidate.id]);
    if (rank !== undefined && !ranked.has(place)) {
      ranked.set(place, { candidate, rank, key: foldCase(candidate.name) });
    }
  }
  const order = (a: { rank: number; key: string }, b: { rank: number; key: string }): number =>
    a.rank - b.rank || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
  return [...ranked.values()].sort(order).map(({ candidate }) => candidate);
}

/** Is each word of TEXT part of one of NAMES, as `rankOf` compares them? */
export function matchesWords(text: string, names: readonly string[]): boolean {
  const all = names.map(plain);
  return plain(text)
    .split(/\s+/)
    .every((word) => all.some((name) => name.includes(word)));
}

function plain(text: string): string {
  const folded = foldCase(text.trim());
  return /^[\0-\x7f]*$/.test(folded) ? folded : folded.normalize('NFD').replace(/\p{M}/gu, '');
}
