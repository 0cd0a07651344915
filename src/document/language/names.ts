/** Names that request files know: methods, paths, parameters, headers, directives, operators, with what they mean. */

/** A name and what it means, as Markdown. */
export interface Named {
  readonly name: string;
  readonly text: string;
}

export const methodNames: readonly Named[] = [
  { name: 'GET', text: 'Read a resource, or list and search those of a type (RFC 7644 §3.4).' },
  {
    name: 'POST',
    text: 'Create a resource, search with `/.search`, or send many operations to `/Bulk` (RFC 7644 §3.3).',
  },
  { name: 'PUT', text: 'Replace a resource: what the body leaves out is cleared (RFC 7644 §3.5.1).' },
  { name: 'PATCH', text: 'Change parts of a resource by operations `add`, `replace`, `remove` (RFC 7644 §3.5.2).' },
  { name: 'DELETE', text: 'Delete a resource (RFC 7644 §3.6).' },
];

/** Endpoints that every service may have beside those of its resource types. */
export const fixedEndpoints: readonly (Named & { readonly methods: readonly string[] })[] = [
  {
    name: '/Me',
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    text: 'The resource of whoever the credentials belong to (RFC 7644 §3.11).',
  },
  { name: '/.search', methods: ['POST'], text: 'Search resources of all types by a body (RFC 7644 §3.4.3).' },
  { name: '/Bulk', methods: ['POST'], text: 'Many operations in one request (RFC 7644 §3.7).' },
  { name: '/ServiceProviderConfig', methods: ['GET'], text: 'What the service says it can do (RFC 7644 §4).' },
  { name: '/ResourceTypes', methods: ['GET'], text: 'The types of resources that the service has (RFC 7644 §4).' },
  { name: '/Schemas', methods: ['GET'], text: 'The schemas of these resources (RFC 7644 §4).' },
];

export const queryNames: readonly Named[] = [
  {
    name: 'filter',
    text: 'Which resources: `userName eq "bjensen"` (RFC 7644 §3.4.2.2). Spaces and quotes may be written as they are.',
  },
  {
    name: 'attributes',
    text: 'Return these attributes only, with those that are always returned: a list with commas (RFC 7644 §3.9).',
  },
  { name: 'excludedAttributes', text: 'Leave these attributes out: a list with commas (RFC 7644 §3.9).' },
  { name: 'sortBy', text: 'The attribute to sort by (RFC 7644 §3.4.2.3).' },
  { name: 'sortOrder', text: '`ascending` (the default) or `descending` (RFC 7644 §3.4.2.3).' },
  { name: 'startIndex', text: 'Where the page begins; the first resource is 1 (RFC 7644 §3.4.2.4).' },
  { name: 'count', text: 'At most so many resources in a page; 0 asks for `totalResults` alone (RFC 7644 §3.4.2.4).' },
  {
    name: 'cursor',
    text: 'Where the page begins, as the page before said in `nextCursor`; empty for the first (RFC 9865).',
  },
];

export interface HeaderName extends Named {
  readonly values: readonly string[];
}

export const headerNames: readonly HeaderName[] = [
  { name: 'If-Match', values: ['*'], text: 'Write only if the resource still has this ETag (RFC 7644 §3.14).' },
  {
    name: 'If-None-Match',
    values: ['*'],
    text: 'Read only if the resource has another ETag by now: else the answer is 304 (RFC 7644 §3.14).',
  },
  {
    name: 'Accept',
    values: ['application/scim+json', 'application/json'],
    text: 'The media types of the answer. Without it, `application/scim+json` is asked for (RFC 7644 §3.8).',
  },
  {
    name: 'Content-Type',
    values: ['application/scim+json', 'application/json'],
    text: 'The media type of the body. Without it, `application/scim+json` is sent (RFC 7644 §3.8).',
  },
  { name: 'Accept-Language', values: ['en', '*'], text: 'The language of texts in the answer (RFC 9110 §12.5.4).' },
  {
    name: 'Prefer',
    values: ['respond-async', 'return=minimal', 'return=representation'],
    text: 'What the client would like (RFC 7240). `respond-async`: be told later how it ended (RFC 9967).',
  },
  {
    name: 'Authorization',
    values: [],
    text: 'The credentials. Without it, those of the tenant are sent, which need not stand in any file.',
  },
  {
    name: 'X-HTTP-Method-Override',
    values: ['PATCH', 'PUT', 'DELETE'],
    text: 'The method that is meant, sent as POST, where a proxy lets no other through.',
  },
];

export interface DirectiveName extends Named {
  readonly values: readonly Named[];
  /** Takes several values with spaces between. */
  readonly isList?: boolean;
}

export const directiveNames: readonly DirectiveName[] = [
  { name: 'all-pages', values: [], text: 'Read every page of the list and check that it is complete. For GET only.' },
  {
    name: 'requires',
    isList: true,
    values: [
      { name: 'patch', text: 'PATCH' },
      { name: 'bulk', text: 'POST /Bulk' },
      { name: 'filter', text: 'filters' },
      { name: 'changePassword', text: 'changing passwords' },
      { name: 'sort', text: 'sorting' },
      { name: 'etag', text: 'ETags' },
    ],
    text: 'Skip the request when the service says that it does not support this: one or more features.',
  },
  {
    name: 'validate',
    values: [
      { name: 'strict', text: 'Do not send a body that breaks the schema.' },
      { name: 'warn', text: 'Send it, with a warning.' },
      { name: 'off', text: 'Do not look.' },
    ],
    text: 'What to do about a body that breaks the schema, instead of what the tenant says.',
  },
  {
    name: 'timeout',
    values: [
      { name: '10s', text: 'ten seconds' },
      { name: '2m', text: 'two minutes' },
      { name: '500ms', text: 'half a second' },
    ],
    text: 'How long to wait for the answer: `500ms`, `10s`, `2m`.',
  },
  { name: 'no-retry', values: [], text: 'Send it once, whatever becomes of it.' },
];

export const operatorNames: readonly Named[] = [
  { name: '==', text: 'is the same JSON value; objects compare without order, numbers by value' },
  { name: '!=', text: 'is another JSON value' },
  { name: 'exists', text: 'has a value other than null' },
  { name: 'absent', text: 'has no value, or null' },
  { name: 'contains', text: 'a text has this part, or an array this element' },
  { name: 'startsWith', text: 'a text begins so' },
  { name: 'endsWith', text: 'a text ends so' },
  { name: 'matches', text: 'a text matches the regular expression: `/^b/i`' },
  { name: '>=', text: 'number, date-time or text is at least' },
  { name: '<=', text: 'number, date-time or text is at most' },
  { name: '>', text: 'number, date-time or text is greater' },
  { name: '<', text: 'number, date-time or text is less' },
];

/** Parts of an answer. */
export const answerParts: readonly Named[] = [
  { name: 'status', text: 'The status: 200, 201, 404, …' },
  { name: 'body', text: 'The body, as JSON.' },
  { name: 'etag', text: 'The ETag, from the header or `meta.version`.' },
  { name: 'location', text: 'The `Location` header, else `meta.location`.' },
  { name: 'headers', text: 'A header: `headers.content-type`.' },
  { name: 'contentType', text: 'The `Content-Type` header.' },
  { name: 'reason', text: 'The words behind the status.' },
  { name: 'bytes', text: 'The size of the body.' },
  { name: 'durationMs', text: 'How long it took, in milliseconds.' },
  { name: 'list.completeness', text: '`complete`, `partial` or `unknown`: is everything in the list that should be?' },
  { name: 'list.count', text: 'How many resources the list has.' },
  { name: 'list.totalResults', text: 'How many there are, as the service says.' },
  { name: 'list.pages', text: 'How many pages were read.' },
];

/** Headers of answers that are worth asserting about. */
export const answerHeaders: readonly string[] = ['content-type', 'etag', 'location', 'retry-after', 'date'];

export const generatedTexts: readonly Named[] = [
  { name: '$uuid', text: 'A new UUID each time, or one per variable that holds it.' },
  { name: '$timestamp', text: 'The time now, in seconds since 1970.' },
  { name: '$isoTimestamp', text: 'The time now, as `2026-01-31T12:00:00.000Z`.' },
];

/** Statuses that an assertion often names. */
export const statusTexts: readonly Named[] = [
  { name: '200', text: 'OK' },
  { name: '201', text: 'Created' },
  { name: '204', text: 'No Content' },
  { name: '304', text: 'Not Modified' },
  { name: '400', text: 'Bad Request' },
  { name: '401', text: 'Unauthorized' },
  { name: '403', text: 'Forbidden' },
  { name: '404', text: 'Not Found' },
  { name: '409', text: 'Conflict: something must be unique' },
  { name: '412', text: 'Precondition Failed: the ETag has changed' },
  { name: '413', text: 'Payload Too Large' },
  { name: '429', text: 'Too Many Requests' },
  { name: '501', text: 'Not Implemented' },
];
