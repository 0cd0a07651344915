/** A group of 50,000 in a real Emacs on a terminal, by keys: opened from a list, filtered, changed, reviewed, sent. */

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { atWorkbench, Service } from '../support/workbench.js';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const size = 50_000;
let service: Service;
let group = '';
let dana = '';

beforeAll(async () => {
  service = await Service.start({
    resources: [
      ...Array.from({ length: size - 1 }, (_, i) => ({
        type: 'User',
        resource: { id: `u-${i}`, userName: `user${i}`, displayName: `User ${i}` },
      })),
      { type: 'User', resource: { id: 'u-dana', userName: 'dana', displayName: 'דנה כהן 😀' } },
      {
        type: 'Group',
        resource: {
          id: 'g-all',
          displayName: 'כולם',
          members: [{ value: 'u-dana' }, ...Array.from({ length: size - 1 }, (_, i) => ({ value: `u-${i}` }))],
        },
      },
    ],
  });
  group = 'g-all';
  dana = 'u-dana';
});

afterAll(() => service.close());

describe('a group of 50,000', () => {
  it('is opened, filtered, and has a member removed by one request that is shown first', async () => {
    await atWorkbench(service, async (emacs) => {
      emacs.command('scim-groups');
      await emacs.isIn('*SCIM staging Groups*');
      await emacs.sees('1 of 1 · complete');
      emacs.press('M');
      await emacs.isIn('*SCIM members of כולם');
      await emacs.until('all rows', `(= ${size} (scim-table-count))`);
      emacs.press('/');
      await emacs.sees('Filter: ');
      emacs.type('דנה');
      // While it is typed: the minibuffer is still there.
      await emacs.until('the row of Dana', '(workbench-window-sees-p "*SCIM members" "1 of 50000: דנה")');
      emacs.press('RET');
      await emacs.isIn('*SCIM members of');
      await emacs.sees('דנה כהן 😀');
      emacs.press('d');
      await emacs.sees('D1');
      const before = await service.count();
      emacs.press('C-c C-c');
      await emacs.isIn('*SCIM members changes*');
      const shown = (await emacs.lines()).join('\n');
      expect(shown).toContain('PATCH');
      expect(shown).toContain(dana);
      expect(await emacs.screen()).toContain('0 to add, 1 to remove, 1 request');
      expect(await service.writes(before)).toEqual([]);
      emacs.press('C-c C-c');
      await emacs.isIn('*SCIM members of');
      await emacs.until('nobody left to remove', '(and (not (scim-members--pending-p)) (not scim-members--busy))');
      const writes = await service.writes(before);
      expect(writes.map(({ method, path, status }) => `${method} ${path} ${status < 300}`)).toEqual([
        `PATCH /scim/v2/Groups/${group} true`,
      ]);
      await emacs.sees('0 of 49999: דנה');
      await emacs.sees('Nobody matches the filter.');
      emacs.press('/');
      await emacs.sees('Filter: ');
      emacs.press('C-a C-k RET');
      await emacs.until('all others', `(= ${size - 1} (scim-table-count))`);
    });
    const { members } = await service.other('GET', `/Groups/${group}`);
    expect(Array.isArray(members) && members.length).toBe(size - 1);
  });

  it('is a group to edit as well: its members are named by their number, and a key away', async () => {
    await atWorkbench(service, async (emacs) => {
      emacs.command('scim-groups');
      await emacs.isIn('*SCIM staging Groups*');
      await emacs.sees('1 of 1 · complete');
      emacs.press('RET');
      await emacs.isIn('*SCIM Group כולם');
      await emacs.until('the text', 'scim-edit--loaded');
      expect(Number(await emacs.ask('(buffer-size)'))).toBeLessThan(5000);
      emacs.retype('כולם', 'Everybody');
      const before = await service.count();
      emacs.press('C-c C-c');
      await emacs.isIn('*SCIM preview');
      emacs.press('C-c C-c');
      await emacs.sees('✓ saved');
      const [write] = await service.writes(before);
      expect(write?.requestBody).not.toContain('members');
      emacs.press('C-c C-m');
      await emacs.isIn('*SCIM members of Everybody');
      await emacs.until('all rows', `(= ${size - 1} (scim-table-count))`);
    });
    expect(await service.other('GET', `/Groups/${group}?attributes=displayName`)).toMatchObject({
      schemas: [groupUrn],
      displayName: 'Everybody',
    });
  });

  it('takes people by name, found by the server while they are typed', async () => {
    await service.other('POST', '/Users', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: 'zz-late',
      displayName: 'מאיה לוי',
    });
    await atWorkbench(service, async (emacs) => {
      emacs.command('scim-groups');
      await emacs.isIn('*SCIM staging Groups*');
      await emacs.sees('1 of 1 · complete');
      emacs.press('M');
      await emacs.until('all rows', `(= ${size - 1} (scim-table-count))`);
      emacs.press('a');
      await emacs.sees('Add members: ');
      emacs.type('zz-late');
      emacs.press('RET');
      await emacs.until('the next question', '(string-empty-p (minibuffer-contents))');
      emacs.press('RET');
      await emacs.isTold('1 to be added');
      await emacs.sees('+1');
      await emacs.until('the list again', `(= ${size} (scim-table-count))`);
      emacs.press('C-c C-c');
      await emacs.isIn('*SCIM members changes*');
      emacs.press('C-c C-c');
      await emacs.isIn('*SCIM members of');
      await emacs.until('nobody left to add', '(and (not (scim-members--pending-p)) (not scim-members--busy))');
    });
    const { members } = await service.other('GET', `/Groups/${group}`);
    expect(Array.isArray(members) && members.length).toBe(size);
  });
});
