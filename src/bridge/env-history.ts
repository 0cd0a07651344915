/** What was in force when: remembered at runs, and told. */

import type { ParamsOf, env as protocol, ResultOf } from '../protocol/index.js';
import { historyMarkdown, historyText } from '../report/env/history.js';
import type { PlacedReport } from '../report/env/lines.js';
import { UsageError } from '../scim/error.js';
import { version } from '../scim/version.js';
import { inForce, readUses, recordUses, type Use, useBefore, useOf } from '../workspace/history.js';
import type { Session } from './session.js';

type Params = ParamsOf<typeof protocol.history>;

/**
 * Remembers what is in force for TENANTS (absent: all), at COMMAND; returns why that is not possible. Without a
 * `scim.yaml` that can be read there is nothing to remember.
 */
export async function rememberUse(
  session: Session,
  command: string,
  tenants: readonly string[] | undefined,
  versions: Readonly<Record<string, string | undefined>> = {},
): Promise<string | undefined> {
  const workspace = await session.workspace().catch(() => undefined);
  if (workspace === undefined || workspace.file === null) return undefined;
  const names = workspace.tenantNames.filter((name) => tenants?.includes(name) ?? true);
  if (names.length === 0) return undefined;
  const now = new Date();
  const uses = await Promise.all(
    names.map((tenant) => {
      const standIn = session.attached.of(tenant);
      const mock = standIn && { name: standIn.name, baseUrl: standIn.access?.baseUrl.href };
      const all = { scim: version, ...known(versions) };
      return useOf(workspace, tenant, { command, now, versions: all, environment: process.env, mock });
    }),
  );
  return recordUses(workspace.root, uses);
}

function known(versions: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(versions).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** See `scim/env/history`. */
export async function history(params: Params, session: Session): Promise<ResultOf<typeof protocol.history>> {
  const { tenant, at, limit } = params;
  const workspace = await session.workspace();
  const all = readUses(workspace.root).filter((use) => tenant === undefined || use.tenant === tenant);
  const uses = at === undefined ? all.slice(-limit).reverse() : inForce(all, timeOf(at));
  const { text, places } = reportOf(uses, all, workspace.root, params);
  return { uses, report: await session.texts.send(text), places };
}

function timeOf(at: string): Date {
  const time = new Date(at);
  if (!Number.isNaN(time.getTime())) return time;
  throw new UsageError('The time is not understood', { remedy: 'write it like 2026-01-31T08:00:00Z or 2026-01-31' });
}

function reportOf(
  uses: readonly Use[],
  all: readonly Use[],
  root: string,
  { at, format, color }: Params,
): PlacedReport {
  switch (format) {
    case 'text': {
      // At one moment everything that was in force is of interest, else what changed.
      const before = (use: Use) => (at === undefined ? useBefore(use, all) : undefined);
      return historyText(
        uses.map((use) => ({ use, before: before(use) })),
        root,
        color,
      );
    }
    case 'markdown':
      return { text: historyMarkdown(uses), places: [] };
    case 'jsonl':
      return { text: uses.map((use) => `${JSON.stringify(use)}\n`).join(''), places: [] };
  }
}
