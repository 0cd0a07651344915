/** OneLogin: a client; no server is documented. */

import { source } from '../fact.js';
import type { KnownProfile } from '../profile.js';

const guide = source('developers.onelogin.com, "Implement RESTful SCIM APIs"', '2026');
const testing = source('developers.onelogin.com, "Test your SCIM implementation"', '2026');
const sample = source('onelogin/onelogin-scim-node', '2026');

export const onelogin: KnownProfile = {
  name: 'onelogin',
  title: 'OneLogin',
  aliases: ['one-login'],
  roles: ['client'],
  notes: [
    guide('The payload comes from a template that administrators edit: `active` is often a string, `id` null.'),
    guide('Create, update and delete can each wait for an approval, so their order varies.'),
    sample.unverified('The old sample reads members as SCIM 1.1 does; the form of current connectors is not known.'),
  ],
  facts: {
    auth: { schemes: guide(['bearer']) },
    http: { acceptTypes: guide(['application/json']) },
    filter: { ops: guide(['eq'], 'It looks users up by userName.') },
    lookup: { missing: testing(['200-empty', '404']) },
    update: { user: sample('put'), group: guide('patch') },
    deprovision: { user: guide('both', 'Delete, suspend, or nothing: set per app.') },
  },
};
