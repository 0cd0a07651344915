/** One request of a `*.scim` file: directives and variables, request line, headers, body, assertions and captures. */
import { JsonSyntaxError, JsonText } from '../scim/json-text.js';
import { Complaint, suggestion } from './complaint.js';
import { directiveOn, readDirective } from './directives.js';
import { expandHeader, expandJson, type Lookup } from './insert.js';
import type {
  Assertion,
  Capture,
  Directives,
  HeaderField,
  ParsedRequest,
  Template,
  VariableDefinition,
} from './model.js';
import { parseAssertion, parseCaptureOperand } from './operand.js';
import { namePattern } from './reference.js';
import { expandTarget } from './target.js';
import { parseTemplate } from './template.js';
import type { Line } from './text.js';

const methods: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Headers that the client sets itself: another value would break the exchange. */
const ownHeaders = ['host', 'content-length', 'transfer-encoding', 'connection', 'accept-encoding'];

/** Stands for every value while only syntax is looked at. */
const placeholder: Lookup = () => ({ kind: 'text', text: 'x' });
const placeholderUrl: Lookup = () => ({ kind: 'text', text: '/x' });

interface RequestLine {
  readonly line: number;
  readonly method: string;
  readonly methodOffset: number;
  readonly target: string;
  readonly template: Template;
}

export class RequestParser {
  readonly variables: VariableDefinition[] = [];
  readonly #directives: Directives = {};
  readonly #headers: HeaderField[] = [];
  readonly #checks: (Assertion | Capture)[] = [];
  #body: Template | undefined;
  #next = 0;

  /**
   * @param lines those after the separator, up to the next one
   * @param index which request of the file this is
   * @param complain is told everything that is wrong, with offsets in the file
   */
  constructor(
    private readonly lines: readonly Line[],
    private readonly index: number,
    private readonly complain: (complaint: Complaint) => void,
  ) {}

  /** The request under the separator that says NAME; undefined when there is none. */
  parse(name: { text: string; offset: number; line: number } | undefined): ParsedRequest | undefined {
    this.#readPreface();
    const requestLine = this.#readRequestLine();
    if (requestLine === undefined) return undefined;
    this.#readHeaders();
    this.#readBody();
    this.#readChecks();
    this.#checkDirectives(requestLine);
    const named = name !== undefined && name.text !== '';
    return {
      index: this.index,
      name: named ? name.text : `${requestLine.method} ${requestLine.target}`,
      named,
      nameOffset: named ? name.offset : requestLine.methodOffset,
      startLine: name?.line ?? this.lines[0]?.number ?? requestLine.line,
      line: requestLine.line,
      endLine: this.#lastLine() ?? requestLine.line,
      method: requestLine.method,
      methodOffset: requestLine.methodOffset,
      target: requestLine.target,
      targetTemplate: requestLine.template,
      headers: this.#headers,
      body: this.#body,
      checks: this.#checks,
      directives: this.#directives,
    };
  }

  #lastLine(): number | undefined {
    return this.lines.findLast((line) => line.text.trim() !== '')?.number;
  }

  #try(read: () => void): void {
    try {
      read();
    } catch (error) {
      if (!(error instanceof Complaint)) throw error;
      this.complain(error);
    }
  }

  #template(text: string, offset: number): Template {
    return parseTemplate(text, offset, this.complain);
  }

  /** Comments, directives and variables before the request line. */
  #readPreface(): void {
    for (let line = this.lines[this.#next]; line !== undefined; line = this.lines[++this.#next]) {
      if (isComment(line)) this.#readDirective(line);
      else if (line.text.startsWith('@')) this.#readVariable(line);
      else if (line.text.startsWith('??')) {
        this.complain(new Complaint('request.syntax', 'There is no request to assert about yet', line.start));
      } else if (line.text.trim() !== '') return;
    }
  }

  #readDirective(line: Line): void {
    const directive = directiveOn(line.text, line.start);
    if (directive !== undefined) this.#try(() => Object.assign(this.#directives, readDirective(directive)));
  }

  #readVariable(line: Line): void {
    const assignment = assignmentOn(line);
    if (assignment === undefined) {
      this.complain(new Complaint('request.syntax', 'This is not a variable', line.start, 'Write `@name = value`.'));
      return;
    }
    const { name, value, valueOffset } = assignment;
    const template = this.#template(value, valueOffset);
    this.variables.push({ name, offset: line.start + 1, line: line.number, value: template, source: value });
  }

  #readRequestLine(): RequestLine | undefined {
    const line = this.lines[this.#next];
    if (line === undefined) return undefined;
    this.#next++;
    const [, indent = '', method = '', gap = '', rest = ''] = /^(\s*)(\S+)(\s*)(.*)$/su.exec(line.text) ?? [];
    const methodOffset = line.start + indent.length;
    const written = rest.replace(/\s+HTTP\/\d(?:\.\d)?\s*$/i, '').trimEnd();
    this.#checkMethod(method, methodOffset);
    const template: Template[number][] = [...this.#template(written, methodOffset + method.length + gap.length)];
    let target = written;
    for (let more = this.lines[this.#next]; more !== undefined; more = this.lines[++this.#next]) {
      const [, lead, text] = /^(\s+)([?&].*)$/su.exec(more.text) ?? [];
      if (lead === undefined || text === undefined) break;
      template.push(...this.#template(text.trimEnd(), more.start + lead.length));
      target += text.trimEnd();
    }
    this.#checkTarget(target, template, methodOffset + method.length);
    return { line: line.number, method, methodOffset, target, template };
  }

  #checkMethod(method: string, offset: number): void {
    if (methods.includes(method)) return;
    const meant = methods.find((each) => each === method.toUpperCase()) ?? suggestion(method, methods);
    const remedy = /^(?:\/|https?:)/.test(method)
      ? `Write a method before the target: \`GET ${method}\`.`
      : meant === undefined
        ? `Methods are ${methods.join(', ')}.`
        : `Write ${meant}.`;
    this.complain(new Complaint('request.syntax', `Unknown method \`${method}\``, offset, remedy));
  }

  #checkTarget(target: string, template: Template, end: number): void {
    const [first] = template;
    if (first === undefined) {
      if (target !== '') return;
      const remedy = 'Write for example `GET /Users`.';
      this.complain(new Complaint('request.target', 'The request line lacks a target', end, remedy));
    } else if (first.kind === 'text' && !/^(?:\/(?!\/)|https?:\/\/)/i.test(first.text)) {
      const message = 'The target must start with one `/`, or be an `http(s)://` URL';
      const remedy = `Write /${first.text.replace(/^\/+/, '')}`;
      this.complain(new Complaint('request.target', message, first.offset, remedy));
    }
    this.#try(() => expandTarget(template, first?.kind === 'reference' ? placeholderUrl : placeholder));
  }

  #readHeaders(): void {
    for (let line = this.lines[this.#next]; line !== undefined; line = this.lines[++this.#next]) {
      if (line.text.trim() === '' || endsBody(line)) return;
      if (isComment(line)) this.#refuseDirective(line);
      else if (/^\s*[{[]/.test(line.text)) {
        const remedy = 'Put an empty line between the headers and the body.';
        this.complain(new Complaint('request.syntax', 'The body starts before an empty line', line.start, remedy));
        return;
      } else this.#readHeader(line);
    }
  }

  #readHeader(line: Line): void {
    const [, name, gap, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)(\s*:\s*)(.*)$/su.exec(line.text) ?? [];
    if (name === undefined || gap === undefined || value === undefined) {
      this.complain(new Complaint('request.syntax', 'This is not a header', line.start, 'Write `Name: value`.'));
      return;
    }
    if (ownHeaders.includes(name.toLowerCase())) {
      this.complain(new Complaint('request.syntax', `The client sets \`${name}\` itself`, line.start));
    }
    if (this.#headers.some((header) => header.name.toLowerCase() === name.toLowerCase())) {
      this.complain(new Complaint('request.syntax', `The header \`${name}\` is given twice`, line.start));
    }
    const template = this.#template(value, line.start + name.length + gap.length);
    this.#headers.push({ name, offset: line.start, value: template });
    this.#try(() => expandHeader(template, placeholder));
  }

  #readBody(): void {
    const parts: Template[number][] = [];
    let firstLine: Line | undefined;
    for (let line = this.lines[this.#next]; line !== undefined; line = this.lines[++this.#next]) {
      if (endsBody(line)) break;
      // No line of JSON can start with a comment sign, so a comment here is one.
      if (isComment(line)) this.#refuseDirective(line);
      else if (firstLine !== undefined || line.text.trim() !== '') {
        firstLine ??= line;
        parts.push(...this.#template(`${line.text}\n`, line.start));
      }
    }
    if (firstLine === undefined) return;
    this.#body = withoutTrailingSpace(parts);
    this.#checkBody(this.#body, firstLine);
  }

  /** Is the body JSON, whatever its references stand for? */
  #checkBody(body: Template, firstLine: Line): void {
    this.#try(() => {
      const sample = expandJson(body, placeholder);
      try {
        JsonText.parse(sample.text);
      } catch (error) {
        if (!(error instanceof JsonSyntaxError)) throw error;
        if (new RegExp(`^(?:${methods.join('|')})\\s`).test(firstLine.text)) {
          this.#body = undefined;
          const remedy = 'Put a line `###` between two requests.';
          throw new Complaint('request.syntax', 'A second request line', firstLine.start, remedy);
        }
        throw new Complaint('request.json', error.message, sample.sourceOf(error.offset));
      }
    });
  }

  #refuseDirective(line: Line): void {
    const directive = directiveOn(line.text, line.start);
    if (directive === undefined) return;
    const message = `The directive \`@${directive.key}\` must stand before the request line`;
    this.complain(new Complaint('request.syntax', message, line.start));
  }

  #readChecks(): void {
    for (let line = this.lines[this.#next]; line !== undefined; line = this.lines[++this.#next]) {
      if (isComment(line)) this.#refuseDirective(line);
      else if (line.text.startsWith('??')) this.#readAssertion(line);
      else if (line.text.startsWith('@')) this.#readCapture(line);
      else if (line.text.trim() !== '') {
        const remedy = 'A body stands before the assertions; another request needs a line `###` before it.';
        this.complain(new Complaint('request.syntax', 'Neither an assertion nor a capture', line.start, remedy));
        this.#next = this.lines.length;
        return;
      }
    }
  }

  #readAssertion(line: Line): void {
    this.#try(() => {
      const text = line.text.slice(2);
      const parsed = parseAssertion(text, line.start + 2);
      this.#checks.push({
        kind: 'assertion',
        text: text.trim(),
        line: line.number,
        offset: line.start,
        ...parsed,
      });
    });
  }

  #readCapture(line: Line): void {
    this.#try(() => {
      const assignment = assignmentOn(line);
      if (assignment === undefined) {
        throw new Complaint('request.syntax', 'This is not a capture', line.start, 'Write `@name = body.id`.');
      }
      const { name, value, valueOffset } = assignment;
      const operand = parseCaptureOperand(value, valueOffset);
      this.#checks.push({ kind: 'capture', name, line: line.number, offset: line.start, operand });
    });
  }

  #checkDirectives({ method, methodOffset }: RequestLine): void {
    if (this.#directives.allPages === true && method !== 'GET') {
      this.complain(new Complaint('request.syntax', '`@all-pages` is for GET only', methodOffset));
    }
    const offset = this.#body?.[0]?.offset;
    if (method === 'GET' && offset !== undefined) {
      this.complain(
        new Complaint('request.syntax', 'A GET has no body', offset, 'To search with a body: POST /.search.'),
      );
    }
  }
}

function isComment(line: Line): boolean {
  return line.text.startsWith('#') || line.text.startsWith('//');
}

/** No line of JSON starts with `??` or `@`. */
function endsBody(line: Line): boolean {
  return line.text.startsWith('??') || line.text.startsWith('@');
}

function assignmentOn(line: Line): { name: string; value: string; valueOffset: number } | undefined {
  const [, lead, name, equals, value] = /^(@\s*)([^\s=]+)(\s*=\s*)(.*)$/su.exec(line.text) ?? [];
  if (lead === undefined || name === undefined || equals === undefined || !namePattern.test(name)) return undefined;
  const valueOffset = line.start + lead.length + name.length + equals.length;
  return { name, value: (value ?? '').trimEnd(), valueOffset };
}

function withoutTrailingSpace(parts: readonly Template[number][]): Template {
  const kept = [...parts];
  for (let last = kept.pop(); last !== undefined; last = kept.pop()) {
    if (last.kind === 'reference') return [...kept, last];
    const text = last.text.trimEnd();
    if (text !== '') return [...kept, { ...last, text }];
  }
  return [];
}
