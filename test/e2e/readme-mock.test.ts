/** What the README and MOCK.md show of the mock server works as it stands there. */

import { execFile } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadMockFile } from '../../src/mock/file/index.js';
import { type Mock, startMock } from '../../src/mock/server.js';
import { names } from '../../src/vendors/index.js';
import { batch, workspaceWith } from '../support/batch.js';
import { type Example, examplesIn } from '../support/markdown.js';
import { mockManual } from '../tools/quirk-table.js';

const run = promisify(execFile);
const readme = readFileSync('README.md', 'utf8');
const manual = readFileSync('MOCK.md', 'utf8');
const token = 'readme-t0ken';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

function example(markdown: string, heading: string, language: string): string {
  const found = examplesIn(markdown).find((one) => one.heading.includes(heading) && one.language === language);
  if (found === undefined) throw new Error(`There is no ${language} example below ${heading}`);
  return found.text;
}

/** A directory with the two files of the README, where `elisp` and `dist` are at hand. */
function entraWorkspace(): string {
  const { root, remove } = workspaceWith({
    'entra.scim-mock': example(readme, 'two minutes', 'yaml'),
    'entra.scim': example(readme, 'two minutes', ''),
  });
  cleanups.push(remove);
  for (const name of ['elisp', 'dist']) symlinkSync(join(process.cwd(), name), join(root, name));
  return root;
}

describe('the README', () => {
  it('starts the mock server as it says', async () => {
    const [, command = ''] = /^(node dist\/scim-bridge\.cjs mock .*)$/m.exec(example(readme, 'stands in', 'sh')) ?? [];
    expect(command).not.toBe('');
    const { stdout } = await run('sh', ['-c', `${command} --json --until-stdin-closes </dev/null`]);
    expect(JSON.parse(stdout)).toMatchObject({ url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/scim\/v2$/) });
  });

  it("meets Entra's quirks in two minutes", async () => {
    const root = entraWorkspace();
    const { code, stdout } = await batch(['mock', 'entra.scim-mock', 'entra.scim'], { SCIM_AUTH_TOKEN: token }, root);
    expect(stdout).toContain('5 passed, 0 failed, 0 skipped');
    expect(stdout).not.toContain(token);
    expect(code).toBe(0);
  });

  it('has a CI job of which every step of our own succeeds', async () => {
    const root = entraWorkspace();
    const { jobs } = parse(example(readme, 'A CI job', 'yaml'));
    const { steps, env } = jobs.provisioning;
    const scripts = steps.filter(({ name }: { name?: string }) => name !== undefined);
    expect(scripts).toHaveLength(2);
    for (const { run: script } of scripts) {
      await run('sh', ['-ec', script], { cwd: root, env: { ...process.env, ...env } });
    }
    expect(readFileSync(join(root, 'report.xml'), 'utf8')).toMatch(/tests="5"[^>]* failures="0"/);
    expect(JSON.parse(readFileSync(join(root, 'users.json'), 'utf8')).resources).toHaveLength(1);
  });

  it('names every vendor', () => {
    for (const name of names()) expect(readme).toContain(`\`${name}\``);
  });
});

async function started(text: string): Promise<Mock> {
  const { options, problems } = loadMockFile(text, { path: 'MOCK.md', env: { SCIM_AUTH_TOKEN: token } });
  expect(problems).toEqual([]);
  const mock = await startMock({ ...options, port: 0 });
  cleanups.push(() => mock.close());
  return mock;
}

const isMockFile = ({ language }: Example): boolean => language === 'yaml';

describe('MOCK.md', () => {
  it.each(examplesIn(manual).filter(isMockFile))('below $heading has a mock file that starts', async ({ text }) => {
    expect((await started(text)).port).toBeGreaterThan(0);
  });

  it('declares resource types that are there', async () => {
    const { url } = await started(example(manual, 'of your own', 'yaml'));
    const badges = await (await fetch(`${url}/Badges?filter=${encodeURIComponent('number eq "0815"')}`)).json();
    expect(badges).toMatchObject({ totalResults: 1, Resources: [{ number: '0815', meta: { resourceType: 'Badge' } }] });
    const user = await (await fetch(`${url}/ResourceTypes/User`)).json();
    expect(user).toMatchObject({ schemaExtensions: [{ schema: expect.stringContaining('Desk'), required: false }] });
  });

  it('controls the server as it says', async () => {
    const mock = await started('auth: { scheme: bearer, tokens: [env:SCIM_AUTH_TOKEN] }\nfaults: []\n');
    const origin = new URL(mock.url).origin;
    const clock = async () => {
      const text = await (await fetch(`${origin}/__mock/status`)).text();
      return Date.parse(JSON.parse(text).clock.time);
    };
    const before = await clock();
    const commands = example(manual, 'Control over HTTP', 'sh').trim().split('\n');
    expect(commands).toHaveLength(11);
    for (const command of commands) {
      // --fail, so that a refusal is a failure here.
      const checked = command.replace('curl -s', 'curl --fail-with-body -s');
      const { stdout } = await run('sh', ['-c', checked], { env: { ...process.env, MOCK: origin } });
      if (command.includes('advance')) {
        expect(await clock()).toBeGreaterThanOrEqual(before + 30 * 86_400_000);
      }
      expect(stdout).not.toContain(token);
    }
  });

  it('has the quirks of the catalogue: npm run generate', () => {
    const { text, fresh } = mockManual();
    expect(text).toBe(fresh);
  });
});
