/** Which filters find resources by name at a service: by what its profile says, from the best to the last resort. Pure. */

import { quoteFilterString } from '../scim/filter/index.js';
import type { ProfileValues } from '../vendors/index.js';

/** One way to ask. */
export interface Way {
  /** What of it is alike for every text: to remember that a service refused it. */
  readonly key: string;
  /** A request each; `undefined` stands for a page without a filter, of which what matches is picked here. */
  readonly filters: readonly (string | undefined)[];
  /** How names are compared; undefined for the page. */
  readonly op: 'co' | 'sw' | 'eq' | undefined;
  /** Are all attributes looked at? */
  readonly covers: boolean;
}

/** A filter compares at most so many attributes when they are asked for one by one. */
const maxSingleFilters = 3;

/**
 * The ways to find what TEXT is part of by PATHS, attributes of resource type TYPE. The last one, a page without a filter,
 * works everywhere and finds least. TEXT is not empty.
 */
export function waysToFind(
  text: string,
  type: string,
  paths: readonly string[],
  { ops, logic, attributes, maxNodes }: ProfileValues['filter'],
  canFilter: boolean,
): Way[] {
  const page: Way = { key: 'page', filters: [undefined], op: undefined, covers: true };
  const usable = paths.filter((path) => isSupported(path, attributes[type]));
  if (!canFilter || usable.length === 0) return [page];
  const ways: Way[] = [];
  const covers = usable.length === paths.length;
  const fits = (nodes: number): boolean => maxNodes === null || nodes <= maxNodes;
  const any = (op: string, word: string): string => usable.map((path) => compare(path, op, word)).join(' or ');
  const words = text.split(/\s+/);
  if (ops.includes('co') && words.length > 1 && words.length <= 4 && logic.includes('and') && logic.includes('or')) {
    const filter = words.map((word) => (usable.length > 1 ? `(${any('co', word)})` : any('co', word))).join(' and ');
    if (fits(usable.length * words.length * 2)) ways.push({ key: 'words', op: 'co', filters: [filter], covers });
  }
  for (const op of ['co', 'sw', 'eq'] as const) {
    if (!ops.includes(op)) continue;
    if (usable.length > 1 && logic.includes('or') && fits(usable.length * 2)) {
      ways.push({ key: `${op} or`, op, filters: [any(op, text)], covers });
    }
    const filters = singles(usable, op, text);
    ways.push({ key: op, op, filters, covers: covers && filters.length === usable.length });
  }
  return [...ways, page];
}

/** A filter for each of PATHS; with `@` in TEXT those of addresses come first. */
function singles(paths: readonly string[], op: string, text: string): string[] {
  const isAddress = (path: string): boolean => /mail|userName/i.test(path);
  const ordered = text.includes('@')
    ? [...paths.filter(isAddress), ...paths.filter((path) => !isAddress(path))]
    : [...paths.filter((path) => !/mail/i.test(path)), ...paths.filter((path) => /mail/i.test(path))];
  return ordered.slice(0, maxSingleFilters).map((path) => compare(path, op, text));
}

function compare(path: string, op: string, text: string): string {
  return `${path} ${op} ${quoteFilterString(text)}`;
}

function isSupported(path: string, attributes: readonly string[] | undefined): boolean {
  if (attributes === undefined) return true;
  const name = path.toLowerCase();
  return attributes.some((known) => known.toLowerCase() === name || name.startsWith(`${known.toLowerCase()}.`));
}

/** Could TEXT be the id of a resource: a UUID, a number, a long word with a digit? */
export function looksLikeId(text: string): boolean {
  if (/^\d{1,20}$/.test(text)) return true;
  return /^[\w:.~-]{16,128}$/.test(text) && /\d/.test(text) && !text.includes('@');
}
