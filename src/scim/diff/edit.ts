/** What differs between two states of a resource, before any dialect has its say. */

import type { JsonValue } from '../json.js';
import type { Place } from '../patch/draft.js';
import type { PatchOperation } from '../patch/request.js';
import type { AttributeDefinition } from '../schema/types.js';

/** One change of an attribute, of one of its values, or of a sub-attribute. */
export interface Edit {
  readonly op: PatchOperation['op'];
  readonly place: Place;
  /** Text of the filter that selects one value of a multi-valued attribute. */
  readonly filter?: string | undefined;
  readonly sub?: AttributeDefinition | undefined;
  /** Undefined for a removal only. */
  readonly value?: JsonValue | undefined;
}

/** The change of a list of references such as `members`, which dialects limit and write in ways of their own. */
export interface MemberChange {
  readonly place: Place;
  readonly removed: readonly JsonValue[];
  readonly added: readonly JsonValue[];
  /** The whole list afterwards. */
  readonly after: readonly JsonValue[];
  /** How many values are in both states. */
  readonly kept: number;
}

/** All that differs. */
export interface Difference {
  readonly edits: readonly Edit[];
  readonly members: readonly MemberChange[];
}

/** The path of an edit (RFC 7644 Figure 7); attributes of extensions carry their URN. */
export function pathOf({ place, filter, sub }: Pick<Edit, 'place' | 'filter' | 'sub'>): string {
  const prefix = place.extension === undefined ? '' : `${place.extension}:`;
  const selection = filter === undefined ? '' : `[${filter}]`;
  return `${prefix}${place.attribute.name}${selection}${sub === undefined ? '' : `.${sub.name}`}`;
}
