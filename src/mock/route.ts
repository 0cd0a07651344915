/** RFC 7644 §3.2 (endpoints) and §3.13 (version in the path). */

import { ProtocolError, UsageError } from '../scim/error.js';

/** Where a request goes. */
export type Route =
  | { readonly kind: 'root' }
  | { readonly kind: 'collection'; readonly endpoint: string }
  | { readonly kind: 'resource'; readonly endpoint: string; readonly id: string }
  /** `endpoint` undefined: the server root, all resource types. */
  | { readonly kind: 'search'; readonly endpoint: string | undefined }
  | { readonly kind: 'serviceProviderConfig' }
  /** `id` undefined: all of them. */
  | { readonly kind: 'resourceTypes' | 'schemas'; readonly id: string | undefined }
  | { readonly kind: 'me' | 'bulk' };

/** Finds the route of a path. Returns undefined for a path that leads nowhere. */
export type Router = (path: string) => Route | undefined;

/**
 * A router for paths below BASEPATH (`/scim/v2`), where ENDPOINTS (`/Users`) are the collections.
 *
 * Paths are case-sensitive; one trailing slash is tolerated. When BASEPATH ends in the version, the version may be left
 * out, and another one is refused with `invalidVers` (RFC 7644 §3.13).
 * @throws UsageError for an endpoint that cannot be one
 */
export function createRouter(basePath: string, endpoints: ReadonlySet<string>): Router {
  for (const endpoint of endpoints) checkEndpoint(endpoint);
  const stem = /\/v2$/.test(basePath) ? basePath.slice(0, -'/v2'.length) : undefined;
  return (path) => {
    const rest = stem === undefined ? below(basePath, path) : belowVersion(stem, path);
    return rest === undefined ? undefined : routeOf(rest.replace(/\/$/, ''), endpoints);
  };
}

function below(prefix: string, path: string): string | undefined {
  if (!path.startsWith(prefix)) return undefined;
  const rest = path.slice(prefix.length);
  return rest === '' || rest.startsWith('/') ? rest : undefined;
}

function belowVersion(stem: string, path: string): string | undefined {
  const rest = below(stem, path);
  const version = rest && /^\/v(\d+)(?=\/|$)/.exec(rest);
  if (!version) return rest;
  if (version[1] !== '2') {
    throw new ProtocolError(400, 'invalidVers', `Version v${version[1]} of SCIM is not supported; use v2.`);
  }
  return rest.slice(version[0].length);
}

/** Names that RFC 7644 §3.2 gives a meaning of their own. */
const reserved: ReadonlySet<string> = new Set(['Me', 'Bulk', 'ServiceProviderConfig', 'ResourceTypes', 'Schemas']);

function checkEndpoint(endpoint: string): void {
  const [, first = ''] = endpoint.split('/');
  if (/^(\/[\w.~-]+)+$/.test(endpoint) && !reserved.has(first) && !endpoint.endsWith('/.search')) return;
  const rule = `a path like /Devices, and none of ${[...reserved].map((name) => `/${name}`).join(', ')}`;
  throw new UsageError(`The endpoint ${JSON.stringify(endpoint)} of a resource type cannot be: it must be ${rule}`);
}

function routeOf(path: string, endpoints: ReadonlySet<string>): Route | undefined {
  const [, ...segments] = path.split('/').map(decode);
  const [name, id, ...more] = segments;
  if (name === undefined) return { kind: 'root' };
  if (id === undefined) {
    if (name === 'Me') return { kind: 'me' };
    if (name === 'Bulk') return { kind: 'bulk' };
    if (name === '.search') return { kind: 'search', endpoint: undefined };
    if (name === 'ServiceProviderConfig') return { kind: 'serviceProviderConfig' };
  }
  const isOne = more.length === 0 && id !== '';
  if (name === 'ResourceTypes') return isOne ? { kind: 'resourceTypes', id } : undefined;
  if (name === 'Schemas') return isOne ? { kind: 'schemas', id } : undefined;
  return collectionRoute(segments, endpoints);
}

/** An endpoint may have several segments. */
function collectionRoute(segments: readonly string[], endpoints: ReadonlySet<string>): Route | undefined {
  // RFC 7644 §3.8: a URL may end in `.scim`.
  const whole = `/${segments.join('/')}`.replace(/\.scim$/, '');
  if (endpoints.has(whole)) return { kind: 'collection', endpoint: whole };
  const id = segments.at(-1);
  const endpoint = `/${segments.slice(0, -1).join('/')}`;
  if (id === undefined || id === '' || !endpoints.has(endpoint)) return undefined;
  return id === '.search' ? { kind: 'search', endpoint } : { kind: 'resource', endpoint, id };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new ProtocolError(400, undefined, 'The path of the URL is not percent-encoded correctly.');
  }
}
