/** A service as a text: what it declares (RFC 7643 §5, §6, §7), what was seen of it, where the two differ. */

import type { Deviation } from '../../client/deviations.js';
import type { Observation } from '../../client/observe.js';
import type { Discovery, Feature } from '../../client/types.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../scim/json.js';
import { getAttribute } from '../../scim/schema/resource-type.js';
import { scimUri } from '../scim-uri.js';
import { type Style, type StyledText, StyledTextBuilder } from './styled.js';

/** What a view of a service is made of. */
export interface ServiceContext {
  readonly tenant: string;
  readonly baseUrl: string;
  readonly vendor: string;
  readonly discovery: Discovery;
  readonly deviations: readonly Deviation[];
  /** undefined: nobody has looked yet. */
  readonly observations: readonly Observation[] | undefined;
}

const features: readonly Feature[] = ['patch', 'bulk', 'filter', 'sort', 'etag', 'changePassword'];

/** The whole service on one page. */
export function describeService(context: ServiceContext): StyledText {
  const { tenant, baseUrl, vendor, discovery, deviations, observations } = context;
  const text = new StyledTextBuilder();
  text.heading(`${tenant}  ${baseUrl}`).line(`vendor ${vendor}`, { style: 'dimmed' }).line();
  for (const warning of discovery.warnings) text.line(`⚠ ${warning}`, { style: 'warning' });
  if (discovery.warnings.length > 0) text.line();
  addDeclared(text, discovery);
  if (observations !== undefined) addObserved(text, observations);
  addTypes(text, context);
  addSchemas(text, context);
  addDeviations(text, deviations);
  return text.styled;
}

/**
 * One line on what DISCOVERY's service supports: `patch, filter (200 results), sort`; what the service does not say
 * itself is left out.
 */
export function supportLine({ serviceProviderConfig, supports }: Discovery): string {
  const supported = features.filter((feature) => supports(feature) === true);
  return supported.map((feature) => `${feature}${limitsOf(serviceProviderConfig, feature)}`).join(', ');
}

function addDeclared(text: StyledTextBuilder, { serviceProviderConfig, supports }: Discovery): void {
  text.heading('Declared in ServiceProviderConfig');
  if (serviceProviderConfig === undefined) text.line('  There is none that can be read.', { style: 'warning' });
  for (const feature of features) {
    const supported = supports(feature);
    const [sign, style]: [string, Style] =
      supported === undefined ? ['?', 'dimmed'] : supported ? ['✓', 'success'] : ['–', 'dimmed'];
    text
      .add('  ')
      .add(sign, { style })
      .line(` ${feature}${limitsOf(serviceProviderConfig, feature)}`);
  }
  for (const scheme of schemesIn(serviceProviderConfig)) text.line(`  authentication: ${scheme}`);
  text.line();
}

function addObserved(text: StyledTextBuilder, observations: readonly Observation[]): void {
  text.heading('Seen by reading');
  for (const observation of observations) addObservation(text, observation);
  text.line();
}

function addObservation(text: StyledTextBuilder, { feature, declared, observed, evidence }: Observation): void {
  const [sign, style] = verdict(feature, declared, observed);
  const said = declared === undefined ? '' : declared ? ', declared' : ', declared as not supported';
  text
    .add('  ')
    .add(sign, { style })
    .add(` ${feature.padEnd(30)}`)
    .line(`${observed}${said}`, { style });
  text.line(`      ${evidence}`, { style: 'dimmed' });
}

/**
 * How bad it is. A filter that is ignored deceives whoever asks, whatever was declared; what was declared shall work;
 * other parameters may be ignored (RFC 7644 §3.4.2.3, §3.9).
 */
function verdict(
  feature: string,
  declared: boolean | undefined,
  observed: Observation['observed'],
): readonly [string, Style] {
  const fails = observed === 'ignored' || observed === 'refused';
  if (observed === 'works') return ['✓', 'success'];
  if (fails && declared === true) return ['✗', 'failure'];
  if (observed === 'ignored' && feature.startsWith('filter')) return ['✗', 'failure'];
  return fails ? ['–', 'warning'] : ['?', 'dimmed'];
}

function addTypes(text: StyledTextBuilder, { discovery, tenant }: ServiceContext): void {
  text.heading('Resource types');
  for (const { name, endpoint, core, extensions } of discovery.registry.resourceTypes) {
    text.add('  ').add(name, { uri: scimUri({ tenant, kind: 'type', type: name }) });
    text.add(' '.repeat(Math.max(1, 18 - name.length))).add(endpoint.padEnd(18));
    text.line(`  ${core.id}${extensions.length === 0 ? '' : ` and ${extensions.length} more`}`, { style: 'dimmed' });
  }
  text.line();
}

function addSchemas(text: StyledTextBuilder, { discovery, tenant }: ServiceContext): void {
  text.heading('Schemas');
  for (const { id, name, attributes } of discovery.registry.schemas) {
    text.add('  ').add(id, { uri: scimUri({ tenant, kind: 'schema', urn: id }) });
    text.line(`  ${name}, ${attributes.length} attributes`, { style: 'dimmed' });
  }
  text.line();
}

function addDeviations(text: StyledTextBuilder, deviations: readonly Deviation[]): void {
  text.heading('Answers that deviated from these schemas');
  if (deviations.length === 0) text.line('  none so far', { style: 'dimmed' });
  for (const { type, path, message, rule, count, example } of deviations) {
    text
      .add(`  ${String(count).padStart(5)}× `)
      .add(`${type} ${path}`, { style: 'key' })
      .line();
    text.line(`         ${message} (${rule}), first in ${example}`, { style: 'warning' });
  }
}

/** ` (200 results)`, ` (1000 operations, 1048576 bytes)`, or nothing. */
function limitsOf(config: JsonObject | undefined, feature: Feature): string {
  const said = config && getAttribute(config, feature);
  if (!isJsonObject(said)) return '';
  const limit = (name: string, unit: string): string[] => {
    const value = getAttribute(said, name);
    return typeof value === 'number' ? [`${value} ${unit}`] : [];
  };
  const limits = [
    ...limit('maxResults', 'results'),
    ...limit('maxOperations', 'operations'),
    ...limit('maxPayloadSize', 'bytes'),
  ];
  return limits.length === 0 ? '' : ` (${limits.join(', ')})`;
}

function schemesIn(config: JsonObject | undefined): string[] {
  const schemes = config && getAttribute(config, 'authenticationSchemes');
  const list: readonly JsonValue[] = Array.isArray(schemes) ? schemes : [];
  return list.flatMap((scheme) => {
    const name = isJsonObject(scheme) ? (getAttribute(scheme, 'name') ?? getAttribute(scheme, 'type')) : undefined;
    return typeof name === 'string' ? [name] : [];
  });
}
