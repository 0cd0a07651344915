/** A request as it would be sent, without sending it. */
import { addressOf } from '../client/address.js';
import type { Target } from '../client/target.js';
import type { ParsedRequest, RequestFile } from './model.js';
import { errorOfProblem, type PreparedRequest, prepareRequest } from './prepare.js';
import { type Generators, Scope } from './scope.js';
import { type Selection, selectRequest } from './select.js';
import type { FileSession } from './session.js';

export interface PreviewOptions {
  readonly select: Selection;
  readonly variables?: Readonly<Record<string, string>> | undefined;
  readonly session: FileSession;
  readonly generators?: Generators | undefined;
}

/** A request as a person may see it: everything in it is redacted. */
export interface ShownRequest {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  /** What the file says and what the client adds. */
  readonly headers: readonly (readonly [string, string])[];
  /** As it is sent, but for secrets. */
  readonly body: string | undefined;
}

export interface RequestPreview extends ShownRequest {
  readonly name: string;
}

/** A request of a file as it would be sent. It holds secrets. */
export interface SelectedRequest {
  readonly request: ParsedRequest;
  readonly prepared: PreparedRequest;
}

/** PREPARED as a person may see it. */
export function shownRequest({ method, path, headers, body }: PreparedRequest, target: Target): ShownRequest {
  const { redactor } = target;
  return {
    method,
    url: redactor.url(target.baseUrl.origin + addressOf(target.baseUrl, path).path),
    headers: target.headersOf({ method, path, headers, body: body?.text }),
    body: body === undefined ? undefined : redactor.json(body.text),
  };
}

/**
 * The selected request of FILE as it would be sent to TARGET now. A generated value that no variable holds will be
 * another one when the file's request is sent, but not when what was prepared here is.
 * @throws UsageError when there is no such request, RequestFileError when it could not be sent
 */
export function prepareSelected(file: RequestFile, target: Target, options: PreviewOptions): SelectedRequest {
  const request = selectRequest(file, options.select);
  const problem = file.problems.find((each) => each.request === undefined || each.request === request.index);
  if (problem !== undefined) throw errorOfProblem(file, problem);
  const scope = new Scope(file, request, options.session, options.variables ?? {}, options.generators);
  return { request, prepared: prepareRequest(file, request, scope, target) };
}

/** As `prepareSelected`, for a person to see. */
export function previewRequest(file: RequestFile, target: Target, options: PreviewOptions): RequestPreview {
  const { request, prepared } = prepareSelected(file, target, options);
  return { name: request.name, ...shownRequest(prepared, target) };
}
