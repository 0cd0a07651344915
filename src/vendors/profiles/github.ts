/** GitHub: enterprises with managed users, and organizations with SAML single sign-on. */

import { source } from '../fact.js';
import type { KnownFacts, KnownProfile } from '../profile.js';

const rest = source('github/docs, content/rest/enterprise-admin/scim.md', '2026');
const organization = source('github/docs, content/rest/scim/scim.md', '2026');
const managing = source('github/docs, content/admin/managing-iam/provisioning-user-accounts-with-scim', '2026');
const told = source('Third parties', '2026');

/** What both have in common. */
const rate: NonNullable<KnownFacts['rate']> = {
  headers: rest({
    limit: 'x-ratelimit-limit',
    remaining: 'x-ratelimit-remaining',
    reset: 'x-ratelimit-reset',
    retryAfter: 'retry-after',
  }),
  resetKind: rest('epoch', 'Seconds.'),
  limits: managing(
    [{ methods: ['POST'], resource: 'User', requests: 1000, perSeconds: 3600 }],
    'Not more than about 1,000 users an hour.',
  ),
  disguised: told.unverified([{ status: 403, header: 'retry-after' }], 'The secondary rate limit.'),
};

export const githubEnterprise: KnownProfile = {
  name: 'github-enterprise',
  title: 'GitHub Enterprise (managed users, Enterprise Server)',
  aliases: ['github', 'github-emu', 'ghes'],
  roles: ['server'],
  notes: [
    managing('Users first, then groups; only one system may write.'),
    managing('`active` false obfuscates user name and mail, and can be taken back; such users stay in lists.'),
    managing('`roles` holds e.g. enterprise_owner or billing_manager.'),
    told.unverified('About 100 requests a minute.'),
  ],
  facts: {
    base: {
      urls: rest(['https://api.github.com/scim/v2/enterprises/{enterprise}', 'https://{host}/api/v3/scim/v2']),
      pathCase: rest('exact', 'Paths are case-sensitive.'),
    },
    auth: { schemes: managing(['bearer'], 'A classic token of the setup user, scope scim:enterprise.') },
    headers: { required: rest([{ name: 'User-Agent' }], 'Rejected without it.') },
    page: { mode: rest.unverified('index') },
    update: {
      userVerbs: managing(['PATCH', 'PUT']),
      groupVerbs: rest.unverified(['PATCH', 'PUT'], 'PUT of groups is not documented.'),
    },
    deprovision: {
      user: managing('active-false'),
      deleteEffect: managing('removed', 'Suspended for ever; SCIM identity, keys and repositories are deleted.'),
      reversible: managing(false),
    },
    rate,
    token: { ttl: managing(null, 'Recommended without expiry.') },
  },
};

export const githubOrganization: KnownProfile = {
  name: 'github-organization',
  title: 'GitHub organization (SAML single sign-on)',
  aliases: ['github-org'],
  roles: ['server'],
  notes: [organization('There are users only.')],
  facts: {
    base: {
      urls: organization(['https://api.github.com/scim/v2/organizations/{org}']),
    },
    auth: { schemes: organization(['bearer'], 'OAuth, or a classic token with admin:org, authorised for SSO.') },
    headers: { required: organization([{ name: 'User-Agent' }], 'Rejected without it.') },
    page: { mode: organization.unverified('index') },
    update: { group: organization('none'), groupVerbs: organization([]) },
    deprovision: {
      user: organization('active-false'),
      deleteEffect: organization.unverified('removed', 'Ends the membership.'),
    },
    groups: { supported: organization(false) },
    rate,
  },
};
