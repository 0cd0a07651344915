/** Commands about the service itself: `types`, `config`, `schema`. */

import { parseExactJson } from '../../document/exact-json.js';
import type { Span } from '../../document/repl/problem.js';
import { ReplProblem } from '../../document/repl/problem.js';
import { addTable, type Cell } from '../../document/repl/table-page.js';
import { scimUri } from '../../document/scim-uri.js';
import { isJsonObject, type JsonObject } from '../../scim/json.js';
import { getAttribute, type SchemaRegistry } from '../../scim/schema/resource-type.js';
import { closest } from '../../scim/schema/suggest.js';
import type { AttributeDefinition, SchemaDefinition } from '../../scim/schema/types.js';
import { demand, type Evaluation, valueFrom } from './evaluation.js';
import { addJson, addWarnings } from './render.js';

/** `types`. */
export async function types(evaluation: Evaluation): Promise<void> {
  const { target, signal, page, settings } = evaluation;
  demand(evaluation, [{ method: 'GET', path: '/ResourceTypes' }]);
  const { registry, warnings } = await target.discover({ signal });
  addTable(
    page,
    ['type', 'endpoint', 'extensions', 'description'],
    registry.resourceTypes.map(({ name, endpoint, extensions, definition }) => [
      { text: name, uri: scimUri({ tenant: settings.name, kind: 'type', type: name }) },
      { text: endpoint, input: endpoint.replace(/^\//, '') },
      { text: extensions.map(({ schema }) => schema.name).join(', ') },
      { text: definition.description, look: 'dimmed' },
    ]),
  );
  addWarnings(page, warnings);
}

const features = ['patch', 'bulk', 'filter', 'changePassword', 'sort', 'etag'] as const;

/** `config`. */
export async function config(evaluation: Evaluation): Promise<void> {
  const { target, signal, page } = evaluation;
  demand(evaluation, [{ method: 'GET', path: '/ServiceProviderConfig' }]);
  const { serviceProviderConfig: declared, supports, warnings } = await target.discover({ signal });
  addTable(
    page,
    ['feature', 'supported', ''],
    features.map((feature): Cell[] => {
      const support = supports(feature);
      const word = support === undefined ? 'does not say' : support ? 'yes' : 'no';
      return [
        { text: feature },
        { text: word, look: support === true ? 'success' : support === false ? 'failure' : 'warning' },
        { text: limitsOf(declared, feature), look: 'dimmed' },
      ];
    }),
  );
  addWarnings(page, warnings);
  if (declared === undefined) {
    page.line('The service has no ServiceProviderConfig that can be read; this is what is known of it', 'warning');
    return;
  }
  const text = JSON.stringify(declared);
  await addJson(evaluation, target.redactor.json(text));
  evaluation.result = valueFrom(evaluation, { json: parseExactJson(text) }, target.redactor);
}

function limitsOf(declared: JsonObject | undefined, feature: string): string {
  const said = declared === undefined ? undefined : getAttribute(declared, feature);
  if (!isJsonObject(said)) return '';
  const limits = Object.entries(said).filter(([name, value]) => name !== 'supported' && typeof value === 'number');
  return limits.map(([name, value]) => `${name} ${String(value)}`).join(', ');
}

/** `schema NAME`, where NAME is a type, a schema or a URN, and maybe an attribute of it. */
export async function schema(evaluation: Evaluation, { name, ...span }: Span & { name: string }): Promise<void> {
  const { target, signal, page, settings } = evaluation;
  demand(evaluation, [{ method: 'GET', path: '/Schemas' }]);
  const { registry, warnings } = await target.discover({ signal });
  const found = schemaNamed(registry, name);
  if (found === undefined) {
    const names = registry.resourceTypes.map((type) => type.name);
    const meant = closest(name.replace(/\..*$/s, ''), names);
    const hint = meant === undefined ? '' : `; is \`${meant}\` meant?`;
    throw new ReplProblem(`There is no schema \`${name}\`${hint}`, span, `There are ${names.join(', ')}, and URNs.`);
  }
  const { schema: one, path } = found;
  const uri = (attribute: string): string =>
    scimUri({ tenant: settings.name, kind: 'schema', urn: one.id, ...(attribute === '' ? {} : { path: attribute }) });
  const reached = path.length === 0 ? undefined : attributeAt(one, path, span, name);
  page.link(one.id, uri(path.join('.'))).line();
  if (reached === undefined) {
    if (one.description !== '') page.line(one.description, 'dimmed');
    addAttributes(evaluation, one.attributes, (each) => uri(each));
  } else {
    page.add(path.join('.'), 'heading').line(`  ${characteristics(reached)}`);
    if (reached.description !== '') page.line(reached.description, 'dimmed');
    if (reached.canonicalValues.length > 0) page.line(`values: ${reached.canonicalValues.join(', ')}`);
    if (reached.referenceTypes.length > 0) page.line(`refers to: ${reached.referenceTypes.join(', ')}`);
    if (reached.subAttributes.length > 0) {
      addAttributes(evaluation, reached.subAttributes, (each) => uri([...path, each].join('.')));
    }
  }
  for (const { schema: extension } of extensionsOf(registry, one)) {
    if (reached === undefined) page.add('extension ').input(extension.id, `schema ${extension.id}`).line();
  }
  addWarnings(page, warnings);
}

function extensionsOf(registry: SchemaRegistry, one: SchemaDefinition) {
  return registry.resourceTypes.find(({ core }) => core === one)?.extensions ?? [];
}

function schemaNamed(
  registry: SchemaRegistry,
  name: string,
): { schema: SchemaDefinition; path: readonly string[] } | undefined {
  const all = [...registry.resourceTypes.flatMap((type) => [type.core, ...type.extensions.map((each) => each.schema)])];
  const lower = name.toLowerCase();
  const byUrn = [...all, ...registry.schemas]
    .filter(({ id }) => lower === id.toLowerCase() || /^[:.]/.test(lower.slice(id.length)))
    .filter(({ id }) => lower.startsWith(id.toLowerCase()))
    .sort((a, b) => b.id.length - a.id.length)[0];
  if (byUrn !== undefined) return { schema: byUrn, path: pathIn(name.slice(byUrn.id.length + 1)) };
  const [head = '', ...path] = name.split('.');
  const type = head.includes('/') ? undefined : registry.find(head);
  const schema = type?.core ?? registry.schemas.find((each) => each.name.toLowerCase() === head.toLowerCase());
  return schema === undefined ? undefined : { schema, path };
}

function pathIn(rest: string): string[] {
  return rest === '' ? [] : rest.split('.');
}

function attributeAt(
  { attributes, name }: SchemaDefinition,
  path: readonly string[],
  span: Span,
  written: string,
): AttributeDefinition {
  let among = attributes;
  let owner = name;
  let found: AttributeDefinition | undefined;
  for (const part of path) {
    found = among.find((each) => each.name.toLowerCase() === part.toLowerCase());
    if (found === undefined) {
      const meant = closest(
        part,
        among.map((each) => each.name),
      );
      const at = span.start + Math.max(0, written.lastIndexOf(part));
      const hint = meant === undefined ? '' : `; is \`${meant}\` meant?`;
      throw new ReplProblem(`${owner} has no attribute \`${part}\`${hint}`, { start: at, end: at + part.length });
    }
    among = found.subAttributes;
    owner = found.name;
  }
  if (found === undefined) throw new ReplProblem('An attribute stands after the dot', span);
  return found;
}

function addAttributes(
  { page }: Evaluation,
  attributes: readonly AttributeDefinition[],
  uriOf: (name: string) => string,
): void {
  addTable(
    page,
    ['attribute', 'type', '', 'description'],
    attributes.map((attribute) => [
      { text: attribute.name, uri: uriOf(attribute.name) },
      { text: typeText(attribute) },
      { text: notable(attribute) },
      { text: attribute.description, look: 'dimmed' },
    ]),
  );
}

function typeText({ type, multiValued }: AttributeDefinition): string {
  return multiValued ? `${type}[]` : type;
}

function characteristics(attribute: AttributeDefinition): string {
  return [typeText(attribute), notable(attribute)].filter((part) => part !== '').join(', ');
}

/** What differs from the defaults of RFC 7643 §2.2. */
function notable({ required, mutability, returned, uniqueness, caseExact, type }: AttributeDefinition): string {
  return [
    required ? 'required' : '',
    mutability === 'readWrite' ? '' : mutability,
    returned === 'default' ? '' : `returned ${returned}`,
    uniqueness === 'none' ? '' : `unique (${uniqueness})`,
    caseExact && type === 'string' ? 'case matters' : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}
