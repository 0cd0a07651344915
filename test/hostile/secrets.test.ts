/** A service that shows what it must not, and quotes what it was sent: neither is told on. */

import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { error } from './service.js';
import { type Scene, scene, tidyUp, told } from './workspace.js';

afterEach(tidyUp);

const secret = 'Tr0ub4dor-and-3';
const hash = 'hash-of-theirs-9876';

/** A service that shows the hash of every password. */
async function leaking(): Promise<Scene> {
  const at = await scene();
  for (const id of ['1', '2']) {
    at.service.put('Users', id, { userName: `user${id}`, password: `${hash}${id}`, apiToken: `${hash}${id}` });
  }
  return at;
}

/** All texts in VALUE, those in files too. */
function textsIn(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if ('file' in value && typeof value.file === 'string' && Object.keys(value).length === 1) {
    return readFileSync(value.file, 'utf8');
  }
  return Object.values(value).map(textsIn).join('\n');
}

describe('what a service shows by mistake', () => {
  it.each([
    ['scim/compare/resources', { type: 'User', a: { id: '1' }, b: { id: '2' } }],
    ['scim/compare/resources', { type: 'User', a: { id: '1' }, b: { id: '2' }, hideServerSet: false }],
    ['scim/browse/resource', { type: 'User', id: '1' }],
    ['scim/lookup/find', { types: ['User'], text: 'user' }],
    ['scim/members/resolve', { type: 'Group', id: 'g', text: { text: 'user1' } }],
  ])('is not in %s', async (method, params) => {
    const at = await leaking();
    at.service.put('Groups', 'g', { displayName: 'Staff', members: [{ value: '1' }] });
    const answer = await at.ask(method, params);
    expect(textsIn(answer)).not.toContain(hash);
    expect(told(at.bridge)).not.toContain(hash);
  });

  it.each(['csv', 'org', 'json'])('is in no list and no %s file', async (format) => {
    const at = await leaking();
    const columns = ['userName', 'password', 'apiToken'];
    await at.ask('scim/browse/start', { view: 'v', type: 'User', columns }).catch(() => undefined);
    expect(told(at.bridge)).not.toContain(hash);
    const exported = await at.ask('scim/browse/export', { view: 'v', format });
    expect(textsIn(exported)).not.toContain(hash);
  });
});

describe('a password that was sent', () => {
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];

  it.each(['edit', 'create', 'action', 'repl', 'request'])('by %s is in nothing that the log gives', async (way) => {
    const at = await scene();
    at.service.put('Users', '1', { userName: 'anna' });
    at.service.intercept = (seen, response) => {
      if (seen.method === 'GET') return false;
      error(response, 400, `the value ${secret} is too weak`);
      return true;
    };
    const resource = { schemas, id: '1', userName: 'anna', password: secret };
    const failures: unknown[] = [];
    const ask = async (method: string, params: unknown): Promise<unknown> =>
      at.ask(method, params).catch((reason: { message: string; data: unknown }) => {
        failures.push(reason.message, reason.data);
      });
    if (way === 'edit' || way === 'create') {
      const base = { text: way === 'create' ? '' : JSON.stringify({ schemas, id: '1', userName: 'anna' }) };
      const id = way === 'create' ? null : '1';
      failures.push(await ask('scim/edit/save', { type: 'User', id, base, text: { text: JSON.stringify(resource) } }));
    } else if (way === 'action') {
      const change = { kind: 'edit', op: 'replace', path: 'password', value: secret };
      const plan = (await ask('scim/action/plan', { type: 'User', ids: ['1'], change })) as { plan: string };
      failures.push(plan, await ask('scim/action/run', { plan: plan.plan }));
    } else if (way === 'repl') {
      failures.push(await ask('scim/repl/eval', { session: 's', text: { text: `patch User/1 password=${secret}` } }));
    } else {
      const content = `PUT /Users/1\nContent-Type: application/scim+json\n\n${JSON.stringify(resource)}\n`;
      const source = { path: '/nonexistent/x.scim', content: { text: content } };
      const preview = (await ask('scim/request/preview', { source, select: { line: 0 } })) as { prepared: number };
      failures.push(preview, await ask('scim/request/send', { prepared: preview.prepared }));
      failures.push(await ask('scim/request/curl', { prepared: preview.prepared }));
    }
    const exchanges = at.bridge.received('scim/exchange') as { id: number; method: string; startedAt: string }[];
    const written = exchanges.filter(({ method }) => method !== 'GET');
    expect(written.length).toBeGreaterThan(0);
    for (const { id, startedAt } of written) {
      for (const method of ['exchange', 'detail', 'curl', 'request']) {
        failures.push(await ask(`scim/trace/${method}`, { id, startedAt }));
      }
    }
    failures.push(await ask('scim/trace/har', {}));
    expect(at.service.seen.some(({ body }) => body.includes(secret))).toBe(true);
    expect(textsIn(failures)).not.toContain(secret);
    expect(told(at.bridge)).not.toContain(secret);
  });

  it('is sent again as it was, and not as it is shown', async () => {
    const at = await scene();
    at.service.put('Users', '1', { userName: 'anna' });
    const body = JSON.stringify({ schemas, userName: 'anna', title: 'Engineer', password: secret });
    const content = `PUT /Users/1\nContent-Type: application/scim+json\n\n${body}\n`;
    const source = { path: '/nonexistent/x.scim', content: { text: content } };
    const preview = await at.ask<{ prepared: number; text: string }>('scim/request/preview', {
      source,
      select: { line: 0 },
    });
    expect(preview.text).not.toContain(secret);
    const text = { text: preview.text.replace('Engineer', 'Director') };
    await at.ask('scim/request/send', { prepared: preview.prepared, text });
    expect(at.service.now('Users', '1')).toMatchObject({ title: 'Director', password: secret });
  });
});
