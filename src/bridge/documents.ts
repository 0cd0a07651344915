/** The texts that are edited, and what is known of each. */

import { fileURLToPath } from 'node:url';
import type { Completion } from '../config/complete.js';
import type { Hover } from '../config/hover.js';
import type { PositionEncoding, Problem, Range } from '../config/text.js';
import type { Position } from '../scim/error.js';

/** A text as its editor last told it. */
export interface OpenDocument {
  readonly uri: string;
  readonly languageId: string;
  readonly version: number;
  readonly text: string;
  /** Whose payloads it holds; undefined: those of the default tenant. */
  readonly tenant?: string | undefined;
}

/** Where something is defined: a place of a file, or what `scimUri` names. */
export interface Definition {
  readonly uri: string;
  readonly range: Range;
}

/** A part of a text that has a name, as LSP 3.17 `DocumentSymbol`. */
export interface DocumentSymbol {
  readonly name: string;
  readonly detail?: string | undefined;
  /** LSP's number: 6 method, 7 property, 13 variable. */
  readonly kind: 6 | 7 | 13;
  readonly range: Range;
  readonly children?: readonly DocumentSymbol[] | undefined;
}

/** A part of a text that leads somewhere: to a file, or to what `scimUri` names. */
export interface DocumentLink {
  readonly range: Range;
  readonly target: string;
  readonly tooltip?: string | undefined;
}

/** What can be asked of a text in some language. */
export interface LanguageService {
  diagnose(document: OpenDocument, encoding: PositionEncoding): Awaitable<readonly Problem[]>;
  complete(document: OpenDocument, position: Position, encoding: PositionEncoding): Awaitable<readonly Completion[]>;
  hover(document: OpenDocument, position: Position, encoding: PositionEncoding): Awaitable<Hover | undefined>;
  define?(document: OpenDocument, position: Position, encoding: PositionEncoding): Awaitable<readonly Definition[]>;
  symbols?(document: OpenDocument, encoding: PositionEncoding): Awaitable<readonly DocumentSymbol[]>;
  links?(document: OpenDocument, encoding: PositionEncoding): Awaitable<readonly DocumentLink[]>;
}

type Awaitable<T> = T | Promise<T>;

/** The services, by `languageId`; each is loaded when it is first needed, which keeps the start of the bridge fast. */
export type LanguageServices = Readonly<Record<string, () => Promise<LanguageService>>>;

/** How long a text must rest before it is looked at, in milliseconds. */
const restMs = 150;

/** The texts of one session. */
export class Documents {
  readonly #open = new Map<string, OpenDocument>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** As agreed in `initialize`. */
  encoding: PositionEncoding = 'utf-32';

  constructor(
    private readonly services: LanguageServices,
    /** Told what is wrong with a text, and in which version of it. */
    private readonly publish: (uri: string, version: number | undefined, problems: readonly Problem[]) => void,
    /** Languages whose texts depend on one another: when one changes, the others are looked at again. */
    private readonly related: readonly string[] = [],
  ) {}

  /** The text of the first document that ISWANTED. */
  textOf(isWanted: (document: OpenDocument) => boolean): string | undefined {
    return [...this.#open.values()].find(isWanted)?.text;
  }

  /** DOCUMENT is edited from now on. */
  open(document: OpenDocument): void {
    this.#open.set(document.uri, document);
    this.#diagnoseIn(0, document.uri);
    this.#diagnoseRelated(document);
  }

  /** The text of URI is TEXT now; nothing happens when it was not opened. */
  change(uri: string, version: number, text: string): void {
    const document = this.#open.get(uri);
    if (document === undefined) return;
    this.#open.set(uri, { ...document, version, text });
    this.#diagnoseIn(restMs, uri);
    this.#diagnoseRelated(document);
  }

  /** URI is not edited any more. */
  close(uri: string): void {
    this.#stopTimer(uri);
    const document = this.#open.get(uri);
    if (document === undefined) return;
    this.#open.delete(uri);
    this.publish(uri, undefined, []);
    this.#diagnoseRelated(document);
  }

  /** What can stand at POSITION of URI. */
  async complete(uri: string, position: Position): Promise<readonly Completion[]> {
    const document = this.#open.get(uri);
    const service = document && (await this.#serviceOf(document));
    return document && service ? service.complete(document, position, this.encoding) : [];
  }

  /** What is known of what stands at POSITION of URI. */
  async hover(uri: string, position: Position): Promise<Hover | undefined> {
    const document = this.#open.get(uri);
    const service = document && (await this.#serviceOf(document));
    return document && service?.hover(document, position, this.encoding);
  }

  /** Where what stands at POSITION of URI is defined. */
  async define(uri: string, position: Position): Promise<readonly Definition[]> {
    const document = this.#open.get(uri);
    const service = document && (await this.#serviceOf(document));
    return (document && (await service?.define?.(document, position, this.encoding))) ?? [];
  }

  /** What URI consists of. */
  async symbols(uri: string): Promise<readonly DocumentSymbol[]> {
    const document = this.#open.get(uri);
    const service = document && (await this.#serviceOf(document));
    return (document && (await service?.symbols?.(document, this.encoding))) ?? [];
  }

  /** The parts of URI that lead somewhere. */
  async links(uri: string): Promise<readonly DocumentLink[]> {
    const document = this.#open.get(uri);
    const service = document && (await this.#serviceOf(document));
    return (document && (await service?.links?.(document, this.encoding))) ?? [];
  }

  /** Looks at URI once more, because more is known now; nothing happens when it is not open. */
  again(uri: string): void {
    if (this.#open.has(uri)) this.#diagnoseIn(0, uri);
  }

  /** Forgets all texts, without a word. */
  dispose(): void {
    for (const uri of this.#timers.keys()) this.#stopTimer(uri);
    this.#open.clear();
  }

  async #serviceOf({ languageId }: OpenDocument): Promise<LanguageService | undefined> {
    return Object.hasOwn(this.services, languageId) ? this.services[languageId]?.() : undefined;
  }

  /** Looks again at the texts that what DOCUMENT says may be wrong or right for. */
  #diagnoseRelated({ uri, languageId }: OpenDocument): void {
    if (!this.related.includes(languageId)) return;
    for (const other of this.#open.values()) {
      if (other.uri !== uri && this.related.includes(other.languageId)) this.#diagnoseIn(restMs, other.uri);
    }
  }

  #diagnoseIn(ms: number, uri: string): void {
    this.#stopTimer(uri);
    const timer = setTimeout(() => {
      this.#timers.delete(uri);
      void this.#diagnose(uri);
    }, ms);
    this.#timers.set(uri, timer);
  }

  async #diagnose(uri: string): Promise<void> {
    const document = this.#open.get(uri);
    const service = document && (await this.#serviceOf(document));
    // While the service was loaded, the text may have changed; it is then looked at once more.
    if (service === undefined || document === undefined || this.#open.get(uri) !== document) return;
    const problems = await service.diagnose(document, this.encoding);
    if (this.#open.get(uri) === document) this.publish(uri, document.version, problems);
  }

  #stopTimer(uri: string): void {
    clearTimeout(this.#timers.get(uri));
    this.#timers.delete(uri);
  }
}

/** The path of the file that URI names; for a text without a file, one in ROOT that is not there. */
export function pathOf(uri: string, root: string): string {
  if (!uri.startsWith('file:')) return `${root}/untitled`;
  try {
    return fileURLToPath(uri);
  } catch {
    return `${root}/untitled`;
  }
}
