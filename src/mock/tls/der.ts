/** ITU-T X.690: the few forms of DER that a certificate needs. */

/** A value with TAG, made of PARTS. */
function tagged(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content]);
}

function lengthOf(size: number): number[] {
  if (size < 0x80) return [size];
  const bytes: number[] = [];
  for (let rest = size; rest > 0; rest = Math.floor(rest / 0x100)) bytes.unshift(rest % 0x100);
  return [0x80 + bytes.length, ...bytes];
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => tagged(0x30, ...parts);
export const set = (...parts: readonly Uint8Array[]): Buffer => tagged(0x31, ...parts);
export const octets = (content: Uint8Array): Buffer => tagged(0x04, content);
export const utf8 = (text: string): Buffer => tagged(0x0c, Buffer.from(text));
export const yes = tagged(0x01, Buffer.from([0xff]));

/** A bit string of whole bytes, of which the last UNUSED bits do not count. */
export const bits = (content: Uint8Array, unused = 0): Buffer => tagged(0x03, Buffer.from([unused]), content);

/** CONTENT, big-endian and not negative, as an integer. */
export function integer(content: Uint8Array): Buffer {
  const first = content.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Buffer.from([0]) : content.subarray(first);
  return tagged(0x02, ...((digits[0] ?? 0) >= 0x80 ? [Buffer.from([0])] : []), digits);
}

/** The object identifier DOTTED, like 2.5.4.3. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(arc: number): number[] {
  const bytes = [arc % 0x80];
  for (let rest = Math.floor(arc / 0x80); rest > 0; rest = Math.floor(rest / 0x80)) bytes.unshift(0x80 + (rest % 0x80));
  return bytes;
}

/** CONTENT in the context-specific tag NUMBER: constructed around a value, or in place of its own tag. */
export const explicit = (number: number, ...content: readonly Uint8Array[]): Buffer =>
  tagged(0xa0 + number, ...content);
export const implicit = (number: number, content: Uint8Array): Buffer => tagged(0x80 + number, content);

/** RFC 5280 §4.1.2.5: UTCTime until 2049, GeneralizedTime from then on. */
export function time(date: Date): Buffer {
  const digits = `${date.toISOString().replace(/\.\d+|[-:T]/g, '')}`;
  return date.getUTCFullYear() < 2050 ? tagged(0x17, Buffer.from(digits.slice(2))) : tagged(0x18, Buffer.from(digits));
}
