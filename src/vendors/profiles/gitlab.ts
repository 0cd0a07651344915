/** GitLab: SAML groups of GitLab.com, and self-managed instances. Documented as internal; it may change. */

import { source } from '../fact.js';
import type { KnownFacts, KnownProfile } from '../profile.js';

const internal = source('gitlab, doc/development/internal_api/_index.md', '2026');
const authentik = source('goauthentik/authentik PR 23573', '2026');

const notes = [
  internal('Documented as internal and partial; it may change without notice.'),
  internal('Answers have a flat member "name.formatted".'),
  internal('/api/v4/groups/:id/scim is another API, which is not SCIM.'),
  internal('The id is the external identity that the client chose; PATCH can even replace it.'),
];

/** What both have in common. */
const common = {
  auth: { schemes: internal(['bearer']) },
  features: { bulk: internal('no'), sort: internal('no'), etag: internal('no') },
  page: {
    mode: internal('index'),
    default: internal.unverified(20, 'The page of a sample.'),
  },
  filter: { ops: internal(['eq']), logic: internal.unverified([]) },
  update: {
    user: internal('patch'),
    group: internal('none'),
    userVerbs: authentik(['PATCH'], 'PUT is rejected.'),
    groupVerbs: internal([]),
  },
  create: { required: internal({ User: ['externalId', 'userName', 'emails', 'name'] }) },
  id: { semantics: internal('external') },
} satisfies KnownFacts;

const patch = {
  opCase: internal('lower', 'Samples write Replace and Add too.'),
  boolean: internal('lower-string', 'In samples.'),
  result: internal(204),
} satisfies KnownFacts['patch'];

export const gitlab: KnownProfile = {
  name: 'gitlab',
  title: 'GitLab.com group',
  aliases: ['gitlab-group', 'gitlab.com'],
  roles: ['server'],
  notes,
  facts: {
    ...common,
    base: { urls: internal(['https://gitlab.com/api/scim/v2/groups/{group_path}']) },
    patch: {
      ...patch,
      attributes: internal({ User: ['externalId', 'id', 'active'] }, 'Name, mail and user name were taken out.'),
    },
    deprovision: {
      user: internal('both', '`active` false removes the identity.'),
      deleteEffect: internal('removed', 'SSO identity and membership.'),
    },
    groups: { supported: internal(false) },
  },
};

export const gitlabSelfManaged: KnownProfile = {
  name: 'gitlab-self-managed',
  title: 'GitLab self-managed instance',
  aliases: ['gitlab-instance'],
  roles: ['server'],
  notes,
  facts: {
    ...common,
    base: { urls: internal(['https://{host}/api/scim/v2/application']) },
    patch: { ...patch, attributes: internal({ User: ['externalId', 'active'] }) },
    deprovision: {
      user: internal('both', '`active` false blocks the user; the identity stays linked.'),
      deleteEffect: internal('deactivated', 'The user is blocked.'),
      reversible: internal.unverified(true),
    },
    groups: { supported: internal.unverified(false, 'The newest versions may have them.') },
  },
};
