/** Resources that a mock server is started with. */

import { describe, expect, it } from 'vitest';
import { startMock } from '../../src/mock/server.js';
import { SchemaRegistry } from '../../src/scim/schema/resource-type.js';
import { enterpriseUrn, groupUrn, start, userUrn } from './helper.js';

const bjensen = { schemas: [userUrn], id: 'b1', userName: 'bjensen', displayName: 'Barbara' };
const guides = { schemas: [groupUrn], id: 'g1', displayName: 'Tour Guides', members: [{ value: 'b1' }] };

describe('given resources', () => {
  it('keep id and meta, and may name what comes after them', async () => {
    const meta = { resourceType: 'User', created: '2020-01-01T00:00:00Z', lastModified: '2021-01-01T00:00:00Z' };
    const report = {
      schemas: [userUrn, enterpriseUrn],
      userName: 'report',
      [enterpriseUrn]: { manager: { value: 'b1' } },
    };
    const { ask } = await start({
      resources: [
        { type: 'Group', resource: guides },
        { type: 'User', resource: report },
        { type: 'Users', resource: { ...bjensen, meta } },
      ],
    });
    const user = (await ask('GET', '/Users/b1')).json;
    expect(user.meta).toMatchObject({ created: meta.created, lastModified: meta.lastModified });
    expect(user.groups).toMatchObject([{ value: 'g1', display: 'Tour Guides', type: 'direct' }]);
    expect((await ask('GET', '/Groups/g1')).json.members).toMatchObject([{ value: 'b1', display: 'Barbara' }]);
    const filter = encodeURIComponent('userName eq "report"');
    const [found] = (await ask('GET', `/Users?filter=${filter}`)).json.Resources;
    expect(found[enterpriseUrn].manager).toMatchObject({ value: 'b1', displayName: 'Barbara' });
  });

  it.each([
    ['an unknown type', [{ type: 'Usr', resource: bjensen }], /resources\[0\] \(Usr bjensen\).*did you mean User/],
    [
      'a member that is not there',
      [{ type: 'Group', resource: guides }],
      /resources\[0\] \(Group Tour Guides\): members\[0\].*b1/,
    ],
    [
      'a userName twice',
      [
        { type: 'User', resource: bjensen },
        { type: 'User', resource: { userName: 'BJensen' } },
      ],
      /resources\[1\] \(User BJensen\): userName/,
    ],
    [
      'an id twice',
      [
        { type: 'User', resource: bjensen },
        { type: 'Group', resource: { ...guides, id: 'b1' } },
      ],
      /resources\[1\] \(Group Tour Guides\): id/,
    ],
    ['a wrong time', [{ type: 'User', resource: { ...bjensen, meta: { created: 'soon' } } }], /meta\.created/],
  ])('with %s are refused by name', async (_what, resources, message) => {
    await expect(startMock({ resources })).rejects.toThrow(message);
  });
});

describe('references', () => {
  const unchecked = { rules: { references: 'unchecked' as const } };

  it('are kept as they are given when they are not checked', async () => {
    const { ask } = await start({ ...unchecked, resources: [{ type: 'Group', resource: guides }] });
    expect((await ask('GET', '/Groups/g1')).json.members).toEqual([{ value: 'b1' }]);
    const body = { schemas: [groupUrn], displayName: 'Strangers', members: [{ value: 'x', display: 'Mr. X' }] };
    expect((await ask('POST', '/Groups', body)).json.members).toEqual([{ value: 'x', display: 'Mr. X' }]);
    const filter = encodeURIComponent('members.value eq "b1"');
    expect((await ask('GET', `/Groups?filter=${filter}`)).json.totalResults).toBe(1);
  });

  it('to managers who do not exist are refused when they are checked', async () => {
    const body = {
      schemas: [userUrn, enterpriseUrn],
      userName: 'a',
      [enterpriseUrn]: { manager: { value: 'nobody' } },
    };
    const checked = await (await start()).ask('POST', '/Users', body);
    expect([checked.status, checked.json.scimType]).toEqual([400, 'invalidValue']);
    expect((await (await start(unchecked)).ask('POST', '/Users', body)).status).toBe(201);
  });
});

describe('resource types of their own', () => {
  it('can have members, which show that they belong to them', async () => {
    const rfc = SchemaRegistry.rfc.find('Group');
    if (!rfc) throw new Error('No Group');
    const team = { ...rfc.core, id: 'urn:example:Team', name: 'Team' };
    const type = { ...rfc.definition, id: 'Team', name: 'Team', endpoint: '/Teams', schema: team.id };
    const { ask } = await start({
      schemas: [team],
      resourceTypes: [type],
      resources: [
        { type: 'User', resource: bjensen },
        { type: 'Group', resource: guides },
        { type: 'Team', resource: { id: 't1', displayName: 'Team', members: [{ value: 'g1' }] } },
      ],
    });
    const groups = [
      { value: 'g1', display: 'Tour Guides', type: 'direct' },
      { value: 't1', display: 'Team', type: 'indirect' },
    ];
    expect((await ask('GET', '/Users/b1')).json.groups).toMatchObject(groups);
    expect((await ask('GET', '/Teams/t1')).json.members).toMatchObject([{ value: 'g1', type: 'Group' }]);
    await ask('DELETE', '/Groups/g1');
    expect((await ask('GET', '/Users/b1')).json.groups).toBeUndefined();
    expect((await ask('GET', '/Teams/t1')).json.members).toBeUndefined();
  });
});
