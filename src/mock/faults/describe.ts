/** Faults in words, for the log. */

import type { FaultEffect, FaultRule } from './rule.js';

/** A name for RULE, which has none: `PATCH /Groups/*: 503, 100..2000 ms late`. */
export function describeFault({ on, effect }: FaultRule): string {
  const target = [on?.methods?.join(','), on?.path].filter((part) => part !== undefined).join(' ');
  return `${target === '' ? 'any request' : target}: ${effects(effect).join(', ') || 'nothing'}`;
}

function effects(effect: FaultEffect): string[] {
  const { status, latency, cutAfter, page, totalResults, stale } = effect;
  return [
    latency && `${latency[0] === latency[1] ? latency[0] : latency.join('..')} ms late`,
    status !== undefined && `${status}${effect.commit ? ' after commit' : ''}`,
    cutAfter !== undefined && (cutAfter < 0 ? 'cut before the answer' : `cut after ${cutAfter} bytes`),
    page !== undefined && `${page} page`,
    totalResults !== undefined && `totalResults ${totalResults < 0 ? '' : '+'}${totalResults}`,
    effect.ignore && 'ignored',
    stale !== undefined && `seen ${stale} s later`,
    effect.expireToken && 'token expired',
  ].filter((part) => typeof part === 'string');
}
