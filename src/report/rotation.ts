/** The rotation of a credential as text and as JSON Lines. */

import { printable } from './printable.js';

interface Place {
  /** Absolute. */
  readonly file?: string | undefined;
  /** From 1. */
  readonly line?: number | undefined;
}

interface ReportedCredential extends Place {
  readonly name: 'current' | 'previous';
  readonly key: string;
  readonly reference: string;
  readonly fingerprint?: string | undefined;
  /** ISO 8601, UTC. */
  readonly lastWorked?: string | undefined;
  readonly lastRefused?: string | undefined;
  readonly verdict?: 'accepted' | 'refused' | 'unknown' | undefined;
  readonly shown?: string | undefined;
}

interface ReportedStep extends Place {
  readonly text: string;
}

export interface ReportedRotation {
  readonly action: string;
  readonly tenant: string;
  readonly isRotating: boolean;
  readonly exitCode: number;
  /** What the requests of this session showed; undefined when there were none. */
  readonly session?: { readonly inUse: readonly string[]; readonly fallbacks: number } | undefined;
  readonly credentials: readonly ReportedCredential[];
  readonly findings: readonly {
    readonly id: string;
    readonly status: string;
    readonly message: string;
    readonly why?: string | undefined;
    readonly fix?: string | undefined;
  }[];
  readonly steps: readonly ReportedStep[];
}

/** A line of the text, from 0, and the place that it speaks of. */
interface RotationPlace {
  readonly line: number;
  readonly file: string;
  /** From 1. */
  readonly fileLine: number;
}

/** ROTATION as text, with the places that its lines speak of. SHORTEN makes an absolute path one that people read. */
export function rotationText(
  rotation: ReportedRotation,
  shorten: (path: string) => string,
): { readonly text: string; readonly places: readonly RotationPlace[] } {
  const lines: string[] = [];
  const places: RotationPlace[] = [];
  const add = (text: string, { file, line }: Place = {}): void => {
    if (file !== undefined && line !== undefined) places.push({ line: lines.length, file, fileLine: line });
    lines.push(printable(text));
  };
  const { tenant, isRotating, credentials, findings, steps } = rotation;
  add(`Tenant ${tenant}: ${stateOf(isRotating, credentials)}`);
  for (const credential of credentials) {
    add('');
    add(`  ${credential.key}: ${credential.reference}${placeOf(credential, shorten)}`, credential);
    for (const fact of factsOf(credential)) add(`    ${fact}`);
  }
  const { session } = rotation;
  if (isRotating && session !== undefined) {
    add('');
    add(
      `In this session ${session.inUse.join(' with ')} is in use; the other one had to help out ${session.fallbacks} times.`,
    );
  }
  if (findings.length > 0) add('');
  for (const { id, status, message, why, fix } of findings) {
    add(`${status} ${id}: ${message}`);
    if (status !== 'ok' && why !== undefined) add(`    why: ${why}`);
    if (status !== 'ok' && fix !== undefined) add(`    fix: ${fix}`);
  }
  if (steps.length > 0) {
    add('');
    add('What to do next:');
  }
  for (const [index, step] of steps.entries()) add(`  ${index + 1}. ${step.text}${placeOf(step, shorten)}`, step);
  return { text: `${lines.join('\n')}\n`, places };
}

/** ROTATION for programs: one JSON object in each line; lines of files count from 1. */
export function rotationJsonl(rotation: ReportedRotation): string {
  const { action, tenant, isRotating, exitCode, credentials, findings, steps } = rotation;
  const records = [
    { type: 'version', schema: '1.0' },
    { type: 'rotation', action, tenant, rotating: isRotating },
    ...credentials.map((credential) => ({ type: 'credential', ...credential })),
    ...(rotation.session === undefined ? [] : [{ type: 'session', ...rotation.session }]),
    ...findings.map((finding) => ({ type: 'finding', ...finding })),
    ...steps.map((step) => ({ type: 'step', ...step })),
    { type: 'end', exitCode },
  ];
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

function stateOf(isRotating: boolean, credentials: readonly ReportedCredential[]): string {
  if (isRotating) return 'its credential is being rotated';
  return credentials.length === 0 ? 'it has no credential' : 'one credential, no rotation';
}

function factsOf({ fingerprint, lastWorked, lastRefused, verdict, shown }: ReportedCredential): string[] {
  const words = { accepted: 'works', refused: 'is refused', unknown: 'cannot be told' };
  return [
    ...(fingerprint === undefined ? [] : [`fingerprint ${fingerprint}`]),
    ...(lastWorked === undefined ? [] : [`last worked ${minuteOf(lastWorked)}`]),
    ...(lastRefused === undefined ? [] : [`last refused ${minuteOf(lastRefused)}`]),
    ...(verdict === undefined ? [] : [`now: ${words[verdict]} (${shown ?? ''})`]),
  ];
}

/** `2026-01-31 12:00 UTC` of an ISO time. */
function minuteOf(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}

function placeOf({ file, line }: Place, shorten: (path: string) => string): string {
  return file === undefined || line === undefined ? '' : ` (${shorten(file)}:${line})`;
}
