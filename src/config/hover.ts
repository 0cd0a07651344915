/** What is known of the word at a place of a YAML text. */

import type { Position } from '../scim/error.js';
import { choicesOf, membersOf, type Reached, reach, type Schema } from './shape.js';
import type { Sources } from './source.js';
import type { PositionEncoding, Range } from './text.js';
import { type ScalarPlace, YamlText } from './yaml-text.js';

/** A text about what stands at RANGE. */
export interface Hover {
  readonly range: Range;
  /** Markdown. */
  readonly text: string;
}

/** What is known of the key or value at POSITION of TEXT; undefined when nothing is. */
export function hoverAt(
  text: string,
  position: Position,
  schema: Schema,
  sources: Sources,
  encoding: PositionEncoding = 'utf-32',
): Hover | undefined {
  const source = new YamlText(text, encoding);
  const place = source.scalarAt(source.lines.offset(position));
  const told = place && aboutPlace(place, schema, source.value, sources);
  return place && told !== undefined ? { range: source.lines.range(place.start, place.end), text: told } : undefined;
}

function aboutPlace(place: ScalarPlace, schema: Schema, root: unknown, sources: Sources): string | undefined {
  const { path, role } = place;
  const label = String(role === 'key' ? path.at(-1) : place.value);
  const reached = reach(schema, path, root);
  const known = suggestionFor(label, place, schema, root, sources) ?? choiceFor(label, role, reached);
  if (known !== undefined) return known;
  if (reached?.description === undefined || role === 'value') return undefined;
  return [`**${label}**: ${reached.description}`, ...detailsOf(reached)].join('\n\n');
}

/** What a source tells of LABEL, when there is one for its place. */
function suggestionFor(label: string, { path, role }: ScalarPlace, schema: Schema, root: unknown, sources: Sources) {
  const asked = reach(schema, role === 'key' ? path.slice(0, -1) : path, root);
  const source = asked?.source;
  const offered = source && sources[source.name]?.({ role, path: source.rest, root, prefix: label });
  const found = offered?.find((suggestion) => suggestion.label.toLowerCase() === label.toLowerCase());
  if (found?.description === undefined) return undefined;
  const detail = found.detail === undefined ? '' : ` (${found.detail})`;
  return `**${found.label}**${detail}: ${found.description}`;
}

/** What the schema tells of a value that it lists. */
function choiceFor(label: string, role: 'key' | 'value', reached: Reached | undefined): string | undefined {
  if (role === 'key') return undefined;
  const chosen = reached?.alternatives.find((schema) => choicesOf(schema).includes(label));
  const about = chosen && reach(chosen, [], undefined)?.description;
  return about === undefined ? undefined : `**${label}**: ${about}`;
}

function detailsOf({ alternatives }: Reached): string[] {
  const choices = [...new Set(alternatives.flatMap(choicesOf))];
  const members = [...new Set(alternatives.flatMap(membersOf).map(([name]) => name))];
  return [
    ...(choices.length > 0 ? [`One of ${choices.map((choice) => `\`${choice}\``).join(', ')}.`] : []),
    ...(members.length > 0 ? [`Keys: ${members.map((name) => `\`${name}\``).join(', ')}.`] : []),
  ];
}
