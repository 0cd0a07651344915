/** What can stand in a mock file where its schema alone does not tell: vendors, quirks, attributes, files. */

import { readdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Source, SourcePlace, Sources, Suggestion } from '../../config/source.js';
import { parseResourceType, parseSchema } from '../../scim/schema/parse.js';
import { type ResourceType, type SchemaRegistry, subAttribute } from '../../scim/schema/resource-type.js';
import { rfcSchemas } from '../../scim/schema/rfc7643.js';
import type { AttributeDefinition } from '../../scim/schema/types.js';
import { find, names } from '../../vendors/index.js';
import { registryWith } from './given.js';
import { suggestedQuirks } from './quirks.js';

/** What the sources look at besides the text. */
export interface SourcesContext {
  /** Path of the file. */
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The sources that `mockFileSchema` names. */
export function mockFileSources({ path, env }: SourcesContext): Sources {
  return {
    vendor: onlyValues(() => names().map(vendorSuggestion)),
    quirks: suggestedQuirks,
    resources: (place) => resourceSuggestions(place),
    schemaUrn: onlyValues(({ root }) =>
      schemasOf(registryOf(root)).map(({ id, description }) => ({ label: id, description })),
    ),
    reference: onlyValues(({ prefix }) =>
      prefix.startsWith('file:') ? [] : Object.keys(env).filter(mayHoldSecret).map(variable),
    ),
    dataFile: onlyValues(() => dataFiles(dirname(resolve(path)))),
    faultTarget: onlyValues(({ root }) => targets(registryOf(root))),
  };
}

function onlyValues(source: Source): Source {
  return (place) => (place.role === 'value' ? source(place) : []);
}

function vendorSuggestion(label: string): Suggestion {
  const profile = find(label);
  return { label, description: profile && `${profile.title}.`, detail: profile?.aliases.join(', ') || undefined };
}

/** Variables that are there to be referred to; not those of every process. */
function mayHoldSecret(name: string): boolean {
  return /SCIM|MOCK|TOKEN|SECRET|PASSWORD|KEY/.test(name) && !/^(npm_|SSH_|GPG_)/.test(name);
}

function variable(name: string): Suggestion {
  return { label: `env:${name}`, description: `The value of the environment variable ${name}.` };
}

function dataFiles(directory: string): Suggestion[] {
  try {
    return readdirSync(directory)
      .filter((name) => /\.(json|har|jsonl|ndjson)$/i.test(name))
      .map((label) => ({ label }));
  } catch {
    return [];
  }
}

/** The resource types of the file, as far as it can be read. */
function registryOf(root: unknown): SchemaRegistry {
  return registryWith(partsOf(root, 'schemas', parseSchema), partsOf(root, 'resourceTypes', parseResourceType));
}

function partsOf<T>(root: unknown, key: 'schemas' | 'resourceTypes', parse: (part: unknown) => T): T[] {
  const list: unknown = typeof root === 'object' && root !== null ? Reflect.get(root, key) : undefined;
  if (!Array.isArray(list)) return [];
  return list.flatMap((part: unknown) => {
    try {
      return [parse(part)];
    } catch {
      return [];
    }
  });
}

function schemasOf(registry: SchemaRegistry) {
  return [...new Map([...rfcSchemas, ...registry.schemas].map((schema) => [schema.id, schema])).values()];
}

function targets(registry: SchemaRegistry): Suggestion[] {
  const verbs = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((label) => ({
    label,
    description: 'Requests with this method; a path may follow.',
  }));
  const paths = registry.resourceTypes.flatMap(({ endpoint, name }) => [
    { label: endpoint, description: `Lists of resources of type ${name}, and their creation.` },
    { label: `${endpoint}/*`, description: `Single resources of type ${name}.` },
    { label: `${endpoint}/**`, description: `Everything below ${endpoint}.` },
  ]);
  return [
    ...verbs,
    ...paths,
    { label: '/Bulk', description: 'Bulk operations.' },
    { label: '/Me', description: 'The user of the credential.' },
  ];
}

/** Below `resources`: endpoints, then attributes of the resources. */
function resourceSuggestions({ path, root, role }: SourcePlace): readonly Suggestion[] {
  const registry = registryOf(root);
  const [endpoint, index, ...rest] = path;
  if (endpoint === undefined) return role === 'key' ? registry.resourceTypes.map(typeSuggestion) : [];
  const type = registry.find(String(endpoint));
  if (type === undefined || index === undefined) return [];
  const steps = rest.filter((key) => typeof key === 'string');
  if (role === 'key') return keysBelow(type, steps);
  const attribute = attributeAt(type, steps);
  if (attribute?.type === 'boolean') return [{ label: 'true' }, { label: 'false' }];
  if (steps[0] === 'schemas')
    return [type.core, ...type.extensions.map(({ schema }) => schema)].map(({ id, description }) => ({
      label: id,
      description,
    }));
  return attribute?.canonicalValues.map((label) => ({ label })) ?? [];
}

function typeSuggestion({ endpoint, definition }: ResourceType): Suggestion {
  return { label: endpoint.slice(1), description: definition.description || `Resources of type ${definition.name}.` };
}

function keysBelow(type: ResourceType, steps: readonly string[]): Suggestion[] {
  const [first] = steps;
  if (first === undefined) {
    const extensions = type.extensions.map(({ schema }) => ({
      label: schema.id,
      description: schema.description || schema.name,
    }));
    return [...type.attributes.map(attributeSuggestion), ...extensions];
  }
  const extension = steps.length === 1 ? type.extension(first)?.schema : undefined;
  return (extension?.attributes ?? attributeAt(type, steps)?.subAttributes ?? []).map(attributeSuggestion);
}

function attributeSuggestion(attribute: AttributeDefinition): Suggestion {
  const { name, description, multiValued, mutability, required } = attribute;
  const words = [
    multiValued ? `list of ${attribute.type}` : attribute.type,
    ...(required ? ['required'] : []),
    ...(mutability === 'readWrite' ? [] : [mutability]),
  ];
  return { label: name, description: description || undefined, detail: words.join(', ') };
}

/** The attribute that STEPS lead to from TYPE, through extensions and sub-attributes. */
function attributeAt(type: ResourceType, steps: readonly string[]): AttributeDefinition | undefined {
  const [first = '', ...rest] = steps;
  const extension = type.extension(first)?.schema;
  const [name, ...subs] = extension === undefined ? steps : rest;
  let found =
    name === undefined
      ? undefined
      : extension === undefined
        ? type.attribute(name)
        : extension.attributes.find((one) => one.name.toLowerCase() === name.toLowerCase());
  for (const sub of subs) found = found && subAttribute(found, sub);
  return found;
}
