import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRequestFile } from '../../src/document/parse.js';
import { runRequests } from '../../src/document/run.js';
import { FileSession } from '../../src/document/session.js';
import { type SmallServer, startSmallServer } from './small-server.js';

let server: SmallServer;
beforeAll(async () => {
  server = await startSmallServer();
});
afterAll(() => server.close());

/** The message of ASSERTION about the answer `/fixed` of the small server; null when it holds. */
async function verdict(assertion: string): Promise<string | null> {
  const text = `@bob = bob\n@n = 1\n### made\nGET /fixed\n\n?? status == 200\n?? ${assertion}\n`;
  const file = parseRequestFile(text, 'a.scim');
  const [result] = await runRequests(file, server.target(), { onFailure: 'stop', session: new FileSession() });
  expect(result?.error).toBeUndefined();
  const checked = result?.assertions[1];
  return checked?.passed === true ? null : (checked?.message ?? 'no message');
}

describe('an assertion', () => {
  it.each([
    'status == 200',
    'status != 404',
    'reason == "OK"',
    'bytes > 10',
    'durationMs >= 0',
    'contentType contains "json"',
    'headers.CONTENT-TYPE == contentType',
    'etag absent',
    'location == null',
    'body.name == "bob"',
    'body.name == "{{bob}}"',
    'body.name == {{bob}}',
    'body.count == {{n}}',
    'body.count == 1.0',
    'body.nothing == null',
    'body.nil == null',
    'body.nil absent',
    'body.nothing absent',
    'body.name exists',
    'body.active == false',
    'body.object == {"b": [1, 2], "a": "{{bob}}"}',
    'body.tags == ["x", "y"]',
    'body.tags contains "x"',
    'body.tags[0] == "x"',
    'body.name contains "o"',
    'body.name startsWith "b"',
    'body.name endsWith "b"',
    'body.name matches /^B.b$/i',
    'body.count matches /^\\d$/',
    'body.name matches /^b[o /]b$/',
    'body.created > "2010-01-23T05:56:22+02:00"',
    'body.created <= "2010-01-23T04:56:22.000Z"',
    'body.name < "c"',
    '2 > body.count',
    'made.status == 200',
  ])('%s', async (assertion) => {
    expect(await verdict(assertion)).toBeNull();
  });

  it.each([
    ['body.name == "alice"', 'body.name is "bob", expected "alice"'],
    ['body.name != "bob"', 'body.name is "bob", expected anything but "bob"'],
    ['body.tags contains {{n}}', 'body.tags is ["x","y"], expected to contain 1'],
    ['body.count > 5', 'body.count is 1, expected > 5'],
    ['body.name > 5', 'body.name is "bob", expected > 5; a string and a number have no order'],
    [
      'body.nothing contains "x"',
      'body.nothing is absent, expected to contain "x"; no value and a string do not compare so',
    ],
    ['body.name startsWith "x"', 'body.name is "bob", expected to start with "x"'],
    ['body.name == body.count', 'body.name is "bob", expected 1 (body.count)'],
    ['body.nothing exists', 'body.nothing has no value, expected one'],
    ['body.name absent', 'body.name is "bob", expected none'],
    ['body.name matches /x/', 'body.name is "bob", expected a match of /x/'],
    ['body.object matches /x/', /an object matches no pattern$/],
    ['body.long == 1', /^body\.long is "a{50,}…, expected 1$/],
    ['list.count == 1', 'list.count is absent, expected 1'],
    ['body.evil matches /^(a+)+$/', '/^(a+)+$/ takes more than 500 ms: it backtracks too much'],
  ])('%s fails with a message', async (assertion, message) => {
    if (typeof message === 'string') expect(await verdict(assertion)).toBe(message);
    else expect(await verdict(assertion)).toMatch(message);
  });
});
