/** What a service does, against what it says that it does (RFC 7643 §5): found out by reading alone. */

import { ScimError } from '../scim/error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import { getAttribute, type ResourceType } from '../scim/schema/resource-type.js';
import { urn } from '../scim/urn.js';
import type { Answer, CallOptions, Discovery, Feature } from './types.js';
import type { WireRequest } from './wire.js';

/** What one look at one feature showed. */
export interface Observation {
  /** E.g. `sort`, `filter eq`. */
  readonly feature: string;
  /** What the ServiceProviderConfig says; undefined when it has nothing to say about it. */
  readonly declared: boolean | undefined;
  /**
   * `works`; `ignored`: answered as if it had not been asked for; `refused`: with an error; `unclear`: the data at hand
   * cannot tell; `untried`: it would write.
   */
  readonly observed: 'works' | 'ignored' | 'refused' | 'unclear' | 'untried';
  /** What was asked and what came. */
  readonly evidence: string;
}

/** What observing needs of a target. */
export interface Observable {
  discover(call: CallOptions): Promise<Discovery>;
  exchange(request: WireRequest, call: CallOptions): Promise<Answer>;
}

type Seen = Pick<Observation, 'observed' | 'evidence'>;

/** The first resources of a type, which the questions are made of. */
interface Sample {
  readonly resources: readonly JsonObject[];
  readonly total: number;
  /** An attribute that every one of them has as text; undefined when there is none. */
  readonly naming: string | undefined;
}

/** No resource has it as an attribute or an id. */
const nobody = 'nobody-6f9619ff-8b86-d011-b42d-00c04fc964ff';

/**
 * Looks at TARGET by requests that change nothing: pages, filters, sorting, projection, ETags, `.search`, `/Me`, errors.
 * The type asked about is User when there is one, else the first. Throws when the service cannot be reached at all.
 */
export async function observe(target: Observable, call: CallOptions = {}): Promise<Observation[]> {
  const discovery = await target.discover(call);
  const type = discovery.registry.find('User') ?? discovery.registry.resourceTypes[0];
  const declares = (feature: Feature) => declaredIn(discovery, feature);
  const untried = (feature: Feature): Observation => {
    return { feature, declared: declares(feature), observed: 'untried', evidence: 'not tried, because it writes' };
  };
  const writes = (['patch', 'bulk', 'changePassword'] as const).map(untried);
  if (type === undefined) return writes;
  const look = new Look(target, type, call);
  const sample = await look.sample();
  const questions: [string, boolean | undefined, () => Promise<Seen>][] = [
    ['count', undefined, () => look.count(sample)],
    ['startIndex', undefined, () => look.startIndex(sample)],
    ['cursor paging', declaredCursor(discovery), () => look.cursor()],
    ['filter eq', declares('filter'), () => look.filterEq(sample)],
    ['filter sw', declares('filter'), () => look.filterSw(sample)],
    ['filter and', declares('filter'), () => look.filterAnd(sample)],
    ['sort', declares('sort'), () => look.sort(sample)],
    ['attributes', undefined, () => look.attributes(sample)],
    ['excludedAttributes', undefined, () => look.excludedAttributes(sample)],
    ['etag', declares('etag'), () => look.etag(sample)],
    ['POST .search', undefined, () => look.search()],
    ['/Me', undefined, () => look.me()],
    ['404 for what is not there', undefined, () => look.missing()],
  ];
  const seen: Observation[] = [];
  for (const [feature, declared, question] of questions) {
    call.onProgress?.(seen.length, questions.length);
    seen.push({ feature, declared, ...(await settled(question, call)) });
  }
  return [...seen, ...writes];
}

/** What QUESTION shows; an answer that is no SCIM is an answer, too. */
async function settled(question: () => Promise<Seen>, call: CallOptions): Promise<Seen> {
  try {
    return await question();
  } catch (error) {
    call.signal?.throwIfAborted();
    if (!(error instanceof ScimError)) throw error;
    return { observed: 'refused', evidence: error.message };
  }
}

function declaredIn({ serviceProviderConfig }: Discovery, feature: string): boolean | undefined {
  const said = serviceProviderConfig && getAttribute(serviceProviderConfig, feature);
  const supported = isJsonObject(said) ? getAttribute(said, 'supported') : undefined;
  return typeof supported === 'boolean' ? supported : undefined;
}

/** RFC 9865 §4: `pagination.cursor`. */
function declaredCursor({ serviceProviderConfig }: Discovery): boolean | undefined {
  const said = serviceProviderConfig && getAttribute(serviceProviderConfig, 'pagination');
  const cursor = isJsonObject(said) ? getAttribute(said, 'cursor') : undefined;
  return typeof cursor === 'boolean' ? cursor : undefined;
}

class Look {
  constructor(
    private readonly target: Observable,
    private readonly type: ResourceType,
    private readonly call: CallOptions,
  ) {}

  async sample(): Promise<Sample> {
    const answer = await this.#ask('?count=5');
    const resources = resourcesIn(answer);
    const names = this.type.attributes.filter(({ type, multiValued }) => type === 'string' && !multiValued);
    const naming = names
      .sort((a, b) => Number(b.required) - Number(a.required))
      .find(({ name }) => name !== 'id' && resources.length > 0 && resources.every((one) => isText(textAt(one, name))));
    return { resources, total: totalIn(answer) ?? resources.length, naming: naming?.name };
  }

  async count({ total }: Sample): Promise<Seen> {
    const answer = await this.#ask('?count=1');
    const came = resourcesIn(answer).length;
    if (answer.status >= 400) return refusedBy(answer);
    if (total < 2) return unclear(answer, `${total} resources are too few`);
    return came > 1 ? ignored(answer, `${came} resources came`) : works(answer, '1 resource came');
  }

  async startIndex({ resources, total }: Sample): Promise<Seen> {
    const [first, second] = resources;
    if (first === undefined || second === undefined) return tooFew(total);
    const answer = await this.#ask('?startIndex=2&count=1');
    if (answer.status >= 400) return refusedBy(answer);
    const [came] = resourcesIn(answer);
    if (came === undefined) return unclear(answer, 'nothing came');
    if (textAt(came, 'id') === textAt(second, 'id')) return works(answer, 'the second resource came');
    return textAt(came, 'id') === textAt(first, 'id')
      ? ignored(answer, 'the first resource came')
      : unclear(answer, 'another resource came: the order is not stable');
  }

  /** RFC 9865 §2. */
  async cursor(): Promise<Seen> {
    const answer = await this.#ask('?cursor&count=1');
    if (answer.status >= 400) return refusedBy(answer);
    const next = isJsonObject(answer.json) ? getAttribute(answer.json, 'nextCursor') : undefined;
    return isText(next) ? works(answer, 'nextCursor came') : ignored(answer, 'no nextCursor came');
  }

  async filterEq({ resources, naming }: Sample): Promise<Seen> {
    const value = sampleValue(resources, naming);
    if (naming === undefined || value === undefined) return nothingToAskFor;
    const nothing = await this.#filter(`${naming} eq ${JSON.stringify(nobody)}`);
    if (nothing.status >= 400 && nothing.status !== 404) return refusedBy(nothing);
    const wrong = resourcesIn(nothing).length;
    if (wrong > 0) return ignored(nothing, `${wrong} resources came for a value that nobody has`);
    const answer = await this.#filter(`${naming} eq ${JSON.stringify(value)}`);
    if (answer.status >= 400) return refusedBy(answer);
    const came = resourcesIn(answer);
    const isRight = came.some((one) => textAt(one, naming)?.toLowerCase() === value.toLowerCase());
    return isRight ? works(answer, 'exactly what was asked for came') : ignored(answer, 'what is there did not come');
  }

  async filterSw({ resources, naming }: Sample): Promise<Seen> {
    const value = sampleValue(resources, naming);
    if (naming === undefined || value === undefined) return nothingToAskFor;
    const start = [...value].slice(0, 2).join('');
    return this.#filtered(`${naming} sw ${JSON.stringify(start)}`, (one) => {
      return textAt(one, naming)?.toLowerCase().startsWith(start.toLowerCase()) === true;
    });
  }

  async filterAnd({ resources, naming }: Sample): Promise<Seen> {
    const value = sampleValue(resources, naming);
    if (naming === undefined || value === undefined) return nothingToAskFor;
    const text = JSON.stringify(value);
    return this.#filtered(`${naming} eq ${text} and ${naming} eq ${text}`, (one) => {
      return textAt(one, naming)?.toLowerCase() === value.toLowerCase();
    });
  }

  async sort({ total, naming }: Sample): Promise<Seen> {
    if (naming === undefined || total < 3) return tooFew(total);
    const order = async (sortOrder: string) => this.#ask(`?sortBy=${naming}&sortOrder=${sortOrder}&count=5`);
    const [up, down] = [await order('ascending'), await order('descending')];
    const bad = [up, down].find(({ status }) => status >= 400);
    if (bad !== undefined) return refusedBy(bad);
    const [lowest, highest] = [up, down].map((answer) => textAt(resourcesIn(answer)[0], naming)?.toLowerCase());
    if (lowest === undefined || highest === undefined) return unclear(down, 'nothing came');
    return lowest < highest ? works(down, 'another resource came first') : ignored(down, 'the order is the same');
  }

  async attributes({ resources, naming }: Sample): Promise<Seen> {
    const [first] = resources;
    const other = first && naming && memberBeside(first, naming);
    if (naming === undefined || other === undefined) return nothingToAskFor;
    const answer = await this.#ask(`?attributes=${naming}&count=1`);
    if (answer.status >= 400) return refusedBy(answer);
    const [came] = resourcesIn(answer);
    if (came === undefined) return unclear(answer, 'nothing came');
    const extra = memberBeside(came, naming);
    return extra === undefined ? works(answer, `only ${naming} came`) : ignored(answer, `${extra} came, too`);
  }

  async excludedAttributes({ resources, naming }: Sample): Promise<Seen> {
    const [first] = resources;
    const other = first && memberBeside(first, naming ?? '');
    if (other === undefined) return nothingToAskFor;
    const answer = await this.#ask(`?excludedAttributes=${encodeURIComponent(other)}&count=5`);
    if (answer.status >= 400) return refusedBy(answer);
    const is = resourcesIn(answer).find((one) => textAt(one, 'id') === textAt(first, 'id'));
    if (is === undefined) return unclear(answer, 'other resources came');
    const still = getAttribute(is, other) !== undefined;
    return still ? ignored(answer, `${other} came all the same`) : works(answer, `${other} did not come`);
  }

  /** RFC 7644 §3.14. */
  async etag({ resources }: Sample): Promise<Seen> {
    const id = textAt(resources[0], 'id');
    if (id === undefined) return nothingToAskFor;
    const path = `${this.type.endpoint}/${encodeURIComponent(id)}`;
    const answer = await this.target.exchange({ method: 'GET', path }, this.call);
    if (answer.status >= 400) return refusedBy(answer);
    if (answer.etag === null) return { observed: 'ignored', evidence: `${answer.asked}: no ETag and no meta.version` };
    const headers = { 'If-None-Match': answer.etag };
    const again = await this.target.exchange({ method: 'GET', path, headers }, this.call);
    return again.status === 304
      ? works(again, '304 for the ETag that was given')
      : ignored(again, `${again.status} for the ETag that was given, instead of 304`);
  }

  /** RFC 7644 §3.4.3. */
  async search(): Promise<Seen> {
    const body = JSON.stringify({ schemas: [urn.searchRequest], count: 1 });
    const path = `${this.type.endpoint}/.search`;
    const headers = { 'Content-Type': 'application/scim+json' };
    const answer = await this.target.exchange({ method: 'POST', path, headers, body }, this.call);
    return answer.status === 200 ? works(answer, 'a list came') : refusedBy(answer);
  }

  /** RFC 7644 §3.11. */
  async me(): Promise<Seen> {
    const answer = await this.target.exchange({ method: 'GET', path: '/Me' }, this.call);
    return answer.status === 200 || answer.status === 308 ? works(answer, `${answer.status}`) : refusedBy(answer);
  }

  /** RFC 7644 §3.12. */
  async missing(): Promise<Seen> {
    const answer = await this.target.exchange({ method: 'GET', path: `${this.type.endpoint}/${nobody}` }, this.call);
    const status = isJsonObject(answer.json) ? getAttribute(answer.json, 'status') : undefined;
    if (answer.status !== 404) return ignored(answer, `${answer.status} instead of 404`);
    return status === undefined
      ? ignored(answer, '404 without a SCIM error message')
      : works(answer, '404 with a SCIM error message');
  }

  #ask(query: string): Promise<Answer> {
    return this.target.exchange({ method: 'GET', path: `${this.type.endpoint}${query}` }, this.call);
  }

  #filter(filter: string): Promise<Answer> {
    return this.#ask(`?filter=${encodeURIComponent(filter)}&count=5`);
  }

  async #filtered(filter: string, fits: (resource: JsonObject) => boolean): Promise<Seen> {
    const answer = await this.#filter(filter);
    if (answer.status >= 400) return refusedBy(answer);
    const came = resourcesIn(answer);
    if (came.length === 0) return ignored(answer, 'what is there did not come');
    return came.every(fits) ? works(answer, 'what came fits') : ignored(answer, 'what came does not fit');
  }
}

const nothingToAskFor: Seen = { observed: 'unclear', evidence: 'there is no resource to ask for' };

function tooFew(total: number): Seen {
  return { observed: 'unclear', evidence: `${total} resources are too few to tell` };
}

function works({ asked }: Answer, what: string): Seen {
  return { observed: 'works', evidence: `${asked}: ${what}` };
}

function ignored({ asked }: Answer, what: string): Seen {
  return { observed: 'ignored', evidence: `${asked}: ${what}` };
}

function unclear({ asked }: Answer, what: string): Seen {
  return { observed: 'unclear', evidence: `${asked}: ${what}` };
}

function refusedBy({ asked, status, reason }: Answer): Seen {
  return { observed: 'refused', evidence: `${asked}: ${status} ${reason}` };
}

function resourcesIn({ json, status }: Answer): JsonObject[] {
  if (status >= 400 || !isJsonObject(json)) return [];
  const list = getAttribute(json, 'Resources');
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

function totalIn({ json }: Answer): number | undefined {
  const total = isJsonObject(json) ? getAttribute(json, 'totalResults') : undefined;
  return typeof total === 'number' ? total : undefined;
}

function isText(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && value !== '';
}

function textAt(resource: JsonObject | undefined, name: string): string | undefined {
  const value = resource && getAttribute(resource, name);
  return isText(value) ? value : undefined;
}

function sampleValue(resources: readonly JsonObject[], naming: string | undefined): string | undefined {
  return naming === undefined ? undefined : textAt(resources[0], naming);
}

/** A member of RESOURCE other than NAME that may be left out (RFC 7643 §7: `returned`). */
function memberBeside(resource: JsonObject, name: string): string | undefined {
  const kept = new Set(['schemas', 'id', 'meta', name.toLowerCase()]);
  return Object.keys(resource).find((key) => !kept.has(key.toLowerCase()) && !key.includes(':'));
}
