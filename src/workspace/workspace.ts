/** The tenants of a workspace: from `scim.yaml`, or from SCIM_API_BASE_URL and SCIM_AUTH_TOKEN when there is none. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Resolved, resolveBytes, resolveReference } from '../config/reference.js';
import { ConfigurationError } from '../scim/error.js';
import type { ProfileValues, VendorProfile } from '../vendors/profile.js';
import { checkBaseUrl, isInsecure } from './check.js';
import { type AuthSettings, resolveAuth } from './credentials.js';
import { readWorkspaceFile, type TenantEntry, type WorkspaceFile } from './file.js';
import { type ReferenceSource, Resolver } from './resolver.js';
import { type ProxySettings, resolveProxy, resolveTls, type TlsSettings } from './transport.js';
import { mergeOverrides, profileOf, vendorOf } from './vendor.js';

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
  readonly limits: {
    readonly timeoutMs: number;
    readonly connectTimeoutMs?: number;
    readonly headersTimeoutMs?: number;
    /** Of all attempts at a request. */
    readonly deadlineMs?: number;
    readonly maxResponseBytes: number;
    readonly pageSize?: number;
    readonly concurrency?: number;
  };
  readonly validation: 'strict' | 'warn' | 'off';
  readonly warnings: readonly string[];
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
  readonly problems: string[];
}

const defaults = { timeoutMs: 30_000, maxResponseBytes: 20 * 1024 * 1024 };

/** The tenant that the two variables define. */
const environmentTenant: TenantEntry = {
  baseUrl: 'env:SCIM_API_BASE_URL',
  auth: { scheme: 'bearer', token: 'env:SCIM_AUTH_TOKEN' },
};

export class Workspace implements ReferenceSource {
  private constructor(
    /** Directory that relative paths start from. */
    readonly root: string,
    private readonly entries: ReadonlyMap<string, TenantEntry>,
    private readonly source: WorkspaceFile | undefined,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

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
    return settingsOf(chosen, this.merged(chosen, []), this);
  }

  /**
   * The settings of tenant NAME with ACCESS in place of its own: none of its references is resolved.
   *
   * @throws ConfigurationError when there are tenants, and none of that name
   */
  elsewhere(name: string, access: Access): TenantSettings {
    const entry = this.entries.size === 0 ? {} : this.merged(name, []);
    return {
      name,
      ...vendorOf(entry.vendor ?? access.vendorUnlessKnown, entry.profile),
      baseUrl: access.baseUrl,
      auth: access.auth,
      ...(access.tls && { tls: access.tls }),
      tokenVariable: undefined,
      limits: limitsOf(entry),
      validation: entry.validation ?? 'strict',
      warnings: [],
    };
  }

  /**
   * The vendor profile of tenant NAME, with its overrides. No reference of the tenant is resolved.
   *
   * @throws ConfigurationError when there is no such tenant
   */
  vendorProfile(name: string): VendorProfile {
    const { vendor, profile } = this.merged(name, []);
    return profileOf(vendor, profile);
  }

  /** Every tenant and what is wrong with it. */
  inspect(): TenantInfo[] {
    return this.tenantNames.map((name) => {
      try {
        const { vendor, baseUrl, auth, warnings } = this.resolve(name);
        return { name, vendor, baseUrl: baseUrl.href, auth: auth.scheme, problems: [...warnings] };
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        const entry = this.entries.get(name);
        const auth = entry?.auth?.scheme ?? 'unknown';
        return { name, vendor: entry?.vendor ?? 'generic', baseUrl: null, auth, problems: error.message.split('\n') };
      }
    });
  }

  /** REFERENCE as a value of this workspace. */
  value(reference: string): Resolved {
    return resolveReference(reference, this.root, this.environment);
  }

  bytes(reference: string): Resolved {
    return resolveBytes(reference, this.root, this.environment);
  }

  variable(name: string): string | undefined {
    return this.environment[name]?.trim() || undefined;
  }

  /** `scim.yaml:7`, or where else KEYS of tenant NAME are defined. */
  place(name: string, keys: readonly string[]): string {
    return this.source ? `scim.yaml:${this.source.lineOf(['tenants', name, ...keys])}` : 'no scim.yaml here';
  }

  /** The entry of NAME with what it inherits. */
  private merged(name: string, heirs: readonly string[]): TenantEntry {
    const entry = this.entries.get(name);
    if (!entry) {
      const asked = heirs.length > 0 ? `, which tenant ${heirs.at(-1)} extends` : '';
      throw new ConfigurationError('config.tenant', `There is no tenant ${name}${asked}`, {
        remedy: `defined are: ${this.tenantNames.join(', ') || 'none'}`,
      });
    }
    if (heirs.includes(name)) {
      throw new ConfigurationError('config.tenant', `Tenant ${name} extends itself: ${[...heirs, name].join(' → ')}`, {
        remedy: 'break the circle in scim.yaml',
      });
    }
    if (entry.extends === undefined) return entry;
    const parent = this.merged(entry.extends, [...heirs, name]);
    const profile = mergeOverrides(parent.profile, entry.profile);
    return { ...parent, ...entry, limits: { ...parent.limits, ...entry.limits }, profile };
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
    warnings: resolver.warnings,
  };
}

function limitsOf({ limits = {} }: TenantEntry): TenantSettings['limits'] {
  const { timeout, connectTimeout, headersTimeout, deadline, maxResponseBytes, pageSize, concurrency } = limits;
  return {
    timeoutMs: timeout ?? defaults.timeoutMs,
    maxResponseBytes: maxResponseBytes ?? defaults.maxResponseBytes,
    ...(connectTimeout === undefined ? {} : { connectTimeoutMs: connectTimeout }),
    ...(headersTimeout === undefined ? {} : { headersTimeoutMs: headersTimeout }),
    ...(deadline === undefined ? {} : { deadlineMs: deadline }),
    ...(pageSize === undefined ? {} : { pageSize }),
    ...(concurrency === undefined ? {} : { concurrency }),
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
