/** `vendor:` and `profile:` of a tenant: which service it is, and what is known better than the profile. */

import * as z from 'zod';
import { find, generic, names, suggestName } from '../vendors/index.js';
import { override, overrideProblems } from '../vendors/override.js';
import { type ProfileValues, settle, type VendorProfile } from '../vendors/profile.js';

/** The name of a vendor profile, or an alias. */
export const vendorName = z.string({ error: 'must be the name of a vendor' }).superRefine((name, context) => {
  if (find(name) === undefined) context.addIssue({ code: 'custom', message: unknownVendor(name) });
});

/** Flags of the profile that are otherwise for this tenant: `{ page: { max: 50 } }`. */
export const profileOverrides = z.unknown().superRefine((input, context) => {
  for (const { path, message } of overrideProblems(input))
    context.addIssue({ code: 'custom', path: [...path], message: inOurWords(message) });
});

/** MESSAGE, of zod perhaps, as a part of a sentence. */
function inOurWords(message: string): string {
  return message
    .replace(/^Invalid option: expected /, 'must be ')
    .replace(/^Invalid input: expected (\w+).*$/, 'must be of type $1');
}

function unknownVendor(name: string): string {
  const meant = suggestName(name);
  const hint = meant === undefined ? '.' : `; did you mean \`${meant}\`?`;
  return `is not a known vendor${hint} There are ${names().join(', ')}`;
}

/** PARENT's overrides with OWN on top, flag by flag. */
export function mergeOverrides(parent: unknown, own: unknown): unknown {
  if (!isRecord(parent) || !isRecord(own)) return own ?? parent;
  const merged = { ...parent };
  for (const [section, flags] of Object.entries(own)) {
    const inherited = parent[section];
    merged[section] = isRecord(inherited) && isRecord(flags) ? { ...inherited, ...flags } : flags;
  }
  return merged;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A service as a tenant sees it. */
export interface Vendor {
  /** The profile's own name, also when an alias was given. */
  readonly vendor: string;
  readonly profile: ProfileValues;
}

/** The vendor NAME with OVERRIDES, both checked; the generic one when no name is given. */
export function vendorOf(name: string | undefined, overrides: unknown): Vendor {
  const profile = profileOf(name, overrides);
  return { vendor: profile.name, profile: settle(profile) };
}

/** As `vendorOf`, with the source of each value. */
export function profileOf(name: string | undefined, overrides: unknown): VendorProfile {
  const profile = find(name ?? generic.name) ?? generic;
  if (overrides === undefined) return profile;
  return override(profile, overrides, { source: 'scim.yaml', date: 'as configured' });
}
