/** Finding resources by a value instead of by looking at all of them. */

import { foldCase } from '../scim/fold.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import { holdsReferences, type ResolvedAttribute, type ResourceType } from '../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../scim/schema/types.js';
import { urn } from '../scim/urn.js';
import { type Entry, hasMembers } from './entry.js';

/** Path of the attribute that names a user's manager. */
export const managerPath = `${urn.enterpriseUser}:manager.value`;

/** What provisioning clients look resources up by, where a type has it: indexed from the start. */
const commonPaths = ['userName', 'externalId', 'emails.value', `${urn.enterpriseUser}:employeeNumber`, managerPath];

/** So many indexes are kept beside those of `commonPaths`: each takes some 50 MB for a million users. */
const mostFurtherIndexes = 12;

/** So many are looked through faster than a set is made. */
const fewSequences = 16;

/** From hashes of values to `sequence`s. Knows no value itself, which would be most of the memory: it may find too many. */
class HashIndex {
  private readonly map = new Map<number, number | number[] | Set<number>>();

  find(key: string): Iterable<number> {
    const found = this.map.get(hash(key));
    if (found === undefined) return [];
    return typeof found === 'number' ? [found] : found;
  }

  add(key: string, sequence: number): void {
    const code = hash(key);
    const found = this.map.get(code);
    if (found === undefined) this.map.set(code, sequence);
    else if (typeof found === 'number') {
      if (found !== sequence) this.map.set(code, [found, sequence]);
    } else if (found instanceof Set) found.add(sequence);
    else if (found.includes(sequence)) return;
    else if (found.length < fewSequences) found.push(sequence);
    else this.map.set(code, new Set(found).add(sequence));
  }

  remove(key: string, sequence: number): void {
    const code = hash(key);
    const found = this.map.get(code);
    if (found === undefined) return;
    if (found instanceof Set) found.delete(sequence);
    else if (Array.isArray(found)) {
      const place = found.indexOf(sequence);
      if (place >= 0) found.splice(place, 1);
    } else if (found === sequence) this.map.delete(code);
  }
}

interface Index {
  readonly map: HashIndex;
  /** The keys of the values in the content of a resource. */
  readonly read: (content: JsonObject) => readonly string[];
}

/** The indexes of one resource type. */
export class Indexes {
  private readonly indexes = new Map<string, Index>();
  private readonly common: number;

  /** ENTRIES are all resources of TYPE. */
  constructor(
    private readonly type: ResourceType,
    private readonly entries: Iterable<Entry>,
  ) {
    for (const path of commonPaths) this.index(path);
    // What has no `userName` is found by what it is called.
    if (!this.indexes.has('userName')) this.index('displayName');
    this.common = this.indexes.size;
  }

  /**
   * The `sequence`s of the resources that may have VALUE in the attribute PATH, never one too few; undefined when no
   * index can tell. The first question about an attribute looks at all resources.
   */
  find(path: string, value: string | number): Iterable<number> | undefined {
    return (this.indexes.get(path) ?? this.index(path))?.map.find(foldCase(String(value)));
  }

  /** Takes ENTRY in, which has CONTENT. */
  add(entry: Entry, content: JsonObject): void {
    for (const { map, read } of this.indexes.values()) for (const key of read(content)) map.add(key, entry.sequence);
  }

  /** Takes ENTRY out, which was added with CONTENT. */
  remove(entry: Entry, content: JsonObject): void {
    for (const { map, read } of this.indexes.values()) for (const key of read(content)) map.remove(key, entry.sequence);
  }

  private index(path: string): Index | undefined {
    const read = readerOf(this.type, path);
    if (!read) return undefined;
    const index: Index = { map: new HashIndex(), read };
    for (const entry of this.entries) for (const key of read(entry.content)) index.map.add(key, entry.sequence);
    const oldest = [...this.indexes.keys()][this.common];
    if (oldest !== undefined && this.indexes.size >= this.common + mostFurtherIndexes) this.indexes.delete(oldest);
    this.indexes.set(path, index);
    return index;
  }
}

/** Reads the keys of the attribute PATH of TYPE; undefined when it is not in the content, or `eq` is more than equality. */
function readerOf(type: ResourceType, path: string): Index['read'] | undefined {
  const resolved = type.lookup(path);
  const attribute = resolved?.attribute;
  if (!resolved || !attribute || !isStated(type, resolved)) return undefined;
  const leaf = resolved.sub ?? attribute;
  if (leaf.type === 'complex' || leaf.type === 'dateTime' || leaf.type === 'boolean') return undefined;
  const { extension } = resolved;
  return (content) => {
    const holder = extension === undefined ? content : content[extension];
    return isJsonObject(holder) ? keysIn(holder[attribute.name], resolved.sub) : [];
  };
}

/** Does the content of resources of TYPE hold what RESOLVED names, or does the store derive it? */
export function isStated(type: ResourceType, { extension, attribute, sub }: ResolvedAttribute): boolean {
  if (!attribute || attribute.mutability === 'readOnly' || sub?.mutability === 'readOnly') return false;
  if (sub?.name === '$ref' && holdsReferences(attribute)) return false;
  if (extension !== undefined) return true;
  return !['schemas', 'id', 'meta'].includes(attribute.name) && !(attribute.name === 'members' && hasMembers(type));
}

const noKeys: readonly string[] = [];

function keysIn(value: JsonValue | undefined, sub: AttributeDefinition | undefined): readonly string[] {
  if (typeof value === 'string') return sub ? noKeys : [foldCase(value)];
  if (typeof value === 'number') return sub ? noKeys : [String(value)];
  if (Array.isArray(value)) return value.flatMap((element) => keysIn(element, sub));
  return sub && isJsonObject(value) ? keysIn(value[sub.name], undefined) : noKeys;
}

/** 30 bits, which a Map holds without a box (the mixing of MurmurHash3). */
function hash(key: string): number {
  let code = key.length;
  for (let place = 0; place < key.length; place++)
    code = Math.imul(code ^ key.charCodeAt(place), 0x5bd1e995) ^ (code >>> 15);
  code = Math.imul(code ^ (code >>> 16), 0x85ebca6b);
  code = Math.imul(code ^ (code >>> 13), 0xc2b2ae35);
  return (code ^ (code >>> 16)) & 0x3fffffff;
}
