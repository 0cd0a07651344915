import { type ResourceType, SchemaRegistry } from '../../../src/scim/schema/resource-type.js';

const find = (name: string): ResourceType => {
  const type = SchemaRegistry.rfc.find(name);
  if (type === undefined) throw new Error(`RFC 7643 has no resource type ${name}`);
  return type;
};

export const userType = find('User');
export const groupType = find('Group');
