/** Between vscode-jsonrpc and the handlers: parameters parsed, cancellation as an AbortSignal, errors as answers. */

import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc/node';
import { ResponseError } from 'vscode-jsonrpc/node';
import type * as z from 'zod';
import type { NotificationDefinition, RequestDefinition } from '../protocol/index.js';
import { errorCodes } from '../protocol/index.js';
import { CancelledError } from '../scim/error.js';
import { onBehalfOf } from './action.js';
import { DryRuns } from './dry-runs.js';
import { rpcError } from './errors.js';

/** What a handler gets beside its parameters. */
export interface Call {
  /** Aborted when the client cancels, and when the session ends. */
  readonly signal: AbortSignal;
}

export type Handler<P extends z.ZodType, R extends z.ZodType> = (
  params: z.output<P>,
  call: Call,
) => Promise<z.input<R>> | z.input<R>;

/** PARAMS as the schema of METHOD wants them, or an `invalidParams` error that names each wrong member. */
function parseParams<S extends z.ZodType>(method: string, schema: S, params: unknown): z.output<S> {
  const parsed = schema.safeParse(params);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => `${issue.path.map(String).join('.') || 'params'}: ${issue.message}`);
  throw new ResponseError(errorCodes.invalidParams, `${method}: ${wrong.join('; ')}`);
}

/** A signal that is aborted when TOKEN is cancelled or SESSION is. */
function signalOf(token: CancellationToken, session: AbortSignal): AbortSignal {
  const controller = new AbortController();
  // A request that is cancelled before it is dispatched has a token that never fires.
  if (token.isCancellationRequested) controller.abort(new CancelledError());
  token.onCancellationRequested(() => controller.abort(new CancelledError()));
  return AbortSignal.any([controller.signal, session]);
}

export class Dispatcher {
  /** Requests that name one of these write nothing. */
  readonly dryRuns = new DryRuns();

  constructor(
    private readonly connection: MessageConnection,
    /** Refuses a method that may not be called now by throwing; called before every request. */
    private readonly admit: (method: string) => void,
    private readonly session: AbortSignal,
  ) {}

  request<P extends z.ZodType, R extends z.ZodType>(definition: RequestDefinition<P, R>, handler: Handler<P, R>): void {
    // vscode-jsonrpc spreads an array of positional parameters and passes the token first when there are none.
    this.connection.onRequest(definition.method, async (...args: unknown[]) => {
      const token = args.at(-1);
      const params: unknown = args.length > 1 ? args[0] : undefined;
      try {
        this.admit(definition.method);
        const parsed = parseParams(definition.method, definition.params, params ?? {});
        const signal = isToken(token) ? signalOf(token, this.session) : this.session;
        return await onBehalfOf(named(params, 'action'), () =>
          this.dryRuns.during(named(params, 'dryRun'), () => handler(parsed, { signal })),
        );
      } catch (error) {
        return error instanceof ResponseError ? error : rpcError(error);
      }
    });
  }

  notification<P extends z.ZodType>(
    definition: NotificationDefinition<P>,
    handler: (params: z.output<P>) => void,
  ): void {
    this.connection.onNotification(definition.method, (...args: unknown[]) => {
      handler(parseParams(definition.method, definition.params, args[0] ?? {}));
    });
  }
}

/**
 * What PARAMS name as KEY. Any request may name an `action`, which exchanges on its behalf carry, and a `dryRun`, in which
 * nothing is written.
 */
function named(params: unknown, key: 'action' | 'dryRun'): string | undefined {
  if (typeof params !== 'object' || params === null) return undefined;
  const name: unknown = Reflect.get(params, key);
  return typeof name === 'string' ? name : undefined;
}

function isToken(value: unknown): value is CancellationToken {
  return typeof value === 'object' && value !== null && 'isCancellationRequested' in value;
}
