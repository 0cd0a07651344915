/** Text to insert, with what is special about parts of it: how it looks, where it leads, what is folded. */

/** How a part of the text looks; Emacs has a face for each. */
export type Look =
  | 'success'
  | 'failure'
  | 'warning'
  | 'dimmed'
  | 'heading'
  | 'method'
  | 'target'
  | 'key'
  | 'string'
  | 'constant'
  | 'wrong';

/** What is special about the text from START to END, counted in code points, as Emacs counts. */
export type Mark = { readonly start: number; readonly end: number } & (
  | { readonly kind: 'face'; readonly face: Look }
  /** JSON, to be highlighted when it is looked at. */
  | { readonly kind: 'json' }
  /** Leads to what `uri` names (see `scimUri`). */
  | { readonly kind: 'link'; readonly uri: string }
  /** Sends `input` when it is pressed. */
  | { readonly kind: 'input'; readonly input: string }
  /** Is hidden until its button, with `label`, is pressed. */
  | { readonly kind: 'fold'; readonly label: string }
  /** Lines whose cells are separated by tabs. */
  | { readonly kind: 'table' }
  /** White space as wide as the text `like` before it in the buffer: the place under something. */
  | { readonly kind: 'indent'; readonly like: string }
);

/** A text that is being put together. */
export class Page {
  readonly #parts: string[] = [];
  readonly #marks: Mark[] = [];
  #length = 0;
  #ends = '\n';

  /** The text so far. */
  get text(): string {
    return this.#parts.join('');
  }

  /** In the order of their starts. */
  get marks(): readonly Mark[] {
    return [...this.#marks].sort((a, b) => a.start - b.start || b.end - a.end);
  }

  /** Its length in code points. */
  get length(): number {
    return this.#length;
  }

  /** Append TEXT, as LOOK when that is given. */
  add(text: string, look?: Look): this {
    const start = this.#length;
    if (text === '') return this;
    this.#parts.push(text);
    this.#length += codePoints(text);
    this.#ends = text.charAt(text.length - 1);
    if (look !== undefined) this.#marks.push({ kind: 'face', face: look, start, end: this.#length });
    return this;
  }

  /** Append TEXT and end the line. */
  line(text = '', look?: Look): this {
    return this.add(text, look).add('\n');
  }

  /** End the line unless that is done. */
  fresh(): this {
    return this.#ends === '\n' ? this : this.add('\n');
  }

  /** Append TEXT that leads to URI. */
  link(text: string, uri: string): this {
    return this.within({ kind: 'link', uri }, () => this.add(text));
  }

  /** Append TEXT that sends INPUT. */
  input(text: string, input: string): this {
    return this.within({ kind: 'input', input }, () => this.add(text));
  }

  /** What WRITE appends is what MARK says. */
  within(mark: Unplaced<Mark>, write: () => void): this {
    const start = this.#length;
    write();
    if (this.#length > start) this.#marks.push({ ...mark, start, end: this.#length });
    return this;
  }

  /** MARK for what stands between two places already. */
  mark(mark: Unplaced<Mark>, start: number, end: number): this {
    if (end > start) this.#marks.push({ ...mark, start, end });
    return this;
  }

  /** Append OTHER. */
  page(other: Page): this {
    const offset = this.#length;
    this.add(other.text);
    for (const mark of other.marks) {
      this.#marks.push({ ...mark, start: mark.start + offset, end: mark.end + offset });
    }
    return this;
  }
}

/** A mark without its place. */
type Unplaced<T> = T extends unknown ? Omit<T, 'start' | 'end'> : never;

/** How many code points TEXT has; a half surrogate pair counts as one. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
