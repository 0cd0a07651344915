/**
 * The grammar of filters (RFC 7644 §3.4.2.2, Figure 1), checked token by token without recursion.
 *
 * Every refusal names the first token that cannot stand where it stands. What passes is handed on as a skeleton in the
 * plainest form of the grammar: `aN` for the N-th attribute, N for the N-th literal, one space between all tokens.
 */

import { ProtocolError } from '../error.js';
import type { AttributePath } from '../schema/resource-type.js';
import { compareOperators, type FilterValue } from './ast.js';
import { clip, isPathProblem, readAttributePath } from './attribute-path.js';
import type { Token } from './lexer.js';

/** A filter whose attributes and literals are set aside. */
export interface Skeleton {
  readonly source: string;
  readonly attributes: readonly { readonly path: AttributePath; readonly offset: number }[];
  readonly literals: readonly { readonly value: FilterValue; readonly offset: number }[];
}

/** Which texts are taken. */
export interface TokenRules {
  readonly lenient: boolean;
  /** May a string follow its operator without a space? RFC 7644 §3.5.2.2 has an example of that. */
  readonly missingSpace: boolean;
  /** Is it the inside of `attr[…]`, where no further `[` may stand (RFC 7644 erratum 4690)? */
  readonly insideBrackets: boolean;
}

/** Deepest nesting of parentheses and brackets. */
const maxDepth = 64;

const comparisons: ReadonlySet<string> = new Set(compareOperators);

const literalWords: ReadonlyMap<string, FilterValue> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** Check TOKENS, the last of which is `end` or `invalid`; throws ProtocolError `invalidFilter`. */
export function checkGrammar(tokens: readonly Token[], rules: TokenRules): Skeleton {
  return new GrammarCheck(tokens, rules).run();
}

/** The refusal of a filter because of what stands at OFFSET. */
export function filterError(message: string, offset: number, cause?: unknown): ProtocolError {
  return new ProtocolError(400, 'invalidFilter', `${message} (at character ${offset + 1})`, {
    offset,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** An open `(` or `[`. */
interface Group {
  readonly token: Token;
  /** Where in the output it stands. */
  readonly output: number;
}

class GrammarCheck {
  readonly #tokens: readonly Token[];
  readonly #rules: TokenRules;
  readonly #output: string[] = [];
  readonly #attributes: { path: AttributePath; offset: number }[] = [];
  readonly #literals: { value: FilterValue; offset: number }[] = [];
  readonly #groups: Group[] = [];
  #position = 0;

  constructor(tokens: readonly Token[], rules: TokenRules) {
    this.#tokens = tokens;
    this.#rules = rules;
  }

  run(): Skeleton {
    let complete = false;
    while (!complete) {
      this.#openGroups();
      if (this.#expression()) complete = this.#closeGroups();
    }
    return { source: this.#output.join(' '), attributes: this.#attributes, literals: this.#literals };
  }

  /** Take every `(` and `not (` in front of an expression. */
  #openGroups(): void {
    for (;;) {
      const token = this.#peek();
      if (token.kind === 'word' && token.text.toLowerCase() === 'not') {
        const next = this.#peek(1);
        if (next.kind !== '(') {
          if (this.#isOperator(next) || next.kind === '[') return; // an attribute that is named "not"
          throw this.#fail('"not" must be followed by "("', next);
        }
        this.#next();
        this.#output.push('not');
      } else if (token.kind !== '(') {
        return;
      }
      this.#open(this.#next());
    }
  }

  /** Take `attr pr`, `attr op value` or `attr[`; true when the expression is complete. */
  #expression(): boolean {
    const name = this.#next();
    if (name.kind !== 'word') throw this.#fail('Expected an attribute name, "not" or "("', name);
    const path = this.#attributePath(name);
    const next = this.#peek();
    this.#attribute(path, name.offset);
    if (next.kind !== '[' || next.spaced) {
      this.#condition(name);
      return true;
    }
    if (this.#rules.insideBrackets || this.#groups.some((group) => group.token.kind === '[')) {
      throw this.#fail('"[" cannot stand inside another "[…]"', next);
    }
    this.#open(this.#next());
    return false;
  }

  /** Take the operator, and the value if it needs one, of the attribute NAME. */
  #condition(name: Token): void {
    const token = this.#next();
    if (token.kind === '[') throw this.#fail(`No space may stand between "${clip(name.text)}" and "["`, token);
    const operator = token.text.toLowerCase();
    if (token.kind !== 'word' || !token.spaced) {
      throw this.#fail(`Expected an operator after "${clip(name.text)}"`, token);
    }
    this.#output.push(operator);
    if (operator === 'pr') return;
    if (!comparisons.has(operator)) {
      const known = `${compareOperators.join(', ')} and pr`;
      throw this.#fail(`The operator "${clip(token.text)}" is not supported: there are ${known}`, token);
    }
    this.#value(token);
  }

  #value(operator: Token): void {
    const token = this.#next();
    const value = this.#literal(token, operator);
    if (!token.spaced && !(this.#rules.missingSpace && token.kind === 'string')) {
      throw this.#fail(`A space must stand between "${operator.text}" and the value`, token);
    }
    this.#output.push(String(this.#literals.length));
    this.#literals.push({ value, offset: token.offset });
  }

  #literal(token: Token, operator: Token): FilterValue {
    if (token.value !== undefined) return token.value;
    if (token.kind !== 'word') throw this.#fail(`Expected a value after "${operator.text}"`, token);
    const constant = literalWords.get(token.text.toLowerCase());
    if (constant !== undefined) return constant;
    if (this.#rules.lenient) return token.text;
    throw this.#fail(`A string value stands in double quotes: "${clip(token.text)}"`, token);
  }

  /** After an expression: close groups, then take `and` or `or`; true at the end of the filter. */
  #closeGroups(): boolean {
    for (;;) {
      const token = this.#next();
      if (token.kind === 'end') {
        const open = this.#groups.at(-1);
        if (open !== undefined) throw this.#fail(`This "${open.token.text}" is never closed`, open.token);
        return true;
      }
      if (token.kind === ')' || token.kind === ']') {
        this.#close(token);
        continue;
      }
      this.#conjunction(token);
      return false;
    }
  }

  #conjunction(token: Token): void {
    const word = token.text.toLowerCase();
    if (token.kind !== 'word' || (word !== 'and' && word !== 'or')) {
      throw this.#fail(`Expected "and", "or"${this.#expectedClose()} or the end of the filter`, token);
    }
    if (!this.#rules.lenient) {
      if (!token.spaced) throw this.#fail(`A space must stand before "${token.text}"`, token);
      const next = this.#peek();
      if (!next.spaced) throw this.#fail(`A space must stand after "${token.text}"`, next);
    }
    this.#output.push(word);
  }

  #open(token: Token): void {
    if (this.#groups.length >= maxDepth) throw this.#fail(`The filter is nested deeper than ${maxDepth} levels`, token);
    this.#groups.push({ token, output: this.#output.length });
    this.#output.push(token.text);
  }

  #close(token: Token): void {
    const group = this.#groups.pop();
    const opening = token.kind === ')' ? '(' : '[';
    if (group === undefined) throw this.#fail(`This "${token.text}" has no "${opening}"`, token);
    if (group.token.kind !== opening) {
      const expected = group.token.kind === '(' ? ')' : ']';
      throw this.#fail(`Expected "${expected}", "and" or "or"`, token);
    }
    if (this.#peek().kind === 'subAttribute') this.#elementCondition(group);
    this.#output.push(token.text);
  }

  /**
   * `emails[type eq "work"].value eq "x"` is not in the grammar, but Entra ID sends it. Both conditions are meant for the
   * same element, so it is `emails[(type eq "work") and value eq "x"]`.
   */
  #elementCondition(group: Group): void {
    const token = this.#next();
    if (!this.#rules.lenient) {
      const remedy = 'put the condition inside the brackets, joined with "and"';
      throw this.#fail(`A sub-attribute cannot follow "]" in a filter: ${remedy}`, token);
    }
    this.#output[group.output] = '[ (';
    this.#output.push(')', 'and');
    this.#attribute({ name: token.text }, token.offset);
    this.#condition(token);
  }

  #attribute(path: AttributePath, offset: number): void {
    this.#output.push(`a${this.#attributes.length}`);
    this.#attributes.push({ path, offset });
  }

  #attributePath(token: Token): AttributePath {
    const path = readAttributePath(token.text);
    if (isPathProblem(path)) throw filterError(path.message, token.offset + path.offset);
    return path;
  }

  #isOperator(token: Token): boolean {
    const word = token.text.toLowerCase();
    return token.kind === 'word' && (word === 'pr' || comparisons.has(word));
  }

  #expectedClose(): string {
    const open = this.#groups.at(-1);
    if (open === undefined) return '';
    return open.token.kind === '(' ? ', ")"' : ', "]"';
  }

  #peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#position + ahead, this.#tokens.length - 1)];
    if (token === undefined) throw filterError('The filter is empty', 0);
    return token;
  }

  #next(): Token {
    const token = this.#peek();
    this.#position++;
    return token;
  }

  /** The lexer's own complaint is more precise than what the grammar expected. */
  #fail(expected: string, token: Token): Error {
    if (token.kind === 'invalid') return filterError(token.message ?? expected, token.offset);
    if (token.kind !== 'end') return filterError(expected, token.offset);
    return filterError(`${expected}; the filter ends here`, token.offset);
  }
}
