/** SailPoint: IdentityIQ, which is a server too, and the connectors of Identity Security Cloud. */

import { source } from '../fact.js';
import type { KnownProfile } from '../profile.js';

const iiq = source('developer.sailpoint.com, "IdentityIQ SCIM REST API" 8.3', '2026');
const saas = source('documentation.sailpoint.com, connectors saas/scim_2_0', '2026');
const connector = source('documentation.sailpoint.com, connectors scim_2_0', '2026');
const old = source('documentation.sailpoint.com, connectors scim_1_1', '2026');
const platform = source('sailpoint-oss/developer.sailpoint.com, docs/api/rate-limit.md', '2026');

export const sailpointIdentityIq: KnownProfile = {
  name: 'sailpoint-identityiq',
  title: 'SailPoint IdentityIQ',
  aliases: ['identityiq', 'iiq', 'sailpoint-iiq'],
  roles: ['server', 'client'],
  notes: [
    iiq.unverified('It serves Users, Accounts, Roles, Entitlements, Workflows, TaskResults, Applications and more.'),
  ],
  facts: {
    base: { urls: iiq.unverified(['https://{host}/identityiq/scim/v2']) },
    auth: { schemes: iiq(['basic', 'oauth-client-credentials'], 'OAuth since 7.1.') },
    page: { mode: iiq.unverified('index') },
    update: {
      user: iiq.unverified('put', 'PATCH is not everywhere.'),
      group: iiq.unverified('put', 'PATCH is not everywhere.'),
    },
  },
};

export const sailpointIsc: KnownProfile = {
  name: 'sailpoint-isc',
  title: 'SailPoint Identity Security Cloud',
  aliases: ['isc', 'identitynow', 'sailpoint-identitynow'],
  roles: ['client'],
  notes: [
    saas(
      'It reads ServiceProviderConfig, ResourceTypes, Schemas and both resource types, unless told that the server does not comply.',
    ),
    platform('Its own API, which is not SCIM, takes 100 requests in 10 s per client.'),
  ],
  facts: {
    discovery: {
      spcPath: saas('/ServiceProviderConfig'),
      resourceTypesPath: saas('/ResourceTypes'),
      schemasPath: saas('/Schemas'),
    },
    update: {
      user: old('patch', 'HttpPatchSupport=false makes it PUT.'),
      group: old('patch', 'HttpPatchSupport=false makes it PUT.'),
    },
    rate: {
      headers: connector(
        {
          limit: 'x-rate-limit-limit',
          remaining: 'x-rate-limit-remaining',
          reset: 'x-rate-limit-reset',
          retryAfter: 'x-rate-limit-retry-after-seconds',
        },
        'The names that it understands; they can be changed.',
      ),
    },
  },
};
