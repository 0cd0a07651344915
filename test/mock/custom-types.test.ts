/** RFC 7643 §3.2, §3.3, §6 and §7 over real HTTP: resource types and extensions of one's own. */

import { describe, expect, it } from 'vitest';
import type { MockOptions } from '../../src/mock/options.js';
import { parseResourceType, parseSchema } from '../../src/scim/schema/parse.js';
import { createUser, groupUrn, type Peer, patchOp, start, userUrn } from './helper.js';

const deviceUrn = 'urn:example:scim:schemas:2.0:Device';
const fleetUrn = 'urn:example:scim:schemas:extension:2.0:Fleet';
const badgeUrn = 'urn:example:scim:schemas:extension:2.0:Badge';

const options: MockOptions = {
  schemas: [
    parseSchema({
      id: deviceUrn,
      name: 'Device',
      attributes: [
        {
          name: 'serial',
          type: 'string',
          required: true,
          caseExact: true,
          mutability: 'immutable',
          uniqueness: 'server',
        },
        { name: 'model', type: 'string' },
        { name: 'weight', type: 'decimal' },
        { name: 'secret', type: 'string', mutability: 'writeOnly', returned: 'never' },
        { name: 'notes', type: 'string', returned: 'request' },
        { name: 'kind', type: 'string', returned: 'always' },
        {
          name: 'place',
          type: 'complex',
          subAttributes: [
            { name: 'building', type: 'string', mutability: 'immutable' },
            { name: 'room', type: 'string' },
            { name: 'code', type: 'string', returned: 'request' },
          ],
        },
      ],
    }),
    parseSchema({
      id: fleetUrn,
      name: 'Fleet',
      attributes: [
        { name: 'number', type: 'integer', required: true },
        { name: 'origin', type: 'string', mutability: 'immutable' },
      ],
    }),
    parseSchema({
      id: badgeUrn,
      name: 'Badge',
      attributes: [
        { name: 'color', type: 'string' },
        { name: 'chip', type: 'string', mutability: 'immutable' },
      ],
    }),
  ],
  resourceTypes: [
    parseResourceType({
      id: 'Device',
      name: 'Device',
      endpoint: '/Devices',
      schema: deviceUrn,
      schemaExtensions: [{ schema: fleetUrn, required: true }],
    }),
    parseResourceType({
      id: 'User',
      name: 'User',
      endpoint: '/Users',
      schema: userUrn,
      schemaExtensions: [{ schema: badgeUrn, required: false }],
    }),
  ],
};

const device = (serial: string, more: object = {}, fleet: object = {}) => ({
  schemas: [deviceUrn, fleetUrn],
  serial,
  ...more,
  [fleetUrn]: { number: 1, ...fleet },
});

async function createDevice(peer: Peer, ...given: Parameters<typeof device>) {
  const { status, json } = await peer.ask('POST', '/Devices', device(...given));
  if (status !== 201) throw new Error(`${status}: ${JSON.stringify(json)}`);
  return json;
}

describe('a resource type of one’s own', () => {
  it('is discovered', async () => {
    const { ask } = await start(options);
    const types = (await ask('GET', '/ResourceTypes')).json.Resources;
    expect(types.map(({ name }: { name: string }) => name).sort()).toEqual(['Device', 'Group', 'User']);
    expect((await ask('GET', '/ResourceTypes/Device')).json).toMatchObject({
      endpoint: '/Devices',
      schema: deviceUrn,
      schemaExtensions: [{ schema: fleetUrn, required: true }],
    });
    const { json } = await ask('GET', `/Schemas/${deviceUrn.toUpperCase()}`);
    expect(json.attributes[0]).toMatchObject({ name: 'serial', mutability: 'immutable', uniqueness: 'server' });
  });

  it('is created, read, found, sorted, changed and deleted like any other', async () => {
    const peer = await start(options);
    const [b, a] = [await createDevice(peer, 'B', { weight: 2 }), await createDevice(peer, 'A', { weight: 10 })];
    expect(b.meta).toMatchObject({ resourceType: 'Device', location: `${peer.mock.url}/Devices/${b.id}` });
    const list = async (query: string) =>
      (await peer.ask('GET', `/Devices?${query}`)).json.Resources.map(({ serial }: { serial: string }) => serial);
    expect(await list(`filter=${encodeURIComponent('serial eq "A"')}`)).toEqual(['A']);
    expect(await list(`filter=${encodeURIComponent('serial eq "a"')}`)).toEqual([]);
    expect(await list(`filter=${encodeURIComponent(`${fleetUrn}:number ge 1 and weight gt 5`)}`)).toEqual(['A']);
    expect(await list('sortBy=weight')).toEqual(['B', 'A']);
    expect(await list('sortBy=serial')).toEqual(['A', 'B']);
    const patched = await peer.ask('PATCH', `/Devices/${a.id}`, patchOp({ op: 'add', value: { model: 'X' } }));
    expect(patched.json.model).toBe('X');
    expect((await peer.ask('DELETE', `/Devices/${a.id}`)).status).toBe(204);
    expect(await list('')).toEqual(['B']);
  });

  it('takes part in queries over all types', async () => {
    const peer = await start(options);
    await createUser(peer, 'bjensen');
    await createDevice(peer, 'A');
    const found = async (filter: string) =>
      (await peer.ask('GET', `/?filter=${encodeURIComponent(filter)}`)).json.Resources.map(
        ({ meta }: { meta: { resourceType: string } }) => meta.resourceType,
      );
    expect(await found('serial eq "A"')).toEqual(['Device']);
    expect((await found('serial pr or userName pr')).sort()).toEqual(['Device', 'User']);
    expect(await found('meta.resourceType eq "Device"')).toEqual(['Device']);
  });

  it('has unique values where its schema says so', async () => {
    const peer = await start(options);
    const { id } = await createDevice(peer, 'A');
    const again = await peer.ask('POST', '/Devices', device('A'));
    expect([again.status, again.json.scimType]).toEqual([409, 'uniqueness']);
    await createDevice(peer, 'a');
    expect((await peer.ask('PUT', `/Devices/${id}`, device('A', { model: 'same' }))).status).toBe(200);
  });

  it('never returns what is never returned, and finds nobody by it', async () => {
    const peer = await start(options);
    const { id, ...created } = await createDevice(peer, 'A', { secret: 'hunter2' });
    const read = await peer.ask('GET', `/Devices/${id}?attributes=secret,serial`);
    expect(JSON.stringify(created) + read.text).not.toContain('hunter2');
    const filter = encodeURIComponent('secret eq "hunter2"');
    expect((await peer.ask('GET', `/Devices?filter=${filter}`)).json.totalResults).toBe(0);
  });

  it('returns what is returned on request when it is requested, or was just written (RFC 7643 §7)', async () => {
    const peer = await start(options);
    const { id, ...created } = await createDevice(peer, 'A', {
      notes: 'new',
      kind: 'k',
      place: { room: '1', code: '9' },
    });
    expect(created).toMatchObject({ notes: 'new', place: { room: '1', code: '9' } });
    const read = (query = '') => peer.ask('GET', `/Devices/${id}${query}`);
    expect((await read()).json).not.toHaveProperty('notes');
    expect((await read()).json.place).toEqual({ room: '1' });
    expect((await peer.ask('GET', '/Devices')).json.Resources[0]).not.toHaveProperty('notes');
    expect((await read('?attributes=notes')).json).toEqual({
      schemas: [deviceUrn, fleetUrn],
      id,
      kind: 'k',
      notes: 'new',
    });
    expect((await read('?attributes=place.code')).json.place).toEqual({ code: '9' });
    const list = await peer.ask('GET', '/Devices?attributes=notes,serial');
    expect(list.json.Resources[0]).toMatchObject({ notes: 'new', serial: 'A', kind: 'k' });
    const model = await peer.ask('PATCH', `/Devices/${id}`, patchOp({ op: 'add', path: 'model', value: 'M' }));
    expect(model.json).not.toHaveProperty('notes');
    for (const operation of [
      { op: 'replace', path: 'notes', value: 'x' },
      { op: 'replace', value: { notes: 'y' } },
    ]) {
      const { json } = await peer.ask('PATCH', `/Devices/${id}`, patchOp(operation));
      expect(json.notes).toBe(operation.path ? 'x' : 'y');
    }
    // What was not sent back is still there.
    expect((await read('?attributes=place')).json.place).toMatchObject({ room: '1' });
  });
});

describe('immutable attributes', () => {
  it('can be set once and then stay', async () => {
    const peer = await start(options);
    const { id } = await createDevice(peer, 'A', { place: { room: '1' } }, { origin: 'here' });
    const put = (...given: Parameters<typeof device>) => peer.ask('PUT', `/Devices/${id}`, device(...given));
    for (const refused of [
      await put('B'),
      await put('A', {}, { origin: 'there' }),
      await peer.ask('PATCH', `/Devices/${id}`, patchOp({ op: 'replace', path: 'serial', value: 'B' })),
    ]) {
      expect([refused.status, refused.json.scimType]).toEqual([400, 'mutability']);
    }
    const set = await put('A', { place: { building: 'North', room: '2' } });
    expect(set.json).toMatchObject({ place: { building: 'North', room: '2' }, [fleetUrn]: { origin: 'here' } });
    const moved = await put('A', { place: { building: 'South' } });
    expect([moved.status, moved.json.scimType]).toEqual([400, 'mutability']);
    expect(moved.json.detail).toContain('place.building');
    const silent = await put('A');
    expect(silent.json.place).toEqual({ building: 'North' });
  });
});

describe('a required extension', () => {
  it('is demanded, and cannot be removed', async () => {
    const peer = await start(options);
    const missing = await peer.ask('POST', '/Devices', { schemas: [deviceUrn], serial: 'A' });
    expect([missing.status, missing.json.scimType]).toEqual([400, 'invalidValue']);
    expect(missing.json.detail).toContain(fleetUrn);
    const { id } = await createDevice(peer, 'A');
    const put = await peer.ask('PUT', `/Devices/${id}`, { schemas: [deviceUrn], serial: 'A' });
    expect([put.status, put.json.scimType]).toEqual([400, 'invalidValue']);
    for (const path of [fleetUrn, `${fleetUrn}:number`]) {
      const { status, json } = await peer.ask('PATCH', `/Devices/${id}`, patchOp({ op: 'remove', path }));
      expect([path, status, json.scimType]).toEqual([path, 400, 'mutability']);
    }
  });
});

describe('an extension of User', () => {
  it('takes the place of the one that its type does not name', async () => {
    const peer = await start(options);
    const body = { schemas: [userUrn, badgeUrn], userName: 'b', [badgeUrn]: { color: 'red' } };
    const { status, json } = await peer.ask('POST', '/Users', body);
    expect([status, json[badgeUrn]]).toEqual([201, { color: 'red' }]);
    const drop = async (chip: object) => {
      const user = { ...body, userName: JSON.stringify(chip), [badgeUrn]: { color: 'blue', ...chip } };
      const { id } = (await peer.ask('POST', '/Users', user)).json;
      return peer.ask('PATCH', `/Users/${id}`, patchOp({ op: 'remove', path: badgeUrn }));
    };
    expect((await drop({})).json.schemas).toEqual([userUrn]);
    const kept = await drop({ chip: '1' });
    expect([kept.status, kept.json.scimType]).toEqual([400, 'mutability']);
    const filter = encodeURIComponent(`${badgeUrn}:color eq "RED"`);
    expect((await peer.ask('GET', `/Users?filter=${filter}`)).json.totalResults).toBe(1);
    const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    const foreign = { schemas: [userUrn, enterprise], userName: 'c', [enterprise]: { department: 'd' } };
    expect((await peer.ask('POST', '/Users', foreign)).status).toBe(400);
  });
});

describe('endpoints', () => {
  const type = (endpoint: string): MockOptions => ({
    resourceTypes: [parseResourceType({ id: 'X', name: 'X', endpoint, schema: groupUrn, schemaExtensions: [] })],
  });

  it('may have several segments', async () => {
    const peer = await start(type('/v1/Teams'));
    const { status, json } = await peer.ask('POST', '/v1/Teams', { schemas: [groupUrn], displayName: 'T' });
    expect([status, json.meta.location]).toEqual([201, `${peer.mock.url}/v1/Teams/${json.id}`]);
    expect((await peer.ask('GET', `/v1/Teams/${json.id}`)).status).toBe(200);
    expect((await peer.ask('POST', '/v1/Teams/.search', {})).status).toBe(400);
    expect((await peer.ask('GET', '/v1')).status).toBe(404);
  });

  it.each(['/Schemas', '/Me', '/Bulk', '/ResourceTypes/x', '/a b', '/'])('cannot be %s', async (endpoint) => {
    await expect(start(type(endpoint))).rejects.toThrow(JSON.stringify(endpoint));
  });
});
