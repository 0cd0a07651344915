import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bridge, startBridge } from '../support/bridge.js';

interface Vendors {
  vendors: { name: string; title: string; aliases: string[]; roles: string[]; text: string }[];
}

let root: string;
let bridge: Bridge;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'scim-vendors-'));
  const tenant = 'vendor: slack, baseUrl: env:NOT_SET, profile: { page: { max: 25 } }';
  await writeFile(join(root, 'scim.yaml'), `tenants:\n  team: { ${tenant} }\n`);
  bridge = await startBridge({ root });
});

afterEach(async () => {
  await bridge.stop();
  expect(bridge.stderr()).toBe('');
  await rm(root, { recursive: true });
});

async function vendors(params: object): Promise<Vendors['vendors']> {
  return (await bridge.connection.sendRequest<Vendors>('scim/vendors', params)).vendors;
}

describe('scim/vendors', () => {
  it('lists every profile with its facts', async () => {
    const all = await vendors({});
    expect(all.map(({ name }) => name).slice(0, 3)).toEqual(['generic', 'okta', 'entra-id']);
    for (const { title, text, roles } of all) {
      expect(text.startsWith(`# ${title}\n`)).toBe(true);
      expect(roles.length).toBeGreaterThan(0);
    }
  });

  it('gives one by its alias, and none for a name that there is not', async () => {
    const [aws, ...others] = await vendors({ name: 'AWS' });
    expect(others).toEqual([]);
    expect(aws).toMatchObject({ name: 'aws-iam-identity-center', roles: ['server'] });
    expect(aws?.text).toContain('| page.max | `100`');
    expect(await vendors({ name: 'nobody' })).toEqual([]);
  });

  it('gives the profile of a tenant with its overrides, though its variables are not set', async () => {
    const [slack] = await vendors({ tenant: 'team' });
    expect(slack?.name).toBe('slack');
    expect(slack?.text).toContain('| page.max | `25` | scim.yaml, as configured |');
    await expect(vendors({ tenant: 'other' })).rejects.toThrow('There is no tenant other');
  });
});
