/** Filters that a service refuses or ignores (RFC 7644 §3.4.2.2). */

import { type Filter, parseFilter } from '../../scim/filter/index.js';
import type { AttributePath } from '../../scim/schema/resource-type.js';
import { isSame, type QuirkValues, standardSettings } from './values.js';

type FilterQuirks = QuirkValues['filter'];

/** Why a service does not take the filter TEXT over resources of the type TYPENAME; undefined when it does. */
export type FilterCheck = (text: string, typeName: string) => string | undefined;

/** The check that VALUES ask for, undefined when they take every filter. */
export function filterCheck({ filter }: QuirkValues): FilterCheck | undefined {
  const usual = standardSettings();
  const isUsual = Object.entries(filter).every(([flag, value]) => isSame(value, usual.get(`filter.${flag}`)));
  if (isUsual) return undefined;
  return (text, typeName) => {
    const parsed = parsedFilter(text);
    return parsed && problem(parsed, filter, typeName);
  };
}

/** A filter that cannot be read is for the service to refuse. */
function parsedFilter(text: string): Filter | undefined {
  try {
    return parseFilter(text);
  } catch {
    return undefined;
  }
}

function problem(root: Filter, quirks: FilterQuirks, typeName: string): string | undefined {
  const nodes = [...nodesOf(root, '')];
  if (quirks.maxNodes !== null && nodes.length > quirks.maxNodes) {
    return `The filter has ${nodes.length} nodes; ${quirks.maxNodes} are allowed.`;
  }
  const compared = nodes.flatMap(({ attribute, node }) => (attribute === undefined ? [] : [{ attribute, node }]));
  const names = compared.map(({ attribute }) => attribute);
  return (
    nodes.map(({ node }) => logicProblem(node, quirks)).find((found) => found !== undefined) ??
    compared.map(({ attribute, node }) => nodeProblem(attribute, node, quirks, typeName)).find((found) => found) ??
    combinationProblem(names, quirks)
  );
}

function logicProblem(node: Filter, { logic }: FilterQuirks): string | undefined {
  if (node.kind !== 'and' && node.kind !== 'or' && node.kind !== 'not') return undefined;
  return logic.includes(node.kind) ? undefined : `The operator ${node.kind} is not supported in filters.`;
}

function nodeProblem(attribute: string, node: Filter, quirks: FilterQuirks, typeName: string): string | undefined {
  const operator = node.kind === 'compare' ? node.operator : 'pr';
  const allowed = quirks.attributes[typeName];
  if (allowed !== undefined && !allowed.some((path) => plain(path) === attribute)) {
    return `The attribute ${attribute} cannot be filtered by; ${allowed.join(', ')} can.`;
  }
  const own = Object.entries(quirks.attributeOps).find(([path]) => plain(path) === attribute)?.[1];
  return (own ?? quirks.ops).includes(operator)
    ? undefined
    : `The operator ${operator} is not supported for ${attribute} in filters.`;
}

function combinationProblem(names: readonly string[], { alone, onlyWith }: FilterQuirks): string | undefined {
  const lonely = alone.find((path) => names.includes(plain(path)) && names.length > 1);
  if (lonely !== undefined) return `${lonely} cannot be combined with other attributes in a filter.`;
  const missing = Object.entries(onlyWith).find(
    ([path, partner]) => names.includes(plain(path)) && !names.includes(plain(partner)),
  );
  return missing && `In a filter ${missing[0]} comes only together with ${missing[1]}.`;
}

interface Node {
  readonly node: Filter;
  /** The attribute that a comparison is about. */
  readonly attribute?: string;
}

function* nodesOf(filter: Filter, prefix: string): Generator<Node> {
  switch (filter.kind) {
    case 'compare':
    case 'present':
      yield { node: filter, attribute: plain(`${prefix}${nameOf(filter.path)}`) };
      return;
    case 'valuePath':
      yield { node: filter };
      yield* nodesOf(filter.filter, `${nameOf(filter.path)}.`);
      return;
    case 'not':
      yield { node: filter };
      yield* nodesOf(filter.filter, prefix);
      return;
    default:
      yield { node: filter };
      for (const operand of filter.filters) yield* nodesOf(operand, prefix);
  }
}

function nameOf({ name, sub }: AttributePath): string {
  return sub === undefined ? name : `${name}.${sub}`;
}

/** PATH without URN and without `.value`, in lower case: `groups.value` and `groups` are one attribute. */
function plain(path: string): string {
  return path
    .slice(path.lastIndexOf(':') + 1)
    .replace(/\.value$/i, '')
    .toLowerCase();
}
