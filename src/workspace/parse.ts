/** The text of a `scim.yaml`: its content, or every problem with its place. */

import { checkYaml } from '../config/diagnose.js';
import { annotationsFrom } from '../config/env-file.js';
import type { Problem } from '../config/text.js';
import { YamlText } from '../config/yaml-text.js';
import type { WorkspaceFile } from './file.js';
import { workspaceSchema } from './schema.js';

/** What became of a text. */
export interface ParsedWorkspaceFile {
  /** undefined when there is a problem. */
  readonly file: WorkspaceFile | undefined;
  readonly problems: readonly Problem[];
  /** Where everything stands. */
  readonly source: YamlText;
}

/** TEXT, the content of the `scim.yaml` at PATH. */
export function parseWorkspaceFile(text: string, path: string): ParsedWorkspaceFile {
  const source = new YamlText(text);
  const { value, problems } = checkYaml(source, workspaceSchema());
  if (value === undefined) return { file: undefined, problems, source };
  const file: WorkspaceFile = {
    path,
    defaultTenant: value.default,
    variables: new Map(Object.entries(value.variables ?? {}).map(([name, said]) => [name, annotationsFrom(said)])),
    tenants: new Map(Object.entries(value.tenants)),
    lineOf: (keys) => source.valueRange(keys).start.line + 1,
  };
  return { file, problems, source };
}
