/** Atlassian user provisioning. */

import { source } from '../fact.js';
import type { KnownProfile } from '../profile.js';

const reference = source('developer.atlassian.com, "User provisioning REST API"', '2026');
const support = source('Atlassian support, listing and filtering SCIM users', '2026');

export const atlassian: KnownProfile = {
  name: 'atlassian',
  title: 'Atlassian',
  aliases: ['atlassian-guard'],
  roles: ['server'],
  notes: [
    reference('At most 1,000,000 users, 250,000 groups, and 290,000 users in a group.'),
    reference("The directory's API key is another one than the organization's."),
  ],
  facts: {
    base: { urls: reference(['https://api.atlassian.com/scim/directory/{directoryId}']) },
    auth: { schemes: reference(['bearer'], "The directory's API key.") },
    features: { sort: reference('no') },
    page: { mode: support('index'), max: support(100, 'A larger count gives 100.') },
    filter: {
      ops: support(['eq']),
      logic: support.unverified([]),
      attributes: support({ User: ['userName', 'externalId'] }, 'Groups, unverified: displayName.'),
    },
    update: { group: reference('patch') },
    deprovision: {
      user: reference.unverified('both'),
      deleteEffect: reference.unverified('deactivated', 'The managed account.'),
    },
    rate: {
      headers: reference.unverified(
        {
          limit: 'x-ratelimit-limit',
          remaining: 'x-ratelimit-remaining',
          reset: 'x-ratelimit-reset',
          retryAfter: 'retry-after',
        },
        'Of the admin APIs.',
      ),
    },
  },
};
