/** Requests that are sent again: recorded ones, logged ones, prepared ones. */

import { afterEach, describe, expect, it } from 'vitest';
import type { ResultOf } from '../../src/protocol/index.js';
import type * as trace from '../../src/protocol/trace.js';
import { error } from './service.js';
import { type Scene, scene, tidyUp } from './workspace.js';

type Rows = ResultOf<typeof trace.sendReplay>;

afterEach(tidyUp);

interface Step {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly status: number;
  readonly answer?: unknown;
  readonly headers?: Record<string, string>;
}

/** A recording of STEPS. */
async function recorded(at: Scene, steps: readonly Step[]): Promise<string> {
  const pairs = (headers: Record<string, string> = {}) =>
    Object.entries(headers).map(([name, value]) => ({ name, value }));
  const entries = steps.map(({ method, path, body, status, answer, headers }) => ({
    startedDateTime: '2026-01-01T00:00:00.000Z',
    time: 1,
    request: {
      method,
      url: `${at.service.url}${path}`,
      httpVersion: 'HTTP/1.1',
      headers: pairs({ 'content-type': 'application/scim+json', ...headers }),
      queryString: [],
      cookies: [],
      headersSize: -1,
      bodySize: -1,
      ...(body === undefined ? {} : { postData: { mimeType: 'application/scim+json', text: JSON.stringify(body) } }),
    },
    response: {
      status,
      statusText: '',
      httpVersion: 'HTTP/1.1',
      headers: pairs({ 'content-type': 'application/scim+json' }),
      cookies: [],
      content: { size: 0, mimeType: 'application/scim+json', text: answer === undefined ? '' : JSON.stringify(answer) },
      redirectURL: '',
      headersSize: -1,
      bodySize: -1,
    },
    cache: {},
    timings: { send: 0, wait: 1, receive: 0 },
  }));
  const content = JSON.stringify({ log: { version: '1.2', creator: { name: 'x', version: '1' }, entries } });
  const { archive } = await at.ask<{ archive: string }>('scim/trace/open', {
    path: '/nonexistent/x.har',
    content: { text: content },
  });
  return archive;
}

function replay(at: Scene, archive: string, more: object = {}): Promise<Rows> {
  return at.ask<Rows>('scim/replay/send', { archive, tenant: 'it', writes: true, ...more });
}

const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];

describe('a recording that is sent again', () => {
  it('follows new names once, and touches nobody whose id looks like an old one', async () => {
    const at = await scene();
    // The service gives 2 and 3 to what was 1 and 2.
    let next = 2;
    at.service.put('Users', '2', { userName: 'x' });
    at.service.intercept = (seen, response, service) => {
      if (seen.method !== 'POST') return false;
      const id = String(next++);
      service.put('Users', id, JSON.parse(seen.body));
      response.writeHead(201, { 'content-type': 'application/scim+json' });
      response.end(JSON.stringify(service.now('Users', id)));
      return true;
    };
    const archive = await recorded(at, [
      {
        method: 'POST',
        path: '/Users',
        body: { schemas, userName: 'a' },
        status: 201,
        answer: { schemas, id: '1', userName: 'a' },
      },
      {
        method: 'POST',
        path: '/Users',
        body: { schemas, userName: 'b' },
        status: 201,
        answer: { schemas, id: '2', userName: 'b' },
      },
      { method: 'DELETE', path: '/Users/1', status: 204 },
    ]);
    await replay(at, archive);
    expect(at.service.writes.at(-1)).toBe('DELETE /Users/2');
  });

  it('leaves texts alone in which an id happens to stand', async () => {
    const at = await scene();
    at.service.intercept = (seen, response, service) => {
      if (seen.method !== 'POST') return false;
      service.put('Users', '77', JSON.parse(seen.body));
      response.writeHead(201, { 'content-type': 'application/scim+json' });
      response.end(JSON.stringify(service.now('Users', '77')));
      return true;
    };
    const user = { schemas, userName: 'a', title: 'Room 1', x: 1, nickName: '1 of 1' };
    const Operations = [
      { op: 'replace', path: 'title', value: 'Room 1' },
      { op: 'add', path: 'members', value: [{ value: '1', $ref: 'https://old/Users/1' }] },
      { op: 'remove', path: 'members[value eq "1"]' },
    ];
    const archive = await recorded(at, [
      { method: 'POST', path: '/Users', body: user, status: 201, answer: { ...user, id: '1' } },
      { method: 'PATCH', path: '/Users/1', body: { schemas: [], Operations, n: 1 }, status: 200, answer: user },
    ]);
    await replay(at, archive);
    const patch = at.service.seen.find(({ method }) => method === 'PATCH');
    expect(patch?.path).toBe('/Users/77');
    expect(JSON.parse(patch?.body ?? '{}')).toEqual({
      schemas: [],
      Operations: [
        { op: 'replace', path: 'title', value: 'Room 1' },
        { op: 'add', path: 'members', value: [{ value: '77', $ref: 'https://old/Users/77' }] },
        { op: 'remove', path: 'members[value eq "77"]' },
      ],
      n: 1,
    });
  });

  it('does not touch who has the id of somebody that could not be created', async () => {
    const at = await scene();
    at.service.put('Users', '1', { userName: 'boss' });
    at.service.intercept = (seen, response) => {
      if (seen.method !== 'POST') return false;
      error(response, 409, 'there is one already');
      return true;
    };
    const archive = await recorded(at, [
      {
        method: 'POST',
        path: '/Users',
        body: { schemas, userName: 'a' },
        status: 201,
        answer: { schemas, id: '1', userName: 'a' },
      },
      { method: 'PATCH', path: '/Users/1', body: { schemas: [], Operations: [] }, status: 200, answer: {} },
      { method: 'DELETE', path: '/Users/1', status: 204 },
    ]);
    const { rows } = await replay(at, archive);
    expect(at.service.now('Users', '1')).toMatchObject({ userName: 'boss' });
    expect(at.service.writes).toEqual(['POST /Users']);
    expect(rows.map(({ outcome }) => outcome)).toEqual(['different', 'skipped', 'skipped']);
  });

  it('obeys the safeguards of the tenant', async () => {
    const at = await scene(['confirm: writes', 'protected: [userName eq "boss"]']);
    at.service.put('Users', '1', { userName: 'boss' });
    const archive = await recorded(at, [
      { method: 'DELETE', path: '/Users/1', status: 204 },
      { method: 'POST', path: '/Users/1', headers: { 'x-http-method-override': 'DELETE' }, status: 204 },
    ]);
    await expect(replay(at, archive)).rejects.toMatchObject({ data: { code: 'tenant.confirm' } });
    await replay(at, archive, { confirmed: true });
    expect(at.service.writes).toEqual([]);
    const reading = await scene(['readOnly: true']);
    reading.service.put('Users', '1', { userName: 'boss' });
    await replay(reading, await recorded(reading, [{ method: 'DELETE', path: '/Users/1', status: 204 }]));
    expect(reading.service.writes).toEqual([]);
  });
});

describe('a request of the log', () => {
  it('that was for one tenant is asked about, and refused, as any other', async () => {
    const at = await scene(['confirm: writes', 'protected: [userName eq "boss"]']);
    at.service.put('Users', '1', { userName: 'staff' });
    await at.ask('scim/resource/delete', { type: 'User', id: '1', confirmed: true });
    at.service.put('Users', '1', { userName: 'boss' });
    const exchanges = at.bridge.received('scim/exchange') as { id: number; method: string; startedAt: string }[];
    const { id, startedAt } = exchanges.find(({ method }) => method === 'DELETE') ?? { id: 0, startedAt: '' };
    const params = { id, startedAt };
    await expect(at.ask('scim/trace/resend', params)).rejects.toMatchObject({ data: { code: 'tenant.confirm' } });
    await expect(at.ask('scim/trace/resend', { ...params, confirmed: true })).rejects.toMatchObject({
      data: { code: 'tenant.protected' },
    });
    expect(at.service.now('Users', '1')).toMatchObject({ userName: 'boss' });
  });
});

describe('a method in a header', () => {
  it.each(['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'])(
    '%s does not get around what is protected',
    async (name) => {
      const at = await scene(['protected: [userName eq "boss"]']);
      at.service.put('Users', '1', { userName: 'boss' });
      const content = `POST /Users/1\n${name}: DELETE\nContent-Type: application/scim+json\n\n{}\n`;
      const source = { path: '/nonexistent/x.scim', content: { text: content } };
      const run = await at.ask<{ results: { outcome: string; error?: { code: string } }[] }>('scim/request/run', {
        source,
        onFailure: 'stop',
      });
      expect(run.results[0]?.error?.code).toBe('tenant.protected');
      expect(at.service.writes).toEqual([]);
    },
  );

  it('nor does a Bulk operation with a whole URL', async () => {
    const at = await scene(['protected: [userName eq "boss"]']);
    at.service.put('Users', '1', { userName: 'boss' });
    for (const path of [`${at.service.url}/Users/1`, '/scim/v2/Users/1', 'Users/1', '/Users/1']) {
      const body = { schemas: [], Operations: [{ method: 'delete', path }] };
      const content = `POST /Bulk\nContent-Type: application/scim+json\n\n${JSON.stringify(body)}\n`;
      const source = { path: '/nonexistent/x.scim', content: { text: content } };
      const run = await at.ask<{ results: { error?: { code: string } }[] }>('scim/request/run', {
        source,
        onFailure: 'stop',
      });
      expect([path, run.results[0]?.error?.code]).toEqual([path, 'tenant.protected']);
    }
    expect(at.service.writes).toEqual([]);
  });
});
