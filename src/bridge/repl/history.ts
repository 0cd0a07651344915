/** Which inputs may be kept in a file. */

import { commandNamed, shortcutNamed } from '../../document/repl/commands.js';
import { isRawRequest } from '../../document/repl/parse.js';
import { createRedactor, type Redactor } from '../../redact/redact.js';
import { maskAssignments } from '../../redact/redact-text.js';

/** Longest input that is kept, in characters. */
const maxKept = 20_000;

/**
 * TEXT if it can be kept: a command, and no secret in it that REDACTOR knows, that has the shape of one, or that stands at
 * an attribute, header or variable called like one. Else null, for text with a hole would do something else when it is
 * sent again. What is no command (TYPES are names of resource types) may be anything, also a password that was pasted.
 */
export function keptInput(text: string, redactor: Redactor | undefined, types: readonly string[]): string | null {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > maxKept || !isCommand(trimmed, types)) return null;
  return holdsSecret(trimmed, redactor) ? null : trimmed;
}

/** Is a secret in TEXT: one that REDACTOR knows, one that has the shape of one, or one that stands where one belongs? */
export function holdsSecret(text: string, redactor: Redactor | undefined): boolean {
  const known = redactor ?? createRedactor([]);
  if (known.text(text) !== text || maskAssignments(text, '***') !== text) return true;
  const json = text.slice(Math.max(0, text.search(/[{[]/)));
  return known.json(json) !== json;
}

function isCommand(text: string, types: readonly string[]): boolean {
  const [word = ''] = /^[^\s]+/.exec(text) ?? [];
  if (text.startsWith(',')) return shortcutNamed(word.slice(1)) !== undefined;
  if (text.startsWith('*') || isRawRequest(text) || commandNamed(word) !== undefined) return true;
  return types.some((type) => type.toLowerCase() === word.replace(/^\/+/, '').toLowerCase());
}
