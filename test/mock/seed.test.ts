/** Generated resources: valid, consistent, the same for the same seed. */

import { describe, expect, it } from 'vitest';
import { type Peer, start } from './helper.js';

async function everything(peer: Peer, path: string): Promise<string> {
  const { text } = await peer.ask('GET', path);
  return text.replaceAll(`:${peer.mock.port}/`, ':PORT/');
}

interface SeededUser {
  id: string;
  userName: string;
  displayName: string;
  groups?: { value: string; type: string }[];
}

interface SeededGroup {
  id: string;
  displayName: string;
  members?: { value: string; type: string }[];
}

describe('the seed', () => {
  it('gives the same bytes for the same seed and clock, and others for another seed', async () => {
    const now = () => new Date('2026-01-31T08:00:00Z');
    const options = { users: 50, groups: 25, now };
    const [one, same, other] = [
      await start({ ...options, seed: 7 }),
      await start({ ...options, seed: 7 }),
      await start({ ...options, seed: 8 }),
    ];
    for (const path of ['/Users', '/Groups']) {
      const bytes = await everything(one, path);
      expect(await everything(same, path)).toBe(bytes);
      expect(await everything(other, path)).not.toBe(bytes);
    }
  });

  it('gives the same ids to what is created later', async () => {
    const ids = [];
    for (let run = 0; run < 2; run++) {
      const { ask } = await start({ users: 3, seed: 7 });
      const body = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'new' };
      ids.push((await ask('POST', '/Users', body)).json.id);
    }
    expect(ids[1]).toBe(ids[0]);
  });

  it('agrees in groups and members, has names in several scripts and groups of very different sizes', async () => {
    const { ask } = await start({ users: 400, groups: 60, pageSize: 1000 });
    const users: SeededUser[] = (await ask('GET', '/Users')).json.Resources;
    const groups: SeededGroup[] = (await ask('GET', '/Groups')).json.Resources;
    expect([users.length, groups.length]).toEqual([400, 60]);
    expect(new Set([...users, ...groups].map(({ id }) => id)).size).toBe(460);
    expect(new Set(users.map(({ userName }) => userName.toLowerCase())).size).toBe(400);
    const fromGroups = groups.flatMap(({ id, members = [] }) =>
      members.filter(({ type }) => type === 'User').map(({ value }) => `${value} in ${id}`),
    );
    const fromUsers = users.flatMap(({ id, groups: own = [] }) =>
      own.filter(({ type }) => type === 'direct').map(({ value }) => `${id} in ${value}`),
    );
    expect(new Set(fromUsers)).toEqual(new Set(fromGroups));
    for (const script of [/\p{Script=Latin}/u, /\p{Script=Han}/u, /\p{Script=Cyrillic}/u, /\p{Script=Arabic}/u]) {
      expect(users.some(({ displayName }) => script.test(displayName))).toBe(true);
    }
    const sizes = groups.map(({ members = [] }) => members.length);
    expect([Math.max(...sizes), Math.min(...sizes)]).toEqual([240, 0]);
    expect(users.some(({ groups: own = [] }) => own.some(({ type }) => type === 'indirect'))).toBe(true);
  });

  it('gives resources that the server itself takes back unchanged', async () => {
    const { ask } = await start({ users: 40, groups: 20 });
    for (const path of ['/Users', '/Groups']) {
      for (const resource of (await ask('GET', path)).json.Resources) {
        const { status, json } = await ask('PUT', `${path}/${resource.id}`, resource);
        expect(status, JSON.stringify(json)).toBe(200);
        expect(json).toEqual(resource);
      }
    }
  });
});
