/** Resolves the references of one tenant and collects every complaint before it gives up. */

import type { Resolved } from '../config/reference.js';
import { ConfigurationError } from '../scim/error.js';
import type { Complaint } from './check.js';

export type Found = Extract<Resolved, { ok: true }>;

/** What a tenant's references are resolved against. */
export interface ReferenceSource {
  /** Path of `scim.yaml`; null when there is none. */
  readonly file: string | null;
  value(reference: string): Resolved;
  /** The same for a binary file; the value is in Base64. */
  bytes(reference: string): Resolved;
  /** Variable NAME of the environment; undefined when it is not set, or empty. */
  variable(name: string): string | undefined;
  /** `scim.yaml:7`, or where else KEYS of tenant NAME are defined. */
  place(name: string, keys: readonly string[]): string;
}

export class Resolver {
  readonly warnings: string[] = [];
  readonly #complaints: string[] = [];
  readonly #remedies: string[] = [];

  constructor(
    private readonly tenant: string,
    readonly source: ReferenceSource,
  ) {}

  /** What REFERENCE at KEYS stands for; CHECK says what is wrong with it. undefined after a complaint. */
  found(
    reference: string | undefined,
    keys: readonly string[],
    check: (value: string) => Complaint | undefined = () => undefined,
  ): Found | undefined {
    if (reference === undefined) {
      const key = keys.join('.');
      return this.complain(key, keys, { problem: 'is missing', remedy: `write ${key}: env:NAME` });
    }
    return this.#checked(this.source.value(reference), keys, check);
  }

  /** Like `found`, for a secret: one that stands in `scim.yaml` itself is worth a warning. */
  secret(
    reference: string | undefined,
    keys: readonly string[],
    check?: (value: string) => Complaint | undefined,
  ): Found | undefined {
    return this.#outside(this.found(reference, keys, check), keys);
  }

  /** Like `secret`, for a binary file. */
  secretBytes(reference: string, keys: readonly string[]): Found | undefined {
    return this.#outside(
      this.#checked(this.source.bytes(reference), keys, () => undefined),
      keys,
    );
  }

  /** WHAT, at KEYS, has a problem. */
  complain(what: string, keys: readonly string[], { problem, remedy }: Complaint): undefined {
    const key = keys.join('.');
    const place = this.source.place(this.tenant, keys);
    const about = what === key ? place : `${key}, ${place}`;
    this.#complaints.push(`tenant ${this.tenant}: ${what} (${about}) ${problem}`);
    this.#remedies.push(remedy);
    return undefined;
  }

  warn(message: string): void {
    this.warnings.push(`tenant ${this.tenant}: ${message}`);
  }

  /** Is nothing wrong so far? */
  get isFine(): boolean {
    return this.#complaints.length === 0;
  }

  /** All complaints as one error. */
  get error(): ConfigurationError {
    const { file } = this.source;
    return new ConfigurationError('config.reference', this.#complaints.join('\n'), {
      remedy: [...new Set(this.#remedies)].join('; '),
      ...(file === null ? {} : { file }),
    });
  }

  #checked(
    value: Resolved,
    keys: readonly string[],
    check: (value: string) => Complaint | undefined,
  ): Found | undefined {
    if (!value.ok) return this.complain(value.origin.label, keys, value);
    const wrong = check(value.value);
    return wrong === undefined ? value : this.complain(value.origin.label, keys, wrong);
  }

  #outside(found: Found | undefined, keys: readonly string[]): Found | undefined {
    if (found?.origin.kind === 'literal') {
      this.warn(`${keys.join('.')} stands in scim.yaml itself; use env:NAME or file:PATH`);
    }
    return found;
  }
}
