/** JSON-RPC and LSP 3.17 error codes, and the one of this protocol. */
export const errorCodes = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  serverNotInitialized: -32002,
  requestCancelled: -32800,
  /** The request was understood and failed; `data` says how (`errorView`). */
  requestFailed: -32803,
  /** Client and bridge do not fit. */
  incompatibleVersion: -32010,
} as const;

/** Exit codes of batch mode. */
export const exitCodes = {
  done: 0,
  failed: 1,
  differences: 2,
  partlyApplied: 3,
  refusedByGate: 4,
  planStale: 5,
  invalidUsage: 6,
  authenticationOrNetwork: 7,
  locked: 8,
  bridgeNotStarted: 9,
} as const;
