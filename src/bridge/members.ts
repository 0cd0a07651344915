/** The lists of members that are looked at: read once, filtered, named as they are seen, changed and read again. */

import { setTimeout as sleep } from 'node:timers/promises';
import { matchesWords } from '../client/lookup-names.js';
import {
  type Member,
  type MemberList,
  type MembersOf,
  type MembersPlace,
  placeOf,
  readMembers,
} from '../client/members.js';
import { isOpen, type MemberChanges, type MemberStep, planMembers, sendStep } from '../client/members-change.js';
import { namesOf } from '../client/members-names.js';
import type { Target } from '../client/target.js';
import type { CallOptions } from '../client/types.js';
import { ScimError, UsageError } from '../scim/error.js';
import { countsOf, type StepOutcome } from './members-text.js';

/** A service may show for a moment what was before. */
const pausesMs = [200, 800, 1_500];

/** So many lists are kept. */
const maxLists = 8;

/** What came of changes. */
export interface Applied {
  readonly outcomes: readonly StepOutcome[];
  /** What the list shows otherwise than was asked for, of what was sent. */
  readonly notThere: MemberChanges;
  readonly verified: boolean;
  readonly stopped: boolean;
  readonly error: ScimError | undefined;
  readonly notes: readonly string[];
}

/** Those of one resource. */
export class OpenList {
  #members = new Map<string, Member>();
  #matching: { readonly filter: string; readonly members: readonly Member[] } | undefined;
  #running = false;
  #stops = false;

  private constructor(
    private readonly target: Target,
    private readonly what: MembersOf,
    readonly place: MembersPlace,
    private list: MemberList,
  ) {
    this.#take(list);
  }

  /** Reads the references of WHAT. Throws what `readMembers` throws. */
  static async read(target: Target, what: MembersOf, call: CallOptions): Promise<OpenList> {
    const place = await placeOf(target, what, call);
    return new OpenList(target, what, place, await readMembers(target, what, call));
  }

  get name(): string {
    return this.list.name;
  }

  get complete(): boolean {
    return this.list.complete;
  }

  get notes(): readonly string[] {
    return this.list.notes;
  }

  get total(): number {
    return this.#members.size;
  }

  get unnamed(): number {
    let count = 0;
    for (const { name } of this.#members.values()) if (name === undefined) count += 1;
    return count;
  }

  has(id: string): boolean {
    return this.#members.has(id);
  }

  /** What ID is called, as far as that is known. */
  nameOf(id: string): string {
    return this.#members.get(id)?.name ?? id;
  }

  /** The members whose name, type or id FILTER, some words, is part of. */
  matching(filter: string): readonly Member[] {
    const wanted = filter.trim();
    if (this.#matching?.filter !== wanted) {
      const before = this.#matching;
      const isNarrower = before !== undefined && before.filter !== '' && wanted.startsWith(before.filter);
      const all = isNarrower ? before.members : [...this.#members.values()];
      const isWanted = ({ id, name, type }: Member): boolean => matchesWords(wanted, [name ?? '', type ?? '', id]);
      this.#matching = { filter: wanted, members: wanted === '' ? all : all.filter(isWanted) };
    }
    return this.#matching.members;
  }

  /** Looks up what the members with IDS are called, or all of them; returns those that are known now. */
  async lookUpNames(ids: readonly string[], call: CallOptions): Promise<Member[]> {
    const all = ids.length > 0 ? ids : [...this.#members.keys()];
    const lacking = all.filter((id) => this.#members.has(id) && this.#members.get(id)?.name === undefined);
    const named: Member[] = [];
    for (let start = 0; start < lacking.length; start += 200) {
      const wanted = lacking.slice(start, start + 200);
      const asked = new Map(wanted.map((id) => [id, this.#typesOf(id)]));
      const found = await namesOf(this.target, asked, call);
      for (const id of wanted) {
        const known = found.get(id);
        // Who is gone is not asked for again: the id stands for the name.
        const type = known?.type ?? this.#members.get(id)?.type;
        const member = { id, name: known?.name ?? `(${id})`, type };
        this.#members.set(id, member);
        named.push(member);
      }
      this.#matching = undefined;
      call.onProgress?.(Math.min(start + 200, lacking.length), lacking.length);
    }
    return named;
  }

  #typesOf(id: string): readonly string[] {
    const type = this.#members.get(id)?.type;
    return type === undefined ? this.place.types : [type];
  }

  /** The requests that make CHANGES, without what is so already. Throws what `planMembers` throws. */
  async plan(changes: MemberChanges, call: CallOptions): Promise<MemberStep[]> {
    return planMembers(this.target, this.what, this.#needed(changes), call);
  }

  /** As `plan`; what seems to be so already is looked at again, since it is not going to be sent. */
  async planNow(changes: MemberChanges, call: CallOptions): Promise<MemberStep[]> {
    const { added, removed } = this.#needed(changes);
    const isLess = added.length < changes.added.length || removed.length < changes.removed.length;
    if (isLess && !this.#running) this.#take(await readMembers(this.target, this.what, call));
    return this.plan(changes, call);
  }

  /** CHANGES without what is so already, as far as the list shows. */
  #needed(changes: MemberChanges): MemberChanges {
    if (!this.complete || !this.list.shown) return changes;
    const { added, removed } = changes;
    return { added: added.filter((id) => !this.has(id)), removed: removed.filter((id) => this.has(id)) };
  }

  /** Have the changes that run end after the request under way; false when none run. */
  stop(): boolean {
    this.#stops = this.#running;
    return this.#running;
  }

  /** Makes CHANGES, request after request, until one fails, and reads the list again. */
  async apply(changes: MemberChanges, call: CallOptions): Promise<Applied> {
    if (this.#running) throw new UsageError('Members of this are being changed already');
    this.#running = true;
    this.#stops = false;
    try {
      const steps = await this.plan(changes, call);
      const { outcomes: sent, error } = await this.#send(steps, call);
      const seen = await this.#verify(sent, call);
      const outcomes = seen.verified ? sent.map((one) => this.#settled(one)) : sent;
      return {
        ...seen,
        outcomes,
        error: outcomes.every(({ outcome }) => outcome === 'done') ? undefined : error,
        stopped: this.#stops && outcomes.some(({ outcome }) => outcome === 'not sent'),
      };
    } finally {
      this.#running = false;
    }
  }

  async #send(
    steps: readonly MemberStep[],
    call: CallOptions,
  ): Promise<{ outcomes: StepOutcome[]; error: ScimError | undefined }> {
    const outcomes: StepOutcome[] = [];
    let error: ScimError | undefined;
    for (const step of steps) {
      if (this.#stops || error !== undefined) {
        outcomes.push({ step, outcome: 'not sent' });
        continue;
      }
      try {
        await sendStep(this.target, step, call);
        outcomes.push({ step, outcome: 'done' });
      } catch (failure) {
        if (!(failure instanceof ScimError)) throw failure;
        error = failure;
        outcomes.push({ step, outcome: isOpen(failure) ? 'unknown' : 'failed', message: failure.message });
      }
      call.onProgress?.(outcomes.length, steps.length);
    }
    return { outcomes, error };
  }

  /** ONE as the list that was read again shows it: a request whose answer left it open may have been carried out. */
  #settled(one: StepOutcome): StepOutcome {
    if (one.outcome !== 'unknown') return one;
    const { added, removed } = this.#missing([one.step]);
    return added.length + removed.length === 0 ? { ...one, outcome: 'done' } : one;
  }

  /** What STEPS ask for and the list does not show. */
  #missing(steps: readonly MemberStep[]): MemberChanges {
    // Seen from the other side, a step adds this resource to the one that it changes.
    const ids = (step: MemberStep, some: readonly string[]): readonly string[] =>
      this.what.inverse === true && some.length > 0 ? [step.id] : some;
    return {
      added: steps.flatMap((step) => ids(step, step.added)).filter((id) => !this.has(id)),
      removed: steps.flatMap((step) => ids(step, step.removed)).filter((id) => this.has(id)),
    };
  }

  /** Reads the list again and compares it with what was sent; again after a moment while it does not show. */
  async #verify(
    outcomes: readonly StepOutcome[],
    call: CallOptions,
  ): Promise<Pick<Applied, 'verified' | 'notThere' | 'notes'>> {
    const nothing = { added: [], removed: [] };
    const sent = outcomes.filter(({ outcome }) => outcome === 'done').map(({ step }) => step);
    if (outcomes.every(({ outcome }) => outcome === 'not sent'))
      return { verified: true, notThere: nothing, notes: [] };
    const open = outcomes.filter(({ outcome }) => outcome === 'done' || outcome === 'unknown').map(({ step }) => step);
    try {
      for (const wait of [...pausesMs, undefined]) {
        this.#take(await readMembers(this.target, this.what, call));
        const { added, removed } = this.#missing(open);
        if (wait === undefined || added.length + removed.length === 0) break;
        await sleep(wait, undefined, call.signal === undefined ? {} : { signal: call.signal });
      }
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      const notes = [`Could not be read again to see what came of it: ${error.message}`];
      return { verified: false, notThere: nothing, notes };
    }
    const notThere = this.#missing(sent);
    // A list that does not show at all says nothing about who is in it.
    const isHidden = !this.list.shown && notThere.added.length > 0;
    if (!this.complete || isHidden) return { verified: false, notThere: nothing, notes: this.notes };
    return { verified: true, notThere, notes: [] };
  }

  /** LIST is what there is now; names that were looked up stay known. */
  #take(list: MemberList): void {
    const known = this.#members;
    this.list = list;
    this.#members = new Map(
      list.members.map((member) => [
        member.id,
        member.name === undefined ? { ...member, name: known.get(member.id)?.name } : member,
      ]),
    );
    this.#matching = undefined;
  }
}

/** The lists that were looked at last; one that is not kept any more is read again. */
export class MemberLists {
  readonly #lists = new Map<string, { readonly target: Target; readonly list: OpenList }>();

  /** That of WHAT of TARGET; read anew with REFRESH, or when it is not known. */
  async of(target: Target, what: MembersOf, call: CallOptions, refresh = false): Promise<OpenList> {
    const key = JSON.stringify([target.tenant, what.type, what.id, what.attribute ?? '', what.inverse === true]);
    const known = this.#lists.get(key);
    const isGood = !refresh && known?.target === target;
    const list = isGood ? known.list : await OpenList.read(target, what, call);
    this.#lists.delete(key);
    this.#lists.set(key, { target, list });
    const [oldest] = this.#lists.keys();
    if (this.#lists.size > maxLists && oldest !== undefined) this.#lists.delete(oldest);
    return list;
  }
}

/** One line on APPLIED. */
export function summaryOf({ outcomes, notThere, verified, stopped }: Applied): string {
  const done = outcomes.filter(({ outcome }) => outcome === 'done').map(({ step }) => step);
  const sum = { added: done.flatMap(({ added }) => added), removed: done.flatMap(({ removed }) => removed) };
  const requests = done.length === 1 ? '1 request' : `${done.length} requests`;
  const isOpenStill = outcomes.some(({ outcome }) => outcome === 'unknown');
  const parts = [
    done.length === 0 && isOpenStill
      ? 'What was changed is not known'
      : done.length === 0
        ? 'Nothing was changed'
        : `${requests} done: ${countsOf(sum)}`,
    ...(stopped ? ['stopped'] : []),
    ...outcomes.filter(({ outcome }) => outcome === 'failed').map(({ message }) => `failed: ${message ?? ''}`),
    ...outcomes.filter(({ outcome }) => outcome === 'unknown').map(({ message }) => `unknown: ${message ?? ''}`),
    ...(notThere.added.length + notThere.removed.length === 0
      ? []
      : [`the service did not do it for ${notThere.added.length + notThere.removed.length}`]),
  ];
  const isLeft = outcomes.some(({ outcome }) => outcome === 'not sent');
  const left = isLeft ? ['the rest was not sent'] : [];
  const checked = done.length > 0 && verified && notThere.added.length + notThere.removed.length === 0;
  return `${[...parts, ...left, ...(checked ? ['verified'] : verified ? [] : ['not verified'])].join('; ')}`;
}
