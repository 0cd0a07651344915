/** Files of a workspace beside `scim.yaml` that name variables: mock files and mapping files. */

import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import type { Annotations } from '../config/env-file.js';
import { plainContext, resolveReference } from '../config/reference.js';
import { type Path, YamlText } from '../config/yaml-text.js';
import type { Role } from './inventory-keys.js';
import type { InventoryRows } from './inventory-rows.js';
import { shownReference, sourceOf, variableOf } from './inventory-source.js';
import { variableLook } from './inventory-tenant.js';

/** Directories that are entered at most: a workspace may lie in the home directory. */
const maxDirectories = 1000;

/**
 * The files of the workspace ROOT, relative to it and in order. Hidden directories and `node_modules` are left out;
 * without a `scim.yaml`, a directory is not known to be a workspace, and only its own files are looked at.
 */
export function workspaceFiles(root: string, isWorkspace: boolean): string[] {
  const files: string[] = [];
  const directories = [root];
  for (let entered = 0; entered < maxDirectories; entered++) {
    const directory = directories.shift();
    if (directory === undefined) break;
    for (const entry of entriesOf(directory)) {
      const path = join(directory, entry.name);
      if (entry.isFile()) files.push(relative(root, path));
      else if (isWorkspace && entry.isDirectory() && !/^\.|^node_modules$/.test(entry.name)) directories.push(path);
    }
  }
  return files.sort();
}

function entriesOf(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** A text that is a reference, and where it stands. */
interface Written {
  readonly reference: string;
  readonly path: Path;
}

/** What the files of a workspace are looked at with. */
interface Surroundings {
  readonly root: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly declared: ReadonlyMap<string, Annotations>;
}

/** Adds to ROWS what FILE, a mock or a mapping file, refers to; returns why it cannot be read, if so. */
export function lookAtFile(file: string, surroundings: Surroundings, rows: InventoryRows): string | undefined {
  const parts = file.endsWith('.scim-mock') ? ['auth', 'listen'] : undefined;
  let source: YamlText;
  try {
    source = new YamlText(readFileSync(join(surroundings.root, file), 'utf8'));
  } catch {
    return 'cannot be read';
  }
  if (source.problems.length > 0) return source.problems[0]?.message;
  for (const { reference, path } of referencesIn(source.value, [])) {
    if (parts !== undefined && !parts.includes(String(path[0]))) continue;
    const line = source.valueRange(path).start.line + 1;
    lookAtReference(reference, { file, line, what: notation(path) }, surroundings, rows);
  }
  return undefined;
}

/** Is FILE one whose references count? */
export function namesVariables(file: string): boolean {
  return file.endsWith('.scim-mock') || /(^|\/)mapping\.ya?ml$|\.mapping\.ya?ml$/.test(file);
}

function lookAtReference(
  reference: string,
  use: { readonly file: string; readonly line: number; readonly what: string },
  { root, environment, declared }: Surroundings,
  rows: InventoryRows,
): void {
  // A mock file has no variable sets, and its paths are relative to itself.
  const context = plainContext(dirname(join(root, use.file)), environment);
  const role = roleOf(use.what);
  const owner = basename(use.file).replace(/\.[^.]*$/, '');
  const name = variableOf(reference);
  if (name !== undefined) {
    rows.add({ ...variableLook(name, context, undefined, declared, role), owner, role, use });
    return;
  }
  rows.add({
    name: shownReference(reference),
    kind: 'reference',
    owner,
    role,
    annotations: {},
    resolved: resolveReference(reference, context),
    source: sourceOf(reference, context, `${use.file}:${use.line}`),
    use,
  });
}

/** What the key at PATH of a mock file is for: as `scim.yaml` would have it. */
function roleOf(path: string): Role {
  const anything = (): undefined => undefined;
  const secret = (purpose: string, suffix: string): Role => ({
    purpose: `${purpose} of a mock server`,
    format: suffix === 'TOKEN' ? 'token' : 'text',
    secret: true,
    suffix,
    check: anything,
  });
  if (path.startsWith('auth.tokens')) return secret('token', 'TOKEN');
  if (path.startsWith('auth.keys')) return secret('API key', 'API_KEY');
  if (path.endsWith('.password')) return secret('password', 'PASSWORD');
  if (path.endsWith('.secret')) return secret('OAuth client secret', 'CLIENT_SECRET');
  if (path.endsWith('tls.key')) return secret('key of the certificate', 'SERVER_KEY');
  const suffix = path
    .replace(/\[\d+\]/g, '')
    .replace(/[^A-Za-z]+/g, '_')
    .toUpperCase();
  return { purpose: path, format: 'text', secret: false, suffix, check: anything };
}

function referencesIn(value: unknown, path: Path): Written[] {
  if (typeof value === 'string') return /^(env|file):./.test(value) ? [{ reference: value, path }] : [];
  if (Array.isArray(value)) return value.flatMap((part, index) => referencesIn(part, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => referencesIn(part, [...path, key]));
}

/** `auth.tokens[0].value`. */
function notation(path: Path): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .slice(1);
}
