import type { Position } from '../scim/error.js';

/** One line of a text, without its line break (LF or CRLF). */
export interface Line {
  /** Zero-based. */
  readonly number: number;
  /** Offset of its first character, in UTF-16 code units. */
  readonly start: number;
  readonly text: string;
}

/**
 * A text with its lines. Offsets count UTF-16 code units, as JavaScript does; positions count code points, as Emacs
 * does, so both directions look at one line at most.
 */
export class SourceText {
  readonly lines: readonly Line[];

  constructor(readonly text: string) {
    const lines: Line[] = [];
    for (let start = 0; ; ) {
      const feed = text.indexOf('\n', start);
      const end = feed === -1 ? text.length : feed;
      const bare = feed > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
      lines.push({ number: lines.length, start, text: text.slice(start, bare) });
      if (feed === -1) break;
      start = feed + 1;
    }
    this.lines = lines;
  }

  /** The position of OFFSET; an offset past the end is the end. */
  positionAt(offset: number): Position {
    let low = 0;
    let high = this.lines.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.lines[middle]?.start ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const start = this.lines[low]?.start ?? 0;
    return { line: low, character: codePoints(this.text.slice(start, offset)) };
  }

  /** The offset of POSITION; a place outside the text is its nearest end. */
  offsetAt(position: Position): number {
    const line = this.lines[position.line];
    if (line === undefined) return this.text.length;
    let offset = line.start;
    for (let left = position.character; left > 0 && offset < this.text.length; left--) {
      offset += (this.text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
    }
    return offset;
  }
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
