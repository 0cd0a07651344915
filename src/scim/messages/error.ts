/** Error answers (RFC 7644 §3.12), as the standard writes them and as servers do. */

import * as z from 'zod';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { optionalText, renamed, statusShape } from '../shape.js';
import { urn } from '../urn.js';

/** What an error message says; every part may be missing in one of a real server. */
export interface ErrorMessage {
  readonly status: number | undefined;
  /** Verbatim: vendors invent keywords. */
  readonly scimType: string | undefined;
  readonly detail: string | undefined;
}

/** The body of an error answer; `status` is a string (RFC 7644 §3.12). */
export function errorMessage(status: number, scimType: string | undefined, detail: string | undefined): JsonObject {
  return {
    schemas: [urn.error],
    status: String(status),
    ...(scimType === undefined ? {} : { scimType }),
    ...(detail === undefined ? {} : { detail }),
  };
}

/**
 * The error that BODY describes: a SCIM 2.0 Error, with `status` as string or number and with or without `schemas`, or
 * the first of SCIM 1.1's `Errors` (`description`, `code`). Undefined for anything else.
 */
export function parseErrorMessage(body: JsonValue | undefined): ErrorMessage | undefined {
  if (!isJsonObject(body)) return undefined;
  const old = shapes().scim1.safeParse(body);
  if (old.success) {
    const [{ code, description, message } = {}] = old.data.Errors;
    return { status: code, scimType: undefined, detail: description ?? message };
  }
  const { data } = shapes().scim2.safeParse(body);
  if (data === undefined) return undefined;
  const { schemas, status, scimType, detail } = data;
  const isDeclared = schemas?.some((schema) => schema.toLowerCase() === urn.error.toLowerCase()) === true;
  if (!isDeclared && status === undefined && scimType === undefined && detail === undefined) return undefined;
  return { status, scimType, detail };
}

let memo: ReturnType<typeof build> | undefined;

function shapes() {
  memo ??= build();
  return memo;
}

function build() {
  const old = z.object({ description: optionalText, message: optionalText, code: statusShape.optional() });
  return {
    scim1: renamed(['Errors'], z.object({ Errors: z.array(renamed(['description', 'message', 'code'], old)).min(1) })),
    scim2: renamed(
      ['schemas', 'status', 'scimType', 'detail'],
      z.object({
        schemas: z.array(z.string()).optional().catch(undefined),
        status: statusShape.optional(),
        scimType: optionalText,
        detail: optionalText,
      }),
    ),
  };
}
