import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Session } from '../../src/bridge/session.js';
import { parseRequestFile } from '../../src/document/parse.js';
import { runRequests } from '../../src/document/run.js';
import type { Exchange } from '../../src/http/exchange.js';
import { workspaceWith } from '../support/batch.js';
import { type Authority, makeAuthority } from '../support/certificates.js';

let authority: Authority;
let cleanup: (() => unknown)[];

beforeEach(() => {
  authority = makeAuthority('Private Authority');
  cleanup = [() => authority.remove()];
});

afterEach(async () => {
  for (const step of cleanup.toReversed()) await step();
  vi.unstubAllEnvs();
});

/** A TLS server that demands a client certificate. */
async function start(listener: RequestListener): Promise<string> {
  const own = authority.issue('scim.test');
  const server = createServer({ ...own, ca: authority.ca, requestCert: true, rejectUnauthorized: true }, listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanup.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('a request file goes to a private service with a certificate-bound access token (RFC 8705)', async () => {
  const issuer = await start((request, response) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ access_token: `bound-to-${subject.CN}`, token_type: 'Bearer', expires_in: 60 }));
  });
  const service = await start((request, response) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate();
    const isBound = request.headers.authorization === `Bearer bound-to-${subject.CN}`;
    response.writeHead(isBound ? 200 : 401, { 'content-type': 'application/scim+json' });
    response.end('{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"7"}');
  });
  const client = authority.issue('client-7');
  vi.stubEnv('TEST_PASSPHRASE', 'opens it');
  const { root, remove } = workspaceWith({
    'ca.pem': authority.ca,
    'client.pem': client.cert,
    'client.key': authority.encrypted(client.key, 'opens it'),
    'scim.yaml': `
tenants:
  private:
    baseUrl: ${service}/scim
    proxy: none
    auth: { scheme: oauth2, tokenUrl: "${issuer}/token", clientId: client-7, method: tls_client_auth }
    tls: { ca: file:ca.pem, cert: file:client.pem, key: file:client.key, passphrase: env:TEST_PASSPHRASE }
`,
  });
  cleanup.push(remove);
  const exchanges: Exchange[] = [];
  const warnings: string[] = [];
  const session = new Session(
    (exchange) => exchanges.push(exchange),
    (message) => warnings.push(message),
  );
  cleanup.push(() => session.close());
  session.open(root, true);
  const { target } = await session.connect('private');
  const file = parseRequestFile('### read\nGET /Users/7\n\n?? body.id == "7"\n', 'users.scim');
  const results = await runRequests(file, target, {
    onFailure: 'stop',
    session: session.fileSession('users.scim', 'private'),
  });
  expect(results.map(({ outcome, reason }) => [outcome, reason])).toEqual([['passed', undefined]]);
  expect(exchanges.map(({ purpose }) => purpose)).toContain('token');
  expect(warnings).toEqual([]);
});

it('warns of a service that is not verified', async () => {
  const { root, remove } = workspaceWith({
    'scim.yaml': `
tenants:
  reckless:
    baseUrl: https://127.0.0.1:1/scim
    auth: { scheme: none }
    tls: { insecureSkipVerify: true }
`,
  });
  cleanup.push(remove);
  const warnings: string[] = [];
  const session = new Session(
    () => undefined,
    (message) => warnings.push(message),
  );
  cleanup.push(() => session.close());
  session.open(root, false);
  await session.connect('reckless');
  expect(warnings[0]).toContain('tenant reckless: INSECURE');
});
