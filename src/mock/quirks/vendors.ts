/** What the vendors' servers do beyond their profiles: values of the quirks of a server alone, with their sources. */

/** Quirks by name, `section.flag`. */
export type QuirkSettings = Readonly<Record<string, unknown>>;

const day = 86_400;

/**
 * By name of a profile. A flag of the profile stands here where the profile tells a client what to send, and a server
 * that takes it takes the rest as well.
 */
export const vendorQuirks: ReadonlyMap<string, QuirkSettings> = new Map<string, QuirkSettings>([
  [
    'okta',
    {
      // okta-developer-docs, reference/scim/scim-20: samples have text/json and `status` as a number.
      'http.acceptTypes': ['text/json'],
      'error.status': 'number',
      'patch.pathless': 'nested',
      // reference/rl2-monitor has the headers and no number for SCIM.
      'rate.perMinute': 600,
      // guides/scim-with-entitlements.
      'types.extra': ['okta:Role', 'okta:Entitlement'],
    },
  ],
  [
    'entra-id',
    {
      // entra-docs, entra-id-scim-api-reference.
      'endpoints.missing': ['/Me', '/Bulk', '/.search'],
      'filter.alone': ['externalId'],
      'filter.attributeOps': {
        externalId: ['eq'],
        id: ['eq'],
        'groups.value': ['eq'],
        'members.value': ['eq'],
      },
      'patch.attributesMixedWithMembers': false,
      'patch.keep': { User: ['mailNickname'] },
      'patch.valueFilterOps': ['eq'],
      'types.extra': ['entra-id:User', 'entra-id:Group'],
    },
  ],
  [
    'entra-id-client',
    {
      // A server for this client has PATCH; it is never sent a PUT (use-scim-to-provision-users-and-groups).
      'update.userVerbs': ['PATCH'],
      'update.groupVerbs': ['PATCH'],
      // Filters with a sub-attribute behind the brackets and bare words, and a schema of its own in groups (same page):
      // without both, a job of the real service ends in quarantine.
      'filter.grammar': 'lenient',
      'schemas.foreign': 'ignored',
      // Path-less keys with dots come with ?aadOptscim062020 only.
      'patch.pathless': 'nested',
    },
  ],
  [
    'onelogin',
    {
      // onelogin/onelogin-scim-node and "Implement RESTful SCIM APIs": users are PUT, groups are PATCHed.
      'update.userVerbs': ['PUT'],
      'update.groupVerbs': ['PATCH'],
    },
  ],
  [
    'sailpoint-identityiq',
    {
      // Unverified: PATCH is not everywhere, PUT is for updates.
      'update.userVerbs': ['PUT'],
      'update.groupVerbs': ['PUT'],
      'types.extra': ['identityiq:Account', 'identityiq:Role', 'identityiq:Entitlement', 'identityiq:Application'],
    },
  ],
  // docs/api/rate-limit.md: 100 in 10 s, of the platform's own API.
  ['sailpoint-isc', { 'rate.perMinute': 600 }],
  [
    'auth0',
    {
      // configure-inbound-scim: `password` cannot be used; what is not mapped is ignored.
      'attributes.ignored': { User: ['password'] },
      // configure-scim-groups.
      'create.maxMembersPut': 10_000,
    },
  ],
  [
    'aws-iam-identity-center',
    {
      // "IAM Identity Center SCIM Implementation" developer guide.
      'attributes.ignored': {
        User: ['emails.display', 'addresses.display', 'phoneNumbers.display', 'manager.displayName'],
      },
      'endpoints.missing': ['/Me', '/Bulk', '/.search'],
      'error.unknownPath': 401,
      'filter.onlyWith': { manager: 'id' },
      'groups.hiddenMembers': 'empty',
      'list.projection': 'ignored',
      'page.cursorStart': 'asked',
      'page.startIndex': 'ignored',
      'patch.keep': { User: ['userName', 'active'] },
      'patch.maxPathlessAttributes': 1,
      'patch.once': ['userName', 'active'],
      'patch.valueFilterOps': ['eq'],
    },
  ],
  [
    'github-enterprise',
    {
      // provisioning-user-accounts-with-scim.
      'deactivate.effect': 'obfuscated',
      // The REST API refuses a request without User-Agent as forbidden.
      'headers.missingStatus': 403,
    },
  ],
  ['github-organization', { 'headers.missingStatus': 403 }],
  [
    'gitlab',
    {
      // doc/development/internal_api: `active` false removes the identity; samples have "name.formatted".
      'deactivate.effect': 'removed',
      'list.flatName': true,
      // There are users only.
      'endpoints.missing': ['/Me', '/Bulk', '/.search'],
      // Samples send strings; Booleans are taken as well.
      'patch.boolean': 'boolean',
    },
  ],
  [
    'gitlab-self-managed',
    {
      'deactivate.effect': 'locked',
      'endpoints.missing': ['/Me', '/Bulk', '/.search'],
      'list.flatName': true,
      'patch.boolean': 'boolean',
    },
  ],
  [
    'keycloak',
    {
      // ServiceProviderConfigResourceTypeProvider.java; the tutorial of phasetwo.io.
      'discovery.authenticationSchemes': 'empty',
      'features.changePassword': 'no',
      'error.bare401': true,
    },
  ],
  [
    'atlassian',
    {
      // The numbers of the admin APIs for SCIM are not published.
      'rate.perMinute': 600,
      // A deactivated account can be activated again.
      'deprovision.reversible': true,
    },
  ],
  [
    'salesforce',
    {
      // Salesforce Help, "SCIM and REST API Reference Sheet"; the form of userName is unverified.
      'create.userNameForm': 'email',
      'endpoints.readOnly': ['Role'],
      'types.extra': ['salesforce:Entitlement', 'salesforce:Role'],
    },
  ],
  // Values depend on the plan.
  ['zoom', { 'rate.perMinute': 600 }],
  ['databricks', { 'error.nameIn': 'scimType', 'types.extra': ['databricks:ServicePrincipal'] }],
  [
    'snowflake',
    {
      // Before BCR-2276 a list without filter is one made-up object.
      'list.synthetic': true,
      'list.totalTrusted': true,
      // The resource is kept without them.
      'multi.excess': 'ignored',
    },
  ],
]);

/** `deactivate.delay` by effect, in seconds; thirty days are those of Entra's soft delete. */
export const defaultDelays = { delayed: 3600, 'deleted-later': 30 * day, removed: 0, obfuscated: 0 } as const;
