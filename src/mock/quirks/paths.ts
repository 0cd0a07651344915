/** Where things are: paths in another case or under other names (RFC 7644 §3.2, §4). */

import { ProtocolError } from '../../scim/error.js';
import type { MockRequest, MockResponse } from '../message.js';
import type { Middleware } from '../middleware.js';
import { pathOf, type QuirkPlace } from './call.js';
import { isSame, type QuirkValues } from './values.js';

/** What the service calls its endpoints that are no resource types. */
const serviceNames = {
  spc: 'ServiceProviderConfig',
  resourceTypes: 'ResourceTypes',
  schemas: 'Schemas',
  me: 'Me',
  bulk: 'Bulk',
} as const;

/** Serves the discovery endpoints where VALUES have them, and nowhere else. */
export function discoveryPaths(values: QuirkValues, { basePath, baseUrl }: QuirkPlace): Middleware | undefined {
  const names = vendorNames(values);
  if (isSame([...names], [...vendorNames(undefined)])) return undefined;
  const service = new Set<string>(Object.values(serviceNames));
  return (request, next) => {
    const segment = segmentOf(request, basePath);
    const name = segment === undefined ? undefined : names.get(segment);
    if (segment === undefined || (name === undefined && !service.has(segment))) return next(request);
    if (name === undefined) throw nothingAt(request);
    if (name === segment) return next(request);
    return renamed(next(renamedRequest(request, basePath, segment, name)), baseUrl, name, segment);
  };
}

/** Addresses schemas by short names, when VALUES do: `/Schemas/Users`. */
export function shortSchemaNames(
  { discovery }: QuirkValues,
  { basePath, registry }: QuirkPlace,
): Middleware | undefined {
  if (discovery.schemaAddress === 'urn') return undefined;
  const prefix = `${basePath}/Schemas`;
  const schemas = new Map(registry.resourceTypes.map(({ endpoint, core }) => [endpoint.slice(1), core.id]));
  return (request, next) => {
    const path = pathOf(request.target);
    if (path !== prefix && !path.startsWith(`${prefix}/`)) return next(request);
    const name = path.slice(prefix.length + 1);
    const schema = discovery.schemaNames.includes(name) ? schemas.get(name) : undefined;
    if (schema === undefined) throw nothingAt(request);
    return next({ ...request, target: `${prefix}/${schema}` });
  };
}

/** Takes several slashes for one, when VALUES take a base URL with a slash at its end. */
export function trailingSlash({ base }: QuirkValues): Middleware | undefined {
  if (base.trailingSlash === 'strip') return undefined;
  return (request, next) => {
    const path = pathOf(request.target);
    return next({ ...request, target: path.replace(/\/{2,}/g, '/') + request.target.slice(path.length) });
  };
}

/** Answers 401 outside the base URL, as services do whose base URL holds the name of a tenant. */
export function unknownPath({ error }: QuirkValues, { basePath }: QuirkPlace): Middleware | undefined {
  if (error.unknownPath === 404) return undefined;
  return (request, next) => {
    const path = pathOf(request.target);
    if (path === basePath || path.startsWith(`${basePath}/`)) return next(request);
    throw new ProtocolError(401, undefined, 'The tenant of this URL is not one that the credential is for.');
  };
}

/** The names under which VALUES, or a server without quirks, serve the endpoints of `serviceNames`. */
function vendorNames(values: QuirkValues | undefined): Map<string, string> {
  const lower = values?.base.pathCase === 'lower';
  const inCase = (name: string): string => `/${lower ? name.toLowerCase() : name}`;
  const { spc, resourceTypes, schemas, me, bulk } = serviceNames;
  const { spcPath, resourceTypesPath, schemasPath } = values?.discovery ?? {
    spcPath: `/${spc}`,
    resourceTypesPath: `/${resourceTypes}`,
    schemasPath: `/${schemas}`,
  };
  const pairs: readonly (readonly [string | null, string])[] = [
    [spcPath, spc],
    [resourceTypesPath, resourceTypes],
    [schemasPath, schemas],
    [inCase(me), me],
    [inCase(bulk), bulk],
  ];
  return new Map(pairs.flatMap(([path, name]) => (path === null ? [] : [[path.slice(1), name] as const])));
}

function segmentOf(request: MockRequest, basePath: string): string | undefined {
  const path = pathOf(request.target);
  if (!path.startsWith(`${basePath}/`)) return undefined;
  return path.slice(basePath.length + 1).split('/')[0];
}

function renamedRequest(request: MockRequest, basePath: string, from: string, to: string): MockRequest {
  const start = basePath.length + 1;
  return { ...request, target: request.target.slice(0, start) + to + request.target.slice(start + from.length) };
}

/** RESPONSE with the URL of FROM under its name TO. */
function renamed(response: MockResponse, baseUrl: string, from: string, to: string): MockResponse {
  const headers = Object.entries(response.headers).map(([name, value]) => [
    name,
    value.replace(`${baseUrl}/${from}`, `${baseUrl}/${to}`),
  ]);
  const body = response.body.toString().replaceAll(`"${baseUrl}/${from}`, `"${baseUrl}/${to}`);
  return { ...response, headers: Object.fromEntries(headers), body: Buffer.from(body) };
}

function nothingAt(request: MockRequest): ProtocolError {
  return new ProtocolError(404, undefined, `There is nothing at ${pathOf(request.target)}.`);
}
