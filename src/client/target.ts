/** One SCIM server with one set of credentials: the only door to HTTP for the rest of the program. */

import { systemClock } from '../http/clock.js';
import { Shared } from '../http/shared.js';
import { type Redactor, secretsOfRequest } from '../redact/redact.js';
import { type Issue, RedirectError, UsageError } from '../scim/error.js';
import type { BulkOperation } from '../scim/messages/bulk.js';
import type { SchemaRegistry } from '../scim/schema/resource-type.js';
import { type ProfileValues, standard } from '../vendors/index.js';
import { addressOf, projectionQuery, resourcePath } from './address.js';
import { writeOnce } from './ambiguous.js';
import { acceptanceWarning, followUp } from './async-answer.js';
import { BulkSender } from './bulk.js';
import { bulkIssues, bulkLimits, refuseForeignPaths } from './bulk-plan.js';
import type { BulkReport } from './bulk-results.js';
import { type Deviation, Deviations } from './deviations.js';
import { type Discovered, discover } from './discovery.js';
import { currentDryRun } from './dry-run.js';
import { type ListCall, type ListPlan, ListRun } from './list.js';
import { planList } from './list-plan.js';
import { ListRequest } from './list-request.js';
import { patchMessage, payloadIssues, refusePayload, sentenceOf, shiftIssues } from './payload.js';
import { checkAnswer } from './response-error.js';
import type {
  Access,
  Answer,
  BulkOptions,
  CallOptions,
  CredentialReport,
  Discovery,
  GetOptions,
  Query,
  TargetOptions,
  UpdateOptions,
  UpdateReport,
  ValidationMode,
  WriteOptions,
} from './types.js';
import { type Updatable, updateResource } from './update.js';
import { Wire, type WireRequest } from './wire.js';

export { ListRun } from './list.js';
export type {
  Answer,
  CallOptions,
  Discovery,
  GetOptions,
  ListPage,
  Query,
  TargetOptions,
  ValidationMode,
  WriteOptions,
} from './types.js';

/** A write: the request, and which payload positions to tell the person. */
interface Write {
  readonly request: WireRequest & { readonly body: string };
  /** Characters that were put before the person's text. */
  readonly shift: number;
  readonly options: WriteOptions;
}

/**
 * A SCIM service provider as one tenant sees it. Nothing is connected to before the first request.
 *
 * Every method may throw `NetworkError` (no answer), `InvalidResponseError` (an answer from which nothing can be
 * concluded), `CancelledError`, and `UsageError` (a path or header that must not be sent). No message holds a secret.
 */
export class Target {
  readonly tenant: string;
  readonly #options: TargetOptions;
  readonly #wire: Wire;
  readonly #discovery: Shared<Discovered>;
  readonly #deviations = new Deviations(() => this.redactor);

  constructor(options: TargetOptions) {
    this.tenant = options.tenant;
    this.#options = options;
    this.#wire = new Wire(options, () => this.#discovery.peek()?.registry);
    this.#discovery = new Shared(
      (signal) => discover(this.#wire.send, this.#profile, signal),
      ({ keepMs }) => keepMs,
    );
  }

  /** The SCIM root. */
  get baseUrl(): URL {
    return this.#options.baseUrl;
  }

  /** What is known about the service; the standard's values where nothing is. */
  get profile(): ProfileValues {
    return this.#profile;
  }

  /** What is done about a payload that breaks the schema, unless a request says otherwise. */
  get validation(): ValidationMode {
    return this.#options.validation;
  }

  /** The headers that REQUEST would be sent with, redacted. */
  headersOf(request: WireRequest): [string, string][] {
    return this.redactor.headers(this.#wire.headersOf(request));
  }

  /** Knows the secrets of this tenant. */
  get redactor(): Redactor {
    return this.#wire.redactor;
  }

  /**
   * What the server says about itself (RFC 7644 §4), read once and shared. What cannot be read falls back to RFC 7643,
   * with a warning. Throws `ResponseError` when the credentials are refused; a failure is not remembered.
   */
  async discover(call: CallOptions = {}): Promise<Discovery> {
    return this.#discovery.get(call.signal);
  }

  /** What `discover` has found, if it is known already: nothing is sent for it. */
  get discovered(): Discovery | undefined {
    return this.#discovery.peek();
  }

  /**
   * One exchange. `path` is percent-encoded, relative to the base URL or absolute on the same server. Returns the answer
   * also when its status is an error; `checkAnswer` makes that an error.
   */
  async exchange(request: WireRequest, call: CallOptions = {}): Promise<Answer> {
    const answer = await this.#wire.send(request, 'request', call);
    const registry = this.#knownSchemas();
    // An answer that was made up says nothing about the service.
    if (registry !== undefined && currentDryRun() === undefined) {
      const { relative } = addressOf(this.#options.baseUrl, request.path);
      answer.warnings.push(...this.#deviations.look(registry, relative, answer));
    }
    const acceptance = acceptanceWarning(answer);
    if (acceptance !== undefined) answer.warnings.push(acceptance);
    return answer;
  }

  /** Where the answers so far deviate from the server's schemas; nothing when the tenant does not validate. */
  get deviations(): Deviation[] {
    return this.#deviations.all;
  }

  /** Throws `ResponseError`, with a remedy, when ANSWER has an error status (RFC 7644 §3.12). */
  checkAnswer(answer: Answer): void {
    checkAnswer(answer);
  }

  /** The resources of TYPE (`User`, `Users`, `/Users`) that QUERY selects, page by page (RFC 7644 §3.4.2). */
  list(type: string, query: Query, call: ListCall = {}): ListRun {
    return this.#list(async () => ListRequest.ofQuery(await this.#endpoint(type, call), query), call, false);
  }

  /** All pages of `GET path`, where PATH has a percent-encoded query. Its own `startIndex` is where reading begins. */
  listPath(path: string, headers: Readonly<Record<string, string>> = {}, call: ListCall = {}): ListRun {
    const request = () => ListRequest.ofPath(addressOf(this.#options.baseUrl, path).relative, headers);
    return this.#list(async () => request(), call, false);
  }

  /**
   * The resources of TYPE that QUERY selects, or of every type when TYPE is undefined, by POST /.search: nothing of the
   * query stands in a URL (RFC 7644 §3.4.3).
   */
  search(type: string | undefined, query: Query, call: ListCall = {}): ListRun {
    const endpoint = async () => (type === undefined ? '' : this.#endpoint(type, call));
    return this.#list(async () => ListRequest.ofQuery(await endpoint(), query), call, true);
  }

  /** The resource of whoever the credentials belong to (RFC 7644 §3.11). Throws `ResponseError`; 501 is not rare. */
  async me(options: GetOptions = {}, call: CallOptions = {}): Promise<Answer> {
    const query = projectionQuery(options);
    const read = (path: string): Promise<Answer> =>
      this.#checked({ method: 'GET', path: `${path}${query}`, headers: ifNoneMatch(options) }, call);
    try {
      return await read('/Me');
    } catch (error) {
      const location = error instanceof RedirectError ? error.location() : undefined;
      if (location === undefined) throw error;
      // 308 to the person's own resource is one of the three answers that §3.11 permits; another server's is refused.
      const { relative } = addressOf(this.#options.baseUrl, location);
      return read(relative.replace(/[?].*$/s, ''));
    }
  }

  /** RFC 7644 §3.4.1. With `ifNoneMatch` the answer may be 304. Throws `ResponseError`. */
  async get(type: string, id: string, options: GetOptions = {}, call: CallOptions = {}): Promise<Answer> {
    const path = resourcePath(await this.#endpoint(type, call), id, options);
    return this.#checked({ method: 'GET', path, headers: ifNoneMatch(options) }, call);
  }

  /** RFC 7644 §3.3. TEXT is the resource. Throws `PayloadError` and `JsonSyntaxError` before sending, `ResponseError`. */
  async create(type: string, text: string, options: WriteOptions = {}, call: CallOptions = {}): Promise<Answer> {
    const path = `${await this.#endpoint(type, call)}${projectionQuery(options)}`;
    return this.#write({ request: { method: 'POST', path, body: text }, shift: 0, options }, call);
  }

  /** RFC 7644 §3.5.1. TEXT is the whole new resource. Throws as `create` does. */
  async replace(
    type: string,
    id: string,
    text: string,
    options: WriteOptions = {},
    call: CallOptions = {},
  ): Promise<Answer> {
    const path = resourcePath(await this.#endpoint(type, call), id, options);
    return this.#write({ request: { method: 'PUT', path, body: text }, shift: 0, options }, call);
  }

  /** RFC 7644 §3.5.2. TEXT is a PatchOp message or the array of its operations. Throws as `create` does. */
  async patch(
    type: string,
    id: string,
    text: string,
    options: WriteOptions = {},
    call: CallOptions = {},
  ): Promise<Answer> {
    const path = resourcePath(await this.#endpoint(type, call), id, options);
    const message = patchMessage(text);
    return this.#write({ request: { method: 'PATCH', path, body: message.text }, shift: message.shift, options }, call);
  }

  /** See `updateResource`. */
  async update(
    type: string,
    id: string,
    text: string,
    options: UpdateOptions = {},
    call: CallOptions = {},
  ): Promise<UpdateReport> {
    const target: Updatable = {
      profile: this.#profile,
      discover: (how) => this.discover(how),
      get: (each, one, how) => this.get(each, one, {}, how),
      replace: (...args) => this.replace(...args),
      patch: (...args) => this.patch(...args),
    };
    return updateResource(target, type, id, text, options, call);
  }

  /** RFC 7644 §3.6. Throws `ResponseError`. */
  async delete(
    type: string,
    id: string,
    options: Pick<WriteOptions, 'ifMatch' | 'followUp'> = {},
    call: CallOptions = {},
  ): Promise<Answer> {
    const path = resourcePath(await this.#endpoint(type, call), id, {});
    return this.#done({ method: 'DELETE', path, headers: ifMatchHeader(options) }, options, call);
  }

  /**
   * Many OPERATIONS in as few requests as the server permits (RFC 7644 §3.7); they refer to each other's resources by
   * `bulkId:…`. Tells what became of each; what the answers leave open is unknown. Throws `UsageError` when the server has
   * no bulk, `PayloadError` and `ProtocolError` before anything is sent, and `ResponseError` when nothing was executed.
   */
  async bulk(
    operations: readonly BulkOperation[],
    options: BulkOptions = {},
    call: CallOptions = {},
  ): Promise<BulkReport> {
    const discovery = await this.discover(call);
    const limits = bulkLimits(discovery, options.failOnErrors);
    refuseForeignPaths(operations);
    const mode = options.validation ?? this.#options.validation;
    const found = mode === 'off' ? [] : bulkIssues(discovery.registry, operations);
    const issues = found.map((issue) => ({ ...issue, message: this.redactor.text(issue.message) }));
    if (mode === 'strict') refusePayload(issues, 'POST /Bulk');
    const report = await new BulkSender(this.#wire.send, limits, call).run(operations);
    return { ...report, warnings: [...issues.map(sentenceOf), ...report.warnings] };
  }

  /**
   * What is wrong with the payload BODYTEXT of `METHOD PATH` by the server's own schemas, with positions in BODYTEXT.
   * Nothing when MODE is off, or when no schema is known for the path. Throws `JsonSyntaxError`, and what `discover`
   * throws.
   */
  async validate(
    method: string,
    path: string,
    bodyText: string,
    mode: ValidationMode = this.#options.validation,
    call: CallOptions = {},
  ): Promise<Issue[]> {
    if (mode === 'off') return [];
    const { relative } = addressOf(this.#options.baseUrl, path);
    const { registry } = await this.discover(call);
    const issues = payloadIssues(registry, method, relative, bodyText);
    if (issues.length === 0) return [];
    const redactor = this.redactor.with(secretsOfRequest([], bodyText));
    return issues.map((issue) => ({ ...issue, message: redactor.text(issue.message) }));
  }

  /** Which credentials there are, and which works. */
  get credentials(): CredentialReport {
    return this.#wire.credentials;
  }

  /** From now on ACCESS is what proves who the client is; requests under way go on with what they have. */
  replaceAccess(access: Access): void {
    this.#wire.replaceAccess(access);
  }

  /** Ends every connection; requests under way fail with `CancelledError`. */
  async close(): Promise<void> {
    await this.#wire.close();
  }

  #list(request: () => Promise<ListRequest>, call: ListCall, bySearch: boolean): ListRun {
    const plan = async (): Promise<ListPlan> =>
      planList(await request(), {
        profile: this.#profile,
        discovery: this.#discovery.peek(),
        pageSize: this.#options.limits.pageSize,
        bySearch,
        inspect: (path, resource, asked) => {
          const registry = this.#knownSchemas();
          return registry === undefined ? [] : this.#deviations.lookAt(registry, path, resource, asked);
        },
      });
    return new ListRun(this.#wire.send, plan, call);
  }

  async #write({ request, shift, options }: Write, call: CallOptions): Promise<Answer> {
    const mode = options.validation ?? this.#options.validation;
    const found = await this.validate(request.method, request.path, request.body, mode, call);
    const issues = shiftIssues(found, shift);
    if (mode === 'strict') refusePayload(issues, `${request.method} ${this.redactor.url(request.path)}`);
    const answer = await this.#done({ ...request, headers: ifMatchHeader(options) }, options, call);
    answer.warnings.push(...issues.map(sentenceOf));
    return answer;
  }

  async #checked(request: WireRequest, call: CallOptions): Promise<Answer> {
    const answer = await this.exchange(request, call);
    checkAnswer(answer);
    return answer;
  }

  /** The answer to REQUEST, a write, which is carried out once also when the connection breaks. */
  async #once(request: WireRequest, call: CallOptions): Promise<Answer> {
    if (call.retry === false) return this.#checked(request, call);
    const { clock = systemClock } = this.#options;
    return writeOnce(
      request,
      {
        send: (each, how) => this.exchange(each, how),
        list: (endpoint, query, how) => this.list(endpoint, query, how),
        type: async (path, how) => (await this.discover(how)).registry.find(path),
        missingIs404: this.#profile.lookup.missing.includes('404'),
        clock,
      },
      call,
    );
  }

  /** The answer to REQUEST when it is carried out, also by a server that only accepts it at first. */
  async #done(request: WireRequest, options: Pick<WriteOptions, 'followUp'>, call: CallOptions): Promise<Answer> {
    const answer = await this.#once(request, call);
    if (answer.status !== 202) return answer;
    const { baseUrl, clock = systemClock } = this.#options;
    const asker = { send: this.#wire.send, baseUrl, clock, redactor: this.redactor };
    return followUp(asker, request, answer, options.followUp, call);
  }

  /** What answers are measured by: the server's schemas, when they are known already and the tenant wants that. */
  #knownSchemas(): SchemaRegistry | undefined {
    return this.#options.validation === 'off' ? undefined : this.#discovery.peek()?.registry;
  }

  get #profile(): ProfileValues {
    return this.#options.profile ?? standard;
  }

  /** ENDPOINT in the case that the service wants. */
  #spelled(endpoint: string): string {
    return this.#profile.base.pathCase === 'lower' ? endpoint.toLowerCase() : endpoint;
  }

  /** The endpoint of TYPE; one that begins with a slash is taken at its word. */
  async #endpoint(type: string, call: CallOptions): Promise<string> {
    if (type.startsWith('/')) return type.replace(/\/+$/, '');
    const { registry } = await this.discover(call);
    const found = registry.find(type);
    if (found !== undefined) return this.#spelled(found.endpoint);
    const known = registry.resourceTypes.map(({ name }) => name).join(', ');
    throw new UsageError(`The server has no resource type "${type}"`, { remedy: `It has: ${known}.` });
  }
}

function ifMatchHeader({ ifMatch }: Pick<WriteOptions, 'ifMatch'>): Record<string, string> {
  return ifMatch === undefined ? {} : { 'If-Match': ifMatch };
}

function ifNoneMatch(options: GetOptions): Record<string, string> {
  return options.ifNoneMatch === undefined ? {} : { 'If-None-Match': options.ifNoneMatch };
}
