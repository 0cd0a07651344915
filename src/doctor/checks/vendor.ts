/** Is the service what the vendor profile of the tenant says? */

import { isJsonObject, type JsonValue } from '../../scim/json.js';
import { getAttribute } from '../../scim/schema/resource-type.js';
import { find, names } from '../../vendors/index.js';
import { settle } from '../../vendors/profile.js';
import type { TenantSettings } from '../../workspace/workspace.js';
import type { Check, Examination, Outcome } from '../check.js';

export const vendor: Check = {
  id: 'SCIM005',
  title: 'vendor profile',
  needs: ['network', 'access'],
  async run(examination) {
    const { settings, isStandIn } = examination;
    const found = [
      ...(isStandIn ? [] : [vendorByHost(settings), scheme(settings)]),
      ...features(examination),
      pageSize(examination),
    ].filter((outcome) => outcome !== undefined);
    if (found.length > 0) return found;
    return [{ id: 'SCIM005', status: 'ok', message: `the service is what the profile ${settings.vendor} says` }];
  },
};

/** TEMPLATE, `https://{tenant}.auth0.com/scim/v2`, as what a host must look like; undefined when any host will do. */
function hostPattern(template: string): RegExp | undefined {
  const host = /^https:\/\/([^/]+)/.exec(template)?.[1] ?? '';
  if (/^\{[^}]*\}$/.test(host)) return undefined;
  const parts = host.split(/\{[^}]*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]+')}$`, 'i');
}

/** Hosts that the documents of a vendor leave open, although people know them. */
const knownHosts: readonly (readonly [RegExp, string])[] = [
  [/\.(okta|oktapreview|okta-emea)\.com$/i, 'okta'],
  [/\.(onelogin)\.com$/i, 'onelogin'],
  [/\.identitynow(-demo)?\.com$/i, 'sailpoint-isc'],
];

/** The vendor whose hosts are called like HOST. */
function vendorOfHost(host: string): string | undefined {
  const known = knownHosts.find(([pattern]) => pattern.test(host))?.[1];
  if (known !== undefined && find(known) !== undefined) return find(known)?.name;
  return names().find((name) => {
    const profile = find(name);
    const urls = profile === undefined ? [] : settle(profile).base.urls;
    return urls.some((url) => hostPattern(url)?.test(host) === true);
  });
}

function vendorByHost({ vendor: chosen, baseUrl }: TenantSettings): Outcome | undefined {
  const likely = vendorOfHost(baseUrl.hostname);
  if (likely === undefined || likely === chosen || find(likely)?.roles.includes('server') !== true) return undefined;
  // Several services of one vendor may share a host.
  if (chosen !== 'generic' && hostsOf(chosen).some((pattern) => pattern.test(baseUrl.hostname))) return undefined;
  return {
    id: 'SCIM005',
    status: 'warning',
    message: `${baseUrl.hostname} looks like ${likely}, and the tenant has the profile ${chosen}`,
    why: 'requests are written in the wrong dialect, and limits that are known are not kept',
    fix: `write vendor: ${likely} in scim.yaml`,
  };
}

function hostsOf(name: string): RegExp[] {
  const profile = find(name);
  const urls = profile === undefined ? [] : settle(profile).base.urls;
  return urls.map(hostPattern).filter((pattern) => pattern !== undefined);
}

const schemesOf: Record<TenantSettings['auth']['scheme'], string | undefined> = {
  bearer: 'bearer',
  basic: 'basic',
  apiKey: 'header',
  mtls: 'mtls',
  oauth2: 'oauth-client-credentials',
  none: undefined,
};

function scheme({ vendor: name, auth, profile }: TenantSettings): Outcome | undefined {
  const own = schemesOf[auth.scheme];
  const known: readonly string[] = profile.auth.schemes;
  if (name === 'generic' || own === undefined || known.length === 0 || known.includes(own)) return undefined;
  return {
    id: 'SCIM005',
    status: 'warning',
    message: `the tenant authenticates by ${auth.scheme}; ${name} is known for ${known.join(', ')}`,
    why: 'the service may stop to accept it',
    fix: 'see M-x scim-vendors for the source; correct auth, or write profile: { auth: { schemes: […] } }',
  };
}

function config({ evidence, settings }: Examination): JsonValue | undefined {
  const { spcPath } = settings.profile.discovery;
  return spcPath === null ? undefined : evidence.documents.get(spcPath)?.json;
}

function member(json: JsonValue | undefined, ...path: string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>(
    (at, name) => (isJsonObject(at) ? getAttribute(at, name) : undefined),
    json,
  );
}

function features(examination: Examination): Outcome[] {
  const { features: known, update } = examination.settings.profile;
  const spc = config(examination);
  const expected: readonly (readonly [string, 'yes' | 'no' | 'unknown'])[] = [
    ['bulk', known.bulk],
    ['sort', known.sort],
    ['etag', known.etag],
    // A client that sends PATCH needs a service that takes it.
    ['patch', update.user === 'patch' ? 'yes' : 'unknown'],
  ];
  return expected.flatMap(([feature, profileSays]) => {
    const said = member(spc, feature, 'supported');
    if (typeof said !== 'boolean' || profileSays === 'unknown' || said === (profileSays === 'yes')) return [];
    return [differs(feature, said)];
  });
}

function differs(feature: string, said: boolean): Outcome {
  const override =
    feature === 'patch'
      ? 'profile: { update: { user: put, group: put } }'
      : `profile: { features: { ${feature}: ${said ? 'yes' : 'no'} } }`;
  return {
    id: 'SCIM005',
    status: 'warning',
    message: `the service says that it ${said ? 'supports' : 'does not support'} ${feature}, its profile the opposite`,
    why: said ? 'what the service can do is not used' : 'requests are sent that the service refuses',
    fix: `if the service is right, write ${override} in scim.yaml`,
  };
}

function pageSize(examination: Examination): Outcome | undefined {
  const said = member(config(examination), 'filter', 'maxResults');
  const { max } = examination.settings.profile.page;
  const wanted = examination.settings.limits.pageSize ?? max;
  if (typeof said !== 'number' || said <= 0 || wanted === null || wanted <= said) return undefined;
  return {
    id: 'SCIM005',
    status: 'warning',
    message: `pages of ${wanted} are asked for, and the service gives ${said} at most (filter.maxResults)`,
    why: 'lists come in smaller pages than was planned, or are cut',
    fix: `write limits: { pageSize: ${said} } in scim.yaml`,
  };
}
