/** Finding resources by a value instead of by looking at all of them. */

import type { JsonObject } from '../scim/json.js';
import type { ResourceType } from '../scim/schema/resource-type.js';
import { urn } from '../scim/urn.js';
import { type Entry, managerOf, text } from './entry.js';

/** From a key to the entries that have it, in no particular order. Most keys have one entry, which costs no array. */
export class IndexMap {
  private readonly map = new Map<string, Entry | Entry[]>();

  /** The entries with KEY. */
  find(key: string): readonly Entry[] {
    const found = this.map.get(key);
    if (found === undefined) return [];
    return Array.isArray(found) ? found : [found];
  }

  add(key: string | undefined, entry: Entry): void {
    if (key === undefined) return;
    const found = this.map.get(key);
    if (found === undefined) this.map.set(key, entry);
    else if (Array.isArray(found)) found.push(entry);
    else this.map.set(key, [found, entry]);
  }

  remove(key: string | undefined, entry: Entry): void {
    if (key === undefined) return;
    const found = this.map.get(key);
    if (found === entry) this.map.delete(key);
    else if (Array.isArray(found)) {
      const place = found.indexOf(entry);
      if (place >= 0) found.splice(place, 1);
      if (found.length === 0) this.map.delete(key);
    }
  }
}

/** The key under which text that is compared without regard to case is kept (RFC 7643 §2.2, RFC 7644 §5). */
function foldCase(value: string): string {
  return value.normalize('NFKC').toLowerCase();
}

/** An attribute that is looked up by its value. */
interface Index {
  readonly map: IndexMap;
  /** The key of a value. */
  readonly keyOf: (value: string) => string;
  /** The value in the content of a resource. */
  readonly read: (content: JsonObject) => string | undefined;
}

/** Path of the attribute that names a user's manager. */
export const managerPath = `${urn.enterpriseUser}:manager.value`;

/** The indexes of one resource type: what provisioning clients look resources up by. */
export class Indexes {
  private readonly indexes: ReadonlyMap<string, Index>;

  constructor(type: ResourceType) {
    const attribute = (name: string, keyOf: Index['keyOf']): [string, Index] => [
      name,
      { map: new IndexMap(), keyOf, read: (content) => text(content[name]) },
    ];
    const manager: Index = { map: new IndexMap(), keyOf: exactly, read: (content) => text(managerOf(content)?.value) };
    this.indexes = new Map([
      attribute('externalId', exactly),
      ...(type.name === 'User'
        ? [attribute('userName', foldCase), [managerPath, manager] satisfies [string, Index]]
        : [attribute('displayName', foldCase)]),
    ]);
  }

  /** The entries that may have VALUE in the attribute PATH, never one too few; undefined when PATH has no index. */
  find(path: string, value: string): readonly Entry[] | undefined {
    const index = this.indexes.get(path);
    return index?.map.find(index.keyOf(value));
  }

  add(entry: Entry): void {
    for (const index of this.indexes.values()) index.map.add(keyIn(index, entry), entry);
  }

  /** Takes ENTRY out; its content must still be what it was when it was added. */
  remove(entry: Entry): void {
    for (const index of this.indexes.values()) index.map.remove(keyIn(index, entry), entry);
  }
}

function keyIn({ keyOf, read }: Index, entry: Entry): string | undefined {
  const value = read(entry.content);
  return value === undefined ? undefined : keyOf(value);
}

function exactly(value: string): string {
  return value;
}
