import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEnvFile } from '../../src/config/env-file.js';

const valuesOf = (text: string) =>
  Object.fromEntries(parseEnvFile(text).variables.map(({ name, value }) => [name, value]));

describe('variable sets', () => {
  it.each([
    ['A=b', { A: 'b' }],
    ['export A=b', { A: 'b' }],
    ['\uFEFFA = b # why', { A: 'b' }],
    ["A='b # c'", { A: 'b # c' }],
    ['A="b\\n\\"c\\"\\\\"', { A: 'b\n"c"\\' }],
    ['A=0123456789\r\nB=true', { A: '0123456789', B: 'true' }],
    ['A=b#c', { A: 'b#c' }],
    ['A=', { A: '' }],
    ['A=$B', { A: '$B' }],
    ['A="b" c', { A: '"b" c' }],
  ])('reads %j', (text, values) => {
    expect(valuesOf(text)).toEqual(values);
  });

  it('reads what comments say about the variable below them, and only that one', () => {
    const text = '# purpose: reads users\n# secret: yes\n# expires: 2027-01-31\n# format: token\nA=env:B\nC=d';
    expect(parseEnvFile(text).variables.map(({ annotations }) => annotations)).toEqual([
      { purpose: 'reads users', secret: true, expires: '2027-01-31', format: 'token' },
      {},
    ]);
  });

  it('names the place of what it does not understand, in code points, and not the text', () => {
    const { problems } = parseEnvFile('A=1\n🔑 hunter2-secret\nB="hunter2-secret');
    expect(problems.map(({ range }) => [range.start, range.end])).toEqual([
      [
        { line: 1, character: 0 },
        { line: 1, character: 16 },
      ],
      [
        { line: 2, character: 2 },
        { line: 2, character: 17 },
      ],
    ]);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  it('gives back every value that is written in double quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        fc.pre(!/[\r\u2028\u2029]/.test(value));
        const quoted = value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n');
        expect(valuesOf(`A="${quoted}"`)).toEqual({ A: value });
      }),
    );
  });
});
