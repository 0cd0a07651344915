/** What is wrong with a mock file although each of its keys is right: names, and resources that break their schemas. */

import type { Problem } from '../../config/text.js';
import type { Path, YamlText } from '../../config/yaml-text.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../scim/json.js';
import type { ResourceType } from '../../scim/schema/resource-type.js';
import { validateResource } from '../../scim/schema/validate.js';
import { find } from '../../vendors/index.js';
import type { MockOptions } from '../options.js';
import { completeSchemas, registryWith } from './given.js';
import { quirkProblems } from './quirks.js';
import type { MockFile } from './schema.js';
import { unknownVendor } from './unknown.js';

/** Adds to PROBLEMS what is wrong with FILE, which SOURCE holds and which came to OPTIONS. */
export function checkFile(file: MockFile, options: MockOptions, source: YamlText, problems: Problem[]): void {
  const error = (range: Problem['range'], message: string) => problems.push({ range, message, severity: 'error' });
  if (file.vendor !== undefined && find(file.vendor) === undefined) {
    error(source.valueRange(['vendor']), unknownVendor(file.vendor));
  }
  problems.push(...quirkProblems(file, source));
  const { defaultPageSize = 1, maxPageSize = Number.POSITIVE_INFINITY } = file.rules?.paging ?? {};
  if (defaultPageSize > maxPageSize) {
    error(source.valueRange(['rules', 'paging', 'defaultPageSize']), 'is larger than `maxPageSize`');
  }
  if (file.auth?.scheme === 'mtls' && file.listen?.tls === undefined) {
    error(source.valueRange(['auth', 'scheme']), '`mtls` needs `listen.tls`: certificates are shown over HTTPS only');
  }
  const { tls } = file.listen ?? {};
  if (file.auth?.scheme === 'mtls' && typeof tls === 'object' && tls.clientCa === undefined) {
    error(source.valueRange(['listen', 'tls']), '`mtls` needs `clientCa`: who signs the certificates of clients');
  }
  checkResources(file, options, source, error);
}

type Complain = (range: Problem['range'], message: string) => void;

function checkResources(file: MockFile, options: MockOptions, source: YamlText, error: Complain): void {
  const registry = registryWith(options.schemas ?? [], options.resourceTypes ?? []);
  const ids = new Set<string>();
  const unique = new Set<string>();
  for (const [name, list] of Object.entries(file.resources ?? {})) {
    const type = registry.find(name);
    if (type === undefined) continue;
    for (const [index, resource] of list.entries()) {
      const path = ['resources', name, index];
      checkResource(type, resource, path, source, error);
      const { id } = resource;
      if (typeof id !== 'string') continue;
      if (ids.has(id)) error(source.valueRange([...path, 'id']), 'another resource has this `id`');
      ids.add(id);
    }
    for (const { name: attribute, uniqueness, caseExact } of type.attributes) {
      if (uniqueness === 'none' || attribute === 'id') continue;
      for (const [index, resource] of list.entries()) {
        const value = resource[attribute];
        if (typeof value !== 'string') continue;
        const key = JSON.stringify([type.name, attribute, caseExact ? value : value.toLowerCase()]);
        if (unique.has(key))
          error(
            source.valueRange(['resources', name, index, attribute]),
            `another ${type.name} has this \`${attribute}\``,
          );
        unique.add(key);
      }
    }
  }
}

function checkResource(type: ResourceType, resource: JsonObject, path: Path, source: YamlText, error: Complain): void {
  for (const issue of validateResource(type, completeSchemas(type, resource), 'replace')) {
    if (issue.severity === 'warning') continue;
    const place = [...path, ...placeOf(resource, issue.path)];
    const where = issue.path === '' ? '' : `\`${issue.path}\`: `;
    error(source.keyRange(place), `${where}${issue.message}`);
  }
}

/** The place in VALUE that NOTATION names: `emails[1].value`; the nearest one that is there. */
function placeOf(value: JsonValue | undefined, notation: string): Path {
  if (Array.isArray(value)) {
    const [whole, index] = /^\[(\d+)\]\.?/.exec(notation) ?? [];
    const element = value[Number(index)];
    return whole === undefined || element === undefined
      ? []
      : [Number(index), ...placeOf(element, notation.slice(whole.length))];
  }
  if (!isJsonObject(value)) return [];
  const name = Object.keys(value).find(
    (key) => notation.startsWith(key) && /^(?:$|[.:[])/.test(notation.slice(key.length)),
  );
  if (name === undefined) return [];
  return [name, ...placeOf(value[name], notation.slice(name.length).replace(/^[.:]/, ''))];
}
