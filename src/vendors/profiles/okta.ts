/** Okta: the requests of its outbound provisioning, and what is known of its Inbound SCIM server. */

import { source } from '../fact.js';
import type { KnownProfile } from '../profile.js';

const reference = source('okta-developer-docs, reference/scim/scim-20', '2026');
const prepare = source('okta-developer-docs, guides/scim-provisioning-integration-prepare', '2026');
const faqs = source('okta-developer-docs, concepts/scim/faqs', '2026');
const inbound = source('developer.okta.com, "Okta Inbound SCIM 2.0 API"', '2026');
const rates = source('okta-developer-docs, reference/rl2-monitor', '2026');

export const okta: KnownProfile = {
  name: 'okta',
  title: 'Okta',
  aliases: ['okta-inbound'],
  roles: ['client', 'server'],
  notes: [
    faqs('As a client it closes the socket after 60 s.'),
    faqs('As a client it never asks for .search, Bulk, /Me or /ServiceProviderConfig.'),
    reference(
      'As a client it sends a password with every create, and takes an empty answer to a create for a failure.',
    ),
    inbound.unverified('What its own server filters, pages and patches is not documented.'),
  ],
  facts: {
    base: {
      urls: inbound(['https://{yourOktaDomain}/{connectionId}/scim/v2']),
    },
    auth: { schemes: inbound(['bearer'], 'As a client also Basic, OAuth 2 authorization code, a fixed header.') },
    http: {
      acceptTypes: reference(['application/scim+json', 'application/json', 'text/json'], 'text/json in its samples'),
    },
    lookup: { missing: reference(['200-empty', '404'], 'As a client it accepts both.') },
    update: {
      user: reference('get-then-put', 'Template apps; wizard apps use PUT for everything. Newer FAQs say PATCH.'),
      group: reference('patch', 'Wizard apps use PUT.'),
    },
    patch: {
      opCase: reference('lower'),
      boolean: reference('boolean'),
      pathless: reference('nested'),
      style: reference('pathless', 'Deactivation is { "op": "replace", "value": { "active": false } }.'),
      removeMember: reference('value-path'),
      mixMemberOps: reference(true),
      replaceAllMembers: reference('allowed', 'A full push replaces `members`.'),
      result: reference('either', 'As a client it accepts 204.'),
    },
    create: {
      required: prepare({ User: ['userName', 'name.givenName', 'name.familyName', 'emails', 'active'] }),
    },
    deprovision: { user: reference('active-false', 'As a client it never deletes users.') },
    error: { shape: reference('scim', 'Samples hold `status` as a number.') },
    rate: {
      headers: rates(
        {
          limit: 'x-rate-limit-limit',
          remaining: 'x-rate-limit-remaining',
          reset: 'x-rate-limit-reset',
          retryAfter: 'retry-after',
        },
        'Of the core API.',
      ),
      resetKind: rates('epoch', 'Seconds, UTC; only a suggestion for limits of concurrency.'),
    },
  },
};
