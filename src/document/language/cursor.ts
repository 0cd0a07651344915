/** Where in a request file an offset is. */
import type { ParsedRequest, RequestFile } from '../model.js';
import type { Line } from '../text.js';
import { type LineKind, lineKinds } from './lines.js';

export interface Cursor {
  readonly offset: number;
  readonly line: Line;
  readonly kind: LineKind;
  /** The line up to the offset. */
  readonly before: string;
  /** The line from the offset. */
  readonly after: string;
  /** The request that the line belongs to, or would belong to. */
  readonly request: ParsedRequest | undefined;
}

/** The cursor at OFFSET of FILE. */
export function cursorAt(file: RequestFile, offset: number): Cursor {
  const { line: number } = file.source.positionAt(offset);
  const line = file.source.lines[number] ?? { number: 0, start: 0, text: '' };
  const kinds = lineKinds(file.source);
  const separator = kinds.lastIndexOf('separator', number);
  const after = kinds.indexOf('separator', number + 1);
  const end = after === -1 ? kinds.length : after;
  const request = file.requests.find((each) => each.line > separator && each.line < end);
  return {
    offset,
    line,
    kind: kinds[number] ?? 'blank',
    before: line.text.slice(0, Math.max(0, offset - line.start)),
    after: line.text.slice(Math.max(0, offset - line.start)),
    request,
  };
}

/** The inside of the `{{…}}` around CURSOR. */
export interface Braces {
  /** Offset in the file of what stands after the opening braces. */
  readonly start: number;
  /** What stands between there and the cursor. */
  readonly typed: string;
  /** What stands between the cursor and the closing braces, or the end of the word. */
  readonly rest: string;
  readonly isClosed: boolean;
}

/** The reference that CURSOR is in; undefined when it is in none. */
export function bracesAt({ before, after, offset }: Pick<Cursor, 'before' | 'after' | 'offset'>): Braces | undefined {
  const open = before.lastIndexOf('{{');
  if (open === -1 || before.indexOf('}}', open) !== -1) return undefined;
  const typed = before.slice(open + 2).trimStart();
  // `{ "a": {` is JSON, in which a reference has no quotes but in filters.
  if (/^["{]/.test(typed)) return undefined;
  const [rest = ''] = /^[^\s}"{]*/.exec(after) ?? [];
  return { start: offset - typed.length, typed, rest, isClosed: /^\s*\}\}/.test(after.slice(rest.length)) };
}

/** The names of requests before REQUEST, or of all when it is undefined, that can be referred to. */
export function namedBefore(file: RequestFile, request: ParsedRequest | undefined): ParsedRequest[] {
  return file.requests.filter((each) => each.named && (request === undefined || each.index < request.index));
}
