import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { protocolVersion } from '../../src/protocol/index.js';

export interface Bridge {
  readonly process: ChildProcessWithoutNullStreams;
  readonly connection: MessageConnection;
  /** Everything on standard error so far. */
  readonly stderr: () => string;
  /** Notifications of METHOD so far. */
  readonly received: (method: string) => unknown[];
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
  stop(): Promise<number | null>;
}

export interface BridgeOptions {
  environment?: Record<string, string>;
  /** Workspace. */
  root?: string;
  trace?: boolean;
  /** Do not send `initialize`. */
  raw?: boolean;
}

/** Start the real bridge, the built file, and open a session. */
export async function startBridge(options: BridgeOptions = {}): Promise<Bridge> {
  const child = spawn(process.execPath, ['dist/scim-bridge.cjs', '--stdio'], {
    env: { PATH: process.env.PATH, ...options.environment },
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const ended = once(child, 'exit').then(([code]: (number | null)[]) => code ?? null);
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const notifications: { method: string; params: unknown }[] = [];
  connection.onNotification((method, params) => {
    notifications.push({ method, params });
  });
  connection.onUnhandledProgress((params) => {
    notifications.push({ method: '$/progress', params });
  });
  connection.listen();
  const bridge: Bridge = {
    process: child,
    connection,
    stderr: () => errors,
    received: (method) => notifications.filter((one) => one.method === method).map((one) => one.params),
    ended,
    async stop() {
      if (child.exitCode === null) {
        await connection.sendRequest('shutdown', {});
        await connection.sendNotification('exit', {});
      }
      return ended;
    },
  };
  if (!options.raw) {
    await connection.sendRequest('initialize', {
      processId: process.pid,
      clientInfo: { name: 'test' },
      rootPath: options.root ?? '/nonexistent',
      initializationOptions: { protocolVersion, trace: options.trace ?? false },
    });
  }
  return bridge;
}
