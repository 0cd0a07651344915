/** Between vscode-jsonrpc and the handlers: parameters parsed, cancellation as an AbortSignal, errors as answers. */

import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc/node';
import { ResponseError } from 'vscode-jsonrpc/node';
import type * as z from 'zod';
import { errorCodes } from '../protocol/error-codes.js';
import type { NotificationDefinition, RequestDefinition } from '../protocol/index.js';
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

/** What answers one method. */
type Answerer = (params: unknown, token: CancellationToken) => Promise<unknown>;

/** Handlers that are registered when one of their methods is first called. */
interface Family {
  readonly prefixes: readonly string[];
  readonly register: () => Promise<void>;
  /** Set when that has begun. */
  registered?: Promise<void>;
}

export class Dispatcher {
  /** Requests that name one of these write nothing. */
  readonly dryRuns = new DryRuns();
  readonly #requests = new Map<string, Answerer>();
  readonly #notifications = new Map<string, (params: unknown) => void>();
  readonly #families: Family[] = [];

  constructor(
    connection: MessageConnection,
    /** Refuses a method that may not be called now by throwing; called before every request. */
    private readonly admit: (method: string) => void,
    private readonly session: AbortSignal,
  ) {
    connection.onRequest((method, params, token) => this.#answer(method, params, token));
    connection.onNotification((method, params) => {
      void this.#take(method, params);
    });
  }

  /**
   * REGISTER registers the handlers of the methods that begin with one of PREFIXES that end in a slash, or are one, when
   * the first of them is called: what a session does not use costs its start nothing.
   */
  family(prefixes: readonly string[], register: () => Promise<void>): void {
    this.#families.push({ prefixes, register });
  }

  request<P extends z.ZodType, R extends z.ZodType>(definition: RequestDefinition<P, R>, handler: Handler<P, R>): void {
    this.#requests.set(definition.method, async (params, token) => {
      const parsed = parseParams(definition.method, definition.params, params);
      const signal = signalOf(token, this.session);
      return onBehalfOf(named(params, 'action'), () =>
        this.dryRuns.during(named(params, 'dryRun'), () => handler(parsed, { signal })),
      );
    });
  }

  notification<P extends z.ZodType>(
    definition: NotificationDefinition<P>,
    handler: (params: z.output<P>) => void,
  ): void {
    this.#notifications.set(definition.method, (params) => {
      handler(parseParams(definition.method, definition.params, params));
    });
  }

  async #answer(method: string, params: object | undefined, token: CancellationToken): Promise<unknown> {
    try {
      if (!this.#requests.has(method) && this.#familyOf(method) === undefined) throw unknownMethod(method);
      this.admit(method);
      await this.#registered(method, this.#requests);
      const answerer = this.#requests.get(method);
      if (answerer === undefined) throw unknownMethod(method);
      return await answerer(params ?? {}, token);
    } catch (error) {
      return error instanceof ResponseError ? error : rpcError(error);
    }
  }

  /** A notification that nobody handles, or that is broken, is ignored: nobody can be told (JSON-RPC 2.0 §4.1). */
  async #take(method: string, params: object | undefined): Promise<void> {
    const registered = this.#registered(method, this.#notifications);
    if (registered !== undefined) await registered;
    try {
      this.#notifications.get(method)?.(params ?? {});
    } catch (error) {
      if (!(error instanceof ResponseError)) throw error;
    }
  }

  /** Resolves when METHOD is in HANDLERS, if it ever will be; undefined when there is nothing to wait for. */
  #registered(method: string, handlers: ReadonlyMap<string, unknown>): Promise<void> | undefined {
    const family = handlers.has(method) ? undefined : this.#familyOf(method);
    if (family === undefined) return undefined;
    family.registered ??= family.register();
    return family.registered;
  }

  #familyOf(method: string): Family | undefined {
    return this.#families.find(({ prefixes }) =>
      prefixes.some((prefix) => (prefix.endsWith('/') ? method.startsWith(prefix) : method === prefix)),
    );
  }
}

function unknownMethod(method: string): ResponseError<void> {
  return new ResponseError(errorCodes.methodNotFound, `Unhandled method ${method}`);
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
