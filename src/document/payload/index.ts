/**
 * Help with payloads (RFC 7643, RFC 7644) while they are typed: resources, PATCH requests, searches, bulk requests. All of
 * it takes any text, half-written or no JSON at all, and never throws; nothing here waits but look-ups by name.
 */

export { completePayload, offersAt, searchedAt } from './complete.js';
export type {
  FoundResource,
  PayloadContext,
  PayloadDefinition,
  PayloadKind,
  PayloadLink,
} from './context.js';
export { definePayload } from './define.js';
export { diagnosePayload, type PlacedProblem, problemsIn } from './diagnose.js';
export { hoverPayload } from './hover.js';
export { payloadLinks, resourceLinks } from './links.js';
export type { PayloadOffer } from './offer.js';
export { type ProtectedRange, protectedRanges } from './protected.js';
export { type PayloadSymbol, payloadSymbols } from './symbols.js';
export { PayloadText } from './text.js';
