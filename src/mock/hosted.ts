/** One mock server as its host sees it: started from a text, looked at, moved and saved. */

import { parseDuration } from '../config/values.js';
import { UsageError } from '../scim/error.js';
import type { JsonObject } from '../scim/json.js';
import { prettyJson } from '../scim/json-text.js';
import { accessTo } from './access.js';
import { lineOf, MockControl } from './control.js';
import type { Entry } from './entry.js';
import { Finder } from './find.js';
import type { MockOptions, RequestLine } from './options.js';
import { type Mock, startMock } from './server.js';
import { type LoadedSource, loadSource } from './source.js';
import type { ControlAction, MockSource, ResourcesQuery, WorkerOperations } from './worker-messages.js';

/** How long requests are collected before they are told, in milliseconds. */
const collectMs = 100;

/** Most requests that are told at once, and differences. */
const maxTold = 200;
const maxChanges = 1000;

/** A request as it is told. */
interface ToldRequest extends Omit<RequestLine, 'time'> {
  /** ISO 8601. */
  readonly time: string;
}

/** A server and what it was made from. */
interface Hosted {
  readonly mock: Mock;
  readonly control: MockControl;
  readonly options: MockOptions;
  /** The text of the mock file, if it is one. */
  readonly text: string | undefined;
}

export class HostedMock {
  private hosted: Hosted | undefined;
  private pending: RequestLine[] = [];
  private skipped = 0;
  private timer: NodeJS.Timeout | undefined;

  /** TELL gets requests soon after they were answered, and how many more there were. */
  constructor(private readonly tell: (requests: readonly ToldRequest[], skipped: number) => void) {}

  readonly operations: WorkerOperations = {
    start: ({ source, port }) => this.start(source, port),
    reseed: ({ source }) => this.reseed(source),
    summary: () => this.summary(),
    access: () => accessTo(this.running().mock, this.running().options),
    status: () => this.status(),
    requests: ({ since }) => ({ requests: this.running().control.requests(since).slice(-maxTold).map(told) }),
    request: ({ number }) => ({ text: this.requestText(number) }),
    resources: (query) => this.resources(query),
    resource: ({ id }) => this.resource(id),
    changes: () => this.changes(),
    save: () => ({ text: this.running().control.file(this.running().text) }),
    control: (action) => this.control(action),
  };

  private async start(source: MockSource, port: number | undefined) {
    const loaded = loadSource(source);
    const options = { ...loaded.options, ...(port === undefined ? {} : { port }) };
    const mock = await startMock({ ...options, onRequest: (line) => this.note(line) });
    this.hosted = { mock, control: new MockControl(mock), options, text: loaded.text };
    return { warnings: loaded.warnings };
  }

  /** Where it listens stays: a socket cannot be moved. */
  private reseed(source: MockSource) {
    const hosted = this.running();
    const loaded = loadSource(source);
    hosted.mock.replace(loaded.options);
    const { host, port, basePath, publicUrl, tls } = hosted.options;
    this.hosted = {
      ...hosted,
      options: { ...loaded.options, host, port, basePath, publicUrl, tls },
      text: loaded.text,
    };
    const kept = 'listen has changed: a running server stays where it is, so stop it and start it again';
    return { warnings: listensElsewhere(hosted, loaded) ? [...loaded.warnings, kept] : loaded.warnings };
  }

  private running(): Hosted {
    if (this.hosted === undefined) throw new UsageError('The mock server has not been started');
    return this.hosted;
  }

  private summary() {
    const { url, vendor, counts } = this.running().control.status();
    return { url, vendor: vendor ?? null, counts };
  }

  private status() {
    const { clock, requests, quirks, faults, tokens } = this.running().control.status();
    const named = Object.entries(quirks).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
    return { time: clock.time, requests, quirks: named, faults, tokens };
  }

  /** The request with NUMBER and its answer, redacted, as text to show. */
  private requestText(number: number): string {
    const shown = this.running().control.request(number);
    const { method, path, status, requestHeaders, requestBody, responseHeaders, responseBody } = shown;
    const request = `${method} ${path}\n${headerLines(requestHeaders)}${bodyText(requestBody ?? '(not kept)')}`;
    return `${request}\n${status}\n${headerLines(responseHeaders)}${bodyText(responseBody)}`;
  }

  private resources({ type: name, start, count, filter }: ResourcesQuery) {
    const { store } = this.running().mock;
    const type = store.registry.resourceTypes.find((candidate) => candidate.name === name);
    if (type === undefined) throw new UsageError(`There is no resource type ${name}`);
    const found = new Finder(store).find([type], filter === undefined ? {} : { filter });
    const resources = found.slice(start, start + count).map((entry) => ({ id: entry.id, label: labelOf(entry) }));
    return { total: found.length, resources };
  }

  private resource(id: string) {
    const { store } = this.running().mock;
    const entry = store.find(id);
    const original = store.original(id);
    if (entry === undefined && original === undefined) throw new UsageError(`There is no resource ${id}`);
    const text = (view: JsonObject | undefined) => (view === undefined ? null : JSON.stringify(view, undefined, 2));
    return { text: text(entry && store.view(entry)), original: text(original) };
  }

  private changes() {
    const { store } = this.running().mock;
    const changes = store.changes();
    const shown = changes.slice(0, maxChanges).map((change) => {
      const entry = store.find(change.id);
      return { ...change, label: entry ? labelOf(entry) : labelIn(store.original(change.id), change.id) };
    });
    return { total: changes.length, changes: shown };
  }

  private control(action: ControlAction): null {
    const { control } = this.running();
    switch (action.kind) {
      case 'advance':
        control.advance(durationOf(action.by));
        break;
      case 'setClock':
        control.setClock(timeOf(action.time));
        break;
      case 'revoke':
        control.revokeToken(action.token);
        break;
      case 'clearFaults':
        control.setFaults([]);
        break;
      case 'reset':
        control.reset();
        break;
    }
    return null;
  }

  private note(line: RequestLine): void {
    this.pending.push(line);
    // A server under load must not keep all of them until it has time to tell.
    if (this.pending.length > 2 * maxTold) {
      this.pending = this.pending.slice(-maxTold);
      this.skipped += maxTold + 1;
    }
    this.timer ??= setTimeout(() => this.flush(), collectMs);
  }

  private flush(): void {
    this.timer = undefined;
    const latest = this.pending.slice(-maxTold);
    this.tell(latest.map(told), this.skipped + this.pending.length - latest.length);
    this.pending = [];
    this.skipped = 0;
  }
}

function told(line: RequestLine): ToldRequest {
  const { time, ...rest } = lineOf(line);
  return { ...rest, time: time.toISOString() };
}

/** Whether LOADED wants another place than that of HOSTED; port 0 means any. */
function listensElsewhere({ mock, options: old }: Hosted, { options }: LoadedSource): boolean {
  const isMoved = options.port !== undefined && options.port !== 0 && options.port !== mock.port;
  const keys = ['host', 'basePath', 'publicUrl', 'tls'] as const;
  return isMoved || keys.some((key) => JSON.stringify(options[key]) !== JSON.stringify(old[key]));
}

function headerLines(headers: readonly (readonly [string, string])[]): string {
  return headers.map(([name, value]) => `${name}: ${value}\n`).join('');
}

function bodyText(body: string): string {
  return body === '' ? '' : `\n${prettyJson(body)}\n`;
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
