/** The tenants of a workspace: from `scim.yaml`, or from SCIM_API_BASE_URL and SCIM_AUTH_TOKEN when there is none. */

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type ReferenceContext, resolveBytes, resolveReference } from '../config/reference.js';
import { VariableSet } from '../config/variable-set.js';
import { ConfigurationError } from '../scim/error.js';
import type { ProfileValues, VendorProfile } from '../vendors/profile.js';
import { checkBaseUrl, isInsecure } from './check.js';
import { type AuthSettings, resolveAuth } from './credentials.js';
import { Externals, notLookedUp } from './externals.js';
import { readWorkspaceFile, type TenantEntry, type WorkspaceFile } from './file.js';
import { mergedEntry } from './inherit.js';
import { type Limits, limitsOf } from './limits.js';
import { type ReferenceSource, Resolver } from './resolver.js';
import { type ProxySettings, resolveProxy, resolveTls, type TlsSettings } from './transport.js';
import { TrustStore, trustPath } from './trust.js';
import { profileOf, vendorOf } from './vendor.js';

/** One tenant, every reference resolved. Holds secrets: never printed, never sent to Emacs. */
export interface TenantSettings {
  readonly name: string;
  readonly vendor: string;
  /** What is known about the service, with the tenant's overrides. */
  readonly profile: ProfileValues;
  readonly baseUrl: URL;
  readonly auth: AuthSettings;
  /** The environment variable that holds the token, for copied commands. */
  readonly tokenVariable: string | undefined;
  readonly tls?: TlsSettings;
  readonly proxy?: ProxySettings;
  readonly http2?: boolean;
  readonly limits: Limits;
  readonly validation: 'strict' | 'warn' | 'off';
  readonly safeguards: Safeguards;
  /** Its variable sets, relative to the workspace. */
  readonly sets: readonly string[];
  readonly warnings: readonly string[];
}

/** What keeps a tenant from being changed by mistake. */
export interface Safeguards {
  readonly production: boolean;
  readonly confirm: 'always' | 'writes' | 'never';
  readonly readOnly: boolean;
  /** Filters; resources that match one are not written to. */
  readonly protected: readonly string[];
}

/** A tenant as it is written. */
export interface WrittenTenant {
  readonly entry: TenantEntry;
  /** What its references are resolved against. */
  readonly context: ReferenceContext;
  /** The tenant that a key comes from: itself, or one that it extends. */
  definerOf(key: keyof TenantEntry): string;
  /** Why its variable sets are left out of `context`. */
  readonly setProblem?: ConfigurationError;
}

/** Where a tenant's requests go, and with which credential, in place of its own. Holds secrets. */
export interface Access extends Pick<TenantSettings, 'baseUrl' | 'auth' | 'tls'> {
  /** The vendor of a tenant that does not name its own. */
  readonly vendorUnlessKnown?: string;
}

/** One tenant as it may be shown. */
export interface TenantInfo {
  readonly name: string;
  readonly vendor: string;
  readonly baseUrl: string | null;
  readonly auth: string;
  readonly production: boolean;
  readonly confirm: Safeguards['confirm'];
  readonly readOnly: boolean;
  /** What has to be looked up before it can be told whether it is right. */
  readonly pending: string[];
  readonly problems: string[];
}

/** The tenant that the two variables define. */
const environmentTenant: TenantEntry = {
  baseUrl: 'env:SCIM_API_BASE_URL',
  auth: { scheme: 'bearer', token: 'env:SCIM_AUTH_TOKEN' },
};

export class Workspace {
  readonly #externals: Externals;
  /** Which files may run commands. */
  readonly trust: TrustStore;

  private constructor(
    /** Directory that relative paths start from. */
    readonly root: string,
    private readonly entries: ReadonlyMap<string, TenantEntry>,
    private readonly source: WorkspaceFile | undefined,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly loadSet = (files: readonly string[]) => VariableSet.load(root, files),
  ) {
    this.trust = new TrustStore(trustPath(environment, homedir()), environment);
    this.#externals = new Externals(root, this.trust);
  }

  /**
   * The workspace in directory ROOT.
   *
   * @throws ConfigurationError when `scim.yaml` is malformed; unresolved references are found by `resolve`
   */
  static async load(root: string, environment: NodeJS.ProcessEnv): Promise<Workspace> {
    const path = join(root, 'scim.yaml');
    if (!existsSync(path))
      return new Workspace(root, new Map([['default', environmentTenant]]), undefined, environment);
    const file = await readWorkspaceFile(path);
    return new Workspace(root, file.tenants, file, environment);
  }

  /** The workspace in ROOT as FILE, of another revision, has it; LOADSET reads the sets of that revision. */
  static asOf(
    root: string,
    environment: NodeJS.ProcessEnv,
    file: WorkspaceFile,
    loadSet: (files: readonly string[]) => VariableSet,
  ): Workspace {
    return new Workspace(root, file.tenants, file, environment, loadSet);
  }

  /** Path of `scim.yaml`, or null when the environment variables define the tenant. */
  get file(): string | null {
    return this.source?.path ?? null;
  }

  get tenantNames(): string[] {
    return [...this.entries.keys()];
  }

  /** The tenant that is meant when none is named: `default:` of the file, a tenant of that name, or the only one. */
  get defaultTenant(): string | null {
    const named = this.source?.defaultTenant;
    if (named !== undefined) return named;
    if (this.entries.has('default')) return 'default';
    const [only, second] = this.tenantNames;
    return only !== undefined && second === undefined ? only : null;
  }

  /**
   * The settings of tenant NAME, or of the default tenant.
   *
   * @throws ConfigurationError one that names every missing or malformed value, its variable, tenant and remedy
   */
  resolve(name?: string): TenantSettings {
    const chosen = name ?? this.defaultTenant;
    if (chosen === null) {
      throw new ConfigurationError('config.tenant', 'No tenant was named, and this workspace has several', {
        remedy: `name one of: ${this.tenantNames.join(', ')}`,
      });
    }
    const entry = this.merged(chosen);
    return settingsOf(chosen, entry, this.#sourceOf(entry));
  }

  /**
   * Looks up what `resolve` cannot: runs the commands of tenant NAME, or of the default tenant. Costs nothing when that
   * has been done. KEEPSFAILURES: what failed before is not tried again, for one of several tenants in a row.
   *
   * @throws SecretNeededError when Emacs is needed (see `provide`), TrustNeededError before an untrusted command runs
   */
  async prepare(name?: string, signal?: AbortSignal, keepsFailures = false): Promise<void> {
    await this.#externals.prepare(
      () => {
        try {
          this.resolve(name);
        } catch (error) {
          // What is wrong is told by `resolve`, when nothing is missing any more.
          if (!(error instanceof ConfigurationError)) throw error;
        }
      },
      signal,
      keepsFailures,
    );
  }

  /** Has what could not be looked up tried again by the next `prepare`. */
  retryFailures(): void {
    this.#externals.forgetFailures();
  }

  /** The settings of tenant NAME, looked up again; Emacs cannot be asked in mid-request, and is asked with the next one. */
  async renew(name: string, signal?: AbortSignal): Promise<TenantSettings> {
    this.#externals.forget('cmd');
    try {
      await this.prepare(name, signal);
      return this.resolve(name);
    } finally {
      this.#externals.forget('auth-source');
    }
  }

  /** Takes what Emacs has found for REFERENCE, `auth-source:…`; null when there is nothing. */
  provide(reference: string, value: string | null): void {
    this.#externals.provide(reference, value);
  }

  /**
   * The settings of tenant NAME with ACCESS in place of its own: none of its references is resolved.
   *
   * @throws ConfigurationError when there are tenants, and none of that name
   */
  elsewhere(name: string, access: Access): TenantSettings {
    const entry = this.entries.size === 0 ? {} : this.merged(name);
    return {
      name,
      ...vendorOf(entry.vendor ?? access.vendorUnlessKnown, entry.profile),
      baseUrl: access.baseUrl,
      auth: access.auth,
      ...(access.tls && { tls: access.tls }),
      tokenVariable: undefined,
      limits: limitsOf(entry),
      validation: entry.validation ?? 'strict',
      safeguards: { ...safeguardsOf(name, entry), production: false, confirm: 'never' },
      sets: [],
      warnings: [],
    };
  }

  /**
   * The vendor profile of tenant NAME, with its overrides. No reference of the tenant is resolved.
   *
   * @throws ConfigurationError when there is no such tenant
   */
  vendorProfile(name: string): VendorProfile {
    const { vendor, profile } = this.merged(name);
    return profileOf(vendor, profile);
  }

  /** Every tenant and what is wrong with it. */
  inspect(): TenantInfo[] {
    return this.tenantNames.map((name) => {
      try {
        const { vendor, baseUrl, auth, safeguards, warnings } = this.resolve(name);
        const { production, confirm, readOnly } = safeguards;
        const shown = { baseUrl: baseUrl.href, auth: auth.scheme, production, confirm, readOnly };
        return { name, vendor, ...shown, pending: [], problems: [...warnings] };
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        return this.#unresolvedInfo(name, error.message.split('\n'));
      }
    });
  }

  /** What is known of tenant NAME, of which not everything resolves: TOLD says what. */
  #unresolvedInfo(name: string, told: readonly string[]): TenantInfo {
    const isPending = (line: string): boolean => line.endsWith(notLookedUp);
    const problems = told.filter((line) => !isPending(line));
    const pending = told.filter(isPending);
    let entry: TenantEntry = this.entries.get(name) ?? {};
    let baseUrl: string | null = null;
    try {
      entry = this.merged(name);
      baseUrl = resolveBaseUrl(entry.baseUrl, new Resolver(name, this.#sourceOf(entry)))?.href ?? null;
    } catch (error) {
      // A tenant that extends nothing that exists: that is told already.
      if (!(error instanceof ConfigurationError)) throw error;
    }
    const { production, confirm, readOnly } = safeguardsOf(name, entry);
    const { vendor = 'generic', auth } = entry;
    return { name, vendor, baseUrl, auth: auth?.scheme ?? 'unknown', production, confirm, readOnly, pending, problems };
  }

  /** What is said about variables in `scim.yaml`, by name. */
  get declared(): WorkspaceFile['variables'] {
    return this.source?.variables ?? new Map();
  }

  /** The line of KEYS in `scim.yaml`, from 1; undefined without one. */
  lineOf(keys: readonly string[]): number | undefined {
    return this.source?.lineOf(keys);
  }

  /**
   * Tenant NAME as it is written, with what it inherits, for those who look at its references one by one.
   *
   * @throws ConfigurationError when there is no such tenant, or one that it extends
   */
  written(name: string): WrittenTenant {
    const entry = this.merged(name);
    try {
      return { entry, context: this.#contextOf(entry), definerOf: (key) => this.#definerOf(name, key) };
    } catch (setProblem) {
      if (!(setProblem instanceof ConfigurationError)) throw setProblem;
      const context = this.#contextOf({});
      return { entry, context, definerOf: (key) => this.#definerOf(name, key), setProblem };
    }
  }

  /**
   * What references in the variable sets FILES are resolved against.
   *
   * @throws ConfigurationError when one cannot be read
   */
  contextOf(files: readonly string[]): ReferenceContext {
    return this.#contextOf({ variables: [...files] });
  }

  /** The tenant that KEY of tenant NAME comes from: itself, or one that it extends. */
  #definerOf(name: string, key: keyof TenantEntry): string {
    const entry = this.entries.get(name);
    return entry?.[key] === undefined && entry?.extends !== undefined ? this.#definerOf(entry.extends, key) : name;
  }

  #contextOf(entry: TenantEntry): ReferenceContext {
    return {
      root: this.root,
      environment: this.environment,
      set: this.loadSet(entry.variables ?? []),
      externals: this.#externals,
      standsIn: this.file ?? join(this.root, 'scim.yaml'),
    };
  }

  /** What the references of ENTRY are resolved against. */
  #sourceOf(entry: TenantEntry): ReferenceSource {
    const context = this.#contextOf(entry);
    return {
      file: this.file,
      value: (reference) => resolveReference(reference, context),
      bytes: (reference) => resolveBytes(reference, context),
      variable: (name) => this.environment[name]?.trim() || undefined,
      place: (name, keys) => this.place(name, keys),
    };
  }

  /** `scim.yaml:7`, or where else KEYS of tenant NAME are defined. */
  place(name: string, keys: readonly string[]): string {
    return this.source ? `scim.yaml:${this.source.lineOf(['tenants', name, ...keys])}` : 'no scim.yaml here';
  }

  /** The entry of NAME with what it inherits. */
  private merged(name: string): TenantEntry {
    return mergedEntry(this.entries, name);
  }
}

/** The settings of tenant NAME that ENTRY comes to; one error names all that is wrong. */
function settingsOf(name: string, entry: TenantEntry, source: ReferenceSource): TenantSettings {
  const resolver = new Resolver(name, source);
  const baseUrl = resolveBaseUrl(entry.baseUrl, resolver);
  const tls = entry.tls === undefined ? undefined : resolveTls(entry.tls, resolver, new Date());
  const hasCertificate = entry.tls?.cert !== undefined || entry.tls?.pfx !== undefined;
  const credentials = resolveAuth(entry.auth, hasCertificate, resolver);
  const proxy = resolveProxy(entry.proxy, resolver);
  if (baseUrl === undefined || credentials === undefined || !resolver.isFine) throw resolver.error;
  return {
    name,
    ...vendorOf(entry.vendor, entry.profile),
    baseUrl,
    ...credentials,
    ...(tls === undefined ? {} : { tls }),
    ...(proxy === undefined ? {} : { proxy }),
    ...(entry.http2 === undefined ? {} : { http2: entry.http2 }),
    limits: limitsOf(entry),
    validation: entry.validation ?? 'strict',
    safeguards: safeguardsOf(name, entry),
    sets: entry.variables ?? [],
    warnings: resolver.warnings,
  };
}

/** What keeps tenant NAME from being changed by mistake. It is a production one when it is called so, unless ENTRY says otherwise. */
export function safeguardsOf(name: string, entry: TenantEntry): Safeguards {
  const production = entry.production ?? /(^|[^a-z])(prod|production|live)([^a-z]|$)/i.test(name);
  return {
    production,
    confirm: entry.confirm ?? (production ? 'writes' : 'never'),
    readOnly: entry.readOnly ?? false,
    protected: entry.protected ?? [],
  };
}

function resolveBaseUrl(reference: string | undefined, resolver: Resolver): URL | undefined {
  const found = resolver.found(reference, ['baseUrl']);
  if (found === undefined) return undefined;
  const url = checkBaseUrl(found.value);
  if (!(url instanceof URL)) return resolver.complain(found.origin.label, ['baseUrl'], url);
  if (isInsecure(url)) resolver.warn('baseUrl is http, so the token crosses the network unencrypted; use https');
  return url;
}
