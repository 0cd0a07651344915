import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mock, startMock } from '../../src/mock/server.js';
import { type BatchRun, batch, workspaceWith } from '../support/batch.js';
import {
  answer,
  type Behaviour,
  cutBody,
  type FaultServer,
  hugeBody,
  json,
  startFaultServer,
} from '../support/fault-server.js';

const token = 'bad-s3cret-token';

/** Run a file with TEXT against the server at URL. */
async function run(text: string, url: string, args: string[] = [], environment = {}): Promise<BatchRun> {
  const { root, remove } = workspaceWith({ 'x.scim': text });
  const variables = { SCIM_API_BASE_URL: url, SCIM_AUTH_TOKEN: token, ...environment };
  const result = await batch(['run', 'x.scim', ...args], variables, root);
  remove();
  expect(result.stdout + result.stderr).not.toContain(token);
  expect(result.stderr).not.toMatch(/backtrace|Debugger entered/i);
  return result;
}

describe('a request file that is wrong', () => {
  let mock: Mock;
  beforeAll(async () => {
    mock = await startMock({ users: 3, tokens: [token] });
  });
  afterAll(() => mock.close());

  const user = '{ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "x"';

  it.each([
    ['an unknown method', 'FETCH /Users\n', /x\.scim:1:1: .*FETCH/],
    ['an undefined variable', '@mail = x\n\nGET /Users/{{mial}}\n', /x\.scim:3:\d+: .*mial.*not defined/],
    ['broken JSON', 'POST /Users\n\n{\n  "userName": "x",\n  "active" true\n}\n', /x\.scim:5:12: /],
    [
      'a wrong attribute',
      `POST /Users\n\n${user},\n  "dispalyName": "X" }\n`,
      /x\.scim:4:3: .*dispalyName.*displayName/s,
    ],
    ['a wrong type', `POST /Users\n\n${user},\n  "active": "yes" }\n`, /x\.scim:4:\d+: .*active/],
    ['a wrong filter', 'GET /Users?filter=userName ex "x"\n', /400.*x\.scim|x\.scim.*1/s],
    ['another host', 'GET https://elsewhere.example.com/scim/v2/Users\n', /x\.scim:1:5: .*elsewhere/s],
    [
      'a failed assertion',
      'GET /Users\n\n?? body.totalResults == 4\n',
      /x\.scim:3:1: body.totalResults is 3, expected 4/,
    ],
    ['an assertion that cannot be read', 'GET /Users\n\n?? body.totalResults = 4\n', /x\.scim:3:\d+: /],
  ])('%s is told with its place, exit code 1', async (_, text, message) => {
    const { code, stdout, stderr } = await run(text, mock.url);
    expect(stdout).toMatch(message);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  });

  /** How many users the server has. */
  const count = async () => {
    const response = await fetch(`${mock.url}/Users?count=0`, { headers: { authorization: `Bearer ${token}` } });
    const { totalResults }: { totalResults?: number } = JSON.parse(await response.text());
    return totalResults;
  };

  it('nothing of it is sent when a later request is wrong', async () => {
    const before = await count();
    const { code, stdout } = await run(`POST /Users\n\n${user} }\n\n### second\nFETCH /Users\n`, mock.url);
    expect(code).toBe(1);
    expect(stdout).toContain('FETCH');
    expect(await count()).toBe(before);
  });
});

describe('a server that is wrong', () => {
  let server: FaultServer;
  beforeAll(async () => {
    server = await startFaultServer();
  });
  afterAll(() => server.close());

  const page = json(200, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: 0,
    Resources: [],
  });

  it.each<[string, Behaviour, number, RegExp]>([
    ['refuses the token', answer(401, { 'www-authenticate': 'Bearer' }, ''), 7, /401/],
    ['answers HTML', answer(200, { 'content-type': 'text/html' }, '<html><body>Log in</body></html>'), 1, /html/i],
    ['answers 200 with an empty body', answer(200, { 'content-type': 'application/scim+json' }, ''), 1, /empty/i],
    [
      'closes the socket in the middle',
      cutBody('{"schemas":["urn:ietf"],"totalResults":1', 1000),
      7,
      /closed|broke|reset/i,
    ],
    ['sends 30 MB', hugeBody(30 * 1024 * 1024, false), 1, /MB|MiB|bytes|large/i],
  ])('%s: a clear error, and the next request works', async (_, behaviour, code, message) => {
    server.script.push(behaviour, page);
    const text = '### bad\n# @no-retry\nGET /Users\n\n### good\nGET /Users\n\n?? body.totalResults == 0\n';
    const result = await run(text, server.base.href, ['--continue']);
    expect(result.stdout).toMatch(message);
    expect(result.stdout).toMatch(/✓ good/);
    expect(result.code).toBe(code);
  });

  it('refuses the token where another status was asserted: exit code 7 all the same', async () => {
    server.script.push(answer(401, { 'www-authenticate': 'Bearer' }, ''));
    const { code, stdout } = await run('GET /Users\n\n?? status == 200\n', server.base.href);
    expect(stdout).toMatch(/x\.scim:3:1: status is 401, expected 200/);
    expect(code).toBe(7);
  });

  it('is not there: exit code 7', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const address = closed.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await new Promise((resolve) => closed.close(resolve));
    const { code, stdout } = await run('GET /Users\n', `http://127.0.0.1:${port}/scim`);
    expect(code).toBe(7);
    expect(stdout).toContain(`127.0.0.1:${port}`);
  });

  it('has no address: exit code 7', async () => {
    const { code, stdout } = await run('GET /Users\n', 'https://no-such-host.invalid/scim');
    expect(code).toBe(7);
    expect(stdout).toContain('no-such-host.invalid');
  });
});

describe('an environment that is wrong', () => {
  it.each([
    ['no variables', { SCIM_API_BASE_URL: '', SCIM_AUTH_TOKEN: '' }, /SCIM_API_BASE_URL.*SCIM_AUTH_TOKEN/s],
    ['a token with a newline', { SCIM_AUTH_TOKEN: `${token}\n` }, /tenant default.*SCIM_AUTH_TOKEN.*white space/s],
    ['a URL without scheme', { SCIM_API_BASE_URL: 'example.com/scim' }, /SCIM_API_BASE_URL.*absolute URL/s],
  ])('%s: one message, exit code 6', async (_, environment, message) => {
    const { code, stdout, stderr } = await run('GET /Users\n', 'http://127.0.0.1:1/scim', [], environment);
    expect(stdout + stderr).toMatch(message);
    expect(code).toBe(6);
  });

  it('no Node: exit code 9', async () => {
    const { root, remove } = workspaceWith({ 'x.scim': 'GET /Users\n' });
    const { code, stderr } = await batch(['run', 'x.scim'], { PATH: root }, root);
    remove();
    expect(code).toBe(9);
    expect(stderr).toMatch(/Node/);
  });
});
