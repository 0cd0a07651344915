import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Workspace } from '../../src/workspace/workspace.js';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'scim-vendor-'));
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

async function load(tenants: string): Promise<Workspace> {
  await writeFile(join(root, 'scim.yaml'), `tenants:\n${tenants}`);
  return Workspace.load(root, {});
}

async function refusal(tenants: string): Promise<string> {
  return load(tenants).then(
    () => 'nothing',
    (error: Error) => error.message,
  );
}

const rest = '    baseUrl: https://x.example/scim\n    auth: { scheme: none }\n';

describe('vendor and profile of a tenant', () => {
  it('give the values of the vendor, under its own name', async () => {
    const { vendor, profile } = (await load(`  a:\n    vendor: AWS\n${rest}`)).resolve('a');
    expect(vendor).toBe('aws-iam-identity-center');
    expect(profile.page).toMatchObject({ mode: 'cursor', max: 100 });
  });

  it('are the generic ones when nothing is said', async () => {
    const { vendor, profile } = (await load(`  a:\n${rest}`)).resolve('a');
    expect(vendor).toBe('generic');
    expect(profile.page).toMatchObject({ mode: 'auto', max: null });
  });

  it('take overrides, flag by flag, also inherited ones', async () => {
    const tenants = await load(
      `  a:\n    vendor: atlassian\n    profile: { page: { max: 50, default: 10 } }\n${rest}` +
        '  b:\n    extends: a\n    profile: { page: { max: 20 }, list: { totalTrusted: false } }\n',
    );
    expect(tenants.resolve('a').profile.page).toMatchObject({ mode: 'index', max: 50, default: 10 });
    expect(tenants.resolve('b')).toMatchObject({
      vendor: 'atlassian',
      profile: { page: { mode: 'index', max: 20, default: 10 }, list: { totalTrusted: false } },
    });
  });

  it.each([
    [
      `  a:\n    vendor: octa\n${rest}`,
      '3:13: `vendor` is not a known vendor; did you mean `okta`? There are generic, okta, ',
    ],
    [`  a:\n    vendor: none-of-these\n${rest}`, '`vendor` is not a known vendor. There are generic'],
    [`  a:\n    vendor: 7\n${rest}`, '3:13: `vendor` must be the name of a vendor'],
    [
      `  a:\n${rest}    profile:\n      page:\n        maxx: 5\n`,
      '7:15: `maxx` is not a flag of a vendor profile; did you mean `max`?',
    ],
    [`  a:\n${rest}    profile: { page: { max: many } }\n`, '5:29: `max` must be of type number'],
    [`  a:\n${rest}    profile:\n`, '`profile` must be of type object'],
  ])('refuse %j with its place', async (tenants, message) => {
    expect(await refusal(tenants)).toContain(message);
  });
});
