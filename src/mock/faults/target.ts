/** Which requests a fault is for. */

import type { MockRequest } from '../message.js';
import type { FaultTarget } from './rule.js';

/**
 * Whether a request is one that TARGET means, for a server whose base URL has the path BASEPATH. A path outside the
 * base URL, as that of a token endpoint, is compared as it stands.
 */
export function targetMatcher(target: FaultTarget | undefined, basePath: string): (request: MockRequest) => boolean {
  const methods = target?.methods?.map((method) => method.toUpperCase());
  const path = target?.path === undefined ? undefined : pathPattern(target.path);
  return (request) =>
    (methods === undefined || methods.includes(request.method)) &&
    (path === undefined || path.test(pathBelow(request.target, basePath)));
}

/** The path of TARGET (path and query) below BASEPATH; the version at its end may be left out (RFC 7644 §3.13). */
export function pathBelow(target: string, basePath: string): string {
  const query = target.indexOf('?');
  const path = query < 0 ? target : target.slice(0, query);
  for (const prefix of [basePath, basePath.replace(/\/v2$/, '')]) {
    if (path === prefix) return '/';
    if (path.startsWith(`${prefix}/`)) return path.slice(prefix.length).replace(/(?<=.)\/$/, '');
  }
  return path;
}

/** `*` is one segment or a part of one, `**` any number of segments, also none. */
function pathPattern(pattern: string): RegExp {
  const source = pattern
    .replace(/^(?=[^/])|(?<=.)\/$/g, (_match, offset: number) => (offset === 0 ? '/' : ''))
    .replace(/\/\*\*|\*\*|\*|[\\^$.|?+()[\]{}]/g, (part) => wildcards.get(part) ?? `\\${part}`);
  return new RegExp(`^${source}$`);
}

const wildcards = new Map([
  ['/**', '(?:/.*)?'],
  ['**', '.*'],
  ['*', '[^/]*'],
]);
