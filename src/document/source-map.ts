interface Piece {
  readonly start: number;
  readonly source: number;
  /** How long it is in the file. */
  readonly sourceLength: number;
  readonly verbatim: boolean;
}

/** A text put together from pieces of a file and from inserted values, which remembers where each piece came from. */
export class MappedText {
  readonly #pieces: Piece[] = [];
  #text = '';

  get text(): string {
    return this.#text;
  }

  /** Append TEXT, which stands at SOURCE in the file. */
  copy(text: string, source: number): void {
    this.#pieces.push({ start: this.#text.length, source, sourceLength: text.length, verbatim: true });
    this.#text += text;
  }

  /** Append TEXT, which takes the place of the reference at SOURCE, of SOURCELENGTH, in the file. */
  insert(text: string, source: number, sourceLength = 0): void {
    this.#pieces.push({ start: this.#text.length, source, sourceLength, verbatim: false });
    this.#text += text;
  }

  /** The offset in the file of what stands at OFFSET; of anything inside an inserted value, that of its reference. */
  sourceOf(offset: number): number {
    const piece = this.#pieces[lastIndex(this.#pieces, ({ start }) => start <= offset)];
    if (piece === undefined) return 0;
    return piece.verbatim ? piece.source + (offset - piece.start) : piece.source;
  }

  /** Where in the file stands what reaches from START to END; references that it reaches into are part of it. */
  rangeOf(start: number, end: number): { readonly start: number; readonly end: number } {
    const from = this.sourceOf(start);
    if (end <= start) return { start: from, end: from };
    const piece = this.#pieces[lastIndex(this.#pieces, (each) => each.start < end)];
    if (piece === undefined) return { start: from, end: from };
    const to = piece.verbatim ? piece.source + (end - piece.start) : piece.source + piece.sourceLength;
    return { start: from, end: Math.max(from, to) };
  }

  /** The offset in the text of what stands at SOURCE in the file; inside a reference, that of the value's end. */
  offsetOf(source: number): number {
    const index = lastIndex(this.#pieces, (each) => each.source <= source);
    const piece = this.#pieces[index];
    if (piece === undefined) return 0;
    const next = this.#pieces[index + 1]?.start ?? this.#text.length;
    if (source >= piece.source + piece.sourceLength) return next;
    return piece.verbatim ? piece.start + (source - piece.source) : next;
  }
}

/** The index of the last of PIECES, which are in order, that ISBEFORE; 0 when none is. */
function lastIndex(pieces: readonly Piece[], isBefore: (piece: Piece) => boolean): number {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const piece = pieces[middle];
    if (piece !== undefined && isBefore(piece)) low = middle;
    else high = middle - 1;
  }
  return low;
}
