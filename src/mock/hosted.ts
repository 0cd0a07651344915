/** One mock server as its host sees it: started from a text, looked at, moved and saved. */

import { parseDuration } from '../config/values.js';
import { UsageError } from '../scim/error.js';
import type { JsonObject } from '../scim/json.js';
import { credentialOf } from './access.js';
import type { Entry } from './entry.js';
import { Finder } from './find.js';
import type { MockOptions, RequestLine } from './options.js';
import { type Mock, startMock } from './server.js';
import { loadSource } from './source.js';
import type { ControlAction, MockSource, ResourcesQuery, WorkerOperations } from './worker-messages.js';

/** How long requests are collected before they are told, in milliseconds. */
const collectMs = 100;

/** Most requests that are told at once, and differences. */
const maxTold = 200;
const maxChanges = 1000;

/** A request as it is told. */
interface ToldRequest {
  readonly number: number;
  readonly time: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly ms: number;
  readonly faults: readonly string[];
}

export class HostedMock {
  private mock: Mock | undefined;
  private options: MockOptions = {};
  private answered = 0;
  private latest: ToldRequest[] = [];
  private pending: ToldRequest[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** TELL gets requests soon after they were answered, and how many more there were. */
  constructor(private readonly tell: (requests: readonly ToldRequest[], skipped: number) => void) {}

  readonly operations: WorkerOperations = {
    start: ({ source, port }) => this.start(source, port),
    reseed: ({ source }) => this.reseed(source),
    summary: () => this.summary(),
    access: () => ({ url: this.running().url, auth: credentialOf(this.options, this.running().url) }),
    status: () => this.status(),
    requests: ({ since }) => ({ requests: this.latest.filter(({ number }) => number > since) }),
    request: ({ number }) => ({ text: this.requestText(number) }),
    resources: (query) => this.resources(query),
    resource: ({ id }) => this.resource(id),
    changes: () => this.changes(),
    save: () => ({ text: '' }),
    control: (action) => this.control(action),
  };

  private async start(source: MockSource, port: number | undefined) {
    const { options, warnings } = loadSource(source);
    this.options = { ...options, ...(port === undefined ? {} : { port }) };
    this.mock = await startMock({ ...this.options, onRequest: (line) => this.note(line) });
    return { warnings };
  }

  /** Where it listens stays: a socket cannot be moved. */
  private reseed(source: MockSource) {
    const mock = this.running();
    const { options, warnings } = loadSource(source);
    mock.replace(options);
    const { host, basePath, port, tls } = this.options;
    const isElsewhere =
      (options.port !== undefined && options.port !== 0 && options.port !== mock.port) ||
      options.host !== host ||
      options.basePath !== basePath ||
      JSON.stringify(options.tls) !== JSON.stringify(tls);
    this.options = { ...options, host, basePath, port, tls };
    const kept = 'listen: has changed, which a running server cannot follow: stop it and start it again';
    return { warnings: isElsewhere ? [...warnings, kept] : warnings };
  }

  private running(): Mock {
    if (this.mock === undefined) throw new UsageError('The mock server has not been started');
    return this.mock;
  }

  private summary() {
    const { url, store } = this.running();
    const counts = store.registry.resourceTypes.map((type) => [type.name, store.count(type)]);
    return { url, vendor: this.options.vendor ?? null, counts: Object.fromEntries(counts) };
  }

  private status() {
    const { provider } = this.running();
    return {
      time: provider.clock.now().toISOString(),
      requests: this.answered,
      quirks: Object.entries(this.options.quirks ?? {}).map(([name, value]) => `${name}: ${JSON.stringify(value)}`),
      faults: [],
      tokens: provider.auth.tokens.list(),
    };
  }

  private requestText(_number: number): string {
    return '';
  }

  private resources({ type: name, start, count, filter }: ResourcesQuery) {
    const { store } = this.running();
    const type = store.registry.resourceTypes.find((candidate) => candidate.name === name);
    if (type === undefined) throw new UsageError(`There is no resource type ${name}`);
    const found = new Finder(store).find([type], filter === undefined ? {} : { filter });
    const resources = found.slice(start, start + count).map((entry) => ({ id: entry.id, label: labelOf(entry) }));
    return { total: found.length, resources };
  }

  private resource(id: string) {
    const { store } = this.running();
    const entry = store.find(id);
    const original = store.original(id);
    if (entry === undefined && original === undefined) throw new UsageError(`There is no resource ${id}`);
    const text = (view: JsonObject | undefined) => (view === undefined ? null : JSON.stringify(view, undefined, 2));
    return { text: text(entry && store.view(entry)), original: text(original) };
  }

  private changes() {
    const { store } = this.running();
    const changes = store.changes();
    const told = changes.slice(0, maxChanges).map((change) => {
      const entry = store.find(change.id);
      return { ...change, label: entry ? labelOf(entry) : labelIn(store.original(change.id), change.id) };
    });
    return { total: changes.length, changes: told };
  }

  private control(action: ControlAction): null {
    const { clock, auth } = this.running().provider;
    switch (action.kind) {
      case 'advance':
        clock.advance(durationOf(action.by));
        break;
      case 'setClock':
        clock.set(timeOf(action.time));
        break;
      case 'revoke':
        if (!auth.tokens.revoke(action.token)) throw new UsageError(`There is no token called ${action.token}`);
        break;
      case 'clearFaults':
        break;
      case 'reset':
        this.running().replace(this.options);
        break;
    }
    return null;
  }

  private note({ method, path, status, ms }: RequestLine): void {
    this.answered += 1;
    const time = this.running().provider.clock.now().toISOString();
    const line = { number: this.answered, time, method, path, status, ms, faults: [] };
    this.latest.push(line);
    if (this.latest.length > 2 * maxTold) this.latest = this.latest.slice(-maxTold);
    this.pending.push(line);
    this.timer ??= setTimeout(() => this.flush(), collectMs);
  }

  private flush(): void {
    this.timer = undefined;
    const told = this.pending.slice(-maxTold);
    this.tell(told, this.pending.length - told.length);
    this.pending = [];
  }
}

function labelOf(entry: Entry): string {
  const { userName, displayName } = entry.names;
  return userName ?? displayName ?? labelIn(entry.content, entry.id);
}

/** What CONTENT is best known by; ID when there is nothing better. */
function labelIn(content: JsonObject | undefined, id: string): string {
  const known = ['userName', 'displayName', 'name', 'externalId'].map((name) => content?.[name]);
  return known.find((value) => typeof value === 'string') ?? id;
}

function durationOf(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new UsageError(`${JSON.stringify(text)} is not a span such as 90s, 12h or 30d`);
  return ms;
}

function timeOf(text: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime()))
    throw new UsageError(`${JSON.stringify(text)} is not a time such as 2026-01-31T08:00:00Z`);
  return time;
}
