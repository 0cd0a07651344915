/** AWS IAM Identity Center. */

import { source } from '../fact.js';
import type { KnownProfile } from '../profile.js';

const guide = source('AWS, "IAM Identity Center SCIM Implementation" developer guide', '2026');
const manual = source('AWS, IAM Identity Center user guide, "Rotate an access token"', '2026');
const authentik = source('goauthentik/authentik issue 12321', '2026');

export const awsIamIdentityCenter: KnownProfile = {
  name: 'aws-iam-identity-center',
  title: 'AWS IAM Identity Center',
  aliases: ['aws', 'aws-sso', 'iam-identity-center', 'aws-identity-center'],
  roles: ['server'],
  notes: [
    guide('Without `cursor` a list ends with its first page; startIndex and attributes are not supported.'),
    guide('In a filter `manager` comes only together with `id`; for groups the combinations are not documented.'),
    guide('One request may change userName or active once, and remove neither.'),
    guide('There is no /Me, no /Bulk, no /.search.'),
    guide('A wrong tenant in the URL is answered 401.'),
  ],
  facts: {
    base: { urls: guide(['https://scim.{region}.amazonaws.com/{tenant_id}/scim/v2']) },
    auth: { schemes: guide(['bearer']) },
    features: { bulk: guide('no'), sort: guide('no'), etag: guide('no') },
    page: {
      mode: guide('cursor'),
      default: guide(100),
      max: guide(100, 'Older text: 50.'),
    },
    list: { totalTrusted: guide(false, 'With cursors an answer has itemsPerPage and nextCursor.') },
    filter: {
      ops: guide(['eq']),
      logic: guide(['and']),
      attributes: guide({
        User: ['userName', 'externalId', 'groups.value', 'id', 'manager'],
        Group: ['displayName', 'members.value'],
      }),
    },
    update: {
      user: guide('patch'),
      group: guide('patch'),
      userVerbs: guide(['PATCH', 'PUT']),
      groupVerbs: guide(['PATCH'], 'There is no PUT.'),
    },
    patch: {
      pathless: authentik('nested', 'One attribute only.'),
      maxMembersAdd: guide(100),
      maxMembersRemove: guide(100),
      mixMemberOps: guide.unverified(false, 'A request takes 100 changes, whether members come or go.'),
      replaceAllMembers: guide('forbidden', '400; so is removing them all.'),
      attributes: guide({ Group: ['displayName', 'members', 'externalId'] }),
    },
    multi: {
      maxValues: guide({ emails: 1, addresses: 1, phoneNumbers: 1, roles: 1 }),
      requirePrimary: guide(['emails']),
    },
    create: {
      required: guide({ User: ['userName', 'name.givenName', 'name.familyName', 'displayName'] }),
      forbidden: guide(
        { User: ['ims', 'photos', 'x509Certificates', 'entitlements', 'password', 'groups'] },
        'Also `display` of emails, addresses and phoneNumbers, and manager.displayName.',
      ),
      maxMembers: guide(100),
    },
    groups: { membersReadable: guide(false, 'Always empty: test a membership by filter.') },
    error: {
      names: guide({
        ValidationException: 400,
        UnauthorizedException: 401,
        AccessDeniedException: 403,
        ResourceNotFoundException: 404,
        ConflictException: 409,
        ThrottlingException: 429,
        InternalServerException: 500,
      }),
    },
    token: {
      ttl: manual('P1Y', 'Warnings by mail begin about 90 days before, third parties say.'),
      maxActive: manual(2),
    },
  },
};
