import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadMockFile, saveMockFile } from '../../../src/mock/file/index.js';
import type { MockOptions } from '../../../src/mock/options.js';
import { groupUrn, userUrn } from '../helper.js';

const context = { path: '/mocks/a.scim-mock', env: { TOKEN: 's3cret' } };

function load(text: string): MockOptions {
  const { options, problems } = loadMockFile(text, { ...context, kind: 'mock' });
  expect(problems).toEqual([]);
  if (options === undefined) throw new Error('no options');
  return options;
}

const meta = { resourceType: 'User', version: 'W/"3"', created: '2026-01-01T00:00:00Z' };
const user = { schemas: [userUrn], id: '2819', userName: 'bjensen', meta };
const group = { schemas: [groupUrn], id: 'e9e3', displayName: 'Tour Guides', members: [{ value: '2819' }] };
const resources = [
  { type: 'Group', resource: group },
  { type: 'User', resource: user },
];

describe('a saved mock file', () => {
  it('keeps comments, settings and references of its file, and has the resources of now', () => {
    const text = `# Our staging.
vendor: okta # as of May
generate: { users: 100 }
auth: { scheme: bearer, tokens: [env:TOKEN] }
resources:
  Users: [{ userName: gone }]
`;
    const saved = saveMockFile({ text, options: load(text), resources });
    expect(saved).toMatch(
      /^# Our staging.\nvendor: okta # as of May\nauth: \{ scheme: bearer, tokens: \[ ?env:TOKEN ?\] \}\nresources:\n/,
    );
    expect(saved).not.toMatch(/s3cret|gone|generate/);
    expect(load(saved)).toEqual({ ...load(text), users: undefined, resources: [...resources].reverse() });
  });

  it('of a server that was started from data says what it is', () => {
    const options = { vendor: 'okta', rules: { references: 'unchecked' }, tokens: ['s3cret'], seed: 3 } as const;
    const saved = saveMockFile({ options, resources });
    expect(saved).not.toContain('s3cret');
    expect(load(saved)).toMatchObject({
      vendor: 'okta',
      seed: 3,
      rules: { references: 'unchecked' },
      resources: [...resources].reverse(),
    });
  });

  it('holds no password, and nothing that the server works out', () => {
    const secret = { ...user, password: 'pa55word', groups: [{ value: 'e9e3' }] };
    const saved = saveMockFile({ options: {}, resources: [{ type: 'User', resource: secret }] });
    expect(saved).not.toContain('pa55word');
    expect(load(saved).resources).toEqual([{ type: 'User', resource: user }]);
  });

  it('declares the types that its resources need', () => {
    const text = `schemas:
  - id: urn:example:Device
    attributes: [{ name: serial, required: true }]
resourceTypes:
  - { name: Device, endpoint: /Devices, schema: urn:example:Device }
resources:
  Devices: [{ serial: A1 }]
`;
    const options = load(text);
    expect(load(saveMockFile({ options, resources: options.resources ?? [] }))).toEqual(options);
  });

  const named = (names: readonly string[]) =>
    names.map((userName, index) => {
      return { type: 'User', resource: { schemas: [userUrn], id: `n${index}`, userName, title: `${userName}\n` } };
    });

  it('has the same resources when it is read again, whatever their texts are', () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1 });
    const names = fc.uniqueArray(word, { maxLength: 5, selector: (name) => name.toLowerCase() });
    const survives = (some: readonly string[]): void => {
      const given = named(some);
      expect(load(saveMockFile({ options: {}, resources: given })).resources).toEqual(given);
    };
    fc.assert(fc.property(names, survives));
  });

  it('has a line for each of many resources', () => {
    const given = named(Array.from({ length: 1001 }, (_, index) => `m: ${index} # "${'é'.repeat(60)}"`));
    const saved = saveMockFile({ options: {}, resources: given });
    expect(saved.trimEnd().split('\n')).toHaveLength(2 + 1001);
    expect(load(saved).resources).toEqual(given);
  });
});
