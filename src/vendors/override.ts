/** What a person knows better than a profile: flags of one tenant, in place of the vendor's. */

import * as z from 'zod';
import { closest } from '../scim/schema/suggest.js';
import type { Fact } from './fact.js';
import { flagSchemas } from './flags.js';
import { mapFacts, type VendorProfile } from './profile.js';

/** One thing that is wrong with overrides. */
export interface OverrideProblem {
  /** Where: `['page', 'max']`. */
  readonly path: readonly PropertyKey[];
  /** What, as a sentence without the place. */
  readonly message: string;
}

type Overrides = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

/**
 * What is wrong with INPUT as overrides of a profile, `{ page: { max: 50 } }`: nothing, a flag that there is not, or a
 * value that the flag cannot have.
 */
export function overrideProblems(input: unknown): OverrideProblem[] {
  const parsed = overrides().safeParse(input);
  return parsed.success ? [] : parsed.error.issues.flatMap(problemsOf);
}

/**
 * PROFILE with the flags that INPUT has. A list or a record replaces the vendor's as a whole. ORIGIN says where INPUT is
 * from. Throws `TypeError` when `overrideProblems` finds something.
 */
export function override(
  profile: VendorProfile,
  input: unknown,
  origin: Pick<Fact<unknown>, 'source' | 'date'>,
): VendorProfile {
  const parsed = overrides().safeParse(input);
  if (!parsed.success) {
    const told = parsed.error.issues.flatMap(problemsOf);
    throw new TypeError(told.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`).join('\n'));
  }
  const given: Overrides = parsed.data;
  const facts = mapFacts(profile.facts, (section, flag, fact) => {
    const value = given[section]?.[flag];
    return value === undefined ? fact : { value, ...origin, verified: true };
  });
  return { ...profile, facts };
}

let built: z.ZodType<Overrides> | undefined;

function overrides(): z.ZodType<Overrides> {
  built ??= buildOverrides();
  return built;
}

function buildOverrides(): z.ZodType<Overrides> {
  const sections = Object.entries(flagSchemas()).map(([section, flags]): [string, z.ZodType<Overrides[string]>] => {
    const optional = Object.entries<z.ZodType>(flags).map(([flag, schema]) => [flag, schema.optional()]);
    return [section, z.strictObject(Object.fromEntries(optional)).optional()];
  });
  return z.strictObject(Object.fromEntries(sections));
}

function problemsOf(issue: z.core.$ZodIssue): OverrideProblem[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, message: issue.message }];
  return issue.keys.map((key) => ({ path: [...issue.path, key], message: unknownFlag(issue.path, key) }));
}

function unknownFlag(path: readonly PropertyKey[], key: string): string {
  const sections: Readonly<Record<string, object>> = flagSchemas();
  const section = path.length === 1 ? sections[String(path[0])] : undefined;
  const candidates = path.length === 0 ? Object.keys(sections) : Object.keys(section ?? {});
  const meant = closest(key, candidates);
  const known = candidates.length === 0 ? '' : `; there are ${candidates.join(', ')}`;
  return `is not a flag of a vendor profile${meant === undefined ? known : `; did you mean \`${meant}\`?`}`;
}
