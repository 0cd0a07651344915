import * as z from 'zod';
import { progressToken } from './common.js';
import { defineNotification, defineRequest } from './define.js';

/**
 * Version of the protocol. Client and bridge fit when the major numbers are equal and the bridge's minor number is not
 * smaller than the client's: a newer bridge may offer more, never less.
 */
export const protocolVersion = '1.2';

/** LSP 3.17 `initialize`, so that any LSP client may connect; `initializationOptions` is this protocol's part. */
export const initialize = defineRequest(
  'initialize',
  'Open the session; refused with `incompatibleVersion` when client and bridge do not fit.',
  z.looseObject({
    processId: z.int().nullish(),
    clientInfo: z.object({ name: z.string(), version: z.string().optional() }).optional(),
    /** The workspace: the directory with `scim.yaml`. */
    rootPath: z.string().nullish(),
    rootUri: z.string().nullish(),
    capabilities: z
      .looseObject({
        general: z.looseObject({ positionEncodings: z.array(z.string()).optional() }).nullish(),
      })
      .nullish(),
    initializationOptions: z
      .looseObject({
        protocolVersion: z.string().optional(),
        /** Send a `scim/exchange` notification for every HTTP exchange. */
        trace: z.boolean().optional(),
        /** A person is there: what a tenant wants to be confirmed fails with `tenant.confirm` unless it was. */
        asks: z.boolean().optional(),
        /** Whether client and bridge see the same files; if not, texts of any length are part of messages. */
        sharesFiles: z.boolean().optional(),
        /** Nobody is there: of the tenants with `confirm: always`, only these may be talked to. */
        confirmed: z.array(z.string()).optional(),
        /**
         * Tenants that mock servers of an earlier bridge stood in for, `*` for all: their requests fail until they are
         * attached or detached, because nobody has said that they may go to the real server.
         */
        standIns: z.array(z.object({ tenant: z.string(), mock: z.string() })).optional(),
      })
      .nullish(),
  }),
  z.object({
    capabilities: z.object({
      /** utf-32 for clients of this protocol and for those that offer it; else what LSP demands of everybody. */
      positionEncoding: z.enum(['utf-16', 'utf-32']),
      /** Whole texts are sent. */
      textDocumentSync: z.object({ openClose: z.literal(true), change: z.literal(1) }),
      completionProvider: z.object({ triggerCharacters: z.array(z.string()) }),
      hoverProvider: z.literal(true),
      definitionProvider: z.literal(true),
      documentSymbolProvider: z.literal(true),
      documentLinkProvider: z.object({}),
    }),
    serverInfo: z.object({ name: z.literal('scim-bridge'), version: z.string() }),
    protocolVersion: z.string(),
    nodeVersion: z.string(),
  }),
);

export const initialized = defineNotification('initialized', 'The client is ready.', 'client', z.looseObject({}));

export const shutdown = defineRequest(
  'shutdown',
  'Stop all work; only `exit` may follow.',
  z.looseObject({}).nullish(),
  z.null(),
);

export const exit = defineNotification(
  'exit',
  'End the process: exit code 0 after `shutdown`, 1 without it.',
  'client',
  z.looseObject({}).nullish(),
);

/** vscode-jsonrpc handles it; it stands here for the generated Elisp. @public */
export const cancelRequest = defineNotification(
  '$/cancelRequest',
  'Cancel the request with this id; it is then answered with `requestCancelled`.',
  'client',
  z.object({ id: z.union([z.string(), z.int()]) }),
);

export const progress = defineNotification(
  '$/progress',
  'How far the request that carried `workDoneToken` has come.',
  'bridge',
  z.object({
    token: progressToken,
    value: z.object({ kind: z.literal('report'), message: z.string(), percentage: z.number().optional() }),
  }),
);

export const logMessage = defineNotification(
  'window/logMessage',
  'A message for the person: 1 error, 2 warning, 3 information, 4 log.',
  'bridge',
  z.object({ type: z.int().min(1).max(4), message: z.string() }),
);
