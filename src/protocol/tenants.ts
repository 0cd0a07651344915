import * as z from 'zod';
import { defineRequest } from './define.js';

export const presets = defineRequest(
  'scim/tenant/presets',
  'The kinds of tenants that can be set up by a few questions.',
  z.object({}).nullish(),
  z.object({
    presets: z.array(
      z.object({
        name: z.string(),
        title: z.string(),
        /** What such a tenant is, as a sentence. */
        summary: z.string(),
        fields: z.array(
          z.object({
            name: z.string(),
            /** As a person is asked. */
            prompt: z.string(),
            /** Where the answer is found, as a sentence. */
            help: z.string(),
            /** The answer to `secret` is a reference, never the secret. */
            kind: z.enum(['url', 'text', 'secret', 'choice']),
            example: z.string().optional(),
            initial: z.string().optional(),
            choices: z.array(z.string()).optional(),
          }),
        ),
      }),
    ),
  }),
);

export const checkAnswer = defineRequest(
  'scim/tenant/check',
  'What is wrong with the answer to one question of a preset.',
  z.object({ preset: z.string(), field: z.string(), answer: z.string() }),
  z.object({
    /** Without the answer; null when it will do. */
    problem: z.string().nullable(),
  }),
);

export const addTenant = defineRequest(
  'scim/tenant/add',
  'Write a tenant into `scim.yaml`, which need not exist; comments and order of the file stay.',
  z.object({
    name: z.string(),
    preset: z.string(),
    /** By the names of the fields; secrets as references. */
    answers: z.record(z.string(), z.string()),
  }),
  z.object({
    /** Absolute path of `scim.yaml`. */
    file: z.string(),
    /** Zero-based line of the tenant. */
    line: z.int(),
    /** Absolute path of the mock file that was written with it, for the preset `mock`. */
    mock: z.string().optional(),
  }),
);
