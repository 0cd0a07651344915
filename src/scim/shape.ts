/** Building blocks of zod shapes for what servers and clients send (RFC 7643 §2.1: names mind no case). */

import * as z from 'zod';

/** SHAPE behind a step that gives the members of an object the spelling of KEYWORDS and drops all others. */
export function renamed<T>(keywords: readonly string[], shape: z.ZodType<T>): z.ZodType<T> {
  const spelling = new Map(keywords.map((name) => [name.toLowerCase(), name]));
  return z.preprocess((value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const known: Record<string, unknown> = {};
    for (const [key, member] of Object.entries(value)) {
      const name = spelling.get(key.toLowerCase());
      if (name !== undefined && (known[name] === undefined || key === name)) known[name] = member;
    }
    return known;
  }, shape);
}

/** A string that is not empty; undefined for anything else. */
export const optionalText = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === 'string' && value !== '' ? value : undefined));

/**
 * RFC 7644 §3.7.2 shows a status as `{"code":"201"}`, §3.7.3 as `"201"`, and servers send numbers. Undefined for what is
 * no HTTP status.
 */
export const statusShape = z.unknown().transform((value) => statusOf(value));

function statusOf(value: unknown): number | undefined {
  if (typeof value === 'object' && value !== null) return 'code' in value ? statusOf(value.code) : undefined;
  const number = typeof value === 'string' && /^\s*\d{3}\b/.test(value) ? Number.parseInt(value, 10) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 100 && number < 600 ? number : undefined;
}
