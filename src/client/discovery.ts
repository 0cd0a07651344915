/** RFC 7644 §4: what a server says about itself. What cannot be read falls back to RFC 7643, with a warning. */

import { InvalidResponseError, ScimError } from '../scim/error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import { parseResourceType, parseSchema } from '../scim/schema/parse.js';
import { getAttribute, SchemaRegistry } from '../scim/schema/resource-type.js';
import { rfcResourceTypes, rfcSchemas } from '../scim/schema/rfc7643.js';
import type { ProfileValues } from '../vendors/profile.js';
import { readListResponse } from './list-response.js';
import { responseErrorOf } from './response-error.js';
import type { Answer, Discovery, Feature } from './types.js';
import type { Send } from './wire.js';

/** How long a result holds that is only a stopgap, because the server was busy or failing. */
const stopgapMs = 30_000;

export interface Discovered extends Discovery {
  /** How long it may be used. */
  readonly keepMs: number;
}

/** A document that could be read, or why not. */
interface Reading<T> {
  readonly value: T | undefined;
  readonly warnings: readonly string[];
  /** It may be readable soon. */
  readonly isTransient: boolean;
}

/**
 * Reads ServiceProviderConfig, ResourceTypes and Schemas with SEND, where PROFILE says that they are. Throws
 * `NetworkError`, `CancelledError` and, when the credentials are refused (401), `ResponseError`.
 */
export async function discover(send: Send, profile: ProfileValues, signal: AbortSignal): Promise<Discovered> {
  const read = async <T>(path: string | null, parse: (answer: Answer) => Reading<T>): Promise<Reading<T>> => {
    if (path === null) return readable<T>(undefined);
    try {
      const answer = await send({ method: 'GET', path }, 'discovery', { signal });
      return answer.status >= 400 ? refused(answer) : parse(answer);
    } catch (error) {
      if (!(error instanceof InvalidResponseError)) throw error;
      return unreadable(error.message, false);
    }
  };
  const { spcPath, resourceTypesPath } = profile.discovery;
  const [config, types, schemas] = await Promise.all([
    read(spcPath, (answer) => readable(isJsonObject(answer.json) ? answer.json : undefined)),
    read(resourceTypesPath, (answer) => readEach(answer, parseResourceType)),
    Promise.all(
      schemaPaths(profile.discovery).map((path) => read(path, (answer) => readEach(answer, parseSchema))),
    ).then(joined),
  ]);
  const isStopgap = config.isTransient || types.isTransient || schemas.isTransient;
  return {
    registry: new SchemaRegistry(orElse(schemas.value, rfcSchemas), orElse(types.value, rfcResourceTypes)),
    serviceProviderConfig: config.value,
    supports: (feature) => supports(config.value, feature) ?? known(profile, feature),
    warnings: [
      ...config.warnings,
      ...fallbackWarnings(types, 'the resource types of RFC 7643'),
      ...fallbackWarnings(schemas, 'the schemas of RFC 7643'),
    ],
    keepMs: isStopgap ? stopgapMs : Number.POSITIVE_INFINITY,
  };
}

/** Where schemas are read: all in one list, or one by one when the server has short names for them (Slack). */
function schemaPaths(discovery: ProfileValues['discovery']): (string | null)[] {
  const { schemasPath, schemaAddress, schemaNames } = discovery;
  if (schemasPath === null || schemaAddress === 'urn' || schemaNames.length === 0) return [schemasPath];
  return schemaNames.map((name) => `${schemasPath}/${encodeURIComponent(name)}`);
}

/** READINGS as one; what could be read counts. */
function joined<T>(readings: readonly Reading<T[]>[]): Reading<T[]> {
  const found = readings.flatMap(({ value }) => (value === undefined ? [] : [value]));
  return {
    value: found.length === 0 ? undefined : found.flat(),
    warnings: readings.flatMap(({ warnings }) => warnings),
    isTransient: readings.some(({ isTransient }) => isTransient),
  };
}

function refused<T>(answer: Answer): Reading<T> {
  const error = responseErrorOf(answer);
  if (answer.status === 401) throw error;
  return unreadable(error.message, answer.status === 429 || answer.status >= 500);
}

function readable<T>(value: T | undefined): Reading<T> {
  return { value, warnings: [], isTransient: false };
}

function unreadable<T>(warning: string, isTransient: boolean): Reading<T> {
  return { value: undefined, warnings: [warning], isTransient };
}

/** The documents of a list, or a single one, each read on its own, so that a malformed one costs only itself. */
function readEach<T>(answer: Answer, parse: (json: JsonValue) => T): Reading<T[]> {
  const { resources, totalResults } = documentsIn(answer);
  const values: T[] = [];
  const warnings: string[] = [];
  for (const resource of resources) {
    try {
      values.push(parse(resource));
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      warnings.push(`${answer.asked}: ${error.message}`);
    }
  }
  if (totalResults !== undefined && totalResults > resources.length) {
    warnings.push(`${answer.asked} answered ${resources.length} of ${totalResults} documents`);
  }
  return { value: values, warnings, isTransient: false };
}

function documentsIn(answer: Answer): { resources: JsonObject[]; totalResults: number | undefined } {
  const { json } = answer;
  const isOne = isJsonObject(json) && getAttribute(json, 'Resources') === undefined && isNamed(json);
  return isOne ? { resources: [json], totalResults: undefined } : readListResponse(answer);
}

function isNamed(json: JsonObject): boolean {
  return typeof getAttribute(json, 'id') === 'string' || typeof getAttribute(json, 'name') === 'string';
}

function orElse<T>(found: readonly T[] | undefined, standard: readonly T[]): readonly T[] {
  return found === undefined || found.length === 0 ? standard : found;
}

function fallbackWarnings<T>({ value, warnings }: Reading<T[]>, standard: string): string[] {
  const isFallback = value === undefined || value.length === 0;
  return isFallback ? [...warnings, `In place of the server's own, ${standard} are used`] : [...warnings];
}

/** RFC 7643 §5. */
function supports(config: JsonObject | undefined, feature: Feature): boolean | undefined {
  const value = config === undefined ? undefined : getAttribute(config, feature);
  const supported = isJsonObject(value) ? getAttribute(value, 'supported') : undefined;
  if (typeof supported === 'boolean') return supported;
  const text = typeof supported === 'string' ? supported.toLowerCase() : '';
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

/** What is known about the service where it does not say itself. */
function known({ features }: ProfileValues, feature: Feature): boolean | undefined {
  if (feature !== 'bulk' && feature !== 'sort' && feature !== 'etag') return undefined;
  return { yes: true, no: false, unknown: undefined }[features[feature]];
}
