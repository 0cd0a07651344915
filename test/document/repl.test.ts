import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAssignments, printAssignments } from '../../src/document/repl/assignments.js';
import { commands, listCommand, shortcuts } from '../../src/document/repl/commands.js';
import { slotAt } from '../../src/document/repl/cursor.js';
import { expandInput } from '../../src/document/repl/expand.js';
import { jsonPage } from '../../src/document/repl/json-page.js';
import { codePoints, Page } from '../../src/document/repl/page.js';
import { isRawRequest, parseCommand, parseShortcut } from '../../src/document/repl/parse.js';
import { ReplProblem } from '../../src/document/repl/problem.js';
import { addPlace } from '../../src/document/repl/problem-page.js';
import { rawRequest } from '../../src/document/repl/raw.js';
import { addTable } from '../../src/document/repl/table-page.js';

const types = ['Users', 'User', 'Groups', 'Group'];

/** The problem of TEXT and what it points at. */
function problemOf(text: string): { message: string; at: string; remedy: string | undefined } {
  try {
    parseShortcut(text) ?? parseCommand(text, types);
  } catch (error) {
    if (!(error instanceof ReplProblem)) throw error;
    const { start, end } = error.span;
    return { message: error.message, at: text.slice(start, end), remedy: error.remedy };
  }
  throw new Error(`No problem with ${text}`);
}

describe('changes', () => {
  const name = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9]{0,8}$/);
  const filterText = fc.string({ unit: 'grapheme', maxLength: 8 }).map((value) => JSON.stringify(value));
  const path = fc.oneof(
    name,
    fc.tuple(name, name).map(([a, b]) => `${a}.${b}`),
    fc.tuple(name, name, filterText, name).map(([a, b, value, c]) => `${a}[${b} eq ${value}].${c}`),
    name.map((a) => `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:${a}`),
  );
  const change = fc.oneof(
    fc.record({ op: fc.constantFrom('add' as const, 'replace' as const), path, value: fc.jsonValue({ maxDepth: 3 }) }),
    fc.record({ op: fc.constant('remove' as const), path }),
  );

  it('are read as they are printed', () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const wanted = changes.map((each) => JSON.parse(JSON.stringify(each)));
        const read = parseAssignments(printAssignments(wanted));
        expect(read.map(({ op, path: where, value }) => ({ op, path: where, value }))).toEqual(
          wanted.map((each) => ({ op: each.op, path: each.path, value: each.value })),
        );
      }),
    );
  });

  it('know words, texts, numbers, JSON and brackets', () => {
    const text =
      'active=false title="Tour \\"😀\\" Guide" add emails={"value": "b@example.com"} nickName+=x phone=007 n=1.10 ' +
      'remove phoneNumbers[type eq "fax home"] emails[type eq "work"].value=c@example.com';
    expect(parseAssignments(text).map(({ op, path, value }) => [op, path, value])).toEqual([
      ['replace', 'active', false],
      ['replace', 'title', 'Tour "😀" Guide'],
      ['add', 'emails', { value: 'b@example.com' }],
      ['add', 'nickName', 'x'],
      ['replace', 'phone', '007'],
      ['replace', 'n', '1.10'],
      ['remove', 'phoneNumbers[type eq "fax home"]', undefined],
      ['replace', 'emails[type eq "work"].value', 'c@example.com'],
    ]);
  });
});

describe('an input', () => {
  it('never makes the parser fail in another way than with a place', () => {
    const word = fc.constantFrom(
      ...[...commands, ...shortcuts, listCommand].map((each) => each.name),
      ...types,
      '*1',
      '*1.emails[0].value',
      '{',
      '}',
      '"',
      '[',
      '=',
      ',',
      'sort=',
      'count=5',
      'userName eq "x"',
      '😀',
      'אבג',
    );
    const input = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(word, { maxLength: 6 }).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(input, fc.nat(60), (text, offset) => {
        try {
          const expanded = expandInput(text, () => 'value').text;
          parseShortcut(expanded) ?? parseCommand(expanded, types);
        } catch (error) {
          if (!(error instanceof ReplProblem)) throw error;
          expect(error.span.start).toBeGreaterThanOrEqual(0);
          expect(error.span.end).toBeGreaterThanOrEqual(error.span.start);
        }
        const slot = slotAt(text, offset, types);
        expect(slot.start).toBeLessThanOrEqual(slot.end);
        expect(slot.end).toBeLessThanOrEqual(text.length);
        rawRequest(text);
      }),
      { numRuns: 500 },
    );
  });

  it('tells misspelt commands, types, options and shortcuts apart, and what was meant', () => {
    expect(problemOf('ptach Users/1 active=false')).toMatchObject({ at: 'ptach' });
    expect(problemOf('ptach Users/1 active=false').message).toContain('`patch`');
    expect(problemOf('  get Usres/1').message).toContain('`Users`');
    expect(problemOf('  get Usres/1').at).toBe('Usres');
    expect(problemOf('users cuont=5')).toMatchObject({ at: 'cuont' });
    expect(problemOf('users cuont=5').message).toContain('`count`');
    expect(problemOf('users active=true').remedy).toContain('active eq true');
    expect(problemOf(',hlep').message).toContain('`,help`');
    expect(problemOf('help').message).toContain('`,help`');
  });

  it('points at the first wrong character of a filter, of JSON and of a path', () => {
    expect(problemOf('users userName eq "😀" adn active pr').at).toBe('adn active pr');
    expect(problemOf('create Users {"userName": "אבג",}').at).toBe('}');
    expect(problemOf('patch Users/1 active=true emails[type eq=x').at).toMatch(/^=x|^eq=x|^\[/);
    expect(problemOf('users count=5 userName pr sort=id active pr').at).toContain('sort=id');
  });

  it('names resources by id, name, type and name, and reference', () => {
    const what = (text: string) => {
      const command = parseCommand(text, types);
      if (command.kind !== 'get') throw new Error(command.kind);
      const { start: _, end: __, ...rest } = command.what;
      return rest;
    };
    expect(what('get Users/28/19')).toEqual({ kind: 'id', type: 'Users', id: '28/19' });
    expect(what('get /Users/2819')).toEqual({ kind: 'id', type: 'Users', id: '2819' });
    expect(what('get Barbara Jensen')).toEqual({ kind: 'name', name: 'Barbara Jensen', type: undefined });
    expect(what('get Group "Tour Guides" attributes=id')).toEqual({ kind: 'name', name: 'Tour Guides', type: 'Group' });
    expect(what('get "Users/1"')).toEqual({ kind: 'name', name: 'Users/1', type: undefined });
    expect(what('get *1[2]')).toMatchObject({ kind: 'result', reference: { back: 1 } });
  });

  it('is a raw request when a method in capitals begins it', () => {
    expect(isRawRequest('GET /Users')).toBe(true);
    expect(isRawRequest('get /Users/1')).toBe(false);
    expect(isRawRequest('# @validate warn\nPOST /Users')).toBe(true);
  });
});

describe('values in an input', () => {
  const values = (name: string) => ({ id: 'a b', q: 'say "hi"', '*1.active': true, n: 'x' })[name] ?? null;

  it('are written as their place wants them', () => {
    expect(expandInput('users id eq {{id}} and x eq "{{q}}"', values).text).toBe(
      'users id eq "a b" and x eq "say \\"hi\\""',
    );
    expect(expandInput('get Users/{{n}}', values).text).toBe('get Users/x');
    expect(expandInput('patch *1 active=*1.active title={{q}}', values).text).toBe(
      'patch *1 active=true title="say \\"hi\\""',
    );
    expect(expandInput('create Users {"a": {{q}}, "b": "<{{n}}>"}', values).text).toBe(
      'create Users {"a": "say \\"hi\\"", "b": "<x>"}',
    );
  });

  it('keep places of raw requests where they are', () => {
    const text = 'GET /Users/{{*1.id}}?attributes={{*2}}\nX: {{*1.id}}';
    const { file, references } = rawRequest(text);
    expect(file.problems).toEqual([]);
    expect([...references.values()].map((each) => text.slice(each.start, each.end))).toEqual([
      '{{*1.id}}',
      '{{*2}}',
      '{{*1.id}}',
    ]);
  });
});

describe('a page', () => {
  it('counts characters as Emacs does', () => {
    const page = new Page().add('😀 אבג ').add('x', 'failure');
    expect(page.marks).toEqual([{ kind: 'face', face: 'failure', start: 6, end: 7 }]);
  });

  it('points below the wrong word, wherever it stands', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[a-z]{1,9}$/), (before, wrong) => {
        const flat = before.replace(/\s/g, ' ');
        const page = new Page();
        addPlace(page, `${flat}${wrong} rest`, { start: flat.length, end: flat.length + wrong.length });
        const [echo = '', carets = ''] = page.text.split('\n');
        expect([...carets].indexOf('^')).toBe(codePoints(`  ${flat}`));
        expect(echo).toBe(`  ${flat}${wrong} rest`);
        expect(carets.trim()).toBe('^'.repeat(wrong.length));
      }),
    );
  });

  it('has no tab and no line break in a cell', () => {
    const page = new Page();
    addTable(page, ['a', 'b'], [[{ text: 'x\ty\nz' }, { text: '😀'.repeat(100) }]]);
    const row = page.text.split('\n')[1] ?? '';
    expect(row.split('\t')).toEqual(['x y z', `${'😀'.repeat(43)}…`]);
  });

  it('cuts long JSON within its quota and says so, and folds the rest', () => {
    const text = JSON.stringify(Array.from({ length: 5000 }, (_, index) => `number ${index} 😀`));
    const page = jsonPage(text, { lines: 10, quota: 20_000, uriOf: () => undefined });
    expect(page.text.length).toBeLessThan(20_200);
    expect(page.text).toMatch(/cut: \d+ of \d+ characters/);
    const fold = page.marks.find((mark) => mark.kind === 'fold');
    expect([...page.text].slice(0, fold?.start).join('').split('\n')).toHaveLength(11);
  });
});
