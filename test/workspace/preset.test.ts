import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerProblem, presetNamed, presets } from '../../src/workspace/preset.js';
import { addTenant } from '../../src/workspace/preset-add.js';
import { tenantEntry, withTenant } from '../../src/workspace/preset-entry.js';
import { Workspace } from '../../src/workspace/workspace.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scim-preset-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const environment = { SECRET: 'a-secret-from-the-environment', HOME: '/nonexistent' };

/** An answer to every question of preset NAME. */
function answersTo(name: string): Record<string, string> {
  return Object.fromEntries(
    presetNamed(name).fields.map(({ name: field, kind, example, initial }) => {
      return [field, kind === 'secret' ? 'env:SECRET' : (initial ?? example ?? '')];
    }),
  );
}

const names = presets().map(({ name }) => name);

describe('each preset', () => {
  it('is there for the services that people ask for', () => {
    const wanted = ['onelogin', 'okta', 'entra-id', 'sailpoint', 'auth0', 'aws', 'generic', 'mock'];
    expect(names).toEqual(expect.arrayContaining(wanted));
  });

  it.each(names)('%s asks for three things at most and gives a tenant without problems', async (preset) => {
    expect(presetNamed(preset).fields.length).toBeLessThanOrEqual(3);
    await addTenant(root, { name: 'one', preset, answers: answersTo(preset) });
    const workspace = await Workspace.load(root, environment);
    const settings = workspace.resolve('one');
    expect(settings.warnings).toEqual([]);
    expect(settings.baseUrl.href).not.toContain('{');
    expect(workspace.defaultTenant).toBe('one');
  });

  it.each(names)('%s has an example for every question that is not a choice, and it will do', (preset) => {
    for (const field of presetNamed(preset).fields) {
      const example = field.kind === 'secret' ? 'env:SECRET' : (field.initial ?? field.example ?? '');
      expect(answerProblem(field, example), field.name).toBeUndefined();
    }
  });
});

describe('what the presets write', () => {
  it('is the URL that the service documents', async () => {
    const answers = { yourOktaDomain: 'https://acme.okta.com/', connectionId: '0oa1', token: 'env:SECRET' };
    await addTenant(root, { name: 'okta', preset: 'okta', answers });
    const { baseUrl, vendor } = (await Workspace.load(root, environment)).resolve('okta');
    expect(baseUrl.href).toBe('https://acme.okta.com/0oa1/scim/v2');
    expect(vendor).toBe('okta');
  });

  it('is OAuth with the endpoint of the directory for Entra ID', async () => {
    const answers = { directory: 'd1', clientId: 'c1', clientSecret: 'env:SECRET' };
    await addTenant(root, { name: 'entra', preset: 'entra-id', answers });
    const { auth } = (await Workspace.load(root, environment)).resolve('entra');
    expect(auth.scheme).toBe('oauth2');
    expect(readFileSync(join(root, 'scim.yaml'), 'utf8')).toContain('login.microsoftonline.com/d1/oauth2/v2.0/token');
  });

  it('says in comments what else there is', async () => {
    await addTenant(root, { name: 'aws', preset: 'aws', answers: answersTo('aws') });
    const text = readFileSync(join(root, 'scim.yaml'), 'utf8');
    expect(text).toMatch(/^# The tenants of this workspace/);
    expect(text).toContain('# previousToken: …');
    expect(text).toContain('# confirm: writes');
  });
});

describe('answers', () => {
  it('that are secrets themselves are refused and not repeated', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ minLength: 8, unit: fc.constantFrom(...'abcdefgh0123456789-_.') }),
        async (secret) => {
          const answers = { baseUrl: 'https://example.com/scim', token: secret };
          const error: unknown = await addTenant(root, { name: 'x', preset: 'generic', answers }).catch(
            (e: unknown) => e,
          );
          expect(error).toBeInstanceOf(Error);
          expect(JSON.stringify(error) + String(error)).not.toContain(secret);
          expect(existsSync(join(root, 'scim.yaml'))).toBe(false);
        },
      ),
    );
  });

  it.each([
    ['baseUrl', 'example.com', 'is not an absolute URL'],
    ['baseUrl', 'https://example.com/scim?x=1', 'contains a query string'],
    ['baseUrl', 'https://example.com/scim/v2/Users', 'ends with /Users'],
    ['token', '', 'is missing'],
  ])('to %s: %s', (name, answer, problem) => {
    const field = presetNamed('generic').fields.find((one) => one.name === name);
    expect(field && answerProblem(field, answer)).toContain(problem);
  });

  it('that are all missing are all named', async () => {
    const told = await addTenant(root, { name: 'x', preset: 'sailpoint', answers: {} }).catch(String);
    expect(told).toMatch(/Host is missing[\s\S]*User is missing[\s\S]*Password is missing/);
  });
});

describe('an existing scim.yaml', () => {
  const entry = () => tenantEntry('new', presetNamed('generic'), answersTo('generic'));

  it.each([
    [
      'tenants:\n  old: # mine\n    baseUrl: https://a.example\n    auth: { scheme: none } # open\n\n# the end\n',
      'old',
    ],
    ['# head\ntenants: {}\n# foot\n', 'new'],
    ['tenants:\n', 'new'],
    ['variables:\n  A: { purpose: b }\n', 'new'],
    ['tenants:\n    a:\n        auth: { scheme: none }\n    b:\n        extends: a\ndefault: a\n', 'a'],
    ['tenants:\n  old:\n    auth: { scheme: none }', 'old'],
  ])('keeps all that it has: %j', async (text, defaultTenant) => {
    writeFileSync(join(root, 'scim.yaml'), await withTenant(text, 'new', await entry()));
    const result = readFileSync(join(root, 'scim.yaml'), 'utf8');
    const workspace = await Workspace.load(root, environment);
    expect(workspace.tenantNames.at(-1)).toBe('new');
    expect(workspace.resolve('new').baseUrl.href).toBe('https://example.com/scim/v2');
    expect(workspace.defaultTenant).toBe(defaultTenant);
    for (const line of text.split('\n').filter((one) => one !== '' && !one.startsWith('tenants:'))) {
      expect(result.split('\n')).toContain(line);
    }
  });

  it('is refused when it has that tenant, is broken, or stands in braces', async () => {
    await expect(withTenant('tenants:\n  new:\n    http2: true\n', 'new', await entry())).rejects.toThrow(/already/);
    await expect(withTenant('tenants: [\n', 'new', await entry())).rejects.toThrow(/broken/);
    await expect(withTenant('tenants: { a: { http2: true } }\n', 'new', await entry())).rejects.toThrow(/braces/);
  });
});

describe('a mock server', () => {
  it('comes with its file, and a token that only its owner can read', async () => {
    const { mock } = await addTenant(root, { name: 'play', preset: 'mock', answers: { vendor: 'okta' } });
    const token = join(root, 'secrets/play.token');
    expect(mock).toBe(join(root, 'play.scim-mock'));
    expect(statSync(token).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(root, 'secrets/.gitignore'), 'utf8')).toContain('*');
    const secret = readFileSync(token, 'utf8').trim();
    const text = readFileSync(join(root, 'play.scim-mock'), 'utf8') + readFileSync(join(root, 'scim.yaml'), 'utf8');
    expect(secret.length).toBeGreaterThan(20);
    expect(text).not.toContain(secret);
    expect(text).toContain('vendor: okta');
  });

  it('does not overwrite another', async () => {
    writeFileSync(join(root, 'play.scim-mock'), '# mine\n');
    const adding = addTenant(root, { name: 'play', preset: 'mock', answers: { vendor: 'generic' } });
    await expect(adding).rejects.toThrow(/exists already/);
    expect(existsSync(join(root, 'scim.yaml'))).toBe(false);
  });
});
