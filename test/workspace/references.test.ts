/** Variable sets, commands, auth-source, and what is never taken for a value. */

import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretNeededError } from '../../src/workspace/externals.js';
import { inspectTrust } from '../../src/workspace/trust.js';
import { Workspace } from '../../src/workspace/workspace.js';

let root: string;
let environment: NodeJS.ProcessEnv;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'scim-references-'));
  environment = { PATH: process.env.PATH, XDG_STATE_HOME: join(root, 'state') };
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

async function write(name: string, text: string): Promise<void> {
  await mkdir(join(root, name, '..'), { recursive: true });
  await writeFile(join(root, name), text);
}

/** A workspace with one tenant whose token is REFERENCE and whose set holds SET. */
async function tenant(reference: string, set?: string): Promise<Workspace> {
  const variables = set === undefined ? '' : '\n    variables: env/a.env';
  if (set !== undefined) await write('env/a.env', set);
  await write(
    'scim.yaml',
    `tenants:\n  a:\n    baseUrl: https://a.example.com${variables}\n    auth: { scheme: bearer, token: '${reference}' }\n`,
  );
  return Workspace.load(root, environment);
}

/** The token that WORKSPACE's tenant comes to. */
function tokenOf(workspace: Workspace): string | undefined {
  const { auth } = workspace.resolve();
  return auth.scheme === 'bearer' ? auth.token : undefined;
}

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof Error) return `${error.message}\n${'remedy' in error ? error.remedy : ''}`;
  }
  throw new Error('nothing was refused');
}

describe('variable sets', () => {
  it('define variables before the environment does', async () => {
    environment.T = 'from-environment';
    expect(tokenOf(await tenant('env:T', 'T=from-set\n'))).toBe('from-set');
  });

  it('leave to the environment what they do not define', async () => {
    environment.T = 'from-environment';
    expect(tokenOf(await tenant('env:T', 'U=from-set\n'))).toBe('from-environment');
  });

  it('hold references, also to the environment variable of the same name', async () => {
    environment.T = 'from-environment';
    await write('secret', 'from-file\n');
    expect(tokenOf(await tenant('env:T', 'T=env:T\n'))).toBe('from-environment');
    expect(tokenOf(await tenant('env:T', 'T=env:U\nU=file:secret\n'))).toBe('from-file');
    expect(tokenOf(await tenant('env:T', "T='file:secret'\n"))).toBe('file:secret');
  });

  it('name the line of a value that is wrong, and a circle', async () => {
    const wrong = await tenant('env:T', '# the token\nT="a b"\n');
    expect(messageOf(() => wrong.resolve())).toContain(
      'variable T, env/a.env:2 (auth.token, scim.yaml:5) contains white space',
    );
    const circle = await tenant('env:T', 'T=env:U\nU=env:T\n');
    expect(messageOf(() => circle.resolve())).toContain('refers to itself: T → U → T');
  });

  it('that are not there, or not understood, are an error with the place', async () => {
    const broken = await tenant('env:T', 'A=1\nhunter2 hunter2\n');
    const message = messageOf(() => broken.resolve());
    expect(message).toContain('env/a.env:2:1: is not a line NAME=VALUE');
    expect(message).not.toContain('hunter2');
    await rm(join(root, 'env/a.env'));
    expect(messageOf(() => broken.resolve())).toContain('The variable set env/a.env cannot be read');
  });

  it('are described in scim.yaml with the words that a set has for them', async () => {
    await write(
      'scim.yaml',
      'variables: { T: { secret: yes }, U: { secret: no } }\ntenants:\n  a: { baseUrl: https://a.example.com }\n',
    );
    const { declared } = await Workspace.load(root, environment);
    expect([declared.get('T'), declared.get('U')]).toEqual([{ secret: true }, { secret: false }]);
  });

  it('of digits alone stay text', async () => {
    expect(tokenOf(await tenant('env:T', 'T=0123456789\n'))).toBe('0123456789');
    expect(tokenOf(await tenant('env:T', 'T=1e5\n'))).toBe('1e5');
  });
});

describe('what nothing has resolved', () => {
  it.each([
    'op://vault/item/field',
    'bw://item',
    'vault:secret/data/scim#token',
    '$\u007bSCIM_TOKEN}',
    '$SCIM_TOKEN',
    '%SCIM_TOKEN%',
    '{{token}}',
    '<your-token>',
    'changeme',
    'CHANGE-ME',
    'your-token-here',
    'xxxxxxxx',
  ])('is never sent: %s', async (value) => {
    for (const workspace of [await tenant('env:T', `T='${value}'\n`), await tenant(value)]) {
      const message = messageOf(() => workspace.resolve());
      expect(message).toContain('a reference that nothing has resolved');
      expect(message).not.toContain(value);
    }
  });
});

describe('commands', () => {
  it('run only when this very content was trusted', async () => {
    const workspace = await tenant(`cmd:node -e "console.log(\\"tok-\\" + 1)"`);
    await expect(workspace.prepare()).rejects.toMatchObject({ code: 'trust.needed' });
    expect(messageOf(() => workspace.resolve())).toContain('has not been looked up');
    workspace.trust.trust(join(root, 'scim.yaml'));
    await workspace.prepare();
    expect(tokenOf(workspace)).toBe('tok-1');
    await write('scim.yaml', `${await readFile(join(root, 'scim.yaml'), 'utf8')}# changed\n`);
    const changed = await Workspace.load(root, environment);
    await expect(changed.prepare()).rejects.toMatchObject({ code: 'trust.needed' });
  });

  it('are trusted by the digest of the content in SCIM_TRUST, too', async () => {
    const workspace = await tenant('env:T', 'T=cmd:echo tok\n');
    environment.SCIM_TRUST = inspectTrust('env/a.env', root).contentDigest;
    await workspace.prepare();
    expect(tokenOf(workspace)).toBe('tok');
  });

  it('keep trust in a file for this user alone', async () => {
    const workspace = await tenant('cmd:echo tok');
    workspace.trust.trust(join(root, 'scim.yaml'));
    expect((await stat(join(root, 'state/scim/trust.json'))).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['cmd:sh fail.sh', 'ended with 3'],
    ['cmd:no-such-program-here', 'there is no program no-such-program-here'],
    ['cmd:true', 'gave nothing'],
    [`cmd:echo "unfinished`, 'has a quote that does not end'],
  ])('that fail are told without their output: %s', async (reference, problem) => {
    await write('fail.sh', 'echo hunter2; echo hunter2 >&2; exit 3\n');
    const workspace = await tenant(reference);
    workspace.trust.trust(join(root, 'scim.yaml'));
    await workspace.prepare();
    const message = messageOf(() => workspace.resolve());
    expect(message).toContain(problem);
    expect(message).not.toContain('hunter2');
  });

  it('run without a shell', async () => {
    const workspace = await tenant('cmd:echo a;b|c&&$HOME');
    workspace.trust.trust(join(root, 'scim.yaml'));
    await workspace.prepare();
    expect(tokenOf(workspace)).toBe('a;b|c&&$HOME');
  });
});

describe('auth-source', () => {
  it('is asked for by name, and its answer is used', async () => {
    const workspace = await tenant('auth-source:a.example.com/scim');
    const needed = await workspace.prepare().catch((error: unknown) => error);
    expect(needed).toBeInstanceOf(SecretNeededError);
    expect(needed).toMatchObject({ references: ['auth-source:a.example.com/scim'] });
    workspace.provide('auth-source:a.example.com/scim', 'from-emacs');
    await workspace.prepare();
    expect(tokenOf(workspace)).toBe('from-emacs');
  });

  it('without an entry is an error that shows the line to write', async () => {
    const workspace = await tenant('auth-source:a.example.com/scim');
    workspace.provide('auth-source:a.example.com/scim', null);
    await workspace.prepare();
    expect(messageOf(() => workspace.resolve())).toContain('machine a.example.com login scim password');
  });
});

describe('values', () => {
  it('stand in no message, whatever is wrong with them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.stringMatching(/^[A-Za-z0-9]{12,30}$/),
        fc.constantFrom(' ', '\n', '"', 'é'),
        async (secret, bad) => {
          environment.T = `"${secret}${bad}${secret}"`;
          const workspace = await tenant('env:T');
          const message = messageOf(() => workspace.resolve());
          expect(message).not.toContain(secret);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('of a file keep everything but its last line end', async () => {
    await write('secret', 'tok\n');
    await chmod(join(root, 'secret'), 0o600);
    expect(tokenOf(await tenant('file:secret'))).toBe('tok');
  });
});
