/** RFC 7644 §3.7: many operations in one request. */

import { ProtocolError } from '../scim/error.js';
import { isJsonObject, type JsonValue } from '../scim/json.js';
import { type BulkAnswer, bulkResponseMessage, parseBulkRequest } from '../scim/messages/bulk.js';
import { getAttribute } from '../scim/schema/resource-type.js';
import { type BulkHost, BulkJob } from './bulk-job.js';
import { jsonResponse, type MockRequest, type MockResponse } from './message.js';
import type { ServiceRules } from './rules.js';

/**
 * The answer to the bulk request BODY, whose operations HOST carries out, within the limits of RULES.
 * @throws ProtocolError 413 naming the limit, 400 `invalidSyntax` or `invalidValue` for a message that is none
 */
export function bulkResponse(body: JsonValue, host: BulkHost, rules: ServiceRules['bulk']): MockResponse {
  const listed = isJsonObject(body) ? getAttribute(body, 'Operations') : undefined;
  if (Array.isArray(listed) && listed.length > rules.maxOperations) {
    const detail = `The request has ${listed.length} operations, more than maxOperations (${rules.maxOperations}).`;
    throw new ProtocolError(413, undefined, detail);
  }
  const { operations, failOnErrors } = parseBulkRequest(body);
  const answers: readonly BulkAnswer[] = new BulkJob(operations, failOnErrors, host).run();
  return jsonResponse(200, JSON.stringify(bulkResponseMessage(answers)));
}

/**
 * Refuses a bulk REQUEST that is too large before it is read as JSON.
 * @throws ProtocolError 413
 */
export function checkBulkSize({ body }: MockRequest, { maxPayloadSize }: ServiceRules['bulk']): void {
  const isTooLarge = 'text' in body ? Buffer.byteLength(body.text) > maxPayloadSize : body.problem === 'tooLarge';
  if (!isTooLarge) return;
  // In the words of RFC 7644 §3.7.4.
  const detail = `The size of the bulk operation exceeds the maxPayloadSize (${maxPayloadSize}).`;
  throw new ProtocolError(413, undefined, detail);
}
