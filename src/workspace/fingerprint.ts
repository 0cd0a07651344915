/** Values made comparable without being shown. */

import { scrypt, scryptSync } from 'node:crypto';

/** Shorter values could be guessed. */
const shortest = 8;

const salt = 'scim fingerprint';
const cost = { N: 2 ** 14, r: 8, p: 1 };

const known = new Map<string, string>();

/**
 * Eight hexadecimal digits that stand for VALUE: the same on every machine, so that two people, or a person and CI, can
 * see whether they hold the same secret. 32 bits of a slow hash tell nothing about a value that cannot be guessed; of
 * one that could be, shorter than eight characters, there is no fingerprint.
 */
export function fingerprint(value: string): string | undefined {
  if (value.length < shortest) return undefined;
  const made = known.get(value) ?? scryptSync(value, salt, 4, cost).toString('hex');
  known.set(value, made);
  return made;
}

/** Makes the fingerprints of VALUES beside other work, so that `fingerprint` has them: each takes tens of milliseconds. */
export async function prepareFingerprints(values: Iterable<string>): Promise<void> {
  const missing = [...new Set(values)].filter((value) => value.length >= shortest && !known.has(value));
  await Promise.all(
    missing.map(
      (value) =>
        new Promise<void>((resolve, reject) => {
          scrypt(value, salt, 4, cost, (error, made) => {
            if (error) reject(error);
            else resolve(void known.set(value, made.toString('hex')));
          });
        }),
    ),
  );
}

/**
 * Sixteen hexadecimal digits that stand for TEXT, the content of a file. A slow hash as well: a secret may stand in the
 * file, and the rest of it may be known.
 */
export function fileDigest(text: string): string {
  return scryptSync(text, 'scim file', 8, { N: 2 ** 14, r: 8, p: 1 }).toString('hex');
}
