/** Errors as they cross the wire. */

import { ResponseError as RpcError } from 'vscode-jsonrpc/node';
import { errorCodes } from '../protocol/error-codes.js';
import type { ErrorView } from '../protocol/index.js';
import { exitCodeOf } from '../report/exit.js';
import { CancelledError, ResponseError, ScimError, TokenError } from '../scim/error.js';
import { SecretNeededError } from '../workspace/externals.js';

/** ERROR as any ScimError: what is none is a bug of ours, and says so. */
function asScimError(error: unknown): ScimError {
  if (error instanceof ScimError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ScimError('internal', `Internal error: ${message}`, {
    remedy: 'this is a bug in scim: please report it',
    cause: error,
  });
}

/** ERROR as Emacs is told. */
export function errorView(error: ScimError): ErrorView {
  const { code, message, remedy, asked, file, position } = error;
  return {
    code,
    message,
    exitCode: exitCodeOf(error),
    ...(remedy === undefined ? {} : { remedy }),
    ...(asked === undefined ? {} : { asked }),
    ...(file === undefined ? {} : { file }),
    ...(position === undefined ? {} : { position }),
    ...(error instanceof SecretNeededError ? { references: [...error.references] } : {}),
    ...(error instanceof ResponseError ? { status: error.status } : {}),
    ...(error instanceof TokenError && error.status !== undefined ? { status: error.status } : {}),
    ...(error instanceof ResponseError && error.scimType !== undefined ? { scimType: error.scimType } : {}),
    ...(error instanceof ResponseError && error.detail !== undefined ? { detail: error.detail } : {}),
  };
}

/** ERROR as the answer to a JSON-RPC request. */
export function rpcError(error: unknown): RpcError<ErrorView> {
  const known = asScimError(error);
  const code = known instanceof CancelledError ? errorCodes.requestCancelled : errorCodes.requestFailed;
  return new RpcError(code, known.message, errorView(known));
}
