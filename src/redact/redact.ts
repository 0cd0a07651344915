/**
 * Takes secrets out of what is logged, shown, saved or raised: by structure and by known value. What no rule finds in
 * one way is found in the other; both are always applied.
 */

import { redactJson, secretsInJson } from './redact-json.js';
import { maskAssignments, maskCredentials, maskShapes, secretsInFilter, secretsInForm } from './redact-text.js';
import { SecretMatcher } from './secret-matcher.js';
import { comparesSecret, isSensitiveHeader, isSensitiveName } from './sensitive.js';

/** What stands for a secret. */
const mask = '***';

export interface Redactor {
  /** TEXT without the known secrets, however they are escaped, and without what has the shape of a secret. */
  text(text: string): string;
  /** A request or response body: JSON by structure and by value, its formatting kept; any other text as good as can be. */
  json(text: string): string;
  /** The first MAX characters of `json(text)`; a secret that the cut would split does not show in part. */
  excerpt(text: string, max: number): string;
  /** Header pairs with the values of credential headers masked. */
  headers(headers: Iterable<readonly [string, string]>): [string, string][];
  /** An absolute or relative URL, without user information and secret parameters. */
  url(url: string): string;
  /** This redactor, knowing SECRETS as well. */
  with(secrets: readonly string[]): Redactor;
}

/** A redactor that knows SECRETS: tokens and passwords in force. Empty strings are ignored. */
export function createRedactor(secrets: readonly string[]): Redactor {
  return new KnownSecrets([...new Set(secrets)].filter((secret) => secret !== ''));
}

/** Shorter values that only structure marks as secret are not looked for elsewhere: they would hide harmless text. */
const minLearnedLength = 4;

/**
 * The secrets in a request, to be looked for in its answer: a server that refuses a password likes to quote it.
 * HEADERS are those of the request, BODY is its text, JSON or a form, and PATH is what it asks for, with the query.
 */
export function secretsOfRequest(
  headers: Iterable<readonly [string, string]>,
  body: string | undefined,
  path = '',
): string[] {
  const found = body === undefined ? [] : [...secretsInJson(body).flatMap(inFull), ...secretsInForm(body)];
  found.push(...secretsInForm(path.slice(path.indexOf('?') + 1)));
  for (const [name, value] of headers) if (isSensitiveHeader(name)) found.push(...secretsOfHeader(name, value));
  // A value that is percent-encoded on the way may be quoted as it was meant.
  found.push(...found.filter((secret) => secret.includes('%')).map(percentDecoded));
  return found.filter((secret) => secret.length >= minLearnedLength);
}

/** A filter that compares a secret is hidden as a whole, but quoted in part. */
function inFull(secret: string): string[] {
  return [secret, ...secretsInFilter(secret)];
}

/** The secret VALUE of the header NAME, and its parts, which may be quoted alone. */
function secretsOfHeader(name: string, value: string): string[] {
  // RFC 6265 §4.2.1. Short values are flags, not secrets.
  if (/cookie/i.test(name)) {
    return [value, ...value.split(/;\s*/).map((pair) => pair.slice(pair.indexOf('=') + 1))].filter((s) => s.length > 7);
  }
  const bare = value.replace(/^\S+\s+/, '');
  if (!/^basic\s/i.test(value)) return [value, bare];
  // RFC 7617 §2: `user:password`; the user is no secret.
  const decoded = Buffer.from(bare, 'base64').toString('utf8');
  return [value, bare, decoded.slice(decoded.indexOf(':') + 1)];
}

class KnownSecrets implements Redactor {
  readonly #secrets: readonly string[];
  #compiled: SecretMatcher | undefined;

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets;
  }

  get #matcher(): SecretMatcher {
    this.#compiled ??= new SecretMatcher(this.#secrets);
    return this.#compiled;
  }

  text(text: string): string {
    return maskShapes(this.#matcher.replace(text, mask), mask);
  }

  json(text: string): string {
    const redacted = redactJson(text, mask, (value) => this.text(value));
    if (!redacted.wellFormed) return this.text(maskAssignments(redacted.text, mask));
    // Once more over the whole, for a secret that a number or a name is part of. Shapes are looked for in strings only:
    // what lies between two of them is no text.
    return maskCredentials(this.#matcher.replace(redacted.text, mask), mask);
  }

  excerpt(text: string, max: number): string {
    const margin = this.#matcher.longest;
    if (text.length <= max + margin) return this.json(text).slice(0, max);
    const redacted = this.json(text.slice(0, max + margin));
    return redacted.slice(0, Math.max(0, Math.min(max, redacted.length - margin)));
  }

  headers(headers: Iterable<readonly [string, string]>): [string, string][] {
    return Array.from(headers, ([name, value]) => [name, this.#header(name, value)]);
  }

  #header(name: string, value: string): string {
    if (isSensitiveHeader(name)) return value.replace(/^(?:(Bearer|Basic|Digest|DPoP)\s+)?.*$/is, maskedCredentials);
    return /^(?:content-)?location$|^link$|^referer$/i.test(name) ? this.url(value) : this.text(value);
  }

  url(url: string): string {
    const withoutUser = url.replace(/^([a-z][a-z0-9+.-]*:)?\/\/[^/?#]*@/i, `$1//${mask}@`);
    const masked = withoutUser.replace(/([?&;#])([^=&;#]*)=([^&#]*)/g, maskParameter);
    return this.text(masked);
  }

  with(secrets: readonly string[]): Redactor {
    const added = secrets.filter((secret) => !this.#secrets.includes(secret));
    return added.length === 0 ? this : createRedactor([...this.#secrets, ...added]);
  }
}

function maskedCredentials(_value: string, scheme: string | undefined): string {
  return scheme === undefined ? mask : `${scheme} ${mask}`;
}

function maskParameter(parameter: string, separator: string, name: string, value: string): string {
  const secret = isSensitiveName(decode(name)) || comparesSecret(decode(value));
  return secret ? `${separator}${name}=${mask}` : parameter;
}

function decode(text: string): string {
  return percentDecoded(text.replaceAll('+', ' '));
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
