/** The syntax of `?? left operator right` and of captures. */
import { Complaint, suggestion } from './complaint.js';
import { parseExactJson } from './exact-json.js';
import { expandJson, expandPath, type Lookup } from './insert.js';
import {
  type Assertion,
  type BinaryOperator,
  binaryOperators,
  type Capture,
  type Operand,
  type Template,
} from './model.js';
import { parseOperandReference } from './reference.js';
import type { MappedText } from './source-map.js';
import { closingBraces, parseTemplate } from './template.js';

/** Stands for every value while only syntax is looked at. */
const placeholder: Lookup = () => ({ kind: 'text', text: '' });

const unaryOperators = ['exists', 'absent'] as const;
const allOperators: readonly string[] = [...binaryOperators, ...unaryOperators];

interface Token {
  readonly text: string;
  readonly offset: number;
}

/**
 * The assertion that TEXT is, which stands at OFFSET in the file, after the question marks.
 * @throws Complaint with an offset in the file
 */
export function parseAssertion(text: string, offset: number): Omit<Assertion, 'kind' | 'line' | 'text' | 'offset'> {
  const tokens = tokenize(text, offset);
  const [left, operator, right, extra] = tokens;
  if (left === undefined) {
    throw new Complaint('request.syntax', 'The assertion is empty', offset, 'Write for example `?? status == 200`.');
  }
  if (operator === undefined) {
    throw new Complaint(
      'request.syntax',
      'The assertion lacks an operator',
      offset + text.trimEnd().length,
      operators(),
    );
  }
  const parsedLeft = parseOperand(left);
  const unary = unaryOperators.find((name) => name === operator.text);
  const binary = binaryOperators.find((name) => name === operator.text);
  if (unary === undefined && binary === undefined) throw unknownOperator(operator);
  const surplus = unary === undefined ? extra : right;
  if (surplus !== undefined) {
    throw new Complaint('request.syntax', `\`${surplus.text}\` is not expected after the assertion`, surplus.offset);
  }
  if (unary !== undefined) return { left: parsedLeft, test: { operator: unary } };
  return { left: parsedLeft, test: parseRight(binary ?? '==', operator, right) };
}

function parseRight(
  operator: BinaryOperator,
  token: Token,
  right: Token | undefined,
): { operator: BinaryOperator; right: Operand } {
  if (right === undefined) {
    const end = token.offset + token.text.length;
    throw new Complaint('request.syntax', `Nothing to compare with after \`${operator}\``, end);
  }
  const operand = operator === 'matches' ? parsePattern(right) : parseOperand(right);
  return { operator, right: operand };
}

function unknownOperator(token: Token): Complaint {
  const synonyms: Record<string, string> = { '=': '==', '===': '==', '<>': '!=', eq: '==', ne: '!=', pr: 'exists' };
  const meant = Object.hasOwn(synonyms, token.text) ? synonyms[token.text] : suggestion(token.text, allOperators);
  const hint = meant === undefined ? '' : `; is \`${meant}\` meant?`;
  return new Complaint('request.syntax', `\`${token.text}\` is not an operator${hint}`, token.offset, operators());
}

function operators(): string {
  return `There are ${allOperators.join(', ')}.`;
}

/**
 * The right side of a capture, TEXT at OFFSET in the file.
 * @throws Complaint with an offset in the file
 */
export function parseCaptureOperand(text: string, offset: number): Capture['operand'] {
  const remedy = 'Write a part of the answer, e.g. `@id = body.id`; other values are set before the request line.';
  const [first, second] = tokenize(text, offset);
  if (first === undefined)
    throw new Complaint('request.syntax', 'The capture names no part of the answer', offset, remedy);
  if (second !== undefined) {
    throw new Complaint(
      'request.syntax',
      `\`${second.text}\` is not expected after the reference`,
      second.offset,
      remedy,
    );
  }
  const operand = parseOperand(first);
  if (operand.kind === 'reference') return operand;
  throw new Complaint('request.syntax', `\`${first.text}\` is not a part of an answer`, first.offset, remedy);
}

/** TEXT cut at white space outside of strings, brackets, braces and references. */
function tokenize(text: string, base: number): Token[] {
  const tokens: Token[] = [];
  for (let offset = 0; offset < text.length; ) {
    if (/\s/.test(text.charAt(offset))) offset++;
    else {
      const end = text[offset] === '/' ? patternEnd(text, offset) : tokenEnd(text, offset, base);
      tokens.push({ text: text.slice(offset, end), offset: base + offset });
      offset = end;
    }
  }
  return tokens;
}

function tokenEnd(text: string, start: number, base: number): number {
  let depth = 0;
  let quote: number | undefined;
  let offset = start;
  for (; offset < text.length; offset++) {
    const char = text.charAt(offset);
    const close = text.startsWith('{{', offset) ? closingBraces(text, offset + 2) : -1;
    if (close !== -1) offset = close + 1;
    else if (quote !== undefined) {
      if (char === '\\') offset++;
      else if (char === '"') quote = undefined;
    } else if (char === '"') quote = offset;
    else if (char === '[' || char === '{') depth++;
    else if (char === ']' || char === '}') depth--;
    else if (depth <= 0 && /\s/.test(char)) break;
  }
  if (quote !== undefined) {
    throw new Complaint('request.syntax', 'The string is not closed', base + quote, 'Add a `"`.');
  }
  return Math.min(offset, text.length);
}

/** Offset after the pattern that starts at START: white space inside slashes does not end it. */
function patternEnd(text: string, start: number): number {
  return (
    start +
    (/^\/(?:[^\\/[]|\\.|\[(?:[^\\\]]|\\.)*\])*\/\S*/su.exec(text.slice(start))?.[0].length ?? text.length - start)
  );
}

function parsePattern(token: Token): Operand {
  const remedy = 'Write a regular expression between slashes: /^[a-z]+$/ or /^b/i.';
  const [, source, flags = ''] = /^\/(.+)\/([a-z]*)$/su.exec(token.text) ?? [];
  if (source === undefined || !/^[ims]*$/.test(flags)) {
    throw new Complaint('request.syntax', `\`${token.text}\` is not a pattern`, token.offset, remedy);
  }
  try {
    return { kind: 'pattern', source: token.text, offset: token.offset, pattern: new RegExp(source, `${flags}u`) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Complaint('request.syntax', reason, token.offset, remedy);
  }
}

function parseOperand(token: Token): Operand {
  if (/^(?:["[{\d-]|(?:true|false|null)$)/.test(token.text)) return parseLiteral(token);
  const template = strictTemplate(token);
  const plain = expandPath(template, placeholder);
  const reference = at(plain, () => parseOperandReference(plain.text));
  return { kind: 'reference', source: token.text, offset: token.offset, template, reference };
}

function parseLiteral(token: Token): Operand {
  const template = strictTemplate(token);
  const sample = expandJson(template, placeholder);
  try {
    parseExactJson(sample.text);
  } catch {
    const message = `\`${token.text}\` is neither a JSON value nor a reference`;
    throw new Complaint('request.syntax', message, token.offset);
  }
  return { kind: 'json', source: token.text, offset: token.offset, template };
}

function strictTemplate(token: Token): Template {
  return parseTemplate(token.text, token.offset, (complaint) => {
    throw complaint;
  });
}

/** What READ gives; offsets of its complaints, which count in EXPANDED, become offsets in the file. */
export function at<T>(expanded: MappedText, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    throw new Complaint(error.code, error.message, expanded.sourceOf(error.offset), error.remedy);
  }
}
