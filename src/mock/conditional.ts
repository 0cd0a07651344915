/**
 * RFC 7644 §3.14: conditional requests. Only entity tags count: a resource's `lastModified` stays when what is derived
 * from others changes, so that conditions by date would mislead.
 */

import { ProtocolError } from '../scim/error.js';
import { ifMatchHolds, ifNoneMatchHolds } from '../scim/etag.js';
import type { MockRequest } from './message.js';

type Headers = MockRequest['headers'];

/**
 * Has the client that sent HEADERS with a GET this VERSION already, so that the answer is 304?
 * @throws ProtocolError 412 when `If-Match` asks for another version (RFC 9110 §13.2.2)
 */
export function isKnown(headers: Headers, version: string): boolean {
  checkIfMatch(headers['if-match'], version);
  const ifNoneMatch = headers['if-none-match'];
  return ifNoneMatch !== undefined && !ifNoneMatchHolds(ifNoneMatch, version);
}

/**
 * Checks that a write with HEADERS may change what is in VERSION; REQUIRED demands a condition.
 * @throws ProtocolError 412 when it may not, 428 when there is no condition (RFC 6585 §3)
 */
export function checkWritable(headers: Headers, version: string, required: boolean): void {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  if (required && ifMatch === undefined) {
    throw new ProtocolError(428, undefined, 'This server changes nothing without If-Match; send the version you read.');
  }
  checkIfMatch(ifMatch, version);
  if (ifNoneMatch !== undefined && !ifNoneMatchHolds(ifNoneMatch, version)) {
    throw new ProtocolError(412, undefined, `The version of the resource is ${version}, which If-None-Match excludes.`);
  }
}

function checkIfMatch(ifMatch: string | undefined, version: string): void {
  if (ifMatch === undefined || ifMatchHolds(ifMatch, version)) return;
  throw new ProtocolError(412, undefined, `The version of the resource is ${version}, If-Match asks for ${ifMatch}.`);
}
