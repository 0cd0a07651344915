import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { merge3 } from '../../src/document/edit/merge3.js';
import { parsePiece, stateOf } from '../../src/document/edit/piece.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/scim/json.js';
import { urn } from '../../src/scim/urn.js';
import { groupType, userType } from '../scim/patch-fixtures.js';
import { anyGroup, anyUser } from '../scim/resource-arbitrary.js';

function merge(base: JsonObject, mine: JsonObject, theirs: JsonObject) {
  const [b, m, t] = [base, mine, theirs].map((value) => JSON.stringify(value));
  const result = merge3(userType, b ?? '', m ?? '', t ?? '');
  return { ...result, value: JSON.parse(result.text) };
}

const base: JsonObject = {
  schemas: [urn.user],
  id: '1',
  userName: 'bjensen',
  title: 'Guide',
  name: { givenName: 'Barbara', familyName: 'Jensen' },
  emails: [
    { value: 'b@example.com', type: 'work', primary: true },
    { value: 'home@example.com', type: 'home' },
  ],
  meta: { version: 'W/"1"' },
};

describe('three versions of a resource', () => {
  it('go together where each side changed something else', () => {
    const mine = { ...base, title: 'Boss', name: { givenName: 'Babs', familyName: 'Jensen' } };
    const theirs = {
      ...base,
      nickName: 'B',
      name: { givenName: 'Barbara', familyName: 'Smith' },
      meta: { version: 'W/"2"' },
    };
    const { value, conflicts, taken } = merge(base, mine, theirs);
    expect(conflicts).toEqual([]);
    expect(taken).toEqual(['name.familyName', 'nickName']);
    expect(value).toEqual({
      ...mine,
      nickName: 'B',
      name: { givenName: 'Babs', familyName: 'Smith' },
      meta: theirs.meta,
    });
  });

  it('go together value by value in lists', () => {
    const [work, home] = base.emails as JsonObject[];
    const mine = { ...base, emails: [{ ...work, display: 'Babs' }, home ?? null] };
    const theirs = {
      ...base,
      emails: [work ?? null, { ...home, value: 'new@example.com' }, { value: 'c@x.de', type: 'other' }],
    };
    const { value, conflicts } = merge(base, mine, theirs);
    expect(conflicts).toEqual([]);
    expect(value.emails).toEqual([
      { value: 'b@example.com', type: 'work', primary: true, display: 'Babs' },
      { value: 'new@example.com', type: 'home' },
      { value: 'c@x.de', type: 'other' },
    ]);
  });

  it('are a conflict where both changed the same, shown as the person has it', () => {
    const [work, home] = base.emails as JsonObject[];
    const mine = { ...base, title: 'Mine', emails: [{ ...work, value: 'm@example.com' }] };
    const theirs = {
      ...base,
      title: 'Theirs 😀',
      emails: [
        { ...work, value: 't@example.com' },
        { ...home, display: 'H' },
      ],
    };
    const { value, text, conflicts } = merge(base, mine, theirs);
    expect(conflicts.map(({ path, texts }) => [path, texts.mine, texts.base, texts.theirs])).toEqual([
      ['title', '"Mine"', '"Guide"', '"Theirs 😀"'],
      ['emails[type eq "work"].value', '"m@example.com"', '"b@example.com"', '"t@example.com"'],
      [
        'emails[type eq "home"]',
        'null',
        '{\n      "value": "home@example.com",\n      "type": "home"\n    }',
        '{\n      "value": "home@example.com",\n      "type": "home",\n      "display": "H"\n    }',
      ],
    ]);
    for (const { start, end, texts } of conflicts) expect(text.slice(start, end)).toBe(texts.mine);
    expect(value.title).toBe('Mine');
    // Putting what the others have there is all that it takes to choose it.
    const chosen = conflicts
      .toReversed()
      .reduce((all, { start, end, texts }) => all.slice(0, start) + texts.theirs + all.slice(end), text);
    expect(JSON.parse(chosen)).toEqual(theirs);
  });

  it('with two preferred values are a conflict', () => {
    const [work, home] = base.emails as JsonObject[];
    const mine = {
      ...base,
      emails: [
        { ...work, primary: false },
        { ...home, primary: true },
      ],
    };
    const theirs = { ...base, emails: [{ ...work, primary: false }, home ?? null, { value: 'n@x.de', primary: true }] };
    expect(merge(base, mine, theirs).conflicts.map(({ path }) => path)).toEqual(['emails']);
  });

  it('leave every character of what nobody touched', () => {
    const text = (title: string, more = '') =>
      `{"id":"1","userName":"\\u0061","title":${JSON.stringify(title)},"n":12345678901234567890,"x":1.10${more}}`;
    const { text: merged } = merge3(userType, text('Guide'), text('Mine'), text('Guide', ',"nickName":"\\u0062"'));
    expect(merged).toContain('"userName": "\\u0061"');
    expect(merged).toContain('"n": 12345678901234567890');
    expect(merged).toContain('"x": 1.10');
    expect(merged).toContain('"nickName": "\\u0062"');
  });
});

const anyResource = fc.oneof(
  fc.tuple(fc.constant(userType), anyUser, anyUser, anyUser),
  fc.tuple(fc.constant(groupType), anyGroup, anyGroup, anyGroup),
);

/** What VALUE says, wherever it stands: every text and number in it. */
function leaves(value: JsonValue): JsonValue[] {
  if (Array.isArray(value)) return value.flatMap(leaves);
  return isJsonObject(value) ? Object.values(value).flatMap(leaves) : [value];
}

/** GROUP without what servers derive from the ids of its members. */
function withoutDerived(group: JsonObject): JsonObject {
  if (!Array.isArray(group.members)) return group;
  const members = group.members.map((member) => ({ value: isJsonObject(member) ? (member.value ?? null) : null }));
  return { ...group, members };
}

const same = (a: JsonValue, b: JsonValue) =>
  stateOf(parsePiece(JSON.stringify(a))) === stateOf(parsePiece(JSON.stringify(b)));

describe('laws of merging', () => {
  const merged = (type: typeof userType, ...versions: [JsonObject, JsonObject, JsonObject]) => {
    const [b, m, t] = versions.map((value) => JSON.stringify(value));
    return merge3(type, b ?? '', m ?? '', t ?? '');
  };

  it('one side alone is the result', () => {
    fc.assert(
      fc.property(anyResource, ([type, b, m]) => {
        const mine = merged(type, b, m, b);
        expect(JSON.parse(mine.text)).toEqual(m);
        expect(mine.conflicts).toEqual([]);
        const theirs = merged(type, b, b, m);
        expect(theirs.conflicts).toEqual([]);
        // Where the two are the same state, either way of writing it will do.
        expect(same(JSON.parse(theirs.text), m)).toBe(true);
      }),
    );
  });

  it('the same change on both sides is no conflict', () => {
    fc.assert(
      fc.property(anyResource, ([type, b, m]) => {
        const { text, conflicts } = merged(type, b, m, m);
        expect(conflicts).toEqual([]);
        expect(JSON.parse(text)).toEqual(m);
      }),
    );
  });

  it('changes of different attributes are no conflict, and both are there', () => {
    fc.assert(
      fc.property(anyUser, anyUser, anyUser, (b, m, t) => {
        const part = (from: JsonObject, isMine: boolean) =>
          Object.fromEntries(Object.entries(from).filter(([name]) => name > 'm' === isMine));
        const mine = { ...part(m, true), ...part(b, false) };
        const theirs = { ...part(b, true), ...part(t, false) };
        const { text, conflicts } = merged(userType, b, mine, theirs);
        expect(conflicts).toEqual([]);
        expect(same(JSON.parse(text), { ...part(m, true), ...part(t, false) })).toBe(true);
      }),
    );
  });

  it('nothing that either side wrote is lost: it is in the text or in a conflict', () => {
    fc.assert(
      fc.property(anyResource, ([type, b, m, t]) => {
        const { text, conflicts } = merged(type, b, m, t);
        const known = new Set(
          [text, ...conflicts.flatMap(({ texts }) => Object.values(texts))].flatMap((each) => leaves(JSON.parse(each))),
        );
        const was = new Set(leaves(b));
        for (const side of [m, t]) {
          for (const leaf of leaves(withoutDerived(side))) {
            if (leaf === null || was.has(leaf)) continue;
            expect(known, `${JSON.stringify(leaf)} in ${text}`).toContain(leaf);
          }
        }
      }),
    );
  });

  it('choosing one side everywhere leaves a resource', () => {
    fc.assert(
      fc.property(anyResource, fc.constantFrom('mine', 'base', 'theirs'), ([type, b, m, t], side) => {
        const { text, conflicts } = merged(type, b, m, t);
        const chosen = conflicts
          .toReversed()
          .reduce((all, { start, end, texts }) => all.slice(0, start) + texts[side] + all.slice(end), text);
        expect(isJsonObject(JSON.parse(chosen))).toBe(true);
      }),
    );
  });
});
