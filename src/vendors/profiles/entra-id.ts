/** Microsoft Entra ID: its SCIM Provisioning API, and the requests of its provisioning service. */

import { source } from '../fact.js';
import type { KnownProfile } from '../profile.js';

const api = source('entra-docs, entra-id-scim-api-reference', '2026-03');
const troubleshoot = source('entra-docs, troubleshoot-scim-api-errors', '2026-03');
const enable = source('entra-docs, enable-scim-api', '2026-03');
const build = source('entra-docs, use-scim-to-provision-users-and-groups', '2026');
const compatibility = source('entra-docs, application-provisioning-config-problem-scim-compatibility', '2026');
const workings = source('entra-docs, how-provisioning-works', '2026');

const mailNickname = 'urn:ietf:params:scim:schemas:extension:Microsoft:Entra:2.0:User:mailNickname';

/** The server. */
export const entraId: KnownProfile = {
  name: 'entra-id',
  title: 'Microsoft Entra ID, SCIM Provisioning API',
  aliases: ['entra', 'azure', 'azuread', 'azure-ad', 'aad', 'microsoft', 'microsoft-entra-id', 'entraid'],
  roles: ['server'],
  notes: [
    enable('Without a billing resource every request is answered 400, naming `scimapiconsumptions`.'),
    api('`externalId` cannot be combined with other attributes in a filter; `ew` is for userName and mailNickname.'),
    api('Adding a member is idempotent; one invalid id fails the whole request.'),
    api('Ask for users by `groups.value`, or for groups by `members.value`, to know memberships.'),
  ],
  facts: {
    base: {
      urls: api(['https://graph.microsoft.com/rp/scim']),
      pathCase: api('lower'),
    },
    auth: { schemes: api(['oauth-client-credentials'], 'App-only tokens; no delegated ones.') },
    headers: { required: api([{ name: 'Accept', value: 'application/json' }], '400 without it.') },
    discovery: {
      spcPath: api('/serviceproviderconfig'),
      resourceTypesPath: api('/resourcetypes'),
      schemasPath: api('/schemas'),
    },
    features: { bulk: api('no', 'maxOperations is 0') },
    page: {
      mode: api('cursor', 'By a draft of RFC 9865.'),
      default: api.unverified(null, 'Advertised is 100; the constraints say 10.'),
      max: api.unverified(null, 'Advertised is 1000; the constraints say 100.'),
    },
    list: {
      resourcesKey: api('any', '`resources` in samples.'),
      totalTrusted: api(false, 'Absent when there are several pages.'),
    },
    filter: {
      ops: api(['eq', 'ew']),
      logic: api(['and']),
      attributes: api({
        User: ['userName', 'externalId', 'id', 'groups.value', mailNickname],
        Group: ['displayName', 'id', 'members.value'],
      }),
    },
    update: {
      user: api('patch'),
      group: api('patch'),
      userVerbs: api(['PATCH'], 'There is no PUT.'),
      groupVerbs: api(['PATCH'], 'There is no PUT.'),
    },
    patch: {
      maxMembersAdd: api(20, 'In one operation.'),
      maxMembersRemove: api(1),
      mixMemberOps: api(false, 'Nor with changes of attributes.'),
      result: api(204),
    },
    create: {
      required: api({
        User: ['userName', 'password', 'name.familyName', 'name.givenName', 'active', 'displayName', mailNickname],
      }),
    },
    groups: { membersReadable: api(false, 'Never in the answer to GET.') },
    error: {
      names: troubleshoot({
        BadRequest: 400,
        InvalidAuthenticationToken: 401,
        InsufficientPrivileges: 403,
        ResourceNotFound: 404,
        InternalServerException: 500,
        GatewayTimeout: 504,
      }),
    },
    rate: {
      headers: api(
        { limit: null, remaining: null, reset: null, retryAfter: 'retry-after' },
        'Limits of Microsoft Graph apply.',
      ),
    },
  },
};

/** The client, as a server under development meets it. */
export const entraIdClient: KnownProfile = {
  name: 'entra-id-client',
  title: 'Microsoft Entra ID, provisioning service as a client',
  aliases: ['entra-client', 'azure-client', 'azuread-client'],
  roles: ['client'],
  notes: [
    compatibility('With ?aadOptscim062020 it sends lower-case `op`, Booleans, value paths and path-less dotted keys.'),
    build('A 404 for a filter that finds nothing can quarantine the job.'),
    build('It reads groups with excludedAttributes=members, and never creates them with members.'),
    build('Gallery apps must sustain 25 requests a second per tenant.'),
    build('It never sends null.'),
  ],
  facts: {
    auth: { schemes: build(['bearer'], 'OAuth for apps of the gallery only.') },
    http: { acceptTypes: build(['application/scim+json']) },
    filter: { ops: build(['eq'], 'The only one that it sends.'), logic: build(['and']) },
    lookup: { missing: build(['200-empty']) },
    update: { user: build('patch'), group: build('patch', 'Servers must have PATCH.') },
    patch: {
      opCase: compatibility('capital'),
      boolean: compatibility('capital-string', 'Newer samples show a Boolean.'),
      pathless: compatibility('dotted', 'With ?aadOptscim062020 only.'),
      style: compatibility('path', 'One operation per attribute.'),
      removeMember: compatibility('value-array', 'To a strict server this means all members: only for imitation.'),
      result: build(204, 'For groups.'),
    },
    deprovision: { user: workings('both', '`active` false at once, DELETE 30 days after the soft delete.') },
  },
};
