/** A mock file, or another file with resources, as the options of a mock server. */

import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { checkYaml } from '../../config/diagnose.js';
import type { PositionEncoding, Problem, Range } from '../../config/text.js';
import { YamlText } from '../../config/yaml-text.js';
import { ConfigurationError, ScimError } from '../../scim/error.js';
import type { MockOptions } from '../options.js';
import { checkFile } from './check.js';
import { type DataKind, importData, kindOf } from './import.js';
import { type IncludedData, optionsOf } from './options.js';
import { mockFileSchema } from './schema.js';

/** What a mock file is read with. */
export interface MockFileContext {
  /** Path of the file: included files and `file:` references are relative to its directory. */
  readonly path: string;
  /** The environment that `env:` references read. */
  readonly env: NodeJS.ProcessEnv;
  /** Reads the text of an included file; from the disk when absent. */
  readonly readFile?: (path: string) => string;
  /** What TEXT is, when its name and content shall not decide. */
  readonly kind?: DataKind;
  /** How positions of problems count; utf-32 when absent. */
  readonly encoding?: PositionEncoding;
}

/** What became of a file. */
export interface LoadedMockFile {
  readonly kind: DataKind;
  /** undefined when one of the problems is an error. */
  readonly options: MockOptions | undefined;
  /** In the order of the text. */
  readonly problems: readonly Problem[];
}

/** TEXT, a mock file or any that `importData` reads, as options; never throws for what is wrong with the text. */
export function loadMockFile(text: string, context: MockFileContext): LoadedMockFile {
  const kind = context.kind ?? kindOf(text, context.path);
  return kind === 'mock' ? loadYaml(text, context) : loadData(text, kind);
}

/**
 * As `loadMockFile`, for those who cannot go on without options.
 * @throws ConfigurationError `config.file` that lists every error as `file:line:column: message`
 */
export function requireMockOptions(text: string, context: MockFileContext): MockOptions {
  return optionsIn(loadMockFile(text, context), context.path);
}

/**
 * The options of a file that was LOADED from PATH.
 * @throws ConfigurationError like `requireMockOptions`
 */
export function optionsIn({ options, problems }: LoadedMockFile, path: string): MockOptions {
  if (options !== undefined) return options;
  const errors = problems.filter(({ severity }) => severity === 'error');
  throw new ConfigurationError('config.file', errors.map((problem) => problemLine(path, problem)).join('\n'), {
    file: path,
    position: errors[0]?.range.start,
    remedy: 'correct the file at these places',
  });
}

/** `path:line:column: message`, as compilers write it. */
export function problemLine(path: string, { range, message, severity }: Problem): string {
  const { line, character } = range.start;
  return `${path}:${line + 1}:${character + 1}: ${severity === 'warning' ? 'warning: ' : ''}${message}`;
}

function loadYaml(text: string, context: MockFileContext): LoadedMockFile {
  const source = new YamlText(text, context.encoding);
  const { value: file, problems } = checkYaml(source, mockFileSchema());
  if (file === undefined) return { kind: 'mock', options: undefined, problems };
  const found: Problem[] = [];
  const complainAt = (range: Range, message: string, severity: Problem['severity'] = 'error') =>
    void found.push({ range, message, severity });
  const included = (file.include ?? []).flatMap((name, index) => {
    const range = source.valueRange(['include', index]);
    return readIncluded(name, context, (message, severity) => complainAt(range, message, severity)) ?? [];
  });
  const options = optionsOf(file, included, {
    root: dirname(resolve(context.path)),
    env: context.env,
    complain: (path, message) => complainAt(source.valueRange(path), message),
    complainOfKey: (path, message) => complainAt(source.keyRange(path), message),
  });
  checkFile(file, options, source, found);
  const sorted = found.sort((left, right) => left.range.start.line - right.range.start.line);
  return {
    kind: 'mock',
    options: sorted.some(({ severity }) => severity === 'error') ? undefined : options,
    problems: sorted,
  };
}

function readIncluded(
  name: string,
  { path, readFile = (file) => readFileSync(file, 'utf8') }: MockFileContext,
  complain: (message: string, severity?: Problem['severity']) => void,
): IncludedData | undefined {
  const file = isAbsolute(name) ? name : resolve(dirname(resolve(path)), name);
  let text: string;
  try {
    text = readFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
    complain(code === 'ENOENT' ? 'there is no such file' : `this file cannot be read (${code})`);
    return undefined;
  }
  const kind = kindOf(text, file);
  if (kind === 'mock') {
    complain('this file holds neither JSON, an HTTP Archive nor JSON Lines; a mock file cannot be included');
    return undefined;
  }
  try {
    const data = importData(text, kind);
    for (const warning of data.warnings) complain(warning, 'warning');
    return { ...data, isRecorded: kind !== 'json' };
  } catch (error) {
    complain(told(error));
    return undefined;
  }
}

function loadData(text: string, kind: Exclude<DataKind, 'mock'>): LoadedMockFile {
  const start = { line: 0, character: 0 };
  const problem = (message: string, severity: Problem['severity'], at = start): Problem => ({
    range: { start: at, end: at },
    message,
    severity,
  });
  try {
    const data = importData(text, kind);
    const { resources, schemas, resourceTypes } = data;
    // What was seen of a service seldom holds everybody that it refers to.
    const options: MockOptions = { resources, schemas, resourceTypes, rules: { references: 'unchecked' } };
    return { kind, options, problems: data.warnings.map((warning) => problem(warning, 'warning')) };
  } catch (error) {
    const at = error instanceof ScimError ? error.position : undefined;
    return { kind, options: undefined, problems: [problem(told(error), 'error', at)] };
  }
}

function told(error: unknown): string {
  if (error instanceof ScimError)
    return error.remedy === undefined ? error.message : `${error.message}: ${error.remedy}`;
  throw error;
}
