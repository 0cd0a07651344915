/** The resources of one type with all that finds them. */

import type { JsonObject } from '../scim/json.js';
import type { ResourceType } from '../scim/schema/resource-type.js';
import type { Entry } from './entry.js';
import { Indexes } from './indexes.js';
import { Orders } from './orders.js';
import { SortedList } from './sorted-list.js';

export class Collection {
  /** In order of creation. */
  readonly ordered = new SortedList();
  readonly indexes: Indexes;
  readonly orders: Orders;

  constructor(type: ResourceType) {
    this.indexes = new Indexes(type, this.ordered);
    this.orders = new Orders(type, this.ordered);
  }

  /** Takes ENTRY in, which is new and has CONTENT. */
  add(entry: Entry, content: JsonObject): void {
    this.ordered.add(undefined, entry);
    this.indexes.add(entry, content);
    this.orders.add(entry, content);
  }

  /** Takes ENTRY out for good. */
  remove(entry: Entry): void {
    const { content } = entry;
    this.ordered.remove(undefined, entry);
    this.indexes.remove(entry, content);
    this.orders.remove(entry, content);
  }

  /** Lets CHANGE make ENTRY another one. */
  change(entry: Entry, change: () => void): void {
    const before = entry.content;
    this.indexes.remove(entry, before);
    this.orders.remove(entry, before);
    change();
    const { content } = entry;
    this.indexes.add(entry, content);
    this.orders.add(entry, content);
  }
}
