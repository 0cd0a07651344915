/** Quirks that RFC 7643, 7644 and 9865 allow: the service itself does them. */

import { type RuleChanges, standardRules } from '../rules.js';
import type { QuirkValues } from './values.js';

/** What VALUES say of the rules that a service may make for itself; nothing of those that they leave alone. */
export function rulesOf({ features, page, patch }: QuirkValues): RuleChanges {
  return {
    ...(features.bulk === 'no' && { bulk: { supported: false, maxOperations: 0 } }),
    ...(features.bulk === 'yes' && { bulk: { supported: true } }),
    ...(features.sort !== 'unknown' && { sort: { supported: features.sort === 'yes' } }),
    ...(features.etag !== 'unknown' && { etag: { supported: features.etag === 'yes' } }),
    ...(features.changePassword === 'no' && { changePassword: { supported: false } }),
    ...(patch.result !== 'either' && { patch: { result: patch.result } }),
    paging: pagingOf(page),
  };
}

function pagingOf({ mode, cursorStart, default: usual, max }: QuirkValues['page']): NonNullable<RuleChanges['paging']> {
  if (mode === 'none') {
    return { index: false, cursor: false, defaultPageSize: everything, maxPageSize: everything };
  }
  const maxPageSize = max ?? Math.max(standardRules.paging.maxPageSize, usual ?? 0);
  const defaultPageSize = Math.min(usual ?? standardRules.paging.defaultPageSize, maxPageSize);
  const sizes = usual === null && max === null ? {} : { maxPageSize, defaultPageSize };
  switch (mode) {
    case 'index':
      return { ...sizes, index: true, cursor: false, defaultMethod: 'index' };
    case 'cursor':
      return cursorStart === 'asked'
        ? { ...sizes, index: true, cursor: true, defaultMethod: 'index' }
        : { ...sizes, index: false, cursor: true, defaultMethod: 'cursor' };
    case 'auto':
      return sizes;
  }
}

/** A page that holds whatever there is. */
const everything = Number.MAX_SAFE_INTEGER;
