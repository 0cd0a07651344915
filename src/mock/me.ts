/** RFC 7644 §3.11: `/Me`, another name for the resource that the client is authenticated as. */

import { ProtocolError } from '../scim/error.js';
import { isJsonObject, type JsonValue } from '../scim/json.js';
import { getAttribute, type ResourceType } from '../scim/schema/resource-type.js';
import { urn } from '../scim/urn.js';
import type { Entry } from './entry.js';
import type { Principal } from './message.js';
import type { ResourceStore } from './store.js';

/** Knows whom credentials stand for. */
export class Self {
  /** Ids of resources that were created as `/Me`, by the name of the credential. */
  private readonly created = new Map<string, string>();

  constructor(private readonly store: ResourceStore) {}

  /** The resource that PRINCIPAL stands for. */
  find(principal: Principal | undefined): Entry | undefined {
    if (!principal) return undefined;
    const name = principal.user ?? this.created.get(principal.name);
    return name === undefined ? undefined : (this.store.find(name) ?? this.byUserName(name));
  }

  /**
   * Like `find`.
   * @throws ProtocolError 404 when there is none
   */
  get(principal: Principal | undefined): Entry {
    const entry = this.find(principal);
    if (entry) return entry;
    const detail = principal
      ? `The credential ${principal.name} stands for no resource of this server.`
      : 'Nobody is authenticated, so that /Me stands for no resource.';
    throw new ProtocolError(404, undefined, detail);
  }

  /**
   * The type of the resource that PRINCIPAL creates as itself with BODY: that of its `schemas`, or User.
   * @throws ProtocolError 409 `uniqueness` when PRINCIPAL already stands for a resource
   */
  typeToCreate(principal: Principal | undefined, body: JsonValue): ResourceType {
    const entry = this.find(principal);
    if (entry) throw new ProtocolError(409, 'uniqueness', `/Me is already the ${entry.type.name} ${entry.id}.`);
    const { resourceTypes } = this.store.registry;
    const schemas = isJsonObject(body) ? getAttribute(body, 'schemas') : undefined;
    const named = new Set((Array.isArray(schemas) ? schemas : []).map((id) => String(id).toLowerCase()));
    const type =
      resourceTypes.find(({ core }) => named.has(core.id.toLowerCase())) ??
      resourceTypes.find(({ core }) => core.id === urn.user);
    if (type) return type;
    throw new ProtocolError(400, 'invalidValue', 'schemas: they name no resource type of this server.');
  }

  /** The resource with ID is what PRINCIPAL has created as itself. */
  remember(principal: Principal | undefined, id: string): void {
    if (principal) this.created.set(principal.name, id);
  }

  private byUserName(name: string): Entry | undefined {
    for (const type of this.store.registry.resourceTypes) {
      const [entry] = type.attribute('userName') ? (this.store.lookUp(type, 'userName', name)?.slice(0, 1) ?? []) : [];
      if (entry) return entry;
    }
    return undefined;
  }
}
