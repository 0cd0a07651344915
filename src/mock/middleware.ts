/** Steps between the socket and the service: each may answer by itself, change the request, or change the answer. */

import type { MockRequest, MockResponse } from './message.js';

/** What answers a request. Never throws: what goes wrong is an answer, too. */
export type Answerer = (request: MockRequest) => MockResponse;

/** A step: NEXT answers what this step lets through. */
export type Middleware = (request: MockRequest, next: Answerer) => MockResponse;

/** STEPS around LAST, the first of them outermost; a step that is undefined is left out and costs nothing. */
export function compose(steps: readonly (Middleware | undefined)[], last: Answerer): Answerer {
  return steps
    .filter((step) => step !== undefined)
    .reduceRight<Answerer>((next, step) => (request) => step(request, next), last);
}
