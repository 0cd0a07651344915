import { describe, expect, it } from 'vitest';
import { urn } from '../../src/scim/urn.js';
import { standard } from '../../src/vendors/index.js';
import { chosen, context, group, labels, offers, patch, user } from './payload-support.js';

describe('names of members', () => {
  it('are those that are missing and may be set, what is required first', async () => {
    const found = await labels('{ | "title": "x" }', user);
    expect(found.slice(0, 2)).toEqual(['schemas', 'userName']);
    expect(found).toContain(urn.enterpriseUser);
    expect(found).not.toContain('title');
    expect(found).not.toContain('id');
    expect(found).not.toContain('groups');
  });

  it('come with the brackets of their value and the commas that are missing', async () => {
    expect(await chosen('{ | "title": "x" }', 'emails', user)).toBe('{ "emails": [{ "value": "|" }], "title": "x" }');
    expect(await chosen('{ "title": "😀"\n  em|\n}', 'emails', user)).toBe(
      '{ "title": "😀",\n  "emails": [{ "value": "|" }]\n}',
    );
    expect(await chosen('{"title":"x"|}', 'active', user)).toBe('{"title":"x", "active": true|}');
    expect(await chosen('{ "ac|"', 'active', user)).toBe('{ "active": true|');
    expect(await chosen('{ "ac|', 'active', user)).toBe('{ "active": true|');
    expect(await chosen('{ "ac|": false }', 'active', user)).toBe('{ "active|": false }');
    expect(await chosen('{ | }', 'name', user)).toBe('{ "name": {|} }');
    expect(await chosen('{ | }', 'schemas', user)).toBe(`{ "schemas": ["${urn.user}"]| }`);
  });

  it('of an extension come with its URN in schemas', async () => {
    expect(await chosen(`{ "schemas": ["${urn.user}"], | }`, urn.enterpriseUser, user)).toBe(
      `{ "schemas": ["${urn.user}", "${urn.enterpriseUser}"], "${urn.enterpriseUser}": {|} }`,
    );
    expect(await labels(`{ "${urn.enterpriseUser}": { "cost|" } }`, user)).toEqual(['costCenter']);
  });

  it('are known inside of what is half-written', async () => {
    expect(await labels('{ "name": { "givenName": "x", "fa|', user)).toEqual(['familyName']);
    expect(await labels('{ "emails": [{ "value": "x" }, { "p|', user)).toEqual(['primary', 'display', 'type']);
  });

  it('of messages and of what they carry', async () => {
    expect(await labels('{ "Operations": [{ | }] }', patch)).toEqual(['op', 'path', 'value']);
    expect(await labels('{ "Operations": [{ "op": "add", "path": "name", "value": { "fam|" } }] }', patch)).toEqual([
      'familyName',
    ]);
    expect(await labels('{ "Operations": [{ "op": "add", "value": { "nick|" } }] }', patch)).toEqual(['nickName']);
    const bulk = context('bulk');
    expect(
      await labels('{ "Operations": [{ "method": "POST", "path": "/Groups", "data": { "mem|" } }] }', bulk),
    ).toEqual(['members']);
    expect(
      await labels('{ "Operations": [{ "method": "PATCH", "path": "/Users/1", "data": { "Op|" } }] }', bulk),
    ).toEqual(['Operations']);
    expect(
      await chosen(
        '|',
        '{ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [{ "op": "", "path": "" }] }',
        patch,
      ),
    ).toContain('"op": "|"');
  });
});

describe('values', () => {
  it('are those that the schema lists', async () => {
    expect(await labels('{ "emails": [{ "type": "|" }] }', user)).toEqual(['work', 'home', 'other']);
    expect(await labels('{ "emails": [{ "type": "wo|', user)).toEqual(['work']);
    expect(await chosen('{ "emails": [{ "type": wo| }] }', 'work', user)).toBe('{ "emails": [{ "type": "work"| }] }');
    expect(await labels('{ "active": | }', user)).toEqual(['true', 'false']);
    expect(await labels(`{ "schemas": ["${urn.user}", "|"] }`, user)).toEqual([urn.enterpriseUser]);
    expect(await labels('{ "active": | true }', user)).toEqual([]);
  });

  it('of PATCH: operations, paths with selections, what the path allows', async () => {
    const at = (text: string) => `{ "Operations": [{ ${text} }] }`;
    expect(await labels(at('"op": "re|"'), patch)).toEqual(['replace', 'remove']);
    expect(await labels(at('"op": "add", "path": "name.g|"'), patch)).toEqual(['name.givenName']);
    expect(await labels(at('"path": "emails[type eq \\"wo|"'), patch)).toContain('emails[type eq "work"].value');
    expect(await chosen(at('"path": "emails[type eq \\"wo|"'), 'emails[type eq "work"].value', patch)).toBe(
      at('"path": "emails[type eq \\"work\\"].value|"'),
    );
    expect(await labels(at('"path": "emails[value co \\"x\\"].pri|"'), patch)).toEqual([
      'emails[value co "x"].primary',
    ]);
    expect(await labels(at('"path": "active", "value": |'), patch)).toEqual(['true', 'false']);
    expect(await labels(at('"path": "id|"'), patch)).not.toContain('id');
  });

  it('of a search: attributes and filters', async () => {
    const search = context('search', 'User', { filters: { profile: standard } });
    expect(await labels('{ "sortBy": "name.f|" }', search)).toEqual(['name.formatted', 'name.familyName']);
    expect(await chosen('{ "filter": "emails.value eq \\"é\\" and userN|" }', 'userName', search)).toMatch(
      /^\{ "filter": "emails.value eq \\"é\\" and userName ?\|" \}$/,
    );
  });

  it('of a bulk request: methods and endpoints', async () => {
    expect(await labels('{ "Operations": [{ "method": "P|" }] }', context('bulk'))).toEqual(['POST', 'PUT', 'PATCH']);
    expect(await labels('{ "Operations": [{ "path": "/|" }] }', context('bulk'))).toEqual(['/Users', '/Groups']);
  });
});

describe('references by name', () => {
  it('become the id with what belongs to it', async () => {
    expect(await chosen('{ "members": [{ "value": "bar|" }] }', 'Barbara Jensen', group)).toBe(
      '{ "members": [{ "value": "2819c223", "display": "Barbara Jensen", "type": "User", "$ref": "../Users/2819c223"| }] }',
    );
    expect(
      await chosen('{ "members": [\n  {\n    "type": "User",\n    "value": "bar|"\n  }] }', 'Barbara Jensen', {
        ...group,
        baseUrl: 'https://x/v2/',
      }),
    ).toBe(
      '{ "members": [\n  {\n    "type": "User",\n    "value": "2819c223",\n    "display": "Barbara Jensen",\n    "$ref": "https://x/v2/Users/2819c223"|\n  }] }',
    );
  });

  it('are searched for among the types that may stand there', async () => {
    const [found] = await offers(`{ "${urn.enterpriseUser}": { "manager": { "value": "BAR|`, user);
    expect(found).toMatchObject({ label: 'Barbara Jensen', detail: 'User, bjensen', filter: 'BAR', isSearched: true });
    expect(await labels('{ "members": [{ "type": "Group", "value": "bar|" }] }', group)).toEqual([]);
    expect(await labels('{ "displayName": "bar|" }', group)).toEqual([]);
  });

  it('stand in the paths of PATCH and bulk requests too', async () => {
    const at = (text: string) => `{ "Operations": [{ "op": "remove", "path": "${text}" }] }`;
    const about = context('patch', 'Group');
    expect(await chosen(at('members[value eq \\"bar|'), 'Barbara Jensen', about)).toBe(
      at('members[value eq \\"2819c223\\"]|'),
    );
    expect(await chosen('{ "Operations": [{ "path": "/Users/bar|" }] }', 'Barbara Jensen', context('bulk'))).toBe(
      '{ "Operations": [{ "path": "/Users/2819c223|" }] }',
    );
  });
});
