/** Snowflake. */

import { source } from '../fact.js';
import type { KnownProfile } from '../profile.js';

const reference = source('Snowflake, "SCIM user API reference"', '2026');
const tokens = source('Snowflake, "SYSTEM$GENERATE_SCIM_ACCESS_TOKEN"', '2026');
const change = source('Snowflake behaviour change BCR-2276 (bundle 2026_03, pending)', '2026-03');

export const snowflake: KnownProfile = {
  name: 'snowflake',
  title: 'Snowflake',
  aliases: [],
  roles: ['server'],
  notes: [
    reference.unverified('Groups become roles.'),
    reference('userName and loginName are mapped as configured.'),
    tokens('A new token does not end the old ones; only dropping the integration does.'),
  ],
  facts: {
    base: {
      urls: reference(
        [
          'https://{account}.snowflakecomputing.com/scim/v2',
          'https://{account}.snowflakecomputing.com/scim/v2/{integration_uuid}',
        ],
        'The second with External OAuth or a programmatic token.',
      ),
    },
    auth: { schemes: reference(['bearer', 'oauth-client-credentials']) },
    page: { mode: change('index', 'Before the change there are no pages.') },
    list: { totalTrusted: change(false, 'Before the change a list without filter is one made-up object.') },
    filter: {
      ops: reference(['eq', 'sw']),
      logic: reference([], 'One attribute.'),
      unsupportedResult: change('empty', 'Before the change; 400 invalidFilter after it.'),
    },
    update: { group: reference('patch') },
    multi: { maxValues: reference({ '*': 0 }, 'Users have no multi-valued attributes.') },
    rate: { concurrency: reference(500, 'Per endpoint.') },
    token: { ttl: tokens('P6M'), maxActive: tokens(null, 'Unlimited.') },
  },
};
