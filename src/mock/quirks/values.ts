/** The quirks of one server: those of its vendor, with what its owner says over them. */

import type * as z from 'zod';
import { UsageError } from '../../scim/error.js';
import { closest } from '../../scim/schema/suggest.js';
import { flagSchemas } from '../../vendors/flags.js';
import { find, names, type ProfileValues, standard, suggestName } from '../../vendors/index.js';
import { settle } from '../../vendors/profile.js';
import { type OwnValues, ownFlagSchemas, ownStandard } from './own-flags.js';
import { type QuirkSettings, vendorQuirks } from './vendors.js';

/** Every quirk with its value. */
export type QuirkValues = {
  readonly [S in keyof ProfileValues | keyof OwnValues]: (S extends keyof ProfileValues ? ProfileValues[S] : unknown) &
    (S extends keyof OwnValues ? OwnValues[S] : unknown);
};

/** Flags of the profiles that tell a client what to do, and leave a server nothing to do. */
const clientFlags: ReadonlyMap<string, string> = new Map([
  ['base.urls', 'use listen.basePath'],
  ['auth.schemes', 'use auth'],
  ['page.deepFallback', 'it is what a client does behind page.maxStartIndex'],
  ['update.user', 'use update.userVerbs'],
  ['update.group', 'use update.groupVerbs'],
  ['patch.style', 'a server takes both'],
  ['deprovision.user', 'use deprovision.deleteEffect and deactivate.effect'],
]);

let schemas: ReadonlyMap<string, z.ZodType> | undefined;

/** What each quirk can be, by its name. */
export function quirkSchemas(): ReadonlyMap<string, z.ZodType> {
  schemas ??= new Map([...named(flagSchemas()), ...named(ownFlagSchemas())].filter(([name]) => !clientFlags.has(name)));
  return schemas;
}

/** The quirks of a server without any, by name. */
export function standardSettings(): ReadonlyMap<string, unknown> {
  return new Map([...flat(standard), ...flat(ownStandard)]);
}

/** The quirks of VENDOR by name, as far as they are not those of a server without any. */
export function settingsOf(vendor: string): ReadonlyMap<string, unknown> {
  const profile = find(vendor);
  if (profile === undefined) return new Map();
  const all = new Map([...flat(settle(profile)), ...Object.entries(vendorQuirks.get(profile.name) ?? {})]);
  const usual = standardSettings();
  const known = quirkSchemas();
  return new Map([...all].filter(([name, value]) => known.has(name) && !isSame(value, usual.get(name))));
}

/**
 * The quirks of VENDOR, none when undefined, with OVERRIDES (`{ 'page.max': 50 }`) in their place.
 * @throws UsageError for a vendor or a quirk that there is not, and for a value that it cannot have
 */
export function quirkValues(vendor: string | undefined, overrides: QuirkSettings): QuirkValues {
  const own = vendor === undefined ? new Map<string, unknown>() : settingsOf(checkedVendor(vendor));
  const given = Object.entries(overrides).map(([name, value]): [string, unknown] => [name, checked(name, value)]);
  return nested(new Map([...standardSettings(), ...own, ...given]));
}

/** Whether LEFT and RIGHT are the same JSON. */
export function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function checkedVendor(name: string): string {
  if (find(name) !== undefined) return name;
  const meant = suggestName(name);
  const hint = meant === undefined ? `there are ${names().join(', ')}` : `did you mean ${meant}?`;
  throw new UsageError(`There is no vendor ${JSON.stringify(name)}; ${hint}`);
}

function checked(name: string, value: unknown): unknown {
  const schema = quirkSchemas().get(name);
  if (schema === undefined) throw new UsageError(unknownQuirk(name));
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue && issue.path.length > 0 ? ` at ${issue.path.map(String).join('.')}` : '';
  throw new UsageError(`The quirk ${name} cannot be ${JSON.stringify(value)}${where}: ${issue?.message ?? ''}`);
}

function unknownQuirk(name: string): string {
  const instead = clientFlags.get(name);
  if (instead !== undefined) return `${name} is nothing that a server does: ${instead}`;
  const meant = closest(name, quirkSchemas().keys());
  return `There is no quirk ${JSON.stringify(name)}${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

function named(sections: Readonly<Record<string, Readonly<Record<string, z.ZodType>>>>): [string, z.ZodType][] {
  return Object.entries(sections).flatMap(([section, flags]) =>
    Object.entries(flags).map(([flag, schema]): [string, z.ZodType] => [`${section}.${flag}`, schema]),
  );
}

function flat(values: ProfileValues | OwnValues): [string, unknown][] {
  return Object.entries<object>(values).flatMap(([section, flags]) =>
    Object.entries<unknown>({ ...flags }).map(([flag, value]): [string, unknown] => [`${section}.${flag}`, value]),
  );
}

function nested(settings: ReadonlyMap<string, unknown>): QuirkValues {
  const sections: Record<string, Record<string, unknown>> = {};
  for (const [name, value] of settings) {
    const [section = '', flag = ''] = name.split('.');
    const flags = sections[section] ?? {};
    flags[flag] = value;
    sections[section] = flags;
  }
  return sections as unknown as QuirkValues; // Every value was checked by its schema; the names cannot be followed.
}
