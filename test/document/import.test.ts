import { describe, expect, it } from 'vitest';
import { readCurl } from '../../src/document/import/curl.js';
import { readHttpFile } from '../../src/document/import/http.js';
import type { ImportContext, Imported, ImportedFile } from '../../src/document/import/model.js';
import { readPostman } from '../../src/document/import/postman.js';
import { writeRequests } from '../../src/document/import/write.js';
import { parseRequestFile } from '../../src/document/parse.js';
import { isSensitiveHeader, isSensitiveName } from '../../src/redact/sensitive.js';

const context: ImportContext = {
  tenants: [
    { name: 'staging', baseUrl: 'https://scim.example.com/scim/v2', sends: (value) => value === 'Bearer tenant-token' },
  ],
  taken: ['list-users'],
  isSecretName: isSensitiveName,
  isSecretHeader: isSensitiveHeader,
};

/** FILE as text; it must be a request file without problems of syntax. */
function written(file: ImportedFile): Imported {
  const imported = writeRequests(file, context);
  expect(parseRequestFile(imported.text, 'a.scim').problems, imported.text).toEqual([]);
  return imported;
}

const curl = (text: string): Imported => written(readCurl(text));

describe('a curl command', () => {
  it('of the tenant needs neither base URL nor token', () => {
    const { text, tenant, warnings } = curl(`curl -sS --location \\
  'https://scim.example.com/scim/v2/Users?filter=userName%20eq%20%22b%26j%22&count=2' \\
  -H "Authorization: Bearer tenant-token" -H 'Accept: application/scim+json' --compressed | jq .`);
    expect(text).toBe('### list-users-2\nGET /Users?filter=userName eq "b&j"&count=2\n');
    expect([tenant, warnings]).toEqual(['staging', []]);
  });

  it('is read as a shell reads it', () => {
    const { text } = curl(`curl -XPATCH https://scim.example.com/scim/v2/Users/2819 -H'If-Match: W/"1"' \\
      -d '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":{"displayName":"it'\\''s"}}]}'`);
    expect(text).toContain('### change-user\nPATCH /Users/2819\nIf-Match: W/"1"\n\n{');
    expect(text).toContain('"displayName": "it\'s"');
    expect(
      curl(`curl --json $'{"displayName":"\\u0644\\u064a \\U1F389 \\x41"}' https://scim.example.com/scim/v2/Users`)
        .text,
    ).toContain('### create-user\nPOST /Users\n\n{\n  "displayName": "لي 🎉 A"\n}\n');
    expect(
      curl(`curl -G https://scim.example.com/scim/v2/Groups --data-urlencode 'filter=displayName eq "a b"'`).text,
    ).toContain('GET /Groups?filter=displayName eq "a b"\n');
  });

  it('leaves no secret behind, and says so', () => {
    const { text, warnings } =
      curl(`curl https://other.example/x/Users -u admin:s3cret-pass -H 'X-Api-Key: key-123456' \\
      -d '{"userName":"b","password":"t1meMa$heen","x":"key-123456"}'`);
    expect(text).not.toMatch(/s3cret|t1meMa|key-123456|other\.example|YWRtaW4/);
    expect(text).toContain('Authorization: Basic {{credentials}}');
    expect(text).toContain('"password": "{{password}}"');
    expect(warnings).toEqual([
      'No tenant has the base URL https://other.example/x, so the requests go to the tenant of the buffer',
      expect.stringContaining('{{password}} has no value yet'),
      expect.stringContaining('{{credentials}} has no value yet'),
      expect.stringContaining('{{X-Api-Key}} has no value yet'),
    ]);
  });

  it('takes shell variables for what they are', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's, not JavaScript's
    const { text, warnings } = curl('curl "$BASE/Users/$ID" -H "Authorization: Bearer ${TOKEN}"');
    expect(text).toBe('### get-user\nGET /Users/{{ID}}\n');
    expect(warnings.join()).toMatch(/BASE.*TOKEN/);
  });

  it('is missed when it is not there', () => {
    expect(() => readCurl('wget https://x')).toThrow(/no curl command/);
    expect(() => readCurl('curl -s')).toThrow(/no URL/);
  });
});

it('an .http file becomes requests; what has no word here stays as a comment', () => {
  const { text, warnings, tenant } = written(
    readHttpFile(`@baseUrl = https://scim.example.com/scim/v2
@mail = ليلى@example.com
@token = super-secret-value

### Make a user!
# @name create
# @no-redirect
POST {{baseUrl}}/Users HTTP/1.1
Content-Type: application/json
Authorization: Bearer {{token}}

{ "userName": "{{mail}}", "externalId": "{{$guid}}" }

> {%
  client.test("made", () => client.assert(response.status === 201));
  client.global.set("id", response.body.id);
%}

###
GET {{baseUrl}}/Users
    ?count=1
    &startIndex={{create.response.body.$.startIndex}}

###

DELETE {{baseUrl}}/Users/{{id}}
`),
  );
  expect(tenant).toBe('staging');
  expect(text).toContain('@mail = ليلى@example.com\n');
  expect(text).not.toMatch(/super-secret|baseUrl|Authorization/);
  expect(text).toContain('### create\n');
  expect(text).toContain('# not taken over: no-redirect\n');
  expect(text).toContain('"externalId": "{{$uuid}}"');
  expect(text).toContain('#   client.test("made"');
  expect(text).toContain('@id = body.id\n');
  expect(text).toContain('GET /Users?count=1&startIndex={{create.body.startIndex}}\n');
  expect(text).toContain('### delete-user\nDELETE /Users/{{id}}\n');
  expect(warnings.join('\n')).toContain('Scripts were kept as comments');
});

it('a Postman collection becomes requests', () => {
  const { text } = written(
    readPostman(
      JSON.stringify({
        info: { schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
        variable: [{ key: 'base', value: 'https://scim.example.com/scim/v2' }],
        item: [
          {
            name: 'Users',
            item: [
              {
                name: 'Create user',
                event: [{ listen: 'test', script: { exec: ['pm.test("x")'] } }],
                request: {
                  method: 'POST',
                  header: [{ key: 'X-Off', value: '1', disabled: true }],
                  url: { raw: '{{base}}/Users' },
                  body: { mode: 'raw', raw: '{"userName":"{{user name}}","active":{{active}}}' },
                },
              },
            ],
          },
        ],
      }),
    ),
  );
  expect(text).toBe(
    '### Create-user\n# in Users\n# A script (test):\n# pm.test("x")\nPOST /Users\n\n{\n  "userName": "{{user_name}}",\n  "active": {{active}}\n}\n',
  );
  expect(() => readPostman('{')).toThrow(/not JSON/);
  expect(() => readPostman('{}')).toThrow(/version 2\.1/);
});
