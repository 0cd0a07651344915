/** What is found about a workspace without a connection. */

import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/workspace/finding.js';
import { exitCodeOf } from '../../src/workspace/finding.js';
import { lintWorkspace } from '../../src/workspace/lint/lint.js';

let root: string;
let environment: NodeJS.ProcessEnv;
const now = new Date('2026-06-15T12:00:00Z');

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'scim-lint-'));
  environment = { PATH: process.env.PATH, HOME: root, XDG_STATE_HOME: join(root, '.state') };
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

async function write(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text, { mode: 0o600 });
  }
}

async function lint(files: Record<string, string>, tenants?: readonly string[]): Promise<Finding[]> {
  await write(files);
  return lintWorkspace({ root, environment, now }, tenants);
}

/** The findings ID of FILES' workspace, as `status file:line:column message`. */
async function told(id: string, files: Record<string, string>, tenants?: readonly string[]): Promise<string[]> {
  return (await lint(files, tenants))
    .filter((finding) => finding.id === id)
    .map(({ status, file, position, message }) => {
      const place = position === undefined ? '' : ` ${file}:${position.line + 1}:${position.character + 1}`;
      return `${status}${place} ${message}`;
    });
}

const url = 'baseUrl: https://a.example.com/scim/v2';

function jwt(expires: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256' })}.${part({ exp: Date.parse(expires) / 1000 })}.c2lnbmF0dXJl`;
}

describe('a workspace in order', () => {
  it('has no findings', async () => {
    environment.SCIM_ACME_TOKEN = 'abc.def';
    const found = await lint({
      'scim.yaml': `tenants:\n  acme:\n    vendor: okta\n    variables: env/acme.env\n    baseUrl: env:SCIM_ACME_BASE_URL\n    auth: { scheme: bearer, token: env:SCIM_ACME_TOKEN }\n`,
      'env/acme.env':
        '# purpose: where it is\nSCIM_ACME_BASE_URL=https://acme.example.com/scim/v2\n# secret: yes\nSCIM_ACME_TOKEN=env:SCIM_ACME_TOKEN\n',
    });
    expect(found).toEqual([]);
  });

  it('may be two variables', async () => {
    environment.SCIM_API_BASE_URL = 'https://acme.example.com/scim/v2';
    environment.SCIM_AUTH_TOKEN = 'abc.def';
    expect(await lint({})).toEqual([]);
  });
});

describe('variables', () => {
  it('that are missing are named with the key that needs them', async () => {
    const yaml = `tenants:\n  a:\n    ${url}\n    auth: { scheme: bearer, token: env:SCIM_A_TOKEN }\n`;
    expect(await told('ENV001', { 'scim.yaml': yaml })).toEqual([
      'error scim.yaml:4:36 `auth.token`: variable SCIM_A_TOKEN is not set',
    ]);
    environment.SCIM_A_TOKNE = 'abc';
    expect(await told('ENV001', {})).toEqual([
      'error scim.yaml:4:36 `auth.token`: variable SCIM_A_TOKEN is not set; SCIM_A_TOKNE is set, which nothing reads: is that it?',
    ]);
    expect(await told('ENV013', {})).toEqual([
      'warning SCIM_A_TOKNE is set in the environment, and nothing reads it; did you mean SCIM_A_TOKEN?',
    ]);
  });

  it('without scim.yaml are the two', async () => {
    expect(await told('ENV001', {})).toEqual([
      'error `baseUrl`: variable SCIM_API_BASE_URL is not set',
      'error `auth.token`: variable SCIM_AUTH_TOKEN is not set',
    ]);
  });

  it('of sets are told where they stand', async () => {
    const yaml = `tenants:\n  a:\n    variables: a.env\n    baseUrl: env:SCIM_A_URL\n    auth: { scheme: none }\n`;
    expect(await told('ENV002', { 'scim.yaml': yaml, 'a.env': '\nSCIM_A_URL=a.example.com\n' })).toEqual([
      'error a.env:2:1 `baseUrl`: variable SCIM_A_URL, a.env:2 is not an absolute URL',
    ]);
    expect(await told('ENV001', { 'a.env': 'SCIM_A_URL=env:SCIM_B_URL\n' })).toEqual([
      'error a.env:1:1 `baseUrl`: variable SCIM_A_URL, a.env:1 (variable SCIM_B_URL) is not set',
    ]);
    expect(await told('ENV001', { 'scim.yaml': yaml.replace('a.env', 'b.env') })).toContain(
      'error scim.yaml:3:16 The variable set b.env cannot be read',
    );
  });

  it('that are defined twice are told, and which one counts', async () => {
    environment.SCIM_A_URL = 'https://c.example.com';
    const yaml = `tenants:\n  a:\n    variables: a.env\n    baseUrl: env:SCIM_A_URL\n    auth: { scheme: none }\n`;
    const set = 'SCIM_A_URL=https://a.example.com\nSCIM_A_URL=https://b.example.com\n';
    expect(await told('ENV005', { 'scim.yaml': yaml, 'a.env': set })).toEqual([
      'error a.env:1:1 SCIM_A_URL is defined again in line 2, which counts, with another value',
      'warning a.env:2:1 SCIM_A_URL has another value in the environment; that of a.env counts',
    ]);
    expect(await told('ENV005', { 'a.env': 'SCIM_A_URL=env:SCIM_A_URL\n' })).toEqual([]);
  });

  it('that nothing reads, or whose names tell nothing, are told', async () => {
    const yaml = `tenants:\n  a:\n    variables: a.env\n    baseUrl: env:URL\n    auth: { scheme: none }\n`;
    const files = { 'scim.yaml': yaml, 'a.env': 'URL=https://a.example.com\nSCIM_A_ULR=x\n' };
    expect(await told('ENV013', files)).toEqual(['warning a.env:2:1 SCIM_A_ULR is read by no tenant with this set: a']);
    expect(await told('ENV012', files)).toEqual(['warning a.env:1:1 URL does not tell whose base URL it is']);
    expect((await lint(files)).find(({ id }) => id === 'ENV012')?.fix).toBe('call it SCIM_A_BASE_URL');
  });

  it('of mock files are read, too', async () => {
    environment.SCIM_MOCK_TOKEN = 'x';
    const yaml = `tenants:\n  a:\n    ${url}\n    auth: { scheme: none }\n`;
    expect(await told('ENV013', { 'scim.yaml': yaml })).toHaveLength(1);
    const mock = 'auth: { scheme: bearer, tokens: [env:SCIM_MOCK_TOKEN] }\n';
    expect(await told('ENV013', { 'a.scim-mock': mock })).toEqual([]);
  });
});

describe('values', () => {
  const yaml = `tenants:\n  a:\n    baseUrl: env:SCIM_A_URL\n    auth: { scheme: bearer, token: env:SCIM_A_TOKEN }\n`;

  async function withValues(base: string, token: string): Promise<string[]> {
    environment.SCIM_A_URL = base;
    environment.SCIM_A_TOKEN = token;
    return (await lint({ 'scim.yaml': yaml })).map(({ id, status, message }) => `${id} ${status} ${message}`);
  }

  const good = 'https://a.example.com/scim/v2';

  it.each([
    ['a.example.com', 'ENV002 error `baseUrl`: variable SCIM_A_URL is not an absolute URL'],
    [`${good}?x=1`, 'ENV002 error `baseUrl`: variable SCIM_A_URL contains a query string'],
    [
      `${good}/Users/`,
      'ENV002 error `baseUrl`: variable SCIM_A_URL ends with /Users, which is an endpoint below the base URL',
    ],
    [`"${good}"`, 'ENV003 error `baseUrl`: variable SCIM_A_URL has quotes around the URL'],
    [
      'http://a.example.com',
      'ENV002 warning `baseUrl`: variable SCIM_A_URL is http: the credential crosses the network unencrypted',
    ],
    [
      `$\{BASE_URL}`,
      'ENV004 error `baseUrl`: variable SCIM_A_URL holds what looks like a placeholder, or a reference that nothing has resolved',
    ],
  ])('such as the URL %s are told', async (base, expected) => {
    expect(await withValues(base, 'abc')).toEqual([expected]);
  });

  it.each([
    ['abc\n', 'ENV003 error `auth.token`: variable SCIM_A_TOKEN contains white space'],
    [
      '\uFEFFabc',
      'ENV003 error `auth.token`: variable SCIM_A_TOKEN contains an invisible character, such as a byte order mark',
    ],
    ['Bearer abc', 'ENV003 error `auth.token`: variable SCIM_A_TOKEN starts with "Bearer"'],
    [
      'op://vault/item/token',
      'ENV004 error `auth.token`: variable SCIM_A_TOKEN holds what looks like a placeholder, or a reference that nothing has resolved',
    ],
    [jwt('2026-06-14T00:00:00Z'), 'AUTH003 error `auth.token`: variable SCIM_A_TOKEN expired on 2026-06-14'],
    [
      jwt('2026-06-20T12:00:00Z'),
      'AUTH003 warning `auth.token`: variable SCIM_A_TOKEN expires on 2026-06-20, in 5 days',
    ],
  ])('such as the token %j are told', async (token, expected) => {
    expect(await withValues(good, token)).toEqual([expected]);
  });

  it('such as passwords may hold anything, and are told what was probably copied along', async () => {
    environment.SCIM_A_PASSWORD = ' hunter2';
    const basic = `tenants:\n  a:\n    ${url}\n    auth: { scheme: basic, username: me, password: env:SCIM_A_PASSWORD }\n`;
    expect(await told('ENV003', { 'scim.yaml': basic })).toEqual([
      'warning scim.yaml:4:52 `auth.password`: variable SCIM_A_PASSWORD begins or ends with white space',
    ]);
    expect(exitCodeOf(await lint({}))).toBe(0);
  });

  it('of a declared format are checked although no tenant needs them', async () => {
    const set =
      '# format: duration\nSCIM_A_WAIT=30\n# format: colour\n# purpsoe: x\n# expires: 2026-06-01\nSCIM_A_TOKEN=env:SCIM_A_TOKEN\n';
    environment.SCIM_A_TOKEN = 'abc';
    environment.SCIM_A_URL = good;
    const files = { 'scim.yaml': yaml.replace('  a:\n', '  a:\n    variables: a.env\n'), 'a.env': set };
    expect(await told('ENV002', files)).toEqual(['error a.env:2:1 SCIM_A_WAIT is no duration']);
    expect(await told('ENV015', files)).toEqual([
      'warning a.env:3:11 `format` must be one of url, token, duration, text',
      'warning a.env:4:3 `purpsoe:` says nothing; did you mean `purpose:`?',
    ]);
    expect(await told('AUTH003', files)).toEqual([
      'warning a.env:6:1 SCIM_A_TOKEN has expired, as is said of it, on 2026-06-01',
    ]);
  });
});

describe('scim.yaml', () => {
  it('is told where it is wrong, and what was meant', async () => {
    expect(
      await told('ENV015', { 'scim.yaml': 'tenants:\n  a:\n    baseURL: x\n    auth: { shceme: none }\n' }),
    ).toEqual([
      'error scim.yaml:3:5 `baseURL` is not a key here; did you mean `baseUrl`?',
      'error scim.yaml:4:5 `scheme` is missing',
    ]);
    expect(
      await told('ENV015', {
        'scim.yaml': `default: b\ntenants:\n  acme: { extends: acmee, ${url}, auth: { scheme: none } }\n`,
      }),
    ).toEqual([
      'error scim.yaml:1:10 `default` names the tenant b, which is not there',
      'error scim.yaml:3:20 There is no tenant acmee; did you mean `acme`?',
    ]);
    expect(await told('ENV015', { 'scim.yaml': 'tenants:\n  a: { extends: b }\n  b: { extends: a }\n' })).toContain(
      'error scim.yaml:2:17 Tenant a extends itself: a → b → a',
    );
  });

  it('may have a tenant that others only extend', async () => {
    const yaml = `tenants:\n  base:\n    vendor: okta\n  a:\n    extends: base\n    ${url}\n    auth: { scheme: none }\n`;
    expect(exitCodeOf(await lint({ 'scim.yaml': yaml }))).toBe(0);
    expect(await told('ENV015', {})).toHaveLength(2);
  });

  it('has a number in place of a secret: told, not shown, not coerced', async () => {
    const yaml = `tenants:\n  a:\n    ${url}\n    auth: { scheme: bearer, token: 0123456789 }\n`;
    const findings = await lint({ 'scim.yaml': yaml });
    expect(findings).toMatchObject([
      { id: 'ENV015', message: '`token` must be a text: quote it', position: { line: 3 } },
    ]);
    expect(JSON.stringify(findings)).not.toContain('123456789');
  });
});

describe('tenants', () => {
  const two = (first: string, second: string) => `tenants:\n  staging:\n${first}  production:\n${second}`;
  const auth = (name: string) => `    auth: { scheme: bearer, token: env:${name} }\n`;

  it('with the same URL are told; production and another one are an error', async () => {
    environment.SCIM_A_TOKEN = 'a-token';
    environment.SCIM_B_TOKEN = 'b-token';
    const both = two(
      `    ${url}\n${auth('SCIM_A_TOKEN')}`,
      `    ${url.replace('a.example', 'A.example')}/\n${auth('SCIM_B_TOKEN')}`,
    );
    expect(await told('ENV009', { 'scim.yaml': both })).toEqual([
      'error scim.yaml:6:14 production has the same base URL as staging',
    ]);
    expect(await told('ENV009', { 'scim.yaml': both.replace('production', 'other') })).toEqual([
      'warning scim.yaml:6:14 other has the same base URL as staging',
    ]);
  });

  it('of production have secrets of their own', async () => {
    environment.SCIM_A_TOKEN = 'a-token';
    environment.SCIM_B_TOKEN = 'a-token';
    const first = `    ${url}\n${auth('SCIM_A_TOKEN')}`;
    const second = '    baseUrl: https://b.example.com\n';
    expect(await told('ENV010', { 'scim.yaml': two(first, `    extends: staging\n${second}`) })).toEqual([
      'error scim.yaml:4:36 `auth.token` of the production tenant production is inherited from staging',
    ]);
    expect(await told('ENV010', { 'scim.yaml': two(first, `${second}${auth('SCIM_B_TOKEN')}`) })).toEqual([
      'error scim.yaml:7:36 `auth.token` of the production tenant production is the same as that of staging',
    ]);
    const own = `    extends: staging\n    variables: p.env\n${second}`;
    await write({ 'p.env': 'SCIM_A_TOKEN=env:SCIM_B_TOKEN\n' });
    environment.SCIM_B_TOKEN = 'b-token';
    expect(await told('ENV010', { 'scim.yaml': two(first, own) })).toEqual([]);
  });

  it('are not called what their URL is not', async () => {
    const one = (name: string, base: string) => `tenants:\n  ${name}: { baseUrl: '${base}', auth: { scheme: none } }\n`;
    expect(await told('ENV008', { 'scim.yaml': one('production', 'https://acme.oktapreview.com/scim') })).toHaveLength(
      1,
    );
    expect(await told('ENV008', { 'scim.yaml': one('staging', 'https://prod.acme.com/scim') })).toHaveLength(1);
    expect(await told('ENV008', { 'scim.yaml': one('staging', 'https://products.acme.com/scim') })).toEqual([]);
    expect(await told('ENV008', { 'scim.yaml': one('delivery', 'https://prod.acme.com/scim') })).toEqual([]);
  });

  it('can be checked alone', async () => {
    const both = two(
      `    ${url}\n${auth('SCIM_A_TOKEN')}`,
      `    baseUrl: https://b.example.com\n${auth('SCIM_B_TOKEN')}`,
    );
    expect(await told('ENV001', { 'scim.yaml': both }, ['staging'])).toEqual([
      'error scim.yaml:4:36 `auth.token`: variable SCIM_A_TOKEN is not set',
    ]);
  });
});

describe('secrets', () => {
  const yaml = (token: string) =>
    `tenants:\n  a:\n    variables: a.env\n    ${url}\n    auth: { scheme: bearer, token: ${token} }\n`;
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, env: environment });

  it('do not stand in scim.yaml or in a set', async () => {
    const files = { 'scim.yaml': yaml('hunter2'), 'a.env': '' };
    expect(await told('ENV011', files)).toEqual([
      'error scim.yaml:5:36 `auth.token` is a secret that stands in scim.yaml itself',
    ]);
    const set = {
      'scim.yaml': yaml('env:SCIM_A_TOKEN'),
      'a.env': 'SCIM_A_TOKEN=hunter2\n# secret: no\nSCIM_B_TOKEN=x\n',
    };
    expect(await told('ENV011', set)).toEqual(['error a.env:1:1 SCIM_A_TOKEN is a secret that stands in a.env itself']);
    expect(JSON.stringify(await lint(set))).not.toContain('hunter2');
  });

  it('of a mock server on this machine are only warned of', async () => {
    const local = yaml('hunter2').replace('https://a.example.com', 'http://127.0.0.1:8080');
    expect(exitCodeOf(await lint({ 'scim.yaml': local, 'a.env': '' }))).toBe(0);
    expect(await told('ENV011', {})).toHaveLength(1);
  });

  it('may stand in a set that git ignores and nobody else can read', async () => {
    git('init', '-q');
    const files = { 'scim.yaml': yaml('env:SCIM_A_TOKEN'), 'a.env': 'SCIM_A_TOKEN=hunter2\n' };
    expect(await told('ENV011', files)).toHaveLength(1);
    await write({ '.gitignore': '*.env\n' });
    expect(await lint(files)).toEqual([]);
    await chmod(join(root, 'a.env'), 0o644);
    expect(await told('ENV006', files)).toEqual([
      'warning a.env:1:1 a.env holds a secret, and others can read it (mode 0644)',
    ]);
  });

  it('are in files that nobody else can read and that git does not keep', async () => {
    const files = { 'scim.yaml': yaml('file:secret'), secret: 'hunter2\n', 'a.env': '' };
    expect(await lint(files)).toEqual([]);
    git('init', '-q');
    expect(await lint(files)).toEqual([]);
    git('add', 'secret');
    expect(await told('ENV007', files)).toEqual(['error scim.yaml:5:36 secret holds a secret and is tracked by git']);
    await chmod(join(root, 'secret'), 0o640);
    expect(await told('ENV006', files)).toEqual([
      'warning scim.yaml:5:36 secret holds a secret, and others can read it (mode 0640)',
    ]);
  });

  it('of commands need trust, which is told without the command’s arguments', async () => {
    const [finding] = await lint({ 'scim.yaml': yaml('cmd:pass show hunter2'), 'a.env': '' });
    expect(finding).toMatchObject({ id: 'ENV014', status: 'error', file: 'scim.yaml', position: { line: 4 } });
    expect(JSON.stringify(finding)).not.toContain('hunter2');
  });

  it('are in no finding, wherever they stand and whatever is wrong', async () => {
    const secret = fc
      .string({ minLength: 6, maxLength: 30, unit: 'grapheme-ascii' })
      .map((text) => `${text}s3cr3tMark`);
    const place = fc.constantFrom(
      'yaml',
      'quoted',
      'set',
      'set-quoted',
      'environment',
      'file',
      'reference',
      'url',
      'comment',
    );
    await fc.assert(
      fc.asyncProperty(secret, place, async (value, where) => {
        const reference: Record<string, string> = {
          yaml: value,
          quoted: JSON.stringify(value),
          file: 'file:secret',
          reference: `env:${value}!`,
          url: 'x',
        };
        const sets: Record<string, string> = {
          set: `SCIM_A_TOKEN=${value}\n`,
          'set-quoted': `SCIM_A_TOKEN="${value}\n`,
          comment: `# expires: ${value}\n# format: ${value}\n${value}\n`,
        };
        environment.SCIM_A_TOKEN = where === 'environment' ? value.replaceAll('\0', '') : '';
        const base = where === 'url' ? `https://a.example.com?${encodeURIComponent(value)}` : 'https://a.example.com';
        const text = yaml(reference[where] ?? 'env:SCIM_A_TOKEN').replace(/https:.*/, base);
        const findings = await lint({ 'scim.yaml': text, secret: value, 'a.env': sets[where] ?? '' });
        expect(JSON.stringify(findings)).not.toContain('s3cr3tMark');
      }),
      { numRuns: 100 },
    );
  });
});
