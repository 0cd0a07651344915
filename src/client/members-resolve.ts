/** Lists that people paste: which resources are meant by user names, mail addresses or ids. */

import { type Found, findExactly } from './lookup.js';
import { inTurns } from './members-names.js';
import type { Target } from './target.js';
import type { CallOptions } from './types.js';

/** What one entry of a list means. */
export interface Resolved {
  readonly text: string;
  /** None, one, or several that are called so. */
  readonly found: readonly Found[];
  /** false: the service could not be asked for everything, so that there may be one, or another one. */
  readonly sure: boolean;
}

/** The entries of TEXT, one a line or between commas or semicolons; `Anna <anna@example.com>` is the address. */
export function entriesIn(text: string): string[] {
  const entries = text
    .replace(/"[^"\n]*"\s*<([^<>\n]+)>/g, '$1')
    .split(/[\n\r,;\t]+/)
    .map((entry) => (/<([^<>]+)>\s*$/.exec(entry)?.[1] ?? entry).trim().replace(/^"(.*)"$/, '$1'))
    .filter((entry) => entry !== '');
  return [...new Set(entries)];
}

/** What each of ENTRIES means among the resources of TYPES, in their order. Throws what `lookupByName` throws. */
export async function resolveEntries(
  target: Target,
  types: readonly string[],
  entries: readonly string[],
  call: CallOptions,
): Promise<Resolved[]> {
  let done = 0;
  return inTurns(entries, async (text) => {
    const { found, complete } = await findExactly(target, types, text, call);
    call.onProgress?.(++done, entries.length);
    return { text, found, sure: complete };
  });
}
