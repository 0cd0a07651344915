/** What is known about a list before its first page is asked for. */

import type { JsonObject } from '../scim/json.js';
import { SchemaRegistry } from '../scim/schema/resource-type.js';
import { projectionQuery } from './address.js';
import type { ListPlan } from './list.js';
import { emptinessDoubt, FilterCheck } from './list-filter.js';
import { type ListProfile, pagingHabits } from './list-habits.js';
import type { ListRequest } from './list-request.js';
import type { Discovery } from './types.js';

/** Where a plan comes from. */
interface Known {
  readonly profile: ListProfile | undefined;
  /** undefined when the server was not asked about itself yet: nobody waits for that. */
  readonly discovery: Discovery | undefined;
  readonly pageSize: number | undefined;
  readonly bySearch: boolean;
  /** What deserves a warning about RESOURCE, which came for PATH; ASKED is the request for a person. */
  readonly inspect: (path: string, resource: JsonObject, asked: string) => readonly string[];
}

/** The plan for REQUEST by what is KNOWN. */
export function planList(request: ListRequest, known: Known): ListPlan {
  const { profile, discovery, pageSize, bySearch, inspect } = known;
  const type = (discovery?.registry ?? SchemaRegistry.rfc).find(request.endpoint);
  const { unsupportedResult, attributes } = profile?.filter ?? {};
  const supported = unsupportedResult === 'empty' && type !== undefined ? attributes?.[type.name] : undefined;
  const path = `${request.endpoint}${projectionQuery(request.projection)}`;
  return {
    request,
    habits: pagingHabits(profile, discovery?.serviceProviderConfig),
    pageSize,
    bySearch,
    filterCheck: FilterCheck.of(request.filter, type, request.projection),
    emptinessDoubt: emptinessDoubt(request.filter, supported),
    inspect: (resource, asked) => inspect(path, resource, asked),
  };
}
