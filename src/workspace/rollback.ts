/** `scim.yaml` and the sets of a revision, restored in the work tree: planned first, shown, then carried out. */

import { lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { ConfigurationError, UsageError } from '../scim/error.js';
import { workspaceFileOf } from './file.js';
import { fileDigest } from './fingerprint.js';
import type { Git, Revision } from './git.js';
import { isSetFile, namedSets, workspaceOf } from './side.js';
import { replaceFile, statePath } from './state.js';
import type { Workspace } from './workspace.js';

/** What becomes of one file. */
interface PlannedFile {
  /** Relative to the workspace. */
  readonly file: string;
  readonly action: 'restore' | 'create' | 'same' | 'absent';
  /** Whether it has changes that no commit has. */
  readonly uncommitted: boolean;
}

/** What would be done. Holds the texts of files, in which secrets may stand: never printed. */
export interface RollbackPlan {
  readonly root: string;
  readonly revision: Revision;
  readonly files: readonly PlannedFile[];
  /** Stands for all of it: what is there, and what would be. */
  readonly digest: string;
  /** The workspace as it would be. */
  readonly after: Workspace;
  /** What would be written, by file. */
  readonly texts: ReadonlyMap<string, string>;
  /** What is there, by file. */
  readonly now: ReadonlyMap<string, string>;
}

/**
 * What restoring FILES (absent: `scim.yaml` and the sets that it names, now or in the revision) of REVISION would do.
 *
 * @throws UsageError for files that are none of a workspace; ConfigurationError when what would be restored is broken
 */
export async function planRollback(
  root: string,
  git: Git,
  revision: Revision,
  files: readonly string[] | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<RollbackPlan> {
  const short = revision.hash.slice(0, 10);
  const chosen = files?.map(checkedFile) ?? (await allFiles(root, git, revision, short));
  const then = new Map<string, string>();
  const now = new Map<string, string>();
  for (const file of chosen) {
    const [old, current] = [await git.read(revision.hash, file), currentText(root, file)];
    if (old !== undefined) then.set(file, old);
    if (current !== undefined) now.set(file, current);
  }
  if (then.size === 0) {
    throw new UsageError(`The revision ${short} has none of ${chosen.join(', ')}`, {
      remedy: 'name a revision that has: git log -- scim.yaml env',
    });
  }
  const dirty = await git.uncommitted(chosen);
  const planned = chosen.map((file): PlannedFile => {
    return { file, action: actionOf(then.get(file), now.get(file)), uncommitted: dirty.has(file) && now.has(file) };
  });
  const isWritten = ({ action }: PlannedFile): boolean => action === 'restore' || action === 'create';
  const texts = new Map(planned.filter(isWritten).map(({ file }) => [file, then.get(file) ?? ''] as const));
  const digest = fileDigest(JSON.stringify([revision.hash, planned, [...texts], [...now]]));
  const after = await workspaceAfter(root, texts, environment, short);
  return { root, revision, files: planned, digest, after, texts, now };
}

function actionOf(then: string | undefined, now: string | undefined): PlannedFile['action'] {
  if (then === undefined) return 'absent';
  if (now === undefined) return 'create';
  return then === now ? 'same' : 'restore';
}

/** Nothing outside of the workspace, and nothing that is no part of its configuration, is ever written. */
function checkedFile(given: string): string {
  const file = normalize(given);
  const isInside = !isAbsolute(file) && !file.startsWith('..');
  if (isInside && (file === 'scim.yaml' || isSetFile(file))) return file;
  throw new UsageError(`${given} is neither scim.yaml nor a variable set of this workspace`, {
    remedy: 'name scim.yaml or files that end in .env, relative to the workspace',
  });
}

async function allFiles(root: string, git: Git, revision: Revision, short: string): Promise<string[]> {
  const then = await git.read(revision.hash, 'scim.yaml');
  const now = currentText(root, 'scim.yaml');
  const sets = [
    ...(then === undefined ? [] : namedSets(await workspaceFileOf(then, `${short}:scim.yaml`))),
    ...(now === undefined ? [] : await setsNow(root, now)),
  ];
  // A set that lies elsewhere belongs to others, too.
  const inside = sets.map((set) => normalize(set)).filter((set) => !isAbsolute(set) && !set.startsWith('..'));
  return ['scim.yaml', ...new Set(inside)];
}

/** A `scim.yaml` that is broken may be why it is to be rolled back. */
async function setsNow(root: string, text: string): Promise<string[]> {
  try {
    return namedSets(await workspaceFileOf(text, join(root, 'scim.yaml')));
  } catch (error) {
    if (error instanceof ConfigurationError) return [];
    throw error;
  }
}

function currentText(root: string, file: string): string | undefined {
  const path = join(root, file);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  if (found.isFile()) return readFileSync(path, 'utf8');
  throw new UsageError(`${file} is not a plain file`, { remedy: 'restore it with git', file: path });
}

/** The workspace as it would be; reading it finds what is wrong with it before anything is written. */
async function workspaceAfter(
  root: string,
  texts: ReadonlyMap<string, string>,
  environment: NodeJS.ProcessEnv,
  short: string,
): Promise<Workspace> {
  const source = texts.get('scim.yaml') ?? currentText(root, 'scim.yaml') ?? '';
  const all = new Map([['scim.yaml', source]]);
  for (const set of namedSets(await workspaceFileOf(source, `${short}:scim.yaml`))) {
    const file = normalize(set);
    const text = texts.get(file) ?? currentText(root, file);
    if (text !== undefined) all.set(file, text);
  }
  return workspaceOf(root, all, environment, short);
}

/**
 * Does what PLAN says: all of it, or nothing. Returns the directory with the files as they were.
 *
 * @throws UsageError when changes that were not committed would be lost and FORCE is not given
 */
export function applyRollback({ root, revision, files, texts, now }: RollbackPlan, force: boolean, at: Date): string {
  const lost = files.filter(({ file, uncommitted }) => uncommitted && texts.has(file));
  if (lost.length > 0 && !force) {
    throw new UsageError(`Not committed: ${lost.map(({ file }) => file).join(', ')}`, {
      remedy: 'commit the changes first, or say that they may be given up (--force); the backup keeps them',
    });
  }
  const backup = backUp(
    root,
    `rollback-${revision.hash.slice(0, 10)}`,
    new Map([...texts.keys()].map((file) => [file, now.get(file)])),
    at,
  );
  writeAll(root, texts, now);
  return backup;
}

/** Copies TEXTS, those that are there, into a new directory of the workspace's state, for this user alone. */
export function backUp(root: string, name: string, texts: ReadonlyMap<string, string | undefined>, at: Date): string {
  const stamp = at.toISOString().replace(/[:.]/g, '-');
  const directory = dirname(statePath(root, join('backup', `${stamp}-${name}`, 'x')));
  for (const [file, text] of texts) {
    if (text === undefined) continue;
    const path = join(directory, file);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, text, { mode: 0o600 });
  }
  return directory;
}

/** Writes TEXTS below ROOT; when one cannot be written, those before it become what they were: BEFORE. */
function writeAll(root: string, texts: ReadonlyMap<string, string>, before: ReadonlyMap<string, string>): void {
  const done: string[] = [];
  try {
    for (const [file, text] of texts) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      replaceFile(join(root, file), text, 0o644);
      done.push(file);
    }
  } catch (cause) {
    for (const file of done) {
      const text = before.get(file);
      if (text === undefined) rmSync(join(root, file), { force: true });
      else replaceFile(join(root, file), text, 0o644);
    }
    throw new UsageError('Nothing was restored: a file cannot be written', {
      remedy: 'check who may write there',
      cause,
    });
  }
}
