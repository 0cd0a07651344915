/** Everything that the mock server answers, read by SCIMMY: resources, lists, errors, discovery, filters, bulk. */

import SCIMMY from 'scimmy';
import { beforeEach, describe, expect, it } from 'vitest';
import { bjensen, createUser, enterpriseUrn, type Peer, patchOp, start, userUrn } from '../helper.js';
import { judgeError, judgeList, judgeResource } from './judge.js';

let peer: Peer;
beforeEach(async () => {
  peer = await start({ users: 60, groups: 8 });
});

const bulkUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

describe('SCIMMY reads', () => {
  it('every page of generated users and groups', async () => {
    for (const endpoint of ['/Users', '/Groups']) {
      const seen = new Set<unknown>();
      for (let startIndex = 1, total = 1; startIndex <= total; startIndex += 25) {
        const reply = await peer.ask('GET', `${endpoint}?startIndex=${startIndex}&count=25`);
        for (const resource of judgeList(reply)) if ('id' in resource) seen.add(resource.id);
        total = reply.json.totalResults;
      }
      expect(seen.size).toBe(endpoint === '/Users' ? 60 : 8);
    }
  });

  it('a resource that was created, read, replaced and modified', async () => {
    const created = await peer.ask('POST', '/Users', { ...bjensen, password: 't1meMa$heen' });
    judgeResource(created.json);
    const path = `/Users/${created.json.id}`;
    judgeResource((await peer.ask('GET', path)).json);
    const manager = await createUser(peer, 'manager');
    const body = {
      schemas: [userUrn, enterpriseUrn],
      userName: 'bjensen',
      emails: [{ value: 'bjensen@example.com', type: 'work', primary: true }],
      addresses: [{ type: 'work', locality: 'Hollywood', country: 'US' }],
      x509Certificates: [{ value: 'MIIDQzCCAqygAwIBAgICEAAwDQYJKoZIhvcNAQEFBQAwTjELMAkGA1UEBhMCVVMx' }],
      [enterpriseUrn]: { employeeNumber: '701984', manager: { value: manager } },
    };
    judgeResource((await peer.ask('PUT', path, body)).json);
    const patched = await peer.ask('PATCH', path, patchOp({ op: 'add', path: 'nickName', value: 'Babs' }));
    judgeResource(patched.json);
    expect(patched.json).toMatchObject({ nickName: 'Babs', [enterpriseUrn]: { manager: { value: manager } } });
  });

  it('errors', async () => {
    const id = await createUser(peer, 'bjensen');
    judgeError(await peer.ask('GET', '/Users/nobody'), 404);
    judgeError(await peer.ask('GET', '/Nothing'), 404);
    judgeError(await peer.ask('GET', '/Users?filter=userName%20is%20x'), 400, 'invalidFilter');
    judgeError(await peer.ask('POST', '/Users', '{"schemas":'), 400, 'invalidSyntax');
    judgeError(await peer.ask('POST', '/Users', { schemas: [userUrn] }), 400, 'invalidValue');
    judgeError(await peer.ask('POST', '/Users', bjensen), 409, 'uniqueness');
    const wrong: [object, string][] = [
      [{ op: 'replace', path: 'id', value: 'x' }, 'mutability'],
      [{ op: 'replace', path: 'emails.', value: 'x' }, 'invalidPath'],
      [{ op: 'remove' }, 'noTarget'],
      [{ op: 'replace', path: 'active', value: { no: 'boolean' } }, 'invalidValue'],
    ];
    for (const [operation, scimType] of wrong) {
      judgeError(await peer.ask('PATCH', `/Users/${id}`, patchOp(operation)), 400, scimType);
    }
    judgeError(await peer.ask('DELETE', `/Users/${id}`, undefined, { 'if-match': 'W/"other"' }), 412);
    judgeError(await peer.ask('GET', '/Schemas?filter=id%20pr'), 403);
  });

  it('discovery', async () => {
    const { json: types } = await peer.ask('GET', '/ResourceTypes');
    for (const type of new SCIMMY.Messages.ListResponse(types).Resources) {
      expect(JSON.parse(JSON.stringify(new SCIMMY.Schemas.ResourceType(type)))).toEqual(type);
    }
    const { json: config } = await peer.ask('GET', '/ServiceProviderConfig');
    const known = JSON.parse(JSON.stringify(new SCIMMY.Schemas.ServiceProviderConfig(config)));
    // RFC 9865 §4 and the example of RFC 7643 §8.5, which SCIMMY does not know.
    const { pagination, authenticationSchemes, ...rest } = config;
    expect(known).toEqual({ ...rest, authenticationSchemes: known.authenticationSchemes });
    expect(pagination).toMatchObject({ index: true });
    expect(known.authenticationSchemes).toHaveLength(authenticationSchemes.length);
  });

  it('the schemas, and finds in them every attribute that it knows itself', async () => {
    for (const { definition } of [SCIMMY.Schemas.User, SCIMMY.Schemas.Group, SCIMMY.Schemas.EnterpriseUser]) {
      const { json } = await peer.ask('GET', `/Schemas/${definition.id}`);
      const described = JSON.parse(JSON.stringify(definition.describe()));
      const names = (attributes: { name: string; subAttributes?: { name: string }[] }[]) =>
        attributes.flatMap(({ name, subAttributes = [] }) => [
          name,
          ...subAttributes.map((sub) => `${name}.${sub.name}`),
        ]);
      const extension = new Set([enterpriseUrn]);
      const wanted = names(described.attributes).filter((name) => !extension.has(name.split('.')[0] ?? ''));
      expect(names(json.attributes)).toEqual(expect.arrayContaining(wanted));
    }
  });
});

describe('SCIMMY finds what the mock server finds', () => {
  const filters = [
    'userName sw "j"',
    'name.familyName co "a" and active eq true',
    'active eq false or title pr',
    'not (title co "Engineer")',
    'emails[type eq "home"]',
    'emails[type eq "work" and value ew "example.com"]',
    'emails.value co "1"',
    'externalId gt "E000030"',
    // SCIMMY finds nothing by attributes of extensions.
    'externalId eq "E000007" or userName co "9"',
    'name.givenName pr and (locale eq "en-US" or locale eq "de-DE")',
  ];

  it.each(filters)('%s', async (filter) => {
    const all = (await peer.ask('GET', '/Users?count=100')).json.Resources;
    const { json } = await peer.ask('GET', `/Users?count=100&filter=${encodeURIComponent(filter)}`);
    const ids = (resources: { id: string }[]) => resources.map(({ id }) => id).sort();
    expect(ids(json.Resources ?? [])).toEqual(ids(new SCIMMY.Types.Filter(filter).match(all)));
    expect(json.totalResults).toBe((json.Resources ?? []).length);
  });

  it('something with each of them but not everything, so that the comparison means something', async () => {
    const totals = await Promise.all(
      filters.map(async (filter) => {
        const { json } = await peer.ask('GET', `/Users?count=0&filter=${encodeURIComponent(filter)}`);
        return json.totalResults;
      }),
    );
    expect(totals.every((total) => total > 0 && total <= 60)).toBe(true);
    expect(totals.filter((total) => total < 60).length).toBeGreaterThanOrEqual(8);
  });
});

describe('bulk requests as SCIMMY writes and reads them', () => {
  it('are done, and the answer is one that SCIMMY accepts', async () => {
    const request = new SCIMMY.Messages.BulkRequest({
      schemas: [bulkUrn],
      Operations: [
        { method: 'POST', path: '/Users', bulkId: 'u', data: { schemas: [userUrn], userName: 'alice' } },
        { method: 'DELETE', path: '/Users/nobody' },
      ],
    });
    const body = { schemas: [bulkUrn], Operations: request.Operations, failOnErrors: 5 };
    const { status, json } = await peer.ask('POST', '/Bulk', body);
    expect(status).toBe(200);
    const response = new SCIMMY.Messages.BulkResponse(json);
    expect(response.Operations.map((operation) => operation.status)).toEqual(['201', '404']);
    judgeResource((await (await fetch(String(json.Operations[0].location))).json()) as object);
  });
});
