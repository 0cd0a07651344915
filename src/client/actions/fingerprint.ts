/**
 * What a resource says, apart from what other changes bring about: to delete a manager changes the version of everybody
 * who reported to her, and that is no conflict with somebody else.
 */

import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject, type JsonValue, setMember } from '../../scim/json.js';
import { canonical } from '../../scim/patch/identity.js';
import { attributeOf, getAttribute, holdsReferences, type ResourceType } from '../../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../../scim/schema/types.js';

/**
 * A text that is the same for two states of a resource of TYPE that differ at most in read-only attributes and in
 * references to other resources; undefined for resources that consist of references, as groups do.
 */
export function fingerprintOf(type: ResourceType, resource: JsonObject): string | undefined {
  if (type.attribute('members') !== undefined) return undefined;
  const own = kept(resource, (name) => type.attribute(name));
  for (const { schema } of type.extensions) {
    const container = getAttribute(resource, schema.id);
    if (isJsonObject(container))
      setMember(
        own,
        schema.id,
        kept(container, (name) => attributeOf(schema, name)),
      );
  }
  return createHash('sha256').update(canonical(own)).digest('base64');
}

function kept(object: JsonObject, find: (name: string) => AttributeDefinition | undefined): JsonObject {
  const left: JsonObject = {};
  for (const [name, value] of Object.entries(object)) {
    const attribute = find(name);
    const follows = attribute !== undefined && (attribute.mutability === 'readOnly' || holdsReferences(attribute));
    if (!follows && !isExtension(name, value)) setMember(left, name, value);
  }
  return left;
}

/** Containers of extensions are looked into by themselves; the list of schemas follows from them. */
function isExtension(name: string, value: JsonValue): boolean {
  return (isJsonObject(value) && name.toLowerCase().startsWith('urn:')) || name.toLowerCase() === 'schemas';
}
