/** The JSON texts of resources: made once, kept as the bytes that are sent, within a budget. */

import type { Entry } from './entry.js';

/** Bytes of text that are kept. 100,000 users fit; when more come, all are forgotten and made anew when asked for. */
const defaultBudget = 192 * 1024 * 1024;

export class TextCache {
  private bytes = 0;
  private readonly holders = new Set<Entry>();

  constructor(private readonly budget = defaultBudget) {}

  /** The text of ENTRY; RENDER makes it when it is not there. */
  get(entry: Entry, render: () => string): Buffer {
    if (entry.text) return entry.text;
    const text = Buffer.from(render());
    if (this.bytes + text.length > this.budget) this.clear();
    entry.text = text;
    this.bytes += text.length;
    this.holders.add(entry);
    return text;
  }

  /** The text of ENTRY is no longer right. */
  forget(entry: Entry): void {
    if (!entry.text) return;
    this.bytes -= entry.text.length;
    this.holders.delete(entry);
    entry.text = undefined;
  }

  private clear(): void {
    for (const entry of this.holders) entry.text = undefined;
    this.holders.clear();
    this.bytes = 0;
  }
}
