/**
 * The longest time that Emacs was blocked, by what a person does: an Emacs on a terminal with compiled Lisp, keys, the real
 * bridge and mock servers. The bar holds on a machine that does nothing else; CPU time is what Emacs itself took.
 */

import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { MockOptions } from '../../src/mock/options.js';
import { inEmacs, type Terminal, type TerminalOptions } from '../support/terminal.js';
import { Service, tokenVariable, workspaceOf } from '../support/workbench.js';
import { ms, report } from './measure.js';

/** What was measured of a scenario, in milliseconds. */
interface Block {
  /** The longest time between two looks at the clock, and the most CPU time of Emacs. */
  readonly wall: number;
  readonly cpu: number;
  /** The longest block apart from the garbage collections in it, and the longest of those. */
  readonly withoutGc: number;
  readonly gc: number;
  /** When what is waited for was there, from the first key. */
  readonly seen: readonly (readonly [name: string, time: number])[];
  /** The commands that took longest. */
  readonly commands: readonly (readonly [name: string, time: number])[];
}

interface Scenario {
  readonly what: string;
  /** What is waited for: names and predicates of Lisp. */
  readonly watches: Readonly<Record<string, string>>;
  /** What the person does; the time begins with the first key. */
  readonly act: (emacs: Terminal) => Promise<void> | void;
}

const count = '(if (derived-mode-p (quote scim-table-mode)) (scim-table-count) 0)';
const complete = '(and (derived-mode-p (quote scim-browse-mode)) scim-browse--state (not scim-browse--handle))';
const shown = '(and (derived-mode-p (quote scim-table-mode)) (> (scim-table-count) 0))';

export async function benchBlock(): Promise<void> {
  const directory = await compiled();
  const services = {
    one: await Service.start({ users: 1000, groups: 1 }),
    ten: await Service.start({ users: 10_000, groups: 1 }),
    fifty: await Service.start(bigGroup(50_000)),
    big: await Service.start(bigUser()),
    slow: await Service.start({ users: 30, faults: [{ effect: { latency: [2000, 2000] } }] }),
  };
  const blocks: Block[] = [];
  try {
    await inEmacs(workbench(directory, workspaceOf(services)), async (emacs) => {
      for (const scenario of [...lists, ...single, ...slow]) blocks.push(await measure(emacs, scenario));
    });
    const answers = join(directory, 'answers.json');
    writeFileSync(answers, '{}');
    const fake = { WORKBENCH_BRIDGE: resolve('test/elisp/fake-bridge.cjs'), FAKE_ANSWERS: answers };
    await inEmacs(workbench(directory, { 'scim.yaml': 'tenants: {}\n' }, fake), async (emacs) => {
      for (const scenario of flood) blocks.push(await measure(emacs, scenario));
    });
  } finally {
    for (const service of Object.values(services)) await service.close();
    rmSync(directory, { recursive: true });
  }
  const longest = Math.max(...blocks.map(({ wall, cpu }) => Math.min(wall, cpu)));
  report(
    'Longest block of Emacs in all of these',
    `${ms(longest)}, ${ms(Math.max(...blocks.map(({ withoutGc }) => withoutGc)))} without collecting garbage`,
    'no block over 100 ms',
    longest < 100,
  );
}

/** A directory with the package, compiled. */
async function compiled(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'scim-bench-'));
  cpSync('elisp', directory, { recursive: true });
  const files = readdirSync(directory).filter((file) => file.endsWith('.el'));
  const command = ['-Q', '--batch', '-L', '.', '-f', 'batch-byte-compile', ...files];
  await promisify(execFile)(process.env.EMACS ?? 'emacs', command, { cwd: directory });
  return directory;
}

function workbench(
  elisp: string,
  files: Record<string, string>,
  environment: Record<string, string> = {},
): TerminalOptions {
  return {
    elisp,
    files,
    environment: { ...tokenVariable, ...environment },
    patienceMs: 60_000,
    setUp: `(load "${resolve('test/bench/block.el')}" nil t)
      (mapatoms (lambda (symbol)
                  (when (and (fboundp symbol) (string-prefix-p "block-" (symbol-name symbol)))
                    (byte-compile symbol))))
      (setq scim-browse-limit 100000
            ;; Emacs itself looks for shorter names of commands for a tenth of a second.
            extended-command-suggest-shorter nil
            suggest-key-bindings nil)`,
  };
}

async function measure(emacs: Terminal, { what, watches, act }: Scenario): Promise<Block> {
  const names = Object.entries(watches).map(
    ([name, form]) =>
      `"${name}" (byte-compile (lambda () (with-current-buffer (window-buffer (selected-window)) ${form})))`,
  );
  await emacs.ask(`(block-begin ${names.join(' ')})`);
  await act(emacs);
  await emacs.until(`the end of: ${what}`, '(block-done-p)');
  const block = blockOf(await emacs.ask('(block-end)'));
  const seen = block.seen.map(([name, time]) => `${name} after ${ms(time)}`).join(', ');
  const commands = block.commands.map(([name, time]) => `${name} ${ms(time)}`).join(', ');
  const own = Math.min(block.wall, block.cpu);
  report(
    `Block of Emacs: ${what}`,
    `longest ${ms(block.wall)}, ${ms(block.cpu)} of CPU time, ${ms(block.withoutGc)} without garbage (${ms(block.gc)}); ` +
      `${seen}${commands && `; commands: ${commands}`}`,
    'no block over 100 ms',
    own < 100,
  );
  return block;
}

function blockOf(value: unknown): Block {
  const block: Block = JSON.parse(JSON.stringify(value));
  return block;
}

/** A group with all of COUNT users. */
function bigGroup(users: number): MockOptions {
  const ids = Array.from({ length: users }, (_, i) => `u-${i}`);
  return {
    resources: [
      ...ids.map((id, i) => ({
        type: 'User',
        resource: { id, userName: `user${i}`, displayName: `User ${i}`, emails: [{ value: `user${i}@example.com` }] },
      })),
      { type: 'Group', resource: { id: 'g-all', displayName: 'All', members: ids.map((value) => ({ value })) } },
    ],
  };
}

/** A user of nearly a million characters, which is what is helped with while it is typed. */
function bigUser(): MockOptions {
  const entitlements = Array.from({ length: 7000 }, (_, i) => ({
    value: `entitlement-${i}`,
    display: `Ø ${i}`,
    type: 'a',
  }));
  return { resources: [{ type: 'User', resource: { id: 'big', userName: 'big', title: 'Guide', entitlements } }] };
}

/** `M-x COMMAND` for TENANT, which the buffer *scratch* has for that. */
async function forTenant(emacs: Terminal, tenant: string): Promise<void> {
  await emacs.ask(
    `(progn (switch-to-buffer "*scratch*") (delete-other-windows) (setq-local scim-tenant "${tenant}") t)`,
  );
}

const lists: readonly Scenario[] = [
  {
    what: 'home',
    watches: { buffer: '(derived-mode-p (quote scim-home-mode))', tenants: '(bound-and-true-p scim-home--tenants)' },
    act: (emacs) => emacs.command('scim'),
  },
  {
    what: 'list of 10,000 users',
    watches: { rows: shown, 'all rows': `(and ${complete} (= ${count} 10000))` },
    act: async (emacs) => {
      await forTenant(emacs, 'ten');
      emacs.command('scim-users');
    },
  },
  {
    what: 'the same, read again while its rows are there',
    watches: { 'all rows': `(and ${complete} (= ${count} 10000))` },
    act: (emacs) => emacs.press('g'),
  },
  {
    what: 'marking all of 10,000, and to the end',
    watches: { marks: '(= 10000 (hash-table-count scim-table--marks))' },
    act: (emacs) => emacs.press('t M->'),
  },
  {
    what: 'list of 50,000 users',
    watches: { rows: shown, 'all rows': `(and ${complete} (= ${count} 50000))` },
    act: async (emacs) => {
      await forTenant(emacs, 'fifty');
      emacs.command('scim-users');
    },
  },
  {
    what: 'a plan for 1,000 users',
    watches: { plan: '(and (derived-mode-p (quote scim-action-mode)) (eq scim-action--state (quote planned)))' },
    act: async (emacs) => {
      await forTenant(emacs, 'one');
      emacs.command('scim-users');
      await emacs.until('the list', complete);
      emacs.press('t X');
    },
  },
  {
    what: 'running it',
    watches: { end: '(eq scim-action--state (quote run))' },
    act: async (emacs) => {
      emacs.press('x');
      await emacs.until('the question', '(active-minibuffer-window)');
      emacs.type((await emacs.ask('(string-search "yes" (minibuffer-prompt))')) === null ? 'y' : 'yes\r');
    },
  },
];

const single: readonly Scenario[] = [
  {
    what: 'members of a group of 50,000',
    watches: { rows: shown, 'all rows': `(= ${count} 50000)` },
    act: async (emacs) => {
      await forTenant(emacs, 'fifty');
      emacs.command('scim-groups');
      await emacs.until('the list', complete);
      emacs.press('M');
    },
  },
  {
    what: 'filtering them while typing, and all again',
    watches: { 'all rows': `(= ${count} 50000)` },
    act: async (emacs) => {
      emacs.press('/');
      await emacs.until('the question', '(active-minibuffer-window)');
      emacs.type('user 4999');
      const rows = '(with-current-buffer (window-buffer (minibuffer-selected-window)) (scim-table-count))';
      await emacs.until('some rows', `(< 0 ${rows} 50)`);
      emacs.press('C-a C-k RET');
    },
  },
  {
    what: 'opening a resource of 1 MB',
    watches: {
      text: 'scim-edit--loaded',
      checked: '(and scim-edit--loaded (plist-get scim-document--opened :diagnostics))',
    },
    act: async (emacs) => {
      await forTenant(emacs, 'big');
      emacs.command('scim-users');
      await emacs.until('the list', complete);
      emacs.press('RET');
    },
  },
  {
    what: 'typing and completing in it',
    watches: {
      completed: '(save-excursion (goto-char (point-min)) (search-forward "nickName" 2000 t))',
      'checked again': '(eql (plist-get scim-document--opened :version) (buffer-chars-modified-tick))',
    },
    act: async (emacs) => {
      emacs.find('"title"');
      emacs.press('C-e RET');
      emacs.type('"nick\t');
      await emacs.until('the attribute', '(save-excursion (goto-char (point-min)) (search-forward "nickName" 2000 t))');
      emacs.type('Dee');
    },
  },
  {
    what: 'previewing and sending it',
    watches: { saved: '(bound-and-true-p scim-edit--saved)' },
    act: async (emacs) => {
      emacs.press('C-c C-c');
      await emacs.isIn('*SCIM preview');
      emacs.press('C-c C-c');
    },
  },
  {
    what: 'REPL: 1,000 rows, then one as JSON',
    watches: {
      answers: '(and (derived-mode-p (quote scim-repl-mode)) (>= scim-repl--evaluated 2) (not scim-repl--handle))',
    },
    act: async (emacs) => {
      await forTenant(emacs, 'ten');
      emacs.command('scim-repl');
      await emacs.until(
        'the prompt',
        '(and (derived-mode-p (quote scim-repl-mode)) (not scim-repl--handle) (> (buffer-size) 0))',
      );
      emacs.type('users count=1000\r');
      await emacs.until('rows', '(and (= scim-repl--evaluated 1) (not scim-repl--handle))');
      emacs.type('*1\r');
    },
  },
];

const slow: readonly Scenario[] = [
  {
    what: 'a service that answers after 2 s, and typing meanwhile',
    watches: { 'all typed': '(string-suffix-p "the quick brown fox" (buffer-string))' },
    act: async (emacs) => {
      await forTenant(emacs, 'slow');
      emacs.command('scim-users');
      await emacs.until('reading', '(and (derived-mode-p (quote scim-browse-mode)) scim-browse--handle)');
      emacs.press('C-x b');
      emacs.type('*scratch*\r');
      emacs.press('M->');
      for (const letter of 'the quick brown fox') {
        emacs.type(letter);
        await emacs.ask('(point)');
      }
    },
  },
];

const flood: readonly Scenario[] = [
  {
    what: 'a log that is shown, and 20,000 exchanges',
    watches: { told: '(and (bound-and-true-p block-flooded) (null scim-log--pending) (scim-queue-empty-p))' },
    act: async (emacs) => {
      await emacs.ask(`(progn (scim-rpc-request-async "test/flood" '(:count 500) :success #'ignore) t)`);
      await emacs.until('the log', '(get-buffer "*SCIM (flood) log*")');
      emacs.command('scim-log');
      await emacs.until('the log in its window', '(derived-mode-p (quote scim-log-mode))');
      emacs.press('M->');
      await emacs.ask(`
        (progn (defvar block-flooded nil)
               (scim-rpc-request-async "test/flood" '(:count 20000) :success (lambda (_) (setq block-flooded t)))
               t)`);
    },
  },
  {
    what: 'filtering that log, and showing all again',
    watches: { all: '(and (> (buffer-size) 100000) (null scim-log--filter) (> block-filtered 0))' },
    act: async (emacs) => {
      await emacs.ask('(defvar block-filtered 0)');
      emacs.press('/');
      await emacs.until('the question', '(active-minibuffer-window)');
      emacs.type('method:PATCH status:4xx\r');
      await emacs.until('the filter', 'scim-log--filter');
      await emacs.ask('(setq block-filtered 1)');
      emacs.press('F');
    },
  },
];
