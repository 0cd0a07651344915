/** The PatchOp message (RFC 7644 §3.5.2), to send; `parsePatchRequest` reads it. */

import type { JsonObject } from '../json.js';
import type { PatchOperation } from '../patch/request.js';
import { urn } from '../urn.js';

/** The body of a PATCH request with OPERATIONS; with opCase `capital` they are called `Add`, as Entra ID has them. */
export function patchMessage(
  operations: readonly PatchOperation[],
  { opCase = 'lower' }: { opCase?: 'lower' | 'capital' } = {},
): JsonObject {
  return {
    schemas: [urn.patchOp],
    Operations: operations.map(({ op, path, value }) => ({
      op: opCase === 'capital' ? op.charAt(0).toUpperCase() + op.slice(1) : op,
      ...(path === undefined ? {} : { path }),
      ...(value === undefined ? {} : { value }),
    })),
  };
}
