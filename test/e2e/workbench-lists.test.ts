/** Lists in a real Emacs on a terminal, by keys: from home to users, filtered, sorted, marked, changed, reported. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Terminal } from '../support/terminal.js';
import { atWorkbench, Service } from '../support/workbench.js';

vi.setConfig({ testTimeout: 60_000 });

let service: Service;
/** People whose names are written from right to left, with an emoji, and with letters of two columns. */
const people = [
  { userName: 'zz-dana', displayName: 'דנה כהן' },
  { userName: 'zz-emoji', displayName: '👩‍💻 Kim' },
  { userName: 'zz-hanako', displayName: '鈴木 花子' },
];
const ids: string[] = [];

beforeAll(async () => {
  service = await Service.start({ users: 40, groups: 4 });
  for (const person of people) ids.push(await service.user({ ...person, active: true }));
});

afterAll(() => service.close());

/** From `M-x scim` to the list of users of the tenant at point. */
async function goToUsers(emacs: Terminal): Promise<void> {
  emacs.command('scim');
  await emacs.sees('✓ staging');
  emacs.press('M-n n n');
  await emacs.until('point on the tenant', '(equal (scim-home-tenant) "staging")');
  emacs.press('u');
  await emacs.isIn('*SCIM staging Users*');
  await emacs.sees('43 of 43 · complete');
}

/** Lists the people whose names begin with zz, by a filter that is typed. */
async function filterPeople(emacs: Terminal): Promise<void> {
  emacs.press('f');
  await emacs.sees('User with filter:');
  emacs.type('userName sw "zz-"\r');
  await emacs.sees('3 of 3 · complete');
}

describe('from home to a list', () => {
  it('shows the users of the tenant at point, each cell in its column', async () => {
    await atWorkbench(service, async (emacs) => {
      await goToUsers(emacs);
      await filterPeople(emacs);
      const rows = (await emacs.lines()).slice(0, 3);
      expect(rows.map((row) => row.trim().split(/ {2,}/).slice(0, 3))).toEqual(
        people.map(({ userName, displayName }) => [userName, displayName, '✓ active']),
      );
      // Where the cell begins on the screen, by Emacs' own account, whatever is written before it.
      const columns = `
        (save-excursion
          (goto-char (point-min))
          (let (columns)
            (while (not (eobp))
              (search-forward "✓")
              (push (car (posn-col-row (posn-at-point (match-beginning 0)))) columns)
              (forward-line))
            (seq-uniq columns)))`;
      expect(await emacs.ask(columns)).toHaveLength(1);
    });
  });

  it('completes filters by what there is, and marks what is wrong while it is typed', async () => {
    await atWorkbench(service, async (emacs) => {
      await goToUsers(emacs);
      emacs.press('f');
      await emacs.sees('User with filter:');
      emacs.type('displayN\t');
      await emacs.until('displayName', '(string-search "displayName" (minibuffer-contents))');
      emacs.type('bogus');
      await emacs.until(
        'what is wrong behind the filter',
        '(string-match-p "displayNamebogus  \\\\[.*displayNamebogus" (workbench-window-text (minibuffer-window)))',
      );
      emacs.press('DEL DEL DEL DEL DEL');
      emacs.type(' co "花"\r');
      await emacs.sees('displayName co "花"');
      await emacs.sees('2 of 2 · complete');
      expect((await emacs.lines()).slice(0, 2).every((line) => line.includes('鈴木 花子'))).toBe(true);
      emacs.press('F');
      await emacs.sees('43 of 43 · complete');
    });
  });

  it('sorts on the server, by the heading that is asked for, and the other way round', async () => {
    await atWorkbench(service, async (emacs) => {
      await goToUsers(emacs);
      await filterPeople(emacs);
      const first = '(save-excursion (goto-char (point-min)) (scim-table-id))';
      emacs.press('S');
      await emacs.sees('Sort by (default userName):');
      emacs.type('userName\r');
      await emacs.sees('userName ▲');
      await emacs.until('the first in order', `(equal ${first} "${ids[0]}")`);
      emacs.press('S');
      await emacs.sees('Sort by (default userName):');
      emacs.type('userName\r');
      await emacs.sees('userName ▼');
      await emacs.until('the last in order', `(equal ${first} "${ids[2]}")`);
      const requests = '(mapcar (lambda (e) (plist-get e :path)) (progn (scim-log-flush) (scim-log-kept "staging")))';
      expect(String(await emacs.ask(requests))).toContain('sortOrder=descending');
    });
  });

  it('says in a list that is being read how far it is, and stops at C-g', async () => {
    await service.faults([{ on: 'GET /Users', latency: '600ms' }]);
    try {
      await atWorkbench(service, async (emacs) => {
        emacs.command('scim-users');
        await emacs.isIn('*SCIM');
        await emacs.sees('reading…');
        emacs.press('C-g');
        await emacs.seesNot('reading…');
        emacs.press('q');
        await emacs.until('another buffer', '(not (derived-mode-p (quote scim-browse-mode)))');
      });
    } finally {
      await service.faults([]);
    }
  });
});

describe('what is done to marked resources', () => {
  beforeEach(async () => {
    for (const id of ids) await service.change(id, 'active', true);
  });

  it('is shown with the exact requests first, runs after a question, and is reported', async () => {
    await atWorkbench(service, async (emacs) => {
      await goToUsers(emacs);
      await filterPeople(emacs);
      emacs.press('m m');
      await emacs.until('two marks', '(= 2 (length (scim-table-marked)))');
      expect((await emacs.lines()).slice(0, 3).map((line) => line.slice(0, 2))).toEqual(['* ', '* ', '  ']);
      const before = await service.count();
      emacs.press('X');
      await emacs.isIn('*SCIM action');
      await emacs.until('the plan', '(eq scim-action--state (quote planned))');
      await emacs.sees('PATCH replace active false');
      expect(await service.writes(before)).toEqual([]);
      emacs.press('x');
      await emacs.sees('(y or n)');
      expect(await emacs.screen()).toMatch(/\b2 users\b/);
      emacs.press('y');
      await emacs.until('the end of the run', '(eq scim-action--state (quote run))');
      const writes = await service.writes(before);
      expect(writes.map(({ method, status }) => [method, status])).toEqual([
        ['PATCH', 200],
        ['PATCH', 200],
      ]);
      const active = await Promise.all(ids.map((id) => service.other('GET', `/Users/${id}`)));
      expect(active.map((user) => user.active)).toEqual([false, false, true]);
      emacs.press('E');
      await emacs.sees('Write report to:');
      emacs.press('C-a C-k');
      emacs.type(`${join(emacs.root, 'report.md')}\r`);
      await emacs.isTold('Wrote ');
      expect(readFileSync(join(emacs.root, 'report.md'), 'utf8')).toContain('| zz-dana');
    });
  });

  it('can fail for one and succeed for another, and is tried again for what failed', async () => {
    await service.faults([{ on: 'PATCH /Users/*', times: 1, status: 400 }]);
    await atWorkbench(service, async (emacs) => {
      await goToUsers(emacs);
      await filterPeople(emacs);
      emacs.press('m m X');
      await emacs.until('the plan', '(eq scim-action--state (quote planned))');
      emacs.press('x');
      await emacs.sees('(y or n)');
      emacs.press('y');
      await emacs.until('the end of the run', '(eq scim-action--state (quote run))');
      await emacs.sees('✗');
      await emacs.sees('retry those that failed');
      emacs.press('R');
      await emacs.until('the plan for what failed', '(eq scim-action--state (quote planned))');
      emacs.press('x');
      await emacs.sees('(y or n)');
      emacs.press('y');
      await emacs.until('the end of the second run', '(eq scim-action--state (quote run))');
      expect(await emacs.ask('(buffer-string)')).not.toContain('✗');
      // The list beside it is read again by itself.
      await emacs.sees('✗ inactive');
      const active = await Promise.all(ids.map((id) => service.other('GET', `/Users/${id}`)));
      expect(active.map((user) => user.active)).toEqual([false, false, true]);
    });
  });
});
