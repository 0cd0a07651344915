import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import { type Bridge, startBridge } from '../support/bridge.js';

const made: { root: string; bridges: Bridge[] }[] = [];

afterEach(() => {
  for (const { root, bridges } of made.splice(0)) {
    for (const { process } of bridges) process.kill('SIGKILL');
    rmSync(root, { recursive: true });
  }
});

/** A workspace in a git repository of its own, and bridges that know nothing of this machine. */
export class Repository {
  readonly root = mkdtempSync(join(tmpdir(), 'scim-env-'));
  readonly #bridges: Bridge[] = [];
  readonly #home = join(this.root, '.git', 'home');

  constructor(files: Record<string, string>) {
    made.push({ root: this.root, bridges: this.#bridges });
    this.git('init', '-q', '-b', 'main');
    this.commit('first', files);
  }

  write(files: Record<string, string>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.root, name)), { recursive: true });
      writeFileSync(join(this.root, name), text);
    }
  }

  read(name: string): string {
    return readFileSync(join(this.root, name), 'utf8');
  }

  commit(subject: string, files: Record<string, string>): string {
    this.write(files);
    this.git('add', '-A');
    this.git('commit', '-q', '-m', subject);
    return this.git('rev-parse', 'HEAD').trim();
  }

  git(...args: string[]): string {
    const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false'];
    const env = { PATH: process.env.PATH, HOME: this.#home, GIT_CONFIG_NOSYSTEM: '1' };
    return execFileSync('git', [...identity, ...args], { cwd: this.root, env, encoding: 'utf8' });
  }

  async bridge(environment: Record<string, string> = {}): Promise<Bridge> {
    const home = { HOME: this.#home, XDG_STATE_HOME: join(this.#home, 'state'), GIT_CONFIG_NOSYSTEM: '1' };
    const bridge = await startBridge({ root: this.root, environment: { ...home, ...environment } });
    this.#bridges.push(bridge);
    return bridge;
  }
}
