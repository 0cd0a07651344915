import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { makeAuthority } from '../support/certificates.js';
import { answer, startFaultServer } from '../support/fault-server.js';
import { startProxyServer } from '../support/proxy-server.js';
import {
  bridgeOf,
  closing,
  examined,
  mockServer,
  type Result,
  tenantAt,
  textOf,
  token,
  troubles,
  withId,
  workspace,
} from './helper.js';

const authority = makeAuthority('Doctor Test CA');
afterAll(() => authority.remove());

/** A mock server with a certificate for NAMES that is valid for DAYS; and `tls:` of a tenant that trusts it. */
async function secureMock(days: number, names?: string) {
  const { cert, key } = authority.issue('localhost', { days, ...(names === undefined ? {} : { names }) });
  const mock = await mockServer({ tokens: [token], tls: { certificate: cert, key } });
  const ca = JSON.stringify(authority.ca);
  return { mock, trusted: `tls: { ca: ${ca} }` };
}

describe('the way to the service', () => {
  it('begins with a name', async () => {
    const result = await examined('https://scim.invalid/scim/v2');
    expect(troubles(result)).toEqual(['NET001 error']);
    expect(result.exitCode).toBe(7);
    expect(withId(result, 'NET001')[0]?.fix).toContain('host name');
    // Nothing is said about what could not be checked, but that.
    expect(withId(result, 'AUTH001')).toMatchObject([
      { status: 'skipped', message: expect.stringContaining('NET001') },
    ]);
  });

  it('needs somebody at the port', async () => {
    const result = await examined('http://127.0.0.1:1/scim/v2');
    expect(troubles(result)).toEqual(['NET002 error']);
    expect(withId(result, 'NET002')[0]?.message).toContain('127.0.0.1:1 refuses the connection');
  });

  it('counts the days that the certificate has left', async () => {
    const { mock, trusted } = await secureMock(200);
    const result = await examined(mock.url, trusted);
    expect(troubles(result)).toEqual([]);
    expect(withId(result, 'NET003')[0]?.message).toMatch(
      /^TLSv1\.\d, certificate of CN=localhost by CN=Doctor Test CA, O=Tests, (199|200) days left$/,
    );
  });

  it('warns of a certificate that ends soon', async () => {
    const { mock, trusted } = await secureMock(10);
    const result = await examined(mock.url, trusted);
    expect(troubles(result)).toEqual(['NET003 warning']);
    expect(withId(result, 'NET003')[0]?.message).toMatch(/(9|10) days left: it expires on \d{4}-\d\d-\d\d$/);
    expect(result.exitCode).toBe(0);
  });

  it('ends at a certificate that has expired, that is for another host, that nobody vouches for', async () => {
    const expired = await secureMock(-1);
    const [first] = withId(await examined(expired.mock.url, expired.trusted), 'NET003');
    expect(first).toMatchObject({ status: 'error', message: expect.stringContaining('has expired') });
    const foreign = await secureMock(30, 'DNS:other.example');
    const [second] = withId(await examined(foreign.mock.url, foreign.trusted), 'NET003');
    expect(second).toMatchObject({ status: 'error', message: expect.stringContaining('other.example') });
    const unknown = await secureMock(30);
    const third = await examined(unknown.mock.url);
    expect(withId(third, 'NET003')[0]).toMatchObject({
      status: 'error',
      message: expect.stringContaining('Doctor Test CA'),
    });
    expect(withId(third, 'NET003')[0]?.fix).toContain('tls: { ca: file:PATH }');
    expect(third.exitCode).toBe(7);
  });

  it('warns when a certificate is not looked at', async () => {
    const { mock } = await secureMock(300);
    const result = await examined(mock.url, 'tls: { insecureSkipVerify: true }');
    expect(withId(result, 'NET003')[0]).toMatchObject({
      status: 'warning',
      message: expect.stringContaining('not verified'),
    });
  });

  it('finds out that a port speaks no TLS', async () => {
    const mock = await mockServer();
    const result = await examined(mock.url.replace('http:', 'https:'));
    expect(withId(result, 'NET003')[0]).toMatchObject({ status: 'error', message: expect.stringContaining('TLS') });
  });

  it('goes through the proxy, and says when that does not let it pass', async () => {
    const { mock, trusted } = await secureMock(200);
    const proxy = closing(await startProxyServer());
    const good = await examined(mock.url, trusted, `proxy: ${proxy.url.href}`);
    expect(troubles(good)).toEqual([]);
    expect(textOf(good)).toContain(`requests go through the proxy 127.0.0.1:${proxy.url.port}`);
    expect(proxy.asked.length).toBeGreaterThan(1);
    proxy.credentials = 'Basic bm9ib2R5';
    const refused = await examined(mock.url, trusted, `proxy: ${proxy.url.href}`);
    expect(withId(refused, 'NET004').at(-1)).toMatchObject({
      status: 'error',
      fix: expect.stringContaining('credentials'),
    });
  });

  it('sees that only the other kind of proxy is set', async () => {
    const { mock, trusted } = await secureMock(200);
    const bridge = await bridgeOf(workspace({ 'scim.yaml': tenantAt(mock.url, trusted) }), {
      SCIM_STAGING_TOKEN: token,
      HTTP_PROXY: 'http://127.0.0.1:1',
    });
    const result: Result = await bridge.connection.sendRequest('scim/doctor', {});
    expect(withId(result, 'NET004')[0]).toMatchObject({ status: 'warning', variable: 'HTTPS_PROXY' });
  });

  it('compares the clocks', async () => {
    const server = closing(await startFaultServer());
    const list = JSON.stringify({ schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'], totalResults: 0 });
    const at = (shift: number) =>
      answer(200, { 'content-type': 'application/scim+json', date: new Date(Date.now() + shift).toUTCString() }, list);
    server.otherwise = (seen, response) => at(-300_000)(seen, response);
    const [skewed] = withId(await examined(server.base), 'NET005');
    expect(skewed).toMatchObject({ status: 'warning', message: expect.stringMatching(/(299|300) s behind/) });
    server.otherwise = (seen, response) => at(0)(seen, response);
    expect(withId(await examined(server.base), 'NET005')[0]).toMatchObject({ status: 'ok' });
  });

  it('shows no client certificate to a server that it does not trust', async () => {
    const client = authority.issue('client');
    const { cert, key } = authority.issue('localhost');
    let shown: unknown = 'nobody came';
    const server = createServer({ cert, key, requestCert: true, rejectUnauthorized: false });
    server.on('secureConnection', (socket) => {
      shown = socket.getPeerCertificate();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing({ close: () => server.close() });
    const { port } = server.address() as AddressInfo;
    const files = { cert: JSON.stringify(client.cert), key: JSON.stringify(client.key) };
    const result = await examined(
      `https://127.0.0.1:${port}/scim/v2`,
      `tls: { cert: ${files.cert}, key: ${files.key} }`,
    );
    expect(withId(result, 'NET003')[0]).toMatchObject({ status: 'error' });
    expect(JSON.stringify(shown)).not.toContain('client');
  });
});
