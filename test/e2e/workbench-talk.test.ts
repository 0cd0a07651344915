/** The REPL, request files and the log in a real Emacs on a terminal, by keys. */

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Terminal } from '../support/terminal.js';
import { atWorkbench, Service } from '../support/workbench.js';

vi.setConfig({ testTimeout: 60_000 });

let service: Service;
/** A user of its own for each test, and how many requests had arrived before it. */
let id = '';
let name = '';
let since = 0;
let count = 0;

beforeAll(async () => {
  service = await Service.start({ users: 60, groups: 2 });
});

afterAll(() => service.close());

beforeEach(async () => {
  await service.faults([]);
  name = `zz-${++count}`;
  id = await service.user({ userName: name, displayName: 'דנה 😀', title: 'Guide', active: true });
  since = await service.count();
});

describe('the REPL', () => {
  const idle = '(and (derived-mode-p (quote scim-repl-mode)) (null scim-repl--handle))';

  /** Types TEXT and RET, and waits until it was carried out. */
  async function say(emacs: Terminal, text: string): Promise<void> {
    const before = Number(await emacs.ask('scim-repl--evaluated'));
    emacs.type(`${text}\r`);
    await emacs.until(`an answer to ${text}`, `(> scim-repl--evaluated ${before})`);
    await emacs.until('the prompt', idle);
  }

  async function open(emacs: Terminal): Promise<void> {
    emacs.command('scim-repl');
    await emacs.isIn('*SCIM repl (staging)*');
    await emacs.sees('staging> ');
    await emacs.until('the prompt', idle);
  }

  it('answers commands, completes them, and refers to what was answered', async () => {
    await atWorkbench(service, async (emacs) => {
      await open(emacs);
      await say(emacs, `users userName eq "${name}"`);
      await emacs.sees('דנה 😀');
      await say(emacs, '*1[0].title');
      await emacs.sees('"Guide"');
      emacs.type('users userN\t');
      await emacs.until('the attribute', '(string-suffix-p "users userName" (buffer-string))');
      emacs.type(' s\t');
      await emacs.sees('sw  starts with');
      emacs.press('C-a C-k');
      await say(emacs, `patch Users/${id} title="Boss"`);
      await emacs.sees('verified: title=Boss');
      const writes = await service.writes(since);
      expect(writes.map(({ method, status }) => [method, status])).toEqual([['PATCH', 200]]);
      emacs.press('M-p');
      await emacs.until('the last input', `(string-suffix-p "title=\\"Boss\\"" (buffer-string))`);
      emacs.press('C-a C-k');
      await say(emacs, ',help');
      await emacs.sees('Shortcuts');
    });
  });

  it('takes JSON over several lines', async () => {
    await atWorkbench(service, async (emacs) => {
      await open(emacs);
      emacs.type('create Users {\r"userName": "zz-repl-');
      emacs.type(`${count}",\r"displayName": "שלום"\r}`);
      await emacs.until('the indented text', '(string-search "{\\n  \\"userName\\"" (buffer-string))');
      await say(emacs, '');
      await emacs.sees('201 Created');
      const [write] = await service.writes(since);
      expect(JSON.parse(write?.requestBody ?? '')).toMatchObject({ displayName: 'שלום' });
    });
  });

  it('stops at C-c C-c, while typing goes on', async () => {
    await service.faults([{ on: 'GET /Users', latency: '20s' }]);
    await atWorkbench(service, async (emacs) => {
      await open(emacs);
      emacs.type('users\r');
      await emacs.until('a request under way', 'scim-repl--handle');
      emacs.type('typed meanwhile');
      await emacs.sees('typed meanwhile');
      emacs.press('C-c C-c');
      await emacs.sees('Interrupted.');
      await emacs.until('the prompt', idle);
      await emacs.until('what was typed', '(string-suffix-p "staging> typed meanwhile" (buffer-string))');
    });
  });
});

describe('a request file', () => {
  const file = () => `@who = ${name}

### find
GET /Users?filter=userName eq "{{who}}"

### change
PATCH /Users/${id}

{ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  "Operations": [{ "op": "replace", "path": "title", "value": "Boss 😀" }] }
`;

  async function visit(emacs: Terminal): Promise<void> {
    emacs.press('C-x C-f');
    await emacs.sees('Find file');
    emacs.type('file.scim\r');
    await emacs.until('the mode', '(derived-mode-p (quote scim-request-mode))');
  }

  it('marks what is wrong at its place, completes, explains, and previews', async () => {
    await atWorkbench(
      service,
      async (emacs) => {
        await visit(emacs);
        emacs.find('Boss 😀"');
        emacs.type(', "bogus": 1');
        await emacs.until('the mistake', '(flymake-diagnostics)');
        const marked =
          '(let ((d (car (flymake-diagnostics)))) (buffer-substring-no-properties (flymake-diagnostic-beg d) (flymake-diagnostic-end d)))';
        expect(await emacs.ask(marked)).toBe('"bogus"');
        emacs.press(Array.from(', "bogus": 1', () => 'DEL').join(' '));
        await emacs.until('no mistake', '(null (flymake-diagnostics))');
        emacs.find('userName');
        emacs.press('DEL DEL DEL DEL');
        emacs.type('N\t');
        await emacs.until('the attribute', '(string-search "filter=userName eq" (buffer-string))');
        emacs.find('{{wh');
        emacs.press('C-b');
        await emacs.until('what the variable is', `(string-search "${name}" (or (current-message) ""))`);
        emacs.find('GET');
        emacs.press('C-c C-e');
        await emacs.isIn('*SCIM preview: find*');
        await emacs.sees('/scim/v2/Users?filter=userName%20eq%20');
        await emacs.sees('Authorization: Bearer ***');
        expect(await service.writes(since)).toEqual([]);
      },
      { files: { 'file.scim': file() } },
    );
  });

  it('is sent, again, and shows how two answers differ', async () => {
    await atWorkbench(
      service,
      async (emacs) => {
        await visit(emacs);
        emacs.find('GET');
        emacs.press('C-c C-c');
        await emacs.sees('*SCIM response: find*');
        await emacs.sees('"title": "Guide"');
        emacs.find('PATCH');
        emacs.press('C-c C-c');
        await emacs.sees('*SCIM response: change*');
        await emacs.sees('Boss 😀');
        emacs.find('GET');
        emacs.press('C-u C-c C-c');
        await emacs.isIn('*SCIM response: find*');
        await emacs.sees('"title": "Boss 😀"');
        emacs.press('[');
        await emacs.sees('"title": "Guide"');
        emacs.press(']');
        await emacs.sees('2/2');
        emacs.press('d');
        await emacs.sees('*SCIM difference: find*');
        await emacs.sees('-      "title": "Guide"');
        await emacs.sees('+      "title": "Boss 😀"');
      },
      // Three windows stand one below the other, and a difference needs its room.
      { files: { 'file.scim': file() }, rows: 60 },
    );
  });
});

describe('the log', () => {
  it('is filtered, unfolded, sent again, and made into a request file', async () => {
    await atWorkbench(service, async (emacs) => {
      emacs.command('scim-repl');
      await emacs.sees('staging> ');
      emacs.type(`patch Users/${id} title="Boss"\r`);
      await emacs.sees('verified');
      emacs.command('scim-log');
      await emacs.isIn('*SCIM (staging) log*');
      emacs.press('/');
      await emacs.sees('Filter (e.g.');
      emacs.type('method:PATCH\r');
      await emacs.sees('[method:PATCH: 1]');
      emacs.press('M-<');
      expect((await emacs.lines()).filter((line) => line !== '')).toHaveLength(1);
      emacs.press('TAB');
      await emacs.sees('> PATCH');
      await emacs.sees('Authorization: Bearer');
      expect(await emacs.ask('(buffer-string)')).not.toContain('s3cret');
      emacs.press('TAB');
      await emacs.seesNot('> PATCH');
      emacs.press('r');
      await emacs.sees('again? (y or n)');
      emacs.press('y');
      // With the version of then, the service refuses it.
      await emacs.isTold('Answered with 412');
      expect((await service.writes(since)).map(({ status }) => status)).toEqual([200, 412]);
      emacs.press('M-<');
      emacs.press('e');
      await emacs.isIn('*SCIM request*');
      expect(await emacs.ask('(buffer-string)')).toMatch(/^PATCH \{?\{?.*Users/m);
      emacs.find('"Boss');
      emacs.type('ess');
      emacs.find('If-Match');
      emacs.press('C-a C-k C-k');
      emacs.find('PATCH');
      emacs.press('C-c C-c');
      await emacs.sees('*SCIM response');
      await emacs.sees('"title": "Bossess"');
    });
    expect(await service.other('GET', `/Users/${id}`)).toMatchObject({ title: 'Bossess' });
  });

  it('tells of a write that failed while nobody looked, until it is looked at', async () => {
    await atWorkbench(service, async (emacs) => {
      emacs.command('scim-users');
      await emacs.sees('complete');
      await service.faults([{ on: 'PATCH /Users/*', times: 1, status: 403, latency: '700ms' }]);
      emacs.press('m X');
      await emacs.until('the plan', '(eq scim-action--state (quote planned))');
      emacs.press('x');
      await emacs.sees('(y or n)');
      emacs.press('y');
      await emacs.until('the run', '(memq scim-action--state (quote (running run)))');
      emacs.press('C-x b');
      emacs.type('*scratch*\r');
      emacs.press('C-x 1');
      await emacs.isIn('*scratch*');
      await emacs.isTold('failed: 403');
      await emacs.sees('SCIM!1');
      emacs.command('scim-alert-show');
      await emacs.isIn('*SCIM log*');
      await emacs.sees('[is:write is:failed: 1]');
      await emacs.sees('403');
      await emacs.seesNot('SCIM!1');
    });
  });
});
