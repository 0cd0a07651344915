/** A resource that the store is started with. */

import type { JsonObject } from '../scim/json.js';
import type { ResourceType } from '../scim/schema/resource-type.js';

/** A resource with its own `id` and times. */
export interface GivenEntry {
  readonly type: ResourceType;
  readonly id: string | undefined;
  /** As `ownContent` makes it. */
  readonly content: JsonObject;
  readonly created: string | undefined;
  readonly lastModified: string | undefined;
  /** How often it had changed when a mock server saved it. */
  readonly revision: number | undefined;
}
