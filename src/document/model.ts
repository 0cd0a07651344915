/**
 * What a `*.scim` request file is made of, after parsing. Offsets count UTF-16 code units of the file's text without
 * its byte order mark; `RequestFile.source` turns them into positions.
 */
import type { Position } from '../scim/error.js';
import type { SourceText } from './text.js';

/** One thing that is wrong with a request file. */
export interface Problem {
  readonly code: 'request.syntax' | 'request.variable' | 'request.json' | 'request.target';
  readonly message: string;
  readonly position: Position;
  /** What to write instead, as a sentence. */
  readonly remedy?: string;
  /** Index in `RequestFile.requests`; absent in the preamble. */
  readonly request?: number;
}

/** Members of an answer that a reference can name with one word. */
export const scalarFields = ['status', 'reason', 'etag', 'location', 'bytes', 'durationMs', 'contentType'] as const;
/** Members of `list`, what is known about an answer that is a list. */
export const listFields = ['completeness', 'count', 'totalResults', 'pages'] as const;
/** Values that are made anew, once for each variable that holds them. */
export const generatedNames = ['$uuid', '$timestamp', '$isoTimestamp'] as const;

export type ResponseField =
  | { readonly kind: 'scalar'; readonly name: (typeof scalarFields)[number] }
  | { readonly kind: 'list'; readonly name: (typeof listFields)[number] }
  | { readonly kind: 'header'; readonly name: string }
  /** The SCIM path after `body.`; empty for the whole body. */
  | { readonly kind: 'body'; readonly path: string };

/** What `{{…}}`, or an operand of an assertion, refers to. */
export type Reference =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'generated'; readonly name: (typeof generatedNames)[number] }
  /** `request` is absent for the answer that is being looked at. */
  | { readonly kind: 'response'; readonly request: string | undefined; readonly field: ResponseField };

export interface TextPart {
  readonly kind: 'text';
  readonly text: string;
  readonly offset: number;
}

export interface ReferencePart {
  readonly kind: 'reference';
  readonly reference: Reference;
  /** As written, with the braces. */
  readonly source: string;
  readonly offset: number;
}

/** A text with references in it. Parts that follow each other need not do so in the file. */
export type Template = readonly (TextPart | ReferencePart)[];

/** `@name = value` before a request line. */
export interface VariableDefinition {
  readonly name: string;
  readonly offset: number;
  /** Zero-based. */
  readonly line: number;
  readonly value: Template;
  /** The value as written. */
  readonly source: string;
}

export interface HeaderField {
  readonly name: string;
  readonly offset: number;
  readonly value: Template;
}

export type Operand =
  /** A JSON literal, which may hold templates. */
  | { readonly kind: 'json'; readonly source: string; readonly offset: number; readonly template: Template }
  /** A reference, whose filters may hold templates; `reference` is what it is with those left empty. */
  | {
      readonly kind: 'reference';
      readonly source: string;
      readonly offset: number;
      readonly template: Template;
      readonly reference: Reference;
    }
  | { readonly kind: 'pattern'; readonly source: string; readonly offset: number; readonly pattern: RegExp };

export const binaryOperators = [
  '==',
  '!=',
  '>=',
  '<=',
  '>',
  '<',
  'contains',
  'startsWith',
  'endsWith',
  'matches',
] as const;
export type BinaryOperator = (typeof binaryOperators)[number];

/** `?? left operator right`, or `?? left exists`. */
export interface Assertion {
  readonly kind: 'assertion';
  /** Without the question marks. */
  readonly text: string;
  readonly line: number;
  readonly offset: number;
  readonly left: Operand;
  readonly test:
    | { readonly operator: BinaryOperator; readonly right: Operand }
    | { readonly operator: 'exists' | 'absent' };
}

/** `@name = reference` after a request. */
export interface Capture {
  readonly kind: 'capture';
  readonly name: string;
  readonly line: number;
  readonly offset: number;
  readonly operand: Extract<Operand, { kind: 'reference' }>;
}

export const features = ['patch', 'bulk', 'filter', 'changePassword', 'sort', 'etag'] as const;
type Feature = (typeof features)[number];

export interface Directives {
  allPages?: boolean;
  requires?: readonly Feature[];
  validate?: 'strict' | 'warn' | 'off';
  timeoutMs?: number;
  /** Sent once, whatever becomes of it. */
  noRetry?: boolean;
}

export interface ParsedRequest {
  readonly index: number;
  /** After `###`, or else `METHOD target`. */
  readonly name: string;
  /** Was the name given, so that others can refer to it? */
  readonly named: boolean;
  readonly nameOffset: number;
  /** Zero-based: of the separator, of the request line, of the last line that belongs to it. */
  readonly startLine: number;
  readonly line: number;
  readonly endLine: number;
  readonly method: string;
  readonly methodOffset: number;
  /** As written, continuation lines joined. */
  readonly target: string;
  readonly targetTemplate: Template;
  readonly headers: readonly HeaderField[];
  readonly body: Template | undefined;
  /** Assertions and captures in the order of the file. */
  readonly checks: readonly (Assertion | Capture)[];
  readonly directives: Readonly<Directives>;
}

export interface RequestFile {
  readonly path: string;
  readonly source: SourceText;
  /** All of them in the order of the file: one before the first request counts for all. */
  readonly variables: readonly VariableDefinition[];
  readonly requests: readonly ParsedRequest[];
  /** In the order of the file. */
  readonly problems: readonly Problem[];
}
