/** A service provider in memory, without a socket: data, rules and the steps before and behind the service. */

import { UsageError } from '../scim/error.js';
import { SchemaRegistry } from '../scim/schema/resource-type.js';
import { rfcResourceTypes } from '../scim/schema/rfc7643.js';
import { type Authentication, authentication } from './auth/authentication.js';
import { authSettings } from './auth/settings.js';
import { MockClock } from './clock.js';
import { type Answerer, compose } from './middleware.js';
import type { BehaviourOptions } from './options.js';
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
  /** The clock, in place of the one that the options ask for. */
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
  const clock = new MockClock(options.clock);
  const now = place.now ?? (() => clock.now());
  const random = new Random(options.seed ?? 1);
  const rules = rulesWith(options.rules ?? {}, pageRules(options.pageSize));
  const registry = registryOf(options);
  const store = new ResourceStore(registry, { baseUrl, now, newId: () => random.uuid() });
  seedStore(store, { users, groups, random, now: now() });
  const service = new Service({ registry, store, baseUrl, basePath, rules, now });
  const tokenRandom = new Random((options.seed ?? 1) + tokenSeed);
  const auth = authentication(authSettings(options.auth, options.tokens), {
    now,
    newToken: () => tokenRandom.uuid() + tokenRandom.uuid(),
    baseUrl,
    isPublic: (request) => service.isPublic(request),
  });
  // Outermost first: the vendor's shape of answers, faults, authentication, the vendor's limits, the service.
  const handle = compose([auth.step], (request) => service.handle(request));
  return { store, clock, rules, auth, handle };
}

function registryOf({ schemas = [], resourceTypes = [] }: BehaviourOptions): SchemaRegistry {
  if (schemas.length === 0 && resourceTypes.length === 0) return SchemaRegistry.rfc;
  const replaced = new Set(resourceTypes.map(({ name }) => name));
  return new SchemaRegistry(schemas, [...rfcResourceTypes.filter(({ name }) => !replaced.has(name)), ...resourceTypes]);
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
