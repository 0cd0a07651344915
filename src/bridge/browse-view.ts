/** One list that is shown in Emacs: read page by page, sorted, and kept so that it can be exported. */

import type { ListPage, ListRun, Target } from '../client/target.js';
import type { Discovery, ListOutcome, Query } from '../client/types.js';
import { scanFilter } from '../document/filter/scan.js';
import { defaultColumns } from '../document/table/choices.js';
import { type Column, columnOf, rowText, widthsOf } from '../document/table/column.js';
import { resourceTexts } from '../document/table/slices.js';
import { CancelledError, ResponseError, ScimError, UsageError } from '../scim/error.js';
import type { JsonObject } from '../scim/json.js';
import type { Completeness } from '../scim/list.js';
import { getAttribute, isOfMembers, type ResourceType } from '../scim/schema/resource-type.js';
import { compileSort, type SortOrder } from '../scim/sort.js';
import { withoutSecrets } from './browse-secrets.js';

/** What is listed. */
export interface ViewRequest {
  readonly view: string;
  readonly type: string;
  readonly filter?: string | undefined;
  readonly sortBy?: string | undefined;
  readonly sortOrder?: SortOrder | undefined;
  readonly columns?: readonly string[] | undefined;
}

/** A resource of a list: its id and its JSON text as the server wrote it. */
export interface ViewRow {
  readonly id: string;
  readonly text: string;
}

/** Rows for the screen. */
export interface Rows {
  readonly text: string;
  readonly ids: string[];
}

export interface ShownColumn {
  readonly path: string;
  readonly name: string;
  readonly width: number;
  readonly sortBy: string | null;
  readonly right: boolean;
  readonly description: string;
}

/** Told about rows as they come; COLUMNS with the first ones. */
export type TellRows = (rows: Rows, replace: boolean, columns: ShownColumn[] | undefined) => Promise<void>;

/** Most rows that are asked for at once: more would keep the first ones waiting. */
const maxPage = 500;
/** Rows that come within so many ms are told together. */
const togetherMs = 80;

export class BrowseView {
  readonly rows: ViewRow[] = [];
  /** Characters of all rows. */
  size = 0;
  readonly columns: readonly Column[];
  readonly warnings: string[] = [];
  readonly #stop = new AbortController();
  #run: ListRun;
  #pages: AsyncIterator<ListPage> | undefined;
  #widths: readonly number[] = [];
  #failure: string | undefined;
  #stopped = false;
  #reachedLimit = false;

  private constructor(
    readonly target: Target,
    readonly type: ResourceType,
    readonly request: ViewRequest,
    private readonly discovery: Discovery,
    private readonly pageSize: number | undefined,
  ) {
    this.columns = (request.columns ?? defaultColumns(type)).map((path) => withoutSecrets(columnOf(type, path)));
    this.#run = this.#list(true);
  }

  /** The view that REQUEST asks for; nothing of the list is read yet. PAGESIZE is what the tenant's settings say. */
  static async open(
    target: Target,
    request: ViewRequest,
    pageSize: number | undefined,
    signal: AbortSignal,
  ): Promise<BrowseView> {
    const discovery = await target.discover({ signal });
    const type = typeNamed(discovery, request.type);
    return new BrowseView(target, type, request, discovery, pageSize);
  }

  /** Who sorts: the server if it says that it can, else this. */
  get sorted(): 'server' | 'here' | 'no' {
    if (this.request.sortBy === undefined) return 'no';
    return this.serverSorts ? 'server' : 'here';
  }

  /** Does the server say that it sorts? */
  get serverSorts(): boolean {
    return this.discovery.supports('sort') === true;
  }

  /** Do the resources refer to members (RFC 7643 §4.2)? */
  get hasMembers(): boolean {
    return isOfMembers(this.type);
  }

  /** Did it stop at its limit? */
  get hasMore(): boolean {
    return this.#reachedLimit && !this.#stopped && this.#failure === undefined;
  }

  /** What the list came to so far. */
  get outcome(): ListOutcome {
    return this.#run.outcome;
  }

  get completeness(): Completeness {
    const found = this.#run.outcome.completeness;
    if (found.kind === 'complete' && this.#failure === undefined) return found;
    if (this.#failure !== undefined) return { kind: 'partial', reason: this.#failure };
    if (this.#stopped) return { kind: 'partial', reason: 'stopped' };
    if (this.#reachedLimit) return { kind: 'partial', reason: 'stopped at the limit' };
    return found;
  }

  /** The columns with the widths that fit the rows so far. */
  get shownColumns(): ShownColumn[] {
    return this.columns.map(({ path, heading, sortBy, right, description }, index) => ({
      path,
      name: heading,
      width: this.#widths[index] ?? 0,
      sortBy: sortBy ?? null,
      right,
      description,
    }));
  }

  /** Read no more. */
  stop(): void {
    this.#stopped = true;
    this.#stop.abort(new CancelledError());
  }

  /**
   * Read LIMIT further rows, whole pages, and TELL them. Ends early when SIGNAL aborts or `stop` is called. A failure is
   * thrown when nothing had come; later it is the reason why the list is partial.
   */
  async read(limit: number, signal: AbortSignal, tell: TellRows): Promise<void> {
    const abort = (): void => this.stop();
    signal.addEventListener('abort', abort, { once: true });
    const teller = new Teller(tell, () => this.shownColumns);
    try {
      await this.#readPages(this.rows.length + limit, teller);
    } catch (error) {
      if (!this.#stopped && this.rows.length === 0) throw error;
      if (!this.#stopped) this.#failure = error instanceof ScimError ? error.message : String(error);
    } finally {
      signal.removeEventListener('abort', abort);
      await teller.flush();
    }
    const { sortBy, sortOrder } = this.request;
    if (this.sorted === 'here' && sortBy !== undefined) await tell(this.sort(sortBy, sortOrder), true, undefined);
  }

  async #readPages(wanted: number, teller: Teller): Promise<void> {
    this.#reachedLimit = false;
    this.#pages ??= this.#run[Symbol.asyncIterator]();
    for (;;) {
      const next = await this.#nextPage();
      if (next.done === true) return;
      await teller.add(this.#take(next.value));
      if (this.rows.length >= wanted && this.#run.outcome.completeness.kind !== 'complete') {
        this.#reachedLimit = true;
        return;
      }
    }
  }

  /** The next page; a server that refuses to leave attributes out is asked for everything. */
  async #nextPage(): Promise<IteratorResult<ListPage>> {
    try {
      return await (this.#pages ?? this.#run[Symbol.asyncIterator]()).next();
    } catch (error) {
      const isFirst = this.#run.outcome.pages === 0;
      if (!isFirst || !(error instanceof ResponseError) || !isAboutProjection(error)) throw error;
      this.#run = this.#list(false);
      this.#pages = this.#run[Symbol.asyncIterator]();
      const page = await this.#pages.next();
      this.warnings.push('The server refuses `attributes`, so it sends whole resources');
      return page;
    }
  }

  #take(page: ListPage): Rows {
    const texts = resourceTexts(page.text);
    const ids = page.resources.map(idOf);
    const lines = page.resources.map((resource) => rowText(this.columns, resource));
    for (const [index, id] of ids.entries()) {
      const text = texts[index] ?? '{}';
      this.rows.push({ id, text });
      this.size += text.length;
    }
    const widths = widthsOf(this.columns, lines);
    this.#widths = widths.map((width, index) => Math.max(width, this.#widths[index] ?? 0));
    return { text: lines.map((line) => `${line}\n`).join(''), ids };
  }

  /** The rows that came, in the order of SORTBY. Throws `ProtocolError` when they have no such attribute. */
  sort(sortBy: string, sortOrder: SortOrder = 'ascending'): Rows {
    const parsed = this.rows.map((row) => ({ row, resource: parse(row.text) }));
    const compare = compileSort(this.type, sortBy, sortOrder);
    parsed.sort((a, b) => compare(a.resource, b.resource));
    this.rows.splice(0, this.rows.length, ...parsed.map(({ row }) => row));
    return {
      text: parsed.map(({ resource }) => `${rowText(this.columns, resource)}\n`).join(''),
      ids: parsed.map(({ row }) => row.id),
    };
  }

  /** The query of this list, for whole resources. */
  get query(): Query {
    const { filter, sortBy, sortOrder } = this.request;
    const sort = this.sorted === 'server' ? { sortBy, sortOrder } : {};
    return { filter, count: this.#count(), ...sort };
  }

  #list(projected: boolean): ListRun {
    const query = projected ? { ...this.query, attributes: this.#attributes() } : this.query;
    return this.target.list(this.type.name, query, { signal: this.#stop.signal });
  }

  /** What the columns show and the filter asks about, so that it can be seen whether the server obeyed. */
  #attributes(): string[] {
    const { words } = scanFilter(this.request.filter ?? '');
    const filtered = words
      .filter(({ role, inside }) => role === 'attribute' && inside === undefined)
      .flatMap(({ text }) => this.type.lookup(text) ?? [])
      .map(({ extension, attribute }) =>
        extension === undefined ? attribute?.name : `${extension}:${attribute?.name}`,
      )
      .filter((name) => name !== undefined);
    return [...new Set([...this.columns.map(({ asked }) => asked), ...filtered, 'id'])];
  }

  #count(): number | undefined {
    if (this.pageSize !== undefined) return this.pageSize;
    const max = this.target.profile.page.max ?? maxResults(this.discovery);
    return max === undefined ? undefined : Math.min(max, maxPage);
  }
}

/** The resource type NAME of a service; throws `UsageError` with those it has. */
export function typeNamed({ registry }: Discovery, name: string): ResourceType {
  const found = registry.find(name);
  if (found !== undefined) return found;
  const known = registry.resourceTypes.map((type) => type.name).join(', ');
  throw new UsageError(`The server has no resource type "${name}"`, { remedy: `It has: ${known}.` });
}

/** Rows on their way: the first at once, the others a few times a second. */
class Teller {
  #text = '';
  #ids: string[] = [];
  #last = 0;
  #isFirst = true;

  constructor(
    private readonly tell: TellRows,
    private readonly columns: () => ShownColumn[],
  ) {}

  /** The first page is told also when it is empty. */
  async add({ text, ids }: Rows): Promise<void> {
    this.#text += text;
    for (const id of ids) this.#ids.push(id);
    if (this.#isFirst || performance.now() - this.#last >= togetherMs) await this.#send();
  }

  async flush(): Promise<void> {
    if (this.#ids.length > 0) await this.#send();
  }

  async #send(): Promise<void> {
    const rows = { text: this.#text, ids: this.#ids };
    const columns = this.#isFirst ? this.columns() : undefined;
    this.#text = '';
    this.#ids = [];
    this.#isFirst = false;
    this.#last = performance.now();
    await this.tell(rows, false, columns);
  }
}

/** RFC 7643 §5: `filter.maxResults` is the largest page. */
function maxResults({ serviceProviderConfig }: Discovery): number | undefined {
  const filter = serviceProviderConfig === undefined ? undefined : getAttribute(serviceProviderConfig, 'filter');
  const max = typeof filter === 'object' && filter !== null && !Array.isArray(filter) ? filter.maxResults : undefined;
  return typeof max === 'number' && Number.isInteger(max) && max > 0 ? max : undefined;
}

/** A filter that is refused is refused without `attributes` too. */
function isAboutProjection({ status, scimType }: ResponseError): boolean {
  return [400, 501].includes(status) && scimType !== 'invalidFilter' && scimType !== 'tooMany';
}

/** The id of RESOURCE; empty when it has none that can be used. */
export function idOf(resource: JsonObject): string {
  const id = getAttribute(resource, 'id');
  // The digits of longer numbers are lost already.
  return Number.isSafeInteger(id) ? String(id) : typeof id === 'string' ? id : '';
}

/** TEXT is the JSON of a resource. */
export function parse(text: string): JsonObject {
  return JSON.parse(text);
}
