import { describe, expect, it } from 'vitest';
import { completeMockFile, hoverMockFile } from '../../../src/mock/file/index.js';
import { standardRules } from '../../../src/mock/rules.js';

const file = (text: string) => ({ text, path: '/mocks/a.scim-mock', env: {}, encoding: 'utf-32' as const });

/** What an editor offers at the end of TEXT. */
function offered(text: string) {
  const lines = text.split('\n');
  return completeMockFile(file(text), { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 });
}

describe('the format of mock files', () => {
  it('has every rule that a service provider can decide about', () => {
    expect(
      offered('rules:\n  ')
        .map(({ label }) => label)
        .sort(),
    ).toEqual(Object.keys(standardRules).sort());
    for (const [name, rule] of Object.entries(standardRules)) {
      if (typeof rule !== 'object') continue;
      const keys = offered(`rules:\n  ${name}:\n    `).map(({ label }) => label);
      expect([name, keys.sort()]).toEqual([name, Object.keys(rule).sort()]);
    }
  });

  it.each([
    '',
    'listen:\n  ',
    'auth:\n  scheme: oauth2\n  ',
    'rules:\n  ',
    'rules:\n  paging:\n    ',
    'clock:\n  ',
    'generate:\n  ',
    'quirks:\n  ',
    'faults:\n  - ',
    'schemas:\n  - ',
    'resourceTypes:\n  - ',
  ])('documents every key after %j', (text) => {
    const items = offered(text);
    expect(items.length).toBeGreaterThan(1);
    const undocumented = items.filter(({ label, description }) => !description && !['schemas', 'meta'].includes(label));
    expect(undocumented.map(({ label }) => label)).toEqual([]);
  });

  it('tells at which vendors a quirk is found', () => {
    const told = hoverMockFile(file('quirks: { page.max: 5 }'), { line: 0, character: 12 });
    expect(told?.text).toMatch(/\*\*page\.max\*\* .*\n\nFound at .*aws-iam-identity-center/s);
  });
});
