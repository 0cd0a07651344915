/** What the references of one request stand for at the moment it is run. */
import { randomUUID } from 'node:crypto';
import { Complaint } from './complaint.js';
import type { ExactJson } from './exact-json.js';
import { type Bound, expandText, type Lookup } from './insert.js';
import type {
  ParsedRequest,
  Reference,
  ReferencePart,
  RequestFile,
  ResponseField,
  VariableDefinition,
} from './model.js';
import { undefinedVariable } from './references.js';
import type { FileSession, StoredResponse } from './session.js';
import { parseValuePath, valueAt } from './value-path.js';

/** Where generated values come from. */
export interface Generators {
  now(): Date;
  uuid(): string;
}

const systemGenerators: Generators = { now: () => new Date(), uuid: randomUUID };

export class Scope {
  /** The answer to the request itself, once there is one. */
  current: StoredResponse | undefined;
  readonly #captured = new Set<string>();
  readonly #resolving: VariableDefinition[] = [];

  constructor(
    private readonly file: RequestFile,
    private readonly request: ParsedRequest,
    private readonly session: FileSession,
    /** Variables set from outside: they replace those of the file. */
    private readonly given: Readonly<Record<string, string>>,
    private readonly generators: Generators = systemGenerators,
  ) {}

  /** Note that the request has captured NAME: from now on its own value counts. */
  noteCapture(name: string): void {
    this.#captured.add(name);
  }

  /**
   * The value of PART, for `insert`.
   * @throws Complaint with an offset in the file when it has none
   */
  readonly lookup: Lookup = (part) => {
    const { reference } = part;
    if (reference.kind === 'variable') return this.#variable(reference.name, part);
    if (reference.kind === 'generated') return text(this.#generate(reference.name));
    const value = this.valueOf(reference, part);
    if (value !== undefined) return { kind: 'json', value };
    const message = `\`${part.source}\` has no value: the answer of \`${reference.request}\` does not have it`;
    throw new Complaint('request.variable', message, part.offset);
  };

  /**
   * The value of the response REFERENCE; undefined when the answer does not have that part.
   * @throws Complaint when there is no such answer yet
   */
  valueOf(
    reference: Extract<Reference, { kind: 'response' }>,
    place: { readonly source: string; readonly offset: number },
  ): ExactJson | undefined {
    const { request } = reference;
    const isOwn = request === undefined || (this.current !== undefined && request === this.request.name);
    const response = isOwn ? this.current : this.session.response(request);
    if (response !== undefined) return fieldOf(response, reference.field);
    throw this.#notRun(request ?? this.request.name, place);
  }

  #notRun(name: string, place: { readonly source: string; readonly offset: number }): Complaint {
    if (name === 'last') {
      return new Complaint('request.variable', `\`${place.source}\`: no request has been run before`, place.offset);
    }
    const message = `\`${place.source}\` needs the answer of \`${name}\`, and there is none yet`;
    return new Complaint('request.variable', message, place.offset, `Run \`${name}\` first.`);
  }

  #variable(name: string, part: ReferencePart): Bound {
    const captured = this.session.captured(name);
    const source = this.#nearestSource(name);
    if (source !== 'capture') {
      if (source !== undefined) return this.#given(name) ?? this.#define(source, part);
      const given = this.#given(name);
      if (given !== undefined) return given;
    }
    if (captured !== undefined) return { kind: 'json', value: captured.value };
    return this.#given(name) ?? this.#complainUnset(name, part);
  }

  #given(name: string): Bound | undefined {
    const value = Object.hasOwn(this.given, name) ? this.given[name] : undefined;
    return value === undefined ? undefined : text(value);
  }

  #complainUnset(name: string, part: ReferencePart): never {
    const captor = this.#captorBefore(name);
    if (captor === undefined) {
      throw undefinedVariable(name, part.source, part.offset, this.file, this.request, Object.keys(this.given));
    }
    const message = `\`${part.source}\` is captured by \`${captor.name}\`, which has not captured it yet`;
    throw new Complaint('request.variable', message, part.offset, `Run \`${captor.name}\` first.`);
  }

  #captorBefore(name: string): ParsedRequest | undefined {
    return this.file.requests.slice(0, this.request.index).findLast((earlier) => captures(earlier, name));
  }

  /** What gives NAME its value here: the definition or capture that stands nearest before, in the order of the file. */
  #nearestSource(name: string): VariableDefinition | 'capture' | undefined {
    if (this.#captured.has(name)) return 'capture';
    const definition = this.file.variables.findLast((each) => each.name === name && each.line < this.request.line);
    const captor = this.#captorBefore(name);
    if (captor === undefined) return definition;
    return definition === undefined || definition.line < captor.line ? 'capture' : definition;
  }

  /** The value of the variable that DEFINITION sets, used by PART. One reference alone keeps its type. */
  #define(definition: VariableDefinition, part: ReferencePart): Bound {
    if (this.#resolving.includes(definition)) {
      throw new Complaint('request.variable', `\`${part.source}\` is defined by itself`, definition.offset);
    }
    this.#resolving.push(definition);
    try {
      const lookup: Lookup = (inner) => this.#insideDefinition(definition, inner);
      const [only, ...rest] = definition.value;
      if (only?.kind === 'reference' && rest.length === 0) return lookup(only);
      return text(expandText(definition.value, lookup));
    } finally {
      this.#resolving.pop();
    }
  }

  #insideDefinition(definition: VariableDefinition, part: ReferencePart): Bound {
    const { reference } = part;
    if (reference.kind !== 'generated') return this.lookup(part);
    const place = JSON.stringify([definition.name, definition.source, definition.value.indexOf(part)]);
    return text(this.session.generated(place, () => this.#generate(reference.name)));
  }

  #generate(name: Extract<Reference, { kind: 'generated' }>['name']): string {
    if (name === '$uuid') return this.generators.uuid();
    const now = this.generators.now();
    return name === '$timestamp' ? String(Math.floor(now.getTime() / 1000)) : now.toISOString();
  }
}

function text(value: string): Bound {
  return { kind: 'text', text: value };
}

function captures(request: ParsedRequest, name: string): boolean {
  return request.checks.some((check) => check.kind === 'capture' && check.name === name);
}

/** FIELD of RESPONSE; undefined when the answer does not have it. */
function fieldOf(response: StoredResponse, field: ResponseField): ExactJson | undefined {
  const { answer, list } = response;
  switch (field.kind) {
    case 'scalar':
      return answer[field.name] ?? undefined;
    case 'header':
      return headerOf(answer.headers, field.name);
    case 'list':
      return field.name === 'completeness' ? list?.completeness.kind : list?.[field.name];
    case 'body':
      return response.body === undefined ? undefined : valueAt(response.body, pathOf(field.path));
  }
}

function pathOf(path: string): ReturnType<typeof parseValuePath> {
  return path === '' ? [] : parseValuePath(path);
}

/** The values of the header NAME, as one (RFC 9110 §5.3). */
function headerOf(headers: readonly (readonly [string, string])[], name: string): string | undefined {
  const values = headers.filter(([each]) => each.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(', ');
}
