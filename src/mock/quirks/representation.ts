/** What the representations of resources, and of the service itself, show. */

import { isJsonObject, type JsonObject } from '../../scim/json.js';
import type { Middleware } from '../middleware.js';
import {
  contentOf,
  parametersOf,
  type QuirkPlace,
  routingOf,
  typeAt,
  withContent,
  withParameters,
  withResources,
} from './call.js';
import type { QuirkValues } from './values.js';

/** Hides the members of groups, as VALUES do. */
export function hiddenMembers({ groups }: QuirkValues, place: QuirkPlace): Middleware | undefined {
  if (groups.membersReadable) return undefined;
  const routing = routingOf(place);
  const hide = ({ members: _hidden, ...group }: JsonObject): JsonObject =>
    groups.hiddenMembers === 'empty' ? { ...group, members: [] } : group;
  return (request, next) => {
    const route = routing(request);
    if (typeAt(place.registry, route)?.name === 'Group') return withResources(next(leaner(request)), hide);
    if (route?.kind !== 'root' && route?.kind !== 'search') return next(request);
    return withResources(next(request), (resource) => (isGroup(resource) ? hide(resource) : resource));
  };
}

/** REQUEST, without the members being made that nobody will see. */
function leaner(request: Parameters<Middleware>[0]): Parameters<Middleware>[0] {
  const parameters = parametersOf(request.target);
  if (request.method !== 'GET' || parameters.has('attributes')) return request;
  const excluded = parameters.get('excludedAttributes');
  parameters.set('excludedAttributes', excluded === null ? 'members' : `${excluded},members`);
  return withParameters(request, parameters);
}

function isGroup(resource: JsonObject): boolean {
  return isJsonObject(resource.meta) && resource.meta.resourceType === 'Group';
}

/** Shows `name.formatted` as a flat member, as GitLab does. */
export function flatName({ list }: QuirkValues, place: QuirkPlace): Middleware | undefined {
  if (!list.flatName) return undefined;
  const routing = routingOf(place);
  const flat = (resource: JsonObject): JsonObject => {
    if (!isJsonObject(resource.name) || resource.name.formatted === undefined) return resource;
    return { ...resource, 'name.formatted': resource.name.formatted };
  };
  return (request, next) => {
    const type = typeAt(place.registry, routing(request));
    return type?.name === 'User' ? withResources(next(request), flat) : next(request);
  };
}

/** What ServiceProviderConfig says otherwise than the service itself would. */
export function serviceProviderConfig({ discovery, page }: QuirkValues, place: QuirkPlace): Middleware | undefined {
  const isCursorOnly = page.mode === 'cursor' && page.cursorStart === 'asked';
  if (discovery.authenticationSchemes === 'listed' && !isCursorOnly) return undefined;
  const routing = routingOf(place);
  return (request, next) => {
    const response = next(request);
    const content =
      routing(request)?.kind === 'serviceProviderConfig' && response.status === 200 ? contentOf(response) : undefined;
    if (content === undefined) return response;
    const { pagination } = content;
    return withContent(response, {
      ...content,
      ...(discovery.authenticationSchemes === 'empty' && { authenticationSchemes: [] }),
      ...(isCursorOnly &&
        isJsonObject(pagination) && { pagination: { ...pagination, index: false, defaultPaginationMethod: 'cursor' } }),
    });
  };
}
