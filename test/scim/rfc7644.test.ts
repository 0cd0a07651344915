import { describe, expect, it } from 'vitest';
import { BulkRun, readBulkResults } from '../../src/scim/bulk/index.js';
import { compileFilter, parseFilter, printFilter } from '../../src/scim/filter/index.js';
import type { JsonObject } from '../../src/scim/json.js';
import { bulkRequestMessage, parseBulkRequest } from '../../src/scim/messages/bulk.js';
import { errorMessage, parseErrorMessage } from '../../src/scim/messages/error.js';
import { applyPatch, parsePatchRequest } from '../../src/scim/patch/index.js';
import { parsePath, printPath } from '../../src/scim/path.js';
import type { ResourceType } from '../../src/scim/schema/resource-type.js';
import { deepFreeze, groupType, userType } from './patch-fixtures.js';
import * as rfc from './rfc7644-examples.js';

function applied(type: ResourceType, resource: JsonObject, message: JsonObject, changes: JsonObject) {
  const wanted: JsonObject = { ...resource, ...changes };
  for (const [name, value] of Object.entries(changes)) if (value === null) delete wanted[name];
  const outcome = applyPatch(type, deepFreeze(resource), parsePatchRequest(message));
  expect(outcome).toEqual({ resource: wanted, changed: Object.keys(changes).length > 0 });
}

describe('PATCH, §3.5.2', () => {
  it.each(rfc.groupPatches)('%s', (_, message, changes) => applied(groupType, rfc.group, message, changes));
  it.each(rfc.userPatches)('%s', (_, message, changes) => applied(userType, rfc.user, message, changes));
  it.each(rfc.paths)('path %s', (path) => expect(printPath(parsePath(path))).toBe(path));
});

describe('filters, §3.4.2.2', () => {
  it.each(rfc.filters)('%s', (text, matches) => {
    const filter = parseFilter(text);
    expect(compileFilter(filter, userType)(rfc.filtered)).toBe(matches);
    expect(compileFilter(parseFilter(printFilter(filter)), userType)(rfc.filtered)).toBe(matches);
  });
});

describe('bulk, §3.7', () => {
  it.each([rfc.circularBulk, rfc.referringBulk, rfc.managerBulk, rfc.mixedBulk])(
    'request %# is read and written',
    (body) => {
      const { operations, failOnErrors } = parseBulkRequest(body);
      expect(bulkRequestMessage(operations, failOnErrors)).toEqual(body);
    },
  );

  it('§3.7.1: what refers in a circle is created and then completed', () => {
    const run = new BulkRun(parseBulkRequest(rfc.circularBulk).operations);
    expect(run.next()?.steps.map(({ index, part }) => [index, part])).toEqual([
      [0, 'create'],
      [1, 'whole'],
    ]);
  });

  it('§3.7.2: what refers backwards is sent as it is, and the answer is understood', () => {
    const batch = new BulkRun(parseBulkRequest(rfc.referringBulk).operations).next();
    if (batch === undefined) throw new Error('there is a batch');
    expect(batch.message).toEqual(rfc.referringBulk);
    const results = readBulkResults(batch, rfc.referringAnswer);
    expect(results.map(({ outcome, status, id }) => [outcome, status, id])).toEqual([
      ['success', 201, '92b725cd-9465-4e7d-8c16-01f8e146b87a'],
      ['success', 201, 'e9e30dba-f08f-4109-8486-d5c6a331660a'],
    ]);
  });

  it.each(rfc.mixedAnswers)('§3.7.3: %s', (_, Operations, outcomes) => {
    const { operations, failOnErrors } = parseBulkRequest(rfc.mixedBulk);
    const batch = new BulkRun(operations, { failOnErrors }).next();
    if (batch === undefined) throw new Error('there is a batch');
    expect(batch.message).toEqual(rfc.mixedBulk);
    expect(readBulkResults(batch, { Operations }).map(({ outcome }) => outcome)).toEqual(outcomes);
  });
});

describe('errors, §3.12', () => {
  it.each(rfc.errors)('%j', (body, status, scimType, detail) => {
    expect(parseErrorMessage(body)).toEqual({ status, scimType, detail: expect.stringMatching(`^${detail}`) });
  });

  it('are written with the status as a string', () => {
    expect(errorMessage(404, undefined, 'gone')).toMatchObject({ status: '404', detail: 'gone' });
    expect(parseErrorMessage(errorMessage(409, 'uniqueness', undefined))?.scimType).toBe('uniqueness');
  });

  it.each([undefined, null, 'text', [], {}, { userName: 'x' }, { Errors: [] }])('%j is none', (body) => {
    expect(parseErrorMessage(body)).toBeUndefined();
  });
});
