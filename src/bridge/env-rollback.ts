/** Rollbacks for `scim/env/rollback`: shown first, then done. */

import type { ParamsOf, env as protocol, ResultOf } from '../protocol/index.js';
import { rollbackText } from '../report/env/rollback.js';
import { ConfigurationError, UsageError } from '../scim/error.js';
import { type Change, diffSides } from '../workspace/diff.js';
import { Git } from '../workspace/git.js';
import { applyRollback, planRollback, type RollbackPlan } from '../workspace/rollback.js';
import { changeView } from './env-diff.js';
import { rememberUse } from './env-history.js';
import type { Session } from './session.js';

type Params = ParamsOf<typeof protocol.rollback>;

/** See `scim/env/rollback`. */
export async function rollback(params: Params, session: Session): Promise<ResultOf<typeof protocol.rollback>> {
  const { revision: name, files, digest, force, color } = params;
  const root = session.directory;
  const git = await Git.open(root, process.env);
  const revision = await git.revision(name);
  if (!revision) throw new UsageError(`${name} is no revision`, { remedy: 'see git log -- scim.yaml env' });
  const plan = await planRollback(root, git, revision, files, process.env);
  const { changes, note } = await changesOf(plan, session);
  if (digest !== undefined && digest !== plan.digest) throw stale();
  const backup = digest === undefined ? undefined : applyRollback(plan, force, new Date());
  const applied = backup !== undefined;
  // A history that cannot be written does not make the rollback undone.
  if (applied) await rememberUse(session, 'rollback', undefined);
  const { text, places } = rollbackText({ ...plan, changes, applied, backup, note }, color);
  return {
    revision,
    files: [...plan.files],
    changes: changes.map(changeView),
    digest: plan.digest,
    applied,
    ...(backup !== undefined && { backup }),
    report: await session.texts.send(text),
    places,
  };
}

/** What was shown is no longer what would be done. */
export function stale(): UsageError {
  return new UsageError('The files have changed since it was shown what would be done', { remedy: 'look at it again' });
}

async function changesOf(
  { after, revision }: RollbackPlan,
  session: Session,
): Promise<{ changes: readonly Change[]; note: string | undefined }> {
  try {
    const about = { kind: 'workspace' } as const;
    const before = { label: 'now', workspace: await session.workspace(), about };
    const { changes } = diffSides(before, { label: revision.hash, workspace: after, revision, about });
    return { changes, note: undefined };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { changes: [], note: 'what changes cannot be told: scim.yaml, as it is now, cannot be read' };
  }
}
