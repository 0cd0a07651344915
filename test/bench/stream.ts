/** Reading a million users as a stream: the memory of the process that reads. */

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { urn } from '../../src/scim/urn.js';
import { report } from './measure.js';

const limitMb = 200;
const pageSize = 1000;

/** A user of about 700 bytes, as text. */
function userText(number: number): string {
  const name = `user${number}`;
  return JSON.stringify({
    schemas: [urn.user, urn.enterpriseUser],
    id: `${String(number).padStart(8, '0')}-76a1-4882-9fdd-4417ced3536b`,
    externalId: `E${number}`,
    userName: `${name}@example.com`,
    name: { formatted: `Given${number} Family${number}`, familyName: `Family${number}`, givenName: `Given${number}` },
    displayName: `Given${number} Family${number}`,
    active: number % 10 !== 0,
    emails: [{ value: `${name}@example.com`, type: 'work', primary: true }],
    [urn.enterpriseUser]: { employeeNumber: String(number), department: `Department ${number % 97}` },
    meta: { resourceType: 'User', created: '2026-01-01T00:00:00Z', lastModified: '2026-01-01T00:00:00Z' },
  });
}

/** A server of USERS users that makes every page when it is asked for. */
async function startPages(users: number): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
    const first = Number(query.get('startIndex') ?? 1);
    const count = Math.max(0, Math.min(pageSize, users - first + 1));
    const resources = Array.from({ length: count }, (_, index) => userText(first + index));
    response.writeHead(200, { 'content-type': 'application/scim+json' });
    response.end(
      `{"schemas":["${urn.listResponse}"],"totalResults":${users},"startIndex":${first},"itemsPerPage":${count},` +
        `"Resources":[${resources.join(',')}]}`,
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}/scim/v2` };
}

export async function benchStream(users: number): Promise<void> {
  const { server, url } = await startPages(users);
  // Built, because a loader for TypeScript would count as memory of the reader.
  const build = ['tsup', 'test/bench/stream-reader.ts', '--no-config', '--format', 'cjs', '--out-dir', 'build/bench'];
  await promisify(execFile)('npx', [...build, '--external', 'undici', '--silent']);
  const { stdout } = await promisify(execFile)(process.execPath, ['build/bench/stream-reader.cjs', url]);
  server.closeAllConnections();
  server.close();
  const { users: seen, completeness, before, peak, seconds } = JSON.parse(stdout);
  if (seen !== users || completeness !== 'complete') throw new Error(`${seen} users were read, ${completeness}`);
  report(
    `Stream ${users.toLocaleString('en')} users, ${pageSize.toLocaleString('en')} in a page`,
    `peak ${megabytes(peak)} resident, of which ${megabytes(before)} before the first request; ${seconds.toFixed(0)} s`,
    `under ${limitMb} MB resident`,
    peak < limitMb * 1e6,
  );
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
