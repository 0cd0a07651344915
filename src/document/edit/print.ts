/** A merged resource as an indented text, with the places of its conflicts. */

import { prettyJson } from '../../scim/json-text.js';
import type { Conflict } from './merge3.js';
import { type Piece, stateOf } from './piece.js';

/** A merged part of a resource. */
export type Merged =
  | { readonly kind: 'raw'; readonly raw: string }
  | { readonly kind: 'object'; readonly members: readonly { readonly rawName: string; readonly merged: Merged }[] }
  | { readonly kind: 'array'; readonly items: readonly Merged[] }
  | { readonly kind: 'conflict'; readonly conflict: Conflict };

/** A conflict in a text. */
interface PlacedConflict extends Conflict {
  /** UTF-16 offsets of the value, which is the person's own or `null`. */
  readonly start: number;
  readonly end: number;
  /** The value of each version as it would stand there; `null` where it has none, which is the same (RFC 7643 §2.5). */
  readonly texts: { readonly base: string; readonly mine: string; readonly theirs: string };
}

export interface Layout {
  readonly text: string;
  readonly conflicts: readonly PlacedConflict[];
}

/** PIECE as it was written; undefined when it is not there or says nothing. */
export function rawOf(piece: Piece | undefined): Merged | undefined {
  return piece === undefined ? undefined : { kind: 'raw', raw: piece.raw };
}

/** MERGED with two spaces for each level, and where its conflicts came to stand. */
export function layOut(merged: Merged): Layout {
  const writer = new Writer();
  writer.put(merged, 0);
  return { text: writer.text, conflicts: writer.conflicts };
}

class Writer {
  readonly conflicts: PlacedConflict[] = [];
  readonly #out: string[] = [];
  #length = 0;

  get text(): string {
    return this.#out.join('');
  }

  put(part: Merged, depth: number): void {
    switch (part.kind) {
      case 'raw':
        this.#write(indented(part.raw, depth));
        break;
      case 'object':
        this.#block('{', '}', depth, part.members, ({ rawName, merged }) => {
          this.#write(`${rawName}: `);
          this.put(merged, depth + 1);
        });
        break;
      case 'array':
        this.#block('[', ']', depth, part.items, (item) => this.put(item, depth + 1));
        break;
      case 'conflict':
        this.#conflict(part.conflict, depth);
    }
  }

  #conflict(conflict: Conflict, depth: number): void {
    const side = (piece: Piece | undefined): string =>
      piece === undefined || stateOf(piece) === 'null' ? 'null' : indented(piece.raw, depth);
    const texts = { base: side(conflict.base), mine: side(conflict.mine), theirs: side(conflict.theirs) };
    const start = this.#length;
    this.#write(texts.mine);
    this.conflicts.push({ ...conflict, start, end: this.#length, texts });
  }

  #block<T>(open: string, close: string, depth: number, parts: readonly T[], put: (part: T) => void): void {
    this.#write(open);
    for (const [index, part] of parts.entries()) {
      this.#write(`${index === 0 ? '' : ','}\n${'  '.repeat(depth + 1)}`);
      put(part);
    }
    this.#write(parts.length === 0 ? close : `\n${'  '.repeat(depth)}${close}`);
  }

  #write(text: string): void {
    this.#out.push(text);
    this.#length += text.length;
  }
}

/** RAW as it looks at DEPTH, but for the indentation of its first line. */
function indented(raw: string, depth: number): string {
  return prettyJson(raw).replaceAll('\n', `\n${'  '.repeat(depth)}`);
}
