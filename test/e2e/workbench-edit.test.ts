/** Editing in a real Emacs on a terminal, by keys: help while typing, preview, sending, conflicts, the end of the bridge. */

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { lispString, type Terminal, textsOf } from '../support/terminal.js';
import { atWorkbench, headerOf, Service } from '../support/workbench.js';

vi.setConfig({ testTimeout: 60_000 });

let service: Service;
/** A user of its own for each test: its id, and how many requests had arrived before it. */
let id = '';
let since = 0;
let count = 0;

beforeAll(async () => {
  service = await Service.start({ users: 5, groups: 1 });
});

afterAll(() => service.close());

beforeEach(async () => {
  id = await service.user({ userName: `zz-${++count}`, displayName: '😀 שלום', title: 'Guide', active: true });
  since = await service.count();
});

/** `M-x scim-edit`, the type, and the name of the user of this test, found by the server. */
async function edit(emacs: Terminal): Promise<void> {
  emacs.command('scim-edit');
  await emacs.sees('Edit a resource of type');
  emacs.type('User\r');
  await emacs.sees('User: ');
  emacs.type(`zz-${count}`);
  await emacs.until('the name in the minibuffer', `(string-search "zz-${count}" (minibuffer-contents))`);
  emacs.press('RET');
  await emacs.isIn(`*SCIM User zz-${count} `);
  await emacs.until('the text', 'scim-edit--loaded');
}

/** C-c C-c, and the preview that it shows. */
async function preview(emacs: Terminal): Promise<string> {
  emacs.press('C-c C-c');
  await emacs.isIn('*SCIM preview');
  return (await emacs.lines()).join('\n');
}

async function saved(emacs: Terminal): Promise<void> {
  await emacs.isIn(`*SCIM User zz-${count} `);
  await emacs.sees('✓ saved');
}

const text = '(buffer-substring-no-properties (point-min) (point-max))';

describe('a resource that is edited', () => {
  it('is helped with while it is typed, previewed, and sent as one PATCH with its version', async () => {
    await atWorkbench(service, async (emacs) => {
      await edit(emacs);
      const version = await versionOf(id);
      emacs.find('"title"');
      emacs.press('C-e RET');
      emacs.type('"nick\t');
      await emacs.until('the attribute', `(string-search "\\"nickName\\": \\"\\"" ${text})`);
      // The caret is where the value is typed.
      emacs.type('Dee');
      await emacs.until('the value', `(string-search "  \\"nickName\\": \\"Dee\\",\\n" ${text})`);
      emacs.find('nickName');
      emacs.press('C-b');
      await emacs.until('what it is', `(string-search "nickName: string — The casual way" (or (current-message) ""))`);
      const shown = await preview(emacs);
      expect(shown).toContain('1 attribute changes: nickName');
      expect(shown).toContain('+  "nickName": "Dee",');
      expect(shown).toContain('1 request\n\nPATCH http');
      expect(shown).toContain(`If-Match: ${version}`);
      expect(shown).not.toContain('s3cret');
      expect(await service.writes(since)).toEqual([]);
      emacs.press('C-c C-c');
      await saved(emacs);
      const [write, ...others] = await service.writes(since);
      expect(others).toEqual([]);
      expect(write).toMatchObject({ method: 'PATCH', path: `/scim/v2/Users/${id}`, status: 200 });
      expect(headerOf(write, 'if-match')).toBe(version);
      expect((await service.other('GET', `/Users/${id}`)).nickName).toBe('Dee');
    });
  });

  it('shows what is wrong in exactly its place, behind an emoji and writing from right to left', async () => {
    await atWorkbench(service, async (emacs) => {
      await edit(emacs);
      emacs.find('שלום');
      emacs.press('C-e');
      emacs.type(' "bogus": 1,');
      await emacs.until('the mistake', '(flymake-diagnostics)');
      const marked = await emacs.ask(`
        (mapcar (lambda (d) (buffer-substring-no-properties (flymake-diagnostic-beg d) (flymake-diagnostic-end d)))
                (flymake-diagnostics))`);
      expect(marked).toEqual(['"bogus"']);
      emacs.press('M-<');
      emacs.command('flymake-goto-next-error');
      await emacs.until('point at the mistake', '(looking-at "\\"bogus\\"")');
      await emacs.isTold('User has no attribute `bogus`');
      // What is taken back is not wrong any more.
      emacs.press('C-e');
      emacs.press(Array.from(' "bogus": 1,', () => 'DEL').join(' '));
      await emacs.until('no mistake', '(null (flymake-diagnostics))');
    });
  });

  it('does not let what only the server sets be changed by mistake', async () => {
    await atWorkbench(service, async (emacs) => {
      await edit(emacs);
      emacs.find('lastModified": "20');
      emacs.type('9');
      await emacs.isTold('C-c C-t lifts the protection');
      expect(await emacs.ask('(scim-edit-modified-p)')).toBeNull();
    });
  });

  it('leads to its schema by M-., and back', async () => {
    await atWorkbench(service, async (emacs) => {
      await edit(emacs);
      emacs.find('"title');
      emacs.press('M-.');
      await emacs.isIn('*SCIM schemas (staging)*');
      await emacs.until('the attribute', '(save-excursion (beginning-of-line) (looking-at-p ".*title"))');
    });
  });
});

describe('a change by somebody else at the same time', () => {
  it('is merged where it touches nothing, chosen where it does, and nothing is lost', async () => {
    await atWorkbench(service, async (emacs) => {
      await edit(emacs);
      emacs.retype('Guide', 'Boss');
      emacs.find('"title"');
      emacs.press('C-e RET');
      emacs.type('"nickName": "Dee",');
      await preview(emacs);
      await service.change(id, 'title', 'Chief');
      await service.change(id, 'preferredLanguage', 'he');
      since = await service.count();
      emacs.press('C-c C-c');
      await emacs.sees('yours  as you changed it');
      await emacs.sees('base  as you read it');
      await emacs.sees('theirs  as the server has it now');
      // Three side by side: as high as each other, each beside the one before.
      const edges = await emacs.ask(`
        (mapcar (lambda (name)
                  (window-edges (get-buffer-window
                                 (seq-find (lambda (buffer) (string-prefix-p name (buffer-name buffer))) (buffer-list)))))
                '("*SCIM yours" "*SCIM base" "*SCIM theirs"))`);
      const [yours, base, theirs] = edgesOf(edges);
      expect([yours?.top, base?.top, theirs?.top]).toEqual([yours?.top, yours?.top, yours?.top]);
      expect(base?.left).toBe(yours?.right);
      expect(theirs?.left).toBe(base?.right);
      for (const [name, value] of [
        ['*SCIM yours', 'Boss'],
        ['*SCIM base', 'Guide'],
        ['*SCIM theirs', 'Chief'],
      ]) {
        await emacs.until(`${value} in ${name}`, `(workbench-window-sees-p "${name}" "\\"title\\": \\"${value}\\"")`);
      }
      expect((await service.writes(since)).filter(({ status }) => status < 300)).toEqual([]);
      await emacs.isIn(`*SCIM User zz-${count} `);
      await emacs.sees('⚑');
      // What does not touch is merged already: mine, and theirs.
      expect(await emacs.ask(text)).toContain('"nickName": "Dee"');
      expect(await emacs.ask(text)).toContain('"preferredLanguage": "he"');
      emacs.press('C-c C-c');
      await emacs.isTold('1 conflict is to be decided');
      emacs.press('C-c C-n');
      await emacs.isTold('theirs "Chief"');
      emacs.press('C-c ^ t');
      await emacs.isTold('All conflicts are decided');
      await preview(emacs);
      emacs.press('C-c C-c');
      await saved(emacs);
      expect(await service.other('GET', `/Users/${id}`)).toMatchObject({
        title: 'Chief',
        nickName: 'Dee',
        preferredLanguage: 'he',
        displayName: '😀 שלום',
      });
      // The versions are gone from the screen, and undo still has what was typed.
      await emacs.seesNot('as you read it');
      expect(
        await emacs.ask(
          '(length (seq-filter (lambda (b) (string-match-p "SCIM \\\\(yours\\\\|base\\\\|theirs\\\\)" (buffer-name b))) (buffer-list)))',
        ),
      ).toBe(0);
    });
  });
});

describe('the end of the bridge in the middle of an edit', () => {
  // Bridges of tests do not live long.
  const options = { setUp: '(setq scim-bridge-minimum-uptime 0)' };

  it('loses nothing: the text stays, and the next C-c C-c starts another one and saves', async () => {
    await atWorkbench(
      service,
      async (emacs) => {
        await edit(emacs);
        emacs.retype('Guide', 'Reiseführer 😀');
        await emacs.until('what was typed', `(string-search "Reiseführer 😀" ${text})`);
        const before = await emacs.ask(text);
        const pid = Number(await emacs.ask('(plist-get (car (scim-rpc-bridges)) :pid)'));
        emacs.kill(pid);
        await emacs.until('the end of the bridge', '(eq (quote dead) (plist-get (car (scim-rpc-bridges)) :state))');
        await emacs.isTold('killed');
        expect(await emacs.ask(text)).toBe(before);
        // Typing goes on without it.
        emacs.type('!');
        await emacs.until('what was typed', `(string-search "Reiseführer 😀!" ${text})`);
        const shown = await preview(emacs);
        expect(shown).toContain('+  "title": "Reiseführer 😀!"');
        emacs.press('C-c C-c');
        await saved(emacs);
        expect((await service.other('GET', `/Users/${id}`)).title).toBe('Reiseführer 😀!');
        expect(Number(await emacs.ask('(plist-get (car (scim-rpc-bridges)) :pid)'))).not.toBe(pid);
      },
      options,
    );
  });

  it('loses nothing when it happens while something is sent', async () => {
    await service.faults([{ on: 'PATCH /Users/*', times: 1, latency: '3s' }]);
    await atWorkbench(
      service,
      async (emacs) => {
        await edit(emacs);
        emacs.retype('Guide', 'Boss');
        await preview(emacs);
        emacs.press('C-c C-c');
        await emacs.until(
          'sending',
          `(with-current-buffer (scim-edit-find "User" ${lispString(id)} "staging") (equal scim-edit--doing "sending"))`,
        );
        emacs.kill(Number(await emacs.ask('(plist-get (car (scim-rpc-bridges)) :pid)')));
        await emacs.isTold('The text is kept');
        const kept = `(with-current-buffer (scim-edit-find "User" ${lispString(id)} "staging") ${text})`;
        expect(await emacs.ask(kept)).toContain('"title": "Boss"');
      },
      options,
    );
    await service.faults([]);
  });
});

async function versionOf(user: string): Promise<unknown> {
  const { meta } = await service.other('GET', `/Users/${user}`);
  return typeof meta === 'object' && meta !== null && 'version' in meta ? meta.version : undefined;
}

function edgesOf(value: unknown): { left: number; top: number; right: number }[] {
  return (Array.isArray(value) ? value : []).map((edges) => {
    const [left = 0, top = 0, right = 0] = textsOf(edges).map(Number);
    return { left, top, right };
  });
}
