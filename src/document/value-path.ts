/**
 * Paths into an answer, in the manner of SCIM attribute paths (RFC 7644 §3.10, §3.5.2): names without regard to case,
 * `[filter]` selects elements, `[0]` takes one, a URN may come first. A path that meets an array without a selection
 * continues in every element. Filters compare numbers as doubles; what the path leads to keeps its digits.
 */
import { ProtocolError } from '../scim/error.js';
import { compileFilter, parseFilter } from '../scim/filter/index.js';
import type { JsonObject } from '../scim/json.js';
import { Complaint } from './complaint.js';
import { type ExactJson, type ExactObject, isExactObject, toPlainJson } from './exact-json.js';

type Step =
  | { readonly kind: 'name'; readonly name: string }
  /** Text that begins with a URN; where the URN ends is known only when it meets the names of an object. */
  | { readonly kind: 'urn'; readonly text: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'filter'; readonly matches: (element: JsonObject) => boolean };

export type ValuePath = readonly Step[];

/**
 * The path that TEXT is: what stands after `body.`, or `[…]` after `body`.
 * @throws Complaint with an offset in TEXT
 */
export function parseValuePath(text: string): ValuePath {
  const steps: Step[] = [];
  for (let offset = 0; offset < text.length || offset === 0; ) {
    if (text[offset] === '[') {
      const end = closingBracket(text, offset);
      steps.push(selection(text.slice(offset + 1, end), offset + 1));
      offset = end + 1;
    } else {
      if (offset > 0) offset = skipDot(text, offset);
      const name = nameAt(text, offset);
      steps.push(offset === 0 && /^urn:/i.test(name) ? { kind: 'urn', text: name } : { kind: 'name', name });
      offset += name.length;
    }
  }
  return steps;
}

function skipDot(text: string, offset: number): number {
  if (text[offset] === '.') return offset + 1;
  throw new Complaint('request.syntax', `Expected \`.\` or \`[\` in the path, found \`${text[offset]}\``, offset);
}

function nameAt(text: string, offset: number): string {
  const pattern = offset === 0 && /^urn:/i.test(text) ? /[^\s[\]]+/y : /[^\s.[\]"]+/y;
  pattern.lastIndex = offset;
  const name = pattern.exec(text)?.[0];
  if (name === undefined) throw new Complaint('request.syntax', 'The path lacks an attribute name', offset);
  return name;
}

/** Offset of the bracket that closes the one at OPEN; brackets inside strings do not count. */
function closingBracket(text: string, open: number): number {
  let depth = 0;
  let inString = false;
  for (let offset = open; offset < text.length; offset++) {
    const char = text[offset];
    if (inString) {
      if (char === '\\') offset++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '[') depth++;
    else if (char === ']' && --depth === 0) return offset;
  }
  throw new Complaint('request.syntax', 'The `[` in the path is not closed', open);
}

function selection(text: string, base: number): Step {
  if (/^\d+$/.test(text)) return { kind: 'index', index: Number(text) };
  try {
    return { kind: 'filter', matches: compileFilter(parseFilter(text), undefined) };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new Complaint('request.syntax', error.message, base + (error.offset ?? 0));
  }
}

/** What PATH leads to from VALUE: nothing, the one value, or an array of several. */
export function valueAt(value: ExactJson, path: ValuePath): ExactJson | undefined {
  let values = [value];
  for (const step of path) values = values.flatMap((each) => follow(each, step));
  return values.length > 1 ? values : values[0];
}

function follow(value: ExactJson, step: Step): ExactJson[] {
  switch (step.kind) {
    case 'index':
      return Array.isArray(value) ? value.slice(step.index, step.index + 1) : step.index === 0 ? [value] : [];
    case 'filter':
      return (Array.isArray(value) ? value : [value]).filter((element) => step.matches(filterable(element)));
    default:
      if (Array.isArray(value)) return value.flatMap((element) => follow(element, step));
      if (!isExactObject(value)) return [];
      return step.kind === 'name' ? member(value, step.name) : urnMember(value, step.text);
  }
}

/** A simple value is filtered as the `value` of a complex one: `schemas[value eq "urn:…"]`. */
function filterable(element: ExactJson): JsonObject {
  const plain = toPlainJson(element);
  return typeof plain === 'object' && plain !== null && !Array.isArray(plain) ? plain : { value: plain };
}

/** The member NAME of OBJECT, exactly or else without regard to case (RFC 7643 §2.1). */
function member(object: ExactObject, name: string): ExactJson[] {
  const wanted = name.toLowerCase();
  const key = Object.hasOwn(object, name) ? name : Object.keys(object).find((each) => each.toLowerCase() === wanted);
  const found = key === undefined ? undefined : object[key];
  return found === undefined ? [] : [found];
}

/**
 * `urn:…:2.0:User:manager.value` from OBJECT: the longest member that the text begins with holds an extension; else the
 * URN may be that of the core schema, whose attributes are members of OBJECT itself.
 */
function urnMember(object: ExactObject, text: string): ExactJson[] {
  const container = longestUrn(text, Object.keys(object));
  if (container !== undefined) return followNames(member(object, container), text.slice(container.length));
  const schemas = member(object, 'schemas')[0];
  const declared = Array.isArray(schemas) ? schemas.filter((each) => typeof each === 'string') : [];
  const core = longestUrn(text, declared);
  return core === undefined ? [] : followNames([object], text.slice(core.length));
}

function longestUrn(text: string, candidates: readonly string[]): string | undefined {
  const lower = text.toLowerCase();
  const fitting = candidates.filter(
    (urn) => /^urn:/i.test(urn) && lower.startsWith(urn.toLowerCase()) && /^(?:$|[:.])/.test(text.slice(urn.length)),
  );
  return fitting.sort((a, b) => b.length - a.length)[0];
}

/** REST is empty, or a separator and names with dots between them. */
function followNames(values: ExactJson[], rest: string): ExactJson[] {
  const names = rest === '' ? [] : rest.slice(1).split('.');
  return names.reduce((found, name) => found.flatMap((each) => follow(each, { kind: 'name', name })), values);
}
