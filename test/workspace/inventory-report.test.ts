/** Reports of the inventory: complete, well formed, and without any value. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseEnvFile } from '../../src/config/env-file.js';
import { envExample } from '../../src/report/env-example.js';
import { inventoryJson, type ReportedVariable } from '../../src/report/inventory.js';
import { inventoryMarkdown } from '../../src/report/inventory-markdown.js';
import { inventoryText } from '../../src/report/inventory-text.js';
import { findingKinds } from '../../src/workspace/finding.js';
import { inventoryOf } from '../../src/workspace/inventory.js';
import type { Inventory } from '../../src/workspace/inventory-types.js';
import { Workspace } from '../../src/workspace/workspace.js';

let root: string;
const now = new Date('2026-06-01T00:00:00Z');

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'scim-inventory-'));
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

async function take(files: Readonly<Record<string, string>>, variables: NodeJS.ProcessEnv = {}): Promise<Inventory> {
  const environment = { ...variables, XDG_STATE_HOME: join(root, '.state') };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  return inventoryOf(await Workspace.load(root, environment), { environment, now });
}

function gapsOf(findings: Inventory['findings']) {
  return findings.map((finding) => ({ ...finding, title: findingKinds[finding.id] }));
}

/** All that can be told of INVENTORY. */
function everything({ variables, findings }: Inventory): string {
  const gaps = gapsOf(findings);
  return [
    JSON.stringify({ variables, findings }),
    inventoryText(variables, gaps).text,
    inventoryText(variables, gaps, true).text,
    inventoryMarkdown(variables, gaps),
    inventoryJson(variables, gaps),
    envExample(variables),
  ].join('\n');
}

const files = {
  'scim.yaml': `variables:
  SCIM_SCRIPT: { purpose: 'for | scripts' }
tenants:
  a:
    baseUrl: env:SCIM_A_URL
    auth: { scheme: bearer, token: env:TOKEN, previousToken: env:SCIM_OLD }
    variables: env/a.env
  b:
    extends: a
    auth: { scheme: basic, username: env:SCIM_B_USER, password: file:secrets/b }
`,
  'env/a.env': '# purpose: reads users\nTOKEN=env:SCIM_BEHIND\nUNUSED=1\n',
  'm.scim-mock': 'auth: { scheme: bearer, tokens: [env:SCIM_MOCK_TOKEN] }\n',
};

describe('no report holds a value', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9+/=_.~-]{12,40}$/);
  /** What people do to secrets when they copy them. */
  const harm = fc.constantFrom('', '"', "'", ' ', '\t', 'é', '$', '<', '>');

  it('wherever it stands, and whatever is wrong with it', async () => {
    await fc.assert(
      fc.asyncProperty(secret, harm, async (value, bad) => {
        const harmed = `${bad}${value}${bad}`;
        const inSet = harmed.replace(/[\\"]/g, '\\$&');
        const inventory = await take(
          {
            ...files,
            'scim.yaml': `${files['scim.yaml']}  c:
    baseUrl: ${JSON.stringify(`https://user:${value}@c.example.com/?token=${value}`)}
    auth: { scheme: apiKey, header: X-Key, value: ${JSON.stringify(harmed)}, previousValue: ${JSON.stringify(`env:${harmed}-`)} }
    proxy: ${JSON.stringify(`http://user:${value}@proxy`)}
    tls: { key: ${JSON.stringify(`cmd:vault --token ${value}`)} }
    variables: env/c.env
`,
            'env/c.env': `A_TOKEN="${inSet}"\nB_TOKEN="${inSet}"\nB_TOKEN="other"\nC=cmd:vault --token ${value}\n`,
            'secrets/b': harmed,
          },
          {
            SCIM_A_URL: `https://a.example.com/?token=${value}`,
            SCIM_BEHIND: harmed,
            SCIM_OLD: `op://${value}`,
            SCIM_B_USER: `${value}:${value}`,
            SCIM_MOCK_TOKEN: harmed,
            SCIM_SCRIPT: `{{${value}}}`,
            https_proxy: `http://user:${value}@proxy:x`,
          },
        );
        expect(inventory.variables.length).toBeGreaterThan(10);
        expect(everything(inventory)).not.toContain(value);
      }),
      { numRuns: 12 },
    );
  });

  it('also when a number was written where a text belongs', async () => {
    const wrong = take({
      'scim.yaml':
        'tenants: { a: { baseUrl: https://a.example.com, auth: { scheme: bearer, token: 987654321098 } } }\n',
    });
    const message = await wrong.then(
      () => 'it was accepted',
      (error: unknown) => String(error),
    );
    expect(message).toContain('must be a text');
    expect(message).not.toContain('987654321098');
  });
});

/** Entries with texts that a report may trip over. */
const variable: fc.Arbitrary<ReportedVariable> = fc
  .record({
    name: fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,12}$/),
    kind: fc.constantFrom('variable' as const, 'reference' as const, 'argument' as const),
    tenants: fc.array(fc.constantFrom('a', 'b.c', 'd-e')),
    purpose: fc.string({ unit: fc.constantFrom('a', '|', '\n', '#', '`', '<', ':', ' ', '\u202e', '\x1b') }),
    format: fc.constantFrom('url', 'token', 'text'),
    secret: fc.boolean(),
    status: fc.constantFrom('set' as const, 'missing' as const, 'invalid' as const, 'unknown' as const),
    source: fc.record({ kind: fc.constantFrom('environment', 'set'), label: fc.constantFrom('environment', 'a|b:1') }),
    uses: fc.array(
      fc.record({ file: fc.constantFrom('a.yaml', 'b|c\n.yaml'), line: fc.nat(99), what: fc.constant('auth.token') }),
    ),
  })
  .map((one) => ({ ...one, ...(one.status === 'missing' ? { problem: 'is not set', fix: 'set it' } : {}) }));

describe('reports', () => {
  it('as text have a line for each variable, where it is said to be', () => {
    fc.assert(
      fc.property(fc.array(variable), (variables) => {
        const { text, lines } = inventoryText(variables, []);
        const written = text.split('\n');
        for (const one of variables) expect(written[lines.get(one) ?? -1]).toContain(one.name);
        for (const hostile of ['\x1b', '\u202e']) expect(text).not.toContain(hostile);
      }),
    );
  });

  it('as Markdown have a row of ten cells for each variable', () => {
    fc.assert(
      fc.property(fc.array(variable), (variables) => {
        const rows = inventoryMarkdown(variables, [])
          .split('\n')
          .filter((line) => line.startsWith('| ') && !line.startsWith('| Name'));
        expect(rows).toHaveLength(variables.length);
        for (const row of rows) expect(row.replace(/\\./g, '').split('|')).toHaveLength(12);
      }),
    );
  });

  it('count what is there', async () => {
    const { variables } = await take(files, { SCIM_A_URL: 'https://a.example.com', SCIM_BEHIND: 'tok-0123456789' });
    expect(inventoryText(variables, []).text).toMatch(/\n9 needed: 4 set, 5 missing\n$/);
    expect(JSON.parse(inventoryJson(variables, []))).toEqual({ schema: '1.0', variables, findings: [] });
  });

  it('tell what could not be looked at', async () => {
    const { variables, findings } = await take({ ...files, 'env/a.env': 'what is this\n' });
    const said = 'ENV015 env/a.env:1:1: is not a line NAME=VALUE: write NAME=VALUE, or # before a comment';
    expect(inventoryText(variables, gapsOf(findings)).text).toContain(
      `\nNot everything could be looked at\n  ✗ ${said}\n\n`,
    );
    expect(inventoryMarkdown(variables, gapsOf(findings))).toContain('\n- ENV015 env/a.env:1:1: is not a line ');
  });

  it('of nothing say so', () => {
    expect(inventoryText([], []).text).toBe('Nothing is needed\n');
  });
});

describe('.env.example', () => {
  it('names what the environment has to have, and what else is needed', async () => {
    const { variables } = await take(files);
    expect(envExample(variables).replace(/^#[^\n]*\n#[^\n]*\n\n/, '')).toBe(`# purpose: base URL of a, b
# format: url
# secret: no
# used: scim.yaml:5
SCIM_A_URL=

# purpose: bearer token of a
# format: token
# secret: yes
# used: env/a.env:2
SCIM_BEHIND=

# purpose: previous bearer token of a
# format: token
# secret: yes
# used: scim.yaml:6
SCIM_OLD=

# purpose: user name of b
# format: text
# secret: no
# used: scim.yaml:10
SCIM_B_USER=

# purpose: token of a mock server
# format: token
# secret: yes
# used: m.scim-mock:1
SCIM_MOCK_TOKEN=

# purpose: for | scripts
# format: text
# secret: no
# used: scim.yaml:2
SCIM_SCRIPT=

# Not needed here, because variable sets of the workspace define them:
#   TOKEN: env/a.env:2 → env:SCIM_BEHIND

# Needed beside variables:
#   file:secrets/b, a file for you alone (mode 0600): password of b
`);
  });

  it('is a set that says the same again when it is read', () => {
    fc.assert(
      fc.property(fc.array(variable), (variables) => {
        const { variables: read, problems } = parseEnvFile(envExample(variables));
        expect(problems).toEqual([]);
        // Each once, in the order in which the inventory names them first, from wherever that value comes.
        const named = new Set(variables.filter(isRead).map(({ name }) => name));
        const wanted = new Set(variables.filter(isWanted).map(({ name }) => name));
        expect(read.map(({ name }) => name)).toEqual([...named].filter((name) => wanted.has(name)));
        for (const { name, value, annotations } of read) {
          expect(value).toBe('');
          expect(annotations.secret).toBe(variables.some((one) => one.name === name && isWanted(one) && one.secret));
        }
      }),
    );
  });

  it('that was filled in leaves nothing missing', async () => {
    const { variables } = await take(files);
    const filled = Object.fromEntries(
      parseEnvFile(envExample(variables)).variables.map(({ name, annotations: { format } }) => [
        name,
        format === 'url' ? 'https://a.example.com' : 'tok-0123456789',
      ]),
    );
    const again = await take({ ...files, 'secrets/b': 'hunter22' }, filled);
    expect(again.variables.filter(({ status }) => status !== 'set')).toEqual([]);
  });
});

/** Is it a variable that something reads? */
function isRead({ kind, uses }: ReportedVariable): boolean {
  return kind === 'variable' && uses.length > 0;
}

/** Is it one that is read from the environment? */
function isWanted(variable: ReportedVariable): boolean {
  return isRead(variable) && variable.source.kind === 'environment';
}
