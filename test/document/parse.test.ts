import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRequestFile } from '../../src/document/parse.js';
import { checkReferences } from '../../src/document/references.js';

const example = `@mail = bjensen@example.com

### create
POST /Users

{ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "{{mail}}" }

?? status == 201
?? body.userName == "{{mail}}"
@id = body.id

### find
GET /Users?filter=userName eq "{{mail}}"&count=1

?? body.totalResults == 1
?? body.Resources[userName eq "{{mail}}"].id == "{{id}}"

### deactivate
PATCH /Users/{{id}}
If-Match: {{create.etag}}

{ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  "Operations": [{ "op": "replace", "path": "active", "value": false }] }
`;

function problemsOf(text: string): string[] {
  return parseRequestFile(text, 'a.scim').problems.map(
    ({ position, message }) => `${position.line}:${position.character} ${message}`,
  );
}

describe('a request file', () => {
  it('is cut into requests with their names, lines, checks and variables', () => {
    const file = parseRequestFile(example, 'users.scim');
    expect(file.problems).toEqual([]);
    expect(checkReferences(file, [])).toEqual([]);
    expect(file.requests.map(({ name, startLine, line, endLine }) => [name, startLine, line, endLine])).toEqual([
      ['create', 2, 3, 9],
      ['find', 11, 12, 15],
      ['deactivate', 17, 18, 22],
    ]);
    expect(file.requests[0]?.checks.map(({ kind }) => kind)).toEqual(['assertion', 'assertion', 'capture']);
    expect(file.variables.map(({ name, line }) => [name, line])).toEqual([['mail', 0]]);
    expect(file.requests[2]?.headers.map(({ name }) => name)).toEqual(['If-Match']);
  });

  it('reads CRLF and a byte order mark like LF without one', () => {
    const unix = parseRequestFile(example, 'a.scim');
    const windows = parseRequestFile(`\uFEFF${example.replaceAll('\n', '\r\n')}`, 'a.scim');
    expect(windows.problems).toEqual([]);
    expect(windows.requests.map(({ name, line, target }) => [name, line, target])).toEqual(
      unix.requests.map(({ name, line, target }) => [name, line, target]),
    );
  });

  it('takes METHOD and target for the name when there is none, joins continuation lines, ignores HTTP/1.1', () => {
    const { requests, problems } = parseRequestFile(
      '###\nGET /Users HTTP/1.1\n  ?count=1\n  &startIndex=2\n',
      'a.scim',
    );
    expect(problems).toEqual([]);
    expect(requests[0]).toMatchObject({ name: 'GET /Users?count=1&startIndex=2', named: false });
  });

  it('reads directives, and takes a commented variable for a comment', () => {
    const text =
      '# @x = 1\n# @all-pages\n// @requires filter etag\n# @validate warn\n# @timeout 1.5s\n# @no-retry\nGET /Users\n';
    const { requests, problems } = parseRequestFile(text, 'a.scim');
    expect(problems).toEqual([]);
    expect(requests[0]?.directives).toEqual({
      allPages: true,
      requires: ['filter', 'etag'],
      validate: 'warn',
      timeoutMs: 1500,
      noRetry: true,
    });
  });

  it('allows comments in and after a body', () => {
    const text = 'POST /Users\n\n{\n# why\n"a": 1\n}\n// done\n\n?? status == 201\n';
    expect(problemsOf(text)).toEqual([]);
  });

  it('may be empty, or hold variables only', () => {
    expect(parseRequestFile('', 'a.scim')).toMatchObject({ requests: [], problems: [] });
    expect(parseRequestFile('@a = 1\n###\n', 'a.scim')).toMatchObject({ requests: [], problems: [] });
  });
});

/** Pieces of which files are put together, well or badly. */
const pieces = [
  ...[
    '### a',
    '###',
    '@x = ',
    '@',
    '?? ',
    'status == 200',
    'body.a[b eq "c"].d',
    'exists',
    'matches /a/',
    '# @timeout ',
  ],
  ...[
    'GET /Users',
    'POST /Users',
    '?filter=',
    '"',
    '\\',
    '{{',
    '}}',
    '{{x}}',
    '{{a.body.b}}',
    '{"a": 1}',
    '[',
    ']',
    '{',
  ],
  ...['\n', '\n\n', '\r\n', ' ', 'If-Match: ', '🎉', 'urn:a:b', '.', '%22', '&', '#', '\ud800'],
];

describe('any text', () => {
  it('can be parsed, and every problem is in it', () => {
    const texts = fc.oneof(
      fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join('')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const file = parseRequestFile(text, 'a.scim');
        const lines = text.replace(/^\uFEFF/, '').split('\n');
        for (const { position, message } of [...file.problems, ...checkReferences(file, [])]) {
          expect(message).not.toBe('');
          expect(position.character).toBeLessThanOrEqual([...(lines[position.line] ?? '')].length);
          expect(position.line).toBeLessThan(lines.length);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('problems', () => {
  it('are all reported, in the order of the file', () => {
    const text = [
      '@a b',
      '### one',
      '# @alpages',
      'get /Users?filter=userName eq "x',
      'X-A 1',
      '',
      '?? status = 200',
      '?? body.emails[type eq ].value exists',
      '### one',
      'POST Users',
      '',
      '{ "a": 1, }',
      '@id = 5',
    ].join('\n');
    expect(problemsOf(text)).toEqual([
      '0:0 This is not a variable',
      '2:3 `@alpages` is not a directive; is `@all-pages` meant?',
      '3:0 Unknown method `get`',
      '3:30 The string in the query is not closed',
      '4:0 This is not a header',
      '6:10 `=` is not an operator; is `==` meant?',
      expect.stringMatching(/^7:2[0-9] /),
      '8:4 There is another request named `one` in line 2',
      '9:5 The target must start with one `/`, or be an `http(s)://` URL',
      expect.stringMatching(/^11:10 .*trailing comma/),
      '12:6 `5` is not a part of an answer',
    ]);
  });

  it('have positions in code points, after emoji and after templates', () => {
    expect(problemsOf('### 🎉🎉\nGET /Users\n\n?? body.displayName == "🎉{{$nope}}"')).toEqual([
      '3:27 `$nope` is not a generated value',
    ]);
    const body = 'POST /Users\n\n{"a": "🎉 {{x}} 🎉", "b": {{y}}, "c" 1}';
    expect(problemsOf(`@x = 1\n${body}`)).toEqual([expect.stringMatching(/^3:35 Expected `:`/)]);
  });

  it.each([
    ['POST /Users\n{"a": 1}', '1:0 The body starts before an empty line'],
    ['GET /a\n\nGET /b', '2:0 A second request line'],
    ['GET /a#b', '0:6 `#` would start a fragment, which is never sent'],
    ['GET //evil.example/x', '0:4 The target must start with one `/`, or be an `http(s)://` URL'],
    ['GET', '0:3 The request line lacks a target'],
    ['GET /a\nHost: x', '1:0 The client sets `Host` itself'],
    ['GET /a\nA: 1\na: 2', '2:0 The header `a` is given twice'],
    ['GET /a\n# @timeout 1s', '1:0 The directive `@timeout` must stand before the request line'],
    ['# @no-retry please\nGET /a', '0:12 `@no-retry` takes no value'],
    ['# @timeout soon\nGET /a', '0:11 `@timeout` takes a duration: 500ms, 10s, 2m'],
    ['# @requires magic\nGET /a', expect.stringMatching(/^0:12 .*not `magic`$/)],
    ['# @all-pages\nPOST /.search\n\n{}', '1:0 `@all-pages` is for GET only'],
    ['GET /a/{{x', '0:7 `{{` is not closed on its line'],
    ['GET /a/{{x y}}', '0:9 `x y` is not a reference'],
    ['GET /a/{{}}', '0:9 The reference is empty'],
    ['GET /a/{{nope.etag}}', expect.stringMatching(/^0:7 .*`nope` that the file does not have/)],
    ['### body\nGET /a', expect.stringMatching(/^0:4 A request cannot be named `body`/)],
    ['### find\n', '0:4 `find` has no request line'],
    ['?? status == 1\nGET /a', '0:0 There is no request to assert about yet'],
    ['GET /a\n\n?? status == 200 201', '2:17 `201` is not expected after the assertion'],
    ['GET /a\n\n?? id == 1', expect.stringMatching(/^2:3 `id` is not a part of an answer/)],
    ['GET /a\n\n?? status matches 200', '2:18 `200` is not a pattern'],
    ['GET /a\n\n?? status matches /(/', expect.stringMatching(/^2:18 /)],
    ['GET /a\n\n?? status ==', '2:12 Nothing to compare with after `==`'],
    ['GET /a\n\n?? body.a.b..c exists', '2:12 The path lacks an attribute name'],
    ['GET /a\n\n?? status == 200\nhello', '3:0 Neither an assertion nor a capture'],
    ['POST /a\n\n{"x": "\\{{a}}"}', '2:7 The backslash escapes nothing'],
  ])('%j: %s', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it('of references are known before anything is sent', () => {
    const text =
      '@mail = {{$uuid}}\n@all = {{mial}}\n### a\nGET /Users/{{id}}/{{b.etag}}/{{all}}\n### b\nGET /x\n\n@id = body.id\n';
    const file = parseRequestFile(text, 'a.scim');
    expect(checkReferences(file, []).map(({ message }) => message)).toEqual([
      '`{{id}}` is captured only by `b`, in line 6',
      '`{{b.etag}}` refers to the answer of `b`, which comes later',
      '`{{mial}}` is not defined; defined are mail, all',
    ]);
    expect(checkReferences(file, ['id', 'mial'])).toHaveLength(1);
  });
});
