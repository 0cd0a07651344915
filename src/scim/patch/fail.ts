/** The refusals of RFC 7644 §3.12, Table 9, that a PATCH can meet. */

import { ProtocolError, type ScimType } from '../error.js';

function refusal(scimType: ScimType): (detail: string) => ProtocolError {
  return (detail) => new ProtocolError(400, scimType, detail);
}

/** The path names no attribute. */
export const invalidPath = refusal('invalidPath');
/** The path selects nothing. */
export const noTarget = refusal('noTarget');
/** The value does not fit the attribute. */
export const invalidValue = refusal('invalidValue');
/** The attribute must not be changed like that. */
export const mutability = refusal('mutability');
