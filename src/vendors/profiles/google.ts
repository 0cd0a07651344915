/** Google Cloud Identity, SCIM API (beta). */

import { source } from '../fact.js';
import type { KnownProfile } from '../profile.js';

const reference = source('docs.cloud.google.com, identity/docs/scim/reference/rest', '2026');
const workforce = source('docs.cloud.google.com, iam/docs/workforce-identity-federation-scim', '2026');

export const google: KnownProfile = {
  name: 'google',
  title: 'Google Cloud Identity',
  aliases: ['google-cloud-identity', 'google-workspace', 'cloud-identity', 'gcp'],
  roles: ['server'],
  notes: [
    reference('Beta. Groups that are kept in step can be locked against changes by hand.'),
    workforce.unverified('Workforce identity federation has a SCIM tenant per pool; nested groups are flattened.'),
  ],
  facts: {
    base: { urls: reference(['https://cloudidentityscim.googleapis.com/v1beta1/customers/{customerId}/v2']) },
    auth: { schemes: reference.unverified(['oauth-client-credentials'], 'Google OAuth.') },
    features: { bulk: reference('no'), sort: reference('no'), etag: reference('no') },
    page: { mode: reference('none', 'Neither by index nor by cursor.') },
    update: { group: reference('patch') },
  },
};
