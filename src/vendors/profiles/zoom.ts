/** Zoom. */

import { source } from '../fact.js';
import type { KnownProfile } from '../profile.js';

const reference = source('developers.zoom.us, SCIM2 reference and changelog', '2026');

export const zoom: KnownProfile = {
  name: 'zoom',
  title: 'Zoom',
  aliases: [],
  roles: ['server'],
  notes: [
    reference('It needs a Business or Education account with a vanity URL and single sign-on.'),
    reference('Limits go by labels (light, medium, heavy; the list of groups is medium) and by plan.'),
    reference.unverified('DELETE of users, and PATCH and DELETE of groups, are not documented.'),
  ],
  facts: {
    base: { urls: reference(['https://api.zoom.us/scim2'], 'Without a version.') },
    auth: {
      schemes: reference(
        ['oauth-client-credentials', 'oauth-authorization-code'],
        'Server-to-server OAuth or OAuth; scope scim2 or scim2:admin.',
      ),
    },
    headers: { required: reference([{ name: 'Accept', value: 'application/scim+json' }]) },
    page: { mode: reference('index') },
    update: { userVerbs: reference(['PATCH', 'PUT']), groupVerbs: reference.unverified(['PATCH']) },
    rate: {
      headers: reference.unverified({
        limit: 'x-ratelimit-limit',
        remaining: 'x-ratelimit-remaining',
        reset: 'x-ratelimit-reset',
        retryAfter: 'retry-after',
      }),
    },
  },
};
