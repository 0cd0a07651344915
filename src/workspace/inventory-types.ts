/** The inventory of a workspace: what has to be there for its requests to work. Holds no value. */

import type { Annotations } from '../config/env-file.js';
import type { Finding } from './finding.js';

/** Where something is needed, or stands. */
interface InventoryPlace {
  /** Relative to the workspace; absent for what is always so. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
}

/** Where a variable is used, and for what: `auth.token of tenant acme`. */
export interface InventoryUse extends InventoryPlace {
  readonly what: string;
}

/** Where a value comes from, or would come from. */
export interface InventorySource extends InventoryPlace {
  readonly kind: 'environment' | 'set' | 'file' | 'auth-source' | 'cmd' | 'literal' | 'argument';
  /** `environment`, `env/acme.env:3 → auth-source:acme.okta.com`. */
  readonly label: string;
}

/** One thing that has to have a value. */
export interface InventoryVariable {
  /** Of a variable; for a `reference` the reference, for a `literal` the key that it stands at. */
  readonly name: string;
  /**
   * `variable`: of the environment or a set; `reference`: a file, an entry of auth-source or a command that `scim.yaml`
   * names itself; `literal`: a secret that stands in `scim.yaml`; `argument`: a variable of request files that is given
   * with each run.
   */
  readonly kind: 'variable' | 'reference' | 'literal' | 'argument';
  /** Those that have the same value from the same place. */
  readonly tenants: readonly string[];
  readonly purpose: string;
  readonly format: NonNullable<Annotations['format']>;
  readonly secret: boolean;
  /** `unknown`: Emacs or a command has not been asked yet. */
  readonly status: 'set' | 'missing' | 'invalid' | 'unknown';
  /** What is wrong, as the end of a sentence that begins with the name. */
  readonly problem?: string;
  /** What to do about it. */
  readonly fix?: string;
  readonly source: InventorySource;
  readonly fingerprint?: string;
  /** ISO 8601 dates. */
  readonly rotated?: string;
  readonly expires?: string;
  /** Who says when it expires. */
  readonly expiresFrom?: 'declared' | 'jwt' | 'certificate';
  /** A name that would tell more. */
  readonly suggestion?: string;
  /** A secret stands in a file of the workspace. */
  readonly exposed?: true;
  /** The set counts, and the environment has another value. */
  readonly conflict?: true;
  /** Empty: nothing reads it. */
  readonly uses: readonly InventoryUse[];
}

/** Everything that a workspace needs. */
export interface Inventory {
  /** By tenant and name. */
  readonly variables: readonly InventoryVariable[];
  /** What kept a part of the workspace from being looked at. */
  readonly findings: readonly Finding[];
}

/** A variable of a request file that nothing in the file defines. */
export interface RequestArgument extends InventoryPlace {
  readonly name: string;
}
