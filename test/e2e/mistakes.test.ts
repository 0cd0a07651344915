/** Typical mistakes, planted one at a time in a workspace that is in order: each is named, placed, and mended by what is told. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Mock, startMock } from '../../src/mock/server.js';
import { batch } from '../support/batch.js';

function jwt(expires: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256' })}.${part({ exp: Date.parse(expires) / 1000 })}.c2lnbmF0dXJl`;
}

const stagingToken = 'staging-s3cret-token';
const productionToken = 'production-s3cret-token';
const expiredToken = jwt('2020-01-31T12:00:00Z');

let staging: Mock;
let production: Mock;
let root: string;

beforeAll(async () => {
  staging = await startMock({ users: 3, tokens: [stagingToken, expiredToken] });
  production = await startMock({ users: 3, tokens: [productionToken] });
});

afterAll(async () => {
  await staging.close();
  await production.close();
});

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scim-mistakes-'));
});

afterEach(() => rmSync(root, { recursive: true }));

/** A workspace: its files, and the variables of the environment. */
interface Workspace {
  files: Record<string, string>;
  environment: Record<string, string>;
}

const yaml = `tenants:
  staging:
    variables: env/staging.env
    baseUrl: env:SCIM_STAGING_BASE_URL
    auth: { scheme: bearer, token: env:SCIM_STAGING_TOKEN }
  production:
    variables: env/production.env
    baseUrl: env:SCIM_PRODUCTION_BASE_URL
    auth: { scheme: bearer, token: env:SCIM_PRODUCTION_TOKEN }
`;

function inOrder(): Workspace {
  return {
    files: {
      'scim.yaml': yaml,
      'env/staging.env': `SCIM_STAGING_BASE_URL=${staging.url}\nSCIM_STAGING_TOKEN=env:SCIM_STAGING_TOKEN\n`,
      'env/production.env': `SCIM_PRODUCTION_BASE_URL=${production.url}\nSCIM_PRODUCTION_TOKEN=env:SCIM_PRODUCTION_TOKEN\n`,
      'create.scim':
        'POST /Users\n\n{ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "new@example.com" }\n',
    },
    environment: { SCIM_STAGING_TOKEN: stagingToken, SCIM_PRODUCTION_TOKEN: productionToken },
  };
}

/** Runs the batch command ARGS in WORKSPACE, which is written first; no secret may come out. */
async function run(args: readonly string[], { files, environment }: Workspace) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text, { mode: 0o600 });
  }
  const own = { HOME: root, XDG_STATE_HOME: join(root, '.state'), XDG_CONFIG_HOME: join(root, '.config') };
  const result = await batch(args, { ...own, ...environment }, root);
  for (const secret of [stagingToken, productionToken, expiredToken]) {
    expect(result.stdout + result.stderr).not.toContain(secret);
  }
  return result;
}

/** How many users both services have. */
async function users(): Promise<number[]> {
  return Promise.all(
    [
      { url: staging.url, token: stagingToken },
      { url: production.url, token: productionToken },
    ].map(async ({ url, token }) => {
      const response = await fetch(`${url}/Users?count=0`, { headers: { authorization: `Bearer ${token}` } });
      const { totalResults }: { totalResults?: number } = JSON.parse(await response.text());
      return totalResults ?? Number.NaN;
    }),
  );
}

/** One finding of `doctor --format jsonl`. */
interface Line {
  type?: string;
  id?: string;
  status?: string;
  message?: string;
  fix?: string;
  variable?: string;
  file?: string;
  /** From 1. */
  position?: { line: number };
}

interface Mistake {
  plant: (workspace: Workspace) => void;
  tenant: 'staging' | 'production';
  id: string;
  code: 6 | 7;
  variable?: string;
  /** `file:line`. */
  place?: string;
  message: RegExp;
  fix: RegExp;
}

const replaceIn = (name: string, from: string | RegExp, to: string) => (workspace: Workspace) => {
  const text = workspace.files[name] ?? '';
  workspace.files[name] = text.replace(from, to);
  if (workspace.files[name] === text) throw new Error(`nothing was planted in ${name}`);
};

const setVariable =
  (name: string, value: string) =>
  ({ environment }: Workspace) => {
    environment[name] = value;
  };

const mistakes: Record<string, Mistake> = {
  'a variable that is not set, because another one is misspelt': {
    plant: ({ environment }) => {
      delete environment.SCIM_STAGING_TOKEN;
      environment.SCIM_STAGNIG_TOKEN = stagingToken;
    },
    tenant: 'staging',
    id: 'ENV001',
    code: 6,
    variable: 'SCIM_STAGING_TOKEN',
    place: 'env/staging.env:2',
    message: /SCIM_STAGING_TOKEN.* is not set; SCIM_STAGNIG_TOKEN is set/,
    fix: /export SCIM_STAGING_TOKEN=/,
  },
  'a URL without a scheme': {
    plant: replaceIn('env/staging.env', 'http://', ''),
    tenant: 'staging',
    id: 'ENV002',
    code: 6,
    variable: 'SCIM_STAGING_BASE_URL',
    place: 'env/staging.env:1',
    message: /is not an (absolute|http or https) URL/,
    fix: /https:\/\/example\.com\/scim\/v2/,
  },
  'a URL that names an endpoint': {
    plant: replaceIn('env/staging.env', /(http:.*)/, '$1/Users'),
    tenant: 'staging',
    id: 'ENV002',
    code: 6,
    variable: 'SCIM_STAGING_BASE_URL',
    place: 'env/staging.env:1',
    message: /ends with \/Users/,
    fix: /end the URL before it/,
  },
  'a newline copied along with a token': {
    plant: setVariable('SCIM_STAGING_TOKEN', `${stagingToken}\n`),
    tenant: 'staging',
    id: 'ENV003',
    code: 6,
    variable: 'SCIM_STAGING_TOKEN',
    place: 'env/staging.env:2',
    message: /contains white space/,
    fix: /remove it/,
  },
  'a reference that only another program resolves': {
    plant: setVariable('SCIM_STAGING_TOKEN', 'op://vault/staging/token'),
    tenant: 'staging',
    id: 'ENV004',
    code: 6,
    variable: 'SCIM_STAGING_TOKEN',
    place: 'env/staging.env:2',
    message: /looks like a placeholder/,
    fix: /give the value itself, or a reference/,
  },
  'a variable that is defined twice': {
    plant: ({ files }) => {
      files['env/staging.env'] += `SCIM_STAGING_BASE_URL=${staging.url}/\n`;
    },
    tenant: 'staging',
    id: 'ENV005',
    code: 6,
    variable: 'SCIM_STAGING_BASE_URL',
    place: 'env/staging.env:1',
    message: /defined again in line 3, which counts, with another value/,
    fix: /remove one/,
  },
  'a file with a secret that git keeps': {
    plant: ({ files }) => {
      files['secrets/staging'] = `${stagingToken}\n`;
      replaceIn('env/staging.env', '=env:SCIM_STAGING_TOKEN', '=file:secrets/staging')({ files, environment: {} });
      mkdirSync(join(root, 'secrets'));
      writeFileSync(join(root, 'secrets/staging'), '');
      execFileSync('git', ['init', '-q'], { cwd: root });
      execFileSync('git', ['add', 'secrets/staging'], { cwd: root });
    },
    tenant: 'staging',
    id: 'ENV007',
    code: 6,
    place: 'env/staging.env:2',
    message: /secrets\/staging holds a secret and is tracked by git/,
    fix: /git rm --cached secrets\/staging/,
  },
  'two tenants with one URL': {
    plant: (workspace) => replaceIn('env/production.env', production.url, staging.url)(workspace),
    tenant: 'production',
    id: 'ENV009',
    code: 6,
    variable: 'SCIM_PRODUCTION_BASE_URL',
    place: 'env/production.env:1',
    message: /production has the same base URL as staging/,
    fix: /give production its own baseUrl/,
  },
  'a production tenant with the token of staging': {
    plant: (workspace) => {
      const own = '    auth: { scheme: bearer, token: env:SCIM_PRODUCTION_TOKEN }\n';
      replaceIn('scim.yaml', '  production:\n', '  production:\n    extends: staging\n')(workspace);
      replaceIn('scim.yaml', own, '')(workspace);
    },
    tenant: 'production',
    id: 'ENV010',
    code: 6,
    variable: 'SCIM_STAGING_TOKEN',
    place: 'scim.yaml:5',
    message: /`auth\.token` of the production tenant production is inherited from staging/,
    fix: /give production its own auth\.token/,
  },
  'a command that nobody has trusted': {
    plant: replaceIn('env/staging.env', '=env:SCIM_STAGING_TOKEN', '=cmd:printf %s staging'),
    tenant: 'staging',
    id: 'ENV014',
    code: 6,
    variable: 'SCIM_STAGING_TOKEN',
    place: 'env/staging.env:2',
    message: /env\/staging\.env runs .*not trusted/,
    fix: /env trust env\/staging\.env/,
  },
  'a misspelt key': {
    plant: replaceIn('scim.yaml', 'baseUrl: env:SCIM_STAGING', 'baseURL: env:SCIM_STAGING'),
    tenant: 'staging',
    id: 'ENV015',
    code: 6,
    place: 'scim.yaml:4',
    message: /`baseURL` is not a key here; did you mean `baseUrl`\?/,
    fix: /correct scim\.yaml/,
  },
  'a token that has expired, although the service still takes it': {
    plant: setVariable('SCIM_STAGING_TOKEN', expiredToken),
    tenant: 'staging',
    id: 'AUTH003',
    code: 7,
    variable: 'SCIM_STAGING_TOKEN',
    place: 'env/staging.env:2',
    message: /expired on 2020-01-31/,
    fix: /get a new one/,
  },
  'a token that the service refuses': {
    plant: setVariable('SCIM_STAGING_TOKEN', 'an-old-token'),
    tenant: 'staging',
    id: 'AUTH001',
    code: 7,
    message: /401/,
    fix: /./,
  },
  'a host that is not there': {
    plant: replaceIn('env/staging.env', /=http.*/, '=https://no-such-host.invalid/scim/v2'),
    tenant: 'staging',
    id: 'NET001',
    code: 7,
    message: /no-such-host\.invalid/,
    fix: /./,
  },
};

describe('a workspace in order', () => {
  it('is found to be so', async () => {
    const { code, stdout, stderr } = await run(['doctor', '--format', 'jsonl'], inOrder());
    const found = linesOf(stdout);
    expect(found.filter(({ status }) => status === 'error')).toEqual([]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(found.length).toBeGreaterThan(5);
  });
});

describe.each(Object.entries(mistakes))('%s', (_, mistake) => {
  it('is named, with its place and remedy', async () => {
    const workspace = inOrder();
    mistake.plant(workspace);
    const { code, stdout, stderr } = await run(['doctor', '--format', 'jsonl', '--tenant', mistake.tenant], workspace);
    const errors = linesOf(stdout).filter(({ status }) => status === 'error');
    const found = errors.find(({ id }) => id === mistake.id);
    expect(found, stdout + stderr).toBeDefined();
    expect(found?.message).toMatch(mistake.message);
    expect(found?.fix).toMatch(mistake.fix);
    if (mistake.variable !== undefined) expect(found?.variable).toBe(mistake.variable);
    if (mistake.place !== undefined) {
      expect(`${found?.file}:${found?.position?.line}`).toBe(mistake.place);
    }
    // It is named before what comes of it.
    expect(errors[0]?.id, stdout).toBe(mistake.id);
    expect(code).toBe(mistake.code);
  });

  it('keeps a run from writing anything', async () => {
    const workspace = inOrder();
    mistake.plant(workspace);
    const before = await users();
    const { code, stdout, stderr } = await run(['run', 'create.scim', '--tenant', mistake.tenant], workspace);
    expect(await users()).toEqual(before);
    expect(code).toBe(mistake.code);
    expect(stdout + stderr).toMatch(mistake.message);
  });
});

describe('the same as text', () => {
  it('names place and remedy, too', async () => {
    const workspace = inOrder();
    replaceIn('env/staging.env', 'http://', '')(workspace);
    const { code, stdout } = await run(['doctor', '--tenant', 'staging'], workspace);
    expect(stdout).toContain('ENV002');
    expect(stdout).toMatch(/env\/staging\.env:1\b/);
    expect(stdout).toContain('write it like https://example.com/scim/v2');
    expect(code).toBe(6);
  });
});

function linesOf(stdout: string): Line[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Line => JSON.parse(line));
}
