/** Auth0: one SCIM endpoint per enterprise connection. */

import { source } from '../fact.js';
import type { KnownProfile } from '../profile.js';

const users = source('auth0/docs-v2, configure-inbound-scim', '2026');
const groups = source('auth0/docs-v2, configure-scim-groups', '2026');
const support = source('Auth0 support, "Importing Users via SCIM"', '2026');

export const auth0: KnownProfile = {
  name: 'auth0',
  title: 'Auth0',
  aliases: [],
  roles: ['server'],
  notes: [
    users('Attributes that are not mapped are ignored without a word, in requests and in answers.'),
    users('`active` is kept inverted as `blocked`; blocking ends sessions and revokes refresh tokens.'),
    users('Tokens have a scope for each method: get:users, post:users, put:users, patch:users, delete:users.'),
    groups('Groups of more than 10,000 members can only be changed by PATCH.'),
  ],
  facts: {
    base: {
      urls: users.unverified(['https://{tenant}.auth0.com/scim/v2/connections/{connection_id}']),
      trailingSlash: users('strip'),
    },
    auth: { schemes: users(['bearer']) },
    features: { bulk: users('no') },
    filter: {
      ops: users(['eq']),
      logic: users(['and', 'or']),
      attributes: users({}, 'Root attributes of its list only; others must be mapped to app_metadata.'),
    },
    update: { userVerbs: users(['PATCH', 'PUT']), groupVerbs: groups(['PATCH', 'PUT']) },
    deprovision: { user: users('active-false') },
    groups: { supported: groups(true, 'Early Access; older documents say that there are none.') },
    rate: {
      headers: support.unverified(
        {
          limit: 'x-ratelimit-limit',
          remaining: 'x-ratelimit-remaining',
          reset: 'x-ratelimit-reset',
          retryAfter: 'retry-after',
        },
        'Of its other APIs.',
      ),
      resetKind: support.unverified('epoch', 'Of its other APIs.'),
      limits: support([{ requests: 25, perSeconds: 1 }], 'Enterprise plans.'),
    },
    token: { ttl: users(null, 'An end can be set, from 900 s.'), maxActive: users(2) },
  },
};
