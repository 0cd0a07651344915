/** RFC 7643 §2, §3, §7: is a document a resource of its type? */

import type { Issue } from '../error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import type { JsonText } from '../json-text.js';
import { compileType, type Direction, type Mode } from './compile.js';
import { type Finding, toIssue } from './finding.js';
import { namesAreExact, normaliseNames } from './names.js';
import { attributeKey, getAttribute, type ResourceType } from './resource-type.js';
import { closest } from './suggest.js';
import { checkValues } from './values.js';

export type { Direction } from './compile.js';
export { validatePatchRequest } from './validate-patch.js';

/**
 * Every rule of TYPE that RESOURCE breaks, in the order of the document's checks: names, values, `schemas`. Sent
 * documents (`create`, `replace`) have errors where the standard says MUST; read-only attributes in them are warnings,
 * because the server ignores them, except that `id` and `meta` may stand in a replacement, which is an edited copy of
 * what was read. In a `response` every deviation is a warning; without `meta` it is taken for a projection
 * (`attributes=…`), in which required attributes may be missing. With TEXT, from which RESOURCE must come, issues carry
 * positions and doubled member names are found.
 */
export function validateResource(
  type: ResourceType,
  resource: JsonValue,
  direction: Direction,
  text?: JsonText,
): Issue[] {
  const findings = resourceFindings(type, resource, direction);
  for (const { path } of text?.duplicates ?? []) findings.push(duplicate(path));
  if (findings.length === 0) return [];
  return findings.map((finding) =>
    toIssue(direction === 'response' ? { ...finding, severity: 'warning' } : finding, text),
  );
}

/** As `validateResource`, with the places as paths; doubled member names are not looked for. */
export function resourceFindings(type: ResourceType, resource: JsonValue, direction: Direction): Finding[] {
  return isJsonObject(resource) ? checkResource(type, resource, direction) : [notAnObject(type)];
}

function checkResource(type: ResourceType, resource: JsonObject, direction: Direction): Finding[] {
  const compiled = compileType(type, modeOf(direction, resource));
  const findings: Finding[] = [];
  const exact = namesAreExact(compiled.members, resource);
  const normal = exact ? resource : normaliseNames(compiled.members, resource, [], findings, type);
  const welcome = direction === 'replace' ? findings.filter((finding) => !isCopied(finding)) : findings;
  const values = checkValues(compiled, normal, resource);
  return [...welcome, ...values, ...checkSchemas(type, resource, normal)];
}

/** RFC 7643 §3.1 requires `meta` in a representation; as its `returned` is `default`, a projection goes without. */
function modeOf(direction: Direction, resource: JsonObject): Mode {
  if (direction !== 'response') return direction;
  return getAttribute(resource, 'meta') === undefined ? 'projection' : 'response';
}

/** RFC 7644 §3.5.1 shows a replacement with the `id` and `meta` that were read. */
function isCopied({ path, severity }: Finding): boolean {
  const [name] = path;
  return severity === 'warning' && path.length === 1 && typeof name === 'string' && /^(?:id|meta)$/i.test(name);
}

function notAnObject(type: ResourceType): Finding {
  return { path: [], at: 'value', message: `a ${type.name} is a JSON object`, rule: 'RFC 7643 §3', severity: 'error' };
}

function duplicate(path: Finding['path']): Finding {
  const message = 'is given more than once; only the last counts';
  return { path, at: 'key', message, rule: 'RFC 8259 §4', severity: 'error' };
}

/** RFC 7643 §3: `schemas` names the core schema and each extension in use, nothing else, and nothing twice. */
function checkSchemas(type: ResourceType, resource: JsonObject, normal: JsonObject): Finding[] {
  const key = attributeKey(resource, 'schemas') ?? 'schemas';
  const listed = normal.schemas;
  if (!Array.isArray(listed)) return [];
  const findings: Finding[] = [];
  const seen = new Set<string>();
  const error = (path: Finding['path'], message: string): void => {
    findings.push({ path, at: 'value', message, rule: 'RFC 7643 §3', severity: 'error' });
  };
  for (const [index, urn] of listed.entries()) {
    if (typeof urn !== 'string') continue;
    const lower = urn.toLowerCase();
    if (seen.has(lower)) error([key, index], `${urn} is listed twice`);
    seen.add(lower);
    if (!isSchemaOf(type, lower)) error([key, index], foreignSchema(type, urn));
  }
  if (listed.length > 0 && !seen.has(type.core.id.toLowerCase())) {
    error([key], `must contain the schema of the resource type, ${type.core.id}`);
  }
  for (const { schema } of type.extensions) {
    if (!seen.has(schema.id.toLowerCase()) && isJsonObject(normal[schema.id])) {
      error([key], `must contain ${schema.id}, because the resource has attributes of it`);
    }
  }
  return findings;
}

function isSchemaOf(type: ResourceType, lowerUrn: string): boolean {
  return lowerUrn === type.core.id.toLowerCase() || type.extension(lowerUrn) !== undefined;
}

function foreignSchema(type: ResourceType, urn: string): string {
  const candidate = closest(urn, [type.core.id, ...type.extensions.map(({ schema }) => schema.id)]);
  const hint = candidate === undefined ? '' : `; did you mean ${candidate}?`;
  return `${urn} is not a schema of ${type.name}${hint}`;
}
