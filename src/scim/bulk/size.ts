/** How many bytes a bulk request takes (RFC 7644 §3.7.4: `maxPayloadSize` counts them). */

import { type BulkOperation, bulkOperationJson, bulkRequestMessage } from '../messages/bulk.js';

/** The bytes of OPERATION as it stands in the request. */
export function operationBytes(operation: BulkOperation): number {
  return utf8Bytes(JSON.stringify(bulkOperationJson(operation)));
}

/** The bytes of a request without operations. */
export function envelopeBytes(failOnErrors: number | undefined): number {
  return utf8Bytes(JSON.stringify(bulkRequestMessage([], failOnErrors)));
}

/** The length of TEXT in UTF-8; JSON.stringify leaves no lone surrogate. */
function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    // Two bytes up to U+07FF, three above; each half of a surrogate pair stands for two of the pair's four.
    if (code > 0x7f) bytes += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
  }
  return bytes;
}
