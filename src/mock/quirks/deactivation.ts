/** What comes of setting `active` to false: later than asked, or more than asked. */

import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject, type JsonValue } from '../../scim/json.js';
import type { MockRequest, MockResponse } from '../message.js';
import type { Answerer, Middleware } from '../middleware.js';
import { setsActive } from './activity.js';
import { ask, contentOf, patchOf, pathOf, type QuirkPlace, routingOf, typeAt } from './call.js';
import type { QuirkValues } from './values.js';
import { defaultDelays } from './vendors.js';

/** Does what VALUES make of a deactivation. */
export function deactivation({ deactivate }: QuirkValues, place: QuirkPlace): Middleware | undefined {
  const { effect } = deactivate;
  if (effect === 'immediate' || effect === 'locked') return undefined;
  const waiting = new Waiting(place, (deactivate.delay ?? defaultDelays[effect]) * 1000);
  const effects = effect === 'obfuscated' ? obfuscation() : laterEffects(effect, waiting);
  const routing = routingOf(place);
  return (request, next) => {
    waiting.settle(request, next);
    const isWrite = request.method === 'PATCH' || request.method === 'PUT' || request.method === 'DELETE';
    if (!isWrite || typeAt(place.registry, routing(request))?.name !== 'User') return next(request);
    return effects(request, next);
  };
}

/** What is to happen to users, by the path of each. */
class Waiting {
  private readonly due = new Map<string, { readonly at: number; readonly act: Middleware }>();

  constructor(
    private readonly place: QuirkPlace,
    private readonly delayMs: number,
  ) {}

  /** Lets ACT happen to the user of REQUEST after the delay, unless it is forgotten before. */
  add(request: MockRequest, act: Middleware): void {
    const path = pathOf(request.target);
    // The delay runs from the first request: asking again does not put it off.
    if (!this.due.has(path)) this.due.set(path, { at: this.place.now().getTime() + this.delayMs, act });
  }

  forget(request: MockRequest): void {
    this.due.delete(pathOf(request.target));
  }

  /** Lets happen what is due by now, on behalf of REQUEST. */
  settle(request: MockRequest, next: Answerer): void {
    if (this.due.size === 0) return;
    const now = this.place.now().getTime();
    for (const [path, { at, act }] of this.due) {
      if (at > now) continue;
      this.due.delete(path);
      act({ ...request, target: path }, next);
    }
  }
}

/** A deactivation that is done after the delay, or that ends in the user being deleted then. */
function laterEffects(effect: 'delayed' | 'deleted-later' | 'removed', waiting: Waiting): Middleware {
  return (request, next) => {
    const active = setsActive(request);
    const wasActive = isActive(request, next);
    const response = next(request);
    if (response.status >= 300) return response;
    if (active !== false) {
      if (active === true || request.method === 'DELETE') waiting.forget(request);
      return response;
    }
    if (effect !== 'delayed') {
      waiting.add(request, remove);
      waiting.settle(request, next);
      return response;
    }
    if (!wasActive) return response;
    setActive(request, next, true);
    waiting.add(request, (later, service) => setActive(later, service, false));
    return answeredAnew(request, next, response);
  };
}

function isActive(request: MockRequest, next: Answerer): boolean {
  const content = contentOf(ask(next, request, 'GET', pathOf(request.target)));
  return content !== undefined && content.active !== false;
}

function setActive(request: MockRequest, next: Answerer, active: boolean): MockResponse {
  const message = patchOf({ op: 'replace', path: 'active', value: active });
  return ask(next, request, 'PATCH', pathOf(request.target), message);
}

const remove: Middleware = (request, next) => ask(next, request, 'DELETE', pathOf(request.target));

/** RESPONSE to REQUEST with the resource as it is now. */
function answeredAnew(request: MockRequest, next: Answerer, response: MockResponse): MockResponse {
  if (response.body.length === 0) return response;
  const now = ask(next, request, 'GET', request.target);
  return now.status === 200
    ? { ...response, headers: { ...response.headers, ...now.headers }, body: now.body }
    : response;
}

/** Names of a deactivated user are obfuscated, and come back with it. */
function obfuscation(): Middleware {
  const hidden = new Map<string, JsonObject>();
  return (request, next) => {
    const path = pathOf(request.target);
    const response = next(request);
    if (response.status >= 300) return response;
    if (request.method === 'DELETE') {
      hidden.delete(path);
      return response;
    }
    const user = contentOf(ask(next, request, 'GET', path));
    if (user === undefined) return response;
    const known = hidden.get(path);
    if (user.active === false) {
      const names = obfuscated(user, path);
      if (user.userName === names.userName) return response;
      hidden.set(path, namesOf(user));
      return renamed(request, next, response, names);
    }
    if (known === undefined) return response;
    hidden.delete(path);
    const isNamed = user.userName !== obfuscated(user, path).userName;
    return isNamed ? response : renamed(request, next, response, known);
  };
}

function namesOf({ userName, emails }: JsonObject): JsonObject {
  return { ...(userName !== undefined && { userName }), ...(emails !== undefined && { emails }) };
}

/** What `userName` and `emails` of USER at PATH are while it is deactivated. */
function obfuscated({ emails }: JsonObject, path: string): JsonObject {
  const userName = createHash('sha256').update(path).digest('hex').slice(0, 32);
  const hide = (one: JsonValue): JsonValue =>
    isJsonObject(one) ? { ...one, value: `${userName}@obfuscated.invalid` } : one;
  return { userName, ...(Array.isArray(emails) && { emails: emails.map(hide) }) };
}

function renamed(request: MockRequest, next: Answerer, response: MockResponse, names: JsonObject): MockResponse {
  const operations = Object.entries(names).map(([path, value]) => ({ op: 'replace', path, value }));
  ask(next, request, 'PATCH', pathOf(request.target), patchOf(...operations));
  return answeredAnew(request, next, response);
}
