import { describe, expect, it } from 'vitest';
import { completeFilter } from '../../src/document/filter/complete.js';
import { diagnoseFilter } from '../../src/document/filter/diagnose.js';
import { completeFile } from '../../src/document/language/complete.js';
import { diagnoseFile } from '../../src/document/language/diagnose.js';
import { defineFile, hoverFile } from '../../src/document/language/hover.js';
import type { Edited, PayloadHelp } from '../../src/document/language/model.js';
import { symbolsOf } from '../../src/document/language/symbols.js';
import { parseRequestFile } from '../../src/document/parse.js';
import { Scope } from '../../src/document/scope.js';
import { FileSession } from '../../src/document/session.js';
import { SchemaRegistry } from '../../src/scim/schema/resource-type.js';
import { standard } from '../../src/vendors/index.js';

const noPayloads: PayloadHelp = {
  diagnose: () => [],
  complete: async () => [],
  hover: () => undefined,
  define: () => [],
};

/** TEXT as it is edited, against the schemas of the standard. */
function edited(text: string, payloads = noPayloads, isDiscovered = false): Edited {
  const file = parseRequestFile(text, 'a.scim');
  const session = new FileSession();
  return {
    file,
    tenant: 'staging',
    registry: SchemaRegistry.rfc,
    isDiscovered,
    given: [],
    variables: [],
    relative: (target) => target,
    valueOf: (part, index) => {
      const request = file.requests[index];
      try {
        return request && new Scope(file, request, session, {}).lookup(part);
      } catch {
        return undefined;
      }
    },
    membersOf: () => [],
    filters: {
      complete: (filter, offset, type) => completeFilter(filter, offset, { resourceType: type, profile: standard }),
      diagnose: (filter, type) => diagnoseFilter(filter, { resourceType: type, profile: standard }),
    },
    payloads,
  };
}

/** TEXT without its cursor `▮`, and where that was. */
function cut(text: string): [string, number] {
  const offset = text.indexOf('▮');
  return [text.replace('▮', ''), offset];
}

/** The labels of what can stand at the cursor in TEXT, and the text that the first of them replaces. */
async function offers(text: string): Promise<{ labels: string[]; replaced: string; inserts: string[] }> {
  const [plain, offset] = cut(text);
  const found = await completeFile(edited(plain), offset);
  const [first] = found;
  expect(new Set(found.map(({ start }) => start)).size).toBeLessThanOrEqual(1);
  return {
    labels: found.map(({ label }) => label),
    inserts: found.map(({ insert }) => insert),
    replaced: first === undefined ? '' : plain.slice(first.start, first.end),
  };
}

/** What is wrong with TEXT: the text it is about, how grave, and the message. */
function problems(text: string, isDiscovered = false): string[] {
  return diagnoseFile(edited(text, noPayloads, isDiscovered)).map(
    ({ start, end, severity, message }) => `${severity} [${text.slice(start, end)}] ${message}`,
  );
}

const create = `@mail = b@example.com 🎉
### create
POST /Users

{ "userName": "{{mail}}" }

?? status == 201
@id = body.id
`;

describe('diagnostics of a request file', () => {
  it('finds nothing in one that is right', () => {
    expect(problems(`${create}\n### read\nGET /Users/{{id}}\nIf-None-Match: {{create.etag}}\n`)).toEqual([]);
  });

  it('covers the word it is about, also behind an emoji', () => {
    expect(problems('@a = 🎉 {{nobody}}\n### x\nGET /Users?filter=userName eq "🎉{{a}}{{other}}"\n')).toEqual([
      expect.stringMatching(/^error \[\{\{nobody\}\}\] `\{\{nobody\}\}` is not defined/),
      expect.stringMatching(/^error \[\{\{other\}\}\] `\{\{other\}\}` is not defined/),
    ]);
  });

  it('tells what is missing from what only comes later', () => {
    const text = '### a\nGET /Users/{{b.body.id}}/{{c.body.id}}\n\n### b\nGET /Users\n';
    expect(problems(text)).toEqual([
      expect.stringMatching(/^warning \[\{\{b\.body\.id\}\}\] .* which comes later$/),
      expect.stringMatching(/^error \[\{\{c\.body\.id\}\}\] .* that the file does not have/),
    ]);
  });

  it('knows directives and the syntax of assertions', () => {
    const [directive, operator] = problems('### a\n# @validat off\nGET /Users\n\n?? status = 200\n');
    expect(directive).toMatch(/^error \[validat\] `@validat` is not a directive; is `@validate` meant\?/);
    expect(operator).toMatch(/^error \[=\] `=` is not an operator; is `==` meant\?/);
  });

  it('knows endpoints: guesses by the standard, is sure by the service', () => {
    const text = '### a\nGET /User?count=1\n\n### b\nGET /Devices\n\n### c\nGET /Schemas\n';
    expect(problems(text)).toEqual([
      'warning [/User] `/User` is not an endpoint that the standard has; did you mean `/Users`?',
    ]);
    expect(problems(text, true)).toEqual([
      expect.stringMatching(/^warning \[\/User\] /),
      'warning [/Devices] `/Devices` is not an endpoint that staging has; it has /Users, /Groups',
    ]);
  });

  it('looks into filters, with places that values do not move', () => {
    expect(problems(`${create}\n### f\nGET /Users?filter=userName eq "{{mail}}" and usrName pr&count=1\n`)).toEqual([
      expect.stringMatching(/^\w+ \[usrName\] .*userName/),
    ]);
    expect(problems('### f\nGET /Users\n  ?filter=userName%20eq%20%22x%22%20and%20usrName%20pr\n')).toEqual([
      expect.stringMatching(/^\w+ \[usrName\] /),
    ]);
    expect(problems('### f\nGET /Users?filter=userName eq\n')).toEqual([expect.stringMatching(/^error /)]);
  });

  it('says nothing of a filter that a value not known yet makes', () => {
    expect(problems('### a\nGET /Users\n\n@f = body.x\n\n### f\nGET /Users?filter={{f}}\n')).toEqual([]);
    expect(problems('### a\nGET /Users\n\n@d = body.x\n\n### f\nGET /Users?filter=meta.created gt "{{d}}"\n')).toEqual(
      [],
    );
  });

  it('maps problems of a payload back through inserted values', () => {
    const text =
      '@n = "نص طويل 🎉"\n### a\nPOST /Users\n\n{ "displayName": "{{n}}",\n  "bad": 1, "nick": "{{n}}{{n}}", "worse": 2 }\n';
    const payloads: PayloadHelp = {
      ...noPayloads,
      diagnose: ({ text: payload, kind, type }) => {
        expect([kind, type?.name]).toEqual(['resource', 'User']);
        expect(payload).toContain('نص طويل 🎉');
        return ['"bad"', '"worse"'].map((name) => {
          const start = payload.indexOf(name);
          return { start, end: start + name.length, message: name, severity: 'error' };
        });
      },
    };
    const found = diagnoseFile(edited(text, payloads));
    expect(found.map(({ start, end }) => text.slice(start, end))).toEqual(['"bad"', '"worse"']);
  });

  it('says nothing of values that are not known yet', () => {
    const text = '### a\nGET /Users\n\n@when = body.x\n\n### b\nPUT /Users/1\n\n{ "x": "{{when}}", "y": {{when}} }\n';
    const payloads: PayloadHelp = {
      ...noPayloads,
      diagnose: ({ text: payload }) =>
        ['"x": "x"', '"y": "x"'].map((member) => {
          const start = payload.indexOf(member) + 5;
          return { start, end: start + 3, message: 'no date', severity: 'error' };
        }),
    };
    expect(diagnoseFile(edited(text, payloads))).toEqual([]);
  });
});

describe('completion in a request file', () => {
  it('offers methods, endpoints, parameters', async () => {
    expect(await offers('### a\nP▮')).toMatchObject({ labels: expect.arrayContaining(['POST', 'PUT']), replaced: 'P' });
    expect(await offers(`${create}\n### r\nGET /U▮`)).toMatchObject({
      labels: expect.arrayContaining([
        '/Users',
        '/Users/{{id}}',
        '/Users/{{create.body.id}}',
        '/Groups',
        '/Me',
        '/Schemas',
      ]),
      replaced: '/U',
    });
    expect((await offers('### r\nPOST /▮')).labels).toEqual(
      expect.arrayContaining(['/Users', '/Users/.search', '/Bulk']),
    );
    expect(await offers('### r\nGET /Users?count=1&so▮')).toMatchObject({
      labels: expect.arrayContaining(['sortBy', 'filter']),
      inserts: expect.arrayContaining(['sortBy=']),
      replaced: 'so',
    });
    expect(await offers('### r\nGET /Users\n  ?count=1\n  &attributes=userName,na▮')).toMatchObject({
      labels: expect.arrayContaining(['name.familyName']),
      replaced: 'na',
    });
  });

  it('offers what filters are made of', async () => {
    expect(await offers('### r\nGET /Users?filter=userN▮')).toMatchObject({
      labels: expect.arrayContaining(['userName']),
      replaced: 'userN',
    });
    expect((await offers('@m = 🎉\n### r\nGET /Users?filter=userName eq "{{m}}" and active ▮')).labels).toContain('eq');
  });

  it('offers headers and their values', async () => {
    expect(await offers('### r\nPUT /Users/1\nIf▮')).toMatchObject({
      labels: expect.arrayContaining(['If-Match']),
      inserts: expect.arrayContaining(['If-Match: ']),
    });
    expect((await offers(`${create}\n### r\nPUT /Users/1\nIf-Match: ▮`)).labels).toEqual(['{{create.etag}}', '*']);
  });

  it('offers directives and what they take', async () => {
    expect((await offers('### r\n# @▮\nGET /Users\n')).labels).toEqual([
      'all-pages',
      'requires',
      'validate',
      'timeout',
      'no-retry',
    ]);
    expect((await offers('### r\n# @requires patch ▮\nGET /Users\n')).labels).toContain('etag');
    expect((await offers('### r\n# @requires patch ▮\nGET /Users\n')).labels).not.toContain('patch');
    expect((await offers('### r\n# a comment ▮\n')).labels).toEqual([]);
  });

  it('offers variables, captures and parts of answers between braces', async () => {
    expect(await offers(`${create}\n### r\nGET /Users/{{i▮`)).toMatchObject({
      labels: expect.arrayContaining(['mail', 'id', '$uuid', 'create.etag']),
      inserts: expect.arrayContaining(['id}}']),
      replaced: 'i',
    });
    expect(await offers(`${create}\n### r\nGET /Users/{{create.body.na▮}}`)).toMatchObject({
      labels: expect.arrayContaining(['create.body.name.familyName', 'create.body.userName']),
      inserts: expect.arrayContaining(['create.body.userName']),
      replaced: 'create.body.na',
    });
    // What is captured further down is not there yet.
    expect((await offers('### a\nGET /Users/{{▮\n\n### b\nGET /Users\n\n@later = body.x\n')).labels).not.toContain(
      'later',
    );
  });

  it('offers subjects, operators and values of assertions', async () => {
    expect((await offers('### r\nGET /Users/1\n\n?? st▮')).labels).toEqual(
      expect.arrayContaining(['status', 'body', 'etag']),
    );
    expect((await offers('### r\nGET /Users/1\n\n?? status ▮')).labels).toEqual(
      expect.arrayContaining(['==', 'exists', 'matches']),
    );
    expect((await offers('### r\nGET /Users/1\n\n?? status == ▮')).labels).toContain('412');
    expect((await offers('### r\nGET /Users/1\n\n?? body.active == ▮')).labels).toEqual(['true', 'false']);
    expect((await offers('### r\nGET /Users\n\n?? body.Resources[userName eq "a b"].na▮')).labels).toContain(
      'body.Resources[userName eq "a b"].name.givenName',
    );
    expect((await offers('### r\nGET /Users/1\n\n?? body.emails[ty▮')).labels).toContain('type');
    expect((await offers('### r\nGET /Users/1\n\n?? body.emails[type eq "▮')).labels).toContain('"work"');
    expect((await offers('### r\nGET /Users/1\n\n@x = body.use▮')).labels).toContain('body.userName');
  });

  it('asks for the payload where it stands in it', async () => {
    const [text, offset] = cut('@n = longer\n### a\nPATCH /Users/1\n\n{ "a": "{{n}}", "Op▮" }\n');
    const asked: string[] = [];
    const payloads: PayloadHelp = {
      ...noPayloads,
      complete: async ({ text: payload, kind }, at) => {
        asked.push(kind, payload.slice(0, at));
        return [{ start: at - 2, end: at, label: 'Operations', insert: 'Operations', kind: 'key' }];
      },
    };
    const found = await completeFile(edited(text, payloads), offset);
    expect(asked).toEqual(['patch', '{ "a": "longer", "Op']);
    expect(found.map(({ start, end }) => text.slice(start, end))).toEqual(['Op']);
  });
});

describe('what stands at a place', () => {
  const told = (text: string): string | undefined => {
    const [plain, offset] = cut(text);
    return hoverFile(edited(plain), offset)?.text;
  };

  it('is explained', () => {
    expect(told('### a\nPA▮TCH /Users/1\n')).toContain('**PATCH** Change parts');
    expect(told('### a\nGET /Us▮ers/1\n')).toContain('one User');
    expect(told('### a\nGET /Users?cou▮nt=1\n')).toContain('RFC 7644 §3.4.2.4');
    expect(told('### a\nGET /Users?filter=user▮Name eq "x"\n')).toContain('**userName** string, required');
    expect(told('### a\n# @all-pa▮ges\nGET /Users\n')).toContain('every page');
    expect(told('### a\nGET /Users/1\nIf-M▮atch: x\n')).toContain('ETag');
    expect(told('### a\nGET /Users/1\n\n?? body.emails[ty▮pe eq "x"].value exists\n')).toContain('**emails.type**');
    expect(told('### a\nGET /Users/1\n\n?? body.name.fami▮lyName exists\n')).toContain('**name.familyName**');
    expect(told(`${create}\n### r\nGET /Users/{{create.body.userN▮ame}}\n`)).toContain('POST /Users');
  });

  const defined = (text: string): string[] => {
    const [plain, offset] = cut(text);
    return defineFile(edited(plain), offset).map((found) =>
      found.kind === 'uri' ? found.uri : `${found.span.start}:${plain.slice(found.span.start, found.span.end)}`,
    );
  };

  it('is defined somewhere', () => {
    expect(defined(`${create}\n### r\nGET /Users/{{i▮d}}\n`)).toEqual([`${create.indexOf('id = body')}:id`]);
    expect(defined(`${create}\n### r\nGET /Users/{{create.et▮ag}}\n`)).toEqual([`${create.indexOf('create')}:create`]);
    expect(defined('@id = a b\n### r\nGET /Us▮ers/2819\n')).toEqual(['scim:/staging/resource/User/2819']);
    expect(defined('### r\nGET /Us▮ers\n')).toEqual(['scim:/staging/type/User']);
    expect(defined('### r\nGET /Users/1\n\n?? body.user▮Name exists\n')).toEqual([
      `scim:/staging/schema/${encodeURIComponent('urn:ietf:params:scim:schemas:core:2.0:User')}/userName`,
    ]);
  });
});

it('lists the parts of a file', () => {
  const symbols = symbolsOf(parseRequestFile(`${create}\n###\nGET /Users\n`, 'a.scim'));
  expect(symbols.map(({ name, detail, kind }) => [kind, name, detail])).toEqual([
    ['variable', 'mail', 'b@example.com 🎉'],
    ['request', 'create', 'POST /Users'],
    ['request', 'GET /Users', 'GET /Users'],
  ]);
  expect(symbols[1]?.children.map(({ name, detail }) => [name, detail])).toEqual([['id', 'body.id']]);
});
