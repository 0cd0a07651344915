/** A text as the options of a mock server, or as an error that says where it is wrong. */

import { loadMockFile, requireMockOptions } from './file/index.js';
import type { MockOptions } from './options.js';
import type { MockSource } from './worker-messages.js';

/** What a text comes to. */
export interface LoadedSource {
  readonly options: MockOptions;
  /** With their places. */
  readonly warnings: readonly string[];
}

/**
 * SOURCE as options.
 * @throws ConfigurationError with the place of the first error
 */
export function loadSource({ path, text, kind }: MockSource): LoadedSource {
  const context = { path, env: process.env, ...(kind === undefined ? {} : { kind }) };
  const { options, problems } = loadMockFile(text, context);
  if (options === undefined) return { options: requireMockOptions(text, context), warnings: [] };
  return {
    options,
    warnings: problems.map(({ range, message }) => `line ${range.start.line + 1}: ${message}`),
  };
}
