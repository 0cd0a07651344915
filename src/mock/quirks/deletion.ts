/** What DELETE of a user does (RFC 7644 §3.6), and whether its userName can be taken again. */

import { ProtocolError } from '../../scim/error.js';
import { getAttribute } from '../../scim/schema/resource-type.js';
import { emptyResponse, type MockRequest, type MockResponse } from '../message.js';
import type { Answerer, Middleware } from '../middleware.js';
import { setsActive } from './activity.js';
import { ask, bodyOf, contentOf, patchOf, pathOf, type QuirkPlace, routingOf, typeAt } from './call.js';
import type { QuirkValues } from './values.js';

/** Changes of `/Me` as changes of the user that it stands for: what is remembered of a user goes by its URL. */
export function meAsUser(place: QuirkPlace): Middleware {
  const routing = routingOf(place);
  return (request, next) => {
    if (routing(request)?.kind !== 'me' || request.method === 'GET' || request.method === 'POST') return next(request);
    const type = typeAt(place.registry, { kind: 'me' });
    const user = ask(next, request, 'GET', pathOf(request.target));
    const id = user.status === 200 ? contentOf(user)?.id : undefined;
    if (type === undefined || typeof id !== 'string') return next(request);
    const query = request.target.slice(pathOf(request.target).length);
    return next({ ...request, target: `${place.basePath}${type.endpoint}/${encodeURIComponent(id)}${query}` });
  };
}

/** DELETE that only deactivates, when VALUES have it so. */
export function deletion({ deprovision, deactivate }: QuirkValues, place: QuirkPlace): Middleware | undefined {
  if (deprovision.deleteEffect !== 'deactivated' && deactivate.effect !== 'locked') return undefined;
  const routing = routingOf(place);
  const final = new Set<string>();
  return (request, next) => {
    if (typeAt(place.registry, routing(request))?.name !== 'User') return next(request);
    const path = pathOf(request.target);
    if (request.method === 'DELETE') {
      const response = deactivated(request, next);
      if (response.status < 300 && !deprovision.reversible) final.add(path);
      return response;
    }
    if (final.has(path) && setsActive(request) === true) {
      throw new ProtocolError(400, 'mutability', 'The user was deleted, which cannot be taken back.');
    }
    return next(request);
  };
}

/** Deactivates the user, under the conditions of REQUEST. */
function deactivated(request: MockRequest, next: Answerer): MockResponse {
  const message = patchOf({ op: 'replace', path: 'active', value: false });
  const headers = { ...request.headers, 'content-type': 'application/scim+json' };
  const response = next({ ...request, method: 'PATCH', headers, body: { text: JSON.stringify(message) } });
  return response.status < 300 ? emptyResponse(204) : response;
}

/** Keeps the userName of a deleted user taken, when VALUES do. */
export function tombstones(values: QuirkValues, place: QuirkPlace): Middleware | undefined {
  const { tombstone, retention } = values.delete;
  if (tombstone === 'none') return undefined;
  const routing = routingOf(place);
  const taken = new Map<string, number>();
  return (request, next) => {
    if (typeAt(place.registry, routing(request))?.name !== 'User') return next(request);
    const now = place.now().getTime();
    if (request.method === 'POST' || request.method === 'PUT') refuseTaken(request, taken, now);
    if (request.method !== 'DELETE') return next(request);
    const name = userNameOf(ask(next, request, 'GET', pathOf(request.target)));
    const response = next(request);
    if (response.status < 300 && name !== undefined) {
      taken.set(name.toLowerCase(), retention === null ? Number.POSITIVE_INFINITY : now + retention * 1000);
    }
    return response;
  };
}

function refuseTaken(request: MockRequest, taken: ReadonlyMap<string, number>, now: number): void {
  const name = getAttribute(bodyOf(request) ?? {}, 'userName');
  const until = typeof name === 'string' ? taken.get(name.toLowerCase()) : undefined;
  if (until === undefined || until <= now) return;
  throw new ProtocolError(409, 'uniqueness', `userName: a deleted User still has the value ${JSON.stringify(name)}.`);
}

function userNameOf(response: MockResponse): string | undefined {
  const name = response.status === 200 ? contentOf(response)?.userName : undefined;
  return typeof name === 'string' ? name : undefined;
}
