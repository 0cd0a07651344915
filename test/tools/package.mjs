/**
 * Builds the package for `package-install-file`: node test/tools/package.mjs [DIRECTORY]
 *
 * The archive holds the Emacs Lisp, the demo, the bridge as one file, the manual with a `dir` file, by which package.el
 * makes it known to Info, and `scim-pkg.el`, which is generated from the header of scim.el. The same sources give the same
 * bytes. The file's name is printed.
 */

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Time stamp of every file in the archive, in seconds, as reproducible builds ask for. */
const epoch = process.env.SOURCE_DATE_EPOCH ?? '1767225600';

function fail(message) {
  process.stderr.write(`package: ${message}\n`);
  process.exit(1);
}

/** TEXT as a Lisp string. */
function lispString(text) {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** What the header of the main file says: summary, version, requirements, URL and keywords. */
function readHeader() {
  const text = readFileSync(join(root, 'elisp/scim.el'), 'utf8');
  const field = (name) => {
    const value = new RegExp(`^;; ${name}: *(.+)$`, 'm').exec(text)?.[1];
    return value?.trim() ?? fail(`elisp/scim.el has no ${name} header`);
  };
  const summary = /^;;; scim\.el --- (.+?) *-\*-/.exec(text)?.[1] ?? fail('elisp/scim.el has no summary');
  const version = field('Version');
  const expected = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
  if (version !== expected) {
    fail(`elisp/scim.el has version ${version}, package.json ${expected}`);
  }
  return { summary, version, requires: field('Package-Requires'), url: field('URL'), keywords: field('Keywords') };
}

/** The text of scim-pkg.el. */
function packageFile({ summary, version, requires, url, keywords }) {
  const words = keywords.split(/[,\s]+/).map(lispString);
  return `;;; scim-pkg.el --- Description of the package -*- no-byte-compile: t; lexical-binding: t; -*-
(define-package "scim" ${lispString(version)}
  ${lispString(summary)}
  '${requires}
  :url ${lispString(url)}
  :keywords '(${words.join(' ')}))
;;; scim-pkg.el ends here
`;
}

/** The text of `dir`: the entry of the manual in the list of all manuals, from the head of scim.texi. */
function infoDirectory() {
  const text = readFileSync(join(root, 'elisp/doc/scim.texi'), 'utf8');
  const category = /^@dircategory (.+)$/m.exec(text)?.[1];
  const entry = /^@direntry\n(.+)\n@end direntry$/m.exec(text)?.[1];
  if (category === undefined || entry === undefined) {
    fail('elisp/doc/scim.texi has no @dircategory or no @direntry');
  }
  return `This is the file dir, which says where the manual is.\n\u001f\nFile: dir,\tNode: Top\n\n* Menu:\n\n${category}\n${entry}\n`;
}

/** Copies what belongs into the package to the directory STAGE. */
function fill(stage, header) {
  const bridge = join(root, 'dist/scim-bridge.cjs');
  if (!existsSync(bridge)) {
    fail('dist/scim-bridge.cjs is missing; run `make build`');
  }
  const manual = join(root, 'elisp/doc/scim.info');
  if (!existsSync(manual)) {
    fail('elisp/doc/scim.info is missing; run `make info`');
  }
  cpSync(join(root, 'elisp'), stage, {
    recursive: true,
    filter: (source) => !/\.(?:elc|texi|info)$|~$|(^|\/)[.#][^/]*$/.test(source.slice(root.length)),
  });
  cpSync(manual, join(stage, 'scim.info'));
  writeFileSync(join(stage, 'dir'), infoDirectory());
  cpSync(bridge, join(stage, 'scim-bridge.cjs'));
  for (const name of readdirSync(root).filter((entry) => /^(LICENSE|(README|MOCK|ENVIRONMENT)\.md)$/.test(entry))) {
    cpSync(join(root, name), join(stage, name));
  }
  writeFileSync(join(stage, 'scim-pkg.el'), packageFile(header));
}

/** Packs the directory NAME in PARENT into ARCHIVE with GNU tar. */
function pack(parent, name, archive) {
  const options = ['--format=ustar', '--sort=name', `--mtime=@${epoch}`, '--owner=0', '--group=0', '--numeric-owner'];
  execFileSync('tar', [...options, '--mode=u=rwX,go=rX', '-cf', archive, '-C', parent, name], { stdio: 'inherit' });
}

const header = readHeader();
const name = `scim-${header.version}`;
const output = resolve(root, process.argv[2] ?? 'build');
mkdirSync(output, { recursive: true });
const parent = mkdtempSync(join(output, '.package-'));
try {
  mkdirSync(join(parent, name));
  fill(join(parent, name), header);
  pack(parent, name, join(output, `${name}.tar`));
} finally {
  rmSync(parent, { recursive: true });
}
process.stdout.write(`${join(output, `${name}.tar`)}\n`);
