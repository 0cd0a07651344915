/** The values of a list by identity, in their order, so that adding and removing one costs the same in lists of any size. */

import type { JsonValue } from '../json.js';
import type { AttributeDefinition } from '../schema/types.js';
import { identityOf } from './identity.js';

export class ValueIndex {
  // A Map keeps the order in which keys came, also when a key gets another value.
  readonly #values = new Map<string, JsonValue>();
  #repeats = false;

  constructor(attribute: AttributeDefinition, list: readonly JsonValue[]) {
    for (const element of list) {
      const key = identityOf(attribute, element);
      if (!this.#values.has(key)) this.#values.set(key, element);
      else {
        // Nothing is lost of a list in which a value came twice.
        this.#repeats = true;
        this.#values.set(`${key}\n${this.#values.size}`, element);
      }
    }
  }

  get size(): number {
    return this.#values.size;
  }

  /** Does a value come twice? Then its key finds the first only. */
  get repeats(): boolean {
    return this.#repeats;
  }

  get(key: string): JsonValue | undefined {
    return this.#values.get(key);
  }

  /** Let ELEMENT take the place of the value with KEY, or come last. */
  set(key: string, element: JsonValue): void {
    this.#values.set(key, element);
  }

  delete(key: string): void {
    this.#values.delete(key);
  }

  entries(): Iterable<[string, JsonValue]> {
    return this.#values.entries();
  }

  /** The list. */
  values(): JsonValue[] {
    return [...this.#values.values()];
  }
}
