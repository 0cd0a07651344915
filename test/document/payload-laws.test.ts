import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextLines } from '../../src/config/text.js';
import {
  completePayload,
  definePayload,
  diagnosePayload,
  hoverPayload,
  payloadLinks,
  payloadSymbols,
  protectedRanges,
  resourceLinks,
} from '../../src/document/payload/index.js';
import { SchemaRegistry } from '../../src/scim/schema/resource-type.js';
import { urn } from '../../src/scim/urn.js';
import { standard } from '../../src/vendors/index.js';
import { applied, context } from './payload-support.js';

const filters = { profile: standard };
const enterprise = { manager: { value: '26', $ref: '../Users/26' }, department: 'é 😀' };
const full = {
  schemas: [urn.user, urn.enterpriseUser],
  id: '1',
  userName: 'b😀',
  name: { familyName: 'Jen"sen\\' },
  emails: [{ value: 'a@b.c', type: 'work', primary: true }, {}],
  active: true,
  nickName: null,
  [urn.enterpriseUser]: enterprise,
};

/** Whole payloads of every kind. */
const payloads = [
  { about: context('resource', 'User', { base: JSON.stringify(full) }), value: full },
  {
    about: context('resource', 'Group', { filters }),
    value: {
      schemas: [urn.group],
      displayName: 'مرحبا',
      members: [{ value: '1', display: 'x' }, { $ref: '../Users/2' }],
    },
  },
  {
    about: context('patch', 'User'),
    value: {
      schemas: [urn.patchOp],
      Operations: [
        { op: 'add', path: 'emails[type eq "work"].value', value: 'x' },
        { op: 'replace', value: { name: { givenName: 'é' } } },
        { op: 'remove', path: 'members[value eq "1"]' },
      ],
    },
  },
  {
    about: context('search', 'User', { filters }),
    value: {
      schemas: [urn.searchRequest],
      filter: 'userName sw "b" and (active eq true)',
      attributes: ['emails.value'],
      count: 3,
    },
  },
  {
    about: context('bulk'),
    value: {
      schemas: [urn.bulkRequest],
      Operations: [
        { method: 'POST', path: '/Users', bulkId: 'a', data: full },
        {
          method: 'PATCH',
          path: '/Groups/1',
          data: {
            schemas: [urn.patchOp],
            Operations: [{ op: 'add', path: 'members', value: [{ value: 'bulkId:a' }] }],
          },
        },
      ],
    },
  },
];

const printed = fc
  .record({ payload: fc.constantFrom(...payloads), indent: fc.constantFrom(0, 1, 2) })
  .map(({ payload: { about, value }, indent }) => ({ about, text: JSON.stringify(value, null, indent) }));

/** With space wherever it may be. */
function airy(value: unknown): string {
  return JSON.stringify(value).replace(/"(?:[^"\\]|\\.)*"|[[\]{},:]/g, (token) => ` ${token} `);
}

const printings: [string, (value: unknown) => string][] = [
  ['compact', (value) => JSON.stringify(value)],
  ['indented', (value) => JSON.stringify(value, null, 2)],
  ['airy', airy],
];

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const snippet = fc.constantFrom(
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\\',
  '\n',
  '\\u12',
  'tru',
  '//',
  '/*',
  '😀',
  '\ud83d',
  '\u0000',
  '"a": ',
  '1e',
  '-',
  '|',
);

/** Half-written: cut off, with pieces put in and taken out. */
const broken = fc
  .record({
    from: printed,
    cut: fc.double({ min: 0, max: 1, noNaN: true }),
    edits: fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        take: fc.nat(8),
        put: fc.oneof(snippet, fc.string()),
      }),
      { maxLength: 4 },
    ),
  })
  .map(({ from: { about, text }, cut, edits }) => {
    let result = cut > 0.8 ? text : text.slice(0, Math.floor((cut / 0.8) * text.length));
    for (const { at, take, put } of edits) {
      const place = Math.floor(at * result.length);
      result = result.slice(0, place) + put + result.slice(place + take);
    }
    return { about, text: result };
  });

describe('whatever is typed', () => {
  it('nothing throws, and every place is in the text', async () => {
    await fc.assert(
      fc.asyncProperty(broken, fc.double({ min: 0, max: 1, noNaN: true }), async ({ about, text }, where) => {
        const lines = new TextLines(text);
        const position = lines.position(Math.floor(where * text.length));
        const type = about.type ?? SchemaRegistry.rfc.find('User');
        const found = [
          ...diagnosePayload(text, about),
          ...(await completePayload(text, position, about)),
          ...definePayload(text, position, about),
          ...payloadLinks(text, about),
          ...resourceLinks(text, 'acme', about.registry),
          ...(type === undefined ? [] : protectedRanges(text, type)),
        ];
        hoverPayload(text, position, about);
        payloadSymbols(text);
        const last = lines.position(text.length);
        for (const { range } of found) {
          expect(range.end.line).toBeLessThanOrEqual(last.line);
          expect(lines.offset(range.start)).toBeLessThanOrEqual(lines.offset(range.end));
        }
      }),
      { numRuns: 1500 },
    );
  });

  it.each(printings)('a completion of JSON leaves JSON, at every place: %s', async (_, print) => {
    let count = 0;
    for (const { about, value } of payloads) {
      const text = print(value);
      const lines = new TextLines(text);
      for (let offset = 0; offset <= text.length; offset++) {
        for (const offer of await completePayload(text, lines.position(offset), about)) {
          expect(offer.range.start.line).toBe(offer.range.end.line);
          const result = applied(text, offer).replace('|', '');
          expect(isJson(result), `${offer.label} at ${offset} of ${text} gives ${result}`).toBe(true);
          count++;
        }
      }
    }
    expect(count).toBeGreaterThan(500);
  });

  it('depth is no danger', () => {
    for (const text of ['['.repeat(50_000), '{"a":'.repeat(50_000), `${'['.repeat(50_000)}${']'.repeat(50_000)}`]) {
      const [{ about }] = payloads as [(typeof payloads)[0]];
      expect(diagnosePayload(text, about).length).toBeGreaterThan(0);
      expect(payloadSymbols(text)).toEqual([]);
    }
  });
});
