/** A text as the options of a mock server, or as an error that says where it is wrong. */

import { loadMockFile, optionsIn } from './file/index.js';
import type { MockOptions } from './options.js';
import type { MockSource } from './worker-messages.js';

/** What a text comes to. */
export interface LoadedSource {
  readonly options: MockOptions;
  /** With their places. */
  readonly warnings: readonly string[];
  /** The text itself when it is a mock file, so that saving keeps it. */
  readonly text: string | undefined;
}

/**
 * SOURCE as options.
 * @throws ConfigurationError with the place of the first error
 */
export function loadSource({ path, text, kind }: MockSource): LoadedSource {
  const context = { path, env: process.env, ...(kind === undefined ? {} : { kind }) };
  const loaded = loadMockFile(text, context);
  return {
    options: optionsIn(loaded, path),
    text: loaded.kind === 'mock' ? text : undefined,
    warnings: loaded.problems.map(({ range, message }) => `line ${range.start.line + 1}: ${message}`),
  };
}
