/** The mock servers of one session, each in a thread of its own, and the tenants that they stand in for. */

import { basename } from 'node:path';
import * as z from 'zod';
import type { MockSource } from '../mock/worker-messages.js';
import type { ResultOf } from '../protocol/index.js';
import * as protocol from '../protocol/mocks.js';
import { UsageError } from '../scim/error.js';
import type { Notify } from './connection.js';
import { parseAccess } from './mock-access.js';
import { MockThread } from './mock-thread.js';
import type { Session } from './session.js';

const startAnswer = z.object({ warnings: z.array(z.string()) });
const summaryAnswer = z.object({
  url: z.string(),
  vendor: z.string().nullable(),
  counts: z.record(z.string(), z.int()),
});

type Started = ResultOf<typeof protocol.startMock>;
type MockView = Started['mock'];

interface Running {
  readonly id: string;
  readonly path: string;
  readonly thread: MockThread;
}

export class Mocks {
  private readonly running = new Map<string, Running>();
  private next = 1;

  constructor(
    private readonly session: Session,
    private readonly notify: Notify,
  ) {}

  /**
   * Starts a mock server from SOURCE, on PORT when given; WATCH: its requests are told.
   * @throws ScimError with the place of what is wrong in SOURCE, or `mock.listen`
   */
  async start(source: MockSource, port: number | undefined, watch: boolean): Promise<Started> {
    const id = `mock-${this.next++}`;
    const thread = new MockThread({
      answered: (requests, skipped) => watch && this.answered(id, requests, skipped),
      ended: (error) => this.ended(id, error),
    });
    const mock = { id, path: source.path, thread };
    try {
      const { warnings } = startAnswer.parse(await thread.call('start', { source, port }));
      this.running.set(id, mock);
      return { mock: await this.view(mock), warnings };
    } catch (error) {
      this.running.delete(id);
      await thread.stop();
      throw error;
    }
  }

  /** Gives the mock server ID what SOURCE says; when that is bad, it stays as it is. */
  async reseed(id: string, source: MockSource): Promise<Started> {
    const mock = this.get(id);
    const { warnings } = startAnswer.parse(await mock.thread.call('reseed', { source }));
    this.session.attached.update(id, parseAccess(await mock.thread.call('access', null)));
    return { mock: await this.view(mock), warnings };
  }

  /** The thread of the mock server ID. */
  thread(id: string): MockThread {
    return this.get(id).thread;
  }

  async list(): Promise<MockView[]> {
    return Promise.all([...this.running.values()].map((mock) => this.view(mock)));
  }

  /** The mock server ID as it is shown. */
  async describe(id: string): Promise<MockView> {
    return this.view(this.get(id));
  }

  /** Stops the mock server ID; its tenants get their own requests again. */
  async stop(id: string): Promise<void> {
    const { path, thread } = this.get(id);
    this.running.delete(id);
    const tenants = this.session.attached.release(id);
    await thread.stop();
    this.notify(protocol.mockEnded, { id, name: nameOf(path), tenants });
  }

  /** Ends all of them. */
  async close(): Promise<void> {
    const threads = [...this.running.values()].map(({ thread }) => thread.stop());
    this.running.clear();
    await Promise.allSettled(threads);
  }

  /** Has the requests for TENANT, or for all when ALL is set, go to the mock server ID. */
  async attach(id: string, tenant: string | undefined, all: boolean): Promise<ResultOf<typeof protocol.attachMock>> {
    const { path, thread } = this.get(id);
    const standIn = { id, name: nameOf(path), access: parseAccess(await thread.call('access', null)) };
    if (!all) return this.session.attach(tenant, standIn);
    return this.session.attachAll(standIn);
  }

  private get(id: string): Running {
    const mock = this.running.get(id);
    if (mock !== undefined) return mock;
    throw new UsageError(`There is no mock server ${id}`, { remedy: 'Start it again.' });
  }

  private async view({ id, path, thread }: Running): Promise<MockView> {
    const summary = summaryAnswer.parse(await thread.call('summary', null));
    return { id, name: nameOf(path), path, ...summary, tenants: this.session.attached.tenantsOf(id) };
  }

  private answered(id: string, requests: unknown, skipped: number): void {
    if (!this.running.has(id)) return;
    this.notify(protocol.mockAnswered, protocol.mockAnswered.params.parse({ id, requests, skipped }));
  }

  /** The thread has ended; by ERROR, unless it was stopped. */
  private ended(id: string, error: Error | undefined): void {
    const mock = this.running.get(id);
    if (mock === undefined) return;
    this.running.delete(id);
    // Its tenants are not given back: nobody has said that their requests may go to the real server.
    this.session.attached.update(id, undefined);
    const tenants = this.session.attached.tenantsOf(id);
    const message = error?.message ?? 'its thread has ended';
    this.notify(protocol.mockEnded, { id, name: nameOf(mock.path), tenants, error: message });
  }
}

function nameOf(path: string): string {
  return basename(path).replace(/\.(scim-mock|json|jsonl|har)$/, '');
}
