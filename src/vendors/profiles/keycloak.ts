/** Keycloak's own SCIM server (preview). */

import { source } from '../fact.js';
import type { KnownProfile } from '../profile.js';

const tutorial = source('phasetwo.io, SCIM tutorial', '2026');
const code = source('keycloak/keycloak, scim/…/ServiceProviderConfigResourceTypeProvider.java', '2026');

export const keycloak: KnownProfile = {
  name: 'keycloak',
  title: 'Keycloak',
  aliases: [],
  roles: ['server'],
  notes: [
    tutorial('Preview in 26.6 and 26.7: --features=scim-api, and the switch scimApiEnabled of the realm; 404 without.'),
    tutorial(
      'The token needs an audience that is the SCIM base URL, and the role manage-users; 401 without detail else.',
    ),
  ],
  facts: {
    base: { urls: tutorial(['https://{host}/realms/{realm}/scim/v2']) },
    auth: { schemes: tutorial(['oauth-client-credentials'], "A confidential client's service account.") },
    features: {
      bulk: code.unverified('unknown', 'There are classes for it in newer code.'),
      sort: code('no'),
      etag: code('no'),
    },
    page: { mode: code.unverified('index') },
    update: { group: code('patch') },
  },
};
