import * as z from 'zod';
import { position, textRef } from './common.js';
import { defineNotification, defineRequest } from './define.js';

/**
 * Document services of LSP 3.17 for the texts of this package: `scim-mock` is the language of mock files, `scim-yaml`
 * that of `scim.yaml`, `scim-env` that of variable sets, `scim-resource` that of resources (URIs `scim:/…`). `character` counts as `capabilities.positionEncoding` of `initialize` says.
 */

const range = z.object({ start: position, end: position });

const documentId = z.looseObject({ uri: z.string() });

const place = z.looseObject({ textDocument: documentId, position });

/** As LSP has it; `content`, which LSP has not, is for texts that are long for a pipe. */
const wholeText = { text: z.string().optional(), content: textRef.optional() };

const markdown = z.object({ kind: z.literal('markdown'), value: z.string() });

export const didOpen = defineNotification(
  'textDocument/didOpen',
  'A text is edited from now on; what is wrong with it is published.',
  'client',
  z.looseObject({
    textDocument: z.looseObject({
      uri: z.string(),
      languageId: z.string(),
      version: z.int(),
      ...wholeText,
      /** Whose payloads it holds; absent: those of the default tenant. */
      tenant: z.string().optional(),
    }),
  }),
);

export const didChange = defineNotification(
  'textDocument/didChange',
  'A text has changed; the last of the changes is the whole text.',
  'client',
  z.looseObject({
    textDocument: z.looseObject({ uri: z.string(), version: z.int() }),
    contentChanges: z.array(z.looseObject(wholeText)),
  }),
);

export const didClose = defineNotification(
  'textDocument/didClose',
  'A text is not edited any more; its diagnostics are withdrawn.',
  'client',
  z.looseObject({ textDocument: documentId }),
);

export const publishDiagnostics = defineNotification(
  'textDocument/publishDiagnostics',
  'What is wrong with a text; takes the place of what was said before.',
  'bridge',
  z.object({
    uri: z.string(),
    version: z.int().optional(),
    diagnostics: z.array(
      z.object({
        range,
        /** 1 error, 2 warning. */
        severity: z.union([z.literal(1), z.literal(2)]),
        source: z.literal('scim'),
        message: z.string(),
      }),
    ),
  }),
);

export const completion = defineRequest(
  'textDocument/completion',
  'What can stand at a place of a text.',
  place,
  z.object({
    isIncomplete: z.boolean(),
    items: z.array(
      z.object({
        label: z.string(),
        /** 10 a key, 12 a value. */
        kind: z.union([z.literal(10), z.literal(12)]),
        detail: z.string().optional(),
        documentation: markdown.optional(),
        /** In the order in which the items come. */
        sortText: z.string(),
        filterText: z.string(),
        /** 1 deprecated. */
        tags: z.array(z.literal(1)).optional(),
        textEdit: z.object({ range, newText: z.string() }),
        /** Other places of the text that change with it. */
        additionalTextEdits: z.array(z.object({ range, newText: z.string() })).optional(),
        /** `caret`: how many characters of `newText` are before the place where typing goes on. */
        data: z.object({ caret: z.int() }).optional(),
      }),
    ),
  }),
);

export const hover = defineRequest(
  'textDocument/hover',
  'What is known of the word at a place of a text; null when nothing is.',
  place,
  z.object({ contents: markdown, range }).nullable(),
);

export const definition = defineRequest(
  'textDocument/definition',
  'Where what stands at a place of a text is defined: in a file, or behind a `scim:` URI.',
  place,
  z.array(z.object({ uri: z.string(), range })),
);

interface SymbolView {
  name: string;
  detail?: string | undefined;
  /** LSP's number: 6 method, 7 property, 13 variable. */
  kind: 6 | 7 | 13;
  range: z.infer<typeof range>;
  selectionRange: z.infer<typeof range>;
  children?: SymbolView[] | undefined;
}

const symbol: z.ZodType<SymbolView> = z.lazy(() =>
  z.object({
    name: z.string(),
    detail: z.string().optional(),
    kind: z.union([z.literal(6), z.literal(7), z.literal(13)]),
    range,
    selectionRange: range,
    children: z.array(symbol).optional(),
  }),
);

export const documentSymbol = defineRequest(
  'textDocument/documentSymbol',
  'The parts of a text that have names.',
  z.looseObject({ textDocument: documentId }),
  z.array(symbol),
);

export const documentLink = defineRequest(
  'textDocument/documentLink',
  'The parts of a text that lead somewhere: to a file, or behind a `scim:` URI.',
  z.looseObject({ textDocument: documentId }),
  z.array(z.object({ range, target: z.string(), tooltip: z.string().optional() })),
);
