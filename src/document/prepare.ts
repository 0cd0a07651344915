/** One request of a file as it is sent: every reference filled in. */
import { RequestFileError, UsageError } from '../scim/error.js';
import { Complaint } from './complaint.js';
import { expandHeader, expandJson } from './insert.js';
import type { ParsedRequest, Problem, RequestFile } from './model.js';
import type { Scope } from './scope.js';
import type { MappedText } from './source-map.js';
import { expandTarget } from './target.js';

export interface PreparedRequest {
  readonly method: string;
  /** Path and query under the base URL, or a URL with the same origin. */
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: MappedText | undefined;
}

/** What a request may be sent to. */
export interface Destination {
  readonly tenant: string;
  readonly baseUrl: URL;
}

/**
 * REQUEST of FILE with the values of SCOPE.
 * @throws RequestFileError, with a position, for a value that is missing or cannot stand where it is used
 */
export function prepareRequest(
  file: RequestFile,
  request: ParsedRequest,
  scope: Pick<Scope, 'lookup'>,
  destination: Destination,
): PreparedRequest {
  return inFile(file, () => {
    const path = expandTarget(request.targetTemplate, scope.lookup);
    refuseOtherHost(path, request, destination);
    const headers = request.headers.map(({ name, value }): [string, string] => [
      name,
      expandHeader(value, scope.lookup),
    ]);
    const body = request.body === undefined ? undefined : expandJson(request.body, scope.lookup);
    return { method: request.method, path, headers: Object.fromEntries(headers), body };
  });
}

/** The token goes wherever the request goes, so it must not go to a host that a file or an answer names. */
function refuseOtherHost(path: string, request: ParsedRequest, { tenant, baseUrl }: Destination): void {
  if (!/^(?:[a-z][a-z0-9+.-]*:)?\/\//i.test(path)) return;
  const offset = request.targetTemplate[0]?.offset ?? request.methodOffset;
  if (!URL.canParse(path, baseUrl.href)) throw new Complaint('request.target', 'The target is not a URL', offset);
  const { origin } = new URL(path, baseUrl);
  if (origin === baseUrl.origin) return;
  const message = `The target is on ${origin}, and tenant \`${tenant}\` is on ${baseUrl.origin}: its token would leave`;
  throw new Complaint('request.target', message, offset, 'Write the path only, e.g. /Users, or choose another tenant.');
}

/** What READ gives; complaints, whose offsets are those of FILE, become errors with a position. */
export function inFile<T>(file: RequestFile, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    const { code, message, offset, remedy } = error;
    throw new RequestFileError(code, message, { file: file.path, position: file.source.positionAt(offset), remedy });
  }
}

/**
 * What SEND gives. That the client will not send a target is told at its place in the file.
 * @throws RequestFileError instead of UsageError
 */
export async function atTarget<T>(file: RequestFile, request: ParsedRequest, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const position = file.source.positionAt(request.targetTemplate[0]?.offset ?? request.methodOffset);
    const { message, remedy } = error;
    throw new RequestFileError('request.target', message, { file: file.path, position, remedy, cause: error });
  }
}

/** PROBLEM of FILE as an error. */
export function errorOfProblem(file: RequestFile, { code, message, position, remedy }: Problem): RequestFileError {
  return new RequestFileError(code, message, { file: file.path, position, remedy });
}
