/**
 * A resource while operations are applied to it: copied on the first write, part by part.
 *
 * The original is never touched, so a failing operation needs no undoing; what no operation changes is shared with it.
 */

import { isJsonObject, type JsonObject, type JsonValue, setMember } from '../json.js';
import { attributeKey, getAttribute, type ResourceType } from '../schema/resource-type.js';
import type { AttributeDefinition } from '../schema/types.js';
import { isUnassigned } from './value.js';
import { ValueIndex } from './value-index.js';

/** Where an attribute lives: at the top level or in an extension. */
export interface Place {
  /** URN of the extension, as its type spells it. */
  readonly extension: string | undefined;
  readonly attribute: AttributeDefinition;
}

export class Draft {
  #resource: JsonObject;
  /** The objects and arrays that were made here and may be written to. */
  readonly #owned = new WeakSet<object>();
  /** For each list that was searched: its elements by identity. */
  readonly #indexes = new WeakMap<readonly JsonValue[], ValueIndex>();
  /** A list whose index is ahead of it: written out when somebody looks. */
  #pending: { readonly place: Place; readonly index: ValueIndex } | undefined;

  constructor(
    readonly type: ResourceType,
    resource: JsonObject,
  ) {
    this.#resource = resource;
  }

  get resource(): JsonObject {
    this.#flush();
    return this.#resource;
  }

  /** The value at PLACE. */
  get({ extension, attribute }: Place): JsonValue | undefined {
    const holder = extension === undefined ? this.resource : this.extension(extension);
    return holder === undefined ? undefined : getAttribute(holder, attribute.name);
  }

  /** Assign VALUE at PLACE; an extension that was not there is added to `schemas` (RFC 7644 §3.5.2). */
  set({ extension, attribute }: Place, value: JsonValue): void {
    const holder = extension === undefined ? this.#root() : this.#container(extension);
    setMember(holder, attributeKey(holder, attribute.name) ?? attribute.name, value);
  }

  /** Unassign the value at PLACE; an extension without values goes too. */
  clear(place: Place): void {
    const { extension, attribute } = place;
    // null and [] are unassigned already (RFC 7643 §2.5), so taking them away would be no change.
    if (isUnassigned(this.get(place))) return;
    const holder = extension === undefined ? this.#root() : this.#container(extension);
    deleteMember(holder, attribute.name);
    if (extension !== undefined && Object.keys(holder).length === 0) this.clearExtension(extension);
  }

  /** The container of the extension URN. */
  extension(urn: string): JsonObject | undefined {
    const container = getAttribute(this.resource, urn);
    return isJsonObject(container) ? container : undefined;
  }

  /** Unassign the extension URN as a whole and take it out of `schemas`. */
  clearExtension(urn: string): void {
    const schemas = getAttribute(this.resource, 'schemas');
    const kept = Array.isArray(schemas) ? schemas.filter((id) => !isSameUrn(id, urn)) : [];
    if (Array.isArray(schemas) && kept.length < schemas.length) {
      setMember(this.#root(), attributeKey(this.#resource, 'schemas') ?? 'schemas', kept);
      this.#owned.add(kept);
    }
    if (attributeKey(this.#resource, urn) !== undefined) deleteMember(this.#root(), urn);
  }

  /** Name the core schema and every extension that has values in `schemas` (RFC 7643 §3). */
  completeSchemas(): void {
    this.#addSchema(this.type.core.id);
    for (const { schema } of this.type.extensions) {
      if (this.extension(schema.id) !== undefined) this.#addSchema(schema.id);
    }
  }

  /** The values at PLACE, a multi-valued attribute. */
  list(place: Place): readonly JsonValue[] {
    const value = this.get(place);
    if (value === undefined || value === null) return [];
    return Array.isArray(value) ? value : [value];
  }

  /** Assign LIST, a new array, at PLACE; INDEX is its index when that is known. */
  setList(place: Place, list: JsonValue[], index?: ValueIndex): void {
    this.#owned.add(list);
    if (index !== undefined) this.#indexes.set(list, index);
    this.set(place, list);
  }

  /** The values at PLACE by identity. Whoever writes to the index says so with `touch`. */
  index(place: Place): ValueIndex {
    const pending = this.#pending;
    if (pending !== undefined && isSamePlace(pending.place, place)) return pending.index;
    const list = this.list(place);
    let index = this.#indexes.get(list);
    if (index === undefined) {
      index = new ValueIndex(place.attribute, list);
      this.#indexes.set(list, index);
    }
    return index;
  }

  /** INDEX, that of PLACE, was written to and is now what the list should be. */
  touch(place: Place, index: ValueIndex): void {
    if (this.#pending?.index === index) return;
    this.#flush();
    // The list as it was has no index any more.
    this.#indexes.delete(this.list(place));
    this.#pending = { place, index };
  }

  #flush(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    this.setList(pending.place, pending.index.values(), pending.index);
  }

  #addSchema(urn: string): void {
    const schemas = getAttribute(this.#resource, 'schemas');
    const list = Array.isArray(schemas) ? schemas : [];
    if (list.some((id) => isSameUrn(id, urn))) return;
    setMember(this.#root(), attributeKey(this.#resource, 'schemas') ?? 'schemas', [...list, urn]);
  }

  #root(): JsonObject {
    this.#flush();
    this.#resource = this.#own(this.#resource);
    return this.#resource;
  }

  #container(urn: string): JsonObject {
    const root = this.#root();
    const container = this.#own(this.extension(urn) ?? {});
    setMember(root, attributeKey(root, urn) ?? urn, container);
    this.#addSchema(urn);
    return container;
  }

  #own(object: JsonObject): JsonObject {
    if (this.#owned.has(object)) return object;
    const copy = { ...object };
    this.#owned.add(copy);
    return copy;
  }
}

/** Delete the member NAME of OBJECT, in whatever case. */
export function deleteMember(object: JsonObject, name: string): void {
  const key = attributeKey(object, name);
  if (key !== undefined) delete object[key];
}

function isSamePlace(a: Place, b: Place): boolean {
  return a.attribute === b.attribute && a.extension === b.extension;
}

function isSameUrn(value: JsonValue, urn: string): boolean {
  return typeof value === 'string' && value.toLowerCase() === urn.toLowerCase();
}
