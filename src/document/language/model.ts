/**
 * What the language service of request files takes and gives. All places are offsets in UTF-16 code units of the text
 * of the file (`RequestFile.source.text`); who talks to an editor turns them into positions.
 */
import type { ResourceType, SchemaRegistry } from '../../scim/schema/resource-type.js';
import type { Bound } from '../insert.js';
import type { ReferencePart, RequestFile } from '../model.js';

/** From an offset to the one before which it ends. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One thing that is wrong; `message` is a sentence, with what to do about it. */
export interface Diagnosis extends Span {
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

/** What can stand at a span. */
export interface Offer extends Span {
  readonly label: string;
  readonly insert: string;
  readonly kind: 'key' | 'value';
  /** A few words beside the label. */
  readonly detail?: string | undefined;
  /** Markdown. */
  readonly description?: string | undefined;
  /** What somebody types to find it; its label unless given. */
  readonly filter?: string | undefined;
  /** Other places of the text that change with it. */
  readonly also?: readonly (Span & { readonly insert: string })[] | undefined;
  /** Where in `insert` the cursor is to be put; at its end unless given. */
  readonly caret?: number | undefined;
  readonly isDeprecated?: boolean | undefined;
  readonly isSearched?: boolean | undefined;
}

/** What is known of what stands at a span, as Markdown. */
export interface Told extends Span {
  readonly text: string;
}

/** Where something is defined: in the file, or behind a `scim:` URI. */
export type Found = { readonly kind: 'here'; readonly span: Span } | { readonly kind: 'uri'; readonly uri: string };

/** A part of the file that has a name. */
export interface FileSymbol {
  readonly name: string;
  readonly detail?: string | undefined;
  readonly kind: 'request' | 'variable';
  readonly span: Span;
  /** Its name alone. */
  readonly nameSpan: Span;
  readonly children: readonly FileSymbol[];
}

/** A variable with its present value. */
interface KnownVariable {
  readonly name: string;
  /** Redacted; null when it has none yet. */
  readonly value: string | null;
  readonly origin: string;
}

/** A request file while it is edited, and what is known of the service that its requests go to. */
export interface Edited {
  readonly file: RequestFile;
  /** Name of the tenant. */
  readonly tenant: string;
  readonly registry: SchemaRegistry;
  /** Are these the service's own schemas, or only those of the standard? */
  readonly isDiscovered: boolean;
  /** Names of variables that are set from outside. */
  readonly given: readonly string[];
  readonly variables: readonly KnownVariable[];
  /** TARGET, of a request line, relative to the base URL and with a leading slash. */
  relative(target: string): string;
  /** The value of PART in the request with INDEX, as far as it is known now. */
  valueOf(part: ReferencePart, index: number): Bound | undefined;
  /** Names of the members in the last answer to the request NAME, at the places to which PATH leads. */
  membersOf(name: string, path: string): readonly string[];
  readonly filters: FilterHelp;
  readonly payloads: PayloadHelp;
}

/** Help with filters, which other kinds of text need as well. */
export interface FilterHelp {
  complete(filter: string, offset: number, type: ResourceType | undefined): readonly Omit<Offer, 'kind'>[];
  diagnose(filter: string, type: ResourceType | undefined): readonly Diagnosis[];
}

/** A JSON text that a request carries. */
export interface PayloadText {
  readonly text: string;
  readonly kind: 'resource' | 'patch' | 'search' | 'bulk';
  readonly method: string;
  readonly type: ResourceType | undefined;
}

/** Help with payloads; offsets are those of `PayloadText.text`. What is looked up at the service takes its time. */
export interface PayloadHelp {
  diagnose(payload: PayloadText): readonly Diagnosis[];
  complete(payload: PayloadText, offset: number): Promise<readonly Offer[]>;
  hover(payload: PayloadText, offset: number): Told | undefined;
  define(payload: PayloadText, offset: number): readonly string[];
}
