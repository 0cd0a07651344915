/** What the README tells a person to press and to call is there. */

import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startMock } from '../../src/mock/server.js';
import { workspaceWith } from '../support/batch.js';
import { examplesIn } from '../support/markdown.js';

const run = promisify(execFile);
const readme = readFileSync('README.md', 'utf8');

/** A key of the README, and the modes in which it is told to do something. */
interface Key {
  readonly key: string;
  readonly modes: readonly string[];
}

/** Text without what stands in fenced blocks. */
function prose(markdown: string): string {
  return markdown.replaceAll(/^```[\s\S]*?^```$/gm, '');
}

const key = '(?:[CM]-)*(?:TAB|RET|SPC|[^\\s])';
/** Keys as Emacs writes them: `C-c C-c`, `RET`, `?`, `M-p`. */
const keyPattern = new RegExp(`^${key}(?: ${key})*$`);

/** What stands between backticks in MARKDOWN and is keys. */
function keysIn(markdown: string): string[] {
  return [...markdown.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code).filter((code) => keyPattern.test(code));
}

/**
 * The keys below each comment that names modes, up to the next such comment or heading. A word of several letters is no
 * key, nor is a command of the REPL.
 */
function keysOf(markdown: string): Key[] {
  const keys: Key[] = [];
  for (const part of markdown.split(/^(?=#|<!-- keys:)/m)) {
    const [, modes] = /^<!-- keys: (.*) -->/.exec(part) ?? [];
    if (modes === undefined) continue;
    for (const key of keysIn(part)) keys.push({ key, modes: modes.split(' ') });
  }
  return keys;
}

/** Evaluates FORM in an Emacs that has all of the package, and returns what it prints. */
async function inPackage(form: string): Promise<string> {
  const load = `(progn (setq package-user-dir "none") (dolist (file (directory-files "elisp" t "\\\\.el\\\\'")) (load file nil t)))`;
  const { stdout } = await run('emacs', ['-Q', '--batch', '-L', 'elisp', '--eval', load, '--eval', form]);
  return stdout;
}

function lisp(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** The example of the README that contains WHAT. */
function exampleWith(what: string): string {
  const found = examplesIn(readme).find(({ text }) => text.includes(what));
  if (found === undefined) throw new Error(`There is no example with ${what}`);
  return found.text;
}

describe('the README', () => {
  it('shows a request file, a script and a scim.yaml that work together in CI, as it says', async () => {
    const mock = await startMock({ users: 30, groups: 2, tokens: ['readme-t0ken'] });
    const { root, remove } = workspaceWith({
      'scim.yaml': exampleWith('tenants:\n  staging:'),
      'users.scim': exampleWith('### deactivate'),
      'offboard.el': exampleWith("(require 'scim-api)"),
    });
    try {
      for (const name of ['elisp', 'dist']) symlinkSync(join(process.cwd(), name), join(root, name));
      const env = { ...process.env, SCIM_API_BASE_URL: mock.url, SCIM_AUTH_TOKEN: 'readme-t0ken' };
      await run('sh', ['-ec', exampleWith('run users.scim offboard.el')], { cwd: root, env });
      const report = readFileSync(join(root, 'report.xml'), 'utf8');
      expect(report).toMatch(/users\.scim" tests="4" failures="0" errors="0" skipped="0"/);
      expect(report).toMatch(/offboard\.el" tests="1" failures="0" errors="0" skipped="0"/);
      const left = await fetch(`${mock.url}/Users?filter=active%20eq%20false`, {
        headers: { authorization: 'Bearer readme-t0ken' },
      });
      expect(await left.json()).toMatchObject({ totalResults: 0 });
    } finally {
      remove();
      await mock.close();
    }
  });

  it('names keys that do something where it says so', async () => {
    const keys = keysOf(prose(readme));
    expect(keys.length).toBeGreaterThan(60);
    const list = keys.map(({ key, modes }) => `(${lisp(key)} ${modes.join(' ')})`).join('\n');
    const form = `
      (dolist (entry '(${list}))
        (let* ((maps (apply #'append
                            (mapcar (lambda (mode)
                                      (if (eq mode 'global) (list (current-global-map))
                                        (delq nil (scim-menu-maps mode))))
                                    (cdr entry))))
               (command (seq-some (lambda (map)
                                    (let ((found (lookup-key map (kbd (car entry)))))
                                      (and found (not (numberp found)) found)))
                                  maps)))
          (unless command (princ (format "%S\\n" entry)))))`;
    expect(await inPackage(form)).toBe('');
  });

  it('names keys in no place where no mode is told', () => {
    const withoutModes = prose(readme)
      .split(/^(?=#|<!-- keys:)/m)
      .filter((part) => !part.startsWith('<!-- keys:'))
      .join('');
    const keys = keysIn(withoutModes);
    // In the first steps: those at home, which their table has.
    expect(keys.filter((key) => !['t', 'u', 'i'].includes(key))).toEqual([]);
  });

  it('names commands, functions and options that there are', async () => {
    const commands = [...readme.matchAll(/`M-x ([a-z-]+)`/g)].map(([, name = '']) => name);
    const names = [...prose(readme).matchAll(/`(scim-[a-z-]+)`/g)].map(([, name = '']) => name);
    expect(commands).toEqual(expect.arrayContaining(['scim', 'scim-schemas', 'scim-doctor']));
    expect(names).toEqual(expect.arrayContaining(['scim-list', 'scim-update', 'scim-node-executable']));
    const form = `(progn
      (dolist (name '(${commands.join(' ')})) (unless (commandp name) (princ (format "%s\\n" name))))
      (dolist (name '(${names.join(' ')})) (unless (or (fboundp name) (boundp name)) (princ (format "%s\\n" name)))))`;
    expect(await inPackage(form)).toBe('');
  });

  it('names targets of the Makefile that there are', () => {
    const makefile = readFileSync('Makefile', 'utf8');
    const targets = [...readme.matchAll(/(?:^|`)make ([a-z-]+)/gm)].map(([, name = '']) => name);
    expect(targets).toEqual(expect.arrayContaining(['tour', 'demo', 'package']));
    for (const target of targets) expect(makefile, target).toMatch(new RegExp(`^${target}:`, 'm'));
  });

  it('shows pictures that are there, and small', () => {
    const pictures = [...readme.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, file = '']) => file);
    expect(pictures.length).toBeGreaterThan(4);
    for (const file of pictures) expect(statSync(file).size, file).toBeLessThan(120_000);
  });

  it('links to files that are there', () => {
    const links = [...readme.matchAll(/(?<!!)\[[^\]]+\]\(([^)#]+)\)/g)].map(([, file = '']) => file);
    expect(links.filter((file) => !file.startsWith('http') && !existsSync(file))).toEqual([]);
  });
});
