import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseRequestFile } from '../../src/document/parse.js';
import { previewRequest } from '../../src/document/preview.js';
import { type RunOptions, type RunResult, runRequests } from '../../src/document/run.js';
import { FileSession } from '../../src/document/session.js';
import { variablesOf } from '../../src/document/variables.js';
import { type SmallServer, startSmallServer, token } from './small-server.js';

let server: SmallServer;
beforeEach(async () => {
  server = await startSmallServer();
});
afterEach(() => server.close());

const user = (name: string) =>
  `POST /Users\n\n{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "${name}"}\n`;

async function run(text: string, options: Partial<RunOptions> = {}): Promise<RunResult[]> {
  const file = parseRequestFile(text, 'a.scim');
  return runRequests(file, server.target(), { onFailure: 'stop', session: new FileSession(), ...options });
}

async function runOne(text: string, options: Partial<RunOptions> = {}): Promise<RunResult> {
  const [result, ...more] = await run(text, options);
  expect(more).toEqual([]);
  if (result === undefined) throw new Error('no result');
  return result;
}

function outcomes(results: readonly RunResult[]): string[] {
  return results.map(({ name, outcome }) => `${name} ${outcome}`);
}

describe('a run', () => {
  it('carries values from answer to answer', async () => {
    const results = await run(`@mail = b"j&en\\sen 🎉
### create
${user('{{mail}}')}
?? status == 201
?? body.userName == "{{mail}}"
@id = body.id
?? body.id == "{{id}}"

### find
GET /Users?filter=userName eq "{{mail}}"&count=1

?? body.totalResults == 1
?? body.Resources[userName eq "{{mail}}"].id == "{{id}}"
?? body.Resources.id == create.body.id
?? list.completeness == "complete"
?? list.count == 1

### read
GET {{create.location}}?attributes=userName
If-None-Match: {{create.etag}}

?? status == 200
?? etag == "W/\\"1\\""
?? headers.content-type startsWith "application/scim"
?? last.status == 200
`);
    expect(results.map(({ error, assertions }) => error ?? assertions.filter(({ passed }) => !passed))).toEqual([
      [],
      [],
      [],
    ]);
    expect(outcomes(results)).toEqual(['create passed', 'find passed', 'read passed']);
    expect(results[0]?.captures).toEqual([{ name: 'id', value: '1' }]);
    expect(server.asked[2]).toMatchObject({ url: '/scim/v2/Users/1?attributes=userName' });
    expect(server.asked[2]?.headers['if-none-match']).toBe('W/"1"');
  });

  it('shows the body with the order and the digits of the server', async () => {
    const result = await runOne(`${user('x')}\n?? status == 201\n?? body.big == 12345678901234567890\n`);
    expect(result.outcome).toBe('passed');
    expect(result.body?.split('\n').slice(0, 2)).toEqual(['{', '  "zeta": 1,']);
    expect(result.body).toContain('"big": 12345678901234567890');
  });

  it('tells numbers apart that no double tells apart', async () => {
    const result = await runOne(`${user('x')}\n?? status == 201\n?? body.big == 12345678901234567891\n`);
    expect(result.assertions[1]).toEqual({
      text: 'body.big == 12345678901234567891',
      line: 5,
      passed: false,
      message: 'body.big is 12345678901234567890, expected 12345678901234567891',
    });
  });

  it('takes an error status for a failure unless an assertion is about the status', async () => {
    const [first, second] = await run(
      '### a\nGET /nope\n\n?? body.detail exists\n### b\nGET /nope\n\n?? status == 404\n',
      {
        onFailure: 'continue',
      },
    );
    expect(first).toMatchObject({ outcome: 'error', error: { code: 'http.status', status: 404 } });
    expect(first?.assertions).toMatchObject([{ passed: true }]);
    expect(second).toMatchObject({ outcome: 'passed' });
  });

  it('adds what the server said to a failed assertion about the status', async () => {
    const [, twice] = await run(`### a\n${user('x')}\n### b\n${user('x')}\n?? status == 201\n`);
    expect(twice?.outcome).toBe('failed');
    expect(twice?.assertions[0]?.message).toMatch(/^status is 409, expected 201 \(409 Conflict.*userName is taken\)$/);
  });

  it('stops after a failure, or goes on', async () => {
    const text = `### a\nGET /nope\n### b\nGET /Users\n### c\nGET /Users/{{a.body.id}}\n`;
    const stopped = await run(text);
    expect(outcomes(stopped)).toEqual(['a error', 'b skipped', 'c skipped']);
    expect(stopped[1]?.reason).toBe('because `a` did not pass');
    const continued = await run(text, { onFailure: 'continue' });
    expect(outcomes(continued)).toEqual(['a error', 'b passed', 'c error']);
    expect(continued[2]?.error?.message).toBe('`{{a.body.id}}` has no value: the answer of `a` does not have it');
    expect(continued[2]?.error?.position).toEqual({ line: 5, character: 11 });
  });

  it('tells the beginning and the end of each request', async () => {
    const seen: string[] = [];
    await run('### a\nGET /Users\n### b\nGET /Users\n', {
      onStart: (name, index, total) => seen.push(`start ${name} ${index} of ${total}`),
      onResult: ({ name, outcome }) => seen.push(`${name} ${outcome}`),
    });
    expect(seen).toEqual(['start a 0 of 2', 'a passed', 'start b 1 of 2', 'b passed']);
  });

  it('reads all pages into one list, with each resource as the server wrote it', async () => {
    await run(['a', 'b', 'c', 'd', 'e'].map((name) => `###\n${user(name)}`).join(''));
    const result = await runOne(
      '# @all-pages\nGET /Users\n\n?? list.completeness == "complete"\n?? list.pages == 3\n?? body.Resources.userName == ["a","b","c","d","e"]\n?? body.Resources[userName eq "e"].big == 12345678901234567890\n',
    );
    expect(result.error ?? result.assertions.filter(({ passed }) => !passed)).toEqual([]);
    expect(result.list).toMatchObject({ completeness: { kind: 'complete' }, count: 5, totalResults: 5, pages: 3 });
    expect(result.body?.match(/12345678901234567890/g)).toHaveLength(5);
    const page = await runOne('GET /Users\n');
    expect(page.list).toMatchObject({ completeness: { kind: 'partial' }, count: 2, totalResults: 5, pages: 1 });
  });

  it('skips what the server says it does not support', async () => {
    const results = await run('### a\n# @requires etag bulk\nPOST /Bulk\n\n{}\n### b\n# @requires etag\nGET /Users\n');
    expect(outcomes(results)).toEqual(['a skipped', 'b passed']);
    expect(results[0]?.reason).toContain('does not support bulk');
    const [unknown] = await run('# @requires sort\nGET /Users\n');
    expect(unknown?.outcome).toBe('passed');
    expect(unknown?.warnings.join()).toContain('does not say whether it supports sort');
  });

  it('keeps to its own time limit', async () => {
    const result = await runOne('# @timeout 50ms\nGET /hang\n');
    expect(result).toMatchObject({ outcome: 'error', error: { code: 'network.timeout' } });
  });

  it('ends with CancelledError when it is cancelled', async () => {
    const controller = new AbortController();
    const running = run('GET /hang\n', { signal: controller.signal, onStart: () => controller.abort() });
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('a payload', () => {
  it('that breaks the schema is not sent, and every issue has its place in the file', async () => {
    const text = `@x = 🎉\n${user('{{x}}').replace('"userName"', '"nick🎉Name": "{{x}}", "usrName"')}`;
    const result = await runOne(text);
    expect(server.asked).toEqual([]);
    expect(result.error).toMatchObject({ code: 'payload.invalid', file: 'a.scim' });
    const issues = (result.error as unknown as { issues: { path: string; position: unknown }[] }).issues;
    const line = text.split('\n')[3] ?? '';
    const column = [...line.slice(0, line.indexOf('"usrName"'))].length;
    expect(issues.find(({ path }) => path === 'usrName')?.position).toEqual({ line: 3, character: column });
  });

  it('is sent nevertheless with @validate warn, and not looked at with off', async () => {
    const body = user('x').replace('}', ', "nope": 1}');
    const warned = await runOne(`# @validate warn\n${body}`);
    expect(warned.outcome).toBe('passed');
    expect(warned.warnings.join()).toContain('nope');
    const off = await runOne(`# @validate off\n${body.replace('"x"', '"y"')}`);
    expect(off).toMatchObject({ outcome: 'passed', warnings: [] });
  });
});

describe('problems', () => {
  it('anywhere keep a whole run from sending anything, and all are told', async () => {
    const results = await run(
      '### a\nGET /Users\n### b\nPOST /Users\n\n{"a" 1}\n### c\nGET /Users/{{mial}}?x={{nope.etag}}\n',
    );
    expect(server.asked).toEqual([]);
    expect(outcomes(results)).toEqual(['b error', 'c error', 'c error', 'a skipped']);
    expect(results.map(({ error }) => error?.code)).toEqual([
      'request.json',
      'request.variable',
      'request.variable',
      undefined,
    ]);
    expect(results[0]?.error?.position).toEqual({ line: 5, character: 5 });
  });

  it('of other requests do not matter to a selected one', async () => {
    const text = '### a\nGET /Users\n### b\nFETCH /Users\n';
    expect(outcomes(await run(text, { select: { name: 'a' } }))).toEqual(['a passed']);
    expect(outcomes(await run(text, { select: { line: 3 } }))).toEqual(['b error']);
    await expect(run(text, { select: { name: 'c' } })).rejects.toThrow('no request named `c`');
  });

  it('say which request must be run first', async () => {
    const text = `### create\n${user('x')}\n@id = body.id\n### read\nGET /Users/{{id}}\n### again\nGET {{create.location}}\n`;
    const session = new FileSession();
    const [read] = await run(text, { select: { name: 'read' }, session });
    expect(read?.error).toMatchObject({ code: 'request.variable', remedy: 'Run `create` first.' });
    const [again] = await run(text, { select: { name: 'again' }, session });
    expect(again?.error).toMatchObject({ code: 'request.variable', remedy: 'Run `create` first.' });
    await run(text, { select: { name: 'create' }, session });
    expect(outcomes(await run(text, { select: { name: 'read' }, session }))).toEqual(['read passed']);
    expect(outcomes(await run(text, { select: { name: 'again' }, session }))).toEqual(['again passed']);
  });

  it('of a misspelt variable name the ones there are', async () => {
    const result = await runOne('@mail = a\n@id = 1\nGET /Users/{{mial}}\n', { select: { line: 2 } });
    expect(result.error).toMatchObject({
      message: '`{{mial}}` is not defined; defined are mail, id',
      position: { line: 2, character: 11 },
    });
  });

  it('refuse to take the token to another host', async () => {
    for (const text of ['GET https://evil.example/scim/v2/Users\n', '@x = https://evil.example/Users\nGET {{x}}\n']) {
      const result = await runOne(text);
      expect(result.error).toMatchObject({ code: 'request.target' });
      expect(result.error?.message).toContain('its token would leave');
    }
    expect(outcomes(await run(`GET ${server.baseUrl}/Users\n`))).toEqual([`GET ${server.baseUrl}/Users passed`]);
  });

  it('that only the client sees have the place of the target', async () => {
    const result = await runOne('\nGET /Users/../Groups\n');
    expect(result.error).toMatchObject({ code: 'request.target', position: { line: 1, character: 4 } });
    expect(server.asked).toEqual([]);
  });

  it('of a capture that finds nothing is an error, and the old value is forgotten', async () => {
    const session = new FileSession();
    session.capture('x', { value: 'old', request: 'a', attribute: 'x' });
    const result = await runOne('GET /Users\n\n@x = body.nothing\n', { session });
    expect(result).toMatchObject({ outcome: 'error', error: { position: { line: 2, character: 0 } } });
    expect(session.captured('x')).toBeUndefined();
  });
});

describe('variables', () => {
  it('are set from outside, keep what was generated, and do not change with the run of one request', async () => {
    const text = '@name = {{$uuid}}\n@other = a\n### a\nGET /echo?x={{name}}&y={{name}}&z={{other}}\n';
    const session = new FileSession();
    const options = { session, variables: { other: 'b' } };
    await run(text, { ...options, select: { name: 'a' } });
    await run(text, { ...options, select: { name: 'a' } });
    const seen = server.asked.map(({ url }) => new URL(url, 'http://x').searchParams);
    expect(new Set(seen.flatMap((query) => [query.get('x'), query.get('y')])).size).toBe(1);
    expect(seen[0]?.get('x')).toMatch(/^[0-9a-f-]{36}$/);
    expect(seen[0]?.get('z')).toBe('b');
  });

  it('count from their line on', async () => {
    await run('@x = 1\n### a\nGET /echo?x={{x}}\n\n### b\n@x = 2\nGET /echo?x={{x}}\n');
    expect(server.asked.map(({ url }) => url)).toEqual(['/scim/v2/echo?x=1', '/scim/v2/echo?x=2']);
  });

  it('generate from the clock that was given', async () => {
    const generators = { now: () => new Date(1_700_000_000_999), uuid: () => 'u' };
    await run('GET /echo?a={{$timestamp}}&b={{$isoTimestamp}}&c={{$uuid}}\n', { generators });
    expect(server.asked[0]?.url).toBe('/scim/v2/echo?a=1700000000&b=2023-11-14T22%3A13%3A20.999Z&c=u');
  });

  it('are shown with their origin, redacted', async () => {
    const text =
      '@password = hunter2\n@a = 1\n@b = {{a}}-{{c}}\n### x\nGET /echo\n\n@secret = body.password\n@c = status\n@d = etag\n';
    const session = new FileSession();
    const file = parseRequestFile(text, 'a.scim');
    const target = server.target();
    await runRequests(file, target, { onFailure: 'stop', session });
    expect(variablesOf(file, session, target.redactor)).toEqual([
      { name: 'password', value: '***', origin: 'line 1' },
      { name: 'a', value: '1', origin: 'line 2' },
      { name: 'b', value: '1-200', origin: 'line 3' },
      { name: 'secret', value: '***', origin: 'captured by x' },
      { name: 'c', value: '200', origin: 'captured by x' },
      { name: 'd', value: null, origin: 'not captured yet: line 9' },
    ]);
  });

  it('that need each other are refused', async () => {
    const result = await runOne('@a = {{b}}\n@b = {{a}}\nGET /Users/{{a}}\n');
    expect(result.error?.message).toContain('defined by itself');
  });
});

describe('secrets', () => {
  it('do not come out in results', async () => {
    const result = await runOne(
      'GET /echo\n\n?? body.headers.authorization == "x"\n?? body.password == "x"\n@auth = body.headers.authorization\n@p = body.password\n',
    );
    const shown = JSON.stringify([result.assertions, result.captures, result.body, result.warnings, result.error]);
    expect(shown).not.toContain(token);
    expect(shown).not.toContain('hunter22');
    expect(result.outcome).toBe('failed');
  });

  it('do not come out in a preview', () => {
    const text =
      '@p = hunter22\nPOST /Users?token={{p}}\nAuthorization: Bearer {{p}}\n\n{"password": "{{p}}", "big": 12345678901234567890}\n';
    const file = parseRequestFile(text, 'a.scim');
    const preview = previewRequest(file, server.target(), { select: { line: 1 }, session: new FileSession() });
    expect(JSON.stringify(preview)).not.toContain('hunter22');
    expect(preview).toMatchObject({ method: 'POST', url: expect.stringContaining(`${server.baseUrl}/Users`) });
    expect(preview.body).toContain('12345678901234567890');
    expect(server.asked).toEqual([]);
  });
});
