/** The doctor of a session: which tenants are examined, and what is told of it. */

import type { Examination } from '../doctor/check.js';
import { checks, examine } from '../doctor/examine.js';
import { outcomesOfSettings } from '../doctor/failure.js';
import { lifecycle, type ParamsOf, type doctor as protocol, type ResultOf } from '../protocol/index.js';
import { countFindings, type ReportedFinding } from '../report/doctor/finding.js';
import { findingsJsonl } from '../report/doctor/jsonl.js';
import { findingsJunit } from '../report/doctor/junit.js';
import { findingsMarkdown } from '../report/doctor/markdown.js';
import { findingsText } from '../report/doctor/text.js';
import { CancelledError, ScimError } from '../scim/error.js';
import { SecretNeededError } from '../workspace/externals.js';
import { exitCodeOf, type Finding, findingKinds } from '../workspace/finding.js';
import type { TenantSettings } from '../workspace/workspace.js';
import type { Notify } from './connection.js';
import type { Session } from './session.js';

type ExamineParams = ParamsOf<typeof protocol.examine>;
type ExamineResult = ResultOf<typeof protocol.examine>;
type PreflightParams = ParamsOf<typeof protocol.preflight>;
type PreflightResult = ResultOf<typeof protocol.preflight>;

/** The settings of a tenant, or what is wrong with them. */
type Prepared = { readonly name: string } & ({ readonly settings: TenantSettings } | { readonly error: ScimError });

export class Doctor {
  constructor(
    private readonly session: Session,
    private readonly notify: Notify,
  ) {}

  /** See `scim/doctor`. */
  async examine(params: ExamineParams, signal: AbortSignal): Promise<ExamineResult> {
    const { tenants, writeCheck, workDoneToken: token } = params;
    const names = tenants ?? (await this.session.workspace()).tenantNames;
    const prepared = await this.prepare(names);
    const findings = await Promise.all(
      prepared.map((tenant) =>
        this.tenant(tenant, writeCheck, signal, (title) => {
          if (token === undefined) return;
          const message = `${tenant.name}: ${title}`;
          this.notify(lifecycle.progress, { token, value: { kind: 'report', message } });
        }),
      ),
    );
    return this.result(findings.flat(), params);
  }

  /** See `scim/doctor/preflight`. */
  async preflight(params: PreflightParams, signal: AbortSignal): Promise<PreflightResult> {
    const tenants = params.tenant === undefined ? [] : [params.tenant];
    const result = await this.examine({ ...params, tenants, writeCheck: false, format: 'text' }, signal);
    return { ...result, needed: true };
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
          return { name, settings: await this.session.settings(name) };
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

  private async tenant(
    prepared: Prepared,
    writeCheck: boolean,
    signal: AbortSignal,
    onStart: (title: string) => void,
  ): Promise<Finding[]> {
    if ('error' in prepared) {
      return outcomesOfSettings(prepared.error).map((outcome) => ({ ...outcome, tenant: prepared.name }));
    }
    const { settings } = prepared;
    const target = this.session.newTarget(settings);
    const others = [target];
    const examination: Examination = {
      root: this.session.directory,
      settings,
      target,
      connect: (other) => {
        const made = this.session.newTarget(other);
        others.push(made);
        return made;
      },
      signal,
      now: () => Date.now(),
      writeCheck,
      isStandIn: this.session.attached.of(settings.name) !== undefined,
      evidence: { answers: [], documents: new Map() },
    };
    try {
      return await examine(examination, checks, onStart);
    } finally {
      await Promise.all(others.map((each) => each.close()));
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
