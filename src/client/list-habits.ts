/** How a server pages: by its vendor's profile, and by what it says itself (RFC 9865 §4). */

import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.js';
import { getAttribute } from '../scim/schema/resource-type.js';

/** What is known about the pages of a server's lists. */
export interface PagingHabits {
  /** The method to begin with; a `nextCursor` in any answer is followed all the same. `none`: the server cannot page. */
  readonly mode: 'index' | 'cursor' | 'none';
  /** The largest `count` that the server takes. */
  readonly maxCount: number | undefined;
  /** The last `startIndex` that the server takes. */
  readonly maxStartIndex: number | undefined;
  /** Does `id gt "…"` in the filter lead beyond `maxStartIndex`? */
  readonly pagesById: boolean;
  /** Is `totalResults` the number of resources? */
  readonly trustsTotal: boolean;
}

/** What the profile of a vendor may say about lists; what else it says is not looked at here. */
export interface ListProfile {
  readonly page?:
    | {
        readonly mode?: 'index' | 'cursor' | 'none' | 'auto' | undefined;
        readonly max?: number | null | undefined;
        readonly maxStartIndex?: number | null | undefined;
        readonly deepFallback?: 'none' | 'id-gt' | undefined;
      }
    | undefined;
  readonly list?: { readonly totalTrusted?: boolean | undefined } | undefined;
  readonly filter?:
    | {
        /** By resource type; what is not named is not restricted. */
        readonly attributes?: Readonly<Record<string, readonly string[]>> | undefined;
        /** What comes of a filter that is not supported. */
        readonly unsupportedResult?: 'error' | 'empty' | 'everything' | undefined;
      }
    | undefined;
}

/** The habits by PROFILE, and where it is silent by CONFIG, the ServiceProviderConfig, as far as they are known. */
export function pagingHabits(profile: ListProfile | undefined, config: JsonObject | undefined): PagingHabits {
  const pagination = config === undefined ? undefined : getAttribute(config, 'pagination');
  const said = isJsonObject(pagination) ? pagination : {};
  const { mode = 'auto', max, maxStartIndex, deepFallback = 'none' } = profile?.page ?? {};
  const limits = [max ?? undefined, positive(getAttribute(said, 'maxPageSize'))].filter((limit) => limit !== undefined);
  return {
    mode: mode === 'auto' ? announced(said) : mode,
    maxCount: limits.length === 0 ? undefined : Math.min(...limits),
    maxStartIndex: maxStartIndex ?? undefined,
    pagesById: deepFallback === 'id-gt',
    trustsTotal: profile?.list?.totalTrusted ?? true,
  };
}

/** RFC 9865 §4: the method by `defaultPaginationMethod`; a server that offers cursors only is asked for them. */
function announced(pagination: JsonObject): 'index' | 'cursor' {
  if (getAttribute(pagination, 'cursor') !== true) return 'index';
  const method = getAttribute(pagination, 'defaultPaginationMethod');
  if (typeof method === 'string') return method.toLowerCase() === 'cursor' ? 'cursor' : 'index';
  // Without a default, a list by cursor is preferred: it does not skip when resources go while it is read.
  return 'cursor';
}

function positive(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;
}
