/** A place in a text, shown by a vertical bar, and what the payload service says about it. */

import type { Completion } from '../../src/config/complete.js';
import { TextLines } from '../../src/config/text.js';
import type { PayloadContext, PayloadKind } from '../../src/document/payload/index.js';
import { completePayload, diagnosePayload } from '../../src/document/payload/index.js';
import { SchemaRegistry } from '../../src/scim/schema/resource-type.js';

const registry = SchemaRegistry.rfc;

/** Barbara is the only one who can be looked up. */
const barbara = { type: 'User', id: '2819c223', name: 'Barbara Jensen', detail: 'bjensen' };

export function context(kind: PayloadKind, type?: string, more: Partial<PayloadContext> = {}): PayloadContext {
  return {
    kind,
    type: type === undefined ? undefined : registry.find(type),
    registry,
    tenant: 'acme',
    lookUp: async (types, text) =>
      types.includes('User') && barbara.name.toLowerCase().startsWith(text.toLowerCase()) ? [barbara] : [],
    ...more,
  };
}

export const user = context('resource', 'User');
export const group = context('resource', 'Group');
export const patch = context('patch', 'User');

export function marked(text: string) {
  const offset = text.indexOf('|');
  const plain = text.slice(0, offset) + text.slice(offset + 1);
  return { text: plain, offset, position: new TextLines(plain).position(offset) };
}

/** What can stand at the bar in TEXT. */
export async function offers(text: string, about: PayloadContext): Promise<Completion[]> {
  const { text: plain, position } = marked(text);
  return completePayload(plain, position, about);
}

export async function labels(text: string, about: PayloadContext): Promise<string[]> {
  return (await offers(text, about)).map(({ label }) => label);
}

/** TEXT when OFFER has been chosen, with a bar where typing goes on. */
export function applied(text: string, offer: Completion): string {
  const lines = new TextLines(text);
  const caret = offer.caret ?? offer.insert.length;
  const own = { range: offer.range, insert: `${offer.insert.slice(0, caret)}|${offer.insert.slice(caret)}` };
  const edits = [own, ...(offer.also ?? [])]
    .map(({ range, insert }) => ({ start: lines.offset(range.start), end: lines.offset(range.end), insert }))
    .sort((a, b) => b.start - a.start);
  return edits.reduce((result, { start, end, insert }) => result.slice(0, start) + insert + result.slice(end), text);
}

/** TEXT after the offer LABEL was chosen at its bar. */
export async function chosen(text: string, label: string, about: PayloadContext): Promise<string> {
  const found = (await offers(text, about)).find((offer) => offer.label === label);
  if (found === undefined) throw new Error(`${label} is not offered at ${text}`);
  return applied(marked(text).text, found);
}

/** The problems of TEXT as `severity "what is marked": message`. */
export function problems(text: string, about: PayloadContext): string[] {
  const lines = new TextLines(text);
  return diagnosePayload(text, about).map(({ range, message, severity }) => {
    return `${severity} ${text.slice(lines.offset(range.start), lines.offset(range.end))}: ${message}`;
  });
}
