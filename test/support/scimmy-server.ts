/** scimmy-routers, a SCIM server written elsewhere, with users and groups in memory. */

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import SCIMMY from 'scimmy';
import SCIMMYRouters from 'scimmy-routers';

export interface ScimmyServer {
  readonly base: URL;
  close(): Promise<void>;
}

interface Stored {
  id: string;
  [name: string]: unknown;
}

/**
 * Starts it on a free port of 127.0.0.1 with USERS users (`user1`, …); TOKEN is the bearer token that it wants. SCIMMY
 * declares resource types for the whole process: one server at a time.
 */
export async function startScimmy({ users, token }: { users: number; token: string }): Promise<ScimmyServer> {
  const people = seeded(users, (number) => ({ userName: `user${number}`, active: true }));
  const groups = seeded(0, () => ({}));
  SCIMMY.Resources.declare(SCIMMY.Resources.User, handlers(people));
  SCIMMY.Resources.declare(SCIMMY.Resources.Group, handlers(groups));
  const app = express();
  const handler = (request: { header(name: string): string | undefined }): string => {
    if (request.header('Authorization') !== `Bearer ${token}`) throw new Error('Authorization not detected!');
    return 'admin';
  };
  app.use('/scim', new SCIMMYRouters({ type: 'bearer', handler }));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    base: new URL(`http://127.0.0.1:${port}/scim`),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function seeded(count: number, make: (number: number) => Record<string, unknown>): Map<string, Stored> {
  const store = new Map<string, Stored>();
  for (let number = 1; number <= count; number++) {
    const id = String(number);
    store.set(id, { id, ...make(number), meta: stamps() });
  }
  return store;
}

function stamps(): Record<string, string> {
  const now = '2026-01-01T00:00:00.000Z';
  return { created: now, lastModified: now };
}

/** What SCIMMY asks of a store: take in, give out, remove. */
function handlers(store: Map<string, Stored>) {
  let last = store.size;
  const names = new Map([...store.values()].map(({ id, userName }) => [userName, id]));
  const find = (id: string): Stored => {
    const found = store.get(id);
    if (found === undefined) throw new SCIMMY.Types.Error(404, '', `Resource ${id} not found`);
    return found;
  };
  return {
    // SCIMMY parses the filter and leaves it to the store to apply it.
    egress: (resource: { id?: string; filter?: { match(all: Stored[]): Stored[] } }) => {
      if (resource.id !== undefined) return find(resource.id);
      const all = [...store.values()];
      return resource.filter?.match(all) ?? all;
    },
    ingress: (resource: { id?: string }, instance: Record<string, unknown>) => {
      const { userName } = instance;
      const holder = userName === undefined ? undefined : names.get(userName);
      if (holder !== undefined && holder !== resource.id) {
        throw new SCIMMY.Types.Error(409, 'uniqueness', `userName ${String(userName)} is taken`);
      }
      const id = resource.id === undefined ? String(++last) : find(resource.id).id;
      const stored: Stored = { ...instance, id, meta: stamps() };
      names.delete(store.get(id)?.userName);
      if (userName !== undefined) names.set(userName, id);
      store.set(id, stored);
      return stored;
    },
    degress: (resource: { id?: string }) => {
      const { id, userName } = find(resource.id ?? '');
      names.delete(userName);
      store.delete(id);
    },
  };
}
