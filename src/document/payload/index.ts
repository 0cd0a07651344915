/**
 * Help with payloads (RFC 7643, RFC 7644) while they are typed: resources, PATCH requests, searches, bulk requests. All of
 * it takes any text, half-written or no JSON at all, and never throws; nothing here waits but look-ups by name.
 */

export { completePayload, offersAt, searchedAt } from './complete.js';
export type { PayloadContext, PayloadKind } from './context.js';
export { definePayload } from './define.js';
export { diagnosePayload, problemsIn } from './diagnose.js';
export { hoverPayload } from './hover.js';
export { payloadLinks, resourceLinks } from './links.js';
export { protectedRanges } from './protected.js';
export { payloadSymbols } from './symbols.js';
export { PayloadText } from './text.js';
