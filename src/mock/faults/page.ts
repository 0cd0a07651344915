/** Pages of lists that are wrong: too short, repeated, with a number of results that is not true. */

import type { JsonObject, JsonValue } from '../../scim/json.js';
import { jsonResponse, type MockRequest, type MockResponse } from '../message.js';
import type { Answerer } from '../middleware.js';
import { isSearch, requestObject, responseObject } from './request.js';
import type { FaultEffect } from './rule.js';

/** How many cursors are remembered with the page that they came with. */
const rememberedCursors = 1000;

/** Spoils the lists of one server. */
export class PageFaults {
  /** What was on the page that a cursor came with (RFC 9865 §2). */
  private readonly before = new Map<string, JsonValue[]>();

  constructor(private readonly basePath: string) {}

  /** RESPONSE, which answers REQUEST, as EFFECT wants it; NEXT answers the request for the page before. */
  spoiled(effect: FaultEffect, request: MockRequest, response: MockResponse, next: Answerer): MockResponse {
    if (response.status !== 200 || (effect.page === undefined && effect.totalResults === undefined)) return response;
    const list = responseObject(response);
    if (list === undefined || typeof list.totalResults !== 'number') return response;
    const changed = { ...list, ...this.page(effect.page, request, list, next), ...total(effect, list.totalResults) };
    return { ...response, body: jsonResponse(200, JSON.stringify(changed)).body };
  }

  /** Remembers what was on the page RESPONSE, when a cursor leads on from it. */
  remember(response: MockResponse): void {
    const list = response.status === 200 ? responseObject(response) : undefined;
    if (typeof list?.nextCursor !== 'string') return;
    this.before.delete(list.nextCursor);
    this.before.set(list.nextCursor, resourcesIn(list) ?? []);
    const [oldest] = this.before.keys();
    if (oldest !== undefined && this.before.size > rememberedCursors) this.before.delete(oldest);
  }

  private page(kind: FaultEffect['page'], request: MockRequest, list: JsonObject, next: Answerer): JsonObject {
    if (kind === undefined) return {};
    const resources = resourcesIn(list) ?? [];
    const shown =
      kind === 'empty'
        ? []
        : kind === 'half'
          ? resources.slice(0, Math.floor(resources.length / 2))
          : (this.pageBefore(request, list, next) ?? resources);
    return { itemsPerPage: shown.length, [resourcesKey(list)]: shown };
  }

  private pageBefore(request: MockRequest, list: JsonObject, next: Answerer): JsonValue[] | undefined {
    const cursor = parameter(request, 'cursor', this.basePath);
    if (typeof cursor === 'string' && cursor !== '') return this.before.get(cursor);
    const { startIndex } = list;
    if (typeof startIndex !== 'number' || startIndex <= 1) return undefined;
    const size = Number(parameter(request, 'count', this.basePath) ?? list.itemsPerPage);
    const start = Number.isSafeInteger(size) && size > 0 ? Math.max(1, startIndex - size) : 1;
    const earlier = responseObject(next(this.startingAt(request, start, startIndex - start)));
    return earlier && resourcesIn(earlier);
  }

  /** REQUEST for COUNT resources from START on. */
  private startingAt(request: MockRequest, start: number, count: number): MockRequest {
    if (isSearch(request.target, this.basePath)) {
      const body = { ...requestObject(request), startIndex: start, count };
      return { ...request, body: { text: JSON.stringify(body) } };
    }
    const [path = '', query] = request.target.split('?');
    const parameters = new URLSearchParams(query);
    parameters.set('startIndex', String(start));
    parameters.set('count', String(count));
    return { ...request, target: `${path}?${parameters}` };
  }
}

/** The list parameter NAME of REQUEST, be it in the URL or in a search message. */
function parameter(request: MockRequest, name: string, basePath: string): JsonValue | undefined {
  if (isSearch(request.target, basePath)) return requestObject(request)?.[name];
  return new URLSearchParams(request.target.split('?')[1]).get(name) ?? undefined;
}

function resourcesIn(list: JsonObject): JsonValue[] | undefined {
  const resources = list[resourcesKey(list)];
  return Array.isArray(resources) ? resources : undefined;
}

/** Some vendors write `resources`. */
function resourcesKey(list: JsonObject): string {
  return Object.keys(list).find((name) => name.toLowerCase() === 'resources') ?? 'Resources';
}

function total({ totalResults: added }: FaultEffect, actual: number): JsonObject {
  return added === undefined ? {} : { totalResults: Math.max(0, actual + added) };
}
