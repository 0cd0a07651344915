import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { flagSchemas } from '../../src/vendors/flags.js';
import { find, generic, names, suggestName } from '../../src/vendors/index.js';
import { override, overrideProblems } from '../../src/vendors/override.js';
import { flagsOf, type ProfileValues, settle, type VendorProfile } from '../../src/vendors/profile.js';
import { renderProfile } from '../../src/vendors/render.js';

const here = { source: 'scim.yaml', date: '2026-11' };

function profile(name: string): VendorProfile {
  const found = find(name);
  if (found === undefined) throw new Error(`There is no profile ${name}`);
  return found;
}

function values(name: string): ProfileValues {
  return settle(profile(name));
}

/** Everything one profile may say, as one strict schema. */
const whole = z.strictObject(
  Object.fromEntries(Object.entries(flagSchemas()).map(([section, flags]) => [section, z.strictObject({ ...flags })])),
);

describe('every profile', () => {
  it.each(names())('%s has every flag, of its type', (name) => {
    const result = whole.safeParse(values(name));
    expect(result.error?.issues ?? []).toEqual([]);
  });

  it.each(names())('%s gives source and date with each fact', (name) => {
    for (const { section, flag, fact } of flagsOf(profile(name).facts)) {
      expect(fact.source, `${section}.${flag}`).not.toBe('');
      expect(fact.date, `${section}.${flag}`).toMatch(/^20\d\d(-\d\d)?$/);
      expect(typeof fact.verified, `${section}.${flag}`).toBe('boolean');
    }
    for (const note of profile(name).notes) expect([note.source !== '', note.date.length >= 4]).toEqual([true, true]);
  });

  it.each(names().filter((name) => name !== 'generic'))('%s knows something, and marks what is assumed', (name) => {
    const facts = [...flagsOf(profile(name).facts)];
    expect(facts.filter(({ fact }) => fact.assumed !== true).length).toBeGreaterThan(3);
    for (const { section, flag, fact } of facts.filter(({ fact }) => fact.assumed === true)) {
      expect(fact.verified, `${section}.${flag}`).toBe(false);
      expect(fact.source, `${section}.${flag}`).toContain('RFC');
    }
  });

  it('the generic one rests on RFCs alone', () => {
    for (const { fact } of flagsOf(generic.facts))
      expect([fact.source.includes('RFC'), fact.verified]).toEqual([true, true]);
  });

  it('no two share a name or an alias', () => {
    const all = names().flatMap((name) => [name, ...profile(name).aliases]);
    expect(new Set(all).size).toBe(all.length);
    expect(all).toEqual(all.map((name) => name.toLowerCase()));
  });
});

describe('find', () => {
  it.each([
    ['OKTA', 'okta'],
    ['Entra', 'entra-id'],
    ['azure', 'entra-id'],
    ['AzureAD', 'entra-id'],
    ['aws', 'aws-iam-identity-center'],
    ['github', 'github-enterprise'],
    ['github-org', 'github-organization'],
    ['IIQ', 'sailpoint-identityiq'],
    [' slack ', 'slack'],
    ['generic', 'generic'],
  ])('%s is %s', (name, expected) => {
    expect(find(name)?.name).toBe(expected);
  });

  it('knows no others, and suggests', () => {
    expect(find('octa')).toBeUndefined();
    expect(suggestName('octa')).toBe('okta');
    expect(suggestName('Salseforce')).toBe('salesforce');
    expect(suggestName('something-else-entirely')).toBeUndefined();
    expect(find('__proto__')).toBeUndefined();
  });
});

describe('what the profiles must not get wrong', () => {
  it('AWS pages by cursor, 100 at most, and hides members', () => {
    const aws = values('aws');
    expect(aws.page).toMatchObject({ mode: 'cursor', max: 100 });
    expect(aws.groups.membersReadable).toBe(false);
    expect(aws.patch).toMatchObject({ maxMembersAdd: 100, replaceAllMembers: 'forbidden' });
    expect(aws.update.groupVerbs).toEqual(['PATCH']);
    expect(aws.multi).toEqual({
      maxValues: { emails: 1, addresses: 1, phoneNumbers: 1, roles: 1 },
      requirePrimary: ['emails'],
    });
    expect(aws.filter).toMatchObject({ ops: ['eq'], logic: ['and'] });
    expect(aws.error.names.ThrottlingException).toBe(429);
    expect(aws.token).toEqual({ ttl: 'P1Y', maxActive: 2 });
  });

  it('the Entra API has no PUT, wants Accept, lower-case paths and small steps', () => {
    const entra = values('entra');
    expect(entra.update).toEqual({ user: 'patch', group: 'patch', userVerbs: ['PATCH'], groupVerbs: ['PATCH'] });
    expect(entra.headers.required).toEqual([{ name: 'Accept', value: 'application/json' }]);
    expect(entra.base.pathCase).toBe('lower');
    expect(entra.patch).toMatchObject({ maxMembersAdd: 20, maxMembersRemove: 1, mixMemberOps: false });
    expect(entra.page.mode).toBe('cursor');
    expect(entra.list).toEqual({ resourcesKey: 'any', totalTrusted: false });
  });

  it('Entra as a client writes Replace, "False" and lists of members', () => {
    const patch = values('entra-id-client').patch;
    expect(patch).toMatchObject({ opCase: 'capital', boolean: 'capital-string', removeMember: 'value-array' });
  });

  it('Google has no pages at all', () => {
    expect(values('google').page.mode).toBe('none');
    expect(values('google').features).toEqual({ bulk: 'no', sort: 'no', etag: 'no' });
  });

  it('Okta deactivates without a path and never deletes', () => {
    const okta = values('okta');
    expect(okta.patch).toMatchObject({ style: 'pathless', pathless: 'nested' });
    expect(okta.deprovision.user).toBe('active-false');
    expect(okta.rate.resetKind).toBe('epoch');
    expect(okta.lookup.missing).toEqual(['200-empty', '404']);
  });

  it('Slack takes 180 writes of users a minute, 20 at once, and DELETE deactivates', () => {
    const slack = values('slack');
    const creates = slack.rate.limits.find(({ methods, resource }) => resource === 'User' && methods?.includes('POST'));
    expect(creates).toMatchObject({ requests: 180, perSeconds: 60, burst: 20 });
    expect(slack.rate.limits).toContainEqual({ methods: ['GET'], requests: 1000, perSeconds: 60, burst: 1000 });
    expect(slack.deprovision.deleteEffect).toBe('deactivated');
    expect(slack.discovery).toMatchObject({ schemaAddress: 'short', schemaNames: ['Users', 'Groups'] });
  });

  it('GitHub resets at an epoch, wants User-Agent, and deletes for ever', () => {
    const github = values('github');
    expect(github.rate).toMatchObject({ resetKind: 'epoch', headers: { reset: 'x-ratelimit-reset' } });
    expect(github.headers.required).toEqual([{ name: 'User-Agent' }]);
    expect(github.deprovision).toEqual({ user: 'active-false', deleteEffect: 'removed', reversible: false });
    expect(values('github-organization').groups.supported).toBe(false);
  });

  it('Salesforce has the plural of SCIM 1.1, 200 a page, and an end at 2,000', () => {
    const salesforce = values('salesforce');
    expect(salesforce.discovery.spcPath).toBe('/ServiceProviderConfigs');
    expect(salesforce.page).toMatchObject({ max: 200, maxStartIndex: 2000, deepFallback: 'id-gt' });
    expect(salesforce.error.shape).toBe('scim1');
    expect(salesforce.deprovision).toMatchObject({ user: 'active-false', deleteEffect: 'unsupported' });
  });

  it('GitLab takes the id of the client, knows PATCH only, and strings for Booleans', () => {
    const gitlab = values('gitlab');
    expect(gitlab.id.semantics).toBe('external');
    expect(gitlab.update.userVerbs).toEqual(['PATCH']);
    expect(gitlab.patch.boolean).toBe('lower-string');
  });

  it('Databricks throttles with 500, and Snowflake answers nothing to a filter it does not know', () => {
    expect(values('databricks').rate).toMatchObject({
      concurrency: 4,
      disguised: [{ status: 500, body: 'exceeded concurrent limit' }],
    });
    expect(values('databricks').filter.maxNodes).toBe(200);
    expect(values('snowflake').filter).toMatchObject({ ops: ['eq', 'sw'], unsupportedResult: 'empty' });
    expect(values('snowflake').multi.maxValues).toEqual({ '*': 0 });
    expect(values('atlassian').page.max).toBe(100);
    expect(values('auth0')).toMatchObject({
      token: { maxActive: 2 },
      rate: { limits: [{ requests: 25, perSeconds: 1 }] },
    });
  });

  it.each([
    ['sailpoint-identityiq', 'base', 'urls'],
    ['slack', 'page', 'max'],
    ['zoom', 'rate', 'headers'],
    ['github', 'rate', 'disguised'],
    ['auth0', 'base', 'urls'],
    ['entra', 'page', 'max'],
  ])('%s says that %s.%s is unverified', (name, section, flag) => {
    const found = [...flagsOf(profile(name).facts)].find((one) => one.section === section && one.flag === flag);
    expect(found?.fact).toMatchObject({ verified: false });
    expect(found?.fact.assumed).toBeUndefined();
  });
});

describe('overrides', () => {
  it('replace a flag, say where they are from, and leave all else', () => {
    const changed = override(profile('slack'), { page: { max: 50 } }, here);
    expect(changed.facts.page.max).toEqual({ value: 50, source: 'scim.yaml', date: '2026-11', verified: true });
    expect(settle(changed)).toEqual({ ...values('slack'), page: { ...values('slack').page, max: 50 } });
    expect(values('slack').page.max).toBe(1000);
  });

  it('make a service that counts its reset in seconds, as Confluent does, of the generic one', () => {
    const confluent = override(generic, { rate: { resetKind: 'relative' } }, here);
    expect(settle(confluent).rate.resetKind).toBe('relative');
    expect(settle(generic).rate.resetKind).toBe('auto');
  });

  it('can take a limit away', () => {
    expect(settle(override(profile('aws'), { page: { max: null } }, here)).page.max).toBeNull();
  });

  it.each([
    [{ page: { maxx: 1 } }, ['page', 'maxx'], 'did you mean `max`?'],
    [{ pages: { max: 1 } }, ['pages'], 'did you mean `page`?'],
    [{ page: { max: '50' } }, ['page', 'max'], 'expected number'],
    [{ page: { max: 0 } }, ['page', 'max'], '>0'],
    [{ page: { mode: 'offset' } }, ['page', 'mode'], '"index"|"cursor"|"none"|"auto"'],
    [{ page: null }, ['page'], 'expected object'],
    [[], [], 'expected object'],
    ['slack', [], 'expected object'],
    [{ discovery: { spcPath: 'ServiceProviderConfigs' } }, ['discovery', 'spcPath'], '"/"'],
    [{ token: { ttl: '1 year' } }, ['token', 'ttl'], 'pattern'],
    [
      { headers: { required: [{ name: 'Authorization', value: 'Bearer x' }] } },
      ['headers', 'required', 0, 'name'],
      'credential',
    ],
    [
      { headers: { required: [{ name: 'X-A', value: 'a\r\nX-B: b' }] } },
      ['headers', 'required', 0, 'value'],
      'printable',
    ],
    [{ __proto__: null, constructor: {} }, ['constructor'], 'is not a flag'],
  ])('refuse %j', (input, path, message) => {
    const [problem] = overrideProblems(input);
    expect(problem?.path).toEqual(path);
    expect(problem?.message).toContain(message);
    expect(() => override(generic, input, here)).toThrow(TypeError);
  });
});

describe('rendering', () => {
  it('shows flag, value, source and date, and says what is unverified and what is not known', () => {
    const text = renderProfile(profile('slack'));
    expect(text).toContain('# Slack\n');
    expect(text).toContain(
      '| deprovision.deleteEffect | `"deactivated"` | docs.slack.dev, "SCIM API reference", 2026 |',
    );
    expect(text).toMatch(/\| page\.max \| `1000`<br>[^|]*\|[^|]*; unverified \|/);
    expect(text).toMatch(/Not known, so as RFC 7644 has it: .*base\.pathCase/);
  });
});
