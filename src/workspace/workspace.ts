/** The tenants of a workspace: from `scim.yaml`, or from SCIM_API_BASE_URL and SCIM_AUTH_TOKEN when there is none. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError } from '../scim/error.js';
import type { ProfileValues } from '../vendors/profile.js';
import { type Complaint, checkBaseUrl, checkToken, isInsecure } from './check.js';
import { readWorkspaceFile, type TenantEntry, type WorkspaceFile } from './file.js';
import { type Resolved, resolveReference } from './reference.js';
import { mergeOverrides, vendorOf } from './vendor.js';

/** One tenant, every reference resolved. Holds secrets: never printed, never sent to Emacs. */
export interface TenantSettings {
  readonly name: string;
  readonly vendor: string;
  /** What is known about the service, with the tenant's overrides. */
  readonly profile: ProfileValues;
  readonly baseUrl: URL;
  readonly auth: { readonly scheme: 'bearer'; readonly token: string } | { readonly scheme: 'none' };
  /** The environment variable that holds the token, for copied commands. */
  readonly tokenVariable: string | undefined;
  readonly limits: { readonly timeoutMs: number; readonly maxResponseBytes: number; readonly pageSize?: number };
  readonly validation: 'strict' | 'warn' | 'off';
  readonly warnings: readonly string[];
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

export class Workspace {
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
    const resolution = new Resolution(chosen, this.merged(chosen, []), this);
    return resolution.settings();
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

/** The work of resolving one tenant: collects every complaint before it gives up. */
class Resolution {
  private readonly complaints: string[] = [];
  private readonly remedies: string[] = [];
  private readonly warnings: string[] = [];

  constructor(
    private readonly name: string,
    private readonly entry: TenantEntry,
    private readonly workspace: Workspace,
  ) {}

  settings(): TenantSettings {
    const baseUrl = this.baseUrl();
    const { auth, tokenVariable } = this.auth();
    if (baseUrl === undefined || auth === undefined) {
      throw new ConfigurationError('config.reference', this.complaints.join('\n'), {
        remedy: [...new Set(this.remedies)].join('; '),
        ...(this.workspace.file === null ? {} : { file: this.workspace.file }),
      });
    }
    const { timeout, maxResponseBytes, pageSize } = this.entry.limits ?? {};
    return {
      name: this.name,
      ...vendorOf(this.entry.vendor, this.entry.profile),
      baseUrl,
      auth,
      tokenVariable,
      limits: {
        timeoutMs: timeout ?? defaults.timeoutMs,
        maxResponseBytes: maxResponseBytes ?? defaults.maxResponseBytes,
        ...(pageSize === undefined ? {} : { pageSize }),
      },
      validation: this.entry.validation ?? 'strict',
      warnings: this.warnings,
    };
  }

  private baseUrl(): URL | undefined {
    const value = this.resolved(this.entry.baseUrl, ['baseUrl']);
    if (!value) return undefined;
    const url = checkBaseUrl(value.value);
    if (!(url instanceof URL)) return this.complain(value.origin.label, ['baseUrl'], url);
    if (isInsecure(url)) {
      this.warnings.push(
        `tenant ${this.name}: baseUrl is http, so the token crosses the network unencrypted; use https`,
      );
    }
    return url;
  }

  private auth(): { auth: TenantSettings['auth'] | undefined; tokenVariable: string | undefined } {
    const { auth } = this.entry;
    if (auth === undefined) {
      this.complain('auth', ['auth'], {
        problem: 'is missing',
        remedy: 'write auth: { scheme: bearer, token: env:NAME }, or { scheme: none } for a server without',
      });
      return { auth: undefined, tokenVariable: undefined };
    }
    if (auth.scheme === 'none') return { auth, tokenVariable: undefined };
    const value = this.resolved(auth.token, ['auth', 'token']);
    if (!value) return { auth: undefined, tokenVariable: undefined };
    const tokenVariable = value.origin.variable;
    const wrong = checkToken(value.value);
    if (wrong) return { auth: this.complain(value.origin.label, ['auth', 'token'], wrong), tokenVariable };
    if (value.origin.kind === 'literal') {
      this.warnings.push(`tenant ${this.name}: auth.token stands in scim.yaml itself; use env:NAME or file:PATH`);
    }
    if (auth.previousToken !== undefined) {
      this.warnings.push(`tenant ${this.name}: auth.previousToken is not used by this version`);
    }
    return { auth: { scheme: 'bearer', token: value.value }, tokenVariable };
  }

  private resolved(reference: string | undefined, keys: string[]): Extract<Resolved, { ok: true }> | undefined {
    if (reference === undefined) {
      return this.complain(keys.join('.'), keys, {
        problem: 'is missing',
        remedy: `write ${keys.join('.')}: env:NAME`,
      });
    }
    const value = this.workspace.value(reference);
    return value.ok ? value : this.complain(value.origin.label, keys, value);
  }

  private complain(what: string, keys: string[], { problem, remedy }: Complaint): undefined {
    const key = keys.join('.');
    const place = this.workspace.place(this.name, keys);
    const about = what === key ? place : `${key}, ${place}`;
    this.complaints.push(`tenant ${this.name}: ${what} (${about}) ${problem}`);
    this.remedies.push(remedy);
    return undefined;
  }
}
