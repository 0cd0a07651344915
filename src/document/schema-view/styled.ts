/** A text for a person, put together with what an editor needs to know of its parts. */

/** How a part looks; an editor has a face for each. */
export type Style = 'heading' | 'dimmed' | 'success' | 'warning' | 'failure' | 'key';

/** Offsets count characters (code points), as Emacs does; the end is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface StyledText {
  readonly text: string;
  readonly styles: readonly (Span & { readonly style: Style })[];
  /** Parts that lead to what a `scim:` URI names. */
  readonly links: readonly (Span & { readonly uri: string })[];
  /** Places with names, for jumping to; the path of an attribute, e.g. `name.familyName`. */
  readonly anchors: readonly { readonly name: string; readonly offset: number }[];
}

export class StyledTextBuilder {
  #text = '';
  #length = 0;
  readonly #styles: (Span & { style: Style })[] = [];
  readonly #links: (Span & { uri: string })[] = [];
  readonly #anchors: { name: string; offset: number }[] = [];

  /** Append TEXT; control characters, which a server may have put there, become spaces. */
  add(text: string, look: { style?: Style | undefined; uri?: string | undefined } = {}): this {
    const clean = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, (char) => (char === '\n' ? char : ' '));
    const start = this.#length;
    this.#text += clean;
    for (const _ of clean) this.#length++;
    const span = { start, end: this.#length };
    if (look.style !== undefined) this.#styles.push({ ...span, style: look.style });
    if (look.uri !== undefined) this.#links.push({ ...span, uri: look.uri });
    return this;
  }

  line(text = '', look: { style?: Style | undefined; uri?: string | undefined } = {}): this {
    return this.add(text, look).add('\n');
  }

  heading(text: string): this {
    return this.anchor(text).line(text, { style: 'heading' });
  }

  /** What comes next can be jumped to as NAME. */
  anchor(name: string): this {
    this.#anchors.push({ name, offset: this.#length });
    return this;
  }

  get styled(): StyledText {
    return { text: this.#text, styles: this.#styles, links: this.#links, anchors: this.#anchors };
  }
}

/** TEXT in lines of at most WIDTH characters, as far as its words permit. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}
