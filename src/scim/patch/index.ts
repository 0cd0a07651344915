/** PATCH (RFC 7644 §3.5.2): read the message, apply its operations. */

export { applyPatch } from './apply.js';
export { type PatchOperation, parsePatchRequest } from './request.js';
