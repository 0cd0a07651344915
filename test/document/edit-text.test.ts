import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutMembers } from '../../src/document/edit/editable.js';
import { ExactNumbers } from '../../src/document/edit/numbers.js';
import { filledIn } from '../../src/document/edit/template.js';
import { unifiedDiff } from '../../src/document/edit/unified.js';

/** BEFORE with the unified DIFF applied. */
function apply(before: string[], diff: string): string[] {
  const result: string[] = [];
  let at = 0;
  for (const line of diff.split('\n').slice(2, -1)) {
    const start = /^@@ -(\d+),(\d+) /.exec(line);
    if (start !== null) {
      const first = Number(start[2]) === 0 ? Number(start[1]) : Number(start[1]) - 1;
      while (at < first) result.push(before[at++] ?? '');
    } else if (line.startsWith('+')) result.push(line.slice(1));
    else {
      expect(before[at]).toBe(line.slice(1));
      if (line.startsWith(' ')) result.push(line.slice(1));
      at += 1;
    }
  }
  return [...result, ...before.slice(at)];
}

const names = { before: 'a', after: 'b' };
const lines = fc.array(fc.constantFrom('{', '}', '"a": 1,', '"b": 2,', 'שלום', '😀'), { maxLength: 30 });

describe('a unified diff', () => {
  it('makes the one text of the other', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const text = (all: string[]) => all.map((line) => `${line}\n`).join('');
        const diff = unifiedDiff(text(before), text(after), names);
        expect(diff === '' ? before : apply(before, diff)).toEqual(after);
      }),
    );
  });

  it('shows three lines around a change', () => {
    const all = Array.from({ length: 20 }, (_, index) => `${index}`);
    const changed = all.with(10, 'ten');
    expect(unifiedDiff(`${all.join('\n')}\n`, `${changed.join('\n')}\n`, names)).toBe(
      '--- a\n+++ b\n@@ -8,7 +8,7 @@\n 7\n 8\n 9\n-10\n+ten\n 11\n 12\n 13\n',
    );
  });
});

describe('texts', () => {
  it('lose members without any other change', () => {
    expect(withoutMembers('{"a":{"members":[1]},"members":[{"b":"}"}],"c":"\\"members"}', new Set(['members']))).toBe(
      '{"a":{"members":[1]},"c":"\\"members"}',
    );
  });

  it('keep numbers that doubles confuse apart', () => {
    const texts = ['{"n":12345678901234567890,"x":1e400}', '{"n":12345678901234567891,"d":12345678901234567000}'];
    const { values, numbers } = ExactNumbers.parse(texts);
    expect(values.map((value) => numbers.print(value))).toEqual([
      '{"n":12345678901234567890,"x":1e400}',
      '{"n":12345678901234567891,"d":12345678901234567000}',
    ]);
    expect((values[0] as { n: number }).n).not.toBe((values[1] as { n: number }).n);
    expect(Number.isInteger((values[0] as { n: number }).n)).toBe(true);
  });

  it('are filled in without what stayed empty', () => {
    const typed = {
      userName: 'a',
      title: '',
      name: { givenName: '', familyName: '' },
      emails: [{ value: '', type: 'work', primary: true }],
      phoneNumbers: [{ value: 'tel:1', type: 'work' }],
      active: false,
      members: [],
    };
    expect(filledIn(typed)).toEqual({
      userName: 'a',
      phoneNumbers: [{ value: 'tel:1', type: 'work' }],
      active: false,
    });
  });
});
