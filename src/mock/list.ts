/** RFC 7644 §3.4.2: one page of the resources that a query finds. */

import { compileProjection } from '../scim/projection.js';
import type { ResourceType } from '../scim/schema/resource-type.js';
import { urn } from '../scim/urn.js';
import type { Entry } from './entry.js';
import { Finder } from './find.js';
import type { ListQuery } from './query.js';
import type { ResourceStore } from './store.js';

const comma = Buffer.from(',');
const listEnd = Buffer.from(']}');

/** Answers list queries from STORE, at most MAXPAGE resources at a time. */
export class Lister {
  private readonly finder: Finder;

  constructor(
    private readonly store: ResourceStore,
    private readonly maxPage: number,
  ) {
    this.finder = new Finder(store);
  }

  /**
   * The ListResponse message for QUERY over the resources of TYPES, as JSON text in UTF-8.
   * @throws ProtocolError 400 `invalidFilter`, `invalidPath` or `invalidValue`
   */
  list(types: readonly ResourceType[], query: ListQuery): Buffer {
    const entries = this.finder.find(types, query);
    const start = query.startIndex - 1;
    const page = entries.slice(start, start + Math.min(query.count ?? this.maxPage, this.maxPage));
    const head =
      `{"schemas":["${urn.listResponse}"],"totalResults":${entries.length},"itemsPerPage":${page.length},` +
      `"startIndex":${query.startIndex},"Resources":[`;
    const resources = this.texts(types, query, page).flatMap((text, place) => (place === 0 ? [text] : [comma, text]));
    return Buffer.concat([Buffer.from(head), ...resources, listEnd]);
  }

  private texts(types: readonly ResourceType[], query: ListQuery, page: readonly Entry[]): Buffer[] {
    if (!query.attributes && !query.excludedAttributes) return page.map((entry) => this.store.text(entry));
    const projections = new Map(types.map((type) => [type, compileProjection(type, query)]));
    return page.map((entry) => {
      const project = projections.get(entry.type);
      return project ? Buffer.from(JSON.stringify(project(this.store.view(entry)))) : this.store.text(entry);
    });
  }
}
