/** What an editor of `scim.yaml` asks for: problems, completion, documentation. */

import { join } from 'node:path';
import { type Completion, completeAt } from '../../config/complete.js';
import { type Hover, hoverAt } from '../../config/hover.js';
import type { Problem } from '../../config/text.js';
import { YamlText } from '../../config/yaml-text.js';
import type { Position } from '../../scim/error.js';
import { type LintOptions, subjectOf, yamlName } from '../lint/subject.js';
import { workspaceSchema } from '../schema.js';
import { type EditedFile, lintOptionsOf, problemsOf } from './edited.js';
import { aboutReference } from './references.js';
import { setFilesIn, yamlSources } from './sources.js';

/** What is wrong with FILE, and with the tenants that it defines. */
export async function diagnoseWorkspaceFile(file: EditedFile): Promise<Problem[]> {
  return problemsOf(file, lintOptionsOf(file), yamlName);
}

/** A text that is half-written does not tell which sets it names: any of them may be meant. */
function withAllSets(options: LintOptions): LintOptions {
  const { root } = options;
  return { ...options, alsoSets: setFilesIn(root).map((file) => join(root, file)) };
}

/** What can stand at POSITION of FILE. */
export async function completeWorkspaceFile(file: EditedFile, position: Position): Promise<Completion[]> {
  const sources = yamlSources(await subjectOf(withAllSets(lintOptionsOf(file))));
  return completeAt(file.text, position, workspaceSchema(), sources, file.encoding);
}

/** What is known of what stands at POSITION of FILE. */
export async function hoverWorkspaceFile(file: EditedFile, position: Position): Promise<Hover | undefined> {
  const subject = await subjectOf(withAllSets(lintOptionsOf(file)));
  const source = new YamlText(file.text, file.encoding);
  const place = source.scalarAt(source.lines.offset(position));
  const about =
    place?.role === 'value' && typeof place.value === 'string' ? aboutReference(place.value, subject) : undefined;
  if (place !== undefined && about !== undefined) {
    return { range: source.lines.range(place.start, place.end), text: about };
  }
  return hoverAt(file.text, position, workspaceSchema(), yamlSources(subject), file.encoding);
}
