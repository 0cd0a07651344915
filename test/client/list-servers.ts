/** A target of the fault server, and lists as servers page them. */

import type { ListProfile } from '../../src/client/list-habits.js';
import { type ListPage, type ListRun, Target, type TargetOptions } from '../../src/client/target.js';
import { urn } from '../../src/scim/urn.js';
import { generic } from '../../src/vendors/index.js';
import { override } from '../../src/vendors/override.js';
import { settle } from '../../src/vendors/profile.js';
import type { FaultServer } from '../support/fault-server.js';

/** A target of SERVER whose vendor's profile says PROFILE about lists. */
export function targetOf(server: FaultServer, profile?: ListProfile, change: Partial<TargetOptions> = {}): Target {
  const options = {
    tenant: 'test',
    baseUrl: server.base,
    auth: { scheme: 'none' as const },
    limits: { timeoutMs: 5_000, maxResponseBytes: 1_000_000 },
    validation: 'off' as const,
    userAgent: 'scim-test',
    profile: settle(override(generic, profile ?? {}, { source: 'test', date: '2026' })),
    ...change,
  };
  return new Target(options);
}

/** Users with the ids FROM to TO. */
export function people(from: number, to: number): { id: string }[] {
  const found: { id: string }[] = [];
  for (let id = from; id <= to; id++) found.push({ id: String(id) });
  return found;
}

/** A ListResponse. */
export function listOf(resources: readonly object[], more: Record<string, unknown> = {}): Record<string, unknown> {
  return { schemas: [urn.listResponse], Resources: resources, ...more };
}

/** The query of URL. */
export function parameters(url: string): URLSearchParams {
  return new URL(url, 'http://x').searchParams;
}

/** Every page of RUN. */
export async function read(run: ListRun): Promise<ListPage[]> {
  const pages: ListPage[] = [];
  for await (const each of run) pages.push(each);
  return pages;
}

/** The ids of every resource of RUN. */
export async function ids(run: ListRun): Promise<unknown[]> {
  return (await read(run)).flatMap(({ resources }) => resources.map(({ id }) => id));
}

/** What SERVER was asked, without the path. */
export function queries(server: FaultServer): (string | undefined)[] {
  return server.seen.map(({ url }) => url.split('?')[1]);
}
