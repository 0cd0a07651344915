/** What to say of an attribute. */
import type { ResolvedAttribute, ResourceType } from '../../scim/schema/resource-type.js';
import type { AttributeDefinition } from '../../scim/schema/types.js';

/** ATTRIBUTE in a few words: its type and what is special about it. */
export function summaryOf(attribute: AttributeDefinition): string {
  const { type, multiValued, required, mutability, returned } = attribute;
  return [
    multiValued ? `${type}[]` : type,
    ...(required ? ['required'] : []),
    ...(mutability === 'readWrite' ? [] : [mutability]),
    ...(returned === 'default' ? [] : [`returned: ${returned}`]),
  ].join(', ');
}

/** What is known of RESOLVED, an attribute of TYPE, as Markdown. */
export function aboutAttribute(
  type: ResourceType,
  { canonicalPath, attribute, sub, extension }: ResolvedAttribute,
): string {
  const about = sub ?? attribute;
  if (about === undefined) {
    const schema = type.extension(extension ?? canonicalPath)?.schema;
    return `**${canonicalPath}** extension of ${type.name}\n\n${schema?.description ?? ''}`.trim();
  }
  const values = about.canonicalValues.length === 0 ? '' : `\n\nValues: ${about.canonicalValues.join(', ')}`;
  return `**${canonicalPath}** ${summaryOf(about)}\n\n${about.description}${values}`.trim();
}

/** Every attribute of TYPE by its path, with sub-attributes and those of extensions. */
export function* pathsOf(type: ResourceType): Generator<{ path: string; attribute: AttributeDefinition }> {
  for (const attribute of type.attributes) yield* withSubs(attribute.name, attribute);
  for (const { schema } of type.extensions) {
    for (const attribute of schema.attributes) yield* withSubs(`${schema.id}:${attribute.name}`, attribute);
  }
}

function* withSubs(
  path: string,
  attribute: AttributeDefinition,
): Generator<{ path: string; attribute: AttributeDefinition }> {
  yield { path, attribute };
  for (const sub of attribute.subAttributes) yield { path: `${path}.${sub.name}`, attribute: sub };
}
