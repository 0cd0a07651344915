import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import { type Mock, startMock } from '../../src/mock/server.js';
import type { doctor, ResultOf } from '../../src/protocol/index.js';
import { type Bridge, startBridge } from '../support/bridge.js';

export type Result = ResultOf<typeof doctor.examine>;
export type Preflight = ResultOf<typeof doctor.preflight>;
type Found = Result['findings'][number];

const open: { stop(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.stop();
});

/** RESOURCE is closed when the test has ended. */
export function closing<Resource extends { close(): unknown }>(resource: Resource): Resource {
  open.push({ stop: () => resource.close() });
  return resource;
}

/** A mock server that ends with the test. */
export async function mockServer(options: Parameters<typeof startMock>[0] = {}): Promise<Mock> {
  return closing(await startMock(options));
}

/** A directory with FILES that goes with the test. */
export function workspace(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'scim-doctor-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text, { mode: 0o600 });
  }
  open.push({ stop: () => rmSync(root, { recursive: true, force: true }) });
  return root;
}

/** The bridge of ROOT, which sees nothing of this machine. */
export async function bridgeOf(root: string, environment: Record<string, string> = {}): Promise<Bridge> {
  const bridge = await startBridge({
    root,
    environment: { HOME: root, XDG_STATE_HOME: join(root, '.state'), XDG_CONFIG_HOME: root, ...environment },
  });
  open.push(bridge);
  return bridge;
}

/** A `scim.yaml` with the tenant `staging` at URL; MORE lines of it. */
export function tenantAt(url: string, ...more: string[]): string {
  const auth = more.some((line) => line.startsWith('auth:'))
    ? []
    : ['auth: { scheme: bearer, token: env:SCIM_STAGING_TOKEN }'];
  return `tenants:\n  staging:\n${[`baseUrl: ${url}`, ...auth, ...more].map((line) => `    ${line}\n`).join('')}`;
}

export const token = 'staging-token-0123456789';

/** What the doctor says about the tenant of `tenantAt(URL, MORE)`. */
export async function examined(url: string | URL, ...more: string[]): Promise<Result> {
  const bridge = await bridgeOf(workspace({ 'scim.yaml': tenantAt(String(url), ...more) }), {
    SCIM_STAGING_TOKEN: token,
  });
  return bridge.connection.sendRequest('scim/doctor', {});
}

/** The text of the report of RESULT. */
export function textOf({ report }: Pick<Result, 'report'>): string {
  if ('file' in report) throw new Error('The report came by file');
  return report.text;
}

/** The findings of RESULT with ID. */
export function withId({ findings }: Result, id: string): Found[] {
  return findings.filter((finding) => finding.id === id);
}

/** What is not fine in RESULT, as `ID status`, without what was not checked. */
export function troubles({ findings }: Result): string[] {
  return findings
    .filter(({ status }) => status === 'error' || status === 'warning')
    .map(({ id, status }) => `${id} ${status}`);
}
