/** Generated users and groups: each is made from the seed and its number alone, whenever somebody looks at it. */

import type { JsonObject, JsonValue } from '../scim/json.js';
import { urn } from '../scim/urn.js';
import type { MemberKey, Names, Origin } from './entry.js';
import type { Random } from './random.js';
import { cultures, type Department, departments, groupKinds, groupSubjects, type NameCulture } from './seed-data.js';

/** Reports of one manager. */
const span = 8;

/** Members of the largest groups. */
const largestGroup = 50_000;

const threeYearsMs = 3 * 365 * 24 * 60 * 60 * 1000;

/** Which of its independent sequences of random numbers what is drawn from. */
const streams = { userId: 1, user: 2, userCreated: 3, groupId: 4, group: 5, groupCreated: 6, all: 7 };

/** What all generated resources share. */
export interface Generation {
  readonly random: Random;
  /** The resources were created within the three years before. */
  readonly now: Date;
  readonly users: number;
  readonly groups: number;
  /** The `sequence` of the first user; the groups follow the users. */
  readonly first: number;
}

/** Contents that were made last: one look at a resource asks several times. */
const remembered = 256;

interface Person {
  readonly culture: NameCulture;
  readonly given: string;
  readonly family: string;
  readonly displayName: string;
  /** The local part of the mail address. */
  readonly local: string;
}

/** The users of GENERATION. */
export class GeneratedUsers implements Origin {
  private readonly latest: { sequence: number; content: JsonObject }[] = [];

  constructor(private readonly generation: Generation) {}

  /** The id of the user with NUMBER, from 0. */
  id(number: number): string {
    return this.generation.random.restart(streams.userId, number).uuid();
  }

  content(sequence: number): JsonObject {
    const known = this.latest[sequence % remembered];
    if (known?.sequence === sequence) return known.content;
    const content = this.make(sequence - this.generation.first);
    this.latest[sequence % remembered] = { sequence, content };
    return content;
  }

  names(sequence: number): Names {
    const { displayName, local } = this.person(sequence - this.generation.first);
    return { displayName, userName: `${local}@example.com` };
  }

  created(sequence: number): string {
    return createdAt(this.generation, streams.userCreated, sequence);
  }

  lastModified(sequence: number): string {
    return this.created(sequence);
  }

  members(): readonly MemberKey[] {
    return [];
  }

  memberCount(): number {
    return 0;
  }

  private person(number: number): Person {
    const random = this.generation.random.restart(streams.user, number);
    const culture = random.pickSkewed(cultures);
    const [given, givenAscii] = random.pick(culture.given);
    const [family, familyAscii] = random.pick(culture.family);
    const displayName = culture.familyFirst ? `${family} ${given}` : `${given} ${family}`;
    // The number makes the name unique, whatever the names are.
    return { culture, given, family, displayName, local: `${givenAscii}.${familyAscii}${number + 1}` };
  }

  private make(number: number): JsonObject {
    const manager = number === 0 ? undefined : this.id(Math.floor((number - 1) / span));
    const { culture, given, family, displayName, local } = this.person(number);
    // Goes on where `person` has stopped.
    const { random } = this.generation;
    const department = random.pickSkewed(departments);
    const userName = `${local}@example.com`;
    const employee = String(number + 1).padStart(6, '0');
    const content: JsonObject = {
      schemas: [urn.user, urn.enterpriseUser],
      externalId: `E${employee}`,
      userName,
      name: { formatted: displayName, familyName: family, givenName: given },
      displayName,
      title: random.pick(department.titles),
      userType: random.chance(0.9) ? 'Employee' : 'Contractor',
      preferredLanguage: culture.locale,
      locale: culture.locale,
      timezone: culture.timezone,
      active: random.chance(0.95),
      emails: emails(random, userName, local),
      phoneNumbers: [{ value: `tel:+1-201-555-01${String(random.below(100)).padStart(2, '0')}`, type: 'work' }],
    };
    if (random.chance(0.5)) content.addresses = [address(random, culture)];
    content[urn.enterpriseUser] = employment(employee, department, manager);
    return content;
  }
}

/** The groups of GENERATION, in which its users are. */
export class GeneratedGroups implements Origin {
  /** Sizes fall with the rank, and ranks are spread over the groups so that no page has all the large ones. */
  private readonly spread: Walk;

  constructor(private readonly generation: Generation) {
    this.spread = walk(generation.random.restart(streams.all, 0), generation.groups);
  }

  /** The id of the group with NUMBER, from 0. */
  id(number: number): string {
    return this.generation.random.restart(streams.groupId, number).uuid();
  }

  content(sequence: number): JsonObject {
    const number = this.number(sequence);
    const content: JsonObject = { schemas: [urn.group], displayName: groupName(number) };
    if (number % 3 === 0) content.externalId = `group-${number + 1}`;
    return content;
  }

  names(sequence: number): Names {
    return { displayName: groupName(this.number(sequence)), userName: undefined };
  }

  created(sequence: number): string {
    return createdAt(this.generation, streams.groupCreated, sequence);
  }

  lastModified(sequence: number): string {
    return this.created(sequence);
  }

  /** Users picked at random; each tenth group has also the two before it. */
  members(sequence: number): readonly MemberKey[] {
    const number = this.number(sequence);
    const { users, first, random } = this.generation;
    const size = this.size(number);
    if (size === 0) return [];
    const { start, step } = walk(random.restart(streams.group, number), users);
    const members: MemberKey[] = [];
    for (let place = start; members.length < size; place = (place + step) % users) members.push(first + place);
    return isNest(number) ? [...members, sequence - 2, sequence - 1] : members;
  }

  memberCount(sequence: number): number {
    const number = this.number(sequence);
    const size = this.size(number);
    return size > 0 && isNest(number) ? size + 2 : size;
  }

  /** The n-th largest group has an n-th of 60 % of the users; each twentieth has nobody. */
  private size(number: number): number {
    const { users, groups } = this.generation;
    const { start, step } = this.spread;
    const rank = (start + number * step) % groups;
    if (rank % 20 === 19) return 0;
    return Math.min(users, largestGroup, Math.ceil((users * 0.6) / (rank + 1)));
  }

  private number(sequence: number): number {
    return sequence - this.generation.first - this.generation.users;
  }
}

function isNest(number: number): boolean {
  return number % 10 === 9;
}

function createdAt({ random, now }: Generation, stream: number, sequence: number): string {
  // Whole seconds, as most servers keep them.
  const age = Math.floor((random.restart(stream, sequence).uint32() / 0x1_0000_0000) * threeYearsMs);
  return new Date(Math.floor((now.getTime() - age) / 1000) * 1000).toISOString();
}

function emails(random: Random, work: string, local: string): JsonValue[] {
  const list: JsonValue[] = [{ value: work, type: 'work', primary: true }];
  if (random.chance(0.3)) list.push({ value: `${local}@home.example`, type: 'home' });
  return list;
}

function address(random: Random, culture: NameCulture): JsonObject {
  const [locality, region] = random.pick(culture.cities);
  const streetAddress = `${100 + random.below(900)} Universal City Plaza`;
  return { type: 'work', streetAddress, locality, region, country: culture.country };
}

function employment(employeeNumber: string, department: Department, manager: string | undefined): JsonObject {
  return {
    employeeNumber,
    costCenter: department.costCenter,
    organization: 'Example Corporation',
    division: department.division,
    department: department.name,
    ...(manager !== undefined && { manager: { value: manager } }),
  };
}

/** `Team Apollo`, `Project Apollo`, …, then the same with a number. */
function groupName(number: number): string {
  const kind = groupKinds[number % groupKinds.length] ?? groupKinds[0];
  const subject = groupSubjects[Math.floor(number / groupKinds.length) % groupSubjects.length] ?? groupSubjects[0];
  const round = Math.floor(number / (groupKinds.length * groupSubjects.length));
  return round === 0 ? `${kind} ${subject}` : `${kind} ${subject} ${round + 1}`;
}

/** A way round some places that visits all of them before it meets the first again. */
interface Walk {
  readonly start: number;
  readonly step: number;
}

function walk(random: Random, places: number): Walk {
  const start = random.below(places);
  let step = 1 + random.below(Math.max(1, places - 1));
  while (greatestCommonDivisor(step, places) !== 1) step = step > 1 ? step - 1 : 1;
  return { start, step };
}

function greatestCommonDivisor(left: number, right: number): number {
  return right === 0 ? left : greatestCommonDivisor(right, left % right);
}
