/** `textDocument/…`: the document services of LSP. */

import type { Completion } from '../../config/complete.js';
import type { PositionEncoding, Problem } from '../../config/text.js';
import * as protocol from '../../protocol/documents.js';
import type { ParamsOf, ResultOf, TextRef } from '../../protocol/index.js';
import type { Notify } from '../connection.js';
import type { Dispatcher } from '../dispatch.js';
import {
  type DocumentSymbol,
  Documents,
  type LanguageService,
  type LanguageServices,
  type OpenDocument,
  pathOf,
} from '../documents.js';
import type { Session } from '../session.js';

/** Register the handlers; the texts are forgotten when SESSION ends. */
export function registerDocuments(dispatcher: Dispatcher, session: Session, notify: Notify): Documents {
  const services = servicesOf(
    session,
    (path) => documents.textOf(({ uri }) => uri.startsWith('file:') && pathOf(uri, session.directory) === path),
    (uri) => documents.again(uri),
  );
  const publish = (uri: string, version: number | undefined, problems: readonly Problem[]): void => {
    const diagnostics = problems.map(diagnostic);
    notify(protocol.publishDiagnostics, { uri, ...(version !== undefined && { version }), diagnostics });
  };
  const documents: Documents = new Documents(services, publish, ['scim-yaml', 'scim-env']);
  session.signal.addEventListener('abort', () => documents.dispose());
  const whole = ({ text = '', content }: { text?: string | undefined; content?: TextRef | undefined }): string =>
    content === undefined ? text : session.texts.receiveNow(content);
  dispatcher.notification(protocol.didOpen, ({ textDocument }) => {
    documents.open({ ...textDocument, text: whole(textDocument) });
  });
  dispatcher.notification(protocol.didChange, ({ textDocument: { uri, version }, contentChanges }) => {
    const last = contentChanges.at(-1);
    if (last !== undefined) documents.change(uri, version, whole(last));
  });
  dispatcher.notification(protocol.didClose, ({ textDocument }) => documents.close(textDocument.uri));
  dispatcher.request(protocol.completion, async ({ textDocument, position }) => {
    const found = await documents.complete(textDocument.uri, position);
    return { isIncomplete: found.some(({ isSearched }) => isSearched), items: found.map(completionItem) };
  });
  dispatcher.request(protocol.hover, async ({ textDocument, position }) => {
    const found = await documents.hover(textDocument.uri, position);
    return found === undefined ? null : { contents: markdown(found.text), range: found.range };
  });
  dispatcher.request(protocol.definition, async ({ textDocument, position }) => [
    ...(await documents.define(textDocument.uri, position)),
  ]);
  dispatcher.request(protocol.documentSymbol, async ({ textDocument }) =>
    (await documents.symbols(textDocument.uri)).map(symbolView),
  );
  dispatcher.request(protocol.documentLink, async ({ textDocument }) => [...(await documents.links(textDocument.uri))]);
  return documents;
}

function symbolView({ children, range, ...symbol }: DocumentSymbol): ResultOf<typeof protocol.documentSymbol>[number] {
  return { ...symbol, range, selectionRange: range, children: children?.map(symbolView) };
}

/** What each language is served by; UNSAVED gives the text of a file that is edited, AGAIN has a text looked at once more. */
function servicesOf(
  session: Session,
  unsaved: (path: string) => string | undefined,
  again: (uri: string) => void,
): LanguageServices {
  const editedFile = ({ uri, text }: OpenDocument, encoding: PositionEncoding) => ({
    text,
    path: pathOf(uri, session.directory),
    encoding,
    environment: process.env,
    now: new Date(),
    unsaved,
  });
  let payloads: LanguageService | undefined;
  return {
    'scim-resource': async (): Promise<LanguageService> => {
      const { PayloadService } = await import('../payload-service.js');
      payloads ??= new PayloadService(session, again);
      return payloads;
    },
    scim: async (): Promise<LanguageService> => (await import('../request-service.js')).requestService(session),
    'scim-yaml': async (): Promise<LanguageService> => {
      const editor = await import('../../workspace/editor/yaml.js');
      return {
        diagnose: (document, encoding) => editor.diagnoseWorkspaceFile(editedFile(document, encoding)),
        complete: (document, position, encoding) =>
          editor.completeWorkspaceFile(editedFile(document, encoding), position),
        hover: (document, position, encoding) => editor.hoverWorkspaceFile(editedFile(document, encoding), position),
      };
    },
    'scim-env': async (): Promise<LanguageService> => {
      const editor = await import('../../workspace/editor/env.js');
      return {
        diagnose: (document, encoding) => editor.diagnoseVariableSet(editedFile(document, encoding)),
        complete: (document, position, encoding) =>
          editor.completeVariableSet(editedFile(document, encoding), position),
        hover: (document, position, encoding) => editor.hoverVariableSet(editedFile(document, encoding), position),
      };
    },
    'scim-mock': async (): Promise<LanguageService> => {
      const { completeMockFile, diagnoseMockFile, hoverMockFile } = await import('../../mock/file/index.js');
      const edited = ({ uri, text }: OpenDocument) => ({
        text,
        path: pathOf(uri, session.directory),
        env: process.env,
      });
      return {
        diagnose: (document, encoding) => diagnoseMockFile({ ...edited(document), encoding }),
        complete: (document, position, encoding) => completeMockFile({ ...edited(document), encoding }, position),
        hover: (document, position, encoding) => hoverMockFile({ ...edited(document), encoding }, position),
      };
    },
  };
}

type Diagnostic = ParamsOf<typeof protocol.publishDiagnostics>['diagnostics'][number];

function diagnostic({ range, message, severity }: Problem): Diagnostic {
  return { range, message, severity: severity === 'error' ? 1 : 2, source: 'scim' };
}

type CompletionItem = ResultOf<typeof protocol.completion>['items'][number];

function completionItem(
  { label, kind, range, insert, description, detail, filter, also, caret, isDeprecated }: Completion,
  index: number,
): CompletionItem {
  return {
    label,
    kind: kind === 'key' ? 10 : 12,
    ...(detail !== undefined && { detail }),
    ...(description !== undefined && { documentation: markdown(description) }),
    sortText: String(index).padStart(4, '0'),
    filterText: filter ?? label,
    ...(isDeprecated && { tags: [1] }),
    textEdit: { range, newText: insert },
    ...(also !== undefined && {
      additionalTextEdits: also.map((edit) => ({ range: edit.range, newText: edit.insert })),
    }),
    ...(caret !== undefined && { data: { caret: Array.from(insert.slice(0, caret)).length } }),
  };
}

function markdown(value: string) {
  return { kind: 'markdown' as const, value };
}
