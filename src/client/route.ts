/** The way to one server: a connection per client certificate, and the other certificate when one is refused. */

import type { TlsOptions } from '../http/agent.js';
import { certificatesOf, mapped, type OneOrTwo } from '../http/auth/credential.js';
import {
  type Credential,
  type Outcome,
  Rotation,
  type RotationSurroundings,
  type Verdict,
  verdictOfStatus,
} from '../http/auth/rotation.js';
import { refusesClientCertificate } from '../http/failure.js';
import type { HttpSend } from '../http/pipeline.js';
import type { HttpAnswer, HttpRequest, HttpSession, Observation } from '../http/session.js';
import { NetworkError } from '../scim/error.js';

export interface RouteSurroundings extends Omit<RotationSurroundings, 'verdictOf'> {
  readonly connect: (tls: TlsOptions | undefined) => HttpSession;
  /** Whether the certificate is what proves who the client is, so that 401 is about it. */
  readonly isCredential: boolean;
}

/** Connections to one server. */
export class Route {
  readonly #surroundings: RouteSurroundings;
  /** By what they say about TLS. Those of certificates that are gone close their idle connections themselves. */
  readonly #sessions = new Map<string, HttpSession>();
  readonly #rotation: Rotation;
  #isPair = false;

  constructor(tls: TlsOptions | undefined, surroundings: RouteSurroundings) {
    this.#surroundings = surroundings;
    const verdictOf = (outcome: Outcome, request: HttpRequest): Verdict => this.#verdictOf(outcome, request);
    this.#rotation = new Rotation(this.#credentials(tls), {
      ...surroundings,
      verdictOf,
      onVerdict: (credential, verdict) => {
        // Most tenants have no certificate at all.
        if (this.#isPair || surroundings.isCredential) surroundings.onVerdict(credential, verdict);
      },
    });
  }

  /** How `scim.yaml` calls the certificate in use; nothing when there is no other one. */
  get inUse(): string[] {
    return this.#isPair ? [this.#rotation.inUse.key] : [];
  }

  /** Sends with the certificate that works. */
  readonly send: HttpSend = (request, observed) => this.#rotation.send(request, observed);

  /** From now on TLS says what certificates there are. */
  replace(tls: TlsOptions | undefined): void {
    this.#rotation.replace(this.#credentials(tls));
  }

  /** Ends every connection; requests under way fail with `CancelledError`. */
  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => session.close()));
  }

  #credentials(tls: TlsOptions | undefined): OneOrTwo<Credential> {
    const certificates = certificatesOf(tls);
    this.#isPair = certificates.length > 1;
    return mapped(certificates, ({ name, key, value }) => {
      const identity = JSON.stringify(value ?? null);
      const session = this.#sessions.get(identity) ?? this.#surroundings.connect(value);
      this.#sessions.set(identity, session);
      return { name, key, identity, send: (request, observed) => this.#send(session, request, observed) };
    });
  }

  /**
   * Some servers break the connection without a word when they do not like the certificate, and with TLS 1.3 that may
   * overtake the word. So may a server for other reasons: it is asked again before the certificate is blamed.
   */
  async #send(session: HttpSession, request: HttpRequest, observed: Observation): Promise<HttpAnswer> {
    try {
      return await session.send(request, observed);
    } catch (error) {
      if (!this.#mayBeRefusal(error, request)) throw error;
      return session.send(request, observed);
    }
  }

  #mayBeRefusal(error: unknown, { method }: HttpRequest): boolean {
    const isBroken = error instanceof NetworkError && error.code === 'network.reset';
    return this.#isPair && isBroken && (method === 'GET' || method === 'HEAD');
  }

  #verdictOf({ answer, error }: Outcome, request: HttpRequest): Verdict {
    if (answer === undefined) {
      return refusesClientCertificate(error) || this.#mayBeRefusal(error, request) ? 'refused' : 'unknown';
    }
    // The handshake is over; whoever is proven by something else has nothing to fear for the certificate.
    return this.#surroundings.isCredential ? verdictOfStatus(answer.status) : 'accepted';
  }
}
