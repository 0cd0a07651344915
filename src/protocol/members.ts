import * as z from 'zod';
import { confirmed, errorView, progressToken, textRef } from './common.js';
import { defineRequest } from './define.js';

/** Whose references are meant. */
const of = {
  tenant: z.string().optional(),
  confirmed,
  type: z.string().min(1),
  id: z.string().min(1),
  /** Name of the attribute with the references; `members`. */
  attribute: z.string().optional(),
  /** The resources that refer to this one: the groups of a user. */
  inverse: z.boolean().optional(),
};

const changes = {
  /** Ids. */
  added: z.array(z.string()),
  removed: z.array(z.string()),
};

const known = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string(),
});

export const read = defineRequest(
  'scim/members/read',
  'Read the members of a group, or other references of a resource, once; the bridge keeps them.',
  z.object({ ...of, refresh: z.boolean().optional(), workDoneToken: progressToken.optional() }),
  z.object({
    tenant: z.string(),
    /** What the resource is called. */
    name: z.string(),
    /** `members` or `groups`: what is listed. */
    what: z.string(),
    total: z.int(),
    /** Are these all? */
    complete: z.boolean(),
    notes: z.array(z.string()),
    /** Types of resources that can be added. */
    types: z.array(z.string()),
    /** Type of the resources that are changed. */
    holder: z.string(),
  }),
);

export const rows = defineRequest(
  'scim/members/rows',
  'Some lines of the list: mark, name, type and id with a TAB between them; what is to be added comes first.',
  z.object({
    ...of,
    /** Words that must be part of name, type or id. */
    filter: z.string().optional(),
    from: z.int().min(0),
    count: z.int().min(1),
    /** What is to be added, which the list does not have. */
    added: z.array(known),
  }),
  z.object({
    text: textRef,
    /** Their ids, one a line. */
    ids: textRef,
    /** How many match in all, and where the next lines begin; null at the end. */
    matching: z.int(),
    next: z.int().nullable(),
    total: z.int(),
    /** Members whose name is not known yet, which no filter can find by it. */
    unnamed: z.int(),
  }),
);

export const names = defineRequest(
  'scim/members/names',
  'Look up the names of members that the list gives without; all of them when there are no ids.',
  z.object({ ...of, ids: z.array(z.string()), workDoneToken: progressToken.optional() }),
  z.object({ named: z.array(known) }),
);

export const resolve = defineRequest(
  'scim/members/resolve',
  'Which resources are meant by a list of user names, mail addresses or ids.',
  z.object({ ...of, text: textRef, workDoneToken: progressToken.optional() }),
  z.object({
    /** Those to add: one resource each, which is no member yet. */
    found: z.array(known),
    counts: z.object({ found: z.int(), already: z.int(), ambiguous: z.int(), missing: z.int() }),
    /** What became of each entry, for a person. */
    report: textRef,
  }),
);

export const plan = defineRequest(
  'scim/members/plan',
  'What would be sent to add and remove members, as text.',
  z.object({ ...of, ...changes }),
  z.object({ text: textRef, requests: z.int() }),
);

export const apply = defineRequest(
  'scim/members/apply',
  'Add and remove members, in the way of the service, and read them again to see what came of it.',
  z.object({ ...of, ...changes, workDoneToken: progressToken.optional() }),
  z.object({
    /** Ids that are done, and that still are to be. */
    done: z.object(changes),
    left: z.object(changes),
    requests: z.int(),
    /** Were the members read again? */
    verified: z.boolean(),
    /** Everything was sent, and is there. */
    ok: z.boolean(),
    stopped: z.boolean(),
    /** One line on what came of it. */
    summary: z.string(),
    /** What became of each request, and what did not hold, for a person. */
    report: textRef,
    error: errorView.optional(),
  }),
);

export const stop = defineRequest(
  'scim/members/stop',
  'Have a running change of members end after the request that is under way.',
  z.object(of),
  z.object({ running: z.boolean() }),
);

export const exported = defineRequest(
  'scim/members/export',
  'The list as CSV (RFC 4180).',
  z.object({ ...of, filter: z.string().optional() }),
  z.object({ text: textRef, count: z.int(), unnamed: z.int() }),
);
