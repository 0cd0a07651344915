/** The mock server on a socket: node:http around a provider, which can be exchanged while it runs. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { requestOf, send, withBody } from './exchange.js';
import { checkedBasePath, checkedPort, checkedPublicUrl, close, listen, urlHost } from './listen.js';
import type { RequestBody } from './message.js';
import type { BehaviourOptions, ListenOptions, MockOptions } from './options.js';
import { createProvider, type Provider, type ProviderPlace } from './provider.js';
import type { ResourceStore } from './store.js';

/** A running mock server. */
export interface Mock {
  /** Base URL, with the base path. */
  readonly url: string;
  readonly port: number;
  /** What answers now: data, clock, rules. */
  readonly provider: Provider;
  /** The data of `provider`. */
  readonly store: ResourceStore;
  /**
   * Exchanges data and behaviour between two requests; socket, connections and URL stay.
   * @throws UsageError for an impossible option; then everything stays as it was
   */
  replace(options: BehaviourOptions): void;
  /** Stops listening, lets running answers finish for a moment and ends all connections. Can be called twice. */
  close(): Promise<void>;
}

/**
 * Starts the mock server: a SCIM 2.0 service provider in memory.
 *
 * The data are made before a port is taken, except when the port is to be a free one: their URLs hold it.
 * @throws UsageError for an impossible option; ScimError `mock.listen` when it cannot listen
 */
export async function startMock(options: MockOptions = {}): Promise<Mock> {
  const { host = '127.0.0.1', onRequest, publicUrl } = options;
  const wanted = checkedPort(options.port ?? 0);
  const basePath = checkedBasePath(options.basePath ?? '/scim/v2');
  const known = publicUrl === undefined ? undefined : checkedPublicUrl(publicUrl);
  const urlAt = (port: number) => `http://${urlHost(host)}:${port}${basePath}`;
  const placeAt = (port: number) => ({ baseUrl: known ?? urlAt(port), basePath, now: options.now });
  const early = wanted > 0 || known !== undefined ? createProvider(options, placeAt(wanted)) : undefined;
  const server = createServer({ keepAliveTimeout: 60_000 });
  const port = await listen(server, host, wanted);
  try {
    const place = placeAt(port);
    return new RunningMock(server, urlAt(port), port, place, early ?? createProvider(options, place), onRequest);
  } catch (error) {
    await close(server);
    throw error;
  }
}

class RunningMock implements Mock {
  constructor(
    private readonly server: Server,
    readonly url: string,
    readonly port: number,
    private readonly place: ProviderPlace,
    private current: Provider,
    private readonly onRequest: ListenOptions['onRequest'],
  ) {
    server.on('request', (incoming, outgoing) => this.serve(incoming, outgoing));
  }

  get provider(): Provider {
    return this.current;
  }

  get store(): ResourceStore {
    return this.current.store;
  }

  replace(options: BehaviourOptions): void {
    this.current = createProvider(options, this.place);
  }

  close(): Promise<void> {
    return close(this.server);
  }

  private serve(incoming: IncomingMessage, outgoing: ServerResponse): void {
    withBody(incoming, this.current.rules.maxPayloadSize, (body) => this.answer(incoming, outgoing, body));
  }

  private answer(incoming: IncomingMessage, outgoing: ServerResponse, body: RequestBody): void {
    const started = performance.now();
    const request = requestOf(incoming, body);
    const response = this.current.handle(request);
    send(outgoing, response, 'problem' in body && !incoming.complete, reset);
    const ms = performance.now() - started;
    this.onRequest?.({ method: request.method, path: request.target, status: response.status, ms });
  }
}

function reset({ socket }: ServerResponse): void {
  socket?.resetAndDestroy();
}
