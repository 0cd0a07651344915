/** RFC 9865 §2: cursors, which are opaque to clients and good for nothing but the next page of the same query. */

import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto';
import * as z from 'zod';
import { ProtocolError } from '../scim/error.js';
import type { SortKey } from '../scim/sort.js';

/** A place between two resources of a list; it stays right when resources come and go. */
export interface Position {
  /** Index of the type of the resource beside it, among those that were asked for. */
  readonly type: number;
  /** `sequence` of that resource. */
  readonly sequence: number;
  /** What that resource is sorted by, in a list that is sorted. */
  readonly key?: SortKey | undefined;
}

/** What a cursor stands for. */
export interface Cursor {
  /** Stands for the query; another query cannot use the cursor. */
  readonly query: string;
  /** Resources in a page. */
  readonly count: number;
  /** The page is after the position, or before it. */
  readonly direction: 'after' | 'before';
  readonly position: Position;
}

const shape = z.object({
  query: z.string(),
  count: z.int(),
  direction: z.enum(['after', 'before']),
  position: z.object({ type: z.int(), sequence: z.int(), key: z.union([z.string(), z.number()]).optional() }),
  issued: z.number(),
});

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Makes cursors and reads them. They are encrypted and authenticated, so that nobody can change one, or read in it the
 * name that a list is sorted by. The nonce comes from the content: the same cursor has the same text in every run.
 */
export class CursorSealer {
  private readonly key: Buffer;

  /** SECRET is what the key is made from; cursors are good for TIMEOUT seconds of the clock NOW. */
  constructor(
    secret: string,
    private readonly timeout: number,
    private readonly now: () => Date,
  ) {
    this.key = createHash('sha256').update(`cursor ${secret}`).digest();
  }

  /** CURSOR as text of RFC 3986 unreserved characters. */
  seal(cursor: Cursor): string {
    const text = JSON.stringify({ ...cursor, issued: this.now().getTime() });
    const nonce = createHmac('sha256', this.key).update(text).digest().subarray(0, nonceBytes);
    const cipher = createCipheriv(algorithm, this.key, nonce);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /**
   * What TEXT stands for, for the query called QUERY.
   * @throws ProtocolError 400 `invalidCursor` or `expiredCursor`
   */
  open(text: string, query: string): Cursor {
    const content = this.decrypt(text);
    if (content === undefined) throw invalid('This server has not issued the cursor.');
    const { issued, ...cursor } = content;
    if (cursor.query !== query) {
      throw invalid('The cursor belongs to another query: only count and cursor may be given anew (RFC 9865 §2).');
    }
    if (this.now().getTime() - issued <= this.timeout * 1000) return cursor;
    const detail = `The cursor is older than ${this.timeout} seconds (cursorTimeout); start again without it.`;
    throw new ProtocolError(400, 'expiredCursor', detail);
  }

  private decrypt(text: string): z.infer<typeof shape> | undefined {
    const bytes = Buffer.from(text, 'base64url');
    // What base64 would read leniently is refused as well: there is one text for each cursor.
    if (bytes.length < nonceBytes + tagBytes || bytes.toString('base64url') !== text) return undefined;
    try {
      const decipher = createDecipheriv(algorithm, this.key, bytes.subarray(0, nonceBytes));
      decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
      const sealed = bytes.subarray(nonceBytes + tagBytes);
      const opened = Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8');
      return shape.safeParse(JSON.parse(opened)).data;
    } catch {
      return undefined;
    }
  }
}

function invalid(detail: string): ProtocolError {
  return new ProtocolError(400, 'invalidCursor', detail);
}
