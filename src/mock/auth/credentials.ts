/** The secrets that open a mock server, and how long they do. */

import { hash } from 'node:crypto';
import type { Principal } from '../message.js';
import type { TokenSettings } from './settings.js';

/** A secret that the server knows, by name. */
export interface CredentialState {
  readonly name: string;
  readonly state: 'valid' | 'expired' | 'revoked';
}

interface Credential {
  readonly principal: Principal;
  /** Milliseconds since the epoch. */
  readonly expires: number;
  state: 'valid' | 'expired' | 'revoked';
}

/** What is known about a secret that was shown. */
export type Finding = Principal | 'unknown' | 'expired' | 'revoked';

/**
 * Secrets with their names.
 *
 * They are kept and looked up as digests, so that the time of an answer tells nothing about how much of a secret was
 * right.
 */
export class Credentials {
  private readonly byDigest = new Map<string, Credential>();

  /** NOW is the time by which secrets expire. At most LIMIT secrets are kept; the oldest ones are forgotten first. */
  constructor(
    private readonly now: () => Date,
    private readonly limit = Number.POSITIVE_INFINITY,
  ) {}

  /** Lets VALUE in; it may have been revoked before. */
  allow({ name, value, user, expires }: TokenSettings): void {
    const digest = digestOf(value);
    this.byDigest.delete(digest);
    this.byDigest.set(digest, {
      principal: { name, user },
      expires: expires?.getTime() ?? Number.POSITIVE_INFINITY,
      state: 'valid',
    });
    for (const oldest of this.byDigest.keys()) {
      if (this.byDigest.size <= this.limit) break;
      this.byDigest.delete(oldest);
    }
  }

  /** Who it is that shows VALUE, or why that is nobody. */
  find(value: string): Finding {
    const credential = this.byDigest.get(digestOf(value));
    if (!credential) return 'unknown';
    const state = this.stateOf(credential);
    return state === 'valid' ? credential.principal : state;
  }

  /** Lets nobody in any more who shows what is called NAME. Returns false when there is no such secret. */
  revoke(name: string): boolean {
    let found = false;
    for (const credential of this.byDigest.values()) {
      if (credential.principal.name !== name) continue;
      credential.state = 'revoked';
      found = true;
    }
    return found;
  }

  /** VALUE counts as expired from now on. */
  expire(value: string): void {
    const credential = this.byDigest.get(digestOf(value));
    if (credential?.state === 'valid') credential.state = 'expired';
  }

  list(): CredentialState[] {
    return [...this.byDigest.values()].map((credential) => ({
      name: credential.principal.name,
      state: this.stateOf(credential),
    }));
  }

  private stateOf({ state, expires }: Credential): CredentialState['state'] {
    return state === 'valid' && expires <= this.now().getTime() ? 'expired' : state;
  }
}

function digestOf(value: string): string {
  return hash('sha256', value, 'base64');
}
