/** Users and groups as services have them, for property tests, and when two of them are the same state. */

import fc from 'fast-check';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/scim/json.js';
import { canonical, identityOf } from '../../src/scim/patch/identity.js';
import { isUnassigned } from '../../src/scim/patch/value.js';
import { getAttribute, holdsReferences, type ResourceType, subAttribute } from '../../src/scim/schema/resource-type.js';
import type { AttributeDefinition } from '../../src/scim/schema/types.js';
import { enterprise, groupType, userType } from './patch-fixtures.js';

/** Names in several scripts, with what breaks quoting, and few enough that two resources share some. */
const text = fc.constantFrom(
  'Barbara',
  'BARBARA',
  'Jürgen',
  'Ольга',
  '小林',
  'محمد',
  'O\'Malley "Bab" \\',
  '👩‍💻',
  'a]b.c and (d)',
);
const kind = fc.constantFrom('work', 'Work', 'home', 'other');
const mail = fc.constantFrom('a@x.example', 'A@x.example', 'ольга@пример.рф', 'b"@x.example', 'c@x.example');
const optional = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(model, { requiredKeys: [] });
const unassigned = fc.constantFrom<JsonValue[]>(null, []);

/** A list in any order, with repeated values, at most one of them primary. */
function list(element: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonValue> {
  const elements = fc
    .tuple(fc.array(element, { maxLength: 5 }), fc.nat({ max: 6 }), fc.boolean())
    .map(([all, chosen, repeats]) => {
      const marked = all.map((one, index) => ({ ...one, ...(index === chosen ? { primary: true } : {}) }));
      return repeats && marked[0] !== undefined ? [...marked, { ...marked[0], primary: false }] : marked;
    });
  return fc.oneof({ weight: 8, arbitrary: elements }, { weight: 1, arbitrary: unassigned });
}

const named = (value: fc.Arbitrary<string>) =>
  fc.record({ value, type: kind, display: text, primary: fc.constant(false) }, { requiredKeys: ['value'] });
const address = optional({ type: kind, locality: text, streetAddress: text, country: fc.constantFrom('US', 'DE') });

export const anyUser: fc.Arbitrary<JsonObject> = fc
  .record(
    {
      userName: mail,
      externalId: fc.constantFrom('e1', 'E1', '701984'),
      name: fc.oneof(optional({ givenName: text, familyName: text, formatted: text }), fc.constant(null)),
      displayName: fc.oneof(text, fc.constant(null)),
      title: text,
      active: fc.boolean(),
      emails: list(named(mail)),
      phoneNumbers: list(named(fc.constantFrom('tel:+1-201-555-0123', 'tel:+49-30-1'))),
      addresses: list(address),
      roles: list(named(text)),
      x509Certificates: list(fc.constantFrom<JsonObject[]>({ value: 'MIIDQzCC' }, { value: 'MIIDqzCC' })),
      [enterprise]: optional({
        employeeNumber: fc.constantFrom('1', '2'),
        department: text,
        manager: optional({ value: fc.constantFrom('26118915', 'X'), $ref: fc.constant('../Users/X') }),
      }),
    },
    { requiredKeys: ['userName'] },
  )
  .map((user) => ({ schemas: [userType.core.id], id: '2819c223', meta: { resourceType: 'User' }, ...user }));

const member = fc.nat({ max: 12 }).chain((n) =>
  fc.record(
    {
      value: fc.constant(n === 12 ? 'U"1\\' : `u${n}`),
      type: fc.constant(n % 3 === 0 ? 'Group' : 'User'),
      $ref: fc.constant(`https://example.com/v2/Users/u${n}`),
      display: text,
    },
    { requiredKeys: ['value'] },
  ),
);

export const anyGroup: fc.Arbitrary<JsonObject> = fc
  .record(
    { displayName: text, members: fc.oneof(fc.array(member, { maxLength: 12 }), fc.constant<JsonValue>(null)) },
    { requiredKeys: ['displayName'] },
  )
  .map((group) => ({ schemas: [groupType.core.id], id: 'e9e30dba', ...group }));

/** What RESOURCE says that a client can write: names as the schema has them, lists as sorted sets, nothing unassigned. */
export function stateOf(type: ResourceType, resource: JsonObject): JsonObject {
  const state = attributesOf(type.attributes, resource);
  for (const { schema } of type.extensions) {
    const holder = getAttribute(resource, schema.id);
    const inside = isJsonObject(holder) ? attributesOf(schema.attributes, holder) : {};
    if (Object.keys(inside).length > 0) state[schema.id] = inside;
  }
  return state;
}

function attributesOf(attributes: readonly AttributeDefinition[], holder: JsonObject): JsonObject {
  const state: JsonObject = {};
  for (const attribute of attributes) {
    const value = getAttribute(holder, attribute.name);
    if (attribute.mutability === 'readOnly' || attribute.name === 'schemas' || isUnassigned(value)) continue;
    const plain = attribute.multiValued
      ? asSet(attribute, Array.isArray(value) ? value : [value])
      : single(attribute, value);
    if (!isUnassigned(plain)) state[attribute.name] = plain;
  }
  return state;
}

function asSet(attribute: AttributeDefinition, list: readonly JsonValue[]): JsonValue {
  const byIdentity = new Map<string, JsonValue>();
  for (const element of list) {
    const key = identityOf(attribute, element);
    const plain = single(attribute, element);
    if (plain !== undefined && !byIdentity.has(key)) byIdentity.set(key, plain);
  }
  return [...byIdentity.values()].sort((a, b) => (canonical(a) < canonical(b) ? -1 : 1));
}

function single(attribute: AttributeDefinition, value: JsonValue): JsonValue | undefined {
  if (!isJsonObject(value)) return value;
  const isReference = attribute.multiValued && holdsReferences(attribute);
  const kept = Object.entries(value).filter(([name, member]) => {
    if (isUnassigned(member) || subAttribute(attribute, name)?.mutability === 'readOnly') return false;
    // Not primary and without `primary` are the same; of a reference the id says it all.
    return isReference ? name === 'value' : !(name === 'primary' && member === false);
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
