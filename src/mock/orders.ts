/** RFC 7644 §3.4.2.3: the sort orders of one resource type, kept up to date once somebody has asked for them. */

import type { JsonObject } from '../scim/json.js';
import type { ResolvedAttribute, ResourceType } from '../scim/schema/resource-type.js';
import { compileSortKey, type SortKey } from '../scim/sort.js';
import type { Entry } from './entry.js';
import { isStated } from './indexes.js';
import { SortedList } from './sorted-list.js';

/** So many orders are kept: each takes some 80 MB for a million users. */
const mostOrders = 8;

/** What of `meta` changes only when the store is told to. */
const keptMeta = new Set(['created', 'lastModified', 'resourceType']);

type KeyOf = (entry: Entry, content: JsonObject) => SortKey;

interface Order {
  readonly keyOf: KeyOf;
  readonly list: SortedList;
}

/** An order in the making. */
interface Gathered {
  readonly path: string;
  readonly keyOf: KeyOf;
  readonly entries: Entry[];
  readonly keys: SortKey[];
}

/** The sort orders of one resource type. */
export class Orders {
  private readonly orders = new Map<string, Order>();
  private readonly gathered: Gathered[] = [];

  /** ENTRIES are all resources of TYPE in the order of creation. */
  constructor(
    private readonly type: ResourceType,
    private readonly entries: Iterable<Entry>,
  ) {}

  /**
   * All resources of the type in ascending order of SORTBY; undefined when that depends on other resources.
   * @throws ProtocolError 400 `invalidValue` for what cannot be sorted by
   */
  find(sortBy: string): SortedList | undefined {
    const resolved = this.type.lookup(sortBy);
    const keyOf = keyReader(this.type, sortBy, resolved);
    if (!resolved || !keyOf) return undefined;
    const known = this.orders.get(resolved.canonicalPath);
    if (known) return known.list;
    const entries = [...this.entries];
    return this.keep(
      resolved.canonicalPath,
      keyOf,
      entries,
      entries.map((entry) => keyOf(entry, entry.content)),
    );
  }

  /**
   * Prepares the orders by PATHS while many resources come: sorting them once, at the end that is returned, is far
   * cheaper than to find a place for each.
   */
  prepare(paths: readonly string[]): () => void {
    for (const path of paths) {
      const keyOf = keyReader(this.type, path, this.type.lookup(path));
      if (!keyOf || this.orders.has(path)) continue;
      const entries = [...this.entries];
      this.gathered.push({ path, keyOf, entries, keys: entries.map((entry) => keyOf(entry, entry.content)) });
    }
    return () => {
      for (const { path, keyOf, entries, keys } of this.gathered.splice(0)) this.keep(path, keyOf, entries, keys);
    };
  }

  /** Takes ENTRY in, which has CONTENT. */
  add(entry: Entry, content: JsonObject): void {
    for (const { keyOf, list } of this.orders.values()) list.add(keyOf(entry, content), entry);
    for (const { keyOf, entries, keys } of this.gathered) {
      entries.push(entry);
      keys.push(keyOf(entry, content));
    }
  }

  /** Takes ENTRY out, which is still as it was when it was added with CONTENT. */
  remove(entry: Entry, content: JsonObject): void {
    for (const { keyOf, list } of this.orders.values()) list.remove(keyOf(entry, content), entry);
  }

  private keep(path: string, keyOf: KeyOf, entries: readonly Entry[], keys: readonly SortKey[]): SortedList {
    const [oldest] = this.orders.keys();
    if (oldest !== undefined && this.orders.size >= mostOrders) this.orders.delete(oldest);
    const list = SortedList.of(entries, keys);
    this.orders.set(path, { keyOf, list });
    return list;
  }
}

function keyReader(type: ResourceType, sortBy: string, resolved: ResolvedAttribute | undefined): KeyOf | undefined {
  const read = compileSortKey(type, sortBy);
  const { attribute, extension, sub } = resolved ?? {};
  if (!resolved || !attribute) return undefined;
  if (extension === undefined && attribute.name === 'id') return (entry) => entry.id;
  if (extension === undefined && attribute.name === 'meta' && sub && keptMeta.has(sub.name)) {
    return (entry) => read({ meta: metaOf(entry) });
  }
  return isStated(type, resolved) ? (_entry, content) => read(content) : undefined;
}

function metaOf(entry: Entry): JsonObject {
  return { resourceType: entry.type.name, created: entry.created, lastModified: entry.lastModified };
}
