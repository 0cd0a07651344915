/**
 * A real Emacs on a terminal, not in batch mode: keys go in as the bytes that a keyboard sends, through a pseudo terminal
 * that `script` (util-linux) makes. What Emacs shows is not read from the terminal: a timer in it answers questions, which
 * are Lisp, by files (test/e2e/workbench/driver.el).
 */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { terminalBytes } from './keys.js';

/** What an Emacs is started with. */
export interface TerminalOptions {
  /** Files of the workspace that it is started in, by name. */
  readonly files?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly rows?: number;
  readonly columns?: number;
  /** The type of the terminal; `screen-256color`, which asks nothing back. */
  readonly term?: string;
  /** Where the package is; `elisp`. */
  readonly elisp?: string;
  /** Lisp that is evaluated before the first key. */
  readonly setUp?: string;
  /** How long a condition may take to become true; this is what keeps a broken test from hanging. */
  readonly patienceMs?: number;
}

const emacs = process.env.EMACS ?? 'emacs';
const driver = resolve('test/e2e/workbench/driver.el');

export class Terminal {
  /** The workspace, and around it the home of the person. */
  readonly root: string;
  private readonly home: string;
  private readonly wire: string;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly patienceMs: number;
  private readonly ended: Promise<unknown>;
  private asked = 0;
  private pid = 0;
  private gone = false;
  /** The end of what was sent to the screen, for when Emacs does not answer any more. */
  private tail = '';

  private constructor(options: TerminalOptions) {
    this.home = realpathSync(mkdtempSync(join(tmpdir(), 'scim-terminal-')));
    this.root = join(this.home, 'work');
    this.wire = join(this.home, 'wire');
    this.patienceMs = options.patienceMs ?? 25_000;
    for (const directory of [this.root, this.wire, join(this.home, '.emacs.d')]) mkdirSync(directory);
    for (const [name, text] of Object.entries(options.files ?? {})) writeFileSync(join(this.root, name), text);
    const { rows = 45, columns = 160, elisp = 'elisp' } = options;
    const command = [emacs, '-nw', '-Q', '-L', resolve(elisp), '-l', driver].map(quoted).join(' ');
    this.child = spawn('script', ['-qefc', `stty rows ${rows} cols ${columns}; exec ${command}`, '/dev/null'], {
      cwd: this.root,
      env: {
        PATH: process.env.PATH,
        LANG: 'C.UTF-8',
        TERM: options.term ?? 'screen-256color',
        HOME: this.home,
        XDG_STATE_HOME: join(this.home, 'state'),
        XDG_CACHE_HOME: join(this.home, 'cache'),
        WORKBENCH_WIRE: this.wire,
        WORKBENCH_BRIDGE: resolve('dist/scim-bridge.cjs'),
        ...options.environment,
      },
    });
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.tail = (this.tail + text).slice(-20_000);
    });
    this.child.stderr.resume();
    this.child.stdin.on('error', () => {});
    this.ended = once(this.child, 'close').then(() => {
      this.gone = true;
    });
  }

  /** Starts Emacs and waits until it listens. */
  static async start(options: TerminalOptions = {}): Promise<Terminal> {
    const terminal = new Terminal(options);
    try {
      terminal.pid = Number(await terminal.ask('(emacs-pid)'));
      if (options.setUp !== undefined) await terminal.ask(`(progn ${options.setUp} t)`);
    } catch (error) {
      await terminal.close();
      throw error;
    }
    return terminal;
  }

  /** Presses KEYS, written as Emacs writes them: `C-c C-c`, `M-x`, `RET`, `<down>`; several in a row with spaces. */
  press(keys: string): void {
    this.child.stdin.write(terminalBytes(keys));
  }

  /** Types TEXT, character by character. */
  type(text: string): void {
    this.child.stdin.write(text);
  }

  /** `M-x COMMAND RET`. */
  command(name: string): void {
    this.press('M-x');
    this.type(`${name}\r`);
  }

  /** Goes behind the first TEXT of the buffer, by searching for it from the top. */
  find(text: string): void {
    this.press('M-< C-s');
    this.type(`${text}\r`);
  }

  /** Puts TEXT in the place of the first OLD of the buffer, by hand. */
  retype(old: string, text: string): void {
    this.find(old);
    this.press(Array.from(old, () => 'DEL').join(' '));
    this.type(text);
  }

  /** The value of the Lisp FORM in the buffer of the selected window, as JSON has it: nil is null, lists are arrays. */
  ask(form: string): Promise<unknown> {
    return this.send(form, form);
  }

  /** Waits until the Lisp FORM is true, and returns its value. WHAT says what is waited for. */
  until(what: string, form: string): Promise<unknown> {
    return this.send(what, `(:until ${form})`);
  }

  /** Waits until TEXT can be seen in a window, mode lines, header lines and the echo area included. */
  async sees(text: string): Promise<void> {
    await this.until(`“${text}” on the screen`, `(workbench-sees-p ${lispString(text)})`);
  }

  /** Waits until TEXT can not be seen any more. */
  async seesNot(text: string): Promise<void> {
    await this.until(`no “${text}” on the screen`, `(not (workbench-sees-p ${lispString(text)}))`);
  }

  /** Waits until TEXT was said: in the echo area, or in *Messages*. */
  async isTold(text: string): Promise<void> {
    await this.until(`“${text}” told`, `(workbench-told-p ${lispString(text)})`);
  }

  /** Waits until the buffer of the selected window has a name that begins with NAME. */
  async isIn(name: string): Promise<void> {
    await this.until(`to be in the buffer ${name}`, `(string-prefix-p ${lispString(name)} (buffer-name))`);
  }

  /** What the selected window shows, line by line, as a person sees it. */
  async lines(): Promise<string[]> {
    return textsOf(await this.ask('(workbench-lines (selected-window))'));
  }

  /** Everything on the screen, for messages about failures. */
  async screen(): Promise<string> {
    try {
      return String(await this.send('the screen', '(workbench-dump)', 5000));
    } catch {
      return `Emacs does not answer. The last it wrote to the terminal:\n${plain(this.tail)}`;
    }
  }

  /** Kills process PID, as `kill -9` does. */
  kill(pid: number): void {
    process.kill(pid, 'SIGKILL');
  }

  /** Ends Emacs, and all that belongs to it. */
  async close(): Promise<void> {
    if (!this.gone) {
      const stuck = AbortSignal.timeout(10_000);
      stuck.addEventListener('abort', () => {
        if (this.pid > 0 && !this.gone) this.kill(this.pid);
        this.child.kill('SIGKILL');
      });
      this.write('(kill-emacs 0)');
      await this.ended;
    }
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  private write(form: string): number {
    const number = ++this.asked;
    const file = join(this.wire, `ask-${number}`);
    writeFileSync(`${file}.part`, form);
    renameSync(`${file}.part`, file);
    return number;
  }

  private async send(what: string, form: string, patienceMs = this.patienceMs): Promise<unknown> {
    const file = join(this.wire, `answer-${this.write(form)}`);
    const end = Date.now() + patienceMs;
    while (!existsSync(file)) {
      if (this.gone) throw new Error(`Emacs has ended. The last it wrote:\n${plain(this.tail)}`);
      if (Date.now() > end) throw new Error(`Waited in vain for ${what}`);
      await pause(5);
    }
    const answer: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (isFailure(answer)) throw new Error(`${answer.error}\nin ${form}`);
    return isValue(answer) ? answer.value : undefined;
  }
}

/** Runs TEST with an Emacs that was started with OPTIONS; when it fails, the message has all that was on the screen. */
export async function inEmacs(options: TerminalOptions, test: (emacs: Terminal) => Promise<void>): Promise<void> {
  const terminal = await Terminal.start(options);
  try {
    await test(terminal);
    const broken = await terminal.ask('(workbench-errors)');
    if (broken !== null) throw new Error(`Errors in Emacs: ${JSON.stringify(broken)}`);
  } catch (error) {
    if (error instanceof Error) error.message += `\n\n${await terminal.screen()}`;
    throw error;
  } finally {
    await terminal.close();
  }
}

/** TEXT as a string of Lisp. */
export function lispString(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** The strings of VALUE, a list that came from Lisp. */
export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function isFailure(answer: unknown): answer is { error: string } {
  return typeof answer === 'object' && answer !== null && 'error' in answer;
}

function isValue(answer: unknown): answer is { value: unknown } {
  return typeof answer === 'object' && answer !== null && 'value' in answer;
}

/** TEXT without what moves the cursor and sets colours. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what terminals are told with
  return text.replaceAll(/\u001b(?:\[[0-9;?>]*[A-Za-z]|[()][A-Z0-9]|[=>78])/g, ' ').slice(-4000);
}
