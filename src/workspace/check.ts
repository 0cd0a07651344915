/** What a base URL and a token must look like. No result of these functions holds the value that was checked. */

/** What is wrong with a value, and what to do. */
export interface Complaint {
  readonly problem: string;
  readonly remedy: string;
  /** The value is right, but for what was copied along with it. */
  readonly isPasted?: true;
}

const quoted = /^(['"]).*\1$/s;

function complaint(problem: string, remedy: string): Complaint {
  return { problem, remedy };
}

function pasted(problem: string, remedy: string): Complaint {
  return { problem, remedy, isPasted: true };
}

/** What no keyboard types: byte order marks, spaces without width. */
const invisible = /[\u200B-\u200F\u2060\uFEFF]/;

/** What may well have been copied along with the secret VALUE, although it could belong to it. */
export function checkSurroundings(value: string): Complaint | undefined {
  if (invisible.test(value)) return pasted('contains an invisible character, such as a byte order mark', 'remove it');
  if (value.includes('-----BEGIN ')) return undefined;
  if (quoted.test(value)) return pasted('has quotes around it', 'remove the quotes');
  if (/^\s|\s$/.test(value)) return pasted('begins or ends with white space', 'remove it');
  return undefined;
}

/**
 * VALUE as the base URL of a service provider, without a trailing slash.
 *
 * RFC 7644 §1.3: a base URI must not contain a query string; §7.2: no userinfo in URLs.
 */
export function checkBaseUrl(value: string): URL | Complaint {
  const example = 'write it like https://example.com/scim/v2';
  if (quoted.test(value)) return pasted('has quotes around the URL', 'remove the quotes');
  if (/\s/.test(value)) return pasted('contains white space', 'remove it');
  if (!URL.canParse(value)) return complaint('is not an absolute URL', example);
  const url = new URL(value);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return complaint('is not an http or https URL', example);
  if (url.username !== '' || url.password !== '') {
    return complaint('holds a user name or password', 'remove them and use auth instead');
  }
  if (url.search !== '' || value.includes('?')) return complaint('contains a query string', 'remove everything from ?');
  if (url.hash !== '' || value.includes('#')) return complaint('contains a fragment', 'remove everything from #');
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}

/** Endpoints of RFC 7644 §3.2: the base URL ends before them. */
const endpoint = /\/(Users|Groups|Me|Schemas|ResourceTypes|ServiceProviderConfig|Bulk|\.search)$/i;

/** Does the base URL end with an endpoint that belongs below it? */
export function checkBasePath(url: URL): Complaint | undefined {
  const found = endpoint.exec(url.pathname.replace(/\/+$/, ''))?.[1];
  if (found === undefined) return undefined;
  return complaint(
    `ends with /${found}, which is an endpoint below the base URL`,
    'end the URL before it: https://example.com/scim/v2',
  );
}

/** Is VALUE a bearer token that an Authorization header can carry (RFC 6750 §2.1)? */
export function checkToken(value: string): Complaint | undefined {
  if (quoted.test(value)) return pasted('has quotes around the token', 'remove the quotes');
  if (invisible.test(value)) return pasted('contains an invisible character, such as a byte order mark', 'remove it');
  if (/^bearer\s/i.test(value)) return pasted('starts with "Bearer"', 'give the token alone');
  if (/\s/.test(value)) return pasted('contains white space', 'remove it; a newline is often copied along');
  if (!/^[\x21-\x7e]+$/.test(value)) return complaint('contains characters that no token has', 'copy the token again');
  return undefined;
}

/** Does URL carry tokens unencrypted over a network? RFC 7644 §2 demands TLS; the loopback is no network. */
export function isInsecure(url: URL): boolean {
  return url.protocol === 'http:' && !isLoopback(url);
}

/** Does URL lead to this machine? */
export function isLoopback(url: URL): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
}

/** VALUE as the URL of a token endpoint (RFC 6749 §3.2: a query may be there, a fragment must not). */
export function checkTokenUrl(value: string): URL | Complaint {
  if (quoted.test(value)) return pasted('has quotes around the URL', 'remove the quotes');
  if (!URL.canParse(value)) return complaint('is not an absolute URL', 'write it like https://login.example.com/token');
  const url = new URL(value);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return complaint('is not an http or https URL', 'write it like https://login.example.com/token');
  }
  if (url.username !== '' || url.password !== '') {
    return complaint('holds a user name or password', 'use clientId and clientSecret instead');
  }
  return url.hash === '' ? url : complaint('contains a fragment', 'remove everything from #');
}

/** VALUE as the URL of a proxy; without a scheme it is http, as others read it, too. */
export function checkProxyUrl(value: string): URL | Complaint {
  const example = 'write it like http://proxy.example.com:3128';
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  if (!URL.canParse(full)) return complaint('is not the URL of a proxy', example);
  const url = new URL(full);
  if (url.protocol === 'http:' || url.protocol === 'https:') {
    return decodes(url.username) && decodes(url.password)
      ? url
      : complaint('has a user name or password with a stray %', 'write % as %25');
  }
  return complaint('is not an http or https proxy', example);
}

function decodes(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** Can VALUE be the user of Basic credentials (RFC 7617 §2)? */
export function checkUsername(value: string): Complaint | undefined {
  if (value.includes(':'))
    return complaint('contains a colon, which Basic credentials cannot carry', 'use another user');
  return checkSingleLine(value);
}

/** Is VALUE a password, an identifier or a secret on one line? */
export function checkSingleLine(value: string): Complaint | undefined {
  if (/\p{Cc}/u.test(value)) {
    return pasted('contains a line end or another control character', 'remove it; a newline is often copied along');
  }
  return undefined;
}

/** Is VALUE the name of a header (RFC 9110 §5.1)? */
export function checkHeaderName(value: string): Complaint | undefined {
  if (/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(value)) return undefined;
  return complaint('is not a name that a header can have', 'write it like X-Api-Key, without a colon');
}

/** Is VALUE what a header can carry (RFC 9110 §5.5)? */
export function checkHeaderValue(value: string): Complaint | undefined {
  if (quoted.test(value)) return pasted('has quotes around it', 'remove the quotes');
  if (/^\s|\s$/.test(value)) return pasted('begins or ends with white space', 'remove it');
  if (!/^[\x20-\x7e]+$/.test(value)) return complaint('contains characters that no header has', 'copy it again');
  return undefined;
}
