import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { requestResult } from '../../src/protocol/requests.js';
import { curlCommand } from '../../src/report/curl.js';
import { countOutcomes, type ReportEntry, type ReportedError, type ReportWriter } from '../../src/report/entry.js';
import { exitCodeOf, worstExitCode } from '../../src/report/exit.js';
import { jsonlReport } from '../../src/report/jsonl.js';
import { junitReport } from '../../src/report/junit.js';
import { textReport } from '../../src/report/text.js';
import { ConfigurationError, NetworkError, ResponseError, ScimError, UsageError } from '../../src/scim/error.js';
import { parseXml, type XmlElement } from './xml.js';

const response = {
  status: 200,
  reason: 'OK',
  durationMs: 12.4,
  bytes: 10,
  etag: null,
  contentType: 'application/scim+json',
};
const base = { line: 3, method: 'GET', target: '/Users', seconds: 0.25, assertions: [], captures: [], warnings: [] };
const passed: ReportEntry = { ...base, name: 'find', outcome: 'passed', response };
const failed: ReportEntry = {
  ...base,
  name: 'check',
  outcome: 'failed',
  response: { ...response, list: { completeness: 'partial', reason: 'r', count: 2, totalResults: 5, pages: 1 } },
  assertions: [
    { text: 'status == 200', line: 5, passed: true },
    { text: 'body.a == 1', line: 6, passed: false, message: 'body.a is 2, expected 1' },
    { text: 'body.b exists', line: 7, passed: false, message: 'body.b has no value, expected one' },
  ],
  captures: [{ name: 'id', value: '7' }],
  warnings: ['careful'],
};
const error: ReportedError = {
  code: 'request.variable',
  message: '`{{x}}` is not defined',
  remedy: 'Set it.',
  file: 'a.scim',
  position: { line: 8, character: 4 },
  exitCode: 1,
};
const broken: ReportEntry = { ...base, name: 'update', outcome: 'error', error };
const skipped: ReportEntry = { ...base, name: 'later', outcome: 'skipped', reason: 'because `update` did not pass' };
const entries = [passed, failed, broken, skipped];

function write(writer: ReportWriter, all: readonly ReportEntry[] = entries): string {
  const parts = [writer.begin(), writer.file('a.scim'), ...all.map((entry) => writer.result('a.scim', entry))];
  parts.push(writer.script('run.el', { outcome: 'error', seconds: 1, error: { ...error, file: undefined } }));
  parts.push(writer.fileError('b.scim', { code: 'config.file', message: 'No such file', exitCode: 6 }));
  return [...parts, writer.end(countOutcomes(all.map(({ outcome }) => outcome)))].join('');
}

/** ANSI escape sequences that set colors. */
const colorSequences = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');

describe('the text report', () => {
  it('is what a person reads', () => {
    expect(write(textReport())).toBe(`a.scim
  ✓ find  GET /Users  200  12 ms
  ✗ check  GET /Users  200  12 ms  2 of 5 resources  partial
      a.scim:7:1: body.a is 2, expected 1
      a.scim:8:1: body.b has no value, expected one
      ! careful
      id = 7
  ✗ update  GET /Users
      a.scim:9:5: \`{{x}}\` is not defined
      Set it.
  – later  GET /Users  skipped because \`update\` did not pass

✗ run.el  1000 ms
      run.el:9:5: \`{{x}}\` is not defined
      Set it.

✗ b.scim
      b.scim: No such file

1 passed, 1 failed, 1 error, 1 skipped in 2.0 s
`);
  });

  it('differs in color by escape sequences only', () => {
    const colored = write(textReport({ color: true }));
    expect(colored).not.toBe(write(textReport()));
    expect(colored.replace(colorSequences, '')).toBe(write(textReport()));
  });

  it('lets no control character of a server through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (evil) => {
        const text = textReport().result('a.scim', {
          ...failed,
          name: evil,
          target: evil,
          warnings: [evil],
          captures: [{ name: 'x', value: evil }],
          assertions: [{ text: 't', line: 1, passed: false, message: evil }],
        });
        expect(text.split('\n')).toHaveLength(5);
        expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});

function elements(root: XmlElement, name: string): XmlElement[] {
  return [...(root.name === name ? [root] : []), ...root.children.flatMap((child) => elements(child, name))];
}

describe('the JUnit report', () => {
  it('has a suite for each file with its counts, and a case for each request', () => {
    const root = parseXml(write(junitReport()));
    expect(elements(root, 'testsuite').map(({ attributes }) => attributes)).toEqual([
      { name: 'a.scim', tests: '4', failures: '1', errors: '1', skipped: '1', time: '1.000' },
      { name: 'run.el', tests: '1', failures: '0', errors: '1', skipped: '0', time: '1.000' },
      { name: 'b.scim', tests: '1', failures: '0', errors: '1', skipped: '0', time: '0.000' },
    ]);
    const [first] = elements(root, 'testcase');
    expect(first?.attributes).toEqual({ name: 'find', classname: 'a.scim', file: 'a.scim', line: '4', time: '0.250' });
    expect(elements(root, 'failure')[0]).toMatchObject({
      attributes: { message: 'a.scim:7:1: body.a is 2, expected 1 (and 1 more)', type: 'assertion' },
      text: 'a.scim:7:1: body.a is 2, expected 1\na.scim:8:1: body.b has no value, expected one',
    });
    expect(elements(root, 'error')[0]?.attributes.message).toBe('a.scim:9:5: `{{x}}` is not defined');
    expect(elements(root, 'skipped')[0]?.attributes.message).toBe('because `update` did not pass');
  });

  it('is well-formed whatever the texts are, and keeps those that XML can hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (evil) => {
        const entry = { ...failed, name: evil, warnings: [evil], error: { ...error, message: evil } };
        const root = parseXml(write(junitReport(), [entry]));
        const name = elements(root, 'testcase')[0]?.attributes.name ?? '';
        if (/^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u.test(evil)) expect(name).toBe(evil);
        else expect(name.length).toBeGreaterThan(evil.length);
      }),
    );
  });
});

describe('the JSON Lines report', () => {
  it('starts with its version and has one record for each event', () => {
    const lines = write(jsonlReport()).trimEnd().split('\n');
    const records = lines.map((line): unknown => JSON.parse(line));
    expect(records[0]).toEqual({ type: 'version', schema: '1.0' });
    expect(records.map((record) => z.object({ type: z.string() }).parse(record).type)).toEqual([
      'version',
      'file',
      'result',
      'result',
      'result',
      'result',
      'script',
      'fileError',
      'end',
    ]);
    expect(records[4]).toMatchObject({
      name: 'update',
      line: 4,
      error: { position: { line: 9, column: 5 }, rendered: 'a.scim:9:5: `{{x}}` is not defined' },
    });
    expect(records.at(-1)).toEqual({ type: 'end', passed: 1, failed: 1, errors: 1, skipped: 1 });
  });
});

describe('an entry', () => {
  it('is what a run answers to the editor', () => {
    const view = { ...response, headers: [], body: { text: '' }, language: 'json' as const, curl: '' };
    const result: z.infer<typeof requestResult> = requestResult.parse({ ...passed, response: view });
    const entry: ReportEntry = result;
    expect(textReport().result('a.scim', entry)).toContain('✓ find');
  });
});

describe('exit codes', () => {
  it.each([
    [new UsageError('x'), 6],
    [new ConfigurationError('config.file', 'x'), 6],
    [new NetworkError('network.refused', 'x', 'notSent'), 7],
    [new ResponseError(401, 'x', undefined, undefined), 7],
    [new ResponseError(403, 'x', undefined, undefined), 7],
    [new ResponseError(404, 'x', undefined, undefined), 1],
    [new ScimError('request.json', 'x'), 1],
  ])('%o: %i', (thrown, code) => {
    expect(exitCodeOf(thrown)).toBe(code);
  });

  it('of a run: a failure proper outweighs the rest', () => {
    expect(worstExitCode([])).toBe(0);
    expect(worstExitCode([0, 7, 6])).toBe(6);
    expect(worstExitCode([7, 1, 0])).toBe(1);
  });
});

describe('a curl command', () => {
  /** What a shell makes of COMMAND, with `curl` printing its arguments. */
  function argumentsOf(command: string): string[] {
    const script = `curl() { for a; do printf '%s\\0' "$a"; done; }; SCIM_TOKEN=the-token; SCIM_SECRET=the-secret; ${command}`;
    return execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
  }

  it('gives a shell exactly the request, with variables for what was masked', () => {
    const command = curlCommand(
      {
        method: 'POST',
        url: 'https://example.com/Users?filter=a%20eq%20%22$x%22',
        requestHeaders: () => [
          ['authorization', 'Bearer ***'],
          ['x-note', "it's `$HOME`"],
          ['content-length', '5'],
        ],
        requestBody: () => '{"password":"***",\n"a":"it\'s"}',
      },
      { tokenVariable: 'SCIM_TOKEN' },
    );
    expect(command).toContain('"$SCIM_TOKEN"');
    expect(argumentsOf(command)).toEqual([
      '--request',
      'POST',
      'https://example.com/Users?filter=a%20eq%20%22$x%22',
      '--header',
      'authorization: Bearer the-token',
      '--header',
      "x-note: it's `$HOME`",
      '--data-raw',
      '{"password":"the-secret",\n"a":"it\'s"}',
    ]);
  });

  it('quotes any text', () => {
    const texts = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('***') && !text.includes('\0'));
    fc.assert(
      fc.property(texts, (text) => {
        const source = { method: 'PUT', url: 'http://x/', requestHeaders: () => [], requestBody: () => `x${text}` };
        expect(argumentsOf(curlCommand(source, { tokenVariable: 'T' })).at(-1)).toBe(`x${text}`);
      }),
      { numRuns: 30 },
    );
  });
});
