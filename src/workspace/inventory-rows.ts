/** Collects what is needed, once for each thing that has the same value from the same place. */

import type { Annotations } from '../config/env-file.js';
import type { Resolved } from '../config/reference.js';
import { parseDuration } from '../config/values.js';
import { type Complaint, checkToken } from './check.js';
import { type Expiry, expiryOf } from './expiry.js';
import { fingerprint, prepareFingerprints } from './fingerprint.js';
import type { Role } from './inventory-keys.js';
import { isVague, suggestedName } from './inventory-names.js';
import type { InventorySource, InventoryUse, InventoryVariable } from './inventory-types.js';

/** One look at one thing. Holds its value. */
export interface Look {
  readonly name: string;
  readonly kind: InventoryVariable['kind'];
  readonly tenant?: string;
  /** Whose value it is, for a better name. */
  readonly owner: string;
  readonly role?: Role;
  readonly annotations: Annotations;
  readonly resolved: Resolved;
  readonly source: InventorySource;
  /** Absent for one that stands in a set and is not used. */
  readonly use?: InventoryUse;
  /** What the environment holds under the same name, when a set counts. */
  readonly shadowed?: string | undefined;
}

interface Row {
  readonly first: Look;
  readonly tenants: Set<string>;
  readonly uses: Map<string, InventoryUse>;
  readonly roles: Role[];
}

export class InventoryRows {
  readonly #rows = new Map<string, Row>();
  /** Names of variables, alone and with a tenant. */
  readonly #seen = new Set<string>();

  constructor(private readonly now: Date) {}

  /** Takes note of LOOK. */
  add(look: Look): void {
    const { name, kind, resolved, source, tenant, use, role } = look;
    const outcome = resolved.ok ? resolved.value : [resolved.problem];
    const owner = kind === 'literal' ? look.owner : '';
    const key = JSON.stringify([kind, name, owner, source.label, outcome]);
    const row: Row = this.#rows.get(key) ?? { first: look, tenants: new Set(), uses: new Map(), roles: [] };
    this.#rows.set(key, row);
    if (tenant !== undefined) row.tenants.add(tenant);
    if (use !== undefined) row.uses.set(JSON.stringify([use.file, use.line, use.what]), use);
    if (role !== undefined) row.roles.push(role);
    if (kind === 'variable') this.#seen.add(JSON.stringify([name])).add(JSON.stringify([name, tenant]));
  }

  /** Has a variable NAME been seen (for TENANT)? */
  has(name: string, tenant?: string): boolean {
    return this.#seen.has(JSON.stringify(tenant === undefined ? [name] : [name, tenant]));
  }

  /** Everything that was seen, without the values. */
  async variables(): Promise<InventoryVariable[]> {
    const rows = [...this.#rows.values()];
    await prepareFingerprints(rows.flatMap(({ first: { resolved } }) => (resolved.ok ? [resolved.value] : [])));
    return rows.map((row) => variableOf(row, this.now)).sort(byTenantAndName);
  }
}

function byTenantAndName(left: InventoryVariable, right: InventoryVariable): number {
  const key = ({ kind, tenants, name }: InventoryVariable) => [
    kind === 'argument' ? '2' : tenants.length === 0 ? '1' : '0',
    tenants[0] ?? '',
    name,
  ];
  const [a, b] = [key(left), key(right)];
  const differing = a.findIndex((part, index) => part !== b[index]);
  return differing < 0 ? 0 : (a[differing] ?? '') < (b[differing] ?? '') ? -1 : 1;
}

function variableOf({ first, tenants, uses, roles }: Row, now: Date): InventoryVariable {
  const { name, kind, owner, annotations, resolved, source, shadowed } = first;
  const [role] = roles;
  const format = annotations.format ?? role?.format ?? 'text';
  const secret = annotations.secret ?? (role === undefined ? isSecretName(name) : roles.some((one) => one.secret));
  const expiry = lifeOf(resolved, annotations);
  const verdict = verdictOf(resolved, roles, annotations.format, expiry, now);
  const print = resolved.ok ? fingerprint(resolved.value) : undefined;
  const exposed = secret && resolved.ok && (kind === 'literal' || source.kind === 'set');
  const better = kind === 'literal' || (kind === 'variable' && isVague(name));
  const suggestion = better ? suggestedName(owner, role?.suffix ?? suffixOf(name)) : undefined;
  return {
    name,
    kind,
    tenants: [...tenants].sort(),
    purpose: annotations.purpose ?? purposeOf(role, [...tenants].sort()),
    format,
    secret,
    ...verdict,
    source,
    ...(print === undefined ? {} : { fingerprint: print }),
    ...(annotations.rotated === undefined ? {} : { rotated: annotations.rotated.slice(0, 10) }),
    ...(expiry === undefined ? {} : { expires: dayOf(expiry.date), expiresFrom: expiry.from }),
    ...(suggestion === undefined || suggestion === name ? {} : { suggestion }),
    ...(exposed ? { exposed } : {}),
    ...(resolved.ok && shadowed !== undefined && shadowed !== resolved.value ? { conflict: true } : {}),
    uses: [...uses.values()],
  };
}

function purposeOf(role: Role | undefined, tenants: readonly string[]): string {
  if (role === undefined) return '';
  return tenants.length === 0 ? role.purpose : `${role.purpose} of ${tenants.join(', ')}`;
}

/** The words of a name that are left when it says nothing but what kind of thing it is. */
function suffixOf(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();
}

/** Does NAME speak of a secret? For variables that nothing else is known of. */
function isSecretName(name: string): boolean {
  return /token|secret|passw|passphrase|pwd|apikey|api_key|private|credential|(^|_)key/i.test(name);
}

function lifeOf(
  resolved: Resolved,
  { expires }: Annotations,
): (Omit<Expiry, 'from'> & { from: NonNullable<InventoryVariable['expiresFrom']> }) | undefined {
  const own = resolved.ok ? expiryOf(resolved.value) : undefined;
  return own ?? (expires === undefined ? undefined : { date: new Date(expires), from: 'declared' });
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function verdictOf(
  resolved: Resolved,
  roles: readonly Role[],
  declared: Annotations['format'],
  expiry: { readonly date: Date } | undefined,
  now: Date,
): Pick<InventoryVariable, 'status' | 'problem' | 'fix'> {
  if (!resolved.ok) return { status: resolved.lack ?? 'invalid', problem: resolved.problem, fix: resolved.remedy };
  const wrong = complaintOn(resolved.value, roles, declared);
  if (wrong !== undefined) return { status: 'invalid', problem: wrong.problem, fix: wrong.remedy };
  if (expiry === undefined || expiry.date > now) return { status: 'set' };
  return { status: 'invalid', problem: `expired on ${dayOf(expiry.date)}`, fix: 'have a new one issued, and set it' };
}

function complaintOn(value: string, roles: readonly Role[], declared: Annotations['format']): Complaint | undefined {
  for (const role of roles) {
    const wrong = role.check(value);
    if (wrong !== undefined) return wrong;
  }
  switch (declared) {
    case 'url':
      return URL.canParse(value) ? undefined : { problem: 'is not an absolute URL', remedy: 'write it with https://' };
    case 'token':
      return checkToken(value);
    case 'duration':
      return parseDuration(value) === undefined
        ? { problem: 'is not a duration', remedy: 'write it like 500ms, 30s or 2m' }
        : undefined;
    default:
      return undefined;
  }
}
