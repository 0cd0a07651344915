/** What a vendor's server does otherwise than RFC 7644 would have it, as steps around the service. */

import type { ResourceTypeDefinition, SchemaDefinition } from '../../scim/schema/types.js';
import type { AuthSettings } from '../auth/settings.js';
import type { Middleware } from '../middleware.js';
import type { RuleChanges } from '../rules.js';
import { joined, type QuirkPlace } from './call.js';
import { contentChecks } from './content.js';
import { withLifetime } from './credentials.js';
import { deactivation } from './deactivation.js';
import { deletion, meAsUser, tombstones } from './deletion.js';
import { errorShape, mediaType } from './errors.js';
import { account, methods, missingEndpoints, requiredHeaders } from './gate.js';
import { externalIds } from './ids.js';
import { patchChecks } from './patches.js';
import { discoveryPaths, shortSchemaNames, trailingSlash, unknownPath } from './paths.js';
import { listShape, queries, resourcesKey } from './queries.js';
import { concurrency, rateLimits } from './rate.js';
import { flatName, hiddenMembers, serviceProviderConfig } from './representation.js';
import { rulesOf } from './rules.js';
import { foreignSchemas, lenientFilters } from './tolerance.js';
import { resourceTypesOf, schemasOf } from './types.js';
import { type QuirkValues, quirkValues } from './values.js';
import type { QuirkSettings } from './vendors.js';

/** The steps of one server. */
interface QuirkSteps {
  /** Around everything: the shape of answers, rate limits, required headers, paths. */
  readonly outer: Middleware | undefined;
  /** Around the service: which requests it takes, and what it does otherwise. */
  readonly inner: Middleware | undefined;
}

/** The quirks of one server. */
export interface Quirks {
  /** The freedom of the RFCs, as the vendor uses it. */
  readonly rules: RuleChanges;
  /** The schemas that the vendor has beside those of RFC 7643. */
  readonly schemas: readonly SchemaDefinition[];
  /** GIVEN resource types as the vendor has them. */
  resourceTypes(given: readonly ResourceTypeDefinition[]): readonly ResourceTypeDefinition[];
  /**
   * SETTINGS with what the vendor makes of tokens, which are good from NOW on.
   * @throws UsageError for more tokens than the vendor has
   */
  credentials(settings: AuthSettings, now: () => Date): AuthSettings;
  /** The steps of a server at PLACE, which remember what they have to: for one server only. */
  steps(place: QuirkPlace): QuirkSteps;
}

const none: Quirks = {
  rules: {},
  schemas: [],
  resourceTypes: (given) => given,
  credentials: (settings) => settings,
  steps: () => ({ outer: undefined, inner: undefined }),
};

/**
 * The quirks of VENDOR, none when undefined, with OVERRIDES (`{ 'page.max': 50 }`) in their place.
 * @throws UsageError for a vendor or a quirk that there is not, and for a value that it cannot have
 */
export function quirksFor(vendor: string | undefined, overrides: QuirkSettings = {}): Quirks {
  if (vendor === undefined && Object.keys(overrides).length === 0) return none;
  const values = quirkValues(vendor, overrides);
  return {
    rules: rulesOf(values),
    schemas: schemasOf(values),
    resourceTypes: (given) => resourceTypesOf(values, given),
    credentials: (settings, now) => withLifetime(values, settings, now),
    steps: (place) => ({
      outer: joined([
        errorShape(values),
        mediaType(values),
        concurrency(values),
        rateLimits(values, place),
        requiredHeaders(values),
        unknownPath(values, place),
        trailingSlash(values),
        shortSchemaNames(values, place),
        discoveryPaths(values, place),
      ]),
      inner: joined([
        account(values),
        missingEndpoints(values, place),
        methods(values, place),
        resourcesKey(values),
        lenientFilters(values, place),
        foreignSchemas(values, place),
        externalIds(values, place),
        serviceProviderConfig(values, place),
        listShape(values, place),
        queries(values, place),
        flatName(values, place),
        hiddenMembers(values, place),
        patchChecks(values, place),
        contentChecks(values, place),
        lifeOfUsers(values, place),
      ]),
    }),
  };
}

/** What becomes of users who are deactivated or deleted. */
function lifeOfUsers(values: QuirkValues, place: QuirkPlace): Middleware | undefined {
  const steps = [tombstones(values, place), deletion(values, place), deactivation(values, place)];
  return steps.every((step) => step === undefined) ? undefined : joined([meAsUser(place), ...steps]);
}
