/** What can be seen of a running mock server, and done to it, from outside of SCIM. */

import { UsageError } from '../scim/error.js';
import { closest } from '../scim/schema/suggest.js';
import { authSettings, type TokenSettings } from './auth/settings.js';
import type { FaultCount } from './faults/faults.js';
import type { FaultRule } from './faults/rule.js';
import { saveMockFile } from './file/save.js';
import type { StoreChange } from './history.js';
import { type ShownExchange, shownExchange } from './journal.js';
import type { BehaviourOptions, GivenResource, RequestLine } from './options.js';
import type { Mock } from './server.js';

/** What a server does and holds at the moment; no secrets. */
export interface MockStatus {
  readonly url: string;
  readonly vendor: string | undefined;
  /** Quirks that are switched on by themselves. */
  readonly quirks: Readonly<Record<string, unknown>>;
  /** Numbers of resources by the name of their type. */
  readonly counts: Readonly<Record<string, number>>;
  /** Time and speed of the server's clock. */
  readonly clock: { readonly time: string; readonly rate: number };
  /** Requests that were answered. */
  readonly requests: number;
  readonly faults: readonly FaultCount[];
  readonly tokens: readonly { readonly name: string; readonly state: string }[];
}

/** More resources than this make a file that nobody can read, and no text can hold. */
const mostSaved = 100_000;

/** The last moment that has a date in four digits (RFC 3339 §1). */
const lastTime = Date.parse('9999-12-31T23:59:59.999Z');

/** The controls of one server. */
export class MockControl {
  constructor(private readonly mock: Mock) {}

  /** What the server does and holds. */
  status(): MockStatus {
    const { url, options, journal, store, provider } = this.mock;
    const { clock, faults, auth } = provider;
    return {
      url,
      vendor: options.vendor,
      quirks: options.quirks ?? {},
      counts: Object.fromEntries(store.registry.resourceTypes.map((type) => [type.name, store.count(type)])),
      clock: { time: clock.now().toISOString(), rate: clock.rate },
      requests: journal.count,
      faults: faults.counts(),
      tokens: auth.tokens.list().map(({ name, state }) => ({ name, state })),
    };
  }

  /** The latest requests after the one with the number SINCE. */
  requests(since = 0): readonly RequestLine[] {
    return this.mock.journal.since(since);
  }

  /** The request with NUMBER with headers and bodies, without secrets. @throws UsageError when it is not kept */
  request(number: number): RequestLine & ShownExchange {
    const entry = this.mock.journal.find(number);
    if (entry) return { ...lineOf(entry), ...shownExchange(entry, secretsIn(this.mock.options)) };
    throw new UsageError(`The request ${number} is not kept: only the latest ones are`);
  }

  /** What became of the resources since the start. */
  changes(): readonly StoreChange[] {
    return this.mock.store.changes();
  }

  /**
   * The state of the server as a mock file, which keeps what stands in TEXT, the mock file that it was started from.
   * @throws UsageError when it has too many resources
   */
  file(text?: string): string {
    const { store, options } = this.mock;
    const count = store.registry.resourceTypes.reduce((sum, type) => sum + store.count(type), 0);
    if (count <= mostSaved) return saveMockFile({ text, options, resources: this.resources() });
    throw new UsageError(`The server has ${count} resources, of which no more than ${mostSaved} can be saved`, {
      remedy: 'Write generate and seed into the mock file instead.',
    });
  }

  private *resources(): Generator<GivenResource> {
    const { store } = this.mock;
    for (const type of store.registry.resourceTypes) {
      for (const entry of store.all(type)) yield { type: type.name, resource: store.view(entry) };
    }
  }

  /** Puts the server's clock forward by MS milliseconds. @throws UsageError when the result is no time */
  advance(ms: number): void {
    this.setClock(new Date(this.mock.provider.clock.now().getTime() + ms));
  }

  /** Sets the server's clock to TIME. @throws UsageError when that is no time */
  setClock(time: Date): void {
    const ms = time.getTime();
    if (!(ms >= 0 && ms <= lastTime)) throw new UsageError('The clock can be set to times from 1970 to 9999');
    this.mock.provider.clock.set(time);
  }

  /** Lets nobody in any more with the secret called NAME. @throws UsageError when there is none */
  revokeToken(name: string): void {
    const { tokens } = this.mock.provider.auth;
    if (tokens.revoke(name)) return;
    const names = tokens.list().map((token) => token.name);
    const near = closest(name, names);
    throw new UsageError(`There is no token called ${JSON.stringify(name)}`, {
      remedy: near === undefined ? `The tokens are: ${names.join(', ') || 'none'}.` : `Did you mean ${near}?`,
    });
  }

  /** Lets TOKEN in as well. @throws UsageError when it cannot be sent, or everybody is let in */
  allowToken(token: TokenSettings): void {
    this.mock.provider.auth.tokens.allow(token);
  }

  /** Puts RULES in the place of the present faults, and begins to count anew. */
  setFaults(rules: readonly FaultRule[]): void {
    this.mock.provider.faults.replace(rules);
  }

  /** Back to the start: data, clock, tokens and faults. Requests are still known. */
  reset(): void {
    this.mock.replace(this.mock.options);
  }
}

/** ENTRY as a plain value. */
export function lineOf({ number, time, method, path, status, ms, faults }: RequestLine): RequestLine {
  return { number, time, method, path, status, ms, faults };
}

/** Shorter values would hide harmless text. */
const minSecretLength = 4;

function secretsIn(options: BehaviourOptions): readonly string[] {
  return configuredSecrets(options).filter((secret) => secret.length >= minSecretLength);
}

function configuredSecrets(options: BehaviourOptions): readonly string[] {
  const settings = authSettings(options.auth, options.tokens);
  switch (settings.scheme) {
    case 'bearer':
      return settings.tokens.map(({ value }) => value);
    case 'basic':
      return settings.users.map(({ value }) => value);
    case 'apiKey':
      return settings.keys.map(({ value }) => value);
    case 'oauth2':
      return settings.clients.map(({ secret }) => secret).filter((secret) => secret !== undefined);
    case 'none':
    case 'mtls':
      return [];
  }
}
