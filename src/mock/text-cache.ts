/** The JSON texts of resources: made once, kept as the bytes that are sent, within a budget. */

import type { Entry } from './entry.js';

/** Bytes of text that are kept, about those of 100,000 users; what is forgotten is made anew when it is asked for. */
const defaultBudget = 192 * 1024 * 1024;

export class TextCache {
  private bytes = 0;
  private readonly holders = new Set<Entry>();

  constructor(private readonly budget = defaultBudget) {}

  /** The text of ENTRY; RENDER makes it when it is not there. */
  get(entry: Entry, render: () => string): Buffer {
    if (entry.text) return entry.text;
    const text = Buffer.from(render());
    entry.text = text;
    this.bytes += text.length;
    this.holders.add(entry);
    for (const oldest of this.holders) {
      if (this.bytes <= this.budget) break;
      this.forget(oldest);
    }
    return text;
  }

  /** The text of ENTRY is no longer right. */
  forget(entry: Entry): void {
    if (!entry.text) return;
    this.bytes -= entry.text.length;
    this.holders.delete(entry);
    entry.text = undefined;
  }
}
