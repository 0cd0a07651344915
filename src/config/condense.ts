/**
 * Large YAML texts are mostly lists with an element in JSON on each line, as programs write them. `JSON.parse` reads such
 * a line a hundred times faster than a YAML parser does, so these lines are read apart from the rest.
 */

/** A text of the same length and lines, whose elements in JSON are replaced by short names, and what these stand for. */
export interface Condensed {
  readonly text: string;
  readonly elements: ReadonlyMap<string, unknown>;
}

const element = /^([ \t]*- )(\{.*\})[ \t\r]*$/gm;

/** Names of elements begin with it; no other text does. */
const namePrefix = 'scim-element-9f3c-';

/** TEXT without its elements in JSON. */
export function condense(text: string): Condensed {
  const elements = new Map<string, unknown>();
  const shorter = text.replace(element, (line, dash: string, json: string) => {
    try {
      const value: unknown = JSON.parse(json);
      const name = `${namePrefix}${elements.size}`;
      // A line that the name does not fit into is short enough to be left alone.
      if (dash.length + name.length > line.length) return line;
      elements.set(name, value);
      return `${dash}${name}`.padEnd(line.length);
    } catch {
      return line;
    }
  });
  return { text: shorter, elements };
}

/** VALUE, made of a condensed text, with ELEMENTS in their places; undefined when not each has found its own. */
export function expand(value: unknown, elements: ReadonlyMap<string, unknown>): unknown {
  let placed = 0;
  const visit = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(visit);
    if (typeof part === 'string' && elements.has(part)) {
      placed++;
      return elements.get(part);
    }
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, visit(inner)]));
  };
  const expanded = visit(value);
  return placed === elements.size ? expanded : undefined;
}
