/** The mock server on a socket: node:http around a provider, which can be exchanged while it runs. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import { UsageError } from '../scim/error.js';
import { authSettings } from './auth/settings.js';
import { MockControl } from './control.js';
import { ControlEndpoint } from './control-endpoint.js';
import { requestOf, send, withBody } from './exchange.js';
import { Journal } from './journal.js';
import { checkedBasePath, checkedPort, checkedPublicUrl, close, listen, urlHost } from './listen.js';
import { errorResponse, type MockRequest, type MockResponse, type RequestBody } from './message.js';
import type { BehaviourOptions, ListenOptions, MockOptions } from './options.js';
import { createProvider, type Provider, type ProviderPlace } from './provider.js';
import type { ResourceStore } from './store.js';
import type { GeneratedCertificates } from './tls/generate.js';
import { clientOf, createSecureServer, type Security, securityOf } from './tls/secure.js';

/** A running mock server. */
export interface Mock {
  /** Base URL, with the base path. */
  readonly url: string;
  readonly port: number;
  /** What answers now: data, clock, rules. */
  readonly provider: Provider;
  /** The data of `provider`. */
  readonly store: ResourceStore;
  /** What `provider` was made from. */
  readonly options: BehaviourOptions;
  /** The latest requests. */
  readonly journal: Journal;
  /** The certificates that were made for it, with `tls: 'generated'`. */
  readonly certificates: GeneratedCertificates | undefined;
  /**
   * Exchanges data and behaviour between two requests; socket, connections and URL stay.
   * @throws UsageError for an impossible option; then everything stays as it was
   */
  replace(options: BehaviourOptions): void;
  /** Stops listening, lets running answers finish for a moment and ends all connections. Can be called twice. */
  close(): Promise<void>;
}

/** What stays the same while a mock server runs. */
interface Site {
  readonly url: string;
  readonly port: number;
  readonly place: ProviderPlace;
  readonly security: Security | undefined;
  readonly onRequest: ListenOptions['onRequest'];
}

const connections = { keepAliveTimeout: 60_000 };

/**
 * Starts the mock server: a SCIM 2.0 service provider in memory.
 *
 * The data are made before a port is taken, except when the port is to be a free one: their URLs hold it.
 * @throws UsageError for an impossible option; ScimError `mock.listen` when it cannot listen
 */
export async function startMock(options: MockOptions = {}): Promise<Mock> {
  const { host = '127.0.0.1', tls } = options;
  const wanted = checkedPort(options.port ?? 0);
  const basePath = checkedBasePath(options.basePath ?? '/scim/v2');
  const publicUrl = options.publicUrl === undefined ? undefined : checkedPublicUrl(options.publicUrl);
  const security = tls && securityOf(tls, hostNames(host, publicUrl), options.auth?.scheme === 'mtls');
  const siteAt = (port: number): Site => {
    const url = `${tls ? 'https' : 'http'}://${urlHost(host)}:${port}${basePath}`;
    const place = { baseUrl: publicUrl ?? url, basePath, now: options.now };
    return { url, port, place, security, onRequest: options.onRequest };
  };
  const early = wanted > 0 || publicUrl !== undefined ? providerAt(siteAt(wanted), options) : undefined;
  const server = security ? createSecureServer(security.settings, connections) : createServer(connections);
  const site = siteAt(await listen(server, host, wanted));
  try {
    return new RunningMock(server, site, options, early ?? providerAt(site, options));
  } catch (error) {
    await close(server);
    throw error;
  }
}

/** What clients call a server that listens on HOST and is known as PUBLICURL. */
function hostNames(host: string, publicUrl: string | undefined): string[] {
  const listening = host === '0.0.0.0' || host === '::' ? [] : [host];
  return publicUrl === undefined ? listening : [new URL(publicUrl).hostname.replace(/^\[|\]$/g, ''), ...listening];
}

/** @throws UsageError for impossible options, also for those that need another socket than that of SITE */
function providerAt({ place, security }: Site, options: BehaviourOptions): Provider {
  const { scheme } = authSettings(options.auth, options.tokens);
  if (scheme === 'mtls' && security?.settings.clientCa === undefined) {
    throw new UsageError(
      'The scheme mtls needs a server with TLS that asks for certificates: give tls and its clientCa',
    );
  }
  return createProvider(options, place);
}

class RunningMock implements Mock {
  readonly url: string;
  readonly port: number;
  readonly certificates: GeneratedCertificates | undefined;
  readonly journal = new Journal();
  private readonly control = new ControlEndpoint(new MockControl(this));

  constructor(
    private readonly server: Server,
    private readonly site: Site,
    private behaviour: BehaviourOptions,
    private current: Provider,
  ) {
    this.url = site.url;
    this.port = site.port;
    this.certificates = site.security?.generated;
    server.on('request', (incoming, outgoing) => this.serve(incoming, outgoing));
  }

  get provider(): Provider {
    return this.current;
  }

  get options(): BehaviourOptions {
    return this.behaviour;
  }

  get store(): ResourceStore {
    return this.current.store;
  }

  replace(options: BehaviourOptions): void {
    this.current = providerAt(this.site, options);
    this.behaviour = options;
  }

  close(): Promise<void> {
    return close(this.server);
  }

  private serve(incoming: IncomingMessage, outgoing: ServerResponse): void {
    // The service knows which of the two limits is that of the request.
    const { maxPayloadSize, bulk } = this.current.rules;
    const limit = Math.max(maxPayloadSize, bulk.supported ? bulk.maxPayloadSize : 0);
    withBody(incoming, limit, (body) => this.answer(incoming, outgoing, body));
  }

  private answer(incoming: IncomingMessage, outgoing: ServerResponse, body: RequestBody): void {
    const started = performance.now();
    const plain = requestOf(incoming, body);
    const request = this.site.security ? { ...plain, ...clientOf(incoming) } : plain;
    const isControl = ControlEndpoint.owns(request.target);
    const { clock, faults } = this.current;
    const response = isControl ? this.control.handle(request, incoming.socket.remoteAddress) : this.respond(request);
    send(outgoing, response, 'problem' in body && !incoming.complete, reset);
    if (isControl) return;
    const ms = performance.now() - started;
    const line = this.journal.add({ request, response, time: clock.now(), ms, faults: faults.takeHappened() });
    this.site.onRequest?.(line);
  }

  /** Whatever goes wrong in one answer, the server goes on. */
  private respond(request: MockRequest): MockResponse {
    try {
      return this.current.handle(request);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return errorResponse(500, undefined, `The mock server has an error: ${reason}`);
    }
  }
}

/** Ends the connection with a TCP reset; one with TLS has no way to do so, and ends without the alert that it ends. */
function reset({ socket }: ServerResponse): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket?.resetAndDestroy();
}
