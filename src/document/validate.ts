/** The payload of a request against the schema, with places in the file. */
import type { Target } from '../client/target.js';
import type { CallOptions } from '../client/types.js';
import { type Issue, PayloadError } from '../scim/error.js';
import { JsonText } from '../scim/json-text.js';
import type { ParsedRequest, RequestFile } from './model.js';
import type { PreparedRequest } from './prepare.js';
import type { MappedText } from './source-map.js';
import { SourceText } from './text.js';

/**
 * Warnings about the body of PREPARED.
 * @throws PayloadError with places in the file, when the mode is strict and the body breaks the schema
 */
export async function validateBody(
  file: RequestFile,
  request: ParsedRequest,
  prepared: PreparedRequest,
  target: Target,
  call: CallOptions,
): Promise<string[]> {
  const { body, method, path } = prepared;
  if (body === undefined || request.directives.validate === 'off') return [];
  const duplicates = duplicateMembers(file, body);
  const found = await target.validate(method, path, body.text, request.directives.validate, call);
  const issues = found.map((issue) => inSource(issue, file, body));
  const errors = issues.filter((issue) => issue.severity === 'error');
  const [first] = errors;
  if (first === undefined || (request.directives.validate ?? target.validation) !== 'strict')
    return [...duplicates, ...issues.map(issueText)];
  const more = errors.length === 1 ? '' : ` (and ${errors.length - 1} more)`;
  throw new PayloadError(`${issueText(first)}${more}`, issues, {
    asked: `${method} ${request.target}`,
    file: file.path,
    position: first.position,
    remedy: 'Correct the body, or put `# @validate warn` before the request to send it as it is.',
  });
}

/** ISSUE, whose position is one of BODY, with its place in the file. */
function inSource(issue: Issue, file: RequestFile, body: MappedText): Issue {
  if (issue.position === undefined) return issue;
  const offset = new SourceText(body.text).offsetAt(issue.position);
  return { ...issue, position: file.source.positionAt(body.sourceOf(offset)) };
}

function issueText({ path, message, position, rule }: Issue): string {
  const place = position === undefined ? '' : `line ${position.line + 1}: `;
  return `${place}${path === '' ? '' : `\`${path}\`: `}${message} (${rule})`;
}

function duplicateMembers(file: RequestFile, body: MappedText): string[] {
  const text = new SourceText(body.text);
  return JsonText.parse(body.text).duplicates.map(({ path, position }) => {
    const { line } = file.source.positionAt(body.sourceOf(text.offsetAt(position)));
    return `line ${line + 1}: the member \`${path.at(-1)}\` occurs twice, and only the last one counts`;
  });
}
