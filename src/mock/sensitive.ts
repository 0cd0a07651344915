/** RFC 7644 §7.5.2: filters that would leave personal data in logs and browser histories. */

import { ProtocolError } from '../scim/error.js';
import { type Filter, parseFilter } from '../scim/filter/index.js';

/** Attributes of RFC 7643 §4.1 and §4.3 that say who somebody is, in lower case. */
const personal: ReadonlySet<string> = new Set([
  'username',
  'name',
  'displayname',
  'nickname',
  'profileurl',
  'emails',
  'phonenumbers',
  'ims',
  'photos',
  'addresses',
  'x509certificates',
  'employeenumber',
  'manager',
  'members',
]);

/**
 * Checks that the filter TEXT may stand in a URL.
 * @throws ProtocolError 403 `sensitive` when it names personal data; 400 `invalidFilter`
 */
export function refusePersonal(text: string): void {
  const name = personalName(parseFilter(text));
  if (name === undefined) return;
  const detail = `A filter with ${name} holds personal data, which a URL must not; send it with POST to /.search.`;
  throw new ProtocolError(403, 'sensitive', detail);
}

/** The first attribute in FILTER that is personal. */
function personalName(filter: Filter): string | undefined {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.map(personalName).find((name) => name !== undefined);
    case 'not':
      return personalName(filter.filter);
    default:
      return personal.has(filter.path.name.toLowerCase()) ? filter.path.name : undefined;
  }
}
