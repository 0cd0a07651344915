/**
 * What the words of a filter are there for, also while it is being typed (RFC 7644 §3.4.2.2, Figure 1).
 *
 * The grammar itself is `src/scim/filter`, which refuses; this says of any text what its words look like, and what could
 * come next. Never throws. Offsets count UTF-16 code units.
 */

/** What a word is there for; `stray` has no business where it stands. */
type Role = 'attribute' | 'operator' | 'value' | 'logic' | 'not' | 'open' | 'close' | 'stray';

/** What can come next; `group` is the parenthesis behind "not". */
type Expected = 'attribute' | 'operator' | 'value' | 'logic' | 'group';

export interface ScannedWord {
  readonly role: Role;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** The attribute that an operator or a value is about, as written. */
  readonly attribute: string | undefined;
  /** The attribute whose brackets this stands in, as written. */
  readonly inside: string | undefined;
}

/** Where a filter has come to. */
export interface ScanState {
  readonly expected: Expected;
  /** The attribute that an operator or a value is expected for. */
  readonly attribute: string | undefined;
  readonly operator: string | undefined;
  readonly inside: string | undefined;
  /** What would close the innermost group. */
  readonly closing: ')' | ']' | undefined;
}

export interface FilterScan {
  readonly words: readonly ScannedWord[];
  readonly state: ScanState;
}

interface Group {
  readonly closing: ')' | ']';
  readonly attribute: string | undefined;
}

// A string may lack its end; a schema URI may hold parentheses; whatever is neither space, bracket nor quote is a word.
const words = /"(?:[^"\\]|\\[\s\S])*(?:"|\\?$)|[()[\]]|[A-Za-z][A-Za-z0-9+.-]*:[^\s"[\]]*|[^\s()[\]"]+/g;

const operators = new Set(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'pr']);

/** The words of TEXT and what could come behind them. */
export function scanFilter(text: string): FilterScan {
  const scanner = new Scanner();
  for (const match of text.matchAll(words)) scanner.take(match[0], match.index);
  return { words: scanner.words, state: scanner.state };
}

class Scanner {
  readonly words: ScannedWord[] = [];
  readonly #groups: Group[] = [];
  #expected: Expected = 'attribute';
  #attribute: string | undefined;
  #operator: string | undefined;

  get state(): ScanState {
    return {
      expected: this.#expected,
      attribute: this.#attribute,
      operator: this.#operator,
      inside: this.#inside,
      closing: this.#groups.at(-1)?.closing,
    };
  }

  get #inside(): string | undefined {
    return this.#groups.findLast(({ closing }) => closing === ']')?.attribute;
  }

  take(text: string, start: number): void {
    if (this.#expected === 'group' && (text === '[' || operators.has(text.toLowerCase()))) this.#takeNotAsName();
    const inside = this.#inside;
    const attribute = this.#attribute;
    const role = this.#roleOf(text);
    const about = role === 'operator' || role === 'value' ? attribute : undefined;
    this.words.push({ role, text, start, end: start + text.length, attribute: about, inside });
  }

  /** The role of TEXT; afterwards `#expected` is what may follow it. */
  #roleOf(text: string): Role {
    if (text === '(' || text === '[') return this.#open(text);
    if (text === ')' || text === ']') return this.#close();
    switch (this.#expected) {
      case 'attribute':
      case 'group':
        return this.#takeAttribute(text);
      case 'operator':
        return this.#takeOperator(text);
      case 'value':
        this.#expected = 'logic';
        return 'value';
      case 'logic':
        return this.#takeLogic(text);
    }
  }

  /** The last word, "not", was the name of an attribute. */
  #takeNotAsName(): void {
    const last = this.words.pop();
    if (last === undefined) return;
    this.words.push({ ...last, role: 'attribute' });
    this.#attribute = last.text;
    this.#expected = 'operator';
  }

  #open(text: '(' | '['): Role {
    if (text === '[') {
      if (this.#expected !== 'operator') return 'stray';
      this.#groups.push({ closing: ']', attribute: this.#attribute });
    } else {
      if (this.#expected !== 'attribute' && this.#expected !== 'group') return 'stray';
      this.#groups.push({ closing: ')', attribute: undefined });
    }
    this.#expected = 'attribute';
    this.#attribute = undefined;
    return 'open';
  }

  #close(): Role {
    this.#expected = 'logic';
    this.#attribute = this.#groups.pop()?.attribute;
    return 'close';
  }

  #takeAttribute(text: string): Role {
    if (text.toLowerCase() === 'not') {
      this.#expected = 'group';
      return 'not';
    }
    this.#attribute = text;
    this.#operator = undefined;
    this.#expected = 'operator';
    return 'attribute';
  }

  #takeOperator(text: string): Role {
    this.#operator = text.toLowerCase();
    this.#expected = this.#operator === 'pr' ? 'logic' : 'value';
    return 'operator';
  }

  #takeLogic(text: string): Role {
    const word = text.toLowerCase();
    if (word === 'and' || word === 'or') {
      this.#expected = 'attribute';
      this.#attribute = undefined;
      return 'logic';
    }
    // `emails[type eq "work"].value eq "x"` is what Entra ID sends.
    if (text.startsWith('.') && this.#attribute !== undefined) {
      this.#attribute += text;
      this.#expected = 'operator';
      return 'attribute';
    }
    return 'stray';
  }
}
