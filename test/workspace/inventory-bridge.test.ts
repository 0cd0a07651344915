/** The inventory as Emacs asks for it. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { env as protocol } from '../../src/protocol/index.js';
import { type Bridge, startBridge } from '../support/bridge.js';

let root: string;
let bridge: Bridge;

const files = {
  'scim.yaml': `tenants:
  acme:
    baseUrl: env:SCIM_ACME_URL
    auth: { scheme: bearer, token: auth-source:acme.example.com/scim }
  beta:
    baseUrl: env:SCIM_BETA_URL
    auth: { scheme: bearer, token: 'cmd:echo tok-0123456789' }
`,
  'requests/find.scim': `@size = 10

### find
GET /Users?filter=userName eq "{{who}}"&count={{size}}

?? body.totalResults == {{total}}
@id = body.Resources[0].id

### next
GET /Users/{{id}}?attributes={{find.status}}
X-Trace: {{$uuid}} {{who}}
`,
};

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'scim-inventory-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  const environment = { HOME: join(root, 'home'), XDG_STATE_HOME: join(root, 'state'), SCIM_ACME_URL: 'https://acme' };
  bridge = await startBridge({ root, environment });
});

afterEach(async () => {
  await bridge.stop();
  await rm(root, { recursive: true });
});

/** The answer to `scim/env/inventory`, as the protocol has it, and its report. */
async function take(params: object = {}) {
  const answer: unknown = await bridge.connection.sendRequest(protocol.inventory.method, params);
  const parsed = protocol.inventory.result.parse(answer);
  return { ...parsed, text: 'text' in parsed.report ? parsed.report.text : '' };
}

/** What the bridge says when it refuses `scim/env/inventory`. */
async function refusal(params: object): Promise<unknown> {
  const error: unknown = await bridge.connection.sendRequest(protocol.inventory.method, params).then(
    () => ({ data: 'it was accepted' }),
    (refused: unknown) => refused,
  );
  return z.object({ data: z.unknown() }).parse(error).data;
}

describe('scim/env/inventory', () => {
  it('tells all that is needed, with the places that lines of the text speak of', async () => {
    const { variables, exitCode, places, text, root: told } = await take();
    expect(variables.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'SCIM_ACME_URL set',
      'auth-source:acme.example.com/scim unknown',
      'SCIM_BETA_URL missing',
      'cmd:echo … unknown',
      'total missing',
      'who missing',
    ]);
    expect(exitCode).toBe(6);
    expect(told).toBe(root);
    const place = places.find(({ file }) => file.endsWith('find.scim'));
    expect(place).toMatchObject({ file: join(root, 'requests/find.scim'), position: { line: 5, character: 0 } });
    expect(text.split('\n')[place?.line ?? -1]).toContain('total');
  });

  it('of request files names what nothing defines, once, where it is used first', async () => {
    const { variables } = await take();
    expect(variables.filter(({ kind }) => kind === 'argument').map(({ name, uses }) => [name, uses])).toEqual([
      ['total', [{ file: 'requests/find.scim', line: 6, what: '{{total}}' }]],
      ['who', [{ file: 'requests/find.scim', line: 4, what: '{{who}}' }]],
    ]);
  });

  it('of one tenant is that of this one alone, and of one that is not there an error', async () => {
    const { variables, exitCode } = await take({ tenants: ['acme'] });
    expect(variables.map(({ name }) => name)).toEqual(['SCIM_ACME_URL', 'auth-source:acme.example.com/scim']);
    expect(exitCode).toBe(0);
    expect(await refusal({ tenants: ['acmee'] })).toMatchObject({ code: 'config.tenant', exitCode: 6 });
  });

  it('asks Emacs and runs trusted commands when told to', async () => {
    expect(await refusal({ lookUp: true })).toMatchObject({
      code: 'secret.needed',
      references: ['auth-source:acme.example.com/scim'],
    });
    await bridge.connection.sendRequest('scim/secrets/provide', {
      values: { 'auth-source:acme.example.com/scim': 'tok-of-emacs' },
    });
    const untrusted = await take({ lookUp: true });
    expect(untrusted.findings).toMatchObject([{ id: 'ENV014', status: 'warning', file: join(root, 'scim.yaml') }]);
    const statusOf = ({ variables }: typeof untrusted, name: string) =>
      variables.find((variable) => variable.name === name)?.status;
    expect(statusOf(untrusted, 'auth-source:acme.example.com/scim')).toBe('set');
    expect(statusOf(untrusted, 'cmd:echo …')).toBe('unknown');
    const { digest } = z
      .object({ digest: z.string() })
      .parse(await bridge.connection.sendRequest('scim/trust/inspect', { file: 'scim.yaml' }));
    await bridge.connection.sendRequest('scim/trust/grant', { file: 'scim.yaml', digest });
    const trusted = await take({ lookUp: true });
    expect(statusOf(trusted, 'cmd:echo …')).toBe('set');
    expect(JSON.stringify(trusted)).not.toMatch(/tok-0123456789|tok-of-emacs/);
  });

  it('is there as JSON and as Markdown', async () => {
    const json = await take({ format: 'json' });
    expect(JSON.parse(json.text)).toEqual({ schema: '1.0', variables: json.variables, findings: [] });
    expect(json.places).toEqual([]);
    expect((await take({ format: 'markdown' })).text).toContain('| SCIM\\_BETA\\_URL | base URL of beta |');
  });
});

describe('scim/env/example', () => {
  it('is a text to fill in', async () => {
    const answer = protocol.example.result.parse(await bridge.connection.sendRequest(protocol.example.method, {}));
    expect(answer).toEqual({ text: { text: expect.stringContaining('\nSCIM_BETA_URL=\n') } });
  });
});
