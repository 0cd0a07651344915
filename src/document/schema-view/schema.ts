/** Schemas and resource types as texts (RFC 7643 §6, §7). */

import type { Deviation } from '../../client/deviations.js';
import type { ResourceType, SchemaRegistry } from '../../scim/schema/resource-type.js';
import type { AttributeDefinition, SchemaDefinition } from '../../scim/schema/types.js';
import { scimUri } from '../scim-uri.js';
import { type StyledText, StyledTextBuilder, wrapped } from './styled.js';

/** What a view of a schema is made of. */
export interface SchemaContext {
  readonly tenant: string;
  readonly registry: SchemaRegistry;
  /** Where answers were seen to deviate. */
  readonly deviations: readonly Deviation[];
}

const width = 88;
const columns = { name: 28, type: 12, mutability: 11, required: 9, returned: 9 };

/** NAME, a resource type, its endpoint or the URN of a schema, as a text; undefined when there is neither. */
export function describeSchema(name: string, context: SchemaContext): { title: string; view: StyledText } | undefined {
  const { registry } = context;
  const type = name.includes(':') ? undefined : registry.find(name);
  if (type !== undefined) return { title: type.name, view: describeType(type, context) };
  const schema = registry.schema(name);
  if (schema === undefined) return undefined;
  const text = new StyledTextBuilder();
  addSchema(text, schema, context, '', typesWith(schema, registry));
  return { title: schema.name === '' ? schema.id : schema.name, view: text.styled };
}

function describeType(type: ResourceType, context: SchemaContext): StyledText {
  const text = new StyledTextBuilder();
  text.heading(`${type.name}  ${type.endpoint}`);
  addParagraph(text, type.definition.description, '');
  text.line();
  addSchema(text, type.core, context, '', [type]);
  for (const { schema, required } of type.extensions) {
    text.line().line(required ? 'Required extension' : 'Extension', { style: 'dimmed' });
    addSchema(text, schema, context, `${schema.id}:`, [type]);
  }
  addUnplaced(text, type, context);
  return text.styled;
}

/** SCHEMA, whose attributes' paths begin with PREFIX; TYPES are those it is part of. */
function addSchema(
  text: StyledTextBuilder,
  schema: SchemaDefinition,
  context: SchemaContext,
  prefix: string,
  types: readonly ResourceType[],
): void {
  const uri = scimUri({ tenant: context.tenant, kind: 'schema', urn: schema.id });
  text.anchor(schema.id).add(schema.name === '' ? schema.id : schema.name, { style: 'heading' });
  text.add('  ').line(schema.id, { uri });
  addParagraph(text, schema.description, '');
  if (schema.attributes.length === 0) {
    text.line('No attributes are declared, so that every attribute is accepted.', { style: 'warning' });
    return;
  }
  const { name, type, mutability, required, returned } = columns;
  const head =
    'Attribute'.padEnd(name) +
    'Type'.padEnd(type) +
    'Mutability'.padEnd(mutability) +
    'Required'.padEnd(required) +
    'Returned'.padEnd(returned);
  text.line().line(`${head}Unique`, { style: 'dimmed' });
  for (const attribute of schema.attributes) addAttribute(text, attribute, prefix, 0, context, types);
}

function addAttribute(
  text: StyledTextBuilder,
  attribute: AttributeDefinition,
  prefix: string,
  depth: number,
  context: SchemaContext,
  types: readonly ResourceType[],
): void {
  const path = `${prefix}${attribute.name}`;
  const type = `${attribute.type}${attribute.multiValued ? '[]' : ''}`;
  const cell = (value: string, size: number) => (value.length < size ? value.padEnd(size) : `${value} `);
  const indent = '  '.repeat(depth);
  text.anchor(path).add(indent).add(attribute.name, { style: 'key' });
  text.add(' '.repeat(Math.max(1, columns.name - indent.length - attribute.name.length)));
  text.add(cell(type, columns.type) + cell(attribute.mutability, columns.mutability));
  text.add(cell(attribute.required ? 'yes' : '', columns.required) + cell(attribute.returned, columns.returned));
  text.line(attribute.uniqueness === 'none' ? '' : attribute.uniqueness);
  const margin = `${indent}    `;
  addParagraph(text, attribute.description, margin);
  addNotes(text, attribute, margin, context);
  for (const deviation of deviationsAt(path, context, types)) addDeviation(text, deviation, margin);
  for (const sub of attribute.subAttributes) addAttribute(text, sub, `${path}.`, depth + 1, context, types);
}

/** What few attributes have. */
function addNotes(
  text: StyledTextBuilder,
  { canonicalValues, referenceTypes, caseExact, type }: AttributeDefinition,
  margin: string,
  { registry, tenant }: SchemaContext,
): void {
  if (canonicalValues.length > 0) text.line(`${margin}one of: ${canonicalValues.join(', ')}`, { style: 'dimmed' });
  if (caseExact && type === 'string') text.line(`${margin}upper and lower case differ`, { style: 'dimmed' });
  if (referenceTypes.length === 0) return;
  text.add(`${margin}refers to: `, { style: 'dimmed' });
  for (const [index, name] of referenceTypes.entries()) {
    const isType = registry.find(name) !== undefined;
    text.add(index === 0 ? '' : ', ');
    text.add(name, isType ? { uri: scimUri({ tenant, kind: 'type', type: name }) } : { style: 'dimmed' });
  }
  text.line();
}

function addDeviation(text: StyledTextBuilder, { message, rule, count, example }: Deviation, margin: string): void {
  const times = count === 1 ? 'once' : `${count} times`;
  text.line(`${margin}⚠ seen ${times}: ${message} (${rule}), first in ${example}`, { style: 'warning' });
}

function deviationsAt(path: string, { deviations }: SchemaContext, types: readonly ResourceType[]): Deviation[] {
  const names = new Set(types.map(({ name }) => name));
  const wanted = path.toLowerCase();
  return deviations.filter((deviation) => names.has(deviation.type) && deviation.path.toLowerCase() === wanted);
}

/** Deviations of what TYPE does not declare, or of the whole resource. */
function addUnplaced(text: StyledTextBuilder, type: ResourceType, { deviations }: SchemaContext): void {
  const unplaced = deviations.filter((one) => one.type === type.name && type.lookup(one.path)?.attribute === undefined);
  if (unplaced.length === 0) return;
  text.line().heading('Seen, but not declared');
  for (const deviation of unplaced) {
    text.line(deviation.path === '' ? '(the resource)' : deviation.path, { style: 'key' });
    addDeviation(text, deviation, '    ');
  }
}

function addParagraph(text: StyledTextBuilder, paragraph: string, margin: string): void {
  for (const line of wrapped(paragraph, width - margin.length)) text.line(`${margin}${line}`, { style: 'dimmed' });
}

/** The types of REGISTRY that SCHEMA is part of. */
function typesWith(schema: SchemaDefinition, registry: SchemaRegistry): ResourceType[] {
  const urn = schema.id.toLowerCase();
  return registry.resourceTypes.filter((type) => type.core.id.toLowerCase() === urn || type.extension(urn));
}
