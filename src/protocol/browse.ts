import * as z from 'zod';
import { completeness, confirmed, progressToken, textRef } from './common.js';
import { defineNotification, defineRequest } from './define.js';

/** A list that is shown; the client names it, and uses a name once. */
const view = z.string().min(1);

const column = z.object({
  /** The attribute, or some of its values: `userName`, `emails[type eq "work"].value`. */
  path: z.string(),
  name: z.string(),
  /** Columns of the screen that fit what came so far; at most 40. */
  width: z.int(),
  /** What `sortBy` is for it; null when rows cannot be sorted by it. */
  sortBy: z.string().nullable(),
  /** Do cells stand at the right? */
  right: z.boolean(),
  description: z.string(),
});

const sortOrder = z.enum(['ascending', 'descending']);

/** Who sorted: the service, the bridge over the rows that came, or nobody. */
const sorted = z.enum(['server', 'here', 'no']);

const state = z.object({
  view,
  tenant: z.string(),
  /** Name of the resource type. */
  type: z.string(),
  /** What several of it are called, for people: `Users`. */
  plural: z.string(),
  completeness,
  /** Why it is not complete. */
  reason: z.string().optional(),
  /** Did it stop at the limit, so that `scim/browse/more` goes on? */
  more: z.boolean(),
  count: z.int(),
  total: z.int().nullable(),
  columns: z.array(column),
  sorted,
  /** Does the service sort? */
  sorts: z.boolean(),
  /** Do resources of this type have members? */
  members: z.boolean(),
  warnings: z.array(z.string()),
});

export const startBrowsing = defineRequest(
  'scim/browse/start',
  'List resources; rows come as notifications while it runs. Answers what the list came to.',
  z.object({
    tenant: z.string().optional(),
    confirmed,
    view,
    /** Name of a resource type (`User`) or its endpoint (`Users`, `/Users`). */
    type: z.string().min(1),
    filter: z.string().optional(),
    sortBy: z.string().optional(),
    sortOrder: sortOrder.optional(),
    /** Absent: those that tell resources of this type apart. */
    columns: z.array(z.string()).optional(),
    /** Stop after so many rows; pages are shown whole. */
    limit: z.int().min(1).optional(),
  }),
  state,
);

export const moreRows = defineRequest(
  'scim/browse/more',
  'Go on with a list that stopped at its limit.',
  z.object({ view, limit: z.int().min(1) }),
  state,
);

export const browseRows = defineNotification(
  'scim/browse/rows',
  'More rows of a list: a line each, cells with a TAB between them.',
  'bridge',
  z.object({
    view,
    /** Are these all rows there are, in place of those that came before? */
    replace: z.boolean(),
    text: textRef,
    /** What each line is about. */
    ids: z.array(z.string()),
    /** When they are new or have changed. */
    columns: z.array(column).optional(),
    count: z.int(),
    total: z.int().nullable(),
  }),
);

export const sortRows = defineRequest(
  'scim/browse/sort',
  'Sort the rows that came, without asking the service.',
  z.object({ view, sortBy: z.string(), sortOrder: sortOrder.optional() }),
  z.object({ text: textRef, ids: z.array(z.string()) }),
);

export const readRow = defineRequest(
  'scim/browse/resource',
  'A resource as the service has it now, to be read: its JSON text, indented.',
  z.object({ tenant: z.string().optional(), confirmed, type: z.string().min(1), id: z.string().min(1) }),
  z.object({ text: textRef }),
);

export const browseColumns = defineRequest(
  'scim/browse/columns',
  'The columns that a list of resources can have, and those that it has when nobody chose.',
  z.object({ tenant: z.string().optional(), confirmed, type: z.string().min(1) }),
  z.object({
    columns: z.array(z.object({ path: z.string(), detail: z.string(), description: z.string() })),
    defaults: z.array(z.string()),
  }),
);

export const exportRows = defineRequest(
  'scim/browse/export',
  'The rows of a list as a file. JSON has whole resources, which are read again.',
  z.object({
    view,
    format: z.enum(['csv', 'org', 'json']),
    /** Absent: all rows. */
    ids: z.array(z.string()).optional(),
    /** Put an apostrophe before cells of CSV that a spreadsheet would run as a formula; true when absent. */
    defuse: z.boolean().optional(),
    workDoneToken: progressToken.optional(),
  }),
  z.object({
    text: textRef,
    count: z.int(),
    completeness,
    reason: z.string().optional(),
  }),
);

export const stopBrowsing = defineNotification(
  'scim/browse/stop',
  'Read no more of a list; the request for it then answers with what came.',
  'client',
  z.object({ view }),
);

export const closeView = defineNotification(
  'scim/browse/close',
  'A list is not shown any more: forget it, and stop reading it.',
  'client',
  z.object({ view }),
);
