import { describe, expect, it } from 'vitest';
import {
  definePayload,
  hoverPayload,
  payloadLinks,
  payloadSymbols,
  protectedRanges,
  resourceLinks,
} from '../../src/document/payload/index.js';
import { SchemaRegistry } from '../../src/scim/schema/resource-type.js';
import { urn } from '../../src/scim/urn.js';
import { context, group, marked, patch, problems, user } from './payload-support.js';

const schemas = `"schemas": ["${urn.user}"]`;

describe('what is wrong with a resource', () => {
  it('is said at its place, also behind an emoji', () => {
    expect(problems(`{ ${schemas}, "displayName": "😀 é", "usrName": 1, "userName": "b" }`, user)).toEqual([
      'error "usrName": User has no attribute `usrName`; did you mean `userName`? (RFC 7643 §7)',
    ]);
  });

  it.each([
    [
      '"active": "true"',
      'error "true": `active` must be true or false, not a string (remove the quotes) (RFC 7643 §2.3.2)',
    ],
    [
      '"emails": {}',
      'error "emails": `emails` must be an array: the attribute is multi-valued, not an object (RFC 7643 §2.4)',
    ],
    [
      '"emails": [{ "value": "a", "type": "x" }]',
      'warning "x": `emails[0].type` is not a canonical value, usual are work, home, other (RFC 7643 §2.2)',
    ],
    [
      '"emails": [{ "primary": true }, { "primary": true }]',
      'error true: Only one value may be primary (RFC 7643 §2.4)',
    ],
    [
      '"x509Certificates": [{ "value": "a b" }]',
      'error "a b": `x509Certificates[0].value` must be base64 (RFC 7643 §2.3.6)',
    ],
    [
      '"title": "a", "title": "b"',
      'error "title": `title` is given more than once; only the last counts (RFC 8259 §4)',
    ],
    ['"id": "1"', 'warning "id": `id` is read-only, the server ignores it (RFC 7644 §3.3)'],
    [
      `"${urn.enterpriseUser}": { "department": "x" }`,
      `error "schemas": \`schemas\` must contain ${urn.enterpriseUser}, because the resource has attributes of it (RFC 7643 §3)`,
    ],
  ])('%s', (member, problem) => {
    const found = problems(`{ ${schemas}, "userName": "b", ${member} }`, user);
    expect(found).toContain(problem);
  });

  it('is that something required is missing, at what lacks it', () => {
    expect(problems(`{ ${schemas} }`, user)).toEqual(['error {: `userName` is required (RFC 7643 §2.2)']);
  });

  it('is said of a half-written one as far as it goes: nothing is missing yet', () => {
    expect(problems(`{ "usrName": "b", "active": tru`, user)).toEqual([
      'error "usrName": User has no attribute `usrName`; did you mean `userName`? (RFC 7643 §7)',
      'error tru: Unknown word: names and strings are in double quotes, literals are true, false and null',
      'error u: Expected a value, but the text ends',
      'error u: Expected `}` to close the object, but the text ends',
    ]);
  });

  it('is measured by what the service has, when that is known', () => {
    const base = `{ ${schemas}, "id": "1", "userName": "b", "meta": { "location": "/Users/1", "version": "2" } }`;
    const about = { ...user, direction: 'replace' as const, base };
    expect(problems(base, about)).toEqual([]);
    expect(
      problems(
        base.replace('{ "location": "/Users/1", "version": "2" }', '{ "version": "2", "location": "/Users/1" }'),
        about,
      ),
    ).toEqual([]);
    expect(problems(base.replace('"id": "1"', '"id": "2"'), about)).toEqual([
      'warning "id": `id` is read-only: the server will ignore the change (RFC 7643 §7)',
    ]);
  });

  it('is that references contradict themselves or lead nowhere', () => {
    const members = (text: string) =>
      problems(`{ "schemas": ["${urn.group}"], "displayName": "g", "members": [${text}] }`, group);
    expect(
      members('{ "value": "1", "$ref": "https://x/v2/Users/1" }, { "value": "bulkId:a", "$ref": "../Users/bulkId:a" }'),
    ).toEqual([]);
    expect(members('{ "value": "1", "$ref": "../Users/2" }')).toEqual([
      'warning "../Users/2": `$ref` and `value` name different resources (RFC 7643 §2.4)',
    ]);
    expect(members('{ "value": "1", "$ref": "../Devices/1" }')).toEqual([
      'warning "../Devices/1": `$ref` leads to no User or Group of this service (RFC 7643 §2.4)',
    ]);
  });

  it('is not more than anybody reads', () => {
    const text = `{ ${schemas}, "userName": "b", "emails": [${Array(2000).fill('{ "value": 1 }').join(',')}] }`;
    const found = problems(text, user);
    expect(found).toHaveLength(501);
    expect(found.at(-1)).toBe('error 1: And 1500 more problems from here on');
  });
});

describe('what is wrong with a message', () => {
  const operation = (text: string) => `{ "schemas": ["${urn.patchOp}"], "Operations": [${text}] }`;

  it('of PATCH: operation, path, value', () => {
    expect(problems(operation('{ "op": "ad", "path": "x" }'), patch)).toEqual([
      'error "ad": `Operations[0].op` must be add, remove or replace, not `ad` (RFC 7644 §3.5.2)',
    ]);
    expect(problems(operation('{ "op": "add", "path": "name.familName", "value": "x" }'), patch)).toEqual([
      'error "name.familName": `name` has no sub-attribute `familName`; did you mean `name.familyName`? (RFC 7644 §3.5.2)',
    ]);
    expect(
      problems(operation('{ "op": "replace", "path": "emails[type eq \\"work\\"].primary", "value": "x" }'), patch),
    ).toEqual(['error "x": `Operations[0].value` must be true or false, not a string (RFC 7643 §2.3.2)']);
  });

  it('of a search: filter, attributes, order', () => {
    const text = `{ "schemas": ["${urn.searchRequest}"], "filter": "title eq \\"é\\" and userNam", "sortBy": "nme.familyName", "sortOrder": "up", "cout": 3 }`;
    expect(problems(text, context('search', 'User'))).toEqual([
      expect.stringMatching(/^error m: .*after "userNam"; the filter ends here \(RFC 7644 §3.4.2.2\)/),
      expect.stringMatching(/^error "nme.familyName": .*did you mean `name`/),
      'error "up": `sortOrder` must be one of ascending, descending (RFC 7644 §3.4.3)',
      'error "cout": SearchRequest has no attribute `cout`; did you mean `count`? (RFC 7644 §3.4.3)',
    ]);
  });

  it('of a bulk request: operations, what they carry, and to which others they refer', () => {
    const bulk = (text: string) =>
      problems(`{ "schemas": ["${urn.bulkRequest}"], "Operations": [${text}] }`, context('bulk'));
    const data = `{ "schemas": ["${urn.group}"], "displayName": "g", "members": [{ "value": "bulkId:ann" }] }`;
    const ann = `{ "method": "POST", "path": "/Users", "bulkId": "ann", "data": { ${schemas}, "userName": "ann" } }`;
    expect(bulk(`${ann}, { "method": "POST", "path": "/Groups", "bulkId": "g", "data": ${data} }`)).toEqual([]);
    expect(bulk(`{ "method": "POST", "path": "/Groups", "bulkId": "g", "data": ${data} }`)).toEqual([
      'error "bulkId:ann": No operation has the bulkId `ann` (RFC 7644 §3.7)',
    ]);
    expect(bulk(ann.replace('"bulkId": "ann", ', ''))).toEqual([
      'error {: `Operations[0].bulkId` is required for POST (RFC 7644 §3.7)',
    ]);
    expect(bulk(`${ann}, ${ann}`)).toEqual([
      'error "ann": `Operations[1].bulkId` is that of operation 1 already (RFC 7644 §3.7)',
    ]);
    expect(bulk(ann.replace('"userName"', '"usrName"'))).toContain(
      'error "usrName": User has no attribute `usrName`; did you mean `userName`? (RFC 7643 §7)',
    );
    expect(bulk('{ "method": "DELETE", "path": "/Usrs/1" }, { "method": "DELETE", "path": "/Users" }')).toEqual([
      'error "/Usrs/1": `Operations[0].path` must begin with the endpoint of a resource type; did you mean /Users? (RFC 7644 §3.7)',
      'error "/Users": `Operations[1].path` must be that of one resource for DELETE: /Users/{id} (RFC 7644 §3.7)',
    ]);
    expect(bulk('{ "method": "GET", "path": "/Users/1" }')[0]).toBe(
      'error "GET": `Operations[0].method` must be one of POST, PUT, PATCH, DELETE (RFC 7644 §3.7)',
    );
  });
});

describe('what is known of a place', () => {
  const hover = (text: string, about = user) => {
    const { text: plain, position } = marked(text);
    return hoverPayload(plain, position, about)?.text;
  };
  const define = (text: string, about = user) => {
    const { text: plain, position } = marked(text);
    return definePayload(plain, position, about).map(({ uri }) => decodeURIComponent(uri));
  };

  it('begins with what matters most', () => {
    expect(hover('{ "😀": 1, "user|Name": "b" }')?.split('\n')[0]).toMatch(
      /^\*\*userName\*\*: string, required, unique — .*identifier/,
    );
    expect(hover('{ "emails": [{ "ty|pe": "b" }] }')?.split('\n')[0]).toMatch(
      /^\*\*emails\.type\*\*: string, work \| home \| other — A label/,
    );
    expect(hover('{ "members": [{ "value": "28|19", "display": "Babs", "type": "User" }] }', group)).toMatch(
      /^→ User Babs \(2819\)\n\n\*\*members.value\*\*: string, immutable/,
    );
    expect(hover('{ "Operations": [{ "op": "add", "path": "name", "value": { "family|Name": 1 } }] }', patch)).toMatch(
      /^\*\*name.familyName\*\*/,
    );
    expect(hover('{ "nothing|": 1 }')).toBeUndefined();
  });

  it('leads to schemas and resources', () => {
    expect(define('{ "emails": [{ "ty|pe": "b" }] }')).toEqual([`scim:/acme/schema/${urn.user}/emails.type`]);
    expect(define(`{ "${urn.enterpriseUser}": { "manager": { "va|lue": "1" } } }`)).toEqual([
      `scim:/acme/schema/${urn.enterpriseUser}/manager.value`,
    ]);
    expect(define(`{ "${urn.enterpriseUser}": { "manager": { "value": "2|6" } } }`)).toEqual([
      'scim:/acme/resource/User/26',
    ]);
    expect(define('{ "members": [{ "value": "|1", "$ref": "https://x/v2/Groups/1" }] }', group)).toEqual([
      'scim:/acme/resource/Group/1',
    ]);
    expect(define('{ "members": [{ "value": "|1" }] }', group)).toEqual([
      'scim:/acme/resource/User/1',
      'scim:/acme/resource/Group/1',
    ]);
    expect(define(`{ "schemas": ["|${urn.user}"] }`)).toEqual([`scim:/acme/schema/${urn.user}`]);
    expect(define('{ "meta": { "resourceType": "|User", "location": "" } }')).toEqual(['scim:/acme/type/User']);
    expect(define('{ "meta": { "location": "|https://x/Users/a%20b" } }')).toEqual(['scim:/acme/resource/User/a b']);
    expect(define('{ | }')).toEqual([]);
  });
});

describe('links', () => {
  it('are ids and URIs of resources, without their quotes', () => {
    const text = '{ "displayName": "😀", "members": [{ "value": "1", "type": "Group" }] }';
    expect(payloadLinks(text, group)).toEqual([
      {
        range: { start: { line: 0, character: 46 }, end: { line: 0, character: 47 } },
        target: 'scim:/acme/resource/Group/1',
        tooltip: 'Group 1',
      },
    ]);
  });

  it('are found in any answer', () => {
    const list = `{ "Resources": [{ ${schemas}, "id": "7", "userName": "b", "groups": [{ "value": "9", "display": "G" }] }, { "id": "8" }] }`;
    const found = resourceLinks(list, 'acme', SchemaRegistry.rfc).map(({ target, tooltip }) => [target, tooltip]);
    expect(found).toEqual([
      ['scim:/acme/resource/User/7', 'User b'],
      ['scim:/acme/resource/Group/9', 'Group G'],
    ]);
    const bulk = '{ "Operations": [{ "location": "https://x/v2/Users/92", "status": "201" }] }';
    expect(resourceLinks(bulk, 'acme', SchemaRegistry.rfc).map(({ target }) => target)).toEqual([
      'scim:/acme/resource/User/92',
    ]);
  });
});

it('members that only the server sets are protected, immutable ones when they have a value', () => {
  const text = `{ "id": "1", "userName": "b", "meta": {}, "${urn.enterpriseUser}": { "manager": { "displayName": "x" } } }`;
  const type = SchemaRegistry.rfc.find('User');
  expect(type && protectedRanges(text, type).map(({ name, reason }) => [name, reason])).toEqual([
    ['id', 'readOnly'],
    ['meta', 'readOnly'],
    [`${urn.enterpriseUser}:manager.displayName`, 'readOnly'],
  ]);
  const members = '{ "members": [{ "value": "1", "type": "" }] }';
  const groups = SchemaRegistry.rfc.find('Group');
  expect(groups && protectedRanges(members, groups)).toEqual([
    {
      range: { start: { line: 0, character: 16 }, end: { line: 0, character: 28 } },
      name: 'members.value',
      reason: 'immutable',
    },
  ]);
});

it('symbols are the members, nested', () => {
  const found = payloadSymbols('{ "id": "1", "emails": [{ "value": "a", "type": "work" }] }');
  expect(found).toMatchObject([
    { name: 'id', detail: '1' },
    { name: 'emails', children: [{ name: 'work', children: [{ name: 'value' }, { name: 'type' }] }] },
  ]);
});
