/**
 * A mock server in a thread of its own: what it does for half a second must not keep the thread that started it from
 * its work. The two threads exchange the messages of this file; whoever started the thread checks what comes back.
 */

import { parentPort } from 'node:worker_threads';
import { type Position, ScimError } from '../scim/error.js';
import { HostedMock } from './hosted.js';
import type { WorkerOperations } from './worker-messages.js';

/** A failure as it crosses: classes do not. */
interface WorkerFailure {
  readonly code: string;
  readonly message: string;
  readonly remedy?: string | undefined;
  readonly asked?: string | undefined;
  readonly file?: string | undefined;
  readonly position?: Position | undefined;
}

/** A call of one operation. */
export interface WorkerCall {
  readonly id: number;
  readonly operation: keyof WorkerOperations;
  readonly params: unknown;
}

/** What the thread says: the answer to a call, or requests that were answered, unasked. */
export type WorkerMessage =
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly failure: WorkerFailure }
  | { readonly kind: 'answered'; readonly requests: unknown; readonly skipped: number };

/** Serves the thread that started this one, until that ends it. */
export function serveWorker(): void {
  const port = parentPort;
  if (port === null) throw new Error('This is not a worker thread');
  const say = (message: WorkerMessage) => port.postMessage(message);
  const hosted = new HostedMock((requests, skipped) => say({ kind: 'answered', requests, skipped }));
  port.on('message', (call: WorkerCall) => {
    perform(hosted, call).then(
      (result) => say({ kind: 'result', id: call.id, result }),
      (error: unknown) => say({ kind: 'failure', id: call.id, failure: failureOf(error) }),
    );
  });
}

async function perform(hosted: HostedMock, { operation, params }: WorkerCall): Promise<unknown> {
  const handler: (params: never) => unknown = hosted.operations[operation];
  // The caller is typed by the same table, and `never` is what all of its parameters have in common.
  return await handler(params as never);
}

function failureOf(error: unknown): WorkerFailure {
  if (error instanceof ScimError) {
    const { code, message, remedy, asked, file, position } = error;
    return { code, message, remedy, asked, file, position };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message: `Internal error: ${message}`, remedy: 'this is a bug in scim: please report it' };
}
