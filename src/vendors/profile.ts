/** A vendor profile: what is known about one service, each value with its source. */

import type { Fact } from './fact.js';
import type { ProfileValues, Section } from './flags.js';

export type { ProfileValues } from './flags.js';

/** Every flag as a fact. */
export type Facts = { readonly [S in Section]: { readonly [F in keyof ProfileValues[S]]: Fact<ProfileValues[S][F]> } };

/** The facts that a vendor's documents give. */
export type KnownFacts = { readonly [S in Section]?: Partial<Facts[S]> };

/** What a profile is besides its facts. */
interface Identity {
  /** As in `vendor:` of `scim.yaml`. */
  readonly name: string;
  /** As people call it. */
  readonly title: string;
  readonly aliases: readonly string[];
  /** Which side of SCIM the facts describe: a service provider, or a client whose requests this program imitates. */
  readonly roles: readonly ('server' | 'client')[];
  /** What no flag expresses. */
  readonly notes: readonly Fact<string>[];
}

export interface VendorProfile extends Identity {
  readonly facts: Facts;
}

export interface KnownProfile extends Identity {
  readonly facts: KnownFacts;
}

/** KNOWN, with what it does not say taken from STANDARD and marked as assumed. */
export function complete(known: KnownProfile, standard: Facts): VendorProfile {
  return {
    ...known,
    facts: mapFacts(standard, (section, flag, fact) => own(known.facts, section, flag) ?? assumed(fact)),
  };
}

/** The plain values of PROFILE. */
export function settle(profile: VendorProfile): ProfileValues {
  return Object.fromEntries(
    Object.entries(profile.facts).map(([section, flags]) => [
      section,
      Object.fromEntries(Object.entries(flags).map(([flag, { value }]) => [flag, value])),
    ]),
  ) as unknown as ProfileValues; // A mapped type cannot be followed through Object.entries.
}

/** Every fact of FACTS with the flag it is about. */
export function* flagsOf(facts: Facts): Generator<{ section: string; flag: string; fact: Fact<unknown> }> {
  for (const [section, flags] of Object.entries(facts)) {
    for (const [flag, fact] of Object.entries<Fact<unknown>>(flags)) yield { section, flag, fact };
  }
}

/** FACTS with each fact replaced by what CHANGE makes of it; CHANGE keeps the type of the value. */
export function mapFacts(
  facts: Facts,
  change: (section: string, flag: string, fact: Fact<unknown>) => Fact<unknown>,
): Facts {
  return Object.fromEntries(
    Object.entries(facts).map(([section, flags]) => [
      section,
      Object.fromEntries(
        Object.entries<Fact<unknown>>(flags).map(([flag, fact]) => [flag, change(section, flag, fact)]),
      ),
    ]),
  ) as unknown as Facts; // As in `settle`.
}

function own(facts: KnownFacts, section: string, flag: string): Fact<unknown> | undefined {
  const sections: Readonly<Record<string, Readonly<Record<string, Fact<unknown>>>>> = facts;
  return sections[section]?.[flag];
}

function assumed(fact: Fact<unknown>): Fact<unknown> {
  return { value: fact.value, source: fact.source, date: fact.date, verified: false, assumed: true };
}
