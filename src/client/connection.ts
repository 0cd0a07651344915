/** The innermost of a request's way: the credential of the tenant, and the connection to the server. */

import { secretsOfProxy } from '../http/agent.js';
import { authLayer, credentialHeader, secretsOfAuth } from '../http/auth/authenticator.js';
import type { OAuth2Options } from '../http/auth/options.js';
import { type AccessToken, fetchToken } from '../http/auth/token-endpoint.js';
import { KnownSecrets } from '../http/live-redactor.js';
import { compose, type HttpSend } from '../http/pipeline.js';
import { proxyFor } from '../http/proxy.js';
import { HttpSession } from '../http/session.js';
import type { Redactor } from '../redact/redact.js';
import type { TargetOptions } from './types.js';

export class Connection {
  /** Adds the credential and sends. Throws what `HttpSession.send` throws, and `TokenError`. */
  readonly send: HttpSend;
  readonly #options: TargetOptions;
  readonly #secrets: KnownSecrets;
  readonly #service: HttpSession;
  /** To the authorization server, once there was need of it. */
  #tokens: HttpSession | undefined;
  #closed = false;

  constructor(options: TargetOptions) {
    const { auth, baseUrl, proxy, tls } = options;
    this.#options = options;
    this.#secrets = new KnownSecrets([
      ...secretsOfAuth(auth),
      ...secretsOfProxy(proxy?.http),
      ...secretsOfProxy(proxy?.https),
      ...(tls?.passphrase === undefined ? [] : [tls.passphrase]),
    ]);
    this.#service = this.#session(baseUrl);
    const layer = authLayer(auth, {
      warn: (message) => this.#warn(message),
      fetchToken: (settings, signal) => this.#fetchToken(settings, signal),
      now: () => performance.now(),
    });
    this.send = compose((request, observed) => this.#service.send(request, observed), layer);
  }

  /** Knows the secrets of the tenant, also access tokens that it gets later. */
  get redactor(): Redactor {
    return this.#secrets.redactor;
  }

  /** The header that carries the credential, as far as it is known without asking anybody. Holds the secret. */
  get credential(): readonly [string, string] | undefined {
    return credentialHeader(this.#options.auth);
  }

  /** Ends every connection; requests under way fail with `CancelledError`. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#service.close(), this.#tokens?.close()]);
  }

  #session(origin: URL): HttpSession {
    const { limits, tls, http2, proxy } = this.#options;
    return new HttpSession({
      origin,
      maxResponseBytes: limits.maxResponseBytes,
      tls,
      http2,
      proxy: proxyFor(origin, proxy),
      connectTimeoutMs: limits.connectTimeoutMs,
      headersTimeoutMs: limits.headersTimeoutMs,
      warn: (message) => this.#warn(message),
    });
  }

  async #fetchToken(settings: OAuth2Options, signal: AbortSignal): Promise<AccessToken> {
    this.#tokens ??= this.#session(settings.tokenUrl);
    if (this.#closed) await this.#tokens.close();
    const { tenant, userAgent, limits, onExchange } = this.#options;
    const surroundings = {
      tenant,
      session: this.#tokens,
      secrets: this.#secrets,
      userAgent,
      timeoutMs: limits.timeoutMs,
      wall: () => Date.now(),
      onExchange,
    };
    return fetchToken(settings, surroundings, signal);
  }

  #warn(message: string): void {
    this.#options.onWarning?.(`tenant ${this.#options.tenant}: ${message}`);
  }
}
