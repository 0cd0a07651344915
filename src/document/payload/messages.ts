/** The messages of RFC 7644 as attributes, so that one machinery knows what may stand in them. */

import { defineAttribute } from '../../scim/schema/common.js';
import type { AttributeDefinition, AttributeType } from '../../scim/schema/types.js';
import { urn } from '../../scim/urn.js';

type Characteristics = Parameters<typeof defineAttribute>[2];

function member(name: string, type: AttributeType, description: string, more: Characteristics = {}) {
  return defineAttribute(name, type, { description, ...more });
}

function schemasOf(id: string): AttributeDefinition {
  return member('schemas', 'string', 'The URN of the message.', {
    multiValued: true,
    required: true,
    caseExact: true,
    canonicalValues: [id],
  });
}

/** RFC 7644 §3.5.2: what an operation changes. */
export const patchPath = member(
  'path',
  'string',
  'The attribute that the operation is about: `name.familyName`, `emails[type eq "work"].value`. Without it, `value` is an object of attributes; `remove` needs it.',
);

/** RFC 7644 §3.5.2: what an operation adds or puts there. What it may be depends on the path. */
export const patchValue = member('value', 'complex', 'What is added, or what takes the place of what is there.');

const patchOp = member('op', 'string', 'What to do with the attribute at `path`.', {
  required: true,
  caseExact: true,
  canonicalValues: ['add', 'replace', 'remove'],
});

/** RFC 7644 §3.5.2. */
export const patchRequest = member('PatchOp', 'complex', 'Changes to one resource, done in order, all or none.', {
  subAttributes: [
    schemasOf(urn.patchOp),
    member('Operations', 'complex', 'The changes, in the order in which they are done.', {
      multiValued: true,
      required: true,
      subAttributes: [patchOp, patchPath, patchValue],
    }),
  ],
});

/** Names of attributes that the answer shall have, or not; see `searchSortBy`. */
export const searchAttributes = member(
  'attributes',
  'string',
  'The attributes that the answer shall have instead of the usual ones.',
  { multiValued: true },
);

export const searchExcluded = member(
  'excludedAttributes',
  'string',
  'The attributes that the answer shall not have. Excludes `attributes`.',
  { multiValued: true },
);

export const searchFilter = member('filter', 'string', 'Which resources: `userName sw "b" and active eq true`.');

export const searchSortBy = member('sortBy', 'string', 'The attribute by whose values the resources are ordered.');

const searchSortOrder = member('sortOrder', 'string', 'The order; `ascending` unless given.', {
  canonicalValues: ['ascending', 'descending'],
});

/** RFC 7644 §3.4.3, and `cursor` of RFC 9865 §2. */
export const searchRequest = member('SearchRequest', 'complex', 'A query whose text stands in no URL.', {
  subAttributes: [
    schemasOf(urn.searchRequest),
    searchFilter,
    searchAttributes,
    searchExcluded,
    searchSortBy,
    searchSortOrder,
    member('startIndex', 'integer', 'Which one is the first of the page, counted from 1.'),
    member('count', 'integer', 'How many resources the page has at most.'),
    member('cursor', 'string', 'Where the page begins, as `nextCursor` of the page before says; empty for the first.'),
  ],
});

export const bulkMethod = member('method', 'string', 'What the operation does.', {
  required: true,
  caseExact: true,
  canonicalValues: ['POST', 'PUT', 'PATCH', 'DELETE'],
});

export const bulkPath = member(
  'path',
  'string',
  'Relative to the base URL: the endpoint (`/Users`) for POST, a resource (`/Users/2819`) otherwise.',
  { required: true },
);

/** RFC 7644 §3.7: the body that a single request would have. */
export const bulkData = member('data', 'complex', 'What the body of a single request would be.');

/** RFC 7644 §3.7. */
export const bulkRequest = member('BulkRequest', 'complex', 'Many operations in one request.', {
  subAttributes: [
    schemasOf(urn.bulkRequest),
    member('failOnErrors', 'integer', 'After so many errors the service stops; absent: it does all that it can.'),
    member('Operations', 'complex', 'The operations.', {
      multiValued: true,
      required: true,
      subAttributes: [
        bulkMethod,
        bulkPath,
        member('bulkId', 'string', 'Names what a POST makes; others refer to it by `bulkId:NAME`.'),
        member('version', 'string', 'The ETag that the resource must still have.'),
        bulkData,
      ],
    }),
  ],
});
