import { inlineTextLimit } from './common.js';
import type { NotificationDefinition, RequestDefinition } from './define.js';
import { errorCodes, exitCodes } from './error-codes.js';
import { protocolVersion } from './lifecycle.js';

type Definition = RequestDefinition | NotificationDefinition;

/** Is VALUE, an export of a protocol module, a definition? */
function isDefinition(value: unknown): value is Definition {
  return typeof value === 'object' && value !== null && 'kind' in value && 'method' in value;
}

/** `refusedByGate` as `refused-by-gate`. */
function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The Lisp name of METHOD: `scim/request/run` is `scim-protocol-request-run`, `$/progress` is `scim-protocol-progress`. */
function lispName(method: string): string {
  const parts = method.replace(/^(scim|\$|window)\//, '').split('/');
  return `scim-protocol-${parts.map(kebab).join('-')}`;
}

/** TEXT broken into lines of at most 76 characters; the byte compiler warns about wider docstrings than 80. */
function fill(text: string): string {
  return text.replace(/(?![^\n]{1,76}$)([^\n]{1,76})\s/g, '$1\n');
}

/** DOC as the inside of a Lisp docstring: `name` quoted the Lisp way, two spaces between sentences. */
function docstring(doc: string): string {
  const quoted = doc.replace(/`([^`]+)`/g, "`$1'").replace(/["\\]/g, '\\$&');
  return quoted
    .split('\n')
    .map(fill)
    .join('\n')
    .replace(/\. (?=[A-Z`])/g, '.  ');
}

function constant(name: string, value: string | number, doc: string): string {
  return `(defconst ${name} ${JSON.stringify(value)}\n  "${docstring(doc)}")\n`;
}

/**
 * The text of `scim-protocol.el`: one constant per method, error code and exit code of the protocol.
 *
 * @param modules the modules of `src/protocol` that export definitions
 */
export function renderElisp(modules: readonly object[]): string {
  // Loaders order the exports of a module each in its own way.
  const byMethod = (a: Definition, b: Definition) => (a.method < b.method ? -1 : 1);
  const definitions = modules.flatMap((module) => Object.values(module).filter(isDefinition).sort(byMethod));
  const methods = definitions.map((definition) => {
    const sender = definition.kind === 'request' ? 'Request' : `Notification from the ${definition.from}`;
    return constant(lispName(definition.method), definition.method, `${sender}.\n${definition.doc}`);
  });
  const errors = Object.entries(errorCodes).map(([name, code]) =>
    constant(`scim-protocol-error-${kebab(name)}`, code, `JSON-RPC error code: ${kebab(name).replaceAll('-', ' ')}.`),
  );
  const exits = Object.entries(exitCodes).map(([name, code]) =>
    constant(
      `scim-protocol-exit-${kebab(name)}`,
      code,
      `Exit code of batch mode: ${kebab(name).replaceAll('-', ' ')}.`,
    ),
  );
  return `;;; scim-protocol.el --- Names of the bridge's RPC methods -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Generated from src/protocol by "npm run generate".  Do not edit.

;;; Code:

${constant('scim-protocol-version', protocolVersion, 'Version of the protocol that this Emacs Lisp speaks.')}
${constant(
  'scim-protocol-inline-text-limit',
  inlineTextLimit,
  'Longest text, in characters, that crosses the wire inside a message.\nA longer one goes by a file.',
)}
${[...methods, ...errors, ...exits].join('\n')}
(provide 'scim-protocol)
;;; scim-protocol.el ends here
`;
}
