/** `scim.yaml`: read, checked against its schema, every problem with its line. */

import { readFile } from 'node:fs/promises';
import type { Annotations } from '../config/env-file.js';
import { ConfigurationError } from '../scim/error.js';
import type { TenantEntry } from './schema.js';

export type { TenantEntry } from './schema.js';

export interface WorkspaceFile {
  readonly path: string;
  readonly defaultTenant: string | undefined;
  /** What is said about variables, by name. */
  readonly variables: ReadonlyMap<string, Annotations>;
  readonly tenants: ReadonlyMap<string, TenantEntry>;
  /** One-based line of a key, for messages; the nearest parent's when the key is absent. */
  lineOf(path: readonly string[]): number;
}

/**
 * The contents of the `scim.yaml` at PATH.
 *
 * @throws ConfigurationError `config.file` that lists every problem with its line
 */
export async function readWorkspaceFile(path: string): Promise<WorkspaceFile> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ConfigurationError('config.file', `${path} cannot be read`, { file: path, cause });
  });
  return workspaceFileOf(text, path);
}

/** TEXT as the content of a `scim.yaml` that messages call PATH; throws as `readWorkspaceFile` does. */
export async function workspaceFileOf(text: string, path: string): Promise<WorkspaceFile> {
  // The parser and the schema are loaded with the first file, which keeps the start of the bridge fast.
  const { parseWorkspaceFile } = await import('./parse.js');
  const { file, problems } = parseWorkspaceFile(text, path);
  if (file !== undefined) return file;
  const told = problems.map(({ range: { start }, message }) => {
    return `${path}:${start.line + 1}:${start.character + 1}: ${message}`;
  });
  throw new ConfigurationError('config.file', told.join('\n'), {
    file: path,
    position: problems[0]?.range.start,
    remedy: 'correct scim.yaml at these places',
  });
}
