/** Bulk (RFC 7644 §3.7): ordering, packing and sending many operations, and reading what became of each. */

export type { BulkStep } from './order.js';
export { type BulkResult, readBulkResults, unknownResults } from './results.js';
export { type BulkBatch, type BulkOptions, BulkRun } from './run.js';
