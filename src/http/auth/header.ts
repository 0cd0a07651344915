/** Credentials as header fields of a request. */

import type { HttpRequest } from '../session.js';

/** Does REQUEST bring header NAME (in lower case) along? What a person writes wins over what the tenant says. */
export function hasHeader(request: HttpRequest, name: string): boolean {
  return request.headers.some(([given]) => given.toLowerCase() === name);
}

/** REQUEST with header NAME. */
export function withHeader(request: HttpRequest, name: string, value: string): HttpRequest {
  return { ...request, headers: [...request.headers, [name, value]] };
}

/** Gives REQUEST again and again, each time with what is left of its time. */
export function deadlineOf(request: HttpRequest): () => HttpRequest {
  const deadline = performance.now() + request.timeoutMs;
  return () => ({ ...request, timeoutMs: Math.max(1, deadline - performance.now()) });
}
