import { describe, expect, it } from 'vitest';
import { loadMockFile, problemLine } from '../../../src/mock/file/index.js';

function load(text: string, env: Record<string, string> = {}, files: Record<string, string> = {}) {
  return loadMockFile(text, {
    path: '/mocks/a.scim-mock',
    env,
    readFile: (path) => {
      const found = files[path];
      if (found === undefined) throw Object.assign(new Error('nothing there'), { code: 'ENOENT' });
      return found;
    },
  });
}

/** The problems of TEXT as a compiler would print them. */
function problemsOf(text: string, env?: Record<string, string>, files?: Record<string, string>): string[] {
  return load(text, env, files).problems.map((problem) => problemLine('a', problem));
}

describe('a mock file', () => {
  it('with every key becomes options', () => {
    const { options, problems } = load(
      `vendor: entra-id
quirks: { page.max: 50 }
listen: { port: 8080, host: 127.0.0.1, basePath: /scim, publicUrl: https://scim.example.com/scim }
auth:
  scheme: bearer
  tokens:
    - env:SCIM_MOCK_TOKEN
    - { name: next, value: s3cret, user: bjensen, expires: 2027-01-01T00:00:00Z }
seed: 7
generate: { users: 1000, groups: 50 }
clock: { start: 2026-01-01T00:00:00Z, rate: 0 }
rules: { paging: { cursor: false, maxPageSize: 20 }, etag: { required: true }, me: redirect, references: unchecked }
resources:
  Users:
    - userName: bjensen
      id: 2819c223
  Group: [{ displayName: Tour Guides, members: [{ value: 2819c223 }] }]
faults:
  - { on: PATCH /Groups/*, every: 3, status: 503, retryAfter: 5s, commit: true }
  - { on: /Users, latency: 100ms..2s }
  - { on: 'GET,HEAD /**', requests: [1, 4], page: half, totalResults: -1, stale: 30s }
`,
      { SCIM_MOCK_TOKEN: 'first' },
    );
    expect(problems).toEqual([]);
    expect(options).toMatchObject({
      vendor: 'entra-id',
      quirks: { 'page.max': 50 },
      port: 8080,
      host: '127.0.0.1',
      basePath: '/scim',
      publicUrl: 'https://scim.example.com/scim',
      auth: {
        scheme: 'bearer',
        tokens: [
          { name: 'SCIM_MOCK_TOKEN', value: 'first' },
          { name: 'next', value: 's3cret', user: 'bjensen', expires: new Date('2027-01-01') },
        ],
      },
      seed: 7,
      users: 1000,
      groups: 50,
      clock: { start: new Date('2026-01-01'), rate: 0 },
      rules: {
        paging: { cursor: false, maxPageSize: 20 },
        etag: { required: true },
        me: 'redirect',
        references: 'unchecked',
      },
      resources: [
        {
          type: 'User',
          resource: { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'bjensen', id: '2819c223' },
        },
        { type: 'Group', resource: { displayName: 'Tour Guides', members: [{ value: '2819c223' }] } },
      ],
      faults: [
        {
          on: { methods: ['PATCH'], path: '/Groups/*' },
          when: { every: 3 },
          effect: { status: 503, retryAfter: 5, commit: true },
        },
        { on: { path: '/Users' }, effect: { latency: [100, 2000] } },
        {
          on: { methods: ['GET', 'HEAD'], path: '/**' },
          when: { requests: [1, 4] },
          effect: { page: 'half', totalResults: -1, stale: 30 },
        },
      ],
    });
  });

  it('without content is a server without resources', () => {
    expect(load('').options).toMatchObject({ resources: [] });
    expect(load('# nothing yet\n').problems).toEqual([]);
  });
});

describe('access', () => {
  it.each([
    ['{ scheme: none }', { scheme: 'none' }],
    [
      '{ scheme: basic, users: [{ name: admin, password: env:PW, user: bjensen }] }',
      { scheme: 'basic', users: [{ name: 'admin', value: 'pa55', user: 'bjensen' }] },
    ],
    [
      '{ scheme: api-key, keys: [env:PW, abc] }',
      {
        scheme: 'apiKey',
        header: 'X-Api-Key',
        keys: [
          { name: 'PW', value: 'pa55' },
          { name: 'key 2', value: 'abc' },
        ],
      },
    ],
    [
      '{ scheme: oauth2, clients: [{ id: app, secret: env:PW }, { id: other, publicKey: env:PW }] }',
      {
        scheme: 'oauth2',
        clients: [
          { id: 'app', secret: 'pa55' },
          { id: 'other', publicKey: 'pa55' },
        ],
        tokenPath: '/oauth2/token',
        tokenLifetime: 3600,
        scopes: [],
      },
    ],
  ])('%s', (auth, expected) => {
    expect(load(`auth: ${auth}`, { PW: 'pa55' })).toMatchObject({ options: { auth: expected }, problems: [] });
  });
});

describe('a large file', () => {
  const users = Array.from({ length: 4000 }, (_, index) => ({ userName: `user ${index}`, title: 'x'.repeat(60) }));
  const lines = users.map((user) => `    - ${JSON.stringify(user)}\n`);

  it('with a resource on each line is read as it stands there', () => {
    const { options, problems } = load(`seed: 5\nresources:\n  Users:\n${lines.join('')}`);
    expect(problems).toEqual([]);
    expect(options?.seed).toBe(5);
    expect(options?.resources?.map(({ resource: { schemas: _, ...user } }) => user)).toEqual(users);
  });

  it('tells problems with their lines', () => {
    const wrong = lines.with(3000, `    - ${JSON.stringify({ usrName: 'u', title: 'x'.repeat(60) })}\n`);
    const told = problemsOf(`resources:\n  Users:\n${wrong.join('')}listen: { prot: 1 }\n`);
    expect(told).toEqual(['a:4003:11: `prot` is not a key here; did you mean `port`?']);
    expect(problemsOf(`resources:\n  Users:\n${wrong.join('')}`)[0]).toMatch(/^a:3003:7: `usrName`/);
  });

  it('may hold such lines in a text, too', () => {
    const text = `resources:\n  Users:\n    - userName: a\n      title: |\n${lines.map((line) => `    ${line}`).join('')}`;
    expect(load(text).options?.resources?.[0]?.resource.title).toBe(lines.map((line) => line.slice(4)).join(''));
  });
});

describe('what is wrong with a mock file', () => {
  it.each([
    ['vendr: okta\n', 'a:1:1: `vendr` is not a key here; did you mean `vendor`?'],
    ['vendor: entra-di\n', /^a:1:9: is not a known vendor; did you mean `entra-id`\?/],
    ['listen:\n  prot: 80\n', 'a:2:3: `prot` is not a key here; did you mean `port`?'],
    ['listen:\n  port: 123456\n', 'a:2:9: `port` must be a whole number from 0 to 65535'],
    ['listen:\n  port: eighty\n', 'a:2:9: `port` must be a whole number from 0 to 65535'],
    [
      'auth: { scheme: baerer, tokens: [x] }',
      /^a:1:17: `scheme` must be one of none, bearer, .*did you mean `bearer`\?$/,
    ],
    ['auth: { scheme: bearer }', 'a:1:1: `tokens` is missing'],
    ['auth: { scheme: mtls }', 'a:1:17: `mtls` needs `listen.tls`: certificates are shown over HTTPS only'],
    ['auth: { scheme: bearer, tokens: [env:NOT_THERE] }', /^a:1:34: variable NOT_THERE is not set/],
    ['rules: { me: derect }', 'a:1:14: `me` must be one of unsupported, redirect, direct; did you mean `direct`?'],
    ['rules: { patch: { result: 201 } }', 'a:1:27: `result` must be one of 200, 204, either'],
    ['faults:\n  - on: PATCH Users\n    status: 500\n', /^a:2:9: `on` must be methods and a path/],
    ['faults:\n  - on: /Users\n', /^a:2:5: has no effect: write one of latency, /],
    ['faults:\n  - { ignore: true, retryAfter: 5 }\n', 'a:2:33: `retryAfter` needs `status` beside it'],
    ['faults:\n  - { latency: soon }\n', /^a:2:16: `latency` must be a duration or a range/],
    ['generate: 100', 'a:1:11: `generate` must be a map of keys and values'],
    ['resources: { Usres: [] }', 'a:1:14: `Usres` is no resource type; did you mean `Users`?'],
    [
      'resources:\n  Users:\n    - userNme: bjensen\n',
      /^a:3:7: `userNme`: User has no attribute `userNme`; did you mean `userName`\?/,
    ],
    [
      'resources:\n  Users:\n    - { userName: a }\n    - { userName: A }\n',
      'a:4:19: another User has this `userName`',
    ],
    ['resources:\n  Users:\n    - { userName: a, emails: [{ value: 5 }] }\n', /^a:3:33: `emails\[0\]\.value`: /],
    ['include: [nothing.json]', 'a:1:11: there is no such file'],
    ['seed: 1\nseed: 2\n', 'a:2:1: this key is there twice'],
    ['a: [1\n', /^a:2:1: .*a bracket is not closed/],
    ['listen:\n\tport: 1\n', /indent with spaces, not with tabs/],
  ])('%j', (text, expected) => {
    const told = problemsOf(text);
    expect(load(text).options).toBeUndefined();
    expect(told.join('\n')).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });

  it('is never told with a secret', () => {
    const text = 'auth: { scheme: bearer, tokens: [{ value: s3cr3t-value, expires: s3cr3t-time }], x: s3cr3t: }\n';
    expect(problemsOf(text).join('\n')).not.toContain('s3cr3t');
    expect(problemsOf('auth: s3cr3t').join('\n')).not.toContain('s3cr3t');
    expect(problemsOf('auth: { scheme: s3cr3t }').join('\n')).not.toContain('s3cr3t');
  });
});
