/** The requests that were prepared of late, so that they can be sent again byte for byte. */
import type { ParsedRequest, RequestFile } from '../document/model.js';
import type { PreparedRequest } from '../document/prepare.js';
import { UsageError } from '../scim/error.js';

export interface Kept {
  /** Name of the tenant that it was prepared for. */
  readonly tenant: string;
  readonly file: RequestFile;
  readonly request: ParsedRequest;
  readonly prepared: PreparedRequest;
}

const maxKept = 500;
/** Of all files and bodies together. */
const maxChars = 32_000_000;

/** Keeps the latest, within bounds. They hold secrets, and never leave the process. */
export class PreparedRequests {
  readonly #kept = new Map<number, Kept>();
  #chars = 0;
  #last = 0;

  /** The number by which KEPT is found again. */
  add(kept: Kept): number {
    this.#last += 1;
    this.#kept.set(this.#last, kept);
    this.#chars += weightOf(kept);
    for (const [id, oldest] of this.#kept) {
      if (this.#kept.size === 1 || (this.#kept.size <= maxKept && this.#chars <= maxChars)) break;
      this.#kept.delete(id);
      this.#chars -= weightOf(oldest);
    }
    return this.#last;
  }

  /**
   * What was kept as ID.
   * @throws UsageError when it is not kept any more
   */
  find(id: number): Kept {
    const kept = this.#kept.get(id);
    if (kept !== undefined) return kept;
    throw new UsageError('This request is not kept any more, so that it cannot be sent again as it was', {
      remedy: 'Send it again from its file.',
    });
  }
}

function weightOf({ file, prepared }: Kept): number {
  return file.source.text.length + (prepared.body?.text.length ?? 0);
}
