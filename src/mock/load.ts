/** Filling a store with resources that a mock file or a recording holds. */

import { ProtocolError, UsageError } from '../scim/error.js';
import { isJsonObject, type JsonObject } from '../scim/json.js';
import type { SchemaRegistry } from '../scim/schema/resource-type.js';
import { closest } from '../scim/schema/suggest.js';
import { ownContent } from './content.js';
import { revisionIn, text } from './entry.js';
import type { GivenEntry } from './given-entry.js';
import type { GivenResource } from './options.js';
import type { ResourceStore } from './store.js';

/**
 * Adds RESOURCES to STORE with the `id` and the times that they have. They may name each other in any order. They are
 * not checked against their schemas, so that a server can be given what a real one has sent.
 * @throws UsageError that names the resource: an unknown type, an id or `userName` twice, a member that does not exist
 */
export function loadResources(store: ResourceStore, resources: readonly GivenResource[]): void {
  const entries = resources.map((given, number) => givenEntry(store.registry, given, number));
  store.load(entries, (number, error) => {
    const given = resources[number];
    if (!given || !(error instanceof ProtocolError)) throw error;
    throw new UsageError(`${placeOf(given, number)}: ${error.message}`);
  });
}

function givenEntry(registry: SchemaRegistry, given: GivenResource, number: number): GivenEntry {
  const type = registry.find(given.type);
  if (!type) {
    const names = registry.resourceTypes.map(({ name }) => name);
    const meant = closest(given.type, names);
    const hint = meant === undefined ? `there are ${names.join(', ')}` : `did you mean ${meant}?`;
    throw new UsageError(`${placeOf(given, number)}: there is no such resource type; ${hint}`);
  }
  const meta = isJsonObject(given.resource.meta) ? given.resource.meta : {};
  return {
    type,
    id: idOf(given, number),
    content: ownContent(type, given.resource),
    created: time(meta, 'created', given, number),
    lastModified: time(meta, 'lastModified', given, number),
    revision: revisionIn(text(meta.version), text(meta.lastModified)),
  };
}

function idOf(given: GivenResource, number: number): string | undefined {
  const { id } = given.resource;
  if (id === undefined || id === null) return undefined;
  if (typeof id === 'string' && id !== '') return id;
  throw new UsageError(`${placeOf(given, number)}: id must be a string that is not empty`);
}

function time(meta: JsonObject, name: string, given: GivenResource, number: number): string | undefined {
  const value = meta[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && !Number.isNaN(Date.parse(value))) return value;
  throw new UsageError(`${placeOf(given, number)}: meta.${name} must be a time such as 2026-01-31T08:00:00Z`);
}

/** `resources[2] (User bjensen)`. */
function placeOf({ type, resource }: GivenResource, number: number): string {
  const name = text(resource.userName) ?? text(resource.displayName) ?? text(resource.id);
  return `resources[${number}] (${type}${name === undefined ? '' : ` ${name}`})`;
}
