/**
 * The flags of a vendor profile: in which ways services differ from RFC 7644, or fill what it leaves open.
 *
 * Lists and records are keyed by resource type (`User`, `Group`) or attribute where that matters; what is not named in
 * them is not restricted.
 */

import * as z from 'zod';

const strings = z.array(z.string()).readonly();
const count = z.int().positive();
const path = z.string().startsWith('/');
/** Attribute paths by resource type. */
const attributesByType = z.record(z.string(), strings).readonly();
const verbs = z.array(z.enum(['PATCH', 'PUT'])).readonly();
const known = z.enum(['yes', 'no', 'unknown']);

/** A header that every request needs; without `value`, any value will do. */
const header = z.strictObject({
  name: z
    .string()
    .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be the name of a header')
    .refine((name) => !/authorization|cookie|api-?key|token|secret/i.test(name), 'must not be a credential: see auth'),
  value: z
    .string()
    .regex(/^[\t\x20-\x7e]*$/, 'must be printable ASCII')
    .optional(),
});

/** One token bucket: how many requests of a kind a service takes. */
const rateLimit = z.strictObject({
  /** Absent: every method. */
  methods: z
    .array(z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']))
    .readonly()
    .optional(),
  /** Absent: every resource type. */
  resource: z.string().optional(),
  /** Only requests for one resource by its id (true), only those for the collection (false); absent: both. */
  single: z.boolean().optional(),
  requests: count,
  perSeconds: z.number().positive(),
  /** How many may come at once; absent: unknown. */
  burst: count.optional(),
});

/** A throttle that does not come as 429. */
const disguisedThrottle = z.strictObject({
  status: z.int().min(400).max(599),
  /** Text in the body, in any case; absent: the body says nothing. */
  body: z.string().optional(),
  /** A header that must be there. */
  header: z.string().optional(),
});

/** The flags, by section. Built on first use: what is never overridden costs no start-up time. */
export function flagSchemas() {
  return {
    base: {
      /** Shapes of the base URL; `{…}` is to be filled in. */
      urls: strings,
      /** Endpoints as the server's resource types spell them, or in lower case. */
      pathCase: z.enum(['exact', 'lower']),
      /** Whether the base URL may be given with a slash at its end. */
      trailingSlash: z.enum(['strip', 'keep']),
    },
    auth: {
      schemes: z
        .array(z.enum(['bearer', 'basic', 'oauth-client-credentials', 'oauth-authorization-code', 'header', 'mtls']))
        .readonly(),
    },
    headers: { required: z.array(header).readonly() },
    http: {
      /** Media types of answers. */
      acceptTypes: strings,
    },
    discovery: {
      /** null: there is none. */
      spcPath: path.nullable(),
      resourceTypesPath: path.nullable(),
      schemasPath: path.nullable(),
      /** How one schema is addressed under `schemasPath`. */
      schemaAddress: z.enum(['urn', 'short']),
      /** With short names: the schemas there are, since there may be no list. */
      schemaNames: strings,
    },
    features: { bulk: known, sort: known, etag: known },
    page: {
      /** auto: as ServiceProviderConfig says, and by cursor as soon as an answer has `nextCursor`. */
      mode: z.enum(['index', 'cursor', 'none', 'auto']),
      default: count.nullable(),
      max: count.nullable(),
      maxStartIndex: count.nullable(),
      /** How to read on behind `maxStartIndex`. */
      deepFallback: z.enum(['none', 'id-gt']),
    },
    list: {
      resourcesKey: z.enum(['Resources', 'any']),
      /** Whether `totalResults` proves anything. */
      totalTrusted: z.boolean(),
    },
    filter: {
      ops: z.array(z.enum(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'lt', 'ge', 'le', 'pr'])).readonly(),
      logic: z.array(z.enum(['and', 'or', 'not'])).readonly(),
      attributes: attributesByType,
      maxNodes: count.nullable(),
      /** What comes of a filter that is not supported: with `empty`, nothing found does not mean absent. */
      unsupportedResult: z.enum(['error', 'empty', 'everything']),
    },
    lookup: {
      /** Answers that mean that a filter found nothing. */
      missing: z.array(z.enum(['200-empty', '404'])).readonly(),
    },
    update: {
      user: z.enum(['patch', 'put', 'get-then-put']),
      group: z.enum(['patch', 'put', 'none']),
      /** What the server takes at all. */
      userVerbs: verbs,
      groupVerbs: verbs,
    },
    patch: {
      opCase: z.enum(['lower', 'capital']),
      boolean: z.enum(['boolean', 'capital-string', 'lower-string']),
      /** What `value` looks like when an operation has no path. */
      pathless: z.enum(['nested', 'dotted', 'forbidden']),
      /** Which form single-valued attributes are changed in. */
      style: z.enum(['path', 'pathless']),
      removeMember: z.enum(['value-path', 'value-array']),
      maxMembersAdd: count.nullable(),
      maxMembersRemove: count.nullable(),
      /** Whether one request may add members and remove others. */
      mixMemberOps: z.boolean(),
      replaceAllMembers: z.enum(['allowed', 'forbidden']),
      result: z.union([z.literal(200), z.literal(204), z.literal('either')]),
      noTargetOnRemove: z.enum(['error', 'ignore']),
      /** The only attributes that can be changed. */
      attributes: attributesByType,
    },
    multi: {
      /** By attribute; `*` stands for every other. */
      maxValues: z.record(z.string(), z.int().nonnegative()).readonly(),
      requirePrimary: strings,
    },
    create: {
      required: attributesByType,
      forbidden: attributesByType,
      maxMembers: count.nullable(),
    },
    id: {
      /** external: the id is what the client calls the resource. */
      semantics: z.enum(['server', 'external']),
    },
    deprovision: {
      user: z.enum(['active-false', 'delete', 'both']),
      /** What DELETE does to a user. */
      deleteEffect: z.enum(['removed', 'deactivated', 'unsupported']),
      /** Whether DELETE of a user can be taken back. */
      reversible: z.boolean(),
    },
    groups: {
      supported: z.boolean(),
      membersReadable: z.boolean(),
    },
    error: {
      shape: z.enum(['scim', 'scim1', 'custom', 'html']),
      /** Names of errors beside `scimType`, and the status each comes with. */
      names: z.record(z.string(), z.int().min(400).max(599)).readonly(),
    },
    rate: {
      headers: z.strictObject({
        limit: z.string().nullable(),
        remaining: z.string().nullable(),
        reset: z.string().nullable(),
        retryAfter: z.string().nullable(),
      }),
      /** What the reset header holds; auto: a number above 1,000,000,000 is an epoch. */
      resetKind: z.enum(['epoch', 'relative', 'http-date', 'auto']),
      limits: z.array(rateLimit).readonly(),
      concurrency: count.nullable(),
      disguised: z.array(disguisedThrottle).readonly(),
    },
    token: {
      /** ISO 8601: `P1Y`, `P6M`; null: unknown, or without end. */
      ttl: z
        .string()
        .regex(/^P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?$/)
        .nullable(),
      /** null: unknown, or without limit. */
      maxActive: count.nullable(),
    },
  } as const;
}

type Flags = ReturnType<typeof flagSchemas>;

export type Section = keyof Flags;

/** The plain values of a profile: what the code reads. */
export type ProfileValues = {
  readonly [S in Section]: { readonly [F in keyof Flags[S]]: Flags[S][F] extends z.ZodType<infer T> ? T : never };
};
