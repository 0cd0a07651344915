/** scim.yaml and variable sets in an editor, through the real bridge. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Bridge, startBridge } from '../support/bridge.js';

let root: string;
const open: Bridge[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scim-editor-'));
});

afterEach(() => {
  for (const { process } of open.splice(0)) process.kill('SIGKILL');
  rmSync(root, { recursive: true });
});

const secret = 's3cret-value';

function save(name: string, text: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text, { mode: 0o600 });
}

/** An editor of files of the workspace. */
class Editor {
  #version = 0;

  private constructor(readonly bridge: Bridge) {}

  static async start(environment: Record<string, string> = {}): Promise<Editor> {
    const bridge = await startBridge({
      root,
      environment: { HOME: root, XDG_STATE_HOME: join(root, '.state'), ...environment },
    });
    open.push(bridge);
    return new Editor(bridge);
  }

  uri(name: string): string {
    return pathToFileURL(join(root, name)).href;
  }

  async open(name: string, text: string): Promise<void> {
    const languageId = name.endsWith('.env') ? 'scim-env' : 'scim-yaml';
    const textDocument = { uri: this.uri(name), languageId, version: ++this.#version, text };
    await this.bridge.connection.sendNotification('textDocument/didOpen', { textDocument });
  }

  async change(name: string, text: string): Promise<void> {
    const textDocument = { uri: this.uri(name), version: ++this.#version };
    await this.bridge.connection.sendNotification('textDocument/didChange', {
      textDocument,
      contentChanges: [{ text }],
    });
  }

  /** Waits until the latest diagnostics of NAME are EXPECTED: `line:character-character message`, errors with a `!`. */
  async shows(name: string, expected: (string | RegExp)[]): Promise<void> {
    await vi.waitFor(
      () => {
        const all = this.bridge.received('textDocument/publishDiagnostics') as Published[];
        const latest = all.filter(({ uri }) => uri === this.uri(name)).at(-1);
        const told = latest?.diagnostics.map(({ range: { start, end }, severity, message }) => {
          return `${start.line}:${start.character}-${end.character}${severity === 1 ? '!' : ''} ${message}`;
        });
        expect(told, this.bridge.stderr()).toEqual(
          expected.map((one) => (typeof one === 'string' ? one : expect.stringMatching(one))),
        );
        expect(JSON.stringify(all)).not.toContain(secret);
      },
      { timeout: 30_000 },
    );
  }

  /** What is offered at the `|` of TEXT, which NAME is opened with. */
  async completes(name: string, text: string): Promise<Item[]> {
    const { position, rest } = cursor(text);
    await this.open(name, rest);
    const params = { textDocument: { uri: this.uri(name) }, position };
    return (await this.bridge.connection.sendRequest<{ items: Item[] }>('textDocument/completion', params)).items;
  }

  async labels(name: string, text: string): Promise<string[]> {
    return (await this.completes(name, text)).map(({ label }) => label);
  }

  /** What is told of the word at the `|` of TEXT. */
  async hover(name: string, text: string): Promise<string | undefined> {
    const { position, rest } = cursor(text);
    await this.open(name, rest);
    const params = { textDocument: { uri: this.uri(name) }, position };
    const found = await this.bridge.connection.sendRequest<{ contents: { value: string } } | null>(
      'textDocument/hover',
      params,
    );
    return found?.contents.value;
  }
}

interface Published {
  uri: string;
  diagnostics: {
    range: { start: { line: number; character: number }; end: { line: number; character: number } };
    severity: number;
    message: string;
  }[];
}

interface Item {
  label: string;
  textEdit: { newText: string };
  documentation?: { value: string };
}

function cursor(text: string) {
  const offset = text.indexOf('|');
  const before = text.slice(0, offset).split('\n');
  const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  return { position, rest: text.replace('|', '') };
}

const yaml = `tenants:
  acme:
    vendor: okta
    variables: env/acme.env
    baseUrl: env:SCIM_ACME_BASE_URL
    auth: { scheme: bearer, token: env:SCIM_ACME_TOKEN }
`;

const set = 'SCIM_ACME_BASE_URL=https://acme.example.com/scim/v2\n';

describe('scim.yaml in an editor', () => {
  it('is told what is wrong with keys, tenants and variables', async () => {
    save('env/acme.env', set);
    const editor = await Editor.start();
    await editor.open('scim.yaml', yaml.replace('vendor: okta', 'vendor: okat\n    basUrl: x'));
    await editor.shows('scim.yaml', [
      /^2:12-16! `vendor` is not a known vendor; did you mean `okta`\?/,
      '3:4-10! `basUrl` is not a key here; did you mean `baseUrl`?',
    ]);
    await editor.change('scim.yaml', yaml);
    await editor.shows('scim.yaml', [
      '5:35-54 `auth.token`: variable SCIM_ACME_TOKEN is not set: write it into env/acme.env, or set it in the environment: export SCIM_ACME_TOKEN=…',
    ]);
  });

  it('is told of what is wrong in the other file, saved or not', async () => {
    save('env/acme.env', set);
    const editor = await Editor.start({ SCIM_ACME_TOKEN: secret });
    await editor.open('scim.yaml', yaml);
    await editor.shows('scim.yaml', []);
    await editor.open('env/acme.env', 'SCIM_ACME_BASE_ULR=https://acme.example.com\n');
    await editor.shows('scim.yaml', [/^4:13-35 .*SCIM_ACME_BASE_URL is not set; SCIM_ACME_BASE_ULR is set/]);
    await editor.shows('env/acme.env', [/^0:0-43 SCIM_ACME_BASE_ULR is read by no tenant/]);
    await editor.change('env/acme.env', set);
    await editor.shows('scim.yaml', []);
    await editor.shows('env/acme.env', []);
    await editor.change('scim.yaml', yaml.replace('env:SCIM_ACME_BASE_URL', 'https://acme.example.com'));
    await editor.shows('env/acme.env', [/^0:0-51 SCIM_ACME_BASE_URL is read by no tenant/]);
  });

  it('is told of a secret in it, which is not shown', async () => {
    save('env/acme.env', set);
    const editor = await Editor.start();
    await editor.open('scim.yaml', yaml.replace('env:SCIM_ACME_TOKEN', secret));
    await editor.shows('scim.yaml', [
      /^5:35-47! `auth.token` is a secret that stands in scim.yaml itself: store it elsewhere/,
    ]);
  });

  it('is completed: keys, tenants, vendors, flags, variables, files', async () => {
    save('env/acme.env', set);
    save('secrets/token', secret);
    const editor = await Editor.start({ SCIM_ACME_TOKEN: secret });
    const first = 'tenants:\n  base:\n    vendor: okta\n  acme:\n    ';
    expect(await editor.labels('scim.yaml', `${first}confi|`)).toEqual(['confirm']);
    expect(await editor.labels('scim.yaml', `${first}confirm: |`)).toEqual(['always', 'writes', 'never']);
    expect(await editor.labels('scim.yaml', `${first}extends: ba|`)).toEqual(['base']);
    expect(await editor.labels('scim.yaml', `${first}vendor: one|`)).toEqual(['onelogin']);
    expect(await editor.labels('scim.yaml', `${first}variables: e|`)).toEqual(['env/acme.env']);
    expect(await editor.labels('scim.yaml', `${first}profile: { page: { maxS| } }`)).toEqual(['maxStartIndex']);
    expect(await editor.labels('scim.yaml', `${first}auth: { scheme: bearer, tok|`)).toEqual(['token']);
    expect(await editor.labels('scim.yaml', `${first}auth: { scheme: bearer, token: fi| }`)).toEqual(['file:']);
    expect(await editor.labels('scim.yaml', `${first}auth: { scheme: bearer, token: file:sec| }`)).toEqual([
      'file:secrets/',
    ]);
    const items = await editor.completes('scim.yaml', `${first}variables: env/acme.env\n    baseUrl: env:|`);
    expect(items.map(({ label }) => label)).toEqual(['env:SCIM_ACME_BASE_URL', 'env:SCIM_ACME_TOKEN']);
    expect(JSON.stringify(items)).not.toContain(secret);
  });

  it('is documented: keys, vendors, where a reference leads', async () => {
    save('env/acme.env', `# purpose: where acme is\n${set}`);
    const editor = await Editor.start({ SCIM_ACME_TOKEN: secret });
    expect(await editor.hover('scim.yaml', yaml.replace('variables', 'vari|ables'))).toMatch(
      /^\*\*variables\*\*: Variable sets/,
    );
    expect(await editor.hover('scim.yaml', yaml.replace('okta', 'ok|ta'))).toContain('Okta');
    expect(await editor.hover('scim.yaml', yaml.replace('SCIM_ACME_BASE_URL', 'SCIM_|ACME_BASE_URL'))).toBe(
      '**env:SCIM_ACME_BASE_URL**: where acme is. It is set in env/acme.env:2. It is needed for `baseUrl` of acme.',
    );
    expect(await editor.hover('scim.yaml', yaml.replace('SCIM_ACME_TOKEN', 'SCIM_|ACME_TOKEN'))).toBe(
      '**env:SCIM_ACME_TOKEN**: It is set in the environment. It is needed for `auth.token` of acme.',
    );
    expect(await editor.hover('scim.yaml', yaml.replace('env:SCIM_ACME_TOKEN', "'cmd:pass sh|ow acme'"))).toMatch(
      /^\*\*cmd:pass …\*\*/,
    );
  });
});

describe('a variable set in an editor', () => {
  it('is told what is wrong with its lines and with what tenants find in it', async () => {
    save('scim.yaml', yaml);
    const editor = await Editor.start();
    await editor.open(
      'env/acme.env',
      `SCIM_ACME_BASE_URL="acme.example.com"\nnonsense\n# format: colour\nSCIM_ACME_TOKEN=${secret}\nSCIM_ACME_TOKEN=env:X\n`,
    );
    await editor.shows('env/acme.env', [
      /^0:0-37! `baseUrl`: variable SCIM_ACME_BASE_URL, env\/acme.env:1 is not an absolute URL: write it like/,
      '1:0-8! is not a line NAME=VALUE',
      '2:10-16 `format` must be one of url, token, duration, text',
      /^3:0-28! SCIM_ACME_TOKEN is defined again in line 5, which counts, with another value/,
      /^3:0-28! SCIM_ACME_TOKEN is a secret that stands in env\/acme.env itself/,
      /^4:0-21 `auth.token`: .*is not set/,
    ]);
  });

  it('that no tenant names yet, beside a scim.yaml that is broken, is looked at all the same', async () => {
    save('scim.yaml', 'tenants: [');
    const editor = await Editor.start();
    await editor.open('other.env', `A=1\nA=2\nACME_PASSWORD=${secret}\n`);
    await editor.shows('other.env', [/^0:0-3! A is defined again in line 2/, /^2:0-26! ACME_PASSWORD is a secret/]);
  });

  it('is completed: names that are needed, references, what can be said', async () => {
    save('scim.yaml', yaml);
    save('env/acme.env', '');
    const editor = await Editor.start({ SCIM_OTHER: secret });
    const names = await editor.completes('env/acme.env', 'SCIM_ACME_BASE_URL=x\n|');
    expect(names).toMatchObject([{ label: 'SCIM_ACME_TOKEN', textEdit: { newText: 'SCIM_ACME_TOKEN=' } }]);
    expect(await editor.labels('env/acme.env', 'SCIM_ACME_TOKEN=|')).toEqual([
      'env:SCIM_ACME_TOKEN',
      'env:SCIM_OTHER',
      'file:',
      'auth-source:',
      'cmd:',
    ]);
    expect(await editor.labels('env/acme.env', 'SCIM_ACME_TOKEN=file:e|')).toEqual(['file:env/']);
    expect(await editor.labels('env/acme.env', '# p|')).toEqual(['purpose']);
    expect(await editor.labels('env/acme.env', '# format: |')).toEqual(['url', 'token', 'duration', 'text']);
  });

  it('is documented', async () => {
    save('scim.yaml', yaml);
    const editor = await Editor.start();
    expect(await editor.hover('env/acme.env', '# purpose: the key\nSCIM_ACME_|TOKEN=env:X\n')).toBe(
      '**SCIM_ACME_TOKEN**: the key. It is set in env/acme.env:2. It is needed for `auth.token` of acme.',
    );
    expect(await editor.hover('env/acme.env', 'SCIM_ACME_TOKEN=env:|X\n')).toBe('**env:X**: It is not set.');
    expect(await editor.hover('env/acme.env', `SCIM_ACME_TOKEN=s3cret-|value\n`)).toBeUndefined();
    expect(await editor.hover('env/acme.env', '# for|mat: url\nA=b\n')).toContain('One of `url`');
  });
});
