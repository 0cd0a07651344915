/** scim/members/…: the members of a group, however many, as a list that can be filtered and changed. */

import type { MembersOf } from '../../client/members.js';
import type { MemberChanges } from '../../client/members-change.js';
import { entriesIn, resolveEntries } from '../../client/members-resolve.js';
import type { ParamsOf, ResultOf } from '../../protocol/index.js';
import * as lifecycle from '../../protocol/lifecycle.js';
import * as members from '../../protocol/members.js';
import { prettyJson } from '../../scim/json-text.js';
import { connectFor, demandYes } from '../confirm.js';
import type { Notify } from '../connection.js';
import type { Call, Dispatcher } from '../dispatch.js';
import { errorView } from '../errors.js';
import { type Applied, MemberLists, type OpenList, summaryOf } from '../members.js';
import { csvOf, previewOf, reportOf, resolvedText, rowOf } from '../members-text.js';
import type { Session } from '../session.js';

type Of = Pick<ParamsOf<typeof members.stop>, 'tenant' | 'confirmed' | 'type' | 'id' | 'attribute' | 'inverse'>;

/** Register the handlers. */
export function registerMembers(dispatcher: Dispatcher, session: Session, notify: Notify): void {
  const lists = new MemberLists();
  const { texts } = session;
  const open = async (of: Of, { signal }: Call, token?: string | number, refresh = false): Promise<OpenList> => {
    const target = await connectFor(session, of, 'GET', `/${of.type}/${of.id}`);
    const onProgress = token === undefined ? undefined : reporter(notify, token, 'members');
    return lists.of(target, whatOf(of), { signal, onProgress }, refresh);
  };
  dispatcher.request(members.read, async ({ refresh, workDoneToken, ...of }, call) => {
    const list = await open(of, call, workDoneToken, refresh);
    const { name, total, complete, notes, place } = list;
    const { settings } = await session.connect(of.tenant);
    const what = of.inverse === true ? `${place.holder.name.toLowerCase()}s` : place.attribute.canonicalPath;
    const { types, holder } = place;
    return {
      tenant: settings.name,
      name,
      what,
      total,
      complete,
      notes: [...notes],
      types: [...types],
      holder: holder.name,
    };
  });
  dispatcher.request(members.rows, async ({ filter = '', from, count, added, ...of }, call) => {
    const list = await open(of, call);
    const matching = list.matching(filter);
    const fresh = from > 0 ? [] : added.filter(({ id }) => !list.has(id));
    const shown = matching.slice(from, from + count);
    const lines = [...fresh.map((member) => rowOf(member, '+')), ...shown.map((member) => rowOf(member, ''))];
    const next = from + count < matching.length ? from + count : null;
    return {
      text: await texts.send(lines.map((line) => `${line}\n`).join('')),
      ids: await texts.send([...fresh, ...shown].map(({ id }) => id).join('\n')),
      matching: matching.length,
      next,
      total: list.total,
      unnamed: list.unnamed,
    };
  });
  dispatcher.request(members.names, async ({ ids, workDoneToken, ...of }, call) => {
    const list = await open(of, call);
    const onProgress = workDoneToken === undefined ? undefined : reporter(notify, workDoneToken, 'names');
    const named = await list.lookUpNames(ids, { signal: call.signal, onProgress });
    // All of them are many, and the lines are asked for again then.
    const told = ids.length === 0 ? [] : named;
    return { named: told.map(({ id, name, type }) => ({ id, name: name ?? '', type: type ?? '' })) };
  });
  dispatcher.request(members.resolve, async ({ text, workDoneToken, ...of }, call) => {
    const list = await open(of, call);
    const target = await connectFor(session, of, 'GET', `/${list.place.types[0] ?? ''}`);
    const entries = entriesIn(await texts.receive(text));
    const onProgress = workDoneToken === undefined ? undefined : reporter(notify, workDoneToken, 'looked up');
    const resolved = await resolveEntries(target, list.place.types, entries, { signal: call.signal, onProgress });
    const single = resolved.flatMap(({ found }) => (found.length === 1 ? found : []));
    const fresh = new Map(single.filter(({ id }) => !list.has(id)).map((each) => [each.id, each]));
    return {
      found: [...fresh.values()].map(({ id, name, type }) => ({ id, name, type })),
      counts: {
        found: fresh.size,
        already: single.filter(({ id }) => list.has(id)).length,
        ambiguous: resolved.filter(({ found }) => found.length > 1).length,
        missing: resolved.filter(({ found }) => found.length === 0).length,
      },
      report: await texts.send(resolvedText(resolved, (id) => list.has(id))),
    };
  });
  dispatcher.request(members.plan, async ({ added, removed, ...of }, call) => {
    const list = await open(of, call);
    const steps = await list.plan({ added, removed }, call);
    const { target } = await session.connect(of.tenant);
    const text = previewOf(steps, (body) => prettyJson(target.redactor.json(body)));
    return { text: await texts.send(text), requests: steps.length };
  });
  dispatcher.request(members.apply, async ({ added, removed, workDoneToken, ...of }, call) => {
    const list = await open(of, call);
    const { settings } = await session.connect(of.tenant);
    const steps = await list.planNow({ added, removed }, call);
    demandYes(session, settings, of.confirmed, steps);
    const onProgress = workDoneToken === undefined ? undefined : reporter(notify, workDoneToken, 'requests');
    const halt = () => list.stop();
    call.signal.addEventListener('abort', halt, { once: true });
    // Not the signal of the call: what was sent is waited for, or nobody would know what became of it.
    const running = list.apply({ added, removed }, { signal: session.signal, onProgress });
    if (call.signal.aborted) halt();
    const applied = await running.finally(() => call.signal.removeEventListener('abort', halt));
    return appliedResult(session, list, { added, removed }, applied, of.inverse === true);
  });
  dispatcher.request(members.stop, async (of, call) => ({ running: (await open(of, call)).stop() }));
  dispatcher.request(members.exported, async ({ filter = '', ...of }, call) => {
    const list = await open(of, call);
    const matching = list.matching(filter);
    const unnamed = matching.filter(({ name }) => name === undefined).length;
    return { text: await texts.send(csvOf(matching)), count: matching.length, unnamed };
  });
}

function whatOf({ type, id, attribute, inverse }: Of): MembersOf {
  return { type, id, attribute, inverse };
}

/** What is told of APPLIED, the CHANGES of LIST. */
async function appliedResult(
  session: Session,
  list: OpenList,
  changes: MemberChanges,
  applied: Applied,
  inverse: boolean,
): Promise<ResultOf<typeof members.apply>> {
  const { outcomes, notThere, verified, stopped, error, notes } = applied;
  const sent = outcomes.filter(({ outcome }) => outcome === 'done').map(({ step }) => step);
  const added = new Set(sent.flatMap(({ id, added: some }) => (inverse && some.length > 0 ? [id] : some)));
  const removed = new Set(sent.flatMap(({ id, removed: some }) => (inverse && some.length > 0 ? [id] : some)));
  // What was read again is the truth, whatever the answers were.
  const isAdded = (id: string): boolean => (verified ? list.has(id) : added.has(id));
  const isRemoved = (id: string): boolean => (verified ? !list.has(id) : removed.has(id));
  const done = { added: changes.added.filter(isAdded), removed: changes.removed.filter(isRemoved) };
  const left = {
    added: changes.added.filter((id) => !isAdded(id)),
    removed: changes.removed.filter((id) => !isRemoved(id)),
  };
  return {
    done,
    left,
    requests: outcomes.filter(({ outcome }) => outcome !== 'not sent').length,
    verified,
    ok: verified && left.added.length + left.removed.length === 0,
    stopped,
    summary: summaryOf(applied),
    report: await session.texts.send(reportOf(outcomes, notThere, notes, (id) => list.nameOf(id))),
    ...(error === undefined ? {} : { error: errorView(error) }),
  };
}

/** A progress callback that tells the client of so much of WHAT, ten times a second at most. */
function reporter(notify: Notify, token: string | number, what: string) {
  let last = 0;
  return (done: number, total: number | undefined): void => {
    const now = Date.now();
    if (now - last < 100 && done !== total) return;
    last = now;
    const message = total === undefined ? `${done} ${what}` : `${done} of ${total} ${what}`;
    const part = total === undefined || total === 0 ? {} : { percentage: Math.min(100, (100 * done) / total) };
    notify(lifecycle.progress, { token, value: { kind: 'report', message, ...part } });
  };
}
