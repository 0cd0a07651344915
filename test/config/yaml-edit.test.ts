/** Values set in YAML texts: exactly this one changes. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { withValue } from '../../src/config/yaml-edit.js';
import { yamlBlock } from '../../src/config/yaml-write.js';

const text = `# All tenants
tenants:
  staging:   # the first
    vendor:   okta
    limits: { timeout: 30s,  pageSize: 50 } # small

  # The real thing.
  production:
    baseUrl: "https://example.com"
    limits:
      timeout: 10s   # hurry
      # more to come
  empty:
  flow: { extends: staging, limits: {} }
`;

/** Does something other than a map stand on PATH? */
function isBlocked(value: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined || value === null || value === undefined) return false;
  if (typeof value !== 'object' || Array.isArray(value)) return true;
  return isBlocked(Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined, rest);
}

describe('a value set in YAML', () => {
  it.each([
    [['tenants', 'staging', 'vendor'], 'entra-id', '    vendor:   okta', '    vendor:   entra-id'],
    [['tenants', 'staging', 'limits', 'pageSize'], 100, 'pageSize: 50 }', 'pageSize: 100 }'],
    [['tenants', 'staging', 'limits', 'deadline'], '2m', 'pageSize: 50 }', 'pageSize: 50, deadline: 2m }'],
    [['tenants', 'production', 'limits', 'timeout'], '20s', 'timeout: 10s   # hurry', 'timeout: 20s   # hurry'],
    [
      ['tenants', 'production', 'limits', 'pageSize'],
      7,
      'timeout: 10s   # hurry\n',
      'timeout: 10s   # hurry\n      pageSize: 7\n',
    ],
    [
      ['tenants', 'production', 'validation'],
      'warn',
      'timeout: 10s   # hurry\n',
      'timeout: 10s   # hurry\n    validation: warn\n',
    ],
    [['tenants', 'empty', 'vendor'], 'okta', '  empty:\n', '  empty: { vendor: okta }\n'],
    [['tenants', 'flow', 'limits', 'timeout'], '1s', 'limits: {}', 'limits: { timeout: 1s }'],
    [
      ['tenants', 'production', 'profile', 'page', 'max'],
      5,
      'timeout: 10s   # hurry\n',
      'timeout: 10s   # hurry\n    profile: { page: { max: 5 } }\n',
    ],
  ])('%j becomes %j, and nothing else changes', (path, value, from, to) => {
    expect(text).toContain(from);
    expect(withValue(text, { path, value })).toBe(text.replace(from, to));
  });

  it('changes an alias, and not what it stands for', () => {
    const shared = 'a: &limits { timeout: 1s }\nb: *limits\n';
    const changed = withValue(shared, { path: ['b', 'timeout'], value: '2s' }) ?? '';
    expect(parse(changed)).toEqual({ a: { timeout: '1s' }, b: { timeout: '2s' } });
  });

  it('is refused in a text that is broken, and below what is no map', () => {
    expect(withValue('a: [', { path: ['a'], value: 1 })).toBeUndefined();
    expect(withValue('a: [1]', { path: ['a', 'b'], value: 1 })).toBeUndefined();
  });

  it('is there afterwards, and all else is as it was, whatever the text', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd');
    const leaf = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.array(fc.string(), { maxLength: 2 }),
      fc.constant(null),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.dictionary(key, fc.oneof({ depthSize: 'small' }, leaf, tie('tree')), { noNullPrototype: true }),
    }));
    const style = fc.constantFrom('block' as const, 'flow' as const, 'any' as const);
    fc.assert(
      fc.property(
        tree,
        style,
        fc.array(key, { minLength: 1, maxLength: 3 }),
        leaf,
        (value, collectionStyle, path, set) => {
          const before = stringify(value, { collectionStyle, lineWidth: 0 });
          const after = withValue(before, { path, value: set });
          if (after === undefined) {
            expect(isBlocked(parse(before), path)).toBe(true);
            return;
          }
          const expected = structuredClone(parse(before)) ?? {};
          let map = expected;
          for (const step of path.slice(0, -1)) map = map[step] ??= {};
          map[path.at(-1) ?? ''] = set;
          expect(parse(after)).toEqual(expected);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('a block of YAML', () => {
  it('says what it was made of, also when texts begin with space', () => {
    const word = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r', 'a', ':', '-', '#', '"', 'é', '\u00a0') });
    fc.assert(
      fc.property(fc.dictionary(word, fc.oneof(word, fc.array(word))), fc.constantFrom(0, 4), (value, indent) => {
        expect(parse(yamlBlock(value, indent))).toEqual({ ...value });
      }),
      { numRuns: 2000 },
    );
  });
});
