/** Counts what became of requests with each credential, and says when that changes. */

import type { Credential, Verdict } from '../http/auth/rotation.js';
import type { CredentialEvent, CredentialUse } from './types.js';

/** The credentials of one tenant. */
export class CredentialUses {
  readonly #byKey = new Map<string, { use: CredentialUse; works: boolean | undefined }>();
  readonly #tell: (event: CredentialEvent) => void;
  #fallbacks = 0;

  /** TELL is told when a credential is first seen to work or to be refused, and at each change of that. */
  constructor(tell: (event: CredentialEvent) => void) {
    this.#tell = tell;
  }

  /** How often another credential had to be used because the one in use was refused. */
  get fallbacks(): number {
    return this.#fallbacks;
  }

  /** What became of requests so far. */
  get all(): CredentialUse[] {
    return [...this.#byKey.values()].map(({ use }) => use);
  }

  /** A request with CREDENTIAL had VERDICT. */
  count({ name, key }: Credential, verdict: Verdict): void {
    if (verdict === 'unknown') return;
    const works = verdict === 'accepted';
    const { use, works: before } = this.#byKey.get(key) ?? {
      use: { name, key, accepted: 0, refused: 0 },
      works: undefined,
    };
    const counted = works ? { ...use, accepted: use.accepted + 1 } : { ...use, refused: use.refused + 1 };
    this.#byKey.set(key, { use: counted, works });
    if (works !== before) this.#tell({ name, key, works });
  }

  /** Another credential is used from now on. */
  switched(): void {
    this.#fallbacks += 1;
  }

  /** There are other credentials from now on: what works is to be told anew. */
  forget(): void {
    this.#byKey.clear();
  }
}
