/** Sends requests of one tenant and tells the log about every exchange. */

import { nextExchangeId, type Purpose, type RawExchange, recordExchange } from '../http/exchange.js';
import { compose, type HttpSend } from '../http/pipeline.js';
import { tellRetries } from '../http/retry-record.js';
import { type HttpAnswer, headerOf, type Observation } from '../http/session.js';
import { type Redactor, secretsOfRequest } from '../redact/redact.js';
import { ScimError } from '../scim/error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import { getAttribute, type SchemaRegistry } from '../scim/schema/resource-type.js';
import { type Address, addressOf } from './address.js';
import { readBody } from './body.js';
import { Connection } from './connection.js';
import { currentDryRun, type DryRun } from './dry-run.js';
import { requestHeaders } from './headers.js';
import { pacingOf } from './pacing.js';
import { checkAnswer } from './response-error.js';
import { isWrite, Safeguards } from './safeguards.js';
import type { Access, Answer, CallOptions, CredentialReport, TargetOptions } from './types.js';

export interface WireRequest {
  readonly method: string;
  /** See `addressOf`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
}

/** Something that sends one request and returns the answer, whatever its status. */
export type Send = (request: WireRequest, purpose: Purpose, call: CallOptions) => Promise<Answer>;

/** A request on its way, and what its messages and its log entry need. */
interface Outgoing {
  readonly request: WireRequest;
  readonly purpose: Purpose;
  readonly address: Address;
  readonly headers: [string, string][];
  readonly asked: () => string;
  readonly redactor: () => Redactor;
  readonly observed: Observation;
  readonly startedAt: Date;
  readonly id: number;
}

export class Wire {
  readonly redactor: Redactor;
  readonly #options: TargetOptions;
  readonly #connection: Connection;
  readonly #sendOnce: HttpSend;
  readonly #sendAgain: HttpSend;
  readonly #safeguards: Safeguards | undefined;

  /** KNOWNSCHEMAS gives the server's schemas, once they have been read. */
  constructor(
    options: TargetOptions,
    private readonly knownSchemas: () => SchemaRegistry | undefined = () => undefined,
  ) {
    this.#options = options;
    const { safeguards } = options;
    this.#safeguards = safeguards === undefined ? undefined : new Safeguards(options.tenant, safeguards);
    this.#connection = new Connection(options);
    const { retry, rate } = pacingOf(options);
    const connected: HttpSend = (request, observed) => this.#connection.send(request, observed);
    this.#sendOnce = compose(connected, rate);
    this.#sendAgain = compose(connected, retry, rate);
    this.redactor = this.#connection.redactor;
  }

  /**
   * Sends REQUEST and returns the answer, whatever its status. Throws `UsageError` for a path on another server, what
   * `Connection.send` throws, `SafeguardError` for what the tenant forbids, and `InvalidResponseError` for a success without a proper body.
   */
  readonly send: Send = async (request, purpose, call) => {
    if (this.#safeguards !== undefined) await this.#guard(this.#safeguards, request, call);
    const dryRun = currentDryRun();
    if (dryRun !== undefined && this.#writes(request)) return this.#collect(dryRun, request, purpose);
    return this.#send(request, purpose, call);
  };

  readonly #send: Send = async (request, purpose, call) => {
    const outgoing = this.#prepare(request, purpose);
    const started = performance.now();
    let answer: HttpAnswer | undefined;
    try {
      answer = await (call.retry === false ? this.#sendOnce : this.#sendAgain)(
        {
          method: request.method,
          path: outgoing.address.path,
          headers: outgoing.headers,
          body: request.body,
          timeoutMs: call.timeoutMs ?? this.#options.limits.timeoutMs,
          signal: call.signal,
          asked: outgoing.asked,
          redactor: outgoing.redactor,
        },
        outgoing.observed,
      );
      const body = readBody(answer, { method: request.method, asked: outgoing.asked, redactor: outgoing.redactor });
      const warnings = [...body.warnings, ...retryWarnings(outgoing.observed)];
      return this.#answer(outgoing, answer, body.json, warnings, performance.now() - started);
    } catch (error) {
      this.#record(outgoing, answer, performance.now() - started, error);
      throw error;
    }
  };

  #writes({ method, path, headers = {} }: WireRequest): boolean {
    return isWrite({ method, path: addressOf(this.#options.baseUrl, path).relative, headers });
  }

  /** Have DRYRUN note REQUEST, which is not sent; returns the answer that it makes up. */
  #collect(dryRun: DryRun, request: WireRequest, purpose: Purpose): Answer {
    const outgoing = this.#prepare(request, purpose);
    const { baseUrl } = this.#options;
    const { relative } = outgoing.address;
    const { status, location, json } = dryRun.answer({ ...request, path: relative, body: request.body }, baseUrl);
    const text = json === undefined ? '' : JSON.stringify(json);
    const headers: [string, string][] = location === undefined ? [] : [['location', location]];
    const exchange = exchangeOf(outgoing, this.#options, { status, headers, text }, 0, undefined);
    dryRun.add(exchange);
    return {
      asked: outgoing.asked(),
      status,
      reason: 'Not sent',
      headers,
      etag: null,
      location: location ?? null,
      text,
      json,
      contentType: json === undefined ? null : 'application/scim+json',
      durationMs: 0,
      bytes: 0,
      exchange,
      warnings: [],
    };
  }

  /** Which credentials there are, and which works. */
  get credentials(): CredentialReport {
    return this.#connection.report;
  }

  /** From now on ACCESS is what proves who the client is; requests under way go on with what they have. */
  replaceAccess(access: Access): void {
    this.#connection.replace(access);
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  async #guard(safeguards: Safeguards, request: WireRequest, call: CallOptions): Promise<void> {
    const { relative } = addressOf(this.#options.baseUrl, request.path);
    const read = async (path: string): Promise<JsonObject | undefined> => {
      const answer = await this.#send({ method: 'GET', path }, 'request', call);
      if (answer.status === 404) return undefined;
      checkAnswer(answer);
      return isJsonObject(answer.json) ? answer.json : undefined;
    };
    const { method, headers = {}, body } = request;
    await safeguards.check({ method, path: relative, headers, body }, read, this.knownSchemas());
  }

  #prepare(request: WireRequest, purpose: Purpose): Outgoing {
    const address = addressOf(this.#options.baseUrl, request.path);
    const headers = this.#headersWithoutCredential(request);
    let own: Redactor | undefined;
    const redactor = (): Redactor => {
      own ??= this.redactor.with(secretsOfRequest(headers, request.body, address.relative));
      return own;
    };
    return {
      request,
      purpose,
      address,
      headers,
      redactor,
      asked: () => `${request.method} ${redactor().url(address.relative)}`,
      observed: { attempts: 0, status: undefined, headers: [], bytes: 0 },
      startedAt: new Date(),
      id: nextExchangeId(),
    };
  }

  /** The headers that REQUEST is sent with (RFC 7644 §3.1), secrets included; what it says itself wins. */
  headersOf(request: WireRequest): [string, string][] {
    const headers = this.#headersWithoutCredential(request);
    const { credential } = this.#connection;
    if (credential === undefined) return headers;
    const [name, value] = credential;
    const isGiven = headers.some(([given]) => given.toLowerCase() === name.toLowerCase());
    return isGiven ? headers : [...headers, [name, value]];
  }

  #headersWithoutCredential({ headers = {}, body }: WireRequest): [string, string][] {
    return requestHeaders(this.#options, headers, body);
  }

  #answer(
    outgoing: Outgoing,
    answer: HttpAnswer,
    json: JsonValue | undefined,
    warnings: string[],
    durationMs: number,
  ): Answer {
    const { status, reason, headers, text } = answer;
    return {
      get asked() {
        return outgoing.asked();
      },
      status,
      reason,
      headers,
      etag: headerOf(headers, 'etag') ?? metaString(json, 'version'),
      location: headerOf(headers, 'location') ?? metaString(json, 'location'),
      text,
      json,
      contentType: headerOf(headers, 'content-type') ?? null,
      durationMs,
      bytes: outgoing.observed.bytes,
      exchange: this.#record(outgoing, answer, durationMs, undefined),
      warnings,
    };
  }

  #record(
    outgoing: Outgoing,
    answer: HttpAnswer | undefined,
    durationMs: number,
    failure: unknown,
  ): Answer['exchange'] {
    const { observed } = outgoing;
    const response =
      observed.status === undefined
        ? undefined
        : { status: observed.status, headers: observed.headers, text: answer?.text };
    const exchange = exchangeOf(outgoing, this.#options, response, durationMs, failure);
    this.#options.onExchange?.(exchange);
    return exchange;
  }
}

/** OUTGOING, which got RESPONSE or ended with FAILURE, as the log keeps it. */
function exchangeOf(
  { id, purpose, request, observed, headers, address, startedAt, redactor }: Outgoing,
  { tenant, baseUrl }: TargetOptions,
  response: RawExchange['response'],
  durationMs: number,
  failure: unknown,
): Answer['exchange'] {
  return recordExchange(
    id,
    {
      tenant,
      purpose,
      startedAt,
      durationMs,
      attempts: observed.attempts,
      responseBytes: observed.bytes,
      marks: observed.marks,
      retries: observed.retries ?? [],
      credential: observed.credential,
      request: {
        method: request.method,
        url: baseUrl.origin + address.path,
        headers: observed.sentHeaders ?? headers,
        body: request.body,
      },
      response,
      error: failure === undefined ? undefined : told(failure),
    },
    redactor,
  );
}

function retryWarnings({ retries = [], gaveUp }: Observation): string[] {
  const sentAgain = tellRetries(retries);
  return [
    ...(sentAgain === undefined ? [] : [sentAgain]),
    ...(gaveUp === undefined ? [] : [`Not sent again: ${gaveUp}`]),
  ];
}

function told(failure: unknown): { code: string; message: string } {
  if (failure instanceof ScimError) return { code: failure.code, message: failure.message };
  return { code: 'internal', message: 'An unexpected failure' };
}

function metaString(json: JsonValue | undefined, name: string): string | null {
  if (!isJsonObject(json)) return null;
  const meta = getAttribute(json, 'meta');
  const value = isJsonObject(meta) ? getAttribute(meta, name) : undefined;
  return typeof value === 'string' ? value : null;
}
