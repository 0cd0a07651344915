/** A request as it would be sent, without sending it. */
import { addressOf } from '../client/address.js';
import type { Target } from '../client/target.js';
import { prettyJson } from '../scim/json-text.js';
import type { RequestFile } from './model.js';
import { errorOfProblem, prepareRequest } from './prepare.js';
import { type Generators, Scope } from './scope.js';
import { type Selection, selectRequest } from './select.js';
import type { FileSession } from './session.js';

export interface PreviewOptions {
  readonly select: Selection;
  readonly variables?: Readonly<Record<string, string>> | undefined;
  readonly session: FileSession;
  readonly generators?: Generators | undefined;
}

export interface RequestPreview {
  readonly name: string;
  readonly method: string;
  /** Absolute, redacted. */
  readonly url: string;
  /** What the file says and what the client adds, redacted. */
  readonly headers: [string, string][];
  /** Redacted and indented. */
  readonly body: string | undefined;
}

/**
 * The selected request of FILE as it would be sent to TARGET now, redacted. A generated value that no variable holds
 * will be another one when it is sent.
 * @throws UsageError when there is no such request, RequestFileError when it could not be sent
 */
export function previewRequest(file: RequestFile, target: Target, options: PreviewOptions): RequestPreview {
  const request = selectRequest(file, options.select);
  const problem = file.problems.find((each) => each.request === undefined || each.request === request.index);
  if (problem !== undefined) throw errorOfProblem(file, problem);
  const scope = new Scope(file, request, options.session, options.variables ?? {}, options.generators);
  const { method, path, headers, body } = prepareRequest(file, request, scope, target);
  const { redactor } = target;
  return {
    name: request.name,
    method,
    url: redactor.url(target.baseUrl.origin + addressOf(target.baseUrl, path).path),
    headers: target.headersOf({ method, path, headers, body: body?.text }),
    body: body === undefined ? undefined : prettyJson(redactor.json(body.text)),
  };
}
