/**
 * Numbers that a double cannot hold, on their way through code that knows plain JSON: each is replaced by a double of its
 * own, the same for the same digits, and written as it was when it is printed.
 */

import type { JsonValue } from '../../scim/json.js';
import { isJsonObject, setMember } from '../../scim/json.js';
import { BigNumber, type ExactJson, isExactObject, parseExactJson } from '../exact-json.js';

export class ExactNumbers {
  readonly #standIns = new Map<string, number>();
  readonly #texts = new Map<number, string>();

  private constructor(private readonly taken: ReadonlySet<number>) {}

  /**
   * The values of the JSON TEXTS, in which the same number is the same double, and what prints them.
   * Throws SyntaxError when one is not JSON.
   */
  static parse(texts: readonly string[]): { readonly values: JsonValue[]; readonly numbers: ExactNumbers } {
    const exact = texts.map(parseExactJson);
    const taken = new Set<number>();
    for (const value of exact) collect(value, taken);
    const numbers = new ExactNumbers(taken);
    return { values: exact.map((value) => numbers.#plain(value)), numbers };
  }

  /** VALUE as a compact JSON text with the digits that were read. */
  print(value: JsonValue): string {
    if (this.#texts.size === 0) return JSON.stringify(value);
    if (typeof value === 'number') return this.#texts.get(value) ?? JSON.stringify(value);
    if (Array.isArray(value)) return `[${value.map((element) => this.print(element)).join(',')}]`;
    if (!isJsonObject(value)) return JSON.stringify(value);
    return `{${Object.entries(value)
      .map(([name, member]) => `${JSON.stringify(name)}:${this.print(member)}`)
      .join(',')}}`;
  }

  #plain(value: ExactJson): JsonValue {
    if (value instanceof BigNumber) return this.#standIn(value.text);
    if (Array.isArray(value)) return value.map((element) => this.#plain(element));
    if (!isExactObject(value)) return value;
    const object = {};
    for (const [name, member] of Object.entries(value)) setMember(object, name, this.#plain(member));
    return object;
  }

  #standIn(text: string): number {
    const known = this.#standIns.get(text);
    if (known !== undefined) return known;
    let double = Number(text);
    if (!Number.isFinite(double)) double = Math.sign(double) * Number.MAX_VALUE;
    while (this.taken.has(double) || this.#texts.has(double)) double = towardsZero(double);
    this.#standIns.set(text, double);
    this.#texts.set(double, text);
    return double;
  }
}

/** The next double of the size of DOUBLE; integers of that size stay integers. */
function towardsZero(double: number): number {
  const next = double * (1 - Number.EPSILON);
  return next === double ? double / 2 : next;
}

function collect(value: ExactJson, into: Set<number>): void {
  if (typeof value === 'number') into.add(value);
  else if (Array.isArray(value)) for (const element of value) collect(element, into);
  else if (isExactObject(value)) for (const member of Object.values(value)) collect(member, into);
}
