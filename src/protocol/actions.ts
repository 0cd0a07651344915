/** scim/action/…, scim/compare/…: one change to many resources; comparing resources and tenants. */

import * as z from 'zod';
import { completeness, confirmed, progressToken, textRef } from './common.js';
import { defineNotification, defineRequest } from './define.js';

const tenant = z.string().optional();
/** Name of a resource type (`User`) or its endpoint (`Users`, `/Users`). */
const type = z.string().min(1);
const workDoneToken = progressToken.optional();
const ids = z.array(z.string().min(1));

/** One change, to be made to each of many resources. */
const change = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('activate') }),
  /** In the way of the service: by `active`, or by DELETE where that is what deactivates. */
  z.object({ kind: z.literal('deactivate') }),
  z.object({ kind: z.literal('delete') }),
  z.object({ kind: z.literal('addToGroups'), groups: ids.min(1) }),
  z.object({ kind: z.literal('removeFromGroups'), groups: ids.min(1) }),
  z.object({
    kind: z.literal('edit'),
    op: z.enum(['add', 'remove', 'replace']),
    /** SCIM path; an attribute of an extension carries its URN. */
    path: z.string().min(1),
    /** As it is typed: a text for an attribute that holds texts, JSON for any other. */
    value: z.string().optional(),
  }),
  /** A PatchOp message or the array of its operations, sent as it is. */
  z.object({ kind: z.literal('patch'), operations: textRef }),
]);

/** What a plan comes to, for a person. */
const planSummary = {
  /** `deactivate 37 users (staging)`. */
  title: z.string(),
  /** Resources that would be changed. */
  count: z.int(),
  requests: z.int(),
  /** Resources that are already as they shall be. */
  unchanged: z.int(),
  /** Resources that must not or cannot be changed. */
  skipped: z.int(),
  /** The same in words, on one line. */
  summary: z.string(),
  /** To be asked before the plan is run; null when there is nothing to run. */
  question: z.string().nullable(),
  /** Whether the answer is to be typed in full: what is deleted is gone, and production is the real thing. */
  severe: z.boolean(),
};

/** How an item stands: `planned` before, the others after the run or when nothing is to be sent for it. */
const outcome = z.enum(['planned', 'unchanged', 'skipped', 'done', 'failed', 'conflict', 'ambiguous', 'stopped']);

export const actionChoices = defineRequest(
  'scim/action/choices',
  'What can be done to resources of a type, and which of its attributes can be edited.',
  z.object({ tenant, type }),
  z.object({
    /** Name of the type as the service spells it. */
    type: z.string(),
    actions: z.array(
      z.object({
        kind: z.string(),
        label: z.string(),
        detail: z.string(),
        needs: z.enum(['nothing', 'groups', 'attribute', 'operations']),
      }),
    ),
    attributes: z.array(
      z.object({
        path: z.string(),
        detail: z.string(),
        /** Operations that make sense. */
        ops: z.array(z.string()),
        /** Values to choose from; others may be possible. */
        values: z.array(z.string()),
        /** Whether what is typed for it must not be seen or kept. */
        secret: z.boolean(),
      }),
    ),
  }),
);

export const planAction = defineRequest(
  'scim/action/plan',
  'What one change to many resources would send, after reading what they are now; nothing is written.',
  z.object({
    tenant,
    type,
    ids,
    change,
    /** One member in each request, so that one that is refused does not take others with it. */
    single: z.boolean().optional(),
    confirmed,
    workDoneToken,
  }),
  z.object({
    /** The plan, as the other requests name it; it is run once. */
    plan: z.string(),
    /** Name of the tenant. */
    tenant: z.string(),
    ...planSummary,
    warnings: z.array(z.string()),
    /** A line for each resource: its name, what would be sent, how it stands; TAB between. */
    rows: textRef,
    /** The ids of the lines. */
    ids: z.array(z.string()),
    outcomes: z.array(outcome),
  }),
);

export const excludeFromAction = defineRequest(
  'scim/action/exclude',
  'Take resources out of a plan.',
  z.object({ plan: z.string(), ids }),
  z.object(planSummary),
);

export const actionRequest = defineRequest(
  'scim/action/request',
  'The requests of a plan that change one resource, redacted, and what became of them.',
  z.object({ plan: z.string(), id: z.string() }),
  z.object({ text: textRef }),
);

export const runAction = defineRequest(
  'scim/action/run',
  'Send what a plan says, in several lanes, and make sure of the effect; a plan is run once.',
  z.object({ plan: z.string(), confirmed, workDoneToken }),
  z.object({
    counts: z.object({
      done: z.int(),
      unchanged: z.int(),
      failed: z.int(),
      conflict: z.int(),
      ambiguous: z.int(),
      skipped: z.int(),
      stopped: z.int(),
    }),
    /** Whether it was stopped. */
    stopped: z.boolean(),
    durationMs: z.number(),
    /** The same in words. */
    summary: z.string(),
  }),
);

export const stopAction = defineRequest(
  'scim/action/stop',
  'Have a run send nothing more; what is under way is waited for and told.',
  z.object({ plan: z.string() }),
  z.null(),
);

export const forgetAction = defineRequest(
  'scim/action/forget',
  'Let go of a plan.',
  z.object({ plan: z.string() }),
  z.null(),
);

export const actionItems = defineNotification(
  'scim/action/items',
  'What became of resources of a run; told some times a second.',
  'bridge',
  z.object({
    plan: z.string(),
    items: z.array(
      z.object({
        id: z.string(),
        outcome,
        /** HTTP status of the answer. */
        status: z.int().optional(),
        /** The line of the table, as in `scim/action/plan`. */
        row: z.string(),
      }),
    ),
    done: z.int(),
    total: z.int(),
  }),
);

export const tableReport = defineRequest(
  'scim/action/report',
  'A table as the text of a file: CSV (RFC 4180), Markdown or JSON.',
  z.object({
    title: z.string(),
    /** Lines above the table; CSV and JSON have none. */
    notes: z.array(z.string()).default([]),
    columns: z.array(z.string()),
    /** A line for each row; TAB between cells. */
    rows: textRef,
    format: z.enum(['csv', 'markdown', 'json']),
  }),
  z.object({ text: textRef }),
);

const side = z.object({ tenant, id: z.string().min(1) });

export const compareResources = defineRequest(
  'scim/compare/resources',
  'Two resources of a type in one notation, attributes in the order of the schema, and how they differ.',
  z.object({
    type,
    a: side,
    b: side,
    /** Whether `id`, `meta` and what else the service alone sets are left out. */
    hideServerSet: z.boolean().default(true),
    confirmed,
  }),
  z.object({
    a: z.object({ title: z.string(), text: textRef }),
    b: z.object({ title: z.string(), text: textRef }),
    /** Unified diff; empty when there is no difference. */
    diff: textRef,
    /** Paths of the attributes that differ. */
    differing: z.array(z.string()),
  }),
);

const listed = z.object({
  tenant: z.string(),
  count: z.int(),
  completeness,
  reason: z.string().optional(),
});

export const compareTenants = defineRequest(
  'scim/compare/tenants',
  'The resources of a type of two tenants, matched by an attribute: which only one has, and which differ.',
  z.object({
    type,
    a: tenant,
    b: tenant,
    /** SCIM path of an attribute with one value, as `userName`. */
    match: z.string().min(1),
    /** Attributes to compare; absent: all that a client can set, but for references, whose ids differ anyway. */
    attributes: z.array(z.string()).optional(),
    confirmed,
    workDoneToken,
  }),
  z.object({
    a: listed,
    b: listed,
    match: z.string(),
    caseExact: z.boolean(),
    /** Attributes that were compared. */
    attributes: z.array(z.string()),
    counts: z.object({
      same: z.int(),
      differing: z.int(),
      onlyA: z.int(),
      onlyB: z.int(),
      /** On one side only, and the list of the other is not known to be complete. */
      unknown: z.int(),
      duplicates: z.int(),
      /** Without the attribute that they are matched by. */
      unmatched: z.int(),
    }),
    summary: z.string(),
    warnings: z.array(z.string()),
    /** A line for each that is not the same: what it is called, how it stands, what differs; TAB between. */
    rows: textRef,
    /** For each line how it stands, what both are matched by, and the ids in both tenants. */
    pairs: z.array(
      z.object({
        kind: z.enum(['differing', 'onlyA', 'onlyB', 'unknown', 'duplicate', 'unmatched']),
        key: z.string(),
        a: z.string().optional(),
        b: z.string().optional(),
      }),
    ),
  }),
);
