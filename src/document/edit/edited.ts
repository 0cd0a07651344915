/** A resource that is edited: what is known of it and of its service, and what would be sent for what was typed. */

import { resourcePath } from '../../client/address.js';
import { sentenceOf } from '../../client/payload.js';
import type { Target } from '../../client/target.js';
import type { CallOptions, Discovery, ValidationMode } from '../../client/types.js';
import { planUpdate } from '../../client/update.js';
import { type Issue, PayloadError, UsageError } from '../../scim/error.js';
import { isJsonObject, type JsonObject, type JsonValue, setMember } from '../../scim/json.js';
import { JsonText } from '../../scim/json-text.js';
import { getAttribute, type ResourceType } from '../../scim/schema/resource-type.js';
import { validateResource } from '../../scim/schema/validate.js';
import { changedPaths, readOnlyChanges, shortName, summaryOf, unknownRemovals } from './changes.js';
import { ExactNumbers } from './numbers.js';
import { filledIn } from './template.js';

/** What is known about the vendor of a service. */
export type Profile = Target['profile'];

/** Where what is edited lives. */
export interface Service {
  readonly target: Target;
  readonly profile: Profile;
  readonly type: ResourceType;
  readonly discovery: Discovery;
}

/** What a person has on the screen. */
export interface Edited {
  /** null: it does not exist yet. */
  readonly id: string | null;
  /** As it was read. */
  readonly base: string;
  /** As it was typed. */
  readonly text: string;
  readonly etag: string | null;
  /** Attributes that neither of the texts has, because they are too long. */
  readonly leftOut: readonly string[];
}

export interface PlannedRequest {
  readonly method: 'POST' | 'PUT' | 'PATCH';
  /** Relative to the base URL. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Plan {
  /** What is to become of the resource, without what is not sent. */
  readonly before: JsonObject;
  readonly after: JsonObject;
  readonly requests: readonly PlannedRequest[];
  readonly paths: readonly string[];
  readonly summary: string;
  readonly warnings: readonly string[];
  /** What the schema has against the changes, with places in the typed text. */
  readonly issues: readonly Issue[];
}

/** TYPE at TARGET. Throws `UsageError` when the server has no such type. */
export async function serviceOf(target: Target, type: string, call: CallOptions): Promise<Service> {
  const discovery = await target.discover(call);
  const found = discovery.registry.find(type);
  if (found !== undefined) return { target, profile: target.profile, type: found, discovery };
  const known = discovery.registry.resourceTypes.map(({ name }) => name).join(', ');
  throw new UsageError(`The server has no resource type "${type}"`, { remedy: `It has: ${known}.` });
}

/** What would be sent for EDITED, compared with its base. FULL is the whole text of it for services that want PUT. */
export function planEdit(service: Service, edited: Edited, full?: string): Plan {
  const { base, text, id } = edited;
  const json = JsonText.parse(text);
  const { values, numbers } = ExactNumbers.parse([base === '' ? '{}' : base, text]);
  const [before, typed] = values.map(objectOf);
  if (before === undefined || typed === undefined) throw new UsageError('A resource is written as a JSON object');
  if (isJsonObject(json.value) === false) throw new UsageError('A resource is written as a JSON object');
  refuseLeftOut(edited, typed);
  return id === null
    ? planNew(service, typed, json, numbers)
    : planChange(service, { ...edited, id }, { before, after: withoutNulls(typed), json, numbers, full });
}

interface Change {
  readonly before: JsonObject;
  readonly after: JsonObject;
  readonly json: JsonText;
  readonly numbers: ExactNumbers;
  readonly full: string | undefined;
}

function planChange(service: Service, edited: Edited & { readonly id: string }, change: Change): Plan {
  const { type, profile, discovery } = service;
  const { before, after, json, numbers } = change;
  const update = planUpdate(profile, discovery.supports('patch'), type, before, after);
  const paths = changedPaths(type, before, after);
  const path = resourcePath(endpointOf(service), edited.id, {});
  const headers: Record<string, string> = edited.etag === null ? {} : { 'If-Match': edited.etag };
  const requests =
    update === undefined
      ? []
      : update.method === 'PUT'
        ? [{ method: 'PUT' as const, path, headers, body: putBody(change, edited.leftOut) }]
        : update.messages.map((message, index) => ({
            method: 'PATCH' as const,
            path,
            // After the first request the resource has a version of our own making.
            headers: index === 0 ? headers : {},
            body: numbers.print(message),
          }));
  const ignored = readOnlyChanges(type, before, after);
  const warnings = ignored.map((name) => `${shortName(name)} is read-only: the change of it is not sent`);
  if (update?.method !== 'PUT') {
    const unknown = unknownRemovals(type, before, after);
    warnings.push(...unknown.map((name) => `${name} is not in the schema: that it is taken out is not sent`));
  }
  if (update?.method === 'PUT' && edited.leftOut.length > 0) {
    warnings.push(`${edited.leftOut.join(', ')}: sent along as the service has it then`);
  }
  const issues = issuesAbout(validateResource(type, json.value, 'replace', json), paths, ignored);
  return { before, after, requests, paths, summary: summaryOf(paths), warnings, issues };
}

/** The whole resource: as it was typed, with what the text leaves out as the server has it. */
function putBody({ after, json, numbers, full }: Change, leftOut: readonly string[]): string {
  const server = full === undefined ? undefined : JsonText.parse(full).value;
  const text = hasNull(json.value) ? numbers.print(after) : json.text;
  if (!isJsonObject(server)) return text;
  const members = leftOut.flatMap((name) => {
    const value = getAttribute(server, name);
    return value === undefined ? [] : [`${JSON.stringify(name)}:${JSON.stringify(value)}`];
  });
  return members.length === 0 ? text : text.replace(/\s*\}\s*$/, () => `,${members.join(',')}}`);
}

function planNew(service: Service, typed: JsonObject, json: JsonText, numbers: ExactNumbers): Plan {
  const { type } = service;
  const sent: JsonObject = {};
  for (const [name, value] of Object.entries(filledIn(typed))) {
    if (type.attribute(name)?.mutability !== 'readOnly') setMember(sent, name, value);
  }
  const body = numbers.print(sent);
  const paths = Object.keys(sent).filter((name) => !/^schemas$/i.test(name));
  const found = validateResource(type, sent, 'create');
  const issues = found.map((issue) => ({ ...issue, position: placeOf(json, issue.path) }));
  return {
    before: {},
    after: sent,
    requests: [{ method: 'POST', path: endpointOf(service), headers: {}, body }],
    paths,
    summary: `A new ${type.name}${nameIn(sent)}`,
    warnings: [],
    issues: issues.map(({ position, ...issue }) => (position === undefined ? issue : { ...issue, position })),
  };
}

function nameIn(resource: JsonObject): string {
  const name = getAttribute(resource, 'userName') ?? getAttribute(resource, 'displayName');
  return typeof name === 'string' ? `: ${name}` : '';
}

function placeOf(json: JsonText, path: string): Issue['position'] {
  const [first] = path.split(/[.[]/);
  return first === undefined || first === '' ? undefined : json.positionOf([first], 'key');
}

/** Throws `PayloadError` when PLAN breaks the schema and MODE (the tenant's own by default) does not permit that. */
export function refuseIssues(plan: Plan, mode: ValidationMode): void {
  const errors = plan.issues.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (mode !== 'strict' || first === undefined) return;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  throw new PayloadError(`Not sent: ${sentenceOf(first)}${more}`, plan.issues, {
    remedy: 'Correct it; with `validation: warn` in scim.yaml it is sent nevertheless.',
    position: first.position,
  });
}

/** What the server itself breaks is not the person's matter, only what is about PATHS, which change. */
function issuesAbout(issues: readonly Issue[], paths: readonly string[], ignored: readonly string[]): Issue[] {
  const firsts = new Set(paths.map((path) => firstOf(path)));
  const silent = new Set(ignored.map((path) => path.toLowerCase()));
  return issues.filter(({ path, message }) => {
    if (silent.has(path.toLowerCase())) return false;
    return firsts.has(firstOf(path)) || /more than once/.test(message);
  });
}

function firstOf(path: string): string {
  const urn = /^(urn:.*):[^:]*$/i.exec(path)?.[1];
  return (urn ?? path.split(/[.[]/)[0] ?? path).toLowerCase();
}

function refuseLeftOut({ leftOut }: Edited, typed: JsonObject): void {
  const given = leftOut.find((name) => getAttribute(typed, name) !== undefined);
  if (given === undefined) return;
  throw new UsageError(`${given} is too long for this text, which leaves it out`, {
    remedy: 'Change it in its own list.',
  });
}

/** The path of TYPE's resources in the case that the service wants. */
function endpointOf({ type, profile }: Pick<Service, 'type' | 'profile'>): string {
  return profile.base.pathCase === 'lower' ? type.endpoint.toLowerCase() : type.endpoint;
}

export function objectOf(value: JsonValue | undefined): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}

/** VALUE without null as an element of a list: it stands for a value that was taken out. */
function withoutNulls(object: JsonObject): JsonObject {
  if (!hasNull(object)) return object;
  const result: JsonObject = {};
  for (const [name, value] of Object.entries(object)) setMember(result, name, cleaned(value));
  return result;
}

function cleaned(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.filter((element) => element !== null).map(cleaned);
  return isJsonObject(value) ? withoutNulls(value) : value;
}

/** Is null an element of a list somewhere in VALUE? */
function hasNull(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.some((element) => element === null || hasNull(element));
  return isJsonObject(value) && Object.values(value).some(hasNull);
}
