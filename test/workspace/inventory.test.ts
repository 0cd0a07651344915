/** The inventory: every variable that a workspace needs, what is known about it, and never its value. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { auth, tls } from '../../src/workspace/access-file.js';
import { fingerprint } from '../../src/workspace/fingerprint.js';
import { inventoryOf } from '../../src/workspace/inventory.js';
import { isVague, suggestedName } from '../../src/workspace/inventory-names.js';
import type { Inventory, InventoryVariable } from '../../src/workspace/inventory-types.js';
import { Workspace } from '../../src/workspace/workspace.js';

let root: string;
let environment: NodeJS.ProcessEnv;
const now = new Date('2026-06-01T00:00:00Z');

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'scim-inventory-'));
  environment = { PATH: process.env.PATH, XDG_STATE_HOME: join(root, '.state') };
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

/** Writes FILES, by path, below the workspace. */
async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
}

async function take(files: Readonly<Record<string, string>>): Promise<Inventory> {
  await write(files);
  return inventoryOf(await Workspace.load(root, environment), { environment, now });
}

/** The one entry NAME of INVENTORY, or that of TENANT. */
function entry(inventory: Inventory, name: string, tenant?: string): InventoryVariable {
  const found = inventory.variables.filter(
    (one) => one.name === name && (tenant === undefined || one.tenants.includes(tenant)),
  );
  expect(found.map((one) => one.name)).toEqual([name]);
  const [only] = found;
  if (only === undefined) throw new Error(`${name} is not in the inventory`);
  return only;
}

/** A tenant `acme` whose token is REFERENCE. */
function acme(reference: string, more = ''): string {
  return `tenants:\n  acme:\n    baseUrl: https://acme.example.com/scim\n    auth: { scheme: bearer, token: '${reference}' }\n${more}`;
}

/** An unsigned JWT with CLAIMS. */
function jwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.c2ln`;
}

describe('what a tenant needs', () => {
  it('is told with purpose, format, place and fingerprint', async () => {
    environment.SCIM_ACME_TOKEN = 'tok-0123456789';
    expect(entry(await take({ 'scim.yaml': acme('env:SCIM_ACME_TOKEN') }), 'SCIM_ACME_TOKEN')).toEqual({
      name: 'SCIM_ACME_TOKEN',
      kind: 'variable',
      tenants: ['acme'],
      purpose: 'bearer token of acme',
      format: 'token',
      secret: true,
      status: 'set',
      source: { kind: 'environment', label: 'environment' },
      fingerprint: fingerprint('tok-0123456789'),
      uses: [{ file: 'scim.yaml', line: 4, what: 'auth.token of tenant acme' }],
    });
  });

  it('is missing when nothing sets it, and when it is empty', async () => {
    const files = { 'scim.yaml': acme('env:SCIM_ACME_TOKEN') };
    expect(entry(await take(files), 'SCIM_ACME_TOKEN')).toMatchObject({
      status: 'missing',
      problem: 'is not set',
      fix: 'set it in the environment: export SCIM_ACME_TOKEN=…',
    });
    environment.SCIM_ACME_TOKEN = ' ';
    expect(entry(await take(files), 'SCIM_ACME_TOKEN')).toMatchObject({
      status: 'missing',
      problem: 'is set but empty',
    });
  });

  it.each([
    ['"tok"', 'has quotes around the token'],
    ['tok en', 'contains white space'],
    ['op://vault/acme/token', 'holds what looks like a placeholder, or a reference that nothing has resolved'],
  ])('is invalid when its value is %s', async (value, problem) => {
    environment.SCIM_ACME_TOKEN = value;
    const found = entry(await take({ 'scim.yaml': acme('env:SCIM_ACME_TOKEN') }), 'SCIM_ACME_TOKEN');
    expect(found).toMatchObject({ status: 'invalid', problem });
  });

  it('is named once for tenants that have it from the same place, and apart for those that do not', async () => {
    const inventory = await take({
      'scim.yaml': `tenants:
  a:
    baseUrl: env:SCIM_URL_OF_ALL
    auth: { scheme: bearer, token: env:SCIM_TOKEN_OF_ALL }
    variables: env/a.env
  b: { extends: a }
  c: { extends: a, variables: env/c.env }
`,
      'env/a.env': 'SCIM_URL_OF_ALL=https://a.example.com\n',
      'env/c.env': 'SCIM_URL_OF_ALL=https://c.example.com\n',
    });
    expect(entry(inventory, 'SCIM_TOKEN_OF_ALL').tenants).toEqual(['a', 'b', 'c']);
    expect(entry(inventory, 'SCIM_URL_OF_ALL', 'a')).toMatchObject({
      tenants: ['a', 'b'],
      source: { kind: 'set', file: 'env/a.env', line: 1 },
      uses: [{ file: 'scim.yaml', line: 3, what: 'baseUrl of tenant a' }],
    });
    expect(entry(inventory, 'SCIM_URL_OF_ALL', 'c').source.label).toBe('env/c.env:1');
  });

  it('are all references of all schemes', async () => {
    const inventory = await take({
      'scim.yaml': `tenants:
  o:
    baseUrl: env:SCIM_O_URL
    auth: { scheme: oauth2, tokenUrl: env:O_1, clientId: env:O_2, clientSecret: env:O_3, previousClientSecret: env:O_4, scope: env:O_5, audience: env:O_6 }
    proxy: env:O_7
  b:
    baseUrl: env:SCIM_B_URL
    auth: { scheme: basic, username: env:B_1, password: env:B_2, previousPassword: env:B_3 }
    tls: { ca: file:ca.pem, cert: file:c.pem, key: env:B_4, passphrase: env:B_5 }
  k:
    baseUrl: env:SCIM_K_URL
    auth: { scheme: apiKey, header: X-Api-Key, value: env:K_1, previousValue: env:K_2 }
`,
    });
    const secrets = inventory.variables.filter(({ secret }) => secret).map(({ name }) => name);
    expect(secrets.sort()).toEqual(['B_2', 'B_3', 'B_4', 'B_5', 'K_1', 'K_2', 'O_3', 'O_4', 'O_7']);
    const others = inventory.variables.filter(({ secret }) => !secret).map(({ name }) => name);
    expect(others.sort()).toEqual(
      ['B_1', 'O_1', 'O_2', 'O_5', 'O_6', 'SCIM_B_URL', 'SCIM_K_URL', 'SCIM_O_URL', 'file:c.pem', 'file:ca.pem'].sort(),
    );
  });

  it('is known for every key that can hold a reference, and which of them are secrets', async () => {
    const keysOf = ({ shape }: { shape: Record<string, z.ZodType> }) =>
      Object.entries(shape).flatMap(([key, schema]) => {
        const inner = schema instanceof z.ZodOptional ? schema.def.innerType : schema;
        const { source, description = '' } = z.globalRegistry.get(inner) ?? {};
        return source === 'reference' ? [{ key, secret: description.includes('not the value itself') }] : [];
      });
    const schemes = [...auth.options.map((option) => ({ under: 'auth', option })), { under: 'tls', option: tls }];
    for (const { under, option } of schemes) {
      const keys = keysOf(option);
      const written = keys.map(({ key }) => `${key}: env:V_${key}`).join(', ');
      const [scheme] = 'scheme' in option.shape ? option.shape.scheme.def.values : [];
      const head =
        scheme === undefined ? written : [`scheme: ${scheme}`, written].filter((part) => part !== '').join(', ');
      const { variables } = await take({ 'scim.yaml': `tenants: { a: { ${under}: { ${head} } } }\n` });
      const found = variables.map(({ name, secret }) => ({ key: name.replace('V_', ''), secret }));
      const byKey = (left: { key: string }, right: { key: string }) => (left.key < right.key ? -1 : 1);
      expect(found.sort(byKey)).toEqual(keys.sort(byKey));
    }
  });

  it('without scim.yaml is the two variables', async () => {
    const { variables } = await take({});
    expect(variables.map(({ name, status, secret }) => ({ name, status, secret }))).toEqual([
      { name: 'SCIM_API_BASE_URL', status: 'missing', secret: false },
      { name: 'SCIM_AUTH_TOKEN', status: 'missing', secret: true },
    ]);
  });

  it('is the proxy of the environment, when there is one and the tenant has none', async () => {
    environment.HTTPS_PROXY = 'http://user:hunter22@proxy.example.com:3128';
    const found = entry(await take({ 'scim.yaml': acme('env:SCIM_ACME_TOKEN') }), 'HTTPS_PROXY');
    expect(found).toMatchObject({ secret: true, status: 'set', tenants: ['acme'] });
    expect(found.suggestion).toBeUndefined();
    const own = await take({ 'scim.yaml': acme('env:SCIM_ACME_TOKEN', '    proxy: none\n') });
    expect(own.variables.map(({ name }) => name)).toEqual(['SCIM_ACME_TOKEN']);
  });
});

describe('where a value comes from', () => {
  it('is followed through the set, to the variable behind the variable', async () => {
    environment.SCIM_OTHER = 'tok-0123456789';
    const inventory = await take({
      'scim.yaml': acme('env:SCIM_ACME_TOKEN', '    variables: env/acme.env\n'),
      'env/acme.env': '# a comment\nSCIM_ACME_TOKEN=env:SCIM_OTHER\n',
    });
    expect(entry(inventory, 'SCIM_ACME_TOKEN').source).toEqual({
      kind: 'environment',
      label: 'env/acme.env:2 → env:SCIM_OTHER',
      file: 'env/acme.env',
      line: 2,
    });
    expect(entry(inventory, 'SCIM_OTHER')).toMatchObject({
      status: 'set',
      secret: true,
      uses: [{ file: 'env/acme.env', line: 2, what: 'value of SCIM_ACME_TOKEN' }],
    });
  });

  it('is unknown until Emacs has been asked, and missing when it has nothing', async () => {
    await write({ 'scim.yaml': acme('auth-source:acme.example.com/scim') });
    const workspace = await Workspace.load(root, environment);
    const look = async () =>
      entry(await inventoryOf(workspace, { environment, now }), 'auth-source:acme.example.com/scim');
    expect(await look()).toMatchObject({ kind: 'reference', status: 'unknown', source: { kind: 'auth-source' } });
    workspace.provide('auth-source:acme.example.com/scim', null);
    expect(await look()).toMatchObject({ status: 'missing', problem: 'has no entry in auth-source' });
    workspace.provide('auth-source:acme.example.com/scim', 'tok-0123456789');
    expect(await look()).toMatchObject({ status: 'set', fingerprint: fingerprint('tok-0123456789') });
  });

  it('may be a command, of which the program alone is shown', async () => {
    const found = entry(await take({ 'scim.yaml': acme('cmd:curl -H "X-Vault-Token: hunter22"') }), 'cmd:curl …');
    expect(found).toMatchObject({ status: 'unknown', source: { kind: 'cmd', label: 'cmd:curl …' } });
  });

  it('may be a file', async () => {
    const files = { 'scim.yaml': acme('file:secrets/token') };
    expect(entry(await take(files), 'file:secrets/token')).toMatchObject({
      status: 'missing',
      problem: 'does not exist',
    });
    expect(entry(await take({ ...files, 'secrets/token': 'tok-0123456789\n' }), 'file:secrets/token').status).toBe(
      'set',
    );
  });

  it('is worth a remark when the environment disagrees with the set', async () => {
    environment.SCIM_ACME_TOKEN = 'tok-of-the-environment';
    const files = (value: string) => ({
      'scim.yaml': acme('env:SCIM_ACME_TOKEN', '    variables: env/acme.env\n'),
      'env/acme.env': `SCIM_ACME_TOKEN=${value}\n`,
    });
    expect(entry(await take(files('tok-of-the-set')), 'SCIM_ACME_TOKEN').conflict).toBe(true);
    expect(entry(await take(files('tok-of-the-environment')), 'SCIM_ACME_TOKEN').conflict).toBeUndefined();
    expect(entry(await take(files('env:SCIM_ACME_TOKEN')), 'SCIM_ACME_TOKEN').conflict).toBeUndefined();
  });

  it('of a secret should not be a file of the workspace', async () => {
    const inventory = await take({
      'scim.yaml': acme('tok-0123456789', '    variables: env/acme.env\n'),
      'env/acme.env': 'SCIM_ACME_PASSWORD=hunter22\n',
    });
    expect(entry(inventory, 'auth.token')).toMatchObject({
      kind: 'literal',
      exposed: true,
      suggestion: 'SCIM_ACME_TOKEN',
      source: { label: 'scim.yaml:4' },
    });
    expect(entry(inventory, 'SCIM_ACME_PASSWORD')).toMatchObject({ secret: true, exposed: true, uses: [] });
  });
});

describe('what is said about a variable', () => {
  const set = `# purpose: reads and writes users
# secret: yes
# rotated: 2026-01-31
# expires: 2026-05-31
SCIM_ACME_TOKEN=auth-source:acme.example.com
`;

  it('stands above it in the set, or in scim.yaml; the set counts', async () => {
    const inventory = await take({
      'scim.yaml': `variables:
  SCIM_ACME_TOKEN: { purpose: something else, rotated: '2025-01-01' }
  SCIM_ACME_URL: { purpose: where acme is, expires: '2027-01-31' }
tenants:
  acme:
    baseUrl: env:SCIM_ACME_URL
    auth: { scheme: bearer, token: env:SCIM_ACME_TOKEN }
    variables: env/acme.env
`,
      'env/acme.env': set,
    });
    expect(entry(inventory, 'SCIM_ACME_TOKEN')).toMatchObject({
      purpose: 'reads and writes users',
      rotated: '2026-01-31',
      expires: '2026-05-31',
      expiresFrom: 'declared',
    });
    expect(entry(inventory, 'SCIM_ACME_URL')).toMatchObject({ purpose: 'where acme is', expires: '2027-01-31' });
  });

  it('makes a declared variable one that is needed, with its format', async () => {
    environment.SCIM_HR_EXPORT = 'not a url';
    const inventory = await take({
      'scim.yaml': `variables: { SCIM_HR_EXPORT: { purpose: for scripts, format: url } }\ntenants: {}\n`,
    });
    expect(entry(inventory, 'SCIM_HR_EXPORT')).toMatchObject({
      status: 'invalid',
      problem: 'is not an absolute URL',
      uses: [{ file: 'scim.yaml', line: 1 }],
    });
  });

  it('includes the end of a token that says it itself', async () => {
    const files = { 'scim.yaml': acme('env:SCIM_ACME_TOKEN') };
    environment.SCIM_ACME_TOKEN = jwt({ exp: Date.parse('2026-08-01T00:00:00Z') / 1000 });
    expect(entry(await take(files), 'SCIM_ACME_TOKEN')).toMatchObject({
      status: 'set',
      expires: '2026-08-01',
      expiresFrom: 'jwt',
    });
    environment.SCIM_ACME_TOKEN = jwt({ exp: Date.parse('2026-05-01T00:00:00Z') / 1000 });
    expect(entry(await take(files), 'SCIM_ACME_TOKEN')).toMatchObject({
      status: 'invalid',
      problem: 'expired on 2026-05-01',
    });
  });

  it('includes a better name for a vague one', async () => {
    expect(entry(await take({ 'scim.yaml': acme('env:TOKEN') }), 'TOKEN').suggestion).toBe('SCIM_ACME_TOKEN');
    expect(entry(await take({ 'scim.yaml': acme('env:ACME_TOKEN') }), 'ACME_TOKEN').suggestion).toBeUndefined();
  });
});

describe('names', () => {
  it.each(['TOKEN', 'KEY', 'PASSWORD', 'URL', 'SECRET', 'API_KEY', 'apiKey', 'TOKEN2', 'CLIENT_SECRET', 'BASE_URL'])(
    '%s is vague',
    (name) => {
      expect(isVague(name)).toBe(true);
    },
  );

  it.each(['SCIM_AUTH_TOKEN', 'SCIM_API_BASE_URL', 'ACME_TOKEN', 'OKTA_API_KEY', 'https_proxy'])(
    '%s is not',
    (name) => {
      expect(isVague(name)).toBe(false);
    },
  );

  it.each([
    ['acme', 'SCIM_ACME_TOKEN'],
    ['acme.prod-eu', 'SCIM_ACME_PROD_EU_TOKEN'],
    ['acmeProd', 'SCIM_ACME_PROD_TOKEN'],
    ['', 'SCIM_TOKEN'],
  ])('for %s, %s is suggested, which is not vague', (owner, name) => {
    expect(suggestedName(owner, 'TOKEN')).toBe(name);
    expect(isVague(name)).toBe(false);
  });
});

describe('files beside scim.yaml', () => {
  it('are mock files, whose variables are needed by no tenant', async () => {
    environment.KEY = 'key-0123456789';
    const inventory = await take({
      'scim.yaml': acme('env:SCIM_ACME_TOKEN'),
      'mocks/acme.scim-mock': `auth:
  scheme: bearer
  tokens:
    - env:KEY
    - { name: b, value: env:SCIM_MOCK_B }
resources:
  Users:
    - { userName: env:NOT_A_REFERENCE }
`,
    });
    expect(entry(inventory, 'KEY')).toMatchObject({
      tenants: [],
      status: 'set',
      secret: true,
      suggestion: 'SCIM_ACME_TOKEN',
      uses: [{ file: 'mocks/acme.scim-mock', line: 4, what: 'auth.tokens[0]' }],
    });
    expect(entry(inventory, 'SCIM_MOCK_B')).toMatchObject({ status: 'missing', uses: [{ line: 5 }] });
    expect(inventory.variables.map(({ name }) => name)).not.toContain('NOT_A_REFERENCE');
  });

  it('are mapping files', async () => {
    const inventory = await take({ 'scim.yaml': acme('env:A_1'), 'mapping.yaml': 'source: { url: env:HR_URL }\n' });
    expect(entry(inventory, 'HR_URL').uses).toEqual([{ file: 'mapping.yaml', line: 1, what: 'source.url' }]);
  });

  it('are not looked for in hidden directories and node_modules, nor where there is no scim.yaml', async () => {
    const mock = 'auth: { scheme: bearer, tokens: [env:SCIM_MOCK] }\n';
    const names = async (files: Record<string, string>) => (await take(files)).variables.map(({ name }) => name);
    await write({ '.hidden/a.scim-mock': mock, 'node_modules/a/a.scim-mock': mock });
    expect(await names({ 'scim.yaml': acme('env:A_1') })).not.toContain('SCIM_MOCK');
    await rm(join(root, 'scim.yaml'));
    expect(await names({ 'deeper/a.scim-mock': mock })).not.toContain('SCIM_MOCK');
    expect(await names({ 'a.scim-mock': mock })).toContain('SCIM_MOCK');
  });

  it('that cannot be read are findings, and the rest is there all the same', async () => {
    const inventory = await take({
      'scim.yaml': acme('env:SCIM_ACME_TOKEN', '    variables: env/none.env\n'),
      'broken.scim-mock': 'auth: [hunter22\n',
    });
    expect(inventory.findings.map(({ id, message }) => `${id} ${message}`)).toEqual([
      'ENV001 The variable set env/none.env cannot be read',
      expect.stringMatching(/^ENV015 broken\.scim-mock: /),
    ]);
    expect(entry(inventory, 'SCIM_ACME_TOKEN').status).toBe('missing');
    expect(JSON.stringify(inventory)).not.toContain('hunter22');
  });
});
