/** The values that an attribute is compared with in a filter. */

import type { AttributeDefinition } from '../../scim/schema/types.js';
import type { Candidate } from './complete.js';
import type { FilterContext } from './context.js';

const dayMs = 86_400_000;

/** What ATTRIBUTE can be compared with. Whoever forgot the quotes of a string gets them. */
export function valueSuggestions(attribute: AttributeDefinition | undefined, context: FilterContext): Candidate[] {
  switch (attribute?.type) {
    case 'boolean':
      return [{ label: 'true' }, { label: 'false' }];
    case 'dateTime':
      return dates(context.now ?? new Date());
    case 'string':
    case 'reference':
      return strings(attribute, context);
    default:
      return [];
  }
}

function strings(attribute: AttributeDefinition, { resourceType }: FilterContext): Candidate[] {
  const values = attribute.name === 'schemas' ? schemasOf(resourceType) : attribute.canonicalValues;
  return values.map((value, index) => ({ label: quoted(value), detail: 'usual value', rank: index / values.length }));
}

function schemasOf(resourceType: FilterContext['resourceType']): readonly string[] {
  if (resourceType === undefined) return [];
  return [resourceType.core.id, ...resourceType.extensions.map(({ schema }) => schema.id)];
}

/** RFC 7643 §2.3.5: days that people ask about, as the beginnings of them in UTC. */
function dates(now: Date): Candidate[] {
  const today = Math.floor(now.getTime() / dayMs) * dayMs;
  const days: readonly [number, string][] = [
    [0, 'today'],
    [1, 'yesterday'],
    [7, '7 days ago'],
    [30, '30 days ago'],
    [90, '90 days ago'],
    [365, '365 days ago'],
  ];
  return days.map(([ago, detail], rank) => {
    const start = new Date(today - ago * dayMs).toISOString().replace('.000', '');
    return { label: quoted(start), detail, rank: rank / days.length };
  });
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
