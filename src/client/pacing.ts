/** How a tenant's requests are paced and repeated: what its profile and its limits say, as layers. */

import { systemClock } from '../http/clock.js';
import type { HttpLayer } from '../http/pipeline.js';
import { type RateRule, rateLayer } from '../http/rate.js';
import { retryLayer } from '../http/retry.js';
import type { ThrottleSign } from '../http/throttle.js';
import { type ProfileValues, standard } from '../vendors/index.js';
import type { TargetOptions } from './types.js';

type RateFacts = ProfileValues['rate'];

/** Five minutes: longer than the usual windows of rate limits, which are a minute. */
const defaultDeadlineMs = 300_000;
/** Requests at the same time that a server of which nothing is known is begun with, and asked at most. */
const unknownConcurrency = { initial: 8, most: 32 };

/** The outer layers of a target; each knows about all of its requests. */
export interface Pacing {
  readonly retry: HttpLayer;
  readonly rate: HttpLayer;
}

export function pacingOf(options: TargetOptions): Pacing {
  const { baseUrl, limits, profile = standard, clock = systemClock, random = Math.random } = options;
  const throttleSigns = profile.rate.disguised.map(signOf);
  const deadlineMs = limits.deadlineMs ?? defaultDeadlineMs;
  const most = limits.concurrency ?? profile.rate.concurrency ?? unknownConcurrency.most;
  return {
    retry: retryLayer({ clock, random, deadlineMs, throttleSigns }),
    rate: rateLayer({
      clock,
      basePath: baseUrl.pathname.replace(/\/+$/, ''),
      deadlineMs,
      rules: profile.rate.limits.map(ruleOf),
      concurrency: { initial: Math.min(unknownConcurrency.initial, most), most },
      throttleSigns,
    }),
  };
}

function ruleOf({ methods, resource, single, requests, perSeconds, burst }: RateFacts['limits'][number]): RateRule {
  const perSecond = requests / perSeconds;
  return {
    methods,
    // Endpoints are plurals (RFC 7644 §3.2), also where services define types of their own.
    endpoint: resource === undefined ? undefined : `${resource}s`,
    single,
    perSecond,
    burst: burst ?? Math.max(1, Math.ceil(perSecond)),
  };
}

function signOf({ status, body, header }: RateFacts['disguised'][number]): ThrottleSign {
  return {
    status,
    kind: body !== undefined && /concurren/i.test(body) ? 'concurrency' : 'rate',
    ...(body === undefined ? {} : { body: new RegExp(body.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i') }),
    ...(header === undefined ? {} : { header: [header.toLowerCase(), undefined] as const }),
  };
}
