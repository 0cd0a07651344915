/** Finds secrets in plain text by their shape, when nobody knows their value: in messages, headers, web pages. */

import { isSensitiveName } from './sensitive.js';

/** Credentials as RFC 9110 §11.4 writes them, when they are long enough not to be a word of a sentence. */
const credentials = /\b(Bearer|Basic|DPoP)\s+[A-Za-z0-9._~+/=-]{16,}/gi;

/** RFC 7519 §3, RFC 7516 §3: a header in JSON, in Base64; and at least one more part. */
const webTokens = /\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*){0,3}/g;

/** RFC 7468 §10, §11; also when its end is cut off. */
const privateKeys = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g;

/** RFC 3986 §3.2.1. */
const userInformation = /\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/?#@"'<>]+@/gi;

/** A header line, as servers quote them in error reports. */
const headerLines =
  /\b((?:proxy-)?authorization|(?:set-)?cookie2?|x-(?:api|auth)-(?:key|token))(\s*:\s*)[^\r\n\\"<]+/gi;

const parameters = /([?&;])([A-Za-z0-9_.%-]{1,80})=([^&;\s"'<>\\#]+)/g;

/** A comparison of a SCIM filter with a string; in JSON, its quotes are escaped, and end with as many backslashes. */
const comparisons = /(?<![\w:.$-])([\w:.$-]+)(\s+(?:eq|ne|co|sw|ew|gt|ge|lt|le)\s+)(\\*["'])(.*?)((?<!\\)\3|$)/gi;

/** TEXT, which holds no JSON, with MASK in the place of what looks like a secret. */
export function maskShapes(text: string, mask: string): string {
  return maskCredentials(text, mask)
    .replace(headerLines, (line: string, name: string, colon: string) =>
      line.includes(mask) && !/cookie/i.test(name) ? line : `${name}${colon}${mask}`,
    )
    .replace(webTokens, mask)
    .replace(privateKeys, mask)
    .replace(userInformation, `$1${mask}@`)
    .replace(parameters, (all: string, sign: string, name: string) =>
      isSensitiveName(name) ? `${sign}${name}=${mask}` : all,
    )
    .replace(comparisons, (all: string, name: string, operator: string, open: string, _: string, close: string) =>
      isSensitiveName(name) ? `${name}${operator}${open}${mask}${close}` : all,
    );
}

/** TEXT, of any kind, with MASK in the place of credentials that are announced by their scheme. */
export function maskCredentials(text: string, mask: string): string {
  return text.replace(credentials, `$1 ${mask}`);
}

const assignment =
  /(["']?)([A-Za-z0-9_.:-]{1,80})\1(\s{0,8}[:=]\s{0,8})((?:Bearer|Basic)\s+\S+|"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|[^\s&,;<>"'{}]+)/gi;

/** TEXT with MASK in `client_secret=…`, `password: …` of a form, of HTML or of broken JSON. */
export function maskAssignments(text: string, mask: string): string {
  return text.replace(assignment, (all: string, quote: string, name: string, sign: string) =>
    isSensitiveName(name) ? `${quote}${name}${quote}${sign}${quote === '' ? mask : `${quote}${mask}${quote}`}` : all,
  );
}

/** RFC 7644 §3.4.2.2: NAME OPERATOR STRING. */
const exactComparisons = /(?<![\w:.$-])([\w:.$-]+)\s+(?:eq|ne|co|sw|ew|gt|ge|lt|le)\s+"((?:[^"\\]|\\.)*)/gi;

/** The strings that the SCIM filter FILTER compares with an attribute that holds a secret. */
export function secretsInFilter(filter: string): string[] {
  return [...filter.matchAll(exactComparisons)].flatMap(([, name = '', value = '']) =>
    isSensitiveName(name) ? [value, unescaped(value)] : [],
  );
}

/** RFC 7644 §3.4.2.2: a string in a filter is one of JSON. */
function unescaped(inside: string): string {
  try {
    const value: unknown = JSON.parse(`"${inside}"`);
    return typeof value === 'string' ? value : inside;
  } catch {
    return inside;
  }
}

/** The values in TEXT, a form or the query of a URL, that their names or the filter in them say are secret. */
export function secretsInForm(text: string): string[] {
  if (!/^[^\s{[<]*=/.test(text)) return [];
  return [...new URLSearchParams(text)].flatMap(([name, value]) =>
    isSensitiveName(name) ? [value] : secretsInFilter(value),
  );
}
