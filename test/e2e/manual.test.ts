/** What the manual says of the prompt and of request files is what there is; its request file does what it says. */

import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { binaryOperators, features, generatedNames, listFields, scalarFields } from '../../src/document/model.js';
import { commands, optionHelp, rawMethods, shortcuts } from '../../src/document/repl/commands.js';
import { loadMockFile } from '../../src/mock/file/index.js';
import { batch, workspaceWith } from '../support/batch.js';

const directory = 'elisp/doc';
const chapter = (name: string): string => readFileSync(`${directory}/${name}.texi`, 'utf8');

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** The examples of all chapters that stand after a comment `@c WORD`. */
function examplesAfter(word: string): string[] {
  const chapters = readdirSync(directory).filter((name) => name.endsWith('.texi'));
  const pattern = new RegExp(`^@c ${word}\n@example\n@verbatim\n(.*?)^@end verbatim`, 'gms');
  return chapters.flatMap((name) =>
    [...readFileSync(`${directory}/${name}`, 'utf8').matchAll(pattern)].map(([, text = '']) => text),
  );
}

describe('the chapter on the REPL', () => {
  const text = chapter('repl');

  it.each(commands.map(({ name }) => name))('tells about %s', (name) => {
    expect(text).toMatch(new RegExp(`^@itemx? ${name}\\b`, 'm'));
  });

  it.each(shortcuts.map(({ name }) => name))('tells about ,%s', (name) => {
    expect(text).toMatch(new RegExp(`^@itemx? ,${name}\\b`, 'm'));
  });

  it.each(Object.keys(optionHelp))('tells about the option %s', (name) => {
    expect(text).toContain(`@samp{${name}=`);
  });

  it.each(rawMethods)('tells about the method %s', (name) => {
    expect(text).toContain(`@samp{${name}}`);
  });

  it('tells about no shortcut that is not there', () => {
    const told = [...text.matchAll(/^@itemx? ,([a-z]+)/gm)].map(([, name]) => name);
    expect(told.toSorted()).toEqual(shortcuts.map(({ name }) => name).toSorted());
  });
});

describe('the chapter on request files', () => {
  const text = chapter('requests');

  it.each([
    ...scalarFields,
    ...listFields.map((name) => `list.${name}`),
    ...binaryOperators,
    ...features,
    'exists',
    'absent',
  ])('tells about %s', (word) => {
    expect(text).toContain(`@code{${word}}`);
  });

  it.each(generatedNames)('tells about %s', (name) => {
    expect(text).toContain(`@{@{${name}@}@}`);
  });

  it('has a file whose requests all do what it says', async () => {
    const [example = ''] = examplesAfter('run');
    const { root, remove } = workspaceWith({ 'a.scim': example, 'a.scim-mock': 'generate: { users: 20 }\n' });
    cleanups.push(remove);
    const { code, stdout } = await batch(['mock', 'a.scim-mock', 'a.scim'], {}, root);
    expect(stdout).toContain('5 passed, 0 failed, 0 skipped');
    expect(code).toBe(0);
  });
});

describe('mock files of the manual', () => {
  it.each(examplesAfter('check'))('have no mistake: %s', (text) => {
    const { problems } = loadMockFile(text, { path: 'manual.scim-mock', env: { SCIM_AUTH_TOKEN: 'manual-t0ken' } });
    expect(problems).toEqual([]);
  });
});
