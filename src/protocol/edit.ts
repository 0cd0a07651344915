/**
 * scim/edit/…: resources as texts that people change.
 *
 * The bridge keeps nothing between these requests: Emacs has the text as it was read, its version and what was typed, and
 * sends them with each, so that no end of a bridge loses anything.
 */

import * as z from 'zod';
import { confirmed, errorView, position, textRef } from './common.js';
import { defineRequest } from './define.js';

const range = z.object({ start: position, end: position });

const protectedRange = range.extend({
  /** SCIM path of what stands there. */
  path: z.string(),
  /** As the end of a sentence: `is read-only: the server sets it`. */
  reason: z.string(),
});

const large = z.object({ attribute: z.string(), count: z.int() });

const addressed = {
  tenant: z.string().nullish(),
  /** Name of a resource type (`User`) or its endpoint (`Users`, `/Users`). */
  type: z.string().min(1),
  confirmed,
};

const edited = {
  ...addressed,
  /** null: the resource does not exist yet. */
  id: z.string().nullish(),
  /** The text as it was read, or as it was last saved. */
  base: textRef,
  /** The text as it is now. */
  text: textRef,
  etag: z.string().nullish(),
  /** Attributes that both texts lack because they are too long: those of `large`. */
  leftOut: z.array(z.string()).nullish(),
};

const view = {
  tenant: z.string(),
  /** Name of the resource type. */
  type: z.string(),
  /** `scim:` URI. */
  uri: z.string(),
  /** What a person calls the resource. */
  title: z.string(),
  text: textRef,
  protected: z.array(protectedRange),
  /** Do resources of this type have members? */
  members: z.boolean(),
};

export const openResource = defineRequest(
  'scim/edit/open',
  'A resource as a text to be edited: indented, and otherwise letter by letter as the server sent it.',
  z.object({ ...addressed, id: z.string().min(1) }),
  z.object({
    ...view,
    id: z.string(),
    etag: z.string().nullable(),
    /** What is left out of the text. */
    large: z.array(large),
    /** The tenant permits no writes. */
    readOnly: z.boolean(),
  }),
);

export const newResource = defineRequest(
  'scim/edit/new',
  'A text to be filled in for a new resource; like `from`, the text of another one, when that is given.',
  z.object({ ...addressed, from: textRef.nullish() }),
  z.object({ ...view, cursor: position, readOnly: z.boolean() }),
);

export const editChanges = defineRequest(
  'scim/edit/changes',
  'What a text changes, in a few words, and what of it is protected; for while it is typed.',
  z.object(edited),
  z.object({
    /** Absent: the text cannot be compared, as it is not JSON or not a resource of the type. */
    count: z.int().optional(),
    summary: z.string().optional(),
    protected: z.array(protectedRange).optional(),
  }),
);

const issue = z.object({
  severity: z.enum(['error', 'warning']),
  /** In one line, with its path and rule. */
  message: z.string(),
  position: position.optional(),
});

export const previewEdit = defineRequest(
  'scim/edit/preview',
  'Exactly what saving a text would send, and the difference that it makes.',
  z.object(edited),
  z.object({
    /** How many attributes change. */
    count: z.int(),
    summary: z.string(),
    /** Unified; empty when nothing differs. */
    diff: textRef,
    /** The requests as they would be sent, secrets masked. */
    requests: z.array(z.object({ method: z.string(), text: textRef })),
    curl: textRef,
    warnings: z.array(z.string()),
    issues: z.array(issue),
    /** Why it would not be sent. */
    refusal: z.string().optional(),
  }),
);

const conflict = z.object({
  /** `title`, `emails[type eq "work"].value`. */
  path: z.string(),
  /** Where the value stands in the merged text. */
  range,
  /** The value in each version, to be put there. */
  mine: z.string(),
  base: z.string(),
  theirs: z.string(),
  /** Where the value stands in the text of each version; null where it has none. */
  places: z.object({ mine: range.nullable(), base: range.nullable(), theirs: range.nullable() }),
});

export const saveEdit = defineRequest(
  'scim/edit/save',
  'Save a text: read, merge what others did, send the least on condition of the version, read it back.',
  z.object(edited),
  z.object({
    /**
     * `saved`, `unchanged` (the service had it so already), `conflict` (nothing was sent), `partial` (some of several
     * requests were carried out), `ambiguous` (nobody knows; `text` and all that is about it is absent then).
     */
    outcome: z.enum(['saved', 'unchanged', 'conflict', 'partial', 'ambiguous']),
    tenant: z.string(),
    id: z.string().nullable(),
    uri: z.string(),
    title: z.string(),
    /** What the server has now. */
    base: textRef.optional(),
    /** What is to be shown: that, with what is still to be saved. */
    text: textRef.optional(),
    etag: z.string().nullable(),
    protected: z.array(protectedRange),
    large: z.array(large),
    /** In one sentence what came of it. */
    message: z.string(),
    /** Paths that are as they were sent. */
    took: z.array(z.string()),
    /** What did not take effect, though the service said that it was done. */
    failed: z.array(z.object({ path: z.string(), message: z.string() })),
    /** Paths that others had changed, and that were kept. */
    merged: z.array(z.string()),
    warnings: z.array(z.string()),
    conflicts: z.array(conflict),
    /** What the person had, to be shown beside the others. */
    mine: textRef.optional(),
    error: errorView.optional(),
  }),
);
