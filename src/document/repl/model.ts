/** What an input asks for. Spans are those of the text that was parsed. */

import type { Assignment } from './assignments.js';
import type { Span } from './problem.js';
import type { ReplReference } from './reference.js';

/** A resource as people name it. */
export type Designator = Span &
  (
    | { readonly kind: 'id'; readonly type: string; readonly id: string }
    | { readonly kind: 'name'; readonly name: string; readonly type: string | undefined }
    | { readonly kind: 'result'; readonly reference: ReplReference }
  );

/** JSON text and where it stands. */
export interface Body extends Span {
  readonly text: string;
}

export interface Projected {
  readonly attributes?: readonly string[] | undefined;
  readonly excludedAttributes?: readonly string[] | undefined;
}

export interface ListQuery extends Projected {
  readonly filter?: (Span & { readonly text: string }) | undefined;
  readonly sortBy?: string | undefined;
  readonly sortOrder?: 'ascending' | 'descending' | undefined;
  readonly startIndex?: number | undefined;
  /** Rows to show. */
  readonly count?: number | 'all' | undefined;
}

export type ReplCommand =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'list'; readonly type: string; readonly query: ListQuery }
  | { readonly kind: 'search'; readonly type: string | undefined; readonly query: ListQuery }
  | { readonly kind: 'count'; readonly type: string; readonly query: ListQuery }
  | { readonly kind: 'more' }
  | { readonly kind: 'config' }
  | { readonly kind: 'types' }
  | { readonly kind: 'error' }
  | { readonly kind: 'get'; readonly what: Designator; readonly projection: Projected }
  | { readonly kind: 'me'; readonly projection: Projected }
  | { readonly kind: 'create'; readonly type: string; readonly body: Body }
  | { readonly kind: 'put'; readonly what: Designator; readonly body: Body }
  | { readonly kind: 'patch'; readonly what: Designator; readonly changes: readonly Assignment[] }
  | { readonly kind: 'patchMessage'; readonly what: Designator; readonly body: Body }
  | { readonly kind: 'delete'; readonly what: Designator }
  | { readonly kind: 'members'; readonly what: Designator; readonly query: ListQuery }
  | { readonly kind: 'bulk'; readonly body: Body }
  | ({ readonly kind: 'schema'; readonly name: string } & Span)
  | { readonly kind: 'show'; readonly reference: ReplReference };

/** A comma, and what it is the shortcut for. */
export interface Shortcut {
  readonly name: string;
  readonly argument: string;
  /** Where the argument stands. */
  readonly start: number;
}
