/** The innermost of a request's way: the credential of the tenant, and the connection to the server. */

import { secretsOfProxy } from '../http/agent.js';
import { authLayer, credentialHeader, secretsOfAccess } from '../http/auth/authenticator.js';
import { credentialsOf, mapped, type Named, type OneOrTwo } from '../http/auth/credential.js';
import { hasHeader } from '../http/auth/header.js';
import type { AuthOptions, OAuth2Options } from '../http/auth/options.js';
import { type Credential, type Outcome, Rotation, type Verdict, verdictOfStatus } from '../http/auth/rotation.js';
import { type AccessToken, fetchToken } from '../http/auth/token-endpoint.js';
import { KnownSecrets } from '../http/live-redactor.js';
import { compose, type HttpSend } from '../http/pipeline.js';
import { proxyFor } from '../http/proxy.js';
import { HttpSession, peerOf } from '../http/session.js';
import type { Redactor } from '../redact/redact.js';
import { TokenError } from '../scim/error.js';
import { CredentialUses } from './credential-uses.js';
import { Route } from './route.js';
import type { Access, CredentialReport, TargetOptions } from './types.js';

/** The connection of one tenant to its service. */
export class Connection {
  readonly #options: TargetOptions;
  readonly #secrets: KnownSecrets;
  readonly #uses: CredentialUses;
  readonly #service: Route;
  /** To the authorization servers, once there was need of them. */
  readonly #tokens = new Map<string, Route>();
  readonly #rotation: Rotation;
  /** What has been made of each credential, so that access tokens outlive its change of place. */
  readonly #senders = new Map<string, HttpSend>();
  #access: Access;
  #closed = false;

  constructor(options: TargetOptions) {
    const { auth, tls, baseUrl, proxy } = options;
    this.#options = options;
    this.#access = { auth, tls };
    this.#secrets = new KnownSecrets([
      ...secretsOfAccess(auth, tls),
      ...secretsOfProxy(proxy?.http),
      ...secretsOfProxy(proxy?.https),
    ]);
    this.#uses = new CredentialUses(
      (event) => options.onCredential?.(event),
      () => performance.now(),
    );
    this.#service = this.#route(baseUrl, auth.scheme === 'mtls');
    this.#rotation = new Rotation(this.#credentials(auth), {
      ...this.#surroundings,
      verdictOf: (outcome) => this.#verdictOf(outcome),
    });
  }

  /** Adds the credential and sends. Throws what `HttpSession.send` throws, and `TokenError`. */
  readonly send: HttpSend = (request, observed) => {
    const [name] = credentialHeader(this.#access.auth) ?? [];
    // What a person writes is not replaced when it is refused.
    const isOwn = name !== undefined && hasHeader(request, name.toLowerCase());
    return isOwn ? this.#service.send(request, observed) : this.#rotation.send(request, observed);
  };

  /** Knows the secrets of the tenant, also access tokens that it gets later. */
  get redactor(): Redactor {
    return this.#secrets.redactor;
  }

  /** The header that carries the credential, as far as it is known without asking anybody. Holds the secret. */
  get credential(): readonly [string, string] | undefined {
    const { identity } = this.#rotation.inUse;
    const found = credentialsOf(this.#access.auth).find(({ value }) => identityOf(value) === identity);
    return credentialHeader(found?.value ?? this.#access.auth);
  }

  /** Which credentials there are, and which works. */
  get report(): CredentialReport {
    const inUse = [this.#rotation.inUse.key, ...this.#service.inUse];
    return { inUse, fallbacks: this.#uses.fallbacks, uses: this.#uses.all };
  }

  /** From now on ACCESS is what proves who the client is; requests under way go on with what they have. */
  replace(access: Access): void {
    const { auth, tls } = access;
    this.#access = access;
    this.#secrets.keep(secretsOfAccess(auth, tls));
    this.#uses.forget();
    for (const route of [this.#service, ...this.#tokens.values()]) route.replace(tls);
    this.#rotation.replace(this.#credentials(auth));
  }

  /** Ends every connection; requests under way fail with `CancelledError`. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#service, ...this.#tokens.values()].map((route) => route.close()));
  }

  get #surroundings() {
    const { renew } = this.#options;
    return {
      renew: renew && ((signal: AbortSignal | undefined) => this.#renew(renew, signal)),
      onVerdict: (credential: Credential, verdict: Verdict) => this.#uses.count(credential, verdict),
      onSwitch: () => this.#uses.switched(),
      warn: (message: string) => this.#warn(message),
      now: () => performance.now(),
    };
  }

  async #renew(renew: NonNullable<TargetOptions['renew']>, signal: AbortSignal | undefined): Promise<void> {
    const access = await renew(signal);
    if (access === undefined || JSON.stringify(access) === JSON.stringify(this.#access)) return;
    // Another scheme is another way of asking, which what is under way cannot change to.
    if (access.auth.scheme === this.#access.auth.scheme) this.replace(access);
  }

  #credentials(auth: AuthOptions): OneOrTwo<Credential> {
    return mapped(credentialsOf(auth), (named) => {
      const identity = identityOf(named.value);
      const send = this.#senders.get(identity) ?? this.#sender(named);
      this.#senders.set(identity, send);
      return { name: named.name, key: named.key, identity, send };
    });
  }

  #sender({ value }: Named<AuthOptions>): HttpSend {
    const layer = authLayer(value, {
      fetchToken: (settings, signal) => this.#fetchToken(settings, signal),
      now: () => performance.now(),
    });
    return compose((request, observed) => this.#service.send(request, observed), layer);
  }

  #verdictOf({ answer, error }: Outcome): Verdict {
    if (answer === undefined) return error instanceof TokenError && error.isRefusal ? 'refused' : 'unknown';
    const { scheme } = this.#access.auth;
    if (scheme === 'bearer' || scheme === 'basic' || scheme === 'apiKey') return verdictOfStatus(answer.status);
    // The authorization server has accepted the secret; what the service says is about the access token.
    return scheme === 'oauth2' && answer.status !== 401 ? 'accepted' : 'unknown';
  }

  /** The way to ORIGIN. */
  #route(origin: URL, isCredential: boolean): Route {
    const { limits, http2, proxy } = this.#options;
    return new Route(this.#access.tls, {
      ...this.#surroundings,
      isCredential,
      connect: (tls) =>
        new HttpSession({
          origin,
          maxResponseBytes: limits.maxResponseBytes,
          tls,
          http2,
          proxy: proxyFor(origin, proxy),
          connectTimeoutMs: limits.connectTimeoutMs,
          headersTimeoutMs: limits.headersTimeoutMs,
          warn: (message) => this.#warn(message),
        }),
    });
  }

  #tokenRoute({ tokenUrl, client }: OAuth2Options): Route {
    const known = this.#tokens.get(tokenUrl.origin);
    if (known !== undefined) return known;
    const made = this.#route(tokenUrl, client.method === 'tls_client_auth');
    this.#tokens.set(tokenUrl.origin, made);
    return made;
  }

  async #fetchToken(settings: OAuth2Options, signal: AbortSignal): Promise<AccessToken> {
    const session = this.#tokenRoute(settings);
    if (this.#closed) await session.close();
    const { tenant, userAgent, limits, onExchange } = this.#options;
    const both = credentialsOf(this.#access.auth);
    const { name } = both.find(({ value }) => identityOf(value) === identityOf(settings)) ?? both[0];
    const surroundings = {
      tenant,
      session: { send: session.send, peer: peerOf(settings.tokenUrl) },
      secrets: this.#secrets,
      userAgent,
      timeoutMs: limits.timeoutMs,
      wall: () => Date.now(),
      onExchange,
      credential: both.length > 1 ? name : undefined,
    };
    return fetchToken(settings, surroundings, signal);
  }

  #warn(message: string): void {
    this.#options.onWarning?.(`tenant ${this.#options.tenant}: ${message}`);
  }
}

function identityOf(auth: AuthOptions): string {
  return JSON.stringify(auth);
}
