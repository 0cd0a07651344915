/** The bridge: one JSON-RPC connection over stdin and stdout, from the first byte to the end of the process. */

import {
  createMessageConnection,
  type Message,
  type MessageConnection,
  StreamMessageReader,
} from 'vscode-jsonrpc/node';
import { errorCodes, lifecycle, type NotificationDefinition, type ParamsOf } from '../protocol/index.js';
import { currentAction } from './action.js';
import { Dispatcher } from './dispatch.js';
import { registerActions } from './handlers/actions.js';
import { registerBrowse } from './handlers/browse.js';
import { registerDoctor } from './handlers/doctor.js';
import { registerDocuments } from './handlers/documents.js';
import { registerEdit } from './handlers/edit.js';
import { registerEnv } from './handlers/env.js';
import { registerFilters } from './handlers/filters.js';
import { registerInventory } from './handlers/inventory.js';
import { Lifecycle, registerLifecycle } from './handlers/lifecycle.js';
import { registerLookup } from './handlers/lookup.js';
import { registerMocks } from './handlers/mocks.js';
import { registerRepl } from './handlers/repl.js';
import { registerReports } from './handlers/reports.js';
import { registerRequests } from './handlers/requests.js';
import { registerResources } from './handlers/resources.js';
import { registerRotate } from './handlers/rotate.js';
import { registerSchemas } from './handlers/schemas.js';
import { registerScripts } from './handlers/scripts.js';
import { registerSecrets } from './handlers/secrets.js';
import { registerTenants } from './handlers/tenants.js';
import { registerTrace } from './handlers/trace.js';
import { registerWorkspace } from './handlers/workspace.js';
import { Mocks } from './mocks.js';
import { Reports } from './reports.js';
import { Session } from './session.js';
import { claimStdout, FramedWriter } from './stdio.js';
import { ExchangeTeller } from './trace-teller.js';
import { exchangeView } from './trace-views.js';

/** Sends the notification DEFINITION. */
export type Notify = <D extends NotificationDefinition>(definition: D, params: ParamsOf<D>) => void;

/** Serve until the client says `exit` or closes stdin; ends the process. */
export function serveStdio(): void {
  const die = (fault: string): never => {
    process.stderr.write(`scim-bridge: ${fault}\n`);
    process.exit(70);
  };
  const writer = new FramedWriter(claimStdout(die));
  const reader = new StreamMessageReader(process.stdin);
  const connection = createMessageConnection(reader, writer, quietLogger);
  const notify: Notify = (definition, params) => {
    // A client that is gone closes the connection; nothing is lost by not telling it.
    connection.sendNotification(definition.method, params).catch(() => {});
  };
  const teller = new ExchangeTeller(notify);
  const session = new Session(
    (exchange, settings) => teller.tell(exchangeView(exchange, settings, currentAction())),
    (message) => notify(lifecycle.logMessage, { type: 2, message }),
  );
  const mocks = new Mocks(session, notify);
  const end = async (code: number) => {
    await Promise.all([session.close(), mocks.close()]);
    await writer.flushed();
    process.exit(code);
  };
  registerAll(connection, session, mocks, notify, (code) => void end(code));
  answerBrokenMessages(connection, writer, die);
  connection.onClose(() => void end(0));
  connection.listen();
}

function registerAll(
  connection: MessageConnection,
  session: Session,
  mocks: Mocks,
  notify: Notify,
  exit: (code: number) => void,
) {
  const state = new Lifecycle();
  const dispatcher = new Dispatcher(connection, (method) => state.admit(method), session.signal);
  const reports = new Reports(notify);
  const documents = registerDocuments(dispatcher, session, notify);
  registerLifecycle(dispatcher, state, session, documents, exit);
  registerWorkspace(dispatcher, session);
  registerRequests(dispatcher, session, reports, notify);
  registerResources(dispatcher, session, notify);
  registerReports(dispatcher, reports);
  registerTrace(dispatcher, session, notify);
  registerSecrets(dispatcher, session);
  registerEnv(dispatcher, session, notify);
  registerTenants(dispatcher, session);
  registerDoctor(dispatcher, session, notify);
  registerRotate(dispatcher, session);
  registerInventory(dispatcher, session);
  registerMocks(dispatcher, session, mocks);
  registerFilters(dispatcher, session, notify);
  registerLookup(dispatcher, session, notify);
  registerSchemas(dispatcher, session, notify);
  registerRepl(dispatcher, session, notify);
  registerActions(dispatcher, session, notify);
  registerBrowse(dispatcher, session, notify);
  registerEdit(dispatcher, session, notify);
  registerScripts(dispatcher, session);
}

/** vscode-jsonrpc's own messages would only repeat what the answers say. */
const quietLogger = { error() {}, warn() {}, info() {}, log() {} };

/**
 * A body that is not JSON gets the answer that JSON-RPC demands; a broken frame ends the process, because nobody can
 * say where the next message begins: Emacs sees the end and starts a new bridge.
 */
function answerBrokenMessages(
  connection: MessageConnection,
  writer: FramedWriter,
  die: (fault: string) => never,
): void {
  connection.onError(([error]) => {
    if (!(error instanceof SyntaxError)) die(`broken frame on standard input: ${error.message}`);
    const answer: Message & { id: null; error: { code: number; message: string } } = {
      jsonrpc: '2.0',
      id: null,
      error: { code: errorCodes.parseError, message: 'The message is not JSON' },
    };
    writer.write(answer).catch(() => {});
  });
}
