import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Target } from '../../src/client/target.js';
import { ResponseError, ScimError } from '../../src/scim/error.js';
import { urn } from '../../src/scim/urn.js';
import { find, generic } from '../../src/vendors/index.js';
import { override } from '../../src/vendors/override.js';
import { type ProfileValues, settle } from '../../src/vendors/profile.js';
import { answer, type FaultServer, json, startFaultServer } from '../support/fault-server.js';

let server: FaultServer;
const open: Target[] = [];

beforeEach(async () => {
  server = await startFaultServer();
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((target) => target.close()));
  await server.close();
});

function values(name: string): ProfileValues {
  return settle(find(name) ?? generic);
}

function targetOf(profile: ProfileValues | undefined, pageSize?: number): Target {
  const target = new Target({
    tenant: 'test',
    baseUrl: server.base,
    auth: { scheme: 'none' },
    limits: { timeoutMs: 5_000, maxResponseBytes: 1_000_000, pageSize },
    validation: 'off',
    profile,
    userAgent: 'scim-test',
  });
  open.push(target);
  return target;
}

const emptyList = json(200, { schemas: [urn.listResponse], totalResults: 0, Resources: [] });

async function drain(pages: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of pages);
}

async function failure(promise: Promise<unknown>): Promise<ScimError> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (!(error instanceof ScimError)) throw new Error('expected a ScimError');
  return error;
}

function discoveryPaths(): string[] {
  return server.seen.map(({ url }) => url.replace('/scim/v2', '')).sort();
}

describe('required headers', () => {
  it.each([
    [undefined, 'application/scim+json, application/json;q=0.9'],
    ['entra', 'application/json'],
    ['zoom', 'application/scim+json'],
    ['github', 'application/scim+json, application/json;q=0.9'],
  ])('%s gets Accept: %s, and a User-Agent', async (name, accept) => {
    const target = targetOf(name === undefined ? undefined : values(name));
    await target.exchange({ method: 'GET', path: '/Users/1' });
    expect(server.seen[0]?.headers).toMatchObject({ accept, 'user-agent': 'scim-test' });
  });

  it('do not replace what the person gives', async () => {
    const target = targetOf(values('entra'));
    await target.exchange({ method: 'GET', path: '/Users/1', headers: { accept: 'text/json' } });
    expect(server.seen[0]?.headers.accept).toBe('text/json');
    expect(target.headersOf({ method: 'GET', path: '/x' })).toContainEqual(['Accept', 'application/json']);
  });

  it('can be added for one tenant', async () => {
    const here = { source: 'scim.yaml', date: '2026' };
    const profile = override(generic, { headers: { required: [{ name: 'X-Region', value: 'eu' }] } }, here);
    await targetOf(settle(profile)).exchange({ method: 'GET', path: '/Users/1' });
    expect(server.seen[0]?.headers).toMatchObject({
      'x-region': 'eu',
      accept: 'application/scim+json, application/json;q=0.9',
    });
  });
});

describe('discovery', () => {
  it.each([
    ['generic', ['/ResourceTypes', '/Schemas', '/ServiceProviderConfig']],
    ['salesforce', ['/ResourceTypes', '/Schemas', '/ServiceProviderConfigs']],
    ['slack', ['/ResourceTypes', '/Schemas/Groups', '/Schemas/Users', '/ServiceProviderConfig']],
    ['entra', ['/resourcetypes', '/schemas', '/serviceproviderconfig']],
  ])('asks %s for %j', async (name, paths) => {
    server.otherwise = emptyList;
    await targetOf(values(name)).discover();
    expect(discoveryPaths()).toEqual(paths);
  });

  it('asks for nothing that there is not', async () => {
    server.otherwise = emptyList;
    const none = { discovery: { spcPath: null, resourceTypesPath: null, schemasPath: null } };
    const profile = settle(override(generic, none, { source: 'scim.yaml', date: '2026' }));
    const { registry, serviceProviderConfig } = await targetOf(profile).discover();
    expect(server.seen).toEqual([]);
    expect(serviceProviderConfig).toBeUndefined();
    expect(registry.find('User')).toBeDefined();
  });

  it('reads schemas one by one where they have short names; one that fails costs only itself', async () => {
    server.otherwise = ({ url }, response) => {
      const name = /\/Schemas\/(Users|Groups)$/.exec(url)?.[1];
      if (name === 'Groups') return json(500, {})({} as never, response);
      const one = {
        id: urn.user,
        name: 'User',
        attributes: [
          { name: 'userName', type: 'string' },
          { name: 'slackOnly', type: 'string' },
        ],
      };
      return (name === 'Users' ? json(200, one) : emptyList)({} as never, response);
    };
    const { registry, warnings } = await targetOf(values('slack')).discover();
    expect(registry.find('User')?.resolve({ name: 'slackOnly' })).toBeDefined();
    expect(warnings.join('\n')).toContain('/Schemas/Groups');
  });

  it('falls back on the profile for what the server does not say', async () => {
    server.otherwise = emptyList;
    const aws = await targetOf(values('aws')).discover();
    expect([aws.supports('etag'), aws.supports('sort'), aws.supports('patch')]).toEqual([false, false, undefined]);
    const unknown = await targetOf(undefined).discover();
    expect(unknown.supports('etag')).toBeUndefined();
  });

  it('believes the server more than the profile', async () => {
    server.otherwise = ({ url }, response) =>
      (url.endsWith('Config') ? json(200, { etag: { supported: true } }) : emptyList)({} as never, response);
    expect((await targetOf(values('aws')).discover()).supports('etag')).toBe(true);
  });
});

describe('paths and pages', () => {
  it('has lower-case endpoints for Entra, as they are for others', async () => {
    server.otherwise = emptyList;
    await drain(targetOf(values('entra')).list('User', {}));
    await drain(targetOf(undefined).list('User', {}));
    const lists = discoveryPaths().filter((path) => /^\/users/i.test(path));
    expect(lists.map((path) => path.replace(/\?.*/, ''))).toEqual(['/Users', '/users']);
  });

  it.each([
    [500, { count: 250 }, '100'],
    [500, {}, '100'],
    [20, {}, '20'],
  ])('asks Atlassian for no more than 100 at once (page size %j, query %j)', async (pageSize, query, count) => {
    server.otherwise = emptyList;
    await drain(targetOf(values('atlassian'), pageSize).list('/Users', query));
    expect(new URL(server.seen[0]?.url ?? '', server.base).searchParams.get('count')).toBe(count);
  });
});

describe('error answers', () => {
  it('of SCIM 1.1 are read, all of them', async () => {
    server.otherwise = json(400, {
      Errors: [
        { description: 'Bad name', code: 400 },
        { description: 'Bad mail', code: '400' },
      ],
    });
    const error = await failure(targetOf(values('salesforce')).get('/Users', '1'));
    expect(error).toBeInstanceOf(ResponseError);
    expect(error.message).toBe('400 Bad Request for GET /Users/1: Bad name; Bad mail');
  });

  it('of SCIM 1.1 under a 200 are no success', async () => {
    server.otherwise = json(200, { Errors: [{ description: 'Start index too big', code: 400 }] });
    const error = await failure(targetOf(undefined).get('/Users', '1'));
    expect(error.message).toContain('an error message: Start index too big');
  });

  it.each([
    [{ __type: 'com.amazon.coral.service#ThrottlingException', message: 'Rate exceeded' }, {}, 'ThrottlingException'],
    [
      { message: 'Rate exceeded' },
      { 'x-amzn-ErrorType': 'ThrottlingException:http://internal/' },
      'ThrottlingException',
    ],
    [{ error: { code: 'TooManyRequests', message: 'Rate exceeded' } }, {}, 'TooManyRequests'],
    [{ error_code: 'REQUEST_LIMIT', message: 'Rate exceeded' }, {}, 'REQUEST_LIMIT'],
    [{ schemas: [urn.error], scimType: 'tooMany', code: 'other', detail: 'Rate exceeded' }, {}, 'tooMany'],
  ])('name themselves: %j', async (body, headers, name) => {
    server.otherwise = json(403, body, headers);
    const error = await failure(targetOf(values('aws')).get('/Users', '1'));
    expect(error.message).toBe(`403 Forbidden (${name}) for GET /Users/1: Rate exceeded`);
  });

  it('show no name that is none', async () => {
    server.otherwise = answer(403, { 'content-type': 'application/json' }, '{"code":"<b>x</b>","message":"no"}');
    const error = await failure(targetOf(undefined).get('/Users', '1'));
    expect(error.message).toBe('403 Forbidden for GET /Users/1: no');
  });
});
