import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IdSet } from '../../src/scim/id-set.js';
import { type AuditedPage, ListAudit } from '../../src/scim/list.js';

const audit = (...pages: AuditedPage[]): ListAudit => {
  const list = new ListAudit(pages[0]?.requestedStart);
  for (const page of pages) list.page(page);
  return list;
};

const ids = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, i) => `id-${from + i}`);

const page = (requestedStart: number, pageIds: (string | undefined)[], totalResults?: number): AuditedPage => ({
  requestedStart,
  ids: pageIds,
  ...(totalResults === undefined ? {} : { totalResults }),
});

describe('ListAudit', () => {
  test('is complete when the counts add up', () => {
    expect(audit(page(1, ids(1, 3), 5), page(4, ids(4, 5), 5)).conclude()).toEqual({ kind: 'complete' });
    expect(audit(page(1, [], 0)).conclude()).toEqual({ kind: 'complete' });
    expect(audit(page(1, [undefined, undefined], 2)).conclude()).toEqual({ kind: 'complete' });
  });

  test('is complete for pages of any size of a well-behaved server', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 }), (sizes) => {
        const total = sizes.reduce((sum, size) => sum + size, 0);
        const list = new ListAudit();
        let start = 1;
        for (const size of sizes) {
          list.page({
            requestedStart: start,
            startIndex: start,
            totalResults: total,
            ids: ids(start, start + size - 1),
          });
          start += size;
        }
        expect(list.conclude()).toEqual({ kind: 'complete' });
        expect(list.count).toBe(total);
        expect(list.totalResults).toBe(total);
      }),
    );
  });

  test('is partial when resources are missing', () => {
    expect(audit(page(1, ids(1, 2), 5)).conclude()).toEqual({ kind: 'partial', reason: '2 of 5 resources received' });
    expect(audit(page(1, ids(1, 2), 5), page(3, [], 5)).conclude()).toEqual({
      kind: 'partial',
      reason: 'an empty page came before the end; 2 of 5 resources received',
    });
  });

  test('is partial when a resource came twice although the counts add up', () => {
    const conclusion = audit(page(1, ids(1, 3), 6), page(4, ['id-3', 'id-4', 'id-5'], 6)).conclude();
    expect(conclusion.kind).toBe('partial');
    expect(conclusion).toHaveProperty('reason', expect.stringContaining('1 resource came twice (id-3 first)'));
  });

  test('notices a server that repeats its first page', () => {
    const list = audit({ ...page(1, ids(1, 20), 40), startIndex: 1 }, { ...page(21, ids(1, 20), 40), startIndex: 1 });
    expect(list.ignoresStartIndex).toBe(true);
    expect(list.conclude().kind).toBe('partial');
  });

  test('goes by the echo when ids are missing, and only then', () => {
    const anonymous = [undefined, undefined];
    expect(audit(page(1, anonymous, 4), { ...page(3, anonymous, 4), startIndex: 1 }).ignoresStartIndex).toBe(true);
    const wrongEcho = audit(page(1, ids(1, 2), 4), { ...page(3, ids(3, 4), 4), startIndex: 1 });
    expect(wrongEcho.ignoresStartIndex).toBe(false);
    expect(wrongEcho.conclude()).toEqual({ kind: 'complete' });
  });

  test('is unknown when totalResults moves, lies, or is missing', () => {
    expect(audit(page(1, ids(1, 2), 3), page(3, ids(3, 4), 4)).conclude()).toEqual({
      kind: 'unknown',
      reason: 'totalResults went from 3 to 4 while the list was read',
    });
    expect(audit(page(1, ids(1, 5), 2)).conclude().kind).toBe('unknown');
    expect(audit(page(1, ids(1, 5))).conclude().kind).toBe('unknown');
    expect(new ListAudit().conclude().kind).toBe('unknown');
  });

  test('follows cursors (RFC 9865): the page without nextCursor is the last', () => {
    const first = { ...page(1, ids(1, 2)), nextCursor: 'abc' };
    expect(audit(first).conclude().kind).toBe('partial');
    expect(audit(first, page(1, ids(3, 4))).conclude()).toEqual({ kind: 'complete' });
    expect(audit({ ...first, totalResults: 9 }, page(1, ids(3, 4), 9)).conclude().kind).toBe('partial');
  });

  test('never calls the tail of a list the list', () => {
    expect(audit(page(3, ids(3, 5), 5)).conclude()).toEqual({
      kind: 'partial',
      reason: 'the list was read from its resource 3 on',
    });
  });
});

test('IdSet knows exactly what was added', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 200 }), (added) => {
      const set = new IdSet();
      const model = new Set<string>();
      for (const id of added) {
        expect(set.add(id)).toBe(!model.has(id));
        model.add(id);
      }
    }),
  );
  const large = new IdSet();
  const many = ids(1, 50_000);
  expect(many.filter((id) => large.add(id))).toHaveLength(many.length);
  expect(many.filter((id) => large.add(id))).toEqual([]);
});
