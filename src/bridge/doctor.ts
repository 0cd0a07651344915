/** The doctor of a session: which tenants are examined, with which checks, and what is told of it. */

import type { Check, Examination, Outcome } from '../doctor/check.js';
import { allChecks, examine, preflightChecks } from '../doctor/examine.js';
import { outcomesOfSettings } from '../doctor/failure.js';
import { stateFinding, versionFindings } from '../doctor/workspace.js';
import { parseRequestFile } from '../document/parse.js';
import type { ParamsOf, doctor as protocol, ResultOf } from '../protocol/index.js';
import * as lifecycle from '../protocol/lifecycle.js';
import { countFindings, type ReportedFinding, summaryOf } from '../report/doctor/finding.js';
import { findingsJsonl } from '../report/doctor/jsonl.js';
import { findingsJunit } from '../report/doctor/junit.js';
import { findingsMarkdown } from '../report/doctor/markdown.js';
import { findingsText } from '../report/doctor/text.js';
import { CancelledError, ConfigurationError, ScimError } from '../scim/error.js';
import { version } from '../scim/version.js';
import { SecretNeededError } from '../workspace/externals.js';
import { exitCodeOf, type Finding, findingKinds } from '../workspace/finding.js';
import { lintWorkspace } from '../workspace/lint/lint.js';
import type { TenantSettings, Workspace } from '../workspace/workspace.js';
import type { Notify } from './connection.js';
import type { Session } from './session.js';
import { textOf } from './sources.js';

type ExamineParams = ParamsOf<typeof protocol.examine>;
type ExamineResult = ResultOf<typeof protocol.examine>;
type PreflightParams = ParamsOf<typeof protocol.preflight>;
type PreflightResult = ResultOf<typeof protocol.preflight>;

/** The settings of a tenant, or what is wrong with them. */
type Prepared = { readonly name: string } & ({ readonly settings: TenantSettings } | { readonly error: ScimError });

/** How thorough it is. */
interface Thoroughness {
  readonly checks: readonly Check[];
  readonly writeCheck: boolean;
  /** Whether what is seen is kept for the next time. */
  readonly remembers: boolean;
  readonly onStart: (tenant: string, title: string) => void;
}

export class Doctor {
  constructor(
    private readonly session: Session,
    private readonly notify: Notify,
  ) {}

  /** See `scim/doctor`. */
  async examine(params: ExamineParams, signal: AbortSignal): Promise<ExamineResult> {
    const { tenants, writeCheck, client } = params;
    const onStart = this.progress(params);
    const thoroughness = { checks: allChecks, remembers: true, writeCheck, onStart };
    const versions = versionFindings({ bridge: version, node: process.versions.node, ...client });
    const found = await this.findings(await this.workspace(), tenants, thoroughness, signal);
    return this.result([...versions, stateFinding(this.session.directory), ...found], params);
  }

  /** See `scim/doctor/preflight`. */
  async preflight(params: PreflightParams, signal: AbortSignal): Promise<PreflightResult> {
    const told = { format: 'text', color: params.color } as const;
    const workspace = await this.workspace();
    const tenant = params.tenant ?? workspace?.defaultTenant ?? undefined;
    const isVague = tenant === undefined && workspace !== undefined;
    // That a tenant must be named is told by the run itself.
    if (isVague || !(params.scripts || (await this.writes(params.sources)))) {
      return { ...(await this.result([], told)), needed: false };
    }
    const onStart = this.progress(params);
    const thoroughness = { checks: preflightChecks, remembers: false, writeCheck: false, onStart };
    const names = tenant === undefined ? [] : [tenant];
    const found = await this.findings(workspace, names, thoroughness, signal);
    const result = await this.result(found.filter(mattersToRun), told);
    return { ...result, needed: true, ...(result.exitCode === 0 ? {} : { error: refusal(result) }) };
  }

  /** The workspace; undefined when `scim.yaml` cannot be read, which is a finding. */
  private async workspace(): Promise<Workspace | undefined> {
    try {
      return await this.session.workspace();
    } catch (error) {
      if (error instanceof ConfigurationError) return undefined;
      throw error;
    }
  }

  /** Does a request of SOURCES change anything? */
  private async writes(sources: PreflightParams['sources']): Promise<boolean> {
    for (const source of sources) {
      const { requests } = parseRequestFile(await textOf(source, this.session), source.path);
      if (requests.some(isWrite)) return true;
    }
    return false;
  }

  private progress({ workDoneToken: token }: Pick<ExamineParams, 'workDoneToken'>): Thoroughness['onStart'] {
    return (tenant, title) => {
      if (token === undefined) return;
      this.notify(lifecycle.progress, { token, value: { kind: 'report', message: `${tenant}: ${title}` } });
    };
  }

  /** What is found about the tenants NAMES of WORKSPACE, or about all of them. */
  private async findings(
    workspace: Workspace | undefined,
    names: readonly string[] = workspace?.tenantNames ?? [],
    thoroughness: Thoroughness,
    signal: AbortSignal,
  ): Promise<Finding[]> {
    workspace?.retryFailures();
    const prepared = workspace === undefined ? [] : await this.prepare(names);
    const offline = await this.offline(workspace, names);
    const online = await Promise.all(prepared.map((tenant) => this.tenant(tenant, offline, thoroughness, signal)));
    return [...offline, ...online.flat()];
  }

  /**
   * The settings of all NAMES; secrets that Emacs has to look up are asked for all at once.
   *
   * @throws SecretNeededError
   */
  private async prepare(names: readonly string[]): Promise<Prepared[]> {
    const prepared = await Promise.all(
      names.map(async (name): Promise<Prepared> => {
        try {
          return { name, settings: await this.session.settings(name, true) };
        } catch (error) {
          if (!(error instanceof ScimError) || error instanceof CancelledError) throw error;
          return { name, error };
        }
      }),
    );
    const needed = prepared.flatMap((tenant) =>
      'error' in tenant && tenant.error instanceof SecretNeededError ? tenant.error.references : [],
    );
    if (needed.length > 0) throw new SecretNeededError([...new Set(needed)]);
    return prepared;
  }

  /** What is wrong with the configuration of NAMES; of those that a mock server stands in for nothing is needed. */
  private async offline(workspace: Workspace | undefined, names: readonly string[]): Promise<Finding[]> {
    const real = names.filter((name) => this.session.attached.of(name) === undefined);
    if (real.length === 0 && names.length > 0) return [];
    const externals = workspace?.contextOf([]).externals;
    const options = { root: this.session.directory, environment: process.env, now: new Date(), externals };
    const found = await lintWorkspace(options, workspace === undefined ? undefined : real);
    if (found.length > 0) return found;
    return [
      { id: 'ENV015', status: 'ok', message: 'the configuration is in order, and everything it refers to is there' },
    ];
  }

  /** What is found about PREPARED; OFFLINE has been found already. */
  private async tenant(
    prepared: Prepared,
    offline: readonly Finding[],
    { checks, writeCheck, remembers, onStart }: Thoroughness,
    signal: AbortSignal,
  ): Promise<Finding[]> {
    const { name } = prepared;
    if ('error' in prepared) return unresolved(name, prepared.error, offline);
    const { settings } = prepared;
    const target = this.session.newTarget(settings);
    const owned = [target];
    const examination: Examination = {
      root: this.session.directory,
      settings,
      target,
      connect: (access) => {
        const made = this.session.newTarget(settings, access);
        owned.push(made);
        return made;
      },
      signal,
      now: () => Date.now(),
      writeCheck,
      remembers,
      isStandIn: this.session.attached.of(name) !== undefined,
      evidence: { answers: [], documents: new Map() },
    };
    try {
      const found = await examine(examination, checks, (title) => onStart(name, title));
      return found.filter((finding) => !isTold(finding, offline));
    } finally {
      await Promise.all(owned.map((each) => each.close()));
    }
  }

  private async result(
    findings: readonly Finding[],
    { format, color }: Pick<ExamineParams, 'format' | 'color'>,
  ): Promise<ExamineResult> {
    const reported = findings.map((finding): ReportedFinding => ({ ...finding, title: findingKinds[finding.id] }));
    const exitCode = exitCodeOf(findings);
    const { text, lines } = rendered(reported, format, color, exitCode);
    return {
      exitCode,
      counts: countFindings(reported),
      findings: reported.map((finding) => ({ ...finding, reportLine: lines?.get(finding) })),
      report: await this.session.texts.send(text),
    };
  }
}

/** Tenant NAME cannot be asked because of ERROR; when OFFLINE tells that already, it is not told twice. */
function unresolved(name: string, error: ScimError, offline: readonly Finding[]): Finding[] {
  const isKnown = offline.some(({ status, tenant }) => status === 'error' && (tenant === undefined || tenant === name));
  const told: Outcome[] = isKnown ? [] : outcomesOfSettings(error);
  const rest: Outcome = {
    id: 'NET002',
    status: 'skipped',
    message: 'nothing at the service was checked: the configuration comes first',
  };
  return [...told, rest].map((outcome) => ({ ...outcome, tenant: name }));
}

/** Has what FINDING says been said in OFFLINE? The end of a credential is written in it, and may be declared. */
function isTold({ id, status, tenant }: Finding, offline: readonly Finding[]): boolean {
  if (id !== 'AUTH003' || status === 'ok') return false;
  return offline.some((other) => other.id === id && other.tenant === tenant && other.status === status);
}

/** RFC 7644 §3.2: does this request change anything at the service? */
export function isWrite({ method, target }: { readonly method: string; readonly target: string }): boolean {
  if (/^(GET|HEAD|OPTIONS)$/i.test(method)) return false;
  return !(method.toUpperCase() === 'POST' && /\/\.search(?:[?\s]|$)/.test(target));
}

/** Is FINDING worth a line before each run? How variables are called is not. */
function mattersToRun({ id, status }: Finding): boolean {
  return status === 'error' || (id !== 'ENV012' && id !== 'ENV013');
}

/** Why a run must not begin, for its report. */
function refusal({ findings, counts, exitCode }: ExamineResult): NonNullable<PreflightResult['error']> {
  const [first] = findings.filter(({ status }) => status === 'error');
  const more = counts.errors > 1 ? ` (${summaryOf(counts)})` : '';
  const { tenant, id, message, fix, file, position } = first ?? {
    id: 'doctor',
    message: 'the environment is not in order',
  };
  const about = tenant === undefined ? '' : `tenant ${tenant}: `;
  return {
    code: 'doctor.failed',
    message: `Nothing was sent: ${about}${id} ${message}${more}`,
    ...(fix === undefined ? {} : { remedy: fix }),
    ...(file === undefined ? {} : { file }),
    ...(position === undefined ? {} : { position }),
    exitCode,
  };
}

/** FINDINGS as a report of FORMAT, with the line of each where it has one. */
function rendered(
  findings: readonly ReportedFinding[],
  format: ExamineParams['format'],
  color: boolean,
  exitCode: number,
): { text: string; lines?: ReadonlyMap<ReportedFinding, number> } {
  switch (format) {
    case 'text':
      return findingsText(findings, color);
    case 'jsonl':
      return { text: findingsJsonl(findings, exitCode) };
    case 'junit':
      return { text: findingsJunit(findings) };
    case 'markdown':
      return { text: findingsMarkdown(findings) };
  }
}
