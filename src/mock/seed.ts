/** Generated users and groups: the same arguments give the same resources, byte by byte. */

import type { JsonObject, JsonValue } from '../scim/json.js';
import type { ResourceType } from '../scim/schema/resource-type.js';
import { urn } from '../scim/urn.js';
import type { Entry } from './entry.js';
import type { Random } from './random.js';
import { cultures, type Department, departments, groupKinds, groupSubjects, type NameCulture } from './seed-data.js';
import type { ResourceStore } from './store.js';

/** What to generate. */
export interface SeedOptions {
  readonly users: number;
  readonly groups: number;
  /** The source of every choice and id. */
  readonly random: Random;
  /** The resources were created within the three years before. */
  readonly now: Date;
}

/** Reports of one manager. */
const span = 8;

const threeYearsMs = 3 * 365 * 24 * 60 * 60 * 1000;

/** Fills STORE, which should be empty, with users in a tree of managers, and groups of very different sizes. */
export function seedStore(store: ResourceStore, options: SeedOptions): void {
  const userType = requiredType(store, 'User');
  const groupType = requiredType(store, 'Group');
  const users: Entry[] = [];
  for (let number = 0; number < options.users; number++) {
    const manager = number === 0 ? undefined : users[Math.floor((number - 1) / span)]?.id;
    const id = options.random.uuid();
    users.push(store.create(userType, userContent(options.random, number, manager), id, createdAt(options)));
  }
  const groups: Entry[] = [];
  for (let number = 0; number < options.groups; number++) {
    const members = groupMembers(options.random, number, users, groups);
    const content: JsonObject = { schemas: [urn.group], displayName: groupName(number) };
    if (number % 3 === 0) content.externalId = `group-${number + 1}`;
    if (members.length > 0) content.members = members;
    groups.push(store.create(groupType, content, options.random.uuid(), createdAt(options)));
  }
}

function requiredType(store: ResourceStore, name: string): ResourceType {
  const type = store.registry.find(name);
  if (!type) throw new Error(`The store has no ${name}`);
  return type;
}

function createdAt({ random, now }: SeedOptions): string {
  // Whole seconds, as most servers keep them.
  const age = Math.floor((random.uint32() / 0x1_0000_0000) * threeYearsMs);
  return new Date(Math.floor((now.getTime() - age) / 1000) * 1000).toISOString();
}

function userContent(random: Random, number: number, manager: string | undefined): JsonObject {
  const culture = random.pickSkewed(cultures);
  const department = random.pickSkewed(departments);
  const [given, givenAscii] = random.pick(culture.given);
  const [family, familyAscii] = random.pick(culture.family);
  const displayName = culture.familyFirst ? `${family} ${given}` : `${given} ${family}`;
  // The number makes the name unique, whatever the names are.
  const local = `${givenAscii}.${familyAscii}${number + 1}`;
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

/** The n-th group has an n-th of 60 % of the users; each tenth has also two groups in it, each twentieth nobody. */
function groupMembers(random: Random, number: number, users: readonly Entry[], groups: readonly Entry[]): JsonValue[] {
  if (number % 20 === 19) return [];
  const size = Math.min(users.length, Math.ceil((users.length * 0.6) / (number + 1)));
  const start = random.below(users.length);
  const step = coprimeStep(random, users.length);
  const members: JsonValue[] = [];
  for (let count = 0; count < size; count++) {
    const user = users[(start + count * step) % users.length];
    if (user) members.push({ value: user.id });
  }
  if (number % 10 === 9) for (const group of groups.slice(-2)) members.push({ value: group.id });
  return members;
}

/** A step with which a walk round LENGTH places visits all of them before it meets the first again. */
function coprimeStep(random: Random, length: number): number {
  let step = 1 + random.below(Math.max(1, length - 1));
  while (greatestCommonDivisor(step, length) !== 1) step = step > 1 ? step - 1 : 1;
  return step;
}

function greatestCommonDivisor(left: number, right: number): number {
  return right === 0 ? left : greatestCommonDivisor(right, left % right);
}
