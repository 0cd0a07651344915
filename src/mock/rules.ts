/** What a service provider may decide for itself: the options of RFC 7643, RFC 7644 and RFC 9865. */

/** How one mock server uses the freedom that the RFCs leave. Every member has its default in `standardRules`. */
export interface ServiceRules {
  /** `index` and `cursor` say which ways of paging there are (RFC 9865 §4). */
  readonly paging: {
    readonly index: boolean;
    readonly cursor: boolean;
    /** The way when a request asks for neither. */
    readonly defaultMethod: 'index' | 'cursor';
    readonly defaultPageSize: number;
    readonly maxPageSize: number;
    /** How long a cursor lives between two requests, in seconds. */
    readonly cursorTimeout: number;
  };
  readonly bulk: { readonly supported: boolean; readonly maxOperations: number; readonly maxPayloadSize: number };
  readonly patch: { readonly supported: boolean; readonly result: 200 | 204 | 'either' };
  readonly filter: {
    readonly supported: boolean;
    /** More matches than this are refused with `tooMany`; undefined: none are. */
    readonly maxResults: number | undefined;
    /** Whether a filter with personal data in a URL is refused with 403 `sensitive` (RFC 7644 §7.5.2). */
    readonly refuseInUrl: boolean;
  };
  readonly sort: { readonly supported: boolean };
  readonly etag: {
    readonly supported: boolean;
    /** Whether a write without `If-Match` is refused with 428 (RFC 6585 §3). */
    readonly required: boolean;
  };
  readonly changePassword: { readonly supported: boolean };
  /** RFC 7644 §3.11: not there (501), a redirect (308) to the user of the credential, or done in place. */
  readonly me: 'unsupported' | 'redirect' | 'direct';
  /** Whether members and managers must exist. */
  readonly references: 'checked' | 'unchecked';
  /** Largest body that is read, in bytes. */
  readonly maxPayloadSize: number;
}

/** What the mock server does unless it is told otherwise. */
export const standardRules: ServiceRules = {
  paging: {
    index: true,
    cursor: true,
    defaultMethod: 'index',
    defaultPageSize: 100,
    maxPageSize: 1000,
    cursorTimeout: 3600,
  },
  bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 1_048_576 },
  patch: { supported: true, result: 'either' },
  filter: { supported: true, maxResults: undefined, refuseInUrl: false },
  sort: { supported: true },
  etag: { supported: true, required: false },
  changePassword: { supported: true },
  me: 'direct',
  references: 'checked',
  maxPayloadSize: 1_048_576,
};

/** Some of the rules; the others are as in `standardRules`. */
export type RuleChanges = {
  readonly [Part in keyof ServiceRules]?: ServiceRules[Part] extends object
    ? Partial<ServiceRules[Part]>
    : ServiceRules[Part];
};

/** `standardRules` with CHANGES, of which the later ones count. */
export function rulesWith(...changes: readonly RuleChanges[]): ServiceRules {
  return changes.reduce<ServiceRules>(
    (rules, change) => ({
      paging: { ...rules.paging, ...change.paging },
      bulk: { ...rules.bulk, ...change.bulk },
      patch: { ...rules.patch, ...change.patch },
      filter: { ...rules.filter, ...change.filter },
      sort: { ...rules.sort, ...change.sort },
      etag: { ...rules.etag, ...change.etag },
      changePassword: { ...rules.changePassword, ...change.changePassword },
      me: change.me ?? rules.me,
      references: change.references ?? rules.references,
      maxPayloadSize: change.maxPayloadSize ?? rules.maxPayloadSize,
    }),
    standardRules,
  );
}
