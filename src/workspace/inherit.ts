/** What tenants take over from others: `extends`. */

import { ConfigurationError } from '../scim/error.js';
import type { TenantEntry } from './file.js';
import { mergeOverrides } from './vendor.js';

type Entries = ReadonlyMap<string, TenantEntry>;

/**
 * The tenant NAME of ENTRIES and those that it extends, directly or not, the nearest first.
 *
 * @throws ConfigurationError `config.tenant` when one is missing, or extends itself
 */
export function lineageOf(entries: Entries, name: string): string[] {
  const lineage: string[] = [];
  for (let next: string | undefined = name; next !== undefined; next = entries.get(next)?.extends) {
    if (!entries.has(next)) {
      const asked = lineage.length > 0 ? `, which tenant ${lineage.at(-1)} extends` : '';
      throw new ConfigurationError('config.tenant', `There is no tenant ${next}${asked}`, {
        remedy: `defined are: ${[...entries.keys()].join(', ') || 'none'}`,
      });
    }
    if (lineage.includes(next)) {
      throw new ConfigurationError(
        'config.tenant',
        `Tenant ${next} extends itself: ${[...lineage, next].join(' → ')}`,
        {
          remedy: 'break the circle in scim.yaml',
        },
      );
    }
    lineage.push(next);
  }
  return lineage;
}

/**
 * The tenant NAME of ENTRIES with what it inherits.
 *
 * @throws ConfigurationError as `lineageOf` does
 */
export function mergedEntry(entries: Entries, name: string): TenantEntry {
  const [first = {}, ...ancestors] = lineageOf(entries, name).map((ancestor) => entries.get(ancestor) ?? {});
  let merged = first;
  for (const parent of ancestors) merged = over(parent, merged);
  return merged;
}

/** OWN settings on top of those of PARENT. */
function over(parent: TenantEntry, own: TenantEntry): TenantEntry {
  const profile = mergeOverrides(parent.profile, own.profile);
  return { ...parent, ...own, limits: { ...parent.limits, ...own.limits }, profile };
}
