/** Comparing resources and tenants, as Emacs asks for it. */

import { counted, labelOf } from '../client/actions/label.js';
import { compareResources } from '../document/compare/resources.js';
import { type CompareRow, compareTenants, type RowKind } from '../document/compare/tenants.js';
import type { actions, ParamsOf, ResultOf } from '../protocol/index.js';
import { UsageError } from '../scim/error.js';
import { isJsonObject } from '../scim/json.js';
import type { Completeness } from '../scim/list.js';
import { cell } from './actions-text.js';
import { demandYes } from './confirm.js';
import type { Call } from './dispatch.js';
import type { Session } from './session.js';

type ResourcesResult = ResultOf<typeof actions.compareResources>;
type TenantsResult = ResultOf<typeof actions.compareTenants>;
type OnProgress = ((done: number, total: number | undefined) => void) | undefined;

/** Compares two resources of one type. */
export async function compareTwo(
  session: Session,
  { type, a, b, hideServerSet, confirmed }: ParamsOf<typeof actions.compareResources>,
  { signal }: Call,
): Promise<ResourcesResult> {
  const read = async ({ tenant, id }: typeof a) => {
    const { target, settings } = await session.connect(tenant);
    demandYes(session, settings, confirmed, [{ method: 'GET', path: `/${type}/${id}` }]);
    const { registry } = await target.discover({ signal });
    const found = registry.find(type);
    if (found === undefined) throw new UsageError(`The server of ${settings.name} has no resource type "${type}"`);
    const answer = await target.get(type, id, {}, { signal });
    const label = labelOf(isJsonObject(answer.json) ? answer.json : undefined, id);
    const title = `${settings.name}${found.endpoint}/${id} (${cell(label)})`;
    return { title: target.redactor.text(title), text: target.redactor.json(answer.text), type: found };
  };
  const [one, other] = await Promise.all([read(a), read(b)]);
  const compared = compareResources(one, other, { hideServerSet });
  const { texts } = session;
  return {
    a: { title: one.title, text: await texts.send(compared.a) },
    b: { title: other.title, text: await texts.send(compared.b) },
    diff: await texts.send(compared.diff),
    differing: [...compared.differing],
  };
}

const symbols: Record<RowKind, string> = {
  differing: '≠',
  onlyA: '<',
  onlyB: '>',
  unknown: '?',
  duplicate: '‼',
  unmatched: '∅',
};

/** Compares the resources of one type of two tenants. */
export async function compareLists(
  session: Session,
  { type, a, b, match, attributes, confirmed }: ParamsOf<typeof actions.compareTenants>,
  { signal }: Call,
  onProgress: OnProgress,
): Promise<TenantsResult> {
  const sides = [];
  for (const tenant of [a, b]) {
    const { target, settings } = await session.connect(tenant);
    demandYes(session, settings, confirmed, [{ method: 'GET', path: `/${type}` }]);
    sides.push({ name: settings.name, target });
  }
  const [sideA, sideB] = sides;
  if (sideA === undefined || sideB === undefined || sideA.name === sideB.name) {
    throw new UsageError('Two different tenants are compared', { remedy: 'Choose another one.' });
  }
  const found = await compareTenants(sideA, sideB, { type, match, attributes }, { signal, onProgress });
  const counts = { same: found.same, differing: 0, onlyA: 0, onlyB: 0, unknown: 0, duplicates: 0, unmatched: 0 };
  for (const { kind } of found.rows) counts[kind === 'duplicate' ? 'duplicates' : kind] += 1;
  const shown = (row: CompareRow): string =>
    [row.key, symbols[row.kind], row.detail]
      .map((text) => cell(sideB.target.redactor.text(sideA.target.redactor.text(text))))
      .join('\t');
  return {
    a: { tenant: sideA.name, count: found.a.count, ...completenessView(found.a.completeness) },
    b: { tenant: sideB.name, count: found.b.count, ...completenessView(found.b.completeness) },
    match: found.match,
    caseExact: found.caseExact,
    attributes: [...found.attributes],
    counts,
    summary: summaryOf(type, counts, sideA.name, sideB.name),
    warnings: [
      ...found.warnings,
      ...[sideA, sideB].flatMap(({ name }, index) => {
        const { completeness } = index === 0 ? found.a : found.b;
        return completeness.kind === 'complete'
          ? []
          : [`The list of ${name} is ${completeness.kind}: ${completeness.reason}`];
      }),
    ],
    rows: await session.texts.send(found.rows.map((row) => `${shown(row)}\n`).join('')),
    pairs: found.rows.map((row) => ({
      kind: row.kind,
      key: sideB.target.redactor.text(sideA.target.redactor.text(row.key)),
      ...(row.a === undefined ? {} : { a: row.a }),
      ...(row.b === undefined ? {} : { b: row.b }),
    })),
  };
}

function completenessView(completeness: Completeness) {
  const { kind } = completeness;
  return kind === 'complete' ? { completeness: kind } : { completeness: kind, reason: completeness.reason };
}

function summaryOf(type: string, counts: TenantsResult['counts'], a: string, b: string): string {
  const parts = [
    `${counted(counts.same, type.replace(/^\/+/, '').replace(/^(User|Group)s$/i, '$1'))} the same`,
    `${counts.differing} differ${counts.differing === 1 ? 's' : ''}`,
    `${counts.onlyA} only in ${a}`,
    `${counts.onlyB} only in ${b}`,
    ...(counts.unknown > 0 ? [`${counts.unknown} not known`] : []),
    ...(counts.duplicates > 0 ? [`${counts.duplicates} twice`] : []),
    ...(counts.unmatched > 0 ? [`${counts.unmatched} without the attribute`] : []),
  ];
  return parts.join(', ');
}
