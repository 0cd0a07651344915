import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, secretsOfRequest } from '../../src/redact/redact.js';

/** Secrets as they occur: tokens, passwords with anything in them. Not so short or plain that they are in every text. */
const secret = fc
  .oneof(
    fc.stringMatching(/^[A-Za-z0-9._~+/=-]{12,60}$/),
    fc.string({ unit: 'binary', minLength: 8, maxLength: 24 }),
    fc.string({ unit: 'grapheme', minLength: 8, maxLength: 24 }),
    fc.stringMatching(/^[%\\"&<>' +/a-c0-9]{8,20}$/),
  )
  .filter(
    (text) =>
      !/\p{Surrogate}/u.test(text) && !/^[*\s]*$/.test(text) && /[^\\\s*"%&0-9a-c]/.test(text) && !text.includes('***'),
  );

const base64url = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');
const escapeUnicode = (text: string): string =>
  Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
const percentAll = (text: string): string =>
  [...Buffer.from(text, 'utf8')].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** Ways to write a secret in a text. */
const forms: readonly [string, (text: string) => string][] = [
  ['as it is', (text) => text],
  ['in JSON', inJson],
  ['in JSON in JSON', (text) => inJson(inJson(text))],
  ['in JSON with escaped slashes', (text) => inJson(text).replaceAll('/', '\\/')],
  ['in \\u escapes', escapeUnicode],
  ['percent-encoded', (text) => encodeURIComponent(text)],
  [
    'percent-encoded in lower case',
    (text) => (encodeURIComponent(text).toLowerCase().includes('%') ? percentAll(text) : text),
  ],
  ['percent-encoded twice', (text) => encodeURIComponent(encodeURIComponent(text))],
  ['as form data', (text) => new URLSearchParams({ t: text }).toString().slice(2)],
  ['percent-encoded JSON', (text) => encodeURIComponent(inJson(text))],
  ['as HTML', (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)],
  ['as HTML with names', (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')],
];

describe('a known secret', () => {
  it.each(forms)('is replaced in text() %s, and nothing else is', (_, write) => {
    fc.assert(
      fc.property(secret, fc.array(fc.constantFrom('【', ' ', 'x'), { maxLength: 9 }), (value, around) => {
        fc.pre(!/[【x]/.test(value));
        const [before, after] = [`${around.join('')}【`, `】${around.join('')}`];
        expect(createRedactor([value]).text(before + write(value) + after)).toBe(`${before}***${after}`);
      }),
    );
  });

  it('is found where its own text looks like an escape when it is encoded', () => {
    const value = '\\&%5c/+/';
    expect(createRedactor([value]).text(`【${encodeURIComponent(value)}】`)).toBe('【***】');
  });

  it('does not survive in Base64, whatever stands around it', () => {
    fc.assert(
      fc.property(secret, fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 }), (value, before, after) => {
        const redactor = createRedactor([value]);
        const text = `${before}${value}${after}`;
        for (const encoded of [Buffer.from(text, 'utf8').toString('base64'), base64url(text)]) {
          const shown = redactor.text(`header: ${encoded}!`);
          expect(shown).toContain('***');
          // At most the characters that the neighbours share with the secret are left.
          expect(shown.replace('***', '').length).toBeLessThanOrEqual(`header: !`.length + 2 * 12 * 4);
        }
      }),
    );
  });

  it('does not survive json(), headers() and url()', () => {
    fc.assert(
      fc.property(secret, fc.constantFrom(...forms.slice(0, 8)), (value, [, write]) => {
        const redactor = createRedactor([value]);
        const written = write(value);
        const body = JSON.stringify({
          detail: `bad ${value}.`,
          nested: [[{ x: [value] }]],
          note: JSON.stringify({ value }),
        });
        const shown = [
          redactor.json(body),
          redactor.json(JSON.stringify({ detail: written })),
          redactor.json(`<html>${written}</html>`),
          redactor.url(
            `https://example.com/Users/${encodeURIComponent(value)}?filter=x%20eq%20${encodeURIComponent(value)}`,
          ),
          ...redactor.headers([['X-Echo', written]]).flat(),
          ...redactor.headers([['Location', `/Users?x=${encodeURIComponent(value)}`]]).flat(),
        ];
        for (const text of shown) {
          expect(text).not.toContain(value);
          expect(text).not.toContain(encodeURIComponent(value));
          expect(text).not.toContain(inJson(value));
        }
        expect(JSON.stringify(JSON.parse(redactor.json(body)))).not.toContain(inJson(value));
      }),
    );
  });

  it('does not show in part where an excerpt is cut', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z0-9]{20,40}$/), fc.nat(200), fc.nat(200), (value, before, max) => {
        const text = JSON.stringify({ detail: `${'x'.repeat(before)}${value}${'y'.repeat(2000)}` });
        const shown = createRedactor([value]).excerpt(text, max);
        expect(shown.length).toBeLessThanOrEqual(max);
        expect(shown).not.toMatch(/[A-Z0-9]{2}/);
      }),
    );
  });

  it('is found at once in a long text of backslashes, percent signs and repetitions', () => {
    const redactor = createRedactor(['%%%%%%%%%%%%\\\\\\\\aaaaaaaaaaaab', 'aaaaaaaaaaaaaaaaaaaaaaaab']);
    for (const piece of ['\\', '%25', '%', 'a', '&amp;']) {
      const text = piece.repeat(20_000);
      expect(redactor.text(text)).toBe(text);
    }
  });
});

/** Payloads with a password at every place where one can be. */
function payloads(password: unknown): [string, unknown][] {
  const user = 'urn:ietf:params:scim:schemas:core:2.0:User';
  return [
    ['a user', { schemas: [user], userName: 'b', password }],
    ['a member in another case', { userName: 'b', PassWord: password }],
    ['a full URN as member', { [`${user}:password`]: password }],
    ['a member under a URN', { [user]: { password } }],
    ['a dotted member', { 'User.password': password }],
    ['a PATCH operation', { Operations: [{ op: 'replace', path: 'password', value: password }] }],
    ['a PATCH operation, value first', { Operations: [{ value: password, op: 'Replace', path: 'password' }] }],
    ['a PATCH operation with a URN path', { Operations: [{ op: 'add', path: `${user}:password`, value: password }] }],
    ['a PATCH operation in odd case', { operations: [{ Op: 'add', Path: 'PASSWORD', Value: password }] }],
    ['a PATCH operation without path', { Operations: [{ op: 'add', value: { active: true, password } }] }],
    ['a PATCH value inside an object', { Operations: [{ op: 'add', path: 'password', value: { value: [password] } }] }],
    ['bulk data', { Operations: [{ method: 'POST', path: '/Users', bulkId: '1', data: { userName: 'b', password } }] }],
    [
      'a PATCH in bulk data',
      {
        Operations: [
          { method: 'PATCH', path: '/Users/1', data: { Operations: [{ path: 'password', value: password }] } },
        ],
      },
    ],
    ['JSON in a string', { data: JSON.stringify({ userName: 'b', password }) }],
    ['a token answer', { access_token: password, token_type: 'Bearer', expires_in: 3600 }],
    ['a client secret', { clientSecret: password, client_assertion: password }],
    ['an echo of headers', { headers: { Authorization: password }, list: [{ name: 'X-Api-Key', value: password }] }],
    ['nested arrays', [[[{ password: [[password]] }]]]],
  ];
}

describe('a password that nobody announced', () => {
  const value = fc.oneof(fc.stringMatching(/^[A-Za-z0-9!"\\/ü]{10,20}$/), fc.integer({ min: 1_000_000_000 }));

  it.each(payloads('').map(([name], index) => [name, index] as const))('is found in %s', (_, index) => {
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 2, '\t'), (password, indent) => {
        const payload = payloads(password)[index]?.[1];
        const text = JSON.stringify(payload, null, indent);
        const shown = createRedactor([]).json(text);
        expect(shown).not.toContain(JSON.stringify(password));
        expect(shown).not.toContain(String(password));
        expect(() => JSON.parse(shown)).not.toThrow();
      }),
    );
  });

  it.each(payloads('').map(([name], index) => [name, index] as const))(
    'is found in %s, cut off anywhere',
    (_, index) => {
      const password = 'Xq7!Xq7!Xq7!Xq7!';
      const text = JSON.stringify(payloads(password)[index]?.[1]);
      for (let length = 1; length <= text.length; length++) {
        expect(createRedactor([]).json(text.slice(0, length))).not.toContain('Xq7');
      }
    },
  );

  it('is found in forms, URLs and broken JSON', () => {
    const redactor = createRedactor([]);
    const texts = [
      redactor.json('grant_type=client_credentials&client_secret=hunter2hunter2&scope=a'),
      redactor.json("{'password': 'hunter2hunter2'}"),
      redactor.json('{password: hunter2hunter2}'),
      redactor.url('https://u:hunter2hunter2@example.com/Users'),
      redactor.url('/Users?access_token=hunter2hunter2&count=1'),
      redactor.url('/Users?filter=password%20eq%20%22hunter2hunter2%22'),
      redactor.json('{"filter":"password eq \\"hunter2hunter2\\""}'),
      redactor.text('refused: Authorization: Bearer hunter2hunter2hunter2'),
    ];
    for (const text of texts) {
      expect(text).not.toContain('hunter2');
      expect(text).toContain('***');
    }
  });

  it('is masked in headers, which keep their scheme', () => {
    const shown = createRedactor([]).headers([
      ['Authorization', 'Bearer abc'],
      ['x-api-key', 'abc'],
      ['Set-Cookie', 'sid=abc; Secure'],
      ['WWW-Authenticate', 'Bearer realm="scim"'],
      ['ETag', 'W/"1"'],
    ]);
    expect(shown).toEqual([
      ['Authorization', 'Bearer ***'],
      ['x-api-key', '***'],
      ['Set-Cookie', '***'],
      ['WWW-Authenticate', 'Bearer realm="scim"'],
      ['ETag', 'W/"1"'],
    ]);
  });

  it('is learned from a request, with the credentials that the request brings itself', () => {
    const body = '{"Operations":[{"op":"replace","path":"password","value":"hunter2hunter2"}]}';
    const redactor = createRedactor([]).with(secretsOfRequest([['Authorization', 'Bearer own-token-1']], body));
    expect(redactor.text('hunter2hunter2 is too weak for own-token-1')).toBe('*** is too weak for ***');
  });
});

describe('the secrets of a request', () => {
  it('are learned from forms, queries, filters, cookies and basic credentials, encoded or not', () => {
    const basic = Buffer.from('client:s3cret:with:colons').toString('base64');
    const headers: [string, string][] = [
      ['AUTHORIZATION', `basic ${basic}`],
      ['cookie', 'lang=en; sid=abcdef%20ghijkl'],
    ];
    const form = 'grant_type=client_credentials&client_id=c1&client_secret=a%2Fb+c&client_assertion=eyJh.eyJi.sig';
    const path = '/Users?filter=userName%20eq%20%22bjensen%22%20and%20password%20eq%20%22a%5C%22b%5C%5C%22&count=1';
    const found = secretsOfRequest(headers, form, path);
    expect(found).toEqual(
      expect.arrayContaining([basic, 's3cret:with:colons', 'abcdef ghijkl', 'a/b c', 'eyJh.eyJi.sig', 'a"b\\']),
    );
    expect(found).not.toContain('bjensen');
    expect(found).not.toContain('client_credentials');
  });
});

describe('the shape of a secret', () => {
  it.each([
    ['a web token', 'at /x?y=eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2lnbmF0dXJl', 'at /x?y=***'],
    ['a key', 'x -----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY----- y', 'x *** y'],
    ['a key that is cut off', 'x -----BEGIN PRIVATE KEY-----\nMHcC', 'x ***'],
    ['user information', 'at https://a:b@example.com/', 'at https://***@example.com/'],
    ['a header line', 'Set-Cookie: a=b; c=d\nX: y', 'Set-Cookie: ***\nX: y'],
    ['a parameter', 'GET /Users?count=1&access_token=abc failed', 'GET /Users?count=1&access_token=*** failed'],
    ['a filter', 'bad: userName eq "b" and password eq "a\\"b"', 'bad: userName eq "b" and password eq "***"'],
    ['a filter in JSON', '"bad: password eq \\"ab\\" or x"', '"bad: password eq \\"***\\" or x"'],
  ])('of %s gives it away in any text, and nothing else goes', (_, text, shown) => {
    expect(createRedactor([]).text(text)).toBe(shown);
  });

  it('is not seen across the strings of JSON', () => {
    const text = '{"a":"password eq ","b":"eyJx","c":"cookie: ","d":1}';
    expect(JSON.parse(createRedactor([]).json(text))).toMatchObject({ a: 'password eq ', b: 'eyJx', d: 1 });
  });
});

describe('what is not secret', () => {
  it('stays as it is, byte for byte', () => {
    const text = `{ "schemas" : ["urn:x"],\r\n\t"userName": "b\\u00fc\\/", "n": 1.0e+2,
  "changePassword": {"supported":true}, "emails":[{"value":"a@b.c","type":"work"}],
  "Operations":[{"op":"add","path":"emails","value":[{"value":"x@y.z"}]}], "token_type":"Bearer", "nextPageToken":"7",
  "attributes":[{"name":"password","type":"string","returned":"never"}] }`;
    expect(createRedactor(['tok-123456']).json(text)).toBe(text);
  });

  it('stays as it is for any JSON without telling names', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!/pass|secret|token|key|auth|cookie|cred|otp|jwt|pwd|assert|bearer|basic|path|filter/i.test(text));
        expect(createRedactor(['tok-1234567890']).json(text)).toBe(text);
      }),
    );
  });
});
