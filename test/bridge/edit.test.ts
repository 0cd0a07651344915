import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MockOptions } from '../../src/mock/options.js';
import { type Mock, startMock } from '../../src/mock/server.js';
import type { edit, ResultOf, TextRef } from '../../src/protocol/index.js';
import { workspaceWith } from '../support/batch.js';
import { type Bridge, startBridge } from '../support/bridge.js';
import { json, startFaultServer } from '../support/fault-server.js';
import { StoreServer } from '../support/store-server.js';

type Opened = ResultOf<typeof edit.openResource>;
type Saved = ResultOf<typeof edit.saveEdit>;
type Preview = ResultOf<typeof edit.previewEdit>;

const open: Bridge[] = [];
const running: Mock[] = [];
const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';
let shared: Mock;

beforeAll(async () => {
  shared = await startMock({ users: 300, groups: 2 });
});

afterAll(() => shared.close());

afterEach(async () => {
  for (const bridge of open.splice(0)) {
    await bridge.stop();
    expect(bridge.stderr()).toBe('');
  }
  await Promise.all(running.splice(0).map((mock) => mock.close()));
});

/** A person's Emacs with one resource open, and the server beside it. */
class Editor {
  private constructor(
    readonly bridge: Bridge,
    readonly url: string,
  ) {}

  static async at(url: string, tenant = ''): Promise<Editor> {
    const { root } = workspaceWith({
      'scim.yaml': `tenants:\n  it:\n    baseUrl: ${url}\n    auth: { scheme: none }\n${tenant}`,
    });
    const bridge = await startBridge({ root, trace: true });
    open.push(bridge);
    return new Editor(bridge, url);
  }

  open(type: string, id: string): Promise<Opened> {
    return this.bridge.connection.sendRequest('scim/edit/open', { type, id });
  }

  /** What is sent with each request about OPENED, as TEXT shows it. */
  params(opened: Opened, text: string) {
    const { type, id, etag, large } = opened;
    const leftOut = large.map(({ attribute }) => attribute);
    return { type, id, base: opened.text, text: { text }, etag, leftOut };
  }

  preview(opened: Opened, text: string): Promise<Preview> {
    return this.bridge.connection.sendRequest('scim/edit/preview', this.params(opened, text));
  }

  save(opened: Opened, text: string): Promise<Saved> {
    return this.bridge.connection.sendRequest('scim/edit/save', this.params(opened, text));
  }

  /** The writes so far. */
  writes(): string[] {
    return this.bridge
      .received('scim/exchange')
      .map((one) => one as { method: string; path: string; status: number })
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path, status }) => `${method} ${path.replace(/.*\/v2/, '')} ${status}`);
  }

  async ask(method: string, path: string, body?: unknown) {
    const response = await fetch(this.url + path, {
      method,
      headers: { 'content-type': 'application/scim+json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return JSON.parse((await response.text()) || 'null');
  }

  patch(id: string, ...Operations: unknown[]) {
    return this.ask('PATCH', `/Users/${id}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations,
    });
  }
}

let count = 0;

async function newUser(editor: Editor, more: object = {}) {
  count += 1;
  return editor.ask('POST', '/Users', {
    schemas: [userUrn],
    userName: `edit-${count}`,
    title: 'Guide',
    name: { givenName: 'Barbara', familyName: 'Jensen' },
    emails: [{ value: 'b@example.com', type: 'work' }],
    ...more,
  });
}

async function vendor(options: MockOptions): Promise<Mock> {
  const mock = await startMock(options);
  running.push(mock);
  return mock;
}

function textOf(ref: TextRef | undefined): string {
  if (ref === undefined || !('text' in ref)) throw new Error('no text');
  return ref.text;
}

describe('a resource as a text', () => {
  it('is what the server sent, indented, with what only the server sets marked', async () => {
    const editor = await Editor.at(shared.url);
    const user = await newUser(editor, { displayName: '😀 שלום' });
    const opened = await editor.open('Users', user.id);
    expect(opened).toMatchObject({ tenant: 'it', type: 'User', title: user.userName, readOnly: false, large: [] });
    expect(opened.uri).toBe(`scim:/it/resource/User/${user.id}`);
    expect(JSON.parse(textOf(opened.text))).toEqual(user);
    expect(Object.keys(JSON.parse(textOf(opened.text)))).toEqual(Object.keys(user));
    expect(opened.etag).toBe(user.meta.version);
    const lines = textOf(opened.text).split('\n');
    const shown = opened.protected.map(({ path, start, end }) => [path, lines[start.line]?.trim(), end.line]);
    expect(shown[0]).toEqual(['id', `"id": "${user.id}",`, expect.any(Number)]);
    expect(shown.map(([path]) => path)).toContain('meta');
  });

  it('is previewed and saved by one PATCH of what was changed, and read back', async () => {
    const editor = await Editor.at(shared.url);
    const user = await newUser(editor);
    const opened = await editor.open('User', user.id);
    const text = textOf(opened.text).replace('"Guide"', '"رئيس"').replace('Barbara', 'Babs');
    const preview = await editor.preview(opened, text);
    expect(preview).toMatchObject({ count: 2, summary: expect.stringContaining('title'), warnings: [], issues: [] });
    expect(textOf(preview.diff)).toContain('\n-  "title": "Guide"');
    expect(textOf(preview.diff)).toContain('\n+  "title": "رئيس"');
    expect(preview.requests.map(({ method }) => method)).toEqual(['PATCH']);
    const request = textOf(preview.requests[0]?.text);
    expect(request).toContain(`/Users/${user.id}\n`);
    expect(request).toContain(`If-Match: ${opened.etag}`);
    expect(request).toContain('"path": "name.givenName"');
    expect(editor.writes()).toEqual([]);
    const saved = await editor.save(opened, text);
    expect(saved).toMatchObject({ outcome: 'saved', failed: [], took: ['name', 'title'] });
    expect(editor.writes()).toEqual([`PATCH /Users/${user.id} 200`]);
    expect(await editor.ask('GET', `/Users/${user.id}`)).toMatchObject({ title: 'رئيس', name: { givenName: 'Babs' } });
    expect(JSON.parse(textOf(saved.text))).toMatchObject({ title: 'رئيس', meta: { version: saved.etag } });
  });

  it('that says nothing new is not sent', async () => {
    const editor = await Editor.at(shared.url);
    const opened = await editor.open('User', (await newUser(editor)).id);
    const text = textOf(opened.text).replaceAll('\n', '  \n');
    expect(await editor.preview(opened, text)).toMatchObject({ count: 0, requests: [] });
    expect(await editor.save(opened, text)).toMatchObject({ outcome: 'unchanged' });
    expect(editor.writes()).toEqual([]);
  });

  it('with mistakes is not sent, and the places are told', async () => {
    const editor = await Editor.at(shared.url);
    const opened = await editor.open('User', (await newUser(editor, { displayName: '😀' })).id);
    await expect(editor.save(opened, `${textOf(opened.text)},`)).rejects.toMatchObject({
      data: { code: 'json.syntax' },
    });
    await expect(editor.save(opened, '[]')).rejects.toThrow(/JSON object/);
    await expect(editor.save(opened, textOf(opened.text).replace('"title"', '"tittle"'))).rejects.toThrow(/tittle/);
    expect(editor.writes()).toEqual([]);
  });

  it('keeps numbers that no double holds, and the way things are written', async () => {
    const server = await startFaultServer();
    const editor = await Editor.at(server.base.href);
    server.otherwise = (_seen, response) => {
      response.setHeader('content-type', 'application/scim+json');
      response.end(`{"id":"1","schemas":["${userUrn}"],"userName":"\\u0061","n":12345678901234567890,"m":1.10}`);
    };
    const opened = await editor.open('User', '1');
    expect(textOf(opened.text)).toMatch(/"userName": "\\u0061",\n {2}"n": 12345678901234567890,\n {2}"m": 1.10\n/);
    await server.close();
  });
});

describe('a resource that others change meanwhile', () => {
  it('keeps both changes when they are of different attributes', async () => {
    const editor = await Editor.at(shared.url);
    const user = await newUser(editor);
    const opened = await editor.open('User', user.id);
    await editor.patch(user.id, { op: 'replace', path: 'nickName', value: 'Theirs' });
    const saved = await editor.save(opened, textOf(opened.text).replace('"Guide"', '"Mine"'));
    expect(saved).toMatchObject({ outcome: 'saved', merged: ['nickName'], failed: [] });
    expect(await editor.ask('GET', `/Users/${user.id}`)).toMatchObject({ title: 'Mine', nickName: 'Theirs' });
  });

  it('sends nothing when the same was changed, and tells the three versions', async () => {
    const editor = await Editor.at(shared.url);
    const user = await newUser(editor, { displayName: '😀' });
    const opened = await editor.open('User', user.id);
    await editor.patch(
      user.id,
      { op: 'replace', path: 'title', value: 'Theirs' },
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'theirs@example.com' },
      { op: 'add', path: 'nickName', value: 'T' },
    );
    const text = textOf(opened.text).replace('"Guide"', '"Mine"').replace('b@example.com', 'mine@example.com');
    const saved = await editor.save(opened, text);
    expect(saved).toMatchObject({ outcome: 'conflict', merged: ['nickName'] });
    expect(editor.writes()).toEqual([]);
    const merged = textOf(saved.text);
    expect(JSON.parse(merged)).toMatchObject({ title: 'Mine', nickName: 'T', emails: [{ value: 'mine@example.com' }] });
    expect(saved.conflicts.map(({ path, mine, base, theirs }) => [path, mine, base, theirs])).toEqual([
      ['title', '"Mine"', '"Guide"', '"Theirs"'],
      ['emails[type eq "work"].value', '"mine@example.com"', '"b@example.com"', '"theirs@example.com"'],
    ]);
    for (const { range, mine } of saved.conflicts) {
      const line = merged.split('\n')[range.start.line] ?? '';
      expect([...line].slice(range.start.character, range.end.character).join('')).toBe(mine);
    }
    // What was chosen is then saved on top of theirs.
    const again = { ...opened, text: saved.base ?? opened.text, etag: saved.etag };
    const chosen = merged.replace('"Mine"', '"Theirs"');
    expect(await editor.save(again, chosen)).toMatchObject({ outcome: 'saved', took: ['emails'], failed: [] });
    expect(await editor.ask('GET', `/Users/${user.id}`)).toMatchObject({
      title: 'Theirs',
      nickName: 'T',
      emails: [{ value: 'mine@example.com' }],
    });
  });

  it('is found to have changed by a server without versions, too', async () => {
    const mock = await vendor({ users: 3, rules: { etag: { supported: false, required: false } } });
    const editor = await Editor.at(mock.url);
    const user = await newUser(editor);
    const opened = await editor.open('User', user.id);
    expect(opened.etag).toBeNull();
    await editor.patch(user.id, { op: 'replace', path: 'title', value: 'Theirs' });
    expect(await editor.save(opened, textOf(opened.text).replace('"Guide"', '"Mine"'))).toMatchObject({
      outcome: 'conflict',
    });
  });
});

describe('a service that is not as it should be', () => {
  it('whose resource changes between reading and writing gets the change on top of that', async () => {
    const server = await StoreServer.start();
    const editor = await Editor.at(server.http.base.href);
    server.add({ schemas: [userUrn], userName: 'race', title: 'Guide' });
    const opened = await editor.open('User', 'id-1');
    const serve = server.http.otherwise;
    let races = 1;
    server.http.otherwise = (seen, response) => {
      if (seen.method === 'PATCH' && races-- > 0) {
        const { meta: _, ...now } = server.resources.get('id-1') ?? {};
        server.resources.set('id-1', { ...now, nickName: 'T', meta: { version: 'W/"theirs"' } });
      }
      serve(seen, response);
    };
    const saved = await editor.save(opened, textOf(opened.text).replace('"Guide"', '"Mine"'));
    expect(saved).toMatchObject({ outcome: 'saved', merged: ['nickName'], took: ['title'] });
    expect(editor.writes().map((write) => write.split(' ').at(-1))).toEqual(['412', '200']);
    expect(server.resources.get('id-1')).toMatchObject({ title: 'Mine', nickName: 'T' });
    await server.http.close();
  });

  it('that carries out one of several requests is told of, and the rest is still to be saved', async () => {
    const server = await StoreServer.start();
    const editor = await Editor.at(server.http.base.href, '    profile: { patch: { maxMembersAdd: 2 } }\n');
    server.add({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'G' });
    const opened = await editor.open('Group', 'id-1');
    const serve = server.http.otherwise;
    let left = 1;
    server.http.otherwise = (seen, response) =>
      seen.method === 'PATCH' && left-- <= 0 ? json(400, { detail: 'no more' })(seen, response) : serve(seen, response);
    const text = textOf(opened.text).replace('"G"', '"G", "members": [{"value":"a"},{"value":"b"},{"value":"c"}]');
    const saved = await editor.save(opened, text);
    expect(saved).toMatchObject({ outcome: 'partial', conflicts: [], message: expect.stringContaining('1 of 2') });
    expect(JSON.parse(textOf(saved.base)).members).toHaveLength(2);
    expect(JSON.parse(textOf(saved.text)).members).toHaveLength(3);
    server.http.otherwise = serve;
    const rest = await editor.save({ ...opened, text: saved.base ?? opened.text }, textOf(saved.text));
    expect(rest).toMatchObject({ outcome: 'saved', failed: [] });
    expect(server.resources.get('id-1')?.members).toHaveLength(3);
    await server.http.close();
  });

  it('that says yes and cannot be asked again leaves it open, and saving again settles it', async () => {
    const server = await StoreServer.start();
    const editor = await Editor.at(server.http.base.href);
    server.add({ schemas: [userUrn], userName: 'open', title: 'Guide' });
    const opened = await editor.open('User', 'id-1');
    const serve = server.http.otherwise;
    let isDone = false;
    server.http.otherwise = (seen, response) => {
      if (isDone && seen.method === 'GET') return json(403, { detail: 'not now' })(seen, response);
      isDone ||= seen.method === 'PATCH';
      serve(seen, response);
    };
    const text = textOf(opened.text).replace('"Guide"', '"Mine"');
    const saved = await editor.save(opened, text);
    expect(saved).toMatchObject({ outcome: 'ambiguous', message: expect.stringMatching(/could not be read again/) });
    expect(saved).not.toHaveProperty('text');
    server.http.otherwise = serve;
    expect(await editor.save(opened, text)).toMatchObject({ outcome: 'unchanged', conflicts: [] });
    expect(editor.writes()).toHaveLength(1);
    await server.http.close();
  });

  it('that nobody reaches leaves everything as it was', async () => {
    const server = await StoreServer.start();
    const editor = await Editor.at(server.http.base.href);
    server.add({ schemas: [userUrn], userName: 'gone', title: 'Guide' });
    const opened = await editor.open('User', 'id-1');
    await server.http.close();
    const text = textOf(opened.text).replace('"Guide"', '"Mine"');
    expect(await editor.preview(opened, text)).toMatchObject({ count: 1 });
    await expect(editor.save(opened, text)).rejects.toMatchObject({ data: { code: 'network.refused' } });
  });

  it('that says yes and does nothing is found out, and nothing typed is lost', async () => {
    const server = await StoreServer.start();
    const editor = await Editor.at(server.http.base.href);
    server.add({ schemas: [userUrn], userName: 'sticky', title: 'Guide' });
    const opened = await editor.open('User', 'id-1');
    const serve = server.http.otherwise;
    server.http.otherwise = (seen, response) =>
      seen.method === 'PATCH' ? json(200, server.resources.get('id-1'))(seen, response) : serve(seen, response);
    const saved = await editor.save(opened, textOf(opened.text).replace('"Guide"', '"Mine"'));
    expect(saved).toMatchObject({ outcome: 'saved', took: [], failed: [{ path: 'title' }] });
    expect(saved.message).toMatch(/did not take effect.*title is as it was: "Guide"/);
    expect(JSON.parse(textOf(saved.text))).toMatchObject({ title: 'Mine' });
    expect(JSON.parse(textOf(saved.base))).toMatchObject({ title: 'Guide' });
    await server.http.close();
  });

  it('is written to in its own dialect', async () => {
    const mock = await vendor({ users: 3, vendor: 'entra-id' });
    const editor = await Editor.at(mock.url, '    vendor: entra-id\n');
    const answer = await fetch(`${mock.url}/users?count=1`, { headers: { accept: 'application/json' } });
    const [user] = Object.values<{ id: string }[]>(JSON.parse(await answer.text())).filter(Array.isArray)[1] ?? [];
    const opened = await editor.open('User', user?.id ?? '');
    const value = JSON.parse(textOf(opened.text));
    const text = JSON.stringify({ ...value, displayName: 'Ольга' });
    const preview = await editor.preview(opened, text);
    expect(textOf(preview.requests[0]?.text)).toMatch(/^PATCH http:[^\n]*\/users\//);
    expect(await editor.save(opened, text)).toMatchObject({ outcome: 'saved', took: ['displayName'] });
  });

  it('gets booleans as texts and paths as names where it wants that', async () => {
    const editor = await Editor.at(shared.url, '    vendor: entra-id-client\n');
    const user = await newUser(editor, { active: true });
    const opened = await editor.open('User', user.id);
    const text = textOf(opened.text).replace('"active": true', '"active": false').replace('Barbara', 'Babs');
    const sent = textOf((await editor.preview(opened, text)).requests[0]?.text);
    expect(sent).toMatch(/"op": "Replace"/);
    expect(sent).toMatch(/"False"/);
    expect(await editor.save(opened, text)).toMatchObject({ outcome: 'saved', failed: [] });
  });

  it('gets PUT where that is its way', async () => {
    const mock = await vendor({ users: 3 });
    const editor = await Editor.at(mock.url, '    profile: { update: { user: put } }\n');
    const user = await newUser(editor);
    const opened = await editor.open('User', user.id);
    const text = textOf(opened.text).replace('"Guide"', '"Mine"');
    expect((await editor.preview(opened, text)).requests.map(({ method }) => method)).toEqual(['PUT']);
    expect(await editor.save(opened, text)).toMatchObject({ outcome: 'saved', took: ['title'] });
    expect(editor.writes()).toEqual([`PUT /Users/${user.id} 200`]);
  });
});

describe('a new resource', () => {
  it('begins with what its type needs, is created, and is edited from then on', async () => {
    const editor = await Editor.at(shared.url);
    const { connection } = editor.bridge;
    const template: Opened = await connection.sendRequest('scim/edit/new', { type: 'User' });
    const empty = JSON.parse(textOf(template.text));
    expect(empty).toMatchObject({
      schemas: [userUrn],
      userName: '',
      name: { givenName: '', familyName: '' },
      active: true,
    });
    const params = (text: string) => ({ type: 'User', id: null, base: { text: '' }, text: { text }, etag: null });
    const bad: Preview = await connection.sendRequest('scim/edit/preview', params(textOf(template.text)));
    expect(bad.refusal).toMatch(/userName/);
    const text = textOf(template.text).replace('"userName": ""', '"userName": "templated"');
    const preview: Preview = await connection.sendRequest('scim/edit/preview', params(text));
    expect(preview.summary).toBe('A new User: templated');
    expect(textOf(preview.requests[0]?.text)).not.toContain('givenName');
    const saved: Saved = await connection.sendRequest('scim/edit/save', params(text));
    expect(saved).toMatchObject({ outcome: 'saved', failed: [], title: 'templated' });
    expect(await editor.ask('GET', `/Users/${saved.id}`)).toMatchObject({ userName: 'templated', active: true });
  });

  it('can be like another one, without what is its own', async () => {
    const editor = await Editor.at(shared.url);
    const user = await newUser(editor, { externalId: 'e-1', displayName: '小林' });
    const opened = await editor.open('User', user.id);
    const copy: Opened = await editor.bridge.connection.sendRequest('scim/edit/new', {
      type: 'User',
      from: opened.text,
    });
    const value = JSON.parse(textOf(copy.text));
    expect(value).toMatchObject({ userName: '', externalId: '', displayName: '小林', title: 'Guide' });
    expect(value).not.toHaveProperty('id');
    expect(value).not.toHaveProperty('meta');
  });
});

describe('a large group', () => {
  it('is edited without its members, which stay', async () => {
    const editor = await Editor.at(shared.url);
    const { Resources } = await editor.ask('GET', '/Users?count=300&attributes=id');
    const members = Resources.map(({ id }: { id: string }) => ({ value: id }));
    const group = await editor.ask('POST', '/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: `Many ${Date.now()}`,
      members,
    });
    const opened = await editor.open('Group', group.id);
    expect(opened.large).toEqual([{ attribute: 'members', count: group.members.length }]);
    expect(JSON.parse(textOf(opened.text))).not.toHaveProperty('members');
    const saved = await editor.save(opened, textOf(opened.text).replace('"Many ', '"More '));
    expect(saved).toMatchObject({ outcome: 'saved', took: ['displayName'], large: opened.large });
    const now = await editor.ask('GET', `/Groups/${group.id}`);
    expect(now.members).toHaveLength(group.members.length);
    const typed = textOf(opened.text).replace('{', '{ "members": [],');
    await expect(editor.save(opened, typed)).rejects.toThrow(/members is too long/);
  });
});
