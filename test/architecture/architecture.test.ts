import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderElisp } from '../../src/protocol/elisp.js';
import { families } from '../../src/protocol/index.js';

/** The layers, and what each may import. The picture of ARCHITECTURE.md as data. */
const mayImport: Record<string, readonly string[]> = {
  bridge: [
    'protocol',
    'report',
    'mock',
    'document',
    'doctor',
    'workspace',
    'client',
    'http',
    'redact',
    'vendors',
    'config',
    'scim',
  ],
  protocol: [],
  report: ['scim'],
  mock: ['redact', 'vendors', 'config', 'scim'],
  document: ['client', 'workspace', 'config', 'scim'],
  doctor: ['client', 'http', 'workspace', 'vendors', 'config', 'scim'],
  workspace: ['vendors', 'config', 'scim'],
  client: ['http', 'redact', 'vendors', 'scim'],
  http: ['redact', 'vendors', 'scim'],
  redact: [],
  vendors: ['scim'],
  config: ['scim'],
  scim: [],
};

/** Packages that belong to one layer, so that nothing else comes to depend on them. */
const homes: Record<string, readonly string[]> = {
  undici: ['http'],
  'vscode-jsonrpc': ['bridge'],
  'scim2-parse-filter': ['scim'],
  'jsonc-parser': ['scim', 'document'],
  yaml: ['workspace', 'config'],
};

/** The text of FILE without its comments. */
function codeOf(file: string): string {
  return readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}

/** Pure code takes the world as arguments. */
const impure = /\bDate\.now\(|new Date\(\)|Math\.random\(|\bprocess\.|from 'node:/;

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => join('src', file));

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
}

function layerOf(file: string): string {
  return file.split('/')[1] ?? '';
}

/** `../scim/error.js` in FILE as the layer it reaches. */
function reached(file: string, specifier: string): string {
  return layerOf(relative('.', join(dirname(file), specifier)));
}

describe('layers', () => {
  it('every folder of src is a layer with a rule', () => {
    const folders = new Set(files.filter((file) => file.split('/').length > 2).map(layerOf));
    expect([...folders].sort()).toEqual(Object.keys(mayImport).sort());
  });

  it('imports point downwards only', () => {
    const upwards = files
      .filter((file) => file !== 'src/main.ts')
      .flatMap((file) =>
        importsOf(file)
          .filter((specifier) => specifier.startsWith('.'))
          .map((specifier) => ({ from: layerOf(file), to: reached(file, specifier), file, specifier }))
          .filter(({ from, to }) => from !== to && !mayImport[from]?.includes(to))
          .map(({ specifier }) => `${file} imports ${specifier}`),
      );
    expect(upwards).toEqual([]);
  });

  it('a package is used in its layer only', () => {
    const astray = files.flatMap((file) =>
      importsOf(file)
        .filter((specifier) => {
          const home = homes[specifier.split('/')[0] ?? ''];
          return home !== undefined && !home.includes(layerOf(file));
        })
        .map((specifier) => `${file} imports ${specifier}`),
    );
    expect(astray).toEqual([]);
  });

  it('undici is loaded lazily, so that the bridge starts fast', () => {
    const eager = files.filter((file) => /^import (?!type)[^;]*from 'undici'/m.test(readFileSync(file, 'utf8')));
    expect(eager).toEqual([]);
  });

  it('zod is imported whole: its named import drags in every locale', () => {
    const named = files.filter((file) => /import (type )?\{[^}]*\} from 'zod'/.test(readFileSync(file, 'utf8')));
    expect(named).toEqual([]);
  });

  it('src/scim is pure', () => {
    const dirty = files.filter((file) => layerOf(file) === 'scim' && impure.test(codeOf(file)));
    expect(dirty).toEqual([]);
  });

  it('files stay small enough to read', () => {
    const long = files.filter((file) => readFileSync(file, 'utf8').split('\n').length > 400);
    expect(long).toEqual([]);
  });
});

describe('Emacs Lisp', () => {
  const elisp = readdirSync('elisp').filter((file) => file.endsWith('.el'));
  const source = (file: string) => readFileSync(join('elisp', file), 'utf8');

  it('scim-protocol.el is what the protocol says', () => {
    expect(source('scim-protocol.el')).toBe(renderElisp(families));
  });

  it('only scim-rpc.el calls jsonrpc', () => {
    const callers = elisp.filter((file) => /\(jsonrpc-|#'jsonrpc-|\(require 'jsonrpc/.test(source(file)));
    expect(callers).toEqual(['scim-rpc.el']);
  });

  it('the package has the version of package.json', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(source('scim.el')).toContain(`\n;; Version: ${version}\n`);
  });

  it('the tenant of a buffer is never made that of all buffers', () => {
    const global = /\(setq(?:\s+[\w-]+\s+[\w-]+)*\s+scim-tenant\s|setq-default\s+scim-tenant/;
    expect(elisp.filter((file) => global.test(source(file)))).toEqual([]);
  });

  it('every file stands in ARCHITECTURE.md', () => {
    const text = readFileSync('ARCHITECTURE.md', 'utf8');
    const stem = (file: string) => file.replace(/^.*\//, '');
    expect(elisp.map(stem).filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });

  it('files stay small enough to read', () => {
    const long = elisp.filter((file) => file !== 'scim-protocol.el' && source(file).split('\n').length > 550);
    expect(long).toEqual([]);
  });
});
