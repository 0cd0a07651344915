/** What only scripts need: raw requests, lists page by page, schemas and merges as data, runs without writing. */

import * as z from 'zod';
import { completeness, confirmed, textRef } from './common.js';
import { defineRequest } from './define.js';
import { searchResources } from './resources.js';

const tenant = z.string().optional();
const header = z.tuple([z.string(), z.string()]);

export const rawRequest = defineRequest(
  'scim/resource/request',
  'One request as it is written here, with the credential of the tenant; an error status is an answer, too.',
  z.object({
    tenant,
    confirmed,
    method: z.string().min(1),
    /** Percent-encoded; relative to the base URL, or absolute on the same server. */
    path: z.string(),
    headers: z.array(header).optional(),
    body: textRef.optional(),
    /** Make an error status an error of this request. */
    check: z.boolean().default(false),
  }),
  z.object({
    status: z.int(),
    reason: z.string(),
    /** Names in lower case; secrets are masked. */
    headers: z.array(header),
    etag: z.string().nullable(),
    location: z.string().nullable(),
    /** As it was received. */
    body: textRef,
    durationMs: z.number(),
    warnings: z.array(z.string()),
  }),
);

const { workDoneToken: _, ...selected } = searchResources.params.shape;

export const openList = defineRequest(
  'scim/resource/open-list',
  'Begin a list that is read page by page; nothing is sent before its first page is asked for.',
  z.object({
    ...selected,
    /** By POST /.search, so that no filter stands in a URL; without `type`, resources of every type. */
    search: z.boolean().default(false),
  }),
  /** As the other requests name it. */
  z.object({ list: z.string() }),
);

export const nextPage = defineRequest(
  'scim/resource/next-page',
  'The next page of a list; after the last one, what the list came to, and the list is closed.',
  z.object({ list: z.string() }),
  z.object({
    /** The server's ListResponse, unchanged; null at the end. */
    page: textRef.nullable(),
    /** Resources so far. */
    count: z.int(),
    totalResults: z.int().nullable(),
    /** At the end. */
    completeness: completeness.optional(),
    reason: z.string().optional(),
    warnings: z.array(z.string()),
  }),
);

export const closeList = defineRequest(
  'scim/resource/close-list',
  'Read no more of a list.',
  z.object({ list: z.string() }),
  z.null(),
);

export const mergeResources = defineRequest(
  'scim/resource/merge',
  'Two changed versions of a resource and what both were made from as one; nothing is read or sent.',
  z.object({ tenant, confirmed, type: z.string().min(1), base: textRef, mine: textRef, theirs: textRef }),
  z.object({
    /** Holds what is mine where there is a conflict. */
    text: textRef,
    /** Paths of what is theirs and was taken. */
    taken: z.array(z.string()),
    /** What both sides changed, each in its own way: JSON, empty where a version has no value. */
    conflicts: z.array(z.object({ path: z.string(), base: z.string(), mine: z.string(), theirs: z.string() })),
  }),
);

export const schemaData = defineRequest(
  'scim/schema/data',
  'A schema of a service as JSON, that of a resource type or one with a URN; without `name`, the ServiceProviderConfig and the resource types.',
  z.object({ tenant, confirmed, name: z.string().optional() }),
  z.object({ text: textRef }),
);

export const takeDryRun = defineRequest(
  'scim/dry-run/take',
  'What requests that named this `dryRun` would have sent to write; it is forgotten then. Any request may name one.',
  z.object({ name: z.string() }),
  z.object({
    requests: z.array(
      z.object({
        tenant: z.string(),
        method: z.string(),
        /** Absolute. */
        url: z.string(),
        /** Without secrets, as is all of it. */
        headers: z.array(header),
        body: textRef.nullable(),
      }),
    ),
  }),
);
