/** What a base URL and a token must look like. No result of these functions holds the value that was checked. */

/** What is wrong with a value, and what to do. */
export interface Complaint {
  readonly problem: string;
  readonly remedy: string;
}

const quoted = /^(['"]).*\1$/s;

function complaint(problem: string, remedy: string): Complaint {
  return { problem, remedy };
}

/**
 * VALUE as the base URL of a service provider, without a trailing slash.
 *
 * RFC 7644 §1.3: a base URI must not contain a query string; §7.2: no userinfo in URLs.
 */
export function checkBaseUrl(value: string): URL | Complaint {
  const example = 'write it like https://example.com/scim/v2';
  if (quoted.test(value)) return complaint('has quotes around the URL', 'remove the quotes');
  if (/\s/.test(value)) return complaint('contains white space', 'remove it');
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

/** Is VALUE a bearer token that an Authorization header can carry (RFC 6750 §2.1)? */
export function checkToken(value: string): Complaint | undefined {
  if (quoted.test(value)) return complaint('has quotes around the token', 'remove the quotes');
  if (/^bearer\s/i.test(value)) return complaint('starts with "Bearer"', 'give the token alone');
  if (/\s/.test(value)) return complaint('contains white space', 'remove it; a newline is often copied along');
  if (!/^[\x21-\x7e]+$/.test(value)) return complaint('contains characters that no token has', 'copy the token again');
  return undefined;
}

/** Does URL carry tokens unencrypted over a network? RFC 7644 §2 demands TLS; the loopback is no network. */
export function isInsecure(url: URL): boolean {
  return url.protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
}
