/** What servers do wrong, through the whole bridge process, over real sockets. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bridge, startBridge } from '../support/bridge.js';
import {
  answer,
  type Behaviour,
  type FaultServer,
  json,
  neverEndingBody,
  startFaultServer,
} from '../support/fault-server.js';
import { startTlsServer } from '../support/tls-server.js';

const listUrn = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const errorUrn = 'urn:ietf:params:scim:api:messages:2.0:Error';
const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';

interface Result {
  outcome: string;
  reason?: string;
  warnings: string[];
  error?: { code: string; message: string; status?: number; scimType?: string; detail?: string; exitCode: number };
  response?: {
    status: number;
    body: { text: string };
    list?: { completeness: string; reason?: string; count: number; totalResults: number | null; pages: number };
  };
  assertions: { passed: boolean; message?: string }[];
}

let server: FaultServer;
let bridge: Bridge;

beforeEach(async () => {
  server = await startFaultServer();
  bridge = await open(server.base.href);
});

afterEach(async () => {
  await bridge.stop();
  expect(bridge.stderr()).toBe('');
  await server.close();
});

async function open(url: string, environment: Record<string, string> = {}): Promise<Bridge> {
  return startBridge({ environment: { SCIM_API_BASE_URL: url, SCIM_AUTH_TOKEN: 'f4ult-token', ...environment } });
}

/** The result of the only request in the file TEXT. */
async function run(text: string, over = bridge): Promise<Result> {
  const params = { source: { path: '/tmp/fault.scim', content: { text } }, onFailure: 'continue' };
  const { results } = await over.connection.sendRequest<{ results: Result[] }>('scim/request/run', params);
  const [result] = results;
  if (result === undefined) throw new Error('there is no result');
  return result;
}

function users(from: number, to: number): { id: string; userName: string }[] {
  return Array.from({ length: to - from + 1 }, (_, at) => ({
    schemas: [userUrn],
    id: String(from + at),
    userName: `u${from + at}`,
  }));
}

function page(resources: unknown[], totalResults: number | undefined, more: object = {}): Behaviour {
  return json(200, { schemas: [listUrn], totalResults, Resources: resources, ...more });
}

/** Answers pages by the `startIndex` that is asked for; discovery is not there. */
function pages(byStart: Record<number, Behaviour>, otherwise: Behaviour = page([], undefined)): void {
  server.otherwise = (seen, response) => {
    const url = new URL(seen.url, server.base);
    if (!url.pathname.endsWith('/Users')) return json(404, { schemas: [errorUrn], status: '404' })(seen, response);
    return (byStart[Number(url.searchParams.get('startIndex') ?? 1)] ?? otherwise)(seen, response);
  };
}

/** What becomes of a list of which every page is read. */
async function list(query = ''): Promise<Result> {
  return run(`# @all-pages\nGET /Users${query}\n`);
}

describe('pages', () => {
  it('that are shorter than asked for are followed to the end', async () => {
    pages({ 1: page(users(1, 4), 9), 5: page(users(5, 5), 9), 6: page(users(6, 9), 9) });
    const { outcome, response } = await list('?count=4');
    expect(outcome).toBe('passed');
    expect(response?.list).toMatchObject({ completeness: 'complete', count: 9, pages: 3 });
  });

  it('of which one is empty before the end make the list partial', async () => {
    pages({ 1: page(users(1, 4), 9), 5: page([], 9) });
    const { outcome, error, response } = await list('?count=4');
    expect([outcome, error?.code]).toEqual(['error', 'list.incomplete']);
    expect(response?.list).toMatchObject({ completeness: 'partial', count: 4, totalResults: 9 });
  });

  it('that repeat the first one make the list partial', async () => {
    server.otherwise = page(users(1, 4), 9);
    const { outcome, response } = await list('?count=4');
    expect(outcome).toBe('error');
    expect(response?.list?.completeness).not.toBe('complete');
    expect(response?.list?.count).toBeLessThanOrEqual(9);
    expect(server.seen.length).toBeLessThan(12);
  });

  it('that overlap, because the order changed between them, make the list partial', async () => {
    pages({ 1: page(users(1, 4), 8), 5: page([...users(3, 4), ...users(7, 8)], 8) });
    const { outcome, response } = await list('?count=4');
    expect(outcome).toBe('error');
    expect(response?.list).toMatchObject({ completeness: 'partial' });
  });

  it('between which totalResults moves make the list no proof', async () => {
    pages({ 1: page(users(1, 4), 8), 5: page(users(5, 8), 9), 9: page([], 9) });
    const { outcome, response } = await list('?count=4');
    expect(outcome).toBe('error');
    expect(response?.list?.completeness).not.toBe('complete');
    expect(response?.list?.reason).toMatch(/9|8/);
  });

  it('without totalResults are not known to be all', async () => {
    pages({ 1: page(users(1, 4), undefined) });
    const { response } = await list('?count=4');
    expect(response?.list).toMatchObject({ completeness: 'unknown', totalResults: null });
  });
});

describe('odd spelling', () => {
  it('of `resources`, numbers as strings and missing schemas is read all the same', async () => {
    pages({ 1: json(200, { totalresults: 2, resources: users(1, 2), startIndex: 1, itemsPerPage: 2 }) });
    const { outcome, response } = await list();
    expect(outcome).toBe('passed');
    expect(response?.list).toMatchObject({ completeness: 'complete', count: 2 });
  });

  it('of a status as a number is understood', async () => {
    server.otherwise = json(409, { schemas: [errorUrn], status: 409, scimType: 'uniqueness', detail: 'taken' });
    const { error } = await run('# @validate off\nPOST /Users\n\n{ "userName": "b" }\n');
    expect(error).toMatchObject({ status: 409, scimType: 'uniqueness', detail: 'taken', exitCode: 1 });
  });

  it('of a resource without schemas is accepted', async () => {
    server.otherwise = json(200, { ID: '1', USERNAME: 'b' });
    const { outcome, assertions } = await run('GET /Users/1\n\n?? body.userName == "b"\n?? body.id == "1"\n');
    expect([outcome, assertions.map(({ passed }) => passed)]).toEqual(['passed', [true, true]]);
  });
});

describe('errors that are not SCIM', () => {
  it.each([
    ['a web page', answer(502, { 'content-type': 'text/html' }, '<html><title>Bad Gateway</title>…'), 'Bad Gateway'],
    ['another JSON', json(400, { errorCode: 'E1', errorSummary: 'Not like this' }), 'Not like this'],
    ['an OAuth error', json(403, { error: 'insufficient_scope', error_description: 'scope users' }), 'scope users'],
    ['plain text', answer(500, { 'content-type': 'text/plain' }, 'it broke'), 'it broke'],
    ['nothing', answer(404, {}, ''), '404'],
  ])('come as %s and say what the server says', async (_, behaviour, words) => {
    server.otherwise = behaviour;
    const { outcome, error } = await run('# @validate off\nDELETE /Users/1\n');
    expect(outcome).toBe('error');
    expect(error?.message).toContain(words);
  });

  it('come as a success that is a web page, which proves nothing', async () => {
    server.otherwise = answer(200, { 'content-type': 'text/html' }, '<html>Sign in</html>');
    const { error } = await run('GET /Users/1\n');
    expect(error).toMatchObject({ code: 'response.notJson' });
  });
});

describe('PATCH', () => {
  const patch = `# @validate off
PATCH /Users/1

{ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  "Operations": [{ "op": "replace", "path": "active", "value": false }] }
`;

  it.each([
    ['200 with the resource', json(200, { schemas: [userUrn], id: '1', active: false }), 200],
    ['204 with nothing', answer(204, {}, ''), 204],
  ])('is answered by %s', async (_, behaviour, status) => {
    server.otherwise = behaviour;
    const { outcome, response } = await run(patch);
    expect([outcome, response?.status]).toEqual(['passed', status]);
  });

  it('is answered by 200 with nothing, from which nothing follows', async () => {
    server.otherwise = answer(200, {}, '');
    const { outcome, error } = await run(patch);
    expect([outcome, error?.code]).toEqual(['error', 'response.empty']);
  });
});

describe('a connection', () => {
  it('to a server whose certificate does not verify sends nothing', async () => {
    let asked = 0;
    const tls = await startTlsServer((_, response) => {
      asked += 1;
      response.end('{}');
    });
    const over = await open(`https://127.0.0.1:${tls.port}/scim`);
    try {
      const { error } = await run('GET /Users/1\n', over);
      expect(error).toMatchObject({ code: 'network.tls', exitCode: 7 });
      expect(asked).toBe(0);
    } finally {
      await over.stop();
      await tls.close();
    }
  });

  it('with a body that never ends is given up in time', async () => {
    server.otherwise = neverEndingBody;
    const { error } = await run('# @timeout 300ms\n# @validate off\nDELETE /Users/1\n');
    expect(error).toMatchObject({ code: 'network.timeout', exitCode: 7 });
  });
});

describe('a filter that the server ignores', () => {
  it('does not give other resources as the ones that were looked for', async () => {
    server.otherwise = page(users(1, 3), 3);
    const { response, warnings } = await list(`?filter=${encodeURIComponent('userName eq "u2"')}`);
    const told = [...warnings, response?.list?.reason ?? ''].join(' ');
    expect([response?.list?.completeness === 'complete' && warnings.length === 0, /filter/i.test(told)]).toEqual([
      false,
      true,
    ]);
  });
});
