import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Behaviour, json, startFaultServer } from '../support/fault-server.js';
import { bridgeOf, closing, type Result, tenantAt, textOf, workspace } from './helper.js';

const listResponse = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const errorSchema = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** Servers that quote what they were sent, each in another place. */
const quoting: readonly ((secret: string) => Behaviour)[] = [
  (secret) => json(401, { schemas: [errorSchema], status: '401', detail: `unknown token ${secret}` }),
  (secret) => json(403, { schemas: [errorSchema], scimType: secret, detail: secret }),
  (secret) => json(500, { message: `stack trace: Authorization: Bearer ${secret}` }, { 'retry-after': '0' }),
  (secret) =>
    json(200, { schemas: [listResponse], totalResults: 1, Resources: [{ id: secret, endpoint: `/${secret}` }] }),
  (secret) =>
    json(200, { schemas: [listResponse], [secret]: { supported: secret } }, { 'content-type': `x/${secret}` }),
  (secret) => json(302, {}, { location: `https://elsewhere.example/${secret}` }),
];

/** Tokens as services make them, with digits alone among them. */
const secrets = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_.~-]{16,40}$/),
  fc.stringMatching(/^[0-9]{16,30}$/),
  fc.stringMatching(/^eyJ[A-Za-z0-9_-]{10,20}\.[A-Za-z0-9_-]{10,20}\.[A-Za-z0-9_-]{10,20}$/),
);

function everything(directory: string): string {
  return readdirSync(directory)
    .map((name) => join(directory, name))
    .map((path) => (statSync(path).isDirectory() ? everything(path) : readFileSync(path, 'utf8')))
    .join('\n');
}

it('no finding, no report, no progress, and nothing that is remembered holds a secret, whatever a server says', async () => {
  const server = closing(await startFaultServer());
  const root = workspace({
    'scim.yaml': tenantAt(server.base.href, 'auth: { scheme: bearer, token: "file:../secret" }'),
  });
  mkdirSync(join(root, 'w'));
  writeFileSync(join(root, 'w', 'scim.yaml'), readFileSync(join(root, 'scim.yaml')));
  const bridge = await bridgeOf(join(root, 'w'));
  const formats = ['text', 'jsonl', 'junit', 'markdown'];
  await fc.assert(
    fc.asyncProperty(
      secrets,
      fc.integer({ min: 0, max: quoting.length - 1 }),
      fc.constantFrom(...formats),
      async (secret, kind, format) => {
        writeFileSync(join(root, 'secret'), `${secret}\n`, { mode: 0o600 });
        server.otherwise = (seen, response) => quoting[kind]?.(secret)(seen, response);
        const result: Result = await bridge.connection.sendRequest('scim/doctor', {
          format,
          writeCheck: kind % 2 === 1,
          workDoneToken: 'p',
        });
        expect(server.seen.at(0)?.headers.authorization).toBeDefined();
        const told = [
          JSON.stringify(result),
          textOf(result),
          JSON.stringify(bridge.received('$/progress')),
          bridge.stderr(),
        ];
        for (const text of [...told, everything(join(root, 'w'))]) expect(text).not.toContain(secret);
      },
    ),
    { numRuns: 24 },
  );
}, 120_000);
