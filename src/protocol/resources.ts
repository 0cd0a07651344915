import * as z from 'zod';
import { completeness, confirmed, progressToken, textRef } from './common.js';
import { defineRequest } from './define.js';

const addressed = {
  tenant: z.string().optional(),
  /** Name of a resource type (`User`) or its endpoint (`Users`, `/Users`). */
  type: z.string().min(1),
  confirmed,
  workDoneToken: progressToken.optional(),
};

const projected = {
  attributes: z.array(z.string()).optional(),
  excludedAttributes: z.array(z.string()).optional(),
};

/** Whether a payload that breaks the schema is refused, sent with a warning, or not looked at. */
const validation = z.enum(['strict', 'warn', 'off']).optional();

const answer = z.object({
  status: z.int(),
  etag: z.string().nullable(),
  location: z.string().nullable(),
  /** The server's JSON text, unchanged; null when the answer has no body. */
  resource: textRef.nullable(),
  warnings: z.array(z.string()),
});

const selected = {
  ...projected,
  filter: z.string().optional(),
  sortBy: z.string().optional(),
  sortOrder: z.enum(['ascending', 'descending']).optional(),
  /** Page size asked for. */
  count: z.int().min(0).optional(),
  /** Stop after so many resources. */
  limit: z.int().min(0).optional(),
};

const listing = z.object({
  /** The server's ListResponse texts, unchanged, in order. */
  pages: z.array(textRef),
  completeness,
  reason: z.string().optional(),
  count: z.int(),
  totalResults: z.int().nullable(),
  warnings: z.array(z.string()),
});

export const listResources = defineRequest(
  'scim/resource/list',
  'All resources of a type, all pages, and whether that is all of them.',
  z.object({ ...addressed, ...selected }),
  listing,
);

export const searchResources = defineRequest(
  'scim/resource/search',
  'The same by POST /.search, so that no filter stands in a URL; without `type`, resources of every type.',
  z.object({ ...addressed, ...selected, type: addressed.type.optional() }),
  listing,
);

export const readMe = defineRequest(
  'scim/resource/me',
  'The resource of whoever the credentials of the tenant belong to.',
  z.object({ tenant: addressed.tenant, confirmed, ...projected }),
  answer,
);

export const deviations = defineRequest(
  'scim/deviations',
  "Where the answers of a tenant's server have deviated from its own schemas so far, the most frequent first.",
  z.object({ tenant: addressed.tenant }),
  z.object({
    deviations: z.array(
      z.object({
        /** Name of the resource type. */
        type: z.string(),
        /** SCIM attribute path; empty for the whole resource. */
        path: z.string(),
        message: z.string(),
        /** The rule's source, e.g. `RFC 7643 §2.2`. */
        rule: z.string(),
        count: z.int(),
        /** The first request whose answer showed it. */
        example: z.string(),
      }),
    ),
  }),
);

export const getResource = defineRequest(
  'scim/resource/get',
  'One resource by id.',
  z.object({ ...addressed, ...projected, id: z.string().min(1), ifNoneMatch: z.string().optional() }),
  answer,
);

export const createResource = defineRequest(
  'scim/resource/create',
  'Create a resource (POST).',
  z.object({ ...addressed, ...projected, resource: textRef, validation }),
  answer,
);

export const replaceResource = defineRequest(
  'scim/resource/replace',
  'Replace a resource (PUT).',
  z.object({
    ...addressed,
    ...projected,
    id: z.string().min(1),
    resource: textRef,
    ifMatch: z.string().optional(),
    validation,
  }),
  answer,
);

export const patchResource = defineRequest(
  'scim/resource/patch',
  'Modify a resource (PATCH): `operations` is a JSON array of patch operations or a whole PatchOp message.',
  z.object({
    ...addressed,
    ...projected,
    id: z.string().min(1),
    operations: textRef,
    ifMatch: z.string().optional(),
    validation,
  }),
  answer,
);

export const updateResource = defineRequest(
  'scim/resource/update',
  'Make a resource what `resource` says: compare, and send the least that does it, in the way of the service.',
  z.object({ ...addressed, id: z.string().min(1), resource: textRef, ifMatch: z.string().optional(), validation }),
  answer.extend({
    /** How many requests changed it; 0 when it was already so. */
    requests: z.int(),
  }),
);

export const deleteResource = defineRequest(
  'scim/resource/delete',
  'Delete a resource.',
  z.object({ ...addressed, id: z.string().min(1), ifMatch: z.string().optional() }),
  answer,
);

export const bulkResources = defineRequest(
  'scim/resource/bulk',
  'Many operations in as few requests as the server permits, and what became of each.',
  z.object({
    tenant: addressed.tenant,
    confirmed,
    workDoneToken: addressed.workDoneToken,
    /** A BulkRequest or the JSON array of its operations; in an array a POST may go without `bulkId`. */
    operations: textRef,
    /** Stop after so many errors. */
    failOnErrors: z.int().min(1).optional(),
    validation,
  }),
  z.object({
    /**
     * A JSON array with one object for each operation, in their order: `index`, `outcome` (`success`, `error`, `unknown`,
     * `notSent`) and, where known, `status`, `id`, `location`, `version`, `error` and `reason`.
     */
    results: textRef,
    /** How many have each outcome. */
    counts: z.object({ success: z.int(), error: z.int(), unknown: z.int(), notSent: z.int() }),
    requests: z.int(),
    warnings: z.array(z.string()),
  }),
);
