/** What one connection holds: the workspace, a target per tenant, captured values per file, open reports. */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Target, type TargetOptions } from '../client/target.js';
import type { Access, CredentialReport } from '../client/types.js';
import { rememberUse } from '../doctor/rotation/uses.js';
import { FileSession } from '../document/session.js';
import type { Exchange } from '../http/exchange.js';
import { ScimError, UsageError } from '../scim/error.js';
import { version } from '../scim/version.js';
import { type TenantSettings, Workspace } from '../workspace/workspace.js';
import { currentAction } from './action.js';
import { allTenants, type StandIn, StandIns } from './stand-ins.js';
import { TextFiles } from './text-files.js';
import { Trace } from './trace.js';

interface Connected {
  /** The settings as text: a target lives as long as they stay the same. */
  readonly fingerprint: string;
  readonly target: Target;
  readonly settings: TenantSettings;
}

export class Session {
  readonly texts = new TextFiles();
  readonly trace = new Trace();
  private root = process.cwd();
  private traced = false;
  private asking = false;
  private confirmed: readonly string[] | undefined;
  private loaded: { readonly stamp: string; readonly workspace: Workspace } | undefined;
  private readonly targets = new Map<string, Connected>();
  /** Targets whose settings have changed, and which may have requests under way. */
  private readonly retired: Target[] = [];
  private readonly files = new Map<string, FileSession>();
  private readonly standIns = new StandIns();
  private readonly closing = new AbortController();

  constructor(
    /** Called for every exchange when the client asked for a trace. */
    private readonly onExchange: (exchange: Exchange, settings: TenantSettings) => void,
    /** Told once per tenant and change of its settings. */
    private readonly onWarning: (message: string) => void,
  ) {}

  /** Aborted when the session ends. */
  get signal(): AbortSignal {
    return this.closing.signal;
  }

  /** The workspace's directory. */
  get directory(): string {
    return this.root;
  }

  /** Whether the client asks a person before what a tenant wants to be confirmed. */
  get asks(): boolean {
    return this.asking;
  }

  /** Whether tenant NAME was confirmed when the session began, or no client of this session confirms anything. */
  isConfirmed(name: string): boolean {
    return this.confirmed?.includes(name) ?? true;
  }

  open(root: string, traced: boolean, asks = false, confirmed?: readonly string[]): void {
    this.root = root;
    this.traced = traced;
    this.asking = asks;
    this.confirmed = confirmed;
  }

  /** The workspace; read again when `scim.yaml` has changed. */
  async workspace(): Promise<Workspace> {
    const found = await stat(join(this.root, 'scim.yaml')).catch(() => undefined);
    const stamp = found ? `${found.ino} ${found.mtimeMs} ${found.size}` : 'none';
    if (this.loaded?.stamp !== stamp) {
      this.loaded = { stamp, workspace: await Workspace.load(this.root, process.env) };
    }
    return this.loaded.workspace;
  }

  /** The target of tenant NAME, or of the default tenant; a new one when its settings have changed. */
  async connect(name: string | undefined): Promise<Connected> {
    const settings = await this.settings(name);
    const fingerprint = JSON.stringify(settings);
    const known = this.targets.get(settings.name);
    if (known?.fingerprint === fingerprint) return known;
    for (const warning of settings.warnings) this.onWarning(warning);
    const target = this.targetOf(settings, known);
    const connected = { fingerprint, target, settings };
    this.targets.set(settings.name, connected);
    return connected;
  }

  /** The target of tenant NAME, if this session has talked to it. */
  connected(name: string): { readonly target: Target; readonly settings: TenantSettings } | undefined {
    return this.targets.get(name);
  }

  /** What the requests of this session showed about the credentials of tenant NAME; undefined when there were none. */
  credentialsOf(name: string): CredentialReport | undefined {
    return this.targets.get(name)?.target.credentials;
  }

  /** The target of KNOWN with the credentials of SETTINGS when nothing else has changed, so that runs go on; or a new one. */
  private targetOf(settings: TenantSettings, known: Connected | undefined): Target {
    const { auth, tls, name } = settings;
    if (known !== undefined && withoutAccess(known.settings) === withoutAccess(settings)) {
      known.target.replaceAccess({ auth, tls });
      return known.target;
    }
    // Runs that are under way on the old target still end; its connections close when they are idle.
    if (known !== undefined) this.retired.push(known.target);
    return this.newTarget(settings, {
      renew: (signal) => this.renew(settings, signal),
      onCredential: (event) => rememberUse(this.root, this.targets.get(name)?.settings ?? settings, event, new Date()),
    });
  }

  /** What proves who the tenant with SETTINGS is, looked up again; undefined when that cannot be. */
  private async renew(settings: TenantSettings, signal: AbortSignal | undefined): Promise<Access | undefined> {
    const { name, baseUrl } = settings;
    try {
      if (this.standIns.of(name) !== undefined) return undefined;
      const renewed = await (await this.workspace()).renew(name, signal);
      // A credential for one service is never shown to another.
      if (renewed.baseUrl.href !== baseUrl.href) return undefined;
      return { auth: renewed.auth, tls: renewed.tls };
    } catch (error) {
      // The answer that the credential was refused says more than that nothing better could be found.
      if (error instanceof ScimError) return undefined;
      throw error;
    }
  }

  /** A target of SETTINGS, with what ACCESS says otherwise, that the caller owns and closes. Its exchanges are traced. */
  newTarget(settings: TenantSettings, access: Partial<TargetOptions> = {}): Target {
    return new Target({
      tenant: settings.name,
      baseUrl: settings.baseUrl,
      auth: settings.auth,
      tls: settings.tls,
      proxy: settings.proxy,
      http2: settings.http2,
      limits: settings.limits,
      validation: settings.validation,
      profile: settings.profile,
      safeguards: settings.safeguards,
      userAgent: `scim.el/${version}`,
      ...access,
      onWarning: this.onWarning,
      onExchange: (exchange) => {
        this.trace.add(exchange, settings, currentAction());
        if (this.traced) this.onExchange(exchange, settings);
      },
    });
  }

  /** The settings of tenant NAME, or of the default tenant, or of what stands in for it; secrets are looked up as by `prepare`. */
  async settings(name: string | undefined, keepsFailures = false): Promise<TenantSettings> {
    const workspace = await this.workspace();
    const chosen = name ?? workspace.defaultTenant ?? undefined;
    const access = this.standIns.accessOf(chosen);
    const isVague = chosen === undefined && workspace.tenantNames.length > 0;
    if (access !== undefined && !isVague) return workspace.elsewhere(chosen ?? 'mock', access);
    await workspace.prepare(name, this.closing.signal, keepsFailures);
    return workspace.resolve(name);
  }

  /**
   * Have the requests for TENANT (the default one when undefined) go to STANDIN; no file keeps what it captured.
   *
   * @returns the name of the tenant, and whether it is the default one
   * @throws ConfigurationError when there is no such tenant
   */
  async attach(tenant: string | undefined, standIn: StandIn): Promise<{ tenant: string; isDefault: boolean }> {
    const workspace = await this.workspace();
    const name = tenant ?? workspace.defaultTenant;
    if (name === null) throw new UsageError('No tenant was named, and this workspace has several');
    if (workspace.tenantNames.length > 0) workspace.vendorProfile(name);
    this.standIns.set(name, standIn);
    this.forgetTenant(name);
    return { tenant: name, isDefault: name === workspace.defaultTenant };
  }

  /** Have the requests for all tenants go to STANDIN. */
  attachAll(standIn: StandIn): { tenant: string; isDefault: boolean } {
    this.standIns.set(allTenants, standIn);
    this.files.clear();
    return { tenant: allTenants, isDefault: true };
  }

  /** Have the requests for TENANT (the default one when undefined) go to itself again; returns its name. */
  async detach(tenant: string | undefined): Promise<string> {
    const name = tenant ?? (await this.workspace()).defaultTenant ?? undefined;
    if (name === undefined || !this.standIns.delete(name)) {
      throw new UsageError(`No mock server stands in for the tenant ${name ?? 'that is meant'}`);
    }
    this.forgetTenant(name);
    return name;
  }

  /** The mock servers that stand in for tenants. */
  get attached(): StandIns {
    return this.standIns;
  }

  /** Values that were captured from one server mean nothing to another, and may be secrets. */
  private forgetTenant(tenant: string): void {
    for (const key of this.files.keys()) {
      if (key.endsWith(`,${JSON.stringify(tenant)}]`)) this.files.delete(key);
    }
  }

  /** The captured values of the request file PATH for TENANT. */
  fileSession(path: string, tenant: string): FileSession {
    const key = JSON.stringify([path, tenant]);
    const session = this.files.get(key) ?? new FileSession();
    this.files.set(key, session);
    return session;
  }

  /** Start the session of PATH and TENANT afresh. */
  freshFileSession(path: string, tenant: string): FileSession {
    const session = new FileSession();
    this.files.set(JSON.stringify([path, tenant]), session);
    return session;
  }

  /** Forget the sessions of PATH, whatever the tenant. */
  forget(path: string): void {
    for (const key of this.files.keys()) {
      if (key.startsWith(`[${JSON.stringify(path)},`)) this.files.delete(key);
    }
  }

  /** Stop all work and let go of every connection. */
  async close(): Promise<void> {
    this.closing.abort();
    const targets = [...this.retired, ...Array.from(this.targets.values(), ({ target }) => target)];
    await Promise.allSettled(targets.map((target) => target.close()));
    this.targets.clear();
    this.texts.dispose();
  }
}

/** SETTINGS but for what proves who the client is; another scheme is another way of asking. */
function withoutAccess({
  auth,
  tls: _tls,
  tokenVariable: _variable,
  warnings: _warnings,
  ...rest
}: TenantSettings): string {
  const place = auth.scheme === 'apiKey' ? auth.header : auth.scheme === 'oauth2' ? auth.tokenUrl.href : '';
  return JSON.stringify({ ...rest, scheme: auth.scheme, place });
}
