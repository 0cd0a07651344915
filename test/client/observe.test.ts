/** What services are seen to do: the mock server with planted lies, and a server that was written elsewhere. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Observation, observe } from '../../src/client/observe.js';
import { Target } from '../../src/client/target.js';
import { startMock } from '../../src/mock/server.js';
import { type ScimmyServer, startScimmy } from '../support/scimmy-server.js';

type MockOptions = NonNullable<Parameters<typeof startMock>[0]>;

function targetAt(baseUrl: URL, token?: string, sent: string[] = []): Target {
  return new Target({
    tenant: 'observed',
    baseUrl,
    auth: token === undefined ? { scheme: 'none' } : { scheme: 'bearer', token },
    limits: { timeoutMs: 10_000, maxResponseBytes: 10_000_000 },
    validation: 'off',
    userAgent: 'scim-test',
    onExchange: ({ method, url }) => sent.push(`${method} ${new URL(url).pathname}`),
  });
}

/** What a mock server with OPTIONS is seen to do, by feature; and what was sent to find out. */
async function observed(options: MockOptions): Promise<{ seen: Map<string, Observation>; sent: string[] }> {
  const mock = await startMock(options);
  const sent: string[] = [];
  const target = targetAt(new URL(mock.url), undefined, sent);
  try {
    const seen = await observe(target);
    return { seen: new Map(seen.map((one) => [one.feature, one])), sent };
  } finally {
    await target.close();
    await mock.close();
  }
}

describe('a service that does what it says', () => {
  it('is seen to, and nothing is written to find out', async () => {
    const { seen, sent } = await observed({ users: 40 });
    const wrong = [...seen.values()].filter((one) => one.observed === 'ignored' || one.observed === 'unclear');
    expect(wrong).toEqual([]);
    expect(seen.get('etag')).toMatchObject({ observed: 'works', declared: true });
    expect(seen.get('patch')).toMatchObject({ observed: 'untried', declared: true });
    const writes = sent.filter((line) => !line.startsWith('GET ') && !line.endsWith('/.search'));
    expect(writes).toEqual([]);
  });

  it('has too little in it to tell, and then nothing is claimed', async () => {
    const { seen } = await observed({ users: 0, groups: 0 });
    for (const feature of ['count', 'startIndex', 'filter eq', 'sort', 'attributes']) {
      expect(seen.get(feature)?.observed, feature).toBe('unclear');
    }
  });
});

describe('a service that says more than it does', () => {
  it.each<[string, MockOptions, Observation['observed']]>([
    ['filter eq', { quirks: { 'filter.ops': ['pr'], 'filter.unsupportedResult': 'everything' } }, 'ignored'],
    ['filter eq', { quirks: { 'filter.ops': ['pr'] } }, 'refused'],
    ['filter sw', { quirks: { 'filter.ops': ['eq'], 'filter.unsupportedResult': 'empty' } }, 'ignored'],
    ['filter and', { quirks: { 'filter.logic': ['or'] } }, 'refused'],
    ['startIndex', { quirks: { 'page.startIndex': 'ignored' } }, 'ignored'],
    ['startIndex', { quirks: { 'page.startIndex': 'refused' } }, 'refused'],
    ['attributes', { quirks: { 'list.projection': 'ignored' } }, 'ignored'],
    ['excludedAttributes', { quirks: { 'list.projection': 'ignored' } }, 'ignored'],
    ['etag', { quirks: { 'features.etag': 'no' } }, 'ignored'],
  ])('%s with %j is %s', async (feature, options, expected) => {
    const { seen } = await observed({ users: 40, ...options });
    expect(seen.get(feature)).toMatchObject({ observed: expected });
    expect(seen.get(feature)?.evidence).toMatch(/^GET \//);
  });
});

describe('scimmy-routers', () => {
  const token = 'observe-token';
  let server: ScimmyServer;
  let target: Target;

  beforeAll(async () => {
    server = await startScimmy({ users: 60, token });
    target = targetAt(server.base, token);
  });

  afterAll(async () => {
    await target.close();
    await server.close();
  });

  it('is seen to filter and to ignore startIndex', async () => {
    const seen = new Map((await observe(target)).map((one) => [one.feature, one.observed]));
    expect(seen.get('filter eq')).toBe('works');
    expect(seen.get('startIndex')).toBe('ignored');
    expect(seen.get('count')).toBe('ignored');
  });
});
