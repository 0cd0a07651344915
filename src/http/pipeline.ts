/** How one request goes through the layers of HTTP: each adds one thing around the next. */

import type { HttpAnswer, HttpRequest, Observation } from './session.js';

/** Sends a request and reads the whole answer; `HttpSession.send` is the innermost. */
export type HttpSend = (request: HttpRequest, observed: Observation) => Promise<HttpAnswer>;

/** Something done around a request: `next` may be called not at all, once, or again. */
export type HttpLayer = (next: HttpSend) => HttpSend;

/** SEND inside LAYERS, of which the first is outermost. */
export function compose(send: HttpSend, ...layers: HttpLayer[]): HttpSend {
  return layers.reduceRight((next, layer) => layer(next), send);
}
