/** Slack. */

import { source } from '../fact.js';
import type { KnownProfile } from '../profile.js';

const reference = source('docs.slack.dev, "SCIM API reference"', '2026');
const rates = source('docs.slack.dev, "SCIM API rate limits"', '2026');

const minute = 60;

export const slack: KnownProfile = {
  name: 'slack',
  title: 'Slack',
  aliases: [],
  roles: ['server'],
  notes: [
    rates('The limits are shared by all SCIM apps of an organization: leave room.'),
    reference('DELETE of a group is permanent.'),
    reference.unverified('PATCH of v1 is SCIM 1.1; how much of PatchOp v2 takes is not documented.'),
  ],
  facts: {
    base: { urls: reference(['https://api.slack.com/scim/v2']) },
    auth: { schemes: reference(['bearer'], 'Scope admin.') },
    discovery: {
      spcPath: reference('/ServiceProviderConfig'),
      resourceTypesPath: reference('/ResourceTypes'),
      schemasPath: reference('/Schemas'),
      schemaAddress: reference('short'),
      schemaNames: reference(['Users', 'Groups']),
    },
    features: { bulk: reference.unverified('no') },
    page: { mode: reference('index'), max: reference.unverified(1000, 'The largest in samples.') },
    update: { userVerbs: reference(['PATCH', 'PUT']), groupVerbs: reference(['PATCH', 'PUT']) },
    deprovision: {
      user: reference('both'),
      deleteEffect: reference('deactivated'),
      reversible: reference.unverified(true),
    },
    rate: {
      headers: rates({ limit: null, remaining: null, reset: null, retryAfter: 'retry-after' }, 'Seconds.'),
      limits: rates([
        { methods: ['POST', 'PUT', 'PATCH', 'DELETE'], requests: 600, perSeconds: minute, burst: 180 },
        { methods: ['GET'], requests: 1000, perSeconds: minute, burst: 1000 },
        { methods: ['GET'], resource: 'User', single: true, requests: 300, perSeconds: minute },
        { methods: ['POST'], resource: 'User', requests: 180, perSeconds: minute, burst: 20 },
        { methods: ['PUT', 'PATCH'], resource: 'User', requests: 180, perSeconds: minute, burst: 20 },
        { methods: ['DELETE'], resource: 'User', requests: 180, perSeconds: minute, burst: 20 },
        { methods: ['PUT', 'PATCH'], resource: 'Group', requests: 180, perSeconds: minute, burst: 80 },
      ]),
    },
  },
};
