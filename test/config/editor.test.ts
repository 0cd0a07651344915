import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { completeAt } from '../../src/config/complete.js';
import { checkYaml } from '../../src/config/diagnose.js';
import { hoverAt } from '../../src/config/hover.js';
import type { Sources } from '../../src/config/source.js';
import { type PositionEncoding, TextLines } from '../../src/config/text.js';
import { YamlText } from '../../src/config/yaml-text.js';

/** A file format of no tool in the world. */
const garden = z.strictObject({
  name: z.string().meta({ description: 'What it is called.' }),
  soil: z.enum(['clay', 'sand', 'loam']).optional().meta({ description: 'What it stands on.' }),
  watered: z.boolean().optional(),
  fence: z
    .strictObject({ height: z.int().meta({ description: 'In metres.' }), gate: z.boolean().optional() })
    .optional(),
  beds: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('flowers').meta({ description: 'To look at.' }), colour: z.string() }),
        z.strictObject({ kind: z.literal('herbs').meta({ description: 'To eat.' }), tea: z.boolean().optional() }),
      ]),
    )
    .optional()
    .meta({ description: 'What grows.' }),
  tools: z.record(z.string(), z.unknown()).optional().meta({ description: 'By name.', source: 'tools' }),
});

const sources: Sources = {
  tools: ({ role, path }) =>
    role === 'key' && path.length === 0
      ? [{ label: 'spade', description: 'To dig.', detail: 'iron' }, { label: 'rake' }]
      : role === 'value' && path[0] === 'spade'
        ? [{ label: 'sharp' }]
        : [],
};

/** TEXT without its `|`, and where that was. */
function atCursor(text: string, encoding: PositionEncoding = 'utf-32') {
  const offset = text.indexOf('|');
  const whole = text.slice(0, offset) + text.slice(offset + 1);
  return { whole, position: new TextLines(whole, encoding).position(offset) };
}

function labels(text: string): string[] {
  const { whole, position } = atCursor(text);
  return completeAt(whole, position, garden, sources).map(({ label }) => label);
}

describe('completion', () => {
  it.each([
    ['|', ['name', 'soil', 'watered', 'fence', 'beds', 'tools']],
    ['so|', ['soil']],
    ['name: Eden\n|', ['soil', 'watered', 'fence', 'beds', 'tools']],
    ['name: Eden\nbe|\nsoil: clay\n', ['beds']],
    ['soil: |', ['clay', 'sand', 'loam']],
    ['soil: s|', ['sand']],
    ['soil: "s|"', ['sand']],
    ['soil: c|lay\nname: x', ['clay']],
    ['watered: |', ['true', 'false']],
    ['fence:\n  |', ['height', 'gate']],
    ['fence:\n  height: 2\n  |', ['gate']],
    ['fence:\n  height: 2\n  g|\nname: x\n', ['gate']],
    ['fence: { height: 2, | }', ['gate']],
    ['fence: { | }', ['height', 'gate']],
    ['beds:\n  - |', ['kind', 'colour', 'tea']],
    ['beds:\n  - kind: |', ['flowers', 'herbs']],
    ['beds:\n  - kind: flowers\n    |', ['colour']],
    ['beds:\n  - kind: herbs\n    |\n  - kind: flowers\n', ['tea']],
    ['tools:\n  |', ['spade', 'rake']],
    ['tools:\n  spade: |', ['sharp']],
    ['tools: { sp| }', ['spade']],
    ['name: |', []],
    ['# so|', []],
    ['name: x # so|', []],
    ['name:|', []],
    ['nothing:\n  |', []],
  ])('%j', (text, expected) => {
    expect(labels(text)).toEqual(expected);
  });

  it('puts a colon behind a key, and none where one is', () => {
    const inserted = (text: string) => {
      const { whole, position } = atCursor(text);
      return completeAt(whole, position, garden, sources).map(({ insert }) => insert);
    };
    expect(inserted('so|')).toEqual(['soil: ']);
    expect(inserted('so|il: clay')).toEqual(['soil']);
    expect(inserted('fen|')).toEqual(['fence:']);
    expect(inserted('soil: s|')).toEqual(['sand']);
  });

  it.each([
    ['utf-32', 1],
    ['utf-16', 2],
  ] as const)('counts characters as %s does', (encoding, width) => {
    const { whole, position } = atCursor('fence: { gate: true, "🌷": 1, h| }', encoding);
    const [found] = completeAt(whole, position, garden, sources, encoding);
    expect(found).toMatchObject({ label: 'height', range: { start: { line: 0, character: 28 + width } } });
  });

  it('never fails, wherever the cursor is in whatever text', () => {
    const piece = fc.constantFrom(
      'name',
      ': ',
      ':',
      '\n',
      '  ',
      '- ',
      '{',
      '}',
      '[',
      ']',
      'beds',
      'kind',
      '"',
      "'",
      '#',
      '*a',
      '&a ',
      '|',
      'é🌷',
      '\t',
      '? ',
      '<<: ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), fc.nat(), (pieces, at) => {
        const text = pieces.join('');
        const lines = new TextLines(text);
        const position = lines.position(at % (text.length + 1));
        expect(Array.isArray(completeAt(text, position, garden, sources))).toBe(true);
        hoverAt(text, position, garden, sources);
        checkYaml(new YamlText(text), garden);
      }),
    );
  });
});

describe('documentation', () => {
  const told = (text: string) => {
    const { whole, position } = atCursor(text);
    return hoverAt(whole, position, garden, sources)?.text;
  };

  it.each([
    ['na|me: Eden', '**name**: What it is called.'],
    ['so|il: clay', '**soil**: What it stands on.\n\nOne of `clay`, `sand`, `loam`.'],
    ['fence:\n  hei|ght: 2', '**height**: In metres.'],
    ['beds:\n  - kind: her|bs', '**herbs**: To eat.'],
    ['tools: { spa|de: sharp }', '**spade** (iron): To dig.'],
    ['soil: cl|ay', undefined],
    ['noth|ing: 1', undefined],
  ])('%j', (text, expected) => {
    expect(told(text)).toBe(expected);
  });

  it('covers the word that it is about', () => {
    expect(hoverAt('x: 1\nname: Eden', { line: 1, character: 2 }, garden, sources)?.range).toEqual({
      start: { line: 1, character: 0 },
      end: { line: 1, character: 4 },
    });
  });
});

describe('places in a text', () => {
  it.each(['utf-16', 'utf-32'] as const)('offsets survive the way to a position in %s and back', (encoding) => {
    const unit = fc.constantFrom('a', 'é', '🌷', '\n', '\r\n');
    fc.assert(
      fc.property(fc.array(unit), fc.nat(), (units, count) => {
        const lines = new TextLines(units.join(''), encoding);
        // Between the two characters of a line end there is no place.
        const offset = units.slice(0, count % (units.length + 1)).join('').length;
        expect(lines.offset(lines.position(offset))).toBe(offset);
      }),
    );
  });
});

describe('YAML', () => {
  it('may be written with anchors and merged keys', () => {
    const text = 'name: &n Eden\nfence: &f { height: 2 }\ntools: { <<: *f, name: *n }\n';
    expect(checkYaml(new YamlText(text), garden)).toMatchObject({
      value: { tools: { height: 2, name: 'Eden' } },
      problems: [],
    });
  });

  it('has texts as keys, also where they look like numbers', () => {
    expect(new YamlText('200: ok\n').value).toEqual({ '200': 'ok' });
  });

  it('is refused with the place when aliases make it too large', () => {
    const bomb = `a: &a [${'x,'.repeat(20)}]\n${['b', 'c', 'd', 'e']
      .map((name, index) => `${name}: &${name} [${`*${'abcd'[index]},`.repeat(20)}]`)
      .join('\n')}\n`;
    expect(new YamlText(bomb)).toMatchObject({ value: undefined, problems: [{ severity: 'error' }] });
  });
});
