/** Databricks, account level. */

import { source } from '../fact.js';
import type { KnownProfile } from '../profile.js';

const reference = source('Databricks, "Account SCIM v2.1 API reference"', '2026');
const sdk = source('databricks/databricks-sdk-go PR 721', '2026');

export const databricks: KnownProfile = {
  name: 'databricks',
  title: 'Databricks account',
  aliases: ['databricks-account'],
  roles: ['server'],
  notes: [reference('There are ServicePrincipals too.')],
  facts: {
    base: {
      urls: reference.unverified(['https://accounts.{cloud}.databricks.com/api/2.1/accounts/{account_id}/scim/v2']),
    },
    auth: { schemes: reference(['oauth-client-credentials', 'bearer']) },
    page: { mode: reference.unverified('index') },
    filter: { maxNodes: reference(200, '400 INVALID_FILTER beyond.') },
    update: { group: reference('patch') },
    error: { names: reference({ INVALID_FILTER: 400 }) },
    rate: {
      concurrency: sdk(4),
      disguised: sdk([{ status: 500, body: 'exceeded concurrent limit' }], 'In full: "… of 4 requests".'),
    },
  },
};
