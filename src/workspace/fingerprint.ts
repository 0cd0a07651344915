/** Values made comparable without being shown. */

import { scryptSync } from 'node:crypto';

/** Shorter values could be guessed. */
const shortest = 8;

const known = new Map<string, string>();

/**
 * Eight hexadecimal digits that stand for VALUE: the same on every machine, so that two people, or a person and CI, can
 * see whether they hold the same secret. 32 bits of a slow hash tell nothing about a value that cannot be guessed; of
 * one that could be, shorter than eight characters, there is no fingerprint.
 */
export function fingerprint(value: string): string | undefined {
  if (value.length < shortest) return undefined;
  const made = known.get(value) ?? scryptSync(value, 'scim fingerprint', 4, { N: 2 ** 14, r: 8, p: 1 }).toString('hex');
  known.set(value, made);
  return made;
}
