/** What is wrong with what was typed at the prompt, and where. */

import { ScimError } from '../../scim/error.js';

/** From one offset (UTF-16) of a text to another. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The input cannot be carried out as it is written; `span` is what is wrong in it. */
export class ReplProblem extends ScimError {
  constructor(
    message: string,
    readonly span: Span,
    remedy?: string,
    cause?: unknown,
  ) {
    super('usage', message, { remedy, cause });
  }
}
