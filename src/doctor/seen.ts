/** What is remembered of a tenant between runs: `.scim/seen/TENANT.json`. No secret goes there. */

import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { replaceFile, stateFile, statePath } from '../workspace/state.js';

const discovery = z.object({
  /** ISO 8601. */
  at: z.string(),
  baseUrl: z.string(),
  /** Digests by what they are of. */
  parts: z.record(z.string(), z.string()),
});
export type SeenDiscovery = z.output<typeof discovery>;

/** When requests were last answered with a credential, and refused, by its fingerprint: it changes its name. */
const uses = z.record(z.string(), z.object({ worked: z.string().optional(), refused: z.string().optional() }));

const seen = z.object({
  discovery: discovery.optional(),
  uses: uses.optional(),
});
export type Seen = z.output<typeof seen>;

/** What is remembered of TENANT in the workspace ROOT; nothing when that cannot be read. */
export function readSeen(root: string, tenant: string): Seen {
  try {
    const parsed = seen.safeParse(JSON.parse(readFileSync(stateFile(root, nameOf(tenant)), 'utf8')));
    return parsed.success ? parsed.data : {};
  } catch {
    return {};
  }
}

/** Remembers NEWS of TENANT beside what is known of it; without a place to write, nothing is remembered. */
export function remember(root: string, tenant: string, news: Seen): void {
  try {
    const known = { ...readSeen(root, tenant), ...news };
    replaceFile(statePath(root, nameOf(tenant)), `${JSON.stringify(known, null, 2)}\n`, 0o600);
  } catch {
    // FS001 tells that the directory cannot be written to.
  }
}

function nameOf(tenant: string): string {
  return `seen/${encodeURIComponent(tenant)}.json`;
}
