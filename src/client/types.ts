/** What goes into the client of a target and what comes out. */

import type { TlsOptions } from '../http/agent.js';
import type { AuthOptions } from '../http/auth/options.js';
import type { Clock } from '../http/clock.js';
import type { CredentialName, Exchange } from '../http/exchange.js';
import type { ProxySettings } from '../http/proxy.js';
import type { JsonObject, JsonValue } from '../scim/json.js';
import type { Completeness } from '../scim/list.js';
import type { SchemaRegistry } from '../scim/schema/resource-type.js';
import type { ProfileValues } from '../vendors/profile.js';
import type { SafeguardOptions } from './safeguards.js';

/** Whether a payload that breaks the schema is refused, sent with a warning, or not looked at. */
export type ValidationMode = 'strict' | 'warn' | 'off';

/** What proves who the client is. Holds secrets. */
export interface Access {
  readonly auth: AuthOptions;
  readonly tls?: TlsOptions | undefined;
}

/** What a request showed about one of the credentials. */
export interface CredentialEvent {
  readonly name: CredentialName;
  /** How `scim.yaml` calls it: `auth.token`. */
  readonly key: string;
  readonly works: boolean;
}

/** What the requests so far showed about one of the credentials. */
export interface CredentialUse {
  readonly name: CredentialName;
  readonly key: string;
  /** Requests that were answered with it, and that were refused. */
  readonly accepted: number;
  readonly refused: number;
}

/** Which credential is in use, and how that came about. */
export interface CredentialReport {
  /** How `scim.yaml` calls what is in use: `auth.token`; of the certificate, if that is rotated. */
  readonly inUse: readonly string[];
  /** How often another one had to be used because the one in use was refused. */
  readonly fallbacks: number;
  readonly uses: readonly CredentialUse[];
}

export interface TargetOptions {
  /** Name of the tenant, for messages. */
  readonly tenant: string;
  /** The SCIM root, e.g. `https://example.com/scim/v2`; no query (RFC 7644 §1.3). */
  readonly baseUrl: URL;
  readonly auth: AuthOptions;
  /** For the service and for the token endpoint. */
  readonly tls?: TlsOptions | undefined;
  /** absent: connections are made directly. */
  readonly proxy?: ProxySettings | undefined;
  /** Permit HTTP/2. */
  readonly http2?: boolean | undefined;
  readonly limits: {
    /** From sending a request to the last byte of its answer; each attempt has as long. */
    readonly timeoutMs: number;
    /** All attempts at a request and the waits between them; 5 min unless it says otherwise. */
    readonly deadlineMs?: number | undefined;
    /** Until TCP and TLS are established; 10 s unless it says otherwise. */
    readonly connectTimeoutMs?: number | undefined;
    /** From the request to the first byte of the answer; absent: only `timeoutMs` counts. */
    readonly headersTimeoutMs?: number | undefined;
    /** Of one answer, before and after decompression. */
    readonly maxResponseBytes: number;
    /** `count` of list requests that do not say; absent: the server decides. */
    readonly pageSize?: number | undefined;
    /** Requests at the same time, at most; absent: as the profile says, or found out. */
    readonly concurrency?: number | undefined;
  };
  readonly validation: ValidationMode;
  /** What is known about the service; absent: nothing but RFC 7644. */
  readonly profile?: ProfileValues | undefined;
  /** What is never written to; nothing when absent. */
  readonly safeguards?: SafeguardOptions | undefined;
  readonly userAgent: string;
  /** Told about every exchange when it has ended, also of those that failed. */
  readonly onExchange?: ((exchange: Exchange) => void) | undefined;
  /** Looks up again what the references of the credential stand for, when it is refused; undefined: nothing is known. */
  readonly renew?: ((signal: AbortSignal | undefined) => Promise<Access | undefined>) | undefined;
  /** Told when a credential is first seen to work or to be refused, at each change of that, and now and then. */
  readonly onCredential?: ((event: CredentialEvent) => void) | undefined;
  /** Told what a person must know and no request is about: which token works, that nothing is verified. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** For tests: how time passes, and chance. */
  readonly clock?: Clock | undefined;
  readonly random?: (() => number) | undefined;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Replaces `limits.timeoutMs`. */
  readonly timeoutMs?: number | undefined;
  /** false: what fails is not sent again, and what became of it is not looked up. */
  readonly retry?: boolean | undefined;
  readonly onProgress?: ((done: number, total: number | undefined) => void) | undefined;
}

/** An HTTP answer that passed the checks of RFC 7644: its status may still be an error. */
export interface Answer {
  /** What was asked, redacted: `GET /Users/2819`. */
  readonly asked: string;
  readonly status: number;
  readonly reason: string;
  /** As received, names in lower case. Not redacted. */
  readonly headers: [string, string][];
  /** `ETag` header, else `meta.version` of the resource (RFC 7644 §3.14). */
  readonly etag: string | null;
  /** `Location` header, else `meta.location` of the resource. */
  readonly location: string | null;
  /** The body as received, decompressed, without byte order mark. Not redacted. */
  readonly text: string;
  /** The body parsed; undefined when it is empty, or when an error answer is not JSON. */
  readonly json: JsonValue | undefined;
  readonly contentType: string | null;
  readonly durationMs: number;
  readonly bytes: number;
  readonly exchange: Exchange;
  readonly warnings: string[];
}

/** RFC 7644 §3.4.2, §3.9. */
export interface Query {
  readonly filter?: string | undefined;
  readonly attributes?: readonly string[] | undefined;
  readonly excludedAttributes?: readonly string[] | undefined;
  readonly sortBy?: string | undefined;
  readonly sortOrder?: 'ascending' | 'descending' | undefined;
  readonly count?: number | undefined;
  readonly startIndex?: number | undefined;
}

/** RFC 7644 §3.9: which attributes the answer shall have. */
export interface Projection {
  readonly attributes?: readonly string[] | undefined;
  readonly excludedAttributes?: readonly string[] | undefined;
}

export interface GetOptions extends Projection {
  /** A 304 answer is then returned. */
  readonly ifNoneMatch?: string | undefined;
}

export interface WriteOptions extends Projection {
  /** The ETag that the resource must still have (RFC 7644 §3.14). */
  readonly ifMatch?: string | undefined;
  /** Replaces the tenant's mode. */
  readonly validation?: ValidationMode | undefined;
  /** For how long to ask what became of the request when the server only accepts it; 10 s unless it says otherwise. */
  readonly followUp?: FollowUp | undefined;
}

export interface BulkOptions {
  /** Stop after so many errors (RFC 7644 §3.7); absent: do all that can be done. */
  readonly failOnErrors?: number | undefined;
  /** Replaces the tenant's mode. */
  readonly validation?: ValidationMode | undefined;
}

/** How to ask after a request that was accepted (202). */
export interface FollowUp {
  readonly forMs: number;
  /** Before the first question; later pauses are longer. */
  readonly everyMs: number;
}

export interface UpdateOptions {
  /** The ETag that the resource must still have, `*` for any; by default the `meta.version` of what it shall be. */
  readonly ifMatch?: string | undefined;
  /** Replaces the tenant's mode; for PUT. */
  readonly validation?: ValidationMode | undefined;
}

/** What an update came to. */
export interface UpdateReport {
  /** The last answer; of the reading, when nothing was to be done. */
  readonly answer: Answer;
  /** How many requests changed the resource: 0 when it was already what it shall be. */
  readonly requests: number;
}

/** One page of a list: a ListResponse (RFC 7644 §3.4.2). */
export interface ListPage {
  /** The server's text, unchanged. */
  readonly text: string;
  readonly resources: JsonObject[];
  /** Position of the first resource in the whole result, 1-based. */
  readonly startIndex: number;
  readonly totalResults: number | undefined;
  readonly answer: Answer;
}

/** What a list came to. */
export interface ListOutcome {
  readonly completeness: Completeness;
  readonly count: number;
  readonly totalResults: number | undefined;
  readonly pages: number;
  readonly warnings: string[];
}

/** What ServiceProviderConfig can say about (RFC 7643 §5). */
export type Feature = 'patch' | 'bulk' | 'filter' | 'changePassword' | 'sort' | 'etag';

/** What a server says about itself (RFC 7644 §4). */
export interface Discovery {
  /** The server's schemas and resource types; RFC 7643's where the server's cannot be read. */
  readonly registry: SchemaRegistry;
  readonly serviceProviderConfig: JsonObject | undefined;
  /** undefined: the server does not say. */
  supports(feature: Feature): boolean | undefined;
  readonly warnings: string[];
}
