/** What ENVIRONMENT.md says works as it stands there: each command, each file, each finding. */

import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseEnvFile } from '../../src/config/env-file.js';
import { type Mock, startMock } from '../../src/mock/server.js';
import { exitCodes } from '../../src/protocol/error-codes.js';
import { workspaceFileOf } from '../../src/workspace/file.js';
import { findingKinds } from '../../src/workspace/finding.js';
import { presets } from '../../src/workspace/preset.js';
import { examplesIn } from '../support/markdown.js';

const manual = readFileSync('ENVIRONMENT.md', 'utf8');
const examples = examplesIn(manual);
const stagingToken = 'manual-staging-s3cret';
const productionToken = 'manual-production-s3cret';
const newToken = 'manual-new-s3cret';

let staging: Mock;
let production: Mock;
let root: string;

function textsOf(language: string): string[] {
  return examples.filter((one) => one.language === language).map(({ text }) => text);
}

function textAt(index: number, language: string): string {
  const text = textsOf(language)[index];
  if (text === undefined) throw new Error(`There is no ${language} example number ${index}`);
  return text;
}

/** The function of the shell, and all commands that are written with it. */
const [definition = '', ...scripts] = textsOf('sh');
const commands = scripts.flatMap((script) => script.trim().split('\n'));

beforeAll(async () => {
  staging = await startMock({ users: 3, tokens: [stagingToken, newToken] });
  production = await startMock({ users: 3, tokens: [productionToken] });
});

afterAll(async () => {
  await staging.close();
  await production.close();
});

/** TEXT with the services of the test in place of those of the manual. */
function here(text: string): string {
  return text
    .replaceAll('https://staging.example.com/scim/v2', staging.url)
    .replaceAll('https://scim.example.com/scim/v2', production.url);
}

function write(file: string, text: string, mode = 0o644): void {
  const path = join(root, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
}

function git(...args: string[]): void {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  execFileSync('git', [...who, ...args], { cwd: root, env: { PATH: process.env.PATH, HOME: root } });
}

function commit(): void {
  git('add', 'scim.yaml', 'env');
  git('commit', '--quiet', '--allow-empty', '--message', 'x');
}

/** The workspace of the manual, with two commits, a password manager, and an entry of auth-source. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scim-manual-'));
  for (const name of ['elisp', 'dist']) symlinkSync(join(process.cwd(), name), join(root, name));
  const [stagingSet, productionSet] = [textAt(0, 'env'), textAt(1, 'env')];
  write('scim.yaml', here(textAt(0, 'yaml')));
  write('env/staging.env', here(stagingSet));
  write('env/production.env', here(productionSet));
  write('users.scim', 'GET /Users\n\n?? status == 200\n');
  write('home/bin/pass', `#!/bin/sh\ntest "$*" = 'show scim/staging' && echo ${stagingToken}\n`, 0o755);
  write('home/.authinfo', `machine scim.example.com login robot password ${productionToken}\n`, 0o600);
  git('init', '--quiet');
  commit();
  write('env/production.env', `# Changed since.\n${here(productionSet)}`);
  commit();
  return () => rmSync(root, { recursive: true });
});

interface Ran {
  readonly code: number;
  readonly output: string;
}

/** COMMAND of the manual, in a shell; no secret may come out of it. */
async function shell(command: string): Promise<Ran> {
  const home = join(root, 'home');
  const env = {
    PATH: `${join(home, 'bin')}:${process.env.PATH}`,
    HOME: home,
    XDG_STATE_HOME: join(home, 'state'),
    XDG_CACHE_HOME: join(home, 'cache'),
  };
  const ran = await new Promise<Ran>((done) => {
    execFile('sh', ['-c', `${definition}\n${command}`], { cwd: root, env }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code), output: `${stdout}${stderr}` });
    });
  });
  for (const token of [stagingToken, productionToken, newToken]) expect(ran.output).not.toContain(token);
  return ran;
}

/** What a command of the manual comes to, when that is not 0 and silent about it. */
const outcomes: Record<string, { code?: number; says?: RegExp; before?: () => void; after?: () => void }> = {
  'env trust env/staging.env': { says: /staging\.env:\d+: pass show scim\/staging/ },
  'env trust --digest': { says: /^[0-9a-f]{64}$/m },
  doctor: { says: /0 errors, 0 warnings/ },
  'doctor --tenant': {},
  'doctor --tenant staging --write-check': { says: /✓ SCIM006 .*(?:create|writ)/i },
  'env list': { says: /4 needed: 2 set, 2 not looked up/ },
  'env list --look-up': {},
  'env diff staging production': { code: exitCodes.differences, says: /validation/ },
  'env diff HEAD:production production': { says: /no difference|same|nothing/i },
  'env promote staging production --key validation --write': {
    says: /^production\n {2}validation\n/m,
    after: () => expect(readFileSync(join(root, 'scim.yaml'), 'utf8').match(/validation: warn/g)).toHaveLength(2),
  },
  'env rollback HEAD~1 env/staging.env --write': {
    before: () => {
      write('env/staging.env', `${here(textAt(0, 'env'))}# More.\n`);
      commit();
    },
    after: () => expect(readFileSync(join(root, 'env/staging.env'), 'utf8')).toBe(here(textAt(0, 'env'))),
  },
  'env rollback HEAD~1': { before: commit },
  'env history --limit 5': { says: /doctor/ },
  tenants: { says: /wants confirmation/ },
  'run users.scim': { says: /1 passed/ },
};

function outcomeOf(command: string) {
  const words = command.replace(/^scim /, '').replace(/ *#.*$/, '');
  const fitting = Object.keys(outcomes).filter((known) => words === known || words.startsWith(`${known} `));
  const longest = fitting.sort((a, b) => b.length - a.length)[0];
  return longest === undefined ? undefined : outcomes[longest];
}

describe('the README', () => {
  it('shows what the doctor says', async () => {
    const example = examplesIn(readFileSync('README.md', 'utf8')).find(({ text }) => text.includes('-- doctor'));
    const [, command = '', shown] = /^\$ (.*)\n([\s\S]*)$/.exec(example?.text ?? '') ?? [];
    const url = 'https://staging.example.com/scim/v2';
    const auth = 'auth: { scheme: bearer, token: env:SCIM_AUTH_TOKEN }';
    const other =
      'variables: env/production.env\n    baseUrl: env:SCIM_PRODUCTION_BASE_URL\n    auth: { scheme: none }';
    write(
      'scim.yaml',
      `tenants:\n  staging:\n    baseUrl: ${url}\n    ${auth}\n  production:\n    extends: staging\n    ${other}\n`,
    );
    write('env/production.env', `SCIM_PRODUCTION_BASE_URL=${url}\n`);
    const ran = await shell(command);
    const versions = /VER001 .*/;
    expect(ran.output.replace(versions, '')).toBe(shown?.replace(versions, ''));
    expect(ran.code).toBe(exitCodes.invalidUsage);
  });
});

describe('ENVIRONMENT.md', () => {
  it('has commands that work in the order in which they stand there', async () => {
    expect(commands.length).toBeGreaterThan(18);
    for (const command of commands) {
      expect(command).toMatch(/^scim /);
      const { code = 0, says, before, after } = outcomeOf(command) ?? {};
      before?.();
      const ran = await shell(command);
      expect(ran.code, `${command}\n${ran.output}`).toBe(code);
      if (says !== undefined) expect(ran.output, command).toMatch(says);
      after?.();
    }
    expect(readFileSync(join(root, 'doctor.xml'), 'utf8')).toMatch(/<testsuite.* failures="0"/);
    expect(readFileSync(join(root, 'VARIABLES.md'), 'utf8')).toContain('4 needed: 4 set');
    expect(readFileSync(join(root, '.env.example'), 'utf8')).toContain('SCIM_STAGING_TOKEN: env/staging.env:');
  }, 180_000);

  it('rotates a credential step by step', async () => {
    write('scim.yaml', here(textAt(2, 'yaml')));
    write('secrets/.gitignore', '*\n');
    write('secrets/new-token', newToken, 0o600);
    write('secrets/old-token', stagingToken, 0o600);
    const [verify = '', finish = ''] = commands.filter((command) => command.startsWith('scim rotate'));
    const both = await shell(verify);
    expect(both.code, both.output).toBe(0);
    expect(both.output.match(/now: works/g)).toHaveLength(2);
    const end = await shell(finish);
    expect(end.code, end.output).toBe(0);
    expect(end.output).toContain('take previousToken: file:secrets/old-token out of auth of tenant staging');
  }, 60_000);

  it('shows files that are in order', async () => {
    for (const text of textsOf('yaml')) {
      const { tenants } = await workspaceFileOf(text, 'scim.yaml');
      expect(tenants.size).toBeGreaterThan(0);
    }
    for (const text of textsOf('env')) {
      const { variables, problems } = parseEnvFile(text);
      expect(problems).toEqual([]);
      expect(variables.every(({ annotations }) => annotations.purpose !== undefined)).toBe(true);
    }
    expect(examples.map(({ language }) => language).every((one) => ['sh', 'yaml', 'env'].includes(one))).toBe(true);
  });

  it('has every finding, as the source has it', () => {
    const rows = Object.entries(findingKinds).map(([id, title]) => `| \`${id}\` | ${title} |`);
    expect(manual).toContain(`| finding | |\n|---|---|\n${rows.join('\n')}\n\n`);
  });

  it('names commands of Emacs that are there', async () => {
    const names = [...new Set([...manual.matchAll(/`M-x (scim[\w-]*)`/g)].map(([, name = '']) => name))];
    expect(names).toContain('scim-rotate');
    const missing = `(dolist (name '(${names.join(' ')})) (unless (commandp name) (princ (format "%s " name))))`;
    const { output } = await shell(
      `emacs -Q --batch -L elisp --eval '(setq package-user-dir "none")' --eval '(dolist (file (directory-files "elisp" t "\\\\.el\\\\'"'"'")) (load file nil t))' --eval "${missing.replaceAll('"', '\\"')}"`,
    );
    expect(output).toBe('');
  });

  it('names the services of the guided set-up', () => {
    const line = manual.replaceAll('\n', ' ');
    for (const title of ['OneLogin', 'Okta', 'Entra ID', 'SailPoint', 'Auth0', 'AWS']) {
      expect(line).toContain(title);
      expect(presets().some((preset) => preset.title.includes(title))).toBe(true);
    }
  });
});
