/** What the service has for resources that are being edited: what is read-only in a text is measured by it. */

import type { Session } from './session.js';

/** So many are remembered, the latest. */
const maxBases = 50;

const bases = new WeakMap<Session, Map<string, string>>();

/** TEXT is what the service has for the resource that is edited in SESSION under URI, until another is said. */
export function rememberBase(session: Session, uri: string, text: string): void {
  const known = bases.get(session) ?? new Map<string, string>();
  bases.set(session, known);
  known.delete(uri);
  known.set(uri, text);
  const [oldest] = known.keys();
  if (known.size > maxBases && oldest !== undefined) known.delete(oldest);
}

/** What the service has for the resource that is edited under URI, as it was last said. */
export function baseOf(session: Session, uri: string): string | undefined {
  return bases.get(session)?.get(uri);
}
