/** What became of the resources since the store was filled. */

import type { Entry } from './entry.js';

/** How a resource differs from what it was at the start. */
export interface StoreChange {
  readonly id: string;
  /** Name of the resource type. */
  readonly type: string;
  readonly kind: 'created' | 'changed' | 'deleted';
}

export class History {
  private readonly kinds = new Map<Entry, StoreChange['kind']>();
  private readonly deletedEntries = new Map<string, Entry>();
  private begun = false;

  /** What is there now is the start. */
  begin(): void {
    this.begun = true;
    this.kinds.clear();
    this.deletedEntries.clear();
  }

  /** ENTRY is new. */
  created(entry: Entry): void {
    if (this.begun) this.kinds.set(entry, 'created');
  }

  /** What clients assert of ENTRY is another. */
  changed(entry: Entry): void {
    if (this.begun && !this.kinds.has(entry)) this.kinds.set(entry, 'changed');
  }

  /** ENTRY is no more. */
  deleted(entry: Entry): void {
    if (!this.begun) return;
    if (this.kinds.get(entry) === 'created') {
      this.kinds.delete(entry);
      return;
    }
    this.kinds.set(entry, 'deleted');
    this.deletedEntries.set(entry.id, entry);
  }

  /** In the order of the first change. */
  list(): StoreChange[] {
    return [...this.kinds].map(([entry, kind]) => ({ id: entry.id, type: entry.type.name, kind }));
  }

  /** ENTRY, or the deleted one with ID, when it was there at the start and is not as it was. */
  differing(id: string, entry: Entry | undefined): Entry | undefined {
    const candidate = entry ?? this.deletedEntries.get(id);
    const kind = candidate && this.kinds.get(candidate);
    return kind === 'changed' || kind === 'deleted' ? candidate : undefined;
  }
}
