import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { commands, shortcuts } from '../../src/document/repl/commands.js';
import { type Mock, startMock } from '../../src/mock/server.js';
import { protocolVersion } from '../../src/protocol/index.js';
import { workspaceWith } from '../support/batch.js';
import { type Bridge, startBridge } from '../support/bridge.js';
import { type FaultServer, silence, startFaultServer } from '../support/fault-server.js';
import { type ScimmyServer, startScimmy } from '../support/scimmy-server.js';

const token = 'repl-s3cret-token';
let mock: Mock;
let faults: FaultServer;
let scimmy: ScimmyServer;
const open: Bridge[] = [];

beforeAll(async () => {
  mock = await startMock({ users: 60, groups: 4, tokens: [token] });
  faults = await startFaultServer();
  scimmy = await startScimmy({ users: 3, token });
});

afterAll(async () => {
  await Promise.all([mock.close(), faults.close(), scimmy.close()]);
});

afterEach(async () => {
  for (const bridge of open.splice(0)) {
    await bridge.stop();
    expect(bridge.stderr()).toBe('');
  }
});

interface Mark {
  kind: string;
  start: number;
  end: number;
  [key: string]: unknown;
}

interface Said {
  text: string;
  marks: Mark[];
  history: string | null;
  outcome: string;
  value: number | null;
  effects: Record<string, unknown>[];
  /** What a mark of KIND covers. */
  marked(kind: string): string[];
}

class Prompt {
  evaluated = 0;

  constructor(
    readonly bridge: Bridge,
    readonly session = 'test',
  ) {}

  async say(text: string, more: object = {}): Promise<Said> {
    const answer = await this.bridge.connection.sendRequest<{
      output: { text: { text: string }; marks: Mark[] };
      history: string | null;
      outcome: string;
      value: number | null;
      effects: Record<string, unknown>[];
    }>('scim/repl/eval', { session: this.session, text: { text }, evaluated: this.evaluated, ...more });
    this.evaluated += 1;
    const shown = answer.output.text.text;
    const letters = [...shown];
    const { marks } = answer.output;
    return {
      ...answer,
      text: shown,
      marks,
      marked: (kind) =>
        marks.filter((mark) => mark.kind === kind).map(({ start, end }) => letters.slice(start, end).join('')),
    };
  }

  async complete(marked: string): Promise<{ typed: string; labels: string[]; inserts: string[] }> {
    const at = marked.indexOf('|');
    const text = marked.replace('|', '');
    const offset = [...marked.slice(0, at)].length;
    const answer = await this.bridge.connection.sendRequest<{
      start: number;
      end: number;
      items: { label: string; insert: string }[];
    }>('scim/repl/complete', { session: this.session, text, offset });
    return {
      typed: [...text].slice(answer.start, answer.end).join(''),
      labels: answer.items.map(({ label }) => label),
      inserts: answer.items.map(({ insert }) => insert),
    };
  }
}

async function promptAt(url: string, secret = token, root?: string): Promise<Prompt> {
  const bridge = await startBridge({
    environment: { SCIM_API_BASE_URL: url, SCIM_AUTH_TOKEN: secret },
    ...(root === undefined ? {} : { root }),
  });
  open.push(bridge);
  return new Prompt(bridge);
}

describe('a prompt', () => {
  it('says that there is nothing without a table of nothing', async () => {
    const prompt = await promptAt(mock.url);
    const { text, marked } = await prompt.say('users userName eq "nobody"');
    expect(text).toMatch(/^GET [^\n]*\n0 of 0 Users, complete\n$/);
    expect(marked('table').join('')).toBe('');
  });

  it('lists, goes on with more, and says when that is all', async () => {
    const prompt = await promptAt(mock.url);
    const first = await prompt.say('users count=25 sort=userName');
    expect(first.text).toContain('25 of 60 Users; more shows the next ones');
    expect(first.marks.filter(({ uri }) => String(uri).startsWith('scim:/default/resource/User/'))).toHaveLength(25);
    expect(first.marks).toContainEqual(expect.objectContaining({ kind: 'input', input: 'more' }));
    await prompt.say('more');
    const last = await prompt.say('more');
    expect(last.text).toContain('60 of 60 Users, complete');
    expect(last.text).toMatch(/^\[59\]\t/m);
    // What was added by `more` is the same result.
    expect(last.value).toBe(first.value);
    expect((await prompt.say('*1[59].userName')).outcome).toBe('done');
    expect((await prompt.say('more')).text).toContain('There is no list to go on with');
  });

  it('creates, changes, verifies and deletes, also with emoji and right-to-left names', async () => {
    const prompt = await promptAt(mock.url);
    const name = 'אבג 😀 repl';
    const made = await prompt.say(`create Users {\n  "userName": "${name}"\n}`);
    expect(made.text).toContain('201 Created');
    expect(made.text).toContain('✓ verified');
    const changed = await prompt.say('patch *1 active=false title="Tour Guide" nickName=42');
    expect(changed.text).toMatch(/PATCH \/Users\/\S+ {2}200 OK/);
    expect(changed.text).toContain('✓ verified: active=false title="Tour Guide" nickName="42"');
    expect((await prompt.say('*1.nickName')).text).toBe('"42"\n');
    const again = await prompt.say('patch *1 active=false');
    expect(again.text).toContain('nothing was sent');
    expect(again.text).not.toContain('PATCH /');
    const gone = await prompt.say(`delete ${name}`);
    expect(gone.text).toContain('✓ verified: ');
    expect((await prompt.say(`get ${name}`)).text).toContain('No resource has a name like');
  });

  it('does not change what is only called similarly', async () => {
    const prompt = await promptAt(mock.url);
    const made = await prompt.say('create Users {"userName": "unmistakable-zebra"}');
    expect(made.outcome).toBe('done');
    const refused = await prompt.say('delete unmistakable');
    expect(refused.text).toContain('Nothing is called exactly');
    expect(refused.text).not.toContain('DELETE');
    expect((await prompt.say('get unmistakable')).text).toContain('unmistakable-zebra');
    expect((await prompt.say('delete unmistakable-zebra')).text).toContain('is gone');
  });

  it('uses references in paths, values, filters, JSON and raw requests', async () => {
    const prompt = await promptAt(mock.url);
    await prompt.say('users count=3');
    const id = JSON.parse((await prompt.say('*1[1].id')).text);
    expect((await prompt.say('get *1[1]')).text).toContain(`User ${id}`);
    expect((await prompt.say('users id eq *1.id')).text).toContain('1 of 1 Users, complete');
    expect((await prompt.say('GET /Users/{{*1[0].id}}')).text).toContain(`User ${id}`);
    await prompt.say(',set mine=*1.id');
    expect((await prompt.say('get Users/{{mine}} attributes=userName')).text).toContain(`User ${id}`);
    const wrong = await prompt.say('get *1.nothing');
    expect(wrong.text).toMatch(/\^{10}\n✗ `\*1\.nothing` has no value/);
    expect((await prompt.say('*e')).text).toContain('has no value');
  });

  it('tells an error of the service with its kind and remedy, and keeps *1', async () => {
    const prompt = await promptAt(mock.url);
    await prompt.say('users count=1');
    const failed = await prompt.say('users userName eq "x" sort=nothing');
    expect(failed.outcome).toBe('failed');
    expect(failed.text).toMatch(/400 Bad Request[\s\S]*→ /);
    expect((await prompt.say('*1[0].id')).outcome).toBe('done');
  });

  it('never stores or shows a secret', async () => {
    const prompt = await promptAt(mock.url);
    const inputs = [
      `create Users {"userName": "secretive", "password": "hunter2-and-more"}`,
      'patch *1 password=another-one-1',
      `patch *1 [{"op": "replace", "path": "password", "value": "yet-another-2"}]`,
      `POST /Users\nAuthorization: Bearer abcdefghijklmnop0123\n\n{"userName": "x"}`,
      `,set token=very-s3cret-value`,
      `users userName eq "${token}"`,
      `users password eq "guess-3"`,
      'some-pasted-passw0rd',
    ];
    for (const input of inputs) {
      const said = await prompt.say(input);
      expect(said.history, input).toBeNull();
      expect(said.text, input).not.toMatch(/hunter2|another-one|yet-another|very-s3cret|guess-3|s3cret-token/);
    }
    // The value of a variable that is called like a secret is one wherever it stands.
    expect((await prompt.say('users title eq "very-s3cret-value"')).history).toBeNull();
    expect((await prompt.say('users title eq "harmless"')).history).toBe('users title eq "harmless"');
    await prompt.say('delete secretive');
  });

  it('lists every command and shortcut in ,help, and has help on each', async () => {
    const prompt = await promptAt(mock.url);
    const help = (await prompt.say(',help')).text;
    for (const { name, summary } of commands) expect(help).toContain(`${name}\t${summary}`);
    for (const { name } of shortcuts) expect(help).toContain(`,${name}\t`);
    for (const { name, usage } of commands) expect((await prompt.say(`,help ${name}`)).text).toContain(usage);
    expect((await prompt.say(',help references')).text).toContain('*1 is the last result');
    expect((await prompt.say(',help patsh')).text).toContain('is `patch` meant?');
  });

  it('completes commands, options, attributes, operators, names, references and tenants', async () => {
    const prompt = await promptAt(mock.url);
    await prompt.say('create Users {"userName": "completable-😀-person"}');
    expect((await prompt.complete('pat|')).labels).toContain('patch');
    expect((await prompt.complete(',he|')).labels).toContain('help');
    expect((await prompt.complete('users |')).labels).toEqual(expect.arrayContaining(['userName', 'sort=']));
    expect((await prompt.complete('users userName |')).labels).toContain('sw');
    expect((await prompt.complete('users sort=|')).labels).toContain('userName');
    expect((await prompt.complete('patch *1 titl|')).labels).toContain('title');
    expect((await prompt.complete('patch *1 active=|')).labels).toEqual(expect.arrayContaining(['true', 'false']));
    expect((await prompt.complete('get *|')).labels).toContain('*1');
    expect((await prompt.complete(',tenant |')).labels).toEqual(['default']);
    expect((await prompt.complete('schema User.em|')).labels).toContain('User.emails');
    const found = await prompt.complete('get completable-😀|');
    expect(found.typed).toBe('completable-😀');
    expect(found.labels).toContain('completable-😀-person');
    expect(found.inserts.some((insert) => /^Users\/[\w-]+$/.test(insert))).toBe(true);
    await prompt.say('delete completable-😀-person');
  });

  it('tells what the bridge before it knew and this one does not', async () => {
    const before = await promptAt(mock.url);
    await before.say('users count=1');
    const after = await promptAt(mock.url);
    after.evaluated = 1;
    const said = await after.say('get *1[0]');
    expect(said.text).toContain('The bridge was started anew');
    expect(said.text).toContain('There are no results yet');
    expect((await after.say('count users')).text).not.toContain('started anew');
  });

  it('can be interrupted', async () => {
    const reached = new Promise<void>((resolve) => {
      faults.otherwise = (...exchange) => {
        resolve();
        silence(...exchange);
      };
    });
    const prompt = await promptAt(faults.base.href);
    const source = new CancellationTokenSource();
    const asked = prompt.bridge.connection.sendRequest(
      'scim/repl/eval',
      { session: 's', text: { text: 'GET /Users' } },
      source.token,
    );
    await reached;
    source.cancel();
    await expect(asked).rejects.toMatchObject({ data: { code: 'cancelled' } });
  });

  it('asks before what a tenant wants to be confirmed, with the very request', async () => {
    const { root, remove } = workspaceWith({
      'scim.yaml': `tenants:\n  guarded:\n    baseUrl: ${mock.url}\n    auth: { scheme: bearer, token: env:SCIM_AUTH_TOKEN }\n    confirm: writes\n`,
    });
    const bridge = await startBridge({ environment: { SCIM_AUTH_TOKEN: token }, root, raw: true });
    open.push(bridge);
    await bridge.connection.sendRequest('initialize', {
      processId: process.pid,
      clientInfo: { name: 'test' },
      rootPath: root,
      initializationOptions: { protocolVersion, trace: false, asks: true },
    });
    const prompt = new Prompt(bridge);
    expect((await prompt.say('users count=1')).outcome).toBe('done');
    const asked = prompt.say('patch *1[0] title=x');
    await expect(asked).rejects.toMatchObject({ data: { code: 'tenant.confirm' } });
    await expect(asked).rejects.toThrow(/PATCH \/User\/[\w-]+\?/);
    expect((await prompt.say('patch *1[0] title=x', { confirmed: true })).text).toContain('✓ verified');
    remove();
  });

  it('switches tenants, and does not take a result of one for the other', async () => {
    const { root, remove } = workspaceWith({
      'scim.yaml': ['one', 'two']
        .map(
          (name) => `  ${name}:\n    baseUrl: ${mock.url}\n    auth: { scheme: bearer, token: env:SCIM_AUTH_TOKEN }\n`,
        )
        .join('')
        .replace(/^/, 'tenants:\n'),
    });
    const prompt = await promptAt(mock.url, token, root);
    await prompt.say('users count=1', { tenant: 'one' });
    expect((await prompt.say(',tenant two', { tenant: 'one' })).effects).toEqual([{ kind: 'tenant', name: 'two' }]);
    expect((await prompt.say(',tenant tow', { tenant: 'one' })).text).toContain('is `two` meant?');
    expect((await prompt.say('get *1[0]', { tenant: 'two' })).text).toContain('came from the tenant one');
    remove();
  });

  it('cuts what is longer than a screen can bear', async () => {
    const prompt = await promptAt(mock.url);
    const description = 'x'.repeat(300_000);
    const made = await prompt.say(`create Users {"userName": "long-title", "title": "${description}"}`);
    expect(made.outcome).toBe('done');
    const shown = await prompt.say('get long-title');
    expect(shown.text.length).toBeLessThan(70_000);
    expect(shown.text).toContain('… cut:');
    const saved = await prompt.say(',save out.json');
    expect(saved.effects).toMatchObject([{ kind: 'save', file: 'out.json' }]);
    await prompt.say('delete long-title');
  });

  it('turns the last request into curl and into a request file, without the credential', async () => {
    const prompt = await promptAt(mock.url);
    await prompt.say('users count=1');
    const [copy] = (await prompt.say(',curl')).effects;
    expect(copy).toMatchObject({ kind: 'copy', text: expect.stringContaining('$SCIM_AUTH_TOKEN') });
    const [request] = (await prompt.say(',request')).effects;
    expect(JSON.stringify(request)).toContain('GET /Users?count=1');
    expect(JSON.stringify([copy, request])).not.toContain(token);
    expect((await prompt.say(',time count users')).text).toContain('in 1 request');
  });
});

describe('a prompt at a server that was written elsewhere', () => {
  it('creates, changes, lists and deletes', async () => {
    const prompt = await promptAt(scimmy.base.href);
    const made = await prompt.say('create Users {"userName": "foreign-😀", "active": true}');
    expect(made.text).toContain('201 Created');
    const changed = await prompt.say('patch *1 displayName="Foreign" active=false');
    expect(changed.text).toContain('✓ verified: displayName=Foreign active=false');
    expect((await prompt.say('users userName eq "foreign-😀"')).text).toContain('1 of 1 Users, complete');
    expect((await prompt.say('delete *1[0]')).text).toContain('is gone');
  });
});
