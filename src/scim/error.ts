/**
 * The errors of this program: one hierarchy, each with a stable `code`, what was asked, and what to do next.
 *
 * No message here may ever hold a secret: an error carries the name of a variable, never its value.
 */

/** A place in a text: zero-based line, zero-based character counted in Unicode code points (LSP `utf-32`). */
export interface Position {
  line: number;
  character: number;
}

/** The `scimType` keywords of RFC 7644 §3.12 and RFC 9865 §3. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount';

export interface ErrorContext {
  /** What was asked when it failed, without secrets: `GET /Users/2819`. */
  asked?: string | undefined;
  /** What the person can do about it, as an imperative sentence. */
  remedy?: string | undefined;
  /** File and place the error points at. */
  file?: string | undefined;
  position?: Position | undefined;
  cause?: unknown;
}

/** Any failure that this program reports to a person. */
export class ScimError extends Error {
  readonly asked: string | undefined;
  readonly remedy: string | undefined;
  readonly file: string | undefined;
  readonly position: Position | undefined;

  constructor(
    /** Stable, dotted: `config.reference`, `network.refused`, `response.empty`, … */
    readonly code: string,
    message: string,
    context: ErrorContext = {},
  ) {
    super(message, context.cause === undefined ? undefined : { cause: context.cause });
    this.name = new.target.name;
    this.asked = context.asked;
    this.remedy = context.remedy;
    this.file = context.file;
    this.position = context.position;
  }
}

/** The caller used a command, an option or an API wrongly. */
export class UsageError extends ScimError {
  constructor(message: string, context?: ErrorContext) {
    super('usage', message, context);
  }
}

/** `scim.yaml`, a variable or a file that it refers to is missing or malformed. */
export class ConfigurationError extends ScimError {
  constructor(
    code: 'config.file' | 'config.reference' | 'config.tenant' | 'config.value',
    message: string,
    context?: ErrorContext,
  ) {
    super(code, message, context);
  }
}

/** A request file cannot be understood, at `position`. */
export class RequestFileError extends ScimError {
  constructor(
    code: 'request.syntax' | 'request.variable' | 'request.json' | 'request.target',
    message: string,
    context?: ErrorContext,
  ) {
    super(code, message, context);
  }
}

/** One rule that a payload breaks. */
export interface Issue {
  /** SCIM attribute path, e.g. `name.familyName` or `emails[1].value`; empty for the whole document. */
  path: string;
  /** What is wrong, as a sentence without the path. */
  message: string;
  /** The rule's source, e.g. `RFC 7643 §2.2`. */
  rule: string;
  severity: 'error' | 'warning';
  /** Where in the text the offending member is, when there is a text. */
  position?: Position;
}

/** A payload was refused before it was sent. */
export class PayloadError extends ScimError {
  constructor(
    message: string,
    readonly issues: readonly Issue[],
    context?: ErrorContext,
  ) {
    super('payload.invalid', message, context);
  }
}

/** A rule of the SCIM protocol is broken; knows the error answer of RFC 7644 §3.12 that a service provider gives. */
export class ProtocolError extends ScimError {
  constructor(
    /** HTTP status code. */
    readonly status: number,
    readonly scimType: ScimType | undefined,
    /** Text for `detail`. */
    detail: string,
    context?: ErrorContext & {
      /** Zero-based offset in the filter or path that was parsed. */
      offset?: number;
    },
  ) {
    super(`scim.${scimType ?? status}`, detail, context);
    this.offset = context?.offset;
  }

  readonly offset: number | undefined;
}

/** The service provider answered with an error status. */
export class ResponseError extends ScimError {
  constructor(
    readonly status: number,
    message: string,
    /** `scimType` of the answer, verbatim: vendors invent keywords. */
    readonly scimType: string | undefined,
    /** `detail` of the answer, redacted. */
    readonly detail: string | undefined,
    context?: ErrorContext,
  ) {
    super('http.status', message, context);
  }
}

/** The answer is not what the standard demands, so nothing can be concluded from it. */
export class InvalidResponseError extends ScimError {
  constructor(
    code: 'response.empty' | 'response.notJson' | 'response.notScim' | 'response.tooLarge' | 'response.redirect',
    message: string,
    readonly status: number | undefined,
    context?: ErrorContext,
  ) {
    super(code, message, context);
  }
}

export type NetworkErrorCode =
  | 'network.dns'
  | 'network.refused'
  | 'network.timeout'
  | 'network.reset'
  | 'network.tls'
  | 'network.proxy'
  | 'network.other';

/** The answer redirects, and redirects are not followed. */
export class RedirectError extends InvalidResponseError {
  // Nothing that prints an error may show it: it may hold a secret.
  readonly #location: string | undefined;

  /** LOCATION is where to, as the server wrote it. */
  constructor(message: string, status: number, location: string | undefined, context?: ErrorContext) {
    super('response.redirect', message, status, context);
    this.#location = location;
  }

  /** Where to, not redacted. */
  location(): string | undefined {
    return this.#location;
  }
}

/** The server accepted the request, and whether it has carried it out is not known (RFC 9967 §2.5). */
export class PendingError extends ScimError {
  constructor(
    /** `async.unknown`: asking on does not help. */
    code: 'async.pending' | 'async.unknown',
    message: string,
    /** `Set-Txn`: the name of the transaction. */
    readonly txn: string | undefined,
    /** Where to ask, relative to the base URL. */
    readonly location: string | undefined,
    context?: ErrorContext,
  ) {
    super(code, message, context);
  }
}

/** No answer: the connection could not be made, broke, or took too long. */
export class NetworkError extends ScimError {
  declare readonly code: NetworkErrorCode;

  constructor(
    code: NetworkErrorCode,
    message: string,
    /** Whether the server may have executed the request: after a reset nobody knows. */
    readonly outcome: 'notSent' | 'unknown',
    context?: ErrorContext,
  ) {
    super(code, message, context);
  }
}

/** The authorization server gave no access token, so that the request itself was not sent. */
export class TokenError extends ScimError {
  constructor(
    message: string,
    /** HTTP status of the token endpoint's answer. */
    readonly status: number | undefined,
    context?: ErrorContext,
    /** The client did not prove who it is: another secret, key or certificate might. */
    readonly isRefusal = false,
  ) {
    super('auth.token', message, context);
  }
}

/** The tenant's safeguards forbid the request; nothing was sent. */
export class SafeguardError extends ScimError {
  constructor(
    code: 'tenant.readOnly' | 'tenant.protected' | 'tenant.confirm',
    message: string,
    context?: ErrorContext,
  ) {
    super(code, message, context);
  }
}

/** The person cancelled. */
export class CancelledError extends ScimError {
  constructor(message = 'Cancelled', context?: ErrorContext) {
    super('cancelled', message, context);
  }
}
