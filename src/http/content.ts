/** From the bytes of an answer's body to its text. */

import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';

/** What `Accept-Encoding` offers. */
export const acceptedEncodings = 'gzip, deflate, br';

const decoders = new Map([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  // Some servers send the bare format of RFC 1951 instead of RFC 1950; the first byte tells.
  ['deflate', (bytes: Buffer, options: { maxOutputLength: number }) => inflateEither(bytes, options)],
  ['br', promisify(brotliDecompress)],
]);

async function inflateEither(bytes: Buffer, options: { maxOutputLength: number }): Promise<Buffer> {
  const isZlib = ((bytes[0] ?? 0) & 0x0f) === 8;
  return isZlib ? promisify(inflate)(bytes, options) : promisify(inflateRaw)(bytes, options);
}

/** Why a body cannot be decoded. */
export class ContentError extends Error {
  constructor(
    readonly kind: 'tooLarge' | 'malformed' | 'unknownEncoding',
    readonly encoding: string,
  ) {
    super(`${kind}: ${encoding}`);
  }
}

/**
 * The text of a body of BYTES with the header `Content-Encoding: ENCODING` (RFC 9110 §8.4). At most MAXBYTES after
 * decompression. A byte order mark is dropped (RFC 8259 §8.1). Throws `ContentError`.
 */
export async function decodeContent(bytes: Buffer, encoding: string | undefined, maxBytes: number): Promise<string> {
  const encodings = (encoding ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  let plain = bytes;
  // Listed in the order in which they were applied.
  for (const name of encodings.reverse()) plain = await decodeOnce(plain, name, maxBytes);
  const text = plain.toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

async function decodeOnce(bytes: Buffer, encoding: string, maxBytes: number): Promise<Buffer> {
  if (encoding === '' || encoding === 'identity' || bytes.length === 0) return bytes;
  const decoder = decoders.get(encoding);
  if (decoder === undefined) throw new ContentError('unknownEncoding', encoding);
  try {
    return await decoder(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    const tooLarge = error instanceof RangeError;
    throw new ContentError(tooLarge ? 'tooLarge' : 'malformed', encoding);
  }
}
