/** `initialize`, `shutdown` and `exit`. */

import { fileURLToPath } from 'node:url';
import { ResponseError } from 'vscode-jsonrpc/node';
import { errorCodes } from '../../protocol/error-codes.js';
import * as lifecycle from '../../protocol/lifecycle.js';
import { protocolVersion } from '../../protocol/lifecycle.js';
import { version } from '../../scim/version.js';
import type { Dispatcher } from '../dispatch.js';
import type { Documents } from '../documents.js';
import type { Session } from '../session.js';

/** Where a session stands: only `initialize` may come first, only `exit` may come last. */
export class Lifecycle {
  private state: 'new' | 'open' | 'shut' = 'new';

  /** Throws unless METHOD may be called now. */
  admit(method: string): void {
    if (method === lifecycle.initialize.method) {
      if (this.state !== 'new') throw new ResponseError(errorCodes.invalidRequest, 'initialize was called already');
    } else if (this.state === 'new') {
      throw new ResponseError(errorCodes.serverNotInitialized, `${method} before initialize`);
    } else if (this.state === 'shut') {
      throw new ResponseError(errorCodes.invalidRequest, `${method} after shutdown`);
    }
  }

  open(): void {
    this.state = 'open';
  }

  shut(): void {
    this.state = 'shut';
  }

  /** Exit code that `exit` ends the process with. */
  get exitCode(): number {
    return this.state === 'shut' ? 0 : 1;
  }
}

/** Why a client that speaks protocol CLIENT does not fit, or undefined when it does. */
function misfit(client: string): string | undefined {
  const [clientMajor, clientMinor] = client.split('.').map(Number);
  const [major, minor] = protocolVersion.split('.').map(Number);
  if (clientMajor === major && (clientMinor ?? 0) <= (minor ?? 0)) return undefined;
  const older = (clientMajor ?? 0) < (major ?? 0) ? 'the Emacs package scim' : 'the bridge';
  return `The client speaks version ${client} of the protocol, this bridge (scim ${version}) speaks ${protocolVersion}: update ${older}, then restart it`;
}

/**
 * Register the handlers.
 *
 * @param exit ends the process
 */
export function registerLifecycle(
  dispatcher: Dispatcher,
  state: Lifecycle,
  session: Session,
  documents: Documents,
  exit: (code: number) => void,
): void {
  dispatcher.request(lifecycle.initialize, ({ initializationOptions, rootPath, rootUri, capabilities }) => {
    const client = initializationOptions?.protocolVersion;
    const problem = client === undefined ? undefined : misfit(client);
    if (problem !== undefined) {
      const data = { client, bridge: protocolVersion, version };
      throw new ResponseError(errorCodes.incompatibleVersion, problem, data);
    }
    const root = rootPath ?? (rootUri?.startsWith('file:') ? fileURLToPath(rootUri) : undefined);
    const { trace = false, asks = false, sharesFiles = true, confirmed } = initializationOptions ?? {};
    session.open(root ?? process.cwd(), trace, asks, confirmed);
    if (!sharesFiles) session.texts.keepApart();
    for (const { tenant, mock } of initializationOptions?.standIns ?? []) session.attached.holdBack(tenant, mock);
    const offered = capabilities?.general?.positionEncodings ?? [];
    documents.encoding = client !== undefined || offered.includes('utf-32') ? 'utf-32' : 'utf-16';
    state.open();
    return {
      capabilities: {
        positionEncoding: documents.encoding,
        textDocumentSync: { openClose: true as const, change: 1 as const },
        completionProvider: { triggerCharacters: [':', '/', '.', '"', '['] },
        hoverProvider: true as const,
        definitionProvider: true as const,
        documentSymbolProvider: true as const,
        documentLinkProvider: {},
      },
      serverInfo: { name: 'scim-bridge' as const, version },
      protocolVersion,
      nodeVersion: process.versions.node,
    };
  });
  dispatcher.notification(lifecycle.initialized, () => {});
  dispatcher.request(lifecycle.shutdown, async () => {
    state.shut();
    await session.close();
    return null;
  });
  dispatcher.notification(lifecycle.exit, () => exit(state.exitCode));
}
