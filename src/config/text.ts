/** Places in a text, and what is wrong at them. */

import type { Position } from '../scim/error.js';

/** From a place to the place before which it ends. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** One thing that is wrong with a text. */
export interface Problem {
  readonly range: Range;
  /** A sentence without the place; never quotes a value, which might be a secret. */
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

/** How `character` of a position counts: LSP 3.17, `PositionEncodingKind`. */
export type PositionEncoding = 'utf-16' | 'utf-32';

/** A text by lines: offsets (UTF-16, as in a JavaScript string) to positions and back. */
export class TextLines {
  readonly #starts: readonly number[];
  /** The last place that was counted to, from which the next one behind it in the same line is near. */
  #last = { line: 0, at: 0, character: 0 };

  constructor(
    readonly text: string,
    readonly encoding: PositionEncoding = 'utf-32',
  ) {
    const starts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#starts = starts;
  }

  /** The position of OFFSET; one beyond the text is its end. */
  position(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.text.length));
    const line = this.#lineOf(at);
    const start = this.#starts[line] ?? 0;
    if (this.encoding === 'utf-16') return { line, character: at - start };
    const from = this.#last.line === line && this.#last.at <= at ? this.#last : { at: start, character: 0 };
    const character = from.character + countCharacters(this.text.slice(from.at, at));
    // Between the halves of a surrogate pair nothing can be counted on.
    if (!isHighSurrogate(this.text, at - 1)) this.#last = { line, at, character };
    return { line, character };
  }

  /** The range from one offset to another. */
  range(start: number, end: number): Range {
    return { start: this.position(start), end: this.position(Math.max(start, end)) };
  }

  /** The offset of POSITION; a character beyond its line is the line's end, a line beyond the text the text's. */
  offset({ line, character }: Position): number {
    const start = this.#starts[line];
    if (start === undefined) return this.text.length;
    const content = this.text.slice(start, this.#starts[line + 1]).replace(/\r?\n$/, '');
    if (this.encoding === 'utf-16') return start + Math.min(character, content.length);
    let offset = start;
    let left = character;
    for (const letter of content) {
      if (left-- <= 0) break;
      offset += letter.length;
    }
    return offset;
  }

  /** By bisection: the last line that starts at or before OFFSET. */
  #lineOf(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function isHighSurrogate(text: string, at: number): boolean {
  return at >= 0 && (text.charCodeAt(at) & 0xfc00) === 0xd800;
}

/** Code points; a half surrogate pair counts as one. */
function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
