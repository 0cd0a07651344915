/** Raw requests: what was typed as the text of a request file with one request. */

import type { RequestFile } from '../model.js';
import { parseRequestFile } from '../parse.js';
import { closingBraces } from '../template.js';
import type { Span } from './problem.js';
import { looksLikeReference } from './reference.js';

/** A raw request, and the references to results in it, by the name of the variable that stands for each. */
export interface RawRequest {
  readonly file: RequestFile;
  readonly references: ReadonlyMap<string, Span & { readonly text: string }>;
}

/** What the input is called where a file has a name. */
const inputName = 'the input';

/**
 * TEXT as a request. A reference `{{*1.id}}` becomes a variable whose name is as long, so that every place stays where it
 * is.
 */
export function rawRequest(text: string): RawRequest {
  const references = new Map<string, Span & { text: string }>();
  let rest = text;
  for (let open = text.indexOf('{{'); open >= 0; open = text.indexOf('{{', open + 2)) {
    const close = closingBraces(text, open + 2);
    if (close < 0) continue;
    const inside = text.slice(open + 2, close);
    if (!looksLikeReference(inside.trim())) continue;
    const name = nameFor(inside.length, references, text);
    references.set(name, { text: inside.trim(), start: open, end: close + 2 });
    rest = `${rest.slice(0, open + 2)}${name}${rest.slice(close)}`;
  }
  return { file: parseRequestFile(rest, inputName), references };
}

/** A name of LENGTH characters that is no other's. */
function nameFor(length: number, taken: ReadonlyMap<string, unknown>, text: string): string {
  for (let number = 0; ; number += 1) {
    const digits = number.toString(36);
    const name = digits.length >= length ? digits : `R${digits.padStart(length - 1, '0')}`;
    if (!taken.has(name) && !text.includes(`{{${name}}}`)) return name;
  }
}
