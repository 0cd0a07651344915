/** What is known about a payload beside its text. */

import type { PositionEncoding, Range } from '../../config/text.js';
import type { ResourceType, SchemaRegistry } from '../../scim/schema/resource-type.js';
import type { FilterContext } from '../filter/context.js';

export type PayloadKind = 'resource' | 'patch' | 'search' | 'bulk';

/** A resource that was found by its name. */
export interface FoundResource {
  /** Name of its resource type. */
  readonly type: string;
  readonly id: string;
  readonly name: string;
  /** A few words to tell it from others of its name. */
  readonly detail: string;
}

/** What a payload is, and of which service. */
export interface PayloadContext {
  readonly kind: PayloadKind;
  /** What it is a resource of, or a message about; undefined: not known, as for a bulk request. */
  readonly type: ResourceType | undefined;
  /** The schemas of the service. */
  readonly registry: SchemaRegistry;
  /** Name of the tenant, for `scim:` URIs. */
  readonly tenant: string;
  /** For a resource: is it new, or does it take the place of another? New unless given. */
  readonly direction?: 'create' | 'replace' | undefined;
  /** The resource as the service has it: what it alone may set is measured by it. */
  readonly base?: string | undefined;
  /** How positions count; utf-32 unless given. */
  readonly encoding?: PositionEncoding | undefined;
  /** Base URL of the service, for the `$ref` of what is looked up. */
  readonly baseUrl?: string | undefined;
  /** What is known about the filters of the service; absent: only their syntax is looked at. */
  readonly filters?: Omit<FilterContext, 'resourceType'> | undefined;
  /** At most LIMIT resources of TYPES that are called TEXT or so; absent: nothing can be looked up. */
  readonly lookUp?:
    | ((types: readonly string[], text: string, limit: number) => Promise<readonly FoundResource[]>)
    | undefined;
}

/** Where something is defined: behind a `scim:` URI. */
export interface PayloadDefinition {
  readonly uri: string;
  readonly range: Range;
}

/** A part of a text that leads to a resource. */
export interface PayloadLink {
  readonly range: Range;
  /** A `scim:` URI. */
  readonly target: string;
  /** What it leads to, for a person: `User Barbara Jensen`. */
  readonly tooltip: string;
}
