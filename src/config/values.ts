/** Values that several file formats have: durations, points in time, whole numbers. */

import * as z from 'zod';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const durationText = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** TEXT, such as `500ms`, `30s`, `2m`, `1h` or `30d`, in milliseconds; undefined when it is no duration. */
export function parseDuration(text: string): number | undefined {
  const [, number, unit] = durationText.exec(text) ?? [];
  const factor = unitMs[unit ?? ''];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

/** `30s`, `2m`, `1h`, in milliseconds. */
export const duration = z.string('must be a duration such as 500ms, 30s or 2m').transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  context.addIssue({ code: 'custom', message: 'must be a duration such as 500ms, 30s or 2m' });
  return z.NEVER;
});

/** A point in time as RFC 7643 §2.3.5 writes it. */
export const dateTime = z.iso
  .datetime({ offset: true, error: 'must be a time such as 2026-01-31T08:00:00Z' })
  .transform((text) => new Date(text));

/** A whole number from MINIMUM to MAXIMUM. */
export function whole(minimum: number, maximum = Number.MAX_SAFE_INTEGER) {
  const error = `must be a whole number from ${minimum} ${maximum === Number.MAX_SAFE_INTEGER ? 'on' : `to ${maximum}`}`;
  return z.int(error).min(minimum, error).max(maximum, error);
}
