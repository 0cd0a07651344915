/**
 * The parser of `*.scim` request files. It reads line by line, never throws, and goes on after a problem, so that all
 * problems of a file are reported at once. The file of one request is read by `RequestParser`.
 */
import { Complaint, problemOf } from './complaint.js';
import type { ParsedRequest, RequestFile, VariableDefinition } from './model.js';
import { RequestParser } from './parse-request.js';
import { namePattern, reservedNames } from './reference.js';
import { checkResponseReferences } from './references.js';
import { type Line, SourceText } from './text.js';

/** TEXT, the content of the request file PATH, with or without byte order mark, LF or CRLF. */
export function parseRequestFile(text: string, path: string): RequestFile {
  const source = new SourceText(text.replace(/^\uFEFF/, ''));
  const requests: ParsedRequest[] = [];
  const variables: VariableDefinition[] = [];
  const found: { complaint: Complaint; request: number | undefined }[] = [];
  for (const block of blocksOf(source)) {
    const complaints: Complaint[] = [];
    const parser = new RequestParser(block.lines, requests.length, (complaint) => complaints.push(complaint));
    const request = parser.parse(block.separator === undefined ? undefined : nameOf(block.separator));
    variables.push(...parser.variables);
    if (request !== undefined) {
      complainAboutName(request, requests, source, complaints);
      requests.push(request);
    } else if (block.separator !== undefined) complainAboutNoRequest(block.separator, block.lines, complaints);
    found.push(...complaints.map((complaint) => ({ complaint, request: request?.index })));
  }
  for (const request of requests) {
    const complaints = checkResponseReferences(request, requests, variables);
    found.push(...complaints.map((complaint) => ({ complaint, request: request.index })));
  }
  found.sort((a, b) => a.complaint.offset - b.complaint.offset);
  const problems = found.map(({ complaint, request }) => problemOf(complaint, source, request));
  return { path, source, variables, requests, problems };
}

/** The lines between two separators, with the one before them. */
interface Block {
  readonly separator: Line | undefined;
  readonly lines: readonly Line[];
}

function blocksOf(source: SourceText): Block[] {
  const blocks: { separator: Line | undefined; lines: Line[] }[] = [{ separator: undefined, lines: [] }];
  for (const line of source.lines) {
    if (line.text.startsWith('###')) blocks.push({ separator: line, lines: [] });
    else blocks.at(-1)?.lines.push(line);
  }
  return blocks;
}

function nameOf(separator: Line): { text: string; offset: number; line: number } {
  const [lead = ''] = /^#+\s*/.exec(separator.text) ?? [];
  return {
    text: separator.text.slice(lead.length).replace(/[\s#]+$/, ''),
    offset: separator.start + lead.length,
    line: separator.number,
  };
}

function complainAboutName(
  request: ParsedRequest,
  earlier: readonly ParsedRequest[],
  source: SourceText,
  complaints: Complaint[],
): void {
  if (!request.named) return;
  const twin = earlier.find((other) => other.named && other.name === request.name);
  if (twin !== undefined) {
    const line = source.positionAt(twin.nameOffset).line + 1;
    const message = `There is another request named \`${request.name}\` in line ${line}`;
    complaints.push(
      new Complaint('request.syntax', message, request.nameOffset, 'Give each request a name of its own.'),
    );
  }
  if (reservedNames.includes(request.name)) {
    const message = `A request cannot be named \`${request.name}\`, which has a meaning of its own in references`;
    complaints.push(new Complaint('request.syntax', message, request.nameOffset));
  }
}

/** A name without a request is a slip; an empty block, or one with variables only, is not. */
function complainAboutNoRequest(separator: Line, lines: readonly Line[], complaints: Complaint[]): void {
  const name = nameOf(separator);
  const empty = lines.every((line) => line.text.trim() === '' || /^(?:#|\/\/|@)/.test(line.text));
  if (!empty || !namePattern.test(name.text)) return;
  const message = `\`${name.text}\` has no request line`;
  complaints.push(new Complaint('request.syntax', message, name.offset, 'Write for example `GET /Users` below it.'));
}
