/** What an editor of a variable set asks for: problems, completion, documentation. */

import type { Completion } from '../../config/complete.js';
import { parseEnvFile } from '../../config/env-file.js';
import type { Hover } from '../../config/hover.js';
import type { Suggestion } from '../../config/source.js';
import { type Problem, TextLines } from '../../config/text.js';
import type { Position } from '../../scim/error.js';
import { shownPath } from '../inventory-source.js';
import { annotationKeys } from '../lint/declared.js';
import { isLiteral } from '../lint/sets.js';
import { type LintOptions, type Subject, subjectOf } from '../lint/subject.js';
import { type EditedFile, lintOptionsOf, problemsOf } from './edited.js';
import { aboutReference, aboutVariable, suggestedReferences } from './references.js';

/** What is wrong with FILE, and with what tenants find in it. */
export async function diagnoseVariableSet(file: EditedFile): Promise<Problem[]> {
  const options = setOptions(file);
  return problemsOf(file, options, shownPath(file.path, options.root));
}

function setOptions(file: EditedFile): LintOptions {
  return { ...lintOptionsOf(file), alsoSets: [file.path] };
}

/** What can stand at POSITION of FILE. */
export async function completeVariableSet(file: EditedFile, position: Position): Promise<Completion[]> {
  const subject = await subjectOf(setOptions(file));
  const lines = new TextLines(file.text, file.encoding);
  const offset = lines.offset(position);
  const before = file.text.slice(file.text.lastIndexOf('\n', offset - 1) + 1, offset);
  const rest = /^[^\s#"'=]*/.exec(file.text.slice(offset))?.[0] ?? '';
  const { kind, prefix, suggestions, ending } = offersAfter(before, subject, file);
  const range = lines.range(offset - prefix.length, offset + rest.length);
  const hasEnding = file.text.startsWith(ending.trimEnd(), offset + rest.length);
  return suggestions
    .filter(({ label }) => label.toLowerCase().startsWith(prefix.toLowerCase()))
    .map((suggestion) => ({
      ...suggestion,
      kind,
      range,
      insert: `${suggestion.label}${hasEnding ? '' : ending}`,
    }));
}

interface Offers {
  readonly kind: Completion['kind'];
  /** What stands there already. */
  readonly prefix: string;
  readonly suggestions: readonly Suggestion[];
  /** What follows the word. */
  readonly ending: string;
}

/** What can follow BEFORE, the line up to the cursor. */
function offersAfter(before: string, subject: Subject, file: EditedFile): Offers {
  const [, comment] = /^\s*#\s*([A-Za-z]*)$/.exec(before) ?? [];
  if (comment !== undefined) {
    const suggestions = Object.entries(annotationKeys).map(([label, { description }]) => ({ label, description }));
    return { kind: 'key', prefix: comment, suggestions, ending: ': ' };
  }
  const [, key, value = ''] = /^\s*#\s*([A-Za-z]+)\s*:\s*(\S*)$/.exec(before) ?? [];
  if (key !== undefined) {
    const known = Object.entries(annotationKeys).find(([name]) => name === key.toLowerCase())?.[1];
    return { kind: 'value', prefix: value, suggestions: (known?.values ?? []).map((label) => ({ label })), ending: '' };
  }
  const [, name] = /^\s*(?:export\s+)?([A-Za-z0-9_]*)$/.exec(before) ?? [];
  if (name !== undefined) return { kind: 'key', prefix: name, suggestions: neededNames(subject, file), ending: '=' };
  const [, reference] = /=\s*"?([^\s"'#]*)$/.exec(before) ?? [];
  if (reference === undefined) return { kind: 'value', prefix: '', suggestions: [], ending: '' };
  return { kind: 'value', prefix: reference, suggestions: suggestedReferences(subject, reference), ending: '' };
}

/** The variables that tenants need and that the set does not define yet; those that are not set come first. */
function neededNames(subject: Subject, file: EditedFile): Suggestion[] {
  const defined = new Set(parseEnvFile(file.text).variables.map(({ name }) => name));
  const needed = subject.tenants.flatMap(({ values }) =>
    values.flatMap(({ resolved: { ok, origin } }) =>
      origin.variable === undefined || defined.has(origin.variable) ? [] : [{ name: origin.variable, ok }],
    ),
  );
  const names = needed.sort((left, right) => Number(left.ok) - Number(right.ok)).map(({ name }) => name);
  return [...new Set(names)].map((label) => ({ label, description: aboutVariable(label, subject) }));
}

/** What is known of what stands at POSITION of FILE. */
export async function hoverVariableSet(file: EditedFile, position: Position): Promise<Hover | undefined> {
  const lines = new TextLines(file.text, file.encoding);
  const codePoints = new TextLines(file.text);
  const offset = lines.offset(position);
  const { character } = codePoints.position(offset);
  const isAt = ({ start, end }: { start: Position; end: Position }) =>
    start.line === position.line && start.character <= character && character <= end.character;
  const told = (range: { start: Position; end: Position }, text: string): Hover => ({
    range: lines.range(codePoints.offset(range.start), codePoints.offset(range.end)),
    text,
  });
  const found = parseEnvFile(file.text).variables.find(
    ({ nameRange, valueRange }) => isAt(nameRange) || isAt(valueRange),
  );
  if (found === undefined) return hoverComment(file, offset);
  const subject = await subjectOf(setOptions(file));
  if (isAt(found.nameRange)) return told(found.nameRange, `**${found.name}**: ${aboutVariable(found.name, subject)}`);
  const about = isLiteral(found) ? undefined : aboutReference(found.value, subject);
  return about === undefined ? undefined : told(found.valueRange, about);
}

function hoverComment({ text, encoding }: EditedFile, offset: number): Hover | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const [whole, before = '', key = ''] = /^(\s*#\s*)([A-Za-z]+)\s*:/.exec(text.slice(start)) ?? [];
  const known = Object.entries(annotationKeys).find(([name]) => name === key.toLowerCase());
  const from = start + before.length;
  if (whole === undefined || known === undefined || offset < from || offset > from + key.length) return undefined;
  const [name, { description, values }] = known;
  const choices = values.length === 0 ? '' : `\n\nOne of ${values.map((one) => `\`${one}\``).join(', ')}.`;
  return {
    range: new TextLines(text, encoding).range(from, from + key.length),
    text: `**${name}**: ${description}${choices}`,
  };
}
