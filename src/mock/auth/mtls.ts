/** Certificates of clients: the TLS handshake has checked who signed them, this looks at whose they are. */

import type { MockRequest, MockResponse, Principal } from '../message.js';
import type { CredentialState } from './credentials.js';
import { type Scheme, unauthorized } from './scheme.js';

/** So many clients are remembered by name. */
const rememberedClients = 1000;

/** Requests over a connection whose client showed a certificate; `/Me` is the user with its common name. */
export function mtlsScheme(): Scheme {
  const states = new Map<string, CredentialState['state']>();
  const remember = (name: string): CredentialState['state'] => {
    const state = states.get(name) ?? 'valid';
    if (states.size < rememberedClients) states.set(name, state);
    return state;
  };
  return {
    carries: ({ clientCertificate }) => clientCertificate !== undefined,
    check: (request) => {
      const name = nameOf(request);
      return name === undefined ? noCertificate : decided(name, remember(name));
    },
    expire: (request) => {
      const name = nameOf(request);
      if (name !== undefined) states.set(name, 'expired');
    },
    tokens: {
      list: () => [...states].map(([name, state]) => ({ name, state })),
      revoke: (name) => states.has(name) && states.set(name, 'revoked').has(name),
      allow: ({ name }) => void states.set(name, 'valid'),
    },
  };
}

/** The common name in the certificate, or else its fingerprint. */
function nameOf({ clientCertificate, clientName }: MockRequest): string | undefined {
  return clientName ?? clientCertificate;
}

function decided(name: string, state: CredentialState['state']): Principal | MockResponse {
  if (state === 'valid') return { name, user: name };
  return unauthorized(
    challenge,
    `The certificate of ${JSON.stringify(name)} ${state === 'expired' ? 'has expired' : 'has been revoked'}.`,
  );
}

// No scheme is registered for this; RFC 9110 §15.5.2 wants a challenge all the same.
const challenge = 'Certificate realm="SCIM"';

const noCertificate = unauthorized(challenge, 'The client showed no certificate; connect with one.');
