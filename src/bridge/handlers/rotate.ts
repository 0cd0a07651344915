/** `scim/rotate`. */

import { relative } from 'node:path';
import { type CredentialState, type RotationReport, rotate } from '../../doctor/rotation/rotate.js';
import type { ResultOf } from '../../protocol/index.js';
import * as protocol from '../../protocol/rotate.js';
import { type ReportedRotation, rotationJsonl, rotationText } from '../../report/rotation.js';
import { UsageError } from '../../scim/error.js';
import { findingKinds } from '../../workspace/finding.js';
import type { Dispatcher } from '../dispatch.js';
import type { Session } from '../session.js';

type Result = ResultOf<typeof protocol.rotate>;

export function registerRotate(dispatcher: Dispatcher, session: Session): void {
  dispatcher.request(protocol.rotate, async ({ action, tenant, quietHours, format }, { signal }): Promise<Result> => {
    const settings = await session.settings(tenant);
    const standIn = session.attached.of(settings.name);
    if (standIn !== undefined) {
      throw new UsageError(
        `The mock server ${standIn.name} stands in for ${settings.name}, which has nothing to rotate`,
        {
          remedy: 'point the tenant at itself again: M-x scim-mock-unuse',
        },
      );
    }
    const workspace = await session.workspace();
    const report = await rotate({
      action,
      workspace,
      settings,
      connect: (access) => session.newTarget(settings, access),
      live: session.credentialsOf(settings.name),
      quietMs: quietHours * 3_600_000,
      now: Date.now(),
      signal,
    });
    const reported = reportedOf(report, action, workspace.file);
    const shorten = (path: string): string => {
      const inside = relative(workspace.root, path);
      return inside.startsWith('..') ? path : inside;
    };
    const { text, places } =
      format === 'text' ? rotationText(reported, shorten) : { text: rotationJsonl(reported), places: [] };
    const { isRotating, exitCode, session: shown, credentials, steps } = reported;
    return {
      tenant: report.tenant,
      isRotating,
      exitCode,
      ...(shown === undefined ? {} : { session: { ...shown, inUse: [...shown.inUse] } }),
      credentials: credentials.map(({ line, ...credential }) => ({ ...credential, ...positionOf(line) })),
      findings: report.findings.map((finding) => ({ ...finding, title: findingKinds[finding.id] })),
      steps: steps.map(({ line, ...step }) => ({ ...step, ...positionOf(line) })),
      report: await session.texts.send(text),
      places: places.map(({ line, file, fileLine }) => ({
        line,
        file,
        position: { line: fileLine - 1, character: 0 },
      })),
    };
  });
}

/** LINE of a file, from 1, as Emacs is told. */
function positionOf(line: number | undefined): { position?: { line: number; character: number } } {
  return line === undefined ? {} : { position: { line: line - 1, character: 0 } };
}

function reportedOf(report: RotationReport, action: string, file: string | null): ReportedRotation {
  const { credentials, ...rest } = report;
  return { ...rest, action, credentials: credentials.map((credential) => reportedCredential(credential, file)) };
}

function reportedCredential(
  { name, key, written, fingerprint, lastWorked, lastRefused, probe }: CredentialState,
  file: string | null,
): ReportedRotation['credentials'][number] {
  const { reference, line } = written;
  const place = file === null || line === undefined ? {} : { file, line };
  const said = probe === undefined ? {} : { verdict: probe.verdict, shown: probe.shown };
  return { name, key, reference, fingerprint, lastWorked, lastRefused, ...place, ...said };
}
