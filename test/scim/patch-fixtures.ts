/** Resource types and helpers for PATCH tests. */

import { SchemaRegistry } from '../../src/scim/schema/resource-type.js';

export const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

export const userType = typeNamed('User');
export const groupType = typeNamed('Group');

function typeNamed(name: string) {
  const type = SchemaRegistry.rfc.find(name);
  if (type === undefined) throw new Error(`RFC 7643 has a resource type ${name}`);
  return type;
}

/** VALUE, made so that any attempt to change it throws. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
