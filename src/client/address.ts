/** From what a person or a server writes to the path that is sent, never leaving the tenant's server. */

import { UsageError } from '../scim/error.js';
import type { Projection } from './types.js';

/** Where a request goes. */
export interface Address {
  /** Absolute path with query, percent-encoded: what is sent. */
  readonly path: string;
  /** The same relative to the base URL, with a leading slash: what is shown and what schemas go by. */
  readonly relative: string;
}

/**
 * The address of PATH under BASEURL. PATH is relative to the base URL (`/Users?count=1`), or absolute on the same origin,
 * with or without scheme and host, as `Location` and `meta.location` are. It is percent-encoded already; characters that
 * HTTP does not allow are encoded nevertheless (RFC 3986 §2.1).
 *
 * Throws `UsageError` for another origin, whose server the token is not for, and for `.` and `..` segments, which
 * servers resolve to something else than what the text says.
 */
export function addressOf(baseUrl: URL, path: string): Address {
  const prefix = basePathOf(baseUrl);
  const local = encodeIllegal(withoutOrigin(baseUrl, path.trim()));
  refuseDotSegments(local);
  const isUnderBase = prefix === '' || local === prefix || /^[/?]/.test(suffixOf(local, prefix));
  const full = isUnderBase ? local : prefix + local;
  return { path: full === '' ? '/' : full, relative: relativeTo(full, prefix) };
}

/** The base URL's path without its trailing slash. */
function basePathOf(baseUrl: URL): string {
  return baseUrl.pathname.replace(/\/+$/, '');
}

/** ENDPOINT and ID as a path, with the query of PROJECTION. Throws `UsageError` for an id that is no path segment. */
export function resourcePath(endpoint: string, id: string, projection: Projection): string {
  if (id === '' || id === '.' || id === '..') {
    throw new UsageError(`"${id}" cannot be the id of a resource`, { remedy: 'Give the id that the server assigned.' });
  }
  return `${endpoint}/${encodeURIComponent(id)}${projectionQuery(projection)}`;
}

/** `?attributes=…` or `?excludedAttributes=…` (RFC 7644 §3.9), or nothing. */
export function projectionQuery({ attributes, excludedAttributes }: Projection): string {
  const parts = [
    attributes === undefined ? undefined : `attributes=${encodeList(attributes)}`,
    excludedAttributes === undefined ? undefined : `excludedAttributes=${encodeList(excludedAttributes)}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** Attribute names as a query value; the commas between them stay readable. */
export function encodeList(names: readonly string[]): string {
  return names.map(encodeURIComponent).join(',');
}

function withoutOrigin(baseUrl: URL, path: string): string {
  if (!/^(?:[a-z][a-z0-9+.-]*:)?\/\//i.test(path)) return /^[/?]/.test(path) || path === '' ? path : `/${path}`;
  const url = URL.canParse(path, baseUrl.href) ? new URL(path, baseUrl) : undefined;
  if (url?.origin === baseUrl.origin) return path.replace(/^(?:[^/?#]*)\/\/[^/?#]*/, '') || '/';
  throw new UsageError(`${url === undefined ? 'The address' : url.origin} is not the server of this tenant`, {
    remedy: `The token of the tenant goes to ${baseUrl.origin} only: use a path, or add a tenant for the other server.`,
  });
}

function encodeIllegal(path: string): string {
  const withoutFragment = path.replace(/#/g, '%23');
  return withoutFragment
    .replace(/%(?![0-9A-Fa-f]{2})/g, '%25')
    .replace(/[^!$%&'()*+,./0-9:;=?@A-Z_a-z~[\]-]/gu, (character) => encodeURIComponent(toWellFormed(character)));
}

/** A lone surrogate, which UTF-8 cannot express, as U+FFFD. */
function toWellFormed(character: string): string {
  return /^[\ud800-\udfff]$/.test(character) ? '\ufffd' : character;
}

function refuseDotSegments(path: string): void {
  const segments = path.replace(/[?].*$/s, '').split('/');
  if (!segments.some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment))) return;
  throw new UsageError('A path must not hold the segments "." or ".."', { remedy: 'Write the path out.' });
}

function suffixOf(path: string, prefix: string): string {
  return path.startsWith(prefix) ? path.slice(prefix.length) : '';
}

function relativeTo(path: string, prefix: string): string {
  const rest = path.startsWith(prefix) ? path.slice(prefix.length) : path;
  return rest.startsWith('/') ? rest : `/${rest}`;
}
