/** Mock servers that stand in for tenants: which, and what happens when one of them has ended. */

import { ScimError } from '../scim/error.js';
import type { Access } from '../workspace/workspace.js';

/** A mock server in place of a tenant. Holds its credential. */
export interface StandIn {
  /** Of the mock server. */
  readonly id: string;
  /** Of the mock server, for messages. */
  readonly name: string;
  /** Undefined once it has ended. */
  readonly access: Access | undefined;
}

/** Stands for every tenant that has no stand-in of its own. */
export const allTenants = '*';

export class StandIns {
  private readonly byTenant = new Map<string, StandIn>();

  set(tenant: string, standIn: StandIn): void {
    this.byTenant.set(tenant, standIn);
  }

  /** Refuse the requests for TENANT, for which the mock server NAME of an earlier bridge stood in. */
  holdBack(tenant: string, name: string): void {
    this.set(tenant, { id: '', name, access: undefined });
  }

  delete(tenant: string): boolean {
    return this.byTenant.delete(tenant);
  }

  /** The mock server that stands in for TENANT. */
  of(tenant: string): StandIn | undefined {
    return this.byTenant.get(tenant) ?? this.byTenant.get(allTenants);
  }

  /**
   * How to reach what stands in for TENANT; undefined when nothing does.
   *
   * @throws ScimError `mock.ended`: what was meant for a mock server must never reach the real one because that ended
   */
  accessOf(tenant: string | undefined): Access | undefined {
    const standIn = this.of(tenant ?? allTenants);
    if (standIn === undefined) return undefined;
    if (standIn.access !== undefined) return standIn.access;
    throw new ScimError('mock.ended', `The mock server ${standIn.name}, which stands in for the tenant, has ended`, {
      remedy: 'Point the tenant at another one, or at itself again with M-x scim-mock-unuse.',
    });
  }

  /** The tenants that the mock server ID stands in for. */
  tenantsOf(id: string): string[] {
    return [...this.byTenant].flatMap(([tenant, standIn]) => (standIn.id === id ? [tenant] : []));
  }

  /** Give the tenants of the mock server ID new ACCESS to it; undefined when it has ended by itself. */
  update(id: string, access: Access | undefined): void {
    for (const [tenant, standIn] of this.byTenant) {
      if (standIn.id === id) this.byTenant.set(tenant, { ...standIn, access });
    }
  }

  /** Give the tenants of the mock server ID back; returns them. */
  release(id: string): string[] {
    const tenants = this.tenantsOf(id);
    for (const tenant of tenants) this.byTenant.delete(tenant);
    return tenants;
  }
}
