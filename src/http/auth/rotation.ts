/**
 * Two bearer tokens in the middle of a rotation: when the service refuses the one in use, the other is tried once, and
 * the run goes on with the one that works.
 */

import type { HttpLayer, HttpSend } from '../pipeline.js';
import type { HttpAnswer, HttpRequest, Observation } from '../session.js';
import { untilAborted } from '../shared.js';
import { deadlineOf, hasHeader, withHeader } from './header.js';

interface Credential {
  /** How `scim.yaml` calls it. */
  readonly name: string;
  readonly token: string;
}

/** What a trial of the other token showed. */
type Verdict = 'accepted' | 'refused' | 'unknown';

/** A layer that uses TOKEN, or PREVIOUS when that is refused. WARN is told when the token in use changes. */
export function rotatingTokens(token: string, previous: string, warn: (message: string) => void): HttpLayer {
  const pair = { first: { name: 'auth.token', token }, second: { name: 'auth.previousToken', token: previous } };
  const rotation = new Rotation(pair.first, pair.second, warn);
  return (next) => (request, observed) => {
    return hasHeader(request, 'authorization') ? next(request, observed) : rotation.send(next, request, observed);
  };
}

class Rotation {
  #inUse: Credential;
  #spare: Credential;
  readonly #warn: (message: string) => void;
  /** Requests that are refused while the other token is being tried wait for the verdict instead of trying, too. */
  #trial: Promise<Verdict> | undefined;

  constructor(inUse: Credential, spare: Credential, warn: (message: string) => void) {
    this.#inUse = inUse;
    this.#spare = spare;
    this.#warn = warn;
  }

  async send(next: HttpSend, request: HttpRequest, observed: Observation): Promise<HttpAnswer> {
    const within = deadlineOf(request);
    const used = this.#inUse;
    const answer = await next(authorized(within(), used), observed);
    // 403 is an answer to a token that is known: another one would only hide what is wrong.
    if (answer.status !== 401) return answer;
    while (this.#inUse === used) {
      if (this.#trial === undefined) return this.#try(next, within(), observed);
      const verdict = await untilAborted(this.#trial, request.signal);
      if (verdict === 'refused') return answer;
    }
    return next(authorized(within(), this.#inUse), observed);
  }

  async #try(next: HttpSend, request: HttpRequest, observed: Observation): Promise<HttpAnswer> {
    let tell: (verdict: Verdict) => void = () => undefined;
    this.#trial = new Promise((resolve) => {
      tell = resolve;
    });
    let verdict: Verdict = 'unknown';
    try {
      const answer = await next(authorized(request, this.#spare), observed);
      verdict = verdictOf(answer.status);
      if (verdict === 'accepted') this.#swap();
      return answer;
    } finally {
      this.#trial = undefined;
      tell(verdict);
    }
  }

  #swap(): void {
    [this.#inUse, this.#spare] = [this.#spare, this.#inUse];
    const advice =
      this.#inUse.name === 'auth.token' ? 'remove auth.previousToken' : 'put a token in force into auth.token';
    this.#warn(`${this.#spare.name} is refused (401), ${this.#inUse.name} works and is used from now on: ${advice}`);
  }
}

function authorized(request: HttpRequest, { token }: Credential): HttpRequest {
  return withHeader(request, 'Authorization', `Bearer ${token}`);
}

/** A service that is overloaded, or forbids, has not said that it accepts the token. */
function verdictOf(status: number): Verdict {
  if (status === 401) return 'refused';
  return status === 403 || status === 429 || status >= 500 ? 'unknown' : 'accepted';
}
