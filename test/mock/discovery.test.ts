/** RFC 7644 §4: discovery over real HTTP. */

import { describe, expect, it } from 'vitest';
import { enterpriseUrn, groupUrn, listUrn, start, userUrn } from './helper.js';

interface Attribute {
  name: string;
  subAttributes?: Attribute[];
}

describe('discovery', () => {
  it('says truthfully what is supported', async () => {
    const { ask, mock } = await start({ pageSize: 50 });
    const { status, json } = await ask('GET', '/ServiceProviderConfig');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
      patch: { supported: true },
      bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 1048576 },
      filter: { supported: true, maxResults: 50 },
      changePassword: { supported: true },
      sort: { supported: true },
      etag: { supported: true },
      authenticationSchemes: [{ type: 'oauthbearertoken', name: 'OAuth Bearer Token' }],
      meta: { resourceType: 'ServiceProviderConfig', location: `${mock.url}/ServiceProviderConfig` },
    });
  });

  it('lists the resource types of RFC 7643 §8.6', async () => {
    const { ask, mock } = await start();
    const { json } = await ask('GET', '/ResourceTypes');
    expect(json).toMatchObject({ schemas: [listUrn], totalResults: 2, startIndex: 1, itemsPerPage: 2 });
    expect(json.Resources[0]).toEqual({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
      id: 'User',
      name: 'User',
      endpoint: '/Users',
      description: 'User Account',
      schema: userUrn,
      schemaExtensions: [{ schema: enterpriseUrn, required: false }],
      meta: { location: `${mock.url}/ResourceTypes/User`, resourceType: 'ResourceType' },
    });
    expect((await ask('GET', '/ResourceTypes/Group')).json).toEqual(json.Resources[1]);
    expect((await ask('GET', '/ResourceTypes/Robot')).status).toBe(404);
  });

  it('describes the schemas of RFC 7643 §8.7', async () => {
    const { ask, mock } = await start();
    const { json } = await ask('GET', '/Schemas');
    const ids = json.Resources.map(({ id }: { id: string }) => id);
    expect(ids.slice(0, 3)).toEqual([userUrn, enterpriseUrn, groupUrn]);
    const user = (await ask('GET', `/Schemas/${userUrn}`)).json;
    expect(user).toMatchObject({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
      id: userUrn,
      name: 'User',
      meta: { resourceType: 'Schema', location: `${mock.url}/Schemas/${userUrn}` },
    });
    const find = (name: string) => user.attributes.find((attribute: Attribute) => attribute.name === name);
    expect(find('userName')).toMatchObject({
      type: 'string',
      multiValued: false,
      required: true,
      caseExact: false,
      mutability: 'readWrite',
      returned: 'default',
      uniqueness: 'server',
    });
    expect(find('password')).toMatchObject({ mutability: 'writeOnly', returned: 'never' });
    expect(find('emails').subAttributes.map(({ name }: Attribute) => name)).toEqual([
      'value',
      'display',
      'type',
      'primary',
    ]);
    expect(find('id')).toBeUndefined();
  });

  it.each([
    ['/ServiceProviderConfig', 'ServiceProviderConfig'],
    ['/ResourceTypes/User', 'ResourceType'],
    [`/Schemas/${userUrn}`, 'Schema'],
  ])('%s holds nothing that its own schema does not describe', async (path, name) => {
    const { ask } = await start();
    const { attributes } = (await ask('GET', `/Schemas/urn:ietf:params:scim:schemas:core:2.0:${name}`)).json;
    const { schemas: _schemas, id: _id, meta: _meta, ...document } = (await ask('GET', path)).json;
    expect(undeclared(document, attributes)).toEqual([]);
  });

  it('forbids filters, and ignores sorting and paging', async () => {
    const { ask } = await start();
    for (const path of ['/ServiceProviderConfig', '/ResourceTypes', '/Schemas', `/Schemas/${userUrn}`]) {
      const { status, json } = await ask('GET', `${path}?filter=name%20eq%20%22User%22`);
      expect([path, status, json.status]).toEqual([path, 403, '403']);
    }
    expect((await ask('GET', '/ResourceTypes?count=1&startIndex=2&sortBy=name')).json.Resources).toHaveLength(2);
  });

  it('only reads', async () => {
    const { ask } = await start();
    for (const path of ['/ServiceProviderConfig', '/ResourceTypes', '/Schemas/x']) {
      const { status, headers } = await ask('POST', path, {});
      expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
    }
  });
});

/** The members of DOCUMENT that ATTRIBUTES do not have, two levels deep. */
function undeclared(document: Record<string, unknown>, attributes: readonly Attribute[], path = ''): string[] {
  return Object.entries(document).flatMap(([name, value]) => {
    const attribute = attributes.find((candidate) => candidate.name === name);
    if (!attribute) return [path + name];
    const values = (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'object' && path === '');
    return values.flatMap((each) => undeclared(each, attribute.subAttributes ?? [], `${name}.`));
  });
}
