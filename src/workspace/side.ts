/** What `env diff` compares: a tenant, a set, or the whole workspace; as it is, or as a commit has it. */

import { existsSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { VariableSet } from '../config/variable-set.js';
import { ConfigurationError, UsageError } from '../scim/error.js';
import { type WorkspaceFile, workspaceFileOf } from './file.js';
import { Git, type Revision } from './git.js';
import { orNothing } from './snapshot.js';
import { Workspace } from './workspace.js';

/** One side of a comparison. */
export interface Side {
  /** For people: `staging`, `production at HEAD~2`. */
  readonly label: string;
  readonly workspace: Workspace;
  /** Absent: the work tree. */
  readonly revision?: Revision;
  /** It is only planned: nothing in the work tree is a place of it. */
  readonly isPlanned?: true;
  readonly about: About;
}

/** What of a workspace is compared. */
export type About =
  | { readonly kind: 'tenant'; readonly name: string }
  | { readonly kind: 'set'; readonly file: string }
  | { readonly kind: 'workspace' };

/**
 * The workspace ROOT as it was in the commit REVISION. References are resolved against the files and variables of now.
 *
 * @throws ConfigurationError when there was no scim.yaml, or one that cannot be understood
 */
async function workspaceAt(
  root: string,
  git: Git,
  revision: Revision,
  environment: NodeJS.ProcessEnv,
): Promise<Workspace> {
  const short = revision.hash.slice(0, 10);
  const text = await git.read(revision.hash, 'scim.yaml');
  if (text === undefined) {
    throw new ConfigurationError('config.file', `The revision ${short} has no scim.yaml here`, {
      remedy: 'name a revision that has: git log -- scim.yaml',
    });
  }
  const texts = new Map<string, string>([['scim.yaml', text]]);
  const file = await workspaceFileOf(text, `${short}:scim.yaml`);
  for (const set of new Set([...namedSets(file), ...(await git.list(revision.hash, 'env')).filter(isSetFile)])) {
    const found = await git.read(revision.hash, set);
    if (found !== undefined) texts.set(normalize(set), found);
  }
  return workspaceOf(root, texts, environment, short);
}

/** The sets that the tenants of FILE name, each once. */
export function namedSets(file: WorkspaceFile): string[] {
  return [...new Set([...file.tenants.values()].flatMap(({ variables = [] }) => variables))];
}

/**
 * The workspace ROOT with other TEXTS, by path, of `scim.yaml` and its sets. LABEL names them in messages.
 *
 * @throws ConfigurationError when `scim.yaml` cannot be understood
 */
export async function workspaceOf(
  root: string,
  texts: ReadonlyMap<string, string>,
  environment: NodeJS.ProcessEnv,
  label: string,
): Promise<Workspace> {
  const file = await workspaceFileOf(texts.get('scim.yaml') ?? '', `${label}:scim.yaml`);
  return Workspace.asOf(root, environment, { ...file, path: join(root, 'scim.yaml') }, (files) =>
    VariableSet.of(files.map((set) => ({ file: set, path: join(root, set), text: textOf(texts, set, label) }))),
  );
}

/** WORKSPACE with TEXT as its `scim.yaml`, and the sets that are there. */
export async function workspaceWith(
  workspace: Workspace,
  text: string,
  environment: NodeJS.ProcessEnv,
): Promise<Workspace> {
  const path = join(workspace.root, 'scim.yaml');
  const file = await workspaceFileOf(text, path);
  return Workspace.asOf(workspace.root, environment, file, (files) => VariableSet.load(workspace.root, files));
}

function textOf(texts: ReadonlyMap<string, string>, set: string, label: string): string {
  const text = texts.get(normalize(set));
  if (text !== undefined) return text;
  throw new ConfigurationError('config.file', `The variable set ${set} is not in ${label}`, {
    remedy: 'is it kept in git? Sets without secrets may be',
  });
}

/** Is FILE named like a variable set? */
export function isSetFile(file: string): boolean {
  return file.endsWith('.env');
}

/** Reads what people write: a tenant, a set file, `REV:TENANT`, `REV:FILE`, `REV`. */
export class Sides {
  readonly #revisions = new Map<string, Workspace>();

  constructor(
    private readonly workspace: Workspace,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /**
   * Both sides of a comparison. A revision alone takes what the other side is about; without TO it is the work tree.
   *
   * @throws UsageError for what is none of these, or when a tenant is compared with a set
   */
  async pair(from: string, to: string | undefined): Promise<[Side, Side]> {
    const before = await this.#side(from);
    const after = to === undefined ? this.#now(before.about) : await this.#side(to);
    if (before.about.kind === 'workspace' && before.revision) return [this.#about(before, after.about), after];
    if (after.about.kind === 'workspace' && after.revision) return [before, this.#about(after, before.about)];
    if (before.about.kind !== after.about.kind) {
      throw new UsageError(`${before.label} and ${after.label} are not of one kind`, {
        remedy: 'compare two tenants, two sets, or two revisions',
      });
    }
    return [before, after];
  }

  #now(about: About): Side {
    return { label: about.kind === 'workspace' ? 'now' : `${nameOf(about)} now`, workspace: this.workspace, about };
  }

  #about(side: Side, about: About): Side {
    if (about.kind === 'workspace') return side;
    if (about.kind === 'tenant') known(side.workspace, about.name);
    return { ...side, label: `${nameOf(about)} at ${side.label}`, about };
  }

  async #side(given: string): Promise<Side> {
    const here = this.#plain(given, this.workspace);
    if (here) return { label: given, workspace: this.workspace, about: here };
    const [, name = given, rest = ''] = /^([^:]*):(.*)$/s.exec(given) ?? [];
    const git = await Git.open(this.workspace.root, this.environment);
    const revision = await git.revision(name);
    if (!revision) {
      throw new UsageError(`${given} is no tenant, no variable set and no revision`, {
        remedy: `tenants are: ${this.workspace.tenantNames.join(', ') || 'none'}`,
      });
    }
    const workspace = await this.#at(git, revision);
    const side: Side = { label: name, workspace, revision, about: { kind: 'workspace' } };
    if (rest === '') return side;
    const about = this.#plain(rest, workspace);
    if (!about) throw new UsageError(`${rest} is no tenant and no variable set of ${name}`);
    return this.#about(side, about);
  }

  #plain(given: string, workspace: Workspace): About | undefined {
    if (workspace.tenantNames.includes(given)) return { kind: 'tenant', name: given };
    if (given === 'scim.yaml') return { kind: 'workspace' };
    const file = normalize(given);
    const isThere = isSetFile(file) && (workspace !== this.workspace || existsSync(join(workspace.root, file)));
    return isThere && orNothing(() => workspace.contextOf([file])) ? { kind: 'set', file } : undefined;
  }

  async #at(git: Git, revision: Revision): Promise<Workspace> {
    const made =
      this.#revisions.get(revision.hash) ?? (await workspaceAt(this.workspace.root, git, revision, this.environment));
    this.#revisions.set(revision.hash, made);
    return made;
  }
}

function nameOf(about: Exclude<About, { kind: 'workspace' }>): string {
  return about.kind === 'tenant' ? about.name : about.file;
}

function known(workspace: Workspace, tenant: string): void {
  workspace.written(tenant);
}
