/** Filters and resources for property tests. */

import fc from 'fast-check';
import type { CompareFilter, Filter, PresentFilter } from '../../src/scim/filter/index.js';
import { compareOperators } from '../../src/scim/filter/index.js';
import type { PatchPath } from '../../src/scim/path.js';
import type { AttributePath } from '../../src/scim/schema/resource-type.js';

const letter = fc.constantFrom(...'abcXYZ');
const attributeName = fc
  .tuple(letter, fc.string({ unit: fc.constantFrom(...'aB9_-$'), maxLength: 4 }))
  .map(([first, rest]) => first + rest);

const attributePath: fc.Arbitrary<AttributePath> = fc
  .record(
    {
      urn: fc.constantFrom('urn:ietf:params:scim:schemas:core:2.0:User', 'urn:example:x+(y)', 'http://a.example/s'),
      name: fc.oneof(attributeName, fc.constantFrom('not', 'and', 'or', 'pr', 'eq', 'true', '$ref')),
      sub: attributeName,
    },
    { requiredKeys: ['name'] },
  )
  .map((path) => ({ ...path }));

const compare: fc.Arbitrary<CompareFilter> = fc.record({
  kind: fc.constant('compare' as const),
  path: attributePath,
  operator: fc.constantFrom(...compareOperators),
  value: fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  ),
  offset: fc.constant(0),
  valueOffset: fc.constant(0),
});

const present: fc.Arbitrary<PresentFilter> = fc.record({
  kind: fc.constant('present' as const),
  path: attributePath,
  offset: fc.constant(0),
});

/** Any filter that the grammar allows. */
export function anyFilter(leaf: fc.Arbitrary<Filter> = fc.oneof(compare, present)): fc.Arbitrary<Filter> {
  const inner = logical(leaf);
  const valuePath: fc.Arbitrary<Filter> = fc
    .tuple(attributePath, inner)
    .map(([path, filter]) => ({ kind: 'valuePath', path, filter, offset: 0 }));
  return logical(fc.oneof(leaf, valuePath));
}

/** Trees of and, or and not over LEAF. */
export function logical(leaf: fc.Arbitrary<Filter>): fc.Arbitrary<Filter> {
  return fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaf,
      tie('filter').map((filter): Filter => ({ kind: 'not', filter, offset: 0 })),
      fc
        .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('filter'), { minLength: 2, maxLength: 3 }))
        .map(([kind, filters]): Filter => ({ kind, filters, offset: 0 })),
    ),
  })).filter;
}

/** FILTER with all offsets zero, to compare trees from different texts. */
export function withoutOffsets(filter: Filter): Filter {
  switch (filter.kind) {
    case 'compare':
      return { ...filter, offset: 0, valueOffset: 0 };
    case 'present':
      return { ...filter, offset: 0 };
    case 'not':
    case 'valuePath':
      return { ...filter, filter: withoutOffsets(filter.filter), offset: 0 };
    case 'and':
    case 'or':
      return { ...filter, filters: filter.filters.map(withoutOffsets), offset: 0 };
  }
}

/** Any PATCH path that the grammar allows. */
export function anyPatchPath(): fc.Arbitrary<PatchPath> {
  const selected = fc.record(
    { attribute: attributePath, filter: logical(fc.oneof(compare, present)), sub: attributeName },
    { requiredKeys: ['attribute', 'filter'] },
  );
  return fc.oneof(
    attributePath.map((attribute): PatchPath => ({ attribute })),
    selected.map((path): PatchPath => ({ ...path })),
  );
}
