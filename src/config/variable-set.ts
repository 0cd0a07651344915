/** The variable sets of a tenant: `variables: env/staging.env`. */

import { readFileSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { ConfigurationError } from '../scim/error.js';
import { type EnvVariable, parseEnvFile } from './env-file.js';

/** A variable and the set that it stands in. */
export interface SetVariable {
  readonly variable: EnvVariable;
  /** As `scim.yaml` names it, relative to the workspace. */
  readonly file: string;
  /** Absolute. */
  readonly path: string;
}

/** One file of a set. */
export interface SetFile {
  readonly file: string;
  readonly path: string;
  readonly text: string;
}

/** What a tenant's sets define; of two definitions the later one counts, by file and then by line. */
export class VariableSet {
  static readonly none = new VariableSet([]);

  readonly #variables = new Map<string, SetVariable>();

  private constructor(
    /** In the order of `variables:`. */
    readonly files: readonly SetFile[],
  ) {
    for (const { file, path, text } of files) {
      for (const variable of parseEnvFile(text).variables) this.#variables.set(variable.name, { variable, file, path });
    }
  }

  /**
   * The sets FILES, paths relative to ROOT.
   *
   * @throws ConfigurationError `config.file` for one that cannot be read or has a line that is not understood
   */
  static load(root: string, files: readonly string[]): VariableSet {
    if (files.length === 0) return VariableSet.none;
    return new VariableSet(files.map((file) => loadFile(root, file)));
  }

  /**
   * Sets that were read by somebody else, from another revision.
   *
   * @throws ConfigurationError as `load` does
   */
  static of(files: readonly SetFile[]): VariableSet {
    for (const file of files) refuseProblems(file);
    return new VariableSet(files);
  }

  /** The definition of NAME that counts. */
  find(name: string): SetVariable | undefined {
    return this.#variables.get(name);
  }

  /** Every variable, the definition that counts. */
  get variables(): SetVariable[] {
    return [...this.#variables.values()];
  }
}

function loadFile(root: string, given: string): SetFile {
  const path = isAbsolute(given) ? given : resolve(root, given);
  const inside = relative(root, path);
  const file = inside.startsWith('..') ? path : inside;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const remedy = 'create it with NAME=VALUE lines, or correct `variables` in scim.yaml';
    throw new ConfigurationError('config.file', `The variable set ${file} cannot be read`, {
      file: path,
      remedy,
      cause,
    });
  }
  refuseProblems({ file, path, text });
  return { file, path, text };
}

function refuseProblems({ file, path, text }: SetFile): void {
  const [problem] = parseEnvFile(text).problems;
  if (problem) {
    const { line, character } = problem.range.start;
    throw new ConfigurationError('config.file', `${file}:${line + 1}:${character + 1}: ${problem.message}`, {
      file: path,
      position: problem.range.start,
      remedy: problem.remedy,
    });
  }
}
