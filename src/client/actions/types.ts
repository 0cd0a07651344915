/** One change to many resources: what is asked, what would be sent for it, and what became of it. */

import type { JsonObject } from '../../scim/json.js';
import type { PatchOperation } from '../../scim/patch/request.js';

/** What is to be done to each of the resources. */
export type Action =
  | { readonly kind: 'activate' | 'deactivate' | 'delete' }
  | { readonly kind: 'addToGroups' | 'removeFromGroups'; readonly groups: readonly string[] }
  | {
      readonly kind: 'edit';
      readonly op: PatchOperation['op'];
      readonly path: string;
      /** As a person types it. */
      readonly value?: string | undefined;
    }
  /** The text of a PatchOp message or of the array of its operations. */
  | { readonly kind: 'patch'; readonly operations: string };

/** One request, which changes one resource, on behalf of one item or of several. */
export interface PlannedRequest {
  readonly method: 'PATCH' | 'PUT' | 'DELETE';
  /** JSON text; undefined for DELETE. */
  readonly body: string | undefined;
  /** Ids of the items that it is sent for. */
  readonly items: readonly string[];
}

/** How the effect of a job is seen in the resource. */
export type Expectation =
  /** Operations that would change nothing any more. */
  | { readonly kind: 'patched'; readonly operations: readonly PatchOperation[]; readonly isDeactivation: boolean }
  /** No resource; or, where DELETE deactivates, an inactive one. */
  | { readonly kind: 'deleted'; readonly mayStayInactive: boolean }
  /** The items are members, or are not; with `readable` false nobody can see that. */
  | { readonly kind: 'members'; readonly present: boolean; readonly readable: boolean };

/** The requests that change one resource, to be sent in this order. */
export interface Job {
  /** Name of the resource type. */
  readonly type: string;
  readonly id: string;
  /** As people call it. */
  readonly label: string;
  /** Path of the resource, relative to the base URL. */
  readonly path: string;
  /** The version that the plan was made for; undefined where the service knows none. */
  readonly etag: string | undefined;
  /** What the resource said then (`fingerprintOf`); undefined where a new version always is a conflict. */
  readonly fingerprint?: string | undefined;
  readonly requests: readonly PlannedRequest[];
  readonly expect: Expectation;
}

/** How an item stands. */
export type Outcome = 'planned' | 'unchanged' | 'skipped' | 'done' | 'failed' | 'conflict' | 'ambiguous' | 'stopped';

/** One of the resources that the action is for. */
export interface Item {
  readonly id: string;
  /** As people call it. */
  readonly label: string;
  /** Before a run: `planned`, `unchanged` or `skipped`. */
  readonly outcome: Outcome;
  /** Why nothing is to be sent; or what became of it. */
  readonly detail: string;
  /** HTTP status of the answer. */
  readonly status?: number | undefined;
}

/** A resource as it is now. */
export interface Current {
  readonly id: string;
  /** undefined when it could not be read. */
  readonly resource: JsonObject | undefined;
  readonly etag: string | undefined;
  /** As the server sent it, when it was read by itself and whole. */
  readonly text?: string | undefined;
  /** Why it could not be read; a 404 means that there is none. */
  readonly error?: Error | undefined;
}

/** How many items have each outcome. */
export type Counts = Record<Exclude<Outcome, 'planned'>, number>;
