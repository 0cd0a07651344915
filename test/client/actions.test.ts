/** One change to many resources: what is planned, what is sent, and what is told about it. */

import { afterEach, describe, expect, it } from 'vitest';
import { makePlan } from '../../src/client/actions/make-plan.js';
import type { ActionPlan } from '../../src/client/actions/plan.js';
import { runPlan } from '../../src/client/actions/run.js';
import type { Action, Item } from '../../src/client/actions/types.js';
import type { SafeguardOptions } from '../../src/client/safeguards.js';
import { Target } from '../../src/client/target.js';
import type { BehaviourOptions } from '../../src/mock/options.js';
import { type Mock, startMock } from '../../src/mock/server.js';
import { find, generic } from '../../src/vendors/index.js';
import { settle } from '../../src/vendors/profile.js';

interface Setting {
  readonly mock: Mock;
  readonly target: Target;
  readonly safeguards: SafeguardOptions;
  /** Requests that reached the server: `PATCH /Users/1`. */
  readonly sent: string[];
}

const open: Setting[] = [];

afterEach(async () => {
  for (const { mock, target } of open.splice(0)) {
    await target.close();
    await mock.close();
  }
});

async function setting(
  behaviour: BehaviourOptions = {},
  safeguards: SafeguardOptions = {},
  vendor?: string,
): Promise<Setting> {
  const sent: string[] = [];
  const mock = await startMock({
    ...behaviour,
    onRequest: ({ method, path }) => sent.push(`${method} ${path.replace('/scim/v2', '')}`),
  });
  const target = new Target({
    tenant: 'staging',
    baseUrl: new URL(mock.url),
    auth: { scheme: 'none' },
    limits: { timeoutMs: 10_000, maxResponseBytes: 1e8 },
    validation: 'strict',
    safeguards,
    ...(vendor === undefined ? {} : { profile: settle(find(vendor) ?? generic) }),
    userAgent: 'test',
  });
  const made = { mock, target, safeguards, sent };
  open.push(made);
  return made;
}

async function idsOf({ target }: Setting, type = 'User', filter?: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { resources } of target.list(type, { filter })) for (const { id } of resources) ids.push(String(id));
  return ids;
}

const plan = ({ target, safeguards }: Setting, type: string, ids: string[], action: Action, single = false) =>
  makePlan({ target, safeguards, width: 4, single }, type, ids, action, {});

async function run({ target }: Setting, made: ActionPlan, stop = new AbortController(), onItem = (_: Item) => {}) {
  return runPlan(made, { target, width: 4, stop: stop.signal, onItem }, {});
}

const outcomes = (items: readonly Item[]) => {
  const counts: Record<string, number> = {};
  for (const { outcome } of items) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
};

const writes = ({ sent }: Setting) => sent.filter((line) => !line.startsWith('GET'));

describe('a plan', () => {
  it('reads in batches, and knows who is inactive already, who is gone and who is protected', async () => {
    const here = await setting({ users: 40 }, { protected: ['userName sw "b"'] });
    const ids = await idsOf(here);
    await here.target.patch('User', ids[0] ?? '', '[{"op":"replace","path":"active","value":false}]');
    here.sent.length = 0;
    const made = await plan(here, 'User', [...ids, 'nobody'], { kind: 'deactivate' });
    expect(writes(here)).toEqual([]);
    expect(here.sent.length).toBeLessThan(8);
    expect(made.item(ids[0] ?? '')).toMatchObject({ outcome: 'unchanged', detail: 'already inactive' });
    expect(made.item('nobody')).toMatchObject({ outcome: 'skipped', detail: 'not found' });
    const items = await run(here, made);
  });
});
