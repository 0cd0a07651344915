/** The request for an access token (RFC 6749 §4.4.2) with the client's authentication. */

import { signAssertion } from './assertion.js';
import type { OAuth2Options } from './options.js';

export interface TokenRequest {
  readonly headers: [string, string][];
  readonly body: string;
  /** What in it must not be seen. */
  readonly secrets: string[];
}

/** RFC 7523 §2.2. */
const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The token request of OPTIONS at NOW (epoch in milliseconds); UNIQUE is used for nothing else. */
export function tokenRequest(options: OAuth2Options, now: number, unique: string): TokenRequest {
  const { clientId, client, scope, audience } = options;
  const form: [string, string][] = [['grant_type', 'client_credentials']];
  if (scope !== undefined) form.push(['scope', scope]);
  if (audience !== undefined) form.push(['audience', audience]);
  const headers: [string, string][] = [
    ['Accept', 'application/json'],
    ['Content-Type', 'application/x-www-form-urlencoded'],
  ];
  const secrets: string[] = [];
  switch (client.method) {
    case 'client_secret_basic': {
      const credentials = basicCredentials(formEncoded(clientId), formEncoded(client.secret));
      headers.push(['Authorization', `Basic ${credentials}`]);
      secrets.push(credentials);
      break;
    }
    case 'client_secret_post':
      form.push(['client_id', clientId], ['client_secret', client.secret]);
      break;
    case 'private_key_jwt': {
      const { privateKey, keyId, algorithm, assertionAudience } = client;
      const target = assertionAudience ?? options.tokenUrl.href;
      const assertion = signAssertion({ clientId, audience: target, privateKey, keyId, algorithm, now, unique });
      form.push(['client_id', clientId], ['client_assertion_type', jwtBearer], ['client_assertion', assertion]);
      secrets.push(assertion);
      break;
    }
    case 'tls_client_auth':
      // RFC 8705 §2: the identifier, so that the server knows which certificate to expect.
      form.push(['client_id', clientId]);
      break;
  }
  return { headers, body: new URLSearchParams(form).toString(), secrets };
}

/** RFC 7617 §2; USER and PASSWORD in UTF-8. */
export function basicCredentials(user: string, password: string): string {
  return Buffer.from(`${user}:${password}`, 'utf8').toString('base64');
}

/** RFC 6749 §2.3.1 and appendix B: identifier and secret are form-encoded before they become Basic credentials. */
function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}
