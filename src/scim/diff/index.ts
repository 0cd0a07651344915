/** Diff to PATCH (RFC 7644 §3.5.2): what to send so that one state of a resource becomes another. */

export { type PatchDialect, standardDialect } from './dialect.js';
export { diffToPatch } from './diff.js';
