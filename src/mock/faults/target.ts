/** Which requests a fault is for. */

import type { MockRequest } from '../message.js';
import type { FaultTarget } from './rule.js';

/**
 * Whether a request is one that TARGET means, for a server whose base URL has the path BASEPATH. A path outside the
 * base URL, as that of a token endpoint, is compared as it stands; without a path, TARGET means the service alone.
 */
export function targetMatcher(target: FaultTarget | undefined, basePath: string): (request: MockRequest) => boolean {
  const methods = target?.methods?.map((method) => method.toUpperCase());
  const path = target?.path === undefined ? undefined : pathPattern(target.path);
  return (request) => {
    if (methods !== undefined && !methods.includes(request.method)) return false;
    const below = pathBelow(request.target, basePath);
    return path === undefined ? below !== undefined : path.test(below ?? pathOf(request.target));
  };
}

/**
 * The path of TARGET (path and query) below BASEPATH, whose version may be left out (RFC 7644 §3.13); undefined when it
 * is not below it.
 */
export function pathBelow(target: string, basePath: string): string | undefined {
  const path = pathOf(target);
  for (const prefix of [basePath, basePath.replace(/\/v2$/, '')]) {
    if (path === prefix) return '/';
    if (path.startsWith(`${prefix}/`)) return path.slice(prefix.length).replace(/(?<=.)\/$/, '');
  }
  return undefined;
}

function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
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
