/** The rotation of a credential: how far it is, what the service says about both, and how to end it. */

import type { Target } from '../../client/target.js';
import type { CredentialReport } from '../../client/types.js';
import { exitCodeOf, type Finding } from '../../workspace/finding.js';
import type { TenantSettings, Workspace } from '../../workspace/workspace.js';
import { readSeen } from '../seen.js';
import { type Access, type Pair, pairsOf, type TenantCredential, type Written, writtenAt } from './credentials.js';
import { answersAnybody, type Probe, probe } from './probe.js';
import { beginningSteps, endingSteps, nextSteps, type Step } from './steps.js';

export interface RotateContext {
  readonly action: 'status' | 'verify' | 'finish';
  readonly workspace: Workspace;
  readonly settings: TenantSettings;
  /** Makes a client with ACCESS alone, which looks nothing up again when it is refused. */
  readonly connect: (access: Access) => Target;
  /** What the requests of this session showed; undefined when there were none. */
  readonly live: CredentialReport | undefined;
  /** For so long the previous credential must not have been used. */
  readonly quietMs: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/** A credential and what is known of it. Holds no secret. */
export interface CredentialState {
  readonly name: TenantCredential['name'];
  readonly key: string;
  readonly written: Written;
  readonly fingerprint: string | undefined;
  /** ISO 8601: when a request was last answered with it, and when it was last refused, on this machine. */
  readonly lastWorked: string | undefined;
  readonly lastRefused: string | undefined;
  /** What the service says now; undefined when it was not asked. */
  readonly probe: Probe | undefined;
}

/** Both of them. */
interface PairState {
  readonly current: CredentialState;
  readonly previous: CredentialState | undefined;
}

/** What `rotate` tells. Holds no secret. */
export interface RotationReport {
  readonly tenant: string;
  readonly isRotating: boolean;
  readonly exitCode: number;
  /** What the requests of this session showed. */
  readonly session: Pick<CredentialReport, 'inUse' | 'fallbacks'> | undefined;
  readonly credentials: readonly CredentialState[];
  readonly findings: readonly Finding[];
  readonly steps: readonly Step[];
}

/** Exit code: the previous credential is still needed. */
const refusedByGate = 4;

/** Does what CONTEXT says. Throws `CancelledError`. */
export async function rotate(context: RotateContext): Promise<RotationReport> {
  const { settings, action } = context;
  const pairs = await Promise.all(pairsOf(settings).map((pair) => stateOf(pair, context)));
  const findings = pairs.flatMap((pair) => findingsOf(pair, context));
  const isNeeded = action === 'finish' && pairs.some((pair) => isStillNeeded(pair, context));
  const exitCode = exitCodeOf(findings);
  return {
    tenant: settings.name,
    isRotating: pairs.some(({ previous }) => previous !== undefined),
    exitCode: exitCode === 0 && isNeeded ? refusedByGate : exitCode,
    session: context.live && { inUse: context.live.inUse, fallbacks: context.live.fallbacks },
    credentials: pairs.flatMap(({ current, previous }) => (previous === undefined ? [current] : [current, previous])),
    findings,
    steps: pairs.flatMap((pair) => stepsOf(pair, context, exitCode !== 0 || isNeeded)),
  };
}

async function stateOf({ current, previous }: Pair, context: RotateContext): Promise<PairState> {
  const isAsked = context.action !== 'status';
  const probes = isAsked ? await probesOf([current, ...(previous === undefined ? [] : [previous])], context) : [];
  return {
    current: credentialState(current, probes[0], context),
    previous: previous && credentialState(previous, probes[1], context),
  };
}

async function probesOf(credentials: readonly TenantCredential[], context: RotateContext): Promise<Probe[]> {
  const { connect, signal } = context;
  const probes: Probe[] = [];
  for (const { access } of credentials) probes.push(await probe(access, connect, signal));
  const [first] = credentials;
  const isShown = probes.some(({ verdict }) => verdict === 'accepted');
  if (!isShown || first === undefined || !(await answersAnybody(first.access, connect, signal))) return probes;
  return probes.map((each) => {
    if (each.verdict !== 'accepted') return each;
    return { verdict: 'unknown', shown: `${each.shown}, but without a credential as well` };
  });
}

function credentialState(
  { name, key, id, fingerprint }: TenantCredential,
  asked: Probe | undefined,
  { workspace, settings }: RotateContext,
): CredentialState {
  const seen = readSeen(workspace.root, settings.name).uses?.[id];
  return {
    name,
    key,
    written: writtenAt(workspace, settings.name, key),
    fingerprint,
    lastWorked: seen?.worked,
    lastRefused: seen?.refused,
    probe: asked,
  };
}

/** When it was used lately, the previous credential is needed, unless the service does not take it any more. */
function isStillNeeded({ previous }: PairState, { live, quietMs, now }: RotateContext): boolean {
  if (previous === undefined || previous.probe?.verdict === 'refused') return false;
  if (live?.inUse.includes(previous.key) === true) return true;
  return previous.lastWorked !== undefined && now - Date.parse(previous.lastWorked) < quietMs;
}

function findingsOf({ current, previous }: PairState, context: RotateContext): Finding[] {
  const { settings, action } = context;
  const about = { tenant: settings.name };
  if (action === 'status') return [];
  const verdict = current.probe?.verdict;
  const shown = current.probe?.shown ?? 'not asked';
  if (verdict === 'refused') {
    const isSaved = previous?.probe?.verdict === 'accepted';
    const message = isSaved
      ? `${current.key} is refused (${shown}), ${previous.key} still works and is used in its place`
      : `${current.key} is refused (${shown})`;
    const why = isSaved
      ? `as soon as ${previous.key} is withdrawn, every request of this tenant is refused`
      : 'every request of this tenant is refused';
    const fix = `put a credential in force into ${current.written.reference}`;
    return [{ ...about, id: isSaved ? 'AUTH004' : 'AUTH001', status: 'error', message, why, fix }];
  }
  if (verdict === 'unknown') {
    const message = `whether ${current.key} works cannot be told: ${shown}`;
    return [
      {
        ...about,
        id: 'AUTH001',
        status: 'error',
        message,
        fix: current.probe?.remedy ?? `doctor --tenant ${settings.name}`,
      },
    ];
  }
  const works: Finding = { ...about, id: 'AUTH001', status: 'ok', message: `${current.key} works` };
  if (previous === undefined) return [works];
  return [works, previousFinding(previous, context)];
}

function previousFinding(previous: CredentialState, context: RotateContext): Finding {
  const about = { id: 'AUTH004', tenant: context.settings.name } as const;
  const { key, probe: asked, lastWorked } = previous;
  if (asked?.verdict === 'refused') {
    return { ...about, status: 'ok', message: `${key} is refused: nothing is lost by taking it out` };
  }
  if (isStillNeeded({ current: previous, previous }, context)) {
    const since = lastWorked === undefined ? 'is in use now' : `was used on ${minuteOf(lastWorked)}`;
    const why = 'a process that has not seen the current one would be refused';
    return { ...about, status: 'warning', message: `${key} ${since}`, why, fix: 'look for who uses it, and wait' };
  }
  if (asked?.verdict === 'unknown') {
    const message = `whether ${key} works cannot be told: ${asked.shown}`;
    return { ...about, status: 'warning', message };
  }
  return { ...about, status: 'ok', message: `${key} works as well, and nothing here has used it of late` };
}

function stepsOf(pair: PairState, context: RotateContext, isBlocked: boolean): Step[] {
  const { workspace, settings, action } = context;
  const place = { file: workspace.file, tenant: settings.name };
  if (pair.previous === undefined) return beginningSteps(pair.current, place);
  if (action === 'finish' && !isBlocked) return endingSteps(pair.previous, workspace.root, place);
  return nextSteps(pair.current, pair.previous, place);
}

/** `2026-01-31 12:00` of an ISO time, which is UTC. */
function minuteOf(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}
