/** `faults:` of a mock file: what goes wrong, one map each. */

import * as z from 'zod';
import { duration, parseDuration, whole } from '../../config/values.js';
import type { FaultEffect, FaultOccasion, FaultRule, FaultTarget } from '../faults/rule.js';

const verbs = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** `PATCH /Groups/*`, `GET,HEAD /Users`, `/Users/**`, `POST`. */
const target = z
  .string('must be methods and a path, such as PATCH /Groups/*')
  .transform((text, context): FaultTarget => {
    const [first = '', second, ...more] = text.trim().split(/\s+/);
    const isPath = first.startsWith('/');
    const methods = isPath || first === '*' ? [] : first.toUpperCase().split(',');
    const path = isPath ? first : second;
    const isWrong =
      more.length > 0 ||
      (isPath && second !== undefined) ||
      (path !== undefined && !path.startsWith('/')) ||
      methods.some((method) => !verbs.includes(method));
    if (!isWrong) return { ...(methods.length > 0 && { methods }), ...(path !== undefined && { path }) };
    context.addIssue({
      code: 'custom',
      message: 'must be methods and a path, such as PATCH /Groups/* or GET,HEAD /Users',
    });
    return z.NEVER;
  });

/** `100ms..2s` or `1s`. */
const latency = z.string('must be a duration or a range of them, such as 100ms..2s').transform((text, context) => {
  const [from, to = from] = text.split('..').map(parseDuration);
  if (from !== undefined && to !== undefined && from <= to && text.split('..').length <= 2) return [from, to] as const;
  context.addIssue({ code: 'custom', message: 'must be a duration or a range of them, such as 100ms..2s' });
  return z.NEVER;
});

const fault = z.strictObject({
  name: z.string().exactOptional().meta({ description: 'A name for the log.' }),
  on: target.exactOptional().meta({
    description:
      'Which requests: methods and a path below the base URL, with `*` for one segment and `**` for any: `PATCH /Groups/*`. Every request when absent.',
    source: 'faultTarget',
  }),
  requests: z
    .array(whole(1))
    .min(1, 'must name at least one request')
    .exactOptional()
    .meta({ description: 'At the requests with these numbers, counted from 1 among those that `on` names.' }),
  every: whole(1).exactOptional().meta({ description: 'At each n-th of them.' }),
  probability: z
    .number()
    .min(0, 'must be from 0 to 1')
    .max(1, 'must be from 0 to 1')
    .exactOptional()
    .meta({ description: 'At each with this probability, 0 to 1, drawn from the seed.' }),
  after: whole(0).exactOptional().meta({ description: 'Not before so many of them have passed.' }),
  times: whole(1).exactOptional().meta({ description: 'At most so many times.' }),
  latency: latency.exactOptional().meta({ description: 'Waits before the answer: `1s`, or drawn from `100ms..2s`.' }),
  status: whole(200, 599)
    .exactOptional()
    .meta({ description: 'Answers this status; the request is not done unless `commit`.' }),
  scimType: z
    .string()
    .exactOptional()
    .meta({ description: '`scimType` of the answer (RFC 7644 §3.12); needs `status`.' }),
  detail: z.string().exactOptional().meta({ description: '`detail` of the answer; needs `status`.' }),
  retryAfter: z
    .union([whole(0), duration.transform((ms) => ms / 1000)], 'must be seconds, or a duration such as 30s')
    .exactOptional()
    .meta({ description: 'Retry-After of the answer, in seconds or as `30s`; needs `status`.' }),
  commit: z
    .boolean()
    .exactOptional()
    .meta({ description: 'Whether the request is done all the same; needs `status` or `cutAfter`.' }),
  cutAfter: whole(-1)
    .exactOptional()
    .meta({ description: 'The connection is reset after so many bytes of the body; -1: before the head.' }),
  page: z
    .enum(['half', 'duplicate', 'empty'])
    .exactOptional()
    .meta({ description: 'A page of a list holds half of its resources, those of the page before, or none.' }),
  totalResults: z
    .int('must be a whole number')
    .exactOptional()
    .meta({ description: 'Added to `totalResults` of a list: `-1`, `10`.' }),
  ignore: z.literal(true).exactOptional().meta({ description: 'A write is answered with success, and not done.' }),
  stale: duration
    .exactOptional()
    .meta({ description: "Reads show what was before a write, for so long by the server's clock: `30s`." }),
  expireToken: z
    .literal(true)
    .exactOptional()
    .meta({ description: 'The credential of the request is not accepted any more, from this request on.' }),
});

const effects = ['latency', 'status', 'cutAfter', 'page', 'totalResults', 'ignore', 'stale', 'expireToken'] as const;

/** The schema of `faults:`. */
export const faultsSchema = z.array(
  fault.transform((given, context): FaultRule => {
    if (!effects.some((name) => given[name] !== undefined)) {
      context.addIssue({ code: 'custom', message: `has no effect: write one of ${effects.join(', ')}` });
      return z.NEVER;
    }
    for (const name of ['scimType', 'detail', 'retryAfter'] as const) {
      if (given[name] === undefined || given.status !== undefined) continue;
      context.addIssue({ code: 'custom', path: [name], message: 'needs `status` beside it' });
    }
    if (given.commit !== undefined && given.status === undefined && given.cutAfter === undefined) {
      context.addIssue({ code: 'custom', path: ['commit'], message: 'needs `status` or `cutAfter` beside it' });
    }
    return ruleOf(given);
  }),
);

function ruleOf(given: z.output<typeof fault>): FaultRule {
  const { name, on, requests, every, probability, after, times, ...rest } = given;
  const { stale, retryAfter, ...plain } = rest;
  const when: FaultOccasion = {
    ...(requests !== undefined && { requests }),
    ...(every !== undefined && { every }),
    ...(probability !== undefined && { probability }),
    ...(after !== undefined && { after }),
    ...(times !== undefined && { times }),
  };
  const effect: FaultEffect = {
    ...plain,
    ...(retryAfter !== undefined && { retryAfter }),
    ...(stale !== undefined && { stale: stale / 1000 }),
  };
  return {
    ...(name !== undefined && { name }),
    ...(on !== undefined && { on }),
    ...(Object.keys(when).length > 0 && { when }),
    effect,
  };
}
