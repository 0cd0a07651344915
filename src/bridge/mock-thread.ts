/** A thread with a mock server in it, and the calls to it. */

import { Worker } from 'node:worker_threads';
import type { WorkerCall, WorkerMessage } from '../mock/worker.js';
import type { WorkerOperations } from '../mock/worker-messages.js';
import { ScimError } from '../scim/error.js';

/** Megabytes that the heap of one mock server may grow to: a million users take less than three thousand. */
const maxHeapMegabytes = 6144;

/** Who waits for an answer. */
interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** What a thread tells without being asked. */
interface ThreadListener {
  answered(requests: unknown, skipped: number): void;
  /** Called once; with the error when it was not stopped. */
  ended(error: Error | undefined): void;
}

export class MockThread {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private next = 1;
  private fault: Error | undefined;

  constructor(private readonly listener: ThreadListener) {
    // The program is one file. What a thread writes must not get between the messages on standard output.
    this.worker = new Worker(__filename, {
      stdout: true,
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMegabytes },
    });
    this.worker.stdout.pipe(process.stderr, { end: false });
    this.worker.on('message', (message: WorkerMessage) => this.receive(message));
    this.worker.on('error', (error) => {
      this.fault = error;
    });
    this.worker.on('exit', () => this.end());
  }

  /**
   * What OPERATION answers, which the caller parses.
   * @throws ScimError as the thread has thrown it; `mock.ended` when the thread ends before it answers
   */
  call<O extends keyof WorkerOperations>(operation: O, params: Parameters<WorkerOperations[O]>[0]): Promise<unknown> {
    const id = this.next++;
    const call: WorkerCall = { id, operation, params };
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage(call);
    });
  }

  /** Ends the thread, whatever it does; resolves when it has ended. */
  async stop(): Promise<void> {
    await this.worker.terminate();
  }

  private receive(message: WorkerMessage): void {
    if (message.kind === 'answered') {
      this.listener.answered(message.requests, message.skipped);
      return;
    }
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.kind === 'result') {
      waiting?.resolve(message.result);
    } else {
      const { code, message: text, ...context } = message.failure;
      waiting?.reject(new ScimError(code, text, context));
    }
  }

  private end(): void {
    const reason = this.fault === undefined ? '' : `: ${this.fault.message}`;
    const error = new ScimError('mock.ended', `The mock server has ended${reason}`, { remedy: 'Start it again.' });
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
    this.listener.ended(this.fault);
  }
}
