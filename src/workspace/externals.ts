/**
 * Values that have to be asked for: `auth-source:` of Emacs, `cmd:` of a program. They are looked up before a tenant is
 * resolved, kept in memory, and never written down.
 */

import type { Origin, Resolved } from '../config/reference.js';
import { ScimError } from '../scim/error.js';
import { runCommand, shownCommand } from './command.js';
import type { TrustStore } from './trust.js';

/** Emacs has to look up REFERENCES and to send what it found; then the request can be made again. */
export class SecretNeededError extends ScimError {
  constructor(readonly references: readonly string[]) {
    super('secret.needed', `Emacs is to look up ${references.join(', ')}`, {
      remedy: 'these references are for use from Emacs; elsewhere use env:, file: or cmd:',
    });
  }
}

/** A file runs commands and nobody has said that it may. */
export class TrustNeededError extends ScimError {
  constructor(file: string, commands: readonly string[]) {
    super('trust.needed', `${file} runs ${commands.join(', ')}, and this content of it is not trusted`, {
      file,
      remedy: `read it, then trust it: M-x scim-trust, or scim-batch -- env trust ${file}`,
    });
  }
}

interface Needed {
  readonly kind: 'auth-source' | 'cmd';
  readonly target: string;
  readonly standsIn: string;
}

/** What is told of a value that has not been asked for yet: nothing is wrong with it so far. */
export const notLookedUp = 'has not been looked up';

const commandTimeoutMs = 30_000;

export class Externals {
  readonly #values = new Map<string, Resolved>();
  readonly #needed = new Map<string, Needed>();
  /** Keys of what Emacs did not find, and has not been told about yet. */
  readonly #untold = new Set<string>();

  constructor(
    private readonly root: string,
    private readonly trust: TrustStore,
  ) {}

  /** What KIND:TARGET stands for, in the file STANDSIN; unresolved, and remembered as needed, when it is not known yet. */
  get(kind: Needed['kind'], target: string, standsIn: string): Resolved {
    const origin = originOf(kind, target);
    if (target.trim() === '') {
      const remedy = kind === 'cmd' ? 'write cmd:PROGRAM ARGUMENT…' : 'write auth-source:HOST/USER';
      return { ok: false, origin, problem: 'is empty', remedy };
    }
    const key = keyOf({ kind, target, standsIn });
    const known = this.#values.get(key);
    if (known) return known;
    this.#needed.set(key, { kind, target, standsIn });
    const remedy = `run a request or the doctor, which ${kind === 'cmd' ? 'run it' : 'look it up'}`;
    return { ok: false, origin, problem: notLookedUp, remedy, lack: 'unknown' };
  }

  /** Takes over what Emacs gave OTHER; commands are run again, since they depend on the file that was trusted. */
  takeOver(other: Externals): void {
    for (const [key, value] of other.#values) {
      if (value.origin.kind === 'auth-source') this.#values.set(key, value);
    }
  }

  /** Takes VALUE, or that there is none (null), for the reference `auth-source:TARGET`. */
  provide(reference: string, value: string | null): void {
    const target = reference.replace(/^auth-source:/, '');
    const key = keyOf({ kind: 'auth-source', target, standsIn: '' });
    const result = authSourceResult(target, value);
    this.#values.set(key, result);
    if (!result.ok) this.#untold.add(key);
  }

  /**
   * Looks up what RESOLVE has found missing, again and again until nothing new is: a command may stand behind a
   * variable that another one names. KEEPSFAILURES: what failed before is not tried again.
   *
   * @throws TrustNeededError before any command of an untrusted file runs; SecretNeededError when Emacs is needed
   */
  async prepare(resolve: () => void, signal?: AbortSignal, keepsFailures = false): Promise<void> {
    if (!keepsFailures) this.forgetFailures();
    for (;;) {
      this.#needed.clear();
      resolve();
      const needed = [...this.#needed.values()];
      if (needed.length === 0) return;
      const commands = needed.filter(({ kind }) => kind === 'cmd');
      this.#refuseUntrusted(commands);
      const asked = needed.filter(({ kind }) => kind === 'auth-source');
      await Promise.all(commands.map((command) => this.#run(command, signal)));
      if (asked.length > 0) {
        throw new SecretNeededError([...new Set(asked.map(({ target }) => `auth-source:${target}`))]);
      }
    }
  }

  /** Forgets everything, or what is of KIND, so that it is asked for again. */
  forget(kind?: Needed['kind']): void {
    for (const [key, { origin }] of this.#values) {
      if (kind !== undefined && origin.kind !== kind) continue;
      this.#values.delete(key);
      this.#untold.delete(key);
    }
  }

  /**
   * What failed before is tried again: since then a vault may have been unlocked, or an entry added. What Emacs has just
   * not found stays for once, so that it is told.
   */
  forgetFailures(): void {
    for (const [key, { ok }] of this.#values) {
      if (!ok && !this.#untold.delete(key)) this.#values.delete(key);
    }
  }

  #refuseUntrusted(commands: readonly Needed[]): void {
    for (const file of new Set(commands.map(({ standsIn }) => standsIn))) {
      if (this.trust.isTrusted(file)) continue;
      const told = commands.filter(({ standsIn }) => standsIn === file).map(({ target }) => `cmd:${target}`);
      throw new TrustNeededError(file, told);
    }
  }

  async #run(needed: Needed, signal: AbortSignal | undefined): Promise<void> {
    const result = await runCommand(needed.target, { cwd: this.root, timeoutMs: commandTimeoutMs, signal });
    const origin = originOf('cmd', needed.target);
    const resolved: Resolved =
      'value' in result
        ? { ok: true, value: result.value, origin }
        : { ok: false, origin, problem: result.problem, remedy: result.remedy };
    this.#values.set(keyOf(needed), resolved);
  }
}

function keyOf({ kind, target, standsIn }: Needed): string {
  // What Emacs has is the same whoever asks; what a command may give depends on the file that was trusted.
  return JSON.stringify(kind === 'cmd' ? [kind, target, standsIn] : [kind, target]);
}

function originOf(kind: Needed['kind'], target: string): Origin {
  return { kind, label: `${kind}:${kind === 'cmd' ? shownCommand(target) : target}` };
}

function authSourceResult(target: string, value: string | null): Resolved {
  const origin = originOf('auth-source', target);
  if (value !== null && value !== '') return { ok: true, value, origin };
  const [host = '', user] = target.split('?')[0]?.split('/') ?? [];
  const line = `machine ${host}${user === undefined ? '' : ` login ${user}`} password …`;
  return { ok: false, origin, problem: 'has no entry in auth-source', remedy: `add one: ${line}`, lack: 'missing' };
}
