/** The state of a mock server as a mock file. */

import { withKeys, yamlBlock } from '../../config/yaml-write.js';
import type { JsonObject } from '../../scim/json.js';
import type { ResourceType, SchemaRegistry } from '../../scim/schema/resource-type.js';
import { rfcResourceTypes, rfcSchemas } from '../../scim/schema/rfc7643.js';
import type { GivenResource, MockOptions } from '../options.js';
import { registryWith } from './given.js';

/** What is saved. */
export interface SavedState {
  /** The text of the mock file that the server was started from, whose settings and comments are kept; if any. */
  readonly text?: string | undefined;
  /** What the server does. Its secrets are not written: they stay the references of `text`. */
  readonly options: MockOptions;
  /** What it has. */
  readonly resources: Iterable<GivenResource>;
}

/** More resources than this are written a line each, in JSON, which YAML includes: that is read and written faster. */
const fewResources = 1000;

/** Where data stood that is now in `resources`, or that the server was given besides. */
const replaced = ['resources', 'include', 'generate'];

/**
 * STATE as the text of a mock file. What is never returned, passwords, is left out. With the same seed, a server that is
 * started from it has the same resources, with the same ids and versions.
 */
export function saveMockFile({ text, options, resources }: SavedState): string {
  const registry = registryWith(options.schemas ?? [], options.resourceTypes ?? []);
  const settings = text === undefined ? settingsOf(options) : withKeys(text, replaced, declarations(options));
  const lists = byType(resources, registry);
  return `${settings}${resourcesText(lists)}`;
}

/** The settings of a server that was not started from a mock file. */
function settingsOf(options: MockOptions): string {
  const { vendor, quirks, seed, rules } = options;
  const settings = { vendor, quirks, seed, rules, ...declarations(options) };
  const present = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  return Object.keys(present).length === 0 ? '' : yamlBlock(present);
}

/** Schemas and types beside those of the RFC, which may come from included files. */
function declarations({ schemas = [], resourceTypes = [] }: MockOptions): Record<string, unknown> {
  const own = schemas.filter((schema) => !rfcSchemas.includes(schema));
  const types = resourceTypes.filter((type) => !rfcResourceTypes.includes(type));
  return { ...(own.length > 0 && { schemas: own }), ...(types.length > 0 && { resourceTypes: types }) };
}

type Lists = ReadonlyMap<string, readonly JsonObject[]>;

/** By endpoint, in the order of the registry; what is of no known type keeps its name. */
function byType(resources: Iterable<GivenResource>, registry: SchemaRegistry): Lists {
  const lists = new Map<string, JsonObject[]>(registry.resourceTypes.map(({ endpoint }) => [endpoint.slice(1), []]));
  for (const { type: name, resource } of resources) {
    const type = registry.find(name);
    const key = type?.endpoint.slice(1) ?? name;
    const list = lists.get(key) ?? [];
    list.push(type === undefined ? resource : shown(type, resource));
    lists.set(key, list);
  }
  return lists;
}

/** RESOURCE without what is never returned, nor what the server works out: `groups` of users. */
function shown(type: ResourceType, resource: JsonObject): JsonObject {
  const hidden = Object.keys(resource).filter((name) => {
    const attribute = type.attribute(name);
    const isComputed = type.name === 'User' && attribute?.name === 'groups';
    return attribute?.returned === 'never' || isComputed;
  });
  if (hidden.length === 0) return resource;
  return Object.fromEntries(Object.entries(resource).filter(([name]) => !hidden.includes(name)));
}

function resourcesText(lists: Lists): string {
  const filled = [...lists].filter(([, list]) => list.length > 0);
  if (filled.length === 0) return '';
  const count = filled.reduce((sum, [, list]) => sum + list.length, 0);
  const blocks = filled.map(([name, list]) => `  ${keyText(name)}:\n${listText(list, count <= fewResources)}`);
  return `resources:\n${blocks.join('')}`;
}

function keyText(name: string): string {
  return /^[A-Za-z][\w-]*$/.test(name) ? name : JSON.stringify(name);
}

function listText(list: readonly JsonObject[], isReadable: boolean): string {
  if (isReadable) return yamlBlock(list, 4);
  return list.map((resource) => `    - ${JSON.stringify(resource)}\n`).join('');
}
