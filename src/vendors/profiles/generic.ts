/** A service of which nothing is known: what RFC 7644 demands, and what it leaves open. */

import { source } from '../fact.js';
import type { VendorProfile } from '../profile.js';

/** RFC 7643 and RFC 7644. */
const rfc = (section: string) => source(`RFC ${section}`, '2015-09');
const cursors = source('RFC 9865 §2', '2025');
const open = source('RFC 7644 leaves it open', '2015-09');

export const generic: VendorProfile = {
  name: 'generic',
  title: 'SCIM 2.0 by RFC 7643 and RFC 7644',
  aliases: ['rfc', 'rfc7644', 'scim'],
  roles: ['server', 'client'],
  notes: [],
  facts: {
    base: {
      urls: open([]),
      pathCase: rfc('7644 §3.2')('exact'),
      trailingSlash: rfc('7644 §1.3')('strip'),
    },
    auth: { schemes: rfc('7644 §2')(['bearer'], 'The RFC defines no scheme; bearer tokens are what services use.') },
    headers: { required: rfc('7644 §3.1')([]) },
    http: { acceptTypes: rfc('7644 §3.1')(['application/scim+json', 'application/json']) },
    discovery: {
      spcPath: rfc('7644 §4')('/ServiceProviderConfig'),
      resourceTypesPath: rfc('7644 §4')('/ResourceTypes'),
      schemasPath: rfc('7644 §4')('/Schemas'),
      schemaAddress: rfc('7644 §4')('urn'),
      schemaNames: rfc('7644 §4')([]),
    },
    features: {
      bulk: rfc('7643 §5')('unknown', 'ServiceProviderConfig says.'),
      sort: rfc('7643 §5')('unknown', 'ServiceProviderConfig says.'),
      etag: rfc('7643 §5')('unknown', 'ServiceProviderConfig says.'),
    },
    page: {
      mode: cursors('auto', 'A server may page by cursor unasked.'),
      default: open(null),
      max: open(null),
      maxStartIndex: open(null),
      deepFallback: open('none'),
    },
    list: {
      resourcesKey: rfc('7644 §3.4.2')('Resources'),
      totalTrusted: rfc('7644 §3.4.2')(true),
    },
    filter: {
      ops: rfc('7644 §3.4.2.2')(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'lt', 'ge', 'le', 'pr']),
      logic: rfc('7644 §3.4.2.2')(['and', 'or', 'not']),
      attributes: rfc('7644 §3.4.2.2')({}),
      maxNodes: open(null),
      unsupportedResult: rfc('7644 §3.4.2.2')('error', '400 invalidFilter'),
    },
    lookup: { missing: rfc('7644 §3.4.2')(['200-empty']) },
    update: {
      user: rfc('7644 §3.5')('patch', 'If ServiceProviderConfig does not deny it; PUT is what every server must have.'),
      group: rfc('7644 §3.5')('patch'),
      userVerbs: rfc('7644 §3.5')(['PATCH', 'PUT']),
      groupVerbs: rfc('7644 §3.5')(['PATCH', 'PUT']),
    },
    patch: {
      opCase: rfc('7644 §3.5.2')('lower'),
      boolean: rfc('7643 §2.3.2')('boolean'),
      pathless: rfc('7644 §3.5.2')('nested'),
      style: open('path'),
      removeMember: rfc('7644 §3.5.2.2')('value-path'),
      maxMembersAdd: open(null),
      maxMembersRemove: open(null),
      mixMemberOps: rfc('7644 §3.5.2')(true),
      replaceAllMembers: rfc('7644 §3.5.2.3')('allowed'),
      result: rfc('7644 §3.5.2')('either'),
      noTargetOnRemove: open(
        'ignore',
        'An example removes who is no member and succeeds; the table of errors differs.',
      ),
      attributes: rfc('7644 §3.5.2')({}),
    },
    multi: { maxValues: rfc('7643 §2.4')({}), requirePrimary: rfc('7643 §2.4')([]) },
    create: {
      required: rfc('7643 §4')({ User: ['userName'], Group: ['displayName'] }),
      forbidden: rfc('7644 §3.3')({}),
      maxMembers: open(null),
    },
    id: { semantics: rfc('7643 §3.1')('server') },
    deprovision: {
      user: open('both'),
      deleteEffect: rfc('7644 §3.6')('removed', 'A server may keep the resource, but must answer 404 for it.'),
      reversible: rfc('7644 §3.6')(false),
    },
    groups: { supported: rfc('7643 §4.2')(true), membersReadable: rfc('7643 §4.2')(true) },
    error: { shape: rfc('7644 §3.12')('scim'), names: rfc('7644 §3.12')({}) },
    rate: {
      headers: source(
        'RFC 9110 §10.2.3',
        '2022-06',
      )({
        limit: null,
        remaining: null,
        reset: null,
        retryAfter: 'retry-after',
      }),
      resetKind: open('auto'),
      limits: open([]),
      concurrency: open(null),
      disguised: open([]),
    },
    token: {
      ttl: rfc('7644 §7.4')(null, 'Bearer tokens must have a limited lifetime; how long is not said.'),
      maxActive: open(null),
    },
  },
};
