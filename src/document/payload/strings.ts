/** JSON strings as they are written and what they say: escapes make the two of different length. */

/** The offset in RAW, a string with its opening quote, of what stands at OFFSET of what it says; at most its end. */
export function rawOffset(raw: string, offset: number): number {
  let at = 1;
  for (let said = 0; said < offset && at < raw.length - 1; said++) at += escapeLength(raw, at);
  return Math.min(at, raw.length);
}

/** What stands in RAW, the inside of a string up to some place; an escape that is cut off is left out. */
export function decoded(raw: string): string {
  const whole = raw.replace(/\\(?:u[0-9a-fA-F]{0,3})?$/, (end, at: number) => (isEscaped(raw, at) ? end : ''));
  try {
    const value: unknown = JSON.parse(`"${whole.replace(/\p{Cc}/gu, ' ')}"`);
    return typeof value === 'string' ? value : raw;
  } catch {
    return raw;
  }
}

/** TEXT as the inside of a JSON string. */
export function encoded(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function escapeLength(raw: string, at: number): number {
  if (raw.charAt(at) !== '\\') return 1;
  return raw.charAt(at + 1) === 'u' ? 6 : 2;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charAt(at - 1 - backslashes) === '\\') backslashes++;
  return backslashes % 2 === 1;
}
