/**
 * The text of a request's preview, which a person may change before it is sent. Secrets are masked in it: what was left
 * as it is keeps what it stands for, and a mask that was moved is refused rather than sent.
 */
import { findNodeAtLocation, getNodePath, type Node, parseTree } from 'jsonc-parser';
import { UsageError } from '../scim/error.js';
import { JsonSyntaxError, JsonText } from '../scim/json-text.js';
import type { PreparedRequest } from './prepare.js';
import type { ShownRequest } from './preview.js';
import { MappedText } from './source-map.js';
import { SourceText } from './text.js';

/** What stands for a secret. */
const mask = '***';

/** SHOWN as text: the request line, headers, an empty line, the body. */
export function previewText({ method, url, headers, body }: ShownRequest): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\n`).join('');
  return `${method} ${url}\n${lines}${body === undefined ? '' : `\n${body}\n`}`;
}

/**
 * PREPARED, which is shown as SHOWN, with the changes that a person made to that text: TEXT.
 * @throws UsageError, with a position in TEXT, for what cannot be sent
 */
export function editPrepared(prepared: PreparedRequest, shown: ShownRequest, text: string): PreparedRequest {
  if (text.trimEnd() === previewText(shown).trimEnd()) return prepared;
  const source = new SourceText(text);
  const first = source.lines.findIndex((line) => line.text.trim() !== '');
  const end = source.lines.findIndex((line, index) => index > first && line.text.trim() === '');
  const last = end === -1 ? source.lines.length : end;
  const { method, path } = requestLine(source.lines[first]?.text ?? '', first, prepared, shown);
  const headers = source.lines.slice(first + 1, last).map((line) => headerOn(line.text, line.number));
  const bodyText = end === -1 ? '' : text.slice(source.lines[end]?.start ?? text.length).trim();
  return {
    method,
    path,
    headers: editedHeaders(headers, prepared, shown),
    body: editedBody(bodyText, prepared, shown, last),
  };
}

function fail(message: string, line: number, remedy?: string): never {
  throw new UsageError(message, { position: { line: Math.max(0, line), character: 0 }, remedy });
}

function requestLine(
  text: string,
  line: number,
  prepared: PreparedRequest,
  shown: ShownRequest,
): { method: string; path: string } {
  const [, method, url] = /^\s*([A-Z]+)\s+(\S.*?)(?:\s+HTTP\/[\d.]+)?\s*$/.exec(text) ?? [];
  if (method === undefined || url === undefined)
    fail('This is not a request line', line, 'Write for example `GET /Users`.');
  if (!['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(method)) fail(`Unknown method \`${method}\``, line);
  if (url === shown.url) return { method, path: prepared.path };
  if (url.includes(mask))
    fail('The target was changed, and what *** stands for in it is not known', line, 'Write it out.');
  return { method, path: url };
}

function headerOn(text: string, line: number): readonly [name: string, value: string, line: number] {
  const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:\s*(.*?)\s*$/.exec(text) ?? [];
  if (name === undefined || value === undefined) fail('This is not a header', line, 'Write `Name: value`.');
  return [name, value, line];
}

/** The headers to send: those of the client come by themselves, unless a person gave another value. */
function editedHeaders(
  edited: readonly (readonly [string, string, number])[],
  prepared: PreparedRequest,
  shown: ShownRequest,
): Record<string, string> {
  const own = new Map(Object.entries(prepared.headers).map(([name, value]) => [name.toLowerCase(), value]));
  for (const [name] of shown.headers) {
    const isGone = !edited.some(([each]) => each.toLowerCase() === name.toLowerCase());
    if (isGone && !own.has(name.toLowerCase()))
      fail(`The client sends \`${name}\` in any case`, 0, 'Give it another value instead.');
  }
  return Object.fromEntries(
    edited.flatMap(([name, value, line]): [string, string][] => {
      const isUnchanged = shown.headers.some(
        ([each, old]) => each.toLowerCase() === name.toLowerCase() && old === value,
      );
      const original = own.get(name.toLowerCase());
      if (isUnchanged) return original === undefined ? [] : [[name, original]];
      if (value.includes(mask))
        fail(
          `What *** stands for in \`${name}\` is not known`,
          line,
          'Write the value out, or leave the line as it was.',
        );
      return [[name, value]];
    }),
  );
}

function editedBody(
  text: string,
  { body }: PreparedRequest,
  shown: ShownRequest,
  line: number,
): MappedText | undefined {
  if (text === (shown.body ?? '').trim()) return body;
  if (text === '') return undefined;
  const whole = text.includes(mask) ? unmasked(text, body?.text ?? '', shown.body ?? '', line) : text;
  const mapped = new MappedText();
  // It stands nowhere in the file.
  mapped.insert(whole, 0);
  return mapped;
}

/** TEXT with each string that is masked in SHOWN as ORIGINAL has it at the same place. */
function unmasked(text: string, original: string, shown: string, line: number): string {
  try {
    JsonText.parse(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new UsageError(`The body is not JSON: ${error.message}`, { position: { line, character: 0 } });
  }
  const [root, before, masked] = [parseTree(text), parseTree(original), parseTree(shown)];
  const parts: string[] = [];
  let done = 0;
  for (const node of maskedStrings(root)) {
    const path = getNodePath(node);
    const old = before && findNodeAtLocation(before, path);
    const wasMasked = masked !== undefined && findNodeAtLocation(masked, path)?.value === node.value;
    if (old?.type !== 'string' || !wasMasked) {
      fail(`What *** stands for at \`${path.join('.')}\` is not known`, line, 'Write the value out.');
    }
    parts.push(text.slice(done, node.offset), original.slice(old.offset, old.offset + old.length));
    done = node.offset + node.length;
  }
  return [...parts, text.slice(done)].join('');
}

function* maskedStrings(node: Node | undefined): Generator<Node> {
  if (node?.type === 'string' && String(node.value).includes(mask)) yield node;
  for (const child of node?.children ?? []) yield* maskedStrings(child);
}
