/** What a check of a tenant is. Each one lives in a file of `checks`; `examine.ts` has their order. */

import type { Answer, Target, TargetOptions } from '../client/target.js';
import type { Finding, FindingId } from '../workspace/finding.js';
import type { TenantSettings } from '../workspace/workspace.js';

/** What a check tells: a finding without what the examination adds. */
export type Outcome = Omit<Finding, 'tenant' | 'ms'>;

/** What has to be in order before a check makes sense; each is closed by an error of a check that `opens` it. */
export type Gate = 'network' | 'access';

export interface Check {
  /** What it is about; a check may find other things beside. */
  readonly id: FindingId;
  /** What is shown while it runs: `TLS`. */
  readonly title: string;
  /** Makes no sense before these are open. */
  readonly needs: readonly Gate[];
  /** An error of it closes this one. */
  readonly opens?: Gate | undefined;
  /** Nothing: there is nothing to check. A `ScimError` that is thrown becomes a finding. */
  run(examination: Examination): Promise<readonly Outcome[]>;
}

/** How a client gets in. Holds secrets. */
type Access = Pick<TargetOptions, 'auth' | 'tls'>;

/** One tenant under examination. */
export interface Examination {
  /** Directory of the workspace. */
  readonly root: string;
  readonly settings: TenantSettings;
  /** A client of its own, with no memory of earlier answers. */
  readonly target: Target;
  /** A client of the same tenant with other ACCESS, closed when the examination ends. */
  connect(access: Access): Target;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Whether to write: a throwaway user. */
  readonly writeCheck: boolean;
  /** Whether what is seen is kept for the next time. */
  readonly remembers: boolean;
  /** Whether a mock server answers in place of the service. */
  readonly isStandIn: boolean;
  /** What has been seen so far. */
  readonly evidence: Evidence;
}

/** What checks leave for later ones. */
interface Evidence {
  /** The answers so far, with the moments at which they were asked for and had come. */
  readonly answers: { readonly answer: Answer; readonly askedAt: number; readonly cameAt: number }[];
  /** Discovery documents that could be read, by path. */
  readonly documents: Map<string, Answer>;
}

/** Sends `GET path` as the tenant; the answer is remembered. Throws what `Target.exchange` throws. */
export async function ask(
  examination: Examination,
  path: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const { target, signal, now, evidence } = examination;
  const askedAt = now();
  const answer = await target.exchange({ method: 'GET', path, headers }, { signal });
  evidence.answers.push({ answer, askedAt, cameAt: now() });
  return answer;
}
