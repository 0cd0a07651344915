/** What was in force at each run: `.scim/env-history.jsonl`, one line each, without a value. */

import { appendFileSync, readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import * as z from 'zod';
import { fileDigest } from './fingerprint.js';
import { Git } from './git.js';
import { describeTenant, orNothing, SecretValues } from './snapshot.js';
import { stateFile, statePath } from './state.js';
import type { Workspace } from './workspace.js';

const use = z.object({
  /** ISO 8601, UTC. */
  time: z.string(),
  command: z.string(),
  tenant: z.string(),
  /** The mock server that stood in for it. */
  mock: z.string().optional(),
  vendor: z.string().optional(),
  baseUrl: z.string().optional(),
  production: z.boolean().optional(),
  /** The commit that was checked out. */
  revision: z.string().optional(),
  files: z.array(z.object({ file: z.string(), digest: z.string(), uncommitted: z.boolean().optional() })),
  values: z.array(z.object({ key: z.string(), origin: z.string(), fingerprint: z.string().optional() })),
  versions: z.record(z.string(), z.string()),
  user: z.string(),
});

/** What was in force for one tenant at one run. */
export type Use = z.output<typeof use>;

/** Who uses a tenant, and when. */
export interface Occasion {
  readonly command: string;
  readonly now: Date;
  readonly versions: Readonly<Record<string, string>>;
  readonly environment: NodeJS.ProcessEnv;
  /** The mock server that stands in for the tenant. */
  readonly mock?: { readonly name: string; readonly baseUrl: string | undefined } | undefined;
}

/** What is in force for TENANT of WORKSPACE now. */
export async function useOf(workspace: Workspace, tenant: string, occasion: Occasion): Promise<Use> {
  const { command, now, versions, environment, mock } = occasion;
  const secrets = new SecretValues();
  const items = mock ? [] : (orNothing(() => describeTenant(workspace, tenant, secrets, false)) ?? []);
  const settings = mock ? undefined : orNothing(() => workspace.resolve(tenant));
  const baseUrl = mock ? mock.baseUrl : settings?.baseUrl.href;
  return {
    time: now.toISOString(),
    command,
    tenant,
    ...(mock && { mock: mock.name }),
    ...(settings && { vendor: settings.vendor, production: settings.safeguards.production }),
    ...(baseUrl !== undefined && !secrets.within(baseUrl) && { baseUrl }),
    ...(await filesOf(workspace, tenant, environment)),
    values: items
      .filter(({ origin, secret }) => origin !== undefined || secret)
      .map(({ name, origin, fingerprint }) => {
        return { key: name, origin: origin ?? 'scim.yaml itself', ...(fingerprint !== undefined && { fingerprint }) };
      }),
    versions: { node: process.versions.node, ...versions },
    user: userName(),
  };
}

async function filesOf(workspace: Workspace, tenant: string, environment: NodeJS.ProcessEnv) {
  const sets = orNothing(() => workspace.written(tenant).entry.variables) ?? [];
  const files = [...(workspace.file === null ? [] : ['scim.yaml']), ...sets];
  const git = await Git.find(workspace.root, environment);
  const revision = await git?.revision('HEAD');
  const uncommitted = await git?.uncommitted(files);
  return {
    ...(revision && { revision: revision.hash }),
    files: files.flatMap((file) => {
      const text = textOf(isAbsolute(file) ? file : join(workspace.root, file));
      if (text === undefined) return [];
      return [{ file, digest: fileDigest(text), ...(uncommitted && { uncommitted: uncommitted.has(file) }) }];
    }),
  };
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function userName(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // A container may run as a user that has no name.
    return `${process.getuid?.() ?? 'unknown'}@${hostname()}`;
  }
}

/** Adds ENTRIES to the history of the workspace ROOT; returns why that was not possible. */
export function recordUses(root: string, entries: readonly Use[]): string | undefined {
  try {
    // One write, so that runs that go on at the same time do not mix their lines.
    const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    appendFileSync(statePath(root, 'env-history.jsonl'), lines, { mode: 0o600 });
    return undefined;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return `the history of the environment, .scim/env-history.jsonl, cannot be written (${code})`;
  }
}

/** The history of the workspace ROOT, the oldest entry first. Lines that are not understood are left out. */
export function readUses(root: string): Use[] {
  const text = textOf(stateFile(root, 'env-history.jsonl')) ?? '';
  return text.split('\n').flatMap((line) => {
    const parsed = use.safeParse(jsonOf(line));
    return parsed.success ? [parsed.data] : [];
  });
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/**
 * The use of the same tenant before USE, one of ALL. A value that it had not looked up has the fingerprint of the last use
 * that had: what nobody looked at has not changed for it.
 */
export function useBefore(use: Use, all: readonly Use[]): Use | undefined {
  const earlier = all.slice(0, all.indexOf(use)).filter(({ tenant }) => tenant === use.tenant);
  const last = earlier.at(-1);
  if (last === undefined) return undefined;
  const values = last.values.map((value) => {
    if (value.fingerprint !== undefined) return value;
    const seen = earlier
      .flatMap((each) => each.values)
      .findLast(({ key, origin, fingerprint }) => {
        return key === value.key && origin === value.origin && fingerprint !== undefined;
      });
    return seen ?? value;
  });
  return { ...last, values };
}

/** Those of USES that were in force at the moment AT: for each tenant the last one before it. */
export function inForce(uses: readonly Use[], at: Date): Use[] {
  const last = new Map<string, Use>();
  for (const entry of uses) if (Date.parse(entry.time) <= at.getTime()) last.set(entry.tenant, entry);
  return [...last.values()];
}
