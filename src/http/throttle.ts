/** Which answers mean "too fast", also when their status says something else. */

import type { HttpAnswer } from './session.js';

/** Too many requests in a time, or too many at the same time. */
export type ThrottleKind = 'rate' | 'concurrency';

/** An answer that means a throttle although it has another status than 429. Nothing was executed. */
export interface ThrottleSign {
  readonly status: number;
  readonly kind: ThrottleKind;
  /** The answer has this header (lower case), with exactly this value unless it is undefined. */
  readonly header?: readonly [name: string, value: string | undefined];
  /** The body matches. */
  readonly body?: RegExp;
}

/** Known everywhere; a vendor profile may add its own. */
const commonThrottleSigns: readonly ThrottleSign[] = [
  // GitHub, "Rate limits for the REST API": 403 with Retry-After for the secondary limit, or nothing remaining.
  { status: 403, kind: 'rate', header: ['retry-after', undefined] },
  { status: 403, kind: 'rate', header: ['x-ratelimit-remaining', '0'] },
  { status: 403, kind: 'rate', body: /secondary rate limit|rate limit exceeded/i },
  // Databricks: databricks-sdk-go pull request 721.
  { status: 500, kind: 'concurrency', body: /exceeded concurrent limit/i },
];

/** How much of a body is looked at; a throttle answers in a sentence. */
const looked = 2_000;

/**
 * What kind of throttle ANSWER is, if it is one: 429 (RFC 6585 §4), or what one of SIGNS says. SIGNS are tried in
 * addition to `commonThrottleSigns`.
 */
export function throttleOf(answer: HttpAnswer, signs: readonly ThrottleSign[] = []): ThrottleKind | undefined {
  if (answer.status < 400) return undefined;
  const sign = [...signs, ...commonThrottleSigns].find((each) => shows(answer, each));
  return sign?.kind ?? (answer.status === 429 ? 'rate' : undefined);
}

function shows({ status, headers, text }: HttpAnswer, sign: ThrottleSign): boolean {
  if (status !== sign.status) return false;
  if (sign.header !== undefined) {
    const [wanted, expected] = sign.header;
    if (!headers.some(([name, value]) => name === wanted && (expected ?? value) === value)) return false;
  }
  return sign.body === undefined || sign.body.test(text.slice(0, looked));
}
