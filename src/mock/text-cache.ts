/** The JSON texts of resources: made once, kept as the bytes that are sent, within a budget. */

import type { Entry } from './entry.js';

/** Bytes of text that are kept, about those of 100,000 users; what is forgotten is made anew when it is asked for. */
const defaultBudget = 192 * 1024 * 1024;

export class TextCache {
  private bytes = 0;
  private readonly holders = new Set<Entry>();
  /** Where the oldest ones are: a look from the beginning passes all that were forgotten there before. */
  private walk = this.holders.values();

  constructor(private readonly budget = defaultBudget) {}

  /** The text of ENTRY; RENDER makes it when it is not there. */
  get(entry: Entry, render: () => string): Buffer {
    if (entry.text) return entry.text;
    const text = Buffer.from(render());
    entry.text = text;
    this.bytes += text.length;
    this.holders.add(entry);
    while (this.bytes > this.budget && this.holders.size > 0) this.forgetOldest();
    return text;
  }

  /** The text of ENTRY is no longer right. */
  forget(entry: Entry): void {
    if (!entry.text) return;
    this.bytes -= entry.text.length;
    this.holders.delete(entry);
    entry.text = undefined;
  }

  private forgetOldest(): void {
    let { value } = this.walk.next();
    if (!value) {
      this.walk = this.holders.values();
      ({ value } = this.walk.next());
    }
    if (value) this.forget(value);
  }
}
