/** Tenants side by side: what two of them have in common by mistake. */

import { checkBaseUrl } from '../check.js';
import { type Placed, type Subject, type SubjectTenant, type TenantValue, valueAt } from './subject.js';

const production = /(^|[^a-z])(prod|production|live)([^a-z]|$)/i;
const rehearsal =
  /(^|[^a-z])(staging|stage|stg|test|testing|dev|development|sandbox|sbx|qa|uat|preview|oktapreview|demo)([^a-z]|$)/i;

/** What is wrong between the tenants. */
export function compareTenants({ tenants }: Subject): Placed[] {
  const pairs = tenants.flatMap((tenant, index) => tenants.slice(0, index).map((other) => [other, tenant] as const));
  return [
    ...tenants.flatMap(checkName),
    ...pairs.flatMap((pair) => sameUrl(...pair)),
    ...tenants.flatMap((tenant) => sharedSecrets(tenant, tenants)),
  ];
}

function urlOf(tenant: SubjectTenant): { url: URL; value: TenantValue } | undefined {
  const value = valueAt(tenant, 'baseUrl');
  const url = value?.resolved.ok === true ? checkBaseUrl(value.resolved.value) : undefined;
  return value !== undefined && url instanceof URL ? { url, value } : undefined;
}

/** Does the URL of TENANT speak of another environment than its name? */
function checkName(tenant: SubjectTenant): Placed[] {
  const found = urlOf(tenant);
  if (found === undefined) return [];
  const { url, value } = found;
  const words = `${url.hostname}${url.pathname}`;
  const isRehearsal = rehearsal.test(words) && !production.test(words);
  const isProduction = production.test(words) && !rehearsal.test(words);
  const about = { tenant: tenant.name, tenants: [tenant.name], ...variableOf(value), ...value.place };
  if (tenant.production && isRehearsal) {
    const message = `${tenant.name} is a production tenant, and its base URL speaks of a test environment`;
    const why = 'People would be provisioned to the wrong place.';
    return [
      { ...about, id: 'ENV008', status: 'warning', message, why, fix: 'correct baseUrl, or write production: false' },
    ];
  }
  if (!tenant.production && isProduction && rehearsal.test(tenant.name)) {
    const message = `${tenant.name} is called a test tenant, and its base URL speaks of production`;
    const why = 'What is tried out would happen to real accounts.';
    return [
      { ...about, id: 'ENV008', status: 'warning', message, why, fix: 'correct baseUrl, or write production: true' },
    ];
  }
  return [];
}

/** Have the two tenants the same base URL? One that extends the other may, as long as both are, or are not, production. */
function sameUrl(first: SubjectTenant, second: SubjectTenant): Placed[] {
  const [one, two] = [urlOf(first), urlOf(second)];
  if (one === undefined || two === undefined || one.url.href.toLowerCase() !== two.url.href.toLowerCase()) return [];
  const isMixed = first.production !== second.production;
  const isRelated = second.lineage.includes(first.name) || first.lineage.includes(second.name);
  if (isRelated && !isMixed) return [];
  const [told, value] = isMixed && first.production ? [first, one.value] : [second, two.value];
  const other = told === first ? second : first;
  return [
    {
      id: 'ENV009',
      status: isMixed ? 'error' : 'warning',
      message: `${told.name} has the same base URL as ${other.name}${value.definer === told.name ? '' : ', which it inherits'}`,
      why: isMixed
        ? 'What is meant for a test happens to production, or the other way round.'
        : 'One of the two may be meant for another service.',
      fix: `give ${told.name} its own baseUrl in scim.yaml, or its own variables`,
      tenant: told.name,
      tenants: [told.name, other.name],
      ...variableOf(value),
      ...value.place,
    },
  ];
}

/** Has TENANT, a production one, a secret that a tenant which is none has, too? */
function sharedSecrets(tenant: SubjectTenant, tenants: readonly SubjectTenant[]): Placed[] {
  if (!tenant.production) return [];
  const others = tenants.filter((other) => !other.production);
  return tenant.values.flatMap((value): Placed[] => {
    if (!value.role.secret || value.keys[0] !== 'auth') return [];
    const other = others.find((one) => one.values.some((its) => isSame(value, its)));
    if (other === undefined) return [];
    const key = value.keys.join('.');
    const how = value.definer === tenant.name ? 'is the same as that of' : 'is inherited from';
    return [
      {
        id: 'ENV010',
        status: 'error',
        message: `\`${key}\` of the production tenant ${tenant.name} ${how} ${value.definer === tenant.name ? other.name : value.definer}`,
        why: 'Whoever can read the secret of a test environment can write to production; or the service refuses it.',
        fix: `give ${tenant.name} its own ${key}, or its own variables: env/${tenant.name}.env`,
        tenant: tenant.name,
        tenants: [tenant.name],
        ...variableOf(value),
        ...value.place,
      },
    ];
  });
}

/** Do the two come to the same secret, as far as that is known? */
function isSame({ resolved, role, reference, definer }: TenantValue, other: TenantValue): boolean {
  if (!other.role.secret || other.role.suffix !== role.suffix) return false;
  if (resolved.ok && other.resolved.ok) return resolved.value === other.resolved.value;
  // Nobody knows the value yet, but one reference written once gives one value, unless sets say otherwise.
  const fromSet = resolved.origin.set ?? other.resolved.origin.set;
  return fromSet === undefined && definer === other.definer && reference === other.reference;
}

function variableOf({ resolved: { origin } }: TenantValue): Pick<Placed, 'variable'> {
  return origin.variable === undefined ? {} : { variable: origin.variable };
}
