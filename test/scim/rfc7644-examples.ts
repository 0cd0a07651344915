/**
 * The examples of RFC 7644, with ids where the text has "...". Corrected as its errata say: the JSON of §3.5.2.1 and
 * §3.5.2.3 lacks a brace, that of §3.7.3 and §3.12 a comma (7898, 7916), the PATCH in §3.7.3 is no PatchOp (5050), and the
 * status of `sensitive` is a string (6893).
 */

import type { JsonObject, JsonValue } from '../../src/scim/json.js';

export const babs = '2819c223-7f76-453a-919d-413861904646';
export const james = '08e1d05d-121c-4561-8b96-473d93df9210';
const reference = (id: string) => `https://example.com/v2/Users/${id}`;
export const babsMember = { display: 'Babs Jensen', $ref: reference(babs), value: babs };
export const jamesMember = { display: 'James Smith', $ref: reference(james), value: james };

const patch = (...operations: JsonObject[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: operations,
});
const home = { value: 'babs@jensen.org', type: 'home' };
const work = { value: 'bjensen@example.com', type: 'work', primary: true };
const address = {
  type: 'work',
  streetAddress: '911 Universal City Plaza',
  locality: 'Hollywood',
  region: 'CA',
  postalCode: '91608',
  country: 'US',
  formatted: '911 Universal City Plaza\nHollywood, CA 91608 US',
  primary: true,
};

/** §3.5.2: the message, and what of the resource differs afterwards; null for what is gone. */
export const groupPatches: readonly [title: string, message: JsonObject, after: JsonObject][] = [
  [
    '§3.5.2.1 add a member',
    patch({ op: 'add', path: 'members', value: [jamesMember] }),
    { members: [babsMember, jamesMember] },
  ],
  ['§3.5.2.1 add one who is a member', patch({ op: 'add', path: 'members', value: [babsMember] }), {}],
  ['§3.5.2.2 remove a member', patch({ op: 'remove', path: `members[value eq "${babs}"]` }), { members: null }],
  ['§3.5.2.2 remove all members', patch({ op: 'remove', path: 'members' }), { members: null }],
  [
    '§3.5.2.2 remove and add a member',
    patch({ op: 'remove', path: `members[value eq"${babs}"]` }, { op: 'add', path: 'members', value: [jamesMember] }),
    { members: [jamesMember] },
  ],
  [
    '§3.5.2.2 remove all and add others',
    patch({ op: 'remove', path: 'members' }, { op: 'add', path: 'members', value: [babsMember, jamesMember] }),
    { members: [babsMember, jamesMember] },
  ],
  [
    '§3.5.2.3 replace all members',
    patch({ op: 'replace', path: 'members', value: [babsMember, jamesMember] }),
    { members: [babsMember, jamesMember] },
  ],
];

export const userPatches: readonly [title: string, message: JsonObject, after: JsonObject][] = [
  [
    '§3.5.2.1 add attributes without path',
    patch({ op: 'add', value: { emails: [home], nickname: 'Babs' } }),
    { emails: [work, home], nickName: 'Babs' },
  ],
  [
    '§3.5.2.2 remove a value of a complex attribute',
    patch({ op: 'remove', path: 'emails[type eq "work" and value ew "example.com"]' }),
    { emails: null },
  ],
  [
    '§3.5.2.3 replace the work address',
    patch({ op: 'replace', path: 'addresses[type eq "work"]', value: address }),
    { addresses: [address, { type: 'home', locality: 'Oslo', primary: false }] },
  ],
  [
    '§3.5.2.3 replace the street of the work address',
    patch({ op: 'replace', path: 'addresses[type eq "work"].streetAddress', value: '1010 Broadway Ave' }),
    {
      addresses: [
        { type: 'work', streetAddress: '1010 Broadway Ave' },
        { type: 'home', locality: 'Oslo', primary: true },
      ],
    },
  ],
  [
    '§3.5.2.3 replace attributes without path',
    patch({ op: 'replace', value: { emails: [work, home], nickname: 'Babs' } }),
    { emails: [work, home], nickName: 'Babs' },
  ],
];

export const group: JsonObject = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
  id: 'acbf3ae7-8463-4692-b4fd-9b4da3f908ce',
  displayName: 'Group A',
  members: [babsMember],
};

export const user: JsonObject = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  id: babs,
  userName: 'bjensen',
  emails: [work],
  addresses: [
    { type: 'work', streetAddress: 'x' },
    { type: 'home', locality: 'Oslo', primary: true },
  ],
};

/** §3.5.2, Figure 8; `displayName` of a member is `display` in RFC 7643. */
export const paths = [
  'members',
  'name.familyName',
  'addresses[type eq "work"]',
  `members[value eq "${babs}"]`,
  `members[value eq "${babs}"].displayName`,
];

/** §3.4.2.2, Figure 2, and whether `filtered` matches. */
export const filters: readonly [filter: string, matches: boolean][] = [
  ['userName eq "bjensen"', true],
  ['name.familyName co "O\'Malley"', true],
  ['userName sw "J"', false],
  ['urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J"', false],
  ['title pr', true],
  ['meta.lastModified gt "2011-05-13T04:42:34Z"', false],
  ['meta.lastModified ge "2011-05-13T04:42:34Z"', true],
  ['meta.lastModified lt "2011-05-13T04:42:34Z"', false],
  ['meta.lastModified le "2011-05-13T04:42:34Z"', true],
  ['title pr and userType eq "Employee"', true],
  ['title pr or userType eq "Intern"', true],
  ['schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"', false],
  ['userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")', true],
  ['userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")', false],
  ['userType eq "Employee" and (emails.type eq "work")', true],
  ['userType eq "Employee" and emails[type eq "work" and value co "@example.com"]', true],
  ['emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]', true],
];

export const filtered: JsonObject = {
  ...user,
  name: { familyName: "O'Malley" },
  title: 'Guide',
  userType: 'Employee',
  meta: { lastModified: '2011-05-13T06:42:34+02:00' },
};

const bulk = (...operations: JsonObject[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
  Operations: operations,
});
const groupOf = (bulkId: string, displayName: string, type: string, value: string) => ({
  method: 'POST',
  path: '/Groups',
  bulkId,
  data: { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName, members: [{ type, value }] },
});
const alice = {
  method: 'POST',
  path: '/Users',
  bulkId: 'qwerty',
  data: { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'Alice' },
};
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** §3.7.1: two groups that are members of each other. */
export const circularBulk = bulk(
  groupOf('qwerty', 'Group A', 'Group', 'bulkId:ytrewq'),
  groupOf('ytrewq', 'Group B', 'Group', 'bulkId:qwerty'),
);
/** §3.7.2: a user and her group. */
export const referringBulk = bulk(alice, groupOf('ytrewq', 'Tour Guides', 'User', 'bulkId:qwerty'));
/** §3.7.2: a reference in an extension. */
export const managerBulk = bulk(alice, {
  method: 'POST',
  path: '/Users',
  bulkId: 'ytrewq',
  data: {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
    userName: 'Bob',
    [enterprise]: { employeeNumber: '11250', manager: { value: 'bulkId:qwerty' } },
  },
});
/** §3.7.2: its response, with the status as an object. */
export const referringAnswer: JsonObject = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'],
  Operations: [
    {
      location: 'https://example.com/v2/Users/92b725cd-9465-4e7d-8c16-01f8e146b87a',
      method: 'POST',
      bulkId: 'qwerty',
      version: 'W/"4weymrEsh5O6cAEK"',
      status: { code: '201' },
    },
    {
      location: 'https://example.com/v2/Groups/e9e30dba-f08f-4109-8486-d5c6a331660a',
      method: 'POST',
      bulkId: 'ytrewq',
      version: 'W/"lha5bbazU3fNvfe5"',
      status: { code: '201' },
    },
  ],
};

const bob = '/Users/b7c14771-226c-4d05-8860-134711653041';
const dave = '/Users/5d8d29d3-342c-4b5f-8683-a3cb6763ffcc';
const gone = '/Users/e9025315-6bea-44e1-899c-1e07454e468b';

/** §3.7.3: one of each method. */
export const mixedBulk: JsonObject = {
  ...bulk(
    alice,
    { method: 'PUT', path: bob, version: 'W/"3694e05e9dff591"', data: { userName: 'Bob' } },
    {
      method: 'PATCH',
      path: dave,
      version: 'W/"edac3253e2c0ef2"',
      data: patch({ op: 'remove', path: 'nickName' }, { op: 'add', path: 'userName', value: 'Dave' }),
    },
    { method: 'DELETE', path: gone, version: 'W/"0ee8add0a938e1a"' },
  ),
  failOnErrors: 1,
};

const error = (status: string, detail: string, scimType?: string): JsonObject => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
  ...(scimType === undefined ? {} : { scimType }),
  detail,
  status,
});
const unparsable = error('400', 'Request is unparsable, syntactically incorrect, or violates schema.', 'invalidSyntax');
const changed = error('412', 'Failed to update.  Resource changed on the server.');
const at = (path: string) => `https://example.com/v2${path}`;
const aliceFailed = { method: 'POST', bulkId: 'qwerty', status: '400', response: unparsable };

/** §3.7.3: the answers to it, and the outcomes that they mean. */
export const mixedAnswers: readonly [title: string, answers: JsonValue[], outcomes: string[]][] = [
  [
    'all done',
    [
      {
        location: at('/Users/92b725cd'),
        method: 'POST',
        bulkId: 'qwerty',
        version: 'W/"oY4m4wn58tkVjJxK"',
        status: '201',
      },
      { location: at(bob), method: 'PUT', version: 'W/"huJj29dMNgu3WXPD"', status: '200' },
      { location: at(dave), method: 'PATCH', version: 'W/"huJj29dMNgu3WXPD"', status: '200' },
      { location: at(gone), method: 'DELETE', status: '204' },
    ],
    ['success', 'success', 'success', 'success'],
  ],
  ['stopped at the first error', [aliceFailed], ['error', 'unknown', 'unknown', 'unknown']],
  [
    'all failed',
    [
      aliceFailed,
      { location: at(bob), method: 'PUT', status: '412', response: changed },
      { location: at(dave), method: 'PATCH', status: '412', response: changed },
      { location: at(gone), method: 'DELETE', status: '404', response: error('404', 'Resource does not exist.') },
    ],
    ['error', 'error', 'error', 'error'],
  ],
];

/** §3.12, §3.7.4 and §7.5.2, each with status, scimType and the beginning of its detail; then what servers send instead. */
export const errors: readonly [body: JsonObject, status: number, scimType: string | undefined, detail: string][] = [
  [error('404', `Resource ${babs} not found`), 404, undefined, 'Resource 2819c223'],
  [error('400', "Attribute 'id' is readOnly", 'mutability'), 400, 'mutability', "Attribute 'id'"],
  [unparsable, 400, 'invalidSyntax', 'Request is unparsable'],
  [error('413', 'The size of the bulk operation exceeds the maxPayloadSize (1048576).'), 413, undefined, 'The size'],
  [
    error('403', "Query filter involving 'name' is restricted or confidential", 'sensitive'),
    403,
    'sensitive',
    'Query filter',
  ],
  [{ Status: 409, ScimType: 'uniqueness', detail: 'taken' }, 409, 'uniqueness', 'taken'],
  [{ Errors: [{ description: 'Resource 2819c223 not found', code: '404' }] }, 404, undefined, 'Resource 2819c223'],
  [{ errors: [{ description: 'gone', code: 410 }, { description: 'second' }] }, 410, undefined, 'gone'],
];
