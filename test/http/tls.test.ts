import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Target, type TargetOptions } from '../../src/client/target.js';
import type { Exchange } from '../../src/http/exchange.js';
import { failureOf } from '../../src/http/failure.js';
import { createRedactor } from '../../src/redact/redact.js';
import { exitCodeOf } from '../../src/report/exit.js';
import { NetworkError, type ScimError } from '../../src/scim/error.js';
import { type Authority, type Issued, makeAuthority } from '../support/certificates.js';
import { type ProxyServer, startProxyServer } from '../support/proxy-server.js';

let authority: Authority;
let stranger: Authority;
let server: Issued;
let client: Issued;
let proxy: ProxyServer;
let cleanup: (() => Promise<unknown>)[];
let warnings: string[];
let exchanges: Exchange[];

beforeAll(() => {
  authority = makeAuthority('Private Authority');
  stranger = makeAuthority('Stranger');
  server = authority.issue('scim.test');
  client = authority.issue('client-7', { names: 'DNS:client' });
});

afterAll(() => {
  authority.remove();
  stranger.remove();
});

beforeEach(async () => {
  proxy = await startProxyServer();
  warnings = [];
  exchanges = [];
  cleanup = [() => proxy.close()];
});

afterEach(async () => {
  for (const step of cleanup.toReversed()) await step();
});

/** Starts a TLS server that answers with the subject of the client certificate and the HTTP version. */
async function start(options: ServerOptions = {}, issued: Issued = server): Promise<URL> {
  const listener = createServer({ ...issued, ca: authority.ca, ...options }, (request, response) => {
    const subject = (request.socket as TLSSocket).getPeerCertificate().subject?.CN ?? null;
    response.writeHead(200, { 'content-type': 'application/scim+json' });
    response.end(JSON.stringify({ subject, version: request.httpVersion }));
  });
  // What is refused here is what the tests are about.
  listener.on('tlsClientError', () => undefined);
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  cleanup.push(async () => {
    listener.closeAllConnections();
    listener.close();
    await once(listener, 'close');
  });
  return new URL(`https://127.0.0.1:${(listener.address() as AddressInfo).port}/scim/v2`);
}

/** OpenSSL's own server, which demands a client certificate and says so by an alert, as most servers do. */
async function startOpenssl(version: string): Promise<URL> {
  const folder = mkdtempSync(join(tmpdir(), 'scim-tls-'));
  writeFileSync(join(folder, 'server.pem'), server.cert + server.key);
  writeFileSync(join(folder, 'ca.pem'), authority.ca);
  const options = ['-cert', 'server.pem', '-CAfile', 'ca.pem', '-Verify', '1', '-verify_return_error', '-www', version];
  const child = spawn('openssl', ['s_server', '-accept', '127.0.0.1:0', ...options], { cwd: folder });
  child.stderr.resume();
  cleanup.push(async () => {
    child.kill();
    await once(child, 'exit');
    rmSync(folder, { recursive: true });
  });
  let said = '';
  for await (const chunk of child.stdout) {
    said += String(chunk);
    const port = /ACCEPT 127\.0\.0\.1:(\d+)/.exec(said)?.[1];
    if (port !== undefined) return new URL(`https://127.0.0.1:${port}/scim/v2`);
  }
  throw new Error('openssl s_server does not start');
}

function targetTo(baseUrl: URL, change: Partial<TargetOptions> = {}): Target {
  const target = new Target({
    tenant: 'staging',
    baseUrl,
    auth: { scheme: 'none' },
    limits: { timeoutMs: 5_000, maxResponseBytes: 1_000_000 },
    validation: 'off',
    userAgent: 'test',
    onExchange: (exchange) => exchanges.push(exchange),
    onWarning: (message) => warnings.push(message),
    ...change,
  } as TargetOptions);
  cleanup.push(() => target.close());
  return target;
}

async function told(baseUrl: URL, change: Partial<TargetOptions> = {}): Promise<unknown> {
  return (await targetTo(baseUrl, change).exchange({ method: 'GET', path: '/Users/1' })).json;
}

async function failure(baseUrl: URL, change: Partial<TargetOptions> = {}): Promise<ScimError> {
  return told(baseUrl, change).then(
    () => Promise.reject(new Error('nothing was refused')),
    (error: ScimError) => error,
  );
}

describe('the certificate of the service', () => {
  it('is trusted by the authority of the tenant', async () => {
    expect(await told(await start(), { tls: { ca: authority.ca } })).toEqual({ subject: null, version: '1.1' });
  });

  it('is not trusted without it: the message says whose it is, who issued it, until when, and what to do', async () => {
    const error = await failure(await start());
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ code: 'network.tls', outcome: 'notSent' });
    expect(error.message).toMatch(/^The certificate of 127\.0\.0\.1:\d+ is not trusted/);
    expect(error.message).toMatch(
      /it is for CN=scim\.test \(.*\), issued by CN=Private Authority, O=Tests, valid from \d{4}-/,
    );
    expect(error.remedy).toContain('tls: { ca: file:PATH }');
    expect(exitCodeOf(error)).toBe(7);
  });

  it('is not trusted by another authority', async () => {
    expect(await failure(await start(), { tls: { ca: stranger.ca } })).toMatchObject({ code: 'network.tls' });
  });

  it('must be for this host', async () => {
    const url = await start({}, authority.issue('elsewhere', { names: 'DNS:elsewhere.example' }));
    const error = await failure(url, { tls: { ca: authority.ca } });
    expect(error.message).toMatch(/is for another host .*CN=elsewhere \(DNS:elsewhere\.example\)/);
  });

  it('must not have expired', async () => {
    const url = await start({}, authority.issue('old', { days: -1 }));
    const error = await failure(url, { tls: { ca: authority.ca } });
    expect(error.message).toMatch(/has expired .*valid from .* to \d{4}-\d\d-\d\d/);
    expect(error.remedy).toContain('renew');
  });

  it('is not looked at when the tenant says so, which is told for each connection', async () => {
    const url = await start({}, stranger.issue('anybody'));
    const target = targetTo(url, { tls: { insecureSkipVerify: true } });
    await target.exchange({ method: 'GET', path: '/Users/1' });
    await target.exchange({ method: 'GET', path: '/Users/1' });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^tenant staging: INSECURE: the certificate of 127\.0\.0\.1:\d+ is not verified/);
  });

  it('is demanded over TLS 1.2 at least', async () => {
    const old: ServerOptions = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
    const error = await failure(await start(old), { tls: { ca: authority.ca } });
    expect(error).toMatchObject({ code: 'network.tls', outcome: 'notSent' });
    expect(error.message).toContain('does not offer TLS 1.2 or newer');
  });
});

describe('the certificate of the client', () => {
  const demanding: ServerOptions = { requestCert: true, rejectUnauthorized: true };

  it('proves who it is', async () => {
    const tls = { ca: authority.ca, ...client };
    expect(await told(await start(demanding), { tls, auth: { scheme: 'mtls' } })).toMatchObject({
      subject: 'client-7',
    });
  });

  it('is opened with its passphrase, as PEM and as PKCS #12', async () => {
    const url = await start(demanding);
    const key = authority.encrypted(client.key, 'pass phrase');
    const pem = { ca: authority.ca, cert: client.cert, key, passphrase: 'pass phrase' };
    expect(await told(url, { tls: pem })).toMatchObject({ subject: 'client-7' });
    const pfx = authority.pfx(client, 'pass phrase').toString('base64');
    const pkcs12 = { ca: authority.ca, pfx, passphrase: 'pass phrase' };
    expect(await told(url, { tls: pkcs12 })).toMatchObject({ subject: 'client-7' });
  });

  it('is missed with a clear message', async () => {
    const error = await failure(await startOpenssl('-tls1_2'), { tls: { ca: authority.ca } });
    expect(error).toMatchObject({ code: 'network.tls', outcome: 'notSent' });
    expect(error.message).toMatch(/demands a client certificate|breaks off the TLS handshake/);
    expect(error.remedy).toContain('cert: file:PATH');
  });

  // With TLS 1.3 the alert comes after the request was written, and a reset may overtake it: then only that is known.
  it.each([
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'demands a client certificate'],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'refuses the client certificate'],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', 'refuses the client certificate'],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'breaks off the TLS handshake'],
  ])('is asked for by the alert %s', (code, message) => {
    const circumstances = {
      peer: 'h:1',
      phase: 'waiting',
      asked: 'GET /',
      bytes: 0,
      expectedBytes: undefined,
    } as const;
    const error = failureOf(Object.assign(new Error('alert'), { code }), {
      ...circumstances,
      redactor: createRedactor([]),
    });
    expect(error).toMatchObject({ code: 'network.tls', outcome: 'notSent' });
    expect(error.message).toContain(message);
  });

  it('cannot be used when it is broken, and the message shows none of it', async () => {
    const error = await failure(await start(demanding), { tls: { pfx: 'c2VjcmV0', passphrase: 'pass phrase' } });
    expect(error).toMatchObject({ code: 'config.value' });
    expect(error.message).not.toMatch(/c2VjcmV0|pass phrase/);
  });
});

describe('a proxy', () => {
  const through = (): Partial<TargetOptions> => ({
    tls: { ca: authority.ca },
    proxy: { https: proxy.url, http: proxy.url },
  });

  it('tunnels TLS with the settings of the tenant', async () => {
    const url = await start({ requestCert: true, rejectUnauthorized: true });
    const tls = { ca: authority.ca, ...client };
    expect(await told(url, { ...through(), tls })).toMatchObject({ subject: 'client-7' });
    expect(proxy.asked).toEqual([{ target: url.host, credentials: undefined }]);
  });

  it('gets its credentials, which nobody else sees', async () => {
    proxy.credentials = `Basic ${Buffer.from('me:p@ss word').toString('base64')}`;
    const url = new URL(proxy.url);
    url.username = 'me';
    url.password = 'p@ss word';
    const target = targetTo(await start(), { ...through(), proxy: { https: url } });
    expect((await target.exchange({ method: 'GET', path: '/Users/1' })).status).toBe(200);
    expect(exchanges[0]?.requestHeaders().join()).not.toMatch(/proxy/i);
    expect(target.redactor.text('the password is p@ss word')).toBe('the password is ***');
  });

  it('that demands credentials is named with what to do', async () => {
    proxy.credentials = 'Basic eDp5';
    const url = new URL(proxy.url);
    url.username = 'me';
    url.password = 'wrong-one';
    const error = await failure(await start(), { ...through(), proxy: { https: url } });
    expect(error).toMatchObject({ code: 'network.proxy', outcome: 'notSent' });
    expect(error.message).toContain(`The proxy ${proxy.url.host} demands credentials`);
    expect(error.remedy).toContain('proxy: env:NAME');
    expect(`${error.message}${error.remedy}${String(error.cause)}`).not.toContain('wrong-one');
    expect(exitCodeOf(error)).toBe(7);
  });

  it('that cannot connect says so, with the status', async () => {
    const error = await failure(new URL('https://127.0.0.1:1/scim'), through());
    expect(error).toMatchObject({ code: 'network.other', outcome: 'notSent' });
    expect(error.message).toMatch(/does not connect to 127\.0\.0\.1:1 \(502\)/);
  });

  it('that is not there is named, not the service', async () => {
    const error = await failure(await start(), { ...through(), proxy: { https: new URL('http://127.0.0.1:1') } });
    expect(error).toMatchObject({ code: 'network.refused', outcome: 'notSent' });
    expect(error.message).toContain('The proxy 127.0.0.1:1 refuses the connection');
  });

  it('does not hide whose certificate is not trusted', async () => {
    const error = await failure(await start(), { ...through(), tls: { ca: stranger.ca } });
    expect(error.message).toContain('CN=scim.test');
  });

  it('is not asked for hosts that are excepted', async () => {
    const url = await start();
    await told(url, { ...through(), proxy: { https: proxy.url, except: 'example.com,127.0.0.1' } });
    expect(proxy.asked).toEqual([]);
  });
});

describe('HTTP/2', () => {
  async function startBoth(): Promise<URL> {
    const listener = createSecureServer({ ...server, allowHTTP1: true }, (request, response) => {
      response.writeHead(200, { 'content-type': 'application/scim+json' });
      response.end(JSON.stringify({ version: request.httpVersion, user: request.headers.authorization }));
    });
    const sockets = new Set<TLSSocket>();
    listener.on('secureConnection', (socket) => sockets.add(socket));
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    cleanup.push(async () => {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, 'close');
    });
    return new URL(`https://127.0.0.1:${(listener.address() as AddressInfo).port}/scim/v2`);
  }

  it.each([
    [true, '2.0'],
    [false, '1.1'],
  ])('is used where it is offered and asked for: %s', async (http2, version) => {
    const url = await startBoth();
    const auth = { scheme: 'bearer', token: 'tok-1' } as const;
    const target = targetTo(url, { tls: { ca: authority.ca }, http2, auth });
    const ask = { method: 'POST', path: '/Users', body: '{"userName":"x"}' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => target.exchange(ask)));
    for (const { json } of answers) expect(json).toEqual({ version, user: 'Bearer tok-1' });
  });

  it('falls back to HTTP/1.1, and goes through a proxy', async () => {
    expect(await told(await start(), { tls: { ca: authority.ca }, http2: true })).toMatchObject({ version: '1.1' });
    const options = { tls: { ca: authority.ca }, http2: true, proxy: { https: proxy.url } };
    expect(await told(await startBoth(), options)).toMatchObject({ version: '2.0' });
  });
});
