/** The BulkRequest and BulkResponse messages (RFC 7644 §3.7). */

import * as z from 'zod';
import { ProtocolError } from '../error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { optionalText, renamed, statusShape } from '../shape.js';
import { urn } from '../urn.js';

type BulkMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One operation of a bulk request. */
export interface BulkOperation {
  readonly method: BulkMethod;
  /** Relative to the base URL: `/Users` for POST, `/Users/2819` otherwise. */
  readonly path: string;
  /** Names the resource that a POST creates; others refer to it as `bulkId:…`. */
  readonly bulkId?: string | undefined;
  /** ETag, for PUT, PATCH and DELETE. */
  readonly version?: string | undefined;
  /** What the body of a single request would be: for PATCH a whole PatchOp message (erratum 5050). */
  readonly data?: JsonObject | undefined;
}

/** One operation of a bulk response; what a server left out is undefined. */
export interface BulkAnswer {
  readonly method: string | undefined;
  readonly bulkId: string | undefined;
  readonly location: string | undefined;
  readonly version: string | undefined;
  readonly status: number | undefined;
  readonly response: JsonValue | undefined;
}

/** OPERATION as it stands in the message. */
export function bulkOperationJson({ method, path, bulkId, version, data }: BulkOperation): JsonObject {
  return {
    method,
    path,
    ...(bulkId === undefined ? {} : { bulkId }),
    ...(version === undefined ? {} : { version }),
    ...(data === undefined ? {} : { data }),
  };
}

/** The body of a bulk request. FAILONERRORS is how many errors the server accepts before it stops. */
export function bulkRequestMessage(operations: readonly BulkOperation[], failOnErrors?: number): JsonObject {
  return {
    schemas: [urn.bulkRequest],
    ...(failOnErrors === undefined ? {} : { failOnErrors }),
    Operations: operations.map(bulkOperationJson),
  };
}

/** The body of a bulk response. */
export function bulkResponseMessage(answers: readonly BulkAnswer[]): JsonObject {
  const operations = answers.map(({ method, bulkId, location, version, status, response }) => ({
    ...(location === undefined ? {} : { location }),
    ...(method === undefined ? {} : { method }),
    ...(bulkId === undefined ? {} : { bulkId }),
    ...(version === undefined ? {} : { version }),
    ...(status === undefined ? {} : { status: String(status) }),
    ...(response === undefined ? {} : { response }),
  }));
  return { schemas: [urn.bulkResponse], Operations: operations };
}

/**
 * The operations of BODY, a BulkRequest. Throws ProtocolError 400 `invalidSyntax` for another shape: no `schemas`, an
 * unknown method, a POST without `bulkId`, a POST, PUT or PATCH without `data`.
 */
export function parseBulkRequest(body: JsonValue): { operations: BulkOperation[]; failOnErrors: number | undefined } {
  const result = shapes().request.safeParse(body);
  if (!result.success) throw malformed('BulkRequest', result.error);
  const { schemas, failOnErrors, Operations } = result.data;
  if (!schemas.some((schema) => schema.toLowerCase() === urn.bulkRequest.toLowerCase())) {
    throw new ProtocolError(400, 'invalidSyntax', `"schemas" of a bulk request contains "${urn.bulkRequest}"`);
  }
  return { operations: Operations, failOnErrors };
}

/**
 * The operations of BODY, a BulkResponse, or one such operation by itself as an asynchronous event has it (RFC 9967).
 * Read leniently: names in any case, `schemas` not needed, `status` as string, number or `{"code":"201"}`. Throws
 * ProtocolError 400 `invalidSyntax` when there is no list of operations.
 */
export function parseBulkResponse(body: JsonValue): BulkAnswer[] {
  const result = shapes().response.safeParse(body);
  if (!result.success) throw malformed('BulkResponse', result.error);
  return result.data.Operations;
}

/** One operation of a bulk response; undefined when JSON is none. */
export function parseBulkAnswer(json: JsonValue): BulkAnswer | undefined {
  return shapes().answer.safeParse(json).data;
}

function malformed(what: string, error: z.ZodError): ProtocolError {
  const [issue] = error.issues;
  const place = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  return new ProtocolError(400, 'invalidSyntax', `Malformed ${what}${place}: ${issue?.message ?? 'not understood'}`);
}

let memo: ReturnType<typeof build> | undefined;

function shapes() {
  memo ??= build();
  return memo;
}

const operationNames = ['method', 'path', 'bulkId', 'version', 'data'];
const answerNames = ['method', 'bulkId', 'location', 'version', 'status', 'response'];

function build() {
  const answer = renamed(
    answerNames,
    z.object({
      method: optionalText.transform((method) => method?.toUpperCase()),
      bulkId: optionalText,
      location: optionalText,
      version: optionalText,
      status: statusShape.optional(),
      response: z.custom<JsonValue>(() => true).optional(),
    }),
  ).transform((value): BulkAnswer => ({ ...value, status: value.status, response: value.response }));
  return {
    answer,
    response: renamed(['Operations'], z.object({ Operations: z.array(answer) })),
    request: renamed(
      ['schemas', 'failOnErrors', 'Operations'],
      z.object({
        schemas: z.array(z.string()),
        failOnErrors: z.int().min(1).optional(),
        Operations: z.array(renamed(operationNames, requestOperation())).min(1),
      }),
    ),
  };
}

function requestOperation() {
  return z
    .object({
      method: z
        .string()
        .transform((method) => method.toUpperCase())
        .pipe(z.enum(['POST', 'PUT', 'PATCH', 'DELETE'])),
      path: z.string().min(1),
      bulkId: z.string().min(1).optional(),
      version: z.string().optional(),
      data: z.custom<JsonObject>((value) => isJsonObject(value as JsonValue), 'an object').optional(),
    })
    .refine(({ method, bulkId }) => method !== 'POST' || bulkId !== undefined, 'a POST needs a bulkId')
    .refine(({ method, data }) => method === 'DELETE' || data !== undefined, 'data is missing');
}
