/** The mock servers of one session, each in a thread of its own, and the tenants that are attached to them. */

import { basename } from 'node:path';
import { Worker } from 'node:worker_threads';
import * as z from 'zod';
import type { WorkerCall, WorkerMessage } from '../mock/worker.js';
import type { MockSource, WorkerOperations } from '../mock/worker-messages.js';
import { type ParamsOf, mocks as protocol } from '../protocol/index.js';
import { ScimError, UsageError } from '../scim/error.js';
import type { Notify } from './connection.js';

/** Megabytes that the heap of one mock server may grow to: a million users take less than three thousand. */
const maxHeapMegabytes = 6144;

const summary = z.object({
  url: z.string(),
  vendor: z.string().nullable(),
  counts: z.record(z.string(), z.int()),
});

type MockView = ParamsOf<{ params: typeof protocol.startMock.result }>['mock'];

/** A thread with a mock server. */
class MockThread {
  private readonly worker: Worker;
  private readonly pending = new Map<
    number,
    { resolve: (result: unknown) => void; reject: (error: unknown) => void }
  >();
  private next = 1;
  private fault: Error | undefined;

  constructor(
    readonly id: string,
    readonly path: string,
    private readonly onAnswered: (requests: unknown, skipped: number) => void,
    /** Called once, with the error when it was not stopped. */
    onEnd: (error: Error | undefined) => void,
  ) {
    // The program is one file. What a thread writes must not get into the messages on standard output.
    this.worker = new Worker(__filename, {
      stdout: true,
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMegabytes },
    });
    this.worker.stdout.pipe(process.stderr, { end: false });
    this.worker.on('message', (message: WorkerMessage) => this.receive(message));
    this.worker.on('error', (error) => {
      this.fault = error;
    });
    this.worker.on('exit', () => {
      this.failAll();
      onEnd(this.fault);
    });
  }

  get name(): string {
    return basename(this.path).replace(/\.(scim-mock|json|jsonl|har)$/, '');
  }

  /** What OPERATION answers; the caller parses it. */
  call<O extends keyof WorkerOperations>(operation: O, params: Parameters<WorkerOperations[O]>[0]): Promise<unknown> {
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      const call: WorkerCall = { id, operation, params };
      this.worker.postMessage(call);
    });
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }

  private receive(message: WorkerMessage): void {
    if (message.kind === 'answered') return this.onAnswered(message.requests, message.skipped);
    const waiting = this.pending.get(message.id);
    this.pending.delete(message.id);
    if (message.kind === 'result') return waiting?.resolve(message.result);
    const { code, message: text, ...context } = message.failure;
    waiting?.reject(new ScimError(code, text, context));
  }

  private failAll(): void {
    const reason = this.fault === undefined ? '' : `: ${this.fault.message}`;
    const error = new ScimError('mock.ended', `The mock server has ended${reason}`, { remedy: 'Start it again.' });
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
  }
}

export class Mocks {
  private readonly threads = new Map<string, MockThread>();
  private next = 1;

  constructor(private readonly notify: Notify) {}

  /**
   * Starts a mock server from SOURCE.
   * @throws ScimError with the place of what is wrong in SOURCE, or `mock.listen`
   */
  async start(source: MockSource, port: number | undefined) {
    const id = `mock-${this.next++}`;
    const thread: MockThread = new MockThread(
      id,
      source.path,
      (requests, skipped) => this.answered(id, requests, skipped),
      (error) => this.ended(thread, error),
    );
    try {
      const { warnings } = startedResult.parse(await thread.call('start', { source, port }));
      this.threads.set(id, thread);
      return { mock: await this.view(thread), warnings };
    } catch (error) {
      await thread.stop();
      throw error;
    }
  }

  /** The mock server with ID. */
  get(id: string): MockThread {
    const thread = this.threads.get(id);
    if (thread === undefined) throw new UsageError(`There is no mock server ${id}`, { remedy: 'Start it again.' });
    return thread;
  }

  async list(): Promise<MockView[]> {
    return Promise.all([...this.threads.values()].map((thread) => this.view(thread)));
  }

  async stop(id: string): Promise<void> {
    await this.get(id).stop();
  }

  /** Ends all of them. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.threads.values()].map((thread) => thread.stop()));
  }

  async view(thread: MockThread): Promise<MockView> {
    const { id, name, path } = thread;
    return { id, name, path, ...summary.parse(await thread.call('summary', null)), tenants: [] };
  }

  private answered(id: string, requests: unknown, skipped: number): void {
    if (!this.threads.has(id)) return;
    this.notify(protocol.mockAnswered, protocol.mockAnswered.params.parse({ id, requests, skipped }));
  }

  private ended(thread: MockThread, error: Error | undefined): void {
    const { id, name } = thread;
    if (!this.threads.delete(id)) return;
    this.notify(protocol.mockEnded, { id, name, tenants: [], ...(error && { error: error.message }) });
  }
}

const startedResult = z.object({ warnings: z.array(z.string()) });
