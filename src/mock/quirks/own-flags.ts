/**
 * The quirks that concern a server alone, beside the flags of the vendor profiles: what a service does that no client
 * has to be told, and what the flags leave open. Each with its sentence for people.
 */

import * as z from 'zod';

const strings = z.array(z.string()).readonly();
/** Attribute paths by resource type. */
const attributesByType = z.record(z.string(), strings).readonly();
const operators = z.array(z.enum(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'lt', 'ge', 'le', 'pr'])).readonly();
const count = z.int().positive();

/** Resource types and extensions that services have beside those of RFC 7643. */
export const extraTypes = [
  'entra-id:User',
  'entra-id:Group',
  'salesforce:Entitlement',
  'salesforce:Role',
  'databricks:ServicePrincipal',
  'okta:Role',
  'okta:Entitlement',
  'identityiq:Account',
  'identityiq:Role',
  'identityiq:Entitlement',
  'identityiq:Application',
] as const;

/** The quirks, by section. */
export function ownFlagSchemas() {
  return {
    account: {
      enabled: z.boolean().describe('Whether the API is paid for; without, every request is refused with 400'),
    },
    attributes: {
      ignored: attributesByType.describe('Attributes that are dropped without a word from what clients send'),
    },
    create: {
      userNameForm: z.enum(['any', 'email']).describe('What a userName must look like'),
      maxMembersPut: count.nullable().describe('Members of a group in a POST or PUT; more are refused with 413'),
    },
    deactivate: {
      effect: z
        .enum(['immediate', 'delayed', 'locked', 'deleted-later', 'removed', 'obfuscated'])
        .describe('What comes of setting `active` to false, at once or after deactivate.delay'),
      delay: z
        .number()
        .nonnegative()
        .nullable()
        .describe(
          'Seconds of the clock until deactivate.effect happens; null: an hour for delayed, 30 days for deleted-later',
        ),
    },
    delete: {
      tombstone: z.enum(['none', 'reserved']).describe('Whether the userName of a deleted user stays taken'),
      retention: z.number().positive().nullable().describe('Seconds that it stays taken; null for ever'),
    },
    discovery: {
      authenticationSchemes: z
        .enum(['listed', 'empty'])
        .describe('Whether ServiceProviderConfig lists authentication schemes'),
    },
    endpoints: {
      missing: strings.describe('Endpoints that there are not: `/Me`, `/Bulk`, `/.search`'),
      readOnly: strings.describe('Resource types that can only be read'),
    },
    error: {
      status: z.enum(['string', 'number']).describe('The JSON type of `status` in errors'),
      nameIn: z.enum(['detail', 'scimType']).describe('Where the name of an error (error.names) stands'),
      bare401: z.boolean().describe('Whether a 401 comes without a body'),
      unknownPath: z.union([z.literal(401), z.literal(404)]).describe('The answer to a URL outside the base URL'),
    },
    features: {
      changePassword: z.enum(['yes', 'no']).describe('Whether ServiceProviderConfig offers changePassword'),
    },
    filter: {
      attributeOps: z
        .record(z.string(), operators)
        .readonly()
        .describe('By attribute, the operators that it can be used with'),
      alone: strings.describe('Attributes that cannot be combined with others'),
      onlyWith: z
        .record(z.string(), z.string())
        .readonly()
        .describe('By attribute, the attribute that must stand beside it'),
      grammar: z
        .enum(['strict', 'lenient'])
        .describe(
          'With lenient, filters that are outside the grammar are read as they are meant: bare words, and `emails[type eq "work"].value eq "x"`',
        ),
    },
    groups: {
      hiddenMembers: z.enum(['absent', 'empty']).describe('What groups show when groups.membersReadable is false'),
      locked: z.boolean().describe('Whether groups are locked against changes'),
    },
    headers: {
      missingStatus: z.int().min(400).max(499).describe('The status of a request without a required header'),
    },
    list: {
      synthetic: z.boolean().describe('Whether a list without filter is one made-up resource'),
      projection: z
        .enum(['honoured', 'ignored'])
        .describe('Whether lists honour `attributes` and `excludedAttributes`'),
      flatName: z.boolean().describe('Whether resources hold `name.formatted` as one flat member'),
    },
    multi: {
      excess: z.enum(['error', 'ignored']).describe('What comes of more values than multi.maxValues'),
    },
    page: {
      cursorStart: z.enum(['unasked', 'asked']).describe('Whether paging by cursor begins without `cursor` being sent'),
      startIndex: z.enum(['honoured', 'ignored', 'refused']).describe('What comes of `startIndex`'),
    },
    patch: {
      attributesMixedWithMembers: z
        .boolean()
        .describe('Whether one PATCH may change members and other attributes of a group'),
      keep: attributesByType.describe('Attributes that PATCH cannot remove'),
      maxPathlessAttributes: count.nullable().describe('Attributes in the value of an operation without path'),
      memberArray: z
        .enum(['those', 'all', 'refused'])
        .describe('What `remove` of `members` with a list of values removes'),
      once: strings.describe('Attributes that one PATCH may change only once'),
      valueFilterOps: operators.describe('Operators in the filter of a path'),
    },
    rate: {
      perMinute: count.nullable().describe('Requests a minute where a vendor names its headers and no number; made up'),
      serviceMs: z.number().nonnegative().describe('Real milliseconds that a request takes, with rate.concurrency'),
    },
    schemas: {
      foreign: z
        .enum(['refused', 'ignored'])
        .describe('What comes of URNs in `schemas` that the resource type does not have'),
    },
    types: {
      extra: z.array(z.enum(extraTypes)).readonly().describe('Resource types and extensions beside those of RFC 7643'),
    },
  } as const;
}

type OwnFlags = ReturnType<typeof ownFlagSchemas>;

/** The plain values of the quirks above. */
export type OwnValues = {
  readonly [S in keyof OwnFlags]: {
    readonly [F in keyof OwnFlags[S]]: OwnFlags[S][F] extends z.ZodType<infer T> ? T : never;
  };
};

/** A server without quirks. */
export const ownStandard: OwnValues = {
  account: { enabled: true },
  attributes: { ignored: {} },
  create: { userNameForm: 'any', maxMembersPut: null },
  deactivate: { effect: 'immediate', delay: null },
  delete: { tombstone: 'none', retention: null },
  discovery: { authenticationSchemes: 'listed' },
  endpoints: { missing: [], readOnly: [] },
  error: { status: 'string', nameIn: 'detail', bare401: false, unknownPath: 404 },
  features: { changePassword: 'yes' },
  filter: { attributeOps: {}, alone: [], onlyWith: {}, grammar: 'strict' },
  groups: { hiddenMembers: 'absent', locked: false },
  headers: { missingStatus: 400 },
  list: { synthetic: false, projection: 'honoured', flatName: false },
  multi: { excess: 'error' },
  page: { cursorStart: 'unasked', startIndex: 'honoured' },
  patch: {
    attributesMixedWithMembers: true,
    keep: {},
    maxPathlessAttributes: null,
    memberArray: 'those',
    once: [],
    valueFilterOps: ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'lt', 'ge', 'le', 'pr'],
  },
  rate: { perMinute: null, serviceMs: 20 },
  schemas: { foreign: 'refused' },
  types: { extra: [] },
};
