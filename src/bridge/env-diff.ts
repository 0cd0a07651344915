/** Comparisons for `scim/env/…`: made, worded, and as the protocol has them. */

import type { ParamsOf, env as protocol, ResultOf } from '../protocol/index.js';
import { diffJsonl, diffMarkdown, diffText } from '../report/env/diff.js';
import type { PlacedReport } from '../report/env/lines.js';
import { type Change, type Difference, diffSides, type Shown } from '../workspace/diff.js';
import { Sides } from '../workspace/side.js';
import type { Session } from './session.js';

type Params = ParamsOf<typeof protocol.diff>;
type Result = ResultOf<typeof protocol.diff>;
type ChangeView = Result['changes'][number];

/** See `scim/env/diff`. */
export async function diff(params: Params, session: Session, signal: AbortSignal): Promise<Result> {
  const workspace = await session.workspace();
  const [before, after] = await new Sides(workspace, process.env).pair(params.from, params.to);
  if (params.lookUp) {
    for (const { workspace: one, about } of [before, after]) {
      if (about.kind === 'tenant') await one.prepare(about.name, signal);
    }
  }
  const difference = diffSides(before, after);
  const { text, places } = reportOf(difference, params);
  return {
    exitCode: difference.changes.length === 0 ? 0 : 2,
    from: difference.from,
    to: difference.to,
    changes: difference.changes.map(changeView),
    warnings: [...difference.warnings],
    report: await session.texts.send(text),
    places,
  };
}

function reportOf(difference: Difference, { format, color }: Params): PlacedReport {
  switch (format) {
    case 'text':
      return diffText(difference, color);
    case 'markdown':
      return { text: diffMarkdown(difference), places: [] };
    case 'jsonl':
      return { text: diffJsonl(difference), places: [] };
  }
}

/** CHANGE as the protocol has it: places are in the report. */
export function changeView({ before, after, ...change }: Change): ChangeView {
  return { ...change, ...(before && { before: sideView(before) }), ...(after && { after: sideView(after) }) };
}

function sideView({ place: _place, ...side }: Shown): NonNullable<ChangeView['before']> {
  return side;
}
