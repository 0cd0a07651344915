/** Salesforce. */

import { source } from '../fact.js';
import type { KnownProfile } from '../profile.js';

const sheet = source('Salesforce Help, "SCIM and REST API Reference Sheet"', '2026');
const implementation = source('Salesforce Help, "Understand the SCIM Implementation"', '2026');
const community = source('Salesforce community thread', '2026');

export const salesforce: KnownProfile = {
  name: 'salesforce',
  title: 'Salesforce',
  aliases: ['sfdc'],
  roles: ['server'],
  notes: [
    sheet(
      'There are Entitlements (profiles and permission sets; at most 200 without narrowing) and Roles (read only).',
    ),
    implementation.unverified('userName must have the form of an e-mail address.'),
  ],
  facts: {
    base: { urls: sheet(['https://{MyDomain}.my.salesforce.com/services/scim/v2']) },
    auth: { schemes: sheet(['oauth-client-credentials']) },
    discovery: { spcPath: sheet('/ServiceProviderConfigs', 'The plural of SCIM 1.1.') },
    features: { bulk: sheet('no'), sort: sheet('no'), etag: sheet('no') },
    page: {
      mode: sheet('index'),
      max: sheet(200),
      maxStartIndex: community(2000, 'About: "Start index too big" came at 2,200.'),
      deepFallback: community('id-gt', 'Filter by id gt "last".'),
    },
    update: { userVerbs: sheet(['PATCH', 'PUT']), groupVerbs: sheet(['PATCH', 'PUT']) },
    create: { required: implementation.unverified({ User: ['userName', 'entitlements'] }, 'A profile.') },
    deprovision: {
      user: implementation('active-false'),
      deleteEffect: implementation('unsupported', 'Users cannot be deleted.'),
    },
    error: { shape: community('scim1', '{"Errors":[{"description":"…","code":400}]}') },
  },
};
