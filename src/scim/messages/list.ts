/** The ListResponse message (RFC 7644 §3.4.2, RFC 9865 §2). */

import * as z from 'zod';
import { ProtocolError } from '../error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { optionalText, renamed } from '../shape.js';
import { urn } from '../urn.js';

/** One page of a list; what the server left out is undefined. */
export interface ListMessage {
  readonly resources: readonly JsonObject[];
  readonly totalResults: number | undefined;
  readonly startIndex: number | undefined;
  readonly itemsPerPage: number | undefined;
  readonly nextCursor: string | undefined;
  readonly previousCursor: string | undefined;
}

/** The body of a list answer. */
export function listMessage(page: Partial<ListMessage> & Pick<ListMessage, 'resources'>): JsonObject {
  const { resources, ...rest } = page;
  const body: JsonObject = { schemas: [urn.listResponse] };
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) body[name] = value;
  // RFC 7644 §3.4.2: REQUIRED only if there are any; an empty array says the same to those who look for it.
  return { ...body, Resources: [...resources] };
}

/**
 * The list in BODY: names in any case (`resources`), numbers also as strings. Throws ProtocolError 400 `invalidSyntax`
 * when it has neither `Resources` nor `totalResults`: what says nothing about resources is no empty list.
 */
export function parseListMessage(body: JsonValue): ListMessage {
  memo ??= shape();
  const result = memo.safeParse(body);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new ProtocolError(400, 'invalidSyntax', `Malformed ListResponse: ${issue?.message ?? 'not understood'}`);
  }
  const { Resources, ...page } = result.data;
  if (Resources === undefined && page.totalResults === undefined) {
    throw new ProtocolError(400, 'invalidSyntax', 'A ListResponse has Resources and totalResults');
  }
  return { ...emptyPage, ...page, resources: Resources ?? [] };
}

const emptyPage = {
  totalResults: undefined,
  startIndex: undefined,
  itemsPerPage: undefined,
  nextCursor: undefined,
  previousCursor: undefined,
};

let memo: ReturnType<typeof shape> | undefined;

const number = z
  .unknown()
  .optional()
  .transform((value) => {
    const count = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
    return typeof count === 'number' && Number.isFinite(count) && count >= 0 ? count : undefined;
  });

const resource = z.custom<JsonObject>((value) => isJsonObject(value as JsonValue), 'Resources are objects');

function shape() {
  return renamed(
    ['Resources', 'totalResults', 'startIndex', 'itemsPerPage', 'nextCursor', 'previousCursor'],
    z.object({
      Resources: z
        .array(resource, 'Resources is an array')
        .nullish()
        .transform((list) => list ?? undefined),
      totalResults: number,
      startIndex: number,
      itemsPerPage: number,
      nextCursor: optionalText,
      previousCursor: optionalText,
    }),
  );
}
