/** A text put together from pieces of a file and from inserted values, which remembers where each piece came from. */
export class MappedText {
  readonly #pieces: { readonly start: number; readonly source: number; readonly verbatim: boolean }[] = [];
  #text = '';

  get text(): string {
    return this.#text;
  }

  /** Append TEXT, which stands at SOURCE in the file. */
  copy(text: string, source: number): void {
    this.#pieces.push({ start: this.#text.length, source, verbatim: true });
    this.#text += text;
  }

  /** Append TEXT, which takes the place of the reference at SOURCE in the file. */
  insert(text: string, source: number): void {
    this.#pieces.push({ start: this.#text.length, source, verbatim: false });
    this.#text += text;
  }

  /** The offset in the file of what stands at OFFSET; of anything inside an inserted value, that of its reference. */
  sourceOf(offset: number): number {
    let low = 0;
    let high = this.#pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#pieces[middle]?.start ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const piece = this.#pieces[low];
    if (piece === undefined) return 0;
    return piece.verbatim ? piece.source + (offset - piece.start) : piece.source;
  }
}
