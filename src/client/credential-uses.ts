/** Counts what became of requests with each credential, and says when that changes. */

import type { Credential, Verdict } from '../http/auth/rotation.js';
import type { CredentialEvent, CredentialUse } from './types.js';

/** While nothing changes it is told again so often, so that whoever remembers it knows that a credential is in use. */
const againMs = 60_000;

interface Counted {
  readonly use: CredentialUse;
  readonly works: boolean;
  readonly toldAt: number;
}

/** The credentials of one tenant. */
export class CredentialUses {
  readonly #byKey = new Map<string, Counted>();
  readonly #tell: (event: CredentialEvent) => void;
  readonly #now: () => number;
  #fallbacks = 0;

  /**
   * TELL is told when a credential is first seen to work or to be refused, at each change of that, and now and then. NOW
   * tells milliseconds and never goes back.
   */
  constructor(tell: (event: CredentialEvent) => void, now: () => number) {
    this.#tell = tell;
    this.#now = now;
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
    const known = this.#byKey.get(key);
    const use = known?.use ?? { name, key, accepted: 0, refused: 0 };
    const now = this.#now();
    const isNews = known?.works !== works || now - known.toldAt >= againMs;
    this.#byKey.set(key, {
      use: works ? { ...use, accepted: use.accepted + 1 } : { ...use, refused: use.refused + 1 },
      works,
      toldAt: isNews ? now : known.toldAt,
    });
    if (isNews) this.#tell({ name, key, works });
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
