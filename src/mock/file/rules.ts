/** `rules:` of a mock file: the freedom that the RFCs leave to a service provider. */

import * as z from 'zod';
import { whole } from '../../config/values.js';
import type { RuleChanges } from '../rules.js';

const supported = (what: string) =>
  z
    .boolean()
    .exactOptional()
    .meta({ description: `Whether ${what}; true.` });

const paging = z.strictObject({
  index: z.boolean().exactOptional().meta({ description: 'Whether pages can be asked for by `startIndex`; true.' }),
  cursor: z
    .boolean()
    .exactOptional()
    .meta({ description: 'Whether pages can be asked for by `cursor` (RFC 9865); true.' }),
  defaultMethod: z
    .enum(['index', 'cursor'])
    .exactOptional()
    .meta({ description: 'The way of paging when a request asks for neither; `index`.' }),
  defaultPageSize: whole(1)
    .exactOptional()
    .meta({ description: 'Resources in a page when `count` is not given; 100.' }),
  maxPageSize: whole(1)
    .exactOptional()
    .meta({ description: 'Resources in a page at most, whatever `count` says; 1000.' }),
  cursorTimeout: whole(1)
    .exactOptional()
    .meta({ description: "Seconds of the server's clock that a cursor lives between two requests; 3600." }),
});

const bulk = z.strictObject({
  supported: supported('`/Bulk` is there'),
  maxOperations: whole(1).exactOptional().meta({ description: 'Operations in one bulk request; 1000.' }),
  maxPayloadSize: whole(1).exactOptional().meta({ description: 'Bytes of one bulk request; 1048576.' }),
});

/** The schema of `rules:`. */
export const rulesSchema: z.ZodType<RuleChanges> = z.strictObject({
  paging: paging.exactOptional().meta({ description: 'Pages of lists (RFC 7644 §3.4.2.4, RFC 9865).' }),
  bulk: bulk.exactOptional().meta({ description: 'Bulk operations (RFC 7644 §3.7).' }),
  patch: z
    .strictObject({
      supported: supported('PATCH is there'),
      result: z
        .union([z.literal(200), z.literal(204), z.literal('either')])
        .exactOptional()
        .meta({ description: 'How a PATCH is answered: with the resource, without, or as fits; `either`.' }),
    })
    .exactOptional()
    .meta({ description: 'PATCH (RFC 7644 §3.5.2).' }),
  filter: z
    .strictObject({
      supported: supported('filters are there'),
      maxResults: whole(1)
        .exactOptional()
        .meta({ description: 'A filter that finds more is refused with `tooMany`; without limit.' }),
      refuseInUrl: z.boolean().exactOptional().meta({
        description:
          'Whether a filter with personal data in the URL is refused with 403 `sensitive` (RFC 7644 §7.5.2); false.',
      }),
    })
    .exactOptional()
    .meta({ description: 'Filters (RFC 7644 §3.4.2.2).' }),
  sort: z
    .strictObject({ supported: supported('lists can be sorted') })
    .exactOptional()
    .meta({ description: 'Sorting (RFC 7644 §3.4.2.3).' }),
  etag: z
    .strictObject({
      supported: supported('resources have versions'),
      required: z
        .boolean()
        .exactOptional()
        .meta({ description: 'Whether a write without `If-Match` is refused with 428 (RFC 6585 §3); false.' }),
    })
    .exactOptional()
    .meta({ description: 'Versions of resources (RFC 7644 §3.14).' }),
  changePassword: z
    .strictObject({ supported: supported('passwords can be set') })
    .exactOptional()
    .meta({ description: 'What ServiceProviderConfig tells of passwords (RFC 7643 §5).' }),
  me: z
    .enum(['unsupported', 'redirect', 'direct'])
    .exactOptional()
    .meta({ description: '`/Me` (RFC 7644 §3.11): not there (501), a redirect (308), or done in place; `direct`.' }),
  references: z
    .enum(['checked', 'unchecked'])
    .exactOptional()
    .meta({ description: 'Whether members and managers must be resources that exist; `checked`.' }),
  maxPayloadSize: whole(1)
    .exactOptional()
    .meta({ description: 'Bytes of one request; more are refused with 413; 1048576.' }),
});
