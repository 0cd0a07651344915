/**
 * Checks that a text is an HTTP Archive 1.2, field by field, as
 * http://www.softwareishard.com/blog/har-12-spec/ has them: nothing may be missing, and nothing unknown may be there
 * unless its name begins with `_`.
 */

import * as z from 'zod';

const size = z.int().min(-1);
const phase = z.union([z.literal(-1), z.number().min(0)]);
const comment = z.string().optional();

/** An object with SHAPE and with members whose name begins with `_`. */
function strict<S extends z.ZodRawShape>(shape: S) {
  const known = new Set(Object.keys(shape));
  return z.looseObject(shape).superRefine((value, context) => {
    for (const name of Object.keys(value)) {
      if (!known.has(name) && !name.startsWith('_')) context.addIssue({ code: 'custom', message: `unknown ${name}` });
    }
  });
}

const header = strict({ name: z.string().min(1), value: z.string(), comment });
const parameter = strict({ name: z.string(), value: z.string(), comment });
const cookie = strict({ name: z.string(), value: z.string() });

const request = strict({
  method: z.string().regex(/^[A-Z]+$/),
  url: z.url().refine((url) => !url.includes('#'), 'the URL has a fragment'),
  httpVersion: z.string(),
  cookies: z.array(cookie),
  headers: z.array(header),
  queryString: z.array(parameter),
  postData: strict({ mimeType: z.string(), text: z.string(), comment }).optional(),
  headersSize: size,
  bodySize: size,
  comment,
});

const response = strict({
  status: z.int().min(0).max(599),
  statusText: z.string(),
  httpVersion: z.string(),
  cookies: z.array(cookie),
  headers: z.array(header),
  content: strict({ size: z.int().min(0), mimeType: z.string().min(1), text: z.string().optional(), comment }),
  redirectURL: z.string(),
  headersSize: size,
  bodySize: size,
  comment,
});

const timings = strict({
  blocked: phase,
  dns: phase,
  connect: phase,
  ssl: phase,
  send: z.number().min(0),
  wait: z.number().min(0),
  receive: z.number().min(0),
  comment,
}).refine(({ ssl, connect }) => ssl <= connect + 0.001, 'connect includes ssl');

const entry = strict({
  startedDateTime: z.iso.datetime({ precision: 3 }),
  time: z.number().min(0),
  request,
  response,
  cache: z.strictObject({}),
  timings,
  comment,
}).refine(({ time, timings: { blocked, dns, connect, send, wait, receive } }) => {
  // `ssl` is part of `connect`, and -1 is no time.
  const sum = [blocked, dns, connect, send, wait, receive].reduce((total, ms) => total + Math.max(0, ms), 0);
  return Math.abs(sum - time) < 0.01;
}, 'time is the sum of the timings');

const archive = z.strictObject({
  log: strict({
    version: z.literal('1.2'),
    creator: strict({ name: z.string(), version: z.string(), comment }),
    entries: z.array(entry),
    comment,
  }),
});

export type HarEntry = z.output<typeof entry>;

/** The entries of the archive TEXT, and its comment; throws when it is not valid. */
export function readHar(text: string): { entries: HarEntry[]; comment: string | undefined } {
  const { log } = archive.parse(JSON.parse(text));
  // The specification recommends it, and readers rely on it.
  const times = log.entries.map(({ startedDateTime }) => startedDateTime);
  if ([...times].sort().join() !== times.join()) throw new Error('the entries are not sorted by time');
  return { entries: log.entries, comment: log.comment };
}
