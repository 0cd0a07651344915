/** A redactor that learns secrets while a program runs, as access tokens come and go. */

import { createRedactor, type Redactor } from '../redact/redact.js';

/** As many of the secrets learned last are looked for; older tokens have expired. */
const remembered = 16;

/** The secrets of one tenant: those of its settings, and those that it was given since. */
export class KnownSecrets {
  /** Always knows what was learned last, and so does every redactor made by its `with`. */
  readonly redactor: Redactor;
  #fixed: readonly string[];
  #learned: readonly string[] = [];
  #current: Redactor;

  constructor(fixed: readonly string[]) {
    this.#fixed = fixed;
    this.#current = createRedactor(fixed);
    this.redactor = new LiveRedactor(() => this.#current);
  }

  /** From now on SECRETS of the settings are hidden, too, for as long as this lives. */
  keep(secrets: readonly string[]): void {
    this.#fixed = [...new Set([...this.#fixed, ...secrets])];
    this.#current = createRedactor([...this.#fixed, ...this.#learned]);
  }

  /** From now on SECRET is hidden, too. */
  learn(secret: string): void {
    this.#learned = [...this.#learned.filter((known) => known !== secret), secret].slice(-remembered);
    this.#current = createRedactor([...this.#fixed, ...this.#learned]);
  }
}

class LiveRedactor implements Redactor {
  readonly #current: () => Redactor;

  constructor(current: () => Redactor) {
    this.#current = current;
  }

  text(text: string): string {
    return this.#current().text(text);
  }
  json(text: string): string {
    return this.#current().json(text);
  }
  excerpt(text: string, max: number): string {
    return this.#current().excerpt(text, max);
  }
  headers(headers: Iterable<readonly [string, string]>): [string, string][] {
    return this.#current().headers(headers);
  }
  url(url: string): string {
    return this.#current().url(url);
  }

  with(secrets: readonly string[]): Redactor {
    if (secrets.length === 0) return this;
    let base: Redactor | undefined;
    let extended: Redactor = this;
    return new LiveRedactor(() => {
      const now = this.#current();
      if (now !== base) {
        base = now;
        extended = now.with(secrets);
      }
      return extended;
    });
  }
}
