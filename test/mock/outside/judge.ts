/** SCIMMY, a SCIM library written elsewhere, as a judge of what the mock server answers. */

import SCIMMY from 'scimmy';
import { expect } from 'vitest';
import type { Reply } from '../helper.js';

// SCIMMY's schemas belong to the whole process; every test file has its own.
SCIMMY.Schemas.User.definition.extend(SCIMMY.Schemas.EnterpriseUser.definition);

const schemas = {
  User: SCIMMY.Schemas.User,
  Group: SCIMMY.Schemas.Group,
} as const;

/** What SCIMMY reads from RESOURCE, which it takes for an answer. */
function readBySchema(resource: { meta?: { resourceType?: string } }): unknown {
  const type = resource.meta?.resourceType === 'Group' ? 'Group' : 'User';
  return JSON.parse(JSON.stringify(new schemas[type](resource, 'out')));
}

/** Holds when SCIMMY accepts RESOURCE, a whole user or group, and loses nothing of it: no name is unknown to it. */
export function judgeResource(resource: object): void {
  expect(readBySchema(resource)).toEqual(resource);
}

/** Holds when SCIMMY accepts REPLY as a list of whole resources. Returns these. */
export function judgeList({ status, json }: Reply): object[] {
  expect(status).toBe(200);
  const list = new SCIMMY.Messages.ListResponse(json);
  expect({ ...list }).toEqual({ Resources: [], ...json });
  expect(list.Resources.length).toBeLessThanOrEqual(list.totalResults);
  for (const resource of list.Resources) judgeResource(resource);
  return list.Resources;
}

/** Holds when SCIMMY reads REPLY as the error STATUS with SCIMTYPE, and would itself make an error of these. */
export function judgeError({ status, json, headers }: Reply, expected: number, scimType?: string): void {
  expect([status, json.scimType]).toEqual([expected, scimType]);
  expect(headers.get('content-type')).toMatch(/^application\/scim\+json/);
  let thrown: unknown;
  try {
    new SCIMMY.Messages.ErrorResponse(json);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(SCIMMY.Types.Error);
  expect(thrown).toMatchObject({ status: String(expected), message: json.detail, scimType: scimType ?? undefined });
  const { schemas: _, ...details } = json;
  expect({ ...new SCIMMY.Messages.ErrorResponse(details) }).toMatchObject(json);
}
