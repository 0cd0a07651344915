/** A secret that is planted in what is sent or answered must not come out anywhere: log, archive, curl, reports. */

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { curlOf, detailOf, exchangeView } from '../../src/bridge/trace-views.js';
import { requestResult } from '../../src/bridge/views.js';
import { Target } from '../../src/client/target.js';
import { parseRequestFile } from '../../src/document/parse.js';
import { runRequests } from '../../src/document/run.js';
import { FileSession } from '../../src/document/session.js';
import type { Exchange } from '../../src/http/exchange.js';
import { curlCommand } from '../../src/report/curl.js';
import type { ReportEntry, ReportWriter } from '../../src/report/entry.js';
import { harLog } from '../../src/report/har.js';
import { jsonlReport } from '../../src/report/jsonl.js';
import { junitReport } from '../../src/report/junit.js';
import { textReport } from '../../src/report/text.js';
import { type TenantSettings, Workspace } from '../../src/workspace/workspace.js';
import { answer, type Behaviour, type FaultServer, json, startFaultServer } from '../support/fault-server.js';
import { readHar } from '../support/har.js';

/** Of each property; more were tried when the rules were written. */
const runs = Number(process.env.SCIM_TEST_RUNS ?? 8);

let server: FaultServer;
let target: Target;
let settings: TenantSettings;
const exchanges: Exchange[] = [];

beforeAll(async () => {
  settings = (await Workspace.load('/nonexistent', environment)).resolve(undefined);
  server = await startFaultServer();
  target = new Target({
    tenant: 'test',
    baseUrl: server.base,
    auth: { scheme: 'bearer', token: 'the-t0ken-of-the-tenant' },
    limits: { timeoutMs: 5_000, maxResponseBytes: 1_000_000 },
    validation: 'off',
    userAgent: 'test',
    onExchange: (exchange) => exchanges.push(exchange),
  });
});

afterAll(async () => {
  await target.close();
  await server.close();
});

/** Passwords as people and generators make them; at least as long as a policy wants. */
const password = fc
  .oneof(
    fc.stringMatching(/^[A-Za-z0-9!#$^&*()_+=.,:;'@~-]{10,24}$/),
    fc.stringMatching(/^[a-zA-Z0-9"\\/<>%+ üé]{10,24}$/),
  )
  .filter((text) => text.trim() === text && /[A-Za-z0-9]{3}/.test(text) && !/\*\*\*|\{\{|\}\}/.test(text));

const webToken = fc
  .tuple(fc.stringMatching(/^[A-Za-z0-9_-]{20,40}$/), fc.stringMatching(/^[A-Za-z0-9_-]{20,40}$/))
  .map(([payload, signature]) => `eyJhbGciOiJSUzI1NiJ9.eyJ${payload}.${signature}`);

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

const user = 'urn:ietf:params:scim:schemas:core:2.0:User';
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const bulk = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const patch = (...Operations: unknown[]): Request => ({
  method: 'PATCH',
  path: '/Users/1',
  body: { schemas: [patchOp], Operations },
});

/** Requests with the secret where real ones have it. */
const requests: Record<string, (secret: string) => Request> = {
  'a new user': (secret) => ({
    method: 'POST',
    path: '/Users',
    body: { schemas: [user], userName: 'b', password: secret },
  }),
  'PATCH by path': (secret) => patch({ op: 'replace', path: 'password', value: secret }),
  'PATCH by a path in capitals': (secret) => patch({ op: 'Replace', path: 'PASSWORD', value: secret }),
  'PATCH by URN': (secret) => patch({ op: 'replace', path: `${user.toUpperCase()}:password`, value: secret }),
  'PATCH by URN, value first': (secret) => patch({ value: secret, path: `${user}:Password`, op: 'add' }),
  'PATCH without path': (secret) => patch({ op: 'add', value: { active: true, password: secret } }),
  'PATCH without path, by URN': (secret) => patch({ op: 'add', value: { [user]: { password: secret } } }),
  'PATCH with a list': (secret) => patch({ op: 'add', path: 'password', value: [{ value: secret }] }),
  'bulk POST': (secret) => ({
    method: 'POST',
    path: '/Bulk',
    body: { schemas: [bulk], Operations: [{ method: 'POST', path: '/Users', data: { password: secret } }] },
  }),
  'bulk PATCH': (secret) => ({
    method: 'POST',
    path: '/Bulk',
    body: {
      schemas: [bulk],
      Operations: [
        { method: 'PATCH', path: '/Users/1', data: { Operations: [{ op: 'add', path: 'password', value: secret }] } },
      ],
    },
  }),
  'bulk data as text': (secret) => ({
    method: 'POST',
    path: '/Bulk',
    body: { Operations: [{ method: 'POST', path: '/Users', data: JSON.stringify({ password: secret }) }] },
  }),
  'a filter in the URL': (secret) => ({
    method: 'GET',
    path: `/Users?filter=${encodeURIComponent(`password eq ${JSON.stringify(secret)}`)}`,
  }),
  'a filter in a search': (secret) => ({
    method: 'POST',
    path: '/Users/.search',
    body: { filter: `userName eq "b" and ${user}:password eq ${JSON.stringify(secret)}` },
  }),
  'a parameter': (secret) => ({ method: 'GET', path: `/Users/1?access_token=${encodeURIComponent(secret)}` }),
  'a header': (secret) => ({ method: 'GET', path: '/Users/1', headers: { 'X-API-KEY': encodeURIComponent(secret) } }),
  'a bearer token': (secret) => ({
    method: 'GET',
    path: '/Users/1',
    headers: { AUTHORIZATION: `bearer ${encodeURIComponent(secret)}` },
  }),
  'basic credentials': (secret) => ({
    method: 'GET',
    path: '/Users/1',
    headers: { authorization: `Basic ${Buffer.from(`user:${secret}`, 'utf8').toString('base64')}` },
  }),
  'a cookie': (secret) => ({
    method: 'GET',
    path: '/Users/1',
    headers: { cOOkie: `lang=en; sid=${encodeURIComponent(secret)}` },
  }),
  'a token request': (secret) => ({
    method: 'POST',
    path: '/token',
    body: { grant_type: 'client_credentials', client_id: 'c', client_secret: secret, client_assertion: secret },
  }),
};

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);
const inHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Answers that tell what they were sent. BODY and URL are what came. */
const answers: Record<string, (secret: string) => Behaviour> = {
  nothing: () => answer(204, {}, ''),
  'a sentence': (secret) => json(400, { detail: `The value ${secret} is too weak.`, status: '400' }),
  'the body in the detail': () => (seen, response) =>
    json(400, { detail: `Cannot process: ${seen.body} at ${seen.url}` })(seen, response),
  'the body as it is': () => (seen, response) => json(200, { id: '1', echo: parsed(seen.body) })(seen, response),
  'the URL and headers': () => (seen, response) =>
    json(500, { message: 'Failure', url: seen.url, headers: seen.headers, raw: [JSON.stringify(seen.headers)] })(
      seen,
      response,
    ),
  'a web page': (secret) => (seen, response) =>
    answer(
      502,
      { 'content-type': 'text/html' },
      `<html><title>Error at ${inHtml(decodeURIComponent(seen.url))}</title><pre>${inHtml(seen.body)}
${Object.entries(seen.headers)
  .map(([name, value]) => `${name}: ${inHtml(String(value))}`)
  .join('\n')}</pre>${inHtml(secret)}</html>`,
    )(seen, response),
  'plain text': () => (seen, response) =>
    answer(
      400,
      { 'content-type': 'text/plain' },
      `cannot do ${seen.method} ${seen.url} with ${seen.body}`,
    )(seen, response),
  'the password of the resource': (secret) =>
    json(200, { id: '1', password: secret, [user]: { password: secret }, meta: { version: 'W/"1"' } }),
  'a list with passwords': (secret) => json(200, { Resources: [{ id: '1', password: secret }], totalResults: 1 }),
  'a cookie': (secret) =>
    json(200, { id: '1' }, { 'set-cookie': [`sid=${encodeURIComponent(secret)}; Secure`, 'lang=en'] }),
  'a location': (secret) =>
    json(201, { id: '1' }, { location: `${server.base.href}/Users/1?access_token=${encodeURIComponent(secret)}` }),
  'a challenge': (secret) =>
    json(401, {}, { 'www-authenticate': `Bearer error_description="${encodeURIComponent(secret)} has expired"` }),
  tokens: (secret) => json(200, { access_token: secret, refresh_token: secret, id_token: secret, expires_in: 9 }),
};

/** Those that reveal what the request did not have, and structure alone cannot tell. */
const needsRequest = new Set(['a sentence', 'a web page', 'a challenge']);

function parsed(text: string): unknown {
  return text === '' ? null : JSON.parse(text);
}

function fileOf({ method, path, headers = {}, body }: Request): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`);
  return `### planted
${method} ${path}
${lines.join('')}
${body === undefined ? '' : JSON.stringify(body, null, 2)}

?? status == 299
?? body.detail == "no"
?? body == "no"
?? body.password == "no"
?? body.Resources[0].password absent
?? headers.Set-Cookie == "no"
?? location == "no"
@everything = body
@found = body.password
`;
}

function reportOf(writer: ReportWriter, entry: ReportEntry): string {
  return [writer.begin(), writer.file('a.scim'), writer.result('a.scim', entry), writer.end(totals)].join('');
}
const totals = { passed: 0, failed: 1, errors: 0, skipped: 0 };

/** Everything that comes out when REQUEST is sent and answered by BEHAVIOUR. */
async function outletsOf(request: Request, behaviour: Behaviour): Promise<Record<string, string>> {
  exchanges.length = 0;
  server.otherwise = behaviour;
  const file = parseRequestFile(fileOf(request), 'a.scim');
  const [result] = await runRequests(file, target, { onFailure: 'continue', session: new FileSession() });
  if (result === undefined || exchanges.length === 0) throw new Error(`nothing was sent: ${result?.error?.message}`);
  const entry = requestResult(result, settings, { text: result.body ?? '' }, target.redactor);
  const har = harLog(exchanges, { version: '1', maxBodyChars: 100_000 });
  readHar(har);
  return {
    log: JSON.stringify(
      exchanges.map((exchange) => [
        exchangeView(exchange, settings, undefined),
        detailOf(exchange),
        curlOf({ exchange, settings, action: undefined }),
      ]),
    ),
    cut: exchanges.map((exchange) => [exchange.requestBody(90), exchange.responseBody(90)].join()).join(),
    curl: exchanges.map((exchange) => curlCommand(exchange, { tokenVariable: 'TOKEN' })).join(),
    har,
    result: JSON.stringify(entry),
    text: reportOf(textReport({ color: false, verbose: true }), entry),
    junit: reportOf(junitReport(), entry),
    jsonl: reportOf(jsonlReport(), entry),
  };
}

const environment = { SCIM_API_BASE_URL: 'https://example.com/scim', SCIM_AUTH_TOKEN: 'x' };

/** The ways in which SECRET would show. */
function formsOf(secret: string): string[] {
  const base64 = Buffer.from(`user:${secret}`, 'utf8').toString('base64');
  const forms = [secret, inJson(secret), inJson(inJson(secret)), encodeURIComponent(secret), inHtml(secret), base64];
  return [...forms, new URLSearchParams({ s: secret }).toString().slice(2)];
}

async function expectHidden(request: Request, behaviour: Behaviour, secret: string): Promise<void> {
  const outlets = await outletsOf(request, behaviour);
  for (const [name, text] of Object.entries(outlets)) {
    for (const form of formsOf(secret)) {
      if (text.includes(form)) throw new Error(`${name} shows ${form} of ${secret}:\n${text}`);
    }
    expect(text).not.toContain('the-t0ken-of-the-tenant');
  }
}

describe.each(Object.keys(requests))('a secret in %s', (kind) => {
  it('survives nowhere, whatever the server answers', async () => {
    await fc.assert(
      fc.asyncProperty(password, fc.constantFrom(...Object.keys(answers)), async (secret, answered) => {
        const request = requests[kind]?.(secret);
        const behaviour = answers[answered]?.(secret);
        if (request === undefined || behaviour === undefined) throw new Error('no such case');
        await expectHidden(request, behaviour, secret);
      }),
      { numRuns: runs },
    );
  });
});

describe('a secret in an answer', () => {
  it('survives nowhere, when its name tells what it is', async () => {
    const telling = Object.keys(answers).filter((name) => !needsRequest.has(name));
    await fc.assert(
      fc.asyncProperty(password, fc.constantFrom(...telling), async (secret, answered) => {
        const behaviour = answers[answered]?.(secret);
        if (behaviour === undefined) throw new Error('no such case');
        await expectHidden({ method: 'GET', path: '/Users/1' }, behaviour, secret);
      }),
      { numRuns: 2 * runs },
    );
  });

  it('survives nowhere when it is a web token, wherever it stands', async () => {
    await fc.assert(
      fc.asyncProperty(webToken, fc.constantFrom(...Object.keys(answers)), async (secret, answered) => {
        const behaviour = answers[answered]?.(secret);
        if (behaviour === undefined) throw new Error('no such case');
        await expectHidden({ method: 'GET', path: `/Users/1?next=${secret}` }, behaviour, secret);
      }),
      { numRuns: 2 * runs },
    );
  });
});
