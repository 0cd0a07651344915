/** What editors of `scim.yaml` and of variable sets have in common. */

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type PositionEncoding, type Problem, type Range, TextLines } from '../../config/text.js';
import { lintPlaced } from '../lint/lint.js';
import { type LintOptions, type Placed, yamlName } from '../lint/subject.js';

/** A file as it stands in an editor, saved or not. */
export interface EditedFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  readonly encoding: PositionEncoding;
  readonly environment: NodeJS.ProcessEnv;
  readonly now: Date;
  /** The text of another file that is edited, too. */
  readonly unsaved: (path: string) => string | undefined;
}

/** The nearest directory above the file that has a `scim.yaml`, saved or not; else the one that it is in. */
function rootOf({ path, unsaved }: Pick<EditedFile, 'path' | 'unsaved'>): string {
  const own = dirname(path);
  for (let directory = own; ; directory = dirname(directory)) {
    const yaml = join(directory, yamlName);
    if (existsSync(yaml) || unsaved(yaml) !== undefined) return directory;
    if (directory === dirname(directory)) return own;
  }
}

/** What the workspace of FILE is looked at with. */
export function lintOptionsOf(file: EditedFile): LintOptions {
  const { path, text, environment, now, unsaved } = file;
  return { root: rootOf(file), environment, now, unsaved: (other) => (other === path ? text : unsaved(other)) };
}

/** What is wrong with FILE, which findings call NAME. */
export async function problemsOf(file: EditedFile, options: LintOptions, name: string): Promise<Problem[]> {
  const found = await lintPlaced(options);
  const lines = new TextLines(file.text);
  const told = new TextLines(file.text, file.encoding);
  const inEncoding = ({ start, end }: Range) => told.range(lines.offset(start), lines.offset(end));
  return found
    .filter((finding) => finding.file === name)
    .map((finding): Problem => {
      const { range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } } = finding;
      return { range: inEncoding(range), message: messageOf(finding), severity: severityOf(finding) };
    })
    .sort((left, right) => left.range.start.line - right.range.start.line);
}

/** A key that is wrong needs no advice beside its message. */
function messageOf({ id, message, fix }: Placed): string {
  return id === 'ENV015' || fix === undefined ? message : `${message}: ${fix}`;
}

/** A text is not wrong because a variable is not set here, or because a person has still to trust it. */
function severityOf({ id, status, variable }: Placed): Problem['severity'] {
  const isElsewhere = id === 'ENV014' || (id === 'ENV001' && variable !== undefined);
  return status === 'error' && !isElsewhere ? 'error' : 'warning';
}
