/** Resources by name: on services that filter well, in their own way, or not at all. */

import { afterEach, describe, expect, it } from 'vitest';
import { findByName, lookupByName } from '../../src/client/lookup.js';
import { Target } from '../../src/client/target.js';
import type { Exchange } from '../../src/http/exchange.js';
import { startMock } from '../../src/mock/server.js';
import type { JsonObject } from '../../src/scim/json.js';
import { urn } from '../../src/scim/urn.js';
import { find, generic } from '../../src/vendors/index.js';
import { settle } from '../../src/vendors/profile.js';
import { startScimmy } from '../support/scimmy-server.js';

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Tried {
  readonly target: Target;
  /** Decoded queries of the lists that were asked for. */
  lists(): string[];
}

function targetOf(base: URL, vendor: string | undefined, token?: string): Tried {
  const exchanges: Exchange[] = [];
  const target = new Target({
    tenant: 'test',
    baseUrl: base,
    auth: token === undefined ? { scheme: 'none' } : { scheme: 'bearer', token },
    limits: { timeoutMs: 10_000, maxResponseBytes: 10_000_000 },
    validation: 'off',
    profile: settle((vendor === undefined ? undefined : find(vendor)) ?? generic),
    userAgent: 'test',
    onExchange: (exchange) => exchanges.push(exchange),
  });
  closing.push(() => target.close());
  const lists = (): string[] =>
    exchanges
      .map(({ url }) => decodeURIComponent(new URL(url).search))
      .filter((query) => query.includes('count=') || query.includes('filter='));
  return { target, lists };
}

function user(userName: string, more: JsonObject = {}): { type: string; resource: JsonObject } {
  return { type: 'User', resource: { schemas: [urn.user], userName, active: true, ...more } };
}

function group(displayName: string): { type: string; resource: JsonObject } {
  return { type: 'Group', resource: { schemas: [urn.group], displayName } };
}

const people = [
  user('babs', { displayName: 'Barbara Jensen', emails: [{ value: 'barbara@example.com', primary: true }] }),
  user('jensen', { displayName: 'Mandy Pepperidge', active: false }),
  user('jim', { displayName: 'Jim Jensenius' }),
  user('anna', { displayName: 'Anna von Berg "die Erste"', emails: [{ value: 'anna.berg@example.com' }] }),
  user('dalia', { displayName: 'דליה כהן', emails: [{ value: 'dalia@example.com' }] }),
  user('emoji', { displayName: '🚀 Zoë \\ Peña' }),
  group('Jensen family'),
  group('Engineering'),
];

async function mock(vendor?: string, options: Parameters<typeof startMock>[0] = {}): Promise<Tried> {
  const server = await startMock({ vendor, resources: people, ...options });
  closing.push(() => server.close());
  return targetOf(new URL(server.url), vendor);
}

async function namesOf(tried: Tried, text: string, types = ['User']): Promise<string[]> {
  return (await lookupByName(tried.target, types, text, 20, {})).map(({ name }) => name);
}

describe('with every filter of the standard', () => {
  it('finds by any name and mail address: the exact one first, then by beginning, then inside', async () => {
    const tried = await mock();
    expect(await namesOf(tried, 'jensen')).toEqual(['Mandy Pepperidge', 'Barbara Jensen', 'Jim Jensenius']);
    expect(await namesOf(tried, 'barbara@')).toEqual(['Barbara Jensen']);
    expect(await namesOf(tried, 'arba')).toEqual(['Barbara Jensen']);
    expect(await namesOf(tried, 'דליה')).toEqual(['דליה כהן']);
  });

  it('tells who is meant, and who is not active', async () => {
    const { target } = await mock();
    const found = await lookupByName(target, ['User', 'Group'], 'jensen', 20, {});
    expect(found.map(({ type, name, detail }) => [type, name, detail])).toEqual([
      ['User', 'Mandy Pepperidge', 'jensen, not active'],
      ['Group', 'Jensen family', ''],
      ['User', 'Barbara Jensen', 'babs, barbara@example.com'],
      ['User', 'Jim Jensenius', 'jim'],
    ]);
    expect(new Set(found.map(({ id }) => id)).size).toBe(4);
  });

  it('takes what is typed at its word: quotes, backslashes, an emoji, what looks like a filter', async () => {
    const tried = await mock();
    expect(await namesOf(tried, '"die Erste"')).toEqual(['Anna von Berg "die Erste"']);
    expect(await namesOf(tried, '🚀 Zoë \\')).toEqual(['🚀 Zoë \\ Peña']);
    expect(await namesOf(tried, '" or userName pr or userName eq "')).toEqual([]);
  });

  it('finds names by several of their words', async () => {
    const tried = await mock();
    expect(await namesOf(tried, 'berg anna')).toEqual(['Anna von Berg "die Erste"']);
    expect(await namesOf(tried, 'anna engineering')).toEqual([]);
  });

  it('finds by id', async () => {
    const tried = await mock();
    const [{ id = '' } = {}] = await lookupByName(tried.target, ['User'], 'babs', 1, {});
    expect(await namesOf(tried, id)).toEqual(['Barbara Jensen']);
    expect(await namesOf(tried, '0123456789012345')).toEqual([]);
  });

  it('asks once for a type, for names alone, and not again for what it knows', async () => {
    const tried = await mock();
    expect(await namesOf(tried, 'jens')).toHaveLength(3);
    expect(tried.lists()).toHaveLength(1);
    expect(tried.lists()[0]).toContain('attributes=id,userName,displayName,name.formatted');
    // Everything with the beginning came, so that what is typed on needs no request.
    expect(await namesOf(tried, 'jensenius')).toEqual(['Jim Jensenius']);
    expect(await namesOf(tried, 'jens')).toHaveLength(3);
    expect(tried.lists()).toHaveLength(1);
    expect(await namesOf(tried, 'anna')).toHaveLength(1);
    expect(tried.lists()).toHaveLength(2);
  });

  it('never reads a large tenant: a page, and says that there is more', async () => {
    const tried = await mock(undefined, { users: 5000 });
    const lookup = await findByName(tried.target, ['User'], 'a', 10, {});
    expect(lookup.found).toHaveLength(10);
    expect(lookup.complete).toBe(false);
    expect((await findByName(tried.target, ['User'], '', 10, {})).found).toHaveLength(10);
    expect(tried.lists().length).toBe(2);
    expect(tried.lists().every((query) => /count=(?:10|100)\b/.test(query))).toBe(true);
  });

  it('looks among all types when none is named, and refuses one that is not there', async () => {
    const tried = await mock();
    expect(await namesOf(tried, 'engineer', [])).toEqual(['Engineering']);
    await expect(namesOf(tried, 'x', ['Gadget'])).rejects.toThrow('The server has no resource type "Gadget"');
  });

  it('finds resources of other types by what names them in their schema', async () => {
    const device = 'urn:example:Device';
    const characteristics = { multiValued: false, description: '', caseExact: false, mutability: 'readWrite' } as const;
    const rest = { returned: 'default', canonicalValues: [], referenceTypes: [], subAttributes: [] } as const;
    const tried = await mock(undefined, {
      schemas: [
        {
          id: device,
          name: 'Device',
          description: '',
          attributes: [
            { name: 'colour', type: 'string', required: false, uniqueness: 'none', ...characteristics, ...rest },
            { name: 'serial', type: 'string', required: true, uniqueness: 'server', ...characteristics, ...rest },
          ],
        },
      ],
      resourceTypes: [
        { id: 'Device', name: 'Device', description: '', endpoint: '/Devices', schema: device, schemaExtensions: [] },
      ],
      resources: [{ type: 'Device', resource: { schemas: [device], colour: 'red', serial: 'X-19' } }],
    });
    expect(await namesOf(tried, 'x-1', ['Device'])).toEqual(['X-19']);
  });

  it('is stopped by its signal', async () => {
    const { target } = await mock();
    const stopped = AbortSignal.abort();
    await expect(lookupByName(target, ['User'], 'jensen', 5, { signal: stopped })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

describe('on services that filter less', () => {
  it.each(['entra-id', 'aws-iam-identity-center', 'atlassian', 'gitlab'])(
    '%s: the exact userName, and what the first page has',
    async (vendor) => {
      const tried = await mock(vendor, { resources: people.filter(({ type }) => type === 'User') });
      expect((await namesOf(tried, 'babs')).slice(0, 1)).toEqual(['Barbara Jensen']);
      expect(await namesOf(tried, 'arbar')).toEqual(['Barbara Jensen']);
      expect(await namesOf(tried, 'nobody')).toEqual([]);
      expect(tried.lists().join('\n')).not.toMatch(/ co | or /);
    },
  );

  it('snowflake: what begins so, and no promise that this is all', async () => {
    const tried = await mock('snowflake');
    const lookup = await findByName(tried.target, ['User'], 'barb', 5, {});
    expect(lookup.found.map(({ name }) => name)).toEqual(['Barbara Jensen']);
    expect(lookup.complete).toBe(false);
    expect(tried.lists().join('\n')).toMatch(/displayName sw "barb"/);
    expect(tried.lists().join('\n')).not.toMatch(/ eq /);
  });

  it('aws-iam-identity-center: says that there may be others where only whole names can be asked for', async () => {
    const tried = await mock('aws-iam-identity-center', { users: 300 });
    const lookup = await findByName(tried.target, ['User'], 'babs', 5, {});
    expect(lookup.found.map(({ name }) => name)).toEqual(['Barbara Jensen']);
    expect(lookup.complete).toBe(false);
    expect(tried.lists()).toContainEqual(expect.stringContaining('userName eq "babs"'));
    expect(tried.lists().length).toBe(2);
  });

  it('goes on without what a service turns out to refuse, and does not ask that again', async () => {
    const server = await startMock({
      resources: people,
      quirks: { 'filter.ops': ['eq'], 'filter.logic': [], 'filter.attributes': { User: ['userName'] } },
    });
    closing.push(() => server.close());
    const tried = targetOf(new URL(server.url), undefined);
    expect(await namesOf(tried, 'jensen')).toEqual(['Mandy Pepperidge', 'Barbara Jensen', 'Jim Jensenius']);
    const first = tried.lists().length;
    expect(await namesOf(tried, 'babs')).toEqual(['Barbara Jensen']);
    expect(tried.lists().slice(first)).toEqual([expect.stringContaining('userName eq "babs"')]);
  });

  it('believes no service that ignores the filter', async () => {
    const server = await startMock({
      resources: people,
      quirks: { 'filter.ops': ['eq'], 'filter.unsupportedResult': 'everything' },
    });
    closing.push(() => server.close());
    const tried = targetOf(new URL(server.url), undefined);
    expect(await namesOf(tried, 'jensenius')).toEqual(['Jim Jensenius']);
    expect(await namesOf(tried, 'nobody')).toEqual([]);
  });
});

describe('on a server written elsewhere', () => {
  it('scimmy: finds and escapes', async () => {
    const server = await startScimmy({ users: 60, token: 'scimmy-lookup' });
    closing.push(() => server.close());
    const tried = targetOf(server.base, undefined, 'scimmy-lookup');
    expect((await namesOf(tried, 'user7')).slice(0, 1)).toEqual(['user7']);
    expect(await namesOf(tried, 'ser5')).toContain('user55');
    expect(await namesOf(tried, 'a"b')).toEqual([]);
  });
});
