/** A mock server on a free port and `fetch` against it: nothing here or in these tests uses the client of src/client. */

import { afterEach } from 'vitest';
import type { MockOptions } from '../../src/mock/options.js';
import { type Mock, startMock } from '../../src/mock/server.js';

export const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const enterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const errorUrn = 'urn:ietf:params:scim:api:messages:2.0:Error';
export const listUrn = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
export const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
export const searchUrn = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

/** An answer as the tests look at it. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: the tests look at JSON of every shape
  readonly json: any;
}

/** A server and ways to ask it. */
export interface Peer {
  readonly mock: Mock;
  /** Sends METHOD to PATH, which is relative to the base URL; BODY is sent as SCIM JSON unless it is a string. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
}

const running: Mock[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((mock) => mock.close()));
});

/** A clock that moves one second with each look at it. */
export function tickingClock(start = '2026-01-31T08:00:00Z'): () => Date {
  let seconds = 0;
  return () => new Date(Date.parse(start) + 1000 * seconds++);
}

/** Starts a server that ends with the test. */
export async function start(options: MockOptions = {}): Promise<Peer> {
  const mock = await startMock({ now: tickingClock(), ...options });
  running.push(mock);
  return {
    mock,
    async ask(method, path, body, headers = {}) {
      const response = await fetch(mock.url + path, {
        method,
        headers: { ...(body !== undefined && { 'content-type': 'application/scim+json' }), ...headers },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
      return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
    },
  };
}

/** The request of RFC 7644 §3.3. */
export const bjensen = {
  schemas: [userUrn],
  userName: 'bjensen',
  externalId: 'bjensen',
  name: { formatted: 'Ms. Barbara J Jensen III', familyName: 'Jensen', givenName: 'Barbara' },
};

/** Creates a user called USERNAME and returns its id. */
export async function createUser(peer: Peer, userName: string, more: object = {}): Promise<string> {
  const { status, json } = await peer.ask('POST', '/Users', { schemas: [userUrn], userName, ...more });
  if (status !== 201) throw new Error(`Creating ${userName} gave ${status}: ${JSON.stringify(json)}`);
  return json.id;
}

/** Creates a group with MEMBERS and returns its id. */
export async function createGroup(peer: Peer, displayName: string, members: readonly string[] = []): Promise<string> {
  const body = { schemas: [groupUrn], displayName, members: members.map((value) => ({ value })) };
  const { status, json } = await peer.ask('POST', '/Groups', body);
  if (status !== 201) throw new Error(`Creating ${displayName} gave ${status}: ${JSON.stringify(json)}`);
  return json.id;
}

/** A PatchOp message. */
export function patchOp(...operations: object[]): object {
  return { schemas: [patchUrn], Operations: operations };
}
