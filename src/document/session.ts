/** What one request file remembers about one tenant between runs: captured values and the answers of its requests. */
import type { Answer, ListOutcome } from '../client/types.js';
import { type ExactJson, parseExactJson } from './exact-json.js';

/** The answer of a request, as references see it. */
export class StoredResponse {
  #body: { readonly value: ExactJson | undefined } | undefined;

  constructor(
    /** Name of the request. */
    readonly request: string,
    readonly answer: Answer,
    /** The body: the answer's, or the merged pages. */
    readonly text: string,
    /** What is known about the list, when the answer is one. */
    readonly list: ListOutcome | undefined,
  ) {}

  /** The body as JSON without loss; undefined when it is empty or not JSON. */
  get body(): ExactJson | undefined {
    this.#body ??= { value: readBody(this.text) };
    return this.#body.value;
  }
}

function readBody(text: string): ExactJson | undefined {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}

export interface CapturedValue {
  readonly value: ExactJson;
  /** Name of the request that captured it. */
  readonly request: string;
  /** The last name of the path it was found at, e.g. `password`: redaction goes by it. */
  readonly attribute: string;
}

export class FileSession {
  readonly #responses = new Map<string, StoredResponse>();
  readonly #captured = new Map<string, CapturedValue>();
  readonly #generated = new Map<string, string>();
  #last: StoredResponse | undefined;

  /** The answer to the request NAME; `last` is the one before. */
  response(name: string): StoredResponse | undefined {
    return name === 'last' ? this.#last : this.#responses.get(name);
  }

  remember(response: StoredResponse): void {
    this.#responses.set(response.request, response);
    this.#last = response;
  }

  /** Names of the variables that have been captured. */
  get capturedNames(): string[] {
    return [...this.#captured.keys()];
  }

  captured(name: string): CapturedValue | undefined {
    return this.#captured.get(name);
  }

  /** Set the variable NAME to VALUE; undefined takes its value away, so that nobody uses an old one. */
  capture(name: string, value: CapturedValue | undefined): void {
    if (value === undefined) this.#captured.delete(name);
    else this.#captured.set(name, value);
  }

  /** The value generated for PLACE, made by MAKE the first time: a variable with a `$uuid` in it keeps it. */
  generated(place: string, make: () => string): string {
    const known = this.#generated.get(place);
    if (known !== undefined) return known;
    const value = make();
    this.#generated.set(place, value);
    return value;
  }
}
