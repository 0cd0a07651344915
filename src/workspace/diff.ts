/** What differs between two tenants, sets or workspaces. Only what may be shown is in a difference. */

import { notLookedUp } from './externals.js';
import type { Side } from './side.js';
import {
  describeSets,
  describeTenant,
  type Item,
  orNothing,
  SecretValues,
  setsOf,
  withoutSecrets,
} from './snapshot.js';

/** How one side has a key or a variable. */
export type Shown = Pick<Item, 'written' | 'origin' | 'fingerprint' | 'problem' | 'place'>;

/** One difference. */
export interface Change {
  readonly kind: 'workspace' | 'tenant' | 'variable';
  /** The tenant or the set, when several are compared. */
  readonly of?: string;
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly secret: boolean;
  readonly before?: Shown;
  readonly after?: Shown;
  /** Whether both stand for the same value; absent when that is not known. */
  readonly sameValue?: boolean;
}

/** All differences. */
export interface Difference {
  readonly from: string;
  readonly to: string;
  readonly changes: readonly Change[];
  readonly warnings: readonly string[];
}

/** What differs from BEFORE to AFTER, which are about things of one kind. */
export function diffSides(before: Side, after: Side): Difference {
  const secrets = new SecretValues();
  const [a, b] = [partsOf(before, secrets), partsOf(after, secrets)];
  const changes = a.kind === 'whole' || b.kind === 'whole' ? wholeChanges(a, b) : compare(a.items, b.items);
  const shown = changes.map((change) => clean(change, secrets));
  return { from: before.label, to: after.label, changes: shown, warnings: warningsOf(before, after, a, b) };
}

/** What one side consists of. */
type Parts =
  | { readonly kind: 'one'; readonly items: readonly Item[] }
  | {
      readonly kind: 'whole';
      readonly defaultTenant: string | undefined;
      readonly tenants: ReadonlyMap<string, readonly Item[]>;
      readonly sets: ReadonlyMap<string, readonly Item[]>;
    };

function partsOf({ workspace, about, revision, isPlanned }: Side, secrets: SecretValues): Parts {
  const isNow = revision === undefined && isPlanned === undefined;
  if (about.kind === 'set') return { kind: 'one', items: describeSets(workspace, [about.file], secrets, isNow) };
  if (about.kind === 'tenant') {
    const keys = describeTenant(workspace, about.name, secrets, isNow);
    const { entry } = workspace.written(about.name);
    const variables = orNothing(() => describeSets(workspace, entry.variables ?? [], secrets, isNow)) ?? [];
    return { kind: 'one', items: [...keys, ...variables] };
  }
  const tenants = workspace.tenantNames.map((name) => {
    return [name, orNothing(() => describeTenant(workspace, name, secrets, isNow)) ?? []] as const;
  });
  const sets = setsOf(workspace).flatMap((file) => {
    const items = orNothing(() => describeSets(workspace, [file], secrets, isNow));
    return items === undefined ? [] : [[file, items] as const];
  });
  const defaultTenant = workspace.defaultTenant ?? undefined;
  return { kind: 'whole', defaultTenant, tenants: new Map(tenants), sets: new Map(sets) };
}

function wholeChanges(a: Parts, b: Parts): Change[] {
  if (a.kind !== 'whole' || b.kind !== 'whole') return [];
  return [
    ...defaultChange(a.defaultTenant, b.defaultTenant),
    ...groupChanges('tenant', a.tenants, b.tenants),
    ...groupChanges('set', a.sets, b.sets),
  ];
}

function defaultChange(before: string | undefined, after: string | undefined): Change[] {
  if (before === after) return [];
  const shown = (tenant: string | undefined) => ({ written: tenant ?? 'none' });
  return [
    {
      kind: 'workspace',
      name: 'default',
      change: 'changed',
      secret: false,
      before: shown(before),
      after: shown(after),
    },
  ];
}

function groupChanges(
  word: 'tenant' | 'set',
  before: ReadonlyMap<string, readonly Item[]>,
  after: ReadonlyMap<string, readonly Item[]>,
): Change[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name): Change[] => {
    const [a, b] = [before.get(name), after.get(name)];
    if (a && b) return compare(a, b).map((change) => ({ ...change, of: name }));
    const written = `the ${word} ${name}`;
    const side = a ? { before: { written } } : { after: { written } };
    return [{ kind: 'workspace', name, change: a ? 'removed' : 'added', secret: false, ...side }];
  });
}

function compare(before: readonly Item[], after: readonly Item[]): Change[] {
  const key = (item: Item) => `${item.kind} ${item.name}`;
  const [a, b] = [new Map(before.map((item) => [key(item), item])), new Map(after.map((item) => [key(item), item]))];
  return [...new Set([...a.keys(), ...b.keys()])].flatMap((name) => change(a.get(name), b.get(name)));
}

function change(before: Item | undefined, after: Item | undefined): Change[] {
  const item = after ?? before;
  if (item === undefined || (before && after && sameItem(before, after))) return [];
  const sameValue = before?.mark && after?.mark ? { sameValue: before.mark === after.mark } : {};
  return [
    {
      kind: item.kind,
      name: item.name,
      change: before && after ? 'changed' : before ? 'removed' : 'added',
      secret: (before?.secret ?? false) || (after?.secret ?? false),
      ...(before && { before: shownOf(before) }),
      ...(after && { after: shownOf(after) }),
      ...sameValue,
    },
  ];
}

/** A problem that both have is no difference, and neither is a value that nobody has looked up on one side. */
function sameItem(a: Item, b: Item): boolean {
  const isUnknown = a.problem === notLookedUp || b.problem === notLookedUp;
  return a.written === b.written && a.source === b.source && (a.mark === b.mark || isUnknown);
}

function shownOf({ written, origin, fingerprint, problem, place }: Item): Shown {
  return {
    written,
    ...(origin !== undefined && { origin }),
    ...(fingerprint !== undefined && { fingerprint }),
    ...(problem !== undefined && { problem }),
    ...(place !== undefined && { place }),
  };
}

function clean(change: Change, secrets: SecretValues): Change {
  return {
    ...change,
    ...(change.before && { before: withoutSecrets(change.before, secrets) }),
    ...(change.after && { after: withoutSecrets(change.after, secrets) }),
  };
}

/** Two tenants that share a secret: whoever has one has the other, and neither can be exchanged alone. */
function warningsOf(before: Side, after: Side, a: Parts, b: Parts): string[] {
  const [one, other] = [before.about, after.about];
  if (one.kind !== 'tenant' || other.kind !== 'tenant' || one.name === other.name) return [];
  if (a.kind !== 'one' || b.kind !== 'one') return [];
  const others = b.items.filter(({ kind, secret, mark }) => kind === 'tenant' && secret && mark !== undefined);
  return a.items
    .filter(({ kind, secret }) => kind === 'tenant' && secret)
    .flatMap(({ name, mark }) => others.filter((same) => same.mark === mark).map((same) => [name, same.name]))
    .map(([here, there]) => {
      return `${before.label} and ${after.label} have the same secret: ${here === there ? here : `${here} and ${there}`}`;
    });
}
