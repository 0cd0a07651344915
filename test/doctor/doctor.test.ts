import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startMock } from '../../src/mock/server.js';
import type { doctor, ResultOf } from '../../src/protocol/index.js';
import { type Bridge, startBridge } from '../support/bridge.js';

type Result = ResultOf<typeof doctor.examine>;

const open: { stop(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.stop();
});

/** A workspace with FILES. */
function workspace(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'scim-doctor-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  open.push({ stop: () => rmSync(root, { recursive: true }) });
  return root;
}

/** The bridge of ROOT, with nothing of this machine's. */
async function bridgeOf(root: string, environment: Record<string, string> = {}): Promise<Bridge> {
  const bridge = await startBridge({
    root,
    environment: { HOME: root, XDG_STATE_HOME: root, XDG_CONFIG_HOME: root, ...environment },
  });
  open.push(bridge);
  return bridge;
}

describe('scim/doctor', () => {
  it('finds a service that answers in order, with the token that it wants', async () => {
    const mock = await startMock({ tokens: ['right-token-1'] });
    open.push({ stop: () => mock.close() });
    const root = workspace({
      'scim.yaml': `tenants:\n  staging:\n    baseUrl: ${mock.url}\n    auth: { scheme: bearer, token: env:TOKEN_A }\n`,
    });
    const bridge = await bridgeOf(root, { TOKEN_A: 'right-token-1' });
    const result: Result = await bridge.connection.sendRequest('scim/doctor', {});
    console.log('text' in result.report ? result.report.text : '');
    expect(result.exitCode).toBe(0);
    expect(result.counts.errors).toBe(0);
  });
});
