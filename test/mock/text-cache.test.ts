/** The cache of JSON texts stays within its budget and never gives a text that was forgotten. */

import { expect, it } from 'vitest';
import { ResourceStore } from '../../src/mock/store.js';
import { TextCache } from '../../src/mock/text-cache.js';
import { SchemaRegistry } from '../../src/scim/schema/resource-type.js';

it('forgets the oldest texts, and what it is told to forget', () => {
  let ids = 0;
  const environment = { baseUrl: 'http://a', now: () => new Date(0), newId: () => `id${ids++}` };
  const store = new ResourceStore(SchemaRegistry.rfc, environment);
  const type = SchemaRegistry.rfc.find('Group');
  if (!type) throw new Error('No Group');
  const entries = ['one', 'two', 'three'].map((displayName) => store.create(type, { displayName }));
  const cache = new TextCache(10);
  const rendered: string[] = [];
  const get = (place: number, text: string): string | undefined => {
    const entry = entries[place];
    const render = (): string => {
      rendered.push(text);
      return text;
    };
    return entry && cache.get(entry, render).toString();
  };
  expect([get(0, 'aaaa'), get(1, 'bbbb'), get(0, 'never'), get(2, 'cccc')]).toEqual(['aaaa', 'bbbb', 'aaaa', 'cccc']);
  expect([get(1, 'never'), get(2, 'never'), get(0, 'AAAA')]).toEqual(['bbbb', 'cccc', 'AAAA']);
  for (const entry of entries) cache.forget(entry);
  expect([get(0, 'é'), get(1, 'longer than the budget'), get(0, 'ü')]).toEqual(['é', 'longer than the budget', 'ü']);
  expect(rendered).toEqual(['aaaa', 'bbbb', 'cccc', 'AAAA', 'é', 'longer than the budget', 'ü']);
});
