/** A TLS server that nobody trusts unless told to. */

import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A key made for these tests, for localhost and 127.0.0.1; valid from 2020 to 2120. It protects nothing. */
export const testKey = `\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgoqFnkRBigDL5ARHB
xPNzMGQpcOwyrdRI1F9ivJPDY1qhRANCAASTdL+72hKIvmDu7Qn2ULhUMcJ4wipS
nPtH1B1TS2daJZSKOoRgKKvtYIFhhISgbm6hsr9zRMg3w1QPsyim20Eb
-----END PRIVATE KEY-----
`;

/** The certificate of `testKey`, signed by itself. */
export const testCertificate = `\
-----BEGIN CERTIFICATE-----
MIIBejCCASCgAwIBAgIUHEC+tcg5rFQ4V1ok18tpn0zO3nswCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAx
MDAwMDAwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASTdL+72hKIvmDu7Qn2ULhUMcJ4wipSnPtH1B1TS2daJZSKOoRgKKvt
YIFhhISgbm6hsr9zRMg3w1QPsyim20Ebo04wTDAPBgNVHRMBAf8EBTADAQH/MBoG
A1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAdBgNVHQ4EFgQUuM6/IbJlEdYynpbb
8xGsMIUeOTYwCgYIKoZIzj0EAwIDSAAwRQIgEmcBQgdCnjC58FsapRJbUb0r7VfT
s0RYPHd4lLirZDQCIQCK8JPJir3VV2z0GsDaoSmVpYJIzor76H8c1fEK7bZ+UA==
-----END CERTIFICATE-----
`;

export interface TlsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts a server on a free port of localhost that answers by LISTENER. */
export async function startTlsServer(listener: RequestListener): Promise<TlsServer> {
  const server = createServer({ key: testKey, cert: testCertificate }, listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
