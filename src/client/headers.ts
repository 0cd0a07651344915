/** RFC 7644 §3.1: the headers of every request, but for the credential. */

import { standard } from '../vendors/index.js';
import type { TargetOptions } from './types.js';

type Header = [name: string, value: string];

/**
 * The headers of a request with or without a BODY that GIVEN says nothing about, then GIVEN. Where the service needs
 * another value than the standard's, or another header, its profile says so; what the person gives wins nevertheless.
 */
export function requestHeaders(
  { userAgent, profile = standard }: Pick<TargetOptions, 'userAgent' | 'profile'>,
  given: Readonly<Record<string, string>>,
  body: string | undefined,
): Header[] {
  const usual: Header[] = [
    ['Accept', 'application/scim+json, application/json;q=0.9'],
    ['User-Agent', userAgent],
  ];
  if (body !== undefined) usual.push(['Content-Type', 'application/scim+json']);
  const required = profile.headers.required.flatMap(({ name, value }): Header[] =>
    value === undefined ? [] : [[name, value]],
  );
  return over(over(usual, required), Object.entries(given));
}

/** UPPER, after those of LOWER that it does not have. */
function over(lower: readonly Header[], upper: readonly Header[]): Header[] {
  const names = new Set(upper.map(([name]) => name.toLowerCase()));
  return [...lower.filter(([name]) => !names.has(name.toLowerCase())), ...upper];
}
