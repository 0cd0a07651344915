/** One mock server as its host sees it: started from a text, looked at, moved and saved. */

import { UsageError } from '../scim/error.js';
import type { MockOptions, RequestLine } from './options.js';
import { type Mock, startMock } from './server.js';
import type { MockSource, WorkerOperations } from './worker-messages.js';

/** How long requests are collected before they are told, in milliseconds. */
const collectMs = 100;

/** Most requests that are told at once. */
const maxTold = 200;

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
  private pending: ToldRequest[] = [];
  private skipped = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly tell: (requests: readonly ToldRequest[], skipped: number) => void) {}

  readonly operations: WorkerOperations = {
    start: ({ source, port }) => this.start(source, port),
    reseed: () => null,
    summary: () => this.summary(),
    access: () => ({ scheme: 'none' }),
    status: () => null,
    requests: () => null,
    request: () => null,
    resources: () => null,
    resource: () => null,
    changes: () => null,
    save: () => null,
    control: () => null,
  };

  private async start(source: MockSource, port: number | undefined) {
    this.options = { ...optionsOf(source), ...(port === undefined ? {} : { port }) };
    this.mock = await startMock({ ...this.options, onRequest: (line) => this.note(line) });
    return { warnings: [] };
  }

  private summary() {
    const { url, store } = this.running();
    const counts = store.registry.resourceTypes.map((type) => [type.name, store.count(type)]);
    return { url, vendor: this.options.vendor ?? null, counts: Object.fromEntries(counts) };
  }

  private running(): Mock {
    if (this.mock === undefined) throw new UsageError('The mock server has not been started');
    return this.mock;
  }

  private note({ method, path, status, ms }: RequestLine): void {
    this.answered += 1;
    const time = new Date().toISOString();
    this.pending.push({ number: this.answered, time, method, path, status, ms, faults: [] });
    if (this.pending.length > maxTold) {
      this.pending.shift();
      this.skipped += 1;
    }
    this.timer ??= setTimeout(() => this.flush(), collectMs);
  }

  private flush(): void {
    this.timer = undefined;
    this.tell(this.pending, this.skipped);
    this.pending = [];
    this.skipped = 0;
  }
}

function optionsOf(source: MockSource): MockOptions {
  return JSON.parse(source.text);
}
