/** What a mock server is started with. */

import type { JsonObject } from '../scim/json.js';
import type { ResourceTypeDefinition, SchemaDefinition } from '../scim/schema/types.js';
import type { AuthSettings } from './auth/settings.js';
import type { ClockSettings } from './clock.js';
import type { FaultRule } from './faults/rule.js';
import type { RuleChanges } from './rules.js';

/** Resources to start with: the type's name, and what a client would send to create it; `id` and `meta` are kept. */
export interface GivenResource {
  readonly type: string;
  readonly resource: JsonObject;
}

/** What a mock server does; everything has a default. Can be changed while it runs. */
export interface BehaviourOptions {
  /** The vendor profile whose quirks it has; none. */
  readonly vendor?: string | undefined;
  /** Quirks over those of the vendor, by name: `{ 'page.max': 50 }`. */
  readonly quirks?: Readonly<Record<string, unknown>> | undefined;
  readonly rules?: RuleChanges | undefined;
  /** Resources in a page of a list, by default and at most: for `rules.paging`. */
  readonly pageSize?: number | undefined;
  /** Bearer tokens that are let in: for `auth`. Undefined lets everybody in. */
  readonly tokens?: readonly string[] | undefined;
  readonly auth?: AuthSettings | undefined;
  readonly faults?: readonly FaultRule[] | undefined;
  readonly clock?: ClockSettings | undefined;
  /** Schemas beside those of RFC 7643; one with the same id takes the place of the RFC's. */
  readonly schemas?: readonly SchemaDefinition[] | undefined;
  /** Resource types beside User and Group; one with the same name takes their place. */
  readonly resourceTypes?: readonly ResourceTypeDefinition[] | undefined;
  readonly resources?: readonly GivenResource[] | undefined;
  /** How many generated users to start with; 0. */
  readonly users?: number | undefined;
  /** How many generated groups to start with; 0. */
  readonly groups?: number | undefined;
  /** The same seed generates the same resources and ids, and draws the same faults; 1. */
  readonly seed?: number | undefined;
}

/** Certificates of an HTTPS server, in PEM. */
export interface TlsSettings {
  readonly certificate: string;
  readonly key: string;
  /** Clients must show a certificate that one of these has signed. */
  readonly clientCa?: string;
}

/** One line of an access log. */
export interface RequestLine {
  /** Counted from 1. */
  readonly number: number;
  /** By the clock of the server. */
  readonly time: Date;
  readonly method: string;
  /** Path and query, without secrets. */
  readonly path: string;
  readonly status: number;
  /** Time from the end of the request to the answer, in milliseconds, without delays on purpose. */
  readonly ms: number;
  /** Names of the faults that happened to it. */
  readonly faults: readonly string[];
}

/** Where it listens, and who is told. Cannot be changed while it runs. */
export interface ListenOptions {
  /** Address to listen on; 127.0.0.1, so that nobody else reaches it. */
  readonly host?: string | undefined;
  /** 0, the default, takes a free port. */
  readonly port?: number | undefined;
  /** Path of the base URL; `/scim/v2`. */
  readonly basePath?: string | undefined;
  /** The base URL as clients know it, when that is another one: behind a proxy, in a container. */
  readonly publicUrl?: string | undefined;
  /** HTTPS with these certificates, or with new ones of an authority of its own; HTTP when absent. */
  readonly tls?: TlsSettings | 'generated' | undefined;
  /** Told about every answered request. */
  readonly onRequest?: ((line: RequestLine) => void) | undefined;
  /** The clock, in place of `clock`, for tests. */
  readonly now?: (() => Date) | undefined;
}

export interface MockOptions extends BehaviourOptions, ListenOptions {}
