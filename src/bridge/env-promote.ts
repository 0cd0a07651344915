/** Promotions for `scim/env/promote`: shown first, then done, checked, and undone when the check fails. */

import { readFile } from 'node:fs/promises';
import type { ParamsOf, env as protocol, ResultOf } from '../protocol/index.js';
import { promotionText } from '../report/env/promote.js';
import { UsageError } from '../scim/error.js';
import { diffSides } from '../workspace/diff.js';
import { Externals } from '../workspace/externals.js';
import { planPromotion } from '../workspace/promote.js';
import { backUp } from '../workspace/rollback.js';
import { workspaceWith } from '../workspace/side.js';
import { replaceFile } from '../workspace/state.js';
import { inspectTrust } from '../workspace/trust.js';
import type { Workspace } from '../workspace/workspace.js';
import type { Doctor } from './doctor.js';
import { changeView } from './env-diff.js';
import { rememberUse } from './env-history.js';
import { stale } from './env-rollback.js';
import type { Session } from './session.js';

type Params = ParamsOf<typeof protocol.promote>;
type Result = ResultOf<typeof protocol.promote>;
type Findings = Result['findings'];

/** What came of writing it. */
interface Carried {
  readonly backup: string;
  readonly findings: Findings;
  readonly exitCode: number;
}

/** See `scim/env/promote`. */
export async function promote(params: Params, session: Session, doctor: Doctor, signal: AbortSignal): Promise<Result> {
  const { from, to, keys, digest, color } = params;
  const workspace = await session.workspace();
  if (workspace.file === null) throw new UsageError('There is no scim.yaml here', { remedy: 'write one: M-x scim' });
  const before = await readFile(workspace.file, 'utf8');
  const plan = planPromotion(workspace, before, from, to, keys);
  const after = await workspaceWith(workspace, plan.text, process.env);
  const about = { kind: 'workspace' } as const;
  const { changes } = diffSides(
    { label: 'now', workspace, about },
    { label: 'then', workspace: after, isPlanned: true, about },
  );
  if (digest !== undefined && digest !== plan.digest) throw stale();
  const isWanted = digest !== undefined && plan.text !== before;
  const carried = isWanted
    ? await carryOver(params, workspace, { before, after: plan.text }, session, doctor, signal)
    : undefined;
  const undone = carried !== undefined && carried.exitCode !== 0;
  const findings = carried?.findings ?? [];
  const errors = findings.flatMap(({ status, id, message }) => (status === 'error' ? [`${id} ${message}`] : []));
  const applied = carried !== undefined && !undone;
  const told = { ...plan, from, to, changes, applied, undone, backup: carried?.backup, errors: undone ? errors : [] };
  const { text, places } = promotionText(told, color);
  return {
    changes: changes.map(changeView),
    kept: [...plan.kept],
    missing: [...plan.missing],
    digest: plan.digest,
    applied,
    undone,
    findings,
    exitCode: carried?.exitCode ?? 0,
    ...(carried && { backup: carried.backup }),
    report: await session.texts.send(text),
    places,
  };
}

/** Writes the text AFTER, and the text BEFORE again when the doctor finds an error or cannot be asked. */
async function carryOver(
  { to, doctor: isChecked, workDoneToken }: Params,
  workspace: Workspace,
  { before, after }: { before: string; after: string },
  session: Session,
  doctor: Doctor,
  signal: AbortSignal,
): Promise<Carried> {
  const file = workspace.file ?? '';
  // What Emacs or a person has to be asked for is asked for before anything is written.
  if (isChecked) await workspace.prepare(to, signal);
  const backup = backUp(workspace.root, `promote-${to}`, new Map([['scim.yaml', before]]), new Date());
  const isTrusted = workspace.trust.isTrusted(file);
  const commands = commandsOf(file);
  replaceFile(file, after, 0o644);
  try {
    const changed = await session.workspace();
    takeOver(changed, workspace);
    // The person has trusted these very commands, and no other one has come.
    if (isTrusted && commandsOf(file) === commands) changed.trust.trust(file);
    if (!isChecked) return { backup, findings: [], exitCode: 0 };
    const asked = { tenants: [to], writeCheck: false, format: 'text' as const, color: false, workDoneToken };
    const { findings, exitCode } = await doctor.examine(asked, signal);
    if (exitCode !== 0) await putBack(file, before, session, workspace);
    else await rememberUse(session, 'promote', [to]);
    return { backup, findings: findings.map(({ reportLine: _reportLine, ...finding }) => finding), exitCode };
  } catch (error) {
    await putBack(file, before, session, workspace);
    throw error;
  }
}

async function putBack(file: string, text: string, session: Session, workspace: Workspace): Promise<void> {
  replaceFile(file, text, 0o644);
  takeOver(await session.workspace(), workspace);
}

/** What Emacs was asked for need not be asked for again because a setting has changed. */
function takeOver(changed: Workspace, workspace: Workspace): void {
  const [to, from] = [changed.contextOf([]).externals, workspace.contextOf([]).externals];
  if (to instanceof Externals && from instanceof Externals && to !== from) to.takeOver(from);
}

function commandsOf(file: string): string {
  return JSON.stringify(inspectTrust(file, '/').commands.map(({ command }) => command));
}
