import { describe, expect, it } from 'vitest';
import { type DataKind, importData, kindOf, loadMockFile } from '../../../src/mock/file/index.js';
import { enterpriseUrn, groupUrn, listUrn, patchOp, start, userUrn } from '../helper.js';

const user = { schemas: [userUrn], id: '2819', userName: 'bjensen' };
const group = { schemas: [groupUrn], id: 'e9e3', displayName: 'Tour Guides', members: [{ value: '2819' }] };
const both = [
  { type: 'User', resource: user },
  { type: 'Group', resource: group },
];

function read(value: unknown, kind: Exclude<DataKind, 'mock'> = 'json') {
  return importData(typeof value === 'string' ? value : JSON.stringify(value), kind);
}

describe('JSON', () => {
  it.each([
    ['a resource', user, both.slice(0, 1)],
    ['an array', [user, group], both],
    ['a ListResponse', { schemas: [listUrn], totalResults: 2, Resources: [user, group] }, both],
    ['a map by endpoint', { Users: [{ id: '2819', userName: 'bjensen' }], Groups: [group] }, both],
    ['a map by type', { User: [user], Group: [group] }, both],
    [
      'resources without schemas',
      [{ userName: 'a', [enterpriseUrn]: { department: 'x' } }],
      [
        {
          type: 'User',
          resource: { schemas: [userUrn, enterpriseUrn], userName: 'a', [enterpriseUrn]: { department: 'x' } },
        },
      ],
    ],
  ])('%s', (_, value, expected) => {
    expect(read(value).resources).toEqual(expected);
  });

  it('tells what it leaves out', () => {
    const { resources, warnings } = read([user, { schemas: ['urn:example:Unknown'], x: 1 }]);
    expect(resources).toHaveLength(1);
    expect(warnings).toEqual([expect.stringContaining('Resource 2')]);
  });

  it.each([[[]], [{ hello: 'world' }], [5]])('that holds no resources is refused: %j', (value) => {
    expect(() => read(value)).toThrow(/There are no SCIM resources/);
  });

  it('with custom types among it brings them along', () => {
    const schema = {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
      id: 'urn:example:Device',
      attributes: [{ name: 'serial' }],
    };
    const type = {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
      name: 'Device',
      endpoint: '/Devices',
      schema: 'urn:example:Device',
    };
    const data = read([schema, type, { schemas: ['urn:example:Device'], serial: 'A1' }]);
    expect(data).toMatchObject({
      schemas: [{ id: 'urn:example:Device' }],
      resourceTypes: [{ name: 'Device', endpoint: '/Devices' }],
      resources: [{ type: 'Device', resource: { serial: 'A1' } }],
    });
  });
});

interface Exchange {
  method: string;
  url: string;
  status: number;
  sent?: unknown;
  body?: unknown;
  headers?: { name: string; value: string }[];
}

/** EXCHANGES, each `METHOD PATH` with status and bodies, as an HTTP Archive. */
function har(...exchanges: Exchange[]): string {
  const entries = exchanges.map(({ method, url, status, sent, body, headers = [] }) => ({
    request: {
      method,
      url: `https://example.com/scim/v2${url}`,
      ...(sent !== undefined && { postData: { text: JSON.stringify(sent) } }),
    },
    response: { status, headers, content: body === undefined ? {} : { text: JSON.stringify(body) } },
  }));
  return JSON.stringify({ log: { version: '1.2', entries } });
}

const list = (...Resources: object[]) => ({ schemas: [listUrn], totalResults: Resources.length, Resources });

function last(...exchanges: Exchange[]) {
  return importData(har(...exchanges), 'har').resources.map(({ resource }) => resource);
}

describe('an HTTP Archive', () => {
  const seen: Exchange = { method: 'GET', url: '/Users', status: 200, body: list(user) };

  it('gives the last representation of each resource', () => {
    expect(last(seen, { method: 'GET', url: '/Users/2819', status: 200, body: { ...user, active: false } })).toEqual([
      { ...user, active: false },
    ]);
  });

  it('honours what was deleted, or was found gone', () => {
    expect(
      last(
        seen,
        { method: 'GET', url: '/Groups/e9e3', status: 200, body: group },
        { method: 'DELETE', url: '/Users/2819', status: 204 },
      ),
    ).toEqual([group]);
    expect(
      last(
        seen,
        { method: 'GET', url: '/Groups/e9e3', status: 200, body: group },
        { method: 'GET', url: '/Users/2819', status: 404 },
      ),
    ).toEqual([group]);
    expect(last(seen, { method: 'DELETE', url: '/Users/2819', status: 500 })).toEqual([user]);
  });

  it('knows what a write without a representation led to', () => {
    const create: Exchange = {
      method: 'POST',
      url: '/Users',
      status: 201,
      sent: { schemas: [userUrn], userName: 'new', password: 'pa55word' },
      headers: [{ name: 'Location', value: 'https://example.com/scim/v2/Users/77' }],
    };
    const patch: Exchange = {
      method: 'PATCH',
      url: '/Users/77',
      status: 204,
      sent: patchOp({ op: 'replace', path: 'active', value: false }),
    };
    expect(last(create, patch)).toEqual([{ schemas: [userUrn], userName: 'new', id: '77', active: false }]);
    const put: Exchange = { method: 'PUT', url: '/Users/2819', status: 204, sent: { ...user, title: 'Boss' } };
    expect(last(seen, put)).toEqual([{ ...user, title: 'Boss' }]);
  });

  it('takes a part of a resource for a part', () => {
    const part = { schemas: [userUrn], id: '2819', title: 'Boss' };
    expect(last(seen, { method: 'GET', url: '/Users/2819?attributes=title', status: 200, body: part })).toEqual([
      { ...user, title: 'Boss' },
    ]);
  });

  it('keeps the members that a list does not show', () => {
    const { members: _, ...short } = group;
    const whole: Exchange = { method: 'GET', url: '/Groups/e9e3', status: 200, body: group };
    expect(last(whole, { method: 'GET', url: '/Groups', status: 200, body: list(short) })).toEqual([group]);
    expect(last(whole, { method: 'GET', url: '/Groups/e9e3', status: 200, body: short })).toEqual([short]);
  });

  it('follows bulk operations', () => {
    const sent = {
      Operations: [
        { method: 'POST', path: '/Users', bulkId: 'q', data: { schemas: [userUrn], userName: 'bulk' } },
        { method: 'DELETE', path: '/Users/2819' },
      ],
    };
    const body = {
      Operations: [
        { method: 'POST', bulkId: 'q', location: 'https://example.com/scim/v2/Users/78', status: '201' },
        { method: 'DELETE', location: 'https://example.com/scim/v2/Users/2819', status: '204' },
      ],
    };
    expect(last(seen, { method: 'POST', url: '/Bulk', status: 200, sent, body })).toEqual([
      { schemas: [userUrn], userName: 'bulk', id: '78' },
    ]);
  });

  it('of a mock server makes another one that has the same', async () => {
    const peer = await start({ users: 12, groups: 3 });
    const exchanges: Exchange[] = [];
    for (const url of ['/Users', '/Groups', '/Schemas', '/ResourceTypes']) {
      const { status, json } = await peer.ask('GET', url);
      exchanges.push({ method: 'GET', url, status, body: json });
    }
    const { options, problems } = loadMockFile(har(...exchanges), { path: 'log.har', env: {} });
    expect(problems).toEqual([]);
    const twin = await start(options);
    for (const url of ['/Users?sortBy=userName', '/Groups?sortBy=displayName']) {
      const wanted = (await peer.ask('GET', url)).json.Resources;
      const found = (await twin.ask('GET', url)).json.Resources;
      expect(found.map(withoutPlaces)).toEqual(wanted.map(withoutPlaces));
    }
  });
});

/** RESOURCE without what names the server. */
function withoutPlaces(resource: { meta: object }): unknown {
  return JSON.parse(JSON.stringify({ ...resource, meta: undefined }).replace(/"http:[^"]*?v2/g, '"'));
}

describe('JSON Lines', () => {
  it('hold a resource in each line, or an exchange', () => {
    expect(read(`${JSON.stringify(user)}\n\n${JSON.stringify(group)}\n`, 'jsonl').resources).toEqual(both);
    const exchanges = [
      {
        method: 'GET',
        url: 'https://example.com/scim/v2/Users/2819',
        status: 200,
        response: { headers: {}, body: user },
      },
      { method: 'POST', path: '/Groups', status: 201, responseBody: JSON.stringify(group) },
    ];
    expect(read(exchanges.map((one) => JSON.stringify(one)).join('\n'), 'jsonl').resources).toEqual(both);
  });

  it('are refused with the line that is none', () => {
    const { options, problems } = loadMockFile(`${JSON.stringify(user)}\n{ oops\n`, { path: 'a.jsonl', env: {} });
    expect(options).toBeUndefined();
    expect(problems).toMatchObject([{ range: { start: { line: 1 } }, message: 'Line 2 is not JSON' }]);
  });
});

describe('the kind of a text', () => {
  it.each([
    ['a.scim-mock', '', 'mock'],
    ['a.yml', '{}', 'mock'],
    ['a.har', '', 'har'],
    ['a.ndjson', '', 'jsonl'],
    ['buffer', 'vendor: okta', 'mock'],
    ['buffer', '{"vendor": "okta"}', 'mock'],
    ['a.json', '{"resources": {"Users": []}}', 'mock'],
    ['a.json', '{"Resources": []}', 'json'],
    ['buffer', '[{"userName": "a"}]', 'json'],
    ['buffer', '{"userName": "a"}\n{"userName": "b"}', 'jsonl'],
    ['buffer', '{"log": {"entries": []}}', 'har'],
    ['a.json', '{"userName": ', 'json'],
  ])('%s holding %j', (path, text, expected) => {
    expect(kindOf(text, path)).toBe(expected);
  });
});
