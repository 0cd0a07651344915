/** A service provider in memory, without a socket: data, rules and the steps before and behind the service. */

import { UsageError } from '../scim/error.js';
import { SchemaRegistry } from '../scim/schema/resource-type.js';
import { rfcResourceTypes } from '../scim/schema/rfc7643.js';
import { type Authentication, authentication } from './auth/authentication.js';
import { type AuthSettings, authSettings } from './auth/settings.js';
import { MockClock } from './clock.js';
import { Faults } from './faults/faults.js';
import { StaleReads } from './faults/stale.js';
import { loadResources } from './load.js';
import type { MockRequest } from './message.js';
import { type Answerer, compose, type Middleware } from './middleware.js';
import type { BehaviourOptions } from './options.js';
import { type Quirks, quirksFor } from './quirks/index.js';
import { Random } from './random.js';
import { rulesWith, type ServiceRules } from './rules.js';
import { seedStore } from './seed.js';
import { Service } from './service.js';
import { ResourceStore } from './store.js';

/** Where a provider is, and what it takes from outside. */
export interface ProviderPlace {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** Path of `baseUrl`: `/scim/v2`. */
  readonly basePath: string;
  /** The time outside, by which the clock runs; the real one when absent. */
  readonly now?: (() => Date) | undefined;
}

/** Added to the seed for access tokens, which must not be the ids of resources. */
const tokenSeed = 0x6f61_7574_68;

/** A service provider that can be asked. */
export interface Provider {
  readonly store: ResourceStore;
  readonly clock: MockClock;
  readonly rules: ServiceRules;
  readonly auth: Authentication;
  readonly faults: Faults;
  readonly handle: Answerer;
}

/**
 * A provider at PLACE that does what OPTIONS say, with its first resources.
 * @throws UsageError for options that cannot be
 */
export function createProvider(options: BehaviourOptions, place: ProviderPlace): Provider {
  const { baseUrl, basePath } = place;
  const users = checkedCount('users', options.users ?? 0, 0);
  const groups = checkedCount('groups', options.groups ?? 0, 0);
  const real = place.now;
  const clock = new MockClock(options.clock, real && (() => real().getTime()));
  const now = () => clock.now();
  const { seed = 1 } = options;
  const random = new Random(seed);
  const quirks = quirksFor(options.vendor, options.quirks);
  const rules = rulesWith(quirks.rules, options.rules ?? {}, pageRules(options.pageSize));
  const registry = registryOf(options, quirks);
  if (groups > 0 && !registry.resourceTypes.some(({ name }) => name === 'Group')) {
    throw new UsageError(`${options.vendor ?? 'This server'} has no groups: generate none`);
  }
  const store = new ResourceStore(registry, { baseUrl, now, references: rules.references, newId: () => random.uuid() });
  seedStore(store, { users, groups, seed: options.seed ?? 1, now: now() });
  loadResources(store, options.resources ?? []);
  store.beginHistory();
  const settings = quirks.credentials(authSettings(options.auth, options.tokens), now);
  const secret = `seed ${seed}`;
  const stale = new StaleReads(store, basePath, now);
  const { outer, inner } = quirks.steps({ registry, baseUrl, basePath, now });
  const service = new Service({
    registry,
    store,
    stale,
    baseUrl,
    basePath,
    rules,
    now,
    secret,
    auth: settings,
    bulkStep: inner,
  });
  const tokenRandom = new Random(seed + tokenSeed);
  const auth = authentication(settings, {
    now,
    newToken: () => tokenRandom.uuid() + tokenRandom.uuid(),
    baseUrl,
    isPublic: (request) => service.isPublic(request),
  });
  // Outermost first: the token endpoint, the vendor's shape of answers, faults, authentication, the vendor's limits, the
  // service. The token endpoint has faults, too, in its own shape.
  const expire = (request: MockRequest) => auth.expire(request);
  const faults = new Faults(options.faults ?? [], { seed, registry, stale, baseUrl, basePath, now, expire });
  const faultStep: Middleware = (request, next) => faults.step(request, next);
  const { endpoint } = auth;
  const tokens: Middleware | undefined =
    endpoint &&
    ((request, next) => (isAt(settings, request) ? faultStep(request, (each) => endpoint(each, next)) : next(request)));
  const handle = compose([tokens, outer, faultStep, auth.step, inner], (request) => service.handle(request));
  return { store, clock, rules, auth, faults, handle };
}

/** Is REQUEST for the token endpoint of SETTINGS? */
function isAt(settings: AuthSettings, { target }: MockRequest): boolean {
  return settings.scheme === 'oauth2' && target.split('?', 1)[0] === settings.tokenPath;
}

function registryOf({ schemas = [], resourceTypes = [] }: BehaviourOptions, quirks: Quirks): SchemaRegistry {
  const replaced = new Set(resourceTypes.map(({ name }) => name));
  const kept = rfcResourceTypes.filter(({ name }) => !replaced.has(name));
  const types = quirks.resourceTypes(resourceTypes.length === 0 ? rfcResourceTypes : [...kept, ...resourceTypes]);
  if (types === rfcResourceTypes && schemas.length === 0) return SchemaRegistry.rfc;
  return new SchemaRegistry([...quirks.schemas, ...schemas], types);
}

function pageRules(pageSize: number | undefined) {
  if (pageSize === undefined) return {};
  const size = checkedCount('pageSize', pageSize, 1);
  return { paging: { defaultPageSize: size, maxPageSize: size } };
}

function checkedCount(name: string, value: number, minimum: number): number {
  if (Number.isSafeInteger(value) && value >= minimum) return value;
  throw new UsageError(`${name} must be a whole number of at least ${minimum}, not ${value}`);
}
