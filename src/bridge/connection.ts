/** The bridge: one JSON-RPC connection over stdin and stdout, from the first byte to the end of the process. */

import {
  createMessageConnection,
  type Message,
  type MessageConnection,
  StreamMessageReader,
} from 'vscode-jsonrpc/node';
import { errorCodes } from '../protocol/error-codes.js';
import type { NotificationDefinition, ParamsOf } from '../protocol/index.js';
import * as lifecycle from '../protocol/lifecycle.js';
import { currentAction } from './action.js';
import { Dispatcher } from './dispatch.js';
import { registerFamilies } from './families.js';
import { registerDocuments } from './handlers/documents.js';
import { Lifecycle, registerLifecycle } from './handlers/lifecycle.js';
import { registerWorkspace } from './handlers/workspace.js';
import type { Mocks } from './mocks.js';
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
  let mocks: Mocks | undefined;
  const end = async (code: number) => {
    await Promise.all([session.close(), mocks?.close()]);
    await writer.flushed();
    process.exit(code);
  };
  const dispatcher = registerAll(connection, session, notify, (code) => void end(code));
  registerFamilies(dispatcher, session, notify, (started) => {
    mocks = started;
  });
  answerBrokenMessages(connection, writer, die);
  connection.onClose(() => void end(0));
  connection.listen();
}

/** Register what every session needs. */
function registerAll(
  connection: MessageConnection,
  session: Session,
  notify: Notify,
  exit: (code: number) => void,
): Dispatcher {
  const state = new Lifecycle();
  const dispatcher = new Dispatcher(connection, (method) => state.admit(method), session.signal);
  const documents = registerDocuments(dispatcher, session, notify);
  registerLifecycle(dispatcher, state, session, documents, exit);
  registerWorkspace(dispatcher, session);
  return dispatcher;
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
