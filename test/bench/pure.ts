/** What needs no server: schemas, filters, PATCH; each against a package that does the same, on the same data. */

import { scimPatch } from 'scim-patch';
import { filter as peerFilter, parse as peerParse } from 'scim2-parse-filter';
import SCIMMY from 'scimmy';
import { compileFilter, parseFilter } from '../../src/scim/filter/index.js';
import type { JsonObject } from '../../src/scim/json.js';
import { applyPatch } from '../../src/scim/patch/index.js';
import { type ResourceType, SchemaRegistry } from '../../src/scim/schema/resource-type.js';
import { validateResource } from '../../src/scim/schema/validate.js';
import { urn } from '../../src/scim/urn.js';
import { interleaved, ms, report } from './measure.js';

function typeNamed(name: string): ResourceType {
  const type = SchemaRegistry.rfc.find(name);
  if (type === undefined) throw new Error(`no resource type ${name}`);
  return type;
}

/** A user as companies have them. */
function user(number: number): JsonObject {
  return {
    schemas: [urn.user],
    userName: `user${number}@example.com`,
    externalId: String(70_000 + number),
    name: { formatted: 'Ms. Barbara J Jensen', familyName: `Jensen${number % 500}`, givenName: 'Barbara' },
    displayName: `Babs ${number}`,
    title: number % 7 === 0 ? 'Manager' : 'Tour Guide',
    active: number % 10 !== 0,
    emails: [
      { value: `user${number}@example.com`, type: 'work', primary: true },
      { value: `user${number}@jensen.org`, type: 'home' },
    ],
    phoneNumbers: [{ value: `tel:+1-555-${number}`, type: 'work' }],
    addresses: [{ type: 'work', locality: 'Hollywood', region: 'CA', postalCode: '91608', country: 'US' }],
    meta: { resourceType: 'User', created: '2026-01-23T04:56:22Z', lastModified: '2026-05-13T04:42:34Z' },
  };
}

export async function benchValidate(): Promise<void> {
  const rounds = 2_000;
  const one = user(1);
  const { meta: _, ...toCreate } = one;
  const type = typeNamed('User');
  const definition = SCIMMY.Schemas.User.definition;
  if (validateResource(type, toCreate, 'create').length > 0) throw new Error('the user is not valid');
  const workloads = {
    scimmy: async () => {
      for (let round = 0; round < rounds; round++) definition.coerce(toCreate, 'in');
    },
    scim: async () => {
      for (let round = 0; round < rounds; round++) validateResource(type, toCreate, 'create');
    },
  };
  await interleaved(1, workloads);
  const { scimmy, scim } = await interleaved(7, workloads);
  const times = scimmy.min / scim.min;
  const each = (total: number): string => `${((1000 * total) / rounds).toFixed(1)} µs`;
  report(
    'Validate one user',
    `SCIMMY coerce: min ${each(scimmy.min)}, median ${each(scimmy.median)}; scim: min ${each(scim.min)}, median ${each(scim.median)}; ${times.toFixed(1)} times faster`,
    `10 times faster (minimum of 7 interleaved runs of ${rounds})`,
    times >= 10,
  );
}

const filters = [
  'userName eq "user77777@example.com"',
  'name.familyName sw "Jensen4" and active eq true',
  'emails[type eq "work" and value co "99"]',
  'meta.lastModified gt "2026-01-01T00:00:00Z" and not (title eq "Manager")',
];

export async function benchFilter(): Promise<void> {
  const users = Array.from({ length: 100_000 }, (_, number) => user(number));
  const type = typeNamed('User');
  const count = (matches: (user: JsonObject) => boolean): number => users.reduce((n, u) => n + (matches(u) ? 1 : 0), 0);
  for (const filter of filters) {
    // Dates are instants here and texts there; all of these have the same form.
    const [ours, theirs] = [count(compileFilter(parseFilter(filter), type)), count(peerFilter(peerParse(filter)))];
    if (ours !== theirs) throw new Error(`${filter}: ${ours} here, ${theirs} by scim2-parse-filter`);
  }
  const { peer, scim } = await interleaved(5, {
    peer: async () => {
      for (const filter of filters) count(peerFilter(peerParse(filter)));
    },
    scim: async () => {
      for (const filter of filters) count(compileFilter(parseFilter(filter), type));
    },
  });
  const times = peer.min / scim.min;
  report(
    `Parse and evaluate ${filters.length} filters over ${users.length.toLocaleString('en')} users`,
    `scim2-parse-filter: min ${ms(peer.min)}, median ${ms(peer.median)}; scim, which knows the schema: min ${ms(scim.min)}, median ${ms(scim.median)}; ${times.toFixed(2)} times as fast`,
    'none; the ratio is stated (minimum of 5 interleaved runs)',
    true,
  );
}

export async function benchGroup(): Promise<void> {
  const members = (from: number, count: number) =>
    Array.from({ length: count }, (_, at) => ({ value: `user-${from + at}`, display: `User ${from + at}` }));
  const group = (): JsonObject => ({
    schemas: [urn.group],
    id: '1',
    displayName: 'Everybody',
    members: members(0, 10_000),
    meta: { resourceType: 'Group' },
  });
  const type = typeNamed('Group');
  const added = members(10_000, 100);
  const check = (resource: object): void => {
    const count = 'members' in resource && Array.isArray(resource.members) ? resource.members.length : 0;
    if (count !== 10_100) throw new Error(`the group has ${count} members`);
  };
  const ours = group();
  const peerTimes: number[] = [];
  const ourTimes: number[] = [];
  const workloads = {
    peer: async () => {
      // It changes its argument, unless told to copy it; ours never does.
      const theirs = { ...group(), schemas: [urn.group], meta: meta() };
      const started = performance.now();
      check(scimPatch(theirs, [{ op: 'add', path: 'members', value: added }]));
      peerTimes.push(performance.now() - started);
    },
    scim: async () => {
      const started = performance.now();
      check(applyPatch(type, ours, [{ op: 'add', path: 'members', value: added }]).resource);
      ourTimes.push(performance.now() - started);
    },
  };
  await interleaved(9, workloads);
  const [peer, scim] = [Math.min(...peerTimes), Math.min(...ourTimes)];
  const times = peer / scim;
  report(
    'Add 100 members to a group of 10,000',
    `scim-patch: min ${ms(peer)}; scim: min ${ms(scim)}; ${times.toFixed(1)} times faster`,
    '10 times faster (minimum of 9 interleaved runs)',
    times >= 10,
  );
}

function meta(): { resourceType: string; created: Date; lastModified: Date; location: string } {
  const now = new Date('2026-01-01T00:00:00Z');
  return { resourceType: 'Group', created: now, lastModified: now, location: 'https://example.com/Groups/1' };
}
