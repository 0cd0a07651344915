/** Eventual consistency: for a time, reads show what was before a write. */

import { compileFilter, parseFilter } from '../../scim/filter/index.js';
import { isJsonObject } from '../../scim/json.js';
import type { ResourceType } from '../../scim/schema/resource-type.js';
import { type Entry, PastEntry } from '../entry.js';
import type { Criteria, EntryList } from '../find.js';
import type { MockRequest, MockResponse } from '../message.js';
import type { Answerer } from '../middleware.js';
import { ListOrder } from '../position.js';
import type { ResourceStore } from '../store.js';
import { overlaid } from './overlay.js';
import { idIn, requestObject, responseObject } from './request.js';
import { pathBelow } from './target.js';

/** A state of a resource that reads still show. */
interface Hidden {
  readonly type: ResourceType;
  /** How it was; undefined when it was not there. */
  readonly before: Entry | undefined;
  /** In milliseconds by the server's clock. */
  readonly until: number;
}

/** Which states reads show that are past. Only the resource itself is late, not what others show of it. */
export class StaleReads {
  /** By id, for each the earliest write first. */
  private readonly hidden = new Map<string, Hidden[]>();

  constructor(
    private readonly store: ResourceStore,
    private readonly basePath: string,
    private readonly now: () => Date,
  ) {}

  /** Is there anything that reads do not show yet? */
  get isActive(): boolean {
    if (this.hidden.size === 0) return false;
    const now = this.now().getTime();
    for (const [id, states] of this.hidden) {
      const left = states.filter(({ until }) => until > now);
      if (left.length === 0) this.hidden.delete(id);
      else if (left.length < states.length) this.hidden.set(id, left);
    }
    return this.hidden.size > 0;
  }

  /**
   * What NEXT answers to the write REQUEST, whose effect reads show SECONDS later; when that is undefined, they show all
   * of what was written until now.
   */
  written(request: MockRequest, next: Answerer, seconds?: number): MockResponse {
    const before = this.targets(request, next).map((id) => ({ id, entry: this.frozen(id) }));
    const response = next(request);
    if (response.status >= 400) return response;
    for (const { id, entry } of before) this.note(id, entry, seconds);
    for (const id of createdIds(request, response)) this.note(id, undefined, seconds);
    return response;
  }

  /** What reads show in place of PRESENT, the resource with ID. */
  shown(id: string, present: Entry | undefined): Entry | undefined {
    if (!this.isActive) return present;
    const [hidden] = this.hidden.get(id) ?? [];
    return hidden ? hidden.before : present;
  }

  /**
   * What a list of TYPES with CRITERIA shows in place of PRESENT, the list of the resources as they are.
   * @throws ProtocolError like the search for PRESENT
   */
  list(types: readonly ResourceType[], criteria: Criteria, present: EntryList): EntryList {
    if (!this.isActive) return present;
    const matches = this.matcher(types, criteria.filter);
    const gone: Entry[] = [];
    const back: Entry[] = [];
    for (const [id, [state]] of this.hidden) {
      if (!state || !types.includes(state.type)) continue;
      const entry = this.store.find(id);
      if (entry && matches(entry)) gone.push(entry);
      if (state.before && matches(state.before)) back.push(state.before);
    }
    return overlaid(present, gone, back, new ListOrder(this.store, types, criteria));
  }

  private matcher(types: readonly ResourceType[], filter: string | undefined): (entry: Entry) => boolean {
    if (filter === undefined) return () => true;
    const parsed = parseFilter(filter);
    const filters = new Map(types.map((type) => [type, compileFilter(parsed, type)]));
    return (entry) => filters.get(entry.type)?.(this.store.view(entry)) ?? false;
  }

  private note(id: string, before: Entry | undefined, seconds: number | undefined): void {
    const type = (before ?? this.store.find(id))?.type;
    if (type === undefined) return;
    if (seconds === undefined) this.hidden.delete(id);
    else {
      const state = { type, before, until: this.now().getTime() + seconds * 1000 };
      this.hidden.set(id, [...(this.hidden.get(id) ?? []), state]);
    }
  }

  /** The resource with ID as it is now, which later writes do not change. */
  private frozen(id: string): Entry | undefined {
    const entry = this.store.find(id);
    return entry && new PastEntry(entry, this.store.view(entry));
  }

  /** Ids of the resources that REQUEST is going to change. */
  private targets(request: MockRequest, next: Answerer): string[] {
    const path = pathBelow(request.target, this.basePath) ?? '';
    if (path === '/Me') {
      const me = responseObject(next({ ...request, method: 'GET', body: { text: '' } }))?.id;
      return typeof me === 'string' ? [me] : [];
    }
    const paths = path === '/Bulk' ? bulkPaths(request) : [path];
    return paths.map(idIn).filter((id) => id !== undefined);
  }
}

function bulkPaths(request: MockRequest): string[] {
  const operations = requestObject(request)?.Operations;
  if (!Array.isArray(operations)) return [];
  return operations
    .filter(isJsonObject)
    .map(({ path }) => path)
    .filter((path) => typeof path === 'string');
}

/** Ids of the resources that REQUEST has made, as RESPONSE tells. */
function createdIds({ method }: MockRequest, response: MockResponse): string[] {
  if (method !== 'POST') return [];
  const answer = responseObject(response);
  if (!Array.isArray(answer?.Operations)) {
    const id = idIn(response.headers.location ?? '') ?? answer?.id;
    return typeof id === 'string' ? [id] : [];
  }
  return answer.Operations.filter(isJsonObject)
    .filter((result) => result.method === 'POST' && String(result.status).startsWith('2'))
    .map(({ location }) => (typeof location === 'string' ? idIn(location) : undefined))
    .filter((id) => id !== undefined);
}
