/** Filters in the query of a request line, and in the paths of assertions. */

import { escapeFilterString } from '../../scim/filter/escape.js';
import { Complaint } from '../complaint.js';
import { textOf } from '../insert.js';
import type { ParsedRequest, ReferencePart, Template } from '../model.js';
import { MappedText } from '../source-map.js';
import { queryPairs } from '../target.js';
import { destinationOf, tolerantLookup } from './destination.js';
import type { Diagnosis, Edited } from './model.js';
import { isUncertain } from './payload.js';

/** What is wrong with the filter in the query of REQUEST. */
export function diagnoseFilters(edited: Edited, request: ParsedRequest): Diagnosis[] {
  const destination = destinationOf(edited, request);
  if (destination === undefined || destination.kind === 'unknown' || destination.kind === 'about') return [];
  return pairsOf(request).flatMap(({ key, value, isUnencoded }) => {
    if (plain(key).toLowerCase() !== 'filter' || value === undefined) return [];
    const unknown: ReferencePart[] = [];
    const lookup = tolerantLookup(edited, request.index, (part) => unknown.push(part));
    const mapped = new MappedText();
    let quoted = false;
    for (const part of value) {
      if (part.kind === 'reference') {
        // A reference that stands for more than a text of the filter can be anything.
        if (!quoted && edited.valueOf(part, request.index) === undefined) return [];
        const text = textOf(part, lookup);
        mapped.insert(quoted ? escapeFilterString(text) : text, part.offset, part.source.length);
      } else {
        copyDecoded(mapped, part.text, part.offset, isUnencoded);
        quoted = endsQuoted(mapped.text);
      }
    }
    const text = edited.file.source.text;
    return edited.filters
      .diagnose(mapped.text, destination.type)
      .map((diagnosis) => ({ ...diagnosis, ...mapped.rangeOf(diagnosis.start, diagnosis.end) }))
      .filter((diagnosis) => !isUncertain(text, diagnosis, unknown));
  });
}

/** The pairs of the query of REQUEST; none when they cannot be told apart. */
function pairsOf(request: ParsedRequest): ReturnType<typeof queryPairs> {
  try {
    return queryPairs(request.targetTemplate);
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    return [];
  }
}

function plain(template: Template): string {
  return template.map((part) => (part.kind === 'text' ? part.text : part.source)).join('');
}

/** TEXT, which stands at OFFSET, appended to MAPPED; percent escapes are decoded unless ISUNENCODED. */
function copyDecoded(mapped: MappedText, text: string, offset: number, isUnencoded: boolean): void {
  let done = 0;
  const escapes = isUnencoded ? [] : text.matchAll(/(?:%[0-9A-Fa-f]{2})+|\+/g);
  for (const { 0: escaped, index } of escapes) {
    if (index > done) mapped.copy(text.slice(done, index), offset + done);
    mapped.insert(escaped === '+' ? '+' : decode(escaped), offset + index, escaped.length);
    done = index + escaped.length;
  }
  if (done < text.length) mapped.copy(text.slice(done), offset + done);
}

function decode(escaped: string): string {
  try {
    return decodeURIComponent(escaped);
  } catch {
    return escaped;
  }
}

/** Is a string open at the end of FILTER? */
function endsQuoted(filter: string): boolean {
  let inside = false;
  for (let offset = 0; offset < filter.length; offset++) {
    if (filter[offset] === '"') inside = !inside;
    else if (inside && filter[offset] === '\\') offset++;
  }
  return inside;
}
