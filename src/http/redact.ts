/**
 * Takes secrets out of what is logged, shown, saved or raised: by structure and by known value. What no rule finds in
 * one way is found in the other; both are always applied.
 */

import { redactJson, secretsInJson } from './redact-json.js';
import { SecretMatcher } from './secret-matcher.js';
import { comparesSecret, isSensitiveHeader, isSensitiveName } from './sensitive.js';

/** What stands for a secret. */
const mask = '***';

export interface Redactor {
  /** TEXT without the known secrets, however they are escaped, and without bearer or basic credentials. */
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
 * HEADERS are those of the request, BODY is its JSON text.
 */
export function secretsOfRequest(headers: Iterable<readonly [string, string]>, body: string | undefined): string[] {
  const found = body === undefined ? [] : secretsInJson(body);
  for (const [name, value] of headers) {
    // `Bearer x`: the credentials may be quoted without their scheme.
    if (isSensitiveHeader(name)) found.push(value, value.replace(/^\S+\s+/, ''));
  }
  return found.filter((secret) => secret.length >= minLearnedLength);
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
    return this.#matcher.replace(text, mask).replace(credentials, `$1 ${mask}`);
  }

  json(text: string): string {
    const redacted = redactJson(text, mask, (value) => this.text(value));
    return this.text(redacted.wellFormed ? redacted.text : maskAssignments(redacted.text));
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

/** Credentials as RFC 9110 §11.4 writes them, when they are long enough not to be a word of a sentence. */
const credentials = /\b(Bearer|Basic|DPoP)\s+[A-Za-z0-9._~+/=-]{16,}/gi;

function maskedCredentials(_value: string, scheme: string | undefined): string {
  return scheme === undefined ? mask : `${scheme} ${mask}`;
}

function maskParameter(parameter: string, separator: string, name: string, value: string): string {
  const secret = isSensitiveName(decode(name)) || comparesSecret(decode(value));
  return secret ? `${separator}${name}=${mask}` : parameter;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

const assignment =
  /(["']?)([A-Za-z0-9_.:-]{1,80})\1(\s{0,8}[:=]\s{0,8})((?:Bearer|Basic)\s+\S+|"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|[^\s&,;<>"'{}]+)/gi;

/** `client_secret=…`, `password: …` in a form, in HTML or in broken JSON. */
function maskAssignments(text: string): string {
  return text.replace(assignment, (all: string, quote: string, name: string, sign: string) =>
    isSensitiveName(name) ? `${quote}${name}${quote}${sign}${quote === '' ? mask : `${quote}${mask}${quote}`}` : all,
  );
}
