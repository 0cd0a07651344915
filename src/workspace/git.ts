/** What git knows about the files of a workspace: asked by its own program, without a shell. Nothing is written. */

import { spawn } from 'node:child_process';
import { relative, resolve } from 'node:path';
import { UsageError } from '../scim/error.js';

/** One commit. */
export interface Revision {
  /** In full. */
  readonly hash: string;
  /** ISO 8601. */
  readonly date: string;
  readonly subject: string;
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** No prompt, no locks, no watcher that the repository names, and words that can be compared. */
const environment = { GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };
const settings = ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false', '--no-pager', '--literal-pathspecs'];

export class Git {
  private constructor(
    /** The directory that paths are relative to: that of the workspace, which may be deep in a repository. */
    readonly root: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** The repository that ROOT is in; undefined when it is in none, or there is no git. */
  static async find(root: string, env: NodeJS.ProcessEnv): Promise<Git | undefined> {
    const git = new Git(root, env);
    const inside = await git.#run(['rev-parse', '--is-inside-work-tree']).catch(() => undefined);
    return inside?.code === 0 && inside.stdout.trim() === 'true' ? git : undefined;
  }

  /**
   * The same.
   *
   * @throws UsageError when there is none
   */
  static async open(root: string, env: NodeJS.ProcessEnv): Promise<Git> {
    const git = await Git.find(root, env);
    if (git !== undefined) return git;
    throw new UsageError(`${root} is in no git repository, or the program git is not there`, {
      remedy: 'keep scim.yaml and the sets in git: git init, git add scim.yaml env, git commit',
    });
  }

  /** The commit that NAME means: a hash, a branch, a tag, `HEAD~2`; undefined when there is none. */
  async revision(name: string): Promise<Revision | undefined> {
    const found = await this.#run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
    const hash = found.stdout.trim();
    if (found.code !== 0 || !/^[0-9a-f]{40,64}$/.test(hash)) return undefined;
    const told = await this.#run(['show', '--no-patch', '--no-show-signature', '--format=%cI%n%s', hash, '--']);
    const [date = '', subject = ''] = told.stdout.split('\n');
    return { hash, date, subject };
  }

  /**
   * FILE, relative to the workspace, as it was in the commit HASH and would be in the work tree (filters and line ends
   * are applied); undefined when it was not there.
   */
  async read(hash: string, file: string): Promise<string | undefined> {
    const path = relative(this.root, resolve(this.root, file)).replaceAll('\\', '/');
    // A relative path begins with a dot, or git takes it from the top of the repository.
    const object = `${hash}:${path.startsWith('../') ? path : `./${path}`}`;
    const exists = await this.#run(['cat-file', '-e', object]);
    if (exists.code !== 0) return undefined;
    const { code, stdout } = await this.#run(['cat-file', '--filters', object]);
    if (code === 0) return stdout;
    throw new UsageError(`${file} of the revision ${hash.slice(0, 10)} cannot be read from git`, {
      remedy: `try: git cat-file --filters ${object}`,
    });
  }

  /** The files below DIRECTORY in the commit HASH, relative to the workspace. */
  async list(hash: string, directory: string): Promise<string[]> {
    const { stdout } = await this.#run(['ls-tree', '-r', '-z', '--name-only', hash, '--', directory]);
    return stdout.split('\0').filter((name) => name !== '');
  }

  /** Those of FILES whose content differs from the last commit, or that git does not know. */
  async uncommitted(files: readonly string[]): Promise<Set<string>> {
    const asked = [
      'status',
      '--porcelain=v1',
      '-z',
      '--untracked-files=all',
      '--ignored=matching',
      '--no-renames',
      '--',
    ];
    const changed = await Promise.all(
      files.map(async (file) => ((await this.#run([...asked, file])).stdout === '' ? [] : [file])),
    );
    return new Set(changed.flat());
  }

  /** Does git keep FILE? */
  async tracks(file: string): Promise<boolean> {
    return (await this.#run(['ls-files', '--error-unmatch', '--', file])).code === 0;
  }

  /** Does git leave FILE out on purpose? */
  async ignores(file: string): Promise<boolean> {
    const ignored = ['ls-files', '--others', '--ignored', '--exclude-standard', '--', file];
    return (await this.#run(ignored)).stdout !== '';
  }

  async #run(args: readonly string[]): Promise<Ended> {
    return new Promise((ended, failed) => {
      const child = spawn('git', [...settings, ...args], {
        cwd: this.root,
        env: { ...this.env, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const out: Buffer[] = [];
      const errors: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
      child.once('error', failed);
      child.once('close', (code) => {
        ended({ code, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(errors).toString('utf8') });
      });
    });
  }
}
