/** Menus, schemas, several workspaces, and plain terminals, in a real Emacs on a terminal, by keys. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Terminal } from '../support/terminal.js';
import { atWorkbench, Service, workspaceOf } from '../support/workbench.js';

vi.setConfig({ testTimeout: 90_000 });

let service: Service;

beforeAll(async () => {
  service = await Service.start({ users: 12, groups: 2 });
  await service.user({ userName: 'zz-dana', displayName: 'דנה 😀', title: 'Guide', active: true });
});

afterAll(() => service.close());

/** Opens the menu by KEY, waits until transient shows it with all of ENTRIES, and leaves it. */
async function menuHas(emacs: Terminal, key: string, entries: readonly string[]): Promise<void> {
  emacs.press(key);
  await emacs.until('a menu', '(get-buffer-window " *transient*")');
  for (const entry of [...entries, 'Workbench']) await emacs.sees(entry);
  emacs.press('C-g');
  await emacs.until('no menu', '(null (get-buffer-window " *transient*"))');
}

async function users(emacs: Terminal): Promise<void> {
  emacs.command('scim-users');
  await emacs.isIn('*SCIM staging Users*');
  await emacs.sees('13 of 13 · complete');
}

describe('menus', () => {
  it('are shown by ? in each buffer, with the keys that are bound there', async () => {
    await atWorkbench(service, async (emacs) => {
      emacs.command('scim');
      await emacs.sees('answers in');
      await menuHas(emacs, '?', ['Tenant at point', 'Environment', 'Learn']);
      await users(emacs);
      await menuHas(emacs, '?', ['Marked or this one', 'X Deactivate', 'Filter...']);
      // A menu does what it says: its key runs the command.
      emacs.press('?');
      await emacs.until('a menu', '(get-buffer-window " *transient*")');
      emacs.press('m');
      await emacs.until('a mark', '(= 1 (length (scim-table-marked)))');
      emacs.press('X');
      await emacs.isIn('*SCIM action');
      await emacs.until('the plan', '(eq scim-action--state (quote planned))');
      await menuHas(emacs, '?', ['x Run', 'Leave out']);
      emacs.command('scim-groups');
      await emacs.isIn('*SCIM staging Groups*');
      await emacs.sees('2 of 2 · complete');
      emacs.press('M');
      await emacs.isIn('*SCIM members of');
      await emacs.until('rows', '(> (scim-table-count) 0)');
      await menuHas(emacs, '?', ['Add by name...', 'Export as CSV...']);
      emacs.press('RET');
      await emacs.isIn('*SCIM User');
      await emacs.until('the text', 'scim-edit--loaded');
      await menuHas(emacs, 'C-c ?', ['Preview, then send', 'New one like this']);
      emacs.find('active": true');
      emacs.press('M-DEL');
      emacs.type('false');
      emacs.press('C-c C-c');
      await emacs.isIn('*SCIM preview');
      await menuHas(emacs, '?', ['Back to editing']);
      emacs.press('l');
      await emacs.isIn('*SCIM log: edit-');
      await menuHas(emacs, '?', ['Send again', 'Replay...']);
      emacs.command('scim-schemas');
      await emacs.isIn('*SCIM schemas (staging)*');
      await menuHas(emacs, '?', ['Find out what it really does']);
      emacs.command('scim-repl');
      await emacs.isIn('*SCIM repl (staging)*');
      await emacs.sees('staging> ');
      await menuHas(emacs, 'C-c ?', ['Break line', 'Interrupt']);
      emacs.press('C-x C-f C-a C-k');
      emacs.type(`${join(emacs.root, 'some.scim')}\r`);
      await emacs.isIn('some.scim');
      emacs.type('### one\rGET /Users?count=1\r');
      await menuHas(emacs, 'C-c ?', ['All requests', 'Export all as curl script']);
      emacs.press('<up> C-u C-c C-c');
      await emacs.isIn('*SCIM response');
      await menuHas(emacs, '?', ['The same bytes', 'Compare with previous']);
    });
  });
});

describe('schemas', () => {
  it('show what a service declares, lead from attribute to attribute, and what it really does', async () => {
    await atWorkbench(service, async (emacs) => {
      emacs.command('scim-schemas');
      await emacs.isIn('*SCIM schemas (staging)*');
      await emacs.sees('Resource types');
      emacs.find('  User');
      emacs.press('C-b RET');
      await emacs.sees('familyName');
      emacs.press('j');
      await emacs.sees('Attribute: ');
      emacs.type('name.familyName\r');
      await emacs.until('point at it', '(save-excursion (beginning-of-line) (looking-at-p ".*familyName"))');
      emacs.press('u');
      await emacs.sees('Declared in ServiceProviderConfig');
      emacs.press('o');
      await emacs.until('observations', '(string-search "Seen by reading" (buffer-string))');
    });
  });
});

describe('two workspaces', () => {
  it('have a bridge, a home and lists of their own, and survive each other', async () => {
    const other = await Service.start({ users: 3, groups: 1 });
    try {
      await atWorkbench(service, async (emacs) => {
        const elsewhere = join(emacs.root, '..', 'elsewhere');
        mkdirSync(elsewhere);
        for (const [name, text] of Object.entries(workspaceOf({ second: other }))) {
          writeFileSync(join(elsewhere, name), text);
        }
        emacs.command('scim');
        await emacs.sees('✓ staging');
        await users(emacs);
        emacs.press('C-x C-f C-a C-k');
        emacs.type(`${elsewhere}/scim.yaml\r`);
        await emacs.isIn('scim.yaml');
        emacs.command('scim');
        await emacs.sees('✓ second');
        await emacs.isIn('*SCIM*<elsewhere>');
        emacs.press('M-n n n u');
        await emacs.isIn('*SCIM second Users*');
        await emacs.sees('3 of 3 · complete');
        const pids = await emacs.ask('(mapcar (lambda (bridge) (plist-get bridge :pid)) (scim-rpc-bridges))');
        expect(new Set(Array.isArray(pids) ? pids : []).size).toBe(2);
        const here =
          '(plist-get (seq-find (lambda (b) (equal (plist-get b :root) (scim-rpc-root))) (scim-rpc-bridges)) :pid)';
        emacs.kill(Number(await emacs.ask(here)));
        await emacs.isTold('killed');
        emacs.press('C-x b');
        emacs.type('*SCIM staging Users*\r');
        await emacs.isIn('*SCIM staging Users*');
        emacs.press('g');
        await emacs.sees('13 of 13 · complete');
      });
    } finally {
      await other.close();
    }
  });

  it('tell tenants of the same name apart', async () => {
    const other = await Service.start({ users: 3 });
    try {
      await atWorkbench(service, async (emacs) => {
        const elsewhere = join(emacs.root, '..', 'elsewhere');
        mkdirSync(elsewhere);
        for (const [name, text] of Object.entries(workspaceOf({ staging: other }))) {
          writeFileSync(join(elsewhere, name), text);
        }
        emacs.command('scim-schemas');
        await emacs.sees(service.url);
        await emacs.isIn('*SCIM schemas (staging)*');
        emacs.press('C-x C-f C-a C-k');
        emacs.type(`${elsewhere}/scim.yaml\r`);
        await emacs.isIn('scim.yaml');
        emacs.command('scim-schemas');
        await emacs.isIn('*SCIM schemas (staging)*<elsewhere>');
        await emacs.sees(`staging  ${other.url}`);
      });
    } finally {
      await other.close();
    }
  });
});

describe.each([
  ['a dark terminal', 'screen-256color', "(setq frame-background-mode 'dark) (frame-set-background-mode nil)"],
  ['a light terminal', 'screen-256color', "(setq frame-background-mode 'light) (frame-set-background-mode nil)"],
  ['a terminal without colours', 'vt100', ''],
])('on %s', (_, term, setUp) => {
  it('signs tell what colours tell', async () => {
    await atWorkbench(
      service,
      async (emacs) => {
        emacs.command('scim');
        await emacs.sees('✓ staging');
        await users(emacs);
        emacs.press('m');
        await emacs.until('a mark', '(= 1 (length (scim-table-marked)))');
        expect((await emacs.lines())[0]).toMatch(/^\* /);
        await emacs.sees('✓ active');
        emacs.press('M-> <up> RET');
        await emacs.isIn('*SCIM User zz-dana');
        await emacs.until('the text', 'scim-edit--loaded');
        emacs.retype('Guide', 'Boss');
        await emacs.sees('● ');
        emacs.press('C-c C-c');
        await emacs.isIn('*SCIM preview');
        await emacs.sees('-  "title": "Guide"');
        await emacs.sees('+  "title": "Boss"');
        // Every face of the package is one that Emacs knows in this terminal, and none sets a colour of its own.
        const odd = `
          (seq-filter (lambda (face)
                        (and (string-prefix-p "scim-" (symbol-name face))
                             (seq-some (lambda (key) (plist-member (cdar (face-user-default-spec face)) key))
                                       '(:foreground :background))))
                      (face-list))`;
        expect(await emacs.ask(odd)).toBeNull();
      },
      { term, setUp },
    );
  });
});
