/** The format of `*.scim-mock`. The description of each key is what an editor shows. */

import * as z from 'zod';
import { dateTime, whole } from '../../config/values.js';
import type { JsonObject } from '../../scim/json.js';
import { authSchema, listenSchema } from './access.js';
import { faultsSchema } from './faults.js';
import { rulesSchema } from './rules.js';
import { resourceTypeSchema, schemaSchema } from './types.js';

/** Looked at by the schemas of SCIM later; a copy would double what a large file takes. */
const resource = z.custom<JsonObject>((value) => isObject(value), 'must be a map of attributes');

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

let built: ReturnType<typeof build> | undefined;

/** The schema of a mock file; built on first use. */
export function mockFileSchema() {
  built ??= build();
  return built;
}

/** The content of a mock file as its schema gives it. */
export type MockFile = z.output<ReturnType<typeof build>>;

function build() {
  return z.strictObject({
    vendor: z
      .string()
      .exactOptional()
      .meta({ description: 'The service whose behaviour is imitated; none: what the RFCs say.', source: 'vendor' }),
    quirks: z
      .record(z.string(), z.unknown())
      .exactOptional()
      .meta({ description: 'Quirks over those of the vendor, each by its name: `page.max: 50`.', source: 'quirks' }),
    listen: listenSchema.exactOptional().meta({ description: 'Where the server listens.' }),
    auth: authSchema
      .exactOptional()
      .meta({ description: 'Who is let in; everybody when absent. Secrets are `env:NAME`, `file:PATH`, or literals.' }),
    seed: whole(0, 2 ** 31)
      .exactOptional()
      .meta({
        description: 'Decides about everything random: the same seed gives the same resources, ids and faults; 1.',
      }),
    generate: z
      .strictObject({
        users: whole(0, 10_000_000).exactOptional().meta({ description: 'How many users to make; 0.' }),
        groups: whole(0, 1_000_000).exactOptional().meta({ description: 'How many groups to make; 0.' }),
      })
      .exactOptional()
      .meta({ description: 'Resources to make from the seed, beside those that are given.' }),
    clock: z
      .strictObject({
        start: dateTime.exactOptional().meta({ description: 'The time at start; the real one when absent.' }),
        rate: z
          .number()
          .min(0, 'must be 0 or more')
          .exactOptional()
          .meta({ description: 'Seconds that pass in one real second; 1. 0 stands still until it is moved.' }),
      })
      .exactOptional()
      .meta({ description: 'The clock of the server, which dates, delays and lets expire.' }),
    rules: rulesSchema.exactOptional().meta({ description: 'How the server uses the freedom that the RFCs leave.' }),
    schemas: z
      .array(schemaSchema)
      .exactOptional()
      .meta({ description: 'Schemas beside those of RFC 7643, in the form of its §7.' }),
    resourceTypes: z
      .array(resourceTypeSchema)
      .exactOptional()
      .meta({ description: 'Resource types beside User and Group, in the form of RFC 7643 §6.' }),
    resources: z.record(z.string(), z.array(resource)).exactOptional().meta({
      description: 'Resources to start with, by endpoint (`Users`) or type (`User`). `id` and `meta` are kept.',
      source: 'resources',
    }),
    include: z.array(z.string().min(1)).exactOptional().meta({
      description:
        'Files with more resources, relative to this file: JSON, an HTTP Archive (`.har`) or JSON Lines (`.jsonl`).',
      source: 'dataFile',
    }),
    faults: faultsSchema.exactOptional().meta({ description: 'What goes wrong on purpose, where, and how often.' }),
  });
}
