/**
 * Credentials in the middle of a rotation: when the one in use is refused, what its reference stands for is looked up
 * again, then the other one is tried, once for all requests that are under way, and the run goes on with what works.
 */

import type { CredentialName } from '../exchange.js';
import type { HttpSend } from '../pipeline.js';
import type { HttpAnswer, HttpRequest, Observation } from '../session.js';
import { untilAborted } from '../shared.js';
import type { OneOrTwo } from './credential.js';
import { deadlineOf } from './header.js';

/** A credential and the way to send with it. */
export interface Credential {
  readonly name: CredentialName;
  /** How `scim.yaml` calls it: `auth.token`. */
  readonly key: string;
  /** The same for the same secret, and only for it. Holds the secret. */
  readonly identity: string;
  readonly send: HttpSend;
}

/** How one request with a credential ended. */
export type Outcome =
  | { readonly answer: HttpAnswer; readonly error?: undefined }
  | { readonly answer?: undefined; readonly error: unknown };

/** What an outcome says about the credential. */
export type Verdict = 'accepted' | 'refused' | 'unknown';

interface Attempt {
  readonly credential: Credential;
  readonly outcome: Outcome;
  readonly verdict: Verdict;
}

export interface RotationSurroundings {
  /** What an outcome says; REQUEST was sent. */
  readonly verdictOf: (outcome: Outcome, request: HttpRequest) => Verdict;
  /** Looks up what the references stand for now, and calls `replace` when that is something else. */
  readonly renew: ((signal: AbortSignal | undefined) => Promise<void>) | undefined;
  /** Told about every verdict. */
  readonly onVerdict: (credential: Credential, verdict: Verdict) => void;
  /** Told what is used from now on, after another one was refused. */
  readonly onSwitch: (credential: Credential) => void;
  /** Told what a person must know, free of secrets. */
  readonly warn: (message: string) => void;
  /** Milliseconds; never goes back. */
  readonly now: () => number;
}

/**
 * How long nothing is tried after everything was refused: a run of thousands of requests must not run a password manager
 * thousands of times, nor knock so often that the account is locked.
 */
const restMs = 2_000;

/** The credentials of which one is in use. */
export class Rotation {
  #known: OneOrTwo<Credential>;
  #inUse: Credential;
  readonly #surroundings: RotationSurroundings;
  /** Requests that are refused while another one tries the credentials wait for its verdict instead of trying, too. */
  #trial: Promise<Verdict> | undefined;
  #restsUntil = Number.NEGATIVE_INFINITY;

  /** CREDENTIALS are one or two, the current one first. */
  constructor(credentials: OneOrTwo<Credential>, surroundings: RotationSurroundings) {
    this.#known = credentials;
    this.#inUse = credentials[0];
    this.#surroundings = surroundings;
  }

  /** What requests are sent with now. */
  get inUse(): Credential {
    return this.#inUse;
  }

  /** From now on CREDENTIALS are what there is. A new current one is used at once. */
  replace(credentials: OneOrTwo<Credential>): void {
    const [current] = credentials;
    const isNew = this.#known.every(({ identity }) => identity !== current.identity);
    const kept = credentials.find(({ identity }) => identity === this.#inUse.identity);
    this.#known = credentials;
    this.#inUse = isNew || kept === undefined ? current : kept;
    this.#restsUntil = Number.NEGATIVE_INFINITY;
  }

  /** Sends REQUEST with what works. */
  async send(request: HttpRequest, observed: Observation): Promise<HttpAnswer> {
    const within = deadlineOf(request);
    const refused = new Set<string>();
    let attempt = await this.#attempt(this.#inUse, within(), observed);
    while (attempt.verdict === 'refused') {
      refused.add(attempt.credential.identity);
      const found = this.#inUse;
      if (!refused.has(found.identity)) attempt = await this.#attempt(found, within(), observed);
      else if (this.#trial === undefined) return unwrapped(await this.#try(attempt, within, observed, refused));
      else if ((await untilAborted(this.#trial, request.signal)) === 'refused') break;
    }
    return unwrapped(attempt);
  }

  async #attempt(credential: Credential, request: HttpRequest, observed: Observation): Promise<Attempt> {
    if (this.#known.length > 1) observed.credential = credential.name;
    const outcome: Outcome = await credential.send(request, observed).then(
      (answer) => ({ answer }),
      (error: unknown) => ({ error }),
    );
    const verdict = this.#surroundings.verdictOf(outcome, request);
    this.#surroundings.onVerdict(credential, verdict);
    return { credential, outcome, verdict };
  }

  /** Tries what is not REFUSED, after FIRST was; the others wait. */
  async #try(
    first: Attempt,
    within: () => HttpRequest,
    observed: Observation,
    refused: ReadonlySet<string>,
  ): Promise<Attempt> {
    if (this.#surroundings.now() < this.#restsUntil) return first;
    let tell: (verdict: Verdict) => void = () => undefined;
    this.#trial = new Promise((resolve) => {
      tell = resolve;
    });
    let verdict: Verdict = 'unknown';
    try {
      await this.#surroundings.renew?.(within().signal);
      let last = first;
      for (const credential of this.#known.filter(({ identity }) => !refused.has(identity))) {
        last = await this.#attempt(credential, within(), observed);
        if (last.verdict === 'refused') continue;
        verdict = last.verdict;
        if (verdict === 'accepted') this.#use(credential, first);
        return last;
      }
      verdict = 'refused';
      this.#restsUntil = this.#surroundings.now() + restMs;
      if (this.#known.length > 1) observed.gaveUp = `${this.#known.map(({ key }) => key).join(' and ')} are refused`;
      return last;
    } finally {
      this.#trial = undefined;
      tell(verdict);
    }
  }

  #use(credential: Credential, refused: Attempt): void {
    this.#inUse = credential;
    this.#surroundings.onSwitch(credential);
    this.#surroundings.warn(adviceOn(credential, refused, this.#known.length > 1));
  }
}

/** What a person is told when WORKS is used in place of what REFUSED tried. */
function adviceOn(works: Credential, { credential: refused, outcome }: Attempt, isPair: boolean): string {
  const why = outcome.answer === undefined ? 'is refused' : `is refused (${outcome.answer.status})`;
  if (works.key === refused.key) return `${works.key} ${why}; what it refers to has changed, and works`;
  const what = `${refused.key} ${why}, ${works.key} works and is used from now on`;
  if (works.name === 'previous') return `${what}: put one in force into ${refused.key}`;
  return isPair ? `${what}: remove ${refused.key} (rotate finish)` : what;
}

function unwrapped({ outcome }: Attempt): HttpAnswer {
  if (outcome.answer === undefined) throw outcome.error;
  return outcome.answer;
}

/** What the STATUS of an answer says about the credential that was sent along. */
export function verdictOfStatus(status: number): Verdict {
  if (status === 401) return 'refused';
  // A service that is overloaded, or forbids, has not said that it accepts the credential; 403 is an answer to one that
  // is known, so that another one would only hide what is wrong.
  return status === 403 || status === 429 || status >= 500 ? 'unknown' : 'accepted';
}
