import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../src/scim/error.js';
import { Workspace } from '../../src/workspace/workspace.js';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'scim-workspace-'));
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

const good = { SCIM_API_BASE_URL: 'https://scim.example.com/scim/v2/', SCIM_AUTH_TOKEN: 'abc.DEF-123' };

async function workspace(yaml: string | undefined, environment: NodeJS.ProcessEnv): Promise<Workspace> {
  if (yaml !== undefined) await writeFile(join(root, 'scim.yaml'), yaml);
  return Workspace.load(root, environment);
}

async function failure(yaml: string | undefined, environment: NodeJS.ProcessEnv, tenant?: string) {
  try {
    (await workspace(yaml, environment)).resolve(tenant);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('without scim.yaml', () => {
  it('takes the tenant `default` from the two variables', async () => {
    const settings = (await workspace(undefined, good)).resolve();
    expect(settings.name).toBe('default');
    expect(settings.baseUrl.href).toBe('https://scim.example.com/scim/v2');
    expect(settings.auth).toEqual({ scheme: 'bearer', token: 'abc.DEF-123' });
    expect(settings.tokenVariable).toBe('SCIM_AUTH_TOKEN');
  });

  it('names every variable that is missing, the tenant and the remedy in one message', async () => {
    const error = await failure(undefined, {});
    expect(error.message).toBe(
      'tenant default: variable SCIM_API_BASE_URL (baseUrl, no scim.yaml here) is not set\n' +
        'tenant default: variable SCIM_AUTH_TOKEN (auth.token, no scim.yaml here) is not set',
    );
    expect(error.remedy).toContain('export SCIM_API_BASE_URL=');
    expect(error.remedy).toContain('export SCIM_AUTH_TOKEN=');
  });

  it.each([
    ['', 'is set but empty'],
    ['   ', 'is set but empty'],
    ['"tok"', 'has quotes around the token'],
    ['Bearer tok', 'starts with "Bearer"'],
    ['tok\n', 'contains white space'],
    ['tok en', 'contains white space'],
    ['tökén', 'contains characters that no token has'],
  ])('refuses the token %j', async (token, problem) => {
    expect((await failure(undefined, { ...good, SCIM_AUTH_TOKEN: token })).message).toContain(problem);
  });

  it.each([
    ['scim.example.com/v2', 'is not an absolute URL'],
    ['ftp://scim.example.com', 'is not an http or https URL'],
    ['https://scim.example.com/v2?x=1', 'contains a query string'],
    ['https://scim.example.com/v2#x', 'contains a fragment'],
    ['https://u:p@scim.example.com/v2', 'holds a user name or password'],
    ["'https://scim.example.com/v2'", 'has quotes around the URL'],
    ['https://scim.example.com/v2 ', 'contains white space'],
  ])('refuses the base URL %j', async (url, problem) => {
    const { message } = await failure(undefined, { ...good, SCIM_API_BASE_URL: url });
    expect(message).toContain('SCIM_API_BASE_URL');
    expect(message).toContain(problem);
  });

  it('never shows a value, whatever is wrong with it', async () => {
    const marked = fc.string({ maxLength: 20 }).map((text) => `${text}s3cr3t-mark${text}`);
    await fc.assert(
      fc.asyncProperty(marked, marked, async (url, token) => {
        try {
          (await workspace(undefined, { SCIM_API_BASE_URL: url, SCIM_AUTH_TOKEN: token })).resolve();
        } catch (error) {
          if (!(error instanceof ConfigurationError)) throw error;
          expect(`${error.message} ${error.remedy} ${error.stack}`).not.toContain('s3cr3t-mark');
        }
      }),
    );
  });

  it('warns of a token over plain http to another machine, not to this one', async () => {
    const far = (await workspace(undefined, { ...good, SCIM_API_BASE_URL: 'http://scim.example.com' })).resolve();
    expect(far.warnings).toHaveLength(1);
    const near = (await workspace(undefined, { ...good, SCIM_API_BASE_URL: 'http://127.0.0.1:8080/x' })).resolve();
    expect(near.warnings).toEqual([]);
  });
});

describe('scim.yaml', () => {
  const two = `tenants:
  staging:
    vendor: okta
    baseUrl: env:STAGING_URL
    auth: { scheme: bearer, token: file:token.txt }
    limits: { timeout: 5s, pageSize: 50 }
  production:
    extends: staging
    baseUrl: https://prod.example.com/scim
    validation: warn
`;

  it('resolves files and variables, and inherits', async () => {
    await writeFile(join(root, 'token.txt'), 'from-file\n');
    const tenants = await workspace(two, { STAGING_URL: 'https://s.example.com' });
    expect(tenants.resolve('staging')).toMatchObject({
      vendor: 'okta',
      auth: { scheme: 'bearer', token: 'from-file' },
      limits: { timeoutMs: 5000, pageSize: 50 },
      validation: 'strict',
    });
    const production = tenants.resolve('production');
    expect(production.baseUrl.href).toBe('https://prod.example.com/scim');
    expect(production).toMatchObject({ vendor: 'okta', validation: 'warn', limits: { timeoutMs: 5000 } });
  });

  it('asks for a tenant when there are several, and lists them for a wrong one', async () => {
    expect((await failure(two, {})).remedy).toBe('name one of: staging, production');
    expect((await failure(two, {}, 'prod')).message).toBe('There is no tenant prod');
  });

  it('names file, variable and line of what is missing', async () => {
    const { message } = await failure(two, {}, 'staging');
    expect(message).toBe(
      'tenant staging: variable STAGING_URL (baseUrl, scim.yaml:4) is not set\n' +
        'tenant staging: file token.txt (auth.token, scim.yaml:5) does not exist',
    );
  });

  it('inspects all tenants, the broken ones too', async () => {
    await writeFile(join(root, 'token.txt'), 'x');
    const infos = (await workspace(two, {})).inspect();
    expect(infos.map(({ name, baseUrl }) => [name, baseUrl])).toEqual([
      ['staging', null],
      ['production', 'https://prod.example.com/scim'],
    ]);
    expect(infos[0]?.problems[0]).toContain('STAGING_URL');
  });

  it.each([
    ['tenants:\n  a:\n    baseURL: https://x.example\n', '3:5', '`baseURL` is not a key here; did you mean `baseUrl`?'],
    ['tenants:\n  a:\n    auth: { scheme: bearer, token: 12345 }\n', '3:', 'must be a text: quote it'],
    ['tenants:\n  a:\n    limits: { timeout: 30 }\n', '3:', '`timeout` must be a duration such as'],
    ['tenants:\n  a: [\n', '3:1', 'a bracket is not closed'],
    ['tenants:\n  a:\n    confirm: maybe\n', '3:', '`confirm` must be one of always, writes, never'],
    ['', '1:1', 'tenants'],
  ])('refuses %j with its line', async (yaml, place, problem) => {
    const { message } = await failure(yaml, good, 'a');
    expect(message).toContain(`scim.yaml:${place}`);
    expect(message).toContain(problem);
  });

  it('refuses a circle', async () => {
    const circle = 'tenants:\n  a: { extends: b }\n  b: { extends: a }\n';
    expect((await failure(circle, {}, 'a')).message).toContain('a → b → a');
  });

  it('warns of a secret that stands in the file, and does not show it', async () => {
    const yaml = 'tenants:\n  a:\n    baseUrl: https://x.example\n    auth: { scheme: bearer, token: hunter2 }\n';
    const { warnings } = (await workspace(yaml, {})).resolve();
    expect(warnings).toEqual(['tenant a: auth.token stands in scim.yaml itself; use env:NAME or file:PATH']);
  });

  it('shows no text of a file that is not YAML', async () => {
    const { message } = await failure('tenants:\n  a: { token: "hunter2\n', {});
    expect(message).not.toContain('hunter2');
  });
});
