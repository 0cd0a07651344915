/** RFC 6749 §4.4: a token endpoint for client credentials, and the access tokens that it gives. */

import { UsageError } from '../../scim/error.js';
import type { MockRequest, MockResponse } from '../message.js';
import type { AuthenticationPlace } from './authentication.js';
import { bearerChecks } from './bearer.js';
import { OAuthClients } from './clients.js';
import { Credentials } from './credentials.js';
import { grantResponse, OAuthError, oauthErrorResponse } from './oauth-response.js';
import type { Scheme } from './scheme.js';
import type { OAuth2Settings } from './settings.js';

/** So many access tokens are remembered; a client that takes more of them has long forgotten the first. */
const rememberedTokens = 10_000;

/** Longest token request that is looked at; an assertion is a few kilobytes. */
const maxRequestLength = 65_536;

/** Requests with an access token of the endpoint in SETTINGS, which is at PLACE. @throws UsageError */
export function oauth2Scheme(settings: OAuth2Settings, place: AuthenticationPlace): Scheme {
  checkSettings(settings);
  const { tokenPath, tokenLifetime, scopes } = settings;
  const origin = new URL(place.baseUrl).origin;
  const clients = new OAuthClients(settings.clients, [origin + tokenPath, origin, place.baseUrl]);
  const accessTokens = new Credentials(place.now, rememberedTokens);
  const grant = (request: MockRequest): MockResponse => {
    const form = formOf(request);
    const client = clients.prove(request, form);
    const grantType = form.get('grant_type');
    if (grantType === undefined) throw new OAuthError('invalid_request', 'grant_type is missing');
    if (grantType !== 'client_credentials') {
      throw new OAuthError('unsupported_grant_type', 'Only client_credentials is supported');
    }
    const scope = checkedScope(form.get('scope'), scopes);
    const value = place.newToken();
    const expires = new Date(place.now().getTime() + tokenLifetime * 1000);
    accessTokens.allow({ name: client.id, value, expires, ...(client.user !== undefined && { user: client.user }) });
    return grantResponse(value, tokenLifetime, scope);
  };
  return {
    ...bearerChecks(accessTokens),
    intercept: (request) => (isFor(tokenPath, request.target) ? answered(request, grant) : undefined),
    tokens: {
      list: () => clients.list(),
      revoke: (name) => {
        accessTokens.revoke(name);
        return clients.revoke(name);
      },
      allow: ({ name, value, user }) => clients.allow({ id: name, secret: value, ...(user !== undefined && { user }) }),
    },
  };
}

function checkSettings({ tokenPath, tokenLifetime, scopes }: OAuth2Settings): void {
  if (!/^(\/[\w.~-]+)+$/.test(tokenPath)) {
    throw new UsageError(`The token path ${JSON.stringify(tokenPath)} must be like /oauth/token`);
  }
  if (!(tokenLifetime > 0 && Number.isSafeInteger(tokenLifetime))) {
    throw new UsageError(`The token lifetime must be a whole number of seconds of at least 1, not ${tokenLifetime}`);
  }
  const wrong = scopes.find((scope) => !scopeToken.test(scope));
  if (wrong !== undefined) throw new UsageError(`${JSON.stringify(wrong)} cannot be a scope: no spaces, no quotes`);
}

function isFor(path: string, target: string): boolean {
  return target.startsWith(path) && (target.length === path.length || target[path.length] === '?');
}

function answered(request: MockRequest, grant: (request: MockRequest) => MockResponse): MockResponse {
  try {
    return grant(request);
  } catch (error) {
    if (error instanceof OAuthError) return oauthErrorResponse(error);
    throw error;
  }
}

/** The parameters of REQUEST (RFC 6749 §3.2, §4.4.2): none comes twice, and one without a value is not there. */
function formOf({ method, headers, body }: MockRequest): ReadonlyMap<string, string> {
  if (method !== 'POST') throw new OAuthError('invalid_request', 'The token endpoint takes POST', 405);
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(headers['content-type'] ?? '')) {
    throw new OAuthError('invalid_request', 'The body must be application/x-www-form-urlencoded');
  }
  if ('problem' in body || body.text.length > maxRequestLength) {
    throw new OAuthError('invalid_request', 'The body is too large, or not UTF-8');
  }
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(body.text)) {
    if (value === '') continue;
    if (form.has(name)) throw new OAuthError('invalid_request', 'A parameter is there more than once');
    form.set(name, value);
  }
  return form;
}

/** RFC 6749 §3.3. */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** The scope to grant for ASKED: what was asked for, or all of KNOWN; undefined when scopes mean nothing here. */
function checkedScope(asked: string | undefined, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  if (asked === undefined) return known.join(' ');
  const unknown = asked.split(' ').find((scope) => !known.includes(scope));
  if (unknown === undefined) return asked;
  const possible = `The scopes are ${known.join(', ')}`;
  throw new OAuthError('invalid_scope', possible);
}
