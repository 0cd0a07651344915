/** The text of a request file: what the client sent, or what is on the disk. */

import { readFile } from 'node:fs/promises';
import type { TextRef } from '../protocol/index.js';
import { UsageError } from '../scim/error.js';
import type { Session } from './session.js';

/** A request file as the protocol names it. */
export interface Source {
  readonly path: string;
  readonly content?: TextRef | undefined;
}

/** The text of SOURCE. Throws `UsageError` when it cannot be read. */
export async function textOf(source: Source, session: Session): Promise<string> {
  if (source.content !== undefined) return session.texts.receive(source.content);
  return readFile(source.path, 'utf8').catch((error: unknown) => {
    throw new UsageError(`The request file ${source.path} cannot be read`, { file: source.path, cause: error });
  });
}
