/** scim/repl/…: what is typed at the prompt. */

import * as z from 'zod';
import { confirmed, progressToken, textRef } from './common.js';
import { defineRequest } from './define.js';

/** A REPL: whose results `*1` and variables are meant. Made by the first request that names it. */
const session = z.string();

/** Offsets count characters (code points), from 0. */
const place = { start: z.int().min(0), end: z.int().min(0) };

/** What is special about a part of the output. */
const mark = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('face'),
    ...place,
    face: z.enum([
      'success',
      'failure',
      'warning',
      'dimmed',
      'heading',
      'method',
      'target',
      'key',
      'string',
      'constant',
      'wrong',
    ]),
  }),
  /** JSON, to be highlighted. */
  z.object({ kind: z.literal('json'), ...place }),
  /** Leads to a resource, a schema or a resource type. */
  z.object({ kind: z.literal('link'), ...place, uri: z.string() }),
  /** Sends `input` when it is pressed. */
  z.object({ kind: z.literal('input'), ...place, input: z.string() }),
  /** Hidden behind a button with `label`. */
  z.object({ kind: z.literal('fold'), ...place, label: z.string() }),
  /** Lines, the first one headings, whose cells are separated by tabs. */
  z.object({ kind: z.literal('table'), ...place }),
  /** White space that is as wide as the text `like`. */
  z.object({ kind: z.literal('indent'), ...place, like: z.string() }),
]);

/** What Emacs does beside showing the output. */
const effect = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('tenant'), name: z.string() }),
  z.object({ kind: z.literal('edit'), type: z.string(), id: z.string() }),
  z.object({ kind: z.literal('browse'), type: z.string(), filter: z.string().optional() }),
  z.object({ kind: z.literal('save'), file: z.string(), text: textRef }),
  z.object({ kind: z.literal('copy'), text: z.string(), what: z.string() }),
  z.object({ kind: z.literal('request'), name: z.string(), text: textRef }),
  z.object({ kind: z.literal('history'), match: z.string() }),
  z.object({ kind: z.enum(['clear', 'quit', 'log', 'doctor', 'env']) }),
]);

export const replOpen = defineRequest(
  'scim/repl/open',
  'Whom a REPL talks to, and what it says first; nothing is connected to.',
  z.object({ session, tenant: z.string().optional() }),
  z.object({
    /** null when none was named and there is no default one, or when there is no such tenant. */
    tenant: z.string().nullable(),
    production: z.boolean(),
    output: z.object({ text: textRef, marks: z.array(mark) }),
  }),
);

export const replEval = defineRequest(
  'scim/repl/eval',
  'Carry out what was typed. What goes wrong is told in the output; only what Emacs or the person has to add is an error.',
  z.object({
    session,
    tenant: z.string().optional(),
    text: textRef,
    /** How many inputs this REPL has sent before: the bridge may be another one now. */
    evaluated: z.int().min(0).default(0),
    confirmed,
    workDoneToken: progressToken.optional(),
  }),
  z.object({
    output: z.object({ text: textRef, marks: z.array(mark) }),
    /** What may be kept of the input in a file; null when it may hold a secret. */
    history: z.string().nullable(),
    outcome: z.enum(['done', 'failed']),
    /** Number of the result, which `*1` stands for until the next one; null when there is none. */
    value: z.int().nullable(),
    effects: z.array(effect),
  }),
);

export const replComplete = defineRequest(
  'scim/repl/complete',
  'What can be typed at a place.',
  z.object({ session, tenant: z.string().optional(), text: z.string(), offset: z.int().min(0) }),
  z.object({
    ...place,
    items: z.array(
      z.object({
        label: z.string(),
        /** What replaces the text from `start` to `end`. */
        insert: z.string(),
        kind: z.enum([
          'command',
          'shortcut',
          'option',
          'type',
          'attribute',
          'filter',
          'resource',
          'reference',
          'tenant',
          'variable',
          'value',
        ]),
        detail: z.string().optional(),
      }),
    ),
  }),
);

export const replDescribe = defineRequest(
  'scim/repl/describe',
  'The usage of the command that is being typed, in one line, and what is known of the attribute at a place.',
  z.object({ session, tenant: z.string().optional(), text: z.string(), offset: z.int().min(0) }),
  z.object({ command: z.string(), usage: z.string(), note: z.string().optional() }).nullable(),
);
